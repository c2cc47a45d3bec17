"""One HTTP client for IonQ's API: who asks, how long, what may be asked again.

Reading, canceling and deleting may be repeated and are, until `max_retry_seconds` have passed. What creates something is sent once: it is
sent again only where it surely did not arrive or was surely refused, else it is reported as unclear. Safe to share between threads.
"""

from __future__ import annotations

import json
import random
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from ionq_runner.ionq.errors import (
    IonQException,
    IonQNotFoundException,
    IonQResponseException,
    IonQTimeoutException,
    IonQUnauthorizedException,
)
from ionq_runner.ionq.hosts import moment_of
from ionq_runner.ionq.keys import ApiKey

__all__ = ["Client", "Clock", "Reply", "Unclear"]

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 10.0, 60.0
MAX_CONNECTIONS = 64
FIRST_DELAY_S, LARGEST_DELAY_S = 0.1, 30.0
NONSENSE_TRIES = 3  # how often an answer that is no JSON is asked for again
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, *range(520, 530)})
REFUSED = frozenset({400, 404, 413, 422})
UNAUTHORIZED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self) -> Any:
        """The JSON in the body. Raises ValueError where it is none."""

        def refuse(constant: str) -> None:
            raise ValueError(f"{constant} is not JSON")

        return json.loads(self.body, parse_constant=refuse)

    @property
    def retry_after_s(self) -> float:
        """How long the service asks to wait, from seconds or a date on its own clock; 0 where it does not."""
        text = self.headers.get("Retry-After", "").strip()
        if text.isdecimal():
            return float(text)
        until, at = moment_of(text), moment_of(self.headers.get("Date", ""))
        return max(0.0, (until - at).total_seconds()) if until and at else 0.0


class Unclear(Exception):
    """Something was sent that creates something, and nobody knows whether it arrived."""

    def __init__(self, cause: str, status_code: int | None = None) -> None:
        self.cause, self.status_code = cause, status_code
        super().__init__(cause)


class _NotSent(Exception):
    """It surely did not arrive."""


class Client:
    """Speaks to one host, about one version, with one key.

    Args:
        url: Scheme and host, and the version.
        key: The API key.
        max_retry_seconds: For how long what may be repeated is, in seconds since it was first asked; 0 asks once.
        verbose: Whether waits are told on standard error.
        clock: The time.
    """

    def __init__(self, url: str, key: ApiKey, *, max_retry_seconds: float = 3600.0, verbose: bool = False, clock: Clock = Clock()) -> None:
        self.url, self._key = url, key
        self.max_retry_seconds, self.verbose, self._clock = max_retry_seconds, verbose, clock
        self._lock = threading.Lock()
        self._no_post_before = 0.0
        self._session = _session(MAX_CONNECTIONS)

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url, "key": self._key, "max_retry_seconds": self.max_retry_seconds, "verbose": self.verbose}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def close(self) -> None:
        """Close the connections that wait for their next use."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The document at a path. Raises IonQException."""
        return self._repeated("GET", path, query=query)

    def get_any(self, path: str) -> Any:
        """The document at a path, or its text, or its bytes, where it is none. Raises IonQException."""
        return self._repeated("GET", path, parse=_any_form)

    def put(self, path: str, body: object = None) -> Any:
        """Set something, which may be done twice."""
        return self._repeated("PUT", path, body=body)

    def delete(self, path: str, body: object = None) -> Any:
        """Delete something. That it is not there any more, when asked again, means that the first time did it."""
        return self._repeated("DELETE", path, body=body)

    def post(self, path: str, body: bytes) -> Mapping[str, Any]:
        """Create something, once.

        Raises:
            Unclear: It may have been created.
            IonQTimeoutException: It could not be sent, or was put off, until the time for that was over; it was not created.
            IonQException: It was refused.
        """
        started, attempt = self._clock.now(), 0
        while True:
            self._wait_for_posts()
            status, wait_s, told = None, 0.0, ""
            try:
                reply = self._post_once(path, body)
            except _NotSent as problem:
                told = str(problem)
            else:
                if reply.status != 429:
                    return self._verdict(reply)
                status, wait_s, told = 429, reply.retry_after_s, "the service asks to come back later"
            delay_s = self._delay(started, attempt, wait_s, told, status)
            if status is not None:
                with self._lock:
                    self._no_post_before = max(self._no_post_before, self._clock.now() + delay_s)
            else:
                self._clock.sleep(delay_s)
            attempt += 1

    def _verdict(self, reply: Reply) -> Mapping[str, Any]:
        """What an answer to a POST says: created, refused, or nothing for sure."""
        try:
            document = reply.document()
        except ValueError:
            document = None
        if reply.status in (200, 201) and isinstance(document, Mapping) and isinstance(document.get("id"), str) and document["id"]:
            return document
        if reply.status in REFUSED | UNAUTHORIZED and _is_of_the_service(document):
            raise self._refusal(reply)
        what = "an answer without an id" if reply.status in (200, 201) else f"an answer with status {reply.status}"
        raise Unclear(self._key.hidden_in(f"{what}{self._request_id(reply)}"), reply.status)

    def _post_once(self, path: str, body: bytes) -> Reply:
        """Send something on a connection of its own, so that one which has died is never taken for a lost answer."""
        with _session(1) as session:
            try:
                return self._send(session, "POST", path, None, body)
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
                raise IonQException(self._key.hidden_in(str(error))) from None
            except requests.exceptions.RequestException as error:
                cause = self._told(error)
                if _certificate_refused(error):
                    raise IonQException(cause) from None
                if _never_connected(error):
                    raise _NotSent(cause) from None
                raise Unclear(cause) from None

    def _repeated(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        parse: Callable[[Reply], Any] = Reply.document,
    ) -> Any:
        """Ask until there is an answer or the time is over."""
        data = None if body is None else json.dumps(body).encode()
        started, attempt, nonsense = self._clock.now(), 0, 0
        while True:
            status, wait_s = None, 0.0
            try:
                reply = self._send(self._session, method, path, query, data)
            except requests.exceptions.RequestException as error:
                told = self._told(error)
                if _certificate_refused(error):
                    raise IonQException(told) from None
            else:
                status, wait_s, told = reply.status, reply.retry_after_s, f"the service answered {reply.status}{self._request_id(reply)}"
                if 200 <= reply.status < 300:
                    try:
                        return parse(reply) if reply.body.strip() else {}
                    except ValueError:
                        nonsense += 1
                        told = "the service's answer is not JSON"
                        if nonsense == NONSENSE_TRIES:
                            raise IonQResponseException(told, status) from None
                elif method == "DELETE" and reply.status == 404 and attempt:
                    return {}
                elif reply.status not in RETRIED or (reply.status == 409 and method != "GET"):
                    raise self._refusal(reply)
            self._clock.sleep(self._delay(started, attempt, wait_s, told, status))
            attempt += 1

    def _delay(self, started: float, attempt: int, wait_s: float, told: str, status: int | None) -> float:
        """Seconds until the next attempt: doubling, with jitter, at least what the service asks for. Raises IonQTimeoutException."""
        largest = min(LARGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempt, 16))
        delay_s: float = max(wait_s, largest * (0.5 + 0.5 * self._clock.jitter()))
        told, passed_s = self._key.hidden_in(told), self._clock.now() - started
        if passed_s + delay_s > self.max_retry_seconds:
            raise IonQTimeoutException(f"gave up after {attempt + 1} attempts in {passed_s:.1f} s: {told}", status)
        if self.verbose:
            sys.stderr.write(f"{told}; waiting {delay_s:.1f} s before asking again\n")
        return delay_s

    def _wait_for_posts(self) -> None:
        """Wait while the service has asked for no more submissions, whichever of them was told."""
        while True:
            with self._lock:
                left_s = self._no_post_before - self._clock.now()
            if left_s <= 0:
                return
            self._clock.sleep(left_s)

    def _send(self, session: requests.Session, method: str, path: str, query: Mapping[str, Any] | None, body: bytes | None) -> Reply:
        """One request and its whole answer, without following it elsewhere."""
        response = session.request(
            method,
            self.url + path,
            params=query,
            data=body,
            headers={"Content-Type": "application/json"} if body is not None else None,
            auth=self._key,
            timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
            allow_redirects=False,
        )
        return Reply(response.status_code, response.headers, response.content)

    def _refusal(self, reply: Reply) -> IonQException:
        """The exception that says what the service said."""
        try:
            document = reply.document()
        except ValueError:
            document = None
        said = _message(document)
        if reply.status in UNAUTHORIZED:
            kind = "the service does not know this API key" if reply.status == 401 else "this API key may not do that"
            return IonQUnauthorizedException(
                self._key.hidden_in(f"{kind}{': ' + said if said else ''}{self._request_id(reply)}"), reply.status
            )
        text = said or ("the service redirects elsewhere, which is not followed" if 300 <= reply.status < 400 else "no reason given")
        text = self._key.hidden_in(f"{text}{self._request_id(reply)}")
        return IonQNotFoundException(text) if reply.status == 404 else IonQException(text, reply.status)

    def _request_id(self, reply: Reply) -> str:
        """The service's own name for a request, by which its support finds it."""
        name = reply.headers.get("x-request-id")
        return f" (request {name[:80]})" if name else ""

    def _told(self, error: Exception) -> str:
        """An error of the network in a few words."""
        match error:
            case requests.exceptions.ConnectTimeout():
                text = f"no connection to {self.url} within {CONNECT_TIMEOUT_S:.0f} s"
            case requests.exceptions.Timeout():
                text = f"no answer from {self.url} within {READ_TIMEOUT_S:.0f} s"
            case requests.exceptions.SSLError():
                text = f"no safe connection to {self.url}: {error}"
            case _:
                text = f"the connection to {self.url} failed: {error}"
        return self._key.hidden_in(text)


@cache
def _user_agent() -> str:
    """This program and its version."""
    try:
        own = version("ionq-runner")
    except PackageNotFoundError:  # run from a source tree that is not installed
        own = "unknown"
    return f"ionq-runner/{own} (python/{python_version()})"


def _any_form(reply: Reply) -> Any:
    """A document, else text, else bytes."""
    for read in (reply.document, reply.body.decode):
        try:
            return read()
        except ValueError:
            continue
    return reply.body


def _session(connections: int) -> requests.Session:
    """A session that keeps no cookies and repeats nothing by itself."""
    session = requests.Session()
    session.headers["User-Agent"] = _user_agent()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0, pool_block=True))
    return session


def _never_connected(error: requests.exceptions.RequestException) -> bool:
    """Whether an error came before a byte of the request was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    return isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _certificate_refused(error: BaseException) -> bool:
    """Whether the other side could not show who it is; asking again changes nothing."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        seen.add(id(error))
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__  # type: ignore[assignment]
    return False


def _is_of_the_service(document: object) -> bool:
    """Whether this is the service's own account of an error, not that of something in between."""
    return isinstance(document, Mapping) and bool({"message", "error", "statusCode", "code"} & document.keys())


def _message(document: object) -> str:
    """What an error document says, in any of the forms that are known."""
    if not isinstance(document, Mapping):
        return ""
    inner = document.get("error")
    for holder in (document, inner if isinstance(inner, Mapping) else {}):
        if isinstance(text := holder.get("message"), str) and text:
            return text[:2_000]
    return inner[:2_000] if isinstance(inner, str) else ""

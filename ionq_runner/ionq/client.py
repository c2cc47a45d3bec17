"""One HTTP client for IonQ's API: who asks, how long, what may be asked again.

Reading, canceling and deleting may be repeated and are, until `max_retry_seconds` have passed. What creates something is sent once: it is
sent again only where it surely did not arrive or was surely refused, else it is reported as unclear. Nothing is repeated beyond the end
that `deadlines.within` sets. Safe to share between threads.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ionq_runner.ionq.deadlines import left_s
from ionq_runner.ionq.errors import (
    IonQException,
    IonQNotFoundException,
    IonQResponseException,
    IonQTimeoutException,
    IonQUnauthorizedException,
)
from ionq_runner.ionq.hosts import is_loopback
from ionq_runner.ionq.keys import ApiKey, bare
from ionq_runner.ionq.together import Pause
from ionq_runner.ionq.transport import Failure, Reply, attempt, open_session

__all__ = ["Client", "Clock", "Unclear"]

MAX_CONNECTIONS = 64
FIRST_DELAY_S, LARGEST_DELAY_S = 0.1, 30.0
NONSENSE_TRIES = 3  # how often an answer that is no JSON is asked for again
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, *range(520, 530)})
REFUSED = frozenset({400, 404, 413, 422})
UNAUTHORIZED = frozenset({401, 403})
_NO_JSON: Any = object()  # what is read from an answer that is none


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


class Unclear(Exception):
    """Something was sent that creates something, and nobody knows whether it arrived."""

    def __init__(self, cause: str, status_code: int | None = None) -> None:
        self.cause, self.status_code = cause, status_code
        super().__init__(cause)


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
        self._is_loopback = is_loopback(urlsplit(url).hostname or "")
        self._session = open_session(MAX_CONNECTIONS, self._is_loopback)

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url, "key": self._key, "max_retry_seconds": self.max_retry_seconds, "verbose": self.verbose}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def shown(self, text: str) -> str:
        """A text of the service as it may be shown: without the key, whatever its length."""
        return self._key.hidden_in(text)

    def close(self) -> None:
        """Close the connections that wait for their next use."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The document at a path. Raises IonQException."""
        return self._repeated("GET", path, query=query)

    def get_any(self, path: str) -> Any:
        """The document at a path, or its text, or its bytes, where it is none. Raises IonQException."""
        return self._repeated("GET", path, parse=self._any_form)

    def put(self, path: str, body: object = None) -> Any:
        """Set something, which may be done twice."""
        return self._repeated("PUT", path, body=body)

    def delete(self, path: str, body: object = None) -> Any:
        """Delete something. That it is not there any more, when asked again, means that the first time did it."""
        return self._repeated("DELETE", path, body=body)

    def post(self, path: str, body: bytes, pause: Pause | None = None) -> Mapping[str, Any]:
        """Create something, once. `pause` sleeps between attempts; what it raises ends them, with nothing sent.

        Raises:
            Unclear: It may have been created.
            IonQTimeoutException: It could not be sent, or was put off, until the time for that was over; it was not created.
            IonQException: It was refused.
        """
        started, attempts, pause = self._clock.now(), 0, pause or self._clock.sleep
        while True:
            self._wait_for_posts(started, pause)
            with open_session(1, self._is_loopback) as session:  # one that has died is no lost answer
                found = attempt(session, self._key, "POST", self.url + path, None, body)
            status, wait_s = None, 0.0
            if isinstance(found, Reply):
                if found.status != 429:
                    verdict = self._verdict(found)
                    if isinstance(verdict, Exception):
                        raise verdict
                    return verdict
                status, wait_s, told = 429, found.retry_after_s, "the service asks to come back later"
                self._post_not_before(wait_s)
            elif found.sent:
                raise Unclear(found.told)
            elif found.final:
                raise IonQException(f"nothing was sent: {found.told}")
            else:
                told = found.told
            delay_s = self._delay(started, attempts, wait_s, told, status)
            if status is None:
                pause(delay_s)
            else:
                self._post_not_before(delay_s)
            attempts += 1

    def _post_not_before(self, seconds: float) -> None:
        """Let all submissions wait; the longest wait that was asked for counts."""
        with self._lock:
            self._no_post_before = max(self._no_post_before, self._clock.now() + seconds)

    def _verdict(self, reply: Reply) -> Mapping[str, Any] | IonQException | Unclear:
        """What an answer to a POST says: created, refused, or nothing for sure. A value, so that what was read stays in no traceback."""
        document = self._document(reply)
        if reply.status in (200, 201) and isinstance(document, Mapping) and isinstance(document.get("id"), str) and document["id"]:
            return document
        if reply.status in REFUSED | UNAUTHORIZED and _is_of_the_service(document):
            return self._refusal(reply)
        what = "an answer without an id" if reply.status in (200, 201) else f"an answer with status {reply.status}"
        return Unclear(f"{what}{self._request_id(reply)}", reply.status)

    def _repeated(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        parse: Callable[[Reply], Any] | None = None,
    ) -> Any:
        """Ask until there is an answer or the time is over."""
        parse = parse or self._document
        data = None if body is None else json.dumps(body).encode()
        started, attempts, nonsense = self._clock.now(), 0, 0
        while True:
            status, wait_s = None, 0.0
            reply = attempt(self._session, self._key, method, self.url + path, query, data)
            if isinstance(reply, Failure):
                told = reply.told
                if reply.final:
                    raise IonQException(told)
            else:
                status, wait_s, told = reply.status, reply.retry_after_s, f"the service answered {reply.status}{self._request_id(reply)}"
                if 200 <= reply.status < 300:
                    found = parse(reply) if method == "GET" or reply.body.strip() else {}  # only a read has something to say
                    if found is not _NO_JSON:
                        return found
                    nonsense += 1
                    told = "the service's answer is not JSON"
                    if nonsense == NONSENSE_TRIES:
                        raise IonQResponseException(told, status)
                elif method == "DELETE" and reply.status == 404 and attempts:
                    return {}
                elif reply.status not in RETRIED or (reply.status == 409 and method != "GET"):
                    raise self._refusal(reply)
            self._clock.sleep(self._delay(started, attempts, wait_s, told, status))
            attempts += 1

    def _delay(self, started: float, attempts: int, wait_s: float, told: str, status: int | None) -> float:
        """Seconds until the next attempt: doubling, with jitter, at least what the service asks for. Raises IonQTimeoutException."""
        largest = min(LARGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempts, 16))
        delay_s: float = max(wait_s, largest * (0.5 + 0.5 * self._clock.jitter()))
        passed_s = self._clock.now() - started
        if passed_s + delay_s > self.max_retry_seconds or delay_s > left_s():
            raise IonQTimeoutException(f"gave up after {attempts + 1} attempts in {passed_s:.1f} s: {told}", status)
        if self.verbose:
            sys.stderr.write(f"{told}; waiting {delay_s:.1f} s before asking again\n")
        return delay_s

    def _wait_for_posts(self, started: float, pause: Pause) -> None:
        """Wait while the service has asked for no more submissions, whichever of them was told. Raises IonQTimeoutException."""
        while True:
            with self._lock:
                left_s = self._no_post_before - self._clock.now()
            if left_s <= 0:
                return
            if self._clock.now() + left_s - started > self.max_retry_seconds:
                raise IonQTimeoutException(f"nothing was sent: the service has asked for no submissions for {left_s:.0f} s more", 429)
            pause(left_s)

    def _refusal(self, reply: Reply) -> IonQException:
        """The exception that says what the service said."""
        said = self.shown(_message(self._document(reply)))[:2_000]
        if reply.status in UNAUTHORIZED:
            kind = "the service does not know this API key" if reply.status == 401 else "this API key may not do that"
            return IonQUnauthorizedException(f"{kind}{': ' + said if said else ''}{self._request_id(reply)}", reply.status)
        text = said or ("the service redirects elsewhere, which is not followed" if 300 <= reply.status < 400 else "no reason given")
        text = f"{text}{self._request_id(reply)}"
        return IonQNotFoundException(text) if reply.status == 404 else IonQException(text, reply.status)

    def _document(self, reply: Reply) -> Any:
        """The JSON of an answer, without the key; `_NO_JSON` where it is none."""
        return self._read(reply, Reply.document)

    def _any_form(self, reply: Reply) -> Any:
        """A document, else text, else bytes."""
        found = self._read(reply, Reply.document, Reply.text)
        return reply.body if found is _NO_JSON else found

    def _read(self, reply: Reply, *readers: Callable[[Reply], Any]) -> Any:
        """What the first reader that can makes of an answer, without the key. No exception is left that holds the answer."""
        for read in readers:
            try:
                return self._key.hidden_in_document(read(reply), reply.body)
            except ValueError:
                continue
            except BaseException as interrupt:
                raise bare(interrupt) from None
        return _NO_JSON

    def _request_id(self, reply: Reply) -> str:
        """The service's own name for a request, by which its support finds it."""
        name = self.shown(reply.headers.get("x-request-id", ""))
        return f" (request {name[:80]})" if name else ""


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
            return text
    return inner if isinstance(inner, str) else ""

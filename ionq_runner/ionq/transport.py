"""One request over HTTP and its whole answer, or why there is none. Nothing is repeated, followed or kept here.

An answer is as it came. A failure is a value without the key, and what interrupts a request drags nothing of it along.
"""

from __future__ import annotations

import json
import math
import os
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, LocationValueError

from ionq_runner.ionq.connections import Adapter, watched
from ionq_runner.ionq.deadlines import left_s, within
from ionq_runner.ionq.hosts import moment_of
from ionq_runner.ionq.keys import ApiKey, bare

__all__ = ["Failure", "Reply", "Session", "attempt", "open_session"]

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 10.0, 60.0
ANSWER_TIMEOUT_S, MAX_BODY_BYTES = 600.0, 1 << 28
LONGEST_WAIT_S = 7 * 86_400.0  # that a service may ask for
_NETWORK = (requests.exceptions.RequestException, HTTPError, OSError, ValueError, ArithmeticError, RecursionError, MemoryError)
_UNUSABLE = (  # addresses and proxies that nothing can be sent to
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidProxyURL,
    LocationValueError,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service, as it came; a repr shows nothing of it, for it may echo the key."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def document(self) -> Any:
        """The JSON in the body. Raises ValueError where it is none."""

        def refuse(constant: str) -> float:
            raise ValueError(f"{constant} is not JSON")

        def finite(text: str) -> float:
            return number if math.isfinite(number := float(text)) else refuse(text)

        try:
            return json.loads(self.body, parse_constant=refuse, parse_float=finite)
        except RecursionError:
            raise ValueError("the document is nested too deeply") from None

    def text(self) -> str:
        """The body as text. Raises ValueError where it is none."""
        return self.body.decode()

    @property
    def retry_after_s(self) -> float:
        """How long the service asks to wait, from seconds or a date on its own clock; 0 where it does not."""
        text = self.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdecimal():
            return min(float(text[:20]), LONGEST_WAIT_S)
        until, at = moment_of(text), moment_of(self.headers.get("Date", ""))
        return min(max(0.0, (until - at).total_seconds()), LONGEST_WAIT_S) if until and at else 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A request without a whole answer. A value, so that no exception drags the request, and the key in it, along."""

    told: str
    sent: bool = True  # False: surely nothing of it arrived
    final: bool = False  # asking again changes nothing


def attempt(
    session: Session, key: ApiKey, method: str, url: str, query: Mapping[str, Any] | None = None, body: bytes | None = None
) -> Reply | Failure:
    """One request and its whole answer, without following it elsewhere; or why there is none.

    All of it, from the connection to the last byte, ends in `ANSWER_TIMEOUT_S`, or sooner where `deadlines.within` says so. What
    interrupts it goes on without the frames and exceptions below, which hold the key: some show the variables of every frame.
    """
    try:
        return _attempt(session, key, method, url, query, body)
    except BaseException as interrupt:
        raise bare(interrupt) from None


def _attempt(session: Session, key: ApiKey, method: str, url: str, query: Mapping[str, Any] | None, body: bytes | None) -> Reply | Failure:
    started_s = time.monotonic()
    try:
        request = requests.Request(method, url, params=query, data=body, auth=key)
        if body is not None:
            request.headers["Content-Type"] = "application/json"
        prepared = session.prepare_request(request)
        settings = session.merge_environment_settings(str(prepared.url), {}, True, None, None)
    except _NETWORK as error:
        return Failure(_told(error, url, key, started_s), sent=False, final=True)
    if url.startswith("https:") and isinstance(bundle := settings["verify"], str) and not os.path.exists(bundle):
        told = f"there are no certificates at {bundle}, where REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE says that they are"
        return Failure(key.hidden_in(told), sent=False, final=True)
    no_time = Failure(f"there was no time left to ask {_host(url)}", sent=False)
    with within(ANSWER_TIMEOUT_S), watched() as sending:
        if not session.places.acquire(timeout=max(0.0, left_s())):
            return no_time
        try:
            if (limit_s := left_s()) <= 0:
                return no_time
            timeout = min(CONNECT_TIMEOUT_S, limit_s), min(READ_TIMEOUT_S, limit_s)
            with session.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                whole = _whole_body(response)
        except _NETWORK as error:
            final = not sending.begun and (_is_unsafe(error) or isinstance(error, _UNUSABLE))
            late = sending.begun and left_s() <= 0
            told = f"the answer of {_host(url)} takes too long" if late else _told(error, url, key, started_s)
            return Failure(told, sent=sending.begun, final=final)
        finally:
            session.places.release()
    if whole is None:
        return Failure(f"the answer of {_host(url)} is too long, or takes too long")
    return Reply(response.status_code, CaseInsensitiveDict({name: str(value) for name, value in response.headers.items()}), whole)


class Session(requests.Session):
    """A session that looks nowhere for another address, and has a place for each of its connections."""

    def __init__(self, connections: int) -> None:
        super().__init__()
        self.places = threading.BoundedSemaphore(connections)

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def open_session(connections: int, is_loopback: bool) -> Session:
    """A session that keeps no cookies and repeats nothing by itself; to this computer it goes through no proxy.

    Requests beyond the number of connections wait for a place, in their own time.
    """
    session = Session(connections)
    session.trust_env = not is_loopback
    session.headers.update({"User-Agent": _user_agent(), "Accept-Encoding": "identity"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, Adapter(pool_connections=1, pool_maxsize=connections, max_retries=0))
    return session


def _whole_body(response: requests.Response) -> bytes | None:
    """The body, as long as it stays within bounds of size and time; None where it does not."""
    parts, size = [], 0
    while part := response.raw.read1(1 << 16, decode_content=True):  # what is there, without waiting for more
        parts.append(part)
        size += len(part)
        if size > MAX_BODY_BYTES or left_s() <= 0:
            return None
    return b"".join(parts)


def _is_unsafe(error: BaseException) -> bool:
    """Whether no connection was safe: the other side could not show who it is, or the two do not understand each other.

    Asking again changes nothing, unless it only broke off.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ssl.SSLError):
            return not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError)
        seen.add(id(error))
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__  # type: ignore[assignment]
    return False


def _told(error: Exception, url: str, key: ApiKey, started_s: float) -> str:
    """An error of the network in a few words."""
    match error:
        case requests.exceptions.ConnectTimeout():
            text = f"no connection to {_host(url)} within {time.monotonic() - started_s:.0f} s"
        case requests.exceptions.Timeout():
            text = f"no answer from {_host(url)} within {time.monotonic() - started_s:.0f} s"
        case requests.exceptions.SSLError():
            text = f"no safe connection to {_host(url)}: {_innermost(error)}"
        case _:
            text = f"the connection to {_host(url)} failed: {_innermost(error)}"
    return key.hidden_in(text)


def _innermost(error: BaseException) -> str:
    """What an error is about: the one inside all others, without the names of their parts."""
    for _ in range(10):
        inner = [one for one in (getattr(error, "reason", None), *error.args) if isinstance(one, BaseException)]
        if not inner:
            break
        error = inner[0]
    text = str(error)
    return text.partition("): ")[2] if text.startswith("HTTP") else text


def _host(url: str) -> str:
    """Scheme and host of an address: all of it that a message needs."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _user_agent() -> str:
    """This program and its version."""
    try:
        own = version("ionq-runner")
    except PackageNotFoundError:  # run from a source tree that is not installed
        own = "unknown"
    return f"ionq-runner/{own} (python/{python_version()})"

"""Connections that keep two things to what was promised: a whole answer ends in time, and it is known whether anything was sent.

`requests` limits each single read, so that a server which sends one byte a minute is listened to for ever; here every read gets what is
left of `deadlines.within`, from the first byte of the first header to the last of the body. And its errors do not say whether they
came before the request left; here the connection itself knows.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from requests.adapters import HTTPAdapter

from ionq_runner.ionq.deadlines import left_s

__all__ = ["Adapter", "Sending", "watched"]


class Sending:
    """What is known of one request on its way."""

    begun = False  # whether a byte of it may have left


_SENDING: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextmanager
def watched() -> Iterator[Sending]:
    """What becomes of the request that is sent inside."""
    sending = Sending()
    before = _SENDING.set(sending)
    try:
        yield sending
    finally:
        _SENDING.reset(before)


class _Timely(io.RawIOBase):
    """The bytes of a socket; a read waits no longer than the socket's own limit, nor than there is time in all."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock, self._raw, self._limit_s = sock, raw, sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if (left := left_s()) <= 0:
            raise TimeoutError("the answer takes too long")
        self._sock.settimeout(left if self._limit_s is None else min(left, self._limit_s))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read in time, headers included; also that of a proxy which is asked for a way through."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timely(sock, self.fp.detach()))


class _Watching(http.client.HTTPConnection):
    """A connection with such answers, which notes when a request begins to leave."""

    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _note(False)  # at most a proxy was asked for a way through

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _note(True)
        super().send(data)


@cache
def _watching(kind: type[Any]) -> type[Any]:
    """A class of connections that does so too."""
    return type(kind.__name__, (_Watching, kind), {})


def _note(begun: bool) -> None:
    if (sending := _SENDING.get()) is not None:
        sending.begun = begun


class Adapter(HTTPAdapter):
    """Requests over such connections."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """The pool for a request, directly or through a proxy."""
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        if not issubclass(pool.ConnectionCls, _Watching):
            pool.ConnectionCls = _watching(pool.ConnectionCls)
        return pool

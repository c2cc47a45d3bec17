"""IonQ's service on 127.0.0.1: a real HTTP/1.1 server that keeps jobs in memory, for v0.4 and v0.3 at once.

    with Cloud() as cloud:
        cloud.run_s = 0.2                                   # jobs take that long; see loopback_routes.Service for more of this
        cloud.faults.add("POST", "/jobs$", "lose_reply")    # see loopback_faults
        ...                                                 # requests to cloud.url + "/v0.4" with the key cloud.key
        cloud.requests, cloud.submissions, cloud.jobs       # what came, what was accepted, what is held

Circuits are simulated (loopback_circuits), jobs live by time (loopback_jobs) and are told in either version's words
(loopback_documents). Source: IonQ's API reference of both versions.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import socketserver
import struct
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback_faults import Fault, Faults
from loopback_messages import Reply, refusal
from loopback_routes import Service

__all__ = ["Cloud", "Headers", "Request"]

MAX_BODY = 10_000_000  # bytes
HTML = b"<html><body><h1>It works!</h1></body></html>"


class Headers(dict[str, str]):
    """Headers by name, in lower case or any other."""

    def __init__(self, items: Any) -> None:
        super().__init__((name.lower(), value) for name, value in items)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    target: str  # the path with its query
    path: str
    query: dict[str, list[str]]
    headers: Headers
    body: bytes
    connection: int  # from 1, in the order in which they were accepted
    at_s: float  # of the monotonic clock, when it had arrived

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Cloud(Service):
    """The running server, and the service behind it.

    Attributes:
        url: Where it is, without a path.
        requests: All that came, also those that met a fault.
        delay_s: How long each answer takes.
        in_flight, max_in_flight_seen: Requests that are being answered now, and the most there were at once.
        connections: How many were accepted.
        faults: What is to go wrong.
        errors: Tracebacks of this server's own mistakes, which are answered with 500.
    """

    def __init__(self) -> None:
        self._server = _Server(self)
        port = self._server.server_address[1]
        super().__init__(port)
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[Request] = []
        self.delay_s = 0.0
        self.in_flight = self.max_in_flight_seen = self.connections = 0
        self.faults = Faults()
        self.errors: list[str] = []
        self.closing = threading.Event()
        self.counting = threading.Lock()
        self._scripts: list[tuple[re.Pattern[str], int, object]] = []
        self._thread = threading.Thread(target=self._server.accept, daemon=True, name=f"loopback-{port}")
        self._thread.start()

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def script(self, path: str, content: object, status: int = 200) -> None:
        """Fix what a path answers from now on, whatever the method; a later script goes before an earlier one."""
        self._scripts.insert(0, (re.compile(path), status, content))

    def close(self) -> None:
        """End every connection and thread; returns at once, also while answers are slow."""
        if self.closing.is_set():
            return
        self.closing.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._server.server_port), timeout=5):
            pass  # wakes the thread that accepts
        self._thread.join(5)
        self._server.server_close()

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """What is answered, before it is damaged on its way."""
        if fault is not None and not fault.is_carried_out:
            return _replaced(fault, refusal(500))
        for path, status, content in self._scripts:
            if path.search(request.path) or path.search(request.target):
                return Reply(status, json.dumps(content).encode())
        try:
            found = self.answer(request.method, request.path, request.query, request.body, request.headers.get("authorization"))
        except Exception:
            self.errors.append(traceback.format_exc())
            return refusal(500, "The loopback service made a mistake.")
        return found if fault is None else _replaced(fault, found)


def _replaced(fault: Fault, reply: Reply) -> Reply:
    """The reply that a fault sends instead."""
    options = fault.options
    match fault.kind:
        case "status" | "status_after":
            usual, body = refusal(options["status"]), options.get("body")
            content = usual.body if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            return Reply(options["status"], content, headers=options.get("headers") or {})
        case "redirect":
            return Reply(options.get("status", 307), b"", headers={"Location": options["location"]})
        case "garbage":
            return Reply(200, HTML, "text/html")
        case "no_id":
            return Reply(201, b"{}")
    return reply


class _Server(ThreadingHTTPServer):
    """Accepts connections, and can end those that are idle."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._open: dict[socket.socket, threading.Thread] = {}
        self.resets: set[socket.socket] = set()  # to be closed without a farewell
        self.numbers: dict[socket.socket, int] = {}  # in the order of acceptance
        self._opening = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of the host's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def accept(self) -> None:
        """Take connections until the cloud closes."""
        while not self.cloud.closing.is_set():
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return not self.cloud.closing.is_set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.cloud.connections += 1  # this thread alone accepts
        self.numbers[request] = self.cloud.connections
        name = f"loopback-{self.server_port}-{self.cloud.connections}"
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True, name=name)
        with self._opening:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self._opening:
            self._open.pop(request, None)
            self.numbers.pop(request, None)
        if request in self.resets:
            self.resets.remove(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        with self._opening:
            still_open = list(self._open.items())
        for connection, _ in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _, thread in still_open:
            thread.join(5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # that the client went away is its own affair
            self.cloud.errors.append(traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    """Reads requests of one connection and writes each reply at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.number = self.server.numbers[self.request]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Says nothing."""

    def _answer(self) -> None:
        cloud, length = self.server.cloud, self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self.wfile.write(self._message(refusal(413 if length.isdecimal() and int(length) > MAX_BODY else 411)))
            return
        parts, body = urlsplit(self.path), self.rfile.read(int(length))
        if len(body) < int(length):  # the client went away in the middle of it
            self.close_connection = True
            return
        request = Request(
            self.command, self.path, parts.path, parse_qs(parts.query, keep_blank_values=True),
            Headers(self.headers.items()), body, self.number, time.monotonic(),
        )  # fmt: skip
        with cloud.counting:
            cloud.requests.append(request)
            cloud.in_flight += 1
            cloud.max_in_flight_seen = max(cloud.in_flight, cloud.max_in_flight_seen)
        try:
            written = self._serve(request, cloud.faults.take(request.method, request.path, request.target))
        finally:  # before anything is written: whoever reads the reply may ask again at once
            with cloud.counting:
                cloud.in_flight -= 1
        self.wfile.write(written)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 - the base class looks for these

    def _serve(self, request: Request, fault: Fault | None) -> bytes:
        """Carry a request out, or not; what is to be written."""
        cloud, kind = self.server.cloud, fault.kind if fault else ""
        if fault and kind == "slow":
            cloud.closing.wait(fault.options["seconds"])
        reply = cloud.reply(request, fault)
        if cloud.delay_s:
            cloud.closing.wait(cloud.delay_s)
        if cloud.closing.is_set() or kind in {"lose_reply", "drop", "bytes", "truncate"}:
            self.close_connection = True
        if fault and kind in {"lose_reply", "drop"}:
            if fault.options.get("reset"):  # the last word of a closed connection is then RST, not FIN
                self.server.resets.add(self.request)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return b""
        if fault and kind == "bytes":
            return bytes(fault.options["raw"])
        return self._message(reply, len(reply.body) // 2 if kind == "truncate" else None)

    def _message(self, reply: Reply, length: int | None = None) -> bytes:
        """The reply on the wire, with only `length` bytes of its body."""
        try:
            phrase = HTTPStatus(reply.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [
            f"{self.protocol_version} {reply.status} {phrase}",
            f"Content-Type: {reply.media_type}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
            *(["Connection: close"] if self.close_connection else []),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + reply.body[:length]

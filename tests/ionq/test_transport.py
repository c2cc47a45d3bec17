"""One request and its answer: it ends in time, it is known whether anything left, and connections stay within their number."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from ionq_runner.ionq import IonQException, IonQTimeoutException
from ionq_runner.ionq.client import Client, Unclear
from ionq_runner.ionq.deadlines import left_s, within
from ionq_runner.ionq.keys import ApiKey
from ionq_runner.ionq.transport import Failure, Reply, attempt, open_session

JOB = b'{"type": "ionq.circuit.v1", "backend": "simulator", "shots": 10, "input": {"qubits": 1, "circuit": [{"gate": "h", "target": 0}]}}'
KEY = ApiKey("secret-key")


@contextlib.contextmanager
def server(serve):
    """A server that does the same with every connection until it is closed; its port, and how many connections there were."""
    listener, closing, seen, threads = socket.create_server(("127.0.0.1", 0)), threading.Event(), [], []

    def one(connection):
        with connection, contextlib.suppress(OSError):
            serve(connection, closing)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                seen.append(connection)
                threads.append(threading.Thread(target=one, args=(connection,)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield listener.getsockname()[1], seen
    finally:
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join(10)


def dripping(first: bytes):
    """Sends some bytes, and then one at a time for ever."""

    def serve(connection, closing):
        connection.recv(10_000)
        connection.sendall(first)
        while not closing.wait(0.02):
            connection.sendall(b"x")

    return serve


STARTS = {
    "nothing yet": b"",
    "the status": b"HTTP/1.1 200 ",
    "a header": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "a promise to go on": b"HTTP/1.1 100 Continue\r\nX-Slow: ",
    "a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
    "the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
}


@pytest.mark.parametrize("start", STARTS)
def test_an_answer_that_drips_ends_in_time_wherever_it_is(monkeypatch, start):
    monkeypatch.setattr("ionq_runner.ionq.transport.ANSWER_TIMEOUT_S", 0.3)
    with server(dripping(STARTS[start])) as (port, seen):
        own, begun = Client(f"http://127.0.0.1:{port}/v0.4", KEY, max_retry_seconds=0), time.monotonic()
        with pytest.raises(Unclear, match=r"takes too long|connection to .* failed"):
            own.post("/jobs", JOB)
        with pytest.raises(IonQTimeoutException):
            own.get("/jobs")
        own.close()
        assert time.monotonic() - begun < 3.0
        assert len(seen) == 2


def test_within_a_limit_nothing_takes_longer_and_nothing_is_repeated_beyond_it():
    with server(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ")) as (port, _):
        own, begun = Client(f"http://127.0.0.1:{port}/v0.4", KEY), time.monotonic()
        with within(60.0), within(0.3), within(50.0), pytest.raises(IonQTimeoutException, match="takes too long"):
            own.get("/jobs")
        assert time.monotonic() - begun < 3.0
        with within(0.0), pytest.raises(IonQTimeoutException, match="no time left"):
            own.get("/jobs")
        own.close()
    assert left_s() == float("inf")


def test_within_a_limit_nobody_waits_longer_for_a_connection(monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.client.MAX_CONNECTIONS", 1)
    with server(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ")) as (port, seen):
        own, ended = Client(f"http://127.0.0.1:{port}/v0.4", KEY), []

        def ask(seconds):
            with within(seconds), pytest.raises(IonQTimeoutException):
                own.get("/jobs")
            ended.append(seconds)

        long, short = (threading.Thread(target=ask, args=(seconds,)) for seconds in (1.5, 0.3))
        long.start()
        while not seen:
            time.sleep(0.01)
        short.start()
        short.join(10)
        long.join(10)
        own.close()
        assert ended == [0.3, 1.5]
        assert len(seen) == 1


def test_an_answer_that_comes_in_pieces_is_read():
    def serve(connection, closing):
        connection.recv(10_000)
        for byte in b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 5}':
            connection.sendall(bytes([byte]))

    with server(serve) as (port, _), open_session(1, True) as session:
        reply = attempt(session, KEY, "GET", f"http://127.0.0.1:{port}/v0.4/jobs")
    assert isinstance(reply, Reply)
    assert reply.document() == {"a": 5}


def test_connections_stay_within_their_number_and_are_used_again(cloud, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.client.MAX_CONNECTIONS", 3)
    cloud.delay_s = 0.05
    own, found = Client(f"{cloud.url}/v0.4", ApiKey(cloud.key)), []
    threads = [threading.Thread(target=lambda: found.append(own.get("/backends"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    own.close()
    assert (len(found), cloud.max_in_flight_seen, cloud.connections) == (12, 3, 3)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_that_are_not_there_are_named_and_nothing_was_sent(monkeypatch, tmp_path, variable):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    own = Client("https://ionq.invalid/v0.4", KEY)
    with pytest.raises(IonQException, match=r"^nothing was sent: there are no certificates at .*none\.pem, where REQUESTS_CA_BUNDLE or"):
        own.post("/jobs", JOB)
    with pytest.raises(IonQException, match=r"no certificates at .*none\.pem"):
        own.get("/jobs")
    own.close()


def asked(port, session):
    return attempt(session, KEY, "POST", f"https://127.0.0.1:{port}/v0.4/jobs", None, JOB)


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_certificates_that_are_none_send_nothing(monkeypatch, tmp_path, content):
    (tmp_path / "bad.pem").write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "bad.pem"))
    received = []
    with server(lambda connection, closing: received.append(connection.recv(10_000))) as (port, _), open_session(1, False) as session:
        failure = asked(port, session)
    assert isinstance(failure, Failure)
    assert (failure.sent, failure.final) == (False, True)
    assert b"".join(received) == b""


def test_a_handshake_that_breaks_off_may_be_tried_again_and_one_that_makes_no_sense_not():
    for answer, final in ((b"", False), (b"HTTP/1.1 400 Bad Request\r\n\r\n", True)):
        with server(lambda connection, closing, answer=answer: connection.sendall(answer)) as (port, _), open_session(1, True) as session:
            failure = asked(port, session)
        assert isinstance(failure, Failure)
        assert (failure.sent, failure.final) == (False, final), failure.told


@pytest.mark.parametrize("read", [0, 10, 10_000])
def test_a_submission_whose_handshake_breaks_off_was_not_sent_and_is_sent_again(read):
    def serve(connection, closing):
        if read:
            connection.recv(read)

    with server(serve) as (port, seen):
        own = Client(f"https://127.0.0.1:{port}/v0.4", KEY, max_retry_seconds=2)
        with pytest.raises(IonQTimeoutException, match="gave up after"):
            own.post("/jobs", JOB)
        own.close()
        assert len(seen) > 1


def test_a_proxy_that_makes_no_way_got_no_request(monkeypatch):
    received = []

    def serve(connection, closing):
        received.append(connection.recv(10_000))
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with server(serve) as (port, _), open_session(1, False) as session:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        failure = attempt(session, KEY, "POST", "https://ionq.invalid/v0.4/jobs", None, JOB)
    assert isinstance(failure, Failure)
    assert not failure.sent
    assert len(received) == 1
    assert received[0].startswith(b"CONNECT ionq.invalid:443")
    assert b"secret-key" not in received[0]


def test_a_request_that_left_counts_as_sent_also_on_a_connection_that_is_used_again(cloud):
    session = open_session(1, True)
    assert isinstance(attempt(session, ApiKey(cloud.key), "GET", f"{cloud.url}/v0.4/backends"), Reply)
    cloud.faults.add("GET", "/backends$", "drop")
    failure = attempt(session, ApiKey(cloud.key), "GET", f"{cloud.url}/v0.4/backends")
    session.close()
    assert isinstance(failure, Failure)
    assert failure.sent
    assert cloud.connections == 1

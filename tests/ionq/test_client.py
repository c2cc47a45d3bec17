"""The client: what is asked again and for how long, what is sent once, what is told when nobody knows."""

from __future__ import annotations

import pickle
import socket
import ssl
import threading
from pathlib import Path
from time import monotonic, sleep

import cirq
import pytest

from ionq_runner.ionq import (
    IonQException,
    IonQNotFoundException,
    IonQResponseException,
    IonQTimeoutException,
    IonQUnauthorizedException,
    SubmissionUnclearException,
)
from ionq_runner.ionq.client import Client, Clock, Unclear
from ionq_runner.ionq.keys import ApiKey
from ionq_runner.ionq.transport import Reply

JOB = b'{"type": "ionq.circuit.v1", "backend": "simulator", "shots": 10, "input": {"qubits": 1, "circuit": [{"gate": "h", "target": 0}]}}'
ERROR = b'{"statusCode": 400, "error": "Bad Request", "message": "the circuit is too long"}'


class Time:
    """A clock that stands still but for sleeping."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now_s += seconds

    @property
    def clock(self):
        return Clock(lambda: self.now_s, self.sleep, lambda: 1.0)


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def client(cloud, time):
    def made(**options):
        clients.append(Client(f"{cloud.url}/v0.4", ApiKey(cloud.key), **{"clock": time.clock, **options}))
        return clients[-1]

    clients: list[Client] = []
    yield made
    for one in clients:
        one.close()


RETRIED = [408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]
FINAL = [400, 403, 404, 405, 410, 418, 422, 501, 530]
BROKEN = ["drop", "truncate", "lose_reply"]


@pytest.mark.parametrize("status", RETRIED)
def test_a_read_is_repeated_after_what_may_pass(cloud, client, time, status):
    cloud.faults.add("GET", "/backends$", "status", times=3, status=status)
    assert len(client().get("/backends")) > 1
    assert time.slept == [0.1, 0.2, 0.4]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_read_is_repeated_after_a_broken_connection(cloud, client, kind):
    cloud.faults.add("GET", "/backends$", kind, times=2)
    assert len(client().get("/backends")) > 1
    assert len(cloud.requests) == 3


@pytest.mark.parametrize("status", FINAL)
def test_a_read_is_not_repeated_after_what_stays(cloud, client, time, status):
    cloud.faults.add("GET", "/backends$", "status", times=None, status=status)
    with pytest.raises(IonQException) as caught:
        client().get("/backends")
    assert (caught.value.status_code, time.slept, len(cloud.requests)) == (status, [], 1)


def test_max_retry_seconds_means_the_time_that_has_passed(cloud, client, time):
    cloud.faults.add("GET", "/backends$", "status", times=None, status=504)
    with pytest.raises(TimeoutError, match=r"gave up after 7 attempts in 6\.3 s: the service answered 504"):
        client(max_retry_seconds=10).get("/backends")
    assert time.slept == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]


def test_without_time_to_retry_everything_is_asked_once(cloud, client, time):
    cloud.faults.add("GET", "/backends$", "status", times=None, status=503)
    with pytest.raises(IonQTimeoutException) as caught:
        client(max_retry_seconds=0).get("/backends")
    assert (caught.value.status_code, time.slept) == (503, [])


def test_the_pause_between_two_attempts_stays_below_half_a_minute(cloud, client, time):
    cloud.faults.add("GET", "/backends$", "status", times=12, status=503)
    client().get("/backends")
    assert max(time.slept) == 30.0


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0", 0.1), ("Wed, 21 Oct 2026 07:28:09 GMT", 9.0), ("soon", 0.1), ("-5", 0.1)]
)
def test_retry_after_is_honoured_as_seconds_or_as_a_date_on_the_services_clock(cloud, client, time, header, seconds):
    head = f"HTTP/1.1 429 Too Many\r\nDate: Wed, 21 Oct 2026 07:28:00 GMT\r\nRetry-After: {header}\r\nConnection: close\r\n"
    raw = f"{head}Content-Length: 2\r\n\r\n{{}}".encode()
    cloud.faults.add("GET", "/backends$", "bytes", raw=raw)
    client().get("/backends")
    assert time.slept == [seconds]


def test_a_longer_retry_after_than_there_is_time_ends_at_once(cloud, client, time):
    cloud.faults.add("GET", "/backends$", "status", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(IonQTimeoutException, match="429"):
        client(max_retry_seconds=60).get("/backends")
    assert time.slept == []


def test_an_answer_that_is_no_json_is_asked_for_again_and_then_refused(cloud, client):
    cloud.faults.add("GET", "/backends$", "garbage", times=2)
    assert len(client().get("/backends")) > 1
    cloud.faults.add("GET", "/backends$", "garbage", times=None)
    with pytest.raises(IonQResponseException, match="not JSON"):
        client().get("/backends")
    assert len(cloud.requests) == 6


def test_infinities_are_no_json():
    assert Reply(200, {}, b'{"p": 1}').document() == {"p": 1}
    for text in (b"NaN", b"[Infinity]", b'{"p": -Infinity}'):
        with pytest.raises(ValueError, match="is not JSON"):
            Reply(200, {}, text).document()


def test_redirects_are_not_followed_and_the_key_goes_nowhere_else(cloud, client, loopback):
    with loopback.Cloud() as other:
        for method in ("GET", "POST"):
            cloud.faults.add(method, "/jobs", "redirect", location=f"{other.url}/v0.4/jobs")
        with pytest.raises(IonQException, match="redirects elsewhere"):
            client().get("/jobs")
        with pytest.raises(Unclear, match="307"):
            client().post("/jobs", JOB)
        assert other.requests == []


def test_reads_share_a_connection_and_no_cookie_comes_back(cloud, client):
    raw = b"HTTP/1.1 200 OK\r\nSet-Cookie: id=1; Path=/\r\nContent-Length: 2\r\n\r\n[]"
    cloud.faults.add("GET", "/backends$", "bytes", raw=raw)
    own = client()
    for _ in range(5):
        own.get("/backends")
    assert cloud.connections == 2  # the first reply ended its connection
    assert all("Cookie" not in request.headers for request in cloud.requests)


def test_many_threads_may_share_a_client(cloud, client):
    own, found = client(), []
    threads = [threading.Thread(target=lambda: found.append(len(own.get("/backends")))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 40
    assert len(set(found)) == 1


def test_requests_say_who_asks(cloud, client):
    client().get("/backends")
    assert cloud.requests[0].headers["User-Agent"].startswith("ionq-runner/")
    assert cloud.requests[0].headers["Authorization"] == f"apiKey {cloud.key}"


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (401, IonQUnauthorizedException, "does not know"),
        (403, IonQUnauthorizedException, "may not"),
        (404, IonQNotFoundException, "the circuit is too long"),
        (400, IonQException, "the circuit is too long"),
        (413, IonQException, "too long"),
        (422, IonQException, "too long"),
    ],
)
def test_a_refused_submission_is_not_repeated_and_says_why(cloud, client, status, kind, text):
    cloud.faults.add("POST", "/jobs$", "status", status=status, body=ERROR, headers={"x-request-id": "r-1"})
    with pytest.raises(kind, match=text) as caught:
        client().post("/jobs", JOB)
    assert caught.value.status_code == status
    assert "request r-1" in str(caught.value)
    assert len(cloud.requests) == 1


UNCLEAR = [
    *(("status_after", {"status": status}) for status in (408, 409, 425, 500, 502, 503, 504, 520, 524)),
    *(("status", {"status": status, "body": b"<html>proxy</html>"}) for status in (400, 401, 403, 404, 413, 422, 502, 302)),
    ("lose_reply", {}),
    ("lose_reply", {"reset": True}),
    ("drop", {}),
    ("drop", {"reset": True}),
    ("truncate", {}),
    ("garbage", {}),
    ("no_id", {}),
    ("bytes", {"raw": b'HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"id": 5}'}),
    ("bytes", {"raw": b'HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{"id": ""}'}),
    ("bytes", {"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"}),
    ("bytes", {"raw": b"what?"}),
]


@pytest.mark.parametrize(("kind", "options"), UNCLEAR)
def test_a_submission_is_never_repeated_when_it_may_have_been_accepted(cloud, client, time, kind, options):
    cloud.faults.add("POST", "/jobs$", kind, times=None, **options)
    with pytest.raises(Unclear):
        client().post("/jobs", JOB)
    assert [request.method for request in cloud.requests] == ["POST"]
    assert time.slept == []


def test_a_submission_that_takes_too_long_is_unclear(cloud, client, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.transport.READ_TIMEOUT_S", 0.2)
    cloud.faults.add("POST", "/jobs$", "slow", seconds=1.0)
    with pytest.raises(Unclear, match="no answer"):
        client().post("/jobs", JOB)


def test_reads_have_a_time_limit_too(cloud, client, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.transport.READ_TIMEOUT_S", 0.2)
    fault = cloud.faults.add("GET", "/backends$", "slow", times=2, seconds=4.0)
    begun = monotonic()
    assert len(client().get("/backends")) > 1
    assert monotonic() - begun < 3.5
    assert (fault.hits, len(cloud.requests)) == (2, 3)  # each was given up, and asked for again


def test_a_submission_that_was_put_off_is_sent_again_when_the_service_allows(cloud, client, time):
    cloud.faults.add("POST", "/jobs$", "status", times=2, status=429, headers={"Retry-After": "5"})
    assert client().post("/jobs", JOB)["id"]
    assert time.slept == [5.0, 5.0]
    assert len(cloud.submissions) == 1


def test_when_one_submission_is_put_off_all_wait(cloud, client, time):
    cloud.faults.add("POST", "/jobs$", "status", status=429, headers={"Retry-After": "5"})
    own = client()
    own.post("/jobs", JOB)
    time.now_s -= 2.0  # as if another thread came two seconds earlier
    own.post("/jobs", JOB)
    assert time.slept == [5.0, 2.0]


def test_a_submission_that_did_not_arrive_is_sent_again(time):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    own = Client(f"http://127.0.0.1:{port}/v0.4", ApiKey("k"), max_retry_seconds=1, clock=time.clock)
    with pytest.raises(IonQTimeoutException, match="gave up after 4 attempts"):
        own.post("/jobs", JOB)
    assert time.slept == [0.1, 0.2, 0.4]
    own.close()


@pytest.fixture
def stranger():
    """A server whose certificate nobody vouches for; counts the bytes that arrive after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "tls" / "nobody_vouches.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[str] = []

    def serve():
        for _ in range(10):
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain:
                try:
                    with context.wrap_socket(plain, server_side=True) as safe:
                        seen.append(safe.recv(1000).decode())
                except (ssl.SSLError, OSError):
                    seen.append("")

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}/v0.4", seen
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def test_a_stranger_gets_no_key_and_is_asked_once(stranger, time):
    url, seen = stranger
    own = Client(url, ApiKey("secret-key"), clock=time.clock)
    for call in (lambda: own.get("/jobs"), lambda: own.post("/jobs", JOB)):
        with pytest.raises(IonQException, match="no safe connection") as caught:
            call()
        assert "secret-key" not in str(caught.value)
    own.close()
    for _ in range(500):  # the server hears of it a moment later
        if len(seen) == 2:
            break
        sleep(0.01)
    assert (seen, time.slept) == (["", ""], [])


def test_a_proxy_that_is_not_there_took_nothing(cloud, time, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "")
    own = Client("http://ionq.invalid/v0.4", ApiKey("k"), max_retry_seconds=0.2, clock=time.clock)
    with pytest.raises(IonQTimeoutException, match="gave up after 2 attempts"):
        own.post("/jobs", JOB)
    own.close()


def test_a_name_without_an_address_took_nothing(time):
    own = Client("http://ionq.invalid/v0.4", ApiKey("k"), max_retry_seconds=0.2, clock=time.clock)
    with pytest.raises(IonQTimeoutException, match="gave up after 2 attempts"):
        own.post("/jobs", JOB)
    own.close()


def test_a_computer_that_does_not_answer_took_nothing(time, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.transport.CONNECT_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # the queue of the server is full: a further connection is never made
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        own = Client(f"http://127.0.0.1:{port}/v0.4", ApiKey("k"), max_retry_seconds=0, clock=time.clock)
        with pytest.raises(IonQTimeoutException, match=r"no connection to .* within 0 s"):
            own.post("/jobs", JOB)
        own.close()
        for one in waiting:
            one.close()


def test_an_error_is_told_in_whatever_form_it_comes(cloud, client):
    own = client()
    for body, told in (
        (b'{"code": 400, "message": "plain"}', "plain"),
        (b'{"error": {"type": "x", "message": "nested"}}', "nested"),
        (b'{"error": "a text"}', "a text"),
        (b'{"error": 5}', "no reason given"),
        (b"[]", "no reason given"),
        (b"<html>", "no reason given"),
    ):
        cloud.faults.add("GET", "/jobs$", "status", status=400, body=body)
        with pytest.raises(IonQException, match=told):
            own.get("/jobs")


def test_what_is_no_json_may_be_text_or_bytes(cloud, client):
    own = client()
    for body, found in ((b'{"a": 1}', {"a": 1}), (b"OPENQASM 3.0;", "OPENQASM 3.0;"), (b"\xff\x00", b"\xff\x00")):
        cloud.faults.add(
            "GET", "/jobs/a$", "bytes", raw=b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert own.get_any("/jobs/a") == found


@pytest.mark.parametrize("kind", ["refused", "drop"])
def test_a_broken_connection_is_told_without_the_names_of_libraries(cloud, client, kind):
    if kind == "drop":
        cloud.faults.add("GET", "/jobs$", "drop", times=None)
    else:
        cloud.close()
    with pytest.raises(IonQTimeoutException) as caught:
        client(max_retry_seconds=0).get("/jobs")
    assert cloud.url in str(caught.value)
    assert not any(word in str(caught.value) for word in ("Pool", "HTTPConnection", "urllib3", "object at", "Max retries"))
    assert ("refused" if kind == "refused" else "closed connection") in str(caught.value)


def test_every_submission_has_a_connection_of_its_own(cloud, client):
    own = client()
    for _ in range(3):
        own.post("/jobs", JOB)
    assert len({request.connection for request in cloud.requests}) == 3


def test_a_conflict_is_asked_again_only_of_a_read(cloud, client):
    for method, call in (("PUT", "put"), ("DELETE", "delete")):
        cloud.faults.add(method, "/jobs", "status", status=409)
        with pytest.raises(IonQException) as caught:
            getattr(client(), call)("/jobs/a")
        assert caught.value.status_code == 409


def test_deleting_again_after_a_lost_answer_is_no_error(cloud, client):
    own = client()
    identity = own.post("/jobs", JOB)["id"]
    cloud.faults.add("DELETE", "/jobs", "lose_reply")
    assert own.delete(f"/jobs/{identity}") == {}
    with pytest.raises(IonQNotFoundException):
        own.delete(f"/jobs/{identity}")


def test_waits_are_told_on_request(cloud, client, capsys):
    cloud.faults.add("GET", "/backends$", "status", times=2, status=503)
    client(verbose=True).get("/backends")
    out, told = capsys.readouterr()
    assert out == ""
    assert told.splitlines() == [f"the service answered 503; waiting {seconds} s before asking again" for seconds in ("0.1", "0.2")]


def test_an_unclear_submission_carries_the_token_that_finds_it(cloud, service):
    circuit = cirq.Circuit(cirq.H(cirq.LineQubit(0)), cirq.measure(cirq.LineQubit(0), key="m"))
    cloud.faults.add("POST", "/jobs$", "lose_reply")
    own = service()
    with pytest.raises(SubmissionUnclearException, match=r"service\.find_job") as caught:
        own.create_job(circuit, 10)
    assert len(cloud.submissions) == 1
    job = own.find_job(caught.value.token)
    assert job.token() == caught.value.token
    assert job.results().repetitions() == 10
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.token, again.cause, str(again)) == (caught.value.token, caught.value.cause, str(caught.value))


def test_what_was_never_accepted_is_not_found(cloud, service):
    circuit = cirq.Circuit(cirq.H(cirq.LineQubit(0)), cirq.measure(cirq.LineQubit(0), key="m"))
    own = service()
    own.create_job(circuit, 10)
    cloud.faults.add("POST", "/jobs$", "drop")
    with pytest.raises(SubmissionUnclearException) as caught:
        own.create_job(circuit, 10)
    assert own.find_job(caught.value.token) is None


def created(extra: bytes = b"", head: bytes = b"", status: bytes = b"201 Created", body: bytes = b'{"id": "JOB17"') -> bytes:
    whole = body + extra
    return b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(whole), head, whole)


STRANGE = {
    "two lengths": b"HTTP/1.1 201 Created\r\nContent-Length: 5, 6\r\n\r\n{}",
    "nested deeply": created(b', "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "an infinity": created(b', "shots": 1e999}'),
    "bytes in a location": created(b"}", b"Location: \xff\xfe\r\n", b"302 Found"),
    "half an address": created(b"}", b"Location: http://[::1\r\n", b"302 Found"),
    "broken gzip": created(b"}", b"Content-Encoding: gzip\r\n"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_whatever_follows_the_first_byte_is_unclear(cloud, client, name):
    cloud.faults.add("POST", "/jobs$", "bytes", raw=STRANGE[name])
    with pytest.raises(Unclear):
        client().post("/jobs", JOB)
    assert len(cloud.requests) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_without_end_is_left(cloud, client, monkeypatch, method):
    monkeypatch.setattr("ionq_runner.ionq.transport.MAX_BODY_BYTES", 10_000)
    big = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50000\r\n\r\n" + b" " * 50_000
    cloud.faults.add(method, "/jobs$", "bytes", raw=big)
    if method == "POST":
        with pytest.raises(Unclear, match="too long"):
            client().post("/jobs", JOB)
    else:
        with pytest.raises(IonQTimeoutException, match="too long"):
            client(max_retry_seconds=0).get("/jobs")


def test_an_answer_that_drips_is_left(time, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.transport.ANSWER_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            plain, _ = listener.accept()
            with plain:
                plain.recv(10_000)
                plain.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(100):
                    try:
                        plain.sendall(b" ")
                    except OSError:
                        return
                    sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        own = Client(f"http://127.0.0.1:{listener.getsockname()[1]}/v0.4", ApiKey("k"), clock=time.clock)
        with pytest.raises(Unclear, match="takes too long"):
            own.post("/jobs", JOB)
        own.close()
        thread.join(10)


@pytest.mark.parametrize("header", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "+99999999999999999", "9" * 400, "\u0663"])
def test_a_strange_retry_after_breaks_nothing(cloud, client, header):
    raw = created(b"}", b"Retry-After: " + header.encode() + b"\r\n", b"429 Too Many")
    cloud.faults.add("POST", "/jobs$", "bytes", raw=raw)
    own = client(max_retry_seconds=30 * 86_400)
    assert own.post("/jobs", JOB)["id"]
    assert len(cloud.submissions) == 1


def test_a_longer_wait_counts_and_giving_up_does_not_forget_it(cloud, client, time):
    own = client(max_retry_seconds=1)
    cloud.faults.add("POST", "/jobs$", "status", status=429, headers={"Retry-After": "100"})
    with pytest.raises(IonQTimeoutException, match="429"):
        own.post("/jobs", JOB)
    with pytest.raises(IonQTimeoutException, match=r"nothing was sent.* 100 s more"):
        own.post("/jobs", JOB)
    assert len(cloud.requests) == 1
    own._post_not_before(3.0)  # a shorter one does not replace it
    time.now_s += 50.0
    with pytest.raises(IonQTimeoutException, match="50 s more"):
        own.post("/jobs", JOB)
    time.now_s += 50.5
    assert own.post("/jobs", JOB)["id"]


@pytest.mark.parametrize("host", ["exa mple", "*", "a..b", "x" * 70])
def test_an_address_that_is_none_is_refused_at_once(time, host):
    own = Client(f"https://{host}/v0.4", ApiKey("k"), clock=time.clock)
    for call in (lambda: own.get("/jobs"), lambda: own.post("/jobs", JOB)):
        with pytest.raises(IonQException):
            call()
    assert time.slept == []
    own.close()


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_stands_between_this_computer_and_itself(cloud, client, loopback, monkeypatch, name):
    for other in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
    with loopback.Cloud() as proxy:
        monkeypatch.setenv(name, proxy.url)
        assert len(client().get("/backends")) > 1
        client().post("/jobs", JOB)
        assert proxy.requests == []


def test_no_exception_drags_the_key_along(cloud, client):
    cloud.key = "Zq8X-secret"
    own = client(max_retry_seconds=0)
    for method, kind in (("GET", "drop"), ("POST", "lose_reply"), ("POST", "bytes")):
        options = {"raw": b"HTTP/1.1 Zq8X-secret\r\n\r\n"} if kind == "bytes" else {}
        cloud.faults.add(method, "/jobs$", kind, **options)
        with pytest.raises((IonQException, Unclear)) as caught:
            own.get("/jobs") if method == "GET" else own.post("/jobs", JOB)
        error, seen = caught.value, []
        while error is not None and error not in seen:
            seen.append(error)
            assert "Zq8X" not in str(error)
            assert getattr(error, "request", None) is None
            error = error.__cause__ or error.__context__


def test_an_echoed_key_is_taken_out_of_every_answer(cloud, client):
    cloud.key = "Zq8X+very/secret"
    echo = b'["Zq8X+very/secret", "Zq8X%2Bvery%2Fsecret", "WnE4WCt2ZXJ5L3NlY3JldA==", "Zq8X+very\\/secret", {"\\u005aq8X+very/secret": 1}]'
    cloud.faults.add("GET", "/jobs$", "status", times=2, status=200, body=echo)
    hidden = "<API key>"
    wanted = [hidden, hidden, f"{hidden}==", hidden, {hidden: 1}]
    assert client().get("/jobs") == wanted
    assert client().get_any("/jobs") == wanted
    cloud.faults.add("GET", "/jobs$", "status", status=200, body=b"// Zq8X+very/secret")
    assert client().get_any("/jobs") == f"// {hidden}"


def test_an_interrupt_of_whatever_kind_names_the_token(cloud, service, monkeypatch):
    class Alarm(Exception):
        pass

    def ring(*_, **__):
        raise Alarm

    circuit = cirq.Circuit(cirq.H(cirq.LineQubit(0)), cirq.measure(cirq.LineQubit(0), key="m"))
    for kind in (Alarm, KeyboardInterrupt):
        monkeypatch.setattr("ionq_runner.ionq.client.attempt", lambda *_, kind=kind, **__: ring() if kind is Alarm else interrupt())
        with pytest.raises(kind) as caught:
            service().create_job(circuit, 10)
        assert "service.find_job(" in caught.value.__notes__[0]


def interrupt():
    raise KeyboardInterrupt

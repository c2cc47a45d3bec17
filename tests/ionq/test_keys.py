"""The key comes from where people put it, and nothing shows it."""

from __future__ import annotations

import base64
import copy
import logging
import os
import pickle
import sys
import traceback

import cirq
import pytest
import requests

from ionq_runner.ionq import InvalidArgument, IonQException, Service
from ionq_runner.ionq.keys import ApiKey, find_key

SECRET = "Zq8XhardlyAnyone"
VARIABLES = ("CIRQ_IONQ_API_KEY", "IONQ_API_KEY", "IONQ_API_KEY_FILE")
LINE = cirq.LineQubit.range(2)
BELL = cirq.Circuit(cirq.H(LINE[0]), cirq.CNOT(*LINE), cirq.measure(*LINE, key="m"))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def header(key):
    return key(requests.Request("GET", "http://localhost/").prepare()).headers["Authorization"]


def test_an_argument_comes_first_then_the_environment_in_cirqs_order(monkeypatch):
    monkeypatch.setenv("IONQ_API_KEY", "second")
    assert header(find_key()) == "apiKey second"
    monkeypatch.setenv("CIRQ_IONQ_API_KEY", "first")
    assert header(find_key()) == "apiKey first"
    assert header(find_key("given")) == "apiKey given"
    assert header(find_key(ApiKey("made"))) == "apiKey made"


def test_without_any_key_the_places_are_named():
    with pytest.raises(OSError, match="`CIRQ_IONQ_API_KEY` or `IONQ_API_KEY` or `IONQ_API_KEY_FILE`"):
        find_key()


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("CIRQ_IONQ_API_KEY", "")
    monkeypatch.setenv("IONQ_API_KEY", "second")
    assert header(find_key()) == "apiKey second"


def test_a_key_file_is_read_where_only_its_owner_can(tmp_path, monkeypatch):
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    monkeypatch.setenv("IONQ_API_KEY_FILE", str(file))
    assert header(find_key()) == f"apiKey {SECRET}"
    file.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        find_key()
    monkeypatch.setenv("IONQ_API_KEY_FILE", str(tmp_path))
    with pytest.raises(OSError, match="key"):
        find_key()


def test_a_key_in_the_keyring_is_the_last_resort(monkeypatch):
    class Keyring:
        @staticmethod
        def get_password(service, user):
            return {("ionq_runner", "api_key"): "ring"}[service, user]

    monkeypatch.setitem(sys.modules, "keyring", Keyring)
    assert header(find_key()) == "apiKey ring"

    def locked(service, user):
        raise RuntimeError("locked")

    Keyring.get_password = locked
    with pytest.raises(OSError, match="no API key"):
        find_key()


@pytest.mark.parametrize("text", ["", "  ", "two words", "line\nbreak", "kéy", "nul\0"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(text):
    with pytest.raises(InvalidArgument) as caught:
        ApiKey(text)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_no_text_of_a_service_or_its_parts_shows_the_key(cloud, service):
    cloud.key = SECRET
    own = service(api_key=SECRET)
    job = own.create_job(BELL, 10)
    for thing in (
        own,
        own.api_key,
        own.__dict__,
        own._endpoints.__dict__,
        own._endpoints.client.__dict__,
        job,
        job.__dict__,
        job.to_dict(),
    ):
        for text in (repr(thing), str(thing), f"{thing}"):
            assert SECRET not in text
    assert SECRET not in repr(copy.copy(own.api_key))


def test_no_pickle_holds_the_key_and_a_job_goes_on_with_that_of_the_environment(cloud, service, monkeypatch):
    cloud.key = SECRET
    job = service(api_key=SECRET).create_job(BELL, 10)
    data = pickle.dumps(job)
    assert SECRET.encode() not in data
    assert base64.b64encode(SECRET.encode())[:-2] not in data
    with pytest.raises(OSError, match="no API key"):
        pickle.loads(data)
    monkeypatch.setenv("IONQ_API_KEY", SECRET)
    assert pickle.loads(data).status() == "completed"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 500])
def test_what_the_service_echoes_is_shown_without_the_key(cloud, service, status):
    cloud.key = SECRET
    body = f'{{"statusCode": {status}, "error": "Bad", "message": "you sent apiKey {SECRET}"}}'.encode()
    cloud.faults.add("*", "/jobs", "status", times=None, status=status, body=body, headers={"x-request-id": SECRET})
    own = service(api_key=SECRET, max_retry_seconds=0)
    for call in (lambda: own.get_job("x"), lambda: own.create_job(BELL, 10)):
        with pytest.raises(IonQException) as caught:
            call()
        for text in (str(caught.value), repr(caught.value), caught.value.message, repr(caught.value.args)):
            assert SECRET not in text
        assert SECRET.encode() not in pickle.dumps(caught.value)


@pytest.mark.parametrize("key", ["test", "1", "id", "status", "simulator", "measurement0", "ionq_runner"])
def test_a_dummy_key_changes_no_answer(cloud, service, key):
    cloud.key = key
    circuit = cirq.Circuit(cirq.X(LINE[0]), cirq.measure(*LINE, key="test1"))
    own = service(api_key=key)
    job = own.create_job(circuit, 10, name="a test of 1 id", target="qpu.aria-1")
    assert job.name() == "a test of 1 id"
    assert job.results().counts("test1") == {0b10: 10}
    assert own.find_job(job.token()) == job


@pytest.mark.parametrize("key", ["short", "ab/cd+ef/SECRET&x=1"])
def test_an_echo_with_escapes_is_shown_without_the_key_whatever_its_length(cloud, service, key):
    escaped = key.replace("/", "\\/").replace("&", "\\u0026").replace("s", "\\u0073")
    cloud.key = key
    body = f'{{"statusCode": 401, "error": "Unauthorized", "message": "{"x" * 1995} {escaped}"}}'.encode()
    cloud.faults.add("*", "/", "status", times=None, status=401, body=body)
    own = service(api_key=key)
    for call in (own.whoami, lambda: own.create_job(BELL, 10)):
        with pytest.raises(IonQException) as caught:
            call()
        assert key[:4] not in caught.value.message


@pytest.mark.parametrize("key", ["abcdefgh", SECRET])
def test_what_a_job_says_is_shown_without_the_key(cloud, service, key):
    cloud.key = key
    own = service(api_key=key)
    job = own.create_job(BELL, 10, target="qpu.aria-1")
    document = {"id": job.job_id(), "status": "failed", "failure": {"message": f"no {key}"}, "warning": {"messages": [f"no {key}"]}}
    cloud.script(rf"/jobs/{job.job_id()}$", document)
    with pytest.warns(UserWarning, match=r"^no <API key>$"), pytest.raises(IonQException, match="Error message: no <API key>") as caught:
        job.results()
    assert key not in caught.value.reason


@pytest.mark.parametrize("name", ["create_job", "list_jobs"])
def test_an_interrupt_does_not_drag_the_key_along(cloud, service, monkeypatch, name):
    cloud.key = SECRET
    own = service(api_key=SECRET)

    def interrupted(*_, headers, **__):
        assert headers["Authorization"] == f"apiKey {SECRET}"  # as in the frames of the libraries below
        try:
            raise OSError(headers["Authorization"])
        except OSError:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        {"create_job": lambda: own.create_job(BELL, 10), "list_jobs": own.list_jobs}[name]()
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "in attempt" in told
    assert SECRET not in told
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def everything_in(error):
    """What a tool can show that shows the variables of every frame, of an exception and of all that it drags along."""
    found, seen, left = [], set(), [error]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        left += [one.__context__, one.__cause__]
        found += [str(one), repr(one.args), repr(vars(one))]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_code.co_filename != __file__:
                found += [f"{name} = {value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(found)


@pytest.mark.parametrize("name", ["create_job", "create_session", "get_job", "backends"])
@pytest.mark.parametrize("status", [200, 400, 403, 500, 503])
@pytest.mark.parametrize("body", ['{"message": "you sent %s"}', "<html>you sent %s", '{"message": "\\u0041%s"}', '{"n": 1e999, "k": "%s"}'])
def test_no_variable_in_an_exception_shows_an_echoed_key(cloud, service, name, status, body):
    cloud.key = SECRET
    sent = (body % SECRET).encode()
    cloud.faults.add("*", "/", "status", times=None, status=status, body=sent, headers={"x-request-id": SECRET})
    own = service(api_key=SECRET, max_retry_seconds=0.3)
    calls = {
        "create_job": lambda: own.create_job(BELL, 10),
        "create_session": lambda: own.create_session("qpu.aria-1"),
        "get_job": lambda: own.get_job("x"),
        "backends": own.backends,
    }
    with pytest.raises(IonQException) as caught:
        calls[name]()
    assert SECRET not in everything_in(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("place", ["hidden_in", "_forms"])
def test_an_interrupt_while_the_key_is_looked_for_does_not_show_it(cloud, service, monkeypatch, place):
    cloud.key = SECRET
    own = service(api_key=SECRET)
    cloud.script("/jobs$", {"jobs": [], "next": None, "echo": SECRET})

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ApiKey, place, interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        own.list_jobs()
    assert SECRET not in everything_in(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"default_target": "nowhere"},
        {"api_version": "v9"},
        {"remote_host": "http://example.com"},
        {"max_retry_seconds": -1},
        {"job_settings": 5},
        {"api_key": f"{SECRET}é"},
        {"api_key": SECRET.encode()},
    ],
)
def test_a_service_that_was_refused_shows_the_key_in_no_variable(options):
    with pytest.raises(InvalidArgument) as caught:
        Service(**{"api_key": SECRET, **options})
    assert "default_target = " in everything_in(caught.value)
    assert SECRET not in everything_in(caught.value)


def test_a_key_of_the_environment_that_is_none_is_in_no_variable_either(monkeypatch):
    monkeypatch.setenv("IONQ_API_KEY", f"{SECRET}é")
    with pytest.raises(InvalidArgument) as caught:
        Service()
    assert SECRET not in everything_in(caught.value)


def test_an_answer_that_is_refused_is_shown_without_a_short_key(cloud, service):
    cloud.key = "Zq8X-short"
    own = service(api_key=cloud.key)
    cloud.script("/jobs$", {"message": f"you sent apiKey {cloud.key}"})
    cloud.script("/jobs/x$", {"id": cloud.key})
    cloud.script("/sessions$", {"sessions": cloud.key})
    cloud.script("/characterizations", {"page": f"{'x' * 183}{cloud.key}"})
    for call in (
        own.list_jobs,
        lambda: own.find_job("x"),
        lambda: own.get_job("x"),
        own.sessions,
        lambda: own.list_calibrations(target="qpu.aria-1"),
    ):
        with pytest.raises(IonQException) as caught:
            call()
        assert "Zq8X" not in str(caught.value)
    cloud.script("/jobs$", {"jobs": [cloud.key]})
    with pytest.raises(IonQException, match="maybe this one: '<API key>'"):
        own.find_job("x")


def test_no_log_shows_the_key(cloud, service, caplog):
    cloud.key = SECRET
    with caplog.at_level(logging.DEBUG):
        service(api_key=SECRET).run(BELL, 10)
    assert caplog.records
    assert SECRET not in caplog.text


def test_netrc_never_takes_the_place_of_the_key(cloud, service, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password stolen\n")
    os.chmod(tmp_path / ".netrc", 0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    service().run(BELL, 10)
    assert {request.headers["Authorization"] for request in cloud.requests} == {f"apiKey {cloud.key}"}

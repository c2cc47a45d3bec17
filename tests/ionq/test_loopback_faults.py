"""Each kind of fault does what it says, and the service has or has not done what it was asked."""

from __future__ import annotations

import contextlib
import http.client
import json
import time

import pytest

BODY = {"type": "ionq.circuit.v1", "backend": "simulator", "input": {"circuit": [{"gate": "x", "target": 0}]}}


@pytest.fixture
def post(cloud):
    """Submit a job: the status, the headers and the body that come back; one connection for all."""
    connection = http.client.HTTPConnection("127.0.0.1", int(cloud.url.rsplit(":", 1)[1]), timeout=10)

    def submit():
        connection.request("POST", "/v0.4/jobs", json.dumps(BODY), {"Authorization": "apiKey test-key"})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    with contextlib.closing(connection):
        yield submit


@pytest.mark.parametrize(("kind", "carried_out"), [("status", 0), ("status_after", 1)])
def test_a_status_is_answered_before_or_after_the_job_is_accepted(cloud, post, kind, carried_out):
    cloud.faults.add("POST", "/jobs$", kind, status=429, headers={"Retry-After": "3"})
    status, headers, body = post()
    expected = {"statusCode": 429, "error": "Too Many Requests", "message": "The request was answered with 429."}
    assert (status, headers["Retry-After"], json.loads(body)) == (429, "3", expected)
    assert len(cloud.submissions) == carried_out
    assert post()[0] == 201
    assert (len(cloud.submissions), cloud.connections) == (carried_out + 1, 1)


def test_a_status_may_have_any_body_and_any_number(cloud, post):
    cloud.faults.add("*", ".", "status", status=522, body=b"no JSON")
    cloud.faults.add("POST", ".", "status", status=503, body={"error": "text"})
    assert [post()[::2] for _ in range(2)] == [(522, b"no JSON"), (503, b'{"error": "text"}')]


@pytest.mark.parametrize(("kind", "carried_out"), [("drop", 0), ("lose_reply", 1)])
@pytest.mark.parametrize("reset", [False, True])
def test_the_connection_ends_without_a_reply(cloud, post, kind, carried_out, reset):
    cloud.faults.add("POST", "/jobs$", kind, reset=reset)
    with pytest.raises(ConnectionResetError if reset else http.client.RemoteDisconnected) as raised:
        post()
    assert isinstance(raised.value, http.client.RemoteDisconnected) is not reset
    assert (len(cloud.submissions), len(cloud.requests)) == (carried_out, 1)


def test_half_of_the_reply_is_lost(cloud, post):
    cloud.faults.add("POST", "/jobs$", "truncate")
    with pytest.raises(http.client.IncompleteRead) as raised:
        post()
    assert raised.value.partial.startswith(b'{"id": "')
    assert len(cloud.submissions) == 1


def test_something_else_answers(cloud, post):
    cloud.faults.add("POST", "/jobs$", "garbage")
    status, headers, body = post()
    assert (status, headers["Content-Type"], body[:6]) == (200, "text/html", b"<html>")
    assert len(cloud.submissions) == 1


def test_a_job_is_accepted_and_nobody_says_which(cloud, post):
    cloud.faults.add("POST", "/jobs$", "no_id")
    assert post()[::2] == (201, b"{}")
    assert len(cloud.submissions) == 1


def test_a_request_is_sent_elsewhere(cloud, post):
    cloud.faults.add("POST", "/jobs$", "redirect", location="http://127.0.0.1:9/v0.4/jobs")
    status, headers, _ = post()
    assert (status, headers["Location"], cloud.submissions) == (307, "http://127.0.0.1:9/v0.4/jobs", [])


def test_an_answer_is_slow(cloud, post):
    cloud.faults.add("POST", "/jobs$", "slow", seconds=0.15)
    begun = time.monotonic()
    assert post()[0] == 201
    assert time.monotonic() - begun >= 0.15


def test_bytes_are_sent_as_they_are(cloud, post):
    cloud.faults.add("POST", "/jobs$", "bytes", raw=b"SMTP ready\r\n")
    with pytest.raises(http.client.BadStatusLine):
        post()
    assert cloud.submissions == []


def test_a_fault_meets_as_many_requests_as_it_says_after_those_it_skips(cloud, post):
    fault = cloud.faults.add("POST", "/jobs$", "status", status=500, times=2, skip=1)
    cloud.faults.add("GET", ".", "status", status=500, times=None)
    assert [post()[0] for _ in range(4)] == [201, 500, 500, 201]
    assert fault.hits == 2


def test_faults_can_be_taken_back(cloud, post):
    cloud.faults.add("POST", "/jobs$", "drop", times=None)
    cloud.faults.clear()
    assert post()[0] == 201


@pytest.mark.parametrize(("kind", "options"), [("explode", {}), ("status", {}), ("drop", {"seconds": 1}), ("slow", {})])
def test_a_fault_that_does_not_exist_is_refused(cloud, kind, options):
    with pytest.raises(ValueError, match="fault"):
        cloud.faults.add("POST", "/jobs$", kind, **options)

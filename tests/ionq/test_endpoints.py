"""Lists that the service gives: what is none is never taken for an empty one."""

from __future__ import annotations

import cirq
import pytest

from ionq_runner.ionq import InvalidArgument, IonQResponseException, SubmissionUnclearException

X = cirq.Circuit(cirq.X(cirq.LineQubit(0)), cirq.measure(cirq.LineQubit(0), key="m"))
NO_LISTS = [
    b"",
    b" ",
    b"{}",
    b"[]",
    b"null",
    b'{"message": "maintenance"}',
    b'{"jobs": null, "next": null}',
    b'{"jobs": {}, "next": null}',
]
NO_JOBS = [b'{"jobs": [null], "next": null}', b'{"jobs": ["an id"], "next": null}', b'{"jobs": [{"id": "a"}], "next": null}']


def answered(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.fixture(params=["v0.3", "v0.4"])
def own(service, request):
    return service(api_version=request.param)


@pytest.mark.parametrize("body", NO_LISTS)
def test_a_lost_job_is_not_said_to_be_absent_where_the_list_was_not_read(cloud, own, body):
    cloud.faults.add("POST", "/jobs$", "lose_reply")
    with pytest.raises(SubmissionUnclearException) as lost:
        own.create_job(X, 10)
    cloud.faults.add("GET", "/jobs", "bytes", times=None, raw=answered(body))
    for call in (lambda: own.find_job(lost.value.token), own.list_jobs):
        with pytest.raises(IonQResponseException):
            call()
    cloud.faults.clear()
    assert own.find_job(lost.value.token).token() == lost.value.token


@pytest.mark.parametrize("body", NO_JOBS)
def test_a_lost_job_is_not_said_to_be_absent_where_something_in_the_list_was_not_read(cloud, own, body):
    cloud.faults.add("GET", "/jobs", "bytes", times=2, raw=answered(body))
    with pytest.raises(IonQResponseException, match="maybe this one"):
        own.find_job("a token")
    assert own.list_jobs() == ()


@pytest.mark.parametrize("token", [None, "", 5, b"token", ["token"]])
def test_what_is_no_token_finds_nobody_elses_job(cloud, own, token):
    with pytest.raises(InvalidArgument, match="is no token"):
        own.find_job(token)
    assert cloud.requests == []


def test_of_a_job_and_its_copies_the_one_that_was_submitted_first_is_found(cloud, service):
    times = {"copy": "2026-02-02T00:00:00Z", "sent": "2026-01-01T00:00:00Z", "undated": None, "later copy": "2026-02-03T00:00:00.5Z"}
    metadata = {"ionq_runner": "t"}
    jobs = [
        {"id": name, "status": "completed", "metadata": metadata, "parent_job_id": None, "submitted_at": at} for name, at in times.items()
    ]
    cloud.script(r"/v0\.4/jobs", {"jobs": jobs, "next": None})
    assert service().find_job("t").job_id() == "sent"
    older = [{"id": str(at), "status": "completed", "metadata": metadata, "request": at} for at in (30, 20, 10, 10.5)]
    whole = {"id": "whole", "status": "completed", "metadata": metadata, "request": 25, "children": ["20"]}
    cloud.script(r"/v0\.3/jobs", {"jobs": older})
    assert service(api_version="v0.3").find_job("t").job_id() == "10"
    cloud.script(r"/v0\.3/jobs", {"jobs": [*older, whole]})
    assert service(api_version="v0.3").find_job("t").job_id() == "whole"


def test_of_jobs_without_a_time_the_last_in_the_list_is_the_first(cloud, service):
    jobs = [{"id": name, "status": "completed", "metadata": {"ionq_runner": "t"}, "parent_job_id": None} for name in "ab"]
    cloud.script(r"/v0\.4/jobs", {"jobs": jobs, "next": None})
    assert service().find_job("t").job_id() == "b"


def test_a_later_page_that_is_none_ends_no_list(cloud, own):
    for _ in range(3):
        own.create_job(X, 10)
    cloud.faults.add("GET", "/jobs", "bytes", skip=1, raw=answered(b"{}"))
    with pytest.raises(IonQResponseException, match=r"no list of jobs: \{\}"):
        own.list_jobs(batch_size=2)
    assert len(own.list_jobs(batch_size=2)) == 3


def test_a_last_page_says_so_or_says_nothing_of_a_next(cloud, own):
    for body in (b'{"jobs": [], "next": null}', b'{"jobs": []}', b'{"jobs": [], "next": ""}'):
        cloud.faults.add("GET", "/jobs", "bytes", raw=answered(body))
        assert own.find_job("a token") is None


def test_sessions_and_characterizations_that_are_no_lists_are_not_none_at_all(cloud, service):
    own = service()
    for body in (b"{}", b'{"sessions": null, "characterizations": null}', b'{"sessions": 5, "characterizations": {}}'):
        for call in (own.sessions, lambda: own.list_calibrations(target="qpu.aria-1")):
            cloud.faults.add("GET", "sessions|characterizations", "bytes", raw=answered(body))
            with pytest.raises(IonQResponseException):
                call()


def test_a_read_without_an_answer_is_asked_again_and_then_refused(cloud, service):
    own = service()
    cloud.faults.add("GET", "/whoami", "bytes", times=2, raw=answered(b""))
    assert own.whoami()["key_name"]
    cloud.faults.add("GET", "/whoami", "bytes", times=None, raw=answered(b""))
    with pytest.raises(IonQResponseException, match="not JSON"):
        own.whoami()

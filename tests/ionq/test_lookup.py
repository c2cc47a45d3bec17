"""The job of a token is found, or its absence is sure: `None` makes a user send again, and pay twice."""

from __future__ import annotations

import cirq
import pytest

from ionq_runner.ionq import IonQResponseException

A, B = cirq.LineQubit.range(2)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))


@pytest.fixture(params=["v0.3", "v0.4"])
def own(request, service):
    return service(api_version=request.param, default_target="simulator")


@pytest.fixture
def lists(cloud):
    """Let the list of jobs say this of every job, or of those with certain ids; a value of `...` leaves a field out."""

    def change(*identities, **changes):
        said = cloud._document

        def document(job, version, listed=False):
            found = said(job, version, listed=listed)
            if listed and (not identities or job.id in identities):
                found = {name: value for name, value in {**found, **changes}.items() if value is not ...}
            return found

        cloud._document = document

    return change


@pytest.mark.parametrize("metadata", [..., "a text", ["a list"]])
def test_a_job_whose_metadata_the_list_leaves_out_or_spoils_is_asked_for(own, lists, metadata):
    job, other, batch = own.create_job(X, 10), own.create_job(X, 10), own.create_batch_job([X, X], 10)
    lists(metadata=metadata)
    assert [own.find_job(one.token()) for one in (job, other)] == [job, other]
    assert own.find_job(batch.token()) == batch
    assert own.find_job("never") is None


def test_a_job_that_has_no_metadata_is_not_asked_for(own, cloud):
    cloud.jobs[own.create_job(X, 10).job_id()].metadata = None
    before = len(cloud.requests)
    assert own.find_job("never") is None
    assert len(cloud.requests) == before + 1


def test_where_nobody_says_the_metadata_nothing_is_known(own, cloud, lists, monkeypatch):
    job = own.create_job(X, 10)
    lists(metadata="a text")
    cloud.jobs[job.job_id()].changes = {"metadata": "a text"}
    with pytest.raises(IonQResponseException, match="does not say its metadata, maybe this one"):
        own.find_job(job.token())
    cloud.jobs[job.job_id()].changes = {}
    monkeypatch.setattr("ionq_runner.ionq.lookup.MOST_ASKED", 0)
    with pytest.raises(IonQResponseException, match="maybe this one"):
        own.find_job(job.token())
    monkeypatch.undo()
    cloud.faults.add("GET", rf"/jobs/{job.job_id()}$", "status", status=404)
    with pytest.raises(IonQResponseException, match="maybe this one"):
        own.find_job(job.token())
    assert own.find_job(job.token()) == job


def test_an_empty_name_of_a_parent_is_none(own, cloud):
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].changes = {"parent_job_id": "", "parent": "", "session_id": ""}
    assert own.find_job(job.token()) == job
    assert own.get_job(job.job_id()).results().repetitions() == 10


@pytest.mark.parametrize("nothing", [None, ..., "soon"])
def test_the_original_is_found_also_where_only_its_copy_says_when(own, cloud, nothing):
    job, copy = own.create_job(X, 10), own.create_job(X, 10)
    cloud.jobs[copy.job_id()].metadata = dict(cloud.jobs[job.job_id()].metadata)
    cloud.jobs[job.job_id()].changes = {"submitted_at": nothing, "request": nothing}
    assert own.find_job(job.token()) == job

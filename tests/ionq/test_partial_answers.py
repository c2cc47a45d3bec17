"""Jobs of which the service says a part, or another thing than it said before: what is known is used, and what is missing is named."""

from __future__ import annotations

import pickle
import time
from collections import Counter

import cirq
import pytest

from ionq_runner.ionq import InvalidArgument, IonQResponseException, IonQUnsuccessfulJobException
from ionq_runner.ionq.standing import SETTLE_S

A, B, C = cirq.LineQubit.range(3)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
Y = cirq.Circuit(cirq.X(C), cirq.measure(C, A, key="z"))


@pytest.fixture(params=["v0.3", "v0.4"])
def own(request, service):
    return service(api_version=request.param, default_target="qpu.aria-1")


@pytest.mark.parametrize(
    ("status", "words"), [("failed", r"failed\. Error message: too hot"), ("canceled", r"was canceled\. Error message: too hot")]
)
def test_a_circuit_of_a_batch_that_failed_is_named_with_its_reason_and_the_others_are_there(own, cloud, status, words):
    job = own.create_batch_job([X, Y], 10)
    job.wait()
    child = cloud.jobs[job.job_id()].children[1]
    child.status, child.changes = status, {"failure": {"message": "too hot", "error": "too hot"}}
    for one in (job, own.get_job(job.job_id())):
        with pytest.raises(IonQUnsuccessfulJobException, match=f"Job {child.id} {words}") as caught:
            one.results()
        assert f"(circuit 1 of job {job.job_id()}; `children()[i].results()` gives those of its other circuits)" in str(caught.value)
        assert (caught.value.job_id, caught.value.status, caught.value.reason) == (child.id, status, "too hot")
        again = pickle.loads(pickle.dumps(caught.value))
        assert (str(again), again.reason) == (str(caught.value), "too hot")
        assert one.children()[0].results().counts("m") == Counter({0b10: 10})


def test_a_batch_whose_answer_leaves_out_a_circuit_that_has_not_failed_is_refused(own, cloud):
    job = own.create_batch_job([X, Y], 10)
    job.wait()
    cloud.script("/results", {cloud.jobs[job.job_id()].children[0].id: {"1": 1.0}})
    with pytest.raises(IonQResponseException, match="are not those of its circuits"):
        job.results()


@pytest.mark.parametrize("circuits", [[X, Y], [Y]])
def test_an_entry_of_a_list_that_says_no_more_than_how_many_circuits_there_are_is_read_as_a_batch(own, cloud, circuits):
    job = own.create_batch_job(circuits, 10)
    expected = job.results()
    document = cloud.jobs[job.job_id()]
    last = len(circuits) - 1
    for ask in (
        lambda one: one.results(timeout_seconds=5) == expected,
        lambda one: one.num_qubits(last) == 3,
        lambda one: one.measurement_dict(last) == {"z": [2, 0]},
        lambda one: one.children() == job.children(),
    ):
        document.changes = {"type": ..., "child_job_ids": ..., "children": ...}
        listed = own.list_jobs()
        document.changes = {}
        assert ask(next(one for one in listed if one == job))


def test_a_job_just_sent_is_read_although_the_service_does_not_say_how_many_qubits_it_has(own, cloud):
    job, batch = own.create_job(Y, 10), own.create_batch_job([X, Y], 10)
    for one in (job, batch):
        cloud.jobs[one.job_id()].changes = {"stats": ..., "qubits": ...}
    assert job.results().counts("z") == own.get_job(job.job_id()).results().counts("z") == Counter({0b10: 10})
    assert [sorted(result.measurement_dict()) for result in batch.results()] == [["m"], ["z"]]


def test_qubits_beyond_those_that_are_known_are_summed_over(own, cloud):
    job = own.create_job(cirq.Circuit(cirq.X(A), cirq.X(C), cirq.measure(A, key="m")), 10)
    cloud.jobs[job.job_id()].changes = {"stats": ..., "qubits": ...}
    assert job.results().counts("m") == Counter({1: 10})


def test_a_job_of_ours_is_read_although_the_service_says_fewer_qubits_than_it_measures(own, cloud):
    job = own.create_job(Y, 10)
    cloud.jobs[job.job_id()].changes = {"stats": {"qubits": 1}, "qubits": 1}
    for one in (job, own.get_job(job.job_id()), own.find_job(job.token())):
        assert one.results().counts("z") == Counter({0b10: 10})


def test_the_metadata_of_a_job_of_another_client_widen_nothing(own, cloud):
    job = own.create_job(Y, 10)
    metadata = {key: value for key, value in job.metadata().items() if key != "ionq_runner"}
    cloud.jobs[job.job_id()].changes = {"stats": {"qubits": 1}, "qubits": 1, "metadata": metadata}
    with pytest.raises(IonQResponseException, match="no outcome of 1 qubits"):
        own.get_job(job.job_id()).results()


def test_the_circuits_of_a_batch_just_sent_have_their_keys_although_the_service_lost_them(own, cloud):
    job = own.create_batch_job([X, Y], 10)
    for one in (cloud.jobs[job.job_id()], *cloud.jobs[job.job_id()].children):
        one.metadata = None
    assert [child.measurement_dict() for child in job.children()] == [{"m": [0, 1]}, {"z": [2, 0]}]
    first, second = (pickle.loads(pickle.dumps(child.results())) for child in job.children())
    assert (first.counts("m"), second.counts("z")) == (Counter({0b10: 10}), Counter({0b10: 10}))
    assert job.children()[1].num_qubits() == 3


def test_a_pickled_job_takes_no_time_of_the_old_clock_along(own, cloud, monkeypatch):
    monkeypatch.setenv("IONQ_API_KEY", cloud.key)
    clock, shift = time.monotonic, [1e6]  # the computer has been up for long
    monkeypatch.setattr("ionq_runner.ionq.standing.time.monotonic", lambda: clock() + shift[0])
    fresh = own.create_job(X, 10)
    old = own.create_job(X, 10)
    kept = pickle.dumps(fresh)
    shift[0] += 2 * SETTLE_S
    settled = pickle.dumps(old)
    shift[0] = 0.0  # it was started again
    assert 0 < pickle.loads(kept)._standing._settled_s - clock() <= SETTLE_S
    cloud.jobs.clear()
    begun = clock()
    with pytest.raises(Exception, match="not found"):
        pickle.loads(settled).results()
    assert clock() - begun < 5


def test_a_variant_whose_counts_are_not_there_leaves_the_others(service, cloud):
    own = service()
    job = own.create_job(X, 500, target="qpu.aria-1", error_mitigation={"debias": True})
    job.wait()
    cloud.faults.add("GET", "/variants/0/", "status", times=None, status=404)
    variants = own.get_job(job.job_id()).variants()
    assert variants[0].result is None
    assert variants[0].shots == 100
    assert [one.result.counts("m") for one in variants[1:]] == [Counter({0b10: 100})] * 4


@pytest.mark.parametrize("ask", ["shots", "histogram", "compiled", "variants"])
def test_what_only_the_newer_version_has_of_a_job_is_refused_by_name(service, ask):
    job = service(api_version="v0.3").create_job(X, 500, target="qpu.aria-1", error_mitigation={"debias": True})
    job.wait()
    with pytest.raises(InvalidArgument, match=r"API v0\.3 has no .*; API v0\.4 has"):
        getattr(job, ask)()


def test_a_job_that_ended_before_it_was_canceled_says_so_at_once(own, cloud):
    cloud.run_s = 1000.0
    job = own.create_job(X, 10)
    cloud.script("/status/cancel$", {"id": job.job_id(), "status": "canceled"})
    job.cancel()
    assert job.status() == "canceled"  # as the service says, until the job's own document says how it ended
    cloud.jobs[job.job_id()].status = "completed"
    assert job.status() == job.wait() == "completed"
    before = len(cloud.requests)
    assert job.status() == "completed"
    assert len(cloud.requests) == before
    assert job.results().counts("m") == Counter({0b10: 10})


def test_a_job_that_was_canceled_is_asked_for_once_more_and_not_again(own, cloud):
    cloud.run_s = 1000.0
    job = own.create_job(X, 10)
    job.cancel()
    before = len(cloud.requests)
    assert [job.status() for _ in range(3)] == ["canceled"] * 3
    assert len(cloud.requests) == before + 1


@pytest.mark.parametrize("given", ["x", [1], 5, {1: "a"}])
def test_more_of_a_query_is_a_dictionary(own, cloud, given):
    job = own.create_job(X, 10)
    before = len(cloud.requests)
    with pytest.raises(InvalidArgument, match="`extra_query_params` is a dictionary"):
        job.results(extra_query_params=given)
    assert len(cloud.requests) == before

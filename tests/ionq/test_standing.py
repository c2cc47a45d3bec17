"""What is known of a job from parts of what the service says, and while the service does not yet say what it will."""

from __future__ import annotations

import time
from collections import Counter

import cirq
import pytest
import sympy

from ionq_runner.ionq import InvalidArgument, IonQException, IonQNotFoundException, IonQUnsuccessfulJobException, QPUResult

A, B, C = cirq.LineQubit.range(3)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
Z = cirq.Circuit(cirq.X(C), cirq.measure(C, A, key="z", invert_mask=(True,)))
LISTED = ("id", "status", "name", "metadata", "submitted_at", "submitter_id", "project_id", "parent_job_id")  # all that is documented
COUNTED = QPUResult({0b10: 10}, 2, {"m": [0, 1]})
ONE_JOB = r"/jobs/[^/]+$"


@pytest.fixture(params=["v0.3", "v0.4"])
def own(request, service):
    return service(api_version=request.param, default_target="qpu.aria-1")


def ended(own, circuit=X, **options):
    """A job that has ended, at the service."""
    job = own.create_job(circuit, 10, **options)
    job.wait()
    return job.job_id()


def gets(cloud, path):
    return sum(request.method == "GET" and request.target.endswith(path) for request in cloud.requests)


def short(cloud, job):
    """What a list says of a job at the least."""
    document = {**job.to_dict(), "metadata": cloud.jobs[job.job_id()].metadata}
    return {name: document[name] for name in LISTED if name in document}


def forget(cloud, **changes):
    """Let the service say this of every job."""
    said = cloud._document
    cloud._document = lambda *given, **named: {**said(*given, **named), **changes}


def test_a_job_that_is_completed_as_soon_as_it_is_accepted_is_asked_for_once(own, cloud):
    identity = ended(own, name="mine")
    cloud.script(rf"/{own.api_version}/jobs$", {"id": identity, "status": "completed"}, 201)
    job = own.create_job(X, 10)
    assert job.results() == COUNTED
    before = len(cloud.requests)
    assert (job.status(), job.target(), job.name(), job.num_qubits()) == ("completed", "qpu.aria-1", "mine", 2)
    assert len(cloud.requests) == before
    assert own.run(X, 10).histogram(key="m") == Counter({0b10: 10})


def test_a_job_that_is_completed_and_not_to_be_read_yet_is_waited_for(own, cloud):
    cloud.script(rf"/{own.api_version}/jobs$", {"id": ended(own), "status": "completed"}, 201)
    job = own.create_job(X, 10)
    cloud.faults.add("GET", ONE_JOB, "status", times=2, status=404)
    assert job.results() == COUNTED


def test_a_job_that_fails_as_soon_as_it_is_accepted_says_why(own, cloud):
    failure = {"code": "X", "message": "the reason", "error": "the reason"}
    cloud.script(rf"/{own.api_version}/jobs$", {"id": "x", "status": "failed"}, 201)
    cloud.script(r"/jobs/x$", {"id": "x", "status": "failed", "failure": failure})
    for ask in ("results", "target", "repetitions"):
        with pytest.raises(IonQUnsuccessfulJobException, match="the reason"):
            getattr(own.create_job(X, 10), ask)()


@pytest.mark.parametrize("answer", ["completed", "canceled"])
@pytest.mark.parametrize("lag", [0, 1])
def test_a_job_that_is_completed_while_it_is_canceled_has_results(own, cloud, answer, lag):
    cloud.run_s = 1000
    job = own.create_job(X, 10, name="mine")
    cloud.script("/status/cancel$", {"id": job.job_id(), "status": answer})
    cloud.faults.add("GET", ONE_JOB, "status", times=lag, status=404) if lag else None
    job.cancel()
    cloud.jobs[job.job_id()].status = "completed"
    assert job.results() == COUNTED
    assert (job.target(), job.name()) == ("qpu.aria-1", "mine")


def test_what_was_known_of_a_job_is_known_after_it_is_gone(own):
    job = own.create_job(X, 10, metadata={"sample": "A7"})
    job.delete()
    assert (job.metadata()["sample"], job.measurement_dict(), job.status()) == ("A7", {"m": [0, 1]}, "deleted")


@pytest.mark.parametrize("known", [True, False])
def test_an_entry_of_a_list_that_says_little_is_filled_up(own, cloud, known):
    single, batch = own.create_job(X, 10, name="mine"), own.create_batch_job([X, Z], 10)
    for job in (single, batch):
        assert job.wait() == "completed"
    entries = [short(cloud, job) for job in (single, batch)]
    if known:
        entries = [{**entry, "backend": "qpu.aria-1", "target": "qpu.aria-1", "stats": {"qubits": 3}, "qubits": 3} for entry in entries]
    cloud.script(r"/jobs\?", {"jobs": entries, "next": None})
    listed = own.list_jobs()
    assert [(job.target(), job.name(), job.repetitions()) for job in listed] == [("qpu.aria-1", "mine", 10), ("qpu.aria-1", None, 10)]
    assert [job.results() for job in own.list_jobs()] == [COUNTED, batch.results()]
    assert [len(job.children()) for job in own.list_jobs()] == [0, 2]
    assert own.find_job(batch.token()).results() == batch.results()


def test_a_failed_job_in_a_list_says_why(own, cloud):
    wide = own.create_job(cirq.Circuit(cirq.X(cirq.LineQubit(40)), cirq.measure(A, key="m")), 10)
    assert wide.wait() == "failed"
    cloud.script(r"/jobs\?", {"jobs": [short(cloud, wide)], "next": None})
    with pytest.raises(IonQUnsuccessfulJobException, match="41 qubits"):
        own.list_jobs()[0].results()


def test_an_entry_of_a_list_that_says_enough_is_not_asked_for_again(service, cloud):
    own = service(default_target="qpu.aria-1")
    identity = ended(own)
    listed = own.list_jobs()
    before = gets(cloud, identity)
    assert [(job.target(), job.num_qubits(), job.results()) for job in listed] == [("qpu.aria-1", 2, COUNTED)]
    assert gets(cloud, identity) == before


def test_a_job_that_was_looked_up_is_not_asked_for_again(own, cloud):
    job = own.get_job(ended(own))
    before = gets(cloud, job.job_id())
    assert (job.target(), job.results(), job.num_qubits(), job.cost().unit) == ("qpu.aria-1", COUNTED, 2, "usd")
    assert gets(cloud, job.job_id()) == before


def test_what_was_sent_is_known_before_the_job_can_be_read(own, cloud):
    cloud.faults.add("GET", ONE_JOB, "status", times=None, status=404)
    job = own.create_job(X, 10, name="mine", metadata={"sample": "A7"})
    assert (job.token(), job.metadata()["sample"], job.measurement_dict()) == (job.metadata()["ionq_runner"], "A7", {"m": [0, 1]})
    assert (job.target(), job.name(), job.repetitions()) == ("qpu.aria-1", "mine", 10)
    batch = own.create_batch_job([X, Z], 10)
    assert [batch.measurement_dict(index) for index in (0, 1)] == [{"m": [0, 1]}, {"z": [2, 0]}]
    assert [batch.num_qubits(index) for index in (0, 1)] == [2, 3]


def test_what_was_not_sent_is_waited_for(own, cloud):
    cloud.faults.add("GET", ONE_JOB, "status", times=3, status=404)
    assert own.create_job(X, 10).num_qubits() == 2
    cloud.faults.add("GET", ONE_JOB, "status", times=2, status=404)
    assert len(own.create_batch_job([X, Z], 10).children()) == 2


def test_a_job_that_never_can_be_read_is_not_found(own, cloud, monkeypatch):
    monkeypatch.setattr("ionq_runner.ionq.standing.SETTLE_S", 0.2)
    cloud.faults.add("GET", ONE_JOB, "status", times=None, status=404)
    job = own.create_job(X, 10)
    for ask in (job.num_qubits, job.children, job.results, job.metadata):
        with pytest.raises(IonQNotFoundException):
            ask()
    assert job.token()


def test_a_state_that_cannot_change_does_not_go_back(own, cloud):
    identity = ended(own)
    cloud.script(rf"/{own.api_version}/jobs$", {"id": identity, "status": "completed"}, 201)
    job = own.create_job(X, 10)
    cloud.script(rf"/jobs/{identity}$", {**own.get_job(identity).to_dict(), "status": "ready"})
    assert (job.target(), job.status()) == ("qpu.aria-1", "completed")
    assert job.results() == COUNTED


def test_results_that_are_not_there_yet_are_asked_for_again(own, cloud):
    cloud.faults.add("GET", "/results", "status", times=2, status=404)
    assert own.run(X, 10).histogram(key="m") == Counter({0b10: 10})
    cloud.faults.add("GET", "/results", "status", status=404)
    assert own.get_job(ended(own)).results() == COUNTED
    cloud.faults.add("GET", "/results", "status", status=404)
    assert [result.num_qubits() for result in own.create_batch_job([X, Z], 10).results()] == [2, 3]
    angle = sympy.Symbol("a")
    swept = cirq.Circuit(cirq.rx(angle)(A), cirq.measure(A, key="m"))
    cloud.faults.add("GET", "/results", "status", times=3, status=404)
    assert len(own.sampler().run_sweep(swept, cirq.Linspace("a", 0, 1, 3), repetitions=10)) == 3


def test_shots_and_counts_that_are_not_there_yet_are_asked_for_again(service, cloud):
    own = service()
    for ask in ("shots", "histogram", "variants"):
        cloud.faults.add("GET", f"/{ask if ask != 'variants' else 'variants/0/results'}", "status", status=404)
        job = own.create_job(X, 500, target="qpu.aria-1")
        job.wait()
        assert getattr(job, ask)()


def test_shots_that_nobody_keeps_are_asked_for_once(service, cloud):
    own = service()
    exact = own.create_job(X, 10)
    exact.wait()
    cloud.run_s = 60
    queued = own.create_job(X, 10, target="qpu.aria-1")
    before = len(cloud.requests)
    for job in (exact, queued):
        with pytest.raises(IonQNotFoundException):
            job.shots()
    assert len(cloud.requests) - before == 3  # the state of the one that has not ended, and both shots


def test_children_may_come_later_than_their_parent(service, cloud):
    own = service()
    job = own.create_batch_job([X, Z], 10)
    cloud.jobs[job.job_id()].changes = {"child_job_ids": None}
    cloud.jobs[job.job_id()].status = "ready"
    found = own.get_job(job.job_id())
    assert (found.children(), found.measurement_dict(1)) == ([], {"z": [2, 0]})
    cloud.jobs[job.job_id()].changes = {}
    assert len(found.children()) == 2


def test_the_circuits_of_a_job_that_does_not_say_how_many_it_has_are_not_refused(service, cloud):
    own = service()
    job = own.create_batch_job([X, Z], 10)
    cloud.jobs[job.job_id()].changes = {"child_job_ids": None, "metadata": None}
    found = own.get_job(job.job_id())
    assert (found.measurement_dict(5), found.num_qubits(5)) == ({}, 3)
    with pytest.raises(InvalidArgument, match="holds several circuits"):
        found.num_qubits(-1)


def test_results_that_never_come_are_not_found_in_time(own, cloud, monkeypatch):
    cloud.faults.add("GET", "/results", "status", times=None, status=404)
    begun = time.monotonic()
    with pytest.raises(IonQException):
        own.create_job(X, 10).results(timeout_seconds=0.2)
    assert time.monotonic() - begun < 2.0
    monkeypatch.setattr("ionq_runner.ionq.standing.SETTLE_S", 0.2)
    with pytest.raises(IonQNotFoundException) as caught:
        own.run(X, 10)
    assert "the job was accepted" in caught.value.__notes__[0]


def test_results_are_read_although_the_service_lost_the_metadata(own, cloud):
    forget(cloud, metadata=None)
    assert own.run(Z, 10).histogram(key="z") == Counter({0b00: 10})
    assert [sorted(result.measurements) for result in own.run_batch([X, Z], 10)] == [["m"], ["z"]]
    angle = sympy.Symbol("a")
    swept = cirq.Circuit(cirq.rx(angle)(A), cirq.measure(A, key="m"))
    for together in (1, 2):
        found = own.sampler(circuits_per_job=together).run_sweep(swept, cirq.Points("a", [0, 3.141592653589793]), repetitions=10)
        assert [result.histogram(key="m") for result in found] == [Counter({0: 10}), Counter({1: 10})]
    job = own.create_job(X, 10, metadata={"sample": "A7"})
    job.wait()
    assert (job.metadata()["sample"], job.measurement_dict()) == ("A7", {"m": [0, 1]})


def test_results_are_read_although_the_service_says_fewer_qubits_than_are_measured(own, cloud):
    forget(cloud, stats={"qubits": 1}, qubits=1)
    assert own.run(cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m")), 10).histogram(key="m") == Counter({0b10: 10})


def test_what_goes_wrong_while_cirqs_result_is_made_names_the_job(own, cloud):
    cloud.script(r"/results", {"0": 0.4998, "3": 0.4998})
    with pytest.raises(IonQException, match="add up to") as caught:
        own.run(X, 10, target="simulator")
    identity = next(reversed(cloud.jobs))
    assert caught.value.__notes__ == [f"the job was accepted: service.get_job('{identity}')"]
    with pytest.raises(IonQException, match="add up to") as caught:
        own.sampler("simulator").run(X, repetitions=10)
    assert caught.value.__notes__ == [f"jobs that were accepted, 1 in all: {next(reversed(cloud.jobs))}"]

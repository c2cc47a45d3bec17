"""Jobs: where they stand, what they give, and that they need no memory of how they were made."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time

import cirq
import pytest

from ionq_runner.ionq import (
    InvalidArgument,
    IonQException,
    IonQNotFoundException,
    IonQResponseException,
    IonQTimeoutException,
    IonQUnsuccessfulJobException,
    Job,
    QPUResult,
    ShotResult,
    SimulatorResult,
)

A, B, C = cirq.LineQubit.range(3)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
Y = cirq.Circuit(cirq.X(C), cirq.measure(C, A, key="z"))
VERSIONS = ["v0.3", "v0.4"]


@pytest.fixture(params=VERSIONS)
def own(request, service):
    return service(api_version=request.param, default_target="simulator")


def test_a_job_tells_what_it_is(own):
    job = own.create_job(X, 30, name="mine", target="qpu.aria-1")
    assert job.status() in Job.ALL_STATES
    assert (job.name(), job.target(), job.num_qubits(), job.repetitions()) == ("mine", "qpu.aria-1", 2, 30)
    assert job.measurement_dict() == {"m": [0, 1]}
    assert job.metadata()["shots"] == "30"
    assert str(job) == repr(job) == f"ionq_runner.ionq.Job(job_id={job.job_id()})"
    assert job.to_dict()["id"] == job.job_id()


def test_results_are_those_of_a_machine_or_of_a_simulator(own):
    assert own.create_job(X, 30, target="qpu.aria-1").results() == QPUResult({0b10: 30}, 2, {"m": [0, 1]})
    assert own.create_job(X, 30).results() == SimulatorResult({0b10: 1.0}, 2, {"m": [0, 1]}, 30)


def test_a_batch_is_a_list_also_with_one_circuit_and_in_a_new_process(own, cloud):
    for circuits in ([X, Y], [X]):
        job = own.create_batch_job(circuits, 30, target="qpu.aria-1")
        own.create_job(X, 10)  # a later single job changes nothing
        found = job.results()
        assert [sorted(result.measurement_dict()) for result in found] == [["m"], ["z"]][: len(circuits)]
        assert [result.num_qubits() for result in found] == [2, 3][: len(circuits)]
        again = own.get_job(job.job_id())
        assert again.results() == found
        code = (
            "import sys\nfrom ionq_runner.ionq import Service\n"
            f"service = Service({cloud.url!r}, {cloud.key!r}, api_version={own.api_version!r})\n"
            "print([result.counts(key) for result in service.get_job(sys.argv[1]).results() for key in result.measurement_dict()])"
        )
        done = subprocess.run([sys.executable, "-c", code, job.job_id()], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.strip() == str([result.counts(key) for result in found for key in result.measurement_dict()])


def test_results_of_a_batch_are_matched_by_the_id_of_the_child(own, cloud):
    job = own.create_batch_job([X, Y], 30)
    first, second = (child.job_id() for child in job.children())
    cloud.script(r"/results", {second: {"4": 1.0}, first: {"1": 1.0}})
    assert [result.probabilities() for result in job.results()] == [{0b10: 1.0}, {0b001: 1.0}]
    cloud.script(r"/results", {second: {"4": 1.0}})
    with pytest.raises(IonQResponseException, match="are not those of its circuits"):
        job.results()


def test_a_batch_is_found_by_its_token_and_not_one_of_its_children(own):
    job = own.create_batch_job([X, Y], 30)
    own.create_job(X, 10)
    assert own.find_job(job.token()) == job
    assert own.find_job(job.token()).results() == job.results()


def test_children_are_jobs_of_their_own(own):
    job = own.create_batch_job([X, Y], 30)
    assert [child.results().num_qubits() for child in job.children()] == [2, 3]
    assert [child.results() for child in job.children()] == job.results()
    found = [own.get_job(child.job_id()) for child in job.children()]  # without the parent at hand
    if own.api_version == "v0.4":
        assert [child.measurement_dict() for child in found] == [{"m": [0, 1]}, {"z": [2, 0]}]
        assert [child.results() for child in found] == job.results()
    else:  # which does not say whose child it is
        assert [child.measurement_dict() for child in found] == [{}, {}]
    assert own.create_job(X, 10).children() == []


def test_waiting_looks_sooner_at_first_and_ends_in_time(own, cloud):
    cloud.run_s = 0.25
    begun = time.monotonic()
    job = own.create_job(X, 10)
    assert job.results().repetitions() == 10
    assert time.monotonic() - begun < 1.0  # cirq_ionq looks once a second
    cloud.run_s = 60.0
    slow = own.create_job(X, 10)
    with pytest.raises(TimeoutError, match=r"is still \w+ after 0.3 seconds; it goes on"):
        slow.results(timeout_seconds=0.3)
    assert slow.status() in Job.NON_TERMINAL_STATES


def test_a_new_job_that_is_not_to_be_read_yet_is_waited_for(own, cloud, monkeypatch):
    cloud.faults.add("GET", r"/jobs/[^/]+$", "status", times=3, status=404)
    assert own.create_job(X, 10).results().repetitions() == 10
    monkeypatch.setattr("ionq_runner.ionq.standing.SETTLE_S", -1.0)
    cloud.faults.add("GET", r"/jobs/[^/]+$", "status", status=404)
    with pytest.raises(IonQNotFoundException):
        own.create_job(X, 10).results()


def test_a_job_that_has_ended_is_not_asked_for_again(own, cloud):
    job = own.create_job(X, 10)
    job.wait()
    asked = len(cloud.requests)
    assert (job.status(), job.repetitions(), job.num_qubits()) == ("completed", 10, 2)
    assert len(cloud.requests) == asked


@pytest.mark.parametrize("failure", [{"code": "NotEnoughQubits", "message": "36 are too many"}, {"error": "36 are too many", "code": "x"}])
def test_a_failed_job_raises_the_services_reason(own, cloud, failure):
    job = own.create_job(X, 10)
    record = cloud.jobs[job.job_id()]
    record.status, record.changes = "failed", {"failure": failure}
    for ask in (job.results, job.target, job.name, job.num_qubits, job.repetitions):
        with pytest.raises(IonQUnsuccessfulJobException, match="36 are too many") as caught:
            ask()
        assert isinstance(caught.value, RuntimeError)
        assert (caught.value.job_id, caught.value.status, caught.value.status_code) == (job.job_id(), "failed", None)
    assert job.status() == "failed"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.reason) == (str(caught.value), "36 are too many")


def test_a_failed_job_without_a_reason_says_at_least_that(own, cloud):
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].status, cloud.jobs[job.job_id()].failure = "failed", None
    with pytest.raises(IonQUnsuccessfulJobException, match=f"Job {job.job_id()} failed"):
        job.results()


def test_canceled_and_deleted_jobs_have_no_results(own, cloud):
    cloud.run_s = 60.0
    job, other = own.create_job(X, 10), own.create_job(X, 10)
    job.cancel()
    assert job.status() == "canceled"
    for ask in (job.results, job.target):
        with pytest.raises(IonQUnsuccessfulJobException, match="was canceled"):
            ask()
    other.delete()
    assert other.status() == "deleted"
    with pytest.raises(IonQUnsuccessfulJobException, match="was deleted"):
        other.results()
    with pytest.raises(IonQException):
        own.get_job(other.job_id())


def test_jobs_of_other_clients_are_read(own, cloud):
    job = own.create_job(X, 10, target="qpu.aria-1")
    cloud.jobs[job.job_id()].metadata = None
    again = own.get_job(job.job_id())
    assert (again.measurement_dict(), again.metadata(), again.token(), again.repetitions()) == ({}, {}, None, 10)
    assert again.results() == QPUResult({0b10: 10}, 2, {})
    with pytest.raises(InvalidArgument, match="nothing under a key"):
        again.results().to_cirq_result()


def test_a_job_that_cirq_ionq_made_is_read(own, cloud):
    job = own.create_job(Y, 10)
    cloud.jobs[job.job_id()].metadata = {"shots": "10", "measurement0": "z\x1f2,0\x1ey", "measurement1": "\x1f1"}
    assert own.get_job(job.job_id()).measurement_dict() == {"z": [2, 0], "y": [1]}
    assert own.get_job(job.job_id()).results().probabilities("z") == {0b10: 1.0}


def test_warnings_of_the_service_become_warnings(own, cloud):
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].warnings = ["the queue is long"]
    with pytest.warns(UserWarning, match="the queue is long"):
        own.get_job(job.job_id()).results()
    cloud.jobs[job.job_id()].status = "failed"
    with pytest.warns(UserWarning, match="the queue is long"), pytest.raises(IonQUnsuccessfulJobException):
        own.get_job(job.job_id()).results()


def test_a_wait_that_is_too_long_tells_the_warnings_too(own, cloud):
    cloud.run_s = 60.0
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].warnings = ["the queue is long"]
    with pytest.warns(UserWarning, match="the queue is long") as caught, pytest.raises(IonQTimeoutException, match="still"):
        job.results(timeout_seconds=0.2)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("kind", ["status", "slow"])
@pytest.mark.parametrize("path", [r"/jobs/[^/]+$", "/results"])
def test_a_read_that_fails_again_and_again_does_not_outlast_the_time_to_wait(own, cloud, monkeypatch, kind, path):
    monkeypatch.setattr("ionq_runner.ionq.job.LAST_LOOK_S", 0.2)
    job = own.create_job(X, 10)
    options = {"status": 503} if kind == "status" else {"seconds": 20.0}
    cloud.faults.add("GET", path, kind, times=None, **options)
    for ask in (job.results, *([job.wait] if path != "/results" else [])):
        begun = time.monotonic()
        with pytest.raises(IonQTimeoutException, match="gave up after"):
            ask(timeout_seconds=0.3)
        assert time.monotonic() - begun < 2.0


def test_without_time_to_wait_a_job_that_has_ended_is_read(own):
    job = own.create_job(X, 10)
    job.wait()
    assert job.results(timeout_seconds=0).repetitions() == own.get_job(job.job_id()).results(0).repetitions() == 10


@pytest.mark.parametrize(("asked", "sent"), [(True, ["true"]), (False, ["false"]), (None, None)])
def test_sharpen_is_asked_for_in_the_query(own, cloud, asked, sent):
    own.create_job(X, 500, target="qpu.aria-1").results(sharpen=asked, extra_query_params={"more": "1"})
    query = cloud.requests[-1].query
    assert (query.get("sharpen"), query["more"]) == (sent, ["1"])


@pytest.mark.parametrize("status", ["paused", "preflight"])
def test_an_unknown_state_is_waited_through(own, cloud, status):
    job = own.create_job(X, 10)
    document = own.get_job(job.job_id()).to_dict()
    cloud.script(rf"/jobs/{job.job_id()}$", {**document, "status": status})
    with pytest.raises(IonQTimeoutException, match=f"still {status}"):
        job.results(timeout_seconds=0.2)


@pytest.mark.parametrize("document", [[], "x", {}, {"id": "a"}, {"id": "", "status": "ready"}, {"id": 5, "status": "ready"}])
def test_a_document_that_is_no_job_is_refused(own, cloud, document):
    cloud.script(r"/jobs/a$", document)
    with pytest.raises(IonQResponseException, match=r"is not a job|no document"):
        own.get_job("a")


def test_the_cost_of_a_job(own):
    job = own.create_job(X, 10, target="qpu.aria-1")
    job.wait()
    cost = job.cost()
    assert (cost.unit, cost.cost > 0) == ("usd", True)
    assert not own.create_job(X, 10).cost().cost


def test_a_dry_run_has_a_compiled_circuit_and_a_price_but_no_results(service):
    job = service().create_job(X, 10, target="qpu.aria-1", dry_run=True)
    job.wait()
    with pytest.raises(IonQException, match="dry run"):
        job.results()
    assert job.compiled() is not None
    assert job.compiled("qasm3") is not None
    assert job.cost().dry_run


def test_shots_and_histograms_where_the_service_has_them(service):
    own = service()
    circuit = cirq.Circuit(cirq.H(A), cirq.CNOT(A, C), cirq.measure(A, B, C, key="m"))
    job = own.create_job(circuit, 50, target="qpu.aria-1")
    shots = job.shots()
    assert isinstance(shots, ShotResult)
    assert len(shots.ordered_results("m")) == 50
    assert set(shots.ordered_results("m")) == {0b000, 0b101}
    assert job.histogram().counts() == job.results().counts() == shots.counts()
    batch = own.create_batch_job([X, Y], 20, target="qpu.aria-1")
    assert batch.shots(1).ordered_results("z") == [0b10] * 20
    assert batch.histogram(0).counts("m") == {0b10: 20}
    with pytest.raises(InvalidArgument, match="holds 2 circuits"):
        batch.shots()


def test_variants_of_a_debiased_job(service):
    job = service().create_job(X, 500, target="qpu.aria-1", error_mitigation={"debias": True})
    variants = job.variants()
    assert len(variants) > 1
    assert sum(variant.shots for variant in variants) == 500
    assert all(variant.id for variant in variants)


def test_a_job_goes_on_in_another_process(own, cloud, monkeypatch):
    job = own.create_job(X, 10)
    monkeypatch.setenv("IONQ_API_KEY", cloud.key)
    assert pickle.loads(pickle.dumps(job)).results() == job.results()


def test_what_the_service_does_not_say_is_said(own, cloud):
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].changes = {"shots": None, "metadata": {}, "stats": {}, "qubits": None}
    again = own.get_job(job.job_id())
    for ask, what in ((again.num_qubits, "how many qubits"), (again.repetitions, "how often")):
        with pytest.raises(IonQResponseException, match=what):
            ask()


@pytest.mark.parametrize("shots", ["10", "many", None])
def test_repetitions_of_older_jobs_are_in_their_metadata(own, cloud, shots):
    job = own.create_job(X, 10)
    cloud.jobs[job.job_id()].changes = {"shots": None, "metadata": {"shots": shots or ""}}
    again = own.get_job(job.job_id())
    if shots == "10":
        assert again.repetitions() == 10
    else:
        with pytest.raises(IonQResponseException, match="how often"):
            again.repetitions()


@pytest.mark.parametrize("numbers", ["[", "5", '["a"]', "[0]", "[-1, 2]"])
def test_widths_that_make_no_sense_are_those_of_the_children(own, cloud, numbers):
    job = own.create_batch_job([X, Y], 10)
    metadata = {**job.metadata(), "qubit_numbers": numbers}
    cloud.jobs[job.job_id()].changes = {"metadata": metadata}
    again = own.get_job(job.job_id())
    assert again.num_qubits(0) in (2, 3)
    assert again.num_qubits() == 3


@pytest.mark.parametrize("answer", [{}, {"shots": 5}, "x", 7])
def test_shots_that_are_none_are_refused(service, cloud, answer):
    job = service().create_job(X, 10, target="qpu.aria-1")
    cloud.script(r"/results/shots", answer)
    with pytest.raises(IonQResponseException, match="list of shots"):
        job.shots()


@pytest.mark.parametrize("answer", [[], {"0": -1}, {"0": 1.5}, {"0": "many"}, {"0": True}])
def test_counts_that_are_none_are_refused(service, cloud, answer):
    job = service().create_job(X, 10, target="qpu.aria-1")
    cloud.script(r"/results/histogram", answer)
    with pytest.raises(IonQResponseException, match="histogram of counts"):
        job.histogram()


def test_a_compiled_circuit_may_be_an_artifact(service, cloud):
    job = service().create_job(X, 10, target="qpu.aria-1", dry_run=True)
    job.wait()
    cloud.jobs[job.job_id()].changes = {"output": {"compilation": {"compiled_circuits": {"ionq.native.v1": {"id": "abc"}}}}}
    cloud.script(r"/artifacts/abc$", {"circuit": []})
    assert service().get_job(job.job_id()).compiled() == {"circuit": []}


def test_jobs_are_equal_by_their_id(own):
    job = own.create_job(X, 10)
    assert own.get_job(job.job_id()) == job
    assert len({job, own.get_job(job.job_id())}) == 1
    assert job != own.create_job(X, 10)
    assert job != job.job_id()


def test_a_listed_batch_is_matched_by_its_children_too(own, cloud):
    job = own.create_batch_job([X, Y], 30)
    job.wait()
    first, second = (child.job_id() for child in job.children())
    cloud.script(r"/results", {second: {"4": 1.0}, first: {"1": 1.0}})
    for found in (next(one for one in own.list_jobs() if one == job), own.find_job(job.token())):
        assert [result.probabilities() for result in found.results()] == [{0b10: 1.0}, {0b001: 1.0}]
        assert len(found.children()) == 2


def test_another_job_than_was_asked_for_is_refused(own, cloud):
    job, other = own.create_job(X, 10), own.create_job(Y, 10)
    cloud.script(rf"/jobs/{job.job_id()}$", own.get_job(other.job_id()).to_dict())
    with pytest.raises(IonQResponseException, match="is not a job"):
        own.get_job(job.job_id())


def test_a_completed_job_is_not_canceled(own, cloud):
    job = own.create_job(X, 10)
    job.wait()
    job.cancel()
    assert job.results().repetitions() == 10
    assert all(request.method != "PUT" for request in cloud.requests)


@pytest.mark.parametrize(("method", "what"), [("PUT", "cancel"), ("DELETE", "delete")])
def test_an_answer_that_says_nothing_means_done(own, cloud, method, what):
    cloud.run_s = 60.0
    job = own.create_job(X, 10)
    cloud.faults.add(method, "/jobs", "bytes", raw=b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    getattr(job, what)()
    assert job.status() == {"cancel": "canceled", "delete": "deleted"}[what]


def test_a_job_accepted_without_a_state_is_a_job(own, cloud):
    raw = b'HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{"id": "JOB17"}'
    cloud.faults.add("POST", "/jobs$", "bytes", raw=raw)
    assert own.create_job(X, 10).job_id() == "JOB17"


@pytest.mark.parametrize("answer", [{"1": 30, "01": 70}, {"0": 10**18}])
def test_a_histogram_that_counts_twice_or_too_much_is_refused(service, cloud, answer):
    job = service().create_job(X, 10, target="qpu.aria-1")
    cloud.script(r"/results/histogram", answer)
    with pytest.raises(IonQResponseException, match=r"twice|where 10 were asked for"):
        job.histogram()


@pytest.mark.parametrize("number", [0, 1, 9, 10, 11])
def test_fewer_shots_than_were_asked_for_are_taken_and_more_or_none_are_refused(service, cloud, number):
    job = service().create_job(X, 10, target="qpu.aria-1")
    cloud.script(r"/results/shots", ["1"] * number)
    cloud.script(r"/results/histogram", {"1": number})
    for ask in (job.shots, job.histogram):
        if 1 <= number <= 10:
            assert (ask().repetitions(), ask().counts("m"), job.repetitions()) == (number, {0b10: number}, 10)
        else:
            with pytest.raises(IonQResponseException, match=f"gives {number} shots where 10 were asked for"):
                ask()


def test_shots_of_a_job_that_does_not_say_how_many_are_taken(service, cloud):
    job = service().create_job(X, 10, target="qpu.aria-1")
    cloud.jobs[job.job_id()].changes = {"shots": None, "metadata": {}}
    cloud.script(r"/results/shots", ["1"] * 70)
    assert service().get_job(job.job_id()).shots().repetitions() == 70


def test_a_variant_has_no_more_counts_than_shots(service, cloud):
    job = service().create_job(X, 500, target="qpu.aria-1", error_mitigation={"debias": True})
    assert [variant.result.repetitions() for variant in job.variants()] == [variant.shots for variant in job.variants()]
    cloud.script(r"/variants/", {"1": 101})
    with pytest.raises(IonQResponseException, match="gives 101 shots where 100 were asked for"):
        job.variants()


def test_one_damaged_document_spoils_no_list(own, cloud):
    job = own.create_job(X, 10)
    cloud.script(r"/jobs\?", {"jobs": [5, {"id": "x"}, None, own.get_job(job.job_id()).to_dict()], "next": None})
    assert own.list_jobs() == (job,)
    assert own.find_job(job.token()) == job
    for nothing in ({"jobs": True}, {"jobs": None}, {}):
        cloud.script(r"/jobs\?", nothing)
        with pytest.raises(IonQResponseException, match="no list of jobs"):
            own.list_jobs()


def test_pages_without_anything_new_end(own, cloud):
    numbers = iter(range(10_000))
    page = {"jobs": []}

    cloud.script(r"/jobs\?", page)
    original = cloud.reply

    def reply(request, fault):
        page["next"] = f"c{next(numbers)}"
        return original(request, fault)

    cloud.reply = reply
    with pytest.raises(IonQResponseException, match="does not end"):
        own.list_jobs()
    assert len(cloud.requests) <= 60


@pytest.mark.parametrize("options", [{"timeout_seconds": None}, {"polling_seconds": -1}, {"polling_seconds": "1"}])
def test_times_that_are_none_are_refused(own, options):
    with pytest.raises(InvalidArgument, match="number of seconds"):
        own.create_job(X, 10).results(**options)


def test_looking_without_a_pause_has_one(own, cloud):
    cloud.run_s = 0.3
    own.create_job(X, 10).wait(polling_seconds=0)
    assert len(cloud.requests) < 60


def test_pauses_between_two_looks_grow(own, cloud):
    cloud.run_s, slept = 60.0, []
    with pytest.raises(ZeroDivisionError):
        own.create_job(X, 10).wait(pause=lambda seconds: slept.append(seconds) or 1 / (len(slept) < 6))
    assert slept == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


@pytest.mark.parametrize("index", [-1, -5])
def test_circuits_are_counted_from_0(own, index):
    with pytest.raises(InvalidArgument, match="from 0"):
        own.create_batch_job([X, Y], 10).num_qubits(index)


def test_what_goes_wrong_after_a_job_was_accepted_names_it(service, cloud):
    cloud.faults.add("GET", "/results", "status", times=None, status=400)
    with pytest.raises(IonQException) as caught:
        service().run(X, 10)
    assert caught.value.__notes__ == [f"the job was accepted: service.get_job('{next(iter(cloud.jobs))}')"]


def test_the_number_of_repetitions_is_remembered_where_the_service_forgets_it(own, cloud):
    job = own.create_job(X, 10, metadata={str(number): "x" for number in range(8)})
    cloud.jobs[job.job_id()].changes = {"shots": None}
    assert job.results().repetitions() == 10

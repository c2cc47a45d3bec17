"""Jobs, their results and their states say the same with cirq_ionq and with ours, and one reads what the other made."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import cirq
import pytest
from comparison import (
    ABSENT,
    ANY,
    BELL,
    TARGETS,
    UNEQUAL,
    A,
    B,
    Known,
    Raised,
    Reason,
    connect,
    measured,
    named_str,
    of_job,
    of_modules,
    outcome,
    raised_by,
    samples,
    unexpected,
)

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("target", TARGETS)
def test_a_job_and_its_result_say_the_same(both, target):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_job(UNEQUAL, repetitions=70, name="unequal", target=target)
        result = job.results()
        return {"job": of_job(job), "index": job.num_qubits(0), "result": outcome(result), "cirq": samples(result), "again": of_job(job)}

    both(notebook, named_str("job.str") | named_str("again.str"))


@pytest.mark.parametrize("target", TARGETS)
def test_a_batch_and_its_results_say_the_same(both, target):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_batch_job([BELL, UNEQUAL], repetitions=70, target=target)
        results = job.results()
        indexed = [(job.num_qubits(index), job.measurement_dict(index), job.measurement_dict(circuit_index=index)) for index in range(2)]
        return {"job": of_job(job), "indexed": indexed, "results": [outcome(result) for result in results], "type": type(results).__name__}

    both(notebook, named_str("job.str"))


def test_a_batch_of_one_circuit_gives_a_list_of_one(both):
    def notebook(ionq, cloud):
        return type(connect(ionq, cloud).create_batch_job([BELL]).results()).__name__

    both(notebook, {"": Known("SimulatorResult", "list", Reason.BATCH_OF_ONE)})


def test_a_circuit_without_measurements_has_counts_and_no_samples(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        results = [service.create_job(BELL[:2], target=target).results() for target in ("simulator", "qpu.aria-1")]
        return [(outcome(result), raised_by(result.to_cirq_result)) for result in results]

    both(notebook)


def test_measurement_keys_of_any_length_and_letters_come_back(both):
    def notebook(ionq, cloud):
        line = cirq.LineQubit.range(12)
        keys = ["a" * 100, "ü m.0,1", "measurement7", "0"]
        circuit = cirq.Circuit(cirq.X.on_each(line[::2]), *(cirq.measure(*line[i::4], key=key) for i, key in enumerate(keys)))
        service = connect(ionq, cloud)
        job = service.create_job(circuit)
        return job.measurement_dict(), measured(service.run(circuit, 5, seed=1)), measured(service.run_batch([BELL, circuit], 5, seed=1)[1])

    both(notebook)


def test_results_are_made_by_hand_alike(both):
    def notebook(ionq, cloud):
        simulated = ionq.SimulatorResult(
            {0: 0.25, 1: 0.5, 3: 0.250001}, num_qubits=2, measurement_dict={"a": [1], "ba": [1, 0]}, repetitions=9
        )
        counted = ionq.QPUResult(counts={3: 2, 0: 5}, num_qubits=2, measurement_dict={"a": [1], "ba": [1, 0]})
        off = ionq.SimulatorResult({0: 0.5, 1: 0.4}, num_qubits=1, measurement_dict={"a": [0]}, repetitions=9)
        return [outcome(one) for one in (simulated, counted)], samples(simulated), samples(counted), raised_by(off.to_cirq_result, seed=1)

    known = Known(Raised(frozenset({"ValueError"})), Raised(frozenset({"ValueError", "IonQException"})), Reason.NO_DOCUMENT)
    both(notebook, {"[3]": known})


def test_inverted_bits_are_inverted(both):
    def notebook(ionq, cloud):
        circuit = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m", invert_mask=(True, True)))
        return connect(ionq, cloud).run(circuit, 3).measurements["m"].tolist()

    both(notebook, {f"[{row}][{bit}]": Known(1 - bit, bit, Reason.MASKS) for row in range(3) for bit in range(2)})


def of_histogram(ionq: ModuleType, cloud: Any, target: str, histogram: dict[str, float], repetitions: int) -> Any:
    """The result of a job on two qubits for which the service says this."""
    circuit = cirq.Circuit(cirq.H.on_each(A, B), cirq.measure(A, B, key="m"))
    job = connect(ionq, cloud).create_job(circuit, repetitions, target=target)
    cloud.jobs[job.job_id()].histogram = histogram
    return job.results()


def test_histograms_are_read_in_their_own_order(both):
    def notebook(ionq, cloud):
        histograms = [{"3": 0.5, "0": 0.25, "1": 0.25}, {"2": 0.0, "1": 1.0}, {"2": 0.4, "1": 0.600004}, {"0": 1}]
        results = [of_histogram(ionq, cloud, "simulator", histogram, 30) for histogram in histograms]
        return [(outcome(result), samples(result)) for result in results]

    both(notebook)


def test_counts_add_up(both):
    def notebook(ionq, cloud):
        quarters = of_histogram(ionq, cloud, "qpu.aria-1", {"0": 0.25, "1": 0.25, "2": 0.25, "3": 0.25}, 10)
        rare = of_histogram(ionq, cloud, "qpu.aria-1", {"0": 0.999, "3": 0.001}, 100)
        return quarters.repetitions(), rare.counts(), rare.ordered_results(), str(rare)

    known = {
        "[0]": Known(8, 10, Reason.SUMS),
        "[1].3": Known(0, ABSENT, Reason.SUMS),
        "[3]": Known("00: 100\n11: 0", "00: 100", Reason.SUMS),
    }
    both(notebook, known)


def test_histograms_that_are_none_are_refused(both):
    def notebook(ionq, cloud):
        return raised_by(of_histogram, ionq, cloud, "simulator", {"0": 0.5, "3": 0.4}, 10)

    both(notebook, {"": Known("nothing", Raised(frozenset({"ValueError", "IonQException"})), Reason.NO_DOCUMENT)})


# States


def test_canceled_and_deleted_jobs_say_so(both):
    def notebook(ionq, cloud):
        cloud.run_s = 60.0  # ours leaves a job alone that has ended
        service = connect(ionq, cloud)
        found = []
        for change in ("cancel", "delete"):
            job = service.create_job(BELL)
            returned = getattr(job, change)()
            asked = {name: raised_by(getattr(job, name)) for name in ("target", "name", "num_qubits", "repetitions", "results")}
            found.append([returned, job.status(), asked, raised_by(service.get_job, job.job_id())])
        return found

    known = Known(Raised(frozenset({"RuntimeError"})), ANY, Reason.UNSUCCESSFUL)
    both(notebook, {f"[{number}][2].results": known for number in range(2)})


def test_failed_jobs_say_so(both):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_job(BELL)
        held = cloud.jobs[job.job_id()]
        held.status, held.failure = "failed", {"code": "QuotaExhaustedError", "message": "no money", "error": "no more money"}
        job = connect(ionq, cloud).get_job(job.job_id())
        with pytest.raises(RuntimeError, match=r"Job.*failed\. Error message: no m"):
            job.results()
        with pytest.raises(ionq.IonQUnsuccessfulJobException, match=f"Job {job.job_id()} (was )?failed."):
            job.target()
        return job.status(), raised_by(job.target), raised_by(job.results)

    known = Known(Raised(frozenset({"RuntimeError"})), ANY, Reason.UNSUCCESSFUL)
    both(notebook, {"[2]": known})


def test_a_reason_in_the_words_of_the_api_is_told(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        job = service.create_job(BELL)
        cloud.jobs[job.job_id()].status, cloud.jobs[job.job_id()].failure = "failed", {"code": "Quota", "message": "no money"}
        with pytest.raises(RuntimeError) as raised:
            service.get_job(job.job_id()).results()
        return "no money" in str(raised.value)

    both(notebook, {"": Known(False, True, Reason.REASON_GIVEN)})


def test_jobs_that_do_not_end_in_time_say_so(both):
    def notebook(ionq, cloud):
        cloud.run_s = 60
        job = connect(ionq, cloud).create_job(BELL)
        raised = [raised_by(job.results, timeout_seconds=0.02, polling_seconds=0.01), raised_by(job.results, timeout_seconds=0)]
        return job.status(), raised, raised_by(ionq.Sampler(connect(ionq, cloud), "simulator", timeout_seconds=0).run, BELL)

    known = Known(Raised(frozenset({"TypeError"})), Raised(frozenset({"IonQException", "TimeoutError", "OSError"})), Reason.NULL)
    both(notebook, dict.fromkeys(("[1][0]", "[1][1]", "[2]"), known))


def test_the_names_of_states_are_the_same(both):
    def notebook(ionq, cloud):
        return [list(getattr(ionq.Job, name)) for name in ("TERMINAL_STATES", "UNSUCCESSFUL_STATES")], {
            name: dict.fromkeys(getattr(ionq.Job, name)) for name in ("NON_TERMINAL_STATES", "ALL_STATES")
        }

    both(notebook, {f"[1].{name}.started": Known(ABSENT, None, Reason.STARTED) for name in ("NON_TERMINAL_STATES", "ALL_STATES")})


def test_jobs_are_looked_up_and_listed_alike(both):
    def notebook(ionq, cloud):
        cloud.omit_next = True  # at `"next": null` cirq_ionq begins anew
        service = connect(ionq, cloud)
        made = [service.create_job(BELL, name=name) for name in "abc"]
        cloud.jobs[made[1].job_id()].run_s = 60.0  # ours leaves a job alone that has ended
        made[1].cancel()
        lists = [service.list_jobs(), service.list_jobs(limit=2), service.list_jobs(status="canceled"), service.list_jobs("ready", 5, 10)]
        return [
            (type(jobs).__name__, [(job.job_id() == made["abc".index(job._job["name"])].job_id(), job.status()) for job in jobs])
            for jobs in lists
        ], of_job(service.get_job(made[0].job_id()))

    both(notebook, named_str("[1].str"))


# One reads what the other made


@pytest.mark.parametrize("target", TARGETS)
def test_a_job_of_either_is_read_by_the_other(cloud, target):
    services = of_modules(lambda ionq: connect(ionq, cloud, default_target=None))
    for maker in services:
        for circuit in (BELL, UNEQUAL):
            job_id = maker.create_job(circuit, repetitions=40, target=target, name="across").job_id()
            theirs, ours = (service.get_job(job_id) for service in services)
            assert unexpected(*({**of_job(job), "str": "", "result": outcome(job.results())} for job in (theirs, ours)), {}) == []
            assert unexpected(samples(theirs.results()), samples(ours.results()), {}) == []


@pytest.mark.parametrize("target", TARGETS)
def test_a_batch_of_either_is_read_by_the_other(cloud, target):
    services = of_modules(lambda ionq: connect(ionq, cloud, default_target=None))
    for maker in services:
        job_id = maker.create_batch_job([BELL, UNEQUAL], repetitions=40, target=target).job_id()
        services[0].create_batch_job([BELL, UNEQUAL], target=target)  # cirq_ionq reads a batch only after one of its own
        theirs, ours = (service.get_job(job_id) for service in services)
        assert (
            unexpected(*({**of_job(job), "str": "", "results": [outcome(one) for one in job.results()]} for job in (theirs, ours)), {})
            == []
        )
        assert unexpected([samples(one) for one in theirs.results()], [samples(one) for one in ours.results()], {}) == []


def test_a_job_without_room_for_the_shots_in_its_metadata_is_read_by_ours(cloud):
    theirs, ours = of_modules(lambda ionq: connect(ionq, cloud))
    job_id = ours.create_job(BELL, 12, metadata={f"key{number}": "text" for number in range(8)}).job_id()
    found = [[raised_by(service.get_job(job_id).repetitions), service.get_job(job_id).target()] for service in (theirs, ours)]
    known = {"[0]": Known(Raised(frozenset({"KeyError", "LookupError"})), "nothing", Reason.TEN_KEYS)}
    assert unexpected(*found, known) == []


def test_a_batch_is_read_whatever_was_sent_last(both):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_batch_job([BELL, UNEQUAL])
        later = connect(ionq, cloud).get_job(job.job_id())
        return raised_by(later.results)

    known = Known(Raised(frozenset({"IonQNotFoundException", "IonQException"}), 404), "nothing", Reason.BATCH_READ)
    both(notebook, {"": known})

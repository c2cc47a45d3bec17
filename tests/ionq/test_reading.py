"""How one circuit's results are read: its own qubits out of those that the service measured, its own keys, whatever the path to them."""

from __future__ import annotations

from collections import Counter

import cirq
import numpy as np
import pytest

from ionq_runner.ionq import InvalidArgument, IonQResponseException, QPUResult, SimulatorResult
from ionq_runner.ionq.reading import reading_of
from ionq_runner.ionq.results import outcome_of, probabilities_of
from ionq_runner.ionq.shots import counts_in, shots_in

A, B, C = cirq.LineQubit.range(3)
SMALL = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))
WIDE = cirq.Circuit(cirq.X(C), cirq.measure(C, A, key="z"))
STRAY = {"1": 0.6, "5": 0.25, "2": 0.15}  # of the small circuit, which is measured on three qubits: 1 with qubit 2 up, then qubit 1 alone


@pytest.fixture(params=["v0.3", "v0.4"])
def own(request, service):
    return service(api_version=request.param, default_target="simulator")


def stray(own, cloud, **options):
    """A batch whose small circuit shows 1s on qubits that it does not have."""
    job = own.create_batch_job([SMALL, WIDE], 100, **options)
    cloud.jobs[job.job_id()].children[0].histogram = STRAY
    return job


def test_the_lowest_bits_are_a_circuits_own_and_the_others_are_summed_over():
    assert outcome_of("5", 3, 1) == 1
    assert outcome_of("6", 3, 2) == 0b01
    assert probabilities_of({"1": 0.5, "5": 0.25, "4": 0.25}, 3, 1) == {1: 0.75, 0: 0.25}
    assert counts_in({"1": 5, "5": 2, "4": 3}, 3, 10, 1) == {1: 7, 0: 3}
    assert shots_in(["1", "5", 4], 3, 10, 1) == [1, 1, 0]


def test_an_outcome_twice_is_found_also_where_qubits_are_summed_over():
    with pytest.raises(IonQResponseException, match="twice"):
        probabilities_of({"1": 0.5, "01": 0.5}, 3, 1)
    with pytest.raises(IonQResponseException, match="twice"):
        counts_in({"1": 5, "01": 5}, 3, 10, 1)
    with pytest.raises(IonQResponseException, match="`8` is no outcome of 3 qubits"):
        probabilities_of({"8": 1.0}, 3, 1)


@pytest.mark.parametrize(("said", "width"), [(None, 3), (2, 3), (5, 5), (10**9, 3)])
def test_a_circuit_is_measured_on_the_qubits_of_the_largest_or_on_what_the_service_says(said, width):
    reading = reading_of({"qubit_numbers": "[1, 3]"}, 0, 1, said)
    assert (reading.qubits, reading.measured_qubits) == (1, width)


def test_a_stray_bit_on_a_qubit_beyond_a_circuit_is_summed_over_on_a_machine(own, cloud):
    job = stray(own, cloud, target="qpu.aria-1")
    small, wide = job.results()
    assert small == QPUResult({1: 85, 0: 15}, 1, {"m": [0]})
    assert wide.counts("z") == Counter({0b10: 100})
    assert job.children()[0].results() == own.get_job(job.job_id()).results()[0] == small
    assert sum(small.counts().values()) == 100


def test_a_stray_bit_on_a_qubit_beyond_a_circuit_is_summed_over_on_the_simulator(own, cloud):
    small, wide = stray(own, cloud, noise={"model": "aria-1", "seed": 1}).results()
    assert small == SimulatorResult({1: 0.85, 0: 0.15}, 1, {"m": [0]}, 100)
    assert wide.num_qubits() == 3


def test_a_batch_of_unequal_circuits_is_run_with_noise(own):
    small = cirq.Circuit([cirq.X(A)] * 21, cirq.measure(A, key="s"))
    big = cirq.Circuit(cirq.H(A), cirq.CNOT(A, B), cirq.CNOT(B, C), cirq.measure(A, B, C, key="b"))
    found = own.run_batch([small, big], 5000, noise={"model": "aria-1", "seed": 1}, seed=1)
    assert [result.repetitions for result in found] == [5000, 5000]
    assert found[0].histogram(key="s")[1] > 4900


def test_answers_with_a_circuits_own_width_are_read_as_well(own, cloud):
    job = own.create_batch_job([SMALL, WIDE], 100, target="qpu.aria-1")
    for child, qubits in zip(cloud.jobs[job.job_id()].children, (1, 3), strict=True):
        child.changes = {"stats": {"qubits": qubits}, "qubits": qubits}
    cloud.jobs[job.job_id()].changes = {"stats": {}, "qubits": None}  # as a service may say of several circuits
    assert [result.num_qubits() for result in job.results()] == [1, 3]
    assert [child.results().num_qubits() for child in job.children()] == [1, 3]


def test_shots_and_histograms_show_a_circuits_own_qubits(service, cloud):
    job = service().create_batch_job([SMALL, WIDE], 4, target="qpu.aria-1")
    cloud.script(r"/results/shots", ["1", "5", 2, "4"])
    cloud.script(r"/results/histogram", {"1": 1, "5": 1, "2": 1, "4": 1})
    for ask in (job.shots, job.histogram):
        assert ask(0).counts("m") == Counter({1: 2, 0: 2})
        assert ask(0).num_qubits() == 1
        assert ask(1).counts("z") == Counter({0b01: 1, 0b11: 1, 0b00: 1, 0b10: 1})
    assert job.shots(0).ordered_results("m") == [1, 1, 0, 0]


def test_variants_of_a_child_have_its_own_keys(service):
    own = service()
    first = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
    second = cirq.Circuit(cirq.X(A), cirq.measure(B, A, key="m", invert_mask=(True,)))
    child = own.create_batch_job([first, second], 1000, target="qpu.aria-1").children()[1]
    child.wait()
    for job in (child, own.get_job(child.job_id())):
        counted = [variant.result.counts("m") for variant in job.variants()]
        assert sum(counted, Counter()) == job.results().counts("m") == job.histogram().counts("m") == Counter({0b11: 1000})


def test_variants_of_a_child_have_its_own_width(service):
    own = service()
    child = own.create_batch_job([WIDE, SMALL], 1000, target="qpu.aria-1").children()[1]
    child.wait()
    for job in (child, own.get_job(child.job_id())):
        assert {(one.result.num_qubits(), tuple(one.result.measurement_dict())) for one in job.variants()} == {(1, ("m",))}


@pytest.mark.parametrize("index", [1, 7, -1, "0", 0.0, True, np.float64(0)])
@pytest.mark.parametrize("ask", ["num_qubits", "measurement_dict", "shots", "histogram"])
def test_a_job_of_one_circuit_has_no_other_circuit(service, ask, index):
    with pytest.raises(InvalidArgument, match="holds 1 circuit, and `circuit_index` counts from 0"):
        getattr(service().create_job(SMALL, 10, target="qpu.aria-1"), ask)(index)


@pytest.mark.parametrize("index", [2, -1, "0", 1.0, True])
@pytest.mark.parametrize("ask", ["num_qubits", "measurement_dict", "shots", "histogram"])
def test_a_batch_has_no_circuit_beyond_its_own(service, ask, index):
    with pytest.raises(InvalidArgument, match="holds 2 circuits, and `circuit_index` counts from 0"):
        getattr(service().create_batch_job([SMALL, WIDE], 10, target="qpu.aria-1"), ask)(index)


def test_the_circuit_of_a_job_may_be_named(service):
    own = service()
    single = own.create_job(SMALL, 10, target="qpu.aria-1")
    assert single.num_qubits(0) == single.num_qubits(np.int64(0)) == single.num_qubits() == 1
    assert single.measurement_dict(0) == {"m": [0]}
    assert single.shots(0) == single.shots()
    batch = own.create_batch_job([SMALL, WIDE], 10, target="qpu.aria-1")
    assert [batch.num_qubits(index) for index in (None, 0, np.int64(1))] == [3, 1, 3]
    child = batch.children()[1]  # the only circuit of its job
    assert (child.num_qubits(0), child.num_qubits(), child.measurement_dict(0)) == (3, 3, {"z": [2, 0]})

"""The series of a run's wide sweeps: found by whatever workers there are, within a budget, and no count depends on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ionq_runner import api
from ionq_runner.execution import wide
from ionq_runner.execution.executors import Workers, local_executor
from ionq_runner.execution.targets.local import LocalBackend
from ionq_runner.execution.wide import find_series
from ionq_runner.ledger.answers import decode_answer

SWEPT = """\
ionq_runner: 1
name: swept
targets: {ideal: local, noisy: {backend: local, noise: {one_qubit: 0.01, two_qubit: 0.02, spam: 0.01}}}
circuits:
  few: {qubits: 6, gates: [ry(a) all, cnot 0 1, ry(a) all], sweep: {a: {linspace: [0, 3, 5]}}}
  many: {qubits: 6, gates: [ry(a) all, {for: q in 0..4, do: cnot q q+1}, rz(a) all, ry(a) all], sweep: {a: {linspace: [0, 3, 500]}}}
repetitions: 100
seed: 4
"""


@pytest.fixture(scope="module")
def groups():
    return api.plan(SWEPT.encode(), "swept.yaml", api.Options()).groups


@pytest.fixture
def found(groups):
    with ThreadPoolExecutor(1) as executor:
        return find_series(groups, executor)


def test_the_wide_sweeps_of_a_run_have_a_series(groups, found):
    assert {(groups[index].circuit, groups[index].target) for index in found} == {("many", "ideal"), ("many", "noisy")}


@pytest.mark.parametrize("workers", [Workers(3), Workers(2, processes=True)])
def test_any_workers_find_the_same(groups, found, workers, monkeypatch):
    monkeypatch.setattr(wide, "NODES_AT_ONCE", 16)
    with local_executor(workers) as executor:
        again = find_series(groups, executor)
    assert again.keys() == found.keys()
    assert all(np.array_equal(again[index].coefficients, found[index].coefficients) for index in found)


def test_the_room_for_series_is_bounded_and_the_first_have_it(groups, monkeypatch):
    monkeypatch.setattr(wide, "NUMBERS", 37 * 64)
    with ThreadPoolExecutor(1) as executor:
        assert len(find_series(groups, executor)) == 1


def test_counts_are_those_of_the_engine_itself(groups, found):
    """Probabilities differ in their last bits, which no count of this many shots sees."""
    plan = api.plan(SWEPT.encode(), "swept.yaml", api.Options())
    with ThreadPoolExecutor(1) as executor:
        with_series, without = LocalBackend(groups, executor, found), LocalBackend(groups, executor)
        for job in plan.jobs:
            one, other = (decode_answer(_answer(backend, job)) for backend in (with_series, without))
            assert one.counts.tolist() == other.counts.tolist()
            assert one.outcomes.tolist() == other.outcomes.tolist()
            np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=0, atol=2e-12)


def _answer(backend, job):
    handle = backend.submit(job, job.id)
    backend.wait([handle], 60)
    return backend.fetch(handle)

"""Executions cut into jobs: each in one of them, none larger than its bounds, the same on every machine."""

from __future__ import annotations

import hashlib
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.language.experiment import Order
from ionq_runner.planning import jobs as jobs_module
from ionq_runner.planning.jobs import group_into_jobs, ordered
from ionq_runner.planning.plan import Group
from ionq_runner.simulation import Method, choose_method

EXPERIMENTS = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))
IDEAL = NoiseModel()
NOISE = NoiseModel(one_qubit=0.01, two_qubit=0.02)


def group(first: int, size: int, qubits: int, repetitions: int, noise: NoiseModel = IDEAL, measured: int | None = None) -> Group:
    gates = tuple(Gate("h", (), (qubit,)) for qubit in range(qubits))
    program = Program(max(qubits, measured or 0), gates, (Measurement("m", tuple(range(measured or qubits))),))
    ids = np.stack([np.arange(first, first + size), np.full(size, 7)], axis=1).astype(np.uint64)
    return Group(
        circuit="c", target="t", backend="local", written=program, program=program, basis="Z" * len(program.measured), noise=noise,
        method=choose_method(program, noise), seed=1, lot=0, batch=0, columns={}, repetitions=np.full(size, repetitions),
        ids=ids, first=first,
    )  # fmt: skip


def in_order(groups, jobs):
    """The executions job by job, as numbers in the plan."""
    return [[int(groups[index].first + row) for index, rows in job.parts for row in rows] for job in jobs]


SIZES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 13), st.integers(1, 3000), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(SIZES, st.randoms(use_true_random=False), st.integers(1, 60), st.integers(1, 1 << 14), st.integers(1, 1 << 18))
def test_jobs_hold_every_execution_once_and_stay_within_their_bounds(sizes, random, executions, rows, numbers):
    groups, total = [], 0
    for size, qubits, repetitions, noisy in sizes:
        groups.append(group(total, size, qubits, repetitions, NOISE if noisy else NoiseModel()))
        total += size
    sequence = list(range(total))
    random.shuffle(sequence)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("MAX_EXECUTIONS", executions), ("MAX_ROWS", rows), ("MAX_AMPLITUDES", numbers)):
            patch.setattr(jobs_module, name, value)
        jobs = group_into_jobs(groups, np.array(sequence))
    assert [job.number for job in jobs] == list(range(1, len(jobs) + 1))
    found = in_order(groups, jobs)
    assert sorted(chain.from_iterable(found)) == sorted(sequence)
    start = 0
    for job, mine in zip(jobs, found, strict=True):
        assert set(mine) == set(sequence[start : start + len(job)]), "a job is a stretch of the sequence"
        start += len(job)
        assert len(job) == 1 or (load_of(groups, job, rows, numbers) <= 1 + 1e-6 and len(job) <= executions)


def load_of(groups, job, rows, numbers) -> float:
    """How full a job is, counted anew: in rows that it brings back, and in numbers that it calculates."""
    loads = np.zeros(2)
    for index, part in job.parts:
        own = groups[index]
        qubits, repetitions = len(own.program.measured), int(own.repetitions[0])
        size = {Method.STATE_VECTOR: 2**qubits, Method.EXACT_NOISE: 4**qubits, Method.TRAJECTORIES: 2**qubits * repetitions}[own.method]
        loads += np.array([min(2**qubits, repetitions) / rows, size / numbers]) * len(part)
    return loads.max()


def test_a_job_holds_as_many_executions_as_fit():
    groups = [group(0, 10_000, 2, 100)]
    assert [len(job) for job in group_into_jobs(groups, np.arange(10_000))] == [4096, 4096, 1808]


@pytest.mark.parametrize(("qubits", "repetitions", "noise", "fit"), [
    (2, 1_000, NoiseModel(), 4096),  # the number of executions
    (12, 1_000, NoiseModel(), 1048), (12, 100_000, NoiseModel(), 256),  # the rows that come back: repetitions, or outcomes
    (16, 10, NoiseModel(), 256), (24, 10, NoiseModel(), 1), (30, 10, NoiseModel(), 1),  # the numbers of a state
    (8, 10, NOISE, 256), (11, 1_000, NOISE, 8),  # those of a density matrix, of trajectories
])  # fmt: skip
def test_what_bounds_a_job(qubits, repetitions, noise, fit):
    groups = [group(0, 5_000, qubits, repetitions, noise)]
    assert len(group_into_jobs(groups, np.arange(5_000))[0]) == fit


def test_readout_errors_bring_back_the_idle_qubits_too():
    spam = NoiseModel(spam=0.1)
    with_spam, without = (
        group_into_jobs([group(0, 5_000, 1, 10_000, noise, measured=12)], np.arange(5_000)) for noise in (spam, NoiseModel())
    )
    assert (len(with_spam[0]), len(without[0])) == (256, 4096)


def test_small_and_large_executions_share_a_job_by_their_share_of_it():
    groups = [group(0, 2, 24, 1), group(2, 4096, 2, 1), group(4098, 1, 23, 1)]
    jobs = group_into_jobs(groups, np.arange(4099))
    assert in_order(groups, jobs) == [[0], [1], list(range(2, 4098)), [4098]]
    half = group_into_jobs(groups, np.array([4098, *range(2, 2051)]))
    assert [len(job) for job in half] == [2049, 1]


def test_executions_of_one_group_stand_together_in_a_job():
    groups = [group(0, 3, 1, 10), group(3, 3, 2, 10)]
    (job,) = group_into_jobs(groups, np.array([5, 0, 4, 2, 3, 1]))
    assert [(index, rows.tolist()) for index, rows in job.parts] == [(1, [2, 1, 0]), (0, [0, 2, 1])]


def test_a_job_id_is_the_hash_of_its_executions():
    groups = [group(0, 3, 1, 10)]
    (job,) = group_into_jobs(groups, np.array([2, 0]))
    words = np.array([[2, 7], [0, 7]], dtype="<u8")
    assert job.id == hashlib.sha256(words.tobytes()).hexdigest()[:12]


def test_nothing_to_run_is_no_job():
    assert group_into_jobs([], np.empty(0, dtype=np.int64)) == ()


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_the_jobs_of_every_experiment_cover_its_executions(file):
    plan = api.plan(file.read_bytes(), str(file))
    assert sorted(chain.from_iterable(in_order(plan.groups, plan.jobs))) == list(range(plan.executions))
    assert set(plan.points.execution.tolist()) == set(range(plan.executions))
    assert plan.job_of().tolist() == [number for execution in range(plan.executions) for number in numbers_of(plan, execution)]


def numbers_of(plan, execution):
    return [job.number for job in plan.jobs for index, rows in job.parts if execution - plan.groups[index].first in rows.tolist()]


KEYS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=60)


@settings(deadline=None)
@given(KEYS, st.integers(0, 2**53), st.sampled_from(Order))
def test_every_order_is_a_permutation(keys, seed, order):
    found = ordered(order, seed, np.array(keys), np.zeros(len(keys), dtype=np.int64))
    assert sorted(found.tolist()) == list(range(len(keys)))


def test_interleaved_is_by_replicate_then_row_then_name():
    keys = np.array([(replicate, row) for row in range(2) for replicate in range(2)] * 2)
    names = np.repeat([0, 1], 4)
    order = ordered(Order.INTERLEAVED, 1, keys, names)
    assert [(*keys[i].tolist(), int(names[i])) for i in order] == sorted(
        (r, row, name) for r in range(2) for row in range(2) for name in range(2)
    )

"""Executions -> jobs of bounded size, the same on every machine: what is recorded, and after a crash repeated, as one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ionq_runner.language.experiment import Order
from ionq_runner.planning.plan import Group, Job
from ionq_runner.simulation import Method, active_qubits, read_qubits

__all__ = ["group_into_jobs", "ordered"]

MAX_EXECUTIONS = 4_096
MAX_ROWS = 1 << 20  # outcomes that a job may bring back
MAX_AMPLITUDES = 1 << 24  # numbers that a job may calculate


def ordered(order: Order, seed: int, keys: NDArray[np.int64], names: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sequence of a run's executions. `keys` holds (replicate, row) of each; `names` its circuit and target as one number.

    Interleaved: replicate by replicate, and in it point by point, circuits and targets in turn. Random: a seeded shuffle.
    """
    if order is Order.RANDOM:
        return np.random.Generator(np.random.Philox(key=np.array([seed, 0], dtype=np.uint64))).permutation(len(keys))
    if order is Order.INTERLEAVED:
        return np.lexsort((names, keys[:, 1], keys[:, 0]))
    return np.arange(len(keys))


def group_into_jobs(groups: Sequence[Group], sequence: NDArray[np.int64]) -> tuple[Job, ...]:
    """Cut the sequence of executions into jobs, lot by lot; inside a job, executions of one group go together."""
    if not len(sequence):
        return ()
    firsts = np.array([group.first for group in groups])
    group_of = np.searchsorted(firsts, sequence, side="right") - 1
    load = np.array([1.0 / _capacity(group) for group in groups])[group_of]
    lots = np.array([group.lot for group in groups])[group_of]
    cut: list[tuple[int, NDArray[np.int64]]] = []  # where in the sequence a job begins, and all its places
    for lot in dict.fromkeys(lots.tolist()):
        places = np.flatnonzero(lots == lot)
        cut += [(int(some[0]), some) for some in _cut(places, load[places])]
    ordered_jobs = sorted(cut, key=lambda job: job[0])
    return tuple(_job(number, groups, sequence[places], group_of[places]) for number, (_, places) in enumerate(ordered_jobs, 1))


def _cut(places: NDArray[np.int64], load: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    """Places of the sequence in jobs, each as full as it may be. `load` is the part of a job that each takes."""
    start, filled = 0, np.cumsum(load)
    while start < len(places):
        before = filled[start - 1] if start else 0.0
        stop = max(start + 1, int(np.searchsorted(filled, before + 1.0 + 1e-9, side="right")))
        yield places[start:stop]
        start = stop


def _capacity(group: Group) -> int:
    """How many executions of a group make a full job."""
    if group.batch:
        return group.batch
    active = len(active_qubits(group.program))
    repetitions = int(group.repetitions.max())
    rows = min(2 ** len(read_qubits(group.program, group.noise)), repetitions)
    numbers = 2 ** min(active, 60)
    if group.method is Method.EXACT_NOISE:
        numbers *= numbers
    elif group.method is Method.TRAJECTORIES:
        numbers *= repetitions
    return int(max(1, min(MAX_EXECUTIONS, MAX_ROWS // max(1, rows), MAX_AMPLITUDES // numbers)))


def _job(number: int, groups: Sequence[Group], executions: NDArray[np.int64], group_of: NDArray[np.int64]) -> Job:
    parts = tuple((int(group), executions[group_of == group] - groups[group].first) for group in dict.fromkeys(group_of.tolist()))
    digest = hashlib.sha256()
    for group, rows in parts:
        digest.update(np.ascontiguousarray(groups[group].ids[rows]).astype("<u8").tobytes())
    return Job(number, digest.hexdigest()[:12], parts)

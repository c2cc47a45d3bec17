"""Workers for local jobs. BLAS is held to one thread while they run: the threads over points are ours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from ionq_runner.planning.plan import Group
from ionq_runner.simulation import Method, active_qubits

__all__ = ["available_cores", "local_executor", "worker_threads"]

SMALL_QUBITS = 6  # up to here a point is mostly Python and short calls of numpy, which threads can only take turns at


def available_cores() -> int:
    """How many cores this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


def worker_threads(groups: Sequence[Group]) -> int:
    """How many threads a run gains from: one where all its circuits are small, else one for each core."""
    return 1 if all(_is_small(group) for group in groups) else available_cores()


def _is_small(group: Group) -> bool:
    qubits = len(active_qubits(group.program)) * (1 if group.method is Method.STATE_VECTOR else 2)
    return group.method is not Method.TRAJECTORIES and qubits <= SMALL_QUBITS


@contextmanager
def local_executor(workers: int) -> Iterator[Executor]:
    """Threads of this process. On the way out, jobs that no thread has begun are dropped, and no thread is waited for."""
    with threadpool_limits(limits=1, user_api="blas"):
        executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="ionq-runner")
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

"""Workers for local jobs. BLAS is held to one thread while they run: the threads, or the processes, over points are ours."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from ionq_runner.planning.plan import Group
from ionq_runner.simulation import Method, active_qubits

__all__ = ["Workers", "available_cores", "choose_workers", "local_executor"]

SMALL_QUBITS = 6  # up to here a point is mostly Python and short calls of numpy, which threads can only take turns at
PROCESS_QUBITS = 16  # beyond, a point is long enough for threads, and large enough to be there once only
POINT_US, AMPLITUDE_US = 10.0, 0.1  # roughly what a point takes
WORTH_US = 300_000.0  # of work that a second process has to save some of


@dataclass(frozen=True, slots=True)
class Workers:
    """How many there are, and whether they are processes."""

    count: int
    processes: bool = False


def available_cores() -> int:
    """How many cores this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


def choose_workers(groups: Sequence[Group], *, processes: bool) -> Workers:
    """What a run gains from: processes for many points of small circuits where it may have them, else a thread for each core.

    One thread where all circuits are small. Processes are forked, where the system does that safely: starting Python anew takes as
    long as a hundred thousand points.
    """
    cores = available_cores()
    widths = [_width(group) for group in groups]
    work = sum(len(group) * (POINT_US + AMPLITUDE_US * 2**width) for group, width in zip(groups, widths, strict=True))
    if processes and cores > 1 and max(widths, default=0) <= PROCESS_QUBITS and work >= WORTH_US and _can_fork():
        return Workers(cores, processes=True)
    return Workers(1 if max(widths, default=0) <= SMALL_QUBITS else cores)


def _width(group: Group) -> int:
    """Qubits of a state vector that takes as long."""
    qubits = len(active_qubits(group.program)) * (1 if group.method is Method.STATE_VECTOR else 2)
    return qubits if group.method is not Method.TRAJECTORIES else max(qubits, PROCESS_QUBITS + 1)


def _can_fork() -> bool:
    """A fork copies the thread that calls it and no other, so there must be none."""
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def local_executor(workers: Workers) -> Iterator[Executor]:
    """Threads, or processes, of this one. On the way out, jobs that none has begun are dropped, and no worker is waited for."""
    with threadpool_limits(limits=1, user_api="blas"):
        executor = _forked(workers.count) if workers.processes else ThreadPoolExecutor(workers.count, thread_name_prefix="ionq-runner")
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _forked(count: int) -> Executor:
    """Processes that are there before any thread of this one is, such as that of a progress bar."""
    executor = ProcessPoolExecutor(count, multiprocessing.get_context("fork"), _begin_worker)
    executor.submit(os.getpid).result()
    return executor


def _begin_worker() -> None:
    """A worker leaves signals to its parent, which says when to stop, and ends with it, however that ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

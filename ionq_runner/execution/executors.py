"""Workers for local jobs. BLAS is held to one thread while they run: the threads over points are ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

__all__ = ["available_cores", "local_executor"]


def available_cores() -> int:
    """How many cores this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


@contextmanager
def local_executor(workers: int) -> Iterator[Executor]:
    """Threads of this process. On the way out, jobs that no thread has begun are dropped, and no thread is waited for."""
    with threadpool_limits(limits=1, user_api="blas"):
        executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="ionq-runner")
        try:
            yield executor
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

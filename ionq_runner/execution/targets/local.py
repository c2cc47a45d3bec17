"""The embedded simulator as a backend: jobs go through a `concurrent.futures.Executor`, of whatever kind."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.execution.targets.base import Status, StatusKind
from ionq_runner.ledger.answers import Answer, encode_answer
from ionq_runner.planning.plan import Group, Job
from ionq_runner.simulation import Block, Series, simulate

__all__ = ["LocalBackend", "Part", "run_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """Executions of one shape on one target, ready to be simulated: all that a worker needs to know."""

    block: Block
    ids: NDArray[np.uint64]
    series: Series | None


class LocalBackend:
    """Runs jobs on this computer, or wherever the executor has its workers."""

    def __init__(self, groups: Sequence[Group], executor: Executor, series: Mapping[int, Series] | None = None) -> None:
        self._groups, self._executor, self._series = groups, executor, series or {}  # by the number of a group
        self._futures: dict[str, Future[bytes]] = {}

    def submit(self, job: Job, token: str) -> str:
        """Hand a job to the executor."""
        parts = [self._part(group, rows) for group, rows in job.parts]
        with _telling_of_lost_workers():
            self._futures[token] = self._executor.submit(run_parts, parts)
        return token

    def find(self, token: str) -> str | None:
        """A job of this process; those of an earlier one are gone with it."""
        return token if token in self._futures else None

    def poll(self, handle: str) -> Status:
        """Whether the executor is done with a job."""
        future = self._futures[handle]
        if not future.done():
            return Status(StatusKind.RUNNING)
        if future.cancelled():
            return Status(StatusKind.FAILED, "canceled")
        error = future.exception()
        if error is None:
            return Status(StatusKind.DONE)
        if isinstance(error, BrokenExecutor):
            with _telling_of_lost_workers():
                raise error
        return Status(StatusKind.FAILED, f"{type(error).__name__}: {error}".strip().rstrip(":"))

    def fetch(self, handle: str) -> bytes:
        """The answer of a finished job; it is given out once."""
        return self._futures.pop(handle).result()

    def cancel(self, handle: str) -> None:
        """Take back a job that no worker has begun."""
        self._futures[handle].cancel()

    def wait(self, handles: Collection[str], seconds: float) -> None:
        """Sleep until a job is done, or some seconds have passed."""
        wait([self._futures[handle] for handle in handles], timeout=seconds, return_when=FIRST_COMPLETED)

    def _part(self, index: int, rows: NDArray[np.int64]) -> Part:
        group = self._groups[index]
        block = Block(
            program=group.program,
            noise=group.noise,
            columns={name: column[rows] for name, column in group.columns.items()},
            repetitions=group.repetitions[rows],
            seed=group.seed,
            streams=group.ids[rows],
        )
        return Part(block, group.ids[rows], self._series.get(index))


@contextmanager
def _telling_of_lost_workers() -> Iterator[None]:
    """A worker that the system ended says nothing of the job it had, which is no worse than others: it is run again by `resume`."""
    try:
        yield
    except BrokenExecutor:
        raise ChildProcessError(errno.ECHILD, "a worker process was ended from outside, perhaps because memory ran out") from None


def run_parts(parts: Sequence[Part]) -> bytes:
    """Simulate the parts of a job, one after the other, and put their outcomes into one answer."""
    counts = [simulate(part.block, part.series) for part in parts]
    lengths = np.concatenate([np.diff(found.offsets) for found in counts])
    widest = max((found.outcomes.dtype for found in counts), key=lambda dtype: dtype.itemsize)
    return encode_answer(
        Answer(
            executions=np.concatenate([part.ids for part in parts]),
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            outcomes=np.concatenate([found.outcomes.astype(widest) for found in counts]),
            counts=np.concatenate([found.counts for found in counts]),
            probabilities=np.concatenate([found.probabilities for found in counts]),
        )
    )

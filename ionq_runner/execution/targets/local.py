"""The embedded simulator as a backend: jobs go through a `concurrent.futures.Executor`, of whatever kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.execution.targets.base import Status, StatusKind
from ionq_runner.ledger.answers import Answer, encode_answer
from ionq_runner.planning.plan import Group, Job
from ionq_runner.simulation import Block, simulate

__all__ = ["LocalBackend", "Part", "run_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """Executions of one shape on one target, ready to be simulated: all that a worker needs to know."""

    block: Block
    ids: NDArray[np.uint64]


class LocalBackend:
    """Runs jobs on this computer, or wherever the executor has its workers."""

    def __init__(self, groups: Sequence[Group], executor: Executor) -> None:
        self._groups, self._executor = groups, executor
        self._futures: dict[str, Future[bytes]] = {}

    def submit(self, job: Job, token: str) -> str:
        """Hand a job to the executor."""
        self._futures[token] = self._executor.submit(run_parts, [_part(self._groups[group], rows) for group, rows in job.parts])
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


def run_parts(parts: Sequence[Part]) -> bytes:
    """Simulate the parts of a job, one after the other, and put their outcomes into one answer."""
    counts = [simulate(part.block) for part in parts]
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


def _part(group: Group, rows: NDArray[np.int64]) -> Part:
    block = Block(
        program=group.program,
        noise=group.noise,
        columns={name: column[rows] for name, column in group.columns.items()},
        repetitions=group.repetitions[rows],
        seed=group.seed,
        streams=group.ids[rows],
    )
    return Part(block, group.ids[rows])

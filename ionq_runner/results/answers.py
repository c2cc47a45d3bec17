"""The recorded answers of a run, looked up by execution: each file checked once, and kept while there is room."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ionq_runner.ledger.answers import Answer, decode_answer
from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan

__all__ = ["AnswerDamaged", "Answers", "Gathered"]

_KEPT_BYTES = 256 << 20


class AnswerDamaged(Exception):
    """A recorded answer is gone, altered, or does not belong to the plan. The text names the file."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The outcomes of some executions: entry i belongs to the executions' `owner[i]`-th."""

    owner: NDArray[np.int64]
    outcomes: NDArray[np.int64]
    counts: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    def at(self, index: NDArray[np.int64] | slice) -> Gathered:
        """Some of the entries."""
        return Gathered(self.owner[index], self.outcomes[index], self.counts[index], self.probabilities[index])


class Answers:
    """Reads answers as they are asked for."""

    def __init__(self, plan: Plan, folder: RunFolder, jobs: Sequence[JobRow]) -> None:
        self._plan, self._folder = plan, folder
        self._rows = {row.number: row for row in jobs}
        self._kept: OrderedDict[int, Answer] = OrderedDict()
        self._bytes = 0
        self._job_of = plan.job_of()
        self._position = np.zeros(plan.executions, dtype=np.int64)
        for job in plan.jobs:
            start = 0
            for group, rows in job.parts:
                self._position[plan.groups[group].first + rows] = np.arange(start, start + len(rows))
                start += len(rows)

    def gather(self, executions: NDArray[np.int64]) -> Gathered:
        """The outcomes of some executions, in their order; those of jobs without an answer have none."""
        pieces: list[Gathered] = []
        jobs = self._job_of[executions]
        for number in dict.fromkeys(jobs.tolist()):
            if self._rows[number].state is JobState.DONE:
                mine = np.flatnonzero(jobs == number)
                pieces.append(_slices(self.answer(number), self._position[executions[mine]], mine))
        if not pieces:
            return Gathered(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
        if len(pieces) == 1:
            return pieces[0]
        whole = Gathered(*(np.concatenate([getattr(piece, field.name) for piece in pieces]) for field in fields(Gathered)))
        return whole if (np.diff(whole.owner) >= 0).all() else whole.at(np.argsort(whole.owner, kind="stable"))

    def answer(self, number: int) -> Answer:
        """The answer of a job, checked against its checksum and the plan. Raises AnswerDamaged."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        answer = self._read(number)
        self._kept[number] = answer
        self._bytes += _size(answer)
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return answer

    def _read(self, number: int) -> Answer:
        row = self._rows[number]
        path = self._folder.path / (row.answer or "")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AnswerDamaged(f"{path} cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise AnswerDamaged(f"{path} is not what was recorded: its checksum differs")
        answer = decode_answer(data)
        job = self._plan.jobs[number - 1]
        planned = np.concatenate([self._plan.groups[group].ids[rows] for group, rows in job.parts])
        if not np.array_equal(answer.executions, planned):
            raise AnswerDamaged(f"{path} does not answer the executions of its job")
        return answer


def _slices(answer: Answer, positions: NDArray[np.int64], owners: NDArray[np.int64]) -> Gathered:
    """The entries of some executions of one answer, one execution after the other."""
    starts, lengths = answer.offsets[positions], np.diff(answer.offsets)[positions]
    ends = np.cumsum(lengths)
    index: NDArray[np.int64] | slice
    if (starts[1:] == starts[:-1] + lengths[:-1]).all():
        index = slice(int(starts[0]), int(starts[0] + ends[-1]))
    else:
        index = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    return Gathered(np.repeat(owners, lengths), answer.outcomes[index].astype(np.int64), answer.counts[index], answer.probabilities[index])


def _size(answer: Answer) -> int:
    return sum(column.nbytes for column in (answer.executions, answer.offsets, answer.outcomes, answer.counts, answer.probabilities))

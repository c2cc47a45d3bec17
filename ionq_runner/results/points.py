"""The lines of the table of points, those without a result included; and the cells of points, which other tables have too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ionq_runner.expressions.columns import Column
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan
from ionq_runner.results import cells
from ionq_runner.results.lines import Cells, Lookup, joined, text_of

__all__ = ["BLOCK", "point_cells", "point_rows", "state_of"]

BLOCK = 2_048  # points at a time


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter at some points: its different values, and which of them each point has."""

    name: str
    different: Column
    index: NDArray[np.int64]

    def cells(self) -> Cells:
        """`value,` of each point."""
        return Cells.of([f"{value},".encode() for value in map(cells.value, self.different.tolist())]).take(self.index)

    def parts_of_labels(self) -> Cells:
        """` name=value` of each point, for people; nothing where it has none."""
        parts = [f" {self.name}={value}" if value else "" for value in map(cells.short, self.different.tolist())]
        return Cells.of([part.encode() for part in parts]).take(self.index)


def point_cells(plan: Plan, chosen: NDArray[np.int64], bases: Cells) -> Cells:
    """What every line of a table of results begins with, for some points: from the id to the parameters."""
    points = plan.points
    return joined([
        Cells.equally_wide(points.id[chosen]),
        _names(",{},", plan.circuits, points.circuit[chosen]),
        _names("{},", plan.targets, points.target[chosen]),
        _names("{},", plan.mitigations, points.mitigation[chosen]),
        _numbers().cells(points.replicate[chosen]),
        bases,
        *(parameter.cells() for parameter in _parameters(plan, chosen)),
    ])  # fmt: skip


def point_rows(plan: Plan, jobs: Sequence[JobRow]) -> Iterator[tuple[memoryview, int]]:
    """The lines of `points`."""
    points = plan.points
    answered = _Answered(plan, jobs)
    replicates, shots = _numbers(), _numbers()
    repetitions = plan.repetitions()
    for start in range(0, len(points), BLOCK):
        chosen = slice(start, min(len(points), start + BLOCK))
        circuit, target, mitigation = points.circuit[chosen], points.target[chosen], points.mitigation[chosen]
        parameters = _parameters(plan, chosen)
        ends = _names(" {}", plan.targets, target), Cells.of([f" {m}".encode() if m else b"" for m in plan.mitigations]).take(mitigation)
        columns = [
            Cells.equally_wide(points.id[chosen]),
            *_labels(parameters, _names(",{}", plan.circuits, circuit), joined(ends)),
            _names(",{},", plan.circuits, circuit),
            _names("{},", plan.targets, target),
            _names("{},", plan.mitigations, mitigation),
            replicates.cells(points.replicate[chosen]),
            *(parameter.cells() for parameter in parameters),
            shots.cells(repetitions[points.execution[points.first[chosen]]]),
            *answered.cells(chosen),
        ]
        yield text_of(columns), len(circuit)


class _Answered:
    """The state, the executions and the jobs of points; a point of several settings has several of them."""

    def __init__(self, plan: Plan, jobs: Sequence[JobRow]) -> None:
        self._points = plan.points
        self._jobs = sorted(jobs, key=lambda job: job.number)
        self._ids = np.array(plan.execution_ids(), dtype=np.bytes_)
        self._job_of = plan.job_of() - 1
        self._states = Cells.of([f"{state_of(row)},".encode() for row in self._jobs])
        self._ends = Cells.of([f",{row.id},{cells.text(row.error or '')}".encode() for row in self._jobs])

    def cells(self, chosen: slice) -> tuple[Cells, ...]:
        """`status,execution,job,error` of some points."""
        first = self._points.first[chosen.start : chosen.stop + 1]
        execution = self._points.execution[first[0] : first[-1]]
        if len(execution) == len(first) - 1:
            job = self._job_of[execution]
            return self._states.take(job), Cells.equally_wide(self._ids[execution]), self._ends.take(job)
        return (Cells.of([self._several(execution[begin:end]) for begin, end in pairwise((first - first[0]).tolist())]),)

    def _several(self, executions: NDArray[np.int64]) -> bytes:
        jobs = [self._jobs[number] for number in dict.fromkeys(self._job_of[executions].tolist())]
        worst = next((job for job in jobs if job.state is not JobState.DONE), jobs[0])
        ids = b" ".join(self._ids[executions].tolist()).decode()
        return f"{state_of(worst)},{ids},{' '.join(job.id for job in jobs)},{cells.text(worst.error or '')}".encode()


def state_of(job: JobRow) -> str:
    """The status of a job's points; one that was only started has no result yet."""
    return JobState.PLANNED.value if job.state is JobState.STARTED else job.state.value


def _parameters(plan: Plan, chosen: slice | NDArray[np.int64]) -> list[_Parameter]:
    found: list[_Parameter] = []
    for name, column in plan.points.parameters.items():
        different, index = np.unique(column[chosen], return_inverse=True, equal_nan=True)
        found.append(_Parameter(name, different, index))
    return found


def _names(form: str, names: Sequence[str], index: NDArray[np.int32]) -> Cells:
    return Cells.of([form.format(name).encode() for name in names]).take(index)


def _numbers() -> Lookup:
    return Lookup(lambda number: f"{number},".encode())


def _labels(parameters: Sequence[_Parameter], circuit: Cells, target: Cells) -> list[Cells]:
    """The label of each point, as in `,fringe phi=0.2618 noisy`; the whole of it is quoted where a text in it asks for that."""
    parts = [circuit, *(parameter.parts_of_labels() for parameter in parameters), target]
    texts = "".join(value for parameter in parameters if parameter.different.dtype.kind == "U" for value in parameter.different.tolist())
    if not cells.QUOTED & set(texts):
        return parts
    whole = joined(parts)
    labels = [text[1:length].decode() for text, length in zip(whole.texts.tolist(), whole.lengths.tolist(), strict=True)]
    return [Cells.of([f",{cells.text(label)}".encode() for label in labels])]

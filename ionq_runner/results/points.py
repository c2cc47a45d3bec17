"""The lines of the table of points, those without a result included; and the cells of points, which other tables have too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


def point_cells(plan: Plan, start: int, stop: int, bases: Cells) -> Cells:
    """What every line of a table of results begins with, for some points: from the id to the parameters."""
    points = plan.points
    return joined([
        Cells.equally_wide(points.id[start:stop]),
        _names(",{},", plan.circuits, points.circuit[start:stop]),
        _names("{},,", plan.targets, points.target[start:stop]),
        _numbers().cells(points.replicate[start:stop]),
        bases,
        *(parameter.cells() for parameter in _parameters(plan, start, stop)),
    ])  # fmt: skip


def point_rows(plan: Plan, jobs: Sequence[JobRow]) -> Iterator[tuple[memoryview, int]]:
    """The lines of `points`."""
    points = plan.points
    executions = np.array(plan.execution_ids(), dtype=np.bytes_)
    numbers, repetitions = plan.job_of() - 1, plan.repetitions()
    rows = sorted(jobs, key=lambda job: job.number)
    states = Cells.of([f"{state_of(row)},".encode() for row in rows])
    ends = Cells.of([f",{row.id},{cells.text(row.error or '')}".encode() for row in rows])
    replicates, shots = _numbers(), _numbers()
    for start in range(0, len(points), BLOCK):
        stop = min(len(points), start + BLOCK)
        circuit, target, execution = points.circuit[start:stop], points.target[start:stop], points.execution[start:stop]
        parameters = _parameters(plan, start, stop)
        columns = [
            Cells.equally_wide(points.id[start:stop]),
            *_labels(parameters, _names(",{}", plan.circuits, circuit), _names(" {}", plan.targets, target)),
            _names(",{},", plan.circuits, circuit),
            _names("{},,", plan.targets, target),
            replicates.cells(points.replicate[start:stop]),
            *(parameter.cells() for parameter in parameters),
            shots.cells(repetitions[execution]),
            states.take(numbers[execution]),
            Cells.equally_wide(executions[execution]),
            ends.take(numbers[execution]),
        ]
        yield text_of(columns), stop - start


def state_of(job: JobRow) -> str:
    """The status of a job's points; one that was only started has no result yet."""
    return JobState.PLANNED.value if job.state is JobState.STARTED else job.state.value


def _parameters(plan: Plan, start: int, stop: int) -> list[_Parameter]:
    found: list[_Parameter] = []
    for name, column in plan.points.parameters.items():
        different, index = np.unique(column[start:stop], return_inverse=True, equal_nan=True)
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

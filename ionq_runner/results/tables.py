"""The tables of a run, written a block of points at a time: counts, points, jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ionq_runner.language.experiment import Parameter
from ionq_runner.ledger.folder import RunFolder, as_json, write_durably
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Group, Plan
from ionq_runner.results import cells, lines
from ionq_runner.results.answers import Answers
from ionq_runner.results.columns import COUNTS, JOBS, POINTS, Column, data_package
from ionq_runner.results.outcomes import OutcomeTexts
from ionq_runner.results.writing import write_pieces
from ionq_runner.simulation import read_qubits

__all__ = ["Output", "write_tables"]

BLOCK = 2_048  # points at a time
GATHERED = 1 << 17  # lines whose counts are gathered at a time
LINES = 1 << 14  # lines whose text is made at a time


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was written: its name, its size, its checksum, and its rows if it is a table."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


def write_tables(plan: Plan, folder: RunFolder, jobs: Sequence[JobRow]) -> list[Output]:
    """Write every table of a run and their description; each is renamed into its place when it is whole."""
    columns = table_columns(plan)
    outputs = [
        _write_table(folder.path / "counts.csv", columns["counts"], _count_rows(plan, Answers(plan, folder, jobs))),
        _write_table(folder.path / "points.csv", columns["points"], _point_rows(plan, jobs)),
        _write_table(folder.path / "jobs.csv", columns["jobs"], _job_rows(jobs)),
    ]
    package = as_json(data_package(folder.path.parent.name, list(columns.items())))
    write_durably(folder.path / "datapackage.json", package)
    return [*outputs, Output("datapackage.json", len(package), hashlib.sha256(package).hexdigest())]


def table_columns(plan: Plan) -> dict[str, tuple[Column, ...]]:
    """The columns of every table of a run, its parameters and measurement keys among them."""
    parameters = tuple(
        _parameter_column(name, column.dtype.kind == "U", plan.experiment.parameters.get(name))
        for name, column in plan.points.parameters.items()
    )
    keys = tuple(Column(key, "string", "The bits of this measurement key.") for key in plan.keys)
    return {"counts": (*COUNTS[:6], *parameters, *COUNTS[6:], *keys), "points": (*POINTS[:6], *parameters, *POINTS[6:]), "jobs": JOBS}


def _parameter_column(name: str, is_text: bool, definition: Parameter | None) -> Column:
    """The column of a swept or computed parameter, in the words of the file where it has some."""
    about = (definition.description or definition.title) if definition is not None else ""
    unit = definition.unit if definition is not None else ""
    return Column(name, "string" if is_text else "number", about or "A parameter of the sweep.", unit)


def _write_table(path: Path, columns: Sequence[Column], parts: Iterator[tuple[Sequence[bytes], int]]) -> Output:
    """A header and finished lines, some at a time with their number."""
    header = ",".join(column.name for column in columns).encode() + b"\n"
    written = write_pieces(path, chain([([header], 0)], parts))
    return Output(path.name, written.bytes, written.sha256, written.count)


def _count_rows(plan: Plan, answers: Answers) -> Iterator[tuple[list[bytes], int]]:
    """The lines of `counts`: runs of points of one shape are written together."""
    group_of = plan.group_of()
    texts = [OutcomeTexts.of(group.program, group.noise) for group in plan.groups]
    outcomes = [_outcome_cells(text, plan.keys) for text in texts]
    totals, total_of = np.unique(plan.repetitions(), return_inverse=True)
    shares = _share_cells(totals.tolist())
    block = max(1, min(BLOCK, GATHERED // max((_most_lines(group) for group in plan.groups), default=1)))
    for start in range(0, len(plan.points), block):
        stop = min(len(plan.points), start + block)
        execution = plan.points.execution[start:stop]
        found = answers.gather(execution)
        group = group_of[execution]
        prefixes = _prefixes(plan, start, stop, [texts[index].width for index in group.tolist()])
        bounds = np.searchsorted(found.owner, np.arange(stop - start + 1))
        for first, last in _stretches(group, bounds):
            some = found.at(slice(int(bounds[first]), int(bounds[last])))
            before, after = outcomes[int(group[first])]
            columns = [
                before.cells(some.outcomes),
                shares.cells(total_of[execution[some.owner]] * int(totals[-1] + 1) + some.counts),
                lines.probabilities(some.probabilities),
                after.cells(some.outcomes),
            ]
            text = lines.text_of(columns, prefixes[first:last], (bounds[first : last + 1] - bounds[first]).tolist())
            yield text, len(some.owner)


def _outcome_cells(text: OutcomeTexts, keys: Sequence[str]) -> tuple[lines.Lookup, lines.Lookup]:
    """The cells of an outcome with which a line begins, and at its end those of its measurement keys."""
    return lines.Lookup(lambda outcome: lines.START + text.cells(outcome, keys)[0]), lines.Lookup(
        lambda outcome: text.cells(outcome, keys)[1] + b"\n"
    )


def _share_cells(totals: Sequence[int]) -> lines.Lookup:
    """A count, the repetitions, and the one over the other, by the number `which total * (largest total + 1) + count`."""

    def cell(number: int) -> bytes:
        which, count = divmod(number, totals[-1] + 1)
        return f"{count},{totals[which]},{cells.number(count / totals[which])},".encode()

    return lines.Lookup(cell)


def _most_lines(group: Group) -> int:
    """How many different outcomes an execution of a group can have."""
    return int(min(2 ** len(read_qubits(group.program, group.noise)), group.repetitions.max(initial=1)))


def _stretches(group: NDArray[np.int64], bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of points of one shape, none of them with many more lines than fit a processor's cache."""
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(group)]
    for edge, last in pairwise(edges):
        first = edge
        while first < last:
            reached = int(np.searchsorted(bounds, bounds[first] + LINES, side="right")) - 1
            stop = min(last, max(first + 1, reached))
            yield first, stop
            first = stop


def _prefixes(plan: Plan, start: int, stop: int, widths: Sequence[int]) -> list[bytes]:
    """The cells of each point that all its lines share; `widths` holds how many qubits each measures."""
    points = plan.points
    columns = (
        points.id[start:stop].astype(str).tolist(),
        _names(plan.circuits, points.circuit[start:stop]),
        _names(plan.targets, points.target[start:stop]),
        points.replicate[start:stop].tolist(),
        ["Z" * width for width in widths],
        _parameter_cells(plan, start, stop),
    )
    return [
        f"{identity},{circuit},{target},,{replicate},{basis},{values}".encode()
        for identity, circuit, target, replicate, basis, values in zip(*columns, strict=True)
    ]


def _names(names: Sequence[str], index: NDArray[np.int32]) -> list[str]:
    return [names[number] for number in index.tolist()]


def _parameter_cells(plan: Plan, start: int, stop: int) -> list[str]:
    """The parameters of each point as cells, each followed by a comma."""
    parts = [column[start:stop] for column in plan.points.parameters.values()]
    columns = [list(map(cells.text, part.tolist())) if part.dtype.kind == "U" else cells.numbers(part) for part in parts]
    return [",".join(row) + "," for row in zip(*columns, strict=True)] if columns else [""] * (stop - start)


def _point_rows(plan: Plan, jobs: Sequence[JobRow]) -> Iterator[tuple[list[bytes], int]]:
    """The lines of `points`: a line per point, those without a result included."""
    points = plan.points
    executions = np.array(plan.execution_ids(), dtype=object)
    numbers, repetitions = plan.job_of(), plan.repetitions()
    rows = sorted(jobs, key=lambda job: job.number)
    states, ends = [_state(row) for row in rows], [f"{row.id},{cells.text(row.error or '')}" for row in rows]
    for start in range(0, len(points), BLOCK):
        stop = min(len(points), start + BLOCK)
        execution = points.execution[start:stop]
        job = (numbers[execution] - 1).tolist()
        columns = (
            points.id[start:stop].astype(str).tolist(),
            _names(plan.circuits, points.circuit[start:stop]),
            _label_parts(plan, start, stop),
            _names(plan.targets, points.target[start:stop]),
            points.replicate[start:stop].tolist(),
            _parameter_cells(plan, start, stop),
            repetitions[execution].tolist(),
            [states[index] for index in job],
            executions[execution].tolist(),
            [ends[index] for index in job],
        )
        lines_of_block = [
            f"{identity},{circuit}{label} {target},{circuit},{target},,{replicate},{values}{shots},{status},{run},{end}\n"
            for identity, circuit, label, target, replicate, values, shots, status, run, end in zip(*columns, strict=True)
        ]
        yield ["".join(lines_of_block).encode()], stop - start


def _label_parts(plan: Plan, start: int, stop: int) -> list[str]:
    """What the label of each point, as in `fringe phi=0.2618 noisy`, says between the circuit and the target."""
    shown = [
        [f" {name}={value}" if value else "" for value in cells.short(column[start:stop])]
        for name, column in plan.points.parameters.items()
    ]
    return list(map("".join, zip(*shown, strict=True))) if shown else [""] * (stop - start)


def _state(job: JobRow) -> str:
    """The status of a job's points; one that was only started has no result yet."""
    return JobState.PLANNED.value if job.state is JobState.STARTED else job.state.value


def _job_rows(jobs: Sequence[JobRow]) -> Iterator[tuple[list[bytes], int]]:
    """The lines of `jobs`. A local job has no times of a service, so that two equal runs give equal bytes."""
    for job in jobs:
        line = f"{job.id},,local,,{_state(job)},{job.executions},{job.repetitions},,,,,,0,0,usd,,{cells.text(job.error or '')}\n"
        yield [line.encode()], 1

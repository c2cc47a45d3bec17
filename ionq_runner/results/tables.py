"""The tables of a run, written a block of points at a time: counts, points, jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ionq_runner.language.experiment import Parameter
from ionq_runner.ledger.folder import RunFolder, as_json, write_durably
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan
from ionq_runner.results import cells
from ionq_runner.results.answers import Answers
from ionq_runner.results.columns import COUNTS, JOBS, POINTS, Column, data_package
from ionq_runner.results.counts import count_rows
from ionq_runner.results.points import point_rows, state_of
from ionq_runner.results.writing import write_pieces

__all__ = ["Output", "write_tables"]


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
        _write_table(folder.path / "counts.csv", columns["counts"], count_rows(plan, Answers(plan, folder, jobs))),
        _write_table(folder.path / "points.csv", columns["points"], point_rows(plan, jobs)),
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


def _write_table(path: Path, columns: Sequence[Column], pieces: Iterator[tuple[bytes | memoryview, int]]) -> Output:
    """A header and finished lines, some at a time with their number."""
    header = ",".join(column.name for column in columns).encode() + b"\n"
    written = write_pieces(path, chain([(header, 0)], pieces))
    return Output(path.name, written.bytes, written.sha256, written.count)


def _job_rows(jobs: Sequence[JobRow]) -> Iterator[tuple[bytes, int]]:
    """The lines of `jobs`. A local job has no times of a service, so that two equal runs give equal bytes."""
    for job in jobs:
        line = f"{job.id},,local,,{state_of(job)},{job.executions},{job.repetitions},,,,,,0,0,usd,,{cells.text(job.error or '')}\n"
        yield line.encode(), 1

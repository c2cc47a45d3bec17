"""The columns of every table: name, type, meaning, unit. The source of `datapackage.json` and of `explain COLUMN`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["COUNTS", "JOBS", "POINTS", "Column", "data_package"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `type` is a type of the Data Package table schema."""

    name: str
    type: str
    about: str
    unit: str = ""


_POINT = Column(
    "point", "string", "Id of the point: 12 hex digits, a hash of what it means; the same in every run of the same file and seed."
)
_CIRCUIT = Column("circuit", "string", "Name of the circuit.")
_TARGET = Column("target", "string", "Name of the target.")
_MITIGATION = Column("mitigation", "string", "Name of the mitigation setting; empty where the point is measured as it is.")
_REPLICATE = Column("replicate", "integer", "Which of its independent repeats this is, from 0.")
_REPETITIONS = Column("repetitions", "integer", "How often the setting was measured.")

# The swept and computed parameters stand after the column `basis` of counts, and after `replicate` of points.
COUNTS = (
    _POINT, _CIRCUIT, _TARGET, _MITIGATION, _REPLICATE,
    Column("basis", "string", "A letter per measured qubit: the basis in which it was read."),
    Column("bitstring", "string", "The measured bits, left to right in the order in which the measurement names its qubits."),
    Column("outcome", "integer", "The same bits as a whole number, the first bit most significant."),
    Column("count", "integer", "How often this outcome was seen; in each basis the counts of a point add up to its repetitions."),
    _REPETITIONS,
    Column("frequency", "number", "count / repetitions"),
    Column("probability", "number", "The probability that the backend calculated, to 12 decimals; empty where it measured."),
)  # fmt: skip
POINTS = (
    _POINT,
    Column("label", "string", "Circuit, parameters, target and mitigation as text."),
    _CIRCUIT, _TARGET, _MITIGATION, _REPLICATE, _REPETITIONS,
    Column("status", "string", "planned, done, failed, canceled, lost, refused, held, unreadable or skipped."),
    Column("execution", "string", "Ids of the executions that answer the point, one for each basis: 16 hex digits; points may share them."),
    Column("job", "string", "Ids of the jobs that ran them."),
    Column("error", "string", "Why there is no result; empty where there is one."),
)  # fmt: skip
JOBS = (
    Column("job", "string", "Id of the job: 12 hex digits."),
    Column("service_id", "string", "Id that the service gave it; empty on this computer."),
    Column("backend", "string", "Where it ran."),
    Column("api_version", "string", "Version of the service's API; empty on this computer."),
    Column("status", "string", "planned, done, failed, canceled, lost, refused, held or unreadable."),
    Column("executions", "integer", "How many executions it holds."),
    Column("repetitions", "integer", "How many measurements it made, all executions together."),
    Column("submitted_at", "datetime", "When the service took it; empty on this computer."),
    Column("started_at", "datetime", "When the service began it; empty on this computer."),
    Column("completed_at", "datetime", "When the service finished it; empty on this computer."),
    Column("queue_s", "number", "How long it waited.", "s"),
    Column("execution_s", "number", "How long it ran.", "s"),
    Column("cost_estimated", "number", "What it was expected to cost."),
    Column("cost", "number", "What it cost."),
    Column("cost_unit", "string", "The unit of both."),
    Column("warnings", "string", "What the service remarked."),
    Column("error", "string", "Why it has no answer; empty where it has one."),
)  # fmt: skip


def data_package(name: str, tables: Sequence[tuple[str, Sequence[Column]]]) -> dict[str, Any]:
    """A Data Package descriptor of some tables, each a CSV file."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "resources": [
            {
                "name": table,
                "path": f"{table}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": [_field(column) for column in columns], "missingValues": [""]},
            }
            for table, columns in tables
        ],
    }


def _field(column: Column) -> dict[str, str]:
    field = {"name": column.name, "type": column.type, "description": column.about}
    return field | {"unit": column.unit} if column.unit else field

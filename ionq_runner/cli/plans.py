"""A plan in words: for a terminal, and for the summary of a pull request."""

from __future__ import annotations

from typing import Any

from ionq_runner.cli.terminal import counted, table
from ionq_runner.diagnostics.formats.markdown import code_span, table_row

__all__ = ["plan_markdown", "plan_text"]

HEADER = ("circuit", "target", "points", "executions", "qubits", "gates", "1-qubit", "2-qubit", "repetitions", "method")
NUMBERS = frozenset(range(2, 9))  # the columns that hold numbers
GATES = "gates: as written; 1-qubit and 2-qubit: after decomposition into gates that IonQ takes"


def plan_text(document: dict[str, Any]) -> str:
    """A row for each circuit on each target, then the sums."""
    lines = [
        f"{document['name']}: {_size(document)}",
        *_shared(document),
        "",
        table(HEADER, [_row(row) for row in document["circuits"]], right=NUMBERS),
        "",
        GATES,
        f"seed {document['seed']}, cost {_cost(document)}, plan {document['digest'][:12]}",
    ]
    return "\n".join(lines)


def plan_markdown(document: dict[str, Any]) -> str:
    """The same in GitHub's Markdown. Whatever a person named stands in code, where nothing is a link, a mention or a tag."""
    rows = [(code_span(circuit), code_span(target), *rest) for circuit, target, *rest in map(_row, document["circuits"])]
    rule = ["--:" if column in NUMBERS else "---" for column in range(len(HEADER))]
    lines = [
        f"### {code_span(document['name'])}",
        "",
        f"{_size(document)}. **Cost: {_cost(document)}**",
        *(["", *(f"{line}." for line in _shared(document))] if _shared(document) else []),
        "",
        *map(table_row, (HEADER, rule, *rows)),
        "",
        f"{GATES[0].upper()}{GATES[1:]}. Seed {document['seed']}, plan `{document['digest'][:12]}`.",
        "",
    ]
    return "\n".join(lines)


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    extents = ("qubits", "gates_before", "one_qubit_gates", "two_qubit_gates", "repetitions")
    counts = (f"{row['points']:,}", f"{row['executions']:,}", *(_extent(row[key]) for key in extents))
    return row["circuit"], row["target"], *counts, row["method"]


def _size(document: dict[str, Any]) -> str:
    sizes = (("points", "point"), ("executions", "execution"), ("repetitions", "measurement"))
    return ", ".join([*(counted(document[key], noun) for key, noun in sizes), counted(len(document["jobs"]), "job")])


def _shared(document: dict[str, Any]) -> list[str]:
    """That points share executions, in a line, where they do."""
    shared = document["points"] - document["executions"]
    return [f"{counted(shared, 'point')} share{'s' * (shared == 1)} an execution with another one"] if shared else []


def _cost(document: dict[str, Any]) -> str:
    return f"{document['estimates']['cost']} {document['estimates']['cost_unit']}"


def _extent(values: list[int]) -> str:
    return "..".join(f"{value:,}" for value in values)

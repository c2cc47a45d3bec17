"""A plan in words: for a terminal, and for the summary of a pull request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ionq_runner.cli.terminal import counted, table
from ionq_runner.diagnostics.formats.markdown import code_span, table_row

__all__ = ["plan_markdown", "plan_text"]

HEADER = ("circuit", "target", "points", "executions", "qubits", "gates", "1-qubit", "2-qubit", "repetitions", "method")
MORE = ("mitigation", "bases")  # columns that are there where a row has something to say in them
NUMBERS = frozenset(range(2, 9))  # the columns that hold numbers
BASES = 9  # that are named
_UNITS = {"cost_usd": "USD", "jobs": "jobs", "repetitions": "repetitions"}
GATES = "gates: as written; 1-qubit and 2-qubit: after decomposition into gates that IonQ takes"


def plan_text(document: dict[str, Any]) -> str:
    """A row for each circuit on each target, then the sums."""
    lines = [
        f"{document['name']}: {_size(document)}",
        *_remarks(document),
        "",
        table((*HEADER, *_more(document)), [_row(row, _more(document)) for row in document["circuits"]], right=NUMBERS),
        "",
        GATES,
        f"seed {document['seed']}, cost {_cost(document)}, plan {document['digest'][:12]}",
    ]
    return "\n".join(lines)


def plan_markdown(document: dict[str, Any]) -> str:
    """The same in GitHub's Markdown. Whatever a person named stands in code, where nothing is a link, a mention or a tag."""
    header = (*HEADER, *_more(document))
    found = (_row(row, _more(document)) for row in document["circuits"])
    rows = [(code_span(circuit), code_span(target), *rest) for circuit, target, *rest in found]
    rule = ["--:" if column in NUMBERS else "---" for column in range(len(header))]
    lines = [
        f"### {code_span(document['name'])}",
        "",
        f"{_size(document)}. **Cost: {_cost(document)}**",
        *(["", *(f"- {line}" for line in _remarks(document, code_span))] if _remarks(document) else []),
        "",
        *map(table_row, (header, rule, *rows)),
        "",
        f"{GATES[0].upper()}{GATES[1:]}. Seed {document['seed']}, plan `{document['digest'][:12]}`.",
        "",
    ]
    return "\n".join(lines)


def _row(row: dict[str, Any], more: tuple[str, ...]) -> tuple[str, ...]:
    extents = ("qubits", "gates_before", "one_qubit_gates", "two_qubit_gates", "repetitions")
    counts = (f"{row['points']:,}", f"{row['executions']:,}", *(_extent(row[key]) for key in extents))
    return row["circuit"], row["target"], *counts, row["method"], *(_listed(row[column]) for column in more)


def _more(document: dict[str, Any]) -> tuple[str, ...]:
    """The further columns of a table: mitigation settings, and bases other than that of the bits."""
    rows = document["circuits"]
    has = {"mitigation": any(row["mitigation"] for row in rows), "bases": any(basis.strip("Z") for row in rows for basis in row["bases"])}
    return tuple(column for column in MORE if has[column])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:BASES]) + (f", and {len(names) - BASES:,} more" if len(names) > BASES else "")


def _size(document: dict[str, Any]) -> str:
    settings = (("settings", "setting"),) if document["settings"] != document["points"] else ()
    sizes = (("points", "point"), *settings, ("executions", "execution"), ("repetitions", "measurement"))
    return ", ".join([*(counted(document[key], noun) for key, noun in sizes), counted(len(document["jobs"]), "job")])


def _remarks(document: dict[str, Any], named: Callable[[str], str] = str) -> list[str]:
    """What is shared, collapsed or held back and why, and the budget, a line each, where there is something to say."""
    lines: list[str] = []
    if shared := document["settings"] - document["executions"]:
        what = "setting" if document["settings"] != document["points"] else "point"
        lines.append(f"{counted(shared, what)} share{'s' * (shared == 1)} an execution with another one")
    for row in document["collapsed"]:
        one, names = len(row["mitigation"]) == 1, _listed([named(name) for name in row["mitigation"]])
        own = "changes nothing: no points of its own" if one else "change nothing: no points of their own"
        lines.append(f"on {named(row['target'])}, a simulator, {names} {own}")
    for run in document["runs"]:
        if run["after"]:
            lines.append(f"{named(run['run'])} waits until what is expected of {named(run['after'])} is met")
    if document["service_jobs"]:
        lines.append(f"{counted(document['service_jobs'], 'job')} for the service, to which this version sends nothing yet")
    if document["budget"]:
        lines.append(f"budget: {', '.join(f'{limit:,.15g} {_UNITS[key]}' for key, limit in document['budget'].items())}")
    return lines


def _cost(document: dict[str, Any]) -> str:
    cost = document["estimates"]["cost"]
    return "unknown" if cost is None else f"{cost} {document['estimates']['cost_unit']}"


def _extent(values: list[int]) -> str:
    return "..".join(f"{value:,}" for value in values)

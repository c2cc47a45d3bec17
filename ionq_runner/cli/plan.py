"""`plan`: what a run would do."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, experiment_options, name_of, options_of, read_file
from ionq_runner.cli.terminal import Terminal, counted, table


@click.command("plan")
@click.argument("file")
@experiment_options
@color_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it.")
def command(
    file: str, assignments: tuple[str, ...], set_file: Path | None, only: tuple[str, ...],
    max_points: int, strict: bool, color: str, form: str,
) -> int:  # fmt: skip
    """Show the points, executions, gates and methods of a run of FILE. Nothing is run, and nothing is written."""
    from ionq_runner.planning.document import plan_document

    options = options_of(assignments, set_file, only, max_points, strict)
    terminal = Terminal(color)
    plan = api.plan(read_file(file), name_of(file), options, noticed=lambda found: terminal.show_problems(found, sys.stderr))
    document = plan_document(plan, options.document())
    click.echo(json.dumps(document, indent=2) if form == "json" else describe(document))
    return ExitCode.OK


def describe(document: dict[str, Any]) -> str:
    """A plan in words: a row for each circuit on each target, then the sums."""
    header = ("circuit", "target", "points", "executions", "qubits", "gates", "1-qubit", "2-qubit", "repetitions", "method")
    rows = [
        (
            row["circuit"], row["target"], f"{row['points']:,}", f"{row['executions']:,}",
            _extent(row["qubits"]), _extent(row["gates_before"]),
            _extent(row["one_qubit_gates"]), _extent(row["two_qubit_gates"]), _extent(row["repetitions"]), row["method"],
        )
        for row in document["circuits"]
    ]  # fmt: skip
    shared = document["points"] - document["executions"]
    sizes = (("points", "point"), ("executions", "execution"), ("repetitions", "measurement"))
    size = ", ".join([*(counted(document[key], noun) for key, noun in sizes), counted(len(document["jobs"]), "job")])
    lines = [
        f"{document['name']}: {size}",
        *([f"{counted(shared, 'point')} share{'s' * (shared == 1)} an execution with another one"] if shared else []),
        "",
        table(header, rows, right=frozenset(range(2, 9))),
        "",
        "gates: as written; 1-qubit and 2-qubit: after decomposition into gates that IonQ takes",
        f"seed {document['seed']}, cost 0 usd, plan {document['digest'][:12]}",
    ]
    return "\n".join(lines)


def _extent(values: list[int]) -> str:
    return "..".join(f"{value:,}" for value in values)

"""`show`: a circuit as a picture in text, with what it takes."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.circuits.decompose import decomposed_names, gate_counts
from ionq_runner.circuits.diagram import depth, draw
from ionq_runner.circuits.program import Program
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, experiment_options, name_of, options_of, read_file
from ionq_runner.cli.picture import can_print
from ionq_runner.cli.printing import printed
from ionq_runner.cli.terminal import Terminal, counted
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions.evaluation import Value, shown
from ionq_runner.planning.expand import CircuitPoints

FEW = 6  # values that a message lists
MANY = 1_000  # points that are looked through for them


@click.command("show")
@click.argument("file")
@click.argument("circuit", required=False)
@click.option("--at", multiple=True, metavar="NAME=VALUE", help="The point of the sweep to show: the first that matches; repeatable.")
@click.option("--qasm", "language", flag_value="qasm", help="Print the circuit in OpenQASM 3 instead.")
@click.option("--cirq", "language", flag_value="cirq", help="Print it in Cirq's JSON.")
@click.option("--ionq", "language", flag_value="ionq", help="Print it in IonQ's JSON, as the service takes it.")
@experiment_options
@color_option
def command(
    file: str, circuit: str | None, at: tuple[str, ...], language: str | None, assignments: tuple[str, ...], set_file: Path | None,
    only: tuple[str, ...], max_points: int, strict: bool, allow_python: bool, color: str,
) -> int:  # fmt: skip
    """Draw the circuits of FILE, or one CIRCUIT, at a point of the sweep; with gate counts, depth, and what is decomposed.

    With --qasm, --cirq or --ionq, print one of them in that language instead.
    """
    options = options_of(assignments, set_file, only, max_points, strict, allow_python)
    loaded = api.load(read_file(file), name_of(file), options)
    if loaded.expansion is None or (strict and len(loaded.problems)):
        raise api.Refused(loaded.problems)
    Terminal(color).show_problems(loaded.problems, sys.stderr)
    found = {points.circuit.name: points for points in reversed(loaded.expansion.circuits)}
    chosen = list(reversed(found)) if circuit is None else [circuit]
    for name in chosen:
        if name not in found:
            raise click.UsageError(f"{file} has no circuit `{name}`; {did_you_mean(name, found) or 'it has ' + ', '.join(reversed(found))}")
    wanted = [_assignment(text) for text in at]
    having = [name for name in chosen if all(parameter in found[name].columns for parameter, _ in wanted)]
    chosen = having or chosen  # of several circuits, those that have the parameters; else the first says what it lacks
    if language is None:
        click.echo("\n\n".join(_picture(found[name], wanted) for name in chosen))
    elif len(chosen) > 1:
        raise click.UsageError(f"--{language} prints one circuit; name one of {', '.join(chosen)}")
    else:
        program, values = _point(found[chosen[0]], wanted)
        click.echo(printed(program.at(values), _title(found[chosen[0]], values), language), nl=False)
    return ExitCode.OK


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--at takes NAME=VALUE, not `{text}`")
    return name.strip(), value.strip()


def _point(points: CircuitPoints, wanted: list[tuple[str, str]]) -> tuple[Program, dict[str, Value]]:
    """The program of the first point that matches, and its values."""
    row = next((row for row in range(points.rows) if all(_matches(points, row, name, value) for name, value in wanted)), None)
    if row is None:
        at = ", ".join(f"{name}={value}" for name, value in wanted)
        raise click.UsageError(f"the circuit `{points.circuit.name}` has no point at {at}; {_values_taken(points, wanted)}")
    values = {name: column[row] for name, column in points.columns.items()}
    return points.programs[0 if points.shape_of is None else points.shape_of[row]], values


def _title(points: CircuitPoints, values: dict[str, Value]) -> str:
    place = f" at {', '.join(f'{name} = {_shown(value)}' for name, value in values.items())}" if values else ""
    return f"{points.circuit.name}{place}"


def _picture(points: CircuitPoints, wanted: list[tuple[str, str]]) -> str:
    program, values = _point(points, wanted)
    one, two = gate_counts(program)
    more = f" ({points.rows:,} points, {counted(len(points.programs), 'shape')})" if points.rows > 1 else ""
    replaced = [f"  {before}: {after}" for before, after in decomposed_names(program).items()]
    lines = [
        f"{_title(points, values)}{more}",
        "",
        draw(program, values, width=shutil.get_terminal_size((100, 24)).columns, ascii=not can_print("─●⊕")),
        "",
        f"{counted(program.qubits, 'qubit')}, {counted(len(program.gates), 'gate')}, depth {depth(program):,}; "
        f"as IonQ takes it, {one:,} on one qubit and {two:,} on two",
        *(["decomposed, exactly:", *replaced] if replaced else []),
    ]
    return "\n".join(lines)


def _values_taken(points: CircuitPoints, wanted: list[tuple[str, str]]) -> str:
    """The values that each asked parameter takes, the first few of them."""
    texts: list[str] = []
    for name in dict.fromkeys(name for name, _ in wanted):
        taken = list(dict.fromkeys(_shown(value) for value in points.columns[name][:MANY]))
        texts.append(f"{name} is {', '.join(taken[:FEW])}{', ...' if len(taken) > FEW else ''}")
    return "; ".join(texts)


def _matches(points: CircuitPoints, row: int, name: str, value: str) -> bool:
    if name not in points.columns:
        near = did_you_mean(name, points.columns) or (f"it has {', '.join(points.columns)}" if points.columns else "it has none")
        raise click.UsageError(f"the circuit `{points.circuit.name}` has no parameter `{name}`; {near}")
    found = points.columns[name][row]
    if isinstance(found, str):
        return found == value
    return abs(float(found) - _number(value)) <= 1e-9


def _number(text: str) -> float:
    from ionq_runner.diagnostics import Excerpt, ProblemFound
    from ionq_runner.expressions import evaluate, parse_expression

    try:
        expression = parse_expression(Excerpt.of(text, "--at"))
        if expression.names:
            raise click.UsageError(f"--at takes a number, not `{text}`")
        return float(evaluate(expression, {}))
    except ProblemFound as found:
        raise click.UsageError(f"--at: {found.problem.message}") from None


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else shown(float(value))

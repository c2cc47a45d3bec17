"""Plans from texts, and views of a plan that tests compare whole."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest

from ionq_runner import api
from ionq_runner.diagnostics import Problems
from ionq_runner.planning.plan import Plan

HEAD = {"ionq_runner": "1", "name": "t", "repetitions": "100", "seed": "7"}


def _file(body: str, **head: str | None) -> bytes:
    """An experiment: `body` with the usual head before it; a key given here replaces the head's, None takes it out."""
    keys = {key: value for key, value in {**HEAD, **head}.items() if value is not None}
    return ("".join(f"{key}: {value}\n" for key, value in keys.items()) + dedent(body)).encode()


def _split(keys: dict[str, Any]) -> tuple[api.Options, dict[str, str]]:
    """Options of the command, and keys of the head."""
    own = ("set", "only", "set_file", "max_points")
    options = api.Options(**{key: value for key, value in keys.items() if key in own})
    return options, {key: value for key, value in keys.items() if key not in own}


@pytest.fixture(scope="session")
def file_of() -> Callable[..., bytes]:
    return _file


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., Plan]:
    """The plan of a body; options of the command by their names, any other key goes to the head of the file."""

    def plan_of(body: str, **keys) -> Plan:
        options, head = _split(keys)
        return api.plan(_file(body, **head), "t.yaml", options)

    return plan_of


@pytest.fixture(scope="session")
def problems_of() -> Callable[..., list[tuple[str, ...]]]:
    """What is wrong with a body: code and the text that the place covers, and where it is asked for the message."""

    def problems_of(body: str, *, validate: bool = False, messages: bool = False, **keys) -> list[tuple[str, ...]]:
        options, head = _split(keys)
        data = _file(body, **head)
        try:
            problems: Problems = api.validate(data, "t.yaml", options) if validate else api.plan(data, "t.yaml", options) and Problems()
        except api.Refused as refused:
            problems = refused.problems
        found = ((p.code, p.span.source.text[p.span.start : p.span.end], p.message) for p in problems)
        return [problem if messages else problem[:2] for problem in found]

    return problems_of


@pytest.fixture(scope="session")
def circuit() -> Callable[..., str]:
    """A body with one circuit, `probe`: its gates, any other keys of it, and more of the file."""

    def circuit(gates: str, more: str = "", **keys: str) -> str:
        lines = "".join(f"    {key}: {value}\n" for key, value in keys.items())
        return f"circuits:\n  probe:\n    gates: {indent(gates, '      ').strip()}\n{lines}{dedent(more)}"

    return circuit


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., list[tuple]]:
    """The points of a plan in order: circuit, target, replicate, the parameters that it has, number of the execution, repetitions."""

    def rows_of(plan: Plan) -> list[tuple]:
        points, repetitions = plan.points, plan.repetitions()
        return [
            (
                plan.circuits[points.circuit[row]],
                plan.targets[points.target[row]],
                int(points.replicate[row]),
                {name: column[row].item() for name, column in points.parameters.items() if not _missing(column[row])},
                int(points.execution[row]),
                int(repetitions[points.execution[row]]),
            )
            for row in range(len(points))
        ]

    return rows_of


@pytest.fixture(scope="session")
def ids_of() -> Callable[..., dict[tuple, tuple[str, str]]]:
    """Point id and execution id by what a person calls a point; those that are equal in everything are counted."""

    def ids_of(plan: Plan) -> dict[tuple, tuple[str, str]]:
        executions = plan.execution_ids()
        found: dict[tuple, tuple[str, str]] = {}
        points = plan.points
        for row in range(len(points)):
            values = tuple((name, column[row].item()) for name, column in sorted(points.parameters.items()) if not _missing(column[row]))
            key = (plan.circuits[points.circuit[row]], plan.targets[points.target[row]], values, int(points.replicate[row]))
            number = sum(known[:-1] == key for known in found)
            found[(*key, number)] = points.id[row].decode(), executions[points.execution[row]]
        return found

    return ids_of


def _missing(value) -> bool:
    """Whether a circuit does not have a parameter."""
    return value == "" if value.dtype.kind == "U" else bool(np.isnan(value))

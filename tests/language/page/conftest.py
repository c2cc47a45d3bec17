"""Small experiments, and what becomes of them: a plan, or what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent, indent

import pytest

from ionq_runner import api
from ionq_runner.planning.plan import Plan

HEAD = {"ionq_runner": "1", "name": "t", "repetitions": "100", "seed": "7"}


def _text(body: str, head: dict[str, str]) -> bytes:
    keys = {**HEAD, **head}
    return ("".join(f"{key}: {value}\n" for key, value in keys.items() if value) + dedent(body)).encode()


@pytest.fixture(scope="session")
def planned() -> Callable[..., Plan]:
    """The plan of a body under the usual head, of which keys may be replaced (`seed=""` leaves one out)."""

    def planned(body: str, name: str = "t.yaml", **head: str) -> Plan:
        return api.plan(_text(body, head), name)

    return planned


@pytest.fixture(scope="session")
def told() -> Callable[..., list[tuple[str, str]]]:
    """What is told of a body: the code of each problem, and the text that it marks."""

    def told(body: str, name: str = "t.yaml", **head: str) -> list[tuple[str, str]]:
        data = _text(body, head)
        found = api.validate(data, name)
        assert all(problem.message and problem.span.source.text is not None for problem in found)
        return [(p.code, p.span.source.text[p.span.start : p.span.end]) for p in found]

    return told


@pytest.fixture(scope="session")
def circuit() -> Callable[..., str]:
    """A body with one circuit, `c`: its gates as they stand in YAML, its other keys, and more of the file."""

    def circuit(gates: str, more: str = "", **keys: str) -> str:
        lines = "".join(f"    {key}: {value}\n" for key, value in keys.items())
        return f"circuits:\n  c:\n    gates:\n{indent(dedent(gates).strip(), '      ')}\n{lines}{dedent(more)}"

    return circuit


@pytest.fixture(scope="session")
def runs_alike(planned, circuit) -> Callable[..., bool]:
    """Whether two lists of gates on three qubits are the same executions."""

    def runs_alike(one: str, other: str, **keys: str) -> bool:
        first, second = (planned(circuit(gates, **{"qubits": "3", **keys})).execution_ids() for gates in (one, other))
        return first == second

    return runs_alike

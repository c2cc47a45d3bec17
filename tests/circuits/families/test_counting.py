"""Gates of families are counted before they are made, and the names that decide a shape are told from those that turn angles."""

from __future__ import annotations

import pytest

from ionq_runner.circuits.elaborate import Scope, TooManyGates, elaborate
from ionq_runner.circuits.families import FAMILIES
from ionq_runner.circuits.shape import gate_count, shape_names, statement_names
from ionq_runner.circuits.statements import Library
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems
from ionq_runner.language.reading.families import read_family

LISTS = {"edges": ((0.0, 1.0), (1.0, 2.0))}
VALUES = {
    "secret": "101", "marked": "101", "shift": "1010", "phase": 0.3, "gamma": 0.1, "beta": 0.2, "steps": 3.0, "dt": 0.1, "J": 1.0,
    "g": 0.7, "length": 6.0, "depth": 6.0, "instance": 1.0,
}  # fmt: skip
DECIDING = {
    "bernstein_vazirani": {"secret"}, "grover": {"marked"}, "hidden_shift": {"shift"}, "trotter_ising": {"steps"},
    "clifford_rb": {"length", "instance"}, "mirror": {"depth", "instance"}, "quantum_volume": {"depth", "instance"},
    "random": {"depth", "instance"},
}  # fmt: skip


def member(name) -> Library:
    family = read_family(name)
    return Library(family, frozenset(parameter.name for parameter in family.parameters), Excerpt.of(name).span())


def size(family) -> int:
    return family.size(VALUES) if family.sized else 3


@pytest.mark.parametrize("name", FAMILIES)
def test_the_count_is_the_number_of_gates_that_are_made(name):
    circuit, problems = member(name), Problems()
    qubits = size(circuit.family)
    made = elaborate((circuit,), Scope(qubits, VALUES, LISTS, {}, {}), problems)
    assert not list(problems)
    assert gate_count((circuit,), qubits, VALUES, LISTS, {}, {}) == len(made) > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_only_what_chooses_gates_decides_the_shape(name):
    circuit = member(name)
    assert shape_names((circuit,), {}) == DECIDING.get(name, set())
    assert statement_names((circuit,), {}) == circuit.given


@pytest.mark.parametrize(("name", "qubits", "length"), [
    ("clifford_rb", 1, 700_000.0), ("clifford_rb", 2, 143_000.0), ("clifford_rb", 5, 40_001.0), ("mirror", 6, 112_000.0),
    ("quantum_volume", 4, 71_430.0), ("random", 4, 170_000.0), ("trotter_ising", 4, 142_860.0),
])  # fmt: skip
def test_too_many_gates_are_refused_before_they_are_drawn(name, qubits, length):
    own = {**VALUES, "length": length, "depth": length, "steps": length}
    with pytest.raises(ProblemFound) as refused:
        gate_count((member(name),), qubits, own, LISTS, {}, {})
    assert refused.value.problem.code == TooManyGates.code

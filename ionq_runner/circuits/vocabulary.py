"""Names of gates -> canonical gates, and the inverse of each: the facts of `ionq.facts.gates`, parsed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ionq_runner.circuits.program import Angle, Gate
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import Expression, bind, parse_expression
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES, GateFact

__all__ = ["Word", "gate_names", "inverse_gates", "inverse_size", "make_gate", "word", "written_out"]


@dataclass(frozen=True, slots=True)
class Word:
    """What a gate's name means: a row of the vocabulary and the number of controls that come before its own qubits."""

    fact: GateFact
    controls: int

    @property
    def qubits(self) -> int:
        """How many qubits a statement with this name takes."""
        return self.controls + self.fact.qubits


@cache
def word(name: str) -> Word | None:
    """The meaning of a name; None if no gate is called so."""
    base, controls = CONTROLLED.get(name, (name, 0))
    fact = GATES.get(ALIASES.get(base, base))
    return None if fact is None else Word(fact, controls)


def gate_names() -> tuple[str, ...]:
    """Every name that a statement may begin with."""
    return (*GATES, *ALIASES, *CONTROLLED)


def make_gate(meaning: Word, angles: tuple[Angle, ...], qubits: tuple[int, ...]) -> Gate:
    """The canonical gate of a name on its qubits, controls first."""
    return Gate(meaning.fact.name, angles, qubits[meaning.controls :], qubits[: meaning.controls])


def inverse_gates(gate: Gate) -> tuple[Gate, ...]:
    """Gates that undo a gate exactly, global phase included."""
    if gate.name == "pauliexp":
        time, *coefficients = gate.angles
        return (Gate("pauliexp", (time, *map(_negated, coefficients)), gate.targets, gate.controls, gate.words),)
    fact = GATES[gate.name]
    if not fact.inverse:
        return tuple(inverse for part in reversed(written_out(gate)) for inverse in inverse_gates(part))
    name, arguments = _template(fact.inverse)
    return (Gate(name, _substituted(arguments, fact, gate), gate.targets, gate.controls),)


@cache
def inverse_size(name: str) -> int:
    """How many gates `inverse_gates` makes of a gate."""
    if name == "pauliexp":
        return 1
    fact = GATES[name]
    return len(inverse_gates(Gate(name, (0.0,) * len(fact.parameters), tuple(range(fact.qubits)))))


def written_out(gate: Gate) -> tuple[Gate, ...]:
    """The definition of a gate, on the gate's qubits and under its controls; one that has none is returned as it is."""
    fact = GATES.get(gate.name)
    return (gate,) if fact is None else tuple(_placed(statement, fact, gate) for statement in fact.definition) or (gate,)


def _placed(statement: str, fact: GateFact, gate: Gate) -> Gate:
    head, *operands = statement.rsplit(" ", _operand_count(statement))
    name, arguments = _template(head)
    meaning = word(name)
    assert meaning is not None, f"the definition of {fact.name} uses an unknown gate {name}"
    placed = make_gate(meaning, _substituted(arguments, fact, gate), tuple(gate.targets[int(operand)] for operand in operands))
    return Gate(placed.name, placed.angles, placed.targets, gate.controls + placed.controls)


@cache
def _operand_count(statement: str) -> int:
    return len(statement[statement.find(")") + 1 :].split()) - (0 if ")" in statement else 1)


@cache
def _template(text: str) -> tuple[str, tuple[Expression, ...]]:
    """`name(argument, ...)` of the facts as a name and expressions."""
    name, bracket, inner = text.partition("(")
    arguments = inner.removesuffix(")").split(",") if bracket else []
    return name, tuple(parse_expression(Excerpt.of(argument.strip())) for argument in arguments)


def _substituted(arguments: tuple[Expression, ...], fact: GateFact, gate: Gate) -> tuple[Angle, ...]:
    values = dict(zip(fact.parameters, gate.angles, strict=True))
    return tuple(bind(argument, values) for argument in arguments)


_NEGATIVE = parse_expression(Excerpt.of("-value"))


def _negated(angle: Angle) -> Angle:
    return bind(_NEGATIVE, {"value": angle})

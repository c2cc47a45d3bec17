"""Observables as read: what a point's outcomes are made into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ionq_runner.circuits.statements import Operand
from ionq_runner.diagnostics import Span
from ionq_runner.expressions import Expression, Range
from ionq_runner.language.references import Reference

__all__ = ["Match", "Observable", "Outcome", "Pauli", "PauliSum", "PauliTerm", "TermLoop", "Tomography"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauliTerm:
    """A Pauli word, times a number where one stands before it.

    Without operands a letter is for each measured qubit, in their order. With operands there is a letter for each of them, or one
    letter: the sum of that Pauli over them in a sum, the product in a `pauli`. Operands are qubits of the circuit.
    """

    letters: str
    operands: tuple[Operand, ...] = ()
    coefficient: Expression | None = None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLoop:
    """Terms, once for each value of the names, as a `for` of statements."""

    names: tuple[str, ...]
    over: Range | str | tuple[tuple[Expression, ...], ...]
    body: tuple[PauliTerm, ...]
    span: Span = field(compare=False)
    name_spans: tuple[Span, ...] = field(compare=False, default=())


@dataclass(frozen=True, slots=True)
class Pauli:
    """The product of some words."""

    factors: tuple[PauliTerm, ...]


@dataclass(frozen=True, slots=True)
class PauliSum:
    """The sum of some terms."""

    terms: tuple[PauliTerm | TermLoop, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The share of some outcomes: bits, `zeros`, `ones`, `ideal`, `heavy`, or the name of a bit-string parameter."""

    outcomes: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """How near all outcomes are to the noiseless ones."""

    measure: Literal["hellinger", "tvd"]


@dataclass(frozen=True, slots=True)
class Tomography:
    """The state of all measured qubits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observable:
    """Something that is read off each point of some circuits; None: of all."""

    name: str
    kind: Pauli | PauliSum | Outcome | Match | Tomography
    circuits: tuple[Reference, ...] | None
    span: Span = field(compare=False)

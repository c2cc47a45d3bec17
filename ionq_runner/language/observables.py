"""Observables as read: what a point's outcomes are made into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ionq_runner.circuits.shape import operand_names
from ionq_runner.circuits.statements import For, Operand
from ionq_runner.diagnostics import Span
from ionq_runner.expressions import Expression, Range
from ionq_runner.language.references import Reference

__all__ = ["Match", "Observable", "Outcome", "Pauli", "PauliSum", "PauliTerm", "TermLoop", "Tomography"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauliTerm:
    """A Pauli word, times a number where one stands before it.

    Without operands a letter is for each measured qubit, in their order; `I` alone is the constant in a sum. With operands there is
    a letter for each of them, or one letter: the sum of that Pauli over them in a sum, the product in a `pauli`. Operands are
    qubits of the circuit, and `all` is every measured one.
    """

    letters: str
    operands: tuple[Operand, ...] = ()
    coefficient: Expression | None = None
    span: Span = field(compare=False)

    @property
    def names(self) -> frozenset[str]:
        """Every name that it uses."""
        return self.places | (self.coefficient.names if self.coefficient is not None else frozenset())

    @property
    def places(self) -> frozenset[str]:
        """The names that decide on which qubits it acts."""
        return operand_names(self.operands)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLoop:
    """Terms, once for each value of the names of a loop."""

    head: For  # its own body is empty: the terms stand here
    body: tuple[PauliTerm | TermLoop, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name that it uses, but for its own."""
        return self._extent | _outside(self, frozenset[str]().union(*(term.names for term in self.body)))

    @property
    def places(self) -> frozenset[str]:
        """The names that decide which terms there are, and on which qubits they act."""
        return self._extent | _outside(self, frozenset[str]().union(*(term.places for term in self.body)))

    @property
    def _extent(self) -> frozenset[str]:
        over = self.head.over
        if isinstance(over, str):
            return frozenset({over})
        return over.names if isinstance(over, Range) else operand_names(tuple(value for row in over for value in row))


def _outside(loop: TermLoop, names: frozenset[str]) -> frozenset[str]:
    return names.difference(loop.head.names)


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
    """The share of some outcomes: the words `zeros`, `ones`, `ideal` and `heavy`; bits, or a bit-string parameter, as expressions."""

    outcomes: tuple[Reference | Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names that it uses."""
        return frozenset[str]().union(*(outcome.names for outcome in self.outcomes if isinstance(outcome, Expression)))


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

    @property
    def terms(self) -> tuple[PauliTerm | TermLoop, ...]:
        """Its Pauli words."""
        match self.kind:
            case Pauli(terms) | PauliSum(terms):
                return terms
        return ()

    @property
    def names(self) -> frozenset[str]:
        """Every name that it uses."""
        if isinstance(self.kind, Outcome):
            return self.kind.names
        return frozenset[str]().union(*(term.names for term in self.terms))

    def reads(self, circuit: str) -> bool:
        """Whether it is read off the points of a circuit."""
        return self.circuits is None or any(reference.name == circuit for reference in self.circuits)

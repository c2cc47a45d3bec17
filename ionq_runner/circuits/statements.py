"""What a gate list holds: statements and blocks, as written, before any loop is unrolled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ionq_runner.diagnostics import Span
from ionq_runner.expressions import Expression, Range

if TYPE_CHECKING:
    from ionq_runner.circuits.families.family import Family

__all__ = [
    "All",
    "BlockDefinition",
    "Control",
    "Element",
    "Fold",
    "For",
    "GateStatement",
    "If",
    "Inverse",
    "JsonGate",
    "Library",
    "Operand",
    "Repeat",
    "Statement",
    "flat",
]


@dataclass(frozen=True, slots=True)
class All:
    """The operand `all`: every qubit of the circuit, in order."""

    span: Span


@dataclass(frozen=True, slots=True)
class Element:
    """`name[index]`, an element of some qubits under one name; an index below zero counts from their end."""

    name: str
    qubits: tuple[int, ...]
    index: Expression

    @property
    def names(self) -> frozenset[str]:
        """The names that its index uses."""
        return self.index.names

    @property
    def span(self) -> Span:
        """The place of its index."""
        return self.index.span


Operand = Expression | Range | All | Element


@dataclass(frozen=True, slots=True)
class GateStatement:
    """`name(arguments) operands`: a gate of the vocabulary, or a block of one's own."""

    name: str
    arguments: tuple[Expression, ...]
    operands: tuple[Operand, ...]
    name_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class JsonGate:
    """IonQ's own JSON gate object, read: `name` and `extra_controls` are in our vocabulary, Pauli words first target first."""

    name: str
    angles: tuple[Expression, ...]
    targets: tuple[Expression, ...]
    controls: tuple[Expression, ...]
    words: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`for: names in over`, with a body; `over` is a range, a list of values or pairs, or the name of a list parameter."""

    names: tuple[str, ...]
    over: Range | tuple[tuple[Expression, ...], ...] | str
    body: tuple[Statement, ...]
    name_spans: tuple[Span, ...]
    over_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    """`repeat: count`, with a body."""

    count: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`if: condition`, with a body."""

    condition: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Inverse:
    """`inverse:` of a body: each gate inverted, in reverse order."""

    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Control:
    """`control: qubits`, with a body that acts only where all of them are 1."""

    qubits: tuple[Operand, ...]
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Fold:
    """`fold: scale`, an odd number: the body, then its inverse and itself again (scale - 1)/2 times."""

    scale: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Library:
    """`library: name`: a circuit of a family. `given` are the parameters of the family that the experiment gives values."""

    family: Family
    given: frozenset[str]
    span: Span


Statement = GateStatement | JsonGate | For | Repeat | If | Inverse | Control | Fold | Library


@dataclass(frozen=True, slots=True)
class BlockDefinition:
    """A gate of one's own, from `blocks:`."""

    name: str
    parameters: tuple[str, ...]
    qubits: tuple[str, ...]
    body: tuple[Statement, ...]
    span: Span = field(compare=False)
    name_spans: tuple[Span, ...] = field(compare=False, default=())  # of its parameters, then of its qubits


def flat(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """The statements and everything inside them, blocks of one's own left unopened."""
    for statement in statements:
        yield statement
        match statement:
            case For(_, _, body) | If(_, body) | Repeat(_, body) | Fold(_, body) | Control(_, body) | Inverse(body):
                yield from flat(body)

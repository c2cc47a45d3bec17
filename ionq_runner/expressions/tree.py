"""What a parsed expression is: small frozen nodes that know their place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ionq_runner.diagnostics import Excerpt, Span

__all__ = ["Binary", "Bits", "Call", "Expression", "Name", "Node", "Number", "Range", "Unary", "children", "walk"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal. Every number is a double; whole ones are exact to 2**53."""

    value: float
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Bits:
    """A bit string, which stands alone: the value of a parameter that was written in quotes."""

    value: str
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, an axis, a loop variable, or one of the constants `pi` and `tau`."""

    name: str
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `+x` or `not x`."""

    operator: str
    operand: Node
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, `and` or `or`."""

    operator: str
    left: Node
    right: Node
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed list, with its arguments."""

    function: str
    arguments: tuple[Node, ...]
    start: int = field(compare=False, default=0)
    end: int = field(compare=False, default=0)


Node = Number | Bits | Name | Unary | Binary | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its tree, the names that still need a value, and where in which text it stands.

    `bindings` gives some names of the tree another expression as their value, as the parameters of a block have it; they are
    not among `names`, the names of those expressions are.
    """

    root: Node
    names: frozenset[str] = field(compare=False)
    excerpt: Excerpt = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)
    bindings: tuple[tuple[str, Expression], ...] = ()

    @property
    def span(self) -> Span:
        """The place of the whole expression."""
        return self.excerpt.span(self.start, self.end)

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.excerpt.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Range:
    """`start..stop` or `start..stop step step`, both ends included."""

    start: Expression
    stop: Expression
    step: Expression | None
    excerpt: Excerpt = field(compare=False, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names that any of its three expressions uses."""
        own = self.start.names | self.stop.names
        return own if self.step is None else own | self.step.names

    @property
    def span(self) -> Span:
        """The place of the whole range."""
        return self.excerpt.span()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, outermost first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one, from left to right."""
    match node:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case _:
            return ()

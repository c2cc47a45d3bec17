"""Names and kinds of an expression, checked before it is evaluated: what is in view, and what is a number, a truth or a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import MAX_KNOWN, did_you_mean
from ionq_runner.expressions.parser import COMPARISONS, CONSTANTS
from ionq_runner.expressions.tree import Binary, Bits, Call, Expression, Name, Node, Number, Unary

__all__ = ["DEFINE", "Advice", "Kind", "check_expression"]

DEFINE = "define it under `parameters:`, or as an axis of the sweep"
_NOT_PI = frozenset({"phi", "psi", "xi", "chi"})  # near `pi` by their letters, and never meant as it

Advice = Callable[[str], tuple[str, str] | None]
"""For a name that is not in view: why, if that is known, and where else to define it; None where it may be in what cannot be read."""


class Kind(StrEnum):
    """What a value is. Truths come from comparisons and texts from bit strings; neither is a number."""

    NUMBER = "a number"
    TRUTH = "a condition"
    TEXT = "a bit string"


class UndefinedName(Problem):
    """A name that nothing in view defines."""

    code: ClassVar[str] = "E206"
    text: ClassVar[str] = "`{name}` is not defined here"
    name: str
    known: tuple[str, ...]
    why: str = ""
    define: str = DEFINE

    @property
    def hint(self) -> str:
        constants = () if self.name in _NOT_PI else CONSTANTS
        return self.why or did_you_mean(self.name, (*self.known, *constants)) or self.define


class WrongKind(Problem):
    """A condition, a bit string or a number where another of the three is wanted."""

    code: ClassVar[str] = "E313"
    text: ClassVar[str] = "{wanted} is wanted here, and this is {found}"
    wanted: Kind
    found: Kind

    @property
    def hint(self) -> str:
        if self.found is Kind.TEXT:
            return "`bit(b, i)` is bit i of a bit string, the first is 0, and `popcount(b)` the number of its ones"
        if self.wanted is Kind.TRUTH:
            return "compare it, as in `k == 1`"
        if self.wanted is Kind.TEXT:
            return 'a bit string is a parameter in quotes, such as "0110", or comes from an axis `bitstrings: n`'
        return "a comparison belongs in `if:` and `only:`"


def check_expression(
    expression: Expression,
    names: Mapping[str, Kind | None],
    wanted: Kind,
    problems: Problems,
    advice: Advice = lambda name: ("", DEFINE),
) -> None:
    """Note every name that is not in view and every part of the wrong kind; a name of kind None is known and says no more."""
    _Checker(expression, names, problems, advice).want(expression.root, wanted)


@dataclass(frozen=True, slots=True)
class _Checker:
    expression: Expression
    names: Mapping[str, Kind | None]
    problems: Problems
    advice: Advice

    def want(self, node: Node, wanted: Kind) -> None:
        found = self.kind(node)
        if found is not None and found is not wanted:
            self.problems.add(WrongKind(self.span(node), wanted, found))

    def kind(self, node: Node) -> Kind | None:
        """The kind of a node, its parts checked; None where a name is unknown and nothing follows from it."""
        match node:
            case Number():
                return Kind.NUMBER
            case Bits():
                return Kind.TEXT
            case Name(name):
                return self.name(node, name)
            case Unary(operator, operand):
                inner = Kind.TRUTH if operator == "not" else Kind.NUMBER
                self.want(operand, inner)
                return inner
            case Binary(operator, left, right):
                return self.binary(operator, left, right)
            case Call(function, arguments):
                self.call(function, arguments)
                return Kind.NUMBER

    def name(self, node: Name, name: str) -> Kind | None:
        if name in CONSTANTS:
            return Kind.NUMBER
        if name not in self.names:
            if (advice := self.advice(name)) is not None:
                self.problems.add(UndefinedName(self.span(node), name, tuple(islice(self.names, MAX_KNOWN)), *advice))
            return None
        return self.names[name]

    def binary(self, operator: str, left: Node, right: Node) -> Kind:
        if operator in COMPARISONS:
            kinds = self.kind(left), self.kind(right)
            for node, kind, other in ((left, kinds[0], kinds[1]), (right, kinds[1], kinds[0])):
                both_text = kind is Kind.TEXT and other in (Kind.TEXT, None) and operator in ("==", "!=")
                if kind not in (Kind.NUMBER, None) and not both_text:
                    self.problems.add(WrongKind(self.span(node), Kind.NUMBER, kind))
            return Kind.TRUTH
        inner = Kind.TRUTH if operator in ("and", "or") else Kind.NUMBER
        self.want(left, inner)
        self.want(right, inner)
        return inner

    def call(self, function: str, arguments: tuple[Node, ...]) -> None:
        for index, argument in enumerate(arguments):
            wanted = Kind.TEXT if function == "bit" and index == 0 else Kind.NUMBER
            found = self.kind(argument)
            if found not in (None, wanted) and not (function == "popcount" and found is Kind.TEXT):
                self.problems.add(WrongKind(self.span(argument), wanted, found))

    def span(self, node: Node) -> Span:
        return self.expression.excerpt.span(node.start, node.end)

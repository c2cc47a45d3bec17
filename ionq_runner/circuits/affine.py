"""Angles that are sums: a constant plus multiples of other angles, kept so that gates can be taken apart without numbers.

The Euler angles and definitions of `ionq.facts.gates` are affine in a gate's parameters, and so is every angle of a
decomposition; an `Affine` says which, by the parameters' positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ionq_runner.circuits.program import Angle
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import Expression, parse_expression
from ionq_runner.expressions.parser import CONSTANTS
from ionq_runner.expressions.tree import Binary, Name, Node, Number, Unary

__all__ = ["Affine", "angle_at", "parse_affine", "product", "summands"]


@dataclass(frozen=True, slots=True)
class Affine:
    """`constant` plus the sum of factor times angle `index`; indices are ascending and no factor is 0."""

    constant: float = 0.0
    factors: tuple[tuple[int, float], ...] = ()

    def times(self, factor: float) -> Affine:
        """The angle multiplied by a number."""
        if factor == 0:
            return Affine()
        return Affine(self.constant * factor, tuple((index, own * factor) for index, own in self.factors))

    def plus(self, other: Affine | float) -> Affine:
        """The sum of two angles."""
        if not isinstance(other, Affine):
            return Affine(self.constant + other, self.factors)
        if not self.factors or not other.factors:
            return Affine(self.constant + other.constant, self.factors or other.factors)
        merged = dict(self.factors)
        for index, factor in other.factors:
            merged[index] = merged.get(index, 0.0) + factor
        return Affine(self.constant + other.constant, tuple(sorted((i, f) for i, f in merged.items() if f)))

    def at(self, angles: Sequence[Affine]) -> Affine:
        """The same angle with other angles in the places of its own."""
        if len(self.factors) == 1 and self.factors[0][1] == 1.0 and self.constant == 0:
            return angles[self.factors[0][0]]
        total = Affine(self.constant)
        for index, factor in self.factors:
            total = total.plus(angles[index].times(factor))
        return total


@cache
def parse_affine(text: str, parameters: tuple[str, ...]) -> Affine:
    """`2*pi*phi - pi/2` over the named parameters."""
    found = _affine(parse_expression(Excerpt.of(text)).root, {name: index for index, name in enumerate(parameters)})
    assert found is not None, f"`{text}` is not affine in {parameters}"
    return found


def _affine(node: Node, names: dict[str, int]) -> Affine | None:
    """The node as a sum over the names; None where it is none."""
    match node:
        case Number(value):
            return Affine(value)
        case Name(name) if name in CONSTANTS:
            return Affine(CONSTANTS[name])
        case Name(name) if name in names:
            return Affine(0.0, ((names[name], 1.0),))
        case Unary("-" | "+" as sign, operand):
            inner = _affine(operand, names)
            return inner if inner is None or sign == "+" else inner.times(-1.0)
        case Binary("+" | "-" | "*" | "/" as operator, left, right):
            first, second = _affine(left, names), _affine(right, names)
            return None if first is None or second is None else _combined(operator, first, second)
    return None


def _combined(operator: str, first: Affine, second: Affine) -> Affine | None:
    if operator in "+-":
        return first.plus(second if operator == "+" else second.times(-1.0))
    if operator == "/":
        return None if second.factors or second.constant == 0 else first.times(1.0 / second.constant)
    if first.factors and second.factors:
        return None
    return first.times(second.constant) if first.factors else second.times(first.constant)


def angle_at(affine: Affine, angles: Sequence[Angle]) -> Angle:
    """The angle for a gate's own angles: a number where they are numbers, else an expression that refers to theirs.

    The expression binds each of them to a name of its own (`$0`, ...), so that what they bind and where they stand in the file is kept.
    """
    constant = affine.constant
    symbolic: list[tuple[Expression, float]] = []
    for index, factor in affine.factors:
        angle = angles[index]
        if isinstance(angle, Expression):
            symbolic.append((angle, factor))
        else:
            constant += factor * angle
    if not symbolic:
        return constant
    if len(symbolic) == 1 and symbolic[0][1] == 1.0 and constant == 0:
        return symbolic[0][0]
    root: Node | None = Number(constant) if constant else None
    for position, (_, factor) in enumerate(symbolic):
        term: Node = Name(f"${position}") if factor == 1.0 else Binary("*", Number(factor), Name(f"${position}"))
        root = term if root is None else Binary("+", root, term)
    assert root is not None, "a symbolic angle has a term"
    words = [f"({angle.text})" if factor == 1.0 else f"{factor!r}*({angle.text})" for angle, factor in symbolic]
    return _expression(root, [angle for angle, _ in symbolic], " + ".join(([repr(constant)] if constant else []) + words))


def product(first: Angle, second: Angle) -> Angle:
    """Two angles multiplied, as in the time and a coefficient of a `pauliexp`."""
    if not isinstance(first, Expression):
        return angle_at(Affine(0.0, ((0, first),)) if first else Affine(), (second,))
    if not isinstance(second, Expression):
        return product(second, first)
    return _expression(Binary("*", Name("$0"), Name("$1")), [first, second], f"({first.text})*({second.text})")


def _expression(root: Node, bound: Sequence[Expression], text: str) -> Expression:
    names = frozenset[str]().union(*(expression.names for expression in bound))
    bindings = tuple((f"${index}", expression) for index, expression in enumerate(bound))
    return Expression(root, names, Excerpt.of(text), 0, len(text), bindings)


def summands(angle: Angle) -> tuple[float, tuple[tuple[Expression, float], ...]]:
    """An angle as a constant and multiples of expressions that are no such sum themselves: what `angle_at` and inverses built, undone."""
    if not isinstance(angle, Expression):
        return float(angle), ()
    own = _affine(angle.root, {name: index for index, (name, _) in enumerate(angle.bindings)}) if angle.bindings else None
    if own is None:
        return 0.0, ((angle, 1.0),)
    constant = own.constant
    terms: list[tuple[Expression, float]] = []
    for index, factor in own.factors:
        inner, inner_terms = summands(angle.bindings[index][1])
        constant += factor * inner
        terms.extend((expression, factor * inner_factor) for expression, inner_factor in inner_terms)
    return constant, tuple(terms)

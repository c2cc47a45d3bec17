"""What a family of circuits is, the values that its parameters take, and the size that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ionq_runner.circuits.families import FamilyValue, ParameterKind
from ionq_runner.diagnostics import ProblemFound, Span
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.evaluation import WHOLE_WITHIN, Value, shown

if TYPE_CHECKING:
    from ionq_runner.circuits.statements import Operand, Statement

__all__ = ["Family", "FamilyParameter", "checked_value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyParameter:
    """A parameter of a family. The default may use `qubits`; without one, the circuit has to give a value."""

    name: str
    kind: ParameterKind
    about: str
    default: Expression | None = None
    least: int | None = None  # of a whole number
    even: bool = False  # the number, or the number of bits

    @property
    def allowed(self) -> str:
        """What values it takes, in words."""
        number = f"a{'n even' * self.even} whole number" + (f" from {self.least}" if self.least is not None else "")
        words = {
            ParameterKind.WHOLE: number,
            ParameterKind.BITS: "a bit string with an even number of bits" if self.even else self.kind.value,
        }
        return words.get(self.kind, self.kind.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family as its file describes it. Its size is fixed, or follows from a bit string, or is the circuit's, at least `least`."""

    name: str
    title: str
    description: str
    known: str  # its known answer, in words
    source: str
    parameters: tuple[FamilyParameter, ...]
    qubits: int | None
    bits: str  # the parameter whose length gives the size
    more: int  # qubits beyond those bits
    least: int
    body: tuple[Statement, ...]
    drawn: bool  # at random, by a function of its whole numbers
    measure: tuple[Operand, ...]  # empty: every qubit, or what the circuit says
    example: str  # keys of a circuit, or of a file

    @property
    def sized(self) -> bool:
        """Whether it says itself how many qubits it has."""
        return self.qubits is not None or bool(self.bits)

    @property
    def width(self) -> str:
        """How many qubits it has, in words."""
        if self.bits:
            return f"as many as `{self.bits}` has bits{f', and {self.more} more' if self.more else ''}"
        return f"{self.qubits}" if self.qubits is not None else f"`qubits:` of the circuit, at least {self.least}"

    def size(self, values: Mapping[str, Value]) -> int:
        """How many qubits it has; only of one that says it itself."""
        return self.qubits if self.qubits is not None else len(str(values[self.bits])) + self.more

    def values(
        self, given: frozenset[str], qubits: int, values: Mapping[str, Value | Expression], span: Span
    ) -> dict[str, Value | Expression]:
        """What its names stand for: the parameters that are given or have a default, and `qubits`.

        A parameter that is given and has no value here stays open. Raises ProblemFound at the span.
        """
        if qubits < self.least:
            raise ProblemFound(FamilyValue(span, "qubits", self.name, f"a whole number from {self.least}", str(qubits)))
        own: dict[str, Value | Expression] = {"qubits": float(qubits)}
        for parameter in self.parameters:
            if parameter.name in given:
                if parameter.name in values:
                    own[parameter.name] = checked_value(self, parameter, values[parameter.name], span)
            elif parameter.default is not None:
                own[parameter.name] = evaluate(parameter.default, own)
        return own


def checked_value(family: Family, parameter: FamilyParameter, value: Value | Expression, span: Span) -> Value | Expression:
    """The value of a parameter, a whole number without a rest. Raises ProblemFound at the span for one that it cannot have."""
    if isinstance(value, Expression):
        return value
    found, fits = value, True
    if parameter.kind is ParameterKind.WHOLE:
        found = float(round(float(value)))
        fits = abs(found - float(value)) <= WHOLE_WITHIN and (parameter.least is None or found >= parameter.least)
        fits &= not parameter.even or found % 2 == 0
    elif parameter.kind is ParameterKind.BITS:
        fits = not parameter.even or len(str(value)) % 2 == 0
    if not fits:
        given = value if isinstance(value, str) else shown(float(value))
        raise ProblemFound(FamilyValue(span, parameter.name, family.name, parameter.allowed, given))
    return found

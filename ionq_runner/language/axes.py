"""The values of an axis: a list, a range, evenly or geometrically spaced, random, or all bit strings of a length.

Each knows how many it has without making them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from ionq_runner.diagnostics import Problem, ProblemFound
from ionq_runner.expressions import Expression, Range, evaluate, whole
from ionq_runner.expressions.evaluation import EvaluationFailed, Value, range_values, shown

__all__ = ["Bitstrings", "Column", "Geomspace", "Linspace", "Listed", "Random", "Spaced", "Stepped"]


class EmptyAxis(Problem):
    """An axis without a value."""

    code: ClassVar[str] = "E503"
    text: ClassVar[str] = "the axis `{axis}` has no values{why}"
    axis: str
    why: str

    @property
    def hint(self) -> str:
        return "write its ends in order, or a step towards its end, as in `3..0 step -1`" if "away" in self.why else ""


class BadSpacing(Problem):
    """A geometric axis through zero, or a random axis whose bounds are the wrong way round."""

    code: ClassVar[str] = "E505"
    text: ClassVar[str] = "{reason}"
    reason: str

    @property
    def hint(self) -> str:
        return "an axis through zero is a `linspace`" if "geomspace" in self.reason else "exchange the two"


class Spaced(Protocol):
    """The values of one axis, unnamed."""

    @property
    def expressions(self) -> tuple[Expression, ...]: ...

    def length(self, axis: str, values: Mapping[str, Value]) -> int: ...

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Values written out."""

    items: tuple[Expression, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.items

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        return len(self.items)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        return [float(evaluate(item, values)) for item in self.items]


@dataclass(frozen=True, slots=True)
class Stepped:
    """A range, both ends included; fractions are allowed."""

    extent: Range

    @property
    def expressions(self) -> tuple[Expression, ...]:
        step = () if self.extent.step is None else (self.extent.step,)
        return (self.extent.start, self.extent.stop, *step)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        start, step, length = range_values(self.extent, values)
        if length == 0:
            raise ProblemFound(EmptyAxis(self.extent.span, axis, f": it steps by {shown(step)} from {shown(start)}, away from its end"))
        return length

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        start, step, length = range_values(self.extent, values)
        return [start + step * index for index in range(length)]


@dataclass(frozen=True, slots=True)
class Linspace:
    """`linspace: [start, stop, length]`: evenly spaced, both ends exact."""

    start: Expression
    stop: Expression
    size: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.start, self.stop, self.size)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        return _size(self.size, axis, values)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        start, stop, last = float(evaluate(self.start, values)), float(evaluate(self.stop, values)), self.length(axis, values) - 1
        return [start, *(_between(start, stop, index, last) for index in range(1, last)), *([stop] * (last > 0))]


@dataclass(frozen=True, slots=True)
class Geomspace:
    """`geomspace: [start, stop, length]`: by equal factors, both ends exact."""

    start: Expression
    stop: Expression
    size: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.start, self.stop, self.size)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        return _size(self.size, axis, values)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        start, stop, last = float(evaluate(self.start, values)), float(evaluate(self.stop, values)), self.length(axis, values) - 1
        if start == 0 or stop == 0 or (start < 0) != (stop < 0):
            raise ProblemFound(
                BadSpacing(self.start.span, "`geomspace` goes from one positive number to another, or between two negative ones")
            )
        return [start, *(_scaled(start, stop, index / last) for index in range(1, last)), *([stop] * (last > 0))]


@dataclass(frozen=True, slots=True)
class Random:
    """Values drawn from a hash of the seed, the axis' name and the index: they stay when the axis moves or grows."""

    distribution: str  # uniform, normal, integers
    first: Expression
    second: Expression
    size: Expression
    seed: Expression | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        seed = () if self.seed is None else (self.seed,)
        return (self.first, self.second, self.size, *seed)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        return _size(self.size, axis, values)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        a, b = float(evaluate(self.first, values)), float(evaluate(self.second, values))
        key = str(seed if self.seed is None else whole(evaluate(self.seed, values), self.seed.span))
        if self.distribution != "normal" and b < a:
            raise ProblemFound(BadSpacing(self.first.span, f"`{self.distribution}` goes from the smaller number to the larger one"))
        if self.distribution == "integers":
            a, b = float(whole(a, self.first.span)), float(whole(b, self.second.span))
        return [self._draw(a, b, *_uniforms(f"{key}|{axis}|{index}")) for index in range(self.length(axis, values))]

    def _draw(self, a: float, b: float, u: float, v: float) -> float:
        if self.distribution == "uniform":
            return a + (b - a) * u if math.isfinite(b - a) else a * (1 - u) + b * u
        if self.distribution == "integers":
            return min(a + math.floor((b - a + 1) * u), b)
        drawn = a + b * math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v)
        if not math.isfinite(drawn):
            raise ProblemFound(EvaluationFailed(self.second.span, "the values of this axis are too large", ""))
        return drawn


@dataclass(frozen=True, slots=True)
class Bitstrings:
    """All bit strings of a length, in order, as text."""

    bits: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.bits,)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        bits = whole(evaluate(self.bits, values), self.bits.span)
        if bits < 1:
            raise ProblemFound(EmptyAxis(self.bits.span, axis, f": a bit string has at least one bit, not {bits}"))
        return 1 << min(bits, 1 << 12)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        bits = whole(evaluate(self.bits, values), self.bits.span)
        return [format(index, f"0{bits}b") for index in range(1 << bits)]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: numbers, or texts."""

    cells: tuple[Value, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return ()

    @property
    def is_text(self) -> bool:
        """Whether it holds texts."""
        return isinstance(self.cells[0], str)

    def length(self, axis: str, values: Mapping[str, Value]) -> int:
        return len(self.cells)

    def values(self, axis: str, values: Mapping[str, Value], seed: int) -> list[Value]:
        return list(self.cells)


def _size(size: Expression, axis: str, values: Mapping[str, Value]) -> int:
    length = whole(evaluate(size, values), size.span)
    if length < 1:
        raise ProblemFound(EmptyAxis(size.span, axis, f": its length is {length}"))
    return length


def _uniforms(key: str) -> tuple[float, float]:
    """Two numbers in [0, 1), each of 53 bits, from a hash."""
    digest = hashlib.sha256(key.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) * 2.0**-53, (int.from_bytes(digest[8:16], "big") >> 11) * 2.0**-53


def _between(start: float, stop: float, index: int, last: int) -> float:
    """Step `index` of `last` even ones; also where the way from one end to the other is longer than a number can say."""
    value = start + (stop - start) * index / last
    return value if math.isfinite(value) else start * (1 - index / last) + stop * (index / last)


def _scaled(start: float, stop: float, part: float) -> float:
    """What lies a part of the way from one number to another of its sign, by factors."""
    factor = stop / start
    if 1e-300 < factor < 1e300:  # beyond, it has lost digits
        return start * math.pow(factor, part)
    return math.copysign(math.pow(abs(start), 1 - part) * math.pow(abs(stop), part), start)

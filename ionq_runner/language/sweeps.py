"""Sweeps as values that know their axes and their size before a point is made.

A sweep gives a table: a column of numbers (or of bit strings) for each axis, one row per point. Axes multiply in the order of
the file, the first slowest; an axis may use the axes above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Span
from ionq_runner.expressions import Expression, Kind, evaluate
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.axes import Bitstrings, Column, Spaced

__all__ = ["Axis", "Concat", "Product", "Setting", "Sweep", "Table", "Zip", "parts_of"]

MAX_COUNT_BITS = 1 << 14  # of a number of rows that is still multiplied by more

Table = dict[str, list[Value]]
_Known = tuple[tuple[str, Value], ...]


class TooManyPoints(Problem):
    """A sweep beyond the limit, counted before a point is made."""

    code: ClassVar[str] = "E501"
    text: ClassVar[str] = "this makes {count} points ({factors}), and the limit is {limit:,}"
    remedy: ClassVar[str] = "make an axis shorter, or raise the limit with `--max-points`"
    count: str
    factors: str
    limit: int


class UnequalLengths(Problem):
    """Zipped axes of different lengths."""

    code: ClassVar[str] = "E502"
    text: ClassVar[str] = "zipped axes have equal lengths, and here {lengths}"
    remedy: ClassVar[str] = "make them equal, or leave `zip` out to combine every value with every other"
    lengths: str


class DifferentAxes(Problem):
    """Sweeps put one after the other that do not have the same axes."""

    code: ClassVar[str] = "E504"
    text: ClassVar[str] = "`concat` joins sweeps with the same axes, and here one has {first} and another {other}"
    remedy: ClassVar[str] = "give each part the same axes; one that stays as it is can be a list of one value"
    first: str
    other: str


class NothingLeft(Problem):
    """An `only` that holds for no point."""

    code: ClassVar[str] = "E506"
    text: ClassVar[str] = "this holds for none of the {count:,} points"
    remedy: ClassVar[str] = "loosen it, or let the axes go further"
    count: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sweep needs besides itself: the seed of its random axes, and the largest size it may have."""

    seed: int
    limit: int


@dataclass(frozen=True, slots=True)
class Axis:
    """A named parameter and the values it takes."""

    name: str
    spaced: Spaced
    span: Span = field(compare=False)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Itself: every sweep lists its axes in the order of the file."""
        return (self,)

    @property
    def kind(self) -> Kind:
        """Bit strings and columns of texts are text; every other axis is numbers."""
        is_text = isinstance(self.spaced, Bitstrings) or (isinstance(self.spaced, Column) and self.spaced.is_text)
        return Kind.TEXT if is_text else Kind.NUMBER

    @property
    def uses(self) -> frozenset[str]:
        """The names that its values depend on."""
        return frozenset[str]().union(*(expression.names for expression in self.spaced.expressions))

    def count(self, values: Mapping[str, Value], setting: Setting) -> int:
        """How many values it has."""
        return self.spaced.length(self.name, values)

    def table(self, values: Mapping[str, Value], setting: Setting) -> Table:
        """Its values, as a table of one column."""
        return {self.name: self.spaced.values(self.name, values, setting.seed)}


@dataclass(frozen=True, slots=True)
class Product:
    """Sweeps that multiply, the first slowest; `only` keeps the rows for which it holds."""

    parts: tuple[Sweep, ...]
    only: Expression | None
    span: Span = field(compare=False)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of all its parts."""
        return tuple(axis for part in self.parts for axis in part.axes)

    @property
    def uses(self) -> frozenset[str]:
        """The names from outside that it depends on."""
        own = frozenset(axis.name for axis in self.axes)
        used = frozenset[str]().union(*(part.uses for part in self.parts), self.only.names if self.only else ())
        return used - own

    def count(self, values: Mapping[str, Value], setting: Setting) -> int:
        """How many rows it has before `only`; exact up to the limit, and any larger number beyond it."""
        last = {name: index for index, part in enumerate(self.parts) for name in part.uses}  # the last part that uses a name
        rows: dict[_Known, int] = {(): 1}  # how many rows have these values of the names that later parts use
        for index, part in enumerate(self.parts):
            kept = [axis.name for axis in part.axes if last.get(axis.name, -1) > index]
            grown: dict[_Known, int] = {}
            total = 0
            for known, count in rows.items():
                view = {**values, **dict(known)} if known else values
                size = part.count(view, setting)
                total += count * size
                if total > setting.limit and (kept or len(rows) > 1 or total.bit_length() > MAX_COUNT_BITS):
                    return total
                alive = tuple(pair for pair in known if last[pair[0]] > index)
                if not kept:
                    grown[alive] = grown.get(alive, 0) + count * size
                    continue
                table = part.table(view, setting)
                for row in zip(*(table[name] for name in kept), strict=True):
                    key = alive + tuple(zip(kept, row, strict=True))
                    grown[key] = grown.get(key, 0) + count
            rows = grown
        return sum(rows.values())

    def table(self, values: Mapping[str, Value], setting: Setting) -> Table:
        """All rows for which `only` holds."""
        rows, table = 1, Table()
        for part in self.parts:
            table, rows = _multiplied(table, rows, part, values, setting)
        return table if self.only is None else self._kept(table, rows, self.only, values)

    def _kept(self, table: Table, rows: int, only: Expression, values: Mapping[str, Value]) -> Table:
        kept = conditions(only, table, rows, values)
        if not any(kept):
            raise ProblemFound(NothingLeft(only.span, rows))
        return {name: [value for value, keep in zip(column, kept, strict=True) if keep] for name, column in table.items()}


@dataclass(frozen=True, slots=True)
class Zip:
    """Sweeps of equal length that go together, row by row."""

    parts: tuple[Sweep, ...]
    span: Span = field(compare=False)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of all its parts."""
        return tuple(axis for part in self.parts for axis in part.axes)

    @property
    def uses(self) -> frozenset[str]:
        """The names from outside that it depends on."""
        return frozenset[str]().union(*(part.uses for part in self.parts))

    def count(self, values: Mapping[str, Value], setting: Setting) -> int:
        """The common number of rows. Raises ProblemFound where there is none."""
        counts = [part.count(values, setting) for part in self.parts]
        if len(set(counts)) > 1:
            names = [", ".join(axis.name for axis in part.axes) for part in self.parts]
            raise ProblemFound(UnequalLengths(self.span, _lengths(zip(names, counts, strict=True))))
        return counts[0]

    def table(self, values: Mapping[str, Value], setting: Setting) -> Table:
        """All rows."""
        self.count(values, setting)
        table = Table()
        for part in self.parts:
            table |= part.table(values, setting)
        if len({len(column) for column in table.values()}) > 1:  # an `only` inside has taken rows away
            raise ProblemFound(UnequalLengths(self.span, _lengths((name, len(column)) for name, column in table.items())))
        return table


@dataclass(frozen=True, slots=True)
class Concat:
    """Sweeps with the same axes, one after the other."""

    parts: tuple[Sweep, ...]
    span: Span = field(compare=False)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes that all its parts have."""
        return self.parts[0].axes

    @property
    def uses(self) -> frozenset[str]:
        """The names from outside that it depends on."""
        return frozenset[str]().union(*(part.uses for part in self.parts))

    def count(self, values: Mapping[str, Value], setting: Setting) -> int:
        """The sum of the parts' rows."""
        return sum(part.count(values, setting) for part in self.parts)

    def table(self, values: Mapping[str, Value], setting: Setting) -> Table:
        """All rows, part by part."""
        tables = [part.table(values, setting) for part in self.parts]
        return {axis.name: [value for table in tables for value in table[axis.name]] for axis in self.axes}


Sweep = Axis | Product | Zip | Concat


def _lengths(counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"`{name}` has {count:,}" if count < 10**15 else f"`{name}` has more than 10**15" for name, count in counted)


def _multiplied(table: Table, rows: int, part: Sweep, values: Mapping[str, Value], setting: Setting) -> tuple[Table, int]:
    """Every row so far with every row of one more part; the part is made once for each set of values that it uses."""
    uses = part.uses
    used = [name for name in table if name in uses]
    made: dict[tuple[Value, ...], Table] = {}
    keys = list(zip(*(table[name] for name in used), strict=True)) if used else [()] * rows
    for key in dict.fromkeys(keys):
        made[key] = part.table({**values, **dict(zip(used, key, strict=True))}, setting)
    lengths = {key: len(next(iter(made[key].values()))) for key in made}
    if all(length == 1 for length in lengths.values()):
        grown = table  # every row stays one row
    else:
        grown = {name: [v for v, key in zip(column, keys, strict=True) for _ in range(lengths[key])] for name, column in table.items()}
    for axis in part.axes:
        grown[axis.name] = [value for key in keys for value in made[key][axis.name]]
    return grown, sum(lengths[key] for key in keys)


def conditions(only: Expression, table: Table, rows: int, values: Mapping[str, Value]) -> list[bool]:
    """Whether a condition holds, row by row; each set of values that it uses is looked at once."""
    used = [name for name in table if name in only.names]
    keys = list(zip(*(table[name] for name in used), strict=True)) if used else [()] * rows
    holds = {key: bool(evaluate(only, {**values, **dict(zip(used, key, strict=True))})) for key in dict.fromkeys(keys)}
    return [holds[key] for key in keys]


def parts_of(sweep: Sweep) -> Iterator[Sweep]:
    """A sweep and everything that it is made of, each once."""
    waiting, seen = [sweep], {id(sweep)}
    while waiting:
        part = waiting.pop()
        yield part
        for inner in () if isinstance(part, Axis) else part.parts:
            if id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)

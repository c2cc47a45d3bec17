"""The rows of observables, fits and summaries, written out with the values of their columns. Without numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.conclusions import Summary
from ionq_runner.language.rows import Rows, joined, makings, rows_of
from ionq_runner.planning.collapsing import points_settings
from ionq_runner.planning.expand import CircuitPoints, Expansion
from ionq_runner.planning.limits import selected_targets

__all__ = ["Row", "Table", "Tables", "numbers"]

MAX_ROWS = 1_000_000

Row = tuple[Value, ...]


class TooManyRows(Problem):
    """A formula whose parts have so many different axes that its rows, every value with every other, are beyond the limit."""

    code: ClassVar[str] = "E933"
    text: ClassVar[str] = "the parts of this formula have different axes, and together they make more than {limit:,} rows"
    remedy: ClassVar[str] = "take the axes out first, by summaries with `over:`, and name those in the formula"
    limit: int = MAX_ROWS


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one circuit, or of several that were joined: each different one once."""

    family: Rows
    columns: tuple[str, ...]  # `target`, `mitigation`, the family's own, `qubits` among them
    rows: tuple[Row, ...]

    def keys(self, columns: Sequence[str]) -> dict[Row, None]:
        """The different values of some columns, in the order of the rows."""
        places = [self.columns.index(name) for name in columns]
        return dict.fromkeys(tuple(row[place] for place in places) for row in self.rows)


class Tables:
    """The tables of an expansion, each made when it is asked for. What is made from the same rows in the same way is made once."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._rows = rows_of(expansion.experiment)
        self._needs = makings(expansion.experiment)
        self._made: dict[str, tuple[Table, ...]] = {}
        self._lost: dict[str, ProblemFound] = {}  # whose rows are too many, or are made from such
        self._points: dict[tuple[str | None, tuple[str, ...]], tuple[Row, ...]] = {}
        self._keys: dict[tuple[int, tuple[str, ...], tuple[str, ...]], tuple[dict[Row, None], tuple[Row, ...]]] = {}
        self._projections: dict[tuple[int, tuple[str, ...], tuple[str, ...]], tuple[tuple[Row, ...], tuple[Row, ...]]] = {}
        self._met: dict[tuple[int, int, tuple[str, ...], tuple[str, ...], bool], tuple[Table, Table, Table]] = {}
        self._shortest: dict[tuple[int, tuple[str, ...], tuple[str, ...], str], tuple[int | None, Table]] = {}

    def of(self, name: str) -> tuple[Table, ...]:
        """The tables of an observable, a fit or a summary, one for each circuit; none where it has no rows.

        Raises ProblemFound where a summary's are too large.
        """
        waiting = [name] if name in self._rows else []
        while waiting:  # what it is made from comes first
            needs = [need for need in self._needs.get(waiting[-1], ()) if need not in self._made and need not in self._lost]
            if needs:
                waiting += needs
                continue
            done = waiting.pop()
            if lost := next((self._lost[need] for need in self._needs.get(done, ()) if need in self._lost), None):
                self._lost[done] = lost
            elif done not in self._made and done not in self._lost:
                try:
                    self._made[done] = tuple(self._make(done))
                except ProblemFound as found:
                    self._lost[done] = found
        if name in self._lost:
            raise ProblemFound(self._lost[name].problem)
        return self._made.get(name, ())

    def keys(self, table: Table, columns: tuple[str, ...]) -> dict[Row, None]:
        """The different values of some columns of one of these tables: many ask for the same ones."""
        key = id(table.rows), table.columns, columns
        if key not in self._keys:
            self._keys[key] = table.keys(columns), table.rows  # which are kept, so that no other rows get their id
        return self._keys[key][0]

    def shortest(self, curves: Table, points: Table, x: str) -> int | None:
        """How many values an axis has in the curve that has the fewest; None where there is no curve."""
        key = id(points.rows), points.columns, curves.columns, x
        if key not in self._shortest:
            lengths = Counter(row[:-1] for row in self.keys(points, (*curves.columns, x)))
            self._shortest[key] = min(lengths.values(), default=None), points
        return self._shortest[key][0]

    def _make(self, name: str) -> Iterator[Table]:
        families = self._rows[name]
        summary = self._expansion.experiment.summaries.get(name)
        if summary is not None:
            for family, table in zip(families, self._joined(summary), strict=True):
                yield self._projected(table, family)
        elif name in self._expansion.experiment.fits:
            for family, table in zip(families, self._made[self._needs[name][0]], strict=True):
                yield self._projected(table, family)
        else:
            yield from (self._observed(family) for family in families)

    def _observed(self, family: Rows) -> Table:
        """The points of a circuit in all runs."""
        key = family.circuit, tuple(family.columns)
        if key not in self._points:
            mine = (points for points in self._expansion.circuits if points.circuit.name == family.circuit)
            self._points[key] = tuple(dict.fromkeys(row for points in mine for row in self._points_of(points, family)))
        return Table(family, ("target", "mitigation", *family.columns), self._points[key])

    def _projected(self, table: Table, family: Rows) -> Table:
        """A table with the columns that a family has, each different row once."""
        columns = ("target", "mitigation", *family.columns)
        if columns == table.columns:
            return Table(family, columns, table.rows)
        key = id(table.rows), table.columns, columns
        if key not in self._projections:
            self._projections[key] = tuple(self.keys(table, columns)), table.rows
        return Table(family, columns, self._projections[key][0])

    def _points_of(self, points: CircuitPoints, family: Rows) -> Iterator[Row]:
        """The points of a circuit in a run, replicates apart."""
        experiment = self._expansion.experiment
        own = list(zip(*(_column(points, name) for name in family.columns), strict=True))
        for target in selected_targets(experiment, points.run):
            for setting in points_settings(experiment, points.run, target, points.circuit.name):
                yield from ((target, setting, *row) for row in own)

    def _joined(self, summary: Summary) -> Iterator[Table]:
        """The rows of a summary before its axes are taken out."""
        parts = [self._made[need] for need in self._needs[summary.name]]
        if len(parts) == 1:
            yield from parts[0]
            return
        families = joined([self._rows[need] for need in self._needs[summary.name]])
        assert families is not None, "the rules have refused a formula whose rows do not meet"
        for family in families:
            own = [
                table for tables in parts for table in tables if family.circuit is None or table.family.circuit in (family.circuit, None)
            ]
            table = own[0]
            for other in own[1:]:
                table = self._meeting(table, other, summary)
            yield self._projected(table, family)

    def _meeting(self, left: Table, right: Table, summary: Summary) -> Table:
        apart = left.family.circuit is not None and right.family.circuit is not None and left.family.circuit != right.family.circuit
        key = id(left.rows), id(right.rows), left.columns, right.columns, apart
        if key not in self._met:
            self._met[key] = _met(left, right, summary, apart=apart), left, right
        found = self._met[key][0]
        return Table(left.family, found.columns, found.rows)


def numbers(expression: Expression, columns: Sequence[str], keys: Iterable[Row], values: Mapping[str, Value]) -> Iterator[float]:
    """What an expression is at some rows, each different value of what it uses once; the others are `values`. Raises ProblemFound."""
    places = [place for place, name in enumerate(columns) if name in expression.names]
    for row in dict.fromkeys(tuple(row[place] for place in places) for row in keys):
        named = {columns[place]: value for place, value in zip(places, row, strict=True)}
        yield float(evaluate(expression, {**values, **named}))


def _met(left: Table, right: Table, summary: Summary, *, apart: bool) -> Table:
    """Every row of one table with every row of another that has the same values in the columns of both.

    `apart` says that they are of different circuits, which may differ in their numbers of qubits.
    """
    common = [name for name in left.columns if name in right.columns and not (name == "qubits" and apart)]
    more = [place for place, name in enumerate(right.columns) if name not in left.columns]
    index: dict[Row, list[Row]] = {}
    for key, row in zip(_joining(right, common), right.rows, strict=True):
        index.setdefault(key, []).append(tuple(row[place] for place in more))
    matches = [(row, index.get(key, [])) for key, row in zip(_joining(left, common), left.rows, strict=True)]
    if sum(len(found) for _, found in matches) > MAX_ROWS:
        raise ProblemFound(TooManyRows(summary.expression.span))
    if not more and all(len(found) == 1 for _, found in matches):
        return left
    columns = (*left.columns, *(right.columns[place] for place in more))
    return Table(left.family, columns, tuple(row + rest for row, found in matches for rest in found))


def _joining(table: Table, common: Sequence[str]) -> Iterator[Row]:
    """The values by which the rows of a table are joined, numbers to nine digits behind the point."""
    places = [table.columns.index(name) for name in common]
    for row in table.rows:
        yield tuple(round(value, 9) if isinstance(value := row[place], float) else value for place in places)


def _column(points: CircuitPoints, name: str) -> Sequence[Value]:
    if name != "qubits" or name in points.columns:
        return points.columns[name]
    sizes = [float(program.qubits) for program in points.programs]
    return [sizes[0]] * points.rows if points.shape_of is None else [sizes[shape] for shape in points.shape_of]

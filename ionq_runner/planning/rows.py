"""The rows of observables, fits and summaries, written out with the values of their columns. Without numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.conclusions import Summary
from ionq_runner.language.experiment import Experiment, Run
from ionq_runner.language.rows import Rows, joined, makings, rows_of
from ionq_runner.planning.expand import CircuitPoints, Expansion
from ionq_runner.planning.limits import selected_targets

__all__ = ["Row", "Table", "Tables", "numbers", "settings_of"]

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

    def projected(self, family: Rows) -> Table:
        """The table with the columns that a family has, each different row once."""
        columns = ("target", "mitigation", *family.columns)
        return Table(family, columns, tuple(self.keys(columns)))


def settings_of(experiment: Experiment, run: Run | None, target: str) -> tuple[str, ...]:
    """The mitigation settings of a run on a target, by name; empty for none, and for what a simulator has none of."""
    chosen = None if run is None or run.mitigation is None else {reference.name for reference in run.mitigation}
    names = [name for name in experiment.mitigation if chosen is None or name in chosen]
    if target not in experiment.targets or not experiment.targets[target].machine:
        names = [name if experiment.mitigation[name].readout is not None else "" for name in names]
    return tuple(dict.fromkeys(names)) or ("",)


class Tables:
    """The tables of an expansion, each made when it is asked for."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._rows = rows_of(expansion.experiment)
        self._needs = makings(expansion.experiment)
        self._made: dict[str, tuple[Table, ...]] = {}
        self._keys: dict[tuple[int, tuple[str, ...]], dict[Row, None]] = {}

    def of(self, name: str) -> tuple[Table, ...]:
        """The tables of an observable, a fit or a summary, one for each circuit; none where it has no rows.

        Raises ProblemFound where a summary's are too large.
        """
        waiting = [name] if name in self._rows else []
        while waiting:  # what it is made from comes first
            needs = [need for need in self._needs.get(waiting[-1], ()) if need not in self._made]
            if needs:
                waiting += needs
            else:
                done = waiting.pop()
                self._made[done] = self._made.get(done) or tuple(self._make(done))
        return self._made.get(name, ())

    def keys(self, table: Table, columns: tuple[str, ...]) -> dict[Row, None]:
        """The different values of some columns of one of these tables: many ask for the same ones."""
        key = id(table), columns
        if key not in self._keys:
            self._keys[key] = table.keys(columns)
        return self._keys[key]

    def _make(self, name: str) -> Iterator[Table]:
        families = self._rows[name]
        summary = self._expansion.experiment.summaries.get(name)
        if summary is not None:
            for family, table in zip(families, self._joined(summary), strict=True):
                yield table.projected(family)
        elif name in self._expansion.experiment.fits:
            for family, table in zip(families, self._made[self._needs[name][0]], strict=True):
                yield table.projected(family)
        else:
            for family in families:
                rows = (
                    row
                    for points in self._expansion.circuits
                    if points.circuit.name == family.circuit
                    for row in self._points(points, family)
                )
                yield Table(family, ("target", "mitigation", *family.columns), tuple(dict.fromkeys(rows)))

    def _points(self, points: CircuitPoints, family: Rows) -> Iterator[Row]:
        """The points of a circuit in a run, replicates apart."""
        experiment = self._expansion.experiment
        own = list(zip(*(_column(points, name) for name in family.columns), strict=True))
        for target in selected_targets(experiment, points.run):
            for setting in settings_of(experiment, points.run, target):
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
                table = _met(table, other, summary)
            yield table.projected(family)


def numbers(expression: Expression, columns: Sequence[str], keys: Iterable[Row], values: Mapping[str, Value]) -> Iterator[float]:
    """What an expression is at some rows, each different value of what it uses once; the others are `values`. Raises ProblemFound."""
    places = [place for place, name in enumerate(columns) if name in expression.names]
    for row in dict.fromkeys(tuple(row[place] for place in places) for row in keys):
        named = {columns[place]: value for place, value in zip(places, row, strict=True)}
        yield float(evaluate(expression, {**values, **named}))


def _met(left: Table, right: Table, summary: Summary) -> Table:
    """Every row of one table with every row of another that has the same values in the columns of both."""
    apart = left.family.circuit is not None and right.family.circuit is not None and left.family.circuit != right.family.circuit
    common = [name for name in left.columns if name in right.columns and not (name == "qubits" and apart)]
    more = [place for place, name in enumerate(right.columns) if name not in left.columns]
    index: dict[Row, list[Row]] = {}
    for row in right.rows:
        index.setdefault(_key(row, right.columns, common), []).append(tuple(row[place] for place in more))
    matches = [(row, index.get(_key(row, left.columns, common), [])) for row in left.rows]
    if sum(len(found) for _, found in matches) > MAX_ROWS:
        raise ProblemFound(TooManyRows(summary.expression.span))
    columns = (*left.columns, *(right.columns[place] for place in more))
    return Table(left.family, columns, tuple(row + rest for row, found in matches for rest in found))


def _key(row: Row, columns: Sequence[str], common: Sequence[str]) -> Row:
    """The values by which rows are joined, numbers to nine digits behind the point."""
    values = (row[columns.index(name)] for name in common)
    return tuple(round(value, 9) if isinstance(value, float) else value for value in values)


def _column(points: CircuitPoints, name: str) -> Sequence[Value]:
    if name != "qubits" or name in points.columns:
        return points.columns[name]
    sizes = [float(program.qubits) for program in points.programs]
    return [sizes[0]] * points.rows if points.shape_of is None else [sizes[shape] for shape in points.shape_of]

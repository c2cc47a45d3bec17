"""Expectations at the points of a plan: each selects a row at least, and has a number for every row that it selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression, Kind, Range, evaluate
from ionq_runner.expressions.evaluation import Value, range_values, shown
from ionq_runner.language.conclusions import Condition, Expectation
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.quantities import Quantities
from ionq_runner.planning.curves import check_curves
from ionq_runner.planning.expand import Expansion
from ionq_runner.planning.rows import Row, Table, Tables, numbers

__all__ = ["check_conclusions"]

WITHIN = 1e-9  # a number in `where` selects rows that have one so near to it
MAX_LISTED = 6


class NegativeTolerance(Problem):
    """A tolerance below zero, which nothing could meet."""

    code: ClassVar[str] = "E942"
    text: ClassVar[str] = "`{key}` is 0 or more, and this is {value}"
    remedy: ClassVar[str] = "leave the sign out: it says how far the value may be off, to either side"
    key: str
    value: str


class NothingExpected(Problem):
    """An expectation that selects no row, and so would hold whatever comes out."""

    code: ClassVar[str] = "E945"
    text: ClassVar[str] = "{what}"
    remedy: ClassVar[str] = "{advice}"
    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Left:
    """Rows that the conditions so far have left: the values of the columns that matter."""

    table: Table
    columns: tuple[str, ...]
    keys: Iterable[Row]

    def kept(self, test: _Test) -> _Left:
        kept = tuple(row for row in self.keys if test(self.table.family.circuit, dict(zip(self.columns, row, strict=True))))
        return _Left(self.table, self.columns, kept)


_Test = Callable[[str | None, Mapping[str, Value]], bool]


def check_conclusions(expansion: Expansion, problems: Problems, *, whole: bool) -> None:
    """Check fits, summaries and expectations.

    `whole` says whether all of the file is to be run: where it is not, what is left out may have the rows that are expected.
    """
    experiment, values = expansion.experiment, expansion.constants.values
    if not (experiment.fits or experiment.summaries or experiment.expect):
        return
    tables, quantities = Tables(expansion), Quantities(experiment)
    for fit in experiment.fits.values():
        check_curves(fit, quantities.parameters[fit.name] or (), tables, values, problems)
    for name in experiment.summaries:
        try:
            tables.of(name)
        except ProblemFound as found:
            problems.add(found.problem)
    for expectation in experiment.expect:
        try:
            _check(expectation, expansion, tables, problems, whole=whole)
        except ProblemFound as found:
            problems.add(found.problem)


def _check(expectation: Expectation, expansion: Expansion, tables: Tables, problems: Problems, *, whole: bool) -> None:
    """Note an expectation that selects nothing. Raises ProblemFound where something has no value."""
    values = expansion.constants.values
    left = [_columns(table, expectation, tables) for table in tables.of(expectation.that.name.partition(".")[0])]
    for index, condition in enumerate(expectation.where):
        number = any(rows.table.family.kinds.get(condition.column.name) is Kind.NUMBER for rows in left)
        test = _test(condition, expansion.experiment, values, number=number)
        kept = [rows.kept(test) for rows in left]
        if whole and not any(rows.keys for rows in kept):
            problems.add(_nothing(expectation, index, left, values))
            return
        left = kept
    if whole and not any(rows.keys for rows in left):
        what = f"no run measures what `{expectation.that.name}` is read off"
        problems.add(NothingExpected(expectation.that.span, what, "let a run have its circuit, or take the expectation out"))
    for rows in left:
        for _ in numbers(expectation.value, rows.columns, rows.keys, values):
            pass  # it has a value here
        for key, expression in (("within", expectation.within), ("sigmas", expectation.sigmas)):
            if expression is not None and (lowest := min(numbers(expression, rows.columns, rows.keys, values), default=0.0)) < 0:
                problems.add(NegativeTolerance(expression.span, key, shown(lowest)))


def _columns(table: Table, expectation: Expectation, tables: Tables) -> _Left:
    """The rows of a table by the columns that an expectation looks at."""
    used = {condition.column.name for condition in expectation.where}
    used |= {"target"} if "mitigation" in used else set()
    used = used.union(*(e.names for e in (expectation.value, expectation.within, expectation.sigmas) if e is not None))
    columns = tuple(name for name in table.columns if name in used)
    return _Left(table, columns, tables.keys(table, columns))


def _test(condition: Condition, experiment: Experiment, values: Mapping[str, Value], *, number: bool) -> _Test:
    """Whether a row, of a circuit and with some values, is selected. Raises ProblemFound for a number without a value."""
    column, texts = condition.column.name, {value.text for value in condition.values}
    if column == "circuit":
        return lambda circuit, _: circuit in texts
    if column == "mitigation":
        simulators = {name for name, target in experiment.targets.items() if not target.machine} or {"local"}
        collapsed = any(name in texts and setting.readout is None for name, setting in experiment.mitigation.items())
        return lambda _, row: row[column] in texts or (collapsed and row[column] == "" and row["target"] in simulators)
    steps = [_steps(value.extent, values) for value in condition.values if number and not isinstance(value.extent, Problem)]

    def test(_: str | None, row: Mapping[str, Value]) -> bool:
        value = row.get(column)
        if isinstance(value, str):
            return value in texts
        return value is not None and any(_among(float(value), *extent) for extent in steps)

    return test


def _steps(extent: Expression | Range, values: Mapping[str, Value]) -> tuple[float, float, int]:
    """Start, step and number of the values that a number or a range selects."""
    return range_values(extent, values) if isinstance(extent, Range) else (float(evaluate(extent, values)), 1.0, 1)


def _among(value: float, start: float, step: float, length: int) -> bool:
    index = min(max(round((value - start) / step), 0), length - 1) if length else 0
    return length > 0 and abs(start + index * step - value) <= WITHIN


def _nothing(expectation: Expectation, index: int, left: Sequence[_Left], values: Mapping[str, Value]) -> NothingExpected:
    """What to say where a condition selects none of the rows that those before it have left."""
    condition = expectation.where[index]
    column, that = condition.column.name, expectation.that.name
    before = " and ".join(f"`{other.column.name}` {_written(other)}" for other in expectation.where[:index])
    what = f"no row of `{that}`{' with ' * bool(before)}{before} has `{column}` {_written(condition)}"
    span = condition.values[0].span if condition.values else condition.column.span
    return NothingExpected(span, what, _there(condition, left, values))


def _written(condition: Condition) -> str:
    sign = "in" if any(isinstance(value.extent, Range) for value in condition.values) else "="
    return f"{sign} {' or '.join(value.text for value in condition.values)}"


def _there(condition: Condition, left: Sequence[_Left], values: Mapping[str, Value]) -> str:
    """The values that there are: the nearest numbers, or names."""
    column, first = condition.column.name, condition.values[0]
    if column == "circuit":
        found: set[Value] = {rows.table.family.circuit or "" for rows in left if rows.keys}
    else:
        found = {row[rows.columns.index(column)] for rows in left if column in rows.columns for row in rows.keys}
    texts = sorted(value for value in found if isinstance(value, str) and value)
    if column == "mitigation" and not texts:
        return "those rows have no mitigation setting: let a run use it"
    if texts or not found:
        more = ", ..." * (len(texts) > MAX_LISTED)
        listed = f"there are rows of {', '.join(f'`{text}`' for text in texts[:MAX_LISTED])}{more}"
        return did_you_mean(first.text, texts) or (listed if texts else "there are no such rows")
    start, _, length = _steps(first.extent, values) if not isinstance(first.extent, Problem) else (0.0, 1.0, 1)
    if not length:
        return "this range is empty: its end lies before its start"
    ordered = sorted(float(value) for value in found)
    below, above = [n for n in ordered if n <= start][-1:], [n for n in ordered if n > start][:1]
    near = " and ".join(f"{number:.12g}" for number in (*below, *above))
    return f"the nearest {'is' if len(below + above) == 1 else 'are'} {near}"

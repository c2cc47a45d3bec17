"""Expectations: something that comes out, rows that there are, and one way to judge them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression, Kind
from ionq_runner.language.conclusions import Condition, Expectation
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.quantities import Quantities
from ionq_runner.language.rows import Rows, columns_of
from ionq_runner.language.views import View, absence

__all__ = ["check_expectations"]


class TwoTolerances(Problem):
    """Both a number by which the value may miss, and a number of standard errors."""

    code: ClassVar[str] = "E941"
    text: ClassVar[str] = "`within` and `sigmas` both say by how much it may miss"
    remedy: ClassVar[str] = "keep one: `within: 0.01` is a number, `sigmas: 3` three standard errors"


class NoSuchColumn(Problem):
    """A `where` by something that the rows do not have."""

    code: ClassVar[str] = "E943"
    text: ClassVar[str] = "the rows of `{that}` have no `{column}`"
    column: str
    that: str
    known: tuple[str, ...]
    why: str

    @property
    def hint(self) -> str:
        return (
            self.why or did_you_mean(self.column, self.known) or f"they are told apart by {', '.join(f'`{name}`' for name in self.known)}"
        )


class NoSuchName(Problem):
    """A `where` by a circuit, a target or a mitigation setting that is not there, or that has no such rows."""

    code: ClassVar[str] = "E944"
    text: ClassVar[str] = "{what}"
    name: str
    what: str
    known: tuple[str, ...]
    define: str

    @property
    def hint(self) -> str:
        return did_you_mean(self.name, self.known) or self.define


def check_expectations(experiment: Experiment, problems: Problems) -> None:
    """Check everything that is expected."""
    quantities, view = Quantities(experiment), View(experiment)
    for expectation in experiment.expect:
        rows = quantities.find(expectation.that.name, expectation.that.span, problems)
        if expectation.within is not None and expectation.sigmas is not None:
            problems.add(TwoTolerances(max(expectation.within.span, expectation.sigmas.span, key=lambda span: span.start)))
        if rows is not None:
            _check(expectation, rows, view, problems)


def _check(expectation: Expectation, rows: Sequence[Rows], view: View, problems: Problems) -> None:
    experiment = view.experiment
    selected = list(rows)
    for condition in expectation.where:
        column, names = condition.column.name, {value.text for value in condition.values}
        if column in ("circuit", "target", "mitigation"):
            _check_names(condition, expectation.that.name, rows, experiment, problems)
            selected = [family for family in selected if column != "circuit" or family.circuit in names]
        elif any(column in family.columns for family in rows) and column != "qubits":
            having = [family for family in rows if column in family.columns]
            selected = [family for family in selected if family in having]
            if any(family.kinds[column] is Kind.NUMBER for family in having):
                _check_numbers(condition, view, problems)
        elif column not in experiment.unread and all(family.whole for family in rows):
            why = "" if column == "qubits" else absence(column, rows, experiment)
            problems.add(NoSuchColumn(condition.column.span, column, expectation.that.name, columns_of(rows), why))
    for value in (expectation.value, expectation.within, expectation.sigmas):
        if value is not None and selected:
            view.check(value, selected, problems)


def _check_names(condition: Condition, that: str, rows: Sequence[Rows], experiment: Experiment, problems: Problems) -> None:
    column = condition.column.name
    own = {family.circuit for family in rows}
    if column == "circuit" and own == {None}:
        joined = " and ".join(f"`{name}`" for name in sorted(frozenset[str]().union(*(family.sources for family in rows))))
        why = f"each of them is made from several circuits, {joined}"
        problems.add(NoSuchColumn(condition.column.span, column, that, columns_of(rows), why))
        return
    known: Mapping[str, object] = {
        "circuit": experiment.circuits, "target": experiment.targets or dict.fromkeys(("local",)), "mitigation": experiment.mitigation,
    }[column]  # fmt: skip
    what, block = ("mitigation setting", "mitigation") if column == "mitigation" else (column, f"{column}s")
    for value in condition.values:
        if value.text in experiment.unread and value.text not in known:
            continue
        if value.text not in known:
            said, define = f"no {what} is called `{value.text}`", f"there are {_listed(known)}" if known else f"define it under `{block}:`"
            problems.add(NoSuchName(value.span, value.text, said, tuple(known), define))
        elif column == "circuit" and value.text not in own:
            there = tuple(sorted(name for name in own if name is not None))
            said = f"the circuit `{value.text}` has no rows of `{that}`"
            problems.add(NoSuchName(value.span, value.text, said, there, f"its rows are those of {_listed(there)}"))


def _check_numbers(condition: Condition, view: View, problems: Problems) -> None:
    """Check the values of a column of numbers; they can use the parameters of the file."""
    column = condition.column.name
    reasons = {
        "all": f"leave `{column}` out of `where` to have all of its values",
        column: "it is compared with numbers, and is none itself",
    }
    for value in condition.values:
        match value.extent:
            case Problem():
                problems.add(value.extent)
            case Expression():
                view.check(value.extent, (), problems, reasons=reasons)
            case extent:
                for end in (extent.start, extent.stop, *(() if extent.step is None else (extent.step,))):
                    view.check(end, (), problems, reasons=reasons)


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)

"""Summaries: a formula of what comes out, and axes over which it is taken; and no fit or summary is made from itself."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import MAX_KNOWN
from ionq_runner.expressions import Expression
from ionq_runner.expressions.tree import Name, walk
from ionq_runner.language.conclusions import Summary
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.quantities import Quantities
from ionq_runner.language.rows import Rows, circles, joined
from ionq_runner.language.views import View, check_axes

__all__ = ["check_summaries"]


class MadeFromItself(Problem):
    """Fits and summaries of which each needs the other."""

    code: ClassVar[str] = "E915"
    text: ClassVar[str] = "`{name}` is made from itself{way}"
    name: str
    way: str

    @property
    def hint(self) -> str:
        return "make one of them from observables alone" if self.way else "make it from observables, or from other fits and summaries"


class NothingToSummarise(Problem):
    """A formula without an observable: it is the same whatever is measured."""

    code: ClassVar[str] = "E931"
    text: ClassVar[str] = "this formula has no observable, fit or summary, so it is the same whatever is measured"
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        if not self.known:
            return "define an observable under `observables:`, and use it here; a constant belongs under `parameters:`"
        return f"use one of them, such as `{self.known[0]}`; a constant belongs under `parameters:`"


class RowsDoNotMeet(Problem):
    """A formula whose parts are of different circuits, some of several: nobody knows which row belongs to which."""

    code: ClassVar[str] = "E932"
    text: ClassVar[str] = "the rows of this formula do not meet: {parts}"
    remedy: ClassVar[str] = "limit each observable to one circuit, `circuits: NAME`, or all of them to the same ones"
    parts: str


def check_summaries(experiment: Experiment, problems: Problems) -> None:
    """Check every summary, and that nothing is made from itself."""
    for circle in circles(experiment):
        first = experiment.fits.get(circle[0]) or experiment.summaries[circle[0]]
        way = "".join(f", which needs `{name}`" for name in (*circle[1:], circle[0]))
        problems.add(MadeFromItself(first.span, circle[0], f": it{way[7:]}" if len(circle) > 1 else ""))
    quantities, view = Quantities(experiment), View(experiment)
    near = tuple(islice(quantities.names(), MAX_KNOWN))
    for summary in experiment.summaries.values():
        _check(summary, quantities, view, near, problems)


def _check(summary: Summary, quantities: Quantities, view: View, near: tuple[str, ...], problems: Problems) -> None:
    experiment, formula = quantities.experiment, summary.expression
    parts: dict[str, tuple[Rows, ...]] = {}
    named, before, open_ended = set[str](), problems.errors, False
    for name, span in _names(formula):
        head = name.partition(".")[0]
        if quantities.defines(head) or head != name:
            named.add(name)
            found = quantities.find(name, span, problems)
            open_ended |= found is None
            parts |= {head: found} if found is not None else {}
        else:
            open_ended |= name in experiment.unread
    if open_ended:
        return
    rows = joined(list(parts.values()))
    if rows is None:
        problems.add(RowsDoNotMeet(formula.span, "; ".join(_origin(head, rows) for head, rows in parts.items())))
        return
    if parts:
        check_axes(summary.over, rows, "these rows", experiment, problems)
    if not parts:
        named |= {"qubits"} | {axis.name for circuit in experiment.circuits.values() if circuit.sweep for axis in circuit.sweep.axes}
    view.check(formula, rows, problems, (*near, *named))
    if not parts and problems.errors == before:
        problems.add(NothingToSummarise(formula.span, near))


def _names(formula: Expression) -> list[tuple[str, Span]]:
    """The names of a formula with their places."""
    return [(node.name, formula.excerpt.span(node.start, node.end)) for node in walk(formula.root) if isinstance(node, Name)]


def _origin(head: str, rows: tuple[Rows, ...]) -> str:
    return f"`{head}` is read off {', '.join(f'`{source}`' for family in rows for source in sorted(family.sources))}"

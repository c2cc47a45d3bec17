"""What fits, summaries and expectations see of their rows: the axes that they can name, and the names of their formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.diagnostics.suggestion import MAX_KNOWN, did_you_mean
from ionq_runner.expressions import Expression, Kind, check_expression
from ionq_runner.expressions.tree import Name, walk
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.quantities import AnotherKind
from ionq_runner.language.references import Reference
from ionq_runner.language.rows import Rows

__all__ = ["AxisWanted", "View", "absence", "check_axes", "check_axis"]

_POOLED = "the replicates of a point are added up before anything is made from them; name an axis of a sweep"
_APART = "rows of different circuits, targets and mitigation settings stay apart; name an axis of a sweep"


class AxisWanted(Problem):
    """A name where an axis is wanted that is none, that some of the rows do not have, or that has another use already."""

    code: ClassVar[str] = "E914"
    text: ClassVar[str] = "{what}"
    name: str
    what: str
    known: tuple[str, ...] = ()
    why: str = ""

    @property
    def hint(self) -> str:
        if near := self.why or did_you_mean(self.name, self.known):
            return near
        if not self.known:
            return "there is no axis: a circuit gets one by its `sweep:`"
        return f"the only axis is `{self.known[0]}`" if len(self.known) == 1 else f"the axes are {_and(self.known)}"


def check_axes(axes: Sequence[Reference], rows: Sequence[Rows], what: str, experiment: Experiment, problems: Problems) -> None:
    """Check that names are axes of all rows of `what`, each named once."""
    seen: set[str] = set()
    for axis in axes:
        if axis.name in seen:
            problems.add(AxisWanted(axis.span, axis.name, f"`{axis.name}` stands here twice", (), "take one of them out"))
        else:
            check_axis(axis, rows, what, experiment, problems)
        seen.add(axis.name)


def check_axis(axis: Reference, rows: Sequence[Rows], what: str, experiment: Experiment, problems: Problems) -> bool:
    """Whether a name is an axis of all rows of `what`; noted where it is not and the rows are known."""
    lacking = [family for family in rows if axis.name not in family.axes]
    if lacking and axis.name not in experiment.unread and all(family.whole for family in lacking):
        known = tuple(dict.fromkeys(name for family in rows for name in family.axes))
        apart = axis.name in ("circuit", "target", "mitigation")
        why = _APART if apart else _POOLED if axis.name == "replicate" else absence(axis.name, rows, experiment)
        problems.add(AxisWanted(axis.span, axis.name, f"`{axis.name}` is not an axis of {what}", known, why))
    return not lacking


class View:
    """What the formulas of an experiment see besides the columns of their rows: the parameters of the file."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.constants: dict[str, Kind | None] = dict.fromkeys(experiment.unread)
        self.lists = {name for name, parameter in experiment.parameters.items() if isinstance(parameter.value, tuple)}
        for name, parameter in experiment.parameters.items():
            if name not in self.lists:
                self.constants[name] = Kind.TEXT if isinstance(parameter.value, str) else Kind.NUMBER
        self.near = dict(islice(self.constants.items(), MAX_KNOWN))  # what a name that is not in view may be meant for

    def check(
        self,
        expression: Expression,
        rows: Sequence[Rows],
        problems: Problems,
        more: Iterable[str] = (),
        reasons: Mapping[str, str] = {},
    ) -> None:
        """Check the names and kinds of an expression that has a number in each row; `more` are other numbers that it sees.

        `reasons` say of some names why they are not in view.
        """
        scope = {**dict.fromkeys(more, Kind.NUMBER), **self.near}
        scope |= {name: self.constants[name] for name in expression.names if name in self.constants}
        for name in rows[0].columns if rows else ():
            if all(name in family.columns for family in rows):
                scope[name] = rows[0].kinds[name]
        for node in walk(expression.root):
            if isinstance(node, Name) and node.name in self.lists and node.name not in scope:
                span = expression.excerpt.span(node.start, node.end)
                problems.add(
                    AnotherKind(span, node.name, "a list", "one value", (), "write the value itself, or give it a name of its own")
                )
                scope[node.name] = None

        def advice(name: str) -> tuple[str, str] | None:
            if not all(family.whole for family in rows):
                return None
            return reasons.get(name) or absence(name, rows, self.experiment), "define it under `parameters:` at the top of the file"

        check_expression(expression, scope, Kind.NUMBER, problems, advice)


def absence(name: str, rows: Sequence[Rows], experiment: Experiment) -> str:
    """Why some rows do not have a column, or have it as no axis; empty for a name without a meaning."""
    if name in experiment.circuits:
        return f"`{name}` is a circuit, and has no value: name an observable that is read off it"
    having = [family for family in rows if name in family.columns]
    lacking = [family for family in rows if name not in family.columns]
    sources = sorted(frozenset[str]().union(*(family.sources for family in lacking)))
    if having and lacking:
        some = ", ".join(dict.fromkeys(source for family in having for source in sorted(family.sources)))
        return f"{_circuits(sources)} no `{name}`: limit the observable to those that do, `circuits: [{some}]`"
    if having and name != "qubits":
        behind = sorted(having[0].columns[name])
        return f"it is computed from {_and(behind)}: take an axis" if behind else "it has one value, and an axis has several"
    if having and not lacking and name == "qubits":
        behind = sorted(having[0].columns[name])
        return (
            f"it is computed from {_and(behind)}: take an axis"
            if behind
            else "the circuit has one size: give its `qubits:` an axis, and take that"
        )
    if name == "qubits":
        return "a row, or a curve, is made from circuits of several sizes here, so there is no one number of qubits"
    owners = [c.name for c in experiment.circuits.values() if c.sweep is not None and name in {axis.name for axis in c.sweep.axes}]
    if not sources:
        return ""
    if any(owner in sources for owner in owners):
        return f"`{name}` is used up: a fit along it, or a summary over it, has one row for all its values"
    if owners:
        return f"it is an axis of the circuit `{owners[0]}`, and these rows come from {_and(sources)}"
    return f"`{name}` is a parameter of the file, with one value" if name in experiment.parameters else ""


def _circuits(names: Sequence[str]) -> str:
    return f"the circuit `{names[0]}` has" if len(names) == 1 else f"the circuits {_and(names)} have"


def _and(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

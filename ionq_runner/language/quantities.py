"""Names of numbers that come out of an experiment: an observable, a summary, `fit.parameter`, a tomography's `rho.fidelity`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import MAX_KNOWN, did_you_mean
from ionq_runner.expressions import Expression
from ionq_runner.language.conclusions import Fit
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.models import MODELS
from ionq_runner.language.observables import Tomography
from ionq_runner.language.rows import Rows, rows_of

__all__ = ["TOMOGRAPHY_PARTS", "AnotherKind", "Quantities"]

TOMOGRAPHY_PARTS = ("fidelity", "purity")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
MAX_LISTED = 8


class UnknownQuantity(Problem):
    """A name that no observable, fit or summary has."""

    code: ClassVar[str] = "E911"
    text: ClassVar[str] = "no {kinds} is called `{name}`"
    name: str
    kinds: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        if not _NAME.fullmatch(self.name):
            return f"the name of an {self.kinds} is wanted here, and `{self.name}` is none"
        return f"no {self.kinds} is called `{self.name}`"

    @property
    def hint(self) -> str:
        if near := did_you_mean(self.name, self.known):
            return near
        if not _NAME.fullmatch(self.name):
            return "a formula is a summary: `summaries: {my_number: {value: ...}}`, and its name stands here"
        return f"there {_listed(self.known)}" if self.known else "define it under `observables:`, such as `parity: {pauli: ZZ}`"


class WhichPart(Problem):
    """A fit without one of its parameters, a parameter that a fit does not have, or a part of what has none."""

    code: ClassVar[str] = "E912"
    text: ClassVar[str] = "{what}"
    what: str
    name: str
    parts: tuple[str, ...]

    @property
    def hint(self) -> str:
        near = did_you_mean(self.name, self.parts) if "." in self.name else ""
        return near or f"write {_or(self.parts)}"


class AnotherKind(Problem):
    """A name of something that is no number which comes out: a circuit, an axis, or a summary where a fit cannot follow."""

    code: ClassVar[str] = "E913"
    text: ClassVar[str] = "`{name}` is {what}, and {wanted} is wanted here"
    name: str
    what: str
    wanted: str
    known: tuple[str, ...]
    advice: str = ""

    @property
    def hint(self) -> str:
        if self.advice:
            return self.advice
        return f"there {_listed(self.known)}" if self.known else "define one under `observables:`, such as `parity: {pauli: ZZ}`"


class Quantities:
    """What can be named in an experiment, and the rows that each has."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.rows = rows_of(experiment)
        self.parameters = {name: self._parameters(fit) for name, fit in experiment.fits.items()}

    def names(self, *, summaries: bool = True) -> Iterator[str]:
        """Every name of a number, with the parts of what has several."""
        for name in (*self.experiment.observables, *self.experiment.fits, *(self.experiment.summaries if summaries else ())):
            parts = self.parts(name)
            yield from (f"{name}.{part}" for part in parts or ()) if parts != () else (name,)

    def parts(self, name: str) -> tuple[str, ...] | None:
        """The parts of a fit or a tomography; empty for what is one number, None where nobody knows."""
        if name in self.experiment.fits:
            return self.parameters[name]
        observable = self.experiment.observables.get(name)
        return TOMOGRAPHY_PARTS if observable is not None and isinstance(observable.kind, Tomography) else ()

    def find(self, name: str, span: Span, problems: Problems, *, summaries: bool = True) -> tuple[Rows, ...] | None:
        """The rows of a name, what is wrong with it noted; None where it has none, which is said here or where it is defined."""
        head, _, part = name.partition(".")
        if head in self.experiment.summaries and not summaries:
            known = tuple(islice(self.names(summaries=False), MAX_KNOWN))
            problems.add(AnotherKind(span, name, "a summary", "an observable or a parameter of a fit", known))
        elif self.defines(head):
            self.check_part(head, part, span, problems)
            return self.rows.get(head)
        elif head not in self.experiment.unread:
            self._note_unknown(name, span, problems, summaries=summaries)
        return None

    def defines(self, name: str) -> bool:
        """Whether an observable, a fit or a summary has a name."""
        return any(name in defined for defined in (self.experiment.observables, self.experiment.fits, self.experiment.summaries))

    def check_part(self, head: str, part: str, span: Span, problems: Problems) -> bool:
        """Whether what is defined has a part, an empty one where it is one number; noted where it does not."""
        parts = self.parts(head)
        if parts is None or part in (parts or ("",)):
            return True
        what = f"{'the fit' if head in self.experiment.fits else 'the tomography'} `{head}`"
        if not parts:
            problems.add(WhichPart(span, f"`{head}` is one number, and has no parts", head, (head,)))
        else:
            whole = f"{what} has several numbers, and one is wanted here"
            named = tuple(f"{head}.{known}" for known in parts)
            problems.add(WhichPart(span, f"{what} has no `{part}`" if part else whole, f"{head}.{part}" if part else head, named))
        return False

    def _note_unknown(self, name: str, span: Span, problems: Problems, *, summaries: bool) -> None:
        known = tuple(islice(self.names(summaries=summaries), MAX_KNOWN))
        wanted = "an observable, a summary or a parameter of a fit" if summaries else "an observable or a parameter of a fit"
        what = next((what for what, names in _others(self.experiment) if name in names), "")
        if what:
            problems.add(AnotherKind(span, name, what, wanted, known))
        else:
            problems.add(UnknownQuantity(span, name, "observable, summary or fit" if summaries else "observable or fit", known))

    def _parameters(self, fit: Fit) -> tuple[str, ...] | None:
        """The parameters of a fit, as its model or its formula has them; None where that is not known."""
        if not isinstance(fit.model, Expression):
            return tuple(MODELS[fit.model.name].parameters) if fit.model.name in MODELS else None
        rows = self.rows.get(fit.y.name.partition(".")[0])
        if rows is None or not all(family.whole for family in rows):
            return None
        known = {fit.x.name, "qubits", *self.experiment.parameters}.union(*(family.columns for family in rows))
        known = known.union(*(names for what, names in _others(self.experiment) if what != "a target"))
        return tuple(sorted(name for name in fit.model.names if name not in known and not self.defines(name))) or None


def _others(experiment: Experiment) -> Iterator[tuple[str, Mapping[str, object] | frozenset[str]]]:
    """What else has a name, and what a message calls it."""
    circuits = experiment.circuits.values()
    yield "a circuit", experiment.circuits
    yield "an axis", frozenset(axis.name for circuit in circuits if circuit.sweep is not None for axis in circuit.sweep.axes)
    yield "a parameter of a circuit", frozenset(name for circuit in circuits for name, _, _ in circuit.parameters)
    yield "a parameter of the file", experiment.parameters
    yield "a target", experiment.targets


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:MAX_LISTED])
    return f"{'is' if len(names) == 1 else 'are'} {shown}{', ...' * (len(names) > MAX_LISTED)}"


def _or(names: tuple[str, ...]) -> str:
    shown = [f"`{name}`" for name in names[:MAX_LISTED]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"

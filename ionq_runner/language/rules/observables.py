"""Observables: circuits that exist, and outcomes that can mean one thing only.

What their expressions can see is looked at with all others (`scopes.py`), their names with all names (`names.py`); whether they
fit what a circuit measures is known when sweeps are written out.
"""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.expressions import Expression
from ionq_runner.language.experiment import Circuit, Experiment, Reference
from ionq_runner.language.observables import Observable, Outcome
from ionq_runner.language.rules.runs import NamedTwice, UnknownCircuit

__all__ = ["check_observables"]


class WordAndBits(Problem):
    """An outcome by a word that is the name of a parameter too."""

    code: ClassVar[str] = "E909"
    text: ClassVar[str] = "`{word}` is a word for outcomes, and the name of {what}"
    remedy: ClassVar[str] = "give that parameter another name"
    word: str
    what: str


def check_observables(experiment: Experiment, problems: Problems) -> None:
    """Check which circuits observables are read off, and what their outcomes stand for."""
    known = tuple(experiment.circuits)
    for observable in experiment.observables.values():
        for reference in observable.circuits or ():
            if reference.name not in known and reference.name not in experiment.unread:
                problems.add(UnknownCircuit(reference.span, reference.name, known))
        _check_twice(observable.circuits or (), "leave one of them out", problems)
        if isinstance(observable.kind, Outcome):
            _check_outcomes(observable, observable.kind, experiment, problems)


def _check_outcomes(observable: Observable, kind: Outcome, experiment: Experiment, problems: Problems) -> None:
    written = [Reference(part.text, part.span) if isinstance(part, Expression) else part for part in kind.outcomes]
    _check_twice(tuple(written), "an outcome counts once: leave one of them out", problems)
    for word in kind.outcomes:
        if isinstance(word, Reference) and (what := _parameter(word.name, observable, experiment)):
            problems.add(WordAndBits(word.span, word.name, what))


def _check_twice(references: tuple[Reference, ...], instead: str, problems: Problems) -> None:
    names = [reference.name for reference in references]
    for index, reference in enumerate(references):
        if reference.name in names[:index]:
            problems.add(NamedTwice(reference.span, reference.name, instead))


def _parameter(name: str, observable: Observable, experiment: Experiment) -> str:
    """What a name stands for at the points that an observable is read off; empty where it stands for nothing."""
    if name in experiment.parameters:
        return "a parameter of the file"
    for circuit in experiment.circuits.values():
        if observable.reads(circuit.name) and name in _columns(circuit):
            return f"a parameter of the circuit `{circuit.name}`"
    return ""


def _columns(circuit: Circuit) -> set[str]:
    axes = circuit.sweep.axes if circuit.sweep is not None else ()
    return {axis.name for axis in axes} | {name for name, _, _ in circuit.parameters}

"""Pauli values under a vote: what is left of a debiased job after one are likely outcomes, and no shares with a standard error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Severity, Span
from ionq_runner.language.experiment import Experiment, Mitigation, Run
from ionq_runner.language.observables import Observable, Tomography

__all__ = ["check_votes"]


class PauliUnderVote(Problem):
    """An observable of Pauli words that is read off what a vote leaves."""

    code: ClassVar[str] = "W916"
    text: ClassVar[str] = "under `{setting}` `{name}` has no standard error: a vote tells the likely outcomes, and not how often each comes"
    remedy: ClassVar[str] = "read it under a setting that averages, such as `averaged: {{debias: true}}`: the two share their shots"
    severity: ClassVar[Severity] = Severity.WARNING
    name: str
    setting: str
    definition: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.definition, "the vote is asked for here"),)


def check_votes(experiment: Experiment, problems: Problems) -> None:
    """Note each observable of Pauli words that some run measures on a machine with a setting that votes."""
    for setting in filter(_votes, experiment.mitigation.values()):
        measured = set(_circuits_with(setting, experiment))
        for observable in experiment.observables.values():
            if _has_words(observable) and any(map(observable.reads, measured)):
                problems.add(PauliUnderVote(observable.span, observable.name, setting.name, setting.span))


def _votes(setting: Mitigation) -> bool:
    """Whether a setting adds up a debiased job by a plurality vote."""
    word = setting.aggregation.name if setting.aggregation is not None else ""
    return bool(setting.debias) and (bool(setting.sharpen) or word == "voting")


def _has_words(observable: Observable) -> bool:
    return bool(observable.terms) or isinstance(observable.kind, Tomography)


def _circuits_with(setting: Mitigation, experiment: Experiment) -> Iterator[str]:
    """The circuits that a machine measures with a setting; simulators have no debiasing, and so no votes."""
    machines = {name for name, target in experiment.targets.items() if target.machine}
    runs: tuple[Run | None, ...] = tuple(experiment.runs.values()) or (None,)
    for run in runs:
        targets, settings, circuits = (run.targets, run.mitigation, run.circuits) if run is not None else (None, None, None)
        there = bool(machines) if targets is None else any(reference.name in machines for reference in targets)
        if there and (settings is None or any(reference.name == setting.name for reference in settings)):
            yield from experiment.circuits if circuits is None else (reference.name for reference in circuits)

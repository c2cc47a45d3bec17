"""Mitigation settings: what goes together in one, and where the circuit that corrects readings is measured.

Source of the words: IonQ's API reference, error mitigation. `sharpen: true` is the plurality vote.
"""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Severity, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.ionq.facts.backends import AGGREGATIONS
from ionq_runner.language.experiment import Experiment, Mitigation, Run
from ionq_runner.language.rules.runs import UnknownCircuit

__all__ = ["check_mitigation", "check_readout"]

_VOTE = "voting"


class NotDebiased(Problem):
    """A way to add up the variants of a debiased job, in a setting that is not debiased."""

    code: ClassVar[str] = "E619"
    text: ClassVar[str] = "`{key}` says how the variants of a debiased circuit are added up, and this setting does not debias"
    remedy: ClassVar[str] = "write `debias: true` beside it, or leave `{key}` out"
    key: str


class TwoAggregations(Problem):
    """`sharpen` and `aggregation` that ask for two different things."""

    code: ClassVar[str] = "E620"
    text: ClassVar[str] = "`sharpen: {sharpen}` and `aggregation: {word}` contradict each other: to sharpen is `aggregation: voting`"
    remedy: ClassVar[str] = "keep one of them"
    sharpen: str
    word: str


class UnknownAggregation(Problem):
    """A way to add up that was not known when this version was made."""

    code: ClassVar[str] = "W621"
    text: ClassVar[str] = "`{word}` is no way to add up that this version knows of; it is passed on, and the service may refuse it"
    severity: ClassVar[Severity] = Severity.WARNING
    word: str

    @property
    def hint(self) -> str:
        return did_you_mean(self.word, AGGREGATIONS) or f"known are {', '.join(AGGREGATIONS)}"


class ReadoutOfDebiased(Problem):
    """A correction of readings in a setting that debiases."""

    code: ClassVar[str] = "E622"
    text: ClassVar[str] = "a debiased circuit is run on other ions each time, so the errors of reading single ions cannot be taken out"
    remedy: ClassVar[str] = "write `debias: false`, or leave `readout` out"


class ReadoutNotMeasured(Problem):
    """A run that corrects readings without measuring the circuit that tells how."""

    code: ClassVar[str] = "E623"
    text: ClassVar[str] = "`{setting}` corrects readings with the circuit `{circuit}`, which {where} does not measure on {targets}"
    circuit: str
    setting: str
    where: str
    targets: str
    definition: Span
    listed: bool  # whether circuits are chosen by the run

    @property
    def hint(self) -> str:
        if self.listed:
            return f"add `{self.circuit}` to its `circuits:`, or name other settings in its `mitigation:`"
        return f"select it too, `--only circuit={self.circuit}`, or select other settings, `--only mitigation=NAME`"

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.definition, "the correction is asked for here"),)


def check_mitigation(experiment: Experiment, problems: Problems) -> None:
    """Check each setting by itself, and what it needs of the runs that use it."""
    for setting in experiment.mitigation.values():
        _check_aggregation(setting, problems)
        if setting.readout is not None:
            if setting.readout.name not in {*experiment.circuits, *experiment.unread}:
                problems.add(UnknownCircuit(setting.readout.span, setting.readout.name, tuple(experiment.circuits)))
            if setting.debias:
                problems.add(ReadoutOfDebiased(setting.readout.span))
    check_readout(experiment, problems)


def _check_aggregation(setting: Mitigation, problems: Problems) -> None:
    places = {option.name: option.span for option in setting.options}
    word = setting.aggregation
    if not setting.debias:
        for key, given in (("sharpen", bool(setting.sharpen)), ("aggregation", word is not None)):
            if given:
                problems.add(NotDebiased(places[key], key))
    if word is None:
        return
    if setting.sharpen is not None and setting.sharpen != (word.name == _VOTE):
        problems.add(TwoAggregations(word.span, str(setting.sharpen).lower(), word.name))
    if word.name not in AGGREGATIONS:
        problems.add(UnknownAggregation(word.span, word.name))


def check_readout(experiment: Experiment, problems: Problems, asked: Experiment | None = None) -> None:
    """Check that the circuit which corrects readings is measured on the same targets and in the same runs as what it corrects.

    `asked` is the whole file where `experiment` is the part of it that is selected.
    """
    known = (asked or experiment).circuits
    for setting in experiment.mitigation.values():
        reference = setting.readout
        if reference is None or reference.name not in known:
            continue
        for run in tuple(experiment.runs.values()) or (None,):
            measured = _measured(experiment, run)
            if measured and reference.name not in measured and (run is None or _uses(run, setting.name)):
                where = f"the run `{run.name}`" if run is not None else "what is selected"
                names = tuple(experiment.targets) if run is None or run.targets is None else tuple(r.name for r in run.targets)
                targets = ", ".join(f"`{name}`" for name in names or ("local",))
                listed = run is not None and (asked is None or reference.name in experiment.circuits)
                span = _place(run, setting)
                problems.add(ReadoutNotMeasured(span, reference.name, setting.name, where, targets, reference.span, listed))


def _measured(experiment: Experiment, run: Run | None) -> set[str]:
    """The circuits of a run."""
    chosen = None if run is None or run.circuits is None else {reference.name for reference in run.circuits}
    return {name for name in experiment.circuits if chosen is None or name in chosen}


def _uses(run: Run, setting: str) -> bool:
    return run.mitigation is None or any(reference.name == setting for reference in run.mitigation)


def _place(run: Run | None, setting: Mitigation) -> Span:
    """Where a run asks for a setting."""
    if run is None:
        return setting.span
    return next((reference.span for reference in run.mitigation or () if reference.name == setting.name), run.span)

"""Runs that are held back until another one has met what is expected of it: `after`."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Severity
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.language.conclusions import Expectation
from ionq_runner.language.experiment import Experiment, Run

__all__ = ["check_expected", "check_holding"]


class UnknownRun(Problem):
    """A run that waits for one that the file does not define."""

    code: ClassVar[str] = "E624"
    text: ClassVar[str] = "no run is called `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        others = f"the other runs are {', '.join(self.known)}" if self.known else "there is no other run: leave `after` out"
        return did_you_mean(self.name, self.known) or others


class WaitsForItself(Problem):
    """Runs that wait for each other in a circle, so that none ever begins."""

    code: ClassVar[str] = "E625"
    text: ClassVar[str] = "`{name}` would wait for itself{through}"
    remedy: ClassVar[str] = "one run has to begin: take its `after` out"
    name: str
    through: str = ""


class HoldsNothingBack(Problem):
    """A run that waits for one of which nothing is expected."""

    code: ClassVar[str] = "W626"
    text: ClassVar[str] = "nothing is expected of the run `{name}`, so `{held}` begins whatever comes out of it"
    remedy: ClassVar[str] = "say what must come out under `expect:`, such as `{{that: NAME, at_least: 0.9}}`"
    severity: ClassVar[Severity] = Severity.WARNING
    name: str
    held: str


def check_holding(experiment: Experiment, problems: Problems) -> None:
    """Check that each run waits for one that exists, and does not wait for it."""
    for run in experiment.runs.values():
        if run.after is None:
            continue
        if run.after.name not in {*experiment.runs, *experiment.unread}:
            problems.add(UnknownRun(run.after.span, run.after.name, tuple(name for name in experiment.runs if name != run.name)))
        circle = _circle(run, experiment)
        if circle and max(circle, key=tuple(experiment.runs).index) == run.name:  # it is noted once
            others = " and ".join(f"`{name}`" for name in circle[1:])
            problems.add(WaitsForItself(run.after.span, run.name, f", through {others}" if others else ""))


def check_expected(experiment: Experiment, problems: Problems) -> None:
    """Check, of the runs that are selected, that something is expected of those for which others wait."""
    for run in experiment.runs.values():
        awaited = experiment.runs.get(run.after.name) if run.after is not None else None
        if run.after is not None and awaited is not None and not _circle(run, experiment) and not _expected(experiment, awaited):
            problems.add(HoldsNothingBack(run.after.span, awaited.name, run.name))


def _circle(run: Run, experiment: Experiment) -> tuple[str, ...]:
    """The runs from one back to itself, each waiting for the next; empty where it does not wait for itself."""
    chain, following = [run.name], run
    while following.after is not None and following.after.name in experiment.runs:
        following = experiment.runs[following.after.name]
        if following is run:
            return tuple(chain)
        if following.name in chain:  # it only leads into a circle
            break
        chain.append(following.name)
    return ()


def _expected(experiment: Experiment, run: Run) -> bool:
    """Whether anything is expected of a run; where `expect` has a fault, it may well be."""
    return "expect" in experiment.unread or any(_concerns(expectation, run) for expectation in experiment.expect)


def _concerns(expectation: Expectation, run: Run) -> bool:
    """Whether something can be expected of the rows of a run: `where` may name other circuits or targets than it has."""
    for condition in expectation.where:
        chosen = {"circuit": run.circuits, "target": run.targets, "mitigation": run.mitigation}.get(condition.column.name)
        if chosen is not None and {value.text for value in condition.values}.isdisjoint(reference.name for reference in chosen):
            return False
    return True

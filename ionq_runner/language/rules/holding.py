"""Runs that are held back until another one has met what is expected of it: `after`."""

from __future__ import annotations

from collections.abc import Iterator
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
        if run.after is not None and run.after.name not in experiment.runs and run.after.name not in experiment.unread:
            problems.add(UnknownRun(run.after.span, run.after.name, tuple(name for name in experiment.runs if name != run.name)))
    place = {name: index for index, name in enumerate(experiment.runs)}
    for circle in _circles(experiment):
        last = circle.index(max(circle, key=lambda run: place[run.name]))
        first, *others = (*circle[last:], *circle[:last])
        assert first.after is not None, "it waits"
        through = " and ".join(f"`{run.name}`" for run in others)
        problems.add(WaitsForItself(first.after.span, first.name, f", through {through}" if through else ""))


def check_expected(experiment: Experiment, problems: Problems) -> None:
    """Check, of the runs that are selected, that something is expected of those for which others wait."""
    circling = {run.name for circle in _circles(experiment) for run in circle}
    expected: dict[str, bool] = {}
    for run in experiment.runs.values():
        awaited = experiment.runs.get(run.after.name) if run.after is not None else None
        if run.after is None or awaited is None or run.name in circling:
            continue
        if awaited.name not in expected:
            expected[awaited.name] = _expected(experiment, awaited)
        if not expected[awaited.name]:
            problems.add(HoldsNothingBack(run.after.span, awaited.name, run.name))


def _circles(experiment: Experiment) -> Iterator[tuple[Run, ...]]:
    """The runs of which each waits for the next and the last for the first, each circle once."""
    seen: set[str] = set()
    for run in experiment.runs.values():
        path: dict[str, Run] = {}
        step: Run | None = run
        while step is not None and step.name not in seen:
            seen.add(step.name)
            path[step.name] = step
            step = experiment.runs.get(step.after.name) if step.after is not None else None
        if step is not None and step.name in path:
            way = tuple(path.values())
            yield way[list(path).index(step.name) :]


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

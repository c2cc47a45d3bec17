"""What can be planned and not be run by this version: the service's targets, and runs that wait for a verdict."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.planning.plan import Plan

__all__ = ["NotYet", "check_runnable"]


class NotYet(Problem):
    """A part of the language that this version of the program reads and does not run."""

    code: ClassVar[str] = "E105"
    text: ClassVar[str] = "`{word}` is part of the language, and this version does not run it yet"
    remedy: ClassVar[str] = "{instead}"
    word: str
    instead: str = "leave it out to run the rest of the file"


def check_runnable(plan: Plan, problems: Problems) -> None:
    """Note what of a plan cannot be run."""
    experiment = plan.experiment
    for name in dict.fromkeys(group.target for group in plan.groups if group.method is None):
        backend = experiment.targets[name].backend
        instead = "write `local` to run it on this computer, or choose targets: `--only target=NAME`"
        problems.add(NotYet(backend.span, backend.name, instead))
    for run in experiment.runs.values():
        if run.after is not None:
            problems.add(NotYet(run.after.span, "after", "choose the runs that you judge yourself: `--only run=NAME`"))

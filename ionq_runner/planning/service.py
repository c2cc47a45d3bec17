"""What a file allows the service: the circuits of a job, and the budget. Numbers of the whole file, evaluated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, evaluate, whole
from ionq_runner.expressions.evaluation import Value, shown
from ionq_runner.language.experiment import Budget, Experiment, Target
from ionq_runner.planning.constants import Constants
from ionq_runner.planning.limits import noting

__all__ = ["Allowance", "allowance_of", "batch_of", "check_service"]


class BadBudget(Problem):
    """A budget below zero."""

    code: ClassVar[str] = "E632"
    text: ClassVar[str] = "what may be spent is a number from 0, and this is {given}"
    remedy: ClassVar[str] = "0 sends nothing that costs; without the key there is no limit"
    given: str


class BadBatch(Problem):
    """A job without circuits."""

    code: ClassVar[str] = "E633"
    text: ClassVar[str] = "a job has 1 circuit or more, and this is {given}"
    remedy: ClassVar[str] = "leave `batch` out for a job of each circuit"
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What may be spent on the service over all runs of a file. None: no limit."""

    cost_usd: float | None = None
    jobs: int | None = None
    repetitions: int | None = None


def check_service(experiment: Experiment, constants: Constants, problems: Problems) -> None:
    """Note what is no budget, and batches that hold nothing. What uses a parameter without a value is left alone."""
    if (budget := experiment.budget) is not None:
        for limit in (budget.cost_usd, budget.jobs, budget.repetitions):
            if limit is not None and limit.names <= constants.values.keys():
                with noting(problems):
                    _spent(limit, constants.values, in_whole=limit is not budget.cost_usd)
    for target in experiment.targets.values():
        if target.batch is not None and target.batch.names <= constants.values.keys():
            with noting(problems):
                batch_of(target, constants)


def allowance_of(budget: Budget | None, constants: Constants) -> Allowance:
    """The budget in numbers. Raises ProblemFound."""
    if budget is None:
        return Allowance()
    jobs, repetitions = (_spent(limit, constants.values, in_whole=True) for limit in (budget.jobs, budget.repetitions))
    return Allowance(
        cost_usd=_spent(budget.cost_usd, constants.values, in_whole=False),
        jobs=None if jobs is None else int(jobs),
        repetitions=None if repetitions is None else int(repetitions),
    )


def batch_of(target: Target, constants: Constants) -> int:
    """How many circuits a job of a target holds; 1 where the file does not say. Raises ProblemFound."""
    if target.batch is None:
        return 1
    circuits = whole(evaluate(target.batch, constants.values), target.batch.span)
    if circuits < 1:
        raise ProblemFound(BadBatch(target.batch.span, shown(float(circuits))))
    return circuits


def _spent(limit: Expression | None, values: Mapping[str, Value], *, in_whole: bool) -> float | None:
    if limit is None:
        return None
    number = float(evaluate(limit, values))
    if number < 0:
        raise ProblemFound(BadBudget(limit.span, shown(number)))
    return whole(number, limit.span) if in_whole else number

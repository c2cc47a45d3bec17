"""How often each point is measured: a run's number beats a target's, which beats the file's. Without numpy."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, whole
from ionq_runner.expressions.checking import UndefinedName
from ionq_runner.expressions.evaluation import shown
from ionq_runner.language.experiment import Experiment, Run
from ionq_runner.planning.expand import CircuitPoints, Expansion, column_of
from ionq_runner.planning.limits import selected_targets

__all__ = ["check_repetitions", "repetitions_of", "stated_repetitions"]

MAX_REPETITIONS = 1_000_000


class BadRepetitions(Problem):
    """Repetitions below one or beyond the limit."""

    code: ClassVar[str] = "E610"
    text: ClassVar[str] = "repetitions go from 1 to {limit:,}, and these are {given}"
    given: str
    limit: int = MAX_REPETITIONS


def check_repetitions(expansion: Expansion, problems: Problems) -> None:
    """Note every number of repetitions that cannot be one."""
    for points in expansion.circuits:
        for target in selected_targets(expansion.experiment, points.run):
            try:
                repetitions_of(expansion, points, target)
            except ProblemFound as found:
                problems.add(found.problem)


def stated_repetitions(experiment: Experiment, run: Run | None, target: str) -> Expression:
    """What the file says of the repetitions of a run on a target."""
    own = experiment.targets[target].repetitions if target in experiment.targets else None
    expression = (run.repetitions if run else None) or own or experiment.repetitions
    assert expression is not None, "a file without repetitions has been refused"
    return expression


def repetitions_of(expansion: Expansion, points: CircuitPoints, target: str) -> list[int]:
    """The repetitions of each row of a circuit on a target. Raises ProblemFound."""
    values = expansion.constants.values
    expression = stated_repetitions(expansion.experiment, points.run, target)
    if missing := sorted(expression.names - values.keys() - points.columns.keys()):
        why = f"the circuit `{points.circuit.name}` has no `{missing[0]}`: give its runs and targets `repetitions:` of their own"
        raise ProblemFound(UndefinedName(expression.span, missing[0], (*values, *points.columns), why))
    column = column_of(expression, points.columns, points.rows, values)
    counts = {value: whole(value, expression.span) for value in dict.fromkeys(column)}
    for value, count in counts.items():
        if not 1 <= count <= MAX_REPETITIONS:
            given = f"{count:,}" if abs(count) < 1e15 else shown(float(value))
            raise ProblemFound(BadRepetitions(expression.span, given))
    return [counts[value] for value in column]

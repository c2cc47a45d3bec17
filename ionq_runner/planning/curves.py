"""Fits at the points of a plan: enough points along each curve, and a number wherever one is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Severity
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.conclusions import Fit
from ionq_runner.planning.rows import Tables, numbers

__all__ = ["check_curves"]


class TooFewPoints(Problem):
    """A fit with more parameters to find than values along a curve."""

    code: ClassVar[str] = "W924"
    text: ClassVar[str] = "a curve of `{fit}` has {points} along `{x}`, and {free} parameters are to be found: {names}"
    severity: ClassVar[Severity] = Severity.WARNING
    fit: str
    x: str
    points: str
    free: int
    names: str
    beside: str  # an axis that is zipped with x and not averaged

    @property
    def hint(self) -> str:
        if self.beside:
            return f"each value of `{self.beside}`, which changes along with `{self.x}`, has a curve of its own: `average: {self.beside}`"
        return f"give `{self.x}` more values, or put what is known under `fixed:`"


def check_curves(fit: Fit, parameters: tuple[str, ...], tables: Tables, values: Mapping[str, Value], problems: Problems) -> None:
    """Note what has no value in `start` and `fixed`, and curves that leave the parameters of a fit open."""
    free = [name for name in parameters if name not in {fixed.name for fixed, _ in fit.fixed}]
    try:
        pairs = list(zip(tables.of(fit.name), tables.of(fit.y.name.partition(".")[0]), strict=True))
        for curves, _ in pairs:
            for _, value in (*fit.start, *fit.fixed):
                used = tuple(name for name in curves.columns if name in value.names)
                for _ in numbers(value, used, tables.keys(curves, used), values):
                    pass  # it has a value here
    except ProblemFound as found:
        problems.add(found.problem)
        return
    for curves, points in pairs:
        shortest = tables.shortest(curves, points, fit.x.name)
        if shortest is not None and shortest < len(free):
            beside = sorted(points.family.together([fit.x.name]) - {fit.x.name, *(axis.name for axis in fit.average)})
            count = "1 value" if shortest == 1 else f"{shortest} values"
            names = ", ".join(f"`{name}`" for name in free)
            problems.add(TooFewPoints(fit.span, fit.name, fit.x.name, count, len(free), names, beside[0] if beside else ""))

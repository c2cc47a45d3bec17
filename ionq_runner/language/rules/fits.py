"""Fits: something to fit, an axis to fit it along, and a model whose parameters are named as it has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression, Kind
from ionq_runner.language.conclusions import Fit
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.models import MODELS
from ionq_runner.language.quantities import Quantities
from ionq_runner.language.rows import Rows
from ionq_runner.language.views import AxisWanted, View, check_axes, check_axis

__all__ = ["check_fits"]

# What other programs call these models.
_OTHER_NAMES = {
    "linear": "line", "straight": "line", "sine": "cosine", "sin": "cosine", "cos": "cosine", "sinusoid": "cosine", "fringe": "cosine",
    "rb": "decay", "exp": "exponential", "power": "decay",
}  # fmt: skip

_TAKEN = "`{name}` {what}, and is no number of this formula: give what is to be found another name"


class UnknownModel(Problem):
    """A model by a name that none has."""

    code: ClassVar[str] = "E921"
    text: ClassVar[str] = "no model is called `{name}`"
    name: str

    @property
    def hint(self) -> str:
        if other := _OTHER_NAMES.get(self.name.lower()):
            return f"it is `{other}` here: `{MODELS[other].formula}`"
        listed = ", ".join(f"`{name}`" for name in MODELS)
        return did_you_mean(self.name, MODELS) or f"the models are {listed}; any other is written as a formula, such as `a*exp(-x/t) + b`"


class FormulaFitsNothing(Problem):
    """A formula that does not depend on the axis, or that leaves nothing to be found."""

    code: ClassVar[str] = "E922"
    text: ClassVar[str] = "{what}"
    remedy: ClassVar[str] = "{advice}"
    what: str
    advice: str


class NotAParameterOfModel(Problem):
    """A start or a fixed value for what the model does not have, or has already."""

    code: ClassVar[str] = "E923"
    text: ClassVar[str] = "{what}"
    what: str
    name: str
    parameters: tuple[str, ...]
    advice: str = ""

    @property
    def hint(self) -> str:
        listed = f"its parameters are {', '.join(f'`{name}`' for name in self.parameters)}"
        return self.advice or did_you_mean(self.name, self.parameters) or listed


def check_fits(experiment: Experiment, problems: Problems) -> None:
    """Check every fit."""
    quantities, view = Quantities(experiment), View(experiment)
    for fit in experiment.fits.values():
        rows = quantities.find(fit.y.name, fit.y.span, problems, summaries=False)
        if rows is not None:
            _check_axes(fit, rows, experiment, problems)
        if isinstance(fit.model, Expression):
            _check_formula(fit, fit.model, rows, quantities, view, problems)
        elif fit.model.name not in MODELS:
            problems.add(UnknownModel(fit.model.span, fit.model.name))
        _check_given(fit, quantities.parameters[fit.name], problems)
        curves = quantities.rows.get(fit.name)
        if curves is not None:
            reasons = dict.fromkeys(
                quantities.parameters[fit.name] or (), "it is to be found by this fit, so it has no value yet: write a number"
            )
            reasons |= {fit.x.name: f"a curve has one such number, and `{fit.x.name}` changes along it"}
            for _, value in (*fit.start, *fit.fixed):
                view.check(value, curves, problems, reasons=reasons)


def _check_axes(fit: Fit, rows: Sequence[Rows], experiment: Experiment, problems: Problems) -> None:
    what = f"`{fit.y.name}`"
    if check_axis(fit.x, rows, what, experiment, problems) and any(family.kinds[fit.x.name] is Kind.TEXT for family in rows):
        said = f"the values of `{fit.x.name}` are bit strings, and a curve is fitted along numbers"
        problems.add(
            AxisWanted(fit.x.span, fit.x.name, said, (), "a summary can be taken over it: `{mean: ..., over: " + fit.x.name + "}`")
        )
    others = [axis for axis in fit.average if axis.name != fit.x.name]
    for axis in fit.average:
        if axis.name == fit.x.name:
            said = f"the curve is fitted along `{axis.name}`, so it cannot be averaged over it"
            problems.add(AxisWanted(axis.span, axis.name, said, (), "average over another axis, such as `instance`"))
    check_axes(others, rows, what, experiment, problems)


def _check_formula(
    fit: Fit, formula: Expression, rows: Sequence[Rows] | None, quantities: Quantities, view: View, problems: Problems
) -> None:
    """Check a formula: it depends on the axis, and names that mean nothing else are its parameters."""
    experiment, x = quantities.experiment, fit.x.name
    if x not in formula.names and x not in experiment.unread:
        other = " `x` is called" if "x" in formula.names else " the axis is called"
        advice = f"here{other} `{x}`: write that in the formula, or name one of the models {', '.join(f'`{name}`' for name in MODELS)}"
        problems.add(FormulaFitsNothing(formula.span, f"this formula does not depend on `{x}`, the axis along which it is fitted", advice))
    if rows is None or not all(family.whole for family in rows):
        return
    parameters = quantities.parameters[fit.name]
    averaged = tuple(family.without({axis.name for axis in fit.average}) for family in rows)
    before = problems.errors
    reasons = {name: _TAKEN.format(name=name, what="comes out of the experiment") for name in formula.names if quantities.defines(name)}
    reasons |= {name: _TAKEN.format(name=name, what="is a circuit") for name in formula.names if name in experiment.circuits}
    view.check(formula, averaged, problems, parameters or (), reasons=reasons)
    if parameters is None and x in formula.names and problems.errors == before and (formula.names - {x}).isdisjoint(experiment.unread):
        advice = "give what is to be found a name of its own, as in `height*sin(x)**2 + base`"
        problems.add(FormulaFitsNothing(formula.span, "every name of this formula has a value already, and a fit finds values", advice))


def _check_given(fit: Fit, parameters: tuple[str, ...] | None, problems: Problems) -> None:
    """Check the names of `start` and `fixed`."""
    if parameters is None:
        return
    fixed = {name.name for name, _ in fit.fixed}
    for key, given in (("start", fit.start), ("fixed", fit.fixed)):
        for name, _ in given:
            if name.name not in parameters:
                model = "this formula" if isinstance(fit.model, Expression) else f"the model `{fit.model.name}`"
                problems.add(NotAParameterOfModel(name.span, f"{model} has no parameter `{name.name}`", name.name, parameters))
            elif key == "start" and name.name in fixed:
                what = f"`{name.name}` is fixed, so it is not searched and needs no start"
                problems.add(NotAParameterOfModel(name.span, what, name.name, parameters, "keep it in one of the two"))
    if fixed.issuperset(parameters):
        span = fit.fixed[-1][0].span
        what = "every parameter is fixed, and nothing is left to be found"
        problems.add(NotAParameterOfModel(span, what, "", parameters, "take at least one out of `fixed`"))

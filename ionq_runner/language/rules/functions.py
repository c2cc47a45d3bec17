"""Arguments of Python functions: they have one value for the whole file."""

from __future__ import annotations

from ionq_runner.diagnostics import Problems
from ionq_runner.expressions import Expression, Kind, check_expression
from ionq_runner.expressions.checking import UndefinedName
from ionq_runner.expressions.tree import Name
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.functions import expressions_of
from ionq_runner.language.rules.scopes import ListInExpression

__all__ = ["check_functions"]

_DEFINE = "define it under `parameters:`, or put it in quotes if it is a text"


def check_functions(experiment: Experiment, problems: Problems) -> None:
    """Check that the arguments of functions use parameters of the file, and each as what it is."""
    lists = {name for name, parameter in experiment.parameters.items() if isinstance(parameter.value, tuple)}
    scope: dict[str, Kind | None] = dict.fromkeys(experiment.unread)
    for name, parameter in experiment.parameters.items():
        if name not in lists:
            scope[name] = Kind.TEXT if isinstance(parameter.value, str) else Kind.NUMBER
    for circuit in experiment.circuits.values():
        for argument in circuit.call.arguments.values() if circuit.call else ():
            for expression in expressions_of(argument):
                _check(expression, circuit, scope, lists, problems)


def _check(expression: Expression, circuit: Circuit, scope: dict[str, Kind | None], lists: set[str], problems: Problems) -> None:
    if isinstance(expression.root, Name) and expression.root.name in lists:
        return  # it is given whole
    if expression.names & lists:
        name = min(expression.names & lists)
        problems.add(ListInExpression(expression.span, name, f"give `{name}` alone: the function gets the whole list"))
        return
    own = {axis.name for axis in (circuit.sweep.axes if circuit.sweep else ())} | {name for name, _, _ in circuit.parameters}
    if varying := sorted(expression.names & own):
        name = varying[0]
        advice = f'let the function put `sympy.Symbol("{name}")` where it is wanted, and leave it out here'
        why = f"`{name}` belongs to the points of this circuit, and the function is called once for all of them: {advice}"
        problems.add(UndefinedName(expression.span, name, (), why))
        return
    text = isinstance(expression.root, Name) and scope.get(expression.root.name) is Kind.TEXT
    check_expression(expression, scope, Kind.TEXT if text else Kind.NUMBER, problems, lambda name: ("", _DEFINE))

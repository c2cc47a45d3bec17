"""Circuits that Python functions make: called once, where that is allowed and the rest of the file has no errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.tree import Name
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.functions import Argument, FunctionCall
from ionq_runner.language.masking import masked, suspicious
from ionq_runner.planning.constants import Constants, evaluate_constants

__all__ = ["PythonNotAllowed", "call_functions"]


class PythonNotAllowed(Problem):
    """A circuit that a Python function makes, without leave to run it."""

    code: ClassVar[str] = "E821"
    text: ClassVar[str] = "this circuit is made by running `{function}` from {path}, and running code has not been allowed"
    remedy: ClassVar[str] = "code can do anything that you can: read {path}, and if you trust it, add `--allow-python` to the command"
    function: str
    path: str


def call_functions(experiment: Experiment, allowed: bool, problems: Problems) -> Experiment:
    """The experiment with the circuits that functions return; as it is where one may not be called, which is noted, or fails."""
    calls = {name: circuit.call for name, circuit in experiment.circuits.items() if circuit.call is not None and not circuit.made}
    if not allowed:
        for call in calls.values():
            problems.add(PythonNotAllowed(call.span, call.function, call.path))
    if not calls or problems.errors:
        return experiment
    constants = evaluate_constants(experiment, problems)
    if problems.errors:
        return experiment
    made = {name: _made(experiment.circuits[name], call, constants, problems) for name, call in calls.items()}
    return replace(experiment, circuits={**experiment.circuits, **made})


def _made(circuit: Circuit, call: FunctionCall, constants: Constants, problems: Problems) -> Circuit:
    from ionq_runner.circuits.cirq.calling import call_function  # which takes seconds
    from ionq_runner.language.reading.sources import SourceSays, with_cirq

    try:
        arguments = {name: _plain(argument, constants) for name, argument in call.arguments.items()}
        read = call_function(call.code, call.function, arguments, call.span)
    except ProblemFound as found:
        problems.add(_without_keys(found.problem))
        return circuit
    if read.measurements and call.measure is not None:
        problems.add(SourceSays(call.measure, "measure", "python", "take it out: the circuit that the function returns measures"))
    return replace(with_cirq(circuit, read, call.span), axes_known=True, made=True)


def _without_keys(problem: Problem) -> Problem:
    """The problem without what looks like a credential in the text of an exception, which may have one of the environment."""
    from ionq_runner.circuits.cirq.calling import PythonFailed

    if not isinstance(problem, PythonFailed):
        return problem
    return PythonFailed(problem.span, masked(problem.what, suspicious(problem.what)), problem.advice, problem.place)


def _plain(argument: Argument, constants: Constants) -> Any:
    """An argument as a function takes it; whole numbers are `int`, so that they can count. Raises ProblemFound."""
    match argument:
        case Expression(Name(name)) if name in constants.lists:
            rows = [[_number(value) for value in row] for row in constants.lists[name]]
            return [row[0] for row in rows] if all(len(row) == 1 for row in rows) else rows
        case Expression():
            value = evaluate(argument, constants.values)
            return value if isinstance(value, str) else _number(float(value))
        case tuple():
            return [_plain(item, constants) for item in argument]
        case Mapping():
            return {name: _plain(item, constants) for name, item in argument.items()}
    return argument


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value

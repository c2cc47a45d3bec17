"""The constants of an experiment: its parameters, its seed and its noise, evaluated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, evaluate, whole
from ionq_runner.expressions.evaluation import Value, shown
from ionq_runner.ionq.facts.backends import NOISE_MODELS, NoiseModel
from ionq_runner.language.experiment import Experiment, Noise, Parameter

__all__ = ["Constants", "evaluate_constants"]

MAX_SEED = 2**53  # the largest whole number that an expression gives exactly
MAX_SERVICE_SEED = 2**31 - 1  # of noise on the service's simulator, from 1


class OutOfBounds(Problem):
    """A parameter outside the bounds, or not among the choices, that its definition gives."""

    code: ClassVar[str] = "E703"
    text: ClassVar[str] = "`{name}` is {value}, and must be {allowed}"
    name: str
    value: str
    allowed: str


class NotARate(Problem):
    """A rate of noise that is no probability."""

    code: ClassVar[str] = "E608"
    text: ClassVar[str] = "a rate goes from 0 to 1, and this is {value}"
    remedy: ClassVar[str] = "a rate is a probability: one per cent is 0.01"
    value: str


class BadSeed(Problem):
    """A seed below zero or beyond the whole numbers."""

    code: ClassVar[str] = "E609"
    text: ClassVar[str] = "a seed {of}is a whole number from {least} to {most}, and this is {value}"
    value: str
    of: str = ""
    least: str = "0"
    most: str = "2**53"


@dataclass(frozen=True, slots=True)
class Constants:
    """What has one value for the whole file."""

    values: Mapping[str, Value]  # parameters by name: numbers and bit strings
    lists: Mapping[str, tuple[tuple[float, ...], ...]]  # list parameters by name: rows
    seed: int | None  # None: the file leaves it open
    noise: Mapping[str, NoiseModel]  # by target
    noise_seeds: Mapping[str, int]  # of targets whose noise has a seed of its own


def evaluate_constants(experiment: Experiment, problems: Problems) -> Constants:
    """Evaluate what does not depend on a sweep; what has no value is noted and left out."""
    values: dict[str, Value] = {}
    lists: dict[str, tuple[tuple[float, ...], ...]] = {}
    for name, parameter in experiment.parameters.items():
        try:
            if isinstance(parameter.value, tuple):
                lists[name] = tuple(tuple(float(evaluate(value, values)) for value in row) for row in parameter.value)
            else:
                values[name] = _checked(parameter, values)
        except ProblemFound as found:
            problems.add(found.problem)
    noise: dict[str, NoiseModel] = {}
    seeds: dict[str, int] = {}
    for target in experiment.targets.values():
        try:
            noise[target.name] = _noise(target.noise, values)
            if target.noise is not None and target.noise.seed is not None:
                seeds[target.name] = _seed(target.noise.seed, values, of_service=not target.local)
        except ProblemFound as found:
            problems.add(found.problem)
    seed = None
    try:
        seed = _seed(experiment.seed, values) if experiment.seed is not None else None
    except ProblemFound as found:
        problems.add(found.problem)
    return Constants(values, lists, seed, noise or {"local": NoiseModel()}, seeds)


def _checked(parameter: Parameter, values: Mapping[str, Value]) -> Value:
    if not isinstance(parameter.value, Expression):
        assert isinstance(parameter.value, str)
        return parameter.value
    number = float(evaluate(parameter.value, values))
    allowed = []
    if parameter.minimum is not None and number < float(evaluate(parameter.minimum, values)):
        allowed.append(f"at least {shown(float(evaluate(parameter.minimum, values)))}")
    if parameter.maximum is not None and number > float(evaluate(parameter.maximum, values)):
        allowed.append(f"at most {shown(float(evaluate(parameter.maximum, values)))}")
    choices = [float(evaluate(choice, values)) for choice in parameter.choices]
    if choices and not any(abs(number - choice) <= 1e-9 for choice in choices):
        allowed.append(f"one of {', '.join(map(shown, choices))}")
    if allowed:
        raise ProblemFound(OutOfBounds(parameter.value.span, parameter.name, shown(number), " and ".join(allowed)))
    return number


def _noise(noise: Noise | None, values: Mapping[str, Value]) -> NoiseModel:
    if noise is None:
        return NoiseModel()
    base = NOISE_MODELS.get(noise.model.name, NoiseModel()) if noise.model is not None else NoiseModel()
    return NoiseModel(
        one_qubit=base.one_qubit if noise.one_qubit is None else _rate(noise.one_qubit, values),
        two_qubit=base.two_qubit if noise.two_qubit is None else _rate(noise.two_qubit, values),
        spam=base.spam if noise.spam is None else _rate(noise.spam, values),
    )


def _rate(expression: Expression, values: Mapping[str, Value]) -> float:
    rate = float(evaluate(expression, values))
    if not 0 <= rate <= 1:
        raise ProblemFound(NotARate(expression.span, shown(rate)))
    return rate


def _seed(expression: Expression, values: Mapping[str, Value], *, of_service: bool = False) -> int:
    value = evaluate(expression, values)
    seed = whole(value, expression.span)
    if of_service and not 1 <= seed <= MAX_SERVICE_SEED:
        raise ProblemFound(BadSeed(expression.span, shown(float(value)), "of the service's simulator ", "1", "2**31 - 1"))
    if not 0 <= seed <= MAX_SEED:
        raise ProblemFound(BadSeed(expression.span, shown(float(value))))
    return seed

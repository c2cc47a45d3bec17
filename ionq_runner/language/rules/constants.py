"""Constants of the file that are computed from one that an axis replaces: they would stand still while the axis moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.circuits.shape import operand_names, statement_names
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.expressions import Expression
from ionq_runner.language.experiment import Circuit, Experiment, Parameter

__all__ = ["check_constants"]


class StandsStill(Problem):
    """A circuit that uses a constant which the file computes from a parameter that the circuit sweeps."""

    code: ClassVar[str] = "E213"
    text: ClassVar[str] = "`{name}` would not follow this axis: it is a constant of the file, computed from its own `{axis}`"
    axis: str
    name: str
    formula: str
    defined: Span

    @property
    def hint(self) -> str:
        return f"compute it in the circuit, from the axis, under a name of its own: `parameters: {{my_{self.name}: {self.formula}}}`"

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.defined, "it is computed here"),)


def check_constants(experiment: Experiment, problems: Problems) -> None:
    """Note each axis that a circuit means to move and a constant does not follow."""
    sources = {name: frozenset(_names_of(parameter)) for name, parameter in experiment.parameters.items()}
    for circuit in experiment.circuits.values():
        own = {axis.name: axis for axis in reversed(circuit.sweep.axes)} if circuit.sweep is not None else {}
        for name in dict.fromkeys(_used(circuit, experiment)):
            formula = experiment.parameters[name].value if name in experiment.parameters and name not in own else None
            if isinstance(formula, Expression):
                behind = _behind(name, sources)
                for axis in own.values():
                    if axis.name in behind:
                        problems.add(StandsStill(axis.span, axis.name, name, formula.text, experiment.parameters[name].span))


def _behind(name: str, sources: dict[str, frozenset[str]]) -> set[str]:
    """The parameters that one is computed from, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = sources.get(waiting.pop(), frozenset[str]()) - found
        found |= new
        waiting += new
    return found


def _names_of(parameter: Parameter) -> Iterator[str]:
    rows = (parameter.value,) if isinstance(parameter.value, Expression) else parameter.value if isinstance(parameter.value, tuple) else ()
    for value in rows:
        for expression in value if isinstance(value, tuple) else (value,):
            yield from expression.names


def _used(circuit: Circuit, experiment: Experiment) -> Iterator[str]:
    """What the points of a circuit depend on; the ends of its axes may well be computed from what the axes replace."""
    yield from statement_names(circuit.statements, circuit.blocks)
    for _, operands, _ in circuit.measure:
        yield from operand_names(operands)
    for _, value, _ in circuit.parameters:
        yield from value.names
    for observable in experiment.observables.values():
        if observable.reads(circuit.name):
            yield from sorted(observable.names)

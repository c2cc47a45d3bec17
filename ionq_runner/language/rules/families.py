"""Families of circuits: every parameter has a value, and one of its kind; the size is given where a family needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ionq_runner.circuits.families import FamilyValue, ParameterKind
from ionq_runner.circuits.statements import Library
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import nearest
from ionq_runner.expressions import Expression, Kind
from ionq_runner.expressions.tree import Bits
from ionq_runner.language.experiment import Circuit, Experiment

if TYPE_CHECKING:
    from ionq_runner.circuits.families.family import Family, FamilyParameter

__all__ = ["check_families"]

_BITS = 'write it in quotes, `parameters: {{{name}: "101"}}`, or sweep it, `sweep: {{{name}: {{bitstrings: 3}}}}`'
_PAIRS = "write it under `parameters:` at the top of the file: `{name}: [[0, 1], [1, 2]]`"
_NUMBER = "sweep it, `sweep: {{{name}: {some}}}`, or give it a value, `parameters: {{{name}: {one}}}`"


class FamilyNeeds(Problem):
    """A family without a value that it needs."""

    code: ClassVar[str] = "E433"
    text: ClassVar[str] = "`{family}` needs `{name}`: {about}"
    family: str
    name: str
    about: str
    advice: str

    @property
    def hint(self) -> str:
        return self.advice


class NotOfFamily(Problem):
    """A parameter beside a family that is all but called like one of the family's, which has its default."""

    code: ClassVar[str] = "E436"
    text: ClassVar[str] = "`{family}` has no parameter `{name}`, and `{meant}` has no value but its default"
    remedy: ClassVar[str] = "did you mean `{meant}`?"
    family: str
    name: str
    meant: str


def check_families(experiment: Experiment, problems: Problems) -> None:
    """Check every circuit that is one of a family."""
    for circuit in experiment.circuits.values():
        for statement in circuit.statements:
            if isinstance(statement, Library):
                _check(statement, circuit, experiment, problems)


def _check(member: Library, circuit: Circuit, experiment: Experiment, problems: Problems) -> None:
    family = member.family
    if circuit.qubits is None and not family.sized and not experiment.unread:
        problems.add(FamilyNeeds(member.span, family.name, "qubits", "how many qubits the circuit has", "write `qubits: 3` beside it"))
    kinds, names = _kinds(circuit, experiment), {parameter.name for parameter in family.parameters}
    for parameter in family.parameters:
        if parameter.name in kinds:
            _check_kind(member.span, family, parameter, kinds[parameter.name], problems)
        elif parameter.default is None and circuit.axes_known and parameter.name not in experiment.unread:
            slip = nearest(parameter.name, [name for name in kinds if name not in names])
            advice = f"`{slip}` is there: did you mean `{parameter.name}`?" if slip else _advice(parameter)
            problems.add(FamilyNeeds(member.span, family.name, parameter.name, _about(parameter), advice))
    left = [p.name for p in family.parameters if p.default is not None and p.name not in kinds]
    for name, _, span in circuit.parameters:
        if name not in names and (meant := nearest(name, left)) is not None:
            problems.add(NotOfFamily(span, family.name, name, meant))


def _kinds(circuit: Circuit, experiment: Experiment) -> dict[str, ParameterKind]:
    """What each name that the circuit sees is; a list that is none of pairs is a number of its own kind here."""
    found: dict[str, ParameterKind] = {}
    for name, parameter in experiment.parameters.items():
        if isinstance(parameter.value, tuple):
            found[name] = ParameterKind.PAIRS if all(len(row) == 2 for row in parameter.value) else ParameterKind.LIST
        else:
            found[name] = ParameterKind.BITS if isinstance(parameter.value, str) else ParameterKind.NUMBER
    for name, value, _ in circuit.parameters:
        found[name] = _kind_of(value)
    for axis in circuit.sweep.axes if circuit.sweep is not None else ():
        found[axis.name] = ParameterKind.BITS if axis.kind is Kind.TEXT else ParameterKind.NUMBER
    return found


def _kind_of(value: Expression) -> ParameterKind:
    return ParameterKind.BITS if isinstance(value.root, Bits) else ParameterKind.NUMBER


def _check_kind(span: Span, family: Family, parameter: FamilyParameter, found: ParameterKind, problems: Problems) -> None:
    wanted = ParameterKind.NUMBER if parameter.kind is ParameterKind.WHOLE else parameter.kind
    if found is not wanted:
        problems.add(FamilyValue(span, parameter.name, family.name, parameter.allowed, found.value, _advice(parameter)))


def _about(parameter: FamilyParameter) -> str:
    return f"{parameter.about[0].lower()}{parameter.about[1:].rstrip('.')}"


def _advice(parameter: FamilyParameter) -> str:
    """How such a parameter is given."""
    advice = {ParameterKind.BITS: _BITS, ParameterKind.PAIRS: _PAIRS}.get(parameter.kind, _NUMBER)
    one, some = ("2", "[2, 4]") if parameter.even else ("1", "[1, 2]")
    return advice.format(name=parameter.name, one=one, some=some)

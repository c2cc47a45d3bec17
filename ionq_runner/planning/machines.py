"""What the service's backends can do: native gates of their family, qubits, repetitions. Told before anything is sent; without numpy.

The family binds machines only: the service's simulator takes the native gates of each, and has a largest number of qubits alone.
"""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.expressions.evaluation import shown
from ionq_runner.ionq.facts.backends import MACHINES, SIMULATOR_QUBITS, Machine
from ionq_runner.language.experiment import Target
from ionq_runner.planning.expand import CircuitPoints, Expansion
from ionq_runner.planning.limits import noting, selected_targets
from ionq_runner.planning.mitigation import selected_settings
from ionq_runner.planning.repetitions import repetitions_of, stated_repetitions

__all__ = ["check_machines"]

_ENTANGLERS = {machine.entangler: machine.family for machine in MACHINES.values()}


class GateOfOtherFamily(Problem):
    """A native gate that a machine does not have."""

    code: ClassVar[str] = "E627"
    text: ClassVar[str] = (
        "`{circuit}` has the native gate `{gate}` of the {family} family, and `{target}` is {backend}, whose gate is `{own}`"
    )
    circuit: str
    gate: str
    family: str
    target: str
    backend: str
    own: str

    @property
    def hint(self) -> str:
        return f"write one with `{self.own}`, or with gates that are compiled, and name in `runs:` which circuits run on which targets"


class TooManyQubits(Problem):
    """A circuit with more qubits than a backend has."""

    code: ClassVar[str] = "E628"
    text: ClassVar[str] = "`{circuit}` has {most}{qubits} qubits, and `{target}` is {backend}, which has {limit}"
    remedy: ClassVar[str] = "use fewer qubits there, or name in `runs:` which circuits run on which targets"
    circuit: str
    most: str
    qubits: int
    target: str
    backend: str
    limit: int


class TooManyRepetitions(Problem):
    """More repetitions than a machine takes for a circuit."""

    code: ClassVar[str] = "E629"
    text: ClassVar[str] = "`{target}` is {backend}, which takes up to {limit:,} repetitions of a circuit, and these are {given:,}"
    remedy: ClassVar[str] = "to measure more often, write `replicates:` in a run: each replicate is a circuit of its own"
    target: str
    backend: str
    limit: int
    given: int


class TooFewToDebias(Problem):
    """Fewer repetitions than a machine debiases."""

    code: ClassVar[str] = "E630"
    text: ClassVar[str] = "`{setting}` debiases, which takes {least} repetitions or more, and on `{target}` these are {given}{where}"
    remedy: ClassVar[str] = "write `repetitions: {least}` for these points, or name in the run's `mitigation:` settings that do not debias"
    setting: str
    least: int
    target: str
    given: int
    where: str
    definition: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.definition, "debiasing is asked for here"),)


def check_machines(expansion: Expansion, problems: Problems) -> None:
    """Note whatever a backend of the service cannot do for a circuit that is to run there."""
    for points in expansion.circuits:
        for name in selected_targets(expansion.experiment, points.run):
            target = expansion.experiment.targets.get(name)
            if target is None or target.local:
                continue
            machine = MACHINES.get(target.backend.name)
            _check_qubits(points, target, _most_qubits(target, machine), problems)
            if machine is not None:
                _check_gates(points, target, machine, problems)
                with noting(problems):
                    _check_repetitions(expansion, points, target, machine, problems)


def _most_qubits(target: Target, machine: Machine | None) -> int | None:
    if machine is not None:
        return machine.qubits
    model = target.noise.model if target.noise is not None else None
    return SIMULATOR_QUBITS.get("ideal" if model is None else model.name)


def _check_qubits(points: CircuitPoints, target: Target, limit: int | None, problems: Problems) -> None:
    sizes = {program.qubits for program in points.programs}
    if limit is None or max(sizes) <= limit:
        return
    circuit = points.circuit
    span = circuit.qubits.span if circuit.qubits is not None else circuit.span
    most = "up to " if len(sizes) > 1 else ""
    problems.add(TooManyQubits(span, circuit.name, most, max(sizes), target.name, _backend(target), limit))


def _backend(target: Target) -> str:
    """A backend as a sentence has it; the simulator has fewer qubits with some kinds of noise."""
    if target.machine:
        return f"`{target.backend.name}`"
    model = target.noise.model if target.noise is not None else None
    return "the service's simulator" + ("" if model is None else f" with the noise of `{model.name}`")


def _check_gates(points: CircuitPoints, target: Target, machine: Machine, problems: Problems) -> None:
    """Native gates are sent as they are, and a machine has those of its family."""
    used = {gate.name for program in points.programs for gate in program.gates}
    for gate, family in _ENTANGLERS.items():
        if gate in used and gate != machine.entangler:
            circuit = points.circuit
            problems.add(GateOfOtherFamily(circuit.span, circuit.name, gate, family, target.name, _backend(target), machine.entangler))


def _check_repetitions(expansion: Expansion, points: CircuitPoints, target: Target, machine: Machine, problems: Problems) -> None:
    """The limits of a machine, at the place that says how often. Raises ProblemFound where that is no number of repetitions."""
    span = stated_repetitions(expansion.experiment, points.run, target.name).span
    counts = repetitions_of(expansion, points, target.name)
    most, least = machine.most_repetitions, machine.debiased_from
    if most is not None and max(counts) > most:
        problems.add(TooManyRepetitions(span, target.name, _backend(target), most, max(counts)))
    if least is None or min(counts) >= least:
        return
    where = _where(expansion, points, target.name, counts.index(min(counts)))
    for setting in selected_settings(expansion.experiment, points.run):
        if setting.debias:
            problems.add(TooFewToDebias(span, setting.name, least, target.name, min(counts), where, setting.span))


def _where(expansion: Expansion, points: CircuitPoints, target: str, row: int) -> str:
    """The run of a point, and the values on which its repetitions depend."""
    names = stated_repetitions(expansion.experiment, points.run, target).names
    values = [f"{name} = {_shown(column[row])}" for name, column in points.columns.items() if name in names]
    at = f" at {', '.join(values)} of `{points.circuit.name}`" if values else ""
    return f"{at} in the run `{points.run.name}`" if points.run is not None else at


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else shown(float(value))

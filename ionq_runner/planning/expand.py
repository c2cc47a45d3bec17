"""An experiment -> its points as columns, and the shapes of its circuits. Counted before anything is made; without numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.circuits.elaborate import Scope, TooManyGates, elaborate, operand_qubits
from ionq_runner.circuits.program import Measurement, Program
from ionq_runner.circuits.shape import gate_count, names_all_qubits, operand_names, shape_names, statement_names
from ionq_runner.circuits.statements import All, Library
from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, evaluate, whole
from ionq_runner.expressions.checking import UndefinedName
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.experiment import Circuit, Experiment, Run
from ionq_runner.language.replacement import replaced
from ionq_runner.language.structure import EmptyCollection
from ionq_runner.language.sweeps import Axis, Concat, Product, Setting, Sweep, Table, Zip
from ionq_runner.planning.constants import Constants

__all__ = ["CircuitPoints", "Expansion", "check_angles", "column_of", "expand"]

MAX_QUBITS = 10_000
SCALAR_ROWS = 2_000  # up to so many different rows a column is evaluated number by number, without numpy


class BadQubitCount(Problem):
    """A circuit without qubits, or with more than the limit."""

    code: ClassVar[str] = "E419"
    text: ClassVar[str] = "a circuit has 1 to {limit:,} qubits, not {given:,}"
    given: int
    limit: int = MAX_QUBITS


class QubitsNotGiven(Problem):
    """`all` or `qubits` in a circuit that does not say how many it has."""

    code: ClassVar[str] = "E424"
    text: ClassVar[str] = "the circuit `{circuit}` does not say how many qubits it has"
    remedy: ClassVar[str] = "write `qubits: 2` beside its gates"
    circuit: str


class MeasuredTwice(Problem):
    """A qubit that is measured twice."""

    code: ClassVar[str] = "E425"
    text: ClassVar[str] = "qubit {qubit} is measured twice"
    qubit: int


@dataclass(frozen=True, slots=True)
class CircuitPoints:
    """All points of one circuit in one run, as columns; targets and replicates share them."""

    run: Run | None
    circuit: Circuit
    axes: tuple[str, ...]  # the swept names, in the order of the file
    columns: Table  # a column for each axis and each parameter of the circuit
    rows: int
    programs: tuple[Program, ...]  # the shapes
    shape_of: tuple[int, ...] | None  # the shape of each row; None: all have the first
    used: frozenset[str]  # the axes that the circuit depends on


@dataclass(frozen=True, slots=True)
class Expansion:
    """An experiment with its sweeps written out."""

    experiment: Experiment
    constants: Constants
    seed: int
    circuits: tuple[CircuitPoints, ...]


def expand(experiment: Experiment, constants: Constants, setting: Setting, problems: Problems) -> Expansion:
    """Write out every circuit of every run. What fails is noted at its place, and the rest goes on."""
    expander = _Expander(experiment, constants, setting, problems)
    runs: tuple[Run | None, ...] = _awaited_first(experiment) or (None,)
    found = [points for run in runs for points in expander.run(run)]
    return Expansion(experiment, constants, setting.seed, tuple(found))


def _awaited_first(experiment: Experiment) -> tuple[Run, ...]:
    """The runs in the order of the file, but each behind the one it waits for: a point that both ask for is made by that one."""
    found: dict[str, Run] = {}
    for run in experiment.runs.values():
        waiting = [run]
        while (after := waiting[-1].after) is not None and after.name in experiment.runs.keys() - found.keys():
            waiting.append(experiment.runs[after.name])
        found |= {run.name: run for run in reversed(waiting)}
    return tuple(found.values())


def column_of(expression: Expression, table: Table, rows: int, values: Mapping[str, Value]) -> list[Value]:
    """The values of an expression, row by row: each different row once, with numpy where there are many of them."""
    used = [name for name in table if name in expression.names]
    if not used:
        return [evaluate(expression, values)] * rows
    keys = list(zip(*(table[name] for name in used), strict=True))
    different = dict.fromkeys(keys)
    if len(different) <= SCALAR_ROWS:
        known = {key: evaluate(expression, {**values, **dict(zip(used, key, strict=True))}) for key in different}
        return [known[key] for key in keys]
    import numpy as np

    from ionq_runner.expressions.columns import evaluate_column

    columns = {**values, **{name: np.asarray(table[name]) for name in used}}
    result: list[Value] = evaluate_column(expression, columns, rows).tolist()
    return result


def check_angles(expansion: Expansion, problems: Problems) -> None:
    """Note every angle that has no value at some point."""
    values = expansion.constants.values
    for points in expansion.circuits:
        for index, program in enumerate(points.programs):
            rows = range(points.rows) if points.shape_of is None else [r for r, shape in enumerate(points.shape_of) if shape == index]
            angles = [angle for angle in dict.fromkeys(program.angles()) if isinstance(angle, Expression)]
            names = frozenset[str]().union(*(angle.names for angle in angles))
            table = {name: [column[row] for row in rows] for name, column in points.columns.items() if name in names}
            for angle in angles:
                try:
                    column_of(angle, table, len(rows), values)
                except ProblemFound as found:
                    problems.add(found.problem)


class _Expander:
    def __init__(self, experiment: Experiment, constants: Constants, setting: Setting, problems: Problems) -> None:
        self.experiment, self.constants, self.setting, self.problems = experiment, constants, setting, problems

    def run(self, run: Run | None) -> Iterator[CircuitPoints]:
        for circuit in selected_circuits(self.experiment, run):
            try:
                yield from self.circuit(run, circuit)
            except ProblemFound as found:
                self.problems.add(found.problem)

    def circuit(self, run: Run | None, circuit: Circuit) -> Iterator[CircuitPoints]:
        sweep, values = sweep_of(circuit, run, self.constants)
        axes = tuple(axis.name for axis in sweep.axes) if sweep is not None else ()
        table, rows = Table(), 1
        if sweep is not None:
            table = sweep.table(values, self.setting)
            rows = len(next(iter(table.values())))
        for name, expression, _ in circuit.parameters:
            if name not in axes:
                table[name] = column_of(expression, table, rows, values)
        outside = {name: value for name, value in values.items() if name not in table}
        programs, shape_of = self.shapes(circuit, table, rows, outside)
        if programs:
            yield CircuitPoints(run, circuit, axes, table, rows, programs, shape_of, _used_axes(circuit, axes))

    def shapes(
        self, circuit: Circuit, table: Table, rows: int, values: Mapping[str, Value]
    ) -> tuple[tuple[Program, ...], tuple[int, ...] | None]:
        """The programs of a circuit, and which of them each row has; empty where one of them cannot be made."""
        names = _shape_columns(circuit, table)
        keys = list(zip(*(table[name] for name in names), strict=True)) if names else [()] * rows
        index: dict[Program, int] = {}
        shape: dict[tuple[Value, ...], int] = {}
        for key in dict.fromkeys(keys):
            program = self.program(circuit, {**values, **dict(zip(names, key, strict=True))})
            if program is None:
                return (), None
            shape[key] = index.setdefault(program, len(index))
        return tuple(index), None if len(index) == 1 else tuple(shape[key] for key in keys)

    def program(self, circuit: Circuit, values: dict[str, Value]) -> Program | None:
        """One shape: `values` holds what it depends on, any other column stays a name in the angles. None, noted, where it fails."""
        before = self.problems.errors
        try:
            program = self.elaborated(circuit, values)
        except ProblemFound as found:
            self.problems.add(found.problem)
            return None
        return program if self.problems.errors == before else None

    def elaborated(self, circuit: Circuit, values: dict[str, Value]) -> Program:
        blocks, lists = circuit.blocks, self.constants.lists
        qubits = _qubit_count(circuit, values)
        limit = qubits if qubits is not None else MAX_QUBITS
        known = values if qubits is None else {**values, "qubits": float(qubits)}
        constants = {name: value for name, value in known.items() if name in self.experiment.parameters}
        try:
            gate_count(circuit.statements, limit, known, lists, blocks, constants)
        except ProblemFound as found:
            if isinstance(found.problem, TooManyGates):
                raise
            self.problems.add(found.problem)  # elaboration meets it too, and goes on to the next
        gates = elaborate(circuit.statements, Scope(limit, known, lists, blocks, constants), self.problems)
        if qubits is None:
            qubits = 1 + max((qubit for gate in gates for qubit in gate.qubits), default=0)
        return Program(qubits, gates, _measurements(circuit, qubits, known))


def selected_circuits(experiment: Experiment, run: Run | None) -> list[Circuit]:
    """The circuits of a run, in the order of the file."""
    names = None if run is None or run.circuits is None else {reference.name for reference in run.circuits}
    return [circuit for name, circuit in experiment.circuits.items() if names is None or name in names]


def sweep_of(circuit: Circuit, run: Run | None, constants: Constants) -> tuple[Sweep | None, dict[str, Value]]:
    """The sweep of a circuit in a run, its own with the axes replaced that the run names; and the values that its axes can use.

    Raises ProblemFound where a replaced axis uses one that does not come before it.
    """
    sweep = circuit.sweep
    if sweep is None or run is None or run.sweep is None:
        return sweep, _axis_constants(circuit, sweep, constants)
    sweep = replaced(sweep, run.sweep)
    values = _axis_constants(circuit, sweep, constants)
    _check_view(sweep, frozenset(values))
    return sweep, values


def _axis_constants(circuit: Circuit, sweep: Sweep | None, constants: Constants) -> dict[str, Value]:
    """The values that an axis can use: parameters of the file, and what of the circuit depends on no axis: parameters, `qubits`."""
    axes = {axis.name for axis in sweep.axes} if sweep is not None else set[str]()
    values = dict(constants.values)
    for name, expression, _ in circuit.parameters:
        if name not in axes and expression.names <= values.keys() - axes:
            values[name] = evaluate(expression, values)
    asked = (sweep.uses if sweep is not None else frozenset()).union(*(expression.names for _, expression, _ in circuit.parameters))
    if "qubits" in asked and circuit.qubits is not None and circuit.qubits.names <= values.keys() - axes:
        values["qubits"] = float(_qubit_count(circuit, values) or 0)
    return values


def _shape_columns(circuit: Circuit, table: Table) -> list[str]:
    """The columns on which the gates, the qubits or the measurement of a circuit depend."""
    names = shape_names(circuit.statements, circuit.blocks) | (circuit.qubits.names if circuit.qubits else frozenset())
    names = names.union(*(operand_names(operands) for _, operands, _ in circuit.measure))
    return [name for name in table if name in names]


def _used_axes(circuit: Circuit, axes: tuple[str, ...]) -> frozenset[str]:
    """The axes on which a circuit depends, directly or through its computed parameters."""
    used = statement_names(circuit.statements, circuit.blocks) | (circuit.qubits.names if circuit.qubits else frozenset())
    used = used.union(*(operand_names(operands) for _, operands, _ in circuit.measure))
    for name, expression, _ in reversed(circuit.parameters):
        used |= expression.names if name in used and name not in axes else frozenset()
    return used & frozenset(axes)


def _check_view(sweep: Sweep, known: frozenset[str]) -> None:
    """Raise ProblemFound for an axis that uses a name which is not among the known ones, nor an axis above it."""
    match sweep:
        case Axis(_, spaced):
            for expression in spaced.expressions:
                if missing := sorted(expression.names - known):
                    raise ProblemFound(UndefinedName(expression.span, missing[0], tuple(sorted(known))))
        case Product(parts):
            for part in parts:
                _check_view(part, known)
                known |= {axis.name for axis in part.axes}
        case Zip(parts) | Concat(parts):
            for part in parts:
                _check_view(part, known)


def _qubit_count(circuit: Circuit, values: Mapping[str, Value]) -> int | None:
    """The size of a circuit; None where it is the highest qubit that the gates name."""
    if circuit.qubits is not None:
        count = whole(evaluate(circuit.qubits, values), circuit.qubits.span)
        if not 1 <= count <= MAX_QUBITS:
            raise ProblemFound(BadQubitCount(circuit.qubits.span, count))
        return count
    for member in circuit.statements:
        if isinstance(member, Library):
            count = member.family.size(values)
            if not 1 <= count <= MAX_QUBITS:
                raise ProblemFound(BadQubitCount(member.span, count))
            return count
    if names_all_qubits(circuit.statements) or any(isinstance(o, All) for _, operands, _ in circuit.measure for o in operands):
        raise ProblemFound(QubitsNotGiven(circuit.span, circuit.name))
    return None


def _measurements(circuit: Circuit, qubits: int, values: Mapping[str, Value]) -> tuple[Measurement, ...]:
    if not circuit.measure:
        return (Measurement("m", tuple(range(qubits))),)
    seen: set[int] = set()
    found: list[Measurement] = []
    for key, operands, span in circuit.measure:
        chosen: list[int] = []
        for operand in operands:
            for qubit in operand_qubits(operand, qubits, values):
                if qubit in seen:
                    raise ProblemFound(MeasuredTwice(operand.span, qubit))
                seen.add(qubit)
                chosen.append(qubit)
        if not chosen and not any(isinstance(member, Library) for member in circuit.statements):
            raise ProblemFound(EmptyCollection(operands[0].span if operands else span, "a list of qubits"))
        found.append(Measurement(key, tuple(chosen)))
    return tuple(found)

"""A parametrised Cirq circuit and a sweep -> the `input` of every point, without resolving the circuit at every point.

The circuit is read once into a template; each distinct angle becomes a column of numbers, a number a point. Sums, products and powers of
symbols are evaluated in the order and with the operations of `cirq.ParamResolver`, so that every number is the very one that resolving
gives; functions such as sin and exp agree to within rounding. What is not known to be evaluated alike here (functions with steps, values
that are no plain numbers, gates that exist at some values only) is resolved by Cirq, once for each distinct set of values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import cirq
import numpy as np
import sympy
from numpy.typing import NDArray

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.measurement_map import Measured
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.serializer import Serializer, pauli_evolution
from ionq_runner.ionq.wire.bodies import Choice, Hole, Number, Rotation, Template, gate_text

__all__ = ["SweepInputs", "serialize_sweep"]

Column = NDArray[np.float64]
Point = Mapping[str, Any]

Answer = TypeVar("Answer")

_REFUSALS = (ValueError, TypeError, ArithmeticError, RecursionError)  # what Cirq raises for values that it cannot use
_PLAIN = frozenset({float, int, np.float64, np.int64})  # values that double precision columns hold as Cirq would take them
_LARGEST = 2**53  # of the integers that a column holds exactly

# Smooth functions, for which it does not matter that sympy and numpy round differently.
_FUNCTIONS: dict[type[sympy.Basic], Callable[[Column], Column]] = {
    sympy.sin: np.sin, sympy.cos: np.cos, sympy.tan: np.tan, sympy.asin: np.arcsin, sympy.acos: np.arccos, sympy.atan: np.arctan,
    sympy.sinh: np.sinh, sympy.cosh: np.cosh, sympy.tanh: np.tanh, sympy.exp: np.exp, sympy.log: np.log, sympy.Abs: np.abs,
}  # fmt: skip

# What resolving does to the exponent of a gate that keeps radians beside it.
_THROUGH_RADIANS: dict[type[cirq.Gate], Callable[[Column], Column]] = {
    **dict.fromkeys((cirq.Rx, cirq.Ry, cirq.Rz), lambda exponent: exponent * np.pi / np.pi),
    cirq.ops.MSGate: lambda exponent: exponent * np.pi / 2 * 2 / np.pi,
}
# Gates that are a rotation by their exponent at every value; a subclass of unknown behaviour is not among them.
_POWERS = frozenset({
    cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate, *_THROUGH_RADIANS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SweepInputs:
    """The circuits of a sweep, for jobs of one circuit each.

    Attributes:
        inputs: For each point, in the sweep's order, the JSON text of `gateset`, `qubits` and `circuit`.
        native: Whether the gates are native ones.
        measured: The number of qubits and the measurements, which all points share.
    """

    inputs: list[str]
    native: bool
    measured: Measured

    @property
    def qubits(self) -> int:
        """The highest index of a qubit + 1."""
        return self.measured.qubits

    @property
    def measurements(self) -> dict[str, tuple[int, ...]]:
        """The measured qubits by key."""
        return dict(self.measured.measurements)

    @property
    def invert_masks(self) -> dict[str, tuple[int, ...]]:
        """For each key with an inverted bit, a 1 where the bit is inverted."""
        return dict(self.measured.invert_masks)


def serialize_sweep(circuit: cirq.AbstractCircuit, params: cirq.Sweepable, serializer: Serializer | None = None) -> SweepInputs:
    """The inputs of a circuit at all points of a sweep; each says what `serializer` says of the circuit resolved at that point.

    For example, the inputs of `Circuit(cirq.rx(a)(q0))` with `cirq.Points("a", [0.5, math.pi])` are
    `{"gateset":"qis","qubits":1,"circuit":[{"targets":[0],"gate":"rx","rotation":0.5}]}` and the same with `"gate":"x"`.

    Raises:
        InvalidArgument: The circuit is refused as by the serializer; where that depends on the values, the first such point is named.
        IonQSerializerMixedGatesetsException: The circuit has native and abstract gates.
    """
    serializer = serializer or Serializer()
    contents = serializer.survey(circuit)
    points = list(_points(params))
    shape = _Shape(serializer, points)
    with np.errstate(all="ignore"):  # what is not finite is refused below, with its point
        for operation in circuit.all_operations():
            shape.add(operation)
    if (refused := shape.first_refused()) is not None:
        raise _refusal(circuit, refused, points[refused], serializer)
    template = Template(contents.gateset, contents.measured.qubits, tuple(shape.pieces))
    return SweepInputs(template.fill(shape.columns, len(points)), contents.gateset == "native", contents.measured)


def _points(params: cirq.Sweepable) -> Iterator[Point]:
    """The values by name of every point, as `cirq.to_resolvers` has them; a long list of resolvers is the usual case."""
    if isinstance(params, cirq.ParamResolver):
        yield {getattr(key, "name", key): value for key, value in params.param_dict.items()}
    elif isinstance(params, Iterable) and not isinstance(params, cirq.Sweep | dict | str):
        for item in params:
            yield from _points(item)
    else:
        yield from (dict(values) for sweep in cirq.to_sweeps(params) for values in sweep.param_tuples())


class _NotAlike(Exception):
    """An expression, or a gate, that Cirq itself must resolve."""


@dataclass(slots=True)
class _Shape:
    """A template in the making, with the columns that its holes name."""

    serializer: Serializer
    points: Sequence[Point]
    pieces: list[str | Hole] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    _numbers: dict[Hashable, int] = field(default_factory=dict)  # which column holds what
    _values: dict[str, Column | None] = field(default_factory=dict)  # of symbols; None: not plain numbers
    _refused: list[int] = field(default_factory=list)

    def add(self, operation: cirq.Operation) -> None:
        """Write the next operation of the circuit."""
        if not cirq.is_parameterized(operation.gate):
            self.pieces.append(gate_text(self.serializer.serialize_operation(operation)))
            return
        try:
            self.pieces.extend(self._parametrised(operation))
        except _NotAlike:
            self.pieces.append(self._resolved_by_cirq(operation))

    def first_refused(self) -> int | None:
        """The first point with a value that is refused."""
        refused = list(self._refused)
        for column in self.columns:
            refused.extend(np.flatnonzero(~np.isfinite(column))[:1].tolist())
        return min(refused, default=None)

    def _parametrised(self, operation: cirq.Operation) -> list[str | Hole]:
        """A gate as text and holes, leading comma included. Raises _NotAlike."""
        gate = operation.gate
        targets = tuple(qubit.x for qubit in operation.qubits if isinstance(qubit, cirq.LineQubit))
        opening = f',{{"targets":{_text(targets)},'
        match gate:
            case GPIGate() | GPI2Gate():
                return [f',{{"gate":"{str(gate).lower()}","target":{targets[0]},"phase":', self._number(gate.phi), "}"]
            case MSGate():
                first, second, angle = (self._number(value) for value in (gate.phi0, gate.phi1, gate.theta))
                return [f'{opening}"gate":"ms","phases":[', first, ",", second, '],"angle":', angle, "}"]
            case ZZGate():
                return [f'{opening}"gate":"zz","angle":', self._number(gate.theta), "}"]
            case cirq.PauliStringPhasorGate():
                return [self._evolution(gate, targets)]
            case cirq.EigenGate() if type(gate) in _POWERS and (form := self.serializer.rotation(type(gate))) is not None:
                return [opening, self._hole(gate.exponent, form, _THROUGH_RADIANS.get(type(gate))), "}"]
        raise _NotAlike

    def _number(self, value: Any) -> str | Hole:
        return self._hole(value, Number()) if cirq.is_parameterized(value) else repr(float(value))

    def _hole(self, value: Any, form: Rotation | Number, change: Callable[[Column], Column] | None = None) -> Hole:
        key = (value, change)
        if key not in self._numbers:
            column = self._evaluate(value)
            self._numbers[key] = self._add_column(column if change is None else change(column))
        return Hole(self._numbers[key], form)

    def _evolution(self, gate: cirq.PauliStringPhasorGate, targets: tuple[int, ...]) -> Hole:
        key = ("time", gate.exponent_neg, gate.exponent_pos)
        if key not in self._numbers:
            negative, positive = (_half_turns(self._evaluate(value)) for value in (gate.exponent_neg, gate.exponent_pos))
            self._numbers[key] = self._add_column(math.pi * (negative - positive) / 2)
        return Hole(self._numbers[key], pauli_evolution(gate, targets))

    def _add_column(self, column: Column) -> int:
        self.columns.append(column)
        return len(self.columns) - 1

    def _evaluate(self, value: Any) -> Column:
        """An expression at every point, not a number where Cirq finds none. Raises _NotAlike."""
        try:
            column = np.asarray(self._calculate(value), dtype=np.float64)
        except _NotAlike:
            found, places = self._at_distinct_values(cirq.parameter_names(value), lambda point, _: _resolved_number(value, point))
            column = np.array(found, dtype=np.float64)[places]
        return np.broadcast_to(column, (len(self.points),))

    def _calculate(self, value: Any) -> Any:
        """A number or a column, with the operations of `cirq.ParamResolver.value_of` in their order."""
        if isinstance(value, sympy.Symbol):
            return self._symbol(value.name)
        if not isinstance(value, sympy.Basic) or not value.free_symbols:
            number = cirq.ParamResolver().value_of(value)
            if type(number) not in _PLAIN:
                raise _NotAlike
            return number
        parts = [self._calculate(part) for part in value.args]
        result = parts[0]
        if isinstance(value, sympy.Add):
            for part in parts[1:]:
                result = result + part
        elif isinstance(value, sympy.Mul):
            for part in parts[1:]:
                result = result * part
        elif type(value) is sympy.Pow:
            result = np.float_power(result, parts[1])
        elif type(value) in _FUNCTIONS and len(parts) == 1:
            result = _FUNCTIONS[type(value)](result)
        else:
            raise _NotAlike
        return result

    def _symbol(self, name: str) -> Column:
        """The values of a symbol, not a number where a point has none. Raises _NotAlike."""
        if name not in self._values:
            listed = [point.get(name, math.nan) for point in self.points]
            plain = _PLAIN.issuperset(map(type, listed))
            self._values[name] = np.array(listed, dtype=np.float64) if plain and not _has_large_integer(listed) else None
        column = self._values[name]
        if column is None:
            raise _NotAlike
        return column

    def _resolved_by_cirq(self, operation: cirq.Operation) -> Hole:
        """An operation as one of the texts that it has at the distinct sets of its values."""
        options, places = self._at_distinct_values(
            cirq.parameter_names(operation), lambda point, index: self._text_at(operation, point, index)
        )
        return Hole(self._add_column(np.array(places, dtype=np.float64)), Choice(options))

    def _at_distinct_values(self, names: Iterable[str], ask: Callable[[Point, int], Answer]) -> tuple[list[Answer], list[int]]:
        """The answer for each distinct set of values of these symbols, at its first point, and which of them is each point's."""
        ordered = sorted(names)
        # a value that is itself an expression may depend on any other value of the point
        alone = all(self._is_plain(name) for name in ordered)
        known: dict[Hashable, int] = {}
        answers: list[Answer] = []
        places: list[int] = []
        for index, point in enumerate(self.points):
            key = tuple(point.get(name) for name in ordered) if alone else index
            if key not in known:
                known[key] = len(answers)
                answers.append(ask(point, index))
            places.append(known[key])
        return answers, places

    def _is_plain(self, name: str) -> bool:
        try:
            self._symbol(name)
        except _NotAlike:
            return False
        return True

    def _text_at(self, operation: cirq.Operation, point: Point, index: int) -> str:
        try:
            return gate_text(self.serializer.serialize_operation(cirq.resolve_parameters(operation, cirq.ParamResolver(dict(point)))))
        except _REFUSALS:
            self._refused.append(index)  # said why in `_refusal`, once it is known which point is the first
            return ""


def _refusal(circuit: cirq.AbstractCircuit, index: int, point: Point, serializer: Serializer) -> InvalidArgument:
    """Why a point is refused, in the serializer's words for the circuit at that point, or in Cirq's."""
    place = f"Point {index} ({', '.join(f'{name}={value}' for name, value in point.items())})"
    try:
        with np.errstate(all="ignore"):
            serializer.serialize_single_circuit(cirq.resolve_parameters(circuit, cirq.ParamResolver(dict(point))))
    except InvalidArgument as error:
        return type(error)(f"{place}: {error}")
    except _REFUSALS as error:
        return InvalidArgument(f"{place}: {error}")
    return InvalidArgument(f"{place}: an angle is no finite number.")


def _resolved_number(value: Any, point: Point) -> float:
    """An expression at a point by Cirq; not a number where it has no value there. Raises _NotAlike for a complex one."""
    try:
        number = cirq.ParamResolver(dict(point)).value_of(value)
    except _REFUSALS:
        return math.nan
    if isinstance(number, complex | np.complexfloating):
        raise _NotAlike
    return math.nan if cirq.is_parameterized(number) else float(number)


def _half_turns(exponent: Column) -> Column:
    """The exponent in (-1, 1], as Cirq keeps those of Pauli exponentials."""
    turned = exponent % 2
    return np.where(turned > 1, turned - 2, turned)


def _has_large_integer(values: Sequence[Any]) -> bool:
    return any(type(value) is not float and abs(value) > _LARGEST for value in values)


def _text(targets: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, targets))}]"

"""A circuit of Cirq, or in Cirq's JSON -> statements over numbered qubits, its symbols as inputs, and what it measures.

Before Cirq sees the text, every type that it names is looked up in a list of our own: gates, qubits, and arithmetic of symbols.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ionq_runner.circuits.statements import JsonGate
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Span
from ionq_runner.expressions import Expression, parse_expression
from ionq_runner.expressions.tree import Number

if TYPE_CHECKING:
    import cirq

    from ionq_runner.circuits.cirq.gates import Angle, Made

__all__ = ["CirqCircuit", "parse_cirq", "read_circuit"]

MAX_DEPTH = 64  # of a JSON text, and of arithmetic
MAX_GATES = 1_000_000
MAX_QUBITS = 10_000
MAX_EXPONENT = 1_024

_NAMES = """
    Circuit FrozenCircuit Moment GateOperation SingleQubitPauliStringGateOperation ControlledOperation TaggedOperation ControlledGate
    ProductOfSums SumOfProducts LineQubit GridQubit NamedQubit MeasurementGate MeasurementKey VirtualTag
    _PauliX _PauliY _PauliZ XPowGate YPowGate ZPowGate HPowGate SwapPowGate ISwapPowGate XXPowGate YYPowGate ZZPowGate
    CXPowGate CZPowGate CCXPowGate CCZPowGate CCNotPowGate CNotPowGate CSwapGate PhasedXPowGate PhasedXZGate PhasedISwapPowGate FSimGate
    PhasedFSimGate GivensRotation MatrixGate DiagonalGate TwoQubitDiagonalGate ThreeQubitDiagonalGate IdentityGate GlobalPhaseGate Rx Ry Rz
    MSGate cirq.MSGate QuantumFourierTransformGate PhaseGradientGate PauliStringPhasorGate DensePauliString QasmUGate complex
    GPIGate GPI2Gate ZZGate ionq_runner.GPIGate ionq_runner.GPI2Gate ionq_runner.MSGate ionq_runner.ZZGate
    sympy.Symbol sympy.Add sympy.Mul sympy.Pow sympy.Integer sympy.Float sympy.Rational sympy.pi
"""
_TYPES = frozenset(_NAMES.split())
_REASONS = {
    "ClassicallyControlledOperation": "it decides while the circuit runs",
    "ResetChannel": "IonQ's circuits have no reset",
    "CircuitOperation": "circuits inside circuits are not read; write `cirq.unroll_circuit_op` before you save it",
}
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class CirqRefused(Problem):
    """A circuit of Cirq that cannot be read, or cannot be run, with the reason."""

    code: ClassVar[str] = "E820"
    text: ClassVar[str] = "{source}: {what}"
    what: str
    source: str = "Cirq's JSON"


@dataclass(frozen=True, slots=True)
class CirqCircuit:
    """What the text says. Measurements: key, and qubits in the order of its bits; empty: none."""

    qubits: int
    statements: tuple[JsonGate, ...]
    inputs: tuple[str, ...]
    measurements: tuple[tuple[str, tuple[int, ...]], ...]


def parse_cirq(text: str, span: Span) -> CirqCircuit:
    """The circuit of a text; `span` is the place to which problems are pinned. Raises ProblemFound."""
    _check_types(_loaded(text, span), span)
    try:
        return read_circuit(_read(text), span)
    except ProblemFound:
        raise
    except Exception as error:  # Cirq's values are what the file says, whatever its type, and fail wherever they are first used
        what = f"Cirq cannot read it: {type(error).__name__}: {str(error)[:200]}"
        raise ProblemFound(CirqRefused(span, what)) from None


def read_circuit(circuit: cirq.AbstractCircuit, span: Span, source: str = "Cirq's JSON") -> CirqCircuit:
    """What a circuit says; `source` is how messages call it. Raises ProblemFound, and whatever its gates raise."""
    try:
        return _Reader(span).circuit(circuit)
    except ProblemFound as found:
        if isinstance(found.problem, CirqRefused):
            raise ProblemFound(CirqRefused(span, found.problem.what, source)) from None
        raise


def _loaded(text: str, span: Span) -> Any:
    try:
        return json.loads(text, parse_constant=lambda word: _refuse(span, f"{word} is no number"))
    except RecursionError:
        raise ProblemFound(CirqRefused(span, "it is nested too deeply")) from None
    except ValueError as error:
        raise ProblemFound(CirqRefused(span, f"it is no JSON: {error}")) from None


def _check_types(document: Any, span: Span) -> None:
    waiting = [(document, 0, False)]
    while waiting:
        value, depth, powered = waiting.pop()
        if depth > MAX_DEPTH:
            raise ProblemFound(CirqRefused(span, "it is nested too deeply"))
        if isinstance(value, dict):
            kind = value.get("cirq_type")
            if kind is not None and not (isinstance(kind, str) and kind in _TYPES):
                reason = _REASONS.get(str(kind), "it is not read here: a circuit has gates on qubits, and measurements at the end")
                raise ProblemFound(CirqRefused(span, f"it has a `{str(kind)[:80]}`; {reason}"))
            _check_size(value, powered, span)
            powered = powered or kind == "sympy.Pow"
            waiting += [(own, depth + 1, powered) for own in value.values()]
        elif isinstance(value, list):
            waiting += [(own, depth + 1, powered) for own in value]
    if not isinstance(document, dict) or document.get("cirq_type") not in ("Circuit", "FrozenCircuit"):
        raise ProblemFound(CirqRefused(span, "it is no circuit; `cirq.to_json(circuit)` writes one"))


def _check_size(value: dict[str, Any], powered: bool, span: Span) -> None:
    """Refuse what would take Cirq or sympy any amount of memory: they make as many qubits as a number says, and work powers out."""
    for key in ("num_qubits", "num_controls"):
        if isinstance(value.get(key), int) and value[key] > MAX_QUBITS:
            raise ProblemFound(CirqRefused(span, f"it has a gate on more than {MAX_QUBITS:,} qubits"))
    if value.get("cirq_type") == "sympy.Pow":
        arguments = value.get("args")
        exponent = arguments[1].get("i", 0) if isinstance(arguments, list) and len(arguments) == 2 and isinstance(arguments[1], dict) else 0
        if powered or not isinstance(exponent, int) or abs(exponent) > MAX_EXPONENT:
            raise ProblemFound(CirqRefused(span, f"it has a power inside another, or one beyond {MAX_EXPONENT:,}"))


def _read(text: str) -> cirq.AbstractCircuit:
    import cirq

    from ionq_runner.ionq.json_resolver import resolve

    found: cirq.AbstractCircuit = cirq.read_json(json_text=text, resolvers=[resolve, *cirq.DEFAULT_RESOLVERS])
    return found.unfreeze()


def _refuse(span: Span, what: str) -> Any:
    raise ProblemFound(CirqRefused(span, what))


class _Reader:
    def __init__(self, span: Span) -> None:
        self.span = span
        self.inputs: dict[str, None] = {}
        self.numbers: dict[Any, int] = {}

    def circuit(self, circuit: cirq.AbstractCircuit) -> CirqCircuit:
        qubits = sorted(circuit.all_qubits())
        if any(qubit.dimension != 2 for qubit in qubits):
            _refuse(self.span, "it has qudits; IonQ's machines have qubits")
        if not qubits:
            _refuse(self.span, "the circuit is empty")
        self.numbers = {qubit: number for number, qubit in enumerate(qubits)}
        if not circuit.are_all_measurements_terminal():
            _refuse(self.span, "it measures in the middle; IonQ measures every qubit once, at the end")
        statements = tuple(self.statements(circuit))
        return CirqCircuit(len(qubits), statements, tuple(self.inputs), tuple(self.measurements(circuit)))

    def statements(self, circuit: cirq.AbstractCircuit) -> Iterator[JsonGate]:
        import cirq

        from ionq_runner.circuits.cirq.gates import Made, UnknownOperation, made_of

        count = 0
        for operation in circuit.all_operations():
            if cirq.is_measurement(operation):
                continue
            try:
                made = [own for own in made_of(operation) if own.name]
            except UnknownOperation as unknown:
                _refuse(self.span, f"`{unknown}` is no gate that IonQ takes, nor made of some")
            except (ValueError, TypeError, ArithmeticError) as error:
                _refuse(self.span, f"`{str(operation)[:80]}` has no meaning: {str(error)[:200]}")
            count += len(made)
            if count > MAX_GATES:
                _refuse(self.span, f"it has more than {MAX_GATES:,} gates")
            yield from map(self.statement, made)
        for operation in circuit.all_operations():
            if isinstance(operation.gate, cirq.MeasurementGate):
                for qubit, inverted in zip(operation.qubits, operation.gate.full_invert_mask(), strict=True):
                    if inverted:
                        yield self.statement(Made("x", (), (qubit,)))

    def statement(self, made: Made) -> JsonGate:
        places = [tuple(self.number(float(self.numbers[qubit])) for qubit in own) for own in (made.targets, made.controls)]
        return JsonGate(made.name, tuple(map(self.angle, made.angles)), places[0], places[1], (), self.span)

    def number(self, value: float) -> Expression:
        return Expression(Number(value), frozenset(), Excerpt(self.span.source.text, self.span.source, 0), self.span.start, self.span.end)

    def angle(self, value: Angle) -> Expression:
        """A number, or arithmetic of symbols in our words."""
        import sympy

        if not isinstance(value, sympy.Basic):
            number = complex(value)
            if number.imag or number.real - number.real:
                _refuse(self.span, f"{value} is no angle")
            return self.number(number.real)
        try:
            found = parse_expression(Excerpt.of(self.written(value, 0), self.span.source.name))
        except ProblemFound as fault:
            _refuse(self.span, f"the angle {str(value)[:80]}: {fault.problem.message}")
        if hidden := sorted({symbol.name for symbol in value.free_symbols} - found.names):
            _refuse(self.span, f"its symbol `{hidden[0]}` means something else in expressions; give it another name")
        return Expression(found.root, found.names, Excerpt(self.span.source.text, self.span.source, 0), self.span.start, self.span.end)

    def written(self, value: Any, depth: int) -> str:
        import sympy

        if depth > MAX_DEPTH:
            _refuse(self.span, "an angle is nested too deeply")
        match value:
            case sympy.Symbol():
                if _NAME.fullmatch(value.name) is None:
                    _refuse(self.span, f"its symbol `{value.name}` is not a name; names are letters, digits and `_`")
                self.inputs.setdefault(value.name)
                return str(value.name)
            case sympy.Add() | sympy.Mul():
                sign = " + " if isinstance(value, sympy.Add) else "*"
                return f"({sign.join(self.written(own, depth + 1) for own in value.args)})"
            case sympy.Pow() if not value.exp.free_symbols:
                return f"({self.written(value.base, depth + 1)}**{self.written(value.exp, depth + 1)})"
            case sympy.Rational():
                return f"({value.p}/{value.q})"
            case _ if value.is_number and value.is_real:
                return f"({float(value)!r})"
        return str(_refuse(self.span, f"`{str(value)[:80]}` is no arithmetic that an angle can have"))

    def measurements(self, circuit: cirq.AbstractCircuit) -> Iterator[tuple[str, tuple[int, ...]]]:
        import cirq

        seen: set[str] = set()
        for operation in circuit.all_operations():
            if not cirq.is_measurement(operation):
                continue
            if not isinstance(operation.gate, cirq.MeasurementGate) or operation.gate.confusion_map:
                _refuse(self.span, f"`{str(operation)[:80]}` is more than reading qubits as they are")
            key = _NOT_IN_NAMES.sub("_", cirq.measurement_key_name(operation)).strip("_") or "m"
            if key in seen:
                _refuse(self.span, f"two measurements have the key `{key}`")
            seen.add(key)
            yield key, tuple(self.numbers[qubit] for qubit in operation.qubits)

"""Circuits in Cirq's JSON: the same distribution as Cirq has, symbols that sweep, and what is refused before Cirq sees it."""

from __future__ import annotations

import contextlib
import json

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.cirq.reading import parse_cirq
from ionq_runner.circuits.cirq.writing import cirq_json
from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.diagnostics import ProblemFound, Problems, Source, Span
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import probabilities, read_qubits

A, B, C = cirq.LineQubit.range(3)
PLACE = Span(Source("f.yaml", "circuit.json"), 0, 12)
START = [cirq.ry(0.7)(A), cirq.rx(1.1)(B), cirq.ry(2.0)(C), cirq.CZ(A, C), cirq.T(B)]
END = [cirq.ry(1.3)(A), cirq.rx(0.4)(B), cirq.rx(0.9)(C), cirq.CNOT(A, B), cirq.H(C)]
T, U = sympy.symbols("t u")


def read(text, **values) -> Program:
    found = parse_cirq(text, PLACE)
    problems = Problems()
    gates = elaborate(found.statements, Scope(found.qubits, values, {}, {}, {}), problems)
    assert not len(problems)
    keys = tuple(Measurement(key, qubits) for key, qubits in found.measurements)
    return Program(found.qubits, gates, keys or (Measurement("m", tuple(range(found.qubits))),))


def distribution(program: Program) -> np.ndarray:
    rows = probabilities(program, NoiseModel(), {}, 1)[0]
    active = read_qubits(program, NoiseModel())
    found = np.zeros(2 ** len(program.measured))
    for outcome, probability in enumerate(rows):
        bits = {qubit: outcome >> (len(active) - 1 - place) & 1 for place, qubit in enumerate(active)}
        found[int("".join(str(bits.get(qubit, 0)) for qubit in program.measured), 2)] += probability
    return found


def expected(circuit, order) -> np.ndarray:
    return np.abs(circuit.final_state_vector(qubit_order=order, dtype=np.complex128)) ** 2


def refused(text) -> str:
    with pytest.raises(ProblemFound) as raised:
        parse_cirq(text if isinstance(text, str) else cirq.to_json(text), PLACE)
    assert raised.value.problem.span == PLACE
    return raised.value.problem.message.removeprefix("Cirq's JSON: ")


GATES = [
    cirq.X(A), cirq.Y(B) ** 0.3, cirq.Z(C) ** -0.7, cirq.H(A) ** 0.4, cirq.S(B) ** -1, cirq.XPowGate(exponent=0.3, global_shift=0.2)(A),
    cirq.rz(0.3)(A), cirq.CNOT(A, B) ** 0.6, cirq.CZ(B, C) ** 1.3, cirq.CCX(A, B, C) ** 0.5, cirq.CCZ(A, B, C), cirq.CSWAP(A, B, C),
    cirq.SWAP(A, C), cirq.SWAP(A, C) ** 0.5, cirq.ISWAP(A, B), cirq.ISWAP(A, B) ** 0.5, cirq.XX(A, B) ** 0.3, cirq.ms(0.4)(A, B),
    cirq.YY(B, C) ** 0.2, cirq.ZZ(A, C) ** 0.7, cirq.PhasedXPowGate(exponent=0.3, phase_exponent=0.6)(B),
    cirq.PhasedXZGate(x_exponent=0.2, z_exponent=0.3, axis_phase_exponent=0.4)(C), cirq.FSimGate(0.3, 0.8)(A, B),
    cirq.PhasedISwapPowGate(phase_exponent=0.2, exponent=0.6)(A, C), cirq.MatrixGate(cirq.unitary(cirq.rx(0.4) ** 0.5))(A),
    cirq.QuantumFourierTransformGate(3)(A, B, C), cirq.I(A), cirq.global_phase_operation(1j), cirq.X(A).with_tags("tag"),
    cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=1))(A, B),
    (cirq.X**0.3)(A).controlled_by(B), cirq.ry(0.4)(A).controlled_by(B, C), (cirq.H**0.7)(C).controlled_by(A),
    cirq.X(A).controlled_by(B, control_values=[0]), cirq.ISWAP(A, B).controlled_by(C), (cirq.ZZ**0.3)(A, B).controlled_by(C),
    cirq.ControlledGate(cirq.PhasedXPowGate(exponent=0.3, phase_exponent=0.6))(A, C), (cirq.CNOT**0.3)(A, B).controlled_by(C),
    cirq.FSimGate(0.3, 0.8)(A, B).controlled_by(C),
]  # fmt: skip


@pytest.mark.parametrize("operation", GATES, ids=str)
def test_a_gate_of_cirq_is_read_as_it_is(operation):
    circuit = cirq.Circuit(START, operation, END)
    np.testing.assert_allclose(distribution(read(cirq.to_json(circuit))), expected(circuit, [A, B, C]), atol=1e-6)


@given(st.lists(st.sampled_from(GATES), min_size=1, max_size=5))
def test_circuits_are_read_as_they_are(operations):
    circuit = cirq.Circuit(START, operations, END)
    np.testing.assert_allclose(distribution(read(cirq.to_json(circuit))), expected(circuit, [A, B, C]), atol=1e-6)


def test_what_we_print_is_read_back_as_the_same_gates():
    gates = (
        Gate("h", (), (0,)), Gate("x", (), (1,), (0,)), Gate("rx", (0.3,), (2,)), Gate("p", (0.25,), (0,)), Gate("v", (), (1,)),
        Gate("rzz", (0.5,), (1, 2)), Gate("x", (), (2,), (0, 1)), Gate("swap", (), (0, 2)), Gate("r", (0.3, 0.4), (1,)),
        Gate("ry", (0.7,), (2,), (1,)), Gate("ti", (), (0,)),
    )  # fmt: skip
    again = read(cirq_json(Program(3, gates, (Measurement("m", (2, 0)),))))
    order = {gate.qubits: [own for own in gates if own.qubits == gate.qubits] for gate in gates}
    assert again.measurements == (Measurement("m", (2, 0)),)
    for qubits, own in order.items():
        found = [gate for gate in again.gates if gate.qubits == qubits]
        assert [(gate.name, gate.targets, gate.controls) for gate in found] == [(gate.name, gate.targets, gate.controls) for gate in own]
        np.testing.assert_allclose([gate.angles for gate in found if gate.angles], [gate.angles for gate in own if gate.angles], atol=1e-12)


def test_native_gates_are_read_as_themselves():
    gates = (Gate("gpi2", (0.25,), (0,)), Gate("ms", (0.0, 0.1, 0.25), (0, 1)), Gate("gpi", (0.5,), (1,)), Gate("zz", (0.125,), (0, 1)))
    assert read(cirq_json(Program(2, gates, (Measurement("m", (0, 1)),)))).gates == gates


@pytest.mark.parametrize("operation", [
    cirq.X(A) ** T, cirq.rx(2 * T + 1)(B), cirq.CZ(A, B) ** (T / 2), cirq.XX(A, B) ** (1 - T), cirq.FSimGate(T, 0.3)(A, B),
    (cirq.X**T)(A).controlled_by(C), (cirq.H**T)(B), cirq.PhasedXPowGate(exponent=0.3, phase_exponent=T)(B), cirq.Z(A) ** (T * U + T**2),
    cirq.ry(sympy.pi * T)(C), cirq.Y(A) ** (T * sympy.Rational(1, 3)),
], ids=str)  # fmt: skip
def test_symbols_are_inputs(operation):
    circuit = cirq.Circuit(START, operation, END)
    found = parse_cirq(cirq.to_json(circuit), PLACE)
    assert set(found.inputs) == {str(symbol) for symbol in cirq.parameter_symbols(operation)}
    values = {"t": 0.37, "u": -0.8}
    program = read(cirq.to_json(circuit), **values)
    np.testing.assert_allclose(distribution(program), expected(cirq.resolve_parameters(circuit, values), [A, B, C]), atol=1e-6)


def test_qubits_are_numbered_in_cirqs_order():
    named = [cirq.NamedQubit("b10"), cirq.NamedQubit("b9"), cirq.GridQubit(1, 0), cirq.GridQubit(0, 5)]
    circuit = cirq.Circuit(cirq.X(named[0]), cirq.measure(*named, key="c"))
    (key, qubits) = parse_cirq(cirq.to_json(circuit), PLACE).measurements[0]
    order = sorted(named)
    assert (key, [order[qubit] for qubit in qubits]) == ("c", named)


def test_invert_masks_are_honoured():
    circuit = cirq.Circuit(cirq.X(A), cirq.I(B), cirq.measure(A, B, key="c", invert_mask=(True, True)))
    np.testing.assert_allclose(distribution(read(cirq.to_json(circuit))), [0, 1, 0, 0], atol=1e-12)


def test_keys_become_names():
    circuit = cirq.Circuit(cirq.X(A), cirq.measure(A), cirq.measure(B, key="my key!"))
    assert dict(parse_cirq(cirq.to_json(circuit), PLACE).measurements) == {"q_0": (0,), "my_key": (1,)}


@pytest.mark.parametrize(("circuit", "message"), [
    (cirq.Circuit(cirq.measure(A, key="a"), cirq.X(A), cirq.measure(A, key="b")), "it measures in the middle"),
    (cirq.Circuit(cirq.X(A), cirq.reset(A)), "it has a `ResetChannel`; IonQ's circuits have no reset"),
    (cirq.Circuit(cirq.depolarize(0.1)(A)), "it has a `DepolarizingChannel`; it is not read here"),
    (cirq.Circuit(cirq.measure(A, key="a"), cirq.X(B).with_classical_controls("a")), "it has a `ClassicallyControlledOperation`"),
    (cirq.Circuit(cirq.CircuitOperation(cirq.FrozenCircuit(cirq.X(A)), repetitions=10**9)), "it has a `CircuitOperation`; circuits inside"),
    (cirq.Circuit(cirq.measure(A, key="a"), cirq.measure(B, key="a!")), "two measurements have the key `a`"),
    (cirq.Circuit(), "the circuit is empty"),
    (cirq.Circuit(cirq.IdentityGate(qid_shape=(3,))(cirq.LineQid(0, 3))), "it has a `LineQid`"),
    (cirq.Circuit(cirq.X(A) ** sympy.Symbol("pi")), "its symbol `pi` means something else"),
    (cirq.Circuit(cirq.X(A) ** sympy.Symbol("a b")), "its symbol `a b` is not a name"),
    (cirq.Circuit(cirq.MeasurementGate(1, key="a", confusion_map={(0,): np.array([[0.9, 0.1], [0.1, 0.9]])})(A)), "`"),
    (cirq.X(A), "it is no circuit"),
    ("[1, 2", "it is no JSON"), ("NaN", "NaN is no number"), ("[" * 100_000, "it is nested too deeply"),
    ("[" * 300 + "]" * 300, "it is nested too deeply"), ("{}", "it is no circuit"), ('{"cirq_type": ["x"]}', "it has a `['x']`"),
    ('{"cirq_type": "pandas.DataFrame"}', "it has a `pandas.DataFrame`"), ('{"cirq_type": "Circuit", "moments": 3}', "Cirq cannot read it"),
    ('{"cirq_type": "Circuit", "moments": [{"cirq_type": "Moment", "operations": [1]}]}', "Cirq cannot read it"),
    ('{"cirq_type": "MeasurementGate", "num_qubits": 1000000000, "key": "a"}', "it has a gate on more than 10,000 qubits"),
    (cirq.to_json(cirq.Circuit(cirq.X(A) ** (T**3))).replace('"i": 3', '"i": 1000000000'), "it has a power inside another, or one beyond"),
    ('{"cirq_type": "sympy.Pow", "args": [{"cirq_type": "sympy.Pow", "args": []}, 2]}', "it has a power inside another, or one beyond"),
])  # fmt: skip
def test_what_cannot_be_run_is_refused_with_the_reason(circuit, message):
    assert message in refused(circuit)


def test_a_number_that_is_none_is_refused():
    text = cirq.to_json(cirq.Circuit(cirq.X(A) ** 0.123)).replace("0.123", "1e999")
    assert "angle" in refused(text) or "meaning" in refused(text)


def places(value):
    """Every place in a JSON document, as what holds it and its key there."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@given(st.data())
def test_a_file_with_anything_changed_is_read_or_refused(data):
    document = json.loads(cirq.to_json(cirq.Circuit(START, cirq.X(A) ** T, cirq.measure(A, B, key="c"))))
    holder, key = data.draw(st.sampled_from(list(places(document))))
    holder[key] = data.draw(st.sampled_from([None, -1, 1e308, "x", [], {}, True, {"cirq_type": "LineQubit", "x": 1}, 10**400]))
    with contextlib.suppress(ProblemFound):
        parse_cirq(json.dumps(document), PLACE)

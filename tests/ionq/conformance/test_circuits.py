"""Circuits become the same JSON with cirq_ionq and with ours, or are refused alike."""

from __future__ import annotations

import copy
from typing import Any

import cirq
import numpy as np
import pytest
from comparison import ANY, BELL, SWEPT, UNEQUAL, A, B, C, Known, Raised, Reason, of_modules, serialized, unexpected
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.peers

EXPONENTS = st.one_of(st.sampled_from([0, 0.25, -0.25, 0.5, -0.5, 1, -1, 1.5, 2, 3, 1 + 1e-9, 0.5 - 1e-7]), st.floats(-3, 3))
POWERS = [cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate, cirq.HPowGate, cirq.SwapPowGate]


@st.composite
def circuits(draw: st.DrawFn) -> cirq.Circuit:
    """Circuits of abstract gates, most of which the service takes."""
    line = cirq.LineQubit.range(draw(st.integers(0, 2)), 5)
    operations = []
    for _ in range(draw(st.integers(1, 6))):
        gate = draw(st.sampled_from(POWERS))(exponent=draw(EXPONENTS), global_shift=draw(st.sampled_from([0, -0.5])))
        qubits = draw(st.permutations(line))
        operations.append(draw(st.sampled_from([gate.on(*qubits[: gate.num_qubits()]), cirq.CNOT(*qubits[:2])])))
    measured_qubits = draw(st.lists(st.sampled_from(line), unique=True))
    cut = draw(st.integers(0, len(measured_qubits)))
    parts = {"one": measured_qubits[:cut], "the other": measured_qubits[cut:]}
    return cirq.Circuit(operations, *(cirq.measure(*part, key=key) for key, part in parts.items() if part))


@given(circuits())
@example(cirq.Circuit(cirq.CNOT(A, B) ** -1, cirq.SWAP(B, A) ** 3, cirq.H(C) ** 5))
def test_every_circuit_of_cirq_ionqs_gates_is_the_same_json(circuit):
    assert unexpected(*of_modules(lambda ionq: serialized(ionq, circuit)), {}) == []


@given(st.lists(circuits(), min_size=2, max_size=3))
def test_every_batch_of_cirq_ionqs_gates_is_the_same_json(batch):
    assert unexpected(*of_modules(lambda ionq: serialized(ionq, *batch, metadata={"own": "text"})), {}) == []


def test_options_of_a_serializer_come_through():
    options: dict[str, Any] = {
        "job_settings": {"a": 1}, "compilation": {"opt": 1}, "error_mitigation": {"debiasing": True}, "noise": {"model": "ideal"},
        "metadata": {"k": "v"}, "dry_run": True,
    }  # fmt: skip

    def made(ionq):
        near = cirq.Circuit(cirq.X(A) ** 1.001)
        rounded = ionq.Serializer(atol=0.01).serialize_single_circuit(near).input
        return [serialized(ionq, *circuits, **copy.deepcopy(options)) for circuits in ([BELL], [BELL, UNEQUAL])], rounded

    assert unexpected(*of_modules(made), {}) == []


def test_pauli_exponentials_are_the_same_json():
    strings = [cirq.X(A) * cirq.Y(B), cirq.Z(C) * cirq.X(A), -cirq.Z(B), cirq.Y(A)]
    times = [(0.5, 0), (0.7, 0.2), (0.2, -0.3), (0.9, 0.9)]

    def made(ionq):
        gates = [cirq.PauliStringPhasor(string, exponent_neg=neg, exponent_pos=pos) for string in strings for neg, pos in times]
        return [serialized(ionq, cirq.Circuit(cirq.X(A), gate, cirq.measure(A, key="m"))) for gate in gates]

    theirs, ours = of_modules(made)
    known = {}
    for number in range(8, 11):  # those of the string with a sign
        known[f"[{number}]"] = Known(Raised(frozenset({"NotSupportedPauliexpParameters"})), ANY, Reason.NEGATIVE_TIME)
    assert unexpected(theirs, ours, known) == []


WRONG = {
    "nothing": cirq.Circuit(),
    "a measurement before the end": cirq.Circuit(cirq.measure(A, key="m"), cirq.X(A)),
    "named qubits": cirq.Circuit(cirq.X(cirq.NamedQubit("a"))),
    "qubits of a grid": cirq.Circuit(cirq.X(cirq.GridQubit(0, 1))),
    "negative qubits": cirq.Circuit(cirq.X(cirq.LineQubit(-1))),
    "a parameter": SWEPT,
    "a subcircuit": cirq.Circuit(cirq.CircuitOperation(BELL.freeze())),
    "iswap": cirq.Circuit(cirq.ISWAP(A, B)),
    "a part of a swap": cirq.Circuit(cirq.SWAP(A, B) ** 0.5),
    "a part of h": cirq.Circuit(cirq.H(A) ** 0.5),
    "a part of cnot": cirq.Circuit(cirq.CNOT(A, B) ** 0.5),
    "a phased power": cirq.Circuit(cirq.PhasedXPowGate(phase_exponent=0.2)(A)),
    "a matrix": cirq.Circuit(cirq.MatrixGate(np.eye(2))(A)),
    "a reset": cirq.Circuit(cirq.R(A)),
    "noise": cirq.Circuit(cirq.depolarize(0.1)(A)),
    "cz": cirq.Circuit(cirq.CZ(A, B)),
    "toffoli": cirq.Circuit(cirq.CCX(A, B, C)),
    "a controlled gate": cirq.Circuit(cirq.ry(0.3)(A).controlled_by(B)),
    "one key twice": cirq.Circuit(cirq.measure(A, key="m"), cirq.measure(B, key="m")),
    "an identity": cirq.Circuit(cirq.X(A), cirq.I(B)),
    "a separator": cirq.Circuit(cirq.measure(A, key="a\x1eb")),
    "the other separator": cirq.Circuit(cirq.measure(A, key="a\x1fb")),
    "long keys": cirq.Circuit(cirq.measure(A, key="k" * 500)),
    "only a measurement": cirq.Circuit(cirq.measure(A, key="m")),
}


def test_circuits_that_cannot_be_sent_are_refused_alike():
    refused = Raised(frozenset({"ValueError"}))
    known = {
        **{what: Known(refused, ANY, Reason.CONTROLLED) for what in ("cz", "toffoli", "a part of cnot", "a controlled gate")},
        "an identity": Known(refused, ANY, Reason.IDENTITY),
        "one key twice": Known(ANY, Raised(refused.kinds | {"AssertionError"}), Reason.SAME_KEY),
        "long keys": Known(refused, ANY, Reason.LONG_KEYS),
        "only a measurement.input.gateset": Known("native", "qis", Reason.MEASURE_ONLY),
    }
    assert unexpected(*of_modules(lambda ionq: {what: serialized(ionq, circuit) for what, circuit in WRONG.items()}), known) == []


def test_circuits_of_both_gate_sets_are_refused_alike():
    def made(ionq):
        native = cirq.Circuit(ionq.GPIGate(phi=0.1)(A), cirq.measure(A, key="m"))
        only = cirq.Circuit(cirq.measure(A, key="m"))
        return {
            "batch": serialized(ionq, native, BELL),
            "circuit": serialized(ionq, native[:1] + BELL),
            "with qis": serialized(ionq, only, BELL),
            "with native": serialized(ionq, only, native),
            "native": serialized(ionq, native, native),
        }

    mixed = Raised(frozenset({"IonQSerializerMixedGatesetsException"}))
    known = {
        "circuit": Known(ANY, Raised(mixed.kinds | {"ValueError", "AssertionError"}), Reason.MIXED),
        "with qis": Known(mixed, ANY, Reason.MEASURE_ONLY),
    }
    assert unexpected(*of_modules(made), known) == []

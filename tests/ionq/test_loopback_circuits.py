"""The loopback service simulates each gate as it is documented, and as Cirq does."""

from __future__ import annotations

import sys

import cirq
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def circuits(loopback):
    """The module loopback_circuits.py."""
    return sys.modules["loopback_circuits"]


def certain(outcome, qubits):
    """The distribution in which one outcome is certain."""
    return np.eye(2**qubits)[outcome]


def to_cirq(gate):
    """The same gate in Cirq's words."""
    controls, targets, turn = gate.get("controls", []), gate["targets"], gate.get("rotation", 0)
    name, line = gate["gate"], [cirq.LineQubit(qubit) for qubit in controls + targets]
    made = {
        "x": cirq.X, "not": cirq.X, "cnot": cirq.X, "y": cirq.Y, "h": cirq.H, "s": cirq.S, "si": cirq.S**-1, "t": cirq.T, "ti": cirq.T**-1,
        "v": cirq.X**0.5, "vi": cirq.X**-0.5, "swap": cirq.SWAP, "rx": cirq.rx(turn), "ry": cirq.ry(turn), "rz": cirq.rz(turn),
        "z": cirq.ZPowGate(exponent=turn / np.pi) if "rotation" in gate else cirq.Z,
        "xx": cirq.XXPowGate(exponent=turn / np.pi, global_shift=-0.5), "yy": cirq.YYPowGate(exponent=turn / np.pi, global_shift=-0.5),
        "zz": cirq.ZZPowGate(exponent=turn / np.pi, global_shift=-0.5),
    }[name]  # fmt: skip
    return made.controlled(len(controls))(*line) if controls else made(*line)


NAMES = ("x", "y", "z", "h", "s", "si", "t", "ti", "v", "vi", "not", "cnot", "swap", "rx", "ry", "rz", "xx", "yy", "zz")


@st.composite
def gates(draw, qubits=4):
    name = draw(st.sampled_from(NAMES))
    order = draw(st.permutations(range(qubits)))
    size = 2 if name in {"swap", "xx", "yy", "zz"} else 1
    controls = order[size : size + draw(st.integers(int(name == "cnot"), 2))]
    gate = {"gate": name, "targets": order[:size], **({"controls": controls} if controls else {})}
    turned = name in {"rx", "ry", "rz", "xx", "yy", "zz"} or (name == "z" and draw(st.booleans()))
    return {**gate, "rotation": draw(st.floats(-7, 7))} if turned else gate


@given(st.lists(gates(), max_size=12))
def test_circuits_are_simulated_as_cirq_does(circuits, drawn):
    first = [{"gate": "ry", "target": qubit, "rotation": 0.4 + qubit} for qubit in range(4)]  # no two qubits alike
    line = cirq.LineQubit.range(4)
    circuit = cirq.Circuit([cirq.ry(0.4 + q)(line[q]) for q in range(4)], [to_cirq(gate) for gate in drawn])
    found = circuits.distribution(first + drawn, "qis", 4)
    expected = np.abs(circuit.final_state_vector(qubit_order=line[::-1], dtype=np.complex128)) ** 2
    assert found == pytest.approx(expected, abs=1e-7)


def test_the_last_letter_of_a_pauli_word_is_for_the_first_target(circuits):
    flip = {"gate": "pauliexp", "targets": [1, 2], "terms": ["IX"], "coefficients": [0.5], "time": np.pi}
    assert circuits.distribution([flip], "qis", 3) == pytest.approx(certain(2, 3))
    both = {"gate": "pauliexp", "targets": [0, 1], "terms": ["XX", "ZI"], "coefficients": [0.3, 0.7], "time": 0.9}
    first, second = cirq.LineQubit.range(2)
    energy = 0.3 * cirq.X(first) * cirq.X(second) + 0.7 * cirq.Z(second)
    values, vectors = np.linalg.eigh(energy.matrix([second, first]))
    expected = np.abs((vectors * np.exp(-0.9j * values)) @ vectors.conj().T[:, 0]) ** 2
    assert circuits.distribution([both], "qis", 2) == pytest.approx(expected)


def test_native_gates_make_the_cnot_of_the_documentation(circuits):
    def turned(gate, qubit, phase):
        return {"gate": gate, "target": qubit, "phase": phase}

    cnot = [
        turned("gpi2", 0, 0.25), {"gate": "ms", "targets": [0, 1], "phases": [0, 0]},
        turned("gpi2", 1, 0.5), turned("gpi2", 0, 0.5), turned("gpi2", 0, -0.25),
    ]  # fmt: skip
    assert circuits.distribution([turned("gpi", 0, 0.1), *cnot], "native", 2) == pytest.approx(certain(3, 2))


@pytest.mark.parametrize("word", ["angle", "phase"])
def test_a_native_zz_is_a_quarter_turn_by_either_word(circuits, word):
    circuit = [{"gate": "gpi2", "target": q, "phase": 0} for q in (0, 1)]
    quarter = {"gate": "zz", "targets": [0, 1], word: 0.25}
    # two quarters are Z on both, which undoes the half turns
    assert circuits.distribution([*circuit, quarter, quarter, *circuit], "native", 2) == pytest.approx(certain(0, 2))


def test_samples_are_drawn_in_proportion_and_again_for_the_same_seed(circuits):
    drawn = [circuits.sample(np.array([0.25, 0, 0.75, 0]), 10_000, (seed, 0)) for seed in (1, 1, 2)]
    assert (drawn[0] == drawn[1]).all()
    assert (drawn[0] != drawn[2]).any()
    assert np.bincount(drawn[0], minlength=4) / 10_000 == pytest.approx([0.25, 0, 0.75, 0], abs=0.03)


def test_gates_are_counted_as_they_are_billed(circuits):
    gates = [{"gate": "x", "target": 0}, {"gate": "cnot", "control": 0, "target": 1}, {"gate": "x", "targets": [0], "controls": [1, 2, 3]}]
    assert circuits.gate_counts(gates) == {"1q": 1, "2q": 13}


def test_a_circuit_is_told_as_openqasm(circuits):
    gates = [{"gate": "rx", "target": 1, "rotation": 0.5}, {"gate": "cnot", "control": 0, "target": 2}]
    assert circuits.openqasm(gates, 3) == "OPENQASM 3.0;\nqubit[3] q;\nrx(0.5) q[1];\nctrl @ x q[0], q[2];\n"

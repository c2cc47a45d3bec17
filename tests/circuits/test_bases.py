"""Gates at the end of a circuit let the qubits be read in other bases: the bits then say what the Paulis are."""

from __future__ import annotations

from itertools import product

import cirq
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.bases import in_basis, is_native
from ionq_runner.circuits.cirq.writing import cirq_circuit
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import probabilities

PAULIS = {"X": cirq.X, "Y": cirq.Y, "Z": cirq.Z}


def state(angles, measured=(1, 2, 0), native=False) -> Program:
    """Three entangled qubits without any symmetry, with abstract gates or a machine's own."""
    turn = "gpi2" if native else "ry"
    own = [Gate(turn, (angle,), (qubit,)) for qubit, angle in enumerate(angles)]
    if native:
        joined = [
            Gate("ms", (0.1, 0.2, 0.25), (0, 1)),
            Gate("gpi", (0.3,), (1,)),
            Gate("ms", (0.0, 0.15, 0.2), (1, 2)),
            Gate("gpi2", (0.2,), (2,)),
        ]
    else:
        joined = [Gate("x", (), (1,), (0,)), Gate("t", (), (1,)), Gate("rx", (0.7,), (2,)), Gate("x", (), (2,), (1,)), Gate("s", (), (2,))]
    return Program(3, (*own, *joined), (Measurement("m", measured),))


def from_bits(program: Program, word: str) -> float:
    """The expectation of the product of the letters, from the probabilities of the bits."""
    row = probabilities(in_basis(program, word), NoiseModel(), {}, 1)[0]
    return float(sum(p * (-1) ** bin(outcome).count("1") for outcome, p in enumerate(row)))


def exact(program: Program, word: str) -> float:
    qubits = cirq.LineQubit.range(program.qubits)
    circuit = cirq_circuit(Program(program.qubits, program.gates, ()))
    vector = cirq.Simulator(dtype=np.complex128).simulate(circuit, qubit_order=qubits).final_state_vector
    string = cirq.PauliString({qubits[qubit]: PAULIS[letter] for qubit, letter in zip(program.measured, word, strict=True)})
    return float(string.expectation_from_state_vector(vector, {q: i for i, q in enumerate(qubits)}).real)


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("word", ["".join(letters) for letters in product("XYZ", repeat=3)])
def test_bits_in_a_basis_give_the_expectation_of_its_paulis(word, native):
    program = state((0.3, 1.1, 2.0), native=native)
    assert from_bits(program, word) == pytest.approx(exact(program, word), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-3, 3)] * 3), st.text("XYZ", min_size=2, max_size=2))
def test_letters_belong_to_the_measured_qubits_in_their_order(angles, word):
    program = state(angles, measured=(2, 0))
    assert from_bits(program, word) == pytest.approx(exact(program, word), abs=1e-12)


def test_the_basis_of_the_bits_changes_nothing():
    program = state((0.1, 0.2, 0.3))
    assert in_basis(program, "ZZZ") is program


def test_turns_are_of_the_kind_of_the_gates_before_them():
    assert {gate.name for gate in in_basis(state((0.1, 0.2, 0.3), native=True), "XYZ").gates[-2:]} == {"gpi2"}
    assert [gate.name for gate in in_basis(state((0.1, 0.2, 0.3)), "XYZ").gates[-3:]] == ["h", "si", "h"]
    assert (is_native(state((1, 2, 3), native=True)), is_native(state((1, 2, 3)))) == (True, False)

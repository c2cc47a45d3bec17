"""Bits that are known without a simulation are those that the simulation gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.planning.prepared import prepared_bits
from ionq_runner.simulation import probabilities, read_qubits

QUBITS = 4
KNOWN = ["x", "y", "gpi", "z", "s", "si", "t", "ti", "rz", "p", "rzz", "zz", "swap"]
READ = (Measurement("m", tuple(range(QUBITS))),)


@st.composite
def gates(draw):
    fact = GATES[draw(st.sampled_from(KNOWN))]
    qubits = draw(st.permutations(range(QUBITS)))
    controls = 0 if fact.native else draw(st.integers(0, QUBITS - fact.qubits))
    angles = tuple(draw(st.sampled_from([0.125, 0.25, 0.7])) for _ in fact.parameters)
    return Gate(fact.name, angles, tuple(qubits[: fact.qubits]), tuple(qubits[fact.qubits : fact.qubits + controls]))


@given(st.lists(gates(), max_size=12))
def test_what_gates_prepare_is_what_a_simulation_reads(steps):
    program = Program(QUBITS, tuple(steps), READ)
    bits = prepared_bits(program)
    read = read_qubits(program, NoiseModel())
    assert bits is not None
    assert not any(bits[qubit] for qubit in set(range(QUBITS)) - set(read))
    outcome = int("".join(str(int(bits[qubit])) for qubit in read) or "0", 2)
    assert probabilities(program, NoiseModel(), {}, 1)[0, outcome] == pytest.approx(1)


@pytest.mark.parametrize("gate", [Gate("h", (), (0,)), Gate("rx", (0.5,), (1,)), Gate("ms", (0.0, 0.0, 0.25), (0, 1))])
def test_nothing_is_known_of_a_qubit_in_between(gate):
    assert prepared_bits(Program(QUBITS, (Gate("x", (), (0,)), gate), READ)) is None

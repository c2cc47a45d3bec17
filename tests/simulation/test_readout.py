"""From states to the bits that are read."""

from __future__ import annotations

import numpy as np

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.lowering import lower
from ionq_runner.simulation.readout import Readout, plan_readout


def test_wires_follow_swaps_and_idle_qubits_have_none():
    gates = (Gate("h", (), (2,)), Gate("swap", (), (2, 5)), Gate("x", (), (5,), (0,)))
    program = Program(8, gates, (Measurement("m", (7, 5, 0)),))
    quiet = plan_readout(program, NoiseModel(), lower(program))
    assert (quiet.read, quiet.wires) == ((1, 0), (1, 0, 2))
    noisy = plan_readout(program, NoiseModel(spam=0.1), lower(program))
    assert (noisy.read, noisy.wires) == ((None, 1, 0), (1, 0, 2))


def test_bits_that_are_not_read_are_summed_over():
    readout = Readout((1, 0), (1,), 0.0)
    assert readout.from_states(np.array([[0.1, 0.2, 0.3, 0.4]])).tolist() == [[0.1 + 0.2, 0.3 + 0.4]]


def test_a_qubit_without_a_wire_is_zero_and_may_be_read_flipped():
    rows = Readout((0,), (None, 0), 0.1).from_states(np.array([[0.25, 0.75]]))
    flipped = np.array([0.9 * 0.25 + 0.1 * 0.75, 0.9 * 0.75 + 0.1 * 0.25])
    np.testing.assert_allclose(rows, [np.concatenate([0.9 * flipped, 0.1 * flipped])])


def test_pauli_coefficients_of_a_state_give_its_probabilities():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.ones(8), size=3)
    signs = np.array([[(-1) ** (string & label).bit_count() for label in range(8)] for string in range(8)])
    coefficients = probabilities @ signs.T
    cube = probabilities.reshape(3, 2, 2, 2)
    np.testing.assert_allclose(Readout((2, 0, 1), (2, 0), 0.0).from_paulis(coefficients), cube.sum(axis=2).transpose(0, 2, 1).reshape(3, 4))
    spam = Readout((2, 0, 1), (2, None, 0), 0.2)
    both = spam.from_states(cube.transpose(0, 3, 1, 2).reshape(3, 8))
    np.testing.assert_allclose(spam.from_paulis(coefficients), both, atol=1e-15)

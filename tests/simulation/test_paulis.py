"""Runs on Pauli coefficients, against matrices that conjugate Pauli strings."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.lowering import Depolarise, Flip, Parity, Phase
from ionq_runner.simulation.paulis import clifford_operations, compile_ending_paulis, compile_pauli_run

LETTERS = [np.eye(2), np.diag([1, -1]), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])]  # I, Z, X, Y: the digits of a string
QUBITS = 4
HALF_TURN = Affine(np.pi)


def strings(qubits: int) -> list[np.ndarray]:
    found = []
    for digits in product(range(4), repeat=qubits):
        string = np.eye(1)
        for digit in digits:
            string = np.kron(string, LETTERS[digit])
        found.append(string)
    return found


def gate_matrix(operation) -> np.ndarray:
    labels = np.arange(2**QUBITS)
    bits = [(labels >> (QUBITS - 1 - qubit)) & 1 for qubit in range(QUBITS)]
    if isinstance(operation, Flip):
        matrix = np.zeros((len(labels), len(labels)))
        matrix[labels ^ (bits[operation.controls[0]] << (QUBITS - 1 - operation.target)), labels] = 1
        return matrix
    return np.diag(np.where(bits[operation.qubits[0]] & bits[operation.qubits[1]], -1, 1))


@pytest.mark.parametrize("seed", range(6))
def test_a_run_is_the_conjugation_by_its_gates_and_their_noise(seed):
    random = np.random.default_rng(seed)
    operations, state = [], random.normal(size=(16, 16))
    state = state @ state.T
    coefficients = np.array([np.trace(string @ state).real for string in strings(QUBITS)])
    rho = state.astype(complex)
    for _ in range(int(random.integers(1, 7))):
        a, b = (int(qubit) for qubit in random.permutation(QUBITS)[:2])
        gate = Flip(a, (b,)) if random.random() < 0.6 else Phase((a, b), HALF_TURN)
        operations += [gate, Depolarise((a, b), 0.1, 0)]
        rho = gate_matrix(gate) @ rho @ gate_matrix(gate).conj().T
        inner = [s for s, digits in zip(strings(QUBITS), product(range(4), repeat=QUBITS), strict=True) if not (digits[a] or digits[b])]
        mixed = sum(np.trace(string @ rho) * string for string in inner) / 2**QUBITS
        rho = 0.9 * rho + 0.1 * mixed
    run = compile_pauli_run(operations, QUBITS)
    found = coefficients if run.source is None else coefficients[run.source]
    found = found if run.weights is None else found * run.weights
    np.testing.assert_allclose(found, [np.trace(string @ rho).real for string in strings(QUBITS)], atol=1e-9)
    ending = compile_ending_paulis(operations, QUBITS)
    diagonal = [index for index, digits in enumerate(product(range(4), repeat=QUBITS)) if max(digits) <= 1]
    np.testing.assert_allclose(coefficients[diagonal][ending.source] * ending.weights, found[diagonal], atol=1e-9)


def test_phases_that_are_no_cz_become_turns_between_cnots():
    flip = Flip(1, (0,))
    assert clifford_operations([Phase((0, 1), HALF_TURN)]) == (Phase((0, 1), HALF_TURN),)
    assert clifford_operations([Phase((0,), Affine(0.2))]) == (Parity((0,), Affine(0.2)),)
    assert clifford_operations([Phase((0, 1), Affine(0.2))]) == (
        Parity((0,), Affine(0.1)), Parity((1,), Affine(0.1)), flip, Parity((1,), Affine(-0.1)), flip,
    )  # fmt: skip


def test_noise_alone_moves_nothing():
    run = compile_pauli_run([Depolarise((0, 1), 0.25, 0)], 2)
    assert run.source is None
    assert run.weights.tolist() == [1.0] + [0.75] * 15
    assert run.nbytes == 16 * 8

"""What strikes a run, against the run with the Pauli put in where it strikes."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.faults import draw_patterns, follow_faults, parity_operations
from ionq_runner.simulation.lowering import Depolarise, Flip, Parity, Phase
from ionq_runner.simulation.turns import AngleTable

QUBITS = 3
LABELS = np.arange(2**QUBITS)


def bits(qubit: int) -> np.ndarray:
    return (LABELS >> (QUBITS - 1 - qubit)) & 1


def pauli(state: np.ndarray, qubit: int, code: int) -> np.ndarray:
    """Z, then X, as the low bits of the code say."""
    state = state * (1 - 2 * bits(qubit)) if code & 2 else state
    return state[LABELS ^ (1 << (QUBITS - 1 - qubit))] if code & 1 else state


def act(state: np.ndarray, operation) -> np.ndarray:
    if isinstance(operation, Flip):
        moved = np.empty_like(state)
        moved[LABELS ^ (bits(operation.controls[0]) << (QUBITS - 1 - operation.target))] = state
        return moved
    odd = sum(bits(qubit) for qubit in operation.qubits) % 2
    return state * np.exp(-0.5j * operation.angle.constant * (1 - 2 * odd))


@pytest.mark.parametrize("seed", range(10))
def test_a_struck_run_is_the_run_between_its_corrections(seed):
    random = np.random.default_rng(seed)
    run = []
    for index in range(8):
        a, b = (int(qubit) for qubit in random.permutation(QUBITS)[:2])
        run += (
            [Flip(a, (b,)), Depolarise((a, b), 0.1, index)] if random.random() < 0.5 else [Parity((a, b), Affine(float(random.normal())))]
        )
    table = AngleTable()
    faults = follow_faults(run, QUBITS, table)
    angles = table.evaluate(np.zeros((0, 1)))[:, 0]
    start = random.normal(size=8) + 1j * random.normal(size=8)
    strikes = int(random.integers(0, 2 ** (4 * len(faults.gates)))) if faults.gates else 0

    wanted, gate = start, 0
    for operation in run:
        if isinstance(operation, Depolarise):
            for place, qubit in enumerate(operation.qubits):
                wanted = pauli(wanted, qubit, strikes >> (4 * gate + 2 * place) & 3)
            gate += 1
        else:
            wanted = act(wanted, operation)

    correction = faults.correction(strikes)
    found = start
    for mask, row in correction.phases:
        odd = np.array([(int(label) & mask).bit_count() & 1 for label in LABELS])
        found = found * np.exp(1j * angles[row] * (1 - 2 * odd))
    for operation in run:
        found = found if isinstance(operation, Depolarise) else act(found, operation)
    found = found * np.array([1 - 2 * ((int(label) & correction.signs).bit_count() & 1) for label in LABELS])
    found = found[LABELS ^ correction.flips]
    assert abs(np.vdot(found, wanted)) == pytest.approx(np.vdot(start, start).real, rel=1e-12)


def test_phases_on_two_qubits_are_phases_on_parities():
    assert parity_operations([Phase((0, 1), Affine(0.4)), Flip(0, (1,)), Phase((2,), Affine(0.1))]) == (
        Parity((0,), Affine(0.2)), Parity((1,), Affine(0.2)), Parity((0, 1), Affine(-0.2)), Flip(0, (1,)), Parity((2,), Affine(0.1)),
    )  # fmt: skip


def test_each_pauli_strikes_equally_often():
    faults = follow_faults([Depolarise((0, 1), 1.0, 0), Depolarise((2,), 0.4, 1)], QUBITS, AngleTable())
    shots = 160_000
    patterns = draw_patterns(np.random.default_rng(2), [faults], shots)
    both = [sum(count for ((_, strikes),), count in patterns.items() if strikes & 15 == code) for code in range(1, 16)]
    one = [sum(count for ((_, strikes),), count in patterns.items() if strikes >> 4 == code) for code in range(1, 4)]
    assert max(abs(count - shots / 16) for count in both) < 5 * np.sqrt(shots / 16)
    assert max(abs(count - shots / 10) for count in one) < 5 * np.sqrt(shots / 10)
    assert sum(patterns.values()) <= shots


def test_the_order_of_layers_does_not_change_what_is_drawn():
    gates = [Depolarise((0,), 0.3, 0), Depolarise((1,), 0.3, 1)]
    table = AngleTable()
    together = draw_patterns(np.random.default_rng(1), [follow_faults(gates, QUBITS, table)], 50)
    apart = draw_patterns(np.random.default_rng(1), [follow_faults([gate], QUBITS, table) for gate in reversed(gates)], 50)
    assert list(together.values()) == list(apart.values())

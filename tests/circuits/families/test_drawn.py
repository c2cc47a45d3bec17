"""The families that are drawn at random: the same circuits for ever, others for other numbers, and the answers that are known of them."""

from __future__ import annotations

import hashlib
import itertools
import math

import cirq
import numpy as np
import pytest
import scipy.stats

from ionq_runner.circuits.families.cliffords import two_qubit_moves
from ionq_runner.circuits.families.drawing import drawn_gates
from ionq_runner.circuits.families.tableau import Tableau
from ionq_runner.ionq.facts.backends import NOISE_MODELS, NoiseModel

MANY = 1_000_000


def fingerprint(family, qubits, length, instance) -> str:
    """A hash of the gates; angles to nine decimals, so that the last bits of a mathematical library do not count."""
    gates = drawn_gates(family, qubits, length, instance, MANY)
    text = ";".join(f"{g.name} {','.join(f'{angle:.9f}' for angle in g.angles)} {g.targets} {g.controls}" for g in gates)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize(("family", "qubits", "length", "instance", "known"), [
    ("clifford_rb", 1, 10, 0, "c7ec673b5787406b"),
    ("clifford_rb", 2, 8, 3, "986ba2adba363090"),
    ("clifford_rb", 4, 2, 1, "955ca56904ba351b"),
    ("mirror", 5, 6, 2, "c863e3807e0f0a04"),
    ("quantum_volume", 4, 4, 0, "f1c2b49c6a466080"),
    ("quantum_volume", 5, 3, 7, "a86f1d4507840c35"),
    ("random", 3, 5, 1, "a74d9afcb68767f0"),
])  # fmt: skip
def test_circuits_are_these_for_ever(family, qubits, length, instance, known):
    assert fingerprint(family, qubits, length, instance) == known


@pytest.mark.parametrize("family", ["clifford_rb", "mirror", "quantum_volume", "random"])
def test_another_number_is_another_circuit(family):
    numbers = [*((3, 4, instance) for instance in range(20)), (3, 6, 0), (4, 4, 0), (2, 4, 0)]
    assert len({fingerprint(family, *own) for own in numbers}) == len(numbers)


def test_an_experiment_has_the_circuits_of_its_numbers(made, one):
    found = made("{library: mirror, qubits: 4, sweep: {depth: [2, 4], instance: 0..2}}")
    assert [member.gates for member in found] == [drawn_gates("mirror", 4, d, i, MANY) for d in (2, 4) for i in range(3)]
    assert one("{library: mirror, qubits: 4, parameters: {depth: 4}}").gates == found[3].gates
    assert one("{library: quantum_volume, qubits: 4}").gates == drawn_gates("quantum_volume", 4, 4, 0, MANY)


@pytest.mark.parametrize(("qubits", "lengths"), [(1, [0, 1, 10, 200]), (2, [0, 1, 10, 50]), (3, [0, 1, 5]), (5, [1, 3])])
def test_randomized_benchmarking_comes_back_to_zeros(made, qubits, lengths):
    for member in made(f"{{library: clifford_rb, qubits: {qubits}, sweep: {{length: {lengths}, instance: 0..4}}}}"):
        if member.gates:
            assert member.chances[0] == pytest.approx(1, abs=1e-10)


def test_one_qubit_loses_what_its_gates_lose(made):
    """Depolarising noise commutes with every turn, so each circuit is known exactly; so is the mean of an element."""
    kept = 1 - 0.002
    found = made("{library: clifford_rb, qubits: 1, sweep: {length: [20, 60], instance: 1..100}}", noise=NoiseModel(one_qubit=0.002))
    assert [m.chances[0] for m in found] == pytest.approx([(1 + kept ** len(m.gates)) / 2 for m in found], abs=1e-12)
    per_element = (1 + 8 * kept + 15 * kept**2) / 24
    for length in (20, 60):
        own = [member.chances[0] for member in found if member.values["length"] == length]
        assert np.mean(own) == pytest.approx((1 + per_element ** (length + 1)) / 2, abs=4 * np.std(own) / 10)


def loss_on_two_qubits(one_qubit, two_qubit) -> float:
    """1 - p of an element: what is lost on average of the 15 Pauli operators, each followed through the gates of each element."""
    kept = 0.0
    numbers = range(0, 11_520, 5)
    for number in numbers:
        tableau, share = Tableau([row for row in itertools.product(range(4), range(4), [0]) if row[:2] != (0, 0)], 2), np.ones(15)
        for move in two_qubit_moves(number):
            touched = [tableau.x[q] | tableau.z[q] for q in move[1:]]
            mask = touched[0] if len(touched) == 1 else touched[0] | touched[1]
            share *= [1 - (one_qubit if len(touched) == 1 else two_qubit) * (mask >> row & 1) for row in range(15)]
            tableau.move([move])
        kept += share.mean()
    return 1 - kept / len(numbers)


def test_two_qubits_lose_what_the_mean_element_loses(made):
    noise = NOISE_MODELS["aria-1"]
    loss = loss_on_two_qubits(noise.one_qubit, noise.two_qubit)
    assert loss == pytest.approx(3 / 2 * noise.two_qubit + 4 / 5 * 167 / 30 * noise.one_qubit, rel=0.03)
    found = made("{library: clifford_rb, qubits: 2, sweep: {length: [1, 4, 16], instance: 1..60}}", noise=noise)
    for length in (1, 4, 16):
        own = [member.chances[0] for member in found if member.values["length"] == length]
        wanted = (1 + 3 * (1 - loss) ** (length + 1)) / 4
        assert np.mean(own) == pytest.approx(wanted, abs=4 * np.std(own) / math.sqrt(60))


@pytest.mark.parametrize(("qubits", "depths"), [(1, [0, 4]), (2, [0, 2, 10]), (5, [0, 6]), (8, [20])])
def test_mirrors_give_one_bit_string(made, qubits, depths):
    found = made(f"{{library: mirror, qubits: {qubits}, sweep: {{depth: {depths}, instance: 0..7}}}}")
    whole = [member for member in found if len(member.chances) == 2**qubits]
    assert [member.chances.max() for member in whole] == pytest.approx([1] * len(whole), abs=1e-10)
    assert len({int(member.chances.argmax()) for member in whole}) > 1, "the Pauli gates make it another one each time"


def test_a_mirror_pairs_half_of_its_qubits_on_average():
    gates = [gate for instance in range(50) for gate in drawn_gates("mirror", 6, 8, instance, MANY)]
    assert sum(bool(gate.controls) for gate in gates) / (50 * 8 * 3) == pytest.approx(0.5, abs=4 * math.sqrt(0.5**2 / (50 * 4 * 3)))


def test_heavy_outcomes_have_the_share_of_wide_random_circuits(made):
    found = made("{library: quantum_volume, qubits: 8, sweep: {instance: 0..39}}")
    heavy = [member.chances[member.chances > np.median(member.chances)].sum() for member in found]
    assert np.mean(heavy) == pytest.approx((1 + math.log(2)) / 2, abs=4 * np.std(heavy) / math.sqrt(len(heavy)))


def pair_unitaries(count):
    """The gates on pairs that quantum volume draws, as matrices."""
    line = cirq.LineQubit.range(2)
    made_of = {"rxx": cirq.XX, "ryy": cirq.YY, "rzz": cirq.ZZ}
    gates = drawn_gates("quantum_volume", 2, count, 0, MANY)
    for start in range(0, len(gates), 7):
        circuit = cirq.Circuit()
        for gate in gates[start : start + 7]:
            if gate.name == "u":
                theta, phi, lam = gate.angles
                turn = [[math.cos(theta / 2), -np.exp(1j * lam) * math.sin(theta / 2)],
                        [np.exp(1j * phi) * math.sin(theta / 2), np.exp(1j * (phi + lam)) * math.cos(theta / 2)]]  # fmt: skip
                circuit.append(cirq.MatrixGate(np.array(turn)).on(line[gate.targets[0]]))
            else:
                circuit.append((made_of[gate.name] ** (gate.angles[0] / math.pi)).on(*(line[q] for q in gate.targets)))
        yield circuit.unitary(qubit_order=line)


MAGIC = np.array([[1, 0, 0, 1j], [0, 1j, 1, 0], [0, 1j, -1, 0], [1, 0, 0, -1j]]) / math.sqrt(2)


def invariants(unitary) -> tuple[float, ...]:
    """What tells entangling gates apart (Makhlin), a moment of one amplitude, and moments of the trace."""
    special = unitary / np.linalg.det(unitary) ** 0.25
    bell = MAGIC.conj().T @ special @ MAGIC
    square = bell.T @ bell
    trace = np.trace(square)
    second = ((trace**2 - np.trace(square @ square)) / 4).real
    return abs(trace) ** 2 / 16, second, second**2, abs(unitary[0, 0]) ** 4, abs(np.trace(unitary)) ** 2, abs(np.trace(unitary)) ** 4


def test_pairs_of_quantum_volume_are_drawn_by_the_haar_measure():
    """Its known moments: 2/(4 5) for an amplitude, 1 and 2 for the trace up to the phase that SU(4) lacks; the rest like scipy's."""
    ours = np.array([invariants(unitary) for unitary in pair_unitaries(2_000)])
    theirs = np.array([invariants(unitary) for unitary in scipy.stats.unitary_group.rvs(4, size=2_000, random_state=1)])
    error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
    assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4 * error)
    assert ours.mean(axis=0)[3:5] == pytest.approx([0.1, 1], rel=0.1)


def test_deep_random_circuits_have_the_squares_of_random_states(made):
    found = made("{library: random, qubits: 6, parameters: {depth: 12}, sweep: {instance: 1..60}}")
    squares = [float((member.chances**2).sum()) for member in found]
    assert np.mean(squares) == pytest.approx(2 / (2**6 + 1), abs=4 * np.std(squares) / math.sqrt(60))


@pytest.mark.parametrize("family", ["clifford_rb", "mirror", "quantum_volume", "random"])
def test_drawing_stops_one_gate_beyond_the_limit(family):
    assert len(drawn_gates(family, 4, 1_000, 0, 50)) == 51

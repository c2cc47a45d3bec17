"""The embedded simulator beside other people's: the same circuit, written for each of them, has the same probabilities."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.decompose import decompose
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import probabilities

pytestmark = pytest.mark.peers

QUBITS = 6
GATES = {"h": 0, "s": 0, "ti": 0, "rx": 1, "ry": 1, "rz": 1}  # name, and its number of angles
NOISE = NoiseModel(one_qubit=0.03, two_qubit=0.08)


def random_program(seed: int, qubits: int = QUBITS, layers: int = 4) -> Program:
    """Layers of different gates with angles of their own, and a ladder of cnots: no symmetry that hides an exchange of qubits."""
    random = np.random.default_rng(seed)
    gates: list[Gate] = []
    for _ in range(layers):
        for qubit in range(qubits):
            name = str(random.choice(list(GATES)))
            gates.append(Gate(name, tuple(float(random.uniform(-3, 3)) for _ in range(GATES[name])), (qubit,)))
        gates += [Gate("x", (), (right,), (left,)) for left, right in pairwise(random.permutation(qubits).tolist())]
    return Program(qubits, tuple(gates), (Measurement("m", tuple(range(qubits))),))


def ours(program: Program, noise: NoiseModel) -> np.ndarray:
    return probabilities(program, noise, {}, 1)[0]


def in_cirq(program: Program):
    import cirq

    gates = {"h": lambda: cirq.H, "s": lambda: cirq.S, "ti": lambda: cirq.T**-1, "rx": cirq.rx, "ry": cirq.ry, "rz": cirq.rz}
    line = cirq.LineQubit.range(program.qubits)
    return cirq.Circuit(
        cirq.CNOT(line[gate.controls[0]], line[gate.targets[0]]) if gate.controls else gates[gate.name](*gate.angles)(line[gate.targets[0]])
        for gate in program.gates
    ), line


def in_qiskit(program: Program):
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(program.qubits)
    names = {"ti": "tdg"}
    for gate in program.gates:
        if gate.controls:
            circuit.cx(gate.controls[0], gate.targets[0])
        else:
            getattr(circuit, names.get(gate.name, gate.name))(*gate.angles, gate.targets[0])
    return circuit


def first_qubit_highest(little_endian: np.ndarray) -> np.ndarray:
    """Qiskit and qulacs number outcomes with the first qubit lowest."""
    qubits = little_endian.size.bit_length() - 1
    return little_endian.reshape((2,) * qubits).transpose(*reversed(range(qubits))).reshape(-1)


@pytest.mark.parametrize("seed", range(5))
def test_qsim_has_the_same_probabilities(seed):
    import qsimcirq

    program = random_program(seed)
    circuit, line = in_cirq(program)
    state = qsimcirq.QSimSimulator().simulate(circuit, qubit_order=line).final_state_vector
    np.testing.assert_allclose(ours(program, NoiseModel()), np.abs(state) ** 2, atol=1e-5)  # its amplitudes are single precision


@pytest.mark.parametrize("seed", range(5))
def test_qulacs_has_the_same_probabilities(seed):
    import qulacs

    program = random_program(seed)
    circuit = qulacs.QuantumCircuit(program.qubits)
    names = {"h": "H", "s": "S", "ti": "Tdag", "rx": "RX", "ry": "RY", "rz": "RZ"}
    for gate in program.gates:
        if gate.controls:
            circuit.add_CNOT_gate(gate.controls[0], gate.targets[0])
        else:
            # its rotations turn the other way
            getattr(circuit, f"add_{names[gate.name]}_gate")(gate.targets[0], *(-angle for angle in gate.angles))
    state = qulacs.QuantumState(program.qubits)
    circuit.update_quantum_state(state)
    np.testing.assert_allclose(ours(program, NoiseModel()), first_qubit_highest(np.abs(state.get_vector()) ** 2), atol=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_aer_has_the_same_probabilities_with_noise(seed):
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel as AerNoise
    from qiskit_aer.noise import depolarizing_error

    program = random_program(seed, qubits=5)
    assert decompose(program) == program, "each gate is followed by one channel on both sides"
    noise = AerNoise()
    noise.add_all_qubit_quantum_error(depolarizing_error(NOISE.one_qubit, 1), ["h", "s", "tdg", "rx", "ry", "rz"])
    noise.add_all_qubit_quantum_error(depolarizing_error(NOISE.two_qubit, 2), ["cx"])
    circuit = in_qiskit(program)
    circuit.save_probabilities()
    found = AerSimulator(method="density_matrix", noise_model=noise).run(circuit, optimization_level=0).result().data()["probabilities"]
    np.testing.assert_allclose(ours(program, NOISE), first_qubit_highest(np.asarray(found)), atol=1e-10)


def test_counts_of_qsim_and_ours_differ_by_no_more_than_chance():
    import cirq
    import qsimcirq

    from ionq_runner.simulation import Block, simulate

    program, repetitions = random_program(7), 20_000
    circuit, line = in_cirq(program)
    theirs = qsimcirq.QSimSimulator(seed=3).run(circuit + cirq.measure(*line, key="m"), repetitions=repetitions).histogram(key="m")
    block = Block(program, NoiseModel(), {}, np.array([repetitions]), 1, np.array([[1, 2]], dtype=np.uint64))
    mine = simulate(block)
    first = np.array([theirs.get(outcome, 0) for outcome in range(2**QUBITS)])
    second = np.zeros(2**QUBITS, dtype=np.int64)
    second[mine.outcomes.astype(np.int64)] = mine.counts
    seen = first + second > 0
    chi_square = float(((first - second)[seen] ** 2 / (first + second)[seen]).sum())
    freedom = int(seen.sum()) - 1
    assert chi_square < freedom + 5 * np.sqrt(2 * freedom)

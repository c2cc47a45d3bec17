"""The oracle: circuits built from Cirq's own gates, and channels from the published Kraus operators."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

import cirq
import numpy as np
import pytest

from ionq_runner.circuits import Gate, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import Expression, evaluate, parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel

PAULIS = {"I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}


def _string(letters: str) -> np.ndarray:
    matrix = np.eye(1)
    for letter in letters:
        matrix = np.kron(matrix, PAULIS[letter])
    return matrix


def _rotation(letters: str, angle: float) -> np.ndarray:
    """exp(-i angle/2 letters)."""
    return math.cos(angle / 2) * np.eye(2 ** len(letters)) - 1j * math.sin(angle / 2) * _string(letters)


def _u(theta: float, phi: float, lam: float) -> np.ndarray:
    """OpenQASM 3's U."""
    cosine, sine = math.cos(theta / 2), math.sin(theta / 2)
    return np.array([[cosine, -np.exp(1j * lam) * sine], [np.exp(1j * phi) * sine, np.exp(1j * (phi + lam)) * cosine]])


def _turned(phi: float, matrix: np.ndarray) -> np.ndarray:
    """A matrix with its axis turned by phi about Z."""
    turn = np.diag([1, np.exp(1j * phi)])
    return turn @ matrix @ turn.conj().T


def _ms(phi0: float, phi1: float, theta: float) -> np.ndarray:
    """IonQ's documentation of native gates."""
    both = np.kron(_turned(2 * np.pi * phi0, PAULIS["X"]), _turned(2 * np.pi * phi1, PAULIS["X"]))
    return math.cos(np.pi * theta) * np.eye(4) - 1j * math.sin(np.pi * theta) * both


def _rccx() -> np.ndarray:
    """The comment in qelib1.inc: |101> gets -1, and |110>, |111> are exchanged with i and -i."""
    matrix = np.eye(8, dtype=complex)
    matrix[5, 5] = -1
    matrix[6:, 6:] = [[0, -1j], [1j, 0]]
    return matrix


CIRQ_GATES = {
    "x": lambda: cirq.X, "y": lambda: cirq.Y, "z": lambda: cirq.Z, "h": lambda: cirq.H, "s": lambda: cirq.S, "si": lambda: cirq.S**-1,
    "t": lambda: cirq.T, "ti": lambda: cirq.T**-1, "v": lambda: cirq.X**0.5, "vi": lambda: cirq.X**-0.5,
    "rx": cirq.rx, "ry": cirq.ry, "rz": cirq.rz, "p": lambda a: cirq.ZPowGate(exponent=a / np.pi),
    "r": lambda a, phi: cirq.MatrixGate(_turned(phi, cirq.unitary(cirq.rx(a)))),
    "u": lambda a, phi, lam: cirq.MatrixGate(_u(a, phi, lam)), "u2": lambda phi, lam: cirq.MatrixGate(_u(np.pi / 2, phi, lam)),
    "swap": lambda: cirq.SWAP, "rxx": lambda a: cirq.XXPowGate(exponent=a / np.pi, global_shift=-0.5),
    "ryy": lambda a: cirq.YYPowGate(exponent=a / np.pi, global_shift=-0.5),
    "rzz": lambda a: cirq.ZZPowGate(exponent=a / np.pi, global_shift=-0.5), "rzx": lambda a: cirq.MatrixGate(_rotation("ZX", a)),
    "iswap": lambda: cirq.ISWAP,
    "dcx": lambda: cirq.MatrixGate(np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]])),
    "ecr": lambda: cirq.MatrixGate((_string("XI") - _string("YX")) / math.sqrt(2)),
    "cu": lambda a, phi, lam, gamma: cirq.MatrixGate(np.exp(1j * gamma) * _u(a, phi, lam)).controlled(),
    "rccx": lambda: cirq.MatrixGate(_rccx()),
    "gpi": lambda phi: cirq.MatrixGate(_turned(2 * np.pi * phi, PAULIS["X"])),
    "gpi2": lambda phi: cirq.MatrixGate(_turned(2 * np.pi * phi, cirq.unitary(cirq.rx(np.pi / 2)))),
    "ms": lambda phi0, phi1, a: cirq.MatrixGate(_ms(phi0, phi1, a)), "zz": lambda a: cirq.MatrixGate(_rotation("ZZ", 2 * np.pi * a)),
}  # fmt: skip


class Oracle:
    """What a program does, from Cirq."""

    @staticmethod
    def expression(text: str) -> Expression:
        return parse_expression(Excerpt.of(text))

    @staticmethod
    def operations(gate: Gate, values: Mapping[str, float]) -> list[cirq.Operation]:
        angles = [float(evaluate(angle, values)) if isinstance(angle, Expression) else angle for angle in gate.angles]
        if gate.name == "pauliexp":
            time, *coefficients = angles
            gates = [cirq.MatrixGate(_rotation(letters, 2 * time * c)) for c, letters in zip(coefficients, gate.words, strict=True)]
        else:
            gates = [CIRQ_GATES[gate.name](*angles)]
        targets, controls = (tuple(map(cirq.LineQubit, qubits)) for qubits in (gate.targets, gate.controls))
        return [own.on(*targets).controlled_by(*controls) for own in gates]

    def unitary(self, program: Program, values: Mapping[str, float] | None = None) -> np.ndarray:
        order = cirq.LineQubit.range(program.qubits)
        circuit = cirq.Circuit(self.operations(gate, values or {}) for gate in program.gates)
        return circuit.unitary(qubit_order=order, qubits_that_should_be_present=order)

    def probabilities(self, program: Program, values: Mapping[str, float] | None = None) -> np.ndarray:
        """Over the measured qubits, the first the highest bit."""
        order = cirq.LineQubit.range(program.qubits)
        circuit = cirq.Circuit([self.operations(gate, values or {}) for gate in program.gates])
        state = cirq.Simulator(dtype=np.complex128).simulate(circuit, qubit_order=order).final_state_vector
        return _read(np.abs(state) ** 2, program)

    def noisy_probabilities(self, program: Program, noise: NoiseModel, values: Mapping[str, float] | None = None) -> np.ndarray:
        """As `probabilities`, with the channels after each gate of the program as it is, and readout errors."""
        order = cirq.LineQubit.range(program.qubits)
        circuit = cirq.Circuit()
        for gate in program.gates:
            rate = noise.one_qubit if len(gate.qubits) == 1 else noise.two_qubit
            circuit.append(self.operations(gate, values or {}))
            circuit.append(_depolarise(rate, len(gate.qubits)).on(*map(cirq.LineQubit, gate.qubits)))
        matrix = cirq.DensityMatrixSimulator(dtype=np.complex128).simulate(circuit, qubit_order=order).final_density_matrix
        found = _read(np.diag(matrix).real, program)
        flip = np.array([[1 - noise.spam, noise.spam], [noise.spam, 1 - noise.spam]])
        for bit in range(len(program.measured)):
            axes = found.reshape(2**bit, 2, -1)
            found = np.einsum("ij,ajb->aib", flip, axes).reshape(-1)
        return found

    @staticmethod
    def same_up_to_phase(first: np.ndarray, second: np.ndarray) -> bool:
        return bool(abs(abs(np.vdot(first, second)) - np.linalg.norm(first) * np.linalg.norm(second)) < 1e-9 * first.size)


def _read(diagonal: np.ndarray, program: Program) -> np.ndarray:
    cube = diagonal.reshape((2,) * program.qubits)
    measured = program.measured
    others = tuple(qubit for qubit in range(program.qubits) if qubit not in measured)
    return cube.transpose(measured + others).reshape(2 ** len(measured), -1).sum(axis=1)


def _depolarise(rate: float, qubits: int) -> cirq.KrausChannel:
    """K0 = sqrt(1 - (4**k - 1) r/4**k) I, and sqrt(r/4**k) times every other Pauli string."""
    share = rate / 4**qubits
    strings = ["".join(letters) for letters in product("IXYZ", repeat=qubits)]
    return cirq.KrausChannel(
        [math.sqrt(1 - share * (4**qubits - 1) if index == 0 else share) * _string(s) for index, s in enumerate(strings)]
    )


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return Oracle()

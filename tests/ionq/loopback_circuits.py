"""Circuits in IonQ's JSON -> probabilities, by a state vector; knows nothing of the package under test.

Qubit 0 is the least significant bit of an outcome. A matrix on two qubits is in the order |first target, second target>.
Rotations are in radians, phases and angles of native gates in turns. Source: IonQ's API reference, gates and native gates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["NATIVE", "BadCircuit", "check_circuit", "distribution", "gate_counts", "openqasm", "qubit_count", "sample"]

MAX_QUBITS = 16  # what is simulated here; the machines that this stands for have more
TINY = 1e-20  # probabilities below are what rounding leaves of zero

I2, X, Y, Z = np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
PAULIS = {"I": I2, "X": X, "Y": Y, "Z": Z}
H = (X + Z) / math.sqrt(2)
V = ((1 + 1j) * I2 + (1 - 1j) * X) / 2
SWAP = np.eye(4)[[0, 2, 1, 3]]

FIXED = {
    "x": X, "not": X, "cnot": X, "y": Y, "h": H, "v": V, "vi": V.conj().T, "swap": SWAP,
    "z": Z, "s": np.diag([1, 1j]), "si": np.diag([1, -1j]),
    "t": np.diag([1, np.exp(1j * math.pi / 4)]), "ti": np.diag([1, np.exp(-1j * math.pi / 4)]),
}  # fmt: skip
ROTATIONS = {"rx": X, "ry": Y, "rz": Z, "xx": np.kron(X, X), "yy": np.kron(Y, Y), "zz": np.kron(Z, Z)}
QIS = frozenset(FIXED) | frozenset(ROTATIONS) | {"pauliexp"}
NATIVE = frozenset({"gpi", "gpi2", "ms", "zz", "nop"})
ON_TWO = {"swap", "xx", "yy", "zz", "ms"}


class BadCircuit(Exception):
    """A circuit that the service accepts and then fails; `code` is the service's name of the reason."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def targets_of(gate: Mapping[str, Any]) -> list[int]:
    """The targets, whichever way they are written."""
    return _qubits(gate, "target", "targets")


def controls_of(gate: Mapping[str, Any]) -> list[int]:
    """The controls, whichever way they are written."""
    return _qubits(gate, "control", "controls")


def _qubits(gate: Mapping[str, Any], one: str, many: str) -> list[int]:
    written = [*([gate[one]] if gate.get(one) is not None else []), *(gate.get(many) or [])]
    if not all(isinstance(qubit, int | float) and not isinstance(qubit, bool) and qubit == int(qubit) for qubit in written):
        raise BadCircuit("InvalidInput", f"{gate['gate']}: a qubit is a whole number")
    return [int(qubit) for qubit in written]


def qubit_count(circuit: Sequence[Mapping[str, Any]]) -> int:
    """The qubits of a circuit that does not say how many it has."""
    return max((qubit for gate in circuit for qubit in targets_of(gate) + controls_of(gate)), default=0) + 1


def check_circuit(circuit: Sequence[Mapping[str, Any]], gateset: str, qubits: int, entangling: Iterable[str] = ("ms", "zz")) -> None:
    """What the service looks at before it runs anything.

    Args:
        circuit: The gates.
        gateset: `qis` or `native`.
        qubits: How many the circuit has.
        entangling: The native gates on two qubits of the machine that is asked.

    Raises:
        BadCircuit: The first gate that cannot be run, and why.
    """
    if qubits > MAX_QUBITS:
        raise BadCircuit("SimulationError", f"{qubits} qubits: this service simulates at most {MAX_QUBITS}")
    for place, gate in enumerate(circuit):
        name = gate["gate"]
        known = name in (NATIVE if gateset == "native" else QIS) and not (
            name in {"ms", "zz"} and gateset == "native" and name not in entangling
        )
        if not known:
            raise BadCircuit("UnsupportedGate", f"gate {place}: {name!r} is not a gate of the {gateset} gateset here")
        if name == "nop":
            continue
        targets, controls = targets_of(gate), controls_of(gate)
        everywhere = targets + controls
        if len(set(everywhere)) != len(everywhere) or not all(0 <= qubit < qubits for qubit in everywhere):
            raise BadCircuit("PreflightError", f"gate {place}: {name} on {everywhere} of {qubits} qubits")
        expected = max(1, len(targets)) if name == "pauliexp" else 1 + (name in ON_TWO)
        if len(targets) != expected or (name == "cnot" and not controls) or (gateset == "native" and controls):
            raise BadCircuit("PreflightError", f"gate {place}: {name} with targets {targets} and controls {controls}")
        _matrix(gate, gateset)


def distribution(circuit: Sequence[Mapping[str, Any]], gateset: str, qubits: int) -> np.ndarray:
    """The probabilities of all 2**qubits outcomes of a checked circuit that starts in |0...0>."""
    state = np.zeros((2,) * qubits, dtype=complex)
    state[(0,) * qubits] = 1
    for gate in circuit:
        if gate["gate"] != "nop":
            controls, targets = controls_of(gate), targets_of(gate)
            axes = [qubits - 1 - qubit for qubit in controls + targets]
            front = range(len(axes))
            moved = np.moveaxis(state, axes, front)
            rows = moved.reshape(2 ** len(controls), 2 ** len(targets), -1).copy()
            rows[-1] = _matrix(gate, gateset) @ rows[-1]
            state = np.moveaxis(rows.reshape(moved.shape), front, axes)
    found = np.abs(state.reshape(-1)) ** 2
    found[found < TINY] = 0
    return found


def sample(probabilities: np.ndarray, shots: int, seed: Sequence[int]) -> np.ndarray:
    """One outcome a shot, in order; the same for the same seed."""
    drawn = np.random.default_rng(seed).choice(len(probabilities), size=shots, p=probabilities / probabilities.sum())
    return np.asarray(drawn)


def gate_counts(circuit: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Gates on one and on two qubits as they are billed: one on n qubits, controls included, is 6(n - 2) on two."""
    counts = {"1q": 0, "2q": 0}
    for gate in circuit:
        size = len(targets_of(gate)) + len(controls_of(gate))
        if size:
            counts["1q" if size == 1 else "2q"] += 1 if size <= 2 else 6 * (size - 2)
    return counts


def openqasm(circuit: Sequence[Mapping[str, Any]], qubits: int) -> str:
    """The circuit as text, for the eye: a modifier for each control, the gate, its number if it has one."""
    lines = ["OPENQASM 3.0;", f"qubit[{qubits}] q;"]
    for gate in circuit:
        controls, targets = controls_of(gate), targets_of(gate)
        angle = next((gate[name] for name in ("rotation", "angle", "phase", "time") if name in gate), None)
        name = {"cnot": "x", "not": "x"}.get(gate["gate"], gate["gate"])
        call = ("ctrl @ " * len(controls)) + name + (f"({angle})" if angle is not None else "")
        lines.append(f"{call} {', '.join(f'q[{qubit}]' for qubit in controls + targets)};")
    return "\n".join(lines) + "\n"


def _number(gate: Mapping[str, Any], *names: str, default: float | None = None) -> float:
    value = next((gate[name] for name in names if gate.get(name) is not None), default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadCircuit("PreflightError", f"{gate['gate']} needs a number as {' or '.join(names)}")
    return float(value)


def _matrix(gate: Mapping[str, Any], gateset: str) -> np.ndarray:
    name = gate["gate"]
    if gateset == "native":
        return _native_matrix(gate)
    if name == "z" and gate.get("rotation") is not None:  # a phase gate: some clients write p and cp so
        return np.diag([1, np.exp(1j * _number(gate, "rotation"))])
    if name in FIXED:
        return FIXED[name]
    if name in ROTATIONS:
        half = _number(gate, "rotation") / 2
        return math.cos(half) * np.eye(len(ROTATIONS[name])) - 1j * math.sin(half) * ROTATIONS[name]
    return _pauli_exponential(gate)


def _native_matrix(gate: Mapping[str, Any]) -> np.ndarray:
    name = gate["gate"]
    if name == "gpi":
        turned = np.exp(2j * math.pi * _number(gate, "phase"))
        return np.array([[0, turned.conjugate()], [turned, 0]])
    if name == "gpi2":
        turned = np.exp(2j * math.pi * _number(gate, "phase"))
        return np.array([[1, -1j * turned.conjugate()], [-1j * turned, 1]]) / math.sqrt(2)
    if name == "zz":
        return np.diag(np.exp(-1j * math.pi * _number(gate, "angle", "phase") * np.array([1, -1, -1, 1])))
    phases = gate.get("phases")
    if not isinstance(phases, list) or len(phases) != 2:
        raise BadCircuit("PreflightError", "ms needs two phases")
    first, second = (_equator(_number({"gate": "ms", "phases": phase}, "phases")) for phase in phases)
    half = math.pi * _number(gate, "angle", default=0.25)
    return math.cos(half) * np.eye(4) - 1j * math.sin(half) * np.kron(first, second)


def _equator(turns: float) -> np.ndarray:
    return math.cos(2 * math.pi * turns) * X + math.sin(2 * math.pi * turns) * Y


def _pauli_exponential(gate: Mapping[str, Any]) -> np.ndarray:
    """exp(-i time sum(coefficient term)); the last letter of a term is for the first target."""
    terms, coefficients, size = gate.get("terms") or [], gate.get("coefficients") or [], len(targets_of(gate))
    if not terms or len(terms) != len(coefficients) or any(len(term) != size or set(term) - set(PAULIS) for term in terms):
        raise BadCircuit("PreflightError", "pauliexp needs a coefficient for each term and a letter for each target")
    time = _number(gate, "time")
    if time < 0:
        raise BadCircuit("PreflightError", "pauliexp: time is negative")
    total = np.zeros((2**size, 2**size), dtype=complex)
    for term, coefficient in zip(terms, coefficients, strict=True):
        word = np.eye(1)
        for letter in reversed(term):
            word = np.kron(word, PAULIS[letter])
        total += _number({"gate": "pauliexp", "coefficients": coefficient}, "coefficients") * word
    energies, vectors = np.linalg.eigh(total)
    exponential: np.ndarray = (vectors * np.exp(-1j * time * energies)) @ vectors.conj().T
    return exponential

"""The circuit that everything is measured with: four layers of ry, rz and a ladder of cnot, two swept parameters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

LAYERS = 4
REPETITIONS = 1000


def experiment(qubits: int, first: int, second: int, noise: float | None = None) -> str:
    """The experiment file; `noise` is the depolarising rate after every gate."""
    target = "local" if noise is None else f"{{backend: local, noise: {{one_qubit: {noise}, two_qubit: {noise}}}}}"
    return f"""\
ionq_runner: 1
name: layers
targets: {{here: {target}}}
circuits:
  layers:
    qubits: {qubits}
    gates:
      - repeat: {LAYERS}
        do:
          - ry(a) all
          - rz(b) all
          - for: q in 0..{qubits - 2}
            do: cnot q q+1
    sweep:
      a: {{linspace: [0.1, 3, {first}]}}
      b: {{linspace: [0.2, 2, {second}]}}
repetitions: {REPETITIONS}
seed: 1
"""


def parameters(points: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values of the two parameters for the peers, a row per point."""
    return np.stack([np.linspace(0.1, 3, points), np.linspace(0.2, 2, points)], axis=1)


def cirq_circuit(qubits: int, noise: float | None = None) -> tuple[Any, list[Any]]:
    """The circuit for Cirq and qsim, with its sweep symbols; `noise` adds the channel after every gate."""
    import cirq
    import sympy

    line = cirq.LineQubit.range(qubits)
    a, b = sympy.symbols("a b")
    operations: list[Any] = []

    def add(operation: Any) -> None:
        operations.append(operation)
        if noise is not None:
            size = len(operation.qubits)
            # cirq's rate is that of a Pauli error; ours, as IonQ's, counts the identity among the random Paulis
            operations.append(cirq.depolarize(noise * (4**size - 1) / 4**size, n_qubits=size).on(*operation.qubits))

    for _ in range(LAYERS):
        for qubit in line:
            add(cirq.ry(a)(qubit))
        for qubit in line:
            add(cirq.rz(b)(qubit))
        for left, right in pairwise(line):
            add(cirq.CNOT(left, right))
    return cirq.Circuit([*operations, cirq.measure(*line, key="m")]), [a, b]


def qiskit_circuit(qubits: int) -> tuple[Any, list[Any]]:
    """The circuit for Aer, with its parameters."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    a, b = Parameter("a"), Parameter("b")
    circuit = QuantumCircuit(qubits)
    for _ in range(LAYERS):
        for qubit in range(qubits):
            circuit.ry(a, qubit)
        for qubit in range(qubits):
            circuit.rz(b, qubit)
        for qubit in range(qubits - 1):
            circuit.cx(qubit, qubit + 1)
    circuit.measure_all()
    return circuit, [a, b]

"""A chain of entangled qubits that are turned together."""

from itertools import pairwise

import cirq
import sympy


def fringe(n: int, key: str, turned: list[int]) -> cirq.Circuit:
    qubits = cirq.LineQubit.range(n)
    chain = [cirq.CNOT(*pair) for pair in pairwise(qubits)]
    phi = sympy.Symbol("phi")
    turns = [cirq.rz(phi)(qubits[number]) for number in turned]
    return cirq.Circuit(cirq.H(qubits[0]), chain, turns, cirq.H.on_each(*qubits), cirq.measure(*qubits, key=key))

"""The bits that a circuit prepares, where its gates only flip, exchange and turn phases: no simulation is needed to know them."""

from __future__ import annotations

from ionq_runner.circuits.program import Program

__all__ = ["prepared_bits"]

_FLIPS = frozenset({"x", "y", "gpi"})
_PHASES = frozenset({"z", "s", "si", "t", "ti", "rz", "p", "rzz", "zz"})


def prepared_bits(program: Program) -> tuple[bool, ...] | None:
    """The bit of each qubit after all gates, from zeros; None where a gate may leave a qubit in between."""
    bits = [False] * program.qubits
    for gate in program.gates:
        if gate.name in _PHASES:
            continue
        acts = all(bits[qubit] for qubit in gate.controls)
        if gate.name in _FLIPS:
            bits[gate.targets[0]] ^= acts
        elif gate.name == "swap":
            first, second = gate.targets
            if acts:
                bits[first], bits[second] = bits[second], bits[first]
        else:
            return None
    return tuple(bits)

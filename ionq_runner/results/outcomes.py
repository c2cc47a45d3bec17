"""Numbers of outcomes -> bits: of all measured qubits, and key by key.

A simulator numbers outcomes over the measured qubits that it reads, first qubit most significant; the others are always 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ionq_runner.circuits.program import Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import read_qubits

__all__ = ["OutcomeTexts"]


@dataclass(frozen=True, slots=True)
class OutcomeTexts:
    """How a program's outcomes are written."""

    width: int  # measured qubits
    active: tuple[int, ...]  # positions in the bit string of the qubits that are read
    keys: tuple[tuple[str, int, int], ...]  # key, first and last position; of programs with several keys

    @classmethod
    def of(cls, program: Program, noise: NoiseModel) -> OutcomeTexts:
        """The texts of a program on a simulator with some noise: with readout errors an idle qubit is read as well."""
        read = set(read_qubits(program, noise))
        active = tuple(position for position, qubit in enumerate(program.measured) if qubit in read)
        keys: list[tuple[str, int, int]] = []
        for measurement in program.measurements:
            start = keys[-1][2] if keys else 0
            keys.append((measurement.key, start, start + len(measurement.qubits)))
        return cls(len(program.measured), active, tuple(keys) if len(keys) > 1 else ())

    def bits(self, outcome: int) -> str:
        """All measured bits, from left to right."""
        short = format(outcome, f"0{len(self.active)}b") if self.active else ""
        if len(self.active) == self.width:
            return short
        whole = ["0"] * self.width
        for position, bit in zip(self.active, short, strict=True):
            whole[position] = bit
        return "".join(whole)

    def cells(self, outcome: int, key_columns: Sequence[str]) -> tuple[bytes, bytes]:
        """`bitstring,outcome,` and the cells of the keys, each after a comma."""
        bits = self.bits(outcome)
        parts = {key: bits[start:stop] for key, start, stop in self.keys}
        after = "".join(f",{parts.get(key, '')}" for key in key_columns)
        return f"{bits},{int(bits, 2)},".encode(), after.encode()

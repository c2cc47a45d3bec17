"""What a Clifford circuit makes of Pauli operators, many of them at once.

Source: S. Aaronson and D. Gottesman, "Improved simulation of stabilizer circuits", Physical Review A 70, 052328 (2004).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ionq_runner.circuits.program import Gate

__all__ = ["Move", "Tableau", "gate_of", "undone"]

Move = tuple[str, int] | tuple[str, int, int]
"""A gate by name with its qubit, or `cnot` with control and target."""

_INVERSES = {"x": "x", "y": "y", "z": "z", "h": "h", "s": "si", "si": "s", "v": "vi", "vi": "v", "cnot": "cnot"}


class Tableau:
    """Pauli operators with signs, taken through gates: each becomes what does after the gate what it did before.

    Bit r of `x[q]` and of `z[q]` says which letter operator r has at qubit q: 10 is X, 01 is Z, 11 is Y. Bit r of `sign` is its sign,
    1 for minus.
    """

    def __init__(self, rows: Sequence[tuple[int, int, int]], qubits: int) -> None:
        """`rows` are the operators, each with its masks of X and of Z over the qubits, and its sign."""
        self.x = [sum((row[0] >> q & 1) << r for r, row in enumerate(rows)) for q in range(qubits)]
        self.z = [sum((row[1] >> q & 1) << r for r, row in enumerate(rows)) for q in range(qubits)]
        self.sign = sum(row[2] << r for r, row in enumerate(rows))
        self._all = (1 << len(rows)) - 1

    @classmethod
    def identity(cls, qubits: int) -> Tableau:
        """X and Z of each qubit: operator 2 q is X of qubit q, the next one Z."""
        return cls([row for q in range(qubits) for row in ((1 << q, 0, 0), (0, 1 << q, 0))], qubits)

    def move(self, moves: Iterable[Move]) -> None:
        """Take all operators through gates, in order."""
        x, z, everything = self.x, self.z, self._all
        for move in moves:
            name, q = move[0], move[1]
            a, b = x[q], z[q]
            match name:
                case "cnot":
                    target = int(move[-1])
                    self.sign ^= a & z[target] & (x[target] ^ b ^ everything)
                    z[q] ^= z[target]
                    x[target] ^= a
                case "h":
                    self.sign ^= a & b
                    x[q], z[q] = b, a
                case "s" | "si":
                    self.sign ^= a & (b if name == "s" else b ^ everything)
                    z[q] ^= a
                case "v" | "vi":
                    self.sign ^= b & (a ^ everything if name == "v" else a)
                    x[q] ^= b
                case _:
                    self.sign ^= {"x": b, "y": a ^ b, "z": a}[name]

    @property
    def letters(self) -> tuple[int, ...]:
        """The operators without their signs, as a key."""
        return *self.x, *self.z

    @property
    def key(self) -> tuple[int, ...]:
        """The operators with their signs."""
        return *self.x, *self.z, self.sign


def undone(moves: Sequence[Move]) -> list[Move]:
    """The gates that undo others."""
    return [(_INVERSES[move[0]], move[1], move[2]) if len(move) == 3 else (_INVERSES[move[0]], move[1]) for move in reversed(moves)]


def gate_of(move: Move) -> Gate:
    """The gate of the vocabulary."""
    return Gate("x", (), (move[2],), (move[1],)) if len(move) == 3 else Gate(move[0], (), (move[1],))

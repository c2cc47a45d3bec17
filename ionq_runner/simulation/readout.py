"""From what an engine ends with to rows of probabilities over the qubits that are read, readout errors among them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.program import Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.groups import BITS, GroupBook
from ionq_runner.simulation.lowering import Lowered
from ionq_runner.simulation.methods import read_qubits
from ionq_runner.simulation.runs import LinearMap, reordered
from ionq_runner.simulation.tiles import Tile
from ionq_runner.simulation.turning import apply_groups

__all__ = ["EachBit", "Readout", "plan_readout"]

Reals = NDArray[np.float64]


class EachBit:
    """One 2 x 2 matrix on every bit of rows."""

    def __init__(self, bits: int, matrix: Reals) -> None:
        self.bits, self.book = bits, GroupBook(BITS)
        self.groups = self.book.groups(dict.fromkeys(range(bits), np.ascontiguousarray(matrix, dtype=np.float64).tobytes()), bits)

    def __call__(self, rows: Reals) -> Reals:
        """(points, 2**bits)."""
        tile = Tile(*rows.shape)
        tile.state[:] = rows
        apply_groups(self.groups, lambda key: self.book.matrix(key, _nothing), self.bits, BITS, tile)
        return tile.state


def _nothing(_: int) -> Reals:
    raise AssertionError("every matrix of a readout is known")


class Readout:
    """Which wires are read, in the order of the outcome's bits; None for a qubit that no wire carries, which is |0>."""

    def __init__(self, wires: tuple[int, ...], read: tuple[int | None, ...], spam: float) -> None:
        self.wires = wires  # all of the circuit: those that are read, in order, then the others
        self.read = read
        self.spam = spam  # the chance that a bit is read flipped

    @cached_property
    def _flip(self) -> EachBit:
        return EachBit(len(self.read), np.array([[1 - self.spam, self.spam], [self.spam, 1 - self.spam]]))

    @cached_property
    def _hadamard(self) -> EachBit:
        kept = 1 - 2 * self.spam
        return EachBit(len(self.read), np.array([[1, kept], [1, -kept]]) / 2)

    @property
    def order(self) -> LinearMap:
        """Labels of basis states -> those with the bits that are read highest."""
        return reordered(self.wires)

    @property
    def present(self) -> tuple[int, ...]:
        """The wires that are read."""
        return tuple(wire for wire in self.read if wire is not None)

    def from_states(self, rows: Reals) -> Reals:
        """(points, 2**bits) of (points, 2**wires), which are in `order`."""
        rows = self.summed(rows)
        if len(self.present) < len(self.read):
            wider = np.zeros((len(rows), 1 << len(self.read)))
            wider[:, self._places()] = rows
            rows = wider
        return self._flip(rows) if self.spam > 0 else rows

    def summed(self, rows: Reals) -> Reals:
        """(points, 2**present) of (points, 2**wires), which are in `order`."""
        present = len(self.present)
        if present == len(self.wires):
            return rows
        summed: Reals = rows.reshape(len(rows), 1 << present, -1).sum(axis=2)
        return summed

    def from_paulis(self, coefficients: Reals) -> Reals:
        """(points, 2**bits) of the coefficients (points, 2**wires) of strings of I and Z: a Hadamard transform, flips included."""
        bits, wires = len(self.read), len(self.wires)
        strings = np.arange(1 << bits)
        chosen = np.zeros_like(strings)
        for place, wire in enumerate(self.read):
            if wire is not None:
                chosen |= ((strings >> (bits - 1 - place)) & 1) << (wires - 1 - wire)
        return self._hadamard(coefficients.take(chosen, axis=1))

    def _places(self) -> NDArray[np.intp]:
        """The outcomes in which every bit without a wire is 0."""
        places = np.zeros(1, dtype=np.intp)
        for wire in self.read:
            places = places * 2 if wire is None else np.stack([places * 2, places * 2 + 1], axis=1).ravel()
        return places


def plan_readout(program: Program, noise: NoiseModel, lowered: Lowered) -> Readout:
    """How the wires of a lowered program are read."""
    wire = dict(zip(lowered.qubits, lowered.wires, strict=True))
    read = [wire.get(qubit) for qubit in read_qubits(program, noise)]
    present = [own for own in read if own is not None]
    others = [own for own in lowered.wires if own not in set(present)]
    return Readout((*present, *others), tuple(read), noise.spam)

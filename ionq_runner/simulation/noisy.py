"""Density matrices of many points at once, as real Pauli coefficients: exact depolarising noise after every gate.

rho = 2**-qubits sum of coefficients times Pauli strings. A tile of points is (points, 4**qubits). A turn with its noise is a real 4 x 4
matrix that mixes X, Y and Z of a qubit and shrinks them; a run is one `np.take` and one multiplication (`paulis`). In the last layer
only the strings of I and Z count, and a Hadamard transform of their coefficients is the probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.groups import PAULIS, Entry, Group, GroupBook, Matrices
from ionq_runner.simulation.kept import Kept
from ionq_runner.simulation.layers import Layer, layers_for_paulis
from ionq_runner.simulation.lowering import Lowered
from ionq_runner.simulation.methods import KEPT_BYTES
from ionq_runner.simulation.paulis import PauliRun, clifford_operations, compile_ending_paulis, compile_pauli_run
from ionq_runner.simulation.tiles import Tile
from ionq_runner.simulation.turning import apply_groups
from ionq_runner.simulation.turns import Angles, AngleTable, Fused, TurnBook

__all__ = ["Noisy", "NoisyPoints", "compile_noisy"]

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NoisyTurn:
    """Rows of theta, phi and lambda in the angle table, and what noise leaves of X, Y and Z."""

    angles: tuple[int, int, int]
    damping: float


@dataclass(frozen=True, slots=True, eq=False)
class Noisy:
    """A circuit with noise, ready to run: for each layer but the first its groups, and for each layer its run."""

    qubits: int
    book: TurnBook
    start: tuple[int | None, ...]  # rows of `turns`, by qubit
    groups: tuple[tuple[Group, ...], ...]
    runs: Kept[PauliRun]
    ending: PauliRun
    matrices: GroupBook
    last_matrices: GroupBook
    turns: tuple[NoisyTurn, ...]
    angles: AngleTable

    @property
    def angles_bytes(self) -> int:
        """What the angles of a point take."""
        return 200 * len(self.turns) + 24 * len(self.angles) + 8 * self.book.size


class _Turns:
    """The distinct turns with noise of a circuit."""

    def __init__(self, columns: int) -> None:
        self.book = TurnBook(columns)
        self.table = AngleTable()
        self.rows: dict[NoisyTurn, int] = {}

    def row(self, layer: Layer, qubit: int) -> tuple[int, Fused, float]:
        fused = self.book.fuse(layer.turns[qubit])
        damping = layer.damping.get(qubit, 1.0)
        turn = NoisyTurn((self.table.row(fused.theta), self.table.row(fused.phi), self.table.row(fused.lam)), damping)
        return self.rows.setdefault(turn, len(self.rows)), fused, damping

    def entries(self, layer: Layer) -> dict[int, Entry]:
        """Each turning qubit's matrix: known, or a row."""
        entries: dict[int, Entry] = {}
        for qubit in layer.turns:
            row, fused, damping = self.row(layer, qubit)
            if fused.theta.factors or fused.phi.factors or fused.lam.factors:
                entries[qubit] = row
            else:
                angles = np.array([fused.theta.constant, fused.phi.constant, fused.lam.constant]).reshape(1, 3, 1)
                entries[qubit] = _pauli_matrices(np.cos(angles), np.sin(angles), np.array([damping]))[0, :, :, 0].tobytes()
        return entries


def compile_noisy(lowered: Lowered) -> Noisy:
    """Everything about a circuit that no point changes, from the kernel operations of a decomposed program with its noise."""
    qubits = len(lowered.qubits)
    layers = layers_for_paulis(clifford_operations(lowered.operations), qubits)
    turns = _Turns(len(lowered.expressions))
    matrices, last_matrices = GroupBook(PAULIS), GroupBook(PAULIS)
    start = tuple(turns.row(layers[0], qubit)[0] if qubit in layers[0].turns else None for qubit in range(qubits))
    groups = [matrices.groups(turns.entries(layer), qubits) for layer in layers[1:-1]]
    if len(layers) > 1:
        keep = np.eye(2, 4).tobytes()
        last = turns.entries(layers[-1])
        cut: dict[int, Entry] = {}
        for qubit in range(qubits):
            entry = last.get(qubit, keep)
            cut[qubit] = entry[: 8 * 8] if isinstance(entry, bytes) else entry  # the first two rows of float64
        groups.append(last_matrices.groups(cut, qubits))
    runs = Kept(
        len(layers) - 1, lambda index: tuple(layers[index].run), lambda index: compile_pauli_run(layers[index].run, qubits), KEPT_BYTES
    )
    ending = compile_ending_paulis(layers[-1].run, qubits)
    return Noisy(qubits, turns.book, start, tuple(groups), runs, ending, matrices, last_matrices, tuple(turns.rows), turns.table)


class NoisyPoints:
    """The angles of some points as the engine wants them, and its steps over their coefficients."""

    def __init__(self, compiled: Noisy, expressions: Angles) -> None:
        columns = compiled.book.evaluate(expressions)
        angles = compiled.angles.evaluate(columns)
        self.compiled = compiled
        rows = np.array([turn.angles for turn in compiled.turns], dtype=np.intp).reshape(-1, 3)
        damping = np.array([turn.damping for turn in compiled.turns])
        self.turns = _pauli_matrices(np.cos(angles)[rows], np.sin(angles)[rows], damping)
        self.matrices = Matrices(compiled.matrices, self.turns.__getitem__)
        self.last_matrices = Matrices(compiled.last_matrices, lambda row: self.turns[row, :2])

    def rows(self, tile: Tile) -> Reals:
        """(points, 2**qubits): the coefficients of the strings of I and Z at the end, the first qubit as the highest bit."""
        layers = len(self.compiled.runs) + 1
        self.start(tile, 2 if layers == 1 else 4)
        for layer in range(layers - 1):
            self.run(self.compiled.runs[layer], tile)
            last = layer == layers - 2
            apply_groups(self.compiled.groups[layer], self.last_matrices if last else self.matrices, self.compiled.qubits, PAULIS, tile)
        self.run(self.compiled.ending, tile)
        return tile.state

    def start(self, tile: Tile, kept: int) -> None:
        """|0...0> after the first turns; of each qubit the first `kept` coefficients."""
        middle = self.compiled.qubits // 2
        first, last = (self._product(part, kept) for part in (self.compiled.start[:middle], self.compiled.start[middle:]))
        room = tile.room(first.shape[1] * last.shape[1])
        np.multiply(first[:, :, None], last[:, None, :], out=room.reshape(tile.points, first.shape[1], last.shape[1]))
        tile.advance(room.shape[1])

    def _product(self, start: Sequence[int | None], kept: int) -> Reals:
        product = np.ones((1, 1))
        for row in start:
            one = np.array([[1.0], [1.0], [0.0], [0.0]]) if row is None else self.turns[row][:, :2].sum(axis=1)
            product = (product[:, :, None] * one[:kept].T[:, None, :]).reshape(max(len(product), one.shape[1]), -1)
        return product

    def run(self, run: PauliRun, tile: Tile) -> None:
        """A run over the coefficients."""
        if run.source is not None:
            np.take(tile.state, run.source, axis=1, out=tile.room(tile.numbers), mode="clip")
            tile.advance(tile.numbers)
        if run.weights is not None:
            state = tile.state
            state *= run.weights


def _pauli_matrices(cosines: Angles, sines: Angles, damping: Reals) -> Reals:
    """(turns, 4, 4, points) over I, Z, X, Y: Rz(phi) Ry(theta) Rz(lambda), then the noise.

    Cosines and sines are those of theta, phi and lambda, (turns, 3, points).
    """
    ct, cp, cl = cosines[:, 0], cosines[:, 1], cosines[:, 2]
    st, sp, sl = sines[:, 0], sines[:, 1], sines[:, 2]
    matrices = np.zeros((len(cosines), 4, 4, cosines.shape[2]))
    matrices[:, 1, 1], matrices[:, 1, 2], matrices[:, 1, 3] = ct, -st * cl, st * sl
    matrices[:, 2, 1], matrices[:, 2, 2], matrices[:, 2, 3] = cp * st, cp * ct * cl - sp * sl, -cp * ct * sl - sp * cl
    matrices[:, 3, 1], matrices[:, 3, 2], matrices[:, 3, 3] = sp * st, sp * ct * cl + cp * sl, cp * cl - sp * ct * sl
    matrices *= damping[:, None, None, None]
    matrices[:, 0, 0] = 1.0
    return matrices

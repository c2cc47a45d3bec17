"""State vectors of many points at once, for circuits whose states fit the cache.

A tile of points is a real array (points, 2 * 2**qubits): amplitudes with the first qubit as the highest bit, real and imaginary part
side by side. Turns go through `groups`, runs through `basis`. The first turns of |0...0> make a product state, and the last run moves
probabilities only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.basis import BasisRun, apply_phases, compile_ending, compile_run
from ionq_runner.simulation.groups import AMPLITUDES, Group, GroupBook, Matrices
from ionq_runner.simulation.kept import Kept
from ionq_runner.simulation.methods import KEPT_BYTES
from ionq_runner.simulation.runs import LinearMap
from ionq_runner.simulation.schedule import Schedule
from ionq_runner.simulation.tiles import Tile
from ionq_runner.simulation.turning import apply_groups
from ionq_runner.simulation.turns import Angles, AngleTable, TurnBook, phases, rotation_entry, rotations

__all__ = ["Ideal", "IdealPoints", "compile_ideal"]

Complex = NDArray[np.complex128]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ideal:
    """A circuit ready to run: for each layer after the first its groups, and for each layer its run."""

    qubits: int
    book: TurnBook
    start: tuple[tuple[int, int] | None, ...]  # rows of theta and phi of the first turns, by qubit
    groups: tuple[tuple[Group, ...], ...]
    runs: Kept[BasisRun]
    ending: NDArray[np.intp] | None  # from where each probability comes at the end
    matrices: GroupBook
    rotations: AngleTable
    phases: AngleTable

    @property
    def angles_bytes(self) -> int:
        """What the angles of a point take."""
        return 64 * len(self.rotations) + 32 * len(self.phases) + 8 * self.book.size


def compile_ideal(schedule: Schedule, order: LinearMap) -> Ideal:
    """Everything about a circuit that no point changes; `order` brings the labels into the order of the measured bits."""
    qubits, layers = schedule.qubits, schedule.layers
    rotation_table, phase_table, matrices = AngleTable(), AngleTable(), GroupBook(AMPLITUDES)
    start = tuple(
        (rotation_table.row(layers[0].rotations[q]), phase_table.row(layers[0].before[q])) if q in layers[0].rotations else None
        for q in range(qubits)
    )
    groups = tuple(
        matrices.groups({qubit: rotation_entry(theta, rotation_table) for qubit, theta in layer.rotations.items()}, qubits)
        for layer in layers[1:]
    )
    runs = Kept(
        len(layers) - 1,
        lambda index: (
            index == 0,
            *(tuple(part.items()) for part in (layers[index].before, layers[index].after)),
            tuple(layers[index].run),
        ),
        lambda index: compile_run(layers[index], qubits, phase_table, first=index == 0),
        KEPT_BYTES,
    )
    ending = compile_ending(layers[-1], qubits, order)
    return Ideal(qubits, schedule.book, start, groups, runs, ending, matrices, rotation_table, phase_table)


class IdealPoints:
    """The angles of some points as the engine wants them, and its steps over states of these points.

    One row of angles serves any number of states: trajectories of one point differ in their errors alone.
    """

    def __init__(self, compiled: Ideal, expressions: Angles) -> None:
        columns = compiled.book.evaluate(expressions)
        self.compiled, self.columns = compiled, columns
        self.rotations = rotations(compiled.rotations.evaluate(columns))
        self.phases = phases(compiled.phases.evaluate(columns))
        self.matrices = Matrices(compiled.matrices, self.rotations.__getitem__)

    def rows(self, tile: Tile) -> Reals:
        """(points, 2**qubits): the probabilities at the end, in the compiled order of bits."""
        self.start(tile)
        for layer in range(len(self.compiled.runs)):
            self.run(layer, tile)
            self.turn(layer + 1, tile)
        return self.probabilities(tile)

    def start(self, tile: Tile) -> None:
        """The product state after the first turns."""
        middle = self.compiled.qubits // 2
        first, last = self._product(self.compiled.start[:middle]), self._product(self.compiled.start[middle:])
        states = tile.state.view(np.complex128).reshape(tile.points, first.shape[1], last.shape[1])
        np.multiply(first[:, :, None], last[:, None, :], out=states)

    def _product(self, start: Sequence[tuple[int, int] | None]) -> Complex:
        """(points, 2**qubits): some qubits after their first turns."""
        product: Complex = np.ones((1, 1), dtype=np.complex128)
        for rows in start:
            points = 1 if rows is None else self.rotations.shape[-1]
            wider = np.zeros((max(points, product.shape[0]), product.shape[1], 2), dtype=np.complex128)
            if rows is None:
                wider[:, :, 0] = product
            else:
                theta, phi = rows
                (cosine, _), (sine, _) = self.rotations[theta]
                np.multiply(product, cosine[:, None], out=wider[:, :, 0])
                np.multiply(product, (sine * self.phases[phi])[:, None], out=wider[:, :, 1])
            product = wider.reshape(wider.shape[0], -1)
        return product

    def turn(self, layer: int, tile: Tile) -> None:
        """The turns of a layer after the first."""
        apply_groups(self.compiled.groups[layer - 1], self.matrices, self.compiled.qubits, AMPLITUDES, tile)

    def run(self, layer: int, tile: Tile) -> None:
        """The run of a layer before the last."""
        run = self.compiled.runs[layer]
        states = tile.state.view(np.complex128)
        if run.before is not None:
            apply_phases(run.before, self.phases, states)
        if run.static is not None:
            states *= run.static
        for table in run.tables:
            angles = self.columns[table.columns[0]][:, None] * table.values[:, 0]
            for place, column in enumerate(table.columns[1:], 1):
                angles += self.columns[column][:, None] * table.values[:, place]
            states *= phases(angles).take(table.codes, axis=1)
        if run.source is not None:
            np.take(states, run.source, axis=1, out=tile.room(tile.numbers).view(np.complex128), mode="clip")
            tile.advance(tile.numbers)
        if run.after is not None:
            apply_phases(run.after, self.phases, tile.state.view(np.complex128))

    def probabilities(self, tile: Tile) -> Reals:
        """(states, 2**qubits) after the last run; the tile's state is lost."""
        numbers = tile.state
        np.multiply(numbers, numbers, out=numbers)
        pairs = numbers.reshape(tile.points, -1, 2)
        rows: Reals = pairs[:, :, 0] + pairs[:, :, 1]
        ending = self.compiled.ending
        return rows if ending is None else rows.take(ending, axis=1)

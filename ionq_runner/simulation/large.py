"""The state vector of one point, for circuits whose state exceeds the cache: a few passes over memory for each layer.

The state is a matrix of rows of 2**15 amplitudes; the first qubits number the rows, the last 15 the places in a row. Turns of the last
qubits and phases are done row by row, turns of the first qubits on blocks of columns, each in the cache. Flips with one control are a
linear map of labels, so the place from which an amplitude comes is an exclusive or of one number per row and one per place: no index of
the state's size is ever made. Two arrays of the state's size are all that is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.groups import AMPLITUDES, Group, GroupBook, Matrices
from ionq_runner.simulation.labels import linear_labels, odd_labels
from ionq_runner.simulation.rows import RowPhases, RowTerms, row_phases, row_terms
from ionq_runner.simulation.runs import LinearMap, follow
from ionq_runner.simulation.schedule import Schedule, phases_on
from ionq_runner.simulation.tiles import Tile
from ionq_runner.simulation.turning import apply_groups
from ionq_runner.simulation.turns import Angles, AngleTable, TurnBook, phases, rotation_entry, rotations

__all__ = ["Large", "LargePoint", "compile_large"]

Complex = NDArray[np.complex128]
Reals = NDArray[np.float64]

ROW_BITS = 15


@dataclass(frozen=True, slots=True, eq=False)
class LargeSegment:
    """Phases, then a linear map of labels, then a flip with several controls; None where there is none."""

    terms: RowTerms
    map: LinearMap | None
    flip: tuple[int, tuple[int, ...]] | None


@dataclass(frozen=True, slots=True, eq=False)
class LargeLayer:
    """Groups of the first and of the last qubits, the latter counted from the first of a row, then a run."""

    first: tuple[Group, ...]
    last: tuple[Group, ...]
    run: tuple[LargeSegment, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Large:
    """A circuit ready to run."""

    qubits: int
    row_bits: int
    book: TurnBook
    start: tuple[tuple[int, int] | None, ...]  # rows of theta and phi of the first turns, by qubit
    layers: tuple[LargeLayer, ...]
    final: LinearMap  # after the last run's flips with several controls
    matrices: GroupBook
    rotations: AngleTable
    phases: AngleTable


def compile_large(schedule: Schedule, order: LinearMap) -> Large:
    """Everything about a circuit that no point changes; `order` brings the labels into the order of the measured bits."""
    qubits, layers = schedule.qubits, schedule.layers
    row_bits = min(qubits, max(ROW_BITS, (qubits + 1) // 2))
    split = qubits - row_bits
    rotation_table, phase_table, matrices = AngleTable(), AngleTable(), GroupBook(AMPLITUDES)
    start = tuple(
        (rotation_table.row(layers[0].rotations[q]), phase_table.row(layers[0].before[q])) if q in layers[0].rotations else None
        for q in range(qubits)
    )
    compiled: list[LargeLayer] = []
    for index, layer in enumerate(layers):
        entries = {qubit: rotation_entry(theta, rotation_table) for qubit, theta in layer.rotations.items()} if index else {}
        first = matrices.groups({q: entry for q, entry in entries.items() if q < split}, row_bits)
        last = matrices.groups({q - split: entry for q, entry in entries.items() if q >= split}, row_bits)
        operations = [*(phases_on(layer.before) if index else ()), *layer.run, *phases_on(layer.after)]
        segments = tuple(
            LargeSegment(row_terms(part.terms, phase_table), None if part.map.is_identity else part.map, part.flip)
            for part in follow(operations, qubits)
        )
        compiled.append(LargeLayer(first, last, segments))
    ending = compiled[-1].run[-1].map
    final = order if ending is None else ending.then(order)
    return Large(qubits, row_bits, schedule.book, start, tuple(compiled), final, matrices, rotation_table, phase_table)


class LargePoint:
    """The state of one point and its way through the layers."""

    def __init__(self, compiled: Large, expressions: Angles) -> None:
        columns = compiled.book.evaluate(expressions)
        self.compiled = compiled
        self.rotations = rotations(compiled.rotations.evaluate(columns))
        self.angles: Reals = compiled.phases.evaluate(columns)[:, 0]
        self.row_bits = compiled.row_bits
        self.shape = (1 << (compiled.qubits - self.row_bits), 1 << self.row_bits)
        self.state: Complex = np.empty(self.shape, dtype=np.complex128)
        self.room: Complex = np.empty(self.shape, dtype=np.complex128)
        self.tile = Tile(1, 2 << self.row_bits)
        self.matrices = Matrices(compiled.matrices, self.rotations.__getitem__)

    def row(self) -> Reals:
        """(2**qubits): the probabilities at the end, in the compiled order of bits."""
        self.start()
        for layer in range(len(self.compiled.layers) - 1):
            self.run(layer)
            self.turn(layer + 1)
        return self.probabilities()

    def start(self) -> None:
        """The product state after the first turns."""
        rows, places = (self._product(part) for part in (self.compiled.start[: -self.row_bits], self.compiled.start[-self.row_bits :]))
        for row, factor in zip(self.state, rows, strict=True):
            np.multiply(places, factor, out=row)

    def _product(self, start: tuple[tuple[int, int] | None, ...]) -> Complex:
        product: Complex = np.ones(1, dtype=np.complex128)
        for rows in start:
            one = np.array([1.0, 0.0], dtype=np.complex128)
            if rows is not None:
                theta, phi = rows
                one = self.rotations[theta, :, 0, 0] * phases(np.array([0.0, self.angles[phi]]))
            product = np.multiply.outer(product, one).ravel()
        return product

    def turn(self, layer: int) -> None:
        """The turns of a layer after the first."""
        groups, tile = self.compiled.layers[layer], self.tile
        if groups.first:
            width = self.shape[1] // self.shape[0]
            for column in range(0, self.shape[1], width):
                block = self.state[:, column : column + width]
                tile.state.view(np.complex128).reshape(-1)[: block.size].reshape(block.shape)[:] = block
                apply_groups(groups.first, self.matrices, self.row_bits, AMPLITUDES, tile)
                block[:] = tile.state.view(np.complex128).reshape(-1)[: block.size].reshape(block.shape)
        if groups.last:
            for row in self.state:
                tile.state.view(np.complex128)[0] = row
                apply_groups(groups.last, self.matrices, self.row_bits, AMPLITUDES, tile)
                row[:] = tile.state.view(np.complex128)[0]

    def run(self, layer: int) -> None:
        """The run of a layer before the last."""
        for segment in self.compiled.layers[layer].run:
            self._phase(segment.terms)
            if segment.map is not None:
                self._move(segment.map)
            if segment.flip is not None:
                self._flip(*segment.flip)

    def probabilities(self) -> Reals:
        """(2**qubits) after the last run, in the compiled order; the state is lost."""
        *segments, _ = self.compiled.layers[-1].run
        for segment in segments:
            if segment.map is not None:
                self._move(segment.map)
            assert segment.flip is not None, "only the last segment has no flip"
            self._flip(*segment.flip)
        numbers = self.room.view(np.float64).reshape(2, *self.shape)
        found: Reals = numbers[0]
        for row, target in zip(self.state, found, strict=True):
            parts = row.view(np.float64).reshape(-1, 2)
            np.multiply(parts, parts, out=parts)
            np.add(parts[:, 0], parts[:, 1], out=target)
        if not self.compiled.final.is_identity:
            self._gather(self.compiled.final, found, numbers[1])
            found = numbers[1]
        return found.reshape(-1)

    def phase_parity(self, mask: int, angle: float) -> None:
        """exp(i angle Z...Z) on the bits of a mask."""
        factors = np.exp(np.array([1j, -1j]) * angle)
        in_row = factors.take(odd_labels(mask, self.row_bits))
        pair = in_row, in_row.conj()
        for index in range(self.shape[0]):
            self.state[index] *= pair[(index & mask >> self.row_bits).bit_count() & 1]

    def pauli(self, flips: int, signs: int) -> None:
        """Z on the bits of `signs`, then X on those of `flips`."""
        if signs:
            in_row = 1.0 - 2.0 * odd_labels(signs, self.row_bits)
            pair = in_row, -in_row
            for index in range(self.shape[0]):
                self.state[index] *= pair[(index & signs >> self.row_bits).bit_count() & 1]
        if flips:
            places = np.arange(self.shape[1]) ^ (flips & (self.shape[1] - 1))
            for index, row in enumerate(self.room):
                np.take(self.state[index ^ (flips >> self.row_bits)], places, out=row, mode="clip")
            self.state, self.room = self.room, self.state

    def _phase(self, terms: RowTerms) -> None:
        found: RowPhases | None = row_phases(terms, self.angles, self.shape)
        if found is not None:
            for index, row in enumerate(self.state):
                found.apply(index, row)

    def _move(self, map_: LinearMap) -> None:
        self._gather(map_, self.state, self.room)
        self.state, self.room = self.room, self.state

    def _gather(self, map_: LinearMap, source: Complex | Reals, target: Complex | Reals) -> None:
        """Row by row, fetch what the map sends there."""
        constant, changes = map_.inverse().columns
        places = linear_labels(constant, changes[: self.row_bits])
        rows = linear_labels(0, changes[self.row_bits :])
        flat = source.reshape(-1)
        labels = np.empty_like(places)
        for row, target_row in zip(rows, target, strict=True):
            np.bitwise_xor(places, row, out=labels)
            np.take(flat, labels, out=target_row, mode="clip")

    def _flip(self, target: int, controls: tuple[int, ...]) -> None:
        """Exchange, where all controls are 1, what has the target 0 with what has it 1."""
        qubits = self.compiled.qubits
        cube = self.state.reshape((2,) * qubits)
        ones, zeros = ([slice(None)] * qubits for _ in range(2))
        for control in controls:
            ones[qubits - 1 - control] = zeros[qubits - 1 - control] = slice(1, 2)
        ones[qubits - 1 - target], zeros[qubits - 1 - target] = slice(1, 2), slice(0, 1)
        kept = cube[tuple(zeros)].copy()
        cube[tuple(zeros)] = cube[tuple(ones)]
        cube[tuple(ones)] = kept

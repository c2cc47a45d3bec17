"""A run as vectors over all basis states: one multiplication by phases and one `np.take` do it for every point.

Phases that are the same for all points are one static vector. Those that depend on the point are a product over qubits where each is on
one qubit; else a table: of the sums of angles that occur there are few different ones, each is turned into a phase once for every point,
and basis states look theirs up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.labels import Labels, after_map, after_segment, labels_after, odd_labels, sources, sums_over_bits
from ionq_runner.simulation.lowering import Flip
from ionq_runner.simulation.runs import LinearMap, Segment, Term, follow
from ionq_runner.simulation.schedule import ScheduledLayer, phases_on
from ionq_runner.simulation.turns import Angles, AngleTable, phases

__all__ = ["BasisRun", "apply_phases", "compile_ending", "compile_run"]

Complex = NDArray[np.complex128]

_WHOLE_PRODUCT = 6  # qubits up to which a product of phases is multiplied out before it meets the states
_LARGEST_TABLE = 64  # sums of angles looked up together, or an eighth of the basis states if that is more


@dataclass(frozen=True, slots=True)
class ProductPhases:
    """A phase on |1> of each qubit: rows of the angle table for the first qubits and for the others, None where there is none."""

    first: tuple[int | None, ...]
    last: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PhaseTable:
    """exp(i sum_c columns[c] values[k, c]), looked up by `codes`, the k of each basis state."""

    columns: tuple[int, ...]
    values: Angles
    codes: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class BasisRun:
    """Phases, then a permutation, then phases; each None or empty where there is nothing to do."""

    before: ProductPhases | None
    static: Complex | None
    tables: tuple[PhaseTable, ...]
    source: NDArray[np.intp] | None  # new state i is old state source[i]
    after: ProductPhases | None

    @property
    def nbytes(self) -> int:
        """What it keeps in memory."""
        arrays = [self.static, self.source, *(table.codes for table in self.tables)]
        return sum(array.nbytes for array in arrays if array is not None)


def compile_run(layer: ScheduledLayer, qubits: int, table: AngleTable, *, first: bool = False) -> BasisRun:
    """The run of a layer that is not the last. The phases before the first one are in its product state already."""
    before = [] if first else phases_on(layer.before)
    moves = any(isinstance(operation, Flip) for operation in layer.run)
    segments = follow([*before, *layer.run, *phases_on(_known(layer.after) if moves else layer.after)], qubits)
    return _Compiler(qubits, table).run(segments, _varying(layer.after) if moves else {})


def compile_ending(layer: ScheduledLayer, qubits: int, order: LinearMap) -> NDArray[np.intp] | None:
    """From where each probability after the last run comes, in the given order of bits. The run's phases do not show."""
    flips = [operation for operation in layer.run if isinstance(operation, Flip)]
    labels = after_map(order, labels_after(follow(flips, qubits), qubits))
    return None if labels is None else sources(labels)


def _known(angles: dict[int, Affine]) -> dict[int, Affine]:
    return {qubit: Affine(angle.constant) for qubit, angle in angles.items()}


def _varying(angles: dict[int, Affine]) -> dict[int, Affine]:
    return {qubit: Affine(0.0, angle.factors) for qubit, angle in angles.items() if angle.factors}


@dataclass(slots=True)
class _Compiler:
    """Adds up the phases of a run's segments over the labels of basis states as they came in."""

    qubits: int
    table: AngleTable
    static: Angles | None = None
    columns: dict[int, Angles] = field(default_factory=dict)
    single: dict[int, Affine] = field(default_factory=dict)  # by bit, where the angle varies
    known: dict[int, float] = field(default_factory=dict)  # by bit, where it does not

    def run(self, segments: Sequence[Segment], after: dict[int, Affine]) -> BasisRun:
        labels: Labels | None = None  # where each basis state is; None: where it was
        for segment in segments:
            for term in segment.terms:
                self.add(term, labels)
            labels = after_segment(segment, labels, self.qubits)
        before = {self.qubits - 1 - bit: angle for bit, angle in self.single.items() if angle.factors}
        return BasisRun(
            product_phases(before, self.qubits, self.table),
            self.known_phases(),
            tuple(self.tables()),
            None if labels is None else sources(labels),
            product_phases(after, self.qubits, self.table),
        )

    def add(self, term: Term, labels: Labels | None) -> None:
        (mask, _), *others = term.parities
        if labels is None and not others and mask.bit_count() == 1:
            bit = mask.bit_length() - 1
            if term.angle.factors:
                self.single[bit] = self.single.get(bit, Affine()).plus(term.angle)
            else:
                self.known[bit] = self.known.get(bit, 0.0) + term.angle.constant
            return
        chosen = np.ones(1 << self.qubits, dtype=np.bool_)
        for mask, reversed_ in term.parities:
            chosen &= odd_labels(mask, self.qubits) ^ reversed_
        if labels is not None:
            chosen = chosen[labels]
        if term.angle.constant:
            self.static = np.zeros(len(chosen)) if self.static is None else self.static
            self.static += term.angle.constant * chosen
        for column, factor in term.angle.factors:
            sums = self.columns.setdefault(column, np.zeros(len(chosen)))
            sums += factor * chosen

    def known_phases(self) -> Complex | None:
        """All angles that do not vary, as one vector of phases."""
        if self.static is None and not any(self.known.values()):
            return None
        angles = sums_over_bits([self.known.get(bit, 0.0) for bit in range(self.qubits)])
        if self.static is not None:
            angles += self.static
        return phases(angles)

    def tables(self) -> list[PhaseTable]:
        """Columns whose sums have few different values together share a table."""
        limit = max(_LARGEST_TABLE, (1 << self.qubits) // 8)
        tables: list[PhaseTable] = []
        for column, factors in self.columns.items():
            values, codes = np.unique(factors, return_inverse=True)
            if tables and len(values) * len(tables[-1].values) <= 4 * limit * limit:
                joined = tables[-1].codes * len(values) + codes
                pairs, joint = np.unique(joined, return_inverse=True)
                if len(pairs) <= limit:
                    rows = np.column_stack([tables[-1].values[pairs // len(values)], values[pairs % len(values)]])
                    tables[-1] = PhaseTable((*tables[-1].columns, column), rows, joint.astype(np.intp))
                    continue
            tables.append(PhaseTable((column,), values[:, None], codes.astype(np.intp)))
        return tables


def product_phases(angles: dict[int, Affine], qubits: int, table: AngleTable) -> ProductPhases | None:
    """Phases on |1> of qubits, by rows of the table."""
    if not angles:
        return None
    rows = [table.row(angles[qubit]) if qubit in angles else None for qubit in range(qubits)]
    split = 0 if qubits <= _WHOLE_PRODUCT else qubits // 2
    return ProductPhases(tuple(rows[:split]), tuple(rows[split:]))


def apply_phases(product: ProductPhases, rows: Complex, states: Complex) -> None:
    """Multiply states (points, 2**qubits) by a product of phases; `rows` is the table's phases, (rows, points or 1)."""
    points = states.shape[0]
    view = states.reshape(points, 1 << len(product.first), 1 << len(product.last))
    if any(row is not None for row in product.first):
        view *= _multiplied(product.first, rows)[:, :, None]
    if any(row is not None for row in product.last):
        view *= _multiplied(product.last, rows)[:, None, :]


def _multiplied(qubits: tuple[int | None, ...], rows: Complex) -> Complex:
    """(points, 2**qubits) phases of some qubits' basis states."""
    product = np.ones((rows.shape[1], 1), dtype=np.complex128)
    for row in qubits:
        points, size = product.shape
        wider = np.empty((points, size, 2), dtype=np.complex128)
        wider[:, :, 0] = product
        np.multiply(product, 1.0 if row is None else rows[row][:, None], out=wider[:, :, 1])
        product = wider.reshape(points, 2 * size)
    return product

"""Turns of many qubits at once: neighbouring qubits form groups, and a group's Kronecker product is one small real matrix.

A state is a row of real numbers whose axes are the qubits in order and, for amplitudes, the real and the imaginary part last. A
matrix acts on a group by `np.matmul` where the group stands (`turning`): from the left, on the columns that the later axes make, or from
the right where no later axis is left. Which qubits join is decided by measured costs of those products (see `_cost`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.tiles import tile_points

__all__ = ["AMPLITUDES", "BITS", "PAULIS", "Axes", "Group", "GroupBook", "Matrices", "choose_windows"]

Reals = NDArray[np.float64]
Entry = int | bytes | None  # per qubit: a row of matrices that depend on the point, a known matrix, or nothing


@dataclass(frozen=True, slots=True)
class Axes:
    """What a qubit's axis is: `size` numbers, `parts` of them innermost for each state (2: real and imaginary)."""

    size: int
    parts: int
    widest: int  # qubits in a group


AMPLITUDES = Axes(2, 2, 4)
PAULIS = Axes(4, 1, 2)
BITS = Axes(2, 1, 4)

# Nanoseconds a number for groups of 1, 2, ... qubits, from the left and from the right; for a product of two matrices; for a call of
# numpy, which all points of a tile share; and for an entry of a matrix that depends on the point.
_LEFT_NS = {2: (0.25, 0.3, 0.45, 0.7), 4: (0.28, 0.7)}
_RIGHT_NS = {2: (0.42, 0.38, 0.65, 1.25), 4: (0.42, 0.65)}
_PRODUCT_NS = 28.0
_NARROW = 8  # columns below which a product from the left is slow, by about 4 ns a row
_CALL_NS, _BUILD_CALLS_NS = 1_500.0, 4_500.0
_LEFT_ENTRY_NS, _RIGHT_ENTRY_NS = 3.0, 1.5
KEPT_MATRICES_BYTES = 2**24


@dataclass(frozen=True, slots=True)
class Group:
    """Qubits `start` to `start + width`; `key` names the matrix in its book."""

    start: int
    width: int
    key: int


def choose_windows(touched: Collection[int], varying: Collection[int], qubits: int, axes: Axes) -> tuple[tuple[int, int], ...]:
    """Start and width of the groups that touch all the given qubits at the least cost; untouched ones are paid for only inside one."""
    best: list[tuple[float, tuple[tuple[int, int], ...]]] = [(0.0, ())] * (qubits + 1)
    for start in reversed(range(qubits)):
        if start not in touched:
            best[start] = best[start + 1]
            continue
        options = []
        for width in range(1, min(axes.widest, qubits - start) + 1):
            if start + width - 1 in touched:
                varies = any(qubit in varying for qubit in range(start, start + width))
                rest, windows = best[start + width]
                options.append((rest + _cost(start, width, qubits, axes, varies), ((start, width), *windows)))
        best[start] = min(options)
    return best[0][1]


def _cost(start: int, width: int, qubits: int, axes: Axes, varies: bool) -> float:
    """Nanoseconds a point."""
    numbers = float(axes.parts * axes.size**qubits)
    size = axes.size**width
    calls = _CALL_NS + (_BUILD_CALLS_NS if varies else 0.0)
    total = calls / tile_points(int(8 * numbers))
    if start + width == qubits:
        entries = _RIGHT_ENTRY_NS * (axes.parts * size) ** 2
        total += numbers * _RIGHT_NS[axes.size][width - 1] + _PRODUCT_NS
    else:
        columns = axes.parts * axes.size ** (qubits - start - width)
        entries = _LEFT_ENTRY_NS * size**2
        narrow = 4.0 * size if columns < _NARROW else 0.0
        total += numbers * _LEFT_NS[axes.size][width - 1] + axes.size**start * (_PRODUCT_NS + narrow)
    return total + (entries if varies else 0.0)


class GroupBook:
    """The distinct matrices of a circuit's groups; those without a varying entry are made once, while they fit a budget."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.recipes: list[tuple[bool, tuple[Entry, ...]]] = []
        self.uses: list[int] = []
        self._keys: dict[tuple[bool, tuple[Entry, ...]], int] = {}
        self._known: dict[int, Reals] = {}
        self._budget = KEPT_MATRICES_BYTES

    def groups(self, entries: dict[int, Entry], qubits: int) -> tuple[Group, ...]:
        """Groups for a layer of turns, one entry for each qubit that turns."""
        varying = {qubit for qubit, entry in entries.items() if isinstance(entry, int)}
        groups = []
        for start, width in choose_windows(entries, varying, qubits, self.axes):
            recipe = start + width == qubits, tuple(entries.get(qubit) for qubit in range(start, start + width))
            groups.append(Group(start, width, self._keys.setdefault(recipe, len(self.recipes))))
            if groups[-1].key == len(self.recipes):
                self.recipes.append(recipe)
                self.uses.append(0)
            self.uses[groups[-1].key] += 1
        return tuple(groups)

    def matrix(self, key: int, varying: Callable[[int], Reals]) -> Reals:
        """(points, rows, columns), or (rows, columns) where it is the same for all points.

        `varying(row)` gives (rows, columns, points) of a qubit's matrix.
        """
        if key in self._known:
            return self._known[key]
        from_right, entries = self.recipes[key]
        product = self._one(entries[0], varying)
        for entry in entries[1:]:
            product = _kronecker(product, self._one(entry, varying))
        matrix = _from_the_right(product, self.axes.parts) if from_right else np.ascontiguousarray(product.transpose(2, 0, 1))
        if matrix.shape[0] == 1:
            matrix = matrix[0]
        if not any(isinstance(entry, int) for entry in entries) and matrix.nbytes <= self._budget:
            self._known[key] = matrix
            self._budget -= matrix.nbytes
        return matrix

    def _one(self, entry: Entry, varying: Callable[[int], Reals]) -> Reals:
        if entry is None:
            return np.eye(self.axes.size)[:, :, None]
        if isinstance(entry, bytes):
            return np.frombuffer(entry).reshape(-1, self.axes.size, 1)
        return varying(entry)


def _kronecker(left: Reals, right: Reals) -> Reals:
    rows, columns = left.shape[0] * right.shape[0], left.shape[1] * right.shape[1]
    return (left[:, None, :, None] * right[None, :, None, :]).reshape(rows, columns, -1)


def _from_the_right(product: Reals, parts: int) -> Reals:
    """The transpose, for each of the innermost parts."""
    rows, columns, points = product.shape
    matrix = np.zeros((points, columns, parts, rows, parts))
    turned = product.transpose(2, 1, 0)
    for part in range(parts):
        matrix[:, :, part, :, part] = turned
    return matrix.reshape(points, columns * parts, rows * parts)


class Matrices:
    """The matrices of some points, made when a group wants them and kept where it or another one wants them again."""

    def __init__(self, book: GroupBook, varying: Callable[[int], Reals]) -> None:
        self._book, self._varying = book, varying
        self._kept: dict[int, Reals] = {}
        self._budget = KEPT_MATRICES_BYTES // 4

    def __call__(self, key: int) -> Reals:
        """The matrix of a group."""
        found = self._kept.get(key)
        if found is None:
            found = self._book.matrix(key, self._varying)
            if self._book.uses[key] > 1 and found.nbytes <= self._budget:
                self._kept[key] = found
                self._budget -= found.nbytes
        return found

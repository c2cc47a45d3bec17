"""Wide sweeps: probabilities as a trigonometric polynomial of the angles, found at few points and summed up at all others.

Every turn and phase brings cosines and sines of its angle, and nothing else, into the density matrix. So where the angles are whole
multiples of an expression's value, each probability is a trigonometric polynomial of that value, whose degree is at most the sum of
the multiples; as many equidistant values as it has terms determine it (the discrete Fourier transform; for circuits, Nakanishi, Fujii
and Todo, Phys. Rev. Research 2, 043158). A program of several expressions has a product of such bases. Turns at the ends that no
measurement sees do not count, and terms that a symmetry makes zero are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.affine import Affine
from ionq_runner.expressions import Expression
from ionq_runner.simulation.lowering import Flip, Lowered, Operation, Parity, Phase, Turn

__all__ = ["Axis", "Series", "axes_of", "node_count", "nodes_of", "series_from"]

Reals = NDArray[np.float64]

_LARGEST_DENOMINATOR = 16
_NEAR = 1e-9
_TILE_POINTS, _TILE_NUMBERS = 512, 2**19
_GRID_POINTS, _VALUES, _ROWS = 4096, 8, 32  # in a grid: at once; values, and points of one value, that go through a product
_NOTHING = 4e-16  # a coefficient of no more is rounding, or does not matter


@dataclass(frozen=True, slots=True)
class Axis:
    """How the probabilities depend on one expression: a polynomial of this degree in the cosine and sine of `unit` times its value."""

    unit: float
    degree: int

    @property
    def terms(self) -> int:
        """How many values determine it."""
        return 2 * self.degree + 1


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The polynomial of all outcomes.

    `coefficients` is (terms, outcomes), the terms of the first axis outermost. In a grid, where the expression at `place` has few
    values, it is (terms of that one, terms of the others, outcomes): what it leaves is summed up once for each value.
    """

    expressions: tuple[Expression, ...]
    axes: tuple[Axis, ...]
    kept: tuple[NDArray[np.intp], ...]  # of each axis, which of 1, cos, ..., cos, sin, ..., sin
    coefficients: Reals
    place: int | None = None

    @property
    def points(self) -> int:
        """How many points are summed up at once: a power of two, so that jobs of the usual size are whole tiles."""
        fitting = _TILE_NUMBERS // sum(self.coefficients.shape[-2:])
        return 1 << max(0, min(_TILE_POINTS if self.place is None else _GRID_POINTS, fitting).bit_length() - 1)

    def rows(self, values: Reals) -> Reals:
        """(points, outcomes) from the values of the expressions, (expressions, points), at most `points` of them.

        Always as many rows go through a product: BLAS has other code, with other last bits, for other shapes.
        """
        asked = values.shape[1]
        padded = np.zeros((len(values), self.points))
        padded[:, :asked] = values
        basis = np.ones((self.points, 1))
        for place, (axis, kept, own) in enumerate(zip(self.axes, self.kept, padded, strict=True)):
            if place != self.place:
                factor = _waves(axis, own).take(kept, axis=1)
                basis = (basis[:, :, None] * factor[:, None, :]).reshape(self.points, -1)
        return (basis @ self.coefficients)[:asked] if self.place is None else self._in_grid(values[self.place], basis[:asked])

    def _in_grid(self, values: Reals, basis: Reals) -> Reals:
        """The same from the values of the expression at `place` and the terms of the others, (points, terms)."""
        place, (own, others, outcomes) = self.place or 0, self.coefficients.shape
        different, index = np.unique(values, return_inverse=True)
        order = np.argsort(index, kind="stable")
        edges = np.searchsorted(index, np.arange(len(different) + 1), sorter=order).tolist()
        found = np.empty((len(values), outcomes))
        for start in range(0, len(different), _VALUES):
            some = different[start : start + _VALUES]
            waves = _waves(self.axes[place], np.resize(some, _VALUES)).take(self.kept[place], axis=1)
            left = (waves @ self.coefficients.reshape(own, -1)).reshape(_VALUES, others, outcomes)
            for number in range(len(some)):
                for begin in range(edges[start + number], edges[start + number + 1], _ROWS):
                    chosen = order[begin : min(begin + _ROWS, edges[start + number + 1])]
                    rows = basis.take(chosen if len(chosen) == _ROWS else np.resize(chosen, _ROWS), axis=0)
                    found[chosen] = (rows @ left[number])[: len(chosen)]
        return found


def axes_of(lowered: Lowered) -> tuple[Axis, ...] | None:
    """An axis for each expression of a program; None where one enters with multiples that have no small common measure."""
    factors: dict[int, list[float]] = {column: [] for column in range(len(lowered.expressions))}
    for angle in _seen_angles(lowered.operations):
        for column, factor in angle.factors:
            factors[column].append(abs(factor))
    axes = [_axis(own) for own in factors.values()]
    return None if any(axis is None for axis in axes) else tuple(axis for axis in axes if axis is not None)


def node_count(axes: Sequence[Axis]) -> int:
    """How many values determine a series."""
    return math.prod(axis.terms for axis in axes)


def nodes_of(axes: Sequence[Axis]) -> Reals:
    """(expressions, nodes): the values at which a series is found, the last expression's running fastest."""
    grids = np.meshgrid(*(2 * math.pi / axis.unit * np.arange(axis.terms) / axis.terms for axis in axes), indexing="ij")
    return np.stack([grid.ravel() for grid in grids])


def series_from(expressions: tuple[Expression, ...], axes: tuple[Axis, ...], rows: Reals, place: int | None = None) -> Series:
    """The series with the given probabilities, (nodes, outcomes), at its nodes; `place` is that of an expression with few values."""
    table = rows.reshape(*(axis.terms for axis in axes), -1)
    for index, axis in enumerate(axes):
        table = np.moveaxis(np.tensordot(_transform(axis), table, axes=(1, index)), 0, index)
    kept = []
    for index in range(len(axes)):
        others = tuple(other for other in range(table.ndim) if other != index)
        own = np.flatnonzero(np.abs(table).max(axis=others) > _NOTHING)
        table = table.take(own, axis=index)
        kept.append(own)
    outcomes = rows.shape[1]
    if place is None:
        return Series(expressions, axes, tuple(kept), np.ascontiguousarray(table.reshape(-1, outcomes)))
    table = np.moveaxis(table, place, 0).reshape(len(kept[place]), -1, outcomes)
    return Series(expressions, axes, tuple(kept), np.ascontiguousarray(table), place)


def _transform(axis: Axis) -> Reals:
    """(terms, nodes): the discrete Fourier transform onto 1, cosines and sines."""
    waves = _waves(axis, nodes_of([axis])[0]).T * (2 / axis.terms)
    waves[0] /= 2
    return waves


def _waves(axis: Axis, values: Reals) -> Reals:
    """(points, terms): 1, the cosines of the multiples from 1 on, then their sines.

    Powers of exp(i x) by halves: a few roundings each, however large x is.
    """
    powers = np.empty((axis.degree + 1, len(values)), dtype=np.complex128)
    powers[0] = 1.0
    if axis.degree:
        powers[1].real, powers[1].imag = np.cos(axis.unit * values), np.sin(axis.unit * values)
    for power in range(2, axis.degree + 1):
        np.multiply(powers[power // 2], powers[power - power // 2], out=powers[power])
    return np.concatenate([powers.real, powers.imag[1:]]).T


def _axis(factors: Sequence[float]) -> Axis | None:
    """The largest unit of which all factors are whole multiples, and the sum of the multiples."""
    if not factors:
        return Axis(1.0, 0)
    smallest = min(factors)
    ratios = [Fraction(factor / smallest).limit_denominator(_LARGEST_DENOMINATOR) for factor in factors]
    if any(abs(float(ratio) - factor / smallest) > _NEAR * float(ratio) for ratio, factor in zip(ratios, factors, strict=True)):
        return None
    divisor = math.lcm(*(ratio.denominator for ratio in ratios))
    common = math.gcd(*(int(ratio * divisor) for ratio in ratios))
    return Axis(smallest * common / divisor, sum(int(ratio * divisor) // common for ratio in ratios))


def _seen_angles(operations: Sequence[Operation]) -> Iterator[Affine]:
    """The angles that an outcome can depend on: not those of phases on qubits that have not turned yet, or never will again."""
    later = _turned(reversed(operations))
    for operation, before, after in zip(operations, _turned(operations), reversed(list(later)), strict=True):
        match operation:
            case Turn(qubit, theta, phi, lam):
                yield theta
                if qubit in after:
                    yield phi
                if qubit in before:
                    yield lam
            case Phase(qubits, angle) | Parity(qubits, angle):
                if before & after & set(qubits):
                    yield angle


def _turned(operations: Iterable[Operation]) -> Iterator[frozenset[int]]:
    """For each operation, the qubits that those before it can have taken out of a basis state.

    Read backwards, and as well: the qubits of which more is seen than their basis state.
    """
    turned: frozenset[int] = frozenset()
    for operation in operations:
        yield turned
        match operation:
            case Turn(qubit):
                turned |= {qubit}
            case Flip(target, controls) if turned & set(controls):
                turned |= {target}

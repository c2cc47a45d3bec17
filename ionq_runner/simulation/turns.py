"""Turns of one qubit that follow each other -> one turn with three angles, and the numbers of it for many points at once."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.lowering import Turn

__all__ = ["AngleTable", "Angles", "Fused", "TurnBook", "phases", "rotation_entry", "rotations"]

Angles = NDArray[np.float64]

_Matrix = tuple[complex, complex, complex, complex]


@dataclass(frozen=True, slots=True)
class Fused:
    """theta, phi and lambda of what a qubit does in a layer, as sums over the book's columns."""

    theta: Affine
    phi: Affine
    lam: Affine


@dataclass(slots=True)
class TurnBook:
    """The columns that angles refer to: those of the program's expressions, then three for each product of turns that is no sum of them."""

    columns: int
    products: list[tuple[Turn, ...]] = field(default_factory=list)
    _known: dict[tuple[tuple[Affine, Affine, Affine], ...], Fused] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many columns there are."""
        return self.columns + 3 * len(self.products)

    def fuse(self, turns: Sequence[Turn]) -> Fused:
        """One turn that equals several of the same qubit, up to a global phase."""
        key = tuple((turn.theta, turn.phi, turn.lam) for turn in turns)
        if key not in self._known:
            self._known[key] = self._fused(_joined(turns))
        return self._known[key]

    def _fused(self, turns: tuple[Turn, ...]) -> Fused:
        if len(turns) == 1:
            return Fused(turns[0].theta, turns[0].phi, turns[0].lam)
        first = self.columns + 3 * len(self.products)
        self.products.append(turns)
        theta, phi, lam = (Affine(0.0, ((first + offset, 1.0),)) for offset in range(3))
        return Fused(theta, phi, lam)

    def evaluate(self, expressions: Angles) -> Angles:
        """All columns for some points; `expressions` is (program's columns, points). A product refers to no other."""
        points = expressions.shape[1]
        columns = np.empty((self.size, points))
        columns[: self.columns] = expressions
        for index, turns in enumerate(self.products):
            row = self.columns + 3 * index
            columns[row : row + 3] = _product_angles(turns, expressions)
        return columns


class AngleTable:
    """Distinct angles as rows of an array: each is put in once and evaluated for all points together."""

    def __init__(self) -> None:
        self._rows: dict[Affine, int] = {}
        self._packed: tuple[Angles, NDArray[np.intp], Angles, list[tuple[int, int, float]]] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, angle: Affine) -> int:
        """The row of an angle."""
        return self._rows.setdefault(angle, len(self._rows))

    def evaluate(self, columns: Angles) -> Angles:
        """(rows, points) of angles. Summed one term after another, so that no point's value depends on its neighbours."""
        if self._packed is None or len(self._packed[0]) != len(self._rows):
            self._packed = self._pack()
        constants, first, factors, others = self._packed
        if not columns.shape[0]:
            return np.broadcast_to(constants[:, None], (len(constants), columns.shape[1]))
        values = columns[first]
        values *= factors[:, None]
        values += constants[:, None]
        for row, column, factor in others:
            values[row] += factor * columns[column]
        return values

    def _pack(self) -> tuple[Angles, NDArray[np.intp], Angles, list[tuple[int, int, float]]]:
        angles = list(self._rows)
        constants = np.array([angle.constant for angle in angles])
        leading = [angle.factors[0] if angle.factors else (0, 0.0) for angle in angles]
        others = [(row, column, factor) for row, angle in enumerate(angles) for column, factor in angle.factors[1:]]
        return constants, np.array([c for c, _ in leading], dtype=np.intp), np.array([f for _, f in leading]), others


def _joined(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The fewest turns that equal the given ones: rotations about Z join a neighbour, known ones are multiplied out."""
    joined: list[Turn] = []
    for turn in turns:
        joined.append(turn)
        while len(joined) > 1 and (both := _pair(joined[-2], joined[-1])) is not None:
            joined[-2:] = [both]
    return tuple(joined)


def _pair(first: Turn, second: Turn) -> Turn | None:
    """Two turns as one, where its angles are sums."""
    if _is_zero(second.theta):
        return Turn(first.qubit, first.theta, first.phi.plus(second.phi).plus(second.lam), first.lam)
    if _is_zero(first.theta):
        return Turn(first.qubit, second.theta, second.phi, second.lam.plus(first.phi).plus(first.lam))
    between = first.phi.plus(second.lam)
    if not between.factors and math.remainder(between.constant, 2 * math.pi) == 0:
        return Turn(first.qubit, first.theta.plus(second.theta), second.phi, first.lam)
    if not any(angle.factors for turn in (first, second) for angle in (turn.theta, turn.phi, turn.lam)):
        theta, phi, lam = _known_angles(_times(_known_matrix(second), _known_matrix(first)))
        return Turn(first.qubit, Affine(theta), Affine(phi), Affine(lam))
    return None


def _is_zero(angle: Affine) -> bool:
    return not angle.factors and angle.constant == 0


def _known_matrix(turn: Turn) -> _Matrix:
    half, phi, lam = turn.theta.constant / 2, turn.phi.constant, turn.lam.constant
    cosine, sine = math.cos(half), math.sin(half)
    return complex(cosine), -cmath.rect(sine, lam), cmath.rect(sine, phi), cmath.rect(cosine, phi + lam)


def _times(left: _Matrix, right: _Matrix) -> _Matrix:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _known_angles(matrix: _Matrix) -> tuple[float, float, float]:
    """As `_angles_of`, for one matrix, with angles that rounding left within 1e-15 of a quarter turn put there."""
    a, b, c, d = matrix
    theta = 2 * math.atan2(abs(c), abs(a))
    phi = cmath.phase(c) - cmath.phase(a)
    lam = cmath.phase(-b) - cmath.phase(a) if abs(c) >= abs(a) else cmath.phase(d) - cmath.phase(c)
    return _settled(theta), _settled(phi), _settled(lam)


def _settled(angle: float) -> float:
    quarter = round(angle / (math.pi / 2)) * (math.pi / 2)
    return quarter if abs(angle - quarter) < 1e-15 else angle


def _product_angles(turns: Sequence[Turn], columns: Angles) -> Angles:
    """(3, points): theta, phi and lambda of a product of turns, first turn first."""
    table = AngleTable()
    rows = [[table.row(angle) for angle in (turn.theta, turn.phi, turn.lam)] for turn in turns]
    angles = table.evaluate(columns)
    a, b, c, d = _matrices(angles[rows[0]])
    for row in rows[1:]:
        e, f, g, h = _matrices(angles[row])
        a, b, c, d = e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d
    return _angles_of(a, b, c, d)


def _matrices(angles: Angles) -> tuple[NDArray[np.complex128], ...]:
    theta, phi, lam = angles
    cosine, sine = np.cos(theta / 2), np.sin(theta / 2)
    turned, lagged = phases(phi), phases(lam)
    return cosine + 0j, -lagged * sine, turned * sine, turned * lagged * cosine


def _angles_of(a: NDArray[np.complex128], b: NDArray[np.complex128], c: NDArray[np.complex128], d: NDArray[np.complex128]) -> Angles:
    """The Euler angles of unitary matrices [[a, b], [c, d]].

    An entry near 0 has no phase to speak of: lambda comes from the two large entries, so that an error in what is then left of the
    small ones' phases is multiplied by their size, and what is left is a global phase.
    """
    theta = 2 * np.arctan2(np.abs(c), np.abs(a))
    phase_a, phase_c = np.angle(a), np.angle(c)
    lam = np.where(np.abs(c) >= np.abs(a), np.angle(-b) - phase_a, np.angle(d) - phase_c)
    return np.stack([theta, phase_c - phase_a, lam])


def rotation_entry(theta: Affine, table: AngleTable) -> int | bytes:
    """Ry(theta) for a group: a row of the table, or the matrix itself where it is known."""
    if theta.factors:
        return table.row(theta)
    cosine, sine = math.cos(theta.constant / 2), math.sin(theta.constant / 2)
    return np.array([[cosine, -sine], [sine, cosine]]).tobytes()


def rotations(angles: Angles) -> Angles:
    """(angles, 2, 2, points): Ry of (angles, points)."""
    half = angles * 0.5
    matrices = np.empty((half.shape[0], 2, 2, half.shape[1]))
    matrices[:, 0, 0] = matrices[:, 1, 1] = np.cos(half)
    matrices[:, 1, 0] = np.sin(half)
    np.negative(matrices[:, 1, 0], out=matrices[:, 0, 1])
    return matrices


def phases(angles: Angles) -> NDArray[np.complex128]:
    """exp(i angle). Sines are taken of whole arrays: numpy has other code, with other last bits, for strided ones."""
    result = np.empty(angles.shape, dtype=np.complex128)
    result.real, result.imag = np.cos(angles), np.sin(angles)
    return result

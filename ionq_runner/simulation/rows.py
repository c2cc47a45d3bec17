"""Phases on the rows of a large state: which vector multiplies each row, made from few vectors for all rows.

A phase on the parity of some bits is, in one row, a phase on the parity of the place's bits among them, reversed if the row's bits among
them are odd. So phases that look at the same bits of the row share one vector, which enters as it is or conjugated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.labels import Truths, odd_labels, sums_over_bits
from ionq_runner.simulation.runs import Parities, Term
from ionq_runner.simulation.turns import AngleTable, phases

__all__ = ["RowPhases", "RowTerms", "row_phases", "row_terms"]

Complex = NDArray[np.complex128]
Reals = NDArray[np.float64]

_EXPANDED = 3  # parities up to which a phase where all are 1 is written as phases on their sums


@dataclass(frozen=True, slots=True)
class RowTerms:
    """Phases as rows of an angle table: on one parity, by its mask, or where several parities are 1."""

    single: tuple[tuple[int, int], ...]
    joint: tuple[tuple[tuple[Parities, ...], int], ...]


def row_terms(terms: Sequence[Term], table: AngleTable) -> RowTerms:
    """The terms with few parities as terms with one: b c = (b + c - (b xor c))/2, and so on. Global phases are dropped."""
    single: list[tuple[int, int]] = []
    joint: list[tuple[tuple[Parities, ...], int]] = []
    for term in terms:
        count = len(term.parities)
        if count > _EXPANDED:
            joint.append((term.parities, table.row(term.angle)))
            continue
        for size in range(1, count + 1):
            for chosen in combinations(term.parities, size):
                mask, reversed_ = 0, False
                for own, own_reversed in chosen:
                    mask, reversed_ = mask ^ own, reversed_ ^ own_reversed
                sign = -1.0 if (size % 2 == 0) != reversed_ else 1.0
                if mask:
                    single.append((mask, table.row(term.angle.times(sign * 0.5 ** (count - 1)))))
    return RowTerms(tuple(single), tuple(joint))


@dataclass(frozen=True, slots=True, eq=False)
class RowPhases:
    """What multiplies each row."""

    common: Complex | None  # every row
    factors: Complex  # (rows,)
    mixed: tuple[tuple[Truths, Complex, Complex], ...]  # rows whose bits are odd, the vector, its conjugate
    joint: tuple[tuple[Complex, tuple[tuple[Truths, Truths], ...]], ...]  # phase; per parity, of the rows and of the places

    def apply(self, index: int, row: Complex) -> None:
        """Multiply one row."""
        if self.common is not None:
            row *= self.common
        for odd, vector, conjugate in self.mixed:
            row *= conjugate if odd[index] else vector
        if self.factors[index] != 1.0:
            row *= self.factors[index]
        for phase, parities in self.joint:
            chosen = parities[0][1] ^ parities[0][0][index]
            for rows, places in parities[1:]:
                chosen = chosen & (places ^ rows[index])
            if chosen.any():
                row[chosen] *= phase


def row_phases(terms: RowTerms, angles: Reals, shape: tuple[int, int]) -> RowPhases | None:
    """The phases with the numbers of one point; None if there are none."""
    if not terms.single and not terms.joint:
        return None
    row_bits, bits = (size.bit_length() - 1 for size in shape)
    totals = np.zeros(shape[0])
    lone: dict[int, float] = {}
    sums: dict[int, Reals] = {}
    for mask, row in terms.single:
        in_row, in_place, angle = mask >> bits, mask & (shape[1] - 1), angles[row]
        if in_row:
            totals += angle * odd_labels(in_row, row_bits)
        if in_place and not in_row and in_place.bit_count() == 1:
            lone[in_place] = lone.get(in_place, 0.0) + angle
        elif in_place:
            total = sums.setdefault(in_row, np.zeros(shape[1]))
            total += angle * odd_labels(in_place, bits)
    if lone:
        own = sums_over_bits([lone.get(1 << bit, 0.0) for bit in range(bits)])
        sums[0] = sums[0] + own if 0 in sums else own
    common = phases(sums.pop(0)) if 0 in sums else None
    mixed = tuple((odd_labels(in_row, row_bits), vector := phases(total), vector.conj()) for in_row, total in sums.items())
    joint = tuple(
        (
            phases(angles[row]),
            tuple((odd_labels(mask >> bits, row_bits) ^ reversed_, odd_labels(mask, bits)) for mask, reversed_ in parities),
        )
        for parities, row in terms.joint
    )
    return RowPhases(common, phases(totals), mixed, joint)

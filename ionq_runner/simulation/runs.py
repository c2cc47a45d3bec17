"""A run of flips and phases, followed symbolically: which phases the basis states get, and where they go.

Inside a run every basis state stays a basis state. After flips with at most one control each of its bits is a parity of the bits it
had, so a run is a sum of phases on parities, then one linear map of bit strings; a flip with more controls ends a segment.
Bit b of a label is `1 << b`, and qubit 0 is the highest bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.lowering import Flip, Operation, Parity, Phase

__all__ = ["LinearMap", "Parities", "Segment", "Term", "Tracker", "bit_of", "follow", "reordered"]

Parities = tuple[int, bool]  # the bits whose parity is taken, and whether it is reversed


def bit_of(qubit: int, qubits: int) -> int:
    """The place of a qubit in a label."""
    return qubits - 1 - qubit


@dataclass(frozen=True, slots=True)
class Term:
    """exp(i angle) on the labels for which all the parities are 1."""

    parities: tuple[Parities, ...]
    angle: Affine


@dataclass(frozen=True, slots=True)
class LinearMap:
    """Labels -> labels: bit b of the new label is the parity `rows[b]` of the old one."""

    rows: tuple[Parities, ...]

    @property
    def is_identity(self) -> bool:
        """Whether it leaves every label as it is."""
        return all(row == (1 << bit, False) for bit, row in enumerate(self.rows))

    @property
    def columns(self) -> tuple[int, tuple[int, ...]]:
        """The image of label 0, and what setting each bit changes in the image."""
        constant = sum(1 << bit for bit, (_, reversed_) in enumerate(self.rows) if reversed_)
        changes = [0] * len(self.rows)
        for bit, (mask, _) in enumerate(self.rows):
            for other in _bits(mask):
                changes[other] |= 1 << bit
        return constant, tuple(changes)

    def then(self, later: LinearMap) -> LinearMap:
        """This map, and another after it."""
        rows = []
        for mask, reversed_ in later.rows:
            own, own_reversed = 0, reversed_
            for bit in _bits(mask):
                other, other_reversed = self.rows[bit]
                own, own_reversed = own ^ other, own_reversed ^ other_reversed
            rows.append((own, own_reversed))
        return LinearMap(tuple(rows))

    def inverse(self) -> LinearMap:
        """The map that undoes it, by elimination."""
        size = len(self.rows)
        left = [mask for mask, _ in self.rows]
        right = [1 << bit for bit in range(size)]
        for bit in range(size):
            pivot = next(row for row in range(bit, size) if left[row] >> bit & 1)
            left[bit], left[pivot], right[bit], right[pivot] = left[pivot], left[bit], right[pivot], right[bit]
            for row in range(size):
                if row != bit and left[row] >> bit & 1:
                    left[row] ^= left[bit]
                    right[row] ^= right[bit]
        constant, _ = self.columns
        return LinearMap(tuple((mask, bool((mask & constant).bit_count() & 1)) for mask in right))


def _bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def reordered(qubits: Sequence[int]) -> LinearMap:
    """The map after which the first of the given qubits is the highest bit, and so on."""
    size = len(qubits)
    return LinearMap(tuple((1 << bit_of(qubit, size), False) for qubit in reversed(qubits)))


@dataclass(frozen=True, slots=True)
class Segment:
    """Phases on the labels as they come in, then a linear map of them, then at most one flip with several controls."""

    terms: tuple[Term, ...]
    map: LinearMap
    flip: tuple[int, tuple[int, ...]] | None  # the target's bit and those of the controls


def follow(operations: Iterable[Operation], qubits: int) -> tuple[Segment, ...]:
    """The segments of a run; the last one has no flip."""
    segments: list[Segment] = []
    tracker = Tracker(qubits)
    for operation in operations:
        match operation:
            case Flip(target, controls) if len(controls) > 1:
                bits = bit_of(target, qubits), tuple(bit_of(control, qubits) for control in controls)
                segments.append(Segment(tuple(tracker.terms), LinearMap(tuple(tracker.rows)), bits))
                tracker = Tracker(qubits)
            case Flip(target, controls):
                tracker.flip(target, controls)
            case Phase(phased, angle):
                tracker.phase([tracker.parity((qubit,)) for qubit in phased], angle)
            case Parity(phased, angle):
                tracker.phase([tracker.parity(phased)], angle)
            case _:
                raise AssertionError(f"{operation} has no place in a run")
    return (*segments, Segment(tuple(tracker.terms), LinearMap(tuple(tracker.rows)), None))


class Tracker:
    """What each wire carries, as a parity of the labels that came in."""

    def __init__(self, qubits: int) -> None:
        self.qubits = qubits
        self.rows: list[Parities] = [(1 << bit, False) for bit in range(qubits)]
        self.terms: list[Term] = []

    def flip(self, target: int, controls: Sequence[int]) -> None:
        bit = bit_of(target, self.qubits)
        mask, reversed_ = self.rows[bit]
        if controls:
            other, other_reversed = self.rows[bit_of(controls[0], self.qubits)]
            self.rows[bit] = mask ^ other, reversed_ ^ other_reversed
        else:
            self.rows[bit] = mask, not reversed_

    def parity(self, qubits: Sequence[int]) -> Parities:
        mask, reversed_ = 0, False
        for qubit in qubits:
            other, other_reversed = self.rows[bit_of(qubit, self.qubits)]
            mask, reversed_ = mask ^ other, reversed_ ^ other_reversed
        return mask, reversed_

    def phase(self, parities: list[Parities], angle: Affine) -> None:
        """Note a phase; one parity is never kept reversed, as that is a global phase and the opposite angle."""
        if len(parities) == 1:
            mask, reversed_ = parities[0]
            if mask:
                self.terms.append(Term(((mask, False),), angle.times(-1.0) if reversed_ else angle))
        else:
            self.terms.append(Term(tuple(parities), angle))

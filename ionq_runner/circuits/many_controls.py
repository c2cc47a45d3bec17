"""A flip, a phase or a rotation under any number of controls, as gates on one and two qubits. Exact up to a global phase.

Gates on two qubits that k controls cost, where `spare` is how many other qubits may be borrowed, whose state comes back:

    flip     1, 6, 14, 30 for k = 1..4, by Gray codes; then 12k - 18 with k - 2 spare qubits, two halves twice with one spare qubit
    phase    2**(k+1) - 2 by Gray codes, or by the recursion on the last control where that is less (quadratic in k)
    rotation 2**k by Gray codes, or two rotations and two flips where that is less

Sources: Barenco et al., Phys. Rev. A 52, 3457 (1995), lemmas 7.2, 7.3, 7.5, 7.9; the toffoli up to relative phases of Margolus
inside lemma 7.2, where each is undone by itself, as in Maslov, Phys. Rev. A 93, 022311 (2016).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ionq_runner.circuits.affine import Affine
from ionq_runner.circuits.definitions import Part

__all__ = ["Block", "Kind", "count_block", "expand_block", "label"]

Kind = Literal["flip", "phase", "sign", "rz", "ry"]
ONE_QUBIT = "one-qubit"

_HALF_TURN = Affine(math.pi)
_EIGHTHS = {1: "t", 2: "s", 4: "z", -1: "ti", -2: "si", -4: "z"}
_GRAY_UP_TO = 4  # controls


@dataclass(frozen=True, slots=True)
class Block:
    """One gate to build: `sign` is the phase pi; a phase treats its target like a control."""

    kind: Kind
    controls: tuple[int, ...]
    target: int
    angle: Affine
    spare: tuple[int, ...]


def expand_block(block: Block) -> Iterator[Part]:
    """The gates of a block, in order."""
    waiting: list[Part | Block] = [block]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Part):
            yield item
        else:
            waiting.extend(reversed(_pieces(item)))


def count_block(kind: Kind, controls: int, spare: int) -> Counter[str]:
    """How many gates of each label a block makes, without making them."""
    if kind == "phase" or spare == 0:
        for smaller in range(_GRAY_UP_TO, controls):  # bottom up, so that no recursion is deep
            _count("phase", smaller, min(spare + controls - smaller, smaller))
    return Counter(_count(kind, controls, min(spare, controls)))


def label(part: Part) -> str:
    """`cnot`, `crz`, `swap`, or `one-qubit`."""
    if not part.controls:
        return ONE_QUBIT if len(part.targets) == 1 else part.name
    return "cnot" if part.name == "x" else f"c{part.name}"


@cache
def _count(kind: str, controls: int, spare: int) -> Counter[str]:
    if kind == "flip" and controls > _GRAY_UP_TO and spare >= controls - 2:
        return Counter({"cnot": 12 * controls - 18, ONE_QUBIT: 16 * controls - 22})  # a ladder
    total: Counter[str] = Counter()
    wires = tuple(range(controls))
    borrowed = tuple(range(controls + 1, controls + 1 + spare))
    for item in _pieces(Block(kind, wires, controls, Affine(1.0), borrowed)):  # type: ignore[arg-type]  # callers pass a Kind
        if isinstance(item, Part):
            total[label(item)] += 1
        else:
            total.update(_count(item.kind, len(item.controls), min(len(item.spare), len(item.controls))))
    return total


def _two_qubit(kind: str, controls: int, spare: int) -> int:
    return sum(count for name, count in _count(kind, controls, min(spare, controls)).items() if name != ONE_QUBIT)


def _pieces(block: Block) -> list[Part | Block]:
    match block.kind:
        case "flip":
            return _flip(block)
        case "sign":
            return _sign(block)
        case "phase":
            return _phase(block)
        case _:
            return _rotation(block)


def _flip(block: Block) -> list[Part | Block]:
    controls, target, spare = block.controls, block.target, block.spare
    count = len(controls)
    if count <= 1:
        return [Part("x", (), (target,), controls)]
    hadamard = Part("h", (), (target,))
    if count <= _GRAY_UP_TO:
        return [hadamard, *_gray_phase((*controls, target), _HALF_TURN), hadamard]
    if len(spare) >= count - 2:
        return _ladder(controls, target, spare[: count - 2])
    if spare:
        return _halves(controls, target, spare)
    return [hadamard, Block("phase", controls, target, _HALF_TURN, ()), hadamard]


def _ladder(controls: tuple[int, ...], target: int, spare: tuple[int, ...]) -> list[Part | Block]:
    """Lemma 7.2: a chain of toffolis through borrowed qubits, once with and once without the target."""
    down = [_relative_toffoli(controls[i + 2], spare[i], spare[i + 1]) for i in reversed(range(len(spare) - 1))]
    chain = [*down, _relative_toffoli(controls[0], controls[1], spare[0]), *reversed(down)]
    borrowed: list[Part | Block] = [part for toffoli in chain for part in toffoli]
    onto_target = Block("flip", (controls[-1], spare[-1]), target, _HALF_TURN, ())
    return [onto_target, *borrowed, onto_target, *borrowed]


def _relative_toffoli(first: int, second: int, target: int) -> tuple[Part, ...]:
    """A toffoli up to the phase of |101>, its own inverse, with three cnots."""
    turn, back = (Part("ry", (Affine(angle),), (target,)) for angle in (math.pi / 4, -math.pi / 4))
    near, far = (Part("x", (), (target,), (control,)) for control in (second, first))
    return turn, near, turn, far, back, near, back


def _halves(controls: tuple[int, ...], target: int, spare: tuple[int, ...]) -> list[Part | Block]:
    """Lemma 7.3: half of the controls flip a borrowed qubit, which with the other half flips the target; twice."""
    middle = (len(controls) + 1) // 2
    first, second, borrowed = controls[:middle], controls[middle:], spare[0]
    onto_borrowed = Block("flip", first, borrowed, _HALF_TURN, (*second, target, *spare[1:]))
    onto_target = Block("flip", (*second, borrowed), target, _HALF_TURN, (*first, *spare[1:]))
    return [onto_borrowed, onto_target, onto_borrowed, onto_target]


def _sign(block: Block) -> list[Part | Block]:
    if len(block.controls) <= 1:
        return [Part("z", (), (block.target,), block.controls)]
    if len(block.controls) <= _GRAY_UP_TO:
        return [*_gray_phase((*block.controls, block.target), _HALF_TURN)]
    hadamard = Part("h", (), (block.target,))
    return [hadamard, Block("flip", block.controls, block.target, _HALF_TURN, block.spare), hadamard]


def _phase(block: Block) -> list[Part | Block]:
    controls, target, angle, spare = block.controls, block.target, block.angle, block.spare
    count = len(controls)
    if count == 0:
        return [Part("rz", (angle,), (target,))]
    if count == 1:
        return [Part("rz", (angle,), (target,), controls), Part("rz", (angle.times(0.5),), controls)]
    if count > _GRAY_UP_TO:
        more = len(spare) + 1
        recursive = 2 + 2 * _two_qubit("flip", count - 1, more) + _two_qubit("phase", count - 1, more)
        if recursive < 2 ** (count + 1) - 2:
            return _phase_by_last_control(block)
    return [*_gray_phase((*controls, target), angle)]


def _phase_by_last_control(block: Block) -> list[Part | Block]:
    """Lemma 7.5: half the angle from the last control, less it where the others flip that control, and half from the others."""
    *others, last = block.controls
    first, target, half = tuple(others), block.target, block.angle.times(0.5)
    flip = Block("flip", first, last, _HALF_TURN, (target, *block.spare))
    return [
        Block("phase", (last,), target, half, ()),
        flip,
        Block("phase", (last,), target, half.times(-1.0), ()),
        flip,
        Block("phase", first, target, half, (last, *block.spare)),
    ]


def _rotation(block: Block) -> list[Part | Block]:
    name, controls, target, angle = block.kind, block.controls, block.target, block.angle
    if len(controls) <= 1:
        return [Part(name, (angle,), (target,), controls)]
    *others, last = controls
    first = tuple(others)
    if 2 + 2 * _two_qubit("flip", len(first), len(block.spare) + 1) < 2 ** len(controls):
        flip = Block("flip", first, target, _HALF_TURN, (last, *block.spare))
        turn, back = (Part(name, (angle.times(factor),), (target,), (last,)) for factor in (0.5, -0.5))
        return [turn, flip, back, flip]
    pieces: list[Part | Block] = []
    for parity, control in _gray_walk(controls):
        sign = -1.0 if parity.bit_count() % 2 else 1.0
        pieces.append(Part(name, (angle.times(sign / 2 ** len(controls)),), (target,)))
        pieces.append(Part("x", (), (target,), (control,)))
    return pieces


def _gray_phase(wires: tuple[int, ...], angle: Affine) -> list[Part]:
    """The phase on |1...1> as a phase on every parity of the wires, each parity one cnot from the one before."""
    parts: list[Part] = []
    share = angle.times(0.5 ** (len(wires) - 1))
    for place in reversed(range(len(wires))):
        for parity, control in _gray_walk(wires[:place]):
            parts.append(_phase_gate(share.times(-1.0 if parity.bit_count() % 2 else 1.0), wires[place]))
            if control is not None:
                parts.append(Part("x", (), (wires[place],), (control,)))
    return parts


def _gray_walk(wires: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Each subset of the wires as bits, with the wire that joins or leaves to make the next one; the walk ends where it began."""
    for step in range(2 ** len(wires)):
        following = step + 1
        bit = min((following & -following).bit_length() - 1, len(wires) - 1)
        yield step ^ (step >> 1), wires[bit] if wires else None  # type: ignore[misc]  # no wires: one subset, no step


def _phase_gate(angle: Affine, wire: int) -> Part:
    eighths = angle.constant / (math.pi / 4)
    if not angle.factors and eighths in _EIGHTHS:
        return Part(_EIGHTHS[int(eighths)], (), (wire,))
    return Part("rz", (angle,), (wire,))

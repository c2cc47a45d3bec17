"""A Program -> the gates that IonQ takes: what local noise follows, what a machine counts, what `show` prints.

IonQ takes a gate that `ionq.facts.gates` marks so; with one control if it is on one qubit and not native, which counts as one
gate on two qubits. Anything else becomes such gates, equal to it up to a global phase. An angle may be an expression: the
decomposition of a gate depends on its name and the number of its controls alone and is made once for all gates of that form.
Counts: ccx and ccz are 6 cnots, cswap 8, p and u one and three rotations; for more controls see `many_controls`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache

from ionq_runner.circuits.affine import Affine, angle_at, product
from ionq_runner.circuits.definitions import Part, conjugation, controlled_form, pauli_parts
from ionq_runner.circuits.many_controls import ONE_QUBIT, Block, Kind, count_block, expand_block, label
from ionq_runner.circuits.program import Angle, Gate, Program
from ionq_runner.ionq.facts.gates import CONTROLLED, GATES

__all__ = ["PHASES", "commuting", "decompose", "decomposed_names", "gate_angles", "gate_counts"]

# Gates that only turn the phase of |1>, and by how much.
PHASES: dict[str, Affine] = {
    "p": Affine(0.0, ((0, 1.0),)), "z": Affine(math.pi), "s": Affine(math.pi / 2), "si": Affine(-math.pi / 2),
    "t": Affine(math.pi / 4), "ti": Affine(-math.pi / 4),
}  # fmt: skip
_LARGE = 8  # controls beyond which a decomposition is made anew each time, and not kept

_Item = Part | Block


def decompose(program: Program) -> Program:
    """The program in gates that IonQ takes."""
    gates: list[Gate] = []
    active = sorted({qubit for gate in program.gates for qubit in gate.qubits})
    for gate in program.gates:
        if _is_taken(gate.name, len(gate.controls), len(gate.targets)):
            gates.append(gate)
            continue
        qubits = gate.qubits + _spare_qubits(gate, active)
        angles = gate_angles(gate)
        for part in _parts(gate, len(qubits) - len(gate.qubits)):
            own = tuple(angle_at(angle, angles) for angle in part.angles)
            gates.append(Gate(part.name, own, tuple(qubits[q] for q in part.targets), tuple(qubits[q] for q in part.controls)))
    return Program(program.qubits, tuple(gates), program.measurements)


def gate_counts(program: Program) -> tuple[int, int]:
    """How many gates on one and on two qubits the decomposed program has, found without making it."""
    total: Counter[str] = Counter()
    for form, count in _forms(program).items():
        for name, own in _form_counts(*form).items():
            total[name] += own * count
    one = total.pop(ONE_QUBIT, 0)
    return one, total.total()


def decomposed_names(program: Program) -> dict[str, str]:
    """What is decomposed: the gate's usual name, and what stands for it, as in `ccx`: `6 cnot, 9 one-qubit`."""
    found: dict[str, str] = {}
    for form in _forms(program):
        name, controls, words, _ = form
        if words or not _is_taken(name, controls, GATES[name].qubits):
            counts = _form_counts(*form)
            ordered = sorted(counts, key=lambda part: (part == ONE_QUBIT, part))
            found[_usual_name(name, controls)] = ", ".join(f"{counts[part]} {part}" for part in ordered if counts[part]) or "nothing"
    return found


def gate_angles(gate: Gate) -> tuple[Angle, ...]:
    """The parameters of a gate; those of a `pauliexp` are the angles 2 time coefficient of its rotations exp(-i angle/2 word)."""
    if gate.name != "pauliexp":
        return gate.angles
    time, *coefficients = gate.angles
    return tuple(product(2.0, product(time, coefficient)) for coefficient in coefficients)


def commuting(words: tuple[str, ...]) -> bool:
    """Whether every two of the Pauli words commute: they differ, and are no I, at an even number of places."""
    masks = [(_mask(word, "XY"), _mask(word, "ZY")) for word in words]
    return all(
        (((x & other_z).bit_count() + (z & other_x).bit_count()) % 2) == 0
        for index, (x, z) in enumerate(masks)
        for other_x, other_z in masks[:index]
    )


def _mask(word: str, letters: str) -> int:
    return sum(1 << place for place, letter in enumerate(word) if letter in letters)


def _is_taken(name: str, controls: int, targets: int) -> bool:
    fact = GATES.get(name)
    return fact is not None and fact.taken and (controls == 0 or (controls == 1 and targets == 1 and not fact.native))


def _spare_qubits(gate: Gate, active: list[int]) -> tuple[int, ...]:
    """Qubits that a gate may borrow: others that the program uses anyway, as many as can help."""
    wanted = len(gate.controls)
    if wanted <= 4:
        return ()
    own = set(gate.qubits)
    spare: list[int] = []
    for qubit in active:
        if qubit not in own:
            spare.append(qubit)
            if len(spare) == wanted:
                break
    return tuple(spare)


_Form = tuple[str, int, tuple[str, ...], int]  # name, controls, words, spare qubits


def _forms(program: Program) -> Counter[_Form]:
    """The forms of gates in a program, with how often each occurs."""
    active = len({qubit for gate in program.gates for qubit in gate.qubits})
    forms: Counter[_Form] = Counter()
    for gate in program.gates:
        controls = len(gate.controls)
        spare = min(active - len(gate.qubits), controls) if controls > 4 else 0
        forms[gate.name, controls, gate.words, spare] += 1
    return forms


def _form_counts(name: str, controls: int, words: tuple[str, ...], spare: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in _items(name, controls, words, spare):
        counts.update([label(item)] if isinstance(item, Part) else count_block(item.kind, len(item.controls), len(item.spare)))
    return counts


def _parts(gate: Gate, spare: int) -> Iterator[Part] | tuple[Part, ...]:
    if len(gate.controls) <= _LARGE and not gate.words:
        return _kept_parts(gate.name, len(gate.controls), spare)
    return _made_parts(gate.name, len(gate.controls), gate.words, spare)


@cache
def _kept_parts(name: str, controls: int, spare: int) -> tuple[Part, ...]:
    return tuple(_made_parts(name, controls, (), spare))


def _made_parts(name: str, controls: int, words: tuple[str, ...], spare: int) -> Iterator[Part]:
    for item in _items(name, controls, words, spare):
        if isinstance(item, Part):
            yield item
        else:
            yield from expand_block(item)


def _items(name: str, controls: int, words: tuple[str, ...], spare: int) -> Iterator[_Item]:
    """A form as parts and blocks on qubits 0, 1, ...: the controls, the targets, the spare ones."""
    control_wires = tuple(range(controls))
    if name == "pauliexp":
        assert commuting(words), "a pauliexp of words that do not commute is refused where it is read"
        targets = range(controls, controls + len(words[0])) if words else range(0)
        first_spare = controls + len(targets)
        borrowed = tuple(range(first_spare, first_spare + spare))
        for index, word in enumerate(words):
            angle = Affine(0.0, ((index, 1.0),))
            yield from _rotation_items(word, angle, tuple(targets), control_wires, borrowed)
        return
    fact = GATES[name]
    first_spare = controls + fact.qubits
    angles = tuple(Affine(0.0, ((index, 1.0),)) for index in range(len(fact.parameters)))
    part = Part(name, angles, tuple(range(controls, first_spare)), control_wires)
    yield from _expanded(part, tuple(range(first_spare, first_spare + spare)))


def _rotation_items(
    word: str, angle: Affine, targets: tuple[int, ...], controls: tuple[int, ...], spare: tuple[int, ...]
) -> Iterator[_Item]:
    """exp(-i angle/2 word) under controls: a basis change, a ladder of cnots, one rotation that alone is controlled, and back."""
    places = [place for place, letter in enumerate(word) if letter != "I"]
    if not places:
        if controls:
            yield Block("phase", controls[:-1], controls[-1], angle.times(-0.5), spare)
        return
    letters = "".join(word[place] for place in places)
    if not controls and letters in ("X", "Y", "Z", "XX", "YY", "ZZ"):
        yield Part(f"r{letters.lower()}", (angle,), tuple(targets[place] for place in places))
        return
    for part in pauli_parts(word, angle, targets, controls):
        yield from _expanded(part, spare)


def _expanded(part: Part, spare: tuple[int, ...]) -> Iterator[_Item]:
    """A part as what IonQ takes; blocks where it has several controls."""
    name, controls, targets = part.name, part.controls, part.targets
    if _is_taken(name, len(controls), len(targets)):
        yield part
    elif len(targets) > 1:
        before, core, after = (tuple(own.at(part.angles, targets) for own in group) for group in conjugation(name))
        for own in (*before, *(own.under(controls) for own in core), *after):
            yield from _expanded(own, spare)
    elif (form := controlled_form(name)) is not None:
        for own, controlled in form.parts:
            placed = own.at(part.angles, targets)
            yield from _expanded(placed.under(controls) if controlled else placed, spare)
        if controls and (form.phase.factors or form.phase.constant):
            yield from _simplest("phase", controls[:-1], controls[-1], form.phase.at(part.angles), spare)
    else:
        angle = PHASES[name].at(part.angles) if name in PHASES else (part.angles[0] if part.angles else Affine())
        yield from _simplest(_kind(name), controls, targets[0], angle, spare)


def _kind(name: str) -> Kind:
    kinds: dict[str, Kind] = {"x": "flip", "z": "sign", "rz": "rz", "ry": "ry"}
    return kinds.get(name, "phase")


def _simplest(kind: Kind, controls: tuple[int, ...], target: int, angle: Affine, spare: tuple[int, ...]) -> Iterator[_Item]:
    block = Block(kind, controls, target, angle, spare)
    yield from expand_block(block) if len(controls) <= 1 else (block,)


def _usual_name(name: str, controls: int) -> str:
    for usual, meaning in CONTROLLED.items():
        if meaning == (name, controls):
            return usual
    return name if controls == 0 else f"{name} under {controls} control{'s' * (controls > 1)}"

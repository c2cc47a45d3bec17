"""Gates -> kernel operations: turns of one qubit, flips, and phases; all that the engines know.

Every gate of the vocabulary under any number of controls is a short sequence of these, the same for all gates of a name, so it
is found once. Swaps only rename wires. Angles stay sums over the program's distinct angle expressions, the columns.
A global phase is kept where controls make it count, and dropped where it is truly global.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ionq_runner.circuits.affine import Affine, summands
from ionq_runner.circuits.decompose import PHASES, commuting, gate_angles
from ionq_runner.circuits.definitions import Part, conjugation, controlled_form, euler, pauli_parts, statement
from ionq_runner.circuits.program import Angle, Gate, Program
from ionq_runner.expressions import Expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["Depolarise", "Flip", "Lowered", "Operation", "Parity", "Phase", "Turn", "lower"]

HALF_TURN = PHASES["z"]


@dataclass(frozen=True, slots=True)
class Turn:
    """`u(theta, phi, lam)` on one qubit, up to a global phase."""

    qubit: int
    theta: Affine
    phi: Affine
    lam: Affine


@dataclass(frozen=True, slots=True)
class Flip:
    """X on the target where all controls are 1."""

    target: int
    controls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """exp(i angle) where all the qubits, one at least, are 1."""

    qubits: tuple[int, ...]
    angle: Affine


@dataclass(frozen=True, slots=True)
class Parity:
    """exp(-i angle/2 Z...Z) on the qubits; up to a global phase, exp(i angle) where an odd number of them is 1."""

    qubits: tuple[int, ...]
    angle: Affine


@dataclass(frozen=True, slots=True)
class Depolarise:
    """rho -> (1 - rate) rho + rate I/d on one or two qubits, after a gate."""

    qubits: tuple[int, ...]
    rate: float
    gate: int = field(compare=False)  # its place in the program


@dataclass(frozen=True, slots=True)
class _Swap:
    """Two wires exchange their names."""

    qubits: tuple[int, int]


Operation = Turn | Flip | Phase | Parity | Depolarise
_Kernel = Turn | Flip | Phase | Parity | _Swap


@dataclass(frozen=True, slots=True)
class Lowered:
    """A program as kernel operations on wires 0, 1, ..., one for each active qubit."""

    operations: tuple[Operation, ...]
    expressions: tuple[Expression, ...]  # the columns that angles refer to, each once
    qubits: tuple[int, ...]  # the active qubits, ascending: wire i begins as the i-th
    wires: tuple[int, ...]  # the wire on which each of them is at the end


def lower(program: Program, noise: NoiseModel | None = None) -> Lowered:
    """The kernel operations of a program; with noise, of a decomposed one, the channel of each gate after it."""
    qubits = tuple(sorted({qubit for gate in program.gates for qubit in gate.qubits}))
    place = {qubit: wire for wire, qubit in enumerate(qubits)}
    wires = list(range(len(qubits)))
    columns = _Columns()
    operations: list[Operation] = []
    for index, gate in enumerate(program.gates):
        own = tuple(place[qubit] for qubit in gate.qubits)
        angles = tuple(columns.affine(angle) for angle in gate_angles(gate))
        for kernel in _kernels(gate):
            if isinstance(kernel, _Swap):
                first, second = (own[q] for q in kernel.qubits)
                wires[first], wires[second] = wires[second], wires[first]
            else:
                operations.append(_placed(kernel, angles, [wires[q] for q in own]))
        if noise is not None:
            rate = noise.one_qubit if len(own) == 1 else noise.two_qubit
            if rate > 0:
                operations.append(Depolarise(tuple(wires[q] for q in own), rate, index))
    return Lowered(tuple(operations), tuple(columns.expressions), qubits, tuple(wires))


class _Columns:
    """The distinct expressions met so far."""

    def __init__(self) -> None:
        self.expressions: list[Expression] = []
        self.places: dict[Expression, int] = {}
        self.known: dict[int, tuple[Angle, Affine]] = {}  # by identity, kept alive: hashing an expression walks its tree

    def affine(self, angle: Angle) -> Affine:
        """The angle as a sum over the columns."""
        if not isinstance(angle, Expression):
            return Affine(float(angle))
        if (known := self.known.get(id(angle))) is not None:
            return known[1]
        constant, terms = summands(angle)
        total = Affine(constant)
        for expression, factor in terms:
            index = self.places.setdefault(expression, len(self.places))
            if index == len(self.expressions):
                self.expressions.append(expression)
            total = total.plus(Affine(0.0, ((index, factor),)))
        self.known[id(angle)] = angle, total
        return total


def _placed(kernel: Turn | Flip | Phase | Parity, angles: Sequence[Affine], wires: Sequence[int]) -> Operation:
    match kernel:
        case Turn(qubit, theta, phi, lam):
            return Turn(wires[qubit], theta.at(angles), phi.at(angles), lam.at(angles))
        case Flip(target, controls):
            return Flip(wires[target], tuple([wires[q] for q in controls]))
        case Phase(qubits, angle):
            return Phase(tuple([wires[q] for q in qubits]), angle.at(angles))
        case Parity(qubits, angle):
            return Parity(tuple([wires[q] for q in qubits]), angle.at(angles))


def _kernels(gate: Gate) -> tuple[_Kernel, ...]:
    if gate.name == "pauliexp":
        return tuple(_pauli_kernels(gate.words, len(gate.controls)))
    return _gate_kernels(gate.name, len(gate.controls))


@lru_cache(maxsize=512)
def _gate_kernels(name: str, controls: int) -> tuple[_Kernel, ...]:
    fact = GATES[name]
    angles = tuple(Affine(0.0, ((index, 1.0),)) for index in range(len(fact.parameters)))
    targets = tuple(range(controls, controls + fact.qubits))
    return tuple(_lowered(Part(name, angles, targets, tuple(range(controls)))))


def _pauli_kernels(words: tuple[str, ...], controls: int) -> Iterator[_Kernel]:
    """A product of Pauli rotations, letter i of a word on target i; under controls their ladders of flips stay as they are."""
    assert commuting(words), "a pauliexp of words that do not commute is refused where it is read"
    control_wires = tuple(range(controls))
    for index, word in enumerate(words):
        angle = Affine(0.0, ((index, 1.0),))
        if not word.strip("I"):
            if controls:
                yield Phase(control_wires, angle.times(-0.5))
            continue
        for part in pauli_parts(word, angle, range(controls, controls + len(word)), control_wires):
            yield from _lowered(part)


def _lowered(part: Part) -> Iterator[_Kernel]:
    name, controls, targets = part.name, part.controls, part.targets
    if len(targets) > 1:
        if name == "swap" and not controls:
            yield _Swap((targets[0], targets[1]))
            return
        before, core, after = (tuple(own.at(part.angles, targets) for own in group) for group in conjugation(name))
        for own in (*before, *(own.under(controls) for own in core), *after):
            yield from _lowered(own)
    elif controls:
        yield from _controlled(part)
    else:
        theta, phi, lam, _ = (angle.at(part.angles) for angle in euler(name))
        if not theta.factors and theta.constant == 0:
            yield Parity(targets, phi.plus(lam))
        else:
            yield Turn(targets[0], theta, phi, lam)


def _controlled(part: Part) -> Iterator[_Kernel]:
    """A one-qubit gate under controls: flips and phases, which cost nothing, between turns without controls."""
    name, controls, target = part.name, part.controls, part.targets[0]
    if name == "x":
        yield Flip(target, controls)
    elif name in PHASES:
        yield Phase((*controls, target), PHASES[name].at(part.angles))
    elif name == "rz":
        yield Phase(controls, part.angles[0].times(-0.5))
        yield Phase((*controls, target), part.angles[0])
    elif name == "ry":
        for text, controlled in (("rx(pi/2) 0", False), ("rz(theta) 0", True), ("rx(-pi/2) 0", False)):
            own = statement(text, ("theta",)).at(part.angles, part.targets)
            yield from _lowered(own.under(controls) if controlled else own)
    else:
        form = controlled_form(name)
        assert form is not None, f"{name} has no form under controls"
        for own, controlled in form.parts:
            placed = own.at(part.angles, part.targets)
            yield from _lowered(placed.under(controls) if controlled else placed)
        if form.phase.factors or form.phase.constant:
            yield Phase(controls, form.phase.at(part.angles))

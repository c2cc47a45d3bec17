"""What the facts say of a gate, as parts: definitions parsed once, angles affine in the gate's parameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ionq_runner.circuits.affine import Affine, parse_affine
from ionq_runner.circuits.vocabulary import word
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["ControlledForm", "Part", "conjugation", "controlled_form", "euler", "pauli_parts", "statement"]


@dataclass(frozen=True, slots=True)
class Part:
    """A gate inside a definition: qubits by position in what is defined, angles affine in its parameters."""

    name: str
    angles: tuple[Affine, ...]
    targets: tuple[int, ...]
    controls: tuple[int, ...] = ()

    @property
    def qubits(self) -> tuple[int, ...]:
        """All its qubits, controls first."""
        return self.controls + self.targets

    def under(self, controls: tuple[int, ...]) -> Part:
        """The part with more controls."""
        return Part(self.name, self.angles, self.targets, controls + self.controls)

    def at(self, angles: Sequence[Affine], qubits: Sequence[int]) -> Part:
        """The part with the angles and qubits of one that uses the definition."""
        own = tuple(angle.at(angles) for angle in self.angles)
        return Part(self.name, own, tuple(qubits[q] for q in self.targets), tuple(qubits[q] for q in self.controls))


@cache
def euler(name: str) -> tuple[Affine, Affine, Affine, Affine]:
    """Theta, phi, lambda and gamma of a one-qubit gate."""
    fact = GATES[name]
    assert fact.euler is not None, f"{name} is no one-qubit gate"
    theta, phi, lam, gamma = (parse_affine(text, fact.parameters) for text in fact.euler)
    return theta, phi, lam, gamma


@cache
def statement(text: str, parameters: tuple[str, ...]) -> Part:
    """`crz(theta/2) 0 1` as a part."""
    head, _, tail = text.partition(")") if "(" in text else text.partition(" ")
    name, _, inner = head.partition("(")
    meaning = word(name)
    assert meaning is not None, f"no gate is called {name}"
    angles = tuple(parse_affine(argument.strip(), parameters) for argument in inner.split(",")) if inner else ()
    qubits = tuple(int(operand) for operand in tail.split())
    return Part(meaning.fact.name, angles, qubits[meaning.controls :], qubits[: meaning.controls])


@cache
def conjugation(name: str) -> tuple[tuple[Part, ...], tuple[Part, ...], tuple[Part, ...]]:
    """A definition as `before`, `core`, `after`, where `after` undoes `before`: only the core need be controlled."""
    fact = GATES[name]
    core = [statement(text, fact.parameters) for text in fact.definition]
    before: list[Part] = []
    after: list[Part] = []
    while len(core) > 2 and (partner := _partner(core)) is not None:
        after.insert(0, core.pop(partner))
        before.append(core.pop(0))
    return tuple(before), tuple(core), tuple(after)


def _partner(parts: list[Part]) -> int | None:
    """The place of a part that undoes the first one and can be moved to the end."""
    undone = _inverse(parts[0])
    for index in range(len(parts) - 1, 1, -1):
        if parts[index] == undone and not any(set(later.qubits) & set(undone.qubits) for later in parts[index + 1 :]):
            return index
    return None


def _inverse(part: Part) -> Part | None:
    fact = GATES[part.name]
    if not fact.inverse:
        return None
    inverse = statement(f"{fact.inverse} {' '.join(map(str, range(fact.qubits)))}", fact.parameters)
    return inverse.at(part.angles, part.targets).under(part.controls)


@dataclass(frozen=True, slots=True)
class ControlledForm:
    """A one-qubit gate as a product of others, of which only some need its controls.

    `parts` are on qubit 0, each with whether it is controlled; `phase` is a phase that remains on the controls alone.
    """

    parts: tuple[tuple[Part, bool], ...]
    phase: Affine


# A star: this one takes the controls. Gates that are not here are phases on |1>, or turned under controls by their own means.
_CONTROLLED_FORMS: dict[str, tuple[str, ...]] = {
    "y": ("si", "*x", "s"),
    "h": ("ry(-pi/4)", "*z", "ry(pi/4)"),
    "v": ("h", "*s", "h"),
    "vi": ("h", "*si", "h"),
    "rx": ("h", "*rz(theta)", "h"),
    "r": ("rz(-phi)", "*rx(theta)", "rz(phi)"),
    "gpi": ("rz(-2*pi*phi)", "*x", "rz(2*pi*phi)"),
    "gpi2": ("rz(-2*pi*phi)", "*rx(pi/2)", "rz(2*pi*phi)"),
    "u": ("*rz(lam)", "*ry(theta)", "*rz(phi)"),
    "u2": ("*rz(lam)", "*ry(pi/2)", "*rz(phi)"),
}
_PHASES = {"u": "phi/2 + lam/2", "u2": "phi/2 + lam/2"}


@cache
def controlled_form(name: str) -> ControlledForm | None:
    """How a one-qubit gate is taken apart under controls; None for x, ry, rz and the phases, which are where it ends."""
    if name not in _CONTROLLED_FORMS:
        return None
    parameters = GATES[name].parameters
    parts = tuple((statement(f"{text.removeprefix('*')} 0", parameters), text.startswith("*")) for text in _CONTROLLED_FORMS[name])
    return ControlledForm(parts, parse_affine(_PHASES.get(name, "0"), parameters))


def pauli_parts(word: str, angle: Affine, targets: Sequence[int], controls: tuple[int, ...]) -> tuple[Part, ...]:
    """exp(-i angle/2 word), its letter i on target i and one of them no I: a ladder of cnots around a turn, which has the controls."""
    places = [target for target, letter in zip(targets, word, strict=True) if letter != "I"]
    before: list[Part] = []
    after: list[Part] = []
    for target, letter in zip(targets, word, strict=True):
        if letter == "X":
            before.append(Part("h", (), (target,)))
            after.append(Part("h", (), (target,)))
        elif letter == "Y":
            before.append(Part("rx", (Affine(math.pi / 2),), (target,)))
            after.append(Part("rx", (Affine(-math.pi / 2),), (target,)))
    ladder = [Part("x", (), (target,), (control,)) for control, target in itertools.pairwise(places)]
    return (*before, *ladder, Part("rz", (angle,), (places[-1],), controls), *reversed(ladder), *after)

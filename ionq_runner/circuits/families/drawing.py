"""The families that are drawn at random: whole numbers -> gates, the same for ever.

Every draw comes from a stream of its own, keyed by the version of the language, the family and its whole numbers, so that no circuit
depends on which others there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from ionq_runner.circuits.families.cliffords import draw_element, one_qubit_words, undoing
from ionq_runner.circuits.families.stream import Stream
from ionq_runner.circuits.families.tableau import Move, Tableau, gate_of, undone
from ionq_runner.circuits.program import Gate

__all__ = ["drawn_gates", "fewest_gates"]

_VERSION = 1  # of the language: another one may draw other circuits


@lru_cache(maxsize=1)  # a circuit is counted, and then made
def drawn_gates(family: str, qubits: int, length: int, instance: int, limit: int) -> tuple[Gate, ...]:
    """The gates of one circuit: `length` layers or elements on so many qubits. At most one gate more than the limit is made."""
    stream = Stream("ionq_runner", _VERSION, family, qubits, length, instance)
    return tuple(islice(_DRAWN[family](stream, qubits, length), limit + 1))


def fewest_gates(family: str, qubits: int, length: int) -> int:
    """A number of gates that a circuit has at least, or as good as surely where it is large: told before any is drawn."""
    match family:
        case "clifford_rb":
            return length * {1: 3, 2: 14}.get(qubits, 2 * qubits**2) // 2  # 19/12 and 212/30 on average
        case "quantum_volume":
            return length * (qubits // 2) * 7
        case _:
            return length * 3 * (qubits // 2)


def _clifford_rb(stream: Stream, qubits: int, length: int) -> Iterator[Gate]:
    """Random elements of the Clifford group, and the one that undoes their product."""
    product = Tableau.identity(qubits)
    for _ in range(length):
        element = draw_element(stream, qubits)
        product.move(element)
        yield from map(gate_of, element)
    yield from map(gate_of, undoing(product, qubits))


def _mirror(stream: Stream, qubits: int, depth: int) -> Iterator[Gate]:
    """There and back: the layers are undone from the last to the first, with random Pauli gates between all of them."""
    outer = _one_qubit_layer(stream, range(qubits))
    layers: list[list[Move]] = []
    yield from map(gate_of, outer)
    for _ in range(depth // 2):
        yield from map(gate_of, _pauli_layer(stream, qubits))
        layers.append(_mirror_layer(stream, qubits))
        yield from map(gate_of, layers[-1])
    yield from map(gate_of, _pauli_layer(stream, qubits))
    for layer in reversed(layers):
        yield from map(gate_of, undone(layer))
        yield from map(gate_of, _pauli_layer(stream, qubits))
    yield from map(gate_of, undone(outer))


def _one_qubit_layer(stream: Stream, qubits: range | tuple[int, ...]) -> list[Move]:
    words = one_qubit_words()
    return [(name, qubit) for qubit in qubits for name in words[stream.below(len(words))]]


def _pauli_layer(stream: Stream, qubits: int) -> list[Move]:
    names = ("", "x", "y", "z")
    drawn = [names[stream.bits(2)] for _ in range(qubits)]
    return [(name, qubit) for qubit, name in enumerate(drawn) if name]


def _mirror_layer(stream: Stream, qubits: int) -> list[Move]:
    """Qubits paired at random; a pair has a cnot or, as often, a random Clifford gate on each."""
    moves: list[Move] = []
    for pair in _pairs(stream, qubits):
        if len(pair) == 2 and stream.bits(1):
            moves.append(("cnot", pair[0], pair[1]))
        else:
            moves += _one_qubit_layer(stream, pair)
    return moves


def _pairs(stream: Stream, qubits: int) -> Iterator[tuple[int, ...]]:
    """All qubits two by two in random order; of an odd number one stays alone, the last."""
    order = stream.shuffled(qubits)
    for first in range(0, qubits, 2):
        yield tuple(order[first : first + 2])


def _quantum_volume(stream: Stream, qubits: int, depth: int) -> Iterator[Gate]:
    """In each layer a random gate on each pair; of an odd number of qubits one rests."""
    for _ in range(depth):
        for pair in _pairs(stream, qubits):
            if len(pair) == 2:
                yield from _haar_pair(stream, pair)


def _haar_pair(stream: Stream, pair: tuple[int, ...]) -> Iterator[Gate]:
    """An element of SU(4), drawn evenly: turns of each qubit, evenly, before and after exp(-i(a XX + b YY + c ZZ)/2).

    The Haar measure of these angles has the density |(x - y)(y - z)(z - x)| with x = cos 2a, y = cos 2b, z = cos 2c, by the integral
    formula for the symmetric space SU(4)/SO(4) (S. Helgason, "Groups and Geometric Analysis", 1984, theorem I.5.10).
    """
    yield from (_haar_turn(stream, qubit) for qubit in pair)
    while True:
        a, b, c = (math.pi * stream.fraction() for _ in range(3))
        x, y, z = math.cos(2 * a), math.cos(2 * b), math.cos(2 * c)
        if 2 * stream.fraction() < abs((x - y) * (y - z) * (z - x)):  # 2 is the largest value, at -1, 0 and 1
            break
    yield from (Gate(name, (angle,), pair) for name, angle in (("rxx", a), ("ryy", b), ("rzz", c)))
    yield from (_haar_turn(stream, qubit) for qubit in pair)


def _haar_turn(stream: Stream, qubit: int) -> Gate:
    """A turn of one qubit, drawn evenly from all: the cosine of theta is even between -1 and 1."""
    theta = math.acos(1 - 2 * stream.fraction())
    return Gate("u", (theta, 2 * math.pi * stream.fraction(), 2 * math.pi * stream.fraction()), (qubit,))


def _random(stream: Stream, qubits: int, depth: int) -> Iterator[Gate]:
    """Each qubit turned at random, then pairs at random with a cz each."""
    for _ in range(depth):
        yield from (_haar_turn(stream, qubit) for qubit in range(qubits))
        yield from (Gate("z", (), pair[1:], pair[:1]) for pair in _pairs(stream, qubits) if len(pair) == 2)


_DRAWN: dict[str, Callable[[Stream, int, int], Iterator[Gate]]] = {
    "clifford_rb": _clifford_rb,
    "mirror": _mirror,
    "quantum_volume": _quantum_volume,
    "random": _random,
}

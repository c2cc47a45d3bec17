"""The Clifford group: elements drawn evenly, written with few gates, and the element that undoes a circuit.

On one qubit an element is the shortest word of gates that makes it, on two it is one of the four classes of A. D. Corcoles et al.,
Physical Review A 87, 030301 (2013), and on more it is what takes a random pair of Pauli operators to X and Z, qubit by qubit: E. van
den Berg, IEEE International Conference on Quantum Computing and Engineering (2021).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ionq_runner.circuits.families.stream import Stream
from ionq_runner.circuits.families.tableau import Move, Tableau, undone

__all__ = ["TWO_QUBIT_ELEMENTS", "draw_element", "one_qubit_words", "two_qubit_moves", "undoing"]

Word = tuple[str, ...]
"""Gates on one qubit, the first first."""

_NAMES = ("x", "y", "z", "h", "s", "si", "v", "vi")
_COSETS: tuple[Word, ...] = ((), ("v", "s"), ("si", "vi"))  # nothing, and what takes X, Y and Z round, either way
_CLASSES = ((), ((0, 1),), ((0, 1), (1, 0)), ((0, 1), (1, 0), (0, 1)))  # by their cnots
_ALONE = 24 * 24
_TURNED = _ALONE * 9
TWO_QUBIT_ELEMENTS = 2 * _ALONE + 2 * _TURNED


def draw_element(stream: Stream, qubits: int) -> list[Move]:
    """An element of the group on so many qubits, each as likely as the others."""
    if qubits == 1:
        return [(name, 0) for name in one_qubit_words()[stream.below(24)]]
    if qubits == 2:
        return two_qubit_moves(stream.below(TWO_QUBIT_ELEMENTS))
    swept: list[Move] = []
    for first in range(qubits):
        swept += _sweep(_random_pair(stream, first, qubits), 0, first)
    return undone(swept)


def undoing(made: Tableau, qubits: int) -> list[Move]:
    """The element that undoes a circuit, from what that makes of X and Z of each qubit."""
    if qubits == 1:
        return [(name, 0) for name in _inverses()[made.key]]
    if qubits == 2:
        return _pair_that_undoes(made)
    return [move for first in range(qubits) for move in _sweep(made, 2 * first, first)]


# --- one qubit


@cache
def one_qubit_words() -> tuple[Word, ...]:
    """The shortest word of each of the 24 elements, the first in the order of the names."""
    found: dict[tuple[int, ...], Word] = {_through(()).key: ()}
    newest: list[Word] = [()]
    while newest:
        longer = [(*word, name) for word in newest for name in _NAMES]
        newest = [word for word in longer if found.setdefault(_through(word).key, word) is word]
    return tuple(found.values())


def _through(word: Word) -> Tableau:
    tableau = Tableau.identity(1)
    tableau.move((name, 0) for name in word)
    return tableau


@cache
def _elements() -> dict[tuple[int, ...], Word]:
    """The words by what they make of X and Z."""
    return {_through(word).key: word for word in one_qubit_words()}


@cache
def _inverses() -> dict[tuple[int, ...], Word]:
    """The words by what the element that they undo makes of X and Z."""
    back = {word: [(name, 0) for name in word] for word in one_qubit_words()}
    tableaus = {word: Tableau.identity(1) for word in back}
    for word, moves in back.items():
        tableaus[word].move(undone(moves))
    return {tableau.key: word for word, tableau in tableaus.items()}


# --- two qubits

_Parts = tuple[int, tuple[Word, Word], tuple[Word, Word]]  # the class, the words before its cnots, and those after them


def two_qubit_moves(number: int) -> list[Move]:
    """The element of a number below 11,520, each a different one."""
    starts = (0, _ALONE, _ALONE + _TURNED, _ALONE + 2 * _TURNED)
    kind = max(kind for kind, start in enumerate(starts) if number >= start)
    before, after = divmod(number - starts[kind], _ALONE)
    words = one_qubit_words()
    return _moves_of(kind, (_COSETS[before // 3], _COSETS[before % 3]), (words[after // 24], words[after % 24]))


def _moves_of(kind: int, before: tuple[Word, Word], after: tuple[Word, Word]) -> list[Move]:
    moves: list[Move] = [(name, qubit) for qubit, word in enumerate(before) for name in word]
    moves += [("cnot", control, target) for control, target in _CLASSES[kind]]
    moves += [(name, qubit) for qubit, word in enumerate(after) for name in word]
    return moves


@cache
def _parts_that_undo() -> dict[tuple[int, ...], _Parts]:
    """For what a circuit makes of X and Z but for signs, the parts of an element that undoes it but for signs."""
    found: dict[tuple[int, ...], _Parts] = {}
    turns = tuple({_through(word).letters: word for word in reversed(one_qubit_words())}.values())
    for kind in range(len(_CLASSES)):
        cosets = _COSETS if kind in (1, 2) else _COSETS[:1]
        for before in ((a, b) for a in cosets for b in cosets):
            for after in ((a, b) for a in turns for b in turns):
                tableau = Tableau.identity(2)
                tableau.move(undone(_moves_of(kind, before, after)))
                found[tableau.letters] = kind, before, after
    return found


def _pair_that_undoes(made: Tableau) -> list[Move]:
    kind, before, after = _parts_that_undo()[made.letters]
    made.move(_moves_of(kind, before, after))
    signed = [_elements()[_through((*word, *_sign_gate(made, 2 * qubit))).key] for qubit, word in enumerate(after)]
    return _moves_of(kind, before, (signed[0], signed[1]))


def _sign_gate(tableau: Tableau, row: int) -> Word:
    """What makes X and Z of a qubit positive, which are operators `row` and the next one."""
    return (((), ("x",)), (("z",), ("y",)))[tableau.sign >> row & 1][tableau.sign >> row + 1 & 1]


# --- more qubits


def _random_pair(stream: Stream, first: int, qubits: int) -> Tableau:
    """Two Pauli operators on the qubits from `first` that anticommute, each such pair as likely as the others."""
    width = qubits - first
    one = other = (0, 0)
    while one == (0, 0):
        one = stream.bits(width) << first, stream.bits(width) << first
    while (one[0] & other[1]).bit_count() % 2 == (one[1] & other[0]).bit_count() % 2:
        other = stream.bits(width) << first, stream.bits(width) << first
    return Tableau([(*one, stream.bits(1)), (*other, stream.bits(1))], qubits)


def _sweep(tableau: Tableau, row: int, first: int) -> Iterator[Move]:
    """Gates that take operator `row` to X of qubit `first`, and the next one to its Z; neither touches an earlier qubit.

    The tableau is taken along.
    """
    yield from _to_x(tableau, row, first)
    yield from _done(tableau, ("h", first))  # X becomes Z, which what follows leaves as it is
    yield from _to_x(tableau, row + 1, first)
    yield from _done(tableau, ("h", first))
    for name in _sign_gate(tableau, row):
        yield from _done(tableau, (name, first))


def _to_x(tableau: Tableau, row: int, first: int) -> Iterator[Move]:
    """Take an operator to plus or minus X of a qubit."""
    x, z = tableau.x, tableau.z
    for qubit in range(first, len(x)):
        if z[qubit] >> row & 1:
            yield from _done(tableau, ("s" if x[qubit] >> row & 1 else "h", qubit))
    if not x[first] >> row & 1:
        yield from _done(tableau, ("cnot", next(qubit for qubit in range(first, len(x)) if x[qubit] >> row & 1), first))
    for qubit in range(first + 1, len(x)):
        if x[qubit] >> row & 1:
            yield from _done(tableau, ("cnot", first, qubit))


def _done(tableau: Tableau, move: Move) -> Iterator[Move]:
    tableau.move([move])
    yield move

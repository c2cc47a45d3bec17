"""The Clifford group is drawn evenly: each element once among the numbers, and what is drawn is undone exactly."""

from __future__ import annotations

import collections
from fractions import Fraction

import cirq
import numpy as np
import pytest

from ionq_runner.circuits.families.cliffords import TWO_QUBIT_ELEMENTS, draw_element, one_qubit_words, two_qubit_moves, undoing
from ionq_runner.circuits.families.stream import Stream
from ionq_runner.circuits.families.tableau import Tableau, undone

NAMES = ["x", "y", "z", "h", "s", "si", "v", "vi"]
CIRQ = {
    "x": cirq.X, "y": cirq.Y, "z": cirq.Z, "h": cirq.H, "s": cirq.S, "si": cirq.S**-1, "v": cirq.X**0.5, "vi": cirq.X**-0.5,
    "cnot": cirq.CNOT,
}  # fmt: skip
PAULIS = {(0, 0): np.eye(2), (1, 0): cirq.unitary(cirq.X), (1, 1): cirq.unitary(cirq.Y), (0, 1): cirq.unitary(cirq.Z)}


def through(moves, qubits):
    tableau = Tableau.identity(qubits)
    tableau.move(moves)
    return tableau


def unitary(moves, qubits):
    line = cirq.LineQubit.range(qubits)
    return cirq.Circuit(CIRQ[name].on(*(line[q] for q in places)) for name, *places in moves).unitary(qubit_order=line)


def operator(tableau, row, qubits):
    matrix = np.eye(1) * (-1) ** (tableau.sign >> row & 1)
    for q in range(qubits):
        matrix = np.kron(matrix, PAULIS[tableau.x[q] >> row & 1, tableau.z[q] >> row & 1])
    return matrix


@pytest.mark.parametrize("moves", [
    *([(name, 0)] for name in NAMES), *([("h", 0), ("s", 0), (name, 0)] for name in NAMES), [("cnot", 0, 1)], [("cnot", 1, 0)],
    [("h", 0), ("cnot", 0, 1), ("v", 1), ("cnot", 1, 0), ("s", 0), ("cnot", 0, 1)],
], ids=str)  # fmt: skip
def test_a_tableau_follows_what_matrices_do(moves):
    whole, before, after = unitary(moves, 2), Tableau.identity(2), through(moves, 2)
    for row in range(4):
        assert whole @ operator(before, row, 2) @ whole.conj().T == pytest.approx(operator(after, row, 2), abs=1e-9)


def test_on_one_qubit_there_are_24_elements_of_19_twelfths_gates():
    words = one_qubit_words()
    assert len({through([(name, 0) for name in word], 1).key for word in words}) == len(words) == 24
    assert Fraction(sum(map(len, words)), 24) == Fraction(19, 12)


def test_on_two_qubits_each_number_is_another_of_11520_elements():
    elements = [two_qubit_moves(number) for number in range(TWO_QUBIT_ELEMENTS)]
    assert len({through(moves, 2).key for moves in elements}) == len(elements) == 11_520
    cnots = sum(move[0] == "cnot" for moves in elements for move in moves)
    assert Fraction(cnots, 11_520) == Fraction(3, 2)
    assert Fraction(sum(map(len, elements)) - cnots, 11_520) == Fraction(167, 30)


@pytest.mark.parametrize("qubits", [1, 2, 3, 4, 7])
def test_what_is_drawn_is_undone_with_all_signs(qubits):
    stream = Stream("test", qubits)
    for _ in range(30):
        moves = draw_element(stream, qubits) + draw_element(stream, qubits)
        back = undoing(through(moves, qubits), qubits)
        assert through(moves + back, qubits).key == Tableau.identity(qubits).key
        assert through(moves + undone(moves), qubits).key == Tableau.identity(qubits).key


def test_every_element_on_two_qubits_is_undone():
    for number in range(0, TWO_QUBIT_ELEMENTS, 7):
        moves = two_qubit_moves(number)
        assert through(moves + undoing(through(moves, 2), 2), 2).key == Tableau.identity(2).key


@pytest.mark.parametrize(("qubits", "draws"), [(1, 4_800), (3, 6_400)])
def test_elements_are_drawn_evenly(qubits, draws):
    """Each image of the first X is as likely as the others: 2 (4^n - 1) of them, by a chi-square."""
    stream = Stream("even", qubits)
    images = collections.Counter()
    for _ in range(draws):
        tableau = through(draw_element(stream, qubits), qubits)
        images[tuple(part & 1 for part in (*tableau.x, *tableau.z, tableau.sign))] += 1
    kinds = 2 * (4**qubits - 1)
    expected = draws / kinds
    surprise = sum((count - expected) ** 2 / expected for count in images.values())
    assert len(images) == kinds
    assert abs(surprise - (kinds - 1)) < 4 * np.sqrt(2 * (kinds - 1))

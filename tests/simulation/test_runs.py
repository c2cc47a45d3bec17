"""Runs followed symbolically, and the vectors that come of them, against one label at a time."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.labels import labels_after, linear_labels, odd_labels, sources, sums_over_bits
from ionq_runner.simulation.lowering import Flip, Parity, Phase
from ionq_runner.simulation.rows import row_phases, row_terms
from ionq_runner.simulation.runs import LinearMap, follow, reordered
from ionq_runner.simulation.turns import AngleTable

QUBITS = 5


def random_flips(seed: int, controls: int = 1) -> list[Flip]:
    random = np.random.default_rng(seed)
    found = []
    for _ in range(12):
        order = [int(qubit) for qubit in random.permutation(QUBITS)]
        found.append(Flip(order[0], tuple(order[1 : 1 + int(random.integers(0, controls + 1))])))
    return found


def moved(label: int, flips) -> int:
    for flip in flips:
        if all(label >> (QUBITS - 1 - control) & 1 for control in flip.controls):
            label ^= 1 << (QUBITS - 1 - flip.target)
    return label


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("controls", [1, 3])
def test_flips_send_labels_where_they_send_them_one_by_one(seed, controls):
    flips = random_flips(seed, controls)
    labels = labels_after(follow(flips, QUBITS), QUBITS)
    assert labels.tolist() == [moved(label, flips) for label in range(2**QUBITS)]
    assert labels[sources(labels)].tolist() == list(range(2**QUBITS))


@pytest.mark.parametrize("seed", range(5))
def test_a_linear_map_has_an_inverse_and_a_successor(seed):
    (first,), (second,) = (follow(random_flips(own), QUBITS) for own in (seed, seed + 50))
    assert first.map.then(first.map.inverse()).is_identity
    both = linear_labels(*first.map.then(second.map).columns)
    assert both.tolist() == linear_labels(*second.map.columns)[linear_labels(*first.map.columns)].tolist()


def test_a_rotation_between_two_cnots_is_a_phase_on_their_parity():
    flip = Flip(2, (0,))
    (segment,) = follow([flip, Parity((2,), Affine(0.3)), flip], 3)
    assert segment.map.is_identity
    assert [(term.parities, term.angle) for term in segment.terms] == [(((0b101, False),), Affine(0.3))]


def test_a_phase_after_a_bit_flip_is_the_opposite_phase_before_it():
    (segment,) = follow([Flip(0, ()), Parity((0,), Affine(0.3)), Flip(0, ())], 1)
    assert segment.map.is_identity
    assert [(term.parities, term.angle) for term in segment.terms] == [(((1, False),), Affine(-0.3))]


def test_a_flip_with_several_controls_ends_a_segment():
    segments = follow([Flip(1, (0,)), Flip(2, (0, 1)), Phase((1, 2), Affine(1.0))], 3)
    assert [segment.flip for segment in segments] == [(0, (2, 1)), None]
    assert segments[1].terms[0].parities == ((0b010, False), (0b001, False))


def test_an_order_of_qubits_makes_the_first_one_the_highest_bit():
    assert linear_labels(*reordered((2, 0, 1)).columns).tolist() == [0, 4, 1, 5, 2, 6, 3, 7]
    assert reordered((0, 1, 2)).is_identity
    assert LinearMap(()).is_identity


def test_vectors_over_labels_are_made_by_doubling():
    assert odd_labels(0b101, 3).tolist() == [bool((label & 0b101).bit_count() & 1) for label in range(8)]
    assert sums_over_bits([1.0, 10.0, 100.0]).tolist() == [0, 1, 10, 11, 100, 101, 110, 111]


@pytest.mark.parametrize("seed", range(6))
def test_rows_get_the_phases_that_their_labels_get_one_by_one(seed):
    random = np.random.default_rng(seed)
    operations = []
    for flip in random_flips(seed):
        qubits = tuple(int(qubit) for qubit in random.permutation(QUBITS)[: random.integers(1, QUBITS + 1)])
        operations += [flip, (Phase if random.random() < 0.6 else Parity)(qubits, Affine(float(random.normal())))]
    (segment,) = follow(operations, QUBITS)
    table = AngleTable()
    terms = row_terms(segment.terms, table)
    found = row_phases(terms, table.evaluate(np.zeros((0, 1)))[:, 0], (4, 8))
    rows = np.ones((4, 8), dtype=np.complex128)
    for index, row in enumerate(rows):
        found.apply(index, row)
    wanted = np.array([_phase(label, operations) for label in range(2**QUBITS)])
    np.testing.assert_allclose(rows.ravel() / rows[0, 0], wanted / wanted[0], atol=1e-12)


def _phase(label: int, operations) -> complex:
    angle = 0.0
    for operation in operations:
        if isinstance(operation, Flip):
            label = moved(label, [operation])
            continue
        bits = [label >> (QUBITS - 1 - qubit) & 1 for qubit in operation.qubits]
        counts = all(bits) if isinstance(operation, Phase) else sum(bits) % 2
        angle += operation.angle.constant * counts
    return complex(np.exp(1j * angle))

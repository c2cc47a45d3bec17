"""Turns that are multiplied out, for many points, and groups of them."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.groups import AMPLITUDES, BITS, PAULIS, GroupBook, Matrices, choose_windows
from ionq_runner.simulation.lowering import Turn
from ionq_runner.simulation.tiles import Tile, tile_points
from ionq_runner.simulation.turning import apply_groups
from ionq_runner.simulation.turns import AngleTable, Fused, TurnBook, phases, rotations

A, B = Affine(0.0, ((0, 1.0),)), Affine(0.0, ((1, 1.0),))
ZERO, QUARTER = Affine(), Affine(np.pi / 2)


def turn(theta: Affine, phi: Affine = ZERO, lam: Affine = ZERO) -> Turn:
    return Turn(0, theta, phi, lam)


def matrix(theta: float, phi: float, lam: float) -> np.ndarray:
    cosine, sine = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[cosine, -np.exp(1j * lam) * sine], [np.exp(1j * phi) * sine, np.exp(1j * (phi + lam)) * cosine]])


def test_rotations_about_one_axis_add_up():
    book = TurnBook(2)
    assert book.fuse([turn(A), turn(B), turn(Affine(0.5))]) == Fused(Affine(0.5, ((0, 1.0), (1, 1.0))), ZERO, ZERO)
    about_x = [turn(A, Affine(-np.pi / 2), QUARTER), turn(A, Affine(-np.pi / 2), QUARTER)]
    assert book.fuse(about_x).theta == Affine(0.0, ((0, 2.0),))


def test_rotations_about_z_join_the_turn_beside_them():
    fused = TurnBook(2).fuse([turn(ZERO, A), turn(QUARTER, B), turn(ZERO, ZERO, A)])
    assert fused == Fused(QUARTER, Affine(0.0, ((0, 1.0), (1, 1.0))), A)


def test_known_turns_are_multiplied_out():
    book = TurnBook(0)
    assert book.fuse([turn(QUARTER, ZERO, Affine(np.pi))] * 2).theta == ZERO
    assert not book.products


@pytest.mark.parametrize("second", [0.0, 1e-9, np.pi, np.pi - 1e-9, 0.7])
def test_a_product_of_turns_has_three_angles_to_rounding(second):
    random = np.random.default_rng(3)
    values = np.stack([random.normal(size=50), np.full(50, second)])
    book = TurnBook(2)
    turns = [turn(QUARTER, A, B), turn(B, A, A), turn(Affine(-np.pi / 2), B)]
    fused = book.fuse(turns)
    table = AngleTable()
    rows = [table.row(angle) for angle in (fused.theta, fused.phi, fused.lam)]
    theta, phi, lam = table.evaluate(book.evaluate(values))[rows]
    for point in range(50):
        a, b = values[:, point]
        wanted = matrix(-np.pi / 2, b, 0) @ matrix(b, a, a) @ matrix(np.pi / 2, a, b)
        found = matrix(theta[point], phi[point], lam[point])
        assert abs(np.vdot(found, wanted)) == pytest.approx(2, abs=1e-14)


def test_an_angle_table_holds_each_angle_once():
    table = AngleTable()
    assert [table.row(A), table.row(B), table.row(A), table.row(A.times(2.0).plus(B).plus(1.0))] == [0, 1, 0, 2]
    assert table.evaluate(np.array([[1.0, 2.0], [10.0, 20.0]])).tolist() == [[1, 2], [10, 20], [13, 25]]
    assert AngleTable().evaluate(np.zeros((0, 4))).shape == (0, 4)


def test_phases_and_rotations_are_those_of_each_angle():
    angles = np.array([[0.3, -1.0], [2.0, 0.0]])
    np.testing.assert_allclose(phases(angles), np.exp(1j * angles), atol=1e-15)
    np.testing.assert_allclose(rotations(angles)[1, :, :, 0], matrix(2.0, 0, 0).real, atol=1e-15)


@pytest.mark.parametrize("axes", [AMPLITUDES, PAULIS, BITS])
def test_windows_cover_what_turns_and_begin_and_end_with_it(axes):
    random = np.random.default_rng(0)
    for _ in range(50):
        qubits = int(random.integers(1, 9))
        touched = {qubit for qubit in range(qubits) if random.random() < 0.5}
        windows = choose_windows(touched, touched, qubits, axes)
        covered = [qubit for start, width in windows for qubit in range(start, start + width)]
        assert touched <= set(covered)
        assert len(covered) == len(set(covered))
        assert all({start, start + width - 1} <= touched and width <= axes.widest for start, width in windows)


@pytest.mark.parametrize(("axes", "qubits"), [(AMPLITUDES, 6), (PAULIS, 4), (BITS, 6)])
def test_groups_act_as_the_kronecker_product_of_their_qubits(axes, qubits):
    random = np.random.default_rng(qubits)
    points, size = 3, axes.size
    varying = random.normal(size=(qubits, size, size, points))
    entries = {qubit: (qubit if qubit % 2 else varying[qubit, :, :, 0].tobytes()) for qubit in range(qubits) if qubit != 2}
    book = GroupBook(axes)
    groups = book.groups(entries, qubits)
    tile = Tile(points, axes.parts * size**qubits)
    states = random.normal(size=(points, axes.parts * size**qubits))
    tile.state[:] = states
    apply_groups(groups, Matrices(book, varying.__getitem__), qubits, axes, tile)
    for point in range(points):
        full = np.eye(1)
        for qubit in range(qubits):
            own = np.eye(size) if qubit == 2 else varying[qubit, :, :, point if qubit % 2 else 0]
            full = np.kron(full, own)
        wanted = np.kron(full, np.eye(axes.parts)) @ states[point]
        np.testing.assert_allclose(tile.state[point], wanted, atol=1e-9)


def test_tiles_stay_in_the_cache_and_their_angles_in_bounds():
    assert tile_points(16 << 2) == 512
    assert tile_points(16 << 12) == 8
    assert tile_points(16 << 20) == 1
    assert tile_points(16 << 2, 2**22) == 4

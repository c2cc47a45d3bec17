"""Probabilities as trigonometric polynomials: the same as those of the engines, from few points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.decompose import decompose
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.simulation import rows_at
from ionq_runner.simulation.lowering import lower
from ionq_runner.simulation.series import Axis, axes_of, node_count, nodes_of, series_from

QUIET, NOISY = NoiseModel(), NoiseModel(one_qubit=0.01, two_qubit=0.03, spam=0.02)


def expression(text: str):
    return parse_expression(Excerpt.of(text))


A, B = expression("a"), expression("b")


def lowered(program: Program, noise: NoiseModel):
    return lower(program) if noise is QUIET else lower(decompose(program), noise)


def measured(qubits: int, *gates: Gate) -> Program:
    return Program(qubits, gates, (Measurement("m", tuple(range(qubits))),))


def series_of(program: Program, noise: NoiseModel, place: int | None = None):
    own = lowered(program, noise)
    axes = axes_of(own)
    return series_from(own.expressions, axes, rows_at(program, noise, nodes_of(axes)), place)


def axes(*gates: Gate, qubits: int = 2) -> tuple[Axis, ...] | None:
    return axes_of(lowered(measured(qubits, *gates), QUIET))


@st.composite
def programs(draw) -> Program:
    """Any gates under any controls on up to three qubits, a few of whose angles are multiples of two expressions."""
    qubits = draw(st.integers(1, 3))
    made = []
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from([name for name, fact in GATES.items() if fact.qubits <= qubits]))
        order = draw(st.permutations(range(qubits)))
        controls = draw(st.integers(0, qubits - GATES[name].qubits))
        angles = tuple(draw(st.one_of(st.sampled_from([A, B]), st.floats(-4, 4))) for _ in GATES[name].parameters)
        size = GATES[name].qubits
        made.append(Gate(name, angles, tuple(order[:size]), tuple(order[size : size + controls])))
    keys = draw(st.permutations(range(qubits)))[: draw(st.integers(1, qubits))]
    return Program(qubits, tuple(made), (Measurement("m", tuple(keys)),))


@seed(1)
@settings(max_examples=200, deadline=None, derandomize=True)
@given(programs(), st.sampled_from([QUIET, NOISY]), st.lists(st.floats(-50, 50), min_size=6, max_size=6), st.sampled_from([None, 0, 1]))
def test_the_series_of_any_program_gives_its_probabilities(program, noise, numbers, place):
    own = lowered(program, noise)
    found = axes_of(own)
    assume(found and node_count(found) <= 20_000)
    values = np.array(numbers).reshape(2, 3)[: len(own.expressions)]
    rows = series_of(program, noise, None if place is None else min(place, len(found) - 1)).rows(values)
    np.testing.assert_allclose(rows, rows_at(program, noise, values), rtol=0, atol=1e-13)


def test_a_rabi_oscillation_is_a_cosine_and_a_constant():
    found = series_of(measured(1, Gate("rx", (A,), (0,))), QUIET)
    assert [kept.tolist() for kept in found.kept] == [[0, 1]]
    np.testing.assert_allclose(found.coefficients, [[0.5, 0.5], [0.5, -0.5]], atol=1e-15)


def test_a_degree_is_the_sum_of_the_multiples_in_their_largest_common_unit():
    turn = Gate("ry", (A,), (0,))
    assert axes(turn, Gate("x", (), (1,), (0,)), Gate("ry", (A,), (1,))) == (Axis(1.0, 2),)
    controlled = Gate("ry", (B,), (0,), (1,))  # a phase of half the angle on the control, one of the whole on both
    assert axes(Gate("h", (), (1,)), controlled, Gate("h", (), (1,))) == (Axis(0.5, 3),)
    native = Gate("gpi2", (A,), (0,))
    (axis,) = axes(native, native)
    assert axis.unit == pytest.approx(2 * math.pi)


def test_multiples_without_a_small_common_measure_have_no_series():
    assert axes(Gate("u", (A, 0.0, 0.0), (0,)), Gate("gpi2", (A,), (0,)), Gate("h", (), (0,))) is None, "1 and 2 pi"


@pytest.mark.parametrize("gates", [
    (Gate("rz", (A,), (0,)), Gate("h", (), (0,))),
    (Gate("h", (), (0,)), Gate("rz", (A,), (0,))),
    (Gate("h", (), (0,)), Gate("rz", (A,), (0,)), Gate("x", (), (1,), (0,))),
    (Gate("h", (), (0,)), Gate("rz", (A,), (1,)), Gate("x", (), (1,), (0,)), Gate("h", (), (1,))),
    (Gate("h", (), (0,)), Gate("u", (0.3, A, 0.0), (0,))),
    (Gate("u", (0.3, 0.0, A), (0,)), Gate("h", (), (0,))),
])  # fmt: skip
def test_phases_that_no_outcome_sees_do_not_count(gates):
    assert axes(*gates) == (Axis(1.0, 0),)


@pytest.mark.parametrize("gates", [
    (Gate("h", (), (0,)), Gate("rz", (A,), (0,)), Gate("h", (), (0,))),
    (Gate("h", (), (0,)), Gate("x", (), (1,), (0,)), Gate("rz", (A,), (1,)), Gate("x", (), (1,), (0,)), Gate("h", (), (0,))),
    (Gate("h", (), (0,)), Gate("rz", (A,), (0,)), Gate("swap", (), (0, 1)), Gate("h", (), (1,))),
])  # fmt: skip
def test_phases_that_interfere_do(gates):
    assert axes(*gates) == (Axis(1.0, 1),)


def wide() -> Program:
    layer = [Gate("ry", (A,), (q,)) for q in range(3)] + [Gate("rz", (B,), (q,)) for q in range(3)] + [Gate("x", (), (1,), (0,))]
    return measured(3, *layer, *layer)


@pytest.mark.parametrize("noise", [QUIET, NOISY])
@pytest.mark.parametrize("place", [None, 0, 1])
def test_rows_are_the_same_to_the_bit_whatever_others_are_asked_for(noise, place):
    found = series_of(wide(), noise, place)
    values = np.random.default_rng(1).normal(size=(2, found.points))
    if place is not None:
        values[place] = np.random.default_rng(2).choice(values[place, :40], size=found.points)
    whole = found.rows(values)
    for start, stop in ((0, 1), (7, 8), (3, 100), (found.points - 5, found.points)):
        assert np.array_equal(found.rows(values[:, start:stop]), whole[start:stop])


def test_angles_of_many_turns_are_as_exact_as_small_ones():
    far = np.array([[1e3, 1.5e6], [-2e5, 3e7]])
    np.testing.assert_allclose(series_of(wide(), QUIET).rows(far), rows_at(wide(), QUIET, far), rtol=0, atol=1e-13)


def test_a_tile_of_many_terms_has_fewer_points():
    gates = [Gate("ry", (A,), (q % 3,)) for q in range(60)] + [Gate("x", (), (1,), (0,)), Gate("ry", (B,), (1,))] * 40
    found = series_of(measured(3, *gates), QUIET)
    assert found.points * (found.coefficients.shape[0] + 8) <= 2**19
    assert found.points.bit_count() == 1

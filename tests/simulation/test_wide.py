"""Which sweeps get a series: decided by the program, its noise and the number of points alone."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import wide_sweep
from ionq_runner.simulation.series import Axis

QUIET, NOISY = NoiseModel(), NoiseModel(one_qubit=0.01, two_qubit=0.01)
A, B = (parse_expression(Excerpt.of(name)) for name in "ab")


def columns(points: int, values: int | None = None) -> dict[str, np.ndarray]:
    """All different, or a grid whose outer axis has some values."""
    numbers = np.arange(points) / 7
    return {"a": numbers, "b": numbers + 1} if values is None else {"a": np.arange(points) * values // points / 7, "b": numbers}


def wide(program: Program, noise: NoiseModel, points: int, values: int | None = None):
    return wide_sweep(program, noise, columns(min(points, 10_000), values), points)


def ladder(qubits: int, phase=B, layers: int = 4) -> Program:
    """Layers of ry(a), of rz of something and of cnots."""
    turns = [Gate("ry", (A,), (q,)) for q in range(qubits)] + [Gate("rz", (phase,), (q,)) for q in range(qubits)]
    flips = [Gate("x", (), (q + 1,), (q,)) for q in range(qubits - 1)]
    return Program(qubits, tuple((turns + flips) * layers), (Measurement("m", tuple(range(qubits))),))


@pytest.mark.parametrize(("program", "noise", "nodes"), [
    (ladder(5), NOISY, 41 * 31),
    (ladder(8), NOISY, 65 * 49),
    (ladder(5, 0.5), QUIET, 41),
    (ladder(10, 0.5), QUIET, 81),
    (ladder(10, 0.5), NOISY, 81),
])  # fmt: skip
def test_a_sweep_with_four_times_as_many_points_as_nodes_has_a_series(program, noise, nodes):
    found = wide(program, noise, 4 * nodes)
    assert found is not None
    assert found.nodes().shape == (len(found.axes), nodes)
    assert found.numbers == nodes << program.qubits
    assert wide(program, noise, 4 * nodes - 1) is None


@pytest.mark.parametrize(("program", "noise", "why"), [
    (ladder(5), QUIET, "its state vectors are quicker than the sum"),
    (ladder(10), QUIET, "its state vectors are quicker than the sum"),
    (ladder(2), NOISY, "so few coefficients are quicker than the sum"),
    (ladder(11, 0.5), NOISY, "trajectories have no probabilities"),
    (ladder(5, 0.5, layers=0), QUIET, "it has no angle that varies"),
    (ladder(18, 0.5), QUIET, "the series would be large"),
])  # fmt: skip
def test_others_have_none(program, noise, why):
    assert wide(program, noise, 10**9) is None, why


def test_an_expression_that_no_outcome_depends_on_is_an_axis_of_one_node():
    last = Gate("rz", (B,), (0,))
    program = Program(7, (*ladder(7, 0.5).gates, last), ladder(7).measurements)
    found = wide(program, QUIET, 1000)
    assert found is not None
    assert found.axes == (Axis(1.0, 28), Axis(1.0, 0))


def test_a_grid_makes_a_series_worth_while_where_points_here_and_there_do_not():
    assert wide(ladder(5), QUIET, 10_000) is None
    found = wide(ladder(5), QUIET, 10_000, values=50)
    assert found is not None
    assert found.place == 0


@pytest.mark.parametrize(("points_of_a_value", "place"), [(1, None), (31, None), (32, 0), (100, 0)])
def test_an_expression_of_a_grid_has_32_points_for_each_value(points_of_a_value, place):
    values = {"a": np.arange(8192) // points_of_a_value / 7, "b": np.arange(8192) / 7}
    assert wide_sweep(ladder(5), NOISY, values, 8192).place == place


def test_the_expression_with_the_fewest_values_is_summed_up_first():
    both = {"a": np.arange(10_000) % 20 / 7, "b": np.arange(10_000) // 20 % 5 / 7}
    assert wide_sweep(ladder(5), NOISY, both, 10_000).place == 1

"""Which sweeps get a series: decided by the program, its noise and the number of points alone."""

from __future__ import annotations

import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import wide_sweep
from ionq_runner.simulation.series import Axis

QUIET, NOISY = NoiseModel(), NoiseModel(one_qubit=0.01, two_qubit=0.01)
A, B = (parse_expression(Excerpt.of(name)) for name in "ab")


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
    found = wide_sweep(program, noise, 4 * nodes)
    assert found is not None
    assert found.nodes().shape == (len(found.axes), nodes)
    assert found.numbers == nodes << program.qubits
    assert wide_sweep(program, noise, 4 * nodes - 1) is None


@pytest.mark.parametrize(("program", "noise", "why"), [
    (ladder(5), QUIET, "its state vectors are quicker than the sum"),
    (ladder(10), QUIET, "its state vectors are quicker than the sum"),
    (ladder(2), NOISY, "so few coefficients are quicker than the sum"),
    (ladder(11, 0.5), NOISY, "trajectories have no probabilities"),
    (ladder(5, 0.5, layers=0), QUIET, "it has no angle that varies"),
    (ladder(18, 0.5), QUIET, "the series would be large"),
])  # fmt: skip
def test_others_have_none(program, noise, why):
    assert wide_sweep(program, noise, 10**9) is None, why


def test_an_expression_that_no_outcome_depends_on_is_an_axis_of_one_node():
    last = Gate("rz", (B,), (0,))
    program = Program(7, (*ladder(7, 0.5).gates, last), ladder(7).measurements)
    found = wide_sweep(program, QUIET, 1000)
    assert found is not None
    assert found.axes == (Axis(1.0, 28), Axis(1.0, 0))

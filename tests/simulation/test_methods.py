"""Which method, and what it takes."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NOISE_MODELS, NoiseModel
from ionq_runner.simulation import Block, Method, active_qubits, choose_method, describe, memory_needed, read_qubits, simulate

QUIET, ARIA = NoiseModel(), NOISE_MODELS["aria-1"]
ANGLE = parse_expression(Excerpt.of("a"))


def ladder(qubits: int, layers: int = 2, idle: int = 0) -> Program:
    gates: list[Gate] = []
    for layer in range(layers):
        gates += [Gate("ry", (ANGLE,), (qubit,)) for qubit in range(qubits)]
        gates += [Gate("rz", (0.1 * layer,), (qubit,)) for qubit in range(qubits)]
        gates += [Gate("x", (), (qubit + 1,), (qubit,)) for qubit in range(qubits - 1)]
    return Program(qubits + idle, tuple(gates), (Measurement("m", tuple(range(qubits + idle))),))


def test_the_method_follows_from_the_noise_and_the_active_qubits():
    assert choose_method(ladder(24), QUIET) is Method.STATE_VECTOR
    assert choose_method(ladder(24), NoiseModel(spam=0.1)) is Method.STATE_VECTOR
    assert choose_method(ladder(10, idle=5000), ARIA) is Method.EXACT_NOISE
    assert choose_method(ladder(10), NoiseModel(two_qubit=0.1)) is Method.EXACT_NOISE
    assert choose_method(ladder(11), ARIA) is Method.TRAJECTORIES


def test_idle_qubits_are_read_only_where_readout_errors_can_flip_them():
    program = Program(5, (Gate("h", (), (3,)), Gate("x", (), (1,), (3,))), (Measurement("a", (4, 3)), Measurement("b", (0, 1))))
    assert active_qubits(program) == (1, 3)
    assert read_qubits(program, QUIET) == (3, 1)
    assert read_qubits(program, NoiseModel(spam=0.1)) == (4, 3, 0, 1)


def test_methods_are_described_for_people():
    assert [describe(method) for method in Method] == [
        "exact probabilities from the state vector",
        "exact probabilities from the density matrix",
        "random errors, drawn anew for every shot",
    ]


MEMORY = [
    (ladder(2), QUIET, 1000, None), (ladder(12), QUIET, 1000, None), (ladder(16), QUIET, 1000, None), (ladder(18), QUIET, 1000, None),
    (ladder(21), QUIET, 1000, 3), (ladder(14), NoiseModel(spam=0.1), 1000, None), (ladder(3), ARIA, 1000, None),
    (ladder(9), ARIA, 1000, None), (ladder(10), ARIA, 1000, 8), (ladder(12), ARIA, 100, None), (ladder(17), ARIA, 5, None),
    (ladder(8, layers=40), QUIET, 10, None), (ladder(2, layers=1000), QUIET, 10, None), (ladder(2, layers=1000), ARIA, 10, None),
]  # fmt: skip


@pytest.mark.parametrize(("program", "noise", "shots", "slack"), MEMORY)
def test_the_memory_that_is_named_is_enough_and_not_far_too_much(program, noise, shots, slack):
    block = Block(program, noise, {"a": np.array([0.3])}, np.array([shots]), 1, np.ones((1, 2), np.uint64))
    tracemalloc.start()
    simulate(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= memory_needed(program, noise)
    if slack is not None:
        assert memory_needed(program, noise) <= slack * peak


def test_many_points_take_hardly_more_than_one():
    def peak(points: int) -> int:
        streams = np.ones((points, 2), np.uint64)
        block = Block(ladder(5), QUIET, {"a": np.linspace(0, 1, points)}, np.ones(points, np.int64), 1, streams)
        tracemalloc.start()
        simulate(block)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < peak(600) + 20_000 * 300


def test_a_program_that_no_machine_holds_has_a_number_too():
    assert memory_needed(ladder(5000, layers=1), QUIET) > 10**25
    assert float(memory_needed(ladder(5000, layers=1), ARIA)) > 1e25


def test_asking_what_a_simulation_takes_imports_no_numpy():
    code = (
        "import sys; from ionq_runner.simulation import Method, choose_method, memory_needed, describe; "
        "from ionq_runner.circuits import Program; from ionq_runner.ionq.facts.backends import NoiseModel; "
        "p = Program(1, (), ()); choose_method(p, NoiseModel()); memory_needed(p, NoiseModel()); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

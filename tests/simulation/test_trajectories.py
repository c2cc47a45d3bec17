"""Trajectories against exact noise where both can be had; p-values are of chi-square tests with fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import Block, large, probabilities, simulate, trajectories
from ionq_runner.simulation.faults import strikes_among
from ionq_runner.simulation.sampling import Streams
from ionq_runner.simulation.trajectories import Trajectories

ANGLE = parse_expression(Excerpt.of("a"))


def some_program(qubits: int, seed: int) -> Program:
    """Gates of all kinds: flips, phases, swaps, rotations, with an idle qubit that is read and one that is not."""
    random = np.random.default_rng(seed)
    gates = []
    for _ in range(28):
        a, b = (int(qubit) for qubit in random.permutation(qubits)[:2])
        angle = float(random.normal())
        gates.append([
            Gate("h", (), (a,)), Gate("v", (), (a,)), Gate("rx", (angle,), (a,)), Gate("ry", (ANGLE,), (a,)), Gate("rz", (angle,), (a,)),
            Gate("x", (), (a,), (b,)), Gate("x", (), (b,), (a,)), Gate("z", (), (a,), (b,)), Gate("rz", (angle,), (a,), (b,)),
            Gate("rxx", (ANGLE,), (a, b)), Gate("rzz", (angle,), (a, b)), Gate("swap", (), (a, b)), Gate("p", (angle,), (a,), (b,)),
            Gate("u", (angle, 0.3, 0.4), (a,)), Gate("ms", (0.1, 0.2, 0.25), (a, b)),
        ][random.integers(15)])  # fmt: skip
    measured = tuple(int(qubit) for qubit in random.permutation(qubits + 1)[:qubits])
    return Program(qubits + 1, tuple(gates), (Measurement("m", measured),))


def p_value(program: Program, noise: NoiseModel, seed: int, shots: int) -> float:
    exact = probabilities(program, noise, {"a": np.array([0.7])}, 1)[0]
    compiled = Trajectories(program, noise)
    values = np.full((len(compiled.expressions), 1), 0.7)
    outcomes, counts = compiled.sample(Streams(seed).at(np.array([1, 2], dtype=np.uint64)), values, shots)
    assert counts.sum() == shots
    seen = np.zeros(len(exact))
    seen[outcomes] = counts
    often = exact * shots > 5
    statistic = ((seen - exact * shots) ** 2)[often] / (exact * shots)[often]
    assert seen[exact < 1e-14].sum() == 0
    return float(chi2.sf(statistic.sum(), max(1, often.sum() - 1)))


@pytest.mark.parametrize("seed", range(8))
def test_trajectories_draw_from_the_exact_distribution(seed):
    assert p_value(some_program(2 + seed % 4, seed), NoiseModel(one_qubit=0.05, two_qubit=0.1, spam=0.02 * (seed % 2)), seed, 15_000) > 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_large_states_are_struck_as_small_ones_are(seed, monkeypatch):
    monkeypatch.setattr(large, "ROW_BITS", 2)
    monkeypatch.setattr(trajectories, "CACHED_QUBITS", 1)
    assert p_value(some_program(4, 20 + seed), NoiseModel(one_qubit=0.05, two_qubit=0.1), seed, 1_500) > 1e-3


def test_noise_that_forgets_everything_leaves_a_uniform_distribution():
    program = Program(2, (Gate("x", (), (0,)), Gate("x", (), (1,), (0,))), (Measurement("m", (0, 1)),))
    assert p_value(program, NoiseModel(one_qubit=1.0, two_qubit=1.0), 3, 15_000) > 1e-3


def test_cells_are_struck_at_their_rate():
    generator = np.random.default_rng(5)
    struck = strikes_among(generator, 1_000_000, 0.01)
    assert abs(len(struck) - 10_000) < 5 * 100
    assert (np.diff(struck) > 0).all()
    assert struck[-1] < 1_000_000
    assert strikes_among(generator, 100, 0.0).tolist() == []
    assert strikes_among(generator, 5, 1.0).tolist() == [0, 1, 2, 3, 4]


def wide_block(repetitions: int, executions: int) -> Block:
    qubits = 12
    gates = [Gate("ry", (ANGLE,), (qubit,)) for qubit in range(qubits)]
    gates += [Gate("x", (), (qubit + 1,), (qubit,)) for qubit in range(qubits - 1)]
    program = Program(qubits, tuple(gates), (Measurement("m", tuple(range(qubits))),))
    streams = np.arange(2 * executions, dtype=np.uint64).reshape(-1, 2)
    noise = NoiseModel(one_qubit=0.002, two_qubit=0.01, spam=0.01)
    return Block(program, noise, {"a": np.linspace(0, 0.2, executions)}, np.full(executions, repetitions), 3, streams)


def test_trajectories_report_no_probabilities_and_depend_on_no_other_execution(monkeypatch):
    whole = simulate(wide_block(300, 3))
    assert np.isnan(whole.probabilities).all()
    assert np.add.reduceat(whole.counts, whole.offsets[:-1]).tolist() == [300] * 3
    monkeypatch.setattr(trajectories, "_TILE_BYTES", 1)
    again = simulate(wide_block(300, 3))
    assert (again.outcomes.tolist(), again.counts.tolist()) == (whole.outcomes.tolist(), whole.counts.tolist())
    own = wide_block(300, 3)
    last = simulate(Block(own.program, own.noise, {"a": own.columns["a"][2:]}, own.repetitions[2:], own.seed, own.streams[2:]))
    assert last.outcomes.tolist() == whole.outcomes[whole.offsets[2] :].tolist()
    assert last.counts.tolist() == whole.counts[whole.offsets[2] :].tolist()


def test_shots_come_in_bounded_batches():
    counts = simulate(wide_block(70_000, 1))
    assert counts.counts.sum() == 70_000
    ones = sum(int(outcome).bit_count() * int(count) for outcome, count in zip(counts.outcomes, counts.counts, strict=True))
    flips = 70_000 * 12 * 0.01
    assert ones > flips  # at angle 0 only noise makes ones


def test_counts_of_trajectories_are_what_they_were_in_the_first_version():
    """A change here changes results that people have recorded: it needs a new version of the contract."""
    counts = simulate(wide_block(60, 1))
    assert counts.outcomes.tolist() == [0, 1, 4, 8, 15, 16, 31, 128, 255, 1023, 2048, 2055, 3071]
    assert counts.counts.tolist() == [47, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]

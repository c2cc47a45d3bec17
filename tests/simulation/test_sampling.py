"""Counts: the right distribution, the right sums, and the same ones whatever else is simulated beside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import Block, Counts, engine, simulate
from ionq_runner.simulation.sampling import Streams, half_words, merged_counts, multinomial_counts, on_grid, sample_row, sorted_counts

QUIET = NoiseModel()


def rows_of(kind: str, outcomes: int) -> np.ndarray:
    random = np.random.default_rng(outcomes)
    if kind == "uniform":
        return np.full(outcomes, 1 / outcomes)
    if kind == "spread":
        row = random.exponential(size=outcomes)
    elif kind == "peaked":
        row = np.where(random.random(outcomes) < 4 / outcomes, 1.0, 1e-5)
    else:
        row = np.zeros(outcomes)
        row[outcomes // 3] = 1.0
    return row / row.sum()


def dense(outcomes: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    total = np.zeros(size)
    total[outcomes] = counts
    return total


def p_value(seen: np.ndarray, expected: np.ndarray) -> float:
    """Of a chi-square test, outcomes expected fewer than 5 times taken together."""
    rare = expected < 5
    pairs = [*zip(seen[~rare], expected[~rare], strict=True), (seen[rare].sum(), expected[rare].sum())]
    pairs = [(own, wanted) for own, wanted in pairs if wanted > 1e-6]
    statistic = sum((own - wanted) ** 2 / wanted for own, wanted in pairs)
    return float(chi2.sf(statistic, max(1, len(pairs) - 1)))


@pytest.mark.parametrize("kind", ["uniform", "spread", "peaked", "one outcome"])
@pytest.mark.parametrize("sampler", ["multinomial", "merged", "sorted"])
def test_each_sampler_draws_from_the_distribution(kind, sampler):
    row = rows_of(kind, 64)
    generator = Streams(1).at([2, 3])
    if sampler == "multinomial":
        seen = multinomial_counts(generator, on_grid(row), 100_000).astype(float)
    elif sampler == "merged":
        seen = merged_counts(half_words(generator.bit_generator, 100_000)[None, :], on_grid(row)[None, :])[0].astype(float)
    else:
        seen = dense(*sorted_counts(generator, on_grid(row), 100_000), 64)
    assert seen.sum() == 100_000
    assert p_value(seen, row * 100_000) > 1e-3
    assert not seen[row == 0].any()


@settings(max_examples=60)
@given(st.data())
def test_merged_counts_are_those_of_looking_up_each_shot(data):
    outcomes, shots, rows = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 40)), data.draw(st.integers(1, 4))
    weights = st.one_of(st.just(0.0), st.integers(1, 2**40).map(float))
    grid = np.array(data.draw(st.lists(st.lists(weights, min_size=outcomes, max_size=outcomes).filter(any), min_size=rows, max_size=rows)))
    word = st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2, 2**31, 2**32 - 4, 2**32 - 3, 2**32 - 2, 2**32 - 1]))
    words = np.array(data.draw(st.lists(st.lists(word, min_size=shots, max_size=shots), min_size=rows, max_size=rows)), dtype=np.uint32)
    wanted = np.zeros((rows, outcomes), dtype=int)
    for row in range(rows):
        thresholds = np.rint(np.cumsum(grid[row]) * ((2.0**31 - 1) / grid[row].sum())).astype(int).tolist()
        for word in words[row].tolist():
            shot = min(word >> 1, 2**31 - 2)
            wanted[row, next(index for index, threshold in enumerate(thresholds) if threshold > shot)] += 1
    assert merged_counts(words, grid).tolist() == wanted.tolist()
    assert not wanted[grid == 0].any()


def test_a_row_for_all_executions_serves_each_of_them():
    words = np.random.default_rng(3).integers(0, 2**32, (5, 30), dtype=np.uint32)
    grid = on_grid(rows_of("spread", 16))[None, :]
    assert merged_counts(words, grid).tolist() == merged_counts(words, np.repeat(grid, 5, axis=0)).tolist()


def test_words_are_the_halves_of_the_stream_the_low_one_first():
    whole = np.random.Philox(key=[5, 0], counter=[0, 0, 11, 12]).random_raw(3).tolist()
    halves = [half for word in whole for half in (word & 0xFFFFFFFF, word >> 32)]
    assert half_words(Streams(5).at([11, 12]).bit_generator, 5).tolist() == halves[:5]


@pytest.mark.parametrize(
    ("bits", "repetitions"), [(3, 1), (3, 64), (3, 63), (10, 17), (11, 100), (11, 5_000), (14, 1_000), (14, 1_000_000), (18, 1_000)]
)
def test_counts_add_up_to_the_repetitions_and_outcomes_ascend(bits, repetitions):
    outcomes, counts = sample_row(Streams(4).at([1, 1]), on_grid(rows_of("spread", 2**bits)), repetitions)
    assert counts.sum() == repetitions
    assert (counts > 0).all()
    assert (np.diff(outcomes) > 0).all()


def test_what_rounding_left_below_zero_is_never_drawn():
    row = np.array([-1e-16, 0.25, 0.75, -3e-17])
    assert on_grid(row).tolist() == [0, 2**38, 3 * 2**38, 0]
    assert multinomial_counts(Streams(0).at([0, 0]), on_grid(row), 1000)[[0, 3]].tolist() == [0, 0]


def test_the_last_bit_of_a_probability_changes_no_sample():
    half = np.array([0.5, 0.5])
    near = np.array([np.nextafter(0.5, 1), np.nextafter(0.5, 0)])
    drawn = [multinomial_counts(Streams(3).at([1, 2]), on_grid(row), 1000).tolist() for row in (half, near)]
    assert drawn[0] == drawn[1]


def test_the_stream_of_an_execution_is_the_published_one():
    own = np.random.Generator(np.random.Philox(key=[5, 0], counter=[0, 0, 11, 12]))
    streams = Streams(5)
    streams.at([1, 1]).random(3)
    assert streams.at([11, 12]).random(9).tolist() == own.random(9).tolist()


ANGLES = [parse_expression(Excerpt.of(text)) for text in ("a", "2*a", "a*a")]


def program(qubits: int) -> Program:
    gates = [Gate("ry", (ANGLES[qubit % 3],), (qubit,)) for qubit in range(qubits)]
    gates += [Gate("x", (), (qubit + 1,), (qubit,)) for qubit in range(qubits - 1)]
    gates += [Gate("rx", (ANGLES[(qubit + 1) % 3],), (qubit,)) for qubit in range(qubits)]
    return Program(qubits, tuple(gates), (Measurement("m", tuple(range(qubits))),))


def block(qubits: int, noise: NoiseModel, executions: int, rows: np.ndarray | None = None) -> Block:
    random = np.random.default_rng(9)
    angles, repetitions = random.normal(size=executions), random.integers(1, 300, executions)
    streams = random.integers(0, 2**63, size=(executions, 2)).astype(np.uint64)
    rows = np.arange(executions) if rows is None else rows
    return Block(program(qubits), noise, {"a": angles[rows]}, repetitions[rows], 77, streams[rows])


def execution(counts: Counts, index: int) -> tuple[list[int], list[int], list[float]]:
    part = slice(counts.offsets[index], counts.offsets[index + 1])
    return counts.outcomes[part].tolist(), counts.counts[part].tolist(), counts.probabilities[part].tolist()


NOISES = [(2, QUIET), (5, QUIET), (7, QUIET), (13, QUIET), (3, NoiseModel(one_qubit=0.01, two_qubit=0.05, spam=0.01))]


@pytest.mark.parametrize(("qubits", "noise"), NOISES)
def test_an_execution_has_the_same_counts_in_any_block_and_order(qubits, noise):
    whole = simulate(block(qubits, noise, 40))
    assert np.add.reduceat(whole.counts, whole.offsets[:-1]).tolist() == block(qubits, noise, 40).repetitions.tolist()
    for rows in (np.arange(40)[::-1], np.array([7]), np.arange(3, 17), np.array([5, 5, 39, 0])):
        part = simulate(block(qubits, noise, 40, rows))
        assert [execution(part, i) for i in range(len(rows))] == [execution(whole, row) for row in rows]


@pytest.mark.parametrize(("qubits", "noise"), NOISES)
def test_tiles_of_any_size_give_the_same_counts(qubits, noise, monkeypatch):
    whole = simulate(block(qubits, noise, 30))
    monkeypatch.setattr(engine, "tile_points", lambda state, angles: 7)
    again = simulate(block(qubits, noise, 30))
    assert [execution(again, i) for i in range(30)] == [execution(whole, i) for i in range(30)]


def test_a_program_without_columns_is_sampled_for_every_execution():
    bell = Program(2, (Gate("h", (), (0,)), Gate("x", (), (1,), (0,))), (Measurement("m", (0, 1)),))
    random = np.random.default_rng(0)
    streams = random.integers(0, 2**63, size=(1200, 2)).astype(np.uint64)
    counts = simulate(Block(bell, QUIET, {}, np.full(1200, 100), 1, streams))
    assert set(counts.outcomes.tolist()) == {0, 3}
    assert set(counts.probabilities.tolist()) == {0.5}
    zeros = counts.counts[counts.outcomes == 0]
    assert p_value(np.array([zeros.sum(), 120_000 - zeros.sum()]), np.array([60_000.0, 60_000.0])) > 1e-3
    assert 4 < np.std(zeros) < 6  # a binomial's is 5: executions are drawn apart


def test_another_seed_draws_anew():
    own = block(5, QUIET, 3)
    other = Block(own.program, own.noise, own.columns, own.repetitions, 78, own.streams)
    assert simulate(own).counts.tolist() != simulate(other).counts.tolist()


def test_an_empty_block_has_no_counts():
    empty = Block(program(2), QUIET, {"a": np.zeros(0)}, np.zeros(0, np.int64), 0, np.zeros((0, 2), np.uint64))
    counts = simulate(empty)
    assert (counts.offsets.tolist(), counts.outcomes.tolist(), counts.counts.tolist()) == ([0], [], [])


def test_reported_probabilities_have_twelve_decimals():
    counts = simulate(block(5, QUIET, 5))
    assert counts.probabilities.tolist() == np.round(counts.probabilities, 12).tolist()
    assert (counts.probabilities > 0).all()


def test_counts_of_a_block_are_what_they_were_in_the_first_version():
    """A change here changes results that people have recorded: it needs a new version of the contract."""
    few = simulate(block(3, QUIET, 2))
    assert [execution(few, index) for index in range(2)] == [
        (
            [0, 2, 3, 4, 5, 6, 7],
            [7, 4, 9, 6, 3, 1, 5],
            [0.131235268938, 0.109514866819, 0.136764733629, 0.135214079568, 0.113495470882, 0.117310164035, 0.146092001121],
        ),
        (
            [0, 1, 3, 4, 6, 7],
            [154, 2, 10, 10, 1, 4],
            [0.858820383851, 0.015097764653, 0.05211052986, 0.053516423969, 0.000373399484, 0.01589226549],
        ),
    ]
    merged, uniforms = (simulate(block(bits, QUIET, 1)) for bits in (11, 13))
    assert merged.outcomes[:12].tolist() == [0, 2, 3, 6, 8, 13, 14, 15, 17, 30, 31, 49]
    assert merged.counts[:12].tolist() == [2, 1, 1, 1, 2, 2, 1, 4, 1, 2, 2, 2]
    assert uniforms.outcomes[:12].tolist() == [6, 49, 50, 54, 56, 61, 62, 97, 113, 118, 127, 192]
    assert uniforms.counts[:12].tolist() == [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1]

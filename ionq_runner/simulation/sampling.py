"""Rows of probabilities -> counts, from a stream of random numbers that belongs to the execution alone.

The contract, which fixes every count for good: numpy's Philox with the key (seed, 0) and the 256-bit counter whose upper 128 bits are the
execution's stream and whose lower ones begin at 0. Probabilities are first rounded to multiples of 2**-40, k = rint(p 2**40), because
numpy's binomial branches on p, and the last bit of p differs between processors. The number of outcomes, 2**bits, then says how counts
are drawn.

- At most an eighth of the repetitions: `Generator.multinomial(repetitions, k/sum(k))`, a binomial for each outcome.
- Else at most 4096: words of 32 bits, the low half of every 64-bit word of the stream first, each shifted right by one and at most
  2**31 - 2. The shot has the first outcome whose threshold, rint(cumsum(k) (2**31 - 1) / sum(k)), is larger.
- Else that many sorted uniforms, the partial sums of `standard_exponential(repetitions + 1)` over their total, against cumsum(k).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.block import Counts
from ionq_runner.simulation.multinomial import multinomial_rows

__all__ = ["CountsBuilder", "Streams", "merged_counts", "multinomial_counts", "on_grid", "sample_row", "sorted_counts"]

Reals = NDArray[np.float64]
Words = NDArray[np.uint32]
Sparse = tuple[NDArray[np.intp], NDArray[np.int64]]  # outcomes, ascending, and counts

GRID = 2.0**40
SHOTS_PER_OUTCOME = 8  # from so many on, a binomial for each outcome is faster than a word for each shot
DENSE_OUTCOMES = 4096
LAST_THRESHOLD = 2.0**31 - 1
DECIMALS = 12
_WORDS_AT_ONCE = 1 << 16  # shots and outcomes at a time: they stay in the cache


class Streams:
    """One generator for all executions of a seed: setting its counter takes a fraction of the time that making a generator does.

    Its state is lists, not numpy's arrays: numpy reads it item by item.
    """

    def __init__(self, seed: int) -> None:
        self._philox = np.random.Philox(key=np.array([seed, 0], dtype=np.uint64))
        state: Any = self._philox.state
        self._counter = [0, 0, 0, 0]
        self._state: Any = {**state, "state": {"counter": self._counter, "key": [seed, 0]}, "buffer": state["buffer"].tolist()}
        self._generator = np.random.Generator(self._philox)

    def at(self, stream: Sequence[int]) -> np.random.Generator:
        """The generator at the beginning of an execution's stream, two words of 64 bits, until the next call."""
        self._counter[2], self._counter[3] = stream
        self._philox.state = self._state
        return self._generator


def on_grid(rows: Reals) -> Reals:
    """Probabilities as whole numbers of 2**-40; what rounding left below 0 is 0."""
    grid = rows * GRID
    np.rint(grid, out=grid)
    return np.maximum(grid, 0.0, out=grid)


def half_words(source: np.random.BitGenerator, count: int) -> Words:
    """The next words of 32 bits, the low half of each 64-bit word first."""
    raw = source.random_raw((count + 1) // 2)
    return raw.astype("<u8", copy=False).view("<u4")[:count]


def sample_row(generator: np.random.Generator, grid: Reals, repetitions: int) -> Sparse:
    """Counts of one row."""
    if not _merges(len(grid), repetitions):
        dense: NDArray[Any] = multinomial_counts(generator, grid, repetitions)
    elif len(grid) <= DENSE_OUTCOMES:
        dense = merged_counts(half_words(generator.bit_generator, repetitions)[None, :], grid[None, :])[0]
    else:
        return sorted_counts(generator, grid, repetitions)
    seen = np.flatnonzero(dense != 0)
    return seen, dense[seen]


def multinomial_counts(generator: np.random.Generator, grid: Reals, repetitions: int) -> NDArray[np.int64]:
    """Dense counts: a binomial draw for every outcome until the repetitions are used up."""
    return generator.multinomial(repetitions, grid / grid.sum())


def merged_counts(words: Words, grid: Reals) -> NDArray[np.int32]:
    """Dense counts, (rows, outcomes), from a word for each shot, (rows, shots): shots and thresholds sorted together.

    The lowest bit tells them apart: an odd number is a shot. Each row ends with its last threshold, so that what lies between a
    threshold and the one before it, over all rows as one line, is the shots of its outcome.
    """
    cumulative = np.cumsum(grid, axis=1)
    cumulative *= LAST_THRESHOLD / cumulative[:, -1:]
    np.rint(cumulative, out=cumulative)
    rows, shots = words.shape
    merged = np.empty((rows, shots + grid.shape[1]), dtype=np.uint32)
    np.bitwise_or(words, 1, out=merged[:, :shots])
    np.minimum(merged[:, :shots], 2**32 - 3, out=merged[:, :shots])
    np.multiply(cumulative, 2.0, out=merged[:, shots:], casting="unsafe")
    merged.sort(axis=1)
    places = np.flatnonzero((merged & 1) == 0)
    counts = np.empty(len(places), dtype=np.int32)
    counts[0] = places[0]
    np.subtract(places[1:], places[:-1] + 1, out=counts[1:], casting="unsafe")
    return counts.reshape(rows, -1)


def sorted_counts(generator: np.random.Generator, grid: Reals, repetitions: int) -> Sparse:
    """Sparse counts: uniforms that come sorted meet the cumulative sum."""
    cumulative = np.cumsum(grid)
    total = cumulative[-1]
    draws = generator.standard_exponential(repetitions + 1)
    np.cumsum(draws, out=draws)
    points = draws[:-1] * (total / draws[-1])
    np.minimum(points, np.nextafter(total, 0.0), out=points)
    places = np.searchsorted(cumulative, points, side="right")
    first = np.flatnonzero(np.diff(places, prepend=-1))
    return places[first], np.diff(first, append=repetitions)


class CountsBuilder:
    """Collects the counts of executions in order, and the probabilities of what was seen."""

    def __init__(self, bits: int) -> None:
        assert bits < 64, "an outcome fits a word"
        self._type = np.min_scalar_type((1 << bits) - 1)
        self._sizes: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        self._outcomes: list[NDArray[Any]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._probabilities: list[Reals] = []

    def sample(self, streams: Streams, rows: Reals, executions: NDArray[np.uint64], repetitions: NDArray[np.int64]) -> None:
        """Sample a row for each execution's stream, (n, 2); a single row serves all of them."""
        grid = on_grid(rows)
        if rows.shape[1] > DENSE_OUTCOMES:
            for index, stream in enumerate(executions.tolist()):
                row = 0 if len(rows) == 1 else index
                outcomes, counts = sample_row(streams.at(stream), grid[row], int(repetitions[index]))
                self.add(outcomes, counts, rows[row, outcomes])
            return
        for first, last in _stretches(repetitions, rows.shape[1]):
            part = slice(None) if len(rows) == 1 else slice(first, last)
            self._add_dense(_dense_counts(streams, grid[part], executions[first:last], repetitions[first:last]), rows[part])

    def _add_dense(self, dense: NDArray[Any], rows: Reals) -> None:
        """Counts of some executions, (executions, outcomes), of which most may be zero."""
        seen = np.flatnonzero(dense != 0)
        outcomes = seen & (dense.shape[1] - 1)
        self._sizes.append(np.count_nonzero(dense, axis=1))
        self._outcomes.append(outcomes.astype(self._type))
        self._counts.append(dense.take(seen).astype(np.int64))
        self._probabilities.append(np.round(rows.take(outcomes if len(rows) == 1 else seen), DECIMALS))

    def add(self, outcomes: NDArray[Any], counts: NDArray[np.int64], probabilities: Reals | None) -> None:
        """The counts of one execution; probabilities are None where none were calculated."""
        self._sizes.append(np.array([len(outcomes)]))
        self._outcomes.append(outcomes.astype(self._type))
        self._counts.append(counts)
        self._probabilities.append(np.full(len(outcomes), np.nan) if probabilities is None else np.round(probabilities, DECIMALS))

    def finish(self) -> Counts:
        """All of it."""
        empty = np.zeros(0)
        return Counts(
            np.cumsum(np.concatenate(self._sizes)),
            np.concatenate([empty.astype(self._type), *self._outcomes]),
            np.concatenate([empty.astype(np.int64), *self._counts]),
            np.concatenate([empty, *self._probabilities]),
        )


def _merges(outcomes: int, repetitions: int) -> bool:
    """Whether dense counts come from sorting shots, not from binomials."""
    return outcomes * SHOTS_PER_OUTCOME > repetitions


def _stretches(repetitions: NDArray[np.int64], outcomes: int) -> Iterator[tuple[int, int]]:
    """Neighbours that are sampled together, not too many at once: where shots are sorted, they have equally many."""
    sorted_shots = np.where(outcomes * SHOTS_PER_OUTCOME > repetitions, repetitions, 0)
    edges = [0, *(np.flatnonzero(np.diff(sorted_shots)) + 1).tolist(), len(repetitions)]
    for edge, last in pairwise(edges):
        step = max(1, _WORDS_AT_ONCE // (outcomes + int(sorted_shots[edge])))
        for first in range(edge, last, step):
            yield first, min(first + step, last)


def _dense_counts(streams: Streams, grid: Reals, executions: NDArray[np.uint64], repetitions: NDArray[np.int64]) -> NDArray[Any]:
    """(executions, outcomes): counts of a stretch of executions, from a row of the grid each, or one for all."""
    outcomes, shots = grid.shape[1], int(repetitions[0])
    if _merges(outcomes, shots):
        words = np.empty((len(executions), shots), dtype=np.uint32)
        for index, stream in enumerate(executions.tolist()):
            words[index] = half_words(streams.at(stream).bit_generator, shots)
        return merged_counts(words, grid)
    shares = np.broadcast_to(grid / grid.sum(axis=1, keepdims=True), (len(executions), outcomes))
    return multinomial_rows(streams.at, executions.tolist(), repetitions.tolist(), shares)

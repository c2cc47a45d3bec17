"""Rows of probabilities -> counts, from a stream of random numbers that belongs to the execution alone.

The contract, which fixes every count for good: numpy's Philox with the key (seed, 0) and the 256-bit counter whose upper 128 bits are the
execution's stream and whose lower ones begin at 0. Probabilities are first rounded to multiples of 2**-40, k = rint(p 2**40), because
numpy's binomial branches on p, and the last bit of p differs between processors. With 2**bits outcomes, if these are at most 1024 or at
most the repetitions, `Generator.multinomial(repetitions, k/sum(k))`; else that many sorted uniforms, the partial sums of
`standard_exponential(repetitions + 1)` over their total, against the cumulative sum of k.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.block import Counts

__all__ = ["CountsBuilder", "Streams", "multinomial_counts", "on_grid", "sample_row", "sorted_counts"]

Reals = NDArray[np.float64]
Sparse = tuple[NDArray[np.intp], NDArray[np.int64]]  # outcomes, ascending, and counts

GRID = 2.0**40
DENSE_OUTCOMES = 1024
DECIMALS = 12


class Streams:
    """One generator for all executions of a seed: setting its counter takes a tenth of the time that making a generator does."""

    def __init__(self, seed: int) -> None:
        self._philox = np.random.Philox(key=np.array([seed, 0], dtype=np.uint64))
        self._state: Any = self._philox.state
        self._counter = np.zeros(4, dtype=np.uint64)
        self._state["state"]["counter"] = self._counter
        self._generator = np.random.Generator(self._philox)

    def at(self, stream: NDArray[np.uint64]) -> np.random.Generator:
        """The generator at the beginning of an execution's stream, until the next call."""
        self._counter[2:] = stream
        self._philox.state = self._state
        return self._generator


def on_grid(rows: Reals) -> Reals:
    """Probabilities as whole numbers of 2**-40; what rounding left below 0 is 0."""
    grid = rows * GRID
    np.rint(grid, out=grid)
    return np.maximum(grid, 0.0, out=grid)


def sample_row(generator: np.random.Generator, grid: Reals, repetitions: int) -> Sparse:
    """Counts of one row."""
    if len(grid) <= max(DENSE_OUTCOMES, repetitions):
        dense = multinomial_counts(generator, grid, repetitions)
        seen = np.flatnonzero(dense)
        return seen, dense[seen]
    return sorted_counts(generator, grid, repetitions)


def multinomial_counts(generator: np.random.Generator, grid: Reals, repetitions: int) -> NDArray[np.int64]:
    """Dense counts: a binomial draw for every outcome until the repetitions are used up."""
    return generator.multinomial(repetitions, grid / grid.sum())


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

    def sample(self, streams: Streams, rows: Reals, executions: Iterable[tuple[NDArray[np.uint64], int]]) -> None:
        """Sample a row for each execution; a single row serves all of them."""
        grid = on_grid(rows)
        todo = list(executions)
        if rows.shape[1] <= DENSE_OUTCOMES:
            self._sample_dense(streams, rows, grid, todo)
            return
        for index, (stream, repetitions) in enumerate(todo):
            row = 0 if len(rows) == 1 else index
            outcomes, counts = sample_row(streams.at(stream), grid[row], repetitions)
            self.add(outcomes, counts, rows[row, outcomes])

    def _sample_dense(self, streams: Streams, rows: Reals, grid: Reals, executions: list[tuple[NDArray[np.uint64], int]]) -> None:
        grid /= grid.sum(axis=1, keepdims=True)
        dense = np.empty((len(executions), rows.shape[1]), dtype=np.int64)
        single = len(rows) == 1
        for index, (stream, repetitions) in enumerate(executions):
            dense[index] = streams.at(stream).multinomial(repetitions, grid[0 if single else index])
        execution, outcomes = np.nonzero(dense)
        self._sizes.append(np.bincount(execution, minlength=len(executions)))
        self._outcomes.append(outcomes.astype(self._type))
        self._counts.append(dense[execution, outcomes])
        self._probabilities.append(np.round(rows[0 if single else execution, outcomes], DECIMALS))

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

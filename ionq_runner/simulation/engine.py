"""Blocks -> counts: a program is compiled once, its points go through the engine tile by tile, and each execution is sampled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Program
from ionq_runner.expressions import Expression
from ionq_runner.expressions.columns import evaluate_column
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.block import Block, Counts
from ionq_runner.simulation.ideal import IdealPoints, compile_ideal
from ionq_runner.simulation.large import LargePoint, compile_large
from ionq_runner.simulation.lowering import Lowered, lower
from ionq_runner.simulation.methods import CACHED_QUBITS, Method, choose_method, read_qubits
from ionq_runner.simulation.noisy import NoisyPoints, compile_noisy
from ionq_runner.simulation.readout import Readout, plan_readout
from ionq_runner.simulation.sampling import CountsBuilder, Streams
from ionq_runner.simulation.schedule import schedule
from ionq_runner.simulation.series import Series
from ionq_runner.simulation.tiles import Tiles, tile_points
from ionq_runner.simulation.trajectories import Trajectories

__all__ = ["RowEngine", "probabilities", "row_engine", "rows_at", "simulate"]

Reals = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]

_ROWS_AT_ONCE = 512  # executions that share a row
_CHUNK_NUMBERS = 2**18  # values of expressions evaluated at a time


class RowEngine(Protocol):
    """A compiled program: rows of probabilities for some points."""

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What its angles refer to."""
        ...

    @property
    def points(self) -> int:
        """How many make a tile."""
        ...

    def rows(self, values: Reals) -> Reals:
        """(points, 2**bits) from the values of the expressions, (expressions, points)."""
        ...


class IdealEngine:
    """State vectors that fit the cache, many at a time."""

    def __init__(self, lowered: Lowered, readout: Readout) -> None:
        qubits = len(lowered.qubits)
        plan = schedule(lowered.operations, qubits, len(lowered.expressions))
        self.expressions, self.readout = lowered.expressions, readout
        self.compiled = compile_ideal(plan, readout.order)
        self.points = tile_points(16 << qubits, max(1, self.compiled.angles_bytes))
        self.tiles = Tiles(2 << qubits)

    def rows(self, values: Reals) -> Reals:
        tile = self.tiles.of(values.shape[1])
        return self.readout.from_states(IdealPoints(self.compiled, values).rows(tile))


class LargeEngine:
    """State vectors beyond the cache, one at a time."""

    points = 1

    def __init__(self, lowered: Lowered, readout: Readout) -> None:
        plan = schedule(lowered.operations, len(lowered.qubits), len(lowered.expressions))
        self.expressions, self.readout = lowered.expressions, readout
        self.compiled = compile_large(plan, readout.order)

    def rows(self, values: Reals) -> Reals:
        return self.readout.from_states(LargePoint(self.compiled, values).row()[None, :])


class NoisyEngine:
    """Density matrices, many at a time."""

    def __init__(self, lowered: Lowered, readout: Readout) -> None:
        self.expressions, self.readout = lowered.expressions, readout
        self.compiled = compile_noisy(lowered)
        self.points = tile_points(8 * 4 ** len(lowered.qubits), max(1, self.compiled.angles_bytes))
        self.tiles = Tiles(4 ** len(lowered.qubits))

    def rows(self, values: Reals) -> Reals:
        tile = self.tiles.of(values.shape[1])
        return self.readout.from_paulis(NoisyPoints(self.compiled, values).rows(tile))


def row_engine(program: Program, noise: NoiseModel, method: Method) -> RowEngine:
    """The program compiled for one of the methods that calculate probabilities."""
    if method is Method.EXACT_NOISE:
        lowered = lower(decompose(program), noise)
        return NoisyEngine(lowered, plan_readout(program, noise, lowered))
    lowered = lower(program)
    engine = IdealEngine if len(lowered.qubits) <= CACHED_QUBITS else LargeEngine
    return engine(lowered, plan_readout(program, noise, lowered))


def simulate(block: Block, series: Series | None = None) -> Counts:
    """Counts of every execution of a block. They depend on its program, noise, columns, repetitions, seed and streams, on nothing else.

    A series is its program's, found before because many executions share it (`wide`).

    Raises ProblemFound where an angle cannot be evaluated.
    """
    method = choose_method(block.program, block.noise)
    builder = CountsBuilder(len(read_qubits(block.program, block.noise)))
    streams = Streams(block.seed)
    if method is Method.TRAJECTORIES:
        _sample_trajectories(block, streams, builder)
        return builder.finish()
    engine = series or row_engine(block.program, block.noise, method)
    for start, stop, rows in _tiles(engine, block.columns, len(block)):
        builder.sample(streams, rows, block.streams[start:stop], block.repetitions[start:stop])
    return builder.finish()


def _sample_trajectories(block: Block, streams: Streams, builder: CountsBuilder) -> None:
    """One execution after the other."""
    compiled = Trajectories(block.program, block.noise)
    for first in range(0, len(block), _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, len(block))
        values = expression_values(compiled.expressions, block.columns, first, last)
        for index in range(first, last):
            own = values[:, index - first : index - first + 1]
            outcomes, counts = compiled.sample(streams.at(block.streams[index].tolist()), own, int(block.repetitions[index]))
            builder.add(outcomes, counts, None)


def probabilities(program: Program, noise: NoiseModel, columns: Columns, length: int) -> Reals:
    """(length, 2**bits): the probabilities of all outcomes of the qubits that are read, for each point. Not for trajectories."""
    method = choose_method(program, noise)
    assert method is not Method.TRAJECTORIES, "trajectories calculate no probabilities"
    engine = row_engine(program, noise, method)
    result = np.empty((length, 1 << len(read_qubits(program, noise))))
    for start, stop, rows in _tiles(engine, columns, length):
        result[start:stop] = rows
    return result


def rows_at(program: Program, noise: NoiseModel, values: Reals) -> Reals:
    """(points, 2**bits): the same where the values of the program's distinct expressions are known, (expressions, points)."""
    engine = row_engine(program, noise, choose_method(program, noise))
    result = np.empty((values.shape[1], 1 << len(read_qubits(program, noise))))
    for start in range(0, len(result), engine.points):
        result[start : start + engine.points] = _rows(engine, values[:, start : start + engine.points])
    return result


def _tiles(engine: RowEngine, columns: Columns, length: int) -> Iterator[tuple[int, int, Reals]]:
    """Start, end and rows of every tile; a program without columns is simulated once, and its one row serves every tile."""
    if not engine.expressions:
        row = engine.rows(np.empty((0, 1)))
        for start in range(0, length, _ROWS_AT_ONCE):
            yield start, min(start + _ROWS_AT_ONCE, length), row
        return
    chunk = max(engine.points, _CHUNK_NUMBERS // len(engine.expressions) // engine.points * engine.points)
    for first in range(0, length, chunk):
        last = min(first + chunk, length)
        values = expression_values(engine.expressions, columns, first, last)
        for start in range(first, last, engine.points):
            stop = min(start + engine.points, last)
            yield start, stop, _rows(engine, values[:, start - first : stop - first])


def _rows(engine: RowEngine, values: Reals) -> Reals:
    """The rows of a tile. A lone point goes through twice: numpy has other code, with other last bits, for axes of length 1."""
    if values.shape[1] == 1 < engine.points:
        return engine.rows(np.repeat(values, 2, axis=1))[:1]
    return engine.rows(values)


def expression_values(expressions: tuple[Expression, ...], columns: Columns, first: int, last: int) -> Reals:
    """(expressions, points) of the points `first` to `last`."""
    part = {name: column[first:last] for name, column in columns.items()}
    values = np.empty((len(expressions), last - first))
    for index, expression in enumerate(expressions):
        values[index] = evaluate_column(expression, part, last - first)
    return values

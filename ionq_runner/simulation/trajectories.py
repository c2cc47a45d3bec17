"""Noise by chance: every shot draws which gates are struck, and shots that are struck alike share one simulation.

Most shots are struck nowhere or once. A state that nothing strikes goes through the layers once; a pattern of strikes begins as its copy in
the first layer that it strikes. What strikes after the last turns only flips bits, so it needs no state of its own.

The contract, after that of `sampling`: from an execution's stream come, for every 65,536 shots, the patterns (`faults.draw_patterns`),
then a uniform number for each struck shot, pattern by pattern, that meets the cumulative sum of k, then `sampling.sample_row` for the
shots that nothing strikes; and at last the readout errors, in geometric steps over the cells (shot, bit), shots by ascending outcome,
lowest bit first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Program
from ionq_runner.expressions import Expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.faults import Correction, Faults, Pattern, draw_patterns, follow_faults, parity_operations, strikes_among
from ionq_runner.simulation.ideal import Ideal, IdealPoints, compile_ideal
from ionq_runner.simulation.labels import odd_labels
from ionq_runner.simulation.large import Large, LargePoint, compile_large
from ionq_runner.simulation.lowering import Depolarise, Operation, lower
from ionq_runner.simulation.methods import CACHED_QUBITS, SHOTS_AT_ONCE
from ionq_runner.simulation.readout import plan_readout
from ionq_runner.simulation.sampling import on_grid, sample_row
from ionq_runner.simulation.schedule import ScheduledLayer, phases_on, schedule
from ionq_runner.simulation.tiles import Tile
from ionq_runner.simulation.turns import AngleTable

__all__ = ["Trajectories"]

Reals = NDArray[np.float64]
Outcomes = NDArray[np.int64]

_TILE_BYTES = 2**19


class Walker(Protocol):
    """The state of a point that nothing strikes, and copies of it that are struck."""

    copies: int  # at a time

    def advance(self, layer: int) -> None:
        """Take the state past a layer's run and the next layer's turns."""

    def branch(self, count: int) -> None:
        """Make copies of the state as it is, before a run."""

    def run(self, layer: int, corrections: Sequence[Correction | None]) -> None:
        """A run of the copies, each with its correction."""

    def turn(self, layer: int) -> None:
        """The turns of the copies."""

    def probabilities(self) -> Reals:
        """(copies, 2**wires) after the last run."""
        ...


class Trajectories:
    """A program with noise, compiled."""

    def __init__(self, program: Program, noise: NoiseModel) -> None:
        lowered = lower(decompose(program), noise)
        qubits = len(lowered.qubits)
        self.expressions: tuple[Expression, ...] = lowered.expressions
        self.readout = plan_readout(program, noise, lowered)
        plan = schedule(parity_operations(lowered.operations), qubits, len(lowered.expressions))
        self.table = AngleTable()
        self.faults: list[Faults] = []
        for index, layer in enumerate(plan.layers):
            operations = [*(phases_on(layer.before) if index else ()), *layer.run, *phases_on(layer.after)]
            self.faults.append(follow_faults(operations, qubits, self.table))
        self.book = plan.book
        quiet = tuple(_without_noise(layer) for layer in plan.layers)
        plan = type(plan)(qubits, plan.book, quiet)
        compiler = compile_ideal if qubits <= CACHED_QUBITS else compile_large
        self.compiled: Ideal | Large = compiler(plan, self.readout.order)

    def sample(self, generator: np.random.Generator, values: Reals, repetitions: int) -> tuple[Outcomes, NDArray[np.int64]]:
        """Outcomes, ascending, and counts of one execution; `values` of the expressions are (expressions, 1)."""
        angles = self.table.evaluate(self.book.evaluate(values))[:, 0]
        drawn = [
            outcomes
            for start in range(0, repetitions, SHOTS_AT_ONCE)
            for outcomes in self._drawn(generator, values, angles, min(SHOTS_AT_ONCE, repetitions - start))
        ]
        outcomes, counts = np.unique(self._read(generator, np.sort(np.concatenate(drawn))), return_counts=True)
        return outcomes, counts

    def _drawn(self, generator: np.random.Generator, values: Reals, angles: Reals, shots: int) -> Iterator[Outcomes]:
        """An outcome for every shot, over the wires that are read."""
        patterns = draw_patterns(generator, self.faults, shots)
        draws = iter(np.split(generator.random(sum(patterns.values())), np.cumsum([*patterns.values()])[:-1]))
        last = len(self.faults) - 1
        by_layer: dict[int, list[tuple[Pattern, Reals]]] = {}
        for pattern in patterns:
            by_layer.setdefault(pattern[0][0], []).append((pattern, next(draws)))
        walker = self._walker(values, angles)
        for layer in range(last):
            struck = by_layer.get(layer, [])
            for start in range(0, len(struck), walker.copies):
                yield from self._branched(walker, layer, struck[start : start + walker.copies])
            walker.advance(layer)
        walker.branch(1)
        row = on_grid(self.readout.summed(walker.probabilities()))[0]
        cumulative = np.cumsum(row)
        for pattern, own in by_layer.get(last, []):
            yield _outcomes(cumulative, own) ^ self._flips(pattern)
        quiet = shots - sum(patterns.values())
        if quiet:
            outcomes, counts = sample_row(generator, row, quiet)
            yield np.repeat(outcomes, counts)

    def _branched(self, walker: Walker, first: int, struck: Sequence[tuple[Pattern, Reals]]) -> Iterator[Outcomes]:
        """Patterns that first strike in one layer, from there to the end."""
        walker.branch(len(struck))
        strikes = [dict(pattern) for pattern, _ in struck]
        for layer in range(first, len(self.faults) - 1):
            if layer > first:
                walker.turn(layer)
            faults = self.faults[layer]
            walker.run(layer, [faults.correction(own[layer]) if layer in own else None for own in strikes])
        walker.turn(len(self.faults) - 1)
        rows = on_grid(self.readout.summed(walker.probabilities()))
        np.cumsum(rows, axis=1, out=rows)
        for row, (pattern, draws) in zip(rows, struck, strict=True):
            yield _outcomes(row, draws) ^ self._flips(pattern)

    def _flips(self, pattern: Pattern) -> int:
        """The bits of an outcome that strikes after the last turns flip."""
        layer, strikes = pattern[-1]
        if layer != len(self.faults) - 1:
            return 0
        flipped = self.faults[layer].correction(strikes).flips
        wires, present = len(self.readout.wires), self.readout.present
        return sum(1 << (len(present) - 1 - place) for place, wire in enumerate(present) if flipped >> (wires - 1 - wire) & 1)

    def _read(self, generator: np.random.Generator, outcomes: Outcomes) -> Outcomes:
        """Outcomes over all bits, those without a wire put in as 0, each read flipped by chance."""
        read = self.readout.read
        if None in read:
            spread = np.zeros_like(outcomes)
            present = len(self.readout.present)
            for place, wire in enumerate(read):
                if wire is not None:
                    present -= 1
                    spread |= ((outcomes >> present) & 1) << (len(read) - 1 - place)
            outcomes = spread
        if self.readout.spam > 0:
            cells = strikes_among(generator, len(outcomes) * len(read), self.readout.spam)
            np.bitwise_xor.at(outcomes, cells // len(read), np.int64(1) << (cells % len(read)))
        return outcomes

    def _walker(self, values: Reals, angles: Reals) -> Walker:
        if isinstance(self.compiled, Ideal):
            return _CachedWalker(self.compiled, values, angles)
        return _LargeWalker(self.compiled, values, angles)


def _without_noise(layer: ScheduledLayer) -> ScheduledLayer:
    run: list[Operation] = [operation for operation in layer.run if not isinstance(operation, Depolarise)]
    return ScheduledLayer(layer.rotations, layer.before, run, layer.after)


def _outcomes(cumulative: Reals, draws: Reals) -> Outcomes:
    """The outcome of each uniform draw."""
    total = cumulative[-1]
    found: Outcomes = np.searchsorted(cumulative, np.minimum(draws * total, np.nextafter(total, 0.0)), side="right")
    return found


class _CachedWalker:
    """States that fit the cache: the copies are the rows of a tile."""

    def __init__(self, compiled: Ideal, values: Reals, angles: Reals) -> None:
        self.points, self.angles = IdealPoints(compiled, values), angles
        self.numbers = 2 << compiled.qubits
        self.qubits = compiled.qubits
        self.copies = max(1, _TILE_BYTES // (8 * self.numbers))
        self.base, self.tile = Tile(1, self.numbers), Tile(1, self.numbers)
        self.points.start(self.base)

    def advance(self, layer: int) -> None:
        self.points.run(layer, self.base)
        self.points.turn(layer + 1, self.base)

    def branch(self, count: int) -> None:
        if self.tile.points != count:
            self.tile = Tile(count, self.numbers)
        self.tile.state[:] = self.base.state

    def run(self, layer: int, corrections: Sequence[Correction | None]) -> None:
        for index, correction in enumerate(corrections):
            for mask, angle in correction.phases if correction else ():
                self._row(index)[:] *= np.exp(np.array([1j, -1j]) * self.angles[angle]).take(odd_labels(mask, self.qubits))
        self.points.run(layer, self.tile)
        for index, correction in enumerate(corrections):
            row = self._row(index)
            if correction is not None and correction.signs:
                row *= 1.0 - 2.0 * odd_labels(correction.signs, self.qubits)
            if correction is not None and correction.flips:
                row[:] = row.take(np.arange(1 << self.qubits) ^ correction.flips)

    def turn(self, layer: int) -> None:
        self.points.turn(layer, self.tile)

    def probabilities(self) -> Reals:
        return self.points.probabilities(self.tile)

    def _row(self, index: int) -> NDArray[np.complex128]:
        row: NDArray[np.complex128] = self.tile.state[index].view(np.complex128)
        return row


class _LargeWalker:
    """States beyond the cache: one copy at a time, in the arrays of one point."""

    copies = 1

    def __init__(self, compiled: Large, values: Reals, angles: Reals) -> None:
        self.point, self.angles = LargePoint(compiled, values), angles
        self.point.start()
        self.base = self.point.state
        self.point.state = np.empty_like(self.base)

    def advance(self, layer: int) -> None:
        self.point.state, self.base = self.base, self.point.state
        self.point.run(layer)
        self.point.turn(layer + 1)
        self.point.state, self.base = self.base, self.point.state

    def branch(self, count: int) -> None:
        assert count == 1, "there is room for one"
        self.point.state[:] = self.base

    def run(self, layer: int, corrections: Sequence[Correction | None]) -> None:
        (correction,) = corrections
        for mask, angle in correction.phases if correction else ():
            self.point.phase_parity(mask, self.angles[angle])
        self.point.run(layer)
        if correction is not None:
            self.point.pauli(correction.flips, correction.signs)

    def turn(self, layer: int) -> None:
        self.point.turn(layer)

    def probabilities(self) -> Reals:
        return self.point.probabilities()[None, :]

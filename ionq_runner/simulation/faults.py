"""Where noise may strike a circuit, what a strike does to the layers after it, and which shots are struck.

Depolarising at rate r puts, with probability r, a random Pauli (I among them) on a gate's qubits. Inside a run a Pauli moves past flips and
stays a Pauli, and past a phase on a parity that it anticommutes with it reverses the phase's angle. So a struck shot takes the same runs as
any other, with a few phases put right before a run and a Pauli after it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.lowering import Depolarise, Flip, Operation, Parity, Phase
from ionq_runner.simulation.runs import Tracker, bit_of
from ionq_runner.simulation.turns import AngleTable

__all__ = ["Correction", "Faults", "Pattern", "draw_patterns", "follow_faults", "parity_operations", "strikes_among"]


def parity_operations(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Phases on one or two qubits as phases on parities: b c = (b + c - (b xor c))/2."""
    found: list[Operation] = []
    for operation in operations:
        match operation:
            case Phase((qubit,), angle):
                found.append(Parity((qubit,), angle))
            case Phase((first, second), angle):
                half = angle.times(0.5)
                found += [Parity((first,), half), Parity((second,), half), Parity((first, second), half.times(-1.0))]
            case _:
                found.append(operation)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a struck shot needs in one layer: phases exp(i angle Z...Z) on labels as they come in, then X and Z on labels as they leave."""

    phases: tuple[tuple[int, int], ...]  # mask, row of the angle table
    flips: int
    signs: int


@dataclass(frozen=True, slots=True)
class Faults:
    """The strikes of one layer's run. Bit g of a set of strikes stands for X (g even) or Z (g odd) on a qubit of a gate."""

    gates: tuple[Depolarise, ...]  # the strikes of each come after those of the ones before
    flips: tuple[int, ...]  # by bit of a label: the strikes that flip it
    signs: tuple[int, ...]
    phases: tuple[tuple[int, int, int], ...]  # mask, row of the angle table, the strikes that reverse it

    def correction(self, strikes: int) -> Correction:
        """What a set of strikes comes to."""
        return Correction(
            tuple((mask, row) for mask, row, reversed_by in self.phases if _odd(reversed_by & strikes)),
            sum(1 << bit for bit, by in enumerate(self.flips) if _odd(by & strikes)),
            sum(1 << bit for bit, by in enumerate(self.signs) if _odd(by & strikes)),
        )


def _odd(bits: int) -> int:
    return bits.bit_count() & 1


def follow_faults(operations: Sequence[Operation], qubits: int, table: AngleTable) -> Faults:
    """The strikes of a run, each followed to the run's end."""
    tracker = Tracker(qubits)
    flips, signs = [0] * qubits, [0] * qubits
    gates: list[Depolarise] = []
    phases: list[tuple[int, int, int]] = []
    strike = 0
    for operation in operations:
        match operation:
            case Depolarise(noisy):
                gates.append(operation)
                for qubit in noisy:
                    flips[bit_of(qubit, qubits)] ^= 1 << strike
                    signs[bit_of(qubit, qubits)] ^= 2 << strike
                    strike += 2
            case Flip(target, controls):
                tracker.flip(target, controls)
                for control in controls:
                    flips[bit_of(target, qubits)] ^= flips[bit_of(control, qubits)]
                    signs[bit_of(control, qubits)] ^= signs[bit_of(target, qubits)]
            case Parity(phased, angle):
                reversed_by = 0
                for qubit in phased:
                    reversed_by ^= flips[bit_of(qubit, qubits)]
                mask, reversed_ = tracker.parity(phased)
                if mask and reversed_by:
                    phases.append((mask, table.row(angle.times(-1.0) if reversed_ else angle), reversed_by))
            case _:
                raise AssertionError(f"{operation} has no place in a run with noise")
    return Faults(tuple(gates), tuple(flips), tuple(signs), tuple(phases))


Pattern = tuple[tuple[int, int], ...]  # layers that are struck, ascending, each with its set of strikes


def draw_patterns(generator: np.random.Generator, layers: Sequence[Faults], shots: int) -> dict[Pattern, int]:
    """How many shots are struck in which way, in the order in which a way first occurs; those that nothing strikes are left out.

    Gates are taken by their number of qubits and their rate, in the program's order. For each such class the cells (shot, gate), shot by
    shot, are gone through in geometric steps from strike to strike; then for each strike the Pauli is drawn, 1 to 4**qubits - 1: bit 2q
    is an X, bit 2q + 1 a Z on qubit q of the gate.
    """
    places: list[tuple[Depolarise, int, int]] = []
    for layer, faults in enumerate(layers):
        first = 0
        for gate in faults.gates:
            places.append((gate, layer, first))
            first += 2 * len(gate.qubits)
    classes: dict[tuple[int, float], list[tuple[int, int]]] = {}
    for gate, layer, first in sorted(places, key=lambda place: place[0].gate):
        classes.setdefault((len(gate.qubits), gate.rate), []).append((layer, first))
    struck: dict[int, dict[int, int]] = {}
    for (qubits, rate), gates in classes.items():
        paulis = 4**qubits
        cells = strikes_among(generator, shots * len(gates), rate * (1 - 1 / paulis))
        codes = generator.integers(1, paulis, len(cells)).tolist()
        for cell, code in zip(cells.tolist(), codes, strict=True):
            shot, place = divmod(cell, len(gates))
            layer, first = gates[place]
            own = struck.setdefault(shot, {})
            own[layer] = own.get(layer, 0) | code << first
    patterns: dict[Pattern, int] = {}
    for shot in sorted(struck):
        pattern = tuple(sorted(struck[shot].items()))
        patterns[pattern] = patterns.get(pattern, 0) + 1
    return patterns


def strikes_among(generator: np.random.Generator, cells: int, rate: float) -> NDArray[np.int64]:
    """Which of so many cells are struck, each with the probability `rate` and on its own."""
    found: list[NDArray[np.int64]] = []
    position = -1
    while rate > 0:
        expected = (cells - position) * rate
        steps = generator.geometric(rate, size=int(expected + 4 * math.sqrt(expected)) + 8)
        reached = position + np.cumsum(steps)
        found.append(reached[reached < cells])
        position = int(reached[-1])
        if position >= cells:
            break
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

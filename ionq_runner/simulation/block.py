"""What one call simulates, and what comes back: many executions of one program as columns and compressed rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.program import Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.methods import read_qubits

__all__ = ["Block", "Counts", "bit_strings", "integers"]

MAX_REPETITIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """Executions of one program, one entry of each array for each of them.

    Raises AssertionError where the arrays do not fit each other: they are made by planning, not by people.
    """

    program: Program  # its angles are numbers, or expressions over `columns`
    noise: NoiseModel
    columns: Mapping[str, NDArray[Any]]  # (n,) float64, or text for bit strings
    repetitions: NDArray[np.int64]  # (n,) shots, 1 to 1,000,000
    seed: int  # from 0 to 2**64 - 1
    streams: NDArray[np.uint64]  # (n, 2): 128 bits of each execution's id, which with the seed fix all its draws

    def __post_init__(self) -> None:
        assert self.repetitions.ndim == 1, "repetitions are one number for each execution"
        assert self.streams.shape == (len(self.repetitions), 2), "a stream is two words for each execution"
        assert all(len(column) == len(self.repetitions) for column in self.columns.values()), "columns have an entry for each execution"
        assert 0 <= self.seed < 2**64, "a seed has 64 bits"
        if len(self.repetitions):
            assert 1 <= self.repetitions.min() <= self.repetitions.max() <= MAX_REPETITIONS, "1 to 1,000,000 repetitions"

    def __len__(self) -> int:
        return len(self.repetitions)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was seen, in compressed rows: execution i has the entries `offsets[i]` to `offsets[i + 1]`, by ascending outcome."""

    offsets: NDArray[np.int64]  # (n + 1,)
    outcomes: NDArray[np.unsignedinteger[Any]]  # bits of `read_qubits`, the first the highest
    counts: NDArray[np.int64]  # at least 1; those of an execution add up to its repetitions
    probabilities: NDArray[np.float64]  # of each seen outcome, to 12 decimals; NaN for trajectories, which calculate none


def bit_strings(program: Program, noise: NoiseModel, outcomes: NDArray[np.unsignedinteger[Any]]) -> list[str]:
    """Outcomes as strings over all measured qubits, the idle ones among them as `0`."""
    read = {qubit: place for place, qubit in enumerate(read_qubits(program, noise))}
    characters = np.full((len(outcomes), len(program.measured)), ord("0"), dtype=np.uint8)
    wide = outcomes.astype(np.uint64)
    for position, qubit in enumerate(program.measured):
        if qubit in read:
            characters[:, position] += ((wide >> np.uint64(len(read) - 1 - read[qubit])) & np.uint64(1)).astype(np.uint8)
    width = characters.shape[1]
    text = characters.tobytes().decode("ascii")
    return [text[start : start + width] for start in range(0, len(text), width)] if width else [""] * len(outcomes)


def integers(program: Program, noise: NoiseModel, outcomes: NDArray[np.unsignedinteger[Any]]) -> list[int]:
    """Outcomes as whole numbers over all measured qubits, the first measured one the highest bit."""
    known: dict[str, int] = {}
    strings = bit_strings(program, noise, outcomes)
    return [known.setdefault(bits, int(bits or "0", 2)) for bits in strings]

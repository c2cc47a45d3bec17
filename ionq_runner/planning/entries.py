"""The settings of the rows of a circuit: which bases each row is read in, and which rows share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.program import Program
from ionq_runner.language.experiment import Experiment
from ionq_runner.planning.constants import Constants
from ionq_runner.planning.expand import CircuitPoints
from ionq_runner.planning.paulis import Point
from ionq_runner.planning.settings import setting_names, settings_of

__all__ = ["Entries", "entries_of"]


@dataclass(frozen=True, slots=True)
class Entries:
    """What is executed for a circuit, before replicates: entries, and those of each row."""

    origin: NDArray[np.int64]  # (entries,): the first row of what shares it
    variant: NDArray[np.int64]  # (entries,): into `variants`
    variants: tuple[tuple[Program, str], ...]  # shapes of the circuit in a basis
    first: NDArray[np.int64]  # (rows + 1,): where the entries of each row begin in `entry`
    entry: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.origin)


def entries_of(
    experiment: Experiment, constants: Constants, points: CircuitPoints, first: NDArray[np.int64], shared: NDArray[np.int64]
) -> Entries:
    """The entries of a circuit's rows. `first` holds the first row of each execution that rows may share, `shared` that of each row.

    Raises ProblemFound where an observable does not fit the circuit.
    """
    words, word_of = _words(experiment, constants, points)
    shape = np.zeros(points.rows, dtype=np.int64) if points.shape_of is None else np.asarray(points.shape_of)
    if all(len(some) == 1 for some in words) and len(set(words)) == 1:
        variants = tuple((program, words[0][0]) for program in points.programs)
        return Entries(first, shape[first], variants, np.arange(points.rows + 1), shared)
    number: dict[tuple[int, str], int] = {}
    known: dict[tuple[int, str], int] = {}
    origin, variant, entry, counts = list[int](), list[int](), list[int](), list[int]()
    for row, (index, kind) in enumerate(zip(shared.tolist(), word_of, strict=True)):
        counts.append(len(words[kind]))
        for word in words[kind]:
            found = number.setdefault((index, word), len(number))
            if found == len(origin):
                origin.append(row)
                variant.append(known.setdefault((int(shape[row]), word), len(known)))
            entry.append(found)
    variants = tuple((points.programs[which], word) for which, word in known)
    return Entries(np.array(origin), np.array(variant), variants, np.concatenate([[0], np.cumsum(counts)]), np.array(entry))


def _words(experiment: Experiment, constants: Constants, points: CircuitPoints) -> tuple[list[tuple[str, ...]], Sequence[int]]:
    """The different tuples of settings, and which of them each row has."""
    names = sorted(setting_names(experiment, points.circuit) & points.columns.keys())
    read = any(setting.readout and setting.readout.name == points.circuit.name for setting in experiment.mitigation.values())
    shapes = points.shape_of or [0] * points.rows
    keys = list(zip(shapes, *(points.columns[name] for name in names), strict=True))
    settings: dict[tuple[str, ...], int] = {}
    found: dict[tuple[object, ...], int] = {}
    outside: Mapping[str, float | str] = {name: value for name, value in constants.values.items() if name not in points.columns}
    for key in dict.fromkeys(keys):
        program = points.programs[key[0]]
        own = dict(zip(names, key[1:], strict=True))
        words = settings_of(experiment, Point(points.circuit.name, program, {**outside, **own}, constants.lists))
        bits = "Z" * len(program.measured)
        if read and bits not in words:  # what errors of readout are measured with
            words = (*words, bits)
        found[key] = settings.setdefault(words, len(settings))
    return list(settings), [found[key] for key in keys] if len(settings) > 1 else [0] * points.rows

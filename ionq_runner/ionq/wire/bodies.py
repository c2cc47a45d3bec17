"""The `input` of request bodies, for a whole sweep at a time.

A circuit's SHAPE is a template: constant text with holes, and a hole's text is a function of one column of numbers, a number a point:

    ,{"targets":[0],  Rotation("rx") of column 0  },{"gate":"cnot","control":0,"target":1},{"targets":[1],  Rotation("rz") of column 1  }

A form (what stands in a hole) is asked once for each distinct number, since the name of a gate depends on it too: a half turn about X
is `x` and not `rx`. What lies between two holes of one column is joined to them first, so that a layer of equal gates costs a grid one
join for each of its values. Numbers are written as the shortest text that reads back as the same number.

Free of Cirq: columns and forms come from `ionq_runner.ionq.sweeps`. Fields and gates: IonQ's API reference, v0.4, jobs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Choice", "Hole", "Number", "PauliEvolution", "Rotation", "Template", "gate_text", "near"]

Column = NDArray[np.float64]

_CHUNK = 1024  # points whose pieces are held at a time, beside the finished texts


class _Form(Protocol):
    """What stands in a hole."""

    def texts(self, values: Column) -> list[str]:
        """The text for each of these finite numbers."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """The name and the angle of a gate that is a power: by name at special exponents, by an angle in radians at all others.

    Attributes:
        name: The gate that takes the angle, exponent * pi.
        special: Exponents, modulo 2, with the names of gates that have no angle; the first that is near counts.
        atol: How near an exponent must be.
    """

    name: str
    special: tuple[tuple[float, str], ...] = ()
    atol: float = 1e-8

    def fields(self, exponent: float) -> dict[str, Any]:
        """`gate`, and `rotation` where the gate takes it."""
        for value, name in self.special:
            if near(exponent, value, self.atol):
                return {"gate": name}
        return {"gate": self.name, "rotation": exponent * math.pi}

    def texts(self, values: Column) -> list[str]:
        """The same fields for each exponent, without braces."""
        texts = [f'"gate":"{self.name}","rotation":{angle!r}' for angle in (values * math.pi).tolist()]
        for value, name in reversed(self.special):
            for index in np.flatnonzero(near(values, value, self.atol)).tolist():
                texts[index] = f'"gate":"{name}"'
        return texts


@dataclass(frozen=True, slots=True)
class Number:
    """A number by itself, such as the phase of a native gate in turns."""

    def texts(self, values: Column) -> list[str]:
        """The shortest text of each that reads back as the same number."""
        return [repr(value) for value in values.tolist()]


@dataclass(frozen=True, slots=True)
class PauliEvolution:
    """A whole `pauliexp` gate exp(-i time P), or nothing where the time is 0.

    Attributes:
        term: The Pauli string P; its last letter acts on the first target.
        targets: The qubits.
    """

    term: str
    targets: tuple[int, ...]

    def fields(self, time: float) -> dict[str, Any]:
        """The gate; a negative time, which the service refuses, is a negative coefficient, which means the same. Empty for nothing."""
        if time == 0 or not self.term:
            return {}
        coefficient = 1.0 if time > 0 else -1.0
        return {
            "gate": "pauliexp",
            "terms": [self.term],
            "coefficients": [coefficient],
            "targets": list(self.targets),
            "time": abs(time),
        }

    def texts(self, values: Column) -> list[str]:
        """The gate for each time, with the comma before it."""
        return [gate_text(self.fields(time)) for time in values.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several texts made elsewhere; the column says which, from 0."""

    options: Sequence[str]

    def texts(self, values: Column) -> list[str]:
        """The texts at these places."""
        return [self.options[int(value)] for value in values.tolist()]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a template: a form of the numbers of a column."""

    column: int
    form: _Form


@dataclass(frozen=True, slots=True)
class Template:
    """The `input` of one shape of circuit.

    Attributes:
        gateset: `qis` or `native`.
        qubits: How many.
        pieces: The circuit's text in order; every gate begins with its comma, so that any of them may be empty.
    """

    gateset: str
    qubits: int
    pieces: tuple[str | Hole, ...]

    def fill(self, columns: Sequence[Column], points: int) -> list[str]:
        """The JSON text of every point.

        Args:
            columns: The numbers of each column, one a point, all finite.
            points: How many.
        """
        head = f'{{"gateset":"{self.gateset}","qubits":{self.qubits},"circuit":['
        runs = list(_runs(self.pieces)) or [""]
        texts: list[str] = []
        for start in range(0, points, _CHUNK):
            count = min(_CHUNK, points - start)
            circuits = _circuits(runs, [column[start : start + count] for column in columns], count)
            texts.extend(f"{head}{circuit[1:]}]}}" for circuit in circuits)
        return texts


def gate_text(fields: Mapping[str, Any]) -> str:
    """The text of a gate, with the comma before it; nothing for no gate."""
    return f",{json.dumps(fields, separators=(',', ':'))}" if fields else ""


def near(exponent: Any, value: float, atol: float) -> Any:
    """Whether an exponent, or each of an array of them, is that value modulo 2."""
    return abs((exponent - value + 1) % 2 - 1) <= atol


@dataclass(frozen=True, slots=True)
class _Run:
    """What lies between the first and the last of neighbouring holes of one column: a function of that column."""

    column: int
    pieces: tuple[str | _Form, ...]


def _runs(pieces: Sequence[str | Hole]) -> Iterator[str | _Run]:
    """The template's pieces with constants joined, and with holes of one column joined over the constants between them."""
    column, held, constants = -1, [], []  # type: int, list[str | _Form], list[str]
    for piece in pieces:
        if isinstance(piece, str):
            constants.append(piece)
            continue
        if held and piece.column != column:
            yield _Run(column, tuple(held))
            held = []
        constant, constants = "".join(constants), []
        if held:
            held.append(constant)
        elif constant:
            yield constant
        column = piece.column
        held.append(piece.form)
    if held:
        yield _Run(column, tuple(held))
    if constants:
        yield "".join(constants)


def _circuits(runs: Sequence[str | _Run], columns: Sequence[Column], count: int) -> Iterator[str]:
    """The circuit's text at each point."""
    distinct: dict[int, tuple[Column, list[int]]] = {}
    known: dict[tuple[int, _Form], list[str]] = {}
    streams: list[Iterator[str]] = []
    for run in runs:
        if isinstance(run, str):
            streams.append(repeat(run, count))
            continue
        if run.column not in distinct:
            found, inverse = np.unique(columns[run.column], return_inverse=True)
            distinct[run.column] = found, inverse.tolist()
        values, places = distinct[run.column]
        for piece in run.pieces:
            if not isinstance(piece, str) and (run.column, piece) not in known:
                known[run.column, piece] = piece.texts(values)
        parts = [repeat(piece, len(values)) if isinstance(piece, str) else known[run.column, piece] for piece in run.pieces]
        joined = list(map("".join, zip(*parts, strict=True)))
        streams.append(map(joined.__getitem__, places))
    return map("".join, zip(*streams, strict=True))

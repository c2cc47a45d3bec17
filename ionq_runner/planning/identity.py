"""Identities: what makes two executions, and two points, the same.

An execution id hashes what is run: the gates before decomposition with the values of their angles, the measured qubits, the
backend's settings, the repetitions, the replicate, and on a simulator the seed. Names, layout, comments, the order of the file
and loops written out do not enter. Angles enter rounded to 12 decimals, so that the last bits of a processor do not either.
"""

from __future__ import annotations

import hashlib
import json
from binascii import hexlify
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.program import Program
from ionq_runner.expressions import Expression
from ionq_runner.expressions.columns import Column, evaluate_column

__all__ = ["EXECUTION_BYTES", "execution_digests", "numbered", "point_ids", "setting_prefix"]

EXECUTION_BYTES = 16
DECIMALS = 12
_CHUNK_BYTES = 1 << 20  # stays in the cache, and on the heap


def setting_prefix(program: Program, basis: str, target: Mapping[str, Any]) -> bytes:
    """What all executions of one shape in one basis on one target have in common, as bytes to hash.

    `program` is without the gates that turn the basis; where all letters are Z, a single one stands for them.
    """
    gates = [[gate.name, gate.targets, gate.controls, gate.words, len(gate.angles)] for gate in program.gates]
    letters = basis if basis.strip("Z") else "Z"
    whole = {"version": 1, "qubits": program.qubits, "gates": gates, "measured": program.measured, "basis": letters, "target": target}
    return json.dumps(whole, separators=(",", ":")).encode()


def execution_digests(
    program: Program,
    prefix: bytes,
    columns: Mapping[str, Column],
    repetitions: NDArray[np.int64],
    replicates: NDArray[np.int64],
) -> list[bytes]:
    """A digest per row: the prefix, the repetitions, the replicate, and every angle in the order of the gates.

    Raises ProblemFound where an angle has no value.
    """
    start = hashlib.sha256(prefix)
    digests: list[bytes] = []
    for values in _angle_rows(program, columns, len(repetitions)):
        first = len(digests)
        counts = np.stack([repetitions, replicates], axis=1)[first : first + len(values)]
        rows = np.concatenate([counts.astype("<i8").view(np.uint8), values.astype("<f8").view(np.uint8).reshape(len(values), -1)], axis=1)
        digests += [digest[:EXECUTION_BYTES] for digest in _hashed(start, _as_bytes(rows))]
    return digests


def _angle_rows(program: Program, columns: Mapping[str, Column], rows: int) -> Iterator[NDArray[np.float64]]:
    """All angles of a program, a row per execution, in chunks of bounded size."""
    angles = list(program.angles())
    slots: dict[Any, int] = {}
    index = np.array([slots.setdefault(angle, len(slots)) for angle in angles], dtype=np.int64)
    chunk = max(1, _CHUNK_BYTES // (8 * max(1, len(angles))))
    for start in range(0, rows, chunk):
        stop = min(rows, start + chunk)
        part = {name: column[start:stop] for name, column in columns.items()}
        distinct = np.empty((stop - start, len(slots)))
        for angle, slot in slots.items():
            distinct[:, slot] = evaluate_column(angle, part, stop - start) if isinstance(angle, Expression) else angle
        yield np.ascontiguousarray(_rounded(distinct)[:, index])


def numbered(digest: bytes, number: int) -> bytes:
    """The id of the number-th execution with one digest: equal circuits that are run again have ids of their own."""
    return digest if number == 0 else hashlib.sha256(digest + number.to_bytes(8, "little")).digest()[:EXECUTION_BYTES]


def point_ids(names: tuple[str, ...], columns: Mapping[str, Column], executions: Sequence[bytes]) -> NDArray[np.bytes_]:
    """Twelve hex digits per point: `names` are those of circuit, target and mitigation; then the axes, their values, the execution.

    Axes enter in the order of their names, so that another order of the sweep only moves points.
    """
    columns = dict(sorted(columns.items()))
    start = hashlib.sha256(json.dumps([*names, *columns], separators=(",", ":")).encode())
    numbers = [_rounded(column.astype(float)) for column in columns.values() if column.dtype.kind != "U"]
    rows = list(executions)
    if numbers:
        values = _as_bytes(np.stack(numbers, axis=1).astype("<f8").view(np.uint8))
        rows = [value + row for value, row in zip(values, rows, strict=True)]
    for column in columns.values():
        if column.dtype.kind == "U":
            rows = [row + text.encode() + b"\0" for row, text in zip(rows, column.tolist(), strict=True)]
    return np.frombuffer(hexlify(b"".join([digest[:6] for digest in _hashed(start, rows)])), dtype="S12")


def _hashed(start: hashlib._Hash, rows: Sequence[bytes]) -> list[bytes]:
    """The digest of each row after a common beginning."""
    copy, digests = start.copy, []
    for row in rows:
        hashed = copy()
        hashed.update(row)
        digests.append(hashed.digest())
    return digests


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without the last bits, and without a negative zero; numbers too large to have decimals stay as they are."""
    with np.errstate(over="ignore"):
        rounded = np.round(values, DECIMALS)
    return np.where(np.isfinite(rounded), rounded, values) + 0.0


def _as_bytes(rows: NDArray[np.uint8]) -> list[bytes]:
    """Each row of a matrix."""
    found: list[bytes] = rows.view(f"V{rows.shape[1]}")[:, 0].tolist()
    return found

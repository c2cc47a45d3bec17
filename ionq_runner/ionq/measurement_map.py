"""What a circuit measures, in a job's metadata: IonQ's circuits have no measurements, every qubit is measured at their end.

Written as cirq_ionq writes it, so that either reads the other's jobs. One circuit: `key<US>0,1`, joined by <RS>, cut into
`measurement0`, `measurement1`, ... of 40 characters. Several: `measurements`, a JSON list with such a dictionary for each, and
`qubit_numbers`. `invert_masks` comes beside it where a measured bit is to be inverted: a JSON object of bits by key, or a list of them.

IonQ documents at most 10 keys of metadata, and values of up to 40,000 characters: one circuit whose pieces would not fit is written as
a list of one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "SEPARATORS",
    "Measured",
    "batch_metadata",
    "invert_masks_of",
    "measured_of",
    "measurements_of",
    "qubit_numbers_of",
    "single_metadata",
]

SEPARATORS = _RECORD, _UNIT = "\x1e", "\x1f"  # between measurements, and between a key and its qubits
_PIECE = 40  # characters, as cirq_ionq cuts them
_MOST_KEYS = 10
_MAX_QUBITS = 10_000
_ADDED_LATER = frozenset({"shots", "ionq_runner"})  # by whoever sends the job


@dataclass(frozen=True, slots=True)
class Measured:
    """What one circuit measures.

    Attributes:
        qubits: The circuit's number of qubits, its highest index + 1.
        measurements: The measured qubits by key, in the key's order.
        invert_masks: For each key with an inverted bit: a 1 where the bit is inverted, as long as the key's qubits.
    """

    qubits: int
    measurements: Mapping[str, tuple[int, ...]]
    invert_masks: Mapping[str, tuple[int, ...]]


def single_metadata(measured: Measured, metadata: Mapping[str, str] | None) -> dict[str, str]:
    """The caller's metadata and what the circuit of a job measures; never changes what it is given.

    Entries of another job's measurements that the caller hands on are left out, for they would be read as this one's.
    """
    own = _callers(metadata)
    pieces = _pieces(measured)
    masks = {"invert_masks": json.dumps(_listed(measured.invert_masks))} if measured.invert_masks else {}
    if len({*own, *pieces, *masks, *_ADDED_LATER}) > _MOST_KEYS and len(pieces) > 1:
        return batch_metadata([measured], metadata)
    return {**own, **pieces, **masks}


def batch_metadata(measured: Sequence[Measured], metadata: Mapping[str, str] | None) -> dict[str, str]:
    """The caller's metadata and what each circuit of a job measures, in their order."""
    written = _callers(metadata)
    written["measurements"] = json.dumps([_pieces(one) for one in measured])
    written["qubit_numbers"] = json.dumps([one.qubits for one in measured])
    if any(one.invert_masks for one in measured):
        written["invert_masks"] = json.dumps([_listed(one.invert_masks) for one in measured])
    return written


def measurements_of(metadata: Mapping[str, object] | None, circuit_index: int = 0) -> dict[str, tuple[int, ...]]:
    """The measured qubits by key of one circuit of a job; empty where the metadata does not say, or not in a form that is known.

    Args:
        metadata: A job's metadata as the service gives it, whoever wrote it.
        circuit_index: Which circuit of the job, from 0; metadata of one circuit are those of all.
    """
    if not isinstance(metadata, Mapping):
        return {}
    pieces: object = metadata
    if "measurements" in metadata:
        listed = _parsed(metadata["measurements"])
        pieces = _at(listed, circuit_index) if isinstance(listed, list) else None
    if not isinstance(pieces, Mapping):
        return {}
    text = _joined(pieces)
    found: dict[str, tuple[int, ...]] = {}
    for record in text.split(_RECORD) if text else ():
        key, *rest = record.split(_UNIT)
        targets = rest[0].split(",") if len(rest) == 1 else [""]
        if not all(target.isascii() and target.isdecimal() and len(target) < 10 for target in targets):
            return {}
        found[key] = tuple(int(target) for target in targets)
    return found


def invert_masks_of(metadata: Mapping[str, object] | None, circuit_index: int = 0) -> dict[str, tuple[int, ...]]:
    """The bits to invert of one circuit of a job, by key, for those keys that have any; empty where the metadata does not say.

    Args:
        metadata: A job's metadata as the service gives it, whoever wrote it.
        circuit_index: Which circuit of the job, from 0; metadata of one circuit are those of all.
    """
    if not isinstance(metadata, Mapping):
        return {}
    masks = _parsed(metadata.get("invert_masks"))
    if isinstance(masks, list):
        masks = _at(masks, circuit_index)
    if not isinstance(masks, dict):
        return {}
    found: dict[str, tuple[int, ...]] = {}
    for key, bits in masks.items():
        if not isinstance(bits, list) or any(type(bit) is not int or bit not in (0, 1) for bit in bits):
            return {}
        found[key] = tuple(bits)
    return found


def measured_of(
    metadata: Mapping[str, object], circuit_index: int, qubits: int
) -> tuple[dict[str, Sequence[int]], dict[str, tuple[int, ...]]]:
    """What a circuit measures, and the bits that it inverts; nothing where the metadata do not fit a circuit of so many qubits."""
    measured, inverted = measurements_of(metadata, circuit_index), invert_masks_of(metadata, circuit_index)
    fits = all(0 <= target < qubits for targets in measured.values() for target in targets)
    fits = fits and all(len(mask) <= len(measured.get(key, mask)) for key, mask in inverted.items())
    return ({key: list(targets) for key, targets in measured.items()}, inverted) if fits else ({}, {})


def _callers(metadata: Mapping[str, str] | None) -> dict[str, str]:
    reserved = ("measurements", "qubit_numbers", "invert_masks")
    return {key: value for key, value in (metadata or {}).items() if key not in reserved and _piece_number(key) is None}


def _pieces(measured: Measured) -> dict[str, str]:
    text = _RECORD.join(f"{key}{_UNIT}{','.join(map(str, targets))}" for key, targets in measured.measurements.items())
    return {f"measurement{start // _PIECE}": text[start : start + _PIECE] for start in range(0, len(text), _PIECE)}


def _joined(pieces: Mapping[object, object]) -> str:
    """The pieces in the order of their numbers, for a service need not keep that of keys; nothing where one is missing or no text."""
    numbered = {number: value for key, value in pieces.items() if (number := _piece_number(key)) is not None}
    texts = [value for _, value in sorted(numbered.items()) if isinstance(value, str)]
    return "".join(texts) if sorted(numbered) == list(range(len(texts))) else ""


def _piece_number(key: object) -> int | None:
    if not isinstance(key, str) or not key.startswith("measurement"):
        return None
    number = key.removeprefix("measurement")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def _listed(masks: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
    return {key: list(bits) for key, bits in masks.items()}


def _parsed(text: object) -> object:
    """What JSON text says; None for anything else."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _at(items: list[object], index: int) -> object:
    return items[index] if 0 <= index < len(items) else None


def qubit_numbers_of(metadata: Mapping[str, str]) -> tuple[int, ...]:
    """How many qubits each circuit of a job has, from its metadata; empty where they do not say."""
    try:
        numbers = json.loads(metadata.get("qubit_numbers", "[]"))
    except (ValueError, RecursionError):
        return ()
    valid = isinstance(numbers, list) and all(type(number) is int and 1 <= number <= _MAX_QUBITS for number in numbers)
    return tuple(numbers) if valid else ()

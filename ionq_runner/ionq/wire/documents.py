"""Documents of jobs, for any version of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, TypeGuard

from ionq_runner.ionq.errors import IonQResponseException
from ionq_runner.ionq.wire.version import ApiVersion, Place

__all__ = ["LARGEST", "JobDocument", "is_job", "read_job", "shown", "time_of"]

LARGEST = 2**53  # of the numbers that a document may hold


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """What a job document says, whatever the version; None where it says nothing."""

    id: str
    status: str
    several: bool  # a job of several circuits
    kind: str | None = None  # such as `ionq.circuit.v1`
    circuits: int | None = None  # how many it holds
    target: str | None = None
    name: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    shots: int | None = None
    qubits: int | None = None
    gate_counts: Mapping[str, int] | None = None
    children: tuple[str, ...] = ()
    parent: str | None = None
    session: str | None = None
    reason: str = ""  # why it failed
    warnings: tuple[str, ...] = ()
    dry_run: bool = False
    noise: Mapping[str, Any] | None = None
    error_mitigation: Mapping[str, Any] | None = None
    submitted: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    duration_s: float | None = None
    variants: tuple[Mapping[str, Any], ...] = ()
    compiled: Mapping[str, Any] | None = None
    cost_usd: float | None = None
    estimated_cost_usd: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it says what is needed to read results: answers to other questions, and lists, may leave that out."""
        how_many = bool(self.children) if self.several else self.kind is not None  # one circuit may be a batch of one
        return self.target is not None and self.qubits is not None and how_many

    def filled(self, known: JobDocument) -> JobDocument:
        """This, with what another document of the same job says where this one says nothing."""
        silent = [one.name for one in fields(self) if one.name not in ("id", "status") and _says_nothing(getattr(self, one.name))]
        return replace(self, **{name: getattr(known, name) for name in silent})


def read_job(version: ApiVersion, document: object) -> JobDocument:
    """Read a job document. Only its id and its status must be there; what makes no sense besides is left out.

    Raises IonQResponseException where it is no job.
    """
    if not is_job(document):
        raise IonQResponseException(f"the service's answer is not a job, it has no id or no status: {shown(document)}")
    found = {name: _first(document, places) for name, places in version.read.items()}
    children = tuple(map(str, _listed(found["children"])))
    kind, circuits = _text(found["type"]), _whole(found.get("circuits"))
    duration = _number(found["duration"])
    return JobDocument(
        id=found["id"],
        status=found["status"],
        several=bool(children) or ("multi-circuit" in kind if kind else (circuits or 1) > 1),
        kind=kind,
        circuits=circuits,
        target=_text(found["target"]),
        name=_text(found["name"]),
        metadata={str(key): value if isinstance(value, str) else json.dumps(value) for key, value in _mapping(found["metadata"]).items()},
        shots=_whole(found["shots"]),
        qubits=_whole(found["qubits"]),
        gate_counts=_mapping(found["gate_counts"]) or None,
        children=children,
        parent=_text(found["parent"]) or None,
        session=_text(found.get("session")) or None,
        reason=_text(found["reason"]) or "",
        warnings=tuple(map(str, _listed(found["warnings"]))),
        dry_run=found["dry_run"] is True,
        noise=_mapping(found["noise"]) or None,
        error_mitigation=_mapping(found["error_mitigation"]) or None,
        submitted=time_of(found["submitted"]),
        started=time_of(found["started"]),
        completed=time_of(found["completed"]),
        duration_s=None if duration is None else duration * version.duration_scale_s,
        variants=tuple(_mapping(variant) for variant in _listed(found.get("variants"))),
        compiled=_mapping(found.get("compiled")) or None,
        cost_usd=_number(found.get("cost")),
        estimated_cost_usd=_number(found.get("estimated_cost")),
    )


def _says_nothing(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str | tuple | Mapping) and not value)


def is_job(document: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a document has what every job has: an id and a status."""
    return isinstance(document, Mapping) and all(isinstance(document.get(key), str) and document[key] for key in ("id", "status"))


def time_of(value: object) -> datetime | None:
    """A moment, written as ISO text with or without a fraction, or as seconds since 1970; None where it is neither."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _first(document: Mapping[str, Any], places: Sequence[Place]) -> Any:
    """What stands at the first of some places that is there and not null."""
    for place in places:
        value: Any = document
        for key in place:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST else None


def _whole(value: object) -> int | None:
    """A count, also where it is written as text, as Cirq's client does."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 16:
        return int(value)
    number = _number(value)
    return int(number) if number is not None and number >= 0 else None


def shown(value: object) -> str:
    """A value in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."

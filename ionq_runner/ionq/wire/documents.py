"""Bodies of submissions and documents of jobs, for any version of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ionq_runner.ionq.errors import InvalidArgument, IonQResponseException
from ionq_runner.ionq.wire.version import ApiVersion, Place

__all__ = ["MAX_METADATA_KEYS", "TOKEN_KEY", "JobDocument", "Submission", "job_body", "read_job", "time_of"]

TOKEN_KEY = "ionq_runner"  # the metadata that says which submission a job came from
MAX_METADATA_KEYS = 10
_DEBIAS_NAMES = ("debias", "debiasing")
_OF_THE_SETTINGS = ("error_mitigation", "compilation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is asked of the service beside the circuits, whatever the version."""

    target: str
    shots: int
    name: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    noise: Mapping[str, Any] | None = None
    error_mitigation: Mapping[str, Any] | None = None
    compilation: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None
    session_id: str | None = None
    dry_run: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)  # put into the body as it is


def job_body(version: ApiVersion, submission: Submission, inputs: Mapping[str, Any] | str, several: bool) -> bytes:
    """The JSON of a submission. `inputs` is the circuit, or the circuits, as a document or as its JSON text.

    Raises InvalidArgument where the version has no place for what was asked, or something is not JSON.
    """
    text = inputs if isinstance(inputs, str) else _json(inputs)
    if version.input_constants:
        text = f"{_json(version.input_constants)[:-1]}, {text[1:]}"
    return f'{_json(_envelope(version, submission, several))[:-1]}, "input": {text}}}'.encode()


def _envelope(version: ApiVersion, submission: Submission, several: bool) -> dict[str, Any]:
    """The body without the circuits."""
    if len(submission.metadata) > MAX_METADATA_KEYS:
        raise InvalidArgument(
            f"a job holds {MAX_METADATA_KEYS} keys of metadata, and these are {len(submission.metadata)}, ours among them"
        )
    body: dict[str, Any] = dict(version.batch_constants if several else version.constants)
    values: dict[str, Any] = {
        "target": submission.target,
        "shots": submission.shots,
        "name": submission.name,
        "metadata": dict(submission.metadata) or None,
        "noise": submission.noise,
        "settings": submission.settings,
        "error_mitigation": _mitigation(version, submission.error_mitigation),
        "compilation": submission.compilation,
        "session_id": submission.session_id,
        "dry_run": submission.dry_run or None,
    }
    for name, value in values.items():
        if value is None or value == {}:
            continue
        if name not in version.written:
            raise InvalidArgument(f"API {version.name} has no `{name}`")
        _put(body, version.written[name], value)
    body.update(submission.extra)
    return body


def _mitigation(version: ApiVersion, asked: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The settings of error mitigation under the version's own names; `debias` and `debiasing` are the same."""
    if asked is None:
        return None
    values = {asked[name] for name in _DEBIAS_NAMES if name in asked}
    if len(values) > 1:
        raise InvalidArgument("`debias` and `debiasing` are two names of one setting, and their values differ")
    return {(version.debias if name in _DEBIAS_NAMES else name): value for name, value in asked.items()}


def _put(body: dict[str, Any], place: Place, value: Any) -> None:
    """Put a value where it belongs; a mapping is laid over what is there."""
    for key in place[:-1]:
        body[key] = inner = dict(body.get(key, {}))
        body = inner
    present = body.get(place[-1])
    body[place[-1]] = {**present, **value} if isinstance(present, Mapping) and isinstance(value, Mapping) else value


def _json(value: object) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"this cannot be sent as JSON: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """What a job document says, whatever the version; None where it says nothing."""

    id: str
    status: str
    several: bool  # a job of several circuits
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


def read_job(version: ApiVersion, document: object) -> JobDocument:
    """Read a job document. Only its id and its status must be there; what makes no sense besides is left out.

    Raises IonQResponseException where it is no job.
    """
    if not isinstance(document, Mapping):
        raise IonQResponseException(f"the service's answer is not a job: {_shown(document)}")
    found = {name: _first(document, places) for name, places in version.read.items()}
    identity, status = found["id"], found["status"]
    if not (isinstance(identity, str) and identity and isinstance(status, str) and status):
        raise IonQResponseException(f"the service's answer is not a job, it has no id or no status: {_shown(document)}")
    children = tuple(map(str, _listed(found["children"])))
    kind = found["type"]
    duration = _number(found["duration"])
    return JobDocument(
        id=identity,
        status=status,
        several=bool(children) or (isinstance(kind, str) and "multi-circuit" in kind),
        target=_text(found["target"]),
        name=_text(found["name"]),
        metadata={str(key): value if isinstance(value, str) else json.dumps(value) for key, value in _mapping(found["metadata"]).items()},
        shots=_whole(found["shots"]),
        qubits=_whole(found["qubits"]),
        gate_counts=_mapping(found["gate_counts"]) or None,
        children=children,
        parent=_text(found["parent"]),
        session=_text(found.get("session")),
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
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    """A count, also where it is written as text, as Cirq's client does."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."

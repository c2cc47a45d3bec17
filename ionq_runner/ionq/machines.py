"""The service's machines, prices and sessions, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ionq_runner.ionq.errors import IonQNotFoundException
from ionq_runner.ionq.wire.documents import LARGEST, time_of

__all__ = ["Backend", "Estimate", "JobCost", "Session", "read_backend", "read_cost", "read_estimate", "read_session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A machine, or the simulator."""

    name: str  # as a job names it
    status: str  # `available`, `unavailable`, `retired`, ...
    qubits: int
    average_queue_time_s: float | None  # the service's number, taken as milliseconds
    last_updated: datetime | None
    degraded: bool | None
    characterization_id: str | None
    document: Mapping[str, Any] = field(repr=False)  # all that the service says


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCost:
    """What a job costs. `cost` is None before it is known, `estimated` where there is nothing to pay."""

    estimated: float | None
    cost: float | None
    unit: str
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a job of some size would cost and take."""

    cost: float | None
    unit: str
    execution_s: float | None
    queue_s: float | None
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A time for which a machine is kept for one's jobs."""

    id: str
    backend: str | None
    status: str  # `created`, `started`, `ended`
    active: bool
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    settings: Mapping[str, Any]


def read_backend(document: Mapping[str, Any], name: str = "") -> Backend:
    """A machine from the service's document. Raises IonQNotFoundException for an empty one."""
    found = str(document.get("backend") or name)
    if not document:
        raise IonQNotFoundException(f"the service has no backend `{found}`")
    queue, characterization, degraded = (document.get(key) for key in ("average_queue_time", "characterization_id", "degraded"))
    if characterization is None and isinstance(document.get("characterization_url"), str):
        characterization = document["characterization_url"].rstrip("/").rsplit("/", 1)[-1]
    return Backend(
        name=found,
        status=str(document.get("status", "unknown")),
        qubits=int(_number(document.get("qubits")) or 0),
        average_queue_time_s=None if _number(queue) is None else float(_number(queue) or 0.0) * 1e-3,
        last_updated=time_of(document.get("last_updated")),
        degraded=degraded if isinstance(degraded, bool) else None,
        characterization_id=characterization if isinstance(characterization, str) else None,
        document=dict(document),
    )


def read_cost(document: Mapping[str, Any]) -> JobCost:
    """A job's cost from the service's document."""
    estimated, cost = (document.get(key) for key in ("estimated_cost", "cost"))
    units = [part["unit"] for part in (cost, estimated) if isinstance(part, Mapping) and isinstance(part.get("unit"), str)]
    return JobCost(
        estimated=_amount(estimated), cost=_amount(cost), unit=units[0] if units else "usd", dry_run=document.get("dry_run") is True
    )


def read_estimate(document: Mapping[str, Any]) -> Estimate:
    """An estimate from the service's document, of either of its forms."""
    cost = document.get("estimated_total_cost", document.get("estimated_cost"))
    execution, queue = (_number(document.get(key)) for key in ("estimated_execution_time", "current_predicted_queue_time"))
    scale = 1e-3 if "estimate_context" in document else 1.0  # the newer form counts milliseconds, the older one seconds
    return Estimate(
        cost=_amount(cost),
        unit=str(document.get("estimated_unit", document.get("cost_unit", "usd"))),
        execution_s=None if execution is None else execution * scale,
        queue_s=None if queue is None else queue * scale,
        document=dict(document),
    )


def read_session(document: Mapping[str, Any]) -> Session:
    """A session from the service's document."""
    backend, settings = document.get("backend"), document.get("settings")
    return Session(
        id=str(document.get("id", "")),
        backend=backend if isinstance(backend, str) else None,
        status=str(document.get("status", "unknown")),
        active=document.get("active") is True,
        created=time_of(document.get("created_at")),
        started=time_of(document.get("started_at")),
        ended=time_of(document.get("ended_at")),
        settings=dict(settings) if isinstance(settings, Mapping) else {},
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST else None


def _amount(value: object) -> float | None:
    """An amount of money, bare or with its unit."""
    return _number(value.get("value") if isinstance(value, Mapping) else value)

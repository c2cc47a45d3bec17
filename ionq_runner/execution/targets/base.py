"""The interface behind which every place stands where a job can run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ionq_runner.planning.plan import Job

__all__ = ["Backend", "Status", "StatusKind"]


class StatusKind(StrEnum):
    """What is known of a submitted job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Status:
    """What a backend says of a job, with its reason where it failed."""

    kind: StatusKind
    reason: str = ""


class Backend(Protocol):
    """A place where jobs run. A handle is the backend's own name of a job."""

    def submit(self, job: Job, token: str) -> str:
        """Send a job, marked with a token; the handle by which it is asked for."""
        ...

    def find(self, token: str) -> str | None:
        """The handle of a job that was sent with a token, if the backend has one."""
        ...

    def poll(self, handle: str) -> Status:
        """How a job stands."""
        ...

    def fetch(self, handle: str) -> bytes:
        """The answer of a finished job, as it came."""
        ...

    def cancel(self, handle: str) -> None:
        """Ask that a job be stopped; one that is finished stays as it is."""
        ...

    def wait(self, handles: Collection[str], seconds: float) -> None:
        """Return when one of the jobs may have finished, or after some seconds."""
        ...

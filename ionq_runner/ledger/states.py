"""The states of a job and the steps between them, as data."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NEXT", "TERMINAL", "JobState"]


class JobState(StrEnum):
    """Where a job stands."""

    PLANNED = "planned"  # nothing has been done for it
    STARTED = "started"  # given to an executor; nothing is known of it until it is done
    DONE = "done"  # its answer is recorded
    FAILED = "failed"  # it ended without an answer, with a reason


NEXT: dict[JobState, frozenset[JobState]] = {
    JobState.PLANNED: frozenset({JobState.STARTED}),
    # Back to planned: the process that ran it is gone, and a local job leaves nothing behind.
    JobState.STARTED: frozenset({JobState.DONE, JobState.FAILED, JobState.PLANNED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.PLANNED}),  # only when a person asks for it again
}

TERMINAL = frozenset({JobState.DONE, JobState.FAILED})

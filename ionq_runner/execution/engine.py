"""The loop that runs a plan: decide, record, act, record."""

from __future__ import annotations

import hashlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from ionq_runner.execution.decide import decide
from ionq_runner.execution.targets.base import Backend, StatusKind
from ionq_runner.ledger.folder import RunFolder, write_durably
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import Ledger
from ionq_runner.planning.plan import Plan

__all__ = ["Progress", "Stop", "run_jobs", "stopping_on_signals", "take_back_lost_jobs"]

PATIENCE_S = 0.2  # how often the loop looks whether it is to stop
GRACE_S = 5.0  # how long jobs in flight are awaited after a request to stop


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come, in executions."""

    done: int
    failed: int
    total: int


class Stop:
    """A request to stop, set from a signal handler or another thread."""

    def __init__(self) -> None:
        self._since: float | None = None
        self.heeded = False

    def request(self) -> None:
        """Submit nothing more; what is in flight is awaited for a moment, and recorded."""
        if self._since is None:
            self._since = time.monotonic()

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """While this lasts, the work itself looks for a request; before and after, a signal ends it where it is."""
        self.heeded = True
        try:
            yield
        finally:
            self.heeded = False

    @property
    def requested(self) -> bool:
        """Whether it was requested."""
        return self._since is not None

    def overdue(self, seconds: float) -> bool:
        """Whether the request is older than some seconds."""
        return self._since is not None and time.monotonic() - self._since > seconds


def take_back_lost_jobs(ledger: Ledger, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Jobs that were started by a process that is gone are planned again: a local job leaves nothing behind."""
    lost = ledger.numbers(JobState.STARTED)
    for number in lost:
        ledger.move(number, JobState.STARTED, JobState.PLANNED, now(), fact={"reason": "the process that ran it is gone"})
    return len(lost)


def run_jobs(
    plan: Plan,
    folder: RunFolder,
    ledger: Ledger,
    backend: Backend,
    *,
    limit: int,
    stop: Stop,
    report: Callable[[Progress], None] = lambda progress: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Run every planned job and record each answer. Returns when all are done or failed, or soon after a request to stop.

    `report` is told what an earlier process did, and then of every job that ends.

    Raises LedgerError or OSError where nothing can be recorded; what was recorded until then stands.
    """
    with stop.heeding():
        _run_jobs(plan, folder, ledger, backend, limit, stop, report, now)


def _run_jobs(
    plan: Plan,
    folder: RunFolder,
    ledger: Ledger,
    backend: Backend,
    limit: int,
    stop: Stop,
    report: Callable[[Progress], None],
    now: Callable[[], datetime],
) -> None:
    jobs = {job.number: job for job in plan.jobs}
    planned = ledger.numbers(JobState.PLANNED)
    counts = {state: sum(len(jobs[n]) for n in ledger.numbers(state)) for state in (JobState.DONE, JobState.FAILED)}
    in_flight: dict[str, int] = {}
    report(Progress(counts[JobState.DONE], counts[JobState.FAILED], plan.executions))
    while not (decision := decide(planned, in_flight, limit, stopping=stop.requested)).finished and not stop.overdue(GRACE_S):
        for number in decision.submit:
            ledger.move(number, JobState.PLANNED, JobState.STARTED, now())
            planned.remove(number)
            in_flight[backend.submit(jobs[number], jobs[number].id)] = number
        backend.wait(in_flight, PATIENCE_S)
        for handle, number in list(in_flight.items()):
            status = backend.poll(handle)
            if status.kind is StatusKind.RUNNING:
                continue
            del in_flight[handle]
            if status.kind is StatusKind.DONE:
                _record(folder, ledger, number, backend.fetch(handle), now)
            else:
                ledger.move(number, JobState.STARTED, JobState.FAILED, now(), error=status.reason)
            counts[JobState.DONE if status.kind is StatusKind.DONE else JobState.FAILED] += len(jobs[number])
            report(Progress(counts[JobState.DONE], counts[JobState.FAILED], plan.executions))


def _record(folder: RunFolder, ledger: Ledger, number: int, answer: bytes, now: Callable[[], datetime]) -> None:
    """The answer's file first, then the row that says that it is there."""
    path = folder.answer(number)
    write_durably(path, answer)
    place = path.relative_to(folder.path).as_posix()
    ledger.move(number, JobState.STARTED, JobState.DONE, now(), answer=(place, hashlib.sha256(answer).hexdigest()))


@contextmanager
def stopping_on_signals(stop: Stop) -> Iterator[None]:
    """Let Ctrl-C, a hang-up and a termination request a stop.

    A second one, and one while nobody looks for requests, raises KeyboardInterrupt: whatever is cut short is made again by `resume`.
    Signals that were ignored stay so: `nohup` means it.
    """

    def request(_signum: int, _frame: object) -> None:
        again = stop.requested
        stop.request()
        if again or not stop.heeded:
            raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handled = [name for name in names if signal.getsignal(name) not in (signal.SIG_IGN, None)]
    before = {name: signal.signal(name, request) for name in handled}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)

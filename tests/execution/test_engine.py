"""The loop that runs a plan, against a backend whose every answer is written down here."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.execution import engine
from ionq_runner.execution.engine import Progress, Stop, run_jobs, stopping_on_signals, take_back_lost_jobs
from ionq_runner.execution.targets import local
from ionq_runner.execution.targets.base import Status, StatusKind
from ionq_runner.ledger.folder import RunFolder, create_run
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import Ledger, LedgerError

PLANNED, STARTED, DONE, FAILED = JobState
AT = datetime(2026, 5, 1, tzinfo=UTC)
SIMPLE = """\
ionq_runner: 1
name: simple
circuits: {one: {qubits: 1, gates: rx(a) 0, sweep: {a: {linspace: [0, 1, 7]}}}}
repetitions: 40
seed: 1
"""


@dataclass
class Fate:
    """What becomes of a job: after some looks at it, an answer, a reason why there is none, or an error of the backend."""

    looks: int = 1
    reason: str = ""
    raises: dict[str, Exception] = field(default_factory=dict)  # method -> error


class Scripted:
    """A backend that does what it is told, and notes what it is asked."""

    def __init__(self, fates, ledger=None):
        self.fates, self.ledger = fates, ledger
        self.asked, self.looks, self.jobs, self.most = [], {}, {}, 0

    def _note(self, method, number):
        self.asked.append((method, number))
        if error := self.fates.get(number, Fate()).raises.get(method):
            raise error

    def submit(self, job, token):
        assert token == job.id
        assert self.ledger is None or self.ledger.jobs()[job.number - 1].state is STARTED, "it is recorded before it is done"
        self._note("submit", job.number)
        self.jobs[f"handle-{job.number}"] = job.number
        self.looks[job.number] = 0
        self.most = max(self.most, len(self.looks))
        return f"handle-{job.number}"

    def poll(self, handle):
        number = self.jobs[handle]
        self._note("poll", number)
        self.looks[number] += 1
        assert self.looks[number] < 1_000_000, "it waits for ever"
        fate = self.fates.get(number, Fate())
        if self.looks[number] < fate.looks:
            return Status(StatusKind.RUNNING)
        if fate.reason:
            del self.looks[number]
            return Status(StatusKind.FAILED, fate.reason)
        return Status(StatusKind.DONE)

    def fetch(self, handle):
        number = self.jobs[handle]
        self._note("fetch", number)
        del self.looks[number]
        return answer(number)

    def wait(self, handles, seconds):
        assert {self.jobs[handle] for handle in handles} == set(self.looks)

    def find(self, token):
        raise NotImplementedError

    def cancel(self, handle):
        raise NotImplementedError


def answer(number):
    return f"answer {number}".encode()


def clock():
    """A time that goes on by a second whenever it is asked for."""
    ticks = iter(range(100_000))
    return lambda: AT + timedelta(seconds=next(ticks))


def history(folder):
    """The states that each job went through."""
    with closing(sqlite3.connect(folder.ledger)) as db:
        rows = db.execute("select job, before, after from events order by id").fetchall()
    found = {}
    for job, before, after in rows:
        assert found.setdefault(job, [before])[-1] == before
        found[job].append(after)
    return found


@pytest.fixture
def simple(planned, begun):
    """Seven jobs of one execution each."""
    plan = planned(SIMPLE, 1)
    folder, ledger = begun(plan)
    return plan, folder, ledger


def run(simple, fates, *, limit=3, stop=None):
    plan, folder, ledger = simple
    backend, reports = Scripted(fates, ledger), []
    run_jobs(plan, folder, ledger, backend, limit=limit, stop=stop or Stop(), report=reports.append, now=clock())
    return backend, reports


def test_every_answer_is_recorded_with_its_checksum(simple):
    _, folder, ledger = simple
    run(simple, {})
    for job in ledger.jobs():
        assert (job.state, job.answer, job.error) == (DONE, f"responses/job-{job.number:06d}.npz", None)
        assert (folder.path / job.answer).read_bytes() == answer(job.number)
        assert job.sha256 == hashlib.sha256(answer(job.number)).hexdigest()


def test_jobs_that_finish_out_of_order_are_recorded_as_they_finish(simple):
    _, folder, ledger = simple
    backend, _ = run(simple, {1: Fate(looks=6), 2: Fate(looks=3), 5: Fate(looks=4)}, limit=3)
    fetched = [number for method, number in backend.asked if method == "fetch"]
    assert fetched == [3, 4, 2, 6, 7, 1, 5]
    assert [number for method, number in backend.asked if method == "submit"] == [1, 2, 3, 4, 5, 6, 7]
    assert {job.state for job in ledger.jobs()} == {DONE}
    with closing(sqlite3.connect(folder.ledger)) as db:
        assert [row[0] for row in db.execute("select job from events where after = 'done' order by at")] == fetched


def test_a_job_that_fails_keeps_its_reason_and_the_others_go_on(simple):
    _, folder, ledger = simple
    _, reports = run(simple, {2: Fate(reason="MemoryError"), 6: Fate(looks=3, reason="no")})
    assert [(job.state, job.error) for job in ledger.jobs()] == [
        (DONE, None), (FAILED, "MemoryError"), (DONE, None), (DONE, None), (DONE, None), (FAILED, "no"), (DONE, None),
    ]  # fmt: skip
    assert reports[-1] == Progress(done=5, failed=2, total=7)
    assert not folder.answer(2).exists()


@pytest.mark.parametrize("method", ["submit", "poll", "fetch"])
def test_where_a_backend_breaks_the_ledger_holds_what_is_known(simple, method):
    plan, folder, ledger = simple
    with pytest.raises(ConnectionError):
        run(simple, {3: Fate(raises={method: ConnectionError("gone")}), 1: Fate(looks=9)}, limit=3)
    states = [job.state for job in ledger.jobs()]
    assert states[2] is STARTED, "nothing is known of it"
    assert history(folder)[3] == ["planned", "started"]
    assert take_back_lost_jobs(ledger) == states.count(STARTED)
    run((plan, folder, ledger), {})
    assert {job.state for job in ledger.jobs()} == {DONE}
    assert history(folder)[3] == ["planned", "started", "planned", "started", "done"]


def test_no_more_than_the_limit_are_in_flight(simple):
    backend, _ = run(simple, {number: Fate(looks=number % 3 + 1) for number in range(1, 8)}, limit=2)
    assert backend.most == 2


def test_jobs_of_a_process_that_is_gone_are_planned_again_with_the_reason(simple):
    _, folder, ledger = simple
    for number in (2, 5):
        ledger.move(number, PLANNED, STARTED, AT)
    assert take_back_lost_jobs(ledger, lambda: AT) == 2
    assert ledger.numbers(PLANNED) == [1, 2, 3, 4, 5, 6, 7]
    with closing(sqlite3.connect(folder.ledger)) as db:
        assert db.execute("select job, fact from events where after = 'planned'").fetchall() == [
            (number, json.dumps({"reason": "the process that ran it is gone"})) for number in (2, 5)
        ]


def test_what_is_done_is_not_run_again(simple):
    plan, folder, ledger = simple
    run(simple, {4: Fate(reason="no")})
    before = ledger.jobs()
    backend, reports = run((plan, folder, ledger), {})
    assert (backend.asked, reports, ledger.jobs()) == ([], [Progress(6, 1, 7)], before)


def test_progress_counts_what_an_earlier_process_did(simple):
    _, _, ledger = simple
    ledger.move(1, PLANNED, STARTED, AT)
    ledger.move(1, STARTED, FAILED, AT, error="no")
    _, reports = run(simple, {})
    assert [(report.done, report.failed) for report in reports] == [(done, 1) for done in range(7)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), limit=st.integers(1, 5))
def test_whatever_a_backend_does_each_job_ends_once_and_as_it_said(planned, data, limit):
    plan = planned(SIMPLE, 1)
    fates = {
        job.number: Fate(looks=data.draw(st.integers(1, 5)), reason=data.draw(st.sampled_from(["", "", "no memory"]))) for job in plan.jobs
    }
    with tempfile.TemporaryDirectory() as place:
        folder = create_run(Path(place), "simple", AT)
        with Ledger(folder.ledger, write=True) as ledger:
            ledger.create({}, [(job.number, job.id, 1, 40) for job in plan.jobs])
            backend, reports = run((plan, folder, ledger), fates, limit=limit)
            assert {job.number: job.error for job in ledger.jobs()} == {number: fate.reason or None for number, fate in fates.items()}
            expected = {number: ["planned", "started", "failed" if fate.reason else "done"] for number, fate in fates.items()}
            assert history(folder) == expected
        done = {number for number, fate in fates.items() if not fate.reason}
        assert {path.name: path.read_bytes() for path in folder.answers.iterdir()} == {
            folder.answer(number).name: answer(number) for number in done
        }
    assert backend.most <= limit
    sums = [report.done + report.failed for report in reports]
    assert sums == list(range(8))
    assert all(before.done <= after.done and before.failed <= after.failed for before, after in pairwise(reports))


class Stopping(Scripted):
    """Asks for a stop while it waits for the first time."""

    def __init__(self, fates, ledger, stop):
        super().__init__(fates, ledger)
        self.stop = stop

    def wait(self, handles, seconds):
        self.stop.request()


def test_after_a_request_to_stop_nothing_is_submitted_and_what_finishes_is_recorded(simple):
    plan, folder, ledger = simple
    stop = Stop()
    backend = Stopping({2: Fate(looks=4)}, ledger, stop)
    run_jobs(plan, folder, ledger, backend, limit=3, stop=stop)
    assert [number for method, number in backend.asked if method == "submit"] == [1, 2, 3]
    assert [job.state for job in ledger.jobs()] == [DONE] * 3 + [PLANNED] * 4


def test_a_job_that_takes_too_long_is_left_and_taken_back(simple, monkeypatch):
    plan, folder, ledger = simple
    monkeypatch.setattr(engine, "GRACE_S", 0.05)
    stop = Stop()
    start = time.monotonic()
    run_jobs(plan, folder, ledger, Stopping({2: Fate(looks=10**9)}, ledger, stop), limit=3, stop=stop)
    assert time.monotonic() - start < 5
    assert [job.state for job in ledger.jobs()] == [DONE, STARTED, DONE] + [PLANNED] * 4
    assert take_back_lost_jobs(ledger) == 1


def test_a_stop_that_comes_first_runs_nothing(simple):
    stop = Stop()
    stop.request()
    backend, _ = run(simple, {}, stop=stop)
    assert backend.asked == []


def test_a_second_request_does_not_move_the_deadline():
    stop = Stop()
    stop.request()
    time.sleep(0.02)
    stop.request()
    assert stop.overdue(0.01)
    assert not stop.overdue(100)


def test_where_nothing_can_be_recorded_what_was_recorded_stands(simple):
    plan, folder, ledger = simple
    folder.answer(3).mkdir()  # in the way of the answer of job 3
    with pytest.raises(IsADirectoryError, match=r"job-000003\.npz"):
        run(simple, {}, limit=1)
    assert [job.state for job in ledger.jobs()] == [DONE, DONE, STARTED] + [PLANNED] * 4
    folder.answer(3).rmdir()
    take_back_lost_jobs(ledger)
    run((plan, folder, ledger), {})
    assert {job.state for job in ledger.jobs()} == {DONE}


def test_two_processes_that_move_one_job_are_not_both_believed(simple):
    plan, folder, ledger = simple

    class Rival(Scripted):
        def wait(self, handles, seconds):
            with Ledger(folder.ledger, write=True) as other:
                other.move(1, STARTED, PLANNED, AT)

    with pytest.raises(LedgerError, match="job 1 is no longer started"):
        run_jobs(plan, folder, ledger, Rival({}), limit=1, stop=Stop())


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_a_request_while_the_work_heeds_it_and_an_end_elsewhere(name):
    number, stop = getattr(signal, name), Stop()
    before = signal.getsignal(number)
    with stopping_on_signals(stop):
        with stop.heeding():
            signal.raise_signal(number)
            assert stop.requested
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_a_signal_that_was_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stop = Stop()
        with stopping_on_signals(stop), stop.heeding():
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.requested
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_signals_are_left_to_the_program():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def work():
        with stopping_on_signals(Stop()):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_chunk_that_fails_is_failed_rows_with_its_reason(planned, tmp_path, monkeypatch):
    planned(SIMPLE, 2)  # makes jobs small
    original = local.simulate

    def simulate(block, series):
        if len(block) == 1:
            raise MemoryError
        if block.columns["a"][0] == 0:
            raise ValueError("no, with, commas")
        return original(block, series)

    monkeypatch.setattr(local, "simulate", simulate)
    (tmp_path / "simple.yaml").write_text(SIMPLE)
    outcome = api.run(tmp_path / "simple.yaml", out=tmp_path / "runs")
    assert (outcome.finished, outcome.failed) == (True, 3)
    rows = (outcome.folder / "points.csv").read_text().splitlines()[1:]
    assert [(row.split(",")[8], row.split(",", 11)[11]) for row in rows] == [
        *[("failed", '"ValueError: no, with, commas"')] * 2, *[("done", "")] * 4, ("failed", "MemoryError"),
    ]  # fmt: skip
    assert {line.split(",")[0] for line in (outcome.folder / "counts.csv").read_text().splitlines()[1:]} == {
        row.split(",")[0] for row in rows[2:6]
    }
    assert json.loads((outcome.folder / "manifest.json").read_text())["jobs"] == {"done": 2, "failed": 2}


def test_a_stop_leaves_a_run_that_can_be_resumed(planned, tmp_path):
    planned(SIMPLE, 2)
    (tmp_path / "simple.yaml").write_text(SIMPLE)
    stop = Stop()
    outcome = api.run(
        tmp_path / "simple.yaml", out=tmp_path / "runs", stop=stop, report=lambda progress: stop.request() if progress.done else None
    )
    assert not outcome.finished
    assert not (outcome.folder / "counts.csv").exists()
    again = api.resume(RunFolder(outcome.folder))
    assert (again.finished, again.failed, again.folder) == (True, 0, outcome.folder)

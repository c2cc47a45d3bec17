"""The embedded simulator as a backend: what it says of a job, and that results depend on no worker."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest

from ionq_runner.execution.engine import Stop, run_jobs
from ionq_runner.execution.executors import Workers, local_executor
from ionq_runner.execution.targets import local
from ionq_runner.execution.targets.base import Status, StatusKind
from ionq_runner.execution.targets.local import LocalBackend, run_parts
from ionq_runner.ledger.answers import decode_answer
from ionq_runner.results.tables import write_tables
from ionq_runner.simulation import Method


class AtOnce(Executor):
    """Does each thing when it is asked to."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Never(Executor):
    """Does nothing."""

    def submit(self, fn, /, *args, **kwargs):
        return Future()


@pytest.fixture(scope="module")
def tables():
    """The tables of the mixed experiment by what ran it, filled by the tests below."""
    return {}


def files(folder):
    return {
        path.relative_to(folder.path).as_posix(): path.read_bytes() for path in folder.path.rglob("*") if path.suffix in (".csv", ".npz")
    }


def carried_out(plan, folder, ledger, executor, limit):
    run_jobs(plan, folder, ledger, LocalBackend(plan.groups, executor), limit=limit, stop=Stop())
    write_tables(plan, folder, ledger.jobs())
    return files(folder)


EXECUTORS = {
    "one after the other": (AtOnce, 1),
    "1 thread": (lambda: ThreadPoolExecutor(1), 2),
    "2 threads": (lambda: ThreadPoolExecutor(2), 4),
    "5 threads": (lambda: ThreadPoolExecutor(5), 10),
    "2 processes": (lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")), 4),
}


@pytest.mark.parametrize("name", EXECUTORS)
def test_results_are_the_same_to_the_byte_whatever_runs_them(planned, begun, tables, name):
    plan = planned()
    assert {group.method for group in plan.groups} == set(Method), "every method is tried"
    assert len(plan.jobs) > 5
    make, limit = EXECUTORS[name]
    with make() as executor:
        found = carried_out(plan, *begun(plan), executor, limit)
    if not tables:
        tables |= carried_out(plan, *begun(plan), AtOnce(), 1)
    assert found == tables
    assert len(found["points.csv"].splitlines()) == 1 + 2 * (9 + 4 * 2 + 2)


def test_results_do_not_depend_on_how_points_are_cut_into_jobs(planned, begun):
    found = []
    for executions in (1, 3, 1000):
        plan = planned(executions=executions)
        written = carried_out(plan, *begun(plan), AtOnce(), 1)
        found.append(written["counts.csv"])
    assert found[0] == found[1] == found[2]


def test_the_answer_of_a_job_has_its_executions_in_its_order(planned):
    plan = planned()
    backend = LocalBackend(plan.groups, AtOnce())
    for job in plan.jobs:
        answer = decode_answer(backend.fetch(backend.submit(job, job.id)))
        ids = np.concatenate([plan.groups[group].ids[rows] for group, rows in job.parts])
        np.testing.assert_array_equal(answer.executions, ids)
        sums = np.add.reduceat(answer.counts, answer.offsets[:-1])
        np.testing.assert_array_equal(sums, np.full(len(job), 40))


def test_a_job_is_answered_twice_in_the_same_bytes(planned):
    plan = planned()
    backend = LocalBackend(plan.groups, Never())
    parts = [backend._part(group, rows) for group, rows in plan.jobs[-1].parts]
    assert run_parts(parts) == run_parts(parts)


def test_a_job_that_is_not_done_is_running(planned):
    plan = planned()
    backend = LocalBackend(plan.groups, Never())
    handle = backend.submit(plan.jobs[0], "token")
    assert backend.poll(handle) == Status(StatusKind.RUNNING)
    assert (backend.find("token"), backend.find("another")) == (handle, None)


def test_a_job_that_was_taken_back_has_failed(planned):
    plan = planned()
    backend = LocalBackend(plan.groups, Never())
    handle = backend.submit(plan.jobs[0], "token")
    backend.cancel(handle)
    assert backend.poll(handle) == Status(StatusKind.FAILED, "canceled")


@pytest.mark.parametrize(("error", "reason"), [
    (ValueError("no"), "ValueError: no"),
    (MemoryError(), "MemoryError"),
    (MemoryError("Unable to allocate 4.00 GiB"), "MemoryError: Unable to allocate 4.00 GiB"),
])  # fmt: skip
def test_a_job_that_breaks_has_failed_with_its_reason(planned, monkeypatch, error, reason):
    def broken(block, series):
        raise error

    monkeypatch.setattr(local, "simulate", broken)
    plan = planned()
    backend = LocalBackend(plan.groups, AtOnce())
    assert backend.poll(backend.submit(plan.jobs[0], "token")) == Status(StatusKind.FAILED, reason)


class Broken(Executor):
    """Its workers were lost: it takes nothing any more, or breaks what it took."""

    def __init__(self, takes):
        self.takes = takes

    def submit(self, fn, /, *args, **kwargs):
        if not self.takes:
            raise BrokenProcessPool("A child process terminated abruptly, the process pool is not usable anymore")
        future = Future()
        future.set_exception(BrokenProcessPool("A process in the process pool was terminated abruptly"))
        return future


@pytest.mark.parametrize("takes", [False, True])
def test_lost_workers_end_the_run_and_say_nothing_of_their_jobs(planned, takes):
    plan = planned()
    backend = LocalBackend(plan.groups, Broken(takes))
    with pytest.raises(ChildProcessError) as raised:
        backend.poll(backend.submit(plan.jobs[0], "token"))
    assert raised.value.strerror == "a worker process was ended from outside, perhaps because memory ran out"


def test_waiting_ends_when_a_job_is_done(planned, monkeypatch):
    release = threading.Event()
    original = local.simulate
    monkeypatch.setattr(local, "simulate", lambda block, series: (release.wait(10), original(block, series))[1])
    plan = planned()
    with local_executor(Workers(2)) as executor:
        backend = LocalBackend(plan.groups, executor)
        handles = [backend.submit(job, job.id) for job in plan.jobs[:2]]
        backend.wait(handles, 0.01)
        assert {backend.poll(handle).kind for handle in handles} == {StatusKind.RUNNING}
        threading.Timer(0.05, release.set).start()
        start = time.monotonic()
        backend.wait(handles, 60)
        assert time.monotonic() - start < 30
        assert StatusKind.DONE in {backend.poll(handle).kind for handle in handles}

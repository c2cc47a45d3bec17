"""Workers: as many as there are cores, BLAS held to one thread, and nobody waited for on the way out."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ionq_runner import api
from ionq_runner.execution import executors
from ionq_runner.execution.executors import available_cores, local_executor, worker_threads

MATRIX = np.eye(4)  # numpy has loaded its BLAS


def blas_threads():
    MATRIX @ MATRIX
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_there_are_as_many_workers_as_cores_that_we_may_use(monkeypatch):
    monkeypatch.setattr(executors.os, "sched_getaffinity", lambda _: {1, 5, 7}, raising=False)
    assert available_cores() == 3


def test_where_that_is_not_known_all_cores_count(monkeypatch):
    monkeypatch.delattr(executors.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(executors.os, "cpu_count", lambda: None)
    assert available_cores() == 1


SMALL, WIDE, MANY_QUBITS = "{qubits: 6, gates: [h all]}", "{qubits: 7, gates: [h all]}", "{qubits: 30, gates: [h 0]}"


@pytest.mark.parametrize(
    ("circuits", "noise", "threads"),
    [
        ([SMALL], "", 1),
        ([MANY_QUBITS], "", 1),
        ([WIDE], "", 3),
        ([SMALL, WIDE], "", 3),
        (["{qubits: 3, gates: [h all]}"], ", noise: {model: aria-1}", 1),
        (["{qubits: 4, gates: [h all]}"], ", noise: {model: aria-1}", 3),
        (["{qubits: 11, gates: [h all]}"], ", noise: {model: aria-1}", 3),
    ],
)
def test_a_run_of_small_circuits_gains_from_one_thread_only(monkeypatch, circuits, noise, threads):
    monkeypatch.setattr(executors, "available_cores", lambda: 3)
    named = ", ".join(f"c{index}: {circuit}" for index, circuit in enumerate(circuits))
    text = f"ionq_runner: 1\nname: x\ntargets: {{t: {{backend: local{noise}}}}}\ncircuits: {{{named}}}\nrepetitions: 10\n"
    assert worker_threads(api.plan(text.encode(), "x.yaml").groups) == threads


@pytest.mark.skipif(not blas_threads(), reason="threadpoolctl finds no BLAS in this numpy")
def test_blas_has_one_thread_inside_a_job_and_its_own_again_afterwards():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        with local_executor(2) as executor:
            assert [executor.submit(blas_threads).result() for _ in range(4)] == [{1}] * 4
        assert blas_threads() == before


def test_jobs_run_beside_each_other():
    meeting = threading.Barrier(3, timeout=10)
    with local_executor(3) as executor:
        assert sorted(executor.map(lambda _: meeting.wait(), range(3))) == [0, 1, 2]


def test_nobody_is_waited_for_and_what_was_not_begun_is_dropped():
    release, begun = threading.Event(), threading.Event()

    def busy():
        begun.set()
        release.wait(10)
        return "done"

    start = time.monotonic()
    with local_executor(1) as executor:
        running, waiting = executor.submit(busy), executor.submit(os.getpid)
        begun.wait(10)
    assert time.monotonic() - start < 5
    assert (running.running(), waiting.cancelled()) == (True, True)
    release.set()
    assert running.result(10) == "done"


def test_an_error_ends_the_workers_too():
    with pytest.raises(ZeroDivisionError), local_executor(1) as executor:
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(os.getpid)

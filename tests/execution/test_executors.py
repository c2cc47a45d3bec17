"""Workers: as many as there are cores, BLAS held to one thread, and nobody waited for on the way out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ionq_runner import api
from ionq_runner.execution import executors
from ionq_runner.execution.executors import Workers, available_cores, choose_workers, local_executor

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


SMALL, WIDE, MANY_QUBITS, LARGE = (f"qubits: {qubits}, gates: [{gates}]" for qubits, gates in
                                   ((6, "h all"), (7, "h all"), (30, "h 0"), (17, "h all")))  # fmt: skip


@pytest.fixture
def chosen(monkeypatch):
    """`chosen([SMALL], points=3)`: the workers of a run, on a machine with three cores."""
    monkeypatch.setattr(executors, "available_cores", lambda: 3)

    def choose(circuits, noise="", points=1, processes=False):
        named = ", ".join(f"c{index}: {{{circuit}, sweep: {{p: 1..{points}}}}}" for index, circuit in enumerate(circuits))
        text = f"ionq_runner: 1\nname: x\ntargets: {{t: {{backend: local{noise}}}}}\ncircuits: {{{named}}}\nrepetitions: 10\nseed: 1\n"
        swept = text.replace("gates: [", "gates: [rx(p) 0, ")
        return choose_workers(api.plan(swept.encode(), "x.yaml", api.Options(max_points=10**6)).groups, processes=processes)

    return choose


@pytest.mark.parametrize(
    ("circuits", "noise", "threads"),
    [
        ([SMALL], "", 1),
        ([MANY_QUBITS], "", 1),
        ([WIDE], "", 3),
        ([SMALL, WIDE], "", 3),
        (["qubits: 3, gates: [h all]"], ", noise: {model: aria-1}", 1),
        (["qubits: 4, gates: [h all]"], ", noise: {model: aria-1}", 3),
        (["qubits: 11, gates: [h all]"], ", noise: {model: aria-1}", 3),
    ],
)
def test_a_run_of_small_circuits_gains_from_one_thread_only(chosen, circuits, noise, threads):
    assert chosen(circuits, noise) == Workers(threads)


FORKS = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@FORKS
def test_many_points_of_small_circuits_gain_from_processes_where_the_run_may_have_them(chosen):
    assert chosen([SMALL], points=30_000, processes=True) == Workers(3, processes=True)
    assert chosen([SMALL], points=30_000) == Workers(1)
    assert chosen([SMALL], points=1_000, processes=True) == Workers(1), "not worth it"
    assert chosen([LARGE], points=1_000, processes=True) == Workers(3), "large states are there once"
    assert chosen(["qubits: 11, gates: [h all]"], ", noise: {model: aria-1}", points=30_000, processes=True) == Workers(3), "trajectories"


def test_a_process_with_threads_is_not_forked(chosen):
    release = threading.Event()
    other = threading.Thread(target=release.wait, args=(60,))
    other.start()
    try:
        assert chosen([SMALL], points=30_000, processes=True) == Workers(1)
    finally:
        release.set()
        other.join()


def test_one_core_has_one_worker(chosen, monkeypatch):
    monkeypatch.setattr(executors, "available_cores", lambda: 1)
    assert chosen([SMALL], points=30_000, processes=True) == Workers(1)


def process_facts(_):
    time.sleep(0.2)  # so that every worker has its turn
    return os.getpid(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), frozenset(blas_threads())


@FORKS
def test_forked_workers_leave_signals_to_their_parent_and_blas_to_one_thread():
    with local_executor(Workers(2, processes=True)) as executor:
        facts = set(executor.map(process_facts, range(4)))
    assert len({fact[0] for fact in facts} - {os.getpid()}) == 2
    assert {fact[1:] for fact in facts} == {(signal.SIG_IGN, signal.SIG_IGN, frozenset(blas_threads() and {1}))}


@pytest.mark.skipif(not blas_threads(), reason="threadpoolctl finds no BLAS in this numpy")
def test_blas_has_one_thread_inside_a_job_and_its_own_again_afterwards():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        with local_executor(Workers(2)) as executor:
            assert [executor.submit(blas_threads).result() for _ in range(4)] == [{1}] * 4
        assert blas_threads() == before


def test_jobs_run_beside_each_other():
    meeting = threading.Barrier(3, timeout=10)
    with local_executor(Workers(3)) as executor:
        assert sorted(executor.map(lambda _: meeting.wait(), range(3))) == [0, 1, 2]


def test_nobody_is_waited_for_and_what_was_not_begun_is_dropped():
    release, begun = threading.Event(), threading.Event()

    def busy():
        begun.set()
        release.wait(10)
        return "done"

    start = time.monotonic()
    with local_executor(Workers(1)) as executor:
        running, waiting = executor.submit(busy), executor.submit(os.getpid)
        begun.wait(10)
    assert time.monotonic() - start < 5
    assert (running.running(), waiting.cancelled()) == (True, True)
    release.set()
    assert running.result(10) == "done"


def test_an_error_ends_the_workers_too():
    with pytest.raises(ZeroDivisionError), local_executor(Workers(1)) as executor:
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(os.getpid)

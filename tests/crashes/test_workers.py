"""Workers that are processes: whoever is killed, nothing is lost and nobody is left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

FORKED = "import ionq_runner.execution.executors as e; e.WORTH_US, e.PROCESS_QUBITS, e.available_cores = 0, 99, lambda: 2\n"


@pytest.fixture(scope="session")
def shell(shell, tmp_path_factory):
    """As for the other crashes, but every run has two processes as its workers."""
    folder = tmp_path_factory.mktemp("forking")
    plain = Path(shell["PATH"].partition(os.pathsep)[0]) / "ionq-runner"
    script = folder / "ionq-runner"
    script.write_text(plain.read_text().replace("from ionq_runner.cli", FORKED + "from ionq_runner.cli"))
    script.chmod(0o755)
    return {**shell, "PATH": f"{folder}{os.pathsep}{shell['PATH']}"}


def children(pid):
    """The processes that a process has forked."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pid):
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition, seconds=30):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def answered(place):
    """How many jobs of the run have an answer."""
    with closing(sqlite3.connect(place.run / "ledger.sqlite", timeout=10)) as db:
        return db.execute("select count(*) from jobs where state = 'done'").fetchone()[0]


@pytest.fixture
def under_way(place, start):
    """A run that has answers and a while to go, and its two workers."""
    process = start("run", "slow.yaml")
    eventually(lambda: place.runs and (place.run / "responses" / "job-000002.npz").exists())
    workers = children(process.pid)
    assert len(workers) == 2
    return process, workers


def finish(place, start, slow_reference):
    last = start("resume", place.run)
    out, err = last.communicate(timeout=60)
    assert (last.returncode, place.kept()) == (0, slow_reference), out + err


def test_processes_make_the_tables_that_threads_make(place, start, slow_reference):
    process = start("run", "slow.yaml")
    eventually(lambda: len(children(process.pid)) == 2)
    assert (process.wait(60), place.kept()) == (0, slow_reference)


def test_workers_end_with_a_run_that_is_killed(place, start, under_way, slow_reference):
    process, workers = under_way
    process.send_signal(signal.SIGKILL)
    process.wait()
    eventually(lambda: not any(map(alive, workers)))
    finish(place, start, slow_reference)


def test_a_worker_that_is_killed_stops_the_run_which_goes_on_later(place, start, under_way, slow_reference):
    process, workers = under_way
    os.kill(workers[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "\nionq-runner: a worker process was ended from outside, perhaps because memory ran out\nwhat was recorded is kept" in err
    assert f"ionq-runner resume {place.run.relative_to(place.path)}" in err
    assert "Traceback" not in err
    eventually(lambda: not any(map(alive, workers)))
    finish(place, start, slow_reference)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_to_everybody_stops_the_run_once_the_jobs_in_flight_are_recorded(place, start, under_way, slow_reference, name):
    process, workers = under_way
    before = answered(place)
    for pid in (process.pid, *workers):
        os.kill(pid, getattr(signal, name))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"nothing is lost. To go on:\n  ionq-runner resume {place.run.relative_to(place.path)}" in err
    assert answered(place) > before, "the workers went on with what they had"
    eventually(lambda: not any(map(alive, workers)))
    finish(place, start, slow_reference)

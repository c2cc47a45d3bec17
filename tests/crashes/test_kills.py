"""Killed at any moment, `resume` finishes it, and the tables are the same as without the kill."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from ionq_runner.ledger.states import NEXT, JobState

# Executed in the child, from outside the product: it is killed just before its n-th step. A step is a statement that changes the
# ledger (a commit is one), a flush to the disk, a rename, a new folder, or the beginning of the tables or of the manifest.
KILL = """
import os, sqlite3
from ionq_runner.ledger import store
from ionq_runner.results import manifest, tables

steps = 0

def step(name):
    global steps
    steps += 1
    if {note!r}:
        with open({note!r}, "a") as file:
            file.write(name + "\\n")
    if steps == {at}:
        os.kill(os.getpid(), 9)

def counted(owner, name):
    original = getattr(owner, name)
    def call(*arguments, **options):
        step(name)
        return original(*arguments, **options)
    setattr(owner, name, call)

for owner, names in ((os, "fsync replace mkdir"), (store.Ledger, "settle"), (tables, "write_tables"), (manifest, "write_manifest")):
    for name in names.split():
        counted(owner, name)

class Connection(sqlite3.Connection):
    def execute(self, statement, *arguments):
        first = statement.split()[0]
        if first in ("begin", "update", "insert", "create", "commit"):
            step(first)
        return super().execute(statement, *arguments)
    def executemany(self, statement, *arguments):
        step("insert many")
        return super().executemany(statement, *arguments)

connect = sqlite3.connect
sqlite3.connect = lambda *arguments, **options: connect(*arguments, **options, factory=Connection)
"""
SHARES = 8
SIGKILLED = -signal.SIGKILL


def kill(at, note=""):
    return KILL.format(at=at, note=note)


def check(place, reference):
    """The run is as if nobody had killed it, and its history is possible."""
    assert place.kept() == reference
    assert place("verify", place.run).code == 0
    state = {}
    with closing(sqlite3.connect(place.run / "ledger.sqlite")) as db:
        for job, before, after in db.execute("select job, before, after from events order by id"):
            assert state.get(job, "planned") == before
            assert after in NEXT[JobState(before)]
            state[job] = after
    assert set(state.values()) == {"done"}


def bring_to_an_end(place, before=""):
    """What a person does after a kill: resume what there is, or run it again where nothing had been begun."""
    return place("resume", place.run, before=before) if place.runs else place("run", "small.yaml", before=before)


@pytest.fixture(scope="module")
def steps(new_place):
    """The steps of a run that nobody kills."""
    with new_place() as place:
        note = place.path / "steps"
        assert place("run", "small.yaml", before=kill(0, str(note))).code == 0
        return note.read_text().splitlines()


def test_the_steps_are_those_of_a_run_of_six_jobs(steps):
    assert steps.count("update") == 12, "each job is started and done"
    assert steps.count("commit") == 13, "every move, and the creation"
    assert steps.count("write_tables") == steps.count("write_manifest") == steps.count("settle") == 1
    assert steps.count("replace") == 1 + 1 + 1 + 6 + 4 + 1, "input, plan, latest, answers, tables and their description, manifest"


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_that_is_killed_at_any_step_is_finished_by_resume(new_place, reference, steps, share):
    for at in range(1 + share, len(steps) + 1, SHARES):
        with new_place() as place:
            assert place("run", "small.yaml", before=kill(at)).code == SIGKILLED, f"step {at}: {steps[at - 1]}"
            done = bring_to_an_end(place)
            assert done.code == 0, f"step {at}, before {steps[at - 1]}: {done.err}"
            check(place, reference)


@pytest.mark.parametrize("seed", range(6))
def test_a_run_may_be_killed_again_and_again(place, reference, steps, seed):
    chance = random.Random(seed)
    ends = []
    while len(ends) < 50 and (not ends or ends[-1] == SIGKILLED):
        ends.append(bring_to_an_end(place, kill(chance.randrange(1, len(steps) // 2))).code)
    assert ends[-1] == 0, f"seed {seed}: {ends}"
    check(place, reference)


@pytest.mark.parametrize("seed", range(4))
def test_a_fresh_process_may_be_killed_at_any_time(place, start, slow_reference, seed):
    chance = random.Random(seed)
    for _ in range(3):
        process = start("resume", place.run) if place.runs else start("run", "slow.yaml")
        if not wait_for(lambda process=process: place.runs or process.poll() is not None):
            continue
        time.sleep(chance.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = start("resume", place.run)
    assert (last.wait(60), place.kept()) == (0, slow_reference), f"seed {seed}: {last.stderr.read()}"


def test_a_run_that_is_killed_before_its_plan_is_written_was_not_begun(place, steps):
    assert place("run", "small.yaml", before=kill(steps.index("replace") + 1)).code == SIGKILLED
    (folder,) = place.path.glob("runs/small/*")
    done = place("resume", folder)
    assert (done.code, done.out) == (2, "")
    assert f"{folder} was stopped before its plan was written, and nothing of it was run; run the experiment again" in done.err
    assert place("run", "small.yaml").code == 0


def test_a_run_that_is_killed_between_its_folder_and_its_ledger_is_resumed(place, reference, steps):
    assert place("run", "small.yaml", before=kill(steps.index("begin") + 1)).code == SIGKILLED
    assert place("verify").code == 4
    assert place("resume").code == 0
    check(place, reference)


def test_a_finished_run_is_left_as_it_is(place):
    place("run", "small.yaml")
    before = state(place.run)
    done = place("resume", place.run)
    assert (done.code, state(place.run)) == (0, before)
    assert f"tables in {place.run}" in done.out


def state(run):
    """Everything that could change in a folder."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None) for path in [run, *run.rglob("*")]}


def test_a_second_process_is_refused_and_told_who_has_the_run(place, start, slow_reference):
    first = start("run", "slow.yaml")
    wait_for(lambda: place.runs and list(place.run.glob("responses/*.npz")))
    second = place("resume", place.run)
    assert second.code == 5
    assert f"the run {place.run} is in use by process {first.pid} on" in second.err
    assert "wait for it, or stop it, then resume" in second.err
    assert (first.wait(60), place.kept()) == (0, slow_reference), "the first one does not notice"


def test_of_two_that_resume_at_once_one_is_refused(place, start, slow_reference):
    started = start("run", "slow.yaml")
    wait_for(lambda: place.runs and list(place.run.glob("responses/*.npz")))
    started.kill()
    started.wait()
    both = [start("resume", place.run), start("resume", place.run)]
    ends = [(process.wait(60), process.stderr.read()) for process in both]
    assert sorted(code for code, _ in ends) == [0, 5]
    winner, loser = sorted(range(2), key=lambda index: ends[index][0])
    assert f"is in use by process {both[winner].pid} on" in ends[loser][1]
    assert place.kept() == slow_reference


def wait_for(condition, seconds=30.0):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
    return found

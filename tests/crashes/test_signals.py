"""Ctrl-C and its like leave a run that can be resumed, and print the command that does it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time

import pytest

INTERRUPTED = 130

# Executed in the child: a signal arrives in the middle of a step of the product, which is called by its module and name.
SIGNAL_IN = """
import importlib, os, signal, time
owner = importlib.import_module("{module}")
original = getattr(owner, "{name}")

def call(*arguments, **options):
    os.kill(os.getpid(), signal.{signal})
    time.sleep(0.01)
    return original(*arguments, **options)

setattr(owner, "{name}", call)
"""


def signal_in(name, module, number="SIGINT"):
    return SIGNAL_IN.format(module=f"ionq_runner.{module}", name=name, signal=number)


def command_in(text):
    """The command that a message tells a person to copy."""
    return re.search(r"To go on:\n  (ionq-runner resume .*)\n", text)[1]


def begin(place, start):
    """A slow run that has its first answers."""
    process = start("run", "slow.yaml")
    end = time.monotonic() + 30
    while not (place.runs and list(place.run.glob("responses/*.npz"))):
        assert time.monotonic() < end, "it did not begin in time"
        time.sleep(0.005)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_run_whose_resume_command_works_as_it_is_printed(place, start, shell, slow_reference, number):
    process = begin(place, start)
    process.send_signal(number)
    sent = time.monotonic()
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - sent < 10
    assert process.returncode == INTERRUPTED
    assert "interrupted; nothing is lost" in err
    assert "Traceback" not in err
    assert len(list(place.run.glob("responses/*.npz"))) < 16, "it stopped on the way"
    done = subprocess.run(command_in(err), shell=True, cwd=place.path, env=shell, capture_output=True, text=True, check=False)
    assert (done.returncode, place.kept()) == (0, slow_reference), done.stderr


def test_the_printed_command_survives_a_shell(place, start, shell, slow_reference):
    process = start("run", "slow.yaml", "--out", "my runs; $(touch oops) 'é'")
    while not list(place.path.glob("my runs*/*/*/responses/*.npz")):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    done = subprocess.run(command_in(err), shell=True, cwd=place.path, env=shell, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (place.path / "oops").exists()
    (counts,) = place.path.glob("my runs*/*/*/counts.csv")
    assert counts.read_bytes() == slow_reference["counts.csv"]


def test_a_second_signal_ends_it_at_once_and_loses_nothing(place, start, shell, slow_reference):
    process = begin(place, start)
    process.send_signal(signal.SIGINT)
    time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - sent < 4
    assert (process.returncode, "Traceback" in err) == (INTERRUPTED, False)
    done = subprocess.run(command_in(err), shell=True, cwd=place.path, env=shell, capture_output=True, text=True, check=False)
    assert (done.returncode, place.kept()) == (0, slow_reference), done.stderr


@pytest.mark.parametrize("seed", range(6))
def test_signals_at_any_time_show_no_traceback(place, start, seed):
    chance = random.Random(seed)
    process = begin(place, start)
    for _ in range(4):
        time.sleep(chance.expovariate(20))
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode in (INTERRUPTED, -signal.SIGINT)
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_a_run_that_is_told_to_ignore_a_hang_up_does(place, start, shell, slow_reference):
    hush = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(["sh", "-c", "trap '' HUP; exec ionq-runner run slow.yaml"], cwd=place.path, env=shell, **hush)  # nohup
    while not (place.runs and list(place.run.glob("responses/*.npz"))):
        time.sleep(0.005)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert (process.returncode, place.kept()) == (0, slow_reference)


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(("name", "module"), [
    ("finish_file", "results.writing"),
    ("write_durably", "results.tables"),
    ("write_durably", "results.manifest"),
    ("run_jobs", "execution.engine"),
    ("take_back_lost_jobs", "execution.engine"),
    ("write_durably", "execution.engine"),
])  # fmt: skip
def test_a_signal_in_the_middle_of_any_step_leaves_a_run_that_can_be_resumed(place, reference, name, module, number):
    done = place("run", "small.yaml", before=signal_in(name, module, number))
    assert (done.code, done.out) == (INTERRUPTED, "")
    assert command_in(done.err) == f"ionq-runner resume {place.run.relative_to(place.path)}"
    assert "Traceback" not in done.err
    again = place("resume", place.run)
    assert (again.code, place.kept()) == (0, reference)


@pytest.mark.parametrize(("name", "module"), [("plan_experiment", "planning.planner"), ("git_state", "results.manifest")])
def test_a_signal_before_a_run_has_begun_leaves_nothing(place, name, module):
    done = place("run", "small.yaml", before=signal_in(name, module))
    assert (done.code, done.err, done.out) == (INTERRUPTED, "interrupted; nothing has been run\n", "")
    assert list(place.path.glob("runs/*/*")) == []


def test_a_signal_while_a_resume_makes_its_plan_says_how_to_go_on(place, reference):
    place("run", "small.yaml", before=signal_in("run_jobs", "execution.engine"))
    done = place("resume", before=signal_in("plan_experiment", "planning.planner"))
    assert (done.code, command_in(done.err)) == (INTERRUPTED, f"ionq-runner resume {place.run.relative_to(place.path)}")
    assert place("resume").code == 0
    assert place.kept() == reference


def test_a_signal_while_the_end_is_shown_leaves_a_finished_run(place, reference):
    done = place("run", "small.yaml", before=signal_in("outcome_shares", "results.shares") + AGAIN)
    assert (done.code, "nothing is lost" in done.err) == (INTERRUPTED, True)
    assert place.kept() == reference
    assert place("verify").code == 0


AGAIN = "import ionq_runner.cli.picture as picture; picture.outcome_shares = call\n"


def test_a_quiet_run_says_how_to_go_on_too(place):
    done = place("run", "-q", "small.yaml", before=signal_in("run_jobs", "execution.engine"))
    assert (done.code, done.out) == (INTERRUPTED, "")
    assert command_in(done.err)


@pytest.mark.parametrize("verb", ["validate", "plan", "show"])
def test_other_verbs_end_in_a_word(place, verb):
    done = place(verb, "small.yaml", before=signal_in("load", "api"))
    assert (done.code, done.err.strip()) == (INTERRUPTED, "interrupted")


def test_a_reader_of_progress_that_goes_away_does_not_end_the_run(place, shell, reference):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        ["ionq-runner", "run", "small.yaml"], cwd=place.path, env=shell, stdout=subprocess.PIPE, stderr=write, check=False
    )
    os.close(write)
    assert (done.returncode, place.kept()) == (0, reference)
    assert b"tables in runs/small/" in done.stdout

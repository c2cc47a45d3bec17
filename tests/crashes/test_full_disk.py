"""A disk that is full: a clear error, what was recorded is kept, and `resume` goes on when there is room."""

from __future__ import annotations

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

PERSON = 5
LIMIT = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"


def recorded(run):
    """The jobs that are done, with the checksums of their answers."""
    ledger = run / "ledger.sqlite"
    if not ledger.exists():
        return {}
    with closing(sqlite3.connect(ledger)) as db:
        tables = {row[0] for row in db.execute("select name from sqlite_master")}
        return dict(db.execute("select number, sha256 from jobs where state = 'done'").fetchall()) if "jobs" in tables else {}


def explained(done):
    """What a person reads of it: one reason, and what to do."""
    assert (done.code, done.out) == (PERSON, ""), done.err
    assert "Traceback" not in done.err
    assert "defect" not in done.err
    (reason,) = (line for line in done.err.splitlines() if line.startswith("ionq-runner: "))
    return reason


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system cannot limit the size of a file")
@pytest.mark.parametrize("size", [100, 400, 1_000, 2_500, 4_000, 5_000, 10_000, 20_000, 28_000, 33_000, 60_000])
def test_files_that_cannot_grow_are_explained_and_nothing_is_lost(place, reference, size):
    done = place("run", "small.yaml", before=LIMIT.format(size=size))
    if done.code == 0:
        assert (size, place.kept()) == (60_000, reference), "it fits"
        return
    reason = explained(done)
    assert re.search(r"File too large|disk I/O error|disk is full", reason), reason
    if not place.runs:
        assert not list(place.path.glob("runs/*/*")), "a run that could not begin leaves nothing"
        assert place("run", "small.yaml").code == 0
    else:
        assert f"what was recorded is kept. To go on, once that is mended:\n  ionq-runner resume runs/small/{place.run.name}" in done.err
        before = recorded(place.run)
        explained(place("resume", place.run, before=LIMIT.format(size=size)))
        assert place("resume", place.run).code == 0
        assert recorded(place.run).items() >= before.items()
    assert place.kept() == reference
    assert place("verify").code == 0


@pytest.fixture
def disk(place):
    """A disk of some kilobytes: `disk(64)` makes it, or gives it another size."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small disk")
    runs = place.path / "runs"
    runs.mkdir()
    mounted = False

    def resize(kilobytes):
        nonlocal mounted
        options = f"{'remount,' if mounted else ''}size={kilobytes}k"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(runs)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine does not let us mount a small disk: {done.stderr.strip()}")
        mounted = True

    yield resize
    if mounted:
        subprocess.run(["umount", str(runs)], check=True)


@pytest.mark.parametrize("kilobytes", [8, 16, 24, 40, 64, 88, 100, 120, 140, 160])
def test_a_full_disk_is_explained_and_nothing_is_lost(place, disk, reference, kilobytes):
    disk(kilobytes)
    done = place("run", "small.yaml")
    if done.code == 0:
        assert place.kept() == reference, "it fits"
        return
    reason = explained(done)
    assert re.search(r"No space left on device|disk I/O error|disk is full", reason), reason
    assert not place.runs or "what was recorded is kept" in done.err
    disk(4_000)
    before = recorded(place.run) if place.runs else {}
    again = place("resume", place.run) if place.runs else place("run", "small.yaml")
    assert again.code == 0, again.err
    assert recorded(place.run).items() >= before.items()
    assert place.kept() == reference
    assert place("verify").code == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("verb", ["run", "plan", "show", "validate"])
def test_standard_output_that_is_full_is_explained(place, shell, reference, verb):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            ["ionq-runner", verb, "small.yaml"], cwd=place.path, env=shell, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, "Traceback" in done.stderr, "Exception" in done.stderr) == (PERSON, False, False)
    assert "ionq-runner: standard output: No space left on device\n" in done.stderr
    assert verb != "run" or place.kept() == reference, "the run itself is finished"


@pytest.mark.parametrize("verb", ["run", "plan", "show", "validate"])
def test_standard_output_whose_reader_is_gone_is_no_error(place, shell, reference, verb):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        ["ionq-runner", verb, "small.yaml"], cwd=place.path, env=shell, stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, "Traceback" in done.stderr, "Exception" in done.stderr) == (0, False, False)
    assert verb != "run" or place.kept() == reference


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_verdict_that_nobody_reads_is_still_the_exit_code(place, shell, unbuffered):
    (place.path / "broken.yaml").write_text("{")
    read, write = os.pipe()
    os.close(read)
    streams = {"stdout": write, "stderr": subprocess.PIPE}
    env = {**shell, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["ionq-runner", "validate", "broken.yaml"], cwd=place.path, env=env, text=True, check=False, **streams)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_memory_that_is_not_there_is_explained(place):
    broken = "import ionq_runner.planning.planner as planner\ndef call(*arguments): raise MemoryError\nplanner.plan_experiment = call\n"
    done = place("run", "small.yaml", before=broken)
    assert (done.code, done.err) == (PERSON, "ionq-runner: out of memory\n")

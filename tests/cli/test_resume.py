"""`resume`: go on with a run, whichever way it is named; kills are in tests/crashes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

SMALL_JOBS = "import ionq_runner.planning.jobs as jobs; jobs.MAX_EXECUTIONS = 1\n"
STOPPED = (
    SMALL_JOBS
    + """
from ionq_runner.execution import engine
original = engine._record
def record(*arguments):
    original(*arguments)
    raise KeyboardInterrupt
engine._record = record
"""
)
AS_NOBODY = "import os\nif os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"


@pytest.fixture
def stopped(call, tmp_path):
    """A run of three jobs, one of which is done."""
    assert call("run", "good.yaml", before=STOPPED).code == 130
    (run,) = tmp_path.glob("runs/pair/*")
    assert not (run / "counts.csv").exists()
    return run


@pytest.mark.parametrize("name", ["", "latest", "runs", "runs/pair", "runs/pair/{name}", "./runs/pair/{name}/", "{path}"])
def test_a_run_can_be_named_in_many_ways(call, stopped, name):
    arguments = [name.format(name=stopped.name, path=stopped)] if name else []
    done = call("resume", *arguments, before=SMALL_JOBS)
    assert done.code == 0, done.err
    assert "running: 3 of 3" in done.err
    assert (stopped / "manifest.json").exists()


def test_a_run_elsewhere_is_the_latest_of_its_folder(call, tmp_path):
    call("run", "good.yaml", "--out", "other", before=STOPPED)
    assert call("resume").code == 2
    assert call("resume", "--out", "other", before=SMALL_JOBS).code == 0


def test_it_shows_what_the_run_would_have_shown(call, stopped, tmp_path):
    resumed = call("resume", before=SMALL_JOBS)
    again = call("resume", before=SMALL_JOBS)
    assert (again.code, again.out) == (0, resumed.out)
    assert again.err == f"{stopped.relative_to(tmp_path)} is finished: nothing was left to do\n"


def test_a_quiet_resume_prints_the_folder(call, stopped, tmp_path):
    done = call("resume", "-q", before=SMALL_JOBS)
    assert (done.code, done.out, done.err) == (0, f"{stopped.relative_to(tmp_path)}\n", "")


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "there is no latest run in runs; name a run folder, or give its folder with `--out`"),
    (["nowhere"], "nowhere is not a run folder, and holds none"),
    (["good.yaml"], "good.yaml is not a run folder, and holds none"),
    (["."], ". is not a run folder, and holds none"),
    (["x" * 300], "cannot be read: File name too long"),
])  # fmt: skip
def test_where_there_is_no_run_it_says_so(call, arguments, words):
    done = call("resume", *arguments)
    assert (done.code, done.out, words in done.err) == (2, "", True), done.err


def test_a_latest_run_that_was_deleted_is_named(call, stopped):
    stopped.rename(stopped.with_name("moved"))
    done = call("resume")
    assert (done.code, f"{stopped.name}, and it is gone; name a run folder" in done.err) == (2, True)


def test_a_run_folder_can_be_moved(call, stopped, tmp_path):
    stopped.rename(tmp_path / "kept")
    assert call("resume", "kept", before=SMALL_JOBS).code == 0
    assert call("verify", "kept").code == 0


@pytest.fixture
def read_only(command, tmp_path):
    """`read_only("resume", ...)`: the command in a copy of this test's folder, which it can read and not write."""
    with tempfile.TemporaryDirectory(prefix="read-only-") as place:

        def call(*arguments, before=""):
            shutil.copytree(tmp_path, place, dirs_exist_ok=True)
            chmod(place, 0o555, 0o444)
            return command(*arguments, cwd=place, before=before + AS_NOBODY)

        yield call
        chmod(place, 0o755, 0o644)


def chmod(place, folders, files):
    for path in [Path(place), *Path(place).rglob("*")]:
        path.chmod(folders if path.is_dir() else files)


@pytest.mark.parametrize("verb", ["resume", "verify"])
def test_a_finished_run_can_be_looked_at_where_nothing_can_be_written(call, read_only, verb):
    call("run", "good.yaml")
    shown = call(verb)
    done = read_only(verb)
    assert (done.err, done.code, done.out) == (shown.err, 0, shown.out)
    assert "cannot be written" not in done.err


def test_an_unfinished_run_where_nothing_can_be_written_is_explained(read_only, stopped, tmp_path):
    done = read_only("resume", before=SMALL_JOBS)
    assert (done.code, done.out) == (5, "")
    assert done.err == f"ionq-runner: {stopped.relative_to(tmp_path)} cannot be written: Permission denied\n"


def test_without_a_name_it_is_the_latest_of_the_folder_whatever_is_called_so_here(call, stopped, tmp_path):
    (tmp_path / "latest").mkdir()
    assert call("resume", "-q", before=SMALL_JOBS).out == f"{stopped.relative_to(tmp_path)}\n"


@pytest.mark.parametrize("name", ["plan.json", "experiment.yaml"])
def test_a_run_that_lost_what_it_was_made_from_is_not_called_empty(call, stopped, tmp_path, name):
    (stopped / name).unlink()
    done = call("resume", str(stopped))
    assert (done.code, done.out) == (2, "")
    assert f"is a run without its {name}: restore it from a copy; what was run is still there" in done.err


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_finished_run_that_was_altered_is_not_called_good(call, tmp_path, damage):
    run = Path(call("run", "-q", "good.yaml").out.strip())
    damage(tmp_path / run / "points.csv")
    done = call("resume", "-q")
    assert done.code == 1
    assert f"{run} is not as it was recorded: points.csv " in done.err
    assert done.err.endswith("; `ionq-runner verify` lists everything\n")

"""Where a run lies, how it is found again, who has it, and how its files get there."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.ledger import folder as folder_module
from ionq_runner.ledger.folder import (
    FolderError,
    NotARun,
    RunFolder,
    RunInUse,
    as_json,
    create_run,
    find_run,
    point_latest,
    slug,
    write_durably,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, which only Linux has")


@pytest.mark.parametrize(("name", "folder"), [
    ("bell-parity", "bell-parity"),
    ("Bell Parity", "bell-parity"),
    ("Überlagerung für 2 Ionen", "uberlagerung-fur-2-ionen"),
    ("../..", "experiment"),
    ("../../etc/passwd", "etc-passwd"),
    ("/root", "root"),
    ("a\0b", "a-b"),
    ("a\nb", "a-b"),
    ("", "experiment"),
    ("   ", "experiment"),
    ("-rf", "rf"),
    (".hidden", "hidden"),
    ("量子", "experiment"),
    ("量子 2", "2"),
    ("x" * 300, "x" * 64),
    ("x" * 63 + "--y", "x" * 63),
    ("latest", "latest-experiment"),
    ("LATEST!", "latest-experiment"),
    ("\N{FULLWIDTH LATIN SMALL LETTER A}\N{LATIN SMALL LIGATURE FI}", "afi"),
])  # fmt: skip
def test_a_name_becomes_a_harmless_folder(name, folder):
    assert slug(name) == folder


@settings(deadline=None)
@given(st.text(max_size=400))
def test_every_name_becomes_one_plain_part_of_a_path(name):
    found = slug(name)
    assert 1 <= len(found) <= 64
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not found.startswith("-")
    assert slug(found) == found


def test_a_run_gets_a_folder_of_its_own(tmp_path, at):
    made = [create_run(tmp_path / "runs", "Bell", at) for _ in range(20)]
    assert len({run.path for run in made}) == 20
    for run in made:
        assert run.path.parent == tmp_path / "runs" / "bell"
        assert run.path.name.startswith("2026-05-01T10-31-02Z-")
        assert [entry.name for entry in run.path.iterdir()] == ["responses"]
        assert run.path.stat().st_mode & 0o777 == 0o700, "only its owner may look into it"


def test_no_run_takes_the_folder_of_another(tmp_path, at, monkeypatch):
    tokens = iter(["aaaa", "aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr(folder_module.secrets, "token_hex", lambda _: next(tokens))
    assert [create_run(tmp_path, "bell", at).path.name[-4:] for _ in range(2)] == ["aaaa", "bbbb"]


def test_when_no_name_is_free_it_says_so(tmp_path, at, monkeypatch):
    monkeypatch.setattr(folder_module.secrets, "token_hex", lambda _: "aaaa")
    create_run(tmp_path, "bell", at)
    with pytest.raises(FolderError, match="no free name for a run in"):
        create_run(tmp_path, "bell", at)


@pytest.mark.parametrize("in_the_way", ["runs", "runs/bell", "."])
def test_a_file_in_the_way_is_named_and_left_alone(tmp_path, at, in_the_way):
    base = tmp_path / "base"
    file = base / in_the_way
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    with pytest.raises(FolderError, match=r"(in the way|is a file).*choose another `--out`"):
        create_run(base / "runs", "bell", at)
    assert file.read_text() == "mine"


@linux
def test_a_folder_that_cannot_be_written_is_named(at):
    with pytest.raises(FolderError, match=r"^/proc/runs/bell cannot be written \(.*\); choose another `--out`$"):
        create_run(Path("/proc/runs"), "bell", at)


def a_run(path):
    path.mkdir(parents=True)
    (path / "plan.json").write_text("{}")
    (path / "experiment.yaml").write_text("")
    return path


def test_a_run_is_found_by_its_folder(tmp_path):
    run = a_run(tmp_path / "runs" / "bell" / "2026-05-01T10-31-02Z-3f9c")
    assert find_run(str(run), tmp_path).path == run


@pytest.mark.parametrize("where", [".", "bell", "ghz"])
def test_of_a_folder_of_runs_the_newest_is_meant(tmp_path, where):
    for name in ("bell/2026-05-01T10-31-02Z-ffff", "bell/2026-05-02T09-00-00Z-0000", "ghz/2026-05-03T00-00-00Z-0000"):
        a_run(tmp_path / name)
    (tmp_path / "ghz" / "2026-06-01T00-00-00Z-0000" / "responses").mkdir(parents=True)  # it was never begun
    newest = "bell/2026-05-02T09-00-00Z-0000" if where == "bell" else "ghz/2026-05-03T00-00-00Z-0000"
    assert find_run(str(tmp_path / where), tmp_path).path.relative_to(tmp_path) == Path(newest)


def test_of_two_runs_of_one_second_the_later_is_meant(tmp_path):
    for name, when in (("2026-05-01T10-31-02Z-0000", 2_000_000_000), ("2026-05-01T10-31-02Z-ffff", 1_000_000_000)):
        os.utime(a_run(tmp_path / name) / "plan.json", (when, when))
    assert find_run(str(tmp_path), tmp_path).path.name == "2026-05-01T10-31-02Z-0000"


def test_runs_are_not_looked_for_in_the_whole_tree(tmp_path):
    a_run(tmp_path / "home" / "project" / "runs" / "bell" / "2026-05-01T10-31-02Z-3f9c")
    with pytest.raises(NotARun):
        find_run(str(tmp_path / "home"), tmp_path)


def test_latest_is_the_run_that_was_begun_last(tmp_path):
    for name in ("bell/2026-05-02T09-00-00Z-0000", "bell/2026-05-01T09-00-00Z-0000"):
        point_latest(RunFolder(a_run(tmp_path / name)), tmp_path)
    assert find_run("latest", tmp_path).path == tmp_path / "bell" / "2026-05-01T09-00-00Z-0000"
    assert find_run(str(tmp_path / "latest"), tmp_path / "elsewhere").path == tmp_path / "bell" / "2026-05-01T09-00-00Z-0000"
    assert (tmp_path / "latest").read_text() == "bell/2026-05-01T09-00-00Z-0000\n"


def test_many_runs_may_begin_at_once(tmp_path):
    runs = [RunFolder(a_run(tmp_path / "bell" / f"run-{number}")) for number in range(16)]
    failures = []

    def point(run):
        try:
            point_latest(run, tmp_path)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=point, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert find_run("latest", tmp_path).path in {run.path for run in runs}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bell", "latest"]


@pytest.mark.parametrize(("pointer", "words"), [
    (None, "there is no latest run in"),
    ("bell/gone\n", "the latest run was .*bell/gone, and it is gone"),
    ("\0\udcff", "and it is gone"),
    ("", "is not a run folder, and holds none"),
])  # fmt: skip
def test_a_latest_run_that_is_not_there_is_explained(tmp_path, pointer, words):
    if pointer is not None:
        (tmp_path / "latest").write_bytes(pointer.encode("utf-8", "surrogateescape"))
    with pytest.raises(NotARun, match=words):
        find_run("latest", tmp_path)


def test_a_folder_without_runs_is_explained(tmp_path):
    with pytest.raises(NotARun, match=r"is not a run folder, and holds none; a run folder has a plan\.json"):
        find_run(str(tmp_path), tmp_path)


def test_a_place_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(NotARun, match="nowhere is not a run folder"):
        find_run(str(tmp_path / "nowhere"), tmp_path)


def test_a_place_that_cannot_be_looked_at_is_explained(tmp_path):
    with pytest.raises(NotARun, match="cannot be read: File name too long"):
        find_run("x" * 300, tmp_path)


def test_a_run_that_was_killed_before_it_had_a_plan_is_explained(tmp_path, at):
    run = create_run(tmp_path, "bell", at)
    with pytest.raises(NotARun, match="was stopped before its plan was written, and nothing of it was run; run the experiment again"):
        find_run(str(run.path), tmp_path)


HOLD = """
import sys
from pathlib import Path
from ionq_runner.ledger.folder import RunFolder
with RunFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(folder):
    """Another process that has the run."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout.readline() == b"held\n"
    with process:
        yield process
        process.kill()


def test_a_second_process_cannot_take_a_run_and_learns_who_has_it(folder, holder):
    with pytest.raises(RunInUse) as refused, folder.locked():
        pass
    assert str(refused.value) == (
        f"the run {folder.path} is in use by process {holder.pid} on {socket.gethostname()}; wait for it, or stop it, then resume"
    )


def test_a_run_is_free_again_when_its_process_was_killed(folder, holder):
    holder.kill()
    holder.wait()
    with folder.locked():
        assert (folder.path / "lock").read_text() == f"process {os.getpid()} on {socket.gethostname()}\n"


def test_a_run_is_free_again_after_an_error(folder):
    with pytest.raises(ZeroDivisionError), folder.locked():
        raise ZeroDivisionError
    with folder.locked():
        pass


def test_a_lock_that_names_nobody_still_holds(folder):
    with open(folder.path / "lock", "wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(RunInUse, match="is in use by another process"), folder.locked():
            pass


def test_a_folder_that_cannot_hold_a_lock_is_explained(folder):
    (folder.path / "lock").mkdir()
    with pytest.raises(FolderError, match="cannot be written: Is a directory"), folder.locked():
        pass


def test_a_lock_holds_on_a_full_disk(folder, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder_module.os, "pwrite", refuse)
    with folder.locked(), pytest.raises(RunInUse, match="is in use by another process"):
        folder.locked().__enter__()


def test_a_file_system_without_locks_is_explained(folder, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(folder_module.fcntl, "flock", refuse)
    with pytest.raises(FolderError, match=r"cannot be locked \(No locks available\); put the run on a disk that knows file locks") as found:
        folder.locked().__enter__()
    assert not isinstance(found.value, RunInUse)


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "file"
    for data in (b"first", b"", b"x" * 100_000):
        write_durably(path, data)
        assert path.read_bytes() == data
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@linux
def test_a_file_is_on_the_disk_before_it_is_in_its_place_and_its_place_is_on_the_disk_before_we_go_on(tmp_path, monkeypatch):
    steps = []

    def note(name, describe):
        original = getattr(os, name)

        def noted(*arguments):
            steps.append((name, describe(*arguments)))
            return original(*arguments)

        monkeypatch.setattr(folder_module.os, name, noted)

    def opened(handle):
        return os.path.basename(os.readlink(f"/proc/self/fd/{handle}"))

    note("fsync", opened)
    note("replace", lambda part, path: (part.name, path.name))
    write_durably(tmp_path / "file", b"data")
    assert steps == [("fsync", "file.part"), ("replace", ("file.part", "file")), ("fsync", tmp_path.name)]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("there", [True, False])
def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch, failing, there):
    path = tmp_path / "file"
    if there:
        path.write_bytes(b"before")

    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder_module.os, failing, fail)
    with pytest.raises(OSError, match="No space left on device") as full:
        write_durably(path, b"after")
    monkeypatch.undo()
    assert full.value.filename == str(path), "the file is named"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"] * there
    assert not there or path.read_bytes() == b"before"


def test_a_folder_in_the_place_of_a_file_stays(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        write_durably(tmp_path / "file", b"data")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


KILLED_WRITER = """
import os, sys
from pathlib import Path
from ionq_runner.ledger import folder
left = int(sys.argv[2])
def counted(original):
    def call(*arguments):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)
        return original(*arguments)
    return call
os.fsync, os.replace = counted(os.fsync), counted(os.replace)
folder.write_durably(Path(sys.argv[1]), b"after" * 1000)
"""


@pytest.mark.parametrize(("step", "content"), [(1, b"before"), (2, b"before"), (3, b"after" * 1000), (4, b"after" * 1000)])
def test_a_writer_that_is_killed_never_leaves_half_a_file(tmp_path, step, content):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    done = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(path), str(step)], check=False)
    assert done.returncode == (-9 if step < 4 else 0)
    assert path.read_bytes() == content


def test_documents_are_written_for_people_and_compare():
    assert as_json({"b": [1, "Ü"], "a": None}) == '{\n  "b": [\n    1,\n    "Ü"\n  ],\n  "a": null\n}\n'.encode()


def test_answers_are_called_by_their_job(folder):
    assert folder.answer(7).relative_to(folder.path).as_posix() == "responses/job-000007.npz"


@linux
def test_a_run_that_begins_is_on_the_disk_with_its_folders(tmp_path, monkeypatch):
    synced = []
    original = os.fsync
    monkeypatch.setattr(folder_module.os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), original(handle)))
    run = create_run(tmp_path / "runs", "bell", datetime(2026, 5, 1))
    assert synced == [str(run.path), str(tmp_path / "runs" / "bell"), str(tmp_path / "runs")]

"""`verify`: is a run still what it was?"""

from __future__ import annotations

import hashlib
import json
import re

import pytest


@pytest.fixture
def run(call, tmp_path):
    """A finished run."""
    return tmp_path / call("run", "-q", "good.yaml").out.strip()


def test_a_run_that_is_as_it_was(call, run, tmp_path):
    done = call("verify")
    digest = hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{run.relative_to(tmp_path)}: all 8 files are as they were recorded; manifest sha256 {digest}\n"


def test_the_manifest_that_a_run_named_is_the_one_that_is_verified(call, tmp_path):
    shown = re.search(r"manifest sha256 (\w{16})", call("run", "good.yaml").out)[1]
    assert f"manifest sha256 {shown}" in call("verify").out


@pytest.mark.parametrize("name", [
    "counts.csv", "points.csv", "jobs.csv", "datapackage.json", "experiment.yaml", "plan.json", "ledger.sqlite", "responses/job-000001.npz",
])  # fmt: skip
@pytest.mark.parametrize(("change", "what"), [
    (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "has been altered: its checksum differs"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "has been altered: its checksum differs"),
    (lambda path: path.unlink(), "cannot be read: No such file or directory"),
], ids=["longer", "shorter", "gone"])  # fmt: skip
def test_every_file_that_differs_is_named(call, run, tmp_path, name, change, what):
    change(run / name)
    done = call("verify", run.relative_to(tmp_path))
    assert (done.code, done.err) == (1, "")
    assert done.out == f"{name} {what}\n{run.relative_to(tmp_path)}: not as it was recorded, see 1 finding above\n"


def test_all_that_differs_is_named_at_once(call, run):
    (run / "counts.csv").unlink()
    (run / "points.csv").write_text("")
    (run / "notes.txt").write_text("mine")
    done = call("verify")
    assert [line.split()[0] for line in done.out.splitlines()[:3]] == ["counts.csv", "points.csv", "notes.txt"]
    assert done.out.splitlines()[2] == "notes.txt is not in the manifest"
    assert done.out.endswith("see 3 findings above\n")


@pytest.mark.parametrize(("content", "what"), [
    (b"", "is not JSON"),
    (b"\xff", "is not JSON"),
    (b"[]", "does not have the form of a manifest at /"),
    (b"{}", "does not have the form of a manifest at /"),
], ids=repr)  # fmt: skip
def test_a_manifest_that_is_none_is_named(call, run, content, what):
    (run / "manifest.json").write_bytes(content)
    done = call("verify")
    assert (done.code, what in done.out, "Traceback" in done.err) == (1, True, False)


def test_a_manifest_with_a_wrong_checksum_is_caught_by_the_file(call, run):
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["outputs"][0]["sha256"] = "0" * 64
    (run / "manifest.json").write_text(json.dumps(manifest))
    done = call("verify")
    assert (done.code, done.out.splitlines()[0]) == (1, "counts.csv has been altered: its checksum differs")


def test_an_unfinished_run_cannot_be_verified_yet(call, run, tmp_path):
    (run / "manifest.json").unlink()
    done = call("verify")
    place = run.relative_to(tmp_path)
    assert (done.code, done.out) == (4, "")
    assert done.err == (
        f"{place} is not finished, so there is no manifest to hold it against yet. To go on:\n  ionq-runner resume {place}\n"
    )


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "there is no latest run in runs"),
    (["nowhere"], "nowhere is not a run folder, and holds none"),
])  # fmt: skip
def test_where_there_is_no_run_it_says_so(call, arguments, words):
    done = call("verify", *arguments)
    assert (done.code, done.out, words in done.err) == (2, "", True)


def test_nothing_is_written(call, run):
    before = {path: path.stat().st_mtime_ns for path in [run, *run.rglob("*")]}
    call("verify")
    assert {path: path.stat().st_mtime_ns for path in [run, *run.rglob("*")]} == before

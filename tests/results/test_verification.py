"""A run held against its manifest: one bit, one file, one name too many is found."""

from __future__ import annotations

import json
import random
import shutil

import pytest

from ionq_runner import api
from ionq_runner.ledger.folder import NotARun, RunFolder
from ionq_runner.results.verification import Finding, verify_run

FLIPS = 120
SEED = 20260501


@pytest.fixture
def copy(mixed_run, tmp_path):
    """A copy of a run, to be damaged."""
    return RunFolder(shutil.copytree(mixed_run, tmp_path / "copy"))


def files_of(folder):
    return sorted(path for path in folder.path.rglob("*") if path.is_file())


def test_a_run_is_as_it_was_recorded(copy, mixed_run):
    found = verify_run(copy)
    assert found.findings == ()
    assert found.checked == len(files_of(copy)) - 2, "all but the manifest itself and the lock"
    assert found == api.verify(RunFolder(mixed_run))


def test_verifying_changes_nothing(copy):
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files_of(copy)}
    verify_run(copy)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files_of(copy)} == before


def test_one_flipped_bit_is_found_in_any_file(copy):
    """A few bits of every file, and many of all. The manifest's own are seen by its checksum, which the run has shown."""
    draw = random.Random(SEED)
    files = [path for path in files_of(copy) if path.name != "lock"]
    honest = verify_run(copy).manifest_sha256
    for path in [*files, *files, *draw.choices(files, k=FLIPS)]:
        data = path.read_bytes()
        place, bit = draw.randrange(len(data)), draw.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
        found, name = verify_run(copy), path.relative_to(copy.path).as_posix()
        path.write_bytes(data)
        flip = f"seed {SEED}: bit {bit} of byte {place} of {name}"
        if name == "manifest.json":
            assert found.findings or found.manifest_sha256 != honest, flip
        else:
            assert found.findings == (Finding(name, "has been altered: its checksum differs"),), flip
    assert verify_run(copy).findings == ()


def test_a_missing_file_is_found(copy):
    for path in [path for path in files_of(copy) if path.name not in ("lock", "manifest.json")]:
        data = path.read_bytes()
        path.unlink()
        assert verify_run(copy).findings == (Finding(path.relative_to(copy.path).as_posix(), "cannot be read: No such file or directory"),)
        path.write_bytes(data)
    (copy.path / "lock").unlink()
    assert verify_run(copy).findings == ()


@pytest.mark.parametrize("name", ["notes.txt", "responses/job-000099.npz", "inputs/more.yaml", "counts.csv.part", "sub/sub/x"])
def test_a_file_too_many_is_found(copy, name):
    (copy.path / name).parent.mkdir(parents=True, exist_ok=True)
    (copy.path / name).write_bytes(b"")
    assert verify_run(copy).findings == (Finding(name, "is not in the manifest"),)


def test_a_file_in_the_place_of_another_is_found(copy):
    counts, points = copy.path / "counts.csv", copy.path / "points.csv"
    data = counts.read_bytes()
    counts.write_bytes(points.read_bytes())
    points.write_bytes(data)
    assert [finding.path for finding in verify_run(copy).findings] == ["counts.csv", "points.csv"]


def test_everything_is_told_at_once(copy):
    (copy.path / "counts.csv").write_text("")
    (copy.path / "plan.json").unlink()
    (copy.path / "extra").write_text("")
    assert {finding.path for finding in verify_run(copy).findings} == {"counts.csv", "plan.json", "extra"}


def test_a_run_without_a_manifest_is_not_finished(copy):
    copy.manifest.unlink()
    with pytest.raises(NotARun, match="resume"):
        verify_run(copy)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'"x"', b"\xff\xfe", b"[" * 5_000, b'{"inputs": 3}'])
def test_a_manifest_that_is_none_is_told(copy, data):
    copy.manifest.write_bytes(data)
    found = verify_run(copy)
    assert found.checked == 0
    assert {finding.path for finding in found.findings} == {"manifest.json"}


@pytest.mark.parametrize("place", ["../../elsewhere", "a\u0000b", "x" * 5_000, "responses", ""])
def test_a_manifest_that_points_elsewhere_is_told(copy, place):
    manifest = json.loads(copy.manifest.read_text())
    manifest["outputs"][0]["path"] = place
    copy.manifest.write_text(json.dumps(manifest))
    assert [finding.path for finding in verify_run(copy).findings] == [place, "counts.csv"]

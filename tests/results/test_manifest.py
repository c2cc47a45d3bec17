"""`manifest.json`: what ran, from what, with what, and the checksum of everything that came out."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

import ionq_runner
from ionq_runner import api
from ionq_runner.results.manifest import git_state
from ionq_runner.results.schema import manifest_schema

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text())


@pytest.fixture(scope="module")
def manifest(mixed_run):
    return json.loads((mixed_run / "manifest.json").read_text(encoding="utf-8"))


def test_a_manifest_has_the_published_form(manifest):
    Draft7Validator.check_schema(PUBLISHED)
    assert list(Draft7Validator(PUBLISHED).iter_errors(manifest)) == []
    assert list(manifest) == list(PUBLISHED["properties"])


def test_the_published_schema_is_the_one_in_the_code():
    assert manifest_schema() == PUBLISHED


@pytest.mark.parametrize("change", [
    {"more": 1}, {"seed": -1}, {"status": "perhaps"}, {"outputs": [{"path": "x"}]}, {"created_at": "yesterday"},
    {"plan": "abc"}, {"git": {}},
])  # fmt: skip
def test_the_form_is_strict(manifest, change):
    assert list(Draft7Validator(PUBLISHED).iter_errors(manifest | change))


def test_it_lists_every_file_of_the_run_with_its_checksum(mixed_run, manifest):
    listed = {entry["path"]: entry for part in ("inputs", "outputs", "records", "answers") for entry in manifest[part]}
    files = {path.relative_to(mixed_run).as_posix() for path in mixed_run.rglob("*") if path.is_file()}
    assert files - listed.keys() == {"manifest.json", "lock"}
    for path, entry in listed.items():
        data = (mixed_run / path).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry.get("bytes", len(data)) == len(data)
        assert entry.get("rows", data.count(b"\n") - 1) == data.count(b"\n") - 1


def test_it_says_what_ran_and_what_came_out(mixed_run, manifest):
    plan = json.loads((mixed_run / "plan.json").read_text(encoding="utf-8"))
    assert manifest["plan"] == plan["digest"]
    assert (manifest["points"], manifest["executions"], manifest["repetitions"]) == (
        plan["points"],
        plan["executions"],
        plan["repetitions"],
    )
    assert (manifest["name"], manifest["seed"], manifest["status"], manifest["run"]) == ("t", 7, "done", mixed_run.name)
    assert manifest["jobs"] == {"done": len(plan["jobs"])}
    assert manifest["methods"] == ["exact noise", "state vector", "trajectories"]
    assert manifest["software"]["numpy"] == importlib.metadata.version("numpy")
    assert manifest["software"]["ionq_runner"] == ionq_runner.__version__
    times = [datetime.fromisoformat(manifest[key]) for key in ("created_at", "finished_at")]
    assert times[0] <= times[1]
    assert all(manifest[key].endswith("Z") for key in ("created_at", "finished_at"))


def test_the_words_of_the_file_are_kept(ran):
    folder = ran(
        "metadata: {owner: Zoë, tags: [a, 1, 2.5, true], 'on': no}\ncircuits: {c: {gates: [h 0]}}\n", description="Ünïcode, 'quoted'"
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["description"] == "Ünïcode, 'quoted'"
    assert manifest["metadata"] == {"owner": "Zoë", "tags": ["a", 1, 2.5, True], "on": "no"}
    assert "Zoë" in (folder / "manifest.json").read_text(encoding="utf-8"), "written as people write it"


def test_a_seed_that_was_drawn_is_recorded(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text("ionq_runner: 1\nname: t\ncircuits: {c: {gates: [h 0]}}\nrepetitions: 10\n")
    first = api.run(file, out=tmp_path / "runs")
    seed = json.loads((first.folder / "manifest.json").read_text())["seed"]
    file.write_text(file.read_text() + f"seed: {seed}\n")
    second = api.run(file, out=tmp_path / "runs")
    assert (first.folder / "counts.csv").read_bytes() == (second.folder / "counts.csv").read_bytes()
    assert first.plan.digest == second.plan.digest


def test_it_is_the_last_thing_that_is_written(mixed_run):
    times = {path.name: path.stat().st_mtime_ns for path in mixed_run.rglob("*") if path.is_file()}
    assert times.pop("manifest.json") >= max(times.values())


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository of its own with one committed file."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def git(*arguments: str) -> str:
        own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", "-C", str(tmp_path), *own, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "a.yaml").write_text("one\n")
    git("add", ".")
    git("commit", "--quiet", "--no-verify", "-m", "first")
    return tmp_path, git


def test_the_commit_of_the_file_and_whether_it_was_clean(repository):
    path, git = repository
    file, commit = path / "lab" / "a.yaml", git("rev-parse", "HEAD")
    assert git_state(file) == {"commit": commit, "clean": True, "file": "lab/a.yaml"}
    (path / "other").write_text("beside it")
    assert git_state(file) == {"commit": commit, "clean": True, "file": "lab/a.yaml"}
    file.write_text("two\n")
    assert git_state(file) == {"commit": commit, "clean": False, "file": "lab/a.yaml"}
    (path / "lab" / "new.yaml").write_text("new\n")
    assert git_state(path / "lab" / "new.yaml") == {"commit": commit, "clean": False, "file": None}


def test_outside_a_repository_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path / "a.yaml") is None


def test_without_git_there_is_no_commit(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert git_state(repository[0] / "lab" / "a.yaml") is None

"""`schema`: the published schema, for programs and for the editor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = (ROOT / "schemas" / "experiment.schema.json").read_text(encoding="utf-8")


def test_the_published_schema_is_printed(call):
    done = call("schema")
    assert (done.code, done.out, done.err) == (0, SCHEMA, "")


def test_where_only_ascii_can_be_shown_it_is_still_json(call):
    done = call("schema", env={"PYTHONIOENCODING": "ascii"}, fresh=True)
    assert json.loads(done.out) == json.loads(SCHEMA)


@pytest.mark.parametrize("folder", [".", "new", "new/deep"])
def test_a_copy_is_put_beside_the_files(call, tmp_path, folder):
    done = call("schema", "--write", folder)
    path = Path(folder) / "experiment.schema.json"
    assert (tmp_path / path).read_text(encoding="utf-8") == SCHEMA
    assert done.out == (
        f"wrote {path}; the first line of an experiment file tells the editor:\n# yaml-language-server: $schema={path.as_posix()}\n"
    )


def test_an_older_copy_is_replaced(call, tmp_path):
    (tmp_path / "experiment.schema.json").write_text("{}")
    assert call("schema", "--write", ".").code == 0
    assert (tmp_path / "experiment.schema.json").read_text(encoding="utf-8") == SCHEMA


@pytest.mark.parametrize(("folder", "words"), [
    ("good.yaml", "Directory 'good.yaml' is a file"),
    ("good.yaml/below", "good.yaml/below/experiment.schema.json cannot be written: Not a directory"),
    ("taken", "taken/experiment.schema.json cannot be written: Is a directory"),
])  # fmt: skip
def test_a_folder_that_cannot_be_written_is_named(call, tmp_path, folder, words):
    (tmp_path / "taken" / "experiment.schema.json").mkdir(parents=True)
    done = call("schema", "--write", folder)
    assert (done.code, done.out, words in done.err) == (2, "", True), done

"""Problems as a JSON document: its whole form, and that it keeps its promise for every broken file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from ionq_runner import api
from ionq_runner.diagnostics import Source
from ionq_runner.diagnostics.formats import render

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = Draft7Validator(json.loads((ROOT / "schemas" / "problems.schema.json").read_text()))
BROKEN = sorted((ROOT / "tests" / "language" / "broken").glob("*.yaml"))


def document(checked):
    found = json.loads(render("json", checked, "1.2.3"))
    assert [error.message for error in SCHEMA.iter_errors(found)] == []
    return found


def test_every_problem_has_its_place_its_message_its_help_and_its_neighbours(shelf):
    source = Source("a.yaml", "b: 1\n🙂b: 2\n")
    shelf.file("a.yaml", shelf.twice(source, "b"), shelf.at(source, 3, 4))
    assert document(shelf.file("good.yaml")) == {
        "schema_version": 1,
        "files": ["a.yaml", "good.yaml"],
        "errors": 1,
        "warnings": 1,
        "problems": [
            {
                "code": "E401", "severity": "error",
                "file": "a.yaml", "line": 1, "column": 4, "end_line": 1, "end_column": 5,
                "message": "`1` is odd", "help": None, "related": [],
            },
            {
                "code": "W999", "severity": "warning",
                "file": "a.yaml", "line": 2, "column": 2, "end_line": 2, "end_column": 3,
                "message": "`b` stands twice", "help": "keep one",
                "related": [
                    {"file": "a.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2, "message": "it is here already"}
                ],
            },
        ],
    }  # fmt: skip


def test_of_very_many_problems_of_a_file_the_first_are_listed_and_all_are_counted(shelf):
    source = Source("f.yaml", "x" * 1_150)
    shelf.file("f.yaml", *(shelf.at(source, start, start + 1) for start in range(1_150)))
    found = document(shelf.odd("a", "a", "g.yaml"))
    assert (found["errors"], found["warnings"], len(found["problems"])) == (1_151, 0, 1_001)
    assert [found["problems"][number]["column"] for number in (0, 999, 1_000)] == [1, 1_000, 1]


def test_no_file_is_a_document_too():
    assert document([]) == {"schema_version": 1, "files": [], "errors": 0, "warnings": 0, "problems": []}


def test_the_document_is_plain_ascii_whatever_it_says(shelf):
    text = render("json", shelf.odd("a: \x1b\u202e\ud800é\x00", "\x1b\u202e\ud800é\x00", "\udcffé.yaml"), "")
    assert text.isascii()
    assert json.loads(text)["problems"][0]["message"] == "`\x1b\u202e\ud800é\x00` is odd"


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_has_the_places_of_the_terminal(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    problems = api.validate(file.read_bytes(), file.name)
    found = document([(file.name, problems)])["problems"]
    assert [(entry["line"], entry["column"]) for entry in found] == [
        problem.span.source.position(problem.span.start) for problem in problems
    ]
    assert all((entry["line"], entry["column"]) <= (entry["end_line"], entry["end_column"]) for entry in found)

"""Problems as a SARIF log: its whole form. tests/surfaces holds it against the official schema."""

from __future__ import annotations

import json

import pytest

from ionq_runner.diagnostics import Source, catalogue
from ionq_runner.diagnostics.formats import render


def run_of(checked):
    log = json.loads(render("sarif", checked, "1.2.3"))
    assert (log["$schema"], log["version"], len(log["runs"])) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", 1)
    return log["runs"][0]


def test_a_log_has_the_rules_that_were_broken_and_the_places_where(shelf):
    source = Source("experiments/a b.yaml", "b: 1\n🙂b: 2\n")
    shelf.file("experiments/a b.yaml", shelf.twice(source, "b"), shelf.at(source, 3, 4))
    here = {"uri": "experiments/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    text = catalogue.page("E401")
    assert run_of(shelf.file("good.yaml")) == {
        "tool": {
            "driver": {
                "name": "ionq-runner", "version": "1.2.3", "semanticVersion": "1.2.3",
                "rules": [
                    {
                        "id": "E401",
                        "name": "AnUnknownGate",
                        "shortDescription": {"text": "An unknown gate."},
                        "fullDescription": {"text": " ".join(text.split("\n\n")[1].split())},
                        "help": {"text": text, "markdown": text},
                        "defaultConfiguration": {"level": "error"},
                    },
                    {
                        "id": "W999",
                        "name": "W999",
                        "shortDescription": {"text": "W999."},
                        "fullDescription": {"text": "W999."},
                        "help": {"text": "# W999 W999\n\nW999\n", "markdown": "# W999 W999\n\nW999\n"},
                        "defaultConfiguration": {"level": "warning"},
                    },
                ],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "utf16CodeUnits",
        "artifacts": [
            {"location": here, "roles": ["analysisTarget"]},
            {"location": {"uri": "good.yaml", "uriBaseId": "%SRCROOT%"}, "roles": ["analysisTarget"]},
        ],
        "results": [
            {
                "ruleId": "E401", "ruleIndex": 0, "level": "error",
                "message": {"text": "`1` is odd."},
                "locations": [
                    {"physicalLocation": {
                        "artifactLocation": here, "region": {"startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5},
                    }}
                ],
            },
            {
                "ruleId": "W999", "ruleIndex": 1, "level": "warning",
                "message": {"text": "`b` stands twice.\nHelp: keep one."},
                "locations": [
                    {"physicalLocation": {
                        "artifactLocation": here, "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 4},
                    }}
                ],
                "relatedLocations": [
                    {
                        "id": 1,
                        "physicalLocation": {
                            "artifactLocation": here, "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
                        },
                        "message": {"text": "it is here already."},
                    }
                ],
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("name", "where"), [
    ("./x/../a.yaml", {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"}),
    ("/lab/a#b.yaml", {"uri": "file:///lab/a%23b.yaml"}),
    ("<stdin>", {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}),
    ("é\udcff?.yaml", {"uri": "%C3%A9%FF%3F.yaml", "uriBaseId": "%SRCROOT%"}),
    ("a:b.yaml", {"uri": "a%3Ab.yaml", "uriBaseId": "%SRCROOT%"}),
])  # fmt: skip
def test_a_file_is_a_reference_below_the_root_or_an_address(shelf, name, where):
    run = run_of(shelf.odd("a", "a", name))
    assert run["artifacts"][0]["location"] == where
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == where


@pytest.mark.parametrize(("word", "shown"), [
    ("[a](1)", "\\[a](1)"),
    ("[a] (1)", "[a] (1)"),
    ("[a, [b](https://x)", "[a, \\[b](https://x)"),
    ("x[0]", "x[0]"),
])  # fmt: skip
def test_what_a_person_wrote_is_no_link(shelf, word, shown):
    assert run_of(shelf.odd(word, word))["results"][0]["message"]["text"] == f"`{shown}` is odd."


def test_of_very_many_problems_of_a_file_the_rest_is_counted(shelf):
    source = Source("f.yaml", "x" * 1_150)
    run = run_of(shelf.file("f.yaml", *(shelf.at(source, start, start + 1) for start in range(1_150))))
    assert len(run["results"]) == 1_000
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [{"level": "note", "message": {"text": "There are 150 more problems like these."}}],
        }
    ]


def test_without_problems_there_are_no_rules_and_no_results(shelf):
    run = run_of(shelf.file("good.yaml"))
    assert (run["tool"]["driver"]["rules"], run["results"]) == ([], [])

"""Logs in SARIF, held against the official JSON Schema: those of every broken file, and of files and problems of every kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, FormatChecker

from ionq_runner import api
from ionq_runner.diagnostics.formats import render

ROOT = Path(__file__).resolve().parents[2]
BROKEN = sorted((ROOT / "tests" / "language" / "broken").glob("*.yaml"))


@pytest.fixture(scope="module")
def faults(sarif_schema):
    """`faults(checked)`: what the official schema has against a log, and what it cannot say."""
    validator = Draft7Validator(sarif_schema, format_checker=FormatChecker())

    def found(checked):
        log = json.loads(render("sarif", checked, "1.2.3"))
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
        assert sorted({result["ruleId"] for result in run["results"]}) == rules
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(log)]

    return found


def test_the_schema_is_the_official_one_and_refuses_what_is_no_log(sarif_schema):
    assert sarif_schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    assert [error.message for error in Draft7Validator(sarif_schema).iter_errors({"version": "2.1.0"})] == ["'runs' is a required property"]


def test_the_log_of_all_broken_files_together_is_valid(faults, monkeypatch):
    monkeypatch.chdir(BROKEN[0].parent)
    assert faults([(file.name, api.validate(file.read_bytes(), file.name)) for file in BROKEN]) == []


@pytest.mark.parametrize("name", ["a.yaml", "<stdin>", "/lab/a b#c.yaml", "../é\udcff?.yaml", "--set"])
def test_a_log_is_valid_however_its_file_is_called(faults, name):
    assert faults([(name, api.validate(b"a: 1\na: 2\n", name))]) == []


def test_a_log_that_leaves_problems_out_is_valid(faults):
    gates = "ionq_runner: 1\nname: x\nrepetitions: 1\ncircuits: {a: {qubits: 1, gates: [" + "hh 0, " * 1_500 + "]}}\n"
    assert faults([("a.yaml", api.validate(gates.encode(), "a.yaml"))]) == []


def test_a_log_without_problems_is_valid(faults):
    assert faults([("good.yaml", api.validate((ROOT / "experiments" / "bell-parity.yaml").read_bytes(), "good.yaml"))]) == []
    assert faults([]) == []

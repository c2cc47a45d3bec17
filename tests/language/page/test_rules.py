"""Every rule of the language has a test: `rules.yaml` lists them in the order of the specification, and names what holds each.

A rule whose test is still to come is `pending`, with what it waits for. Their number may only fall: whoever adds a test takes one off.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[2]
PAGE = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8"))
RULES = [(part["section"], rule) for part in PAGE for rule in part["rules"]]
SECTIONS = (
    "A small file", "Words", "YAML without its traps", "Strict", "Expressions", "Ranges", "Names", "Parameters", "Circuits", "measure",
    "Sweeps", "Targets", "Repetitions, mitigation, runs", "Observables, fits, summaries, expectations", "Identity, seeds", "Size",
    "Secrets", "Limits", "Left out on purpose",
)  # fmt: skip
WAITING = {"calculated with the results": 9, "counted when jobs are sent to the service": 1}


def named(rule):
    """What holds a rule, as a list."""
    by = rule.get("by", [])
    return [by] if isinstance(by, str) else by


@cache
def functions_in(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def exists(name):
    """Whether a test, or a broken file beside its output, is there."""
    path, _, test = name.partition("::")
    file = TESTS / path
    if not test:
        return file.parent.name == "broken" and file.is_file() and file.with_suffix(".out").is_file()
    return file.is_file() and test.startswith("test_") and test in functions_in(file)


def test_every_section_of_the_page_is_there_in_its_order():
    assert tuple(part["section"] for part in PAGE) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_every_test_that_a_rule_names_exists(section):
    assert [name for part, rule in RULES if part == section for name in named(rule) if not exists(name)] == []


def test_a_rule_has_a_sentence_and_either_a_test_or_what_it_waits_for():
    assert [rule for _, rule in RULES if len(rule) != 2 or not rule["rule"].endswith(".") or not (named(rule) or rule.get("pending"))] == []


def test_no_rule_is_there_twice():
    sentences = Counter(f"{section}: {rule['rule']}" for section, rule in RULES)
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_rules_that_wait_are_counted():
    assert Counter(rule["pending"] for _, rule in RULES if "pending" in rule) == WAITING


def test_every_test_of_the_page_holds_a_rule():
    """What stands in this folder is here for a rule; a test that none names should live elsewhere."""
    held = {name for _, rule in RULES for name in named(rule)}
    here = {f"language/page/{file.name}::{test}" for file in Path(__file__).parent.glob("test_*.py") for test in functions_in(file)}
    assert {name for name in here - held if "::test_" in name and "/test_rules.py" not in name} == set()

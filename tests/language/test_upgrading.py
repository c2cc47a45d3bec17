"""Files of older versions are brought up to date step by step: shown with versions made up for it."""

from __future__ import annotations

import pytest

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.edits import Edit, applied
from ionq_runner.language.grammar import VERSION
from ionq_runner.language.upgrading import UPGRADES, upgrade_text
from ionq_runner.language.yaml import Mapping


def shots_are_repetitions(root: Mapping):
    """Version 1, made up, called repetitions shots."""
    for entry in root.entries:
        if entry.key.text == "shots":
            yield Edit(entry.key.span.start, entry.key.span.end, "repetitions")


def machines_are_targets(root: Mapping):
    """Version 2, made up, had one machine, and version 3 a mapping of targets."""
    for entry in root.entries:
        if entry.key.text == "machine":
            yield Edit(entry.key.span.start, entry.value.span.end, f"targets: {{machine: {entry.value.text}}}")


STEPS = {1: shots_are_repetitions, 2: machines_are_targets}
OLD = "# kept\nionq_runner: 1   # the version\nname: old\nshots:  100   # kept too\nmachine: local\n"
NEW = "# kept\nionq_runner: 3   # the version\nname: old\nrepetitions:  100   # kept too\ntargets: {machine: local}\n"


def upgraded(text, steps=STEPS, newest=3):
    problems = Problems()
    found = upgrade_text(Source("f.yaml", text), problems, steps, newest)
    return found, [(problem.code, problem.message, problem.hint) for problem in problems]


def test_every_step_is_made_in_order_and_the_rest_stays():
    assert upgraded(OLD) == (NEW, [])


def test_a_file_in_between_takes_the_steps_that_are_left():
    assert upgraded(OLD.replace("1 ", "2 ")) == (NEW.replace("repetitions:  100", "shots:  100"), [])


@pytest.mark.parametrize("text", [NEW, "name: without a version\n", "ionq_runner: three\n".replace("three", "3.0")])
def test_a_file_of_the_newest_version_stays(text):
    assert upgraded(text) == (text, [])


@pytest.mark.parametrize(("version", "hint"), [
    ("4", "install a newer ionq_runner"), ("0", "write `ionq_runner: 3`"), ("x", "write `ionq_runner: 3`"),
    ("true", "write `ionq_runner: 3`"), ("1.5", "write `ionq_runner: 3`"), ("-1", "write `ionq_runner: 3`"),
    (".inf", "write `ionq_runner: 3`"), (".nan", "write `ionq_runner: 3`"), ("9" * 5000, "install a newer ionq_runner"),
])  # fmt: skip
def test_a_version_that_nothing_begins_with_is_refused(version, hint):
    found, problems = upgraded(f"ionq_runner: {version}\n")
    message = f"this file is written in version {version} of the language, and this program knows version 3"
    assert (found, problems) == (None, [("E112", message, hint)])


@pytest.mark.parametrize(("text", "code"), [("a: [", "E003"), ("", "E005"), ("ionq_runner: 1\nionq_runner: 1\n", "E006")])
def test_a_text_that_cannot_be_read_is_refused(text, code):
    found, problems = upgraded(text)
    assert (found, [problem[0] for problem in problems]) == (None, [code])


def test_there_is_a_step_from_every_older_version():
    assert sorted(UPGRADES) == list(range(1, VERSION))


def test_edits_are_made_where_they_belong():
    assert applied("abcdef", [Edit(4, 5, "E"), Edit(0, 1, ""), Edit(2, 2, "-")]) == "b-cdEf"

"""A run whose files are not what was recorded does not go on: it is refused in words, and nothing is made of it."""

from __future__ import annotations

import json

import pytest

PERSON = 5
STOP_AFTER_THREE = """
from ionq_runner.execution import engine
original, left = engine._record, 3

def record(*arguments):
    global left
    if left == 0:
        raise KeyboardInterrupt
    left -= 1
    return original(*arguments)

engine._record = record
"""


@pytest.fixture
def interrupted(place):
    """A run with options and a values file, three of whose six jobs are done."""
    done = place("run", "small.yaml", "--set-file", "values.yaml", before=STOP_AFTER_THREE)
    assert done.code == 130
    assert len(list(place.run.glob("responses/*.npz"))) == 3
    return place.run


def edit_plan(change):
    """An alteration of plan.json, as a person would make it."""

    def alter(run):
        document = json.loads((run / "plan.json").read_text())
        change(document)
        (run / "plan.json").write_text(json.dumps(document, indent=2))

    return alter


def edit(name, change):
    def alter(run):
        (run / name).write_bytes(change((run / name).read_bytes()))

    return alter


def answer_of_another_job(run):
    first, second, _ = sorted(run.glob("responses/*.npz"))
    second.write_bytes(first.read_bytes())


def first_answer(change):
    return lambda run: change(min(run.glob("responses/*.npz")))


def half_a_ledger(run):
    for file in run.glob("ledger*"):
        file.write_bytes(file.read_bytes()[:9_000])


ALTERED = {
    "a comment of the input": (edit("experiment.yaml", lambda data: data + b"# a note\n"), "experiment.yaml is not what the run was"),
    "repetitions": (edit("experiment.yaml", lambda data: data.replace(b"50", b"60")), "experiment.yaml is not what the run was"),
    "an input that is broken": (edit("experiment.yaml", lambda data: b"{"), "experiment.yaml is not what the run was"),
    "the values file": (edit("inputs/values.yaml", lambda data: data.replace(b"2", b"3")), "values.yaml is not what the run was made from"),
    "no values file": (lambda run: (run / "inputs/values.yaml").unlink(), "values.yaml: No such file or directory"),
    "the seed of the plan": (edit_plan(lambda plan: plan.update(seed=6)), "plan.json is not as it was written"),
    "the digest of the plan": (edit_plan(lambda plan: plan.update(digest="0" * 64)), "plan.json is not as it was written"),
    "the options of the plan": (edit_plan(lambda plan: plan["options"].update(set=["garbage"])), "plan.json is not as it was written"),
    "the options' form": (edit_plan(lambda plan: plan.update(options=3)), "plan.json is not as it was written"),
    "the facts of the plan": (edit_plan(lambda plan: plan["facts"].update(created_at="2020")), "plan.json is not as it was written"),
    "no facts": (edit_plan(lambda plan: plan.pop("facts")), "plan.json is not as it was written"),
    "half a plan": (edit("plan.json", lambda data: data[: len(data) // 2]), "plan.json is not as it was written"),
    "an empty plan": (edit("plan.json", lambda data: b""), "plan.json is not as it was written"),
    "a plan of bytes": (edit("plan.json", lambda data: b"\xff\x00"), "plan.json is not as it was written"),
    "a plan that is a list": (edit("plan.json", lambda data: b"[[]]"), "plan.json is not as it was written"),
    "a plan without a bottom": (edit("plan.json", lambda data: b"[" * 100_000), "plan.json is not as it was written"),
    "no ledger": (lambda run: [file.unlink() for file in run.glob("ledger*")], "ledger.sqlite is missing or empty, and"),
    "a ledger that is text": (edit("ledger.sqlite", lambda data: b"nothing" * 999), "not a database"),
    "half a ledger": (half_a_ledger, "ledger.sqlite cannot be used"),
    "a bit of an answer": (first_answer(lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\1")), "is not what was recorded"),
    "no answer": (first_answer(lambda file: file.unlink()), "cannot be read: No such file or directory"),
    "an answer of another job": (answer_of_another_job, "is not what was recorded: its checksum differs"),
}  # fmt: skip


@pytest.mark.parametrize(("alter", "words"), ALTERED.values(), ids=ALTERED.keys())
def test_an_altered_run_is_refused_in_words(place, interrupted, alter, words):
    alter(interrupted)
    done = place("resume", interrupted)
    assert (done.code, done.out) == (PERSON, ""), done.err
    assert words in done.err
    assert "defect" not in done.err
    assert "Traceback" not in done.err
    assert not (interrupted / "manifest.json").exists()


def test_a_run_that_was_restored_goes_on(place, interrupted):
    original = (interrupted / "experiment.yaml").read_bytes()
    (interrupted / "experiment.yaml").write_bytes(b"")
    assert place("resume").code == PERSON
    (interrupted / "experiment.yaml").write_bytes(original)
    assert place("resume").code == 0
    assert place("verify").code == 0


def test_the_ledger_of_another_run_is_refused(place, interrupted):
    assert place("run", "small.yaml", "--out", "others").code == 0
    (other,) = place.path.glob("others/*/*")
    for file in interrupted.glob("ledger*"):
        file.unlink()
    (interrupted / "ledger.sqlite").write_bytes((other / "ledger.sqlite").read_bytes())
    done = place("resume", interrupted)
    assert (done.code, "ledger.sqlite is the ledger of another run" in done.err) == (PERSON, True)


def test_a_plan_that_another_version_made_is_refused_with_the_version(place, interrupted):
    other = "import ionq_runner.planning.identity as identity\nidentity.DECIMALS = 3\n"
    done = place("resume", before=other)
    assert done.code == PERSON
    assert "of this program no longer makes the plan of" in done.err
    assert "or install version 0." in done.err


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"outputs": 3}'], ids=repr)
def test_a_manifest_that_is_damaged_is_refused(place, content):
    place("run", "small.yaml")
    (place.run / "manifest.json").write_bytes(content)
    done = place("resume")
    assert (done.code, "manifest.json is not as it was written" in done.err) == (PERSON, True)


def test_tables_are_made_again_when_only_they_are_gone(place, reference):
    place("run", "small.yaml")
    for name in ("manifest.json", "counts.csv", "points.csv", "datapackage.json"):
        (place.run / name).unlink()
    assert place("resume").code == 0
    assert place.kept() == reference

"""The states of a job: what is reachable, what is final, and that nothing else is in the tables of the database."""

from __future__ import annotations

import re
from importlib import resources

from ionq_runner.ledger.states import NEXT, TERMINAL, JobState


def test_every_state_says_what_may_follow_it():
    assert {before.value: sorted(after) for before, after in NEXT.items()} == {
        "planned": ["started"],
        "started": ["done", "failed", "planned"],
        "done": [],
        "failed": ["planned"],
    }


def test_an_answer_is_never_forgotten():
    assert NEXT[JobState.DONE] == set()


def test_nothing_is_done_without_having_been_started():
    assert {before for before, after in NEXT.items() if JobState.DONE in after} == {JobState.STARTED}


def test_a_run_is_over_when_every_job_is_done_or_failed():
    assert {JobState.DONE, JobState.FAILED} == TERMINAL


def test_every_state_can_be_reached_from_planned():
    reached, frontier = set(), {JobState.PLANNED}
    while frontier:
        reached |= frontier
        frontier = {after for before in frontier for after in NEXT[before]} - reached
    assert reached == set(JobState)


def test_the_database_knows_the_same_states():
    schema = resources.files("ionq_runner.ledger").joinpath("schema.sql").read_text(encoding="utf-8")
    listed = re.search(r"state in \(([^)]*)\)", schema)
    assert {word.strip(" '") for word in listed[1].split(",")} == {state.value for state in JobState}

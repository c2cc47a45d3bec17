"""The next step: a pure function, held to its laws."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.execution.decide import Decision, decide

planned = st.lists(st.integers(1, 10_000), unique=True, max_size=30).map(sorted)
in_flight = st.sets(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=12)
limits = st.integers(1, 12)


@settings(deadline=None)
@given(planned, in_flight, limits, st.booleans())
def test_no_more_than_the_limit_are_in_flight(planned, in_flight, limit, stopping):
    decision = decide(planned, in_flight, limit, stopping=stopping)
    assert len(in_flight) + len(decision.submit) <= max(limit, len(in_flight))


@settings(deadline=None)
@given(planned, in_flight, limits, st.booleans())
def test_jobs_go_in_the_order_of_the_plan(planned, in_flight, limit, stopping):
    submitted = decide(planned, in_flight, limit, stopping=stopping).submit
    assert list(submitted) == planned[: len(submitted)]


@settings(deadline=None)
@given(planned, in_flight, limits)
def test_all_the_room_there_is_is_used(planned, in_flight, limit):
    room = max(0, limit - len(in_flight))
    assert len(decide(planned, in_flight, limit, stopping=False).submit) == min(room, len(planned))


@settings(deadline=None)
@given(planned, in_flight, limits)
def test_nothing_is_submitted_when_stopping(planned, in_flight, limit):
    assert decide(planned, in_flight, limit, stopping=True) == Decision((), wait=bool(in_flight))


@settings(deadline=None)
@given(planned, in_flight, limits, st.booleans())
def test_what_is_in_flight_is_awaited(planned, in_flight, limit, stopping):
    decision = decide(planned, in_flight, limit, stopping=stopping)
    assert decision.wait == bool(in_flight or decision.submit)
    assert decision.finished == (not in_flight and not decision.submit)


@settings(deadline=None)
@given(planned, in_flight, limits, st.booleans())
def test_the_same_question_has_the_same_answer(planned, in_flight, limit, stopping):
    before = (list(planned), set(in_flight))
    assert decide(planned, in_flight, limit, stopping=stopping) == decide(planned, in_flight, limit, stopping=stopping)
    assert (planned, in_flight) == before


@settings(deadline=None)
@given(planned, limits)
def test_every_job_is_submitted_once_in_the_end(planned, limit):
    left, flying, seen = list(planned), set(), []
    while not (decision := decide(left, flying, limit, stopping=False)).finished:
        seen += decision.submit
        left = left[len(decision.submit) :]
        flying |= {str(number) for number in decision.submit}
        flying.pop()
    assert seen == planned

"""Problems: worded by their class, told apart by what they say of which place, collected in the order of the file."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import FrozenInstanceError
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ionq_runner.language.reading  # noqa: F401  every problem of the stations tested here is defined by then
from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Severity, Source, Span

SOURCE = Source("f.yaml", "abcdef")


class Misspelt(Problem):
    """A word that is not spelt right."""

    code: ClassVar[str] = "X001"
    text: ClassVar[str] = "`{word}` is {{not}} a word"
    remedy: ClassVar[str] = "write `{right}`"
    word: str
    right: str


class Idle(Problem):
    """A word that nothing uses."""

    code: ClassVar[str] = "X002"
    text: ClassVar[str] = "nothing uses this"
    severity: ClassVar[Severity] = Severity.WARNING


def at(start: int, end: int | None = None) -> Span:
    return Span(SOURCE, start, start + 1 if end is None else end)


def test_a_problem_says_what_its_class_words_with_its_facts():
    problem = Misspelt(at(0), "{teh}", "the")
    assert (problem.message, problem.hint, problem.severity, problem.related) == (
        "`{teh}` is {not} a word",
        "write `the`",
        Severity.ERROR,
        (),
    )


def test_a_problem_without_a_remedy_has_no_hint():
    assert (Idle(at(0)).message, Idle(at(0)).hint, Idle(at(0)).severity) == ("nothing uses this", "", Severity.WARNING)


def test_a_problem_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Misspelt(at(0), "teh", "the").word = "hte"  # type: ignore[misc]


def test_problems_are_given_in_the_order_of_their_places():
    problems = Problems()
    found = [Misspelt(at(4), "e", "E"), Idle(at(0)), Misspelt(at(0), "a", "A"), Idle(at(2))]
    for problem in found:
        problems.add(problem)
    assert list(problems) == [found[2], found[1], found[3], found[0]]


def test_what_is_said_twice_of_a_place_is_noted_once():
    problems = Problems()
    for problem in (Misspelt(at(0), "a", "A"), Misspelt(at(0, 3), "a", "B"), Misspelt(at(0), "b", "A"), Misspelt(at(1), "a", "A")):
        problems.add(problem)
    assert [(found.span.start, found.message) for found in problems] == [
        (0, "`a` is {not} a word"),
        (0, "`b` is {not} a word"),
        (1, "`a` is {not} a word"),
    ]


def test_the_same_place_of_another_source_is_another_place():
    problems = Problems()
    problems.add(Idle(at(0)))
    problems.add(Idle(Span(Source("f.yaml", "abcdef"), 0, 1)))
    assert len(problems) == 2


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5))))
def test_errors_and_warnings_sum_to_all_problems(kinds):
    problems = Problems()
    for error, start in kinds:
        problems.add(Misspelt(at(start), "a", "A") if error else Idle(at(start)))
    assert (problems.errors, len(problems)) == (len({s for error, s in kinds if error}), len(set(kinds)))


def test_a_problem_found_carries_its_problem():
    problem = Idle(at(0))
    with pytest.raises(ProblemFound) as found:
        raise ProblemFound(problem)
    assert found.value.problem is problem


def test_each_kind_of_problem_has_a_code_and_a_docstring_of_its_own():
    defined = {(kind.__module__, kind.__name__) for kind in Problem.__subclasses__() if kind.__module__.startswith("ionq_runner.")}
    kinds = [getattr(sys.modules[module], name) for module, name in defined]
    assert len(kinds) > 40
    assert [code for code, count in Counter(kind.code for kind in kinds).items() if count > 1] == []
    assert [kind.__name__ for kind in kinds if not kind.__doc__ or kind.__doc__.startswith(f"{kind.__name__}(")] == []

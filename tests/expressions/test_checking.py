"""Names in view, and which of number, condition and bit string each part of an expression is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, Problems
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions import Kind, check_expression, parse_expression

NAMES: dict[str, Kind | None] = {"n": Kind.NUMBER, "k": Kind.NUMBER, "b": Kind.TEXT, "c": Kind.TEXT, "open": None}


def grown(leaves: list[str], forms: list[str]) -> st.SearchStrategy[str]:
    """Texts built from leaves by forms such as `({} + {})`."""

    def above(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.sampled_from(forms).flatmap(lambda form: st.tuples(*[texts] * form.count("{}")).map(lambda parts: form.format(*parts)))

    return st.recursive(st.sampled_from(leaves), above, max_leaves=8)


ARITHMETIC = ["{} + {}", "{} - {}", "{}*{}", "{}/{}", "{}//{}", "{} % {}", "{}**{}", "-{}", "({})"]
CALLS = ["sin({})", "floor({})", "popcount({})", "max({}, {})", "atan2({}, {})", "bit(b, {})", "bit(open, {})"]
NUMBERS = grown(["1", "n", "k", "pi", "open", "popcount(b)"], ARITHMETIC + CALLS)
COMPARISONS = st.tuples(NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS).map(" ".join)
TRUTHS = st.lists(COMPARISONS | st.sampled_from(["b == c", "b != c", "b == open"]), min_size=1, max_size=3).flatmap(
    lambda leaves: grown(leaves, ["({} and {})", "({} or {})", "(not {})"])
)


def found(text: str, wanted: Kind = Kind.NUMBER) -> list[tuple[str, str, str]]:
    """Code, place and message of each problem of a text, in the order of their places."""
    problems = Problems()
    check_expression(parse_expression(Excerpt.of(text)), NAMES, wanted, problems)
    return [(p.code, text[p.span.start : p.span.end], p.message) for p in problems if render_problem(p)]


@given(NUMBERS)
def test_arithmetic_over_numbers_is_a_number(text):
    assert found(text) == []


@given(TRUTHS)
def test_comparisons_and_what_joins_them_are_conditions(text):
    assert found(text, Kind.TRUTH) == []


@given(TRUTHS)
def test_a_condition_is_no_number(text):
    assert [(code, message) for code, _, message in found(text)] == [("E313", "a number is wanted here, and this is a condition")]


@given(NUMBERS, st.sampled_from(["not {}", "{} and n == 1", "n == 1 or {}"]))
def test_a_number_is_no_condition(number, form):
    messages = [message for _, _, message in found(form.format(number), Kind.TRUTH)]
    assert messages in ([], ["a condition is wanted here, and this is a number"])
    assert (messages == []) == (number.strip("()") == "open")


@given(NUMBERS, st.sampled_from(["{} + {}", "max({}, {})", "{} < {}", "{}**{}"]))
def test_a_name_that_is_not_in_view_is_noted_wherever_it_stands(number, form):
    wanted = Kind.TRUTH if "<" in form else Kind.NUMBER
    missing = ("E206", "missing", "`missing` is not defined here")
    assert found(form.format(number, "missing"), wanted) == found(form.format("missing", number), wanted) == [missing]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("b", [("E313", "b", "a number is wanted here, and this is a bit string")]),
        ("-b", [("E313", "b", "a number is wanted here, and this is a bit string")]),
        ("b + c", [(part, word, "a number is wanted here, and this is a bit string") for part, word in (("E313", "b"), ("E313", "c"))]),
        ("sin(b)", [("E313", "b", "a number is wanted here, and this is a bit string")]),
        ("bit(n, 0)", [("E313", "n", "a bit string is wanted here, and this is a number")]),
        ("bit(b, c)", [("E313", "c", "a number is wanted here, and this is a bit string")]),
        ("popcount(n == 1)", [("E313", "n == 1", "a number is wanted here, and this is a condition")]),
        ("1 + (n < 2)", [("E313", "n < 2", "a number is wanted here, and this is a condition")]),
        ("x + y + x", [(code, name, f"`{name}` is not defined here") for code, name in (("E206", "x"), ("E206", "y"), ("E206", "x"))]),
        ("qubits", [("E206", "qubits", "`qubits` is not defined here")]),
    ],
)
def test_a_part_of_the_wrong_kind_is_noted_at_its_place(text, problems):
    assert found(text) == problems


@pytest.mark.parametrize("text", ["b < c", "b == n", "n == b", "(n == 1) == (k == 1)"])
def test_bit_strings_compare_with_each_other_for_equality_alone_and_conditions_not_at_all(text):
    assert {code for code, _, _ in found(text, Kind.TRUTH)} == {"E313"}


def test_an_advice_of_none_keeps_silent_about_a_name_that_may_be_defined_where_nothing_could_be_read():
    problems = Problems()
    check_expression(parse_expression(Excerpt.of("missing + n")), NAMES, Kind.NUMBER, problems, lambda name: None)
    assert list(problems) == []


@pytest.mark.parametrize("call", ["popcount({})", "max({0}, 1)", "bit({}, 0)", "-{}", "({})"])
def test_nesting_costs_no_more_than_its_length(call):
    text = "n"
    for _ in range(62):
        text = call.format(text)
    assert {code for code, _, _ in found(text)} <= {"E313"}

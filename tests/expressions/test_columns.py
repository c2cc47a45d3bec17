"""A whole column gives, row by row, the bits that one number at a time gives, and fails where that fails."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.expressions import Expression, bind, evaluate, parse_expression
from ionq_runner.expressions.columns import evaluate_column
from ionq_runner.expressions.evaluation import Value
from ionq_runner.expressions.parser import FUNCTIONS

SPECIAL = [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-300, 5e-324, 1e308, -1e308, 2.0**53, 709.75, 709.79, 1024.0, -1.0, 1e16]
FLOATS = st.sampled_from(SPECIAL) | st.integers(-9, 9).map(float) | st.floats(allow_nan=False, allow_infinity=False)


def grown(leaves: st.SearchStrategy[str], forms: list[str]) -> st.SearchStrategy[str]:
    """Texts built from leaves by forms such as `({} + {})`."""

    def above(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.sampled_from(forms).flatmap(lambda form: st.tuples(*[texts] * form.count("{}")).map(lambda parts: form.format(*parts)))

    return st.recursive(leaves, above, max_leaves=8)


ARITHMETIC = ["{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} // {}", "{} % {}", "{}**{}", "-{}", "+{}", "({})"]
FUNCTIONS_OF_ONE = [name for name, count in FUNCTIONS.items() if count == 1]
CALLS = [f"{name}({{}})" for name in FUNCTIONS_OF_ONE]
CALLS += ["atan2({}, {})", "min({}, {})", "max({}, {}, {})", "bit(s, {})", "bit(u, {})"]
LEAVES = st.sampled_from(["a", "b", "k", "a", "b", "k", "pi", "2", "0.5", "1e308", "popcount(s)", "popcount(u)"])
NUMBERS = grown(LEAVES, ARITHMETIC * 2 + CALLS * 2)
COMPARISONS = st.tuples(NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS).map(" ".join)
TEXT_COMPARISONS = st.sampled_from(["s == u", "s != u", "s == s", "u == u"])
TRUTHS = grown(COMPARISONS | TEXT_COMPARISONS, ["{} and {}", "{} or {}", "not {}", "({})"])

Rows = list[dict[str, Value]]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Rows, dict[str, np.ndarray | Value]]:
    """The same values twice: row by row, and as columns, some of which are one value for all rows."""
    length = draw(st.integers(1, 6))
    rows: Rows = [{} for _ in range(length)]
    columns: dict[str, np.ndarray | Value] = {}
    width = draw(st.integers(1, 4))
    kinds = {"a": FLOATS, "b": FLOATS, "k": st.integers(-3, 9).map(float), "s": st.text("01", min_size=width, max_size=width)}
    for name, values in {**kinds, "u": kinds["s"]}.items():
        single = draw(st.booleans())
        column = [draw(values)] * length if single else draw(st.lists(values, min_size=length, max_size=length))
        columns[name] = column[0] if single else np.asarray(column)
        for row, value in zip(rows, column, strict=True):
            row[name] = value
    return rows, columns


def outcome(expression: Expression, row: dict[str, Value]) -> object:
    """The bits of a value, or what is said where there is none."""
    try:
        value = evaluate(expression, row)
    except ProblemFound as found:
        return found.problem
    return struct.pack("d", value) if isinstance(value, float) else value


def column_outcomes(expression: Expression, columns: dict[str, np.ndarray | Value], length: int) -> list[object]:
    values = evaluate_column(expression, columns, length)
    assert values.shape == (length,)
    return [struct.pack("d", value) if isinstance(value, float) else value for value in values.tolist()]


@settings(max_examples=600)
@given(NUMBERS | TRUTHS, tables())
def test_a_column_has_the_bits_of_its_rows_and_fails_as_its_first_failing_row_does(text, table):
    rows, columns = table
    expression = parse_expression(Excerpt.of(text))
    expected = [outcome(expression, row) for row in rows]
    failing = [found for found in expected if not isinstance(found, bytes | bool)]
    if failing:
        with pytest.raises(ProblemFound) as found:
            evaluate_column(expression, columns, len(rows))
        assert found.value.problem == failing[0]
    else:
        assert column_outcomes(expression, columns, len(rows)) == expected


@given(NUMBERS | TRUTHS, tables())
def test_the_rows_that_have_a_value_have_it_without_those_that_fail(text, table):
    rows, columns = table
    expression = parse_expression(Excerpt.of(text))
    expected = [outcome(expression, row) for row in rows]
    good = [index for index, found in enumerate(expected) if isinstance(found, bytes | bool)]
    kept = {name: column[good] if isinstance(column, np.ndarray) else column for name, column in columns.items()}
    assert column_outcomes(expression, kept, len(good)) == [expected[index] for index in good]


@given(NUMBERS, tables())
def test_a_column_of_a_bound_expression_is_the_column_of_what_stands_for_its_names(text, table):
    rows, columns = table
    expression, standing = parse_expression(Excerpt.of(f"max(a, {text})")), parse_expression(Excerpt.of("k*2 - b"))
    expected = [outcome(expression, {**row, "a": row["k"] * 2 - row["b"]}) for row in rows]
    assume(all(isinstance(found, bytes) for found in expected))
    bound = bind(expression, {"a": standing})
    assert isinstance(bound, Expression)
    assert column_outcomes(bound, columns, len(rows)) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("atan2(floor(a), 0-1)", [-0.0, 0.0, 0.5]),
        ("atan2(ceil(a), 0-1)", [-0.5, -0.0]),
        ("atan2(round(a), 0-1)", [-0.5, 0.5, -0.0]),
        ("atan2(min(a, 0), 0-1)", [-0.0, 0.0]),
        ("atan2(max(0, a), 0-1)", [-0.0, 0.0]),
        ("atan2(max(a, 0-0), 0-1)", [-0.0, 0.0]),
        ("exp(a)", [709.75, 709.7, math.log(1.7976931348623157e308)]),
        ("a % 3", [-1e-20, 7.0, -7.0]),
        ("a // 1e-5", [1.0, -1.0, 0.1]),
        ("popcount(a*2)", [0.0, 3.0, 2.0**51]),
    ],
)
def test_zeros_keep_their_sign_and_large_values_their_place(text, values):
    expression = parse_expression(Excerpt.of(text))
    expected = [outcome(expression, {"a": value}) for value in values]
    assert column_outcomes(expression, {"a": np.asarray(values)}, len(values)) == expected


def test_the_right_side_of_and_and_or_may_fail_where_the_left_decides():
    column = {"k": np.asarray([0.0, 1.0, 4.0])}
    assert evaluate_column(parse_expression(Excerpt.of("k == 0 or 1/k > 0.5")), column, 3).tolist() == [True, True, False]
    assert evaluate_column(parse_expression(Excerpt.of("k != 0 and 1/k > 0.5")), column, 3).tolist() == [False, True, False]


def test_the_problem_names_the_first_row_that_fails():
    with pytest.raises(ProblemFound) as found:
        evaluate_column(parse_expression(Excerpt.of("n/k")), {"k": np.asarray([1.0, 0.0, 0.0]), "n": np.asarray([1.0, 5.0, 6.0])}, 3)
    assert found.value.problem.message == "this divides by zero, where k = 0, n = 5"


@pytest.mark.parametrize("text", ["bit(s, 1/a)", "popcount(a/a)", "bit(s, 0) + 1/a"])
def test_a_row_that_has_failed_fails_no_other_way_in_what_follows(text):
    with pytest.raises(ProblemFound) as found:
        evaluate_column(parse_expression(Excerpt.of(text)), {"a": np.asarray([1.0, 0.0]), "s": np.asarray(["01", "10"])}, 2)
    assert found.value.problem.message.startswith("this divides by zero")


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_expression_without_columns_has_its_value_in_every_row(length):
    assert evaluate_column(parse_expression(Excerpt.of("2*pi")), {}, length).tolist() == [math.tau] * length


def test_a_result_never_lets_its_column_be_changed():
    given = np.asarray([1.0, 2.0])
    made = evaluate_column(parse_expression(Excerpt.of("+a")), {"a": given}, 2)
    assert not (made.flags.writeable and np.shares_memory(made, given))

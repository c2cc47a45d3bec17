"""Values as CSV cells."""

from __future__ import annotations

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.results import cells

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(("value", "cell"), [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-3.0, "-3"), (0.5, "0.5"), (0.1, "0.1"), (1 / 3, "0.3333333333333333"),
    (math.pi, "3.141592653589793"),
    (1e-7, "1e-07"), (1e300, "1e+300"), (1e15, "1000000000000000"), (2.0**53 - 1, "9007199254740991"), (2.0**53, "9007199254740992.0"),
    (5e-324, "5e-324"), (math.nan, ""),
])  # fmt: skip
def test_a_number_is_its_shortest_form(value, cell):
    assert cells.number(value) == cell


@given(FINITE)
def test_a_number_is_read_back_as_it_was(value):
    assert float(cells.number(value)) == value
    assert len(cells.number(value)) <= len(repr(value))


@pytest.mark.parametrize(("value", "shown"), [
    (0.5, "0.5"), (math.nan, ""), (2.0, "2"), (math.pi, "3.14159"), (1e6, "1e+06"), (123456.0, "123456"), (1e-9, "1e-09"),
    (-0.0, "0"), (-1e-300, "-1e-300"), ("010", "010"), ("", ""),
])  # fmt: skip
def test_a_value_for_people_has_six_digits_or_is_a_text(value, shown):
    assert cells.short(value) == shown


def test_a_value_is_a_number_or_a_text():
    assert [cells.value(value) for value in (0.25, "01", "a,b", math.nan)] == ["0.25", "01", '"a,b"', ""]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_is_read_back_by_any_reader_of_csv(value):
    (row,) = csv.reader(io.StringIO(f"before,{cells.text(value)},after\n", newline=""), strict=True)
    assert row == ["before", value if not value.startswith(tuple("=+-@\t\r")) else "'" + value, "after"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x","y")'])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(formula):
    assert cells.text(formula).lstrip('"').startswith("'")


@pytest.mark.parametrize(("value", "cell"), [
    ("plain words", "plain words"), ("0101", "0101"), ("a,b", '"a,b"'), ('say "x"', '"say ""x"""'),
    ("two\nlines", '"two\nlines"'), ("", ""),
    ("=a,b", "\"'=a,b\""), ("a=b", "a=b"), (" a ", " a "),
])  # fmt: skip
def test_a_text_is_quoted_only_where_it_must_be(value, cell):
    assert cells.text(value) == cell

"""Files of points: axes by their header, numbers and texts told apart, and every fault at its cell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.language.reading.points import read_points


def columns(text):
    return {axis.name: axis.spaced.values(axis.name, {}, 0) for axis in read_points(Excerpt.of(text, "points.csv"))}


def fault(text):
    with pytest.raises(ProblemFound) as raised:
        read_points(Excerpt.of(text, "points.csv"))
    problem = raised.value.problem
    return problem.span.source.position(problem.span.start), text[problem.span.start : problem.span.end], problem.message


@pytest.mark.parametrize(("text", "found"), [
    ("phi,theta\n0,1\n0.5,-2e-3\n", {"phi": [0.0, 0.5], "theta": [1.0, -0.002]}),
    ("phi\r\n1\r\n2", {"phi": [1.0, 2.0]}),
    ("a , b\n 1 , x y \n\n2,z\n\n", {"a": [1.0, 2.0], "b": ["x y", "z"]}),
    ('name\n"say ""hi"", you"\n"two\nlines"\n', {"name": ['say "hi", you', "two\nlines"]}),
    ("bits\n01\n10\n", {"bits": ["01", "10"]}),
    ("number\n10\n11\n", {"number": [10.0, 11.0]}),
    ('bits\n"10"\n"11"\n', {"bits": ["10", "11"]}),
    ("a,b\n1,\"\"\"\"\n", {"a": [1.0], "b": ['"']}),
])  # fmt: skip
def test_columns_are_axes(text, found):
    assert columns(text) == found


@pytest.mark.parametrize(("text", "place", "words", "message"), [
    ("", (1, 1), "", "this file has no points"),
    ("phi,theta\n", (1, 1), "phi,theta\n", "this file has no points"),
    ("phi,theta\n1,2\n3\n", (3, 1), "3", "this line has 1 values, and the header names 2 axes"),
    ("phi\n1\n2,3\n", (3, 1), "2,3", "this line has 2 values, and the header names 1 axes"),
    ("phi\n1\n0.5x\n", (3, 1), "0.5x", "`0.5x` is not a number, as the values above it are"),
    ("phi\n1\nnan\n", (3, 1), "nan", "`nan` is not a number, as the values above it are"),
    ("phi\n1\n1e999\n", (3, 1), "1e999", "`1e999` is not a number, as the values above it are"),
    ("phi,theta\n1,\n2,3\n", (2, 3), "\n", "a value is missing here"),
    ('phi\n"1\n', (2, 1), '"', "this cell has a quote in the middle, or one that does not end"),
    ('phi\n1"2\n', (2, 1), "1", "this cell has a quote in the middle, or one that does not end"),
])  # fmt: skip
def test_a_fault_is_noted_at_its_cell(text, place, words, message):
    assert fault(text) == (place, words, message)


@given(
    st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.text(min_size=1).map(lambda t: "x" + t.replace("\r", ""))),
        min_size=1,
    )
)
def test_what_is_written_is_read(rows):
    quoted = [(repr(number), '"' + text.replace('"', '""') + '"') for number, text in rows]
    found = columns("a,b\n" + "".join(f"{number},{text}\n" for number, text in quoted))
    assert found == {"a": [number for number, _ in rows], "b": [text for _, text in rows]}
    assert all(math.copysign(1, a) == math.copysign(1, b) for a, (b, _) in zip(found["a"], rows, strict=True))

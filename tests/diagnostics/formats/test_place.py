"""Lines and columns of spans, in characters and in code units."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Source, Span
from ionq_runner.diagnostics.formats.place import Place, Places, is_file


def place(text, start, end, **how):
    return Places(**how).of(Span(Source("f", text), start, end))


@given(st.text(alphabet="ab \r\n🙂é", max_size=40), st.data())
def test_a_place_is_that_of_the_terminal(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = place(text, start, end)
    assert (found.line, found.column) == Source("f", text).position(start)
    assert (found.end_line, found.end_column) == Source("f", text).position(start + len(text[start:end].rstrip()))


@given(st.text(alphabet="ab\n🙂é\U0010ffff", max_size=40), st.data())
def test_code_units_are_those_of_utf_16(text, data):
    start = data.draw(st.integers(0, len(text)))
    line, column = Source("f", text).position(start)
    before = text.split("\n")[line - 1][: column - 1]
    assert place(text, start, start, utf16=True) == Place(
        line, len(before.encode("utf-16-le")) // 2 + 1, *[line, len(before.encode("utf-16-le")) // 2 + 1]
    )


def test_blanks_and_line_ends_at_the_end_are_no_part_of_it():
    assert place("a: b  \r\n\r\nc", 3, 10) == Place(1, 4, 1, 5)
    assert place("a:  \n", 2, 5) == Place(1, 3, 1, 3)
    assert place("", 0, 0) == Place(1, 1, 1, 1)


@pytest.mark.parametrize(("text", "end"), [("x\n" * 200_000, 1), ("🙂" * 200_000, 1)], ids=["lines", "one-line"])
def test_many_places_of_a_large_text_are_found_at_once(text, end):
    source, places = Source("f", text), Places(utf16=True)
    began = time.process_time()
    for start in range(0, len(text), 20):
        places.of(Span(source, start, start + end))
    assert time.process_time() - began < 2


def test_what_is_no_file_is_known_by_its_name():
    assert [is_file(name) for name in ("f.yaml", "/a/b", "-x", "<stdin>", "--set", "--only")] == [True, True, True, False, False, False]

"""Places in a text: lines and columns as an editor counts them, and excerpts that never lose their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, Source, Span

TEXTS = st.text(alphabet="ab\t \r\né漢🙂e\u0301\u200b\u202e\ufeff", max_size=40)


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("a\nbc", "c", (2, 2)),
        ("a\r\nbc", "c", (2, 2)),
        ("\tx", "x", (1, 2)),
        ("漢字 x", "x", (1, 4)),
        ("e\u0301 x", "x", (1, 4)),
        ("🙂x", "x", (1, 2)),
        ("\ufeffx", "x", (1, 2)),
        ("a\u2028b\x85c\n x", "x", (2, 2)),
        ("x", "x", (1, 1)),
    ],
    ids=["LF", "CRLF", "tab", "wide", "combining", "astral", "byte-order-mark", "no-other-line-ends", "first"],
)
def test_a_column_counts_characters_and_a_line_ends_with_a_line_feed(text, word, place):
    assert Source("f", text).position(text.index(word)) == place


@given(TEXTS, st.data())
def test_position_agrees_with_splitting_the_text_at_its_line_feeds(text, data):
    offset = data.draw(st.integers(0, len(text)))
    lines = text[:offset].split("\n")
    assert Source("f", text).position(offset) == (len(lines), len(lines[-1]) + 1)


@given(TEXTS, st.data())
def test_line_at_gives_the_whole_line_without_its_end(text, data):
    offset = data.draw(st.integers(0, len(text)))
    source = Source("f", text)
    assert source.line_at(offset) == text.split("\n")[source.position(offset)[0] - 1].rstrip("\r")


def excerpts() -> st.SearchStrategy[Excerpt]:
    """Excerpts in the middle of a source, one to one or with places of their own, as quoting makes them."""

    def build(before: str, text: str, gaps: list[int], scattered: bool) -> Excerpt:
        if not scattered:
            return Excerpt(text, Source("f", before + text + "end"), len(before))
        offsets, raw = [], before
        for character, gap in zip(text, gaps, strict=False):
            raw += "\\" * gap
            offsets.append(len(raw))
            raw += character
        return Excerpt(text, Source("f", raw + "end"), len(before), tuple(offsets))

    return st.integers(0, 8).flatmap(
        lambda size: st.builds(
            build,
            st.text("xyz\n", max_size=5),
            st.text("abc \n漢", min_size=size, max_size=size),
            st.lists(st.integers(0, 3), min_size=size, max_size=size),
            st.booleans(),
        )
    )


@given(excerpts(), st.integers(0, 12), st.none() | st.integers(0, 12))
def test_a_span_lies_inside_its_source_and_is_empty_only_where_the_excerpt_is(excerpt, start, end):
    span = excerpt.span(start, end)
    assert 0 <= span.start <= span.end <= len(excerpt.source.text)
    assert (span.start == span.end) == (not excerpt.text)


@given(excerpts())
def test_a_span_of_one_character_is_the_place_of_that_character(excerpt):
    found = [excerpt.source.text[(span := excerpt.span(i, i + 1)).start : span.end] for i in range(len(excerpt.text))]
    assert "".join(found) == excerpt.text


@given(excerpts(), st.data())
def test_a_slice_keeps_its_place(excerpt, data):
    start = data.draw(st.integers(0, len(excerpt.text)))
    end = data.draw(st.integers(start, len(excerpt.text)))
    part = excerpt.slice(start, end)
    assert part.text == excerpt.text[start:end]
    assert [part.span(i, i + 1) for i in range(end - start)] == [excerpt.span(i, i + 1) for i in range(start, end)]


def test_an_excerpt_of_a_text_is_its_own_source():
    excerpt = Excerpt.of("a + b", "--set")
    assert (excerpt.source.name, excerpt.source.text, excerpt.span()) == ("--set", "a + b", Span(excerpt.source, 0, 5))


def test_sources_with_the_same_text_are_different_places():
    assert Span(Source("f", "a"), 0, 1) != Span(Source("f", "a"), 0, 1)

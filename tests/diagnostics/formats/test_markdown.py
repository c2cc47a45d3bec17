"""Problems in Markdown, and texts that try to get out of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ionq_runner.diagnostics.formats import render
from ionq_runner.diagnostics.formats.markdown import code_span, fenced, table_row
from ionq_runner.diagnostics.rendering import for_terminal

READER = MarkdownIt("gfm-like", {"linkify": False})
ANYTHING = st.text(st.one_of(st.sampled_from("`|\\<>[]()@#*_~&! \n\tx"), st.characters(codec=None, categories=None)), max_size=30)


def test_each_file_with_problems_has_a_section_with_the_text_of_the_terminal(shelf):
    shelf.odd("a: odd", "odd", "a.yaml")
    shelf.file("good.yaml")
    assert render("markdown", shelf.odd("b", "b", "b.yaml"), "") == (
        "### `a.yaml`: 1 error\n"
        "\n"
        "```text\n"
        "a.yaml:1:4: error[E401]: `odd` is odd\n"
        "  1 | a: odd\n"
        "    |    ^^^\n"
        "```\n"
        "\n"
        "### `b.yaml`: 1 error\n"
        "\n"
        "```text\n"
        "b.yaml:1:1: error[E401]: `b` is odd\n"
        "  1 | b\n"
        "    | ^\n"
        "```\n"
    )


def test_without_problems_there_is_no_text(shelf):
    assert render("markdown", shelf.file("good.yaml"), "") == ""


@pytest.mark.parametrize(("text", "span"), [
    ("bell", "`bell`"),
    ("<img src=x>", "`<img src=x>`"),
    ("@someone [a](b) #1", "`@someone [a](b) #1`"),
    ("a`b", "``a`b``"),
    ("`a`", "`` `a` ``"),
    ("a|b", "`a|b`"),
    (" a ", "`  a  `"),
    ("a\nb", "`a\\x0ab`"),
    ("", "`(empty)`"),
])  # fmt: skip
def test_a_text_in_code_is_nothing_but_code(text, span):
    assert code_span(text) == span


@given(ANYTHING)
def test_whatever_a_text_is_a_reader_of_markdown_finds_one_piece_of_code(text):
    (heading,) = [token for token in READER.parse(f"### {code_span(text)}: x\n") if token.type == "inline"]
    assert [(child.type, child.content) for child in heading.children] == [
        ("code_inline", for_terminal(text).replace("\t", " ") or "(empty)"),
        ("text", ": x"),
    ]


@given(ANYTHING.filter(lambda text: "\\" not in text))
def test_in_a_cell_of_a_table_it_stays_in_its_cell(text):
    tokens = READER.parse("\n".join(map(table_row, [("a", "b"), ("---", "---"), (code_span(text), "x")])))
    cells = [token for token in tokens if token.type == "inline"][2:]
    assert [child.type for child in cells[0].children] == ["code_inline"]
    assert cells[1].content == "x"


@given(ANYTHING)
def test_a_block_ends_where_it_ends(text):
    text = re.sub("[\r\x00]", "", text)
    (block, after) = [token for token in READER.parse(f"{fenced(text)}\nafter\n") if token.type in ("fence", "inline")]
    assert (block.content.removesuffix("\n"), after.content) == (text.removesuffix("\n"), "after")

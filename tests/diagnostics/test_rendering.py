"""Problems as a terminal shows them: the line, the caret under the token, and nothing that a file could smuggle in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from typing import ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problem, Problems, Severity, Source, Span
from ionq_runner.diagnostics.rendering import for_terminal, render_problem, render_problems, summary


class Odd(Problem):
    """A word that is odd."""

    code: ClassVar[str] = "X003"
    text: ClassVar[str] = "`{word}` is odd"
    word: str


class Twice(Problem):
    """A word that stands twice."""

    code: ClassVar[str] = "X004"
    text: ClassVar[str] = "`{word}` stands twice"
    remedy: ClassVar[str] = "keep one"
    severity: ClassVar[Severity] = Severity.WARNING
    word: str
    first: Span = field(compare=False)

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it is here already"),)


def odd(text: str, word: str, name: str = "f.yaml") -> Odd:
    """A problem with the first place of a word in a text."""
    start = text.index(word)
    return Odd(Span(Source(name, text), start, start + len(word)), word)


def excerpt(text: str, word: str) -> list[str]:
    """The line and the caret line of a problem, without the gutter."""
    return [line[len("  1 | ") :] for line in render_problem(odd(text, word)).split("\n")[1:3]]


def test_a_problem_shows_its_place_its_line_and_a_caret():
    assert render_problem(odd("name: bell\ncircuits: oops\n", "oops")) == (
        "f.yaml:2:11: error[X003]: `oops` is odd\n"
        "  2 | circuits: oops\n"
        "    |           ^^^^\n"
    )  # fmt: skip


def test_a_related_place_and_a_remedy_follow_with_line_numbers_of_one_width():
    text = "a: 1\n" * 9 + "b: 2\na: 3\n"
    source = Source("f.yaml", text)
    start = text.rindex("a")
    assert render_problem(Twice(Span(source, start, start + 1), "a", Span(source, 0, 1))) == (
        "f.yaml:11:1: warning[X004]: `a` stands twice\n"
        "  11 | a: 3\n"
        "     | ^\n"
        "  note: it is here already\n"
        "   1 | a: 1\n"
        "     | ^\n"
        "  help: keep one\n"
    )


def test_colour_is_laid_over_the_same_text():
    problem = Twice(Span(Source("f.yaml", "a: 1\na: 2"), 5, 6), "a", Span(Source("g.yaml", "a: 1"), 0, 1))
    coloured = render_problem(problem, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_problem(problem)
    assert "\x1b[1;33mwarning[X004]\x1b[0m: " in coloured
    assert "\x1b[1;31m^\x1b[0m\n" in coloured


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("\ta: \tx", "x", ["\ta: \tx", "\t   \t^"]),
        ("漢字: x", "x", ["漢字: x", "      ^"]),
        ("a: 漢字", "漢字", ["a: 漢字", "   ^^^^"]),
        ("e\u0301: x", "x", ["e\u0301: x", "   ^"]),
        ("a: x\r\nb", "x", ["a: x", "   ^"]),
        ("a:\u00a0x", "x", ["a:\u00a0x", "   ^"]),
        ("a\u200b: x", "x", ["a\\u200b: x", "         ^"]),
        ("a: \u202ex", "\u202ex", ["a: \\u202ex", "   ^^^^^^^"]),
        ("a: \x1b[31mx", "x", ["a: \\x1b[31mx", "           ^"]),
        ("a: x\rb", "b", ["a: x\\x0db", "        ^"]),
        ("a: x y\nz", "x y\nz", ["a: x y", "   ^^^"]),
        ("a: x  \nb", "x  \n", ["a: x  ", "   ^"]),
    ],
    ids=[
        "tab", "wide", "wide-token", "combining", "CRLF", "no-break-space", "zero-width", "bidi", "escape-code", "lone-CR",
        "several-lines", "trailing-space",
    ],
)  # fmt: skip
def test_the_caret_stands_under_its_token(text, word, shown):
    assert excerpt(text, word) == shown


def test_the_end_of_a_line_has_a_caret_of_its_own():
    problem = Odd(Span(Source("f.yaml", "abc\r\nd"), 3, 3), "")
    assert render_problem(problem).split("\n")[1:3] == ["  1 | abc", "    |    ^"]


def test_a_long_line_is_cut_around_its_token():
    shown, caret = excerpt("a" * 1_000 + "x" + "b" * 1_000, "x")
    assert (shown, caret) == ("…" + "a" * 199 + "x…", " " * 200 + "^")
    assert excerpt("x" + "b" * 1_000, "x")[0] == "x" + "b" * 199 + "…"
    assert excerpt("a" * 150 + "x" * 1_000, "x" * 1_000) == ["…" + "a" * 100 + "x" * 100 + "…", " " * 101 + "^" * 100]


@example("漢" * 150 + "x" + "\x1b" * 60, None)
@given(st.text(alphabet="abc \té漢e\u0301\u200b\u202e\x1b\x00\U000e0001🙂", max_size=300), st.data())
def test_a_line_takes_at_most_200_columns_and_the_caret_stands_under_its_token(line, data):
    start = data.draw(st.integers(0, len(line))) if data else 150
    end = data.draw(st.integers(start, len(line))) if data else 151
    shown, caret = render_problem(Odd(Span(Source("f", line), start, end), "")).split("\n")[1:3]
    shown, caret = cells(shown.removeprefix("  1 | ")), caret.removeprefix("    | ")
    assert len(shown.strip("…")) <= 200
    token = cells(for_terminal(line[start:end].rstrip() or line[start : start + 1]))
    under = shown[len(caret) - caret.count("^") :][: caret.count("^")]
    assert under == token[: caret.count("^")] or not token
    assert caret.count("^") == max(1, len(token)) or shown.endswith("…")


def cells(text: str) -> str:
    """A text with each character as often as it takes columns."""
    return "".join(c * (0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")) for c in text)


@given(st.text(st.characters(codec=None, categories=None), max_size=30))
def test_what_a_terminal_shows_has_no_invisible_character(text):
    shown = for_terminal(text)
    assert [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and c != "\t"] == []
    assert for_terminal(shown) == shown


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\x00", "\\x00"), ("\x1b", "\\x1b"), ("\x7f", "\\x7f"), ("\x9b", "\\x9b"), ("\u202e", "\\u202e"), ("\u2066", "\\u2066"),
        ("\u200b", "\\u200b"), ("\ufeff", "\\ufeff"), ("\u2028", "\\u2028"), ("\U000e0001", "\\U000e0001"), ("\ud800", "\\ud800"),
        ("\n", "\\x0a"), ("\r", "\\x0d"), ("\t", "\t"), ("é", "é"), ("漢", "漢"), ("\u00a0", "\u00a0"),
    ],
)  # fmt: skip
def test_a_character_that_could_mislead_is_written_out(character, shown):
    assert for_terminal(f"a{character}b") == f"a{shown}b"


def test_names_messages_notes_and_hints_cannot_smuggle_codes():
    evil = "\x1b]0;owned\x07\u202e"
    source = Source(f"{evil}.yaml", f"a: {evil}")
    rendered = render_problem(Twice(Span(source, 3, 4), evil, Span(source, 0, 1)))
    assert [c for c in rendered if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"] == []
    assert rendered.startswith("\\x1b]0;owned\\x07\\u202e.yaml:1:4: warning[X004]: `\\x1b]0;owned\\x07\\u202e` stands twice\n")


def test_a_message_that_quotes_a_whole_page_is_cut():
    first = render_problem(odd("a: " + "y" * 5_000, "y" * 5_000)).split("\n")[0]
    assert first == "f.yaml:1:4: error[X003]: `" + "y" * 999 + "…"


def test_problems_stand_apart_and_at_most_a_hundred_are_shown():
    problems = Problems()
    source = Source("f.yaml", "x" * 150)
    for start in range(150):
        problems.add(Odd(Span(source, start, start + 1), "x"))
    rendered = render_problems(problems).split("\n\n")
    assert len(rendered) == 101
    assert rendered[0] == f"f.yaml:1:1: error[X003]: `x` is odd\n  1 | {'x' * 150}\n    | ^"
    assert rendered[-1] == "... and 50 more problems like these\n"


def test_no_problems_are_no_text():
    assert render_problems(Problems()) == ""


@pytest.mark.parametrize(
    ("errors", "warnings", "counted"),
    [(0, 0, "no problems"), (1, 0, "1 error"), (2, 1, "2 errors, 1 warning"), (0, 3, "3 warnings")],
)
def test_the_summary_counts(errors, warnings, counted):
    problems = Problems()
    source = Source("f.yaml", "x" * 9)
    for start in range(errors):
        problems.add(Odd(Span(source, start, start + 1), "x"))
    for start in range(warnings):
        problems.add(Twice(Span(source, start, start + 1), "x", Span(source, 0, 1)))
    assert summary(problems) == counted

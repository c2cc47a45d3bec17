"""Words and signs of an expression: what is one, what only looks like one, and how many there may be."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions.lexer import Token, TokenKind, tokenize

WORDS = [
    "1", "2.5", ".5", "1e3", "1e", "a", "pi", "x1", "_", "and", "..", "**", "//", "==", "<=", "=", "^", "(", ")", "[", ",",
    "!", ".", "%", "-",
]  # fmt: skip
TEXTS = st.text(max_size=30) | st.lists(st.sampled_from([*WORDS, " ", "\t", "\r\n", "π", "²", "\u200b", "\x00"]), max_size=15).map("".join)


def tried(text: str) -> list[Token] | Problem:
    """The tokens of a text, or the problem with it."""
    try:
        return tokenize(Excerpt.of(text))
    except ProblemFound as found:
        return found.problem


def words(text: str) -> list[str]:
    """The texts of the tokens, without the end."""
    return [token.text for token in tokenize(Excerpt.of(text))[:-1]]


def refused(text: str) -> tuple[str, str]:
    """The code of the problem with a text, and the part of the text that it points at."""
    with pytest.raises(ProblemFound) as found:
        tokenize(Excerpt.of(text))
    span = found.value.problem.span
    return found.value.problem.code, text[span.start : span.end]


def test_tokens_have_a_kind_and_a_place_and_the_last_is_the_end():
    assert tokenize(Excerpt.of(" a1*2.5")) == [
        Token(TokenKind.NAME, "a1", 1, 3),
        Token(TokenKind.OPERATOR, "*", 3, 4),
        Token(TokenKind.NUMBER, "2.5", 4, 7),
        Token(TokenKind.END, "", 7, 7),
    ]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("0..3", ["0", "..", "3"]),
        ("0.5..1.", ["0.5", "..", "1."]),
        ("a..b step c", ["a", "..", "b", "step", "c"]),
        ("1e3..1e-3", ["1e3", "..", "1e-3"]),
        ("2**-k//3", ["2", "**", "-", "k", "//", "3"]),
        ("a<=b!=c>=d", ["a", "<=", "b", "!=", "c", ">=", "d"]),
        ("bit(b, i)", ["bit", "(", "b", ",", "i", ")"]),
        ("010", ["010"]),
        ("", []),
        (" \t\r\n", []),
    ],
)
def test_a_text_is_cut_into_words_and_signs(text, tokens):
    assert words(text) == tokens


@given(TEXTS)
def test_tokens_follow_each_other_with_white_space_alone_between_them(text):
    tokens = tried(text)
    assume(isinstance(tokens, list))
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    ends = [0, *(token.end for token in tokens[:-1])]
    between = [text[end : token.start] for end, token in zip(ends, tokens, strict=True)]
    assert "".join(between).strip(" \t\r\n") == ""
    assert all(token.text for token in tokens[:-1])


@given(TEXTS)
@example("\ud800")
@example("0x" + "f" * 5_000)
@example("1" + "_0" * 5_000)
def test_any_text_has_tokens_or_a_problem_inside_it(text):
    found = tried(text)
    if isinstance(found, Problem):
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert render_problem(found)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a ^ 2", "E301", "^"),
        ("a = 2", "E301", "="),
        ("a & b", "E301", "&"),
        ("!a", "E301", "!"),
        ("~", "E301", "~"),
        ("2 × 3", "E301", "×"),
        ("\u2212a", "E301", "\u2212"),
        ("θ", "E301", "θ"),
        ("а", "E301", "а"),
        ("𝐚", "E301", "𝐚"),
        ("\uff11", "E301", "\uff11"),
        ("²", "E301", "²"),
        ("a\u00a0+ 1", "E301", "\u00a0"),
        ("a\u200bb", "E301", "\u200b"),
        ("\u202ea", "E301", "\u202e"),
        ("a\x00", "E301", "\x00"),
        ("a\x1b[0m", "E301", "\x1b"),
        ("'a'", "E301", "'"),
        ("a.b", "E301", "."),
        ("lambda: 0", "E301", ":"),
        ("2pi", "E302", "2pi"),
        ("2 pi", "E302", "2 pi"),
        ("3e", "E302", "3e"),
        ("0x1F", "E302", "0x1F"),
        ("1_000", "E302", "1_000"),
        ("1j", "E302", "1j"),
        ("1e400", "E303", "1e400"),
        ("9007199254740993", "E303", "9007199254740993"),
        ("1" + "0" * 400, "E303", "1" + "0" * 400),
    ],
)
def test_what_no_expression_has_is_refused_at_its_place(text, code, place):
    assert refused(text) == (code, place)


@pytest.mark.parametrize("text", ["9007199254740992", "1e308", "0" * 20 + "7", "0" * 300_000 + "7", "0." + "1" * 300_000, "1e-400"])
def test_numbers_go_to_the_largest_that_are_exact(text):
    assert words(text) == [text]


def test_words_beside_numbers_that_belong_between_operands_are_no_forgotten_signs():
    assert words("0..4 step 2 and 1 or 2") == ["0", "..", "4", "step", "2", "and", "1", "or", "2"]


def test_an_expression_has_at_most_a_thousand_words_and_signs():
    assert len(tokenize(Excerpt.of("a " * 1_000))) == 1_001
    assert refused("a " * 1_001) == ("E304", "a " * 1_001)


@pytest.mark.parametrize("piece", ["1+", "(", "a", " ", ".", "1", "1e"])
def test_a_text_of_any_length_is_refused_or_read_at_once(piece):
    found = tried(piece * 300_000)
    assert len(render_problem(found)) < 6_000 if isinstance(found, Problem) else len(found) <= 2

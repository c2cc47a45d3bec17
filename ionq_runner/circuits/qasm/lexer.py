"""OpenQASM text -> tokens: one regular expression over the whole text, comments and annotations left out."""

from __future__ import annotations

import re
from typing import NamedTuple

from ionq_runner.circuits.qasm.problems import QasmSyntax
from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.diagnostics.spelling import described, replacement

__all__ = ["Token", "tokenize"]

MAX_TOKENS = 8_000_000

_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r\n\f\v]+|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<pragma>#?pragma\b[^\n]*)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+"
    r"|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<text>\"[^\"\n]*\"|'[^'\n]*')"
    r"|(?P<hardware>\$[0-9]+)"
    r"|(?P<sign>->|\+\+|\*\*|==|!=|<=|>=|<<|>>|&&|\|\||/(?!\*)|[-+*%^&|!~<>=(){}\[\],;:@.])",
    re.DOTALL,
)


class Token(NamedTuple):
    """A word of the text: what it is, the word itself, and where it stands."""

    kind: str  # name, number, text, hardware, pragma, sign; empty at the end
    text: str
    start: int
    end: int


def tokenize(excerpt: Excerpt) -> list[Token]:
    """The tokens of a text, with an empty one last. Raises ProblemFound at a character that no OpenQASM has."""
    tokens: list[Token] = []
    text, position, match_at = excerpt.text, 0, _TOKEN.match
    while position < len(text):
        match = match_at(text, position)
        if match is None or len(tokens) > MAX_TOKENS:
            raise ProblemFound(_unexpected(excerpt, position))
        start, position = position, match.end()
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup or "", match.group(), start, position))
    tokens.append(Token("", "", len(text), len(text)))
    return tokens


def _unexpected(excerpt: Excerpt, position: int) -> QasmSyntax:
    character = excerpt.text[position]
    if excerpt.text.startswith("/*", position):
        return QasmSyntax(excerpt.span(position, position + 2), "the end `*/` of this comment", "none")
    if character in "\"'":
        return QasmSyntax(excerpt.span(position, position + 1), "a closing quote on the same line", "none")
    return QasmSyntax(excerpt.span(position, position + 1), "a word of OpenQASM", described(character), replacement(character))

"""OpenQASM text -> tokens, one at a time; comments and space are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ionq_runner.circuits.qasm.problems import QasmSyntax
from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.diagnostics.spelling import described, replacement

__all__ = ["Token", "token_at", "tokens_of"]

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


def token_at(excerpt: Excerpt, position: int) -> Token:
    """The token that begins at a place or behind the space there; an empty one at the end of the text.

    Raises ProblemFound at a character that no OpenQASM has.
    """
    text = excerpt.text
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ProblemFound(_unexpected(excerpt, position))
        if match.lastgroup != "space":
            return Token(match.lastgroup or "", match.group(), position, match.end())
        position = match.end()
    return Token("", "", len(text), len(text))


def tokens_of(excerpt: Excerpt) -> Iterator[Token]:
    """All tokens of a text. Raises ProblemFound as `token_at` does."""
    position = 0
    while (token := token_at(excerpt, position)).kind:
        yield token
        position = token.end


def _unexpected(excerpt: Excerpt, position: int) -> QasmSyntax:
    character = excerpt.text[position]
    if excerpt.text.startswith("/*", position):
        return QasmSyntax(excerpt.span(position, position + 2), "the end `*/` of this comment", "none")
    if character in "\"'":
        return QasmSyntax(excerpt.span(position, position + 1), "a closing quote on the same line", "none")
    return QasmSyntax(excerpt.span(position, position + 1), "a word of OpenQASM", described(character), replacement(character))

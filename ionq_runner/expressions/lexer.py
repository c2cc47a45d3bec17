"""Text -> tokens. Shared by every text of the language that holds an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound
from ionq_runner.diagnostics.spelling import described, replacement

__all__ = ["Token", "TokenKind", "tokenize"]

MAX_TOKENS = 1_000
MAX_WHOLE = 2**53

_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
_GRAMMAR = (
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>{name})"
    r"|(?P<operator>\.\.|\*\*|//|==|!=|<=|>=|[-+*/%()<>,\[\]=^&|!~])"
)
_TOKEN = re.compile(_GRAMMAR.replace("{name}", _WORD))
_TOKEN_OF_PARTS = re.compile(_GRAMMAR.replace("{name}", rf"{_WORD}(?:\.{_WORD})?"))  # `wave.amplitude` is one name
_WRITE_INSTEAD = {
    "^": "**", "=": "==", "&": "and", "|": "or", "!": "not", "~": "not",
    "−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt(...)",
    "≤": "<=", "≥": ">=", "≠": "!=", "…": "..", ":": "..",
}  # fmt: skip
_ADVICE = {
    "°": "angles are in radians: 90 degrees are `90*pi/180`",
    ".": "a name has no point: write `pi` and `sin`, without the name of a package",
    "$": "nothing is put in from outside: name it under `parameters:`, and change it with `--set`",
    ";": "write one statement per item of the list",
    "{": "a list has square brackets, `[0, 1]`",
    **dict.fromkeys("\"'“”„‘’«»", "an expression has no quotes"),
}
_WORDS_BETWEEN = frozenset({"and", "or", "step", "in"})


class TokenKind(Enum):
    """What a token is; the end of the text is a token of its own."""

    NUMBER = auto()
    NAME = auto()
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression with its place in the excerpt."""

    kind: TokenKind
    text: str
    start: int
    end: int


class UnexpectedCharacter(Problem):
    """A character that no expression contains."""

    code: ClassVar[str] = "E301"
    text: ClassVar[str] = "{shown} does not belong in an expression"
    shown: str
    hint_text: str

    @property
    def hint(self) -> str:
        return self.hint_text


_CURRENCIES = frozenset({"USD", "usd", "EUR", "dollars"})


class MissingOperator(Problem):
    """A number directly followed by a name or a bracket, as in `2pi`."""

    code: ClassVar[str] = "E302"
    text: ClassVar[str] = "there is no operator between `{left}` and `{right}`"
    left: str
    right: str

    @property
    def hint(self) -> str:
        if self.right in ("deg", "degree", "degrees"):
            return f"angles are in radians: write `{self.left}*pi/180`"
        if re.fullmatch("(_[0-9]+)+", self.right):
            return f"write the digits together: `{self.left}{self.right.replace('_', '')}`"
        if self.left == "0" and re.fullmatch("x[0-9a-fA-F]{1,13}", self.right):
            return f"numbers are decimal: write `{int(self.right[1:], 16)}`"
        if self.right.startswith(".") and "." in self.left:
            return "a number has one point"
        if self.right in _CURRENCIES:
            return f"units are not written: `{self.left}`"
        return f"write `{self.left}*{'(...)' if self.right == '(' else self.right}`"


class NumberTooLarge(Problem):
    """A literal beyond the numbers that are exact, or beyond all of them."""

    code: ClassVar[str] = "E303"
    text: ClassVar[str] = "the number is too large"
    remedy: ClassVar[str] = "whole numbers go to 2**53, about 9e15, and others to 1e308"


class ExpressionTooLong(Problem):
    """An expression of more tokens than the limit."""

    code: ClassVar[str] = "E304"
    text: ClassVar[str] = "the expression has more than {limit} words and signs"
    remedy: ClassVar[str] = "name parts of it under `parameters:`"
    limit: int = MAX_TOKENS


def tokenize(excerpt: Excerpt, *, parts: bool = False) -> list[Token]:
    """The tokens of a text, with an end token last; with `parts`, a name may have a second one behind a point, as in `wave.amplitude`.

    Raises ProblemFound at the first character, number or juxtaposition that no expression has.
    """
    tokens: list[Token] = []
    position, text = 0, excerpt.text
    pattern = _TOKEN_OF_PARTS if parts else _TOKEN
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise ProblemFound(_unexpected(excerpt, position))
        if match.lastgroup != "space":
            tokens.append(_token(excerpt, match, tokens[-1] if tokens else None))
        if len(tokens) > MAX_TOKENS:
            raise ProblemFound(ExpressionTooLong(excerpt.span()))
        position = match.end()
    tokens.append(Token(TokenKind.END, "", len(text), len(text)))
    return tokens


def _token(excerpt: Excerpt, match: re.Match[str], before: Token | None) -> Token:
    text, start, end = match.group(), match.start(), match.end()
    if match.lastgroup == "number":
        value = float(text)
        if value == float("inf") or (text.isdigit() and (value > MAX_WHOLE or int(text.lstrip("0") or "0") > MAX_WHOLE)):
            raise ProblemFound(NumberTooLarge(excerpt.span(start, end)))
        return Token(TokenKind.NUMBER, text, start, end)
    if match.lastgroup == "name":
        if before is not None and before.kind is TokenKind.NUMBER and text not in _WORDS_BETWEEN:
            raise ProblemFound(MissingOperator(excerpt.span(before.start, end), before.text, text))
        return Token(TokenKind.NAME, text, start, end)
    if text in _WRITE_INSTEAD:
        raise ProblemFound(_unexpected(excerpt, start))
    return Token(TokenKind.OPERATOR, text, start, end)


def _unexpected(excerpt: Excerpt, position: int) -> UnexpectedCharacter:
    character = excerpt.text[position]
    instead = f"write `{_WRITE_INSTEAD[character]}`" if character in _WRITE_INSTEAD else replacement(character)
    return UnexpectedCharacter(excerpt.span(position, position + 1), described(character), _ADVICE.get(character, instead))

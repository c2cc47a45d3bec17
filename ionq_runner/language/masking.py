"""What looks like a credential in a text, and the text with it crossed out: nothing moves, every character keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["Place", "harmless", "masked", "named_like_a_credential", "named_lines", "suspicious"]

_KEYED = re.compile(r"(?:apiKey |API_KEY=)(?P<value>[^\s\"',}\]]+)")
_RUN = re.compile(r"(?P<value>[A-Za-z0-9]{24,})")
_ARITHMETIC = re.compile(r"[0-9.,+*/() -]*")  # a bit string or a number is nobody's password
_VISIBLE = re.compile(r"\S")
_WORDS = "api[_-]?key|token|secret|password"
_NAMED = re.compile(_WORDS, re.IGNORECASE)
_NAMED_LINE = re.compile(rf"(?:{_WORDS})[\w-]{{0,64}}[\"']?[ \t]{{0,64}}:\s*(?P<value>(?!\{{\s*bitstrings)\S[^\n]*)", re.IGNORECASE)
_AROUND = re.compile(r"[\"'\[\]{}\s]")

Place = tuple[int, int]


def suspicious(text: str) -> Iterator[Place]:
    """The places of what looks like an API key; one that is crossed out already does not."""
    for match in _KEYED.finditer(text):
        if set(match.group("value")) != {"x"}:
            yield match.span("value")
    for match in _RUN.finditer(text):
        value = match.group("value")
        if re.search("[a-z]", value) and re.search("[A-Z]", value) and re.search("[0-9]", value):
            yield match.span("value")


def named_like_a_credential(key: str) -> bool:
    """Whether a key is called so that its value must be one."""
    return _NAMED.search(key) is not None


def harmless(value: str) -> bool:
    """Whether a value of such a key is one of ours after all: a number, a bit string."""
    return _ARITHMETIC.fullmatch(value) is not None


def named_lines(text: str) -> Iterator[Place]:
    """What follows such a key to the end of its line, in a text that need not be YAML."""
    for match in _NAMED_LINE.finditer(text):
        if not harmless(_AROUND.sub("", match.group("value"))):
            yield match.span("value")


def masked(text: str, places: Iterable[Place]) -> str:
    """The text with every visible character at some places crossed out."""
    pieces, done = list[str](), 0
    for start, end in sorted(places):
        pieces += [text[done:start], _VISIBLE.sub("x", text[max(done, start) : end])]
        done = max(done, end)
    return "".join((*pieces, text[done:]))

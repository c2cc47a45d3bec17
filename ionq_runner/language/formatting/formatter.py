"""The house style: a text -> the same text, better laid out.

Two spaces a level; one space after `:`, `-` and the commas in brackets, none inside the brackets; a list of statements that does not
fit a line, one statement a line; no spaces at the end of a line, no two empty lines, one line end at the end of the file.

Everything else stays: comments, quotes, the order of keys, line breaks inside brackets and texts, embedded OpenQASM and JSON, and a
file that is written in a way that is not understood. What is given back reads as the same nodes with the same comments, or it is
the text as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.formatting.layout import Unsure, lay_out
from ionq_runner.language.formatting.rewriting import rewritten
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence, compose

__all__ = ["format_text"]

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


def format_text(source: Source) -> str:
    """The text of a file without errors in house style; as it is where that cannot be done safely."""
    windows = "\r\n" in source.text
    text = source.text.replace("\r\n", "\n")
    if "\r" in text:
        return source.text
    try:
        found = _formatted(Source(source.name, text))
    except Unsure:
        return source.text
    return found.replace("\n", "\r\n") if windows else found


def _formatted(source: Source) -> str:
    before = _composed(source)
    if source.text[before.span.start] == "{":  # one mapping in brackets, such as JSON
        raise Unsure
    text = rewritten(source.text, lay_out(before))
    after_source = Source(source.name, text)
    after = _composed(after_source)
    if _meaning(before) != _meaning(after) or _comments(source.text, before) != _comments(text, after):
        raise Unsure
    return text


def _composed(source: Source) -> Mapping:
    problems = Problems()
    root = compose(source, problems)
    if len(problems) or not isinstance(root, Mapping):
        raise Unsure
    return root


def _meaning(node: Node) -> object:
    match node:
        case Scalar(text, style):
            return (text, style)
        case Sequence(items):
            return [_meaning(item) for item in items]
        case Mapping(entries):
            return [(entry.key.text, entry.key.style, _meaning(entry.value)) for entry in entries]


def _comments(text: str, root: Node) -> list[str]:
    """All comments of a text, sorted: whatever follows a # outside of its scalars."""
    pieces, position = [], 0
    for start, end in _scalars(root):
        pieces.append(text[position:start])
        position = end
    rest = "\0".join([*pieces, text[position:]])
    return sorted(comment.rstrip() for comment in _COMMENT.findall(rest))


def _scalars(node: Node) -> Iterator[tuple[int, int]]:
    match node:
        case Scalar(_, style, span):
            first = span.source.text.find("\n", span.start, span.end) if style in ("|", ">") else span.start
            yield (span.start if first < 0 else first, span.end)
        case Sequence(items):
            for item in items:
                yield from _scalars(item)
        case Mapping(entries):
            for entry in entries:
                yield from _scalars(entry.key)
                yield from _scalars(entry.value)

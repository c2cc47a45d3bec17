"""Lists and mappings in brackets: on one line as the house style has them, and lists of statements as lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence

__all__ = ["as_lines", "one_line"]

WIDTH = 100

_GAP = re.compile(r"(?P<space>[\s,]+)|(?P<comment>#[^\n]*)")


def one_line(node: Node) -> str:
    """A node that stands on one line, with one space where spaces are. JSON, and what is not plainly clear, stays as it is."""
    raw = node.span.source.text[node.span.start : node.span.end]
    match node:
        case Sequence(items) if raw.startswith("["):
            if any(isinstance(item, Scalar) and item.empty for item in items):
                return raw
            return f"[{', '.join(map(one_line, items))}]"
        case Mapping(entries) if raw.startswith("{"):
            if any(entry.key.style or entry.key.text == "gate" or _empty(entry.value) for entry in entries):
                return raw
            return f"{{{', '.join(f'{_raw(entry.key)}: {one_line(entry.value)}' for entry in entries)}}}"
    return raw


def as_lines(node: Node, taken: int) -> list[str] | None:
    """The lines of a list of statements in brackets that does not fit a line on which `taken` columns are taken; None for any other.

    A line is a statement with its dash and the comment behind it, or a comment of its own.
    """
    if not isinstance(node, Sequence) or not node.items or not _raw(node).startswith("["):
        return None
    if any("\n" in _raw(item) or _empty(item) for item in node.items):
        return None
    if "\n" not in _raw(node) and taken + len(one_line(node)) <= WIDTH:
        return None
    return list(_lines(node))


def _lines(node: Sequence) -> Iterator[str]:
    text, position, line = node.span.source.text, node.span.start + 1, ""
    for item in node.items:
        for comment, behind in _comments(text, position, item.span.start):
            if behind and line:
                yield f"{line}  {comment}"
                line = ""
            else:
                yield from (line,) if line else ()
                line = ""
                yield comment
        yield from (line,) if line else ()
        line, position = f"- {one_line(item)}", item.span.end
    for comment, behind in _comments(text, position, node.span.end - 1):
        if behind and line:
            yield f"{line}  {comment}"
        else:
            yield from (line,) if line else ()
            yield comment
        line = ""
    yield from (line,) if line else ()


def _comments(text: str, start: int, end: int) -> Iterator[tuple[str, bool]]:
    """The comments between two items, each with whether it stands behind the first."""
    behind = True
    for match in _GAP.finditer(text, start, end):
        if match.group("space"):
            behind = behind and "\n" not in match.group()
        else:
            yield match.group().rstrip(), behind


def _raw(node: Node) -> str:
    return node.span.source.text[node.span.start : node.span.end]


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.empty

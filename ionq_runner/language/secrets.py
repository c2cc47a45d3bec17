"""No key of the language holds a credential: a value that looks like one is refused, and crossed out before anything can echo it.

Nothing moves: every character of a masked text keeps its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Source, Span
from ionq_runner.language.masking import Place, harmless, masked, named_like_a_credential, named_lines, suspicious
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence, compose

__all__ = ["compose_without_secrets", "without_secrets"]

MAX_LINES = 1_000  # of problems that are looked at: far more than are ever shown
_COMMENT = re.compile(r"(?:^|\s)#.*")


class LooksLikeASecret(Problem):
    """A value that looks like an API key, or the value of a key named like one."""

    code: ClassVar[str] = "E010"
    text: ClassVar[str] = "this looks like a credential; it is not repeated here"
    remedy: ClassVar[str] = (
        "take it out of the file, and make a new key, for this one may be in the history; a key belongs in the environment"
    )


def without_secrets(source: Source, problems: Problems) -> Source:
    """The text with everything that looks like a credential crossed out, each noted."""
    places = {*suspicious(source.text)}
    without = _masked(source, places)
    _note(without, places, problems)
    return without


def compose_without_secrets(source: Source, problems: Problems) -> tuple[Source, Node | None]:
    """The nodes of a text in which also the values of keys named like a credential are crossed out, and that text.

    What is wrong with the text is noted only when it is masked, for a message shows the line it is about.
    """
    places = {*suspicious(source.text)}
    without, found = _masked(source, places), Problems()
    root = compose(without, found)
    named = {*named_lines(without.text)} if root is None else {*_named(root), *_comments_at_faults(without, found)}
    if named - places:
        places |= named
        without, found = _masked(without, places), Problems()
        root = compose(without, found)
    _note(without, places, problems)
    for problem in found:
        problems.add(problem)
    return without, root


def _masked(source: Source, places: Iterable[Place]) -> Source:
    text = masked(source.text, places)
    return source if text == source.text else Source(source.name, text)


def _comments_at_faults(source: Source, found: Problems) -> Iterator[Place]:
    """What looks like the value of such a key in a comment, in the line of a problem, which is shown."""
    for start in {source.text.rfind("\n", 0, problem.span.start) + 1 for problem in islice(found, MAX_LINES)}:
        if comment := _COMMENT.search(source.line_at(start)):
            for begin, end in named_lines(comment.group()):
                yield start + comment.start() + begin, start + comment.start() + end


def _note(without: Source, places: Iterable[Place], problems: Problems) -> None:
    for start, end in places:
        problems.add(LooksLikeASecret(Span(without, start, end)))


def _named(node: Node) -> Iterator[Place]:
    """The places of the values of keys that are named like a credential, and of texts that look like one when escapes are read."""
    match node:
        case Scalar(text):
            if any(suspicious(text)):
                yield _inside(node)
        case Sequence(items):
            for item in items:
                yield from _named(item)
        case Mapping(entries, _, _, left_out):
            for entry in (*entries, *left_out):
                yield from _named(entry.key)
                named = named_like_a_credential(entry.key.text)
                values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
                for value in values:
                    if named and isinstance(value, Scalar) and not harmless(value.text):
                        yield _inside(value)
                    else:
                        yield from _named(value)


def _inside(value: Scalar) -> Place:
    """The place of a text without its quotes, or without the line of its block sign."""
    start, end = value.span.start, value.span.end
    if value.style in ("'", '"') and end - start >= 2:
        return start + 1, end - 1
    if value.style in ("|", ">"):
        return min(end, start + len(value.span.source.line_at(start)) - value.span.source.position(start)[1] + 1), end
    return start, end

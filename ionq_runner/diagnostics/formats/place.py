"""Lines and columns of many spans of few texts, each found without counting the text anew."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from ionq_runner.diagnostics.span import Source, Span

__all__ = ["Place", "Places", "is_file"]

_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span begins and where it has ended, counted from 1: the end is the place after its last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Places:
    """Finds places. Columns count characters, or the code units of UTF-16 where two of them make one character."""

    def __init__(self, *, utf16: bool = False) -> None:
        self._utf16 = utf16
        self._known: dict[int, tuple[Source, list[int], list[int]]] = {}  # the source stays alive, so its id stays its own

    def of(self, span: Span) -> Place:
        """The place of a span, without the blanks and line ends at its end."""
        text = span.source.text[span.start : span.end]
        end = span.start + len(text.rstrip())
        return Place(*self._position(span.source, span.start), *self._position(span.source, end))

    def _position(self, source: Source, offset: int) -> tuple[int, int]:
        lines, wide = self._index(source)
        line = bisect_right(lines, offset)
        start = lines[line - 1]
        more = bisect_left(wide, offset) - bisect_left(wide, start) if self._utf16 else 0
        return line, offset - start + 1 + more

    def _index(self, source: Source) -> tuple[list[int], list[int]]:
        """Where the lines of a text begin, and where it has characters that take two code units."""
        if id(source) not in self._known:
            lines = [0, *(found.end() for found in re.finditer("\n", source.text))]
            wide = [found.start() for found in _BEYOND_16_BITS.finditer(source.text)] if self._utf16 else []
            self._known[id(source)] = source, lines, wide
        return self._known[id(source)][1:]


def is_file(name: str) -> bool:
    """Whether a source is a file, by its name: standard input is `<stdin>`, and an option has its own."""
    return not name.startswith(("<", "--"))

"""Places in a text: a source, a span of it, and an excerpt that remembers where each of its characters came from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Excerpt", "Source", "Span"]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text with the name under which messages show it: a path as given, `<stdin>`, or `--set`."""

    name: str
    text: str

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1; the column counts characters, not bytes."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + 1, offset - line_start + 1

    def line_at(self, offset: int) -> str:
        """The whole line around a character, without its line end."""
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` (not included) of a source."""

    source: Source
    start: int
    end: int

    def __contains__(self, other: Span) -> bool:
        """Whether another span of the same source begins inside this one."""
        return self.source is other.source and self.start <= other.start < self.end


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text taken out of a source, such as a scalar of a YAML file.

    `offsets` holds the place in the source of each character where quoting or folding broke the one-to-one order; it is
    None where the excerpt is a plain slice that begins at `start`.
    """

    text: str
    source: Source
    start: int
    offsets: tuple[int, ...] | None = None

    @classmethod
    def of(cls, text: str, name: str = "<expression>") -> Excerpt:
        """A text that is its own source, as on a command line or in a test."""
        return cls(text, Source(name, text), 0)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place in the source of the characters `start` to `end` of the excerpt; never empty unless the excerpt is."""
        if not self.text:
            return Span(self.source, self.start, self.start)
        stop = len(self.text) if end is None else min(end, len(self.text))
        first = min(start, len(self.text) - 1)
        last = max(stop - 1, first)
        if self.offsets is None:
            return Span(self.source, self.start + first, self.start + last + 1)
        return Span(self.source, self.offsets[first], self.offsets[last] + 1)

    def slice(self, start: int, end: int) -> Excerpt:
        """A part of the excerpt that still knows its place."""
        offsets = None if self.offsets is None else self.offsets[start:end]
        begin = self.start + start if offsets is None else (offsets[0] if offsets else self.start)
        return Excerpt(self.text[start:end], self.source, begin, offsets)

"""Problems to show: two kinds, and how they are made."""

from __future__ import annotations

from typing import ClassVar

import pytest

from ionq_runner.diagnostics import Problem, Problems, Severity, Source, Span


class Odd(Problem):
    """A word that is odd; its code has a page."""

    code: ClassVar[str] = "E401"
    text: ClassVar[str] = "`{word}` is odd"
    word: str


class Twice(Problem):
    """A word that stands twice; its code has none."""

    code: ClassVar[str] = "W999"
    text: ClassVar[str] = "`{word}` stands twice"
    remedy: ClassVar[str] = "keep one"
    severity: ClassVar[Severity] = Severity.WARNING
    word: str
    first: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it is here already"),)


class Shelf:
    """`shelf.odd(text, word)`: a file of that text, in which the first such word is odd."""

    def __init__(self) -> None:
        self.checked: list[tuple[str, Problems]] = []

    def file(self, name, *found):
        problems = Problems()
        for problem in found:
            problems.add(problem)
        self.checked.append((name, problems))
        return self.checked

    def odd(self, text, word, name="f.yaml"):
        start = text.index(word)
        return self.file(name, Odd(Span(Source(name, text), start, start + len(word)), word))

    def at(self, source, start, end):
        return Odd(Span(source, start, end), source.text[start:end])

    def twice(self, source, word):
        start = source.text.rindex(word)
        first = source.text.index(word)
        return Twice(Span(source, start, start + len(word)), word, Span(source, first, first + len(word)))


@pytest.fixture
def shelf():
    """Files with problems."""
    return Shelf()

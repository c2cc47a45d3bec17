"""A problem in a person's file: the wording stands on the class, the facts in its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

from ionq_runner.diagnostics.span import Span

__all__ = ["Problem", "ProblemFound", "Problems", "Severity"]


class Severity(StrEnum):
    """An error keeps a file from running; a warning does so only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, at one place. A subclass is one kind of problem and has a code of its own.

    `text` and `remedy` are templates over the fields; a subclass whose wording depends on more overrides `message` or `hint`.
    """

    code: ClassVar[str]
    text: ClassVar[str]
    remedy: ClassVar[str] = ""
    severity: ClassVar[Severity] = Severity.ERROR

    span: Span

    @property
    def message(self) -> str:
        """What is wrong, in a sentence without a full stop."""
        return self.text.format(**self._facts())

    @property
    def hint(self) -> str:
        """What to write instead; empty where the message says it all."""
        return self.remedy.format(**self._facts())

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        """Other places that belong to the problem, each with a few words."""
        return ()

    def _facts(self) -> dict[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


class ProblemFound(Exception):
    """Carries a problem from the place that met it to the one that collects it; never reaches a person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Problems:
    """What has been found so far, each problem once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], Problem] = {}

    def add(self, problem: Problem) -> None:
        """Note a problem; one that says the same of the same place is noted once."""
        key = (problem.code, id(problem.span.source), problem.span.start, problem.message)
        self._found.setdefault(key, problem)

    def __iter__(self) -> Iterator[Problem]:
        """The problems in the order of their places."""
        return iter(sorted(self._found.values(), key=lambda found: (found.span.start, found.code)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> int:
        """How many of them are errors."""
        return sum(found.severity is Severity.ERROR for found in self._found.values())

"""A problem in a person's file: the wording stands on the class, the facts in its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from enum import StrEnum
from inspect import get_annotations
from typing import ClassVar, dataclass_transform

from ionq_runner.diagnostics.span import Span

__all__ = ["Facts", "Problem", "ProblemFound", "Problems", "Severity"]


class Severity(StrEnum):
    """An error keeps a file from running; a warning does so only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass_transform(frozen_default=True)
class Facts:
    """A frozen value whose subclasses declare annotated fields, with defaults or without, as a frozen dataclass does.

    It is not made by `dataclass`, which takes half a millisecond a class: there are a hundred kinds of problem at each start.
    """

    _fields: ClassVar[tuple[str, ...]] = ()  # their names, inherited ones first

    def __init_subclass__(cls) -> None:
        own = (name for name, kind in get_annotations(cls).items() if not str(kind).startswith("ClassVar"))
        cls._fields = (*cls._fields, *own)

    def __init__(self, *values: object, **named: object) -> None:
        given = dict(zip(self._fields, values, strict=False)) | named
        missing = [name for name in self._fields if name not in given and not hasattr(type(self), name)]
        if missing or len(values) > len(self._fields) or given.keys() - set(self._fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._fields)}")
        self.__dict__.update(given)

    def facts(self) -> dict[str, object]:
        """The fields by name."""
        return {name: getattr(self, name) for name in self._fields}

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to {name}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Facts) and self.facts() == other.facts()

    def __hash__(self) -> int:
        return hash((type(self), *self.facts().values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.facts().items())})"


class Problem(Facts):
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
        return self.text.format(**self.facts())

    @property
    def hint(self) -> str:
        """What to write instead; empty where the message says it all."""
        return self.remedy.format(**self.facts())

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        """Other places that belong to the problem, each with a few words."""
        return ()


class ProblemFound(Exception):
    """Carries a problem from the place that met it to the one that collects it; never reaches a person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Problems:
    """What has been found so far, each problem once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], Problem] = {}
        self._errors = 0

    def add(self, problem: Problem) -> None:
        """Note a problem; one that says the same of the same place is noted once."""
        key = (problem.code, id(problem.span.source), problem.span.start, problem.message)
        if key not in self._found:
            self._found[key] = problem
            self._errors += problem.severity is Severity.ERROR

    def __iter__(self) -> Iterator[Problem]:
        """The problems in the order of their places."""
        return iter(sorted(self._found.values(), key=lambda found: (found.span.start, found.code)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> int:
        """How many of them are errors."""
        return self._errors

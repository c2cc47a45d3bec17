"""Fits, summaries and expectations as read: what is made of many points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ionq_runner.diagnostics import Problem, Span
from ionq_runner.expressions import Expression, Range
from ionq_runner.language.references import Reference

__all__ = ["Condition", "Expectation", "Fit", "Selected", "Summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A curve through the points along one axis, one for each value of all other axes."""

    name: str
    y: Reference  # an observable, or `fit.parameter`
    x: Reference
    model: Reference | Expression  # a named model, or a formula
    start: tuple[tuple[Reference, Expression], ...]
    fixed: tuple[tuple[Reference, Expression], ...]
    average: tuple[Reference, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A number across points; a `value` is one for each row that its parts have in common."""

    name: str
    kind: Literal["sum", "mean", "min", "max", "value"]
    expression: Expression
    over: tuple[Reference, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Selected:
    """A value that selects rows, as it was written; `extent` is what it says as a number or a range, or why it says none."""

    text: str
    span: Span = field(compare=False)
    extent: Expression | Range | Problem = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A column of a table and the values that select rows."""

    column: Reference
    values: tuple[Selected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must come out in every row that is selected."""

    that: Reference
    where: tuple[Condition, ...]
    relation: Literal["equals", "at_least", "at_most"]
    value: Expression
    within: Expression | None
    sigmas: Expression | None
    span: Span = field(compare=False)

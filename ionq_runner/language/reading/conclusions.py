"""Fits, summaries and expectations: nodes -> what is made of many points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Literal

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems
from ionq_runner.expressions import Expression, Range, parse_expression, parse_range
from ionq_runner.language.conclusions import Condition, Expectation, Fit, Selected, Summary
from ionq_runner.language.reading.values import entries, expression_at, items, parsed, reference_to, references_at
from ionq_runner.language.references import Reference
from ionq_runner.language.scalars import resolve
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar

__all__ = ["read_expectations", "read_fits", "read_summaries"]

_WORD = "(?!(?:and|or|not)\\b)[A-Za-z_][A-Za-z0-9_]*"
_WORDS = re.compile(rf"{_WORD}([ -]+{_WORD})* *")  # which are no formula
_KINDS: tuple[Literal["sum", "mean", "min", "max", "value"], ...] = ("sum", "mean", "min", "max", "value")
_RELATIONS: tuple[Literal["equals", "at_least", "at_most"], ...] = ("equals", "at_least", "at_most")
_with_parts = partial(parse_expression, parts=True)


def read_fits(node: Node | None, problems: Problems) -> dict[str, Fit]:
    """The fits of a file, by name; one that lacks something, which has been noted, is left out."""
    found = ((entry.key.text, _fit(entry, problems)) for entry in entries(node))
    return {name: fit for name, fit in found if fit is not None}


def read_summaries(node: Node | None, problems: Problems) -> dict[str, Summary]:
    """The summaries of a file, by name; one that lacks something, which has been noted, is left out."""
    found = ((entry.key.text, _summary(entry, problems)) for entry in entries(node))
    return {name: summary for name, summary in found if summary is not None}


def read_expectations(node: Node | None, problems: Problems) -> tuple[Expectation, ...]:
    """What is expected of a file, in order; what lacks something, which has been noted, is left out."""
    found = (_expectation(item, problems) for item in items(node) if isinstance(item, Mapping))
    return tuple(expectation for expectation in found if expectation is not None)


def _fit(entry: Entry, problems: Problems) -> Fit | None:
    node = entry.value
    y, x = _reference(node, "y"), _reference(node, "x")
    model = _model(node, problems)
    start, fixed = (tuple(_values(node, key, problems)) for key in ("start", "fixed"))
    if y is None or x is None or model is None:
        return None
    average = references_at(node, "average") or ()
    return Fit(name=entry.key.text, y=y, x=x, model=model, start=start, fixed=fixed, average=average, span=entry.key.span)


def _model(node: Node, problems: Problems) -> Reference | Expression | None:
    """A formula, or words, which may be the name of a model."""
    found = node.get("model") if isinstance(node, Mapping) else None
    if isinstance(found, Scalar) and _WORDS.fullmatch(found.text) and isinstance(resolve(found), str):
        return Reference(found.text, found.span)
    return parsed(parse_expression, found, problems)


def _values(node: Node, key: str, problems: Problems) -> Iterator[tuple[Reference, Expression]]:
    """The entries of `start` or `fixed`."""
    for entry in entries(node.get(key) if isinstance(node, Mapping) else None):
        value = parsed(parse_expression, entry.value, problems)
        if value is not None:
            yield Reference(entry.key.text, entry.key.span), value


def _summary(entry: Entry, problems: Problems) -> Summary | None:
    node = entry.value
    for kind in _KINDS:
        found = node.get(kind) if isinstance(node, Mapping) else None
        expression = parsed(_with_parts, found, problems)
        if expression is not None:
            over = references_at(node, "over") or ()
            return Summary(name=entry.key.text, kind=kind, expression=expression, over=over, span=entry.key.span)
    return None


def _expectation(node: Mapping, problems: Problems) -> Expectation | None:
    that = _reference(node, "that")
    where = tuple(Condition(column=_key(entry), values=tuple(_selected(entry.value))) for entry in entries(node.get("where")))
    values = {relation: expression_at(node, relation, problems) for relation in _RELATIONS}
    within, sigmas = expression_at(node, "within", problems), expression_at(node, "sigmas", problems)
    for relation, value in values.items():
        if that is not None and value is not None:
            span = node.entries[0].key.span
            return Expectation(that=that, where=where, relation=relation, value=value, within=within, sigmas=sigmas, span=span)
    return None


def _selected(node: Node) -> Iterator[Selected]:
    for item in items(node):
        if isinstance(item, Scalar) and not item.empty and not isinstance(resolve(item), bool | None):
            yield Selected(item.text, item.span, _extent(item.excerpt))


def _extent(excerpt: Excerpt) -> Expression | Range | Problem:
    """What a text says as a number or a range; for a name or a bit string it does not matter that it says none."""
    try:
        return parse_range(excerpt)
    except ProblemFound as found:
        return found.problem


def _reference(node: Node, key: str) -> Reference | None:
    found = node.get(key) if isinstance(node, Mapping) else None
    return reference_to(found)


def _key(entry: Entry) -> Reference:
    return Reference(entry.key.text, entry.key.span)

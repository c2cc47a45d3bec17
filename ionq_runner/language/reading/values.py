"""Scalars as expressions, lists of them, and the parameters of a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import ClassVar, TypeVar

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems, Span
from ionq_runner.expressions import Expression, parse_expression
from ionq_runner.expressions.tree import Bits
from ionq_runner.language.experiment import Parameter, ParameterValue, Reference
from ionq_runner.language.scalars import resolve
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar, Sequence

__all__ = [
    "entries",
    "expression_at",
    "expressions_at",
    "items",
    "parsed",
    "read_own_value",
    "read_parameters",
    "read_value",
    "reference_to",
    "references_at",
    "text_at",
]

_BITS = re.compile("[01]+")

T = TypeVar("T")


class UnevenRows(Problem):
    """A list whose items are not all single values, or not all pairs of one length."""

    code: ClassVar[str] = "E110"
    text: ClassVar[str] = "the items of this list have different lengths"
    remedy: ClassVar[str] = "make all of them single values, or all of them pairs"


def parsed(parse: Callable[[Excerpt], T], node: Node | None, problems: Problems) -> T | None:
    """What a parser makes of a scalar; None, with the problem noted, where it makes nothing of it."""
    if not isinstance(node, Scalar) or node.empty or isinstance(resolve(node), bool | None):
        return None
    try:
        return parse(node.excerpt)
    except ProblemFound as found:
        problems.add(found.problem)
        return None


def entries(node: Node | None) -> Iterator[Entry]:
    """The entries of a mapping; nothing where there is none."""
    yield from node.entries if isinstance(node, Mapping) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; a single item that stands alone is a list of one."""
    if node is None or (isinstance(node, Scalar) and node.empty):
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def text_at(mapping: Node, key: str) -> str:
    """The text of a key, or an empty one."""
    node = mapping.get(key) if isinstance(mapping, Mapping) else None
    return node.text if isinstance(node, Scalar) else ""


def expression_at(mapping: Node, key: str, problems: Problems) -> Expression | None:
    """The expression under a key."""
    return parsed(parse_expression, mapping.get(key), problems) if isinstance(mapping, Mapping) else None


def expressions_at(mapping: Node, key: str, problems: Problems) -> tuple[Expression, ...]:
    """The expressions of the list under a key."""
    nodes = items(mapping.get(key)) if isinstance(mapping, Mapping) else ()
    found = (parsed(parse_expression, node, problems) for node in nodes)
    return tuple(expression for expression in found if expression is not None)


def references_at(mapping: Node, key: str) -> tuple[Reference, ...] | None:
    """The names of the list under a key; None where the key is left out."""
    node = mapping.get(key) if isinstance(mapping, Mapping) else None
    if node is None:
        return None
    return tuple(found for item in items(node) if (found := reference_to(item)) is not None)


def reference_to(node: Node | None) -> Reference | None:
    """What a node refers to by its text; None where it is left out, empty, a truth or nothing, or no text at all."""
    if not isinstance(node, Scalar) or node.empty or isinstance(resolve(node), bool | None):
        return None
    return Reference(node.text, node.span)


def read_parameters(node: Node | None, problems: Problems) -> dict[str, Parameter]:
    """The parameters of a file, in either form."""
    found = (_parameter(entry.key.text, entry.key.span, entry.value, problems) for entry in entries(node))
    return {parameter.name: parameter for parameter in found if parameter is not None}


def _parameter(name: str, span: Span, node: Node, problems: Problems) -> Parameter | None:
    if not isinstance(node, Mapping):
        value = read_value(node, problems)
        return None if value is None else Parameter(name=name, value=value, span=span)
    value = read_value(node.get("value"), problems)
    if value is None:
        return None
    return Parameter(
        name=name,
        value=value,
        span=span,
        title=text_at(node, "title"),
        unit=text_at(node, "unit"),
        description=text_at(node, "description"),
        minimum=expression_at(node, "minimum", problems),
        maximum=expression_at(node, "maximum", problems),
        choices=expressions_at(node, "choices", problems),
    )


def read_value(node: Node | None, problems: Problems) -> ParameterValue | None:
    """The value of a parameter: an expression, a bit string in quotes, or rows of expressions."""
    if isinstance(node, Scalar):
        if node.style and _BITS.fullmatch(node.text):
            return node.text
        return parsed(parse_expression, node, problems)
    if not isinstance(node, Sequence):
        return None
    rows = tuple(_row(item, problems) for item in node.items)
    if len({len(row) for row in rows}) > 1:
        problems.add(UnevenRows(node.span))
        return None
    return rows


def read_own_value(node: Node, problems: Problems) -> Expression | None:
    """The value of a parameter of a circuit: an expression, or a bit string in quotes."""
    if isinstance(node, Scalar) and node.style and _BITS.fullmatch(node.text):
        return Expression(Bits(node.text), frozenset(), node.excerpt, 0, len(node.text))
    return parsed(parse_expression, node, problems)


def _row(node: Node, problems: Problems) -> tuple[Expression, ...]:
    found = (parsed(parse_expression, item, problems) for item in items(node))
    return tuple(expression for expression in found if expression is not None)

"""A circuit that a function of a Python file makes: the call, as the file says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ionq_runner.diagnostics import Excerpt, Span
from ionq_runner.expressions import Expression

__all__ = ["Argument", "FunctionCall", "expressions_of"]

Argument = Expression | str | bool | None | tuple["Argument", ...] | Mapping[str, "Argument"]
"""What stands for a number or a list of the file's parameters, a text, a truth, nothing, or a list or mapping of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """A function, the text of its file, and its arguments by name."""

    code: Excerpt
    path: str  # of the file, as it is written
    function: str
    arguments: Mapping[str, Argument]
    span: Span = field(compare=False)  # the name of the function
    path_span: Span = field(compare=False)
    measure: Span | None = field(compare=False)  # the key `measure:` beside it


def expressions_of(argument: Argument) -> Iterator[Expression]:
    """Every expression in an argument."""
    match argument:
        case Expression():
            yield argument
        case tuple():
            for item in argument:
                yield from expressions_of(item)
        case Mapping():
            for item in argument.values():
                yield from expressions_of(item)

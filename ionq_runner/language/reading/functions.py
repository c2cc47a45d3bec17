"""`python:`: a function of a Python file, and what it is given."""

from __future__ import annotations

from ionq_runner.diagnostics import Problems, Span
from ionq_runner.expressions import parse_expression
from ionq_runner.language.files import Files
from ionq_runner.language.functions import Argument, FunctionCall
from ionq_runner.language.reading.values import entries, parsed
from ionq_runner.language.scalars import resolve
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence

__all__ = ["read_call"]


def read_call(node: Node, measure: Span | None, files: Files, problems: Problems) -> FunctionCall | None:
    """The call; None where its form is wrong, which has been noted. Raises ProblemFound where the file cannot be read."""
    path, function = (node.get("file"), node.get("function")) if isinstance(node, Mapping) else (None, None)
    if not isinstance(node, Mapping) or not isinstance(path, Scalar) or not isinstance(function, Scalar):
        return None
    arguments = {entry.key.text: _argument(entry.value, problems) for entry in entries(node.get("arguments"))}
    return FunctionCall(
        code=files.excerpt(path),
        path=path.text,
        function=function.text,
        arguments=arguments,
        span=function.span,
        path_span=path.span,
        measure=measure,
    )


def _argument(node: Node, problems: Problems) -> Argument:
    """A value in quotes is a text, and one without them a number, an expression, a truth or nothing."""
    match node:
        case Sequence(items):
            return tuple(_argument(item, problems) for item in items)
        case Mapping(found):
            return {entry.key.text: _argument(entry.value, problems) for entry in found}
        case _ if node.style:
            return node.text
    value = resolve(node)
    return value if isinstance(value, bool) else parsed(parse_expression, node, problems)

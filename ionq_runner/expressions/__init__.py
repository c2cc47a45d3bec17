"""Expressions: the arithmetic that stands wherever a number is allowed, over a number or over a whole column.

Promises: a closed grammar of our own, bounded in length, depth and size; the same result for a number and a column.
Knows nothing of: YAML, gates, sweeps.      Imports: diagnostics.
"""

from ionq_runner.expressions.checking import Kind, check_expression
from ionq_runner.expressions.evaluation import bind, evaluate, whole
from ionq_runner.expressions.parser import parse_expression, parse_range
from ionq_runner.expressions.tree import Expression, Range

__all__ = [
    "Expression",
    "Kind",
    "Range",
    "bind",
    "check_expression",
    "evaluate",
    "parse_expression",
    "parse_range",
    "whole",
]

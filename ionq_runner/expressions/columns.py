"""An expression over whole columns: the same results as one number at a time, with numpy underneath."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.expressions.evaluation import MAX_EXPONENT, Value, evaluate
from ionq_runner.expressions.parser import COMPARISONS, CONSTANTS
from ionq_runner.expressions.tree import Binary, Call, Expression, Name, Node, Number, Unary

__all__ = ["Column", "evaluate_column"]

Column = NDArray[Any]  # float64, bool, or fixed-width text


def evaluate_column(expression: Expression, columns: Mapping[str, Column | Value], length: int) -> Column:
    """The values of an expression, one per row; a name may stand for a column or for one value in all rows.

    Raises ProblemFound with the values of the first row in which the arithmetic has no result.
    """
    if expression.bindings:
        columns = {**columns, **{name: evaluate_column(bound, columns, length) for name, bound in expression.bindings}}
    valid = np.ones(length, dtype=bool)
    with np.errstate(all="ignore"):
        result = np.broadcast_to(_Evaluator(columns, length).column(expression.root, valid), length)
    if not valid.all():
        row = int(np.argmin(valid))
        evaluate(expression, {name: _at(column, row) for name, column in columns.items()})
        raise AssertionError(f"row {row} of `{expression.text}` fails as a column and not as a number")
    return np.ascontiguousarray(result)


def _at(column: Column | Value, row: int) -> Value:
    if not isinstance(column, np.ndarray):
        return column
    value: Value = column[row].item()
    return value


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide, "%": np.mod,
}  # fmt: skip
_EXACT: dict[str, Callable[[Any], Any]] = {
    # The whole numbers of `math.floor` and its like have no -0.0, so 0.0 is added.
    "sqrt": np.sqrt, "abs": np.abs,
    "floor": lambda x: np.floor(x) + 0.0, "ceil": lambda x: np.ceil(x) + 0.0, "round": lambda x: np.rint(x) + 0.0,
}  # fmt: skip
_LARGEST_EXPONENT = math.log(sys.float_info.max)
# numpy's own versions of these differ from the C library's in the last bit, from one processor to the next.
_C_LIBRARY: dict[str, tuple[Callable[[float], float], Callable[[Any], Any]]] = {
    "sin": (math.sin, np.isfinite), "cos": (math.cos, np.isfinite), "tan": (math.tan, np.isfinite), "atan": (math.atan, np.isfinite),
    "asin": (math.asin, lambda x: np.abs(x) <= 1), "acos": (math.acos, lambda x: np.abs(x) <= 1),
    "log": (math.log, lambda x: x > 0), "log2": (math.log2, lambda x: x > 0), "exp": (math.exp, lambda x: x <= _LARGEST_EXPONENT),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Evaluator:
    """Evaluates nodes bottom up; a row without a result is cleared in `valid` and carries any value from there on."""

    columns: Mapping[str, Column | Value]
    length: int

    def column(self, node: Node, valid: NDArray[np.bool_]) -> Any:
        match node:
            case Number(value):
                return np.float64(value)
            case Name(name):
                known: Column | Value = CONSTANTS[name] if name in CONSTANTS else self.columns[name]
                return known if isinstance(known, np.ndarray | str) else np.float64(known)
            case Binary("and" | "or" as operator, left, right):
                return self.either(operator, left, right, valid)
            case Binary(operator, left, right):
                return self.binary(operator, self.column(left, valid), self.column(right, valid), valid)
            case Unary(operator, operand):
                value = self.column(operand, valid)
                return np.logical_not(value) if operator == "not" else (np.negative(value) if operator == "-" else value)
            case Call(function, arguments):
                return self.call(function, [self.column(argument, valid) for argument in arguments], valid)

    def either(self, operator: str, left: Node, right: Node, valid: NDArray[np.bool_]) -> Any:
        """The right side counts, and may fail, only in the rows that the left side leaves open."""
        first = np.broadcast_to(self.column(left, valid), self.length)
        right_valid = np.ones(self.length, dtype=bool)
        second = np.broadcast_to(self.column(right, right_valid), self.length)
        decided = np.logical_not(first) if operator == "and" else first
        np.logical_and(valid, np.logical_or(decided, right_valid), out=valid)
        return np.logical_and(first, second) if operator == "and" else np.logical_or(first, second)

    def binary(self, operator: str, left: Any, right: Any, valid: NDArray[np.bool_]) -> Any:
        if operator == "**":
            return self.power(left, right, valid)
        if operator in COMPARISONS:
            return _OPERATORS[operator](left, right)
        if operator in ("/", "//", "%"):
            self.require(right != 0, valid)
        return self.finite(_OPERATORS[operator](left, right), valid)

    def power(self, base: Any, exponent: Any, valid: NDArray[np.bool_]) -> Any:
        allowed = np.abs(exponent) <= MAX_EXPONENT
        allowed &= ~((base == 0) & (exponent < 0)) & ~((base < 0) & (exponent != np.floor(exponent)))
        self.require(allowed, valid)
        bases, exponents = np.broadcast_arrays(np.where(allowed, base, 1.0), np.where(allowed, exponent, 1.0))
        flat = map(_power_or_infinity, bases.ravel().tolist(), exponents.ravel().tolist())
        return self.finite(np.fromiter(flat, np.float64, bases.size).reshape(bases.shape), valid)

    def call(self, function: str, arguments: list[Any], valid: NDArray[np.bool_]) -> Any:
        first = arguments[0]
        if function in _C_LIBRARY:
            scalar, domain = _C_LIBRARY[function]
            allowed = domain(first)
            self.require(allowed, valid)
            return _mapped(scalar, np.where(allowed, first, 0.5))
        if function in _EXACT:
            if function == "sqrt":
                self.require(first >= 0, valid)
            return _EXACT[function](first)
        if function == "atan2":
            y, x = np.broadcast_arrays(*arguments)
            return np.fromiter(map(math.atan2, y.ravel().tolist(), x.ravel().tolist()), np.float64, y.size).reshape(y.shape)
        if function in ("min", "max"):
            better = np.less if function == "min" else np.greater
            for argument in arguments[1:]:  # as Python does: of 0.0 and -0.0 the first stays, where numpy may take either
                first = np.where(better(argument, first), argument, first)
            return first
        return self.bits(function, arguments, valid)

    def bits(self, function: str, arguments: list[Any], valid: NDArray[np.bool_]) -> Any:
        """`bit` and `popcount`: a text column is taken row by row, and there are few of them."""
        rows = zip(*(np.broadcast_to(argument, self.length).tolist() for argument in arguments), strict=True)
        values = np.zeros(self.length)
        for row, given in enumerate(rows):
            value = _bit(*given) if function == "bit" else _popcount(*given)
            valid[row] &= value is not None
            values[row] = value or 0.0
        return values

    def require(self, allowed: Any, valid: NDArray[np.bool_]) -> None:
        np.logical_and(valid, allowed, out=valid)

    def finite(self, values: Any, valid: NDArray[np.bool_]) -> Any:
        self.require(np.isfinite(values), valid)
        return values


def _mapped(function: Callable[[float], float], values: Any) -> Any:
    flat = np.ravel(values)
    return np.fromiter(map(function, flat.tolist()), np.float64, flat.size).reshape(np.shape(values))


def _power_or_infinity(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _bit(bits: str, index: float) -> float | None:
    return float(bits[int(index)] == "1") if float(index).is_integer() and 0 <= index < len(bits) else None


def _popcount(value: float | str) -> float | None:
    if isinstance(value, str):
        return float(value.count("1"))
    return float(int(value).bit_count()) if float(value).is_integer() and 0 <= value <= 2**53 else None

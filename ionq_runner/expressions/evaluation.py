"""An expression and the values of its names -> a number, or an expression of the names that have no value yet.

Values are doubles, truths and bit strings. Functions are those of the C library through `math`, for columns too, so that a
number and a column give the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Span
from ionq_runner.expressions.parser import CONSTANTS
from ionq_runner.expressions.tree import Binary, Bits, Call, Expression, Name, Node, Number, Range, Unary, walk

__all__ = ["Value", "bind", "evaluate", "range_values", "whole"]

Value = float | bool | str

MAX_EXPONENT = 1_024
WHOLE_WITHIN = 1e-9
MAX_WHOLE = 2.0**53


class EvaluationFailed(Problem):
    """Arithmetic without a result: a division by zero, a root of a negative number, a result beyond all doubles."""

    code: ClassVar[str] = "E314"
    text: ClassVar[str] = "{reason}{where}"
    reason: str
    where: str


class NotWhole(Problem):
    """A fraction where a whole number is needed."""

    code: ClassVar[str] = "E315"
    text: ClassVar[str] = "a whole number is needed here, and this is {value}"
    remedy: ClassVar[str] = "a value within 1e-9 of a whole number is taken; `floor`, `ceil`, `round` and `//` make one"
    value: str


class StepIsZero(Problem):
    """A range whose step is zero."""

    code: ClassVar[str] = "E316"
    text: ClassVar[str] = "the step of a range cannot be 0"
    remedy: ClassVar[str] = "leave `step` out for steps of 1"


class StepMissesEnd(Problem):
    """A range whose steps do not arrive at its end."""

    code: ClassVar[str] = "E317"
    text: ClassVar[str] = "steps of {step} from {start} do not arrive at {stop}"
    remedy: ClassVar[str] = "both ends of a range are included: end it at {last}, or change the step"
    start: str
    stop: str
    step: str
    last: str


def evaluate(expression: Expression, values: Mapping[str, Value | Expression]) -> Value:
    """The value of an expression whose names all have one. Raises ProblemFound where the arithmetic has no result."""
    if isinstance(expression.root, Number):  # most are
        return expression.root.value
    if expression.bindings:
        values = {**values, **{name: evaluate(bound, values) for name, bound in expression.bindings}}
    try:
        return evaluate_node(expression.root, values)
    except Unevaluable as failure:
        raise ProblemFound(failure.problem(expression, values)) from None


def bind(expression: Expression, values: Mapping[str, Value | Expression]) -> Expression | float:
    """The expression with values for some of its names; a number where no name is left.

    A name may stand for another expression. Raises ProblemFound where a part that has a value cannot be evaluated.
    """
    if isinstance(expression.root, Number):
        return expression.root.value
    known: dict[str, Value] = {}
    symbolic: dict[str, Expression] = {}
    for name in expression.names:
        value = values.get(name)
        if isinstance(value, Expression):
            symbolic[name] = value
        elif value is not None:
            known[name] = value
    if len(known) == len(expression.names):
        return float(evaluate(expression, known))
    if not known and not symbolic:
        return expression
    return _partly_bound(expression, known, symbolic)


def _partly_bound(expression: Expression, known: Mapping[str, Value], symbolic: Mapping[str, Expression]) -> Expression:
    assert not expression.bindings, "an expression is bound once, where its block is written out"
    try:
        root = _bound(expression.root, known)
    except Unevaluable as failure:
        raise ProblemFound(failure.problem(expression, known)) from None
    left = expression.names.difference(known)
    if any(isinstance(value, str) for value in known.values()):
        left |= {node.name for node in walk(root) if isinstance(node, Name)}  # a bit string stays where its index is open
    bindings = tuple((name, symbolic[name]) for name in sorted(left & symbolic.keys()))
    names = left.difference(symbolic).union(*(bound.names for _, bound in bindings)) if bindings else left
    return Expression(root, names, expression.excerpt, expression.start, expression.end, bindings)


def whole(value: Value, span: Span) -> int:
    """The whole number that a value is within 1e-9 of. Raises ProblemFound for any other."""
    number = float(value)
    nearest = round(number)
    if abs(number - nearest) > WHOLE_WITHIN or abs(number) > MAX_WHOLE:
        raise ProblemFound(NotWhole(span, shown(number)))
    return nearest


def range_values(extent: Range, values: Mapping[str, Value | Expression]) -> tuple[float, float, int]:
    """Start, step and length of a range; the length is 0 where the end lies behind the start.

    Raises ProblemFound for a step that is zero or misses the end.
    """
    start, stop = float(evaluate(extent.start, values)), float(evaluate(extent.stop, values))
    step = 1.0 if extent.step is None else float(evaluate(extent.step, values))
    if step == 0:
        raise ProblemFound(StepIsZero(extent.step.span if extent.step else extent.span))
    steps = (stop - start) / step
    if not math.isfinite(steps):
        raise ProblemFound(EvaluationFailed(extent.span, "this range has more steps than a number can count", ""))
    if steps < -WHOLE_WITHIN:
        return start, step, 0
    if abs(steps - round(steps)) > WHOLE_WITHIN * max(1.0, abs(steps)):
        last = start + math.floor(steps) * step
        raise ProblemFound(StepMissesEnd(extent.span, shown(start), shown(stop), shown(step), shown(last)))
    return start, step, round(steps) + 1


def shown(number: float) -> str:
    """A number as messages print it: whole ones without a point, others with up to six digits."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.6g}"


class Unevaluable(Exception):
    """Arithmetic without a result, at a node."""

    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(reason)
        self.node, self.reason = node, reason

    def problem(self, expression: Expression, values: Mapping[str, Value | Expression]) -> EvaluationFailed:
        """The failure at its place, with the values that led to it."""
        used = {name: values.get(name) for name in sorted(expression.names)}
        parts = [f"{name} = {shown(float(v))}" for name, v in used.items() if isinstance(v, float | int)]
        parts += [f"{name} = {v}" for name, v in used.items() if isinstance(v, str)]
        where = f", where {', '.join(parts)}" if parts else ""
        return EvaluationFailed(expression.excerpt.span(self.node.start, self.node.end), self.reason, where)


def evaluate_node(node: Node, values: Mapping[str, Value | Expression]) -> Value:
    """The value of a node. Raises Unevaluable; `and` and `or` look at their right side only where it decides."""
    match node:
        case Number(value) | Bits(value):
            return value
        case Name(name):
            known = CONSTANTS[name] if name in CONSTANTS else values[name]
            assert not isinstance(known, Expression), f"`{name}` has no value yet"
            return known
        case Binary(operator, left, right):
            if operator == "and":
                return bool(evaluate_node(left, values)) and bool(evaluate_node(right, values))
            if operator == "or":
                return bool(evaluate_node(left, values)) or bool(evaluate_node(right, values))
            return apply_operator(node, operator, evaluate_node(left, values), evaluate_node(right, values))
        case Unary(operator, operand):
            inner = evaluate_node(operand, values)
            return not inner if operator == "not" else (-float(inner) if operator == "-" else float(inner))
        case Call(function, arguments):
            return apply_function(node, function, [evaluate_node(argument, values) for argument in arguments])


def _bound(node: Node, values: Mapping[str, Value]) -> Node:
    """The node with known names replaced and known parts calculated."""
    match node:
        case Name(name) if name in CONSTANTS or name in values:
            value = CONSTANTS[name] if name in CONSTANTS else values[name]
            return node if isinstance(value, str) else Number(float(value), node.start, node.end)
        case Unary(operator, operand):
            node = Unary(operator, _bound(operand, values), node.start, node.end)
            known = isinstance(node.operand, Number)
        case Binary(operator, left, right):
            node = Binary(operator, _bound(left, values), _bound(right, values), node.start, node.end)
            known = isinstance(node.left, Number) and isinstance(node.right, Number)
        case Call(function, arguments):
            node = Call(function, tuple(_bound(argument, values) for argument in arguments), node.start, node.end)
            known = all(isinstance(a, Number) or (isinstance(a, Name) and a.name in values) for a in node.arguments)
        case _:
            return node
    return Number(float(evaluate_node(node, values)), node.start, node.end) if known else node


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
    "<": lambda a, b: float(a) < float(b), "<=": lambda a, b: float(a) <= float(b),
    ">": lambda a, b: float(a) > float(b), ">=": lambda a, b: float(a) >= float(b),
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b, "//": lambda a, b: a // b, "%": lambda a, b: a % b,
}  # fmt: skip
_MATH: dict[str, Callable[[float], float]] = {
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "exp": math.exp, "log": math.log, "log2": math.log2, "sqrt": math.sqrt, "abs": abs,
    "floor": lambda a: float(math.floor(a)), "ceil": lambda a: float(math.ceil(a)), "round": lambda a: float(round(a)),
}  # fmt: skip


def apply_operator(node: Node, operator: str, left: Value, right: Value) -> Value:
    """One comparison or one step of arithmetic. Raises Unevaluable."""
    if operator in _COMPARE:
        return _COMPARE[operator](left, right)
    a, b = float(left), float(right)
    if operator == "**":
        return _power(node, a, b)
    if operator in ("/", "//", "%") and b == 0:
        raise Unevaluable(node, "this divides by zero")
    return _finite(node, _ARITHMETIC[operator](a, b))


def _power(node: Node, base: float, exponent: float) -> float:
    if abs(exponent) > MAX_EXPONENT:
        raise Unevaluable(node, f"the exponent {shown(exponent)} is beyond {MAX_EXPONENT}")
    if base == 0 and exponent < 0:
        raise Unevaluable(node, "this divides by zero")
    if base < 0 and exponent != math.floor(exponent):
        raise Unevaluable(node, "a negative number has no real power with a fraction as exponent")
    try:
        return _finite(node, math.pow(base, exponent))
    except OverflowError:
        return _finite(node, math.inf)


def apply_function(node: Node, function: str, arguments: list[Value]) -> float:
    """One call of a function. Raises Unevaluable outside its domain."""
    if function == "bit":
        return _bit(node, str(arguments[0]), float(arguments[1]))
    if function == "popcount":
        return _popcount(node, arguments[0])
    numbers = [float(argument) for argument in arguments]
    if function in ("min", "max"):
        return min(numbers) if function == "min" else max(numbers)
    try:
        return _finite(node, math.atan2(*numbers) if function == "atan2" else _MATH[function](numbers[0]))
    except ValueError:
        raise Unevaluable(node, f"`{function}` has no value at {shown(numbers[0])}") from None
    except OverflowError:
        return _finite(node, math.inf)


def _bit(node: Node, bits: str, index: float) -> float:
    if index != math.floor(index) or not 0 <= index < len(bits):
        raise Unevaluable(node, f"a bit string of {len(bits)} bits has no bit {shown(index)}; the first is 0")
    return float(bits[int(index)] == "1")


def _popcount(node: Node, value: Value) -> float:
    if isinstance(value, str):
        return float(value.count("1"))
    number = float(value)
    if number != math.floor(number) or not 0 <= number <= MAX_WHOLE:
        raise Unevaluable(node, f"`popcount` takes a bit string or a whole number from 0, not {shown(number)}")
    return float(int(number).bit_count())


def _finite(node: Node, value: float) -> float:
    if not math.isfinite(value):
        raise Unevaluable(node, "the result is too large")
    return value

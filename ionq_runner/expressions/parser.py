"""Tokens -> a tree, by precedence climbing (Pratt), with a bound on depth.

Grammar, loosest first:
    range       expression ".." expression ["step" expression]
    expression  or, and, not, comparison (does not chain), + -, * / // %, unary + -, ** (right)
    atom        number | name | function "(" expression {"," expression} ")" | "(" expression ")"
"""

from __future__ import annotations

import re
from typing import ClassVar

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions.lexer import MissingOperator, Token, TokenKind, tokenize
from ionq_runner.expressions.tree import Binary, Call, Expression, Name, Node, Number, Range, Unary, children, walk

__all__ = ["CONSTANTS", "FUNCTIONS", "parse_expression", "parse_range"]

MAX_DEPTH = 64
MAX_LEVELS = 200  # of the tree, where each operator of a row such as `a + b + c` makes one

CONSTANTS = {"pi": 3.141592653589793, "tau": 6.283185307179586}
# How many arguments each function takes; None: two or more.
FUNCTIONS: dict[str, int | None] = {
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1, "atan2": 2, "exp": 1, "log": 1, "log2": 1, "sqrt": 1,
    "abs": 1, "floor": 1, "ceil": 1, "round": 1, "min": None, "max": None, "bit": 2, "popcount": 1,
}  # fmt: skip
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")

_WHOLE, _NAME = re.compile("[0-9]{1,15}"), re.compile("[A-Za-z_][A-Za-z0-9_]*")
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER = range(1, 9)
_INFIX = {
    "or": _OR, "and": _AND, **dict.fromkeys(COMPARISONS, _COMPARISON),
    "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT, "**": _POWER,
}  # fmt: skip
_NOT_ALONE = frozenset({*FUNCTIONS, *_INFIX, "not", "step"})

_ADVICE = {
    "`,`": "a comma separates arguments, and items in [...]; a fraction has a point, as in 0.5, and a thousand is 1000",
    "`[`": "square brackets belong to lists; write the number itself",
    "`in`": "`in` belongs in the head of a loop",
}
# Functions of other languages, and what this one has for them.
_INSTEAD_OF = {
    "ln": "`log` is the natural logarithm", "log10": "write `log(x)/log(10)`", "pow": "write `x**y`", "exp2": "write `2**x`",
    "arcsin": "write `asin`", "arccos": "write `acos`", "arctan": "write `atan`", "arctan2": "write `atan2`",
    "cosine": "write `cos`", "sine": "write `sin`", "tangent": "write `tan`", "int": "write `floor`, `ceil` or `round`",
    "mod": "write `x % y`", "radians": "write `x*pi/180`", "deg2rad": "write `x*pi/180`", "fabs": "write `abs`",
    "range": "write a range `0..3`, both ends included", "linspace": "write `{linspace: [start, stop, length]}`",
    "geomspace": "write `{geomspace: [start, stop, length]}`", "logspace": "write `{geomspace: [start, stop, length]}`",
    "arange": "write a range `start..stop step c`, both ends included",
    "mean": "a summary takes it: `{mean: ..., over: AXES}`", "average": "a summary takes it: `{mean: ..., over: AXES}`",
    "avg": "a summary takes it: `{mean: ..., over: AXES}`", "sum": "a summary takes it: `{sum: ..., over: AXES}`",
}  # fmt: skip


class UnexpectedToken(Problem):
    """Something stands where the grammar has no place for it, or is missing."""

    code: ClassVar[str] = "E305"
    text: ClassVar[str] = "expected {expected}, found {found}"
    expected: str
    found: str
    before: str = ""
    advice: str = ""

    @property
    def hint(self) -> str:
        if self.advice:
            return self.advice
        if self.before == "%":
            return "`%` is the remainder of a division; one per cent is 0.01"
        return _ADVICE.get(self.found, "")


class ExpressionTooDeep(Problem):
    """Brackets or signs nested, or operators in a row, beyond the limit."""

    code: ClassVar[str] = "E306"
    text: ClassVar[str] = "the expression {what}"
    remedy: ClassVar[str] = "take brackets out, or name parts of it under `parameters:`"
    what: str = f"is nested deeper than {MAX_DEPTH} levels"


class UnclosedBracket(Problem):
    """A bracket that is opened and never closed."""

    code: ClassVar[str] = "E312"
    text: ClassVar[str] = "this bracket is never closed"
    remedy: ClassVar[str] = "write `)` where it ends"


class UnknownFunction(Problem):
    """A call of a function that the language does not have."""

    code: ClassVar[str] = "E307"
    text: ClassVar[str] = "there is no function `{name}`"
    name: str

    @property
    def hint(self) -> str:
        if (last := self.name.rpartition(".")[2]) != self.name and last in FUNCTIONS:
            return f"write `{last}`, without the name of a package"
        if self.name in _INSTEAD_OF:
            return _INSTEAD_OF[self.name]
        listed = f"the functions are {', '.join(FUNCTIONS)}; to multiply, write `{self.name}*(...)`"
        return did_you_mean(self.name, FUNCTIONS) or listed


class WrongArgumentCount(Problem):
    """A function with too few or too many arguments."""

    code: ClassVar[str] = "E308"
    text: ClassVar[str] = "`{name}` takes {wanted}, not {given}"
    remedy: ClassVar[str] = "`ionq-runner explain {name}` shows how it is written"
    name: str
    wanted: str
    given: int


class ChainedComparison(Problem):
    """`a < b < c`, which reads like mathematics but is ambiguous in a program."""

    code: ClassVar[str] = "E309"
    text: ClassVar[str] = "comparisons do not chain"
    remedy: ClassVar[str] = "write `{apart}`"
    apart: str


class RangeWhereNumber(Problem):
    """`a..b` where one number is wanted."""

    code: ClassVar[str] = "E310"
    text: ClassVar[str] = "a range stands where one number is wanted"
    remedy: ClassVar[str] = "a range `a..b` belongs in a loop, an operand, `measure` or an axis"


class FunctionWithoutCall(Problem):
    """The name of a function without its brackets."""

    code: ClassVar[str] = "E311"
    text: ClassVar[str] = "`{name}` is a function"
    remedy: ClassVar[str] = "write `{name}(...)`"
    name: str


def parse_expression(excerpt: Excerpt, *, parts: bool = False) -> Expression:
    """Parse one expression; with `parts`, its names may be a fit's parameter, as in `wave.amplitude`.

    Raises ProblemFound with the first thing that is wrong.
    """
    if (alone := _alone(excerpt)) is not None:
        return alone
    parser = _Parser(excerpt, parts=parts)
    expression = parser.expression()
    if parser.at(".."):
        raise ProblemFound(RangeWhereNumber(excerpt.span()))
    parser.finish()
    return expression


def parse_range(excerpt: Excerpt) -> Range | Expression:
    """Parse a range, or a single expression where there is no `..`. Raises ProblemFound."""
    if (alone := _alone(excerpt)) is not None:
        return alone
    parser = _Parser(excerpt)
    start = parser.expression()
    if not parser.at(".."):
        parser.finish()
        return start
    parser.advance()
    stop, step = parser.expression(), None
    if parser.at("step"):
        parser.advance()
        step = parser.expression()
    parser.finish()
    return Range(start, stop, step, excerpt)


def _alone(excerpt: Excerpt) -> Expression | None:
    """A whole number or a name that stands alone, as most operands do; None for anything else."""
    text, end = excerpt.text, len(excerpt.text)
    if _WHOLE.fullmatch(text):
        return Expression(Number(float(text), 0, end), frozenset(), excerpt, 0, end)
    if _NAME.fullmatch(text) and text not in _NOT_ALONE:
        return Expression(Name(text, 0, end), frozenset(() if text in CONSTANTS else (text,)), excerpt, 0, end)
    return None


class _Parser:
    """A position in the tokens of one excerpt."""

    def __init__(self, excerpt: Excerpt, *, parts: bool = False) -> None:
        self.excerpt = excerpt
        self.tokens = tokenize(excerpt, parts=parts)
        self.position = 0
        self.depth = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.position]

    def at(self, text: str) -> bool:
        return self.current.kind is not TokenKind.NUMBER and self.current.text == text

    def advance(self) -> Token:
        token = self.current
        self.position += 1
        return token

    def expression(self) -> Expression:
        start = self.current.start
        root = self.node(0)
        end = self.tokens[self.position - 1].end
        if _levels(root) > MAX_LEVELS:  # whatever follows the tree down later may do so by recursion
            raise ProblemFound(ExpressionTooDeep(self.excerpt.span(start, end), f"has more than {MAX_LEVELS} operators in a row"))
        names = frozenset(node.name for node in walk(root) if isinstance(node, Name) and node.name not in CONSTANTS)
        return Expression(root, names, self.excerpt, start, end)

    def node(self, binding: int) -> Node:
        """An operand and every infix operator after it that binds tighter than `binding`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ProblemFound(ExpressionTooDeep(self.excerpt.span(self.current.start, self.current.end)))
        start = self.current.start
        left = self.prefix()
        middle = start
        while (power := _INFIX.get(self.current.text, 0)) > binding and self.current.kind is not TokenKind.NUMBER:
            sign = self.advance()
            operator = sign.text
            if power == _COMPARISON and isinstance(left, Binary) and left.operator in COMPARISONS and left.start == start:
                self.refuse_chain(start, middle, sign)
            middle = self.current.start
            right = self.node(power - 1 if operator == "**" else power)
            left = Binary(operator, left, right, start, self.tokens[self.position - 1].end)
        self.depth -= 1
        return left

    def prefix(self) -> Node:
        token = self.advance()
        match token:
            case Token(TokenKind.NUMBER, text, start, end):
                return self.not_followed_by_operand(Number(float(text), start, end))
            case Token(TokenKind.OPERATOR, "-" | "+" as sign, start, _):
                operand = self.node(_SIGN)
                return Unary(sign, operand, start, self.tokens[self.position - 1].end)
            case Token(TokenKind.NAME, "not", start, _):
                operand = self.node(_NOT)
                return Unary("not", operand, start, self.tokens[self.position - 1].end)
            case Token(TokenKind.OPERATOR, "(", _, _):
                inner = self.node(0)
                self.close(token)
                self.not_followed_by_operand(inner, token.start)
                return inner
            case Token(TokenKind.NAME, text, _, _) if text not in _INFIX and text != "step":
                return self.call(token) if self.at("(") else self.name(token)
        self.position -= 1
        raise self.unexpected("a number, a name or `(`")

    def name(self, token: Token) -> Node:
        if token.text in FUNCTIONS:
            raise ProblemFound(FunctionWithoutCall(self.excerpt.span(token.start, token.end), token.text))
        return self.not_followed_by_operand(Name(token.text, token.start, token.end))

    def call(self, function: Token) -> Node:
        bracket = self.advance()
        arguments = [] if self.at(")") else [self.node(0)]
        while self.at(","):
            self.advance()
            arguments.append(self.node(0))
        self.close(bracket)
        span = self.excerpt.span(function.start, function.end)
        if function.text not in FUNCTIONS:
            raise ProblemFound(UnknownFunction(span, function.text))
        wanted = FUNCTIONS[function.text]
        if (wanted is None and len(arguments) < 2) or (wanted is not None and len(arguments) != wanted):
            words = {None: "two arguments or more", 1: "one argument"}.get(wanted, f"{wanted} arguments")
            raise ProblemFound(WrongArgumentCount(span, function.text, words, len(arguments)))
        end = self.tokens[self.position - 1].end
        return self.not_followed_by_operand(Call(function.text, tuple(arguments), function.start, end))

    def close(self, bracket: Token) -> None:
        if self.at(")"):
            self.advance()
        elif self.current.kind is TokenKind.END:
            raise ProblemFound(UnclosedBracket(self.excerpt.span(bracket.start, bracket.end)))
        else:
            raise self.unexpected("an operator, `,` or `)`" if bracket.start else "an operator or `)`")

    def not_followed_by_operand(self, node: Node, start: int | None = None) -> Node:
        """`2 pi`, `n (k)` and `(a) b` are a forgotten sign, and the remedy shows where it goes; brackets begin at `start`."""
        token = self.current
        operand = token.kind is TokenKind.NUMBER or self.at("(")
        name = token.kind is TokenKind.NAME and token.text not in _INFIX and token.text not in ("step", "not")
        if operand or name:
            begin = node.start if start is None else start
            left = self.excerpt.text[begin : self.tokens[self.position - 1].end]
            raise ProblemFound(MissingOperator(self.excerpt.span(begin, token.end), left, token.text))
        return node

    def finish(self) -> None:
        if self.current.kind is not TokenKind.END:
            raise self.unexpected("an operator or the end")

    def refuse_chain(self, start: int, middle: int, sign: Token) -> None:
        """Refuse `a < b < c`, of which b begins at `middle`."""
        self.node(_COMPARISON)
        text, end = self.excerpt.text, self.tokens[self.position - 1].end
        apart = f"{text[start : sign.start].strip()} and {text[middle:end]}"
        raise ProblemFound(ChainedComparison(self.excerpt.span(start, end), apart))

    def unexpected(self, expected: str) -> ProblemFound:
        token = self.current
        found = f"`{token.text}`" if token.text else ("the end" if self.excerpt.text.strip() else "nothing")
        start = token.start if token.text else max(0, len(self.excerpt.text.rstrip()) - 1)
        before = self.tokens[self.position - 1].text if self.position and not token.text else ""
        return ProblemFound(UnexpectedToken(self.excerpt.span(start, max(token.end, start + 1)), expected, found, before))


def _levels(root: Node) -> int:
    """The height of a tree, without recursion."""
    height, level = 0, [root]
    while level:
        height += 1
        level = [below for node in level for below in children(node)]
    return height

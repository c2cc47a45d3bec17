"""Arithmetic of OpenQASM -> expressions: precedence climbing over tokens, constants put in, whole numbers divided as whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ionq_runner.circuits.qasm.cursor import Cursor
from ionq_runner.circuits.qasm.lexer import Token
from ionq_runner.circuits.qasm.problems import QasmArity, QasmName, QasmRefused, QasmSyntax
from ionq_runner.diagnostics import ProblemFound
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.tree import Binary, Call, Name, Node, Number, Unary, walk

__all__ = ["Term", "Value", "as_expression", "constant", "parse_term"]

MAX_DEPTH = 64
MAX_LEVELS = 200

_EULER = 2.718281828459045
CONSTANTS = {
    "pi": 3.141592653589793,
    "π": 3.141592653589793,
    "tau": 6.283185307179586,
    "τ": 6.283185307179586,
    "euler": _EULER,
    "ℇ": _EULER,
}
_FUNCTIONS = {
    "sin": "sin", "cos": "cos", "tan": "tan", "exp": "exp", "ln": "log", "log": "log", "sqrt": "sqrt", "popcount": "popcount",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "ceiling": "ceil", "floor": "floor",
}  # fmt: skip
_TWO = {"pow": "**", "mod": "%"}
_CASTS = {"int", "uint", "float", "angle"}
_WHOLE_FUNCTIONS = {"ceil", "floor", "popcount"}
_LEVEL = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "**": 7,
}  # fmt: skip
_SIGN = 6
_WORDS = {"||": "or", "&&": "and"}
_BITS = {"&", "|", "<<", ">>", "~"}


class Term(NamedTuple):
    """A parsed part, and whether it is a whole number by its type."""

    node: Node
    whole: bool


class Value(NamedTuple):
    """What a name stands for in arithmetic: a number that is known, or a name that has its value later."""

    number: float | None
    name: str
    whole: bool


Lookup = Callable[[Token], Value]


def parse_term(cursor: Cursor, lookup: Lookup, *, old: bool) -> Term:
    """The arithmetic at the cursor; in OpenQASM 2 (`old`), `^` is a power. Raises ProblemFound."""
    return _Arithmetic(cursor, lookup, old).level(0, 0)


def as_expression(cursor: Cursor, term: Term, start: int) -> Expression:
    """The expression of a term that begins at a place and ends before the cursor."""
    names = frozenset(node.name for node in walk(term.node) if isinstance(node, Name))
    return Expression(term.node, names, cursor.excerpt, start, cursor.before.end)


def constant(expression: Expression) -> float | None:
    """Its value; None where a name in it has none yet. Raises ProblemFound where arithmetic has no result."""
    return None if expression.names else float(evaluate(expression, {}))


class _Arithmetic:
    def __init__(self, cursor: Cursor, lookup: Lookup, old: bool) -> None:
        self.cursor, self.lookup = cursor, lookup
        self.old, self.power = old, {"^", "**"} if old else {"**"}

    def level(self, least: int, depth: int) -> Term:
        """Operators that bind at least so tightly, from the left; powers from the right."""
        if depth > MAX_DEPTH:
            raise ProblemFound(QasmSyntax(self.cursor.here, f"arithmetic of at most {MAX_DEPTH} levels of brackets and signs", "more"))
        left = self.prefix(depth)
        for _ in range(MAX_LEVELS):
            operator = self.operator()
            level = _LEVEL.get(operator, 0)
            if not level or level < least:
                return left
            self.cursor.take()
            right = self.level(level + (operator != "**"), depth + 1)
            left = self.joined(operator, left, right)
        raise ProblemFound(QasmSyntax(self.cursor.here, f"at most {MAX_LEVELS} operators in a row", "more"))

    def operator(self) -> str:
        text = self.cursor.now.text
        if self.cursor.now.kind == "sign" and (text in _BITS or (text == "^" and text not in self.power)):
            raise ProblemFound(QasmRefused(self.cursor.here, text, "numbers have no bits here", "write it with `*`, `/` and `%`"))
        return "**" if text in self.power else text

    def joined(self, operator: str, left: Term, right: Term) -> Term:
        whole = left.whole and right.whole and not self.old  # version 2 knows real numbers only
        if operator == "/" and whole:
            operator = "//"
        start, end = left.node.start, right.node.end
        return Term(
            Binary(_WORDS.get(operator, operator), left.node, right.node, start, end),
            whole and operator in ("+", "-", "*", "//", "%", "**"),
        )

    def prefix(self, depth: int) -> Term:
        token = self.cursor.take()
        match token.kind, token.text:
            case "sign", "-" | "+":
                inner = self.level(_SIGN, depth + 1)
                return Term(Unary(token.text, inner.node, token.start, inner.node.end), inner.whole)
            case "sign", "!":
                inner = self.level(_SIGN, depth + 1)
                return Term(Unary("not", inner.node, token.start, inner.node.end), False)
            case "sign", "(":
                inner = self.level(0, depth + 1)
                self.cursor.expect(")")
                return inner
            case "number", _:
                return self.number(token)
            case "name", "true" | "false":
                return Term(Number(float(token.text == "true"), token.start, token.end), True)
            case "name", _ if self.cursor.now.text == "(" and self.cursor.now.kind == "sign":
                return self.call(token, depth)
            case "name", text if text in _CASTS and self.cursor.now.text == "[":
                self.cursor.skip_brackets()
                return self.call(token, depth)
            case "name", text if text in CONSTANTS:
                return Term(Number(CONSTANTS[text], token.start, token.end), False)
            case "name", _:
                value = self.lookup(token)
                node = Name(value.name, token.start, token.end) if value.number is None else Number(value.number, token.start, token.end)
                return Term(node, value.whole)
        raise ProblemFound(self.cursor.expected("a number", token))

    def number(self, token: Token) -> Term:
        text = token.text.replace("_", "")
        if self.cursor.now.kind == "name" and self.cursor.now.start == token.end:
            unit = self.cursor.now.text
            raise ProblemFound(
                QasmRefused(self.cursor.here, f"{token.text}{unit}", "times and imaginary numbers have no place in a circuit")
            )
        if text[:2].lower() in ("0x", "0b", "0o"):
            return Term(Number(float(int(text, 0)), token.start, token.end), True)
        value = float(text)
        if value == float("inf"):
            raise ProblemFound(QasmSyntax(self.cursor.span_of(token), "a number below 1e308", "a larger one"))
        return Term(Number(value, token.start, token.end), text.isdigit())

    def call(self, token: Token, depth: int) -> Term:
        self.cursor.expect("(")
        arguments = [self.level(0, depth + 1)]
        while self.cursor.accept(","):
            arguments.append(self.level(0, depth + 1))
        end = self.cursor.expect(")").end
        name, count = token.text, len(arguments)
        nodes = tuple(argument.node for argument in arguments)
        if name in _TWO and count == 2:
            return Term(Binary(_TWO[name], nodes[0], nodes[1], token.start, end), all(argument.whole for argument in arguments))
        if name in _CASTS and count == 1:
            whole = name in ("int", "uint")
            return Term(Call("floor", nodes, token.start, end), True) if whole and not arguments[0].whole else Term(nodes[0], whole)
        if name in _FUNCTIONS and count == 1:
            own = _FUNCTIONS[name]
            return Term(Call(own, nodes, token.start, end), own in _WHOLE_FUNCTIONS)
        known = (*_FUNCTIONS, *_TWO, *sorted(_CASTS))
        if name in known:
            wanted = "two arguments" if name in _TWO else "one argument"
            raise ProblemFound(QasmArity(self.cursor.span_of(token), f"`{name}` takes {wanted}, not {count}"))
        raise ProblemFound(QasmName(self.cursor.span_of(token), "no function", name, known))

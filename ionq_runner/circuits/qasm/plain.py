"""Plain calls, `name(numbers) q[0], r[1];`: nearly all lines of files that programs write, read by one regular expression each.

Ten times faster than token by token. Whatever is not plain, or wrong, is left to the readers of phrases, which say why.
"""

from __future__ import annotations

import math
import re

from ionq_runner.circuits.qasm.arithmetic import as_expression, parse_term
from ionq_runner.circuits.qasm.cursor import Cursor
from ionq_runner.circuits.qasm.names import GateForm, Register
from ionq_runner.circuits.qasm.reader import Reader
from ionq_runner.circuits.statements import GateStatement, Statement
from ionq_runner.diagnostics import Excerpt, ProblemFound, Span
from ionq_runner.expressions import Expression
from ionq_runner.expressions.tree import Number

__all__ = ["PlainCalls"]

_CALL = re.compile(
    r"\s*(?P<whole>(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*(?:\((?P<arguments>[^();]*)\))?"
    r"[ \t]*(?P<operands>[A-Za-z_][A-Za-z0-9_]*\[[0-9]+\](?:[ \t]*,[ \t]*[A-Za-z_][A-Za-z0-9_]*\[[0-9]+\])*)[ \t]*;)"
)
_DIGITS = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(rf"[ ]*(-?{_DIGITS}|(?P<sign>-?)(?:(?P<times>{_DIGITS})\*)?pi(?:/(?P<by>{_DIGITS}))?)[ ]*")
_NOTHING: frozenset[str] = frozenset()


class PlainCalls:
    """Reads plain calls from a reader's text. What was read once is the same statement again, with the place of the first."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.cursor, self.state = reader, reader.cursor, reader.state
        self.excerpt = reader.cursor.excerpt
        self.known: dict[str, Statement] = {}
        self.operands: dict[str, Expression] = {}
        self.numbers: dict[str, Expression] = {}
        self.forms: dict[str, GateForm] = {}  # for which all of this holds

    def read(self) -> list[Statement]:
        """As many plain calls as follow each other where the cursor is."""
        start = self.cursor.unread
        if start is None or self.state.measured.any:
            return []
        if self.forms != self.state.gates:  # names may mean something else by now
            self.forms, self.known, self.operands = dict(self.state.gates), {}, {}
        found: list[Statement] = []
        text, match_at, known = self.excerpt.text, _CALL.match, self.known
        while (match := match_at(text, start)) is not None:
            whole = match["whole"]
            statement = known.get(whole) or self._statement(match)
            if statement is None:
                break
            known[whole] = statement
            found.append(statement)
            start = match.end()
        if found:
            self.cursor.pass_over(start)
        return found

    def _statement(self, match: re.Match[str]) -> GateStatement | None:
        name, words = match["name"], match["arguments"]
        form = self.forms.get(name)
        if form is None or not form.becomes or (name == "U" and self.reader.phases_count):
            return None
        operands = tuple([self._operand(operand.strip()) for operand in match["operands"].split(",")])
        arguments = self._arguments(words, match.start("arguments")) if words is not None and words.strip() else ()
        if arguments is None or len(arguments) != form.arguments or len(operands) != form.qubits or None in operands:
            return None
        span = self._span(*match.span("whole"))
        return GateStatement(form.becomes, arguments, operands, span, span)  # type: ignore[arg-type]

    def _operand(self, text: str) -> Expression | None:
        found = self.operands.get(text)
        if found is None:
            name, _, index = text[:-1].partition("[")
            register = self.state.names.find(name)
            if not isinstance(register, Register) or len(index) > 5 or int(index) >= len(register.qubits):
                return None
            qubit = register.qubits[int(index)]
            self.state.touched.add(qubit)
            found = self.operands[text] = self.reader.qubit(qubit, register.span)
        return found

    def _arguments(self, text: str, start: int) -> tuple[Expression, ...] | None:
        found = []
        for part in text.split(","):
            end = start + len(part)
            if (again := self.numbers.get(part)) is not None:
                found.append(again)
            elif (match := _NUMBER.fullmatch(part)) is not None and (value := _value(match)) is not None:
                self.numbers[part] = Expression(Number(value), _NOTHING, self.excerpt, start, end)
                found.append(self.numbers[part])
            elif (expression := self._expression(start, end)) is not None:
                found.append(expression)
            else:
                return None
            start = end + 1
        return tuple(found)

    def _expression(self, start: int, end: int) -> Expression | None:
        """Arithmetic that fills its place; None where it does not, or is wrong."""
        cursor = Cursor(self.excerpt.slice(start, end))
        try:
            expression = as_expression(cursor, parse_term(cursor, self.reader.value, old=self.reader.version == 2), 0)
            return None if cursor.now.kind else expression
        except ProblemFound:
            return None

    def _span(self, start: int, end: int) -> Span:
        excerpt: Excerpt = self.excerpt
        return Span(excerpt.source, excerpt.start + start, excerpt.start + end) if excerpt.offsets is None else excerpt.span(start, end)


def _value(match: re.Match[str]) -> float | None:
    """`0.5`, `pi`, `-3*pi/8`: what the reader of arithmetic makes of it; None where that refuses it."""
    sign, times, by = match["sign"], match["times"], match["by"]
    value = float(match[1]) if sign is None else math.pi
    if sign is not None:
        factor = 1.0 if times is None else float(times)
        value *= -factor if sign else factor
        if by is not None:
            divisor = float(by)
            if divisor == 0:
                return None
            value /= divisor
    return value if math.isfinite(value) else None

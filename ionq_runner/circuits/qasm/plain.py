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
from ionq_runner.diagnostics import ProblemFound, Span
from ionq_runner.expressions import Expression
from ionq_runner.expressions.tree import Number

__all__ = ["PlainCalls"]

# the whole call, its name, its arguments, its operands
_CALL = re.compile(
    r"\s*(([A-Za-z_][A-Za-z0-9_]*)[ \t]*(?:\(([^();]*)\))?"
    r"[ \t]*([A-Za-z_][A-Za-z0-9_]*\[[0-9]+\](?:[ \t]*,[ \t]*[A-Za-z_][A-Za-z0-9_]*\[[0-9]+\])*)[ \t]*;)"
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
        self.operands: dict[str, tuple[Expression, ...]] = {}
        self.numbers: dict[str, Expression] = {}
        self.forms: dict[str, GateForm] = {}  # for which all of this holds
        source, first = self.excerpt.source, self.excerpt.start
        plain = self.excerpt.offsets is None
        self.span = (lambda start, end: Span(source, first + start, first + end)) if plain else self.excerpt.span

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
            whole = match[1]
            statement = known.get(whole)
            if statement is None:
                statement = self._statement(match)
                if statement is None:
                    break
                known[whole] = statement
            found.append(statement)
            start = match.end()
        if found:
            self.cursor.pass_over(start)
        return found

    def _statement(self, match: re.Match[str]) -> GateStatement | None:
        _, name, words, places = match.groups()
        form = self.forms.get(name)
        if form is None or not form.becomes or (name == "U" and self.reader.phases_count):
            return None
        operands = self.operands.get(places) or self._operands(places)
        arguments = self._arguments(words, match.start(3)) if words and not words.isspace() else ()
        if arguments is None or len(arguments) != form.arguments or operands is None or len(operands) != form.qubits:
            return None
        begin, end = match.span(1)
        span = self.span(begin, end)
        return GateStatement(form.becomes, arguments, operands, span, span)

    def _operands(self, text: str) -> tuple[Expression, ...] | None:
        """Elements of registers; None where there is no such one."""
        found = tuple([operand for place in text.split(",") if (operand := self._operand(place.strip())) is not None])
        if len(found) <= text.count(","):
            return None
        self.operands[text] = found
        return found

    def _operand(self, text: str) -> Expression | None:
        name, _, index = text[:-1].partition("[")
        register = self.state.names.find(name)
        if not isinstance(register, Register) or len(index) > 5 or int(index) >= len(register.qubits):
            return None
        qubit = register.qubits[int(index)]
        self.state.touched.add(qubit)
        return self.reader.qubit(qubit, register.span)

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

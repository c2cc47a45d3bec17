"""Phrases of OpenQASM at a cursor: arithmetic, ranges, sizes, and operands with their indices; and what has been declared before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ionq_runner.circuits.elaborate import NoSuchElement
from ionq_runner.circuits.qasm.arithmetic import Value, as_expression, constant, parse_term
from ionq_runner.circuits.qasm.calls import Row
from ionq_runner.circuits.qasm.cursor import Cursor
from ionq_runner.circuits.qasm.lexer import Token
from ionq_runner.circuits.qasm.measuring import Measured
from ionq_runner.circuits.qasm.names import GateForm, GateQubit, Names, Parameter, Register
from ionq_runner.circuits.qasm.problems import QasmRefused, QasmSyntax
from ionq_runner.circuits.statements import BlockDefinition, Element, Operand
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Span
from ionq_runner.expressions import Expression, Range, whole
from ionq_runner.expressions.evaluation import range_values
from ionq_runner.expressions.tree import Binary, Name, Number

__all__ = ["MAX_QUBITS", "Declarations", "Input", "Reader", "values_of"]

MAX_QUBITS = 10_000
_CONTROL = re.compile(r"\b(?:neg)?ctrl\b")


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of the circuit, `input float theta;`: its value comes from outside."""

    name: str
    whole: bool
    span: Span


@dataclass(slots=True)
class Declarations:
    """What a text has declared and done so far."""

    names: Names = field(default_factory=Names)
    gates: dict[str, GateForm] = field(default_factory=dict)
    blocks: dict[str, BlockDefinition] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    qubits: int = 0
    made: int = 0  # gates, counted before they are made
    touched: set[int] = field(default_factory=set)  # qubits on which a gate has acted
    measured: Measured = field(default_factory=Measured)
    left_out: set[str] = field(default_factory=set)
    rows: dict[str, Row] = field(default_factory=dict)  # of whole registers
    host: GateQubit | None = None  # the first qubit of the gate that is being defined


class Reader:
    """Reads phrases; `version` is that of OpenQASM."""

    def __init__(self, excerpt: Excerpt, problems: Problems, state: Declarations) -> None:
        self.cursor, self.problems, self.state = Cursor(excerpt), problems, state
        self.version = 3
        self.phases_count = _CONTROL.search(excerpt.text) is not None  # whether a phase can be seen

    def arithmetic(self) -> tuple[Expression, bool]:
        start = self.cursor.now.start
        term = parse_term(self.cursor, self.value, old=self.version == 2)
        return as_expression(self.cursor, term, start), term.whole

    def value(self, token: Token) -> Value:
        found = self.state.names.wanted(token.text, self.cursor.span_of(token), Parameter, "no number")
        return Value(found.number, found.later, found.whole)

    def whole_constant(self, expression: Expression, what: str) -> int:
        number = constant(expression)
        if number is None:
            raise ProblemFound(QasmRefused(expression.span, expression.text, f"{what} is known before the circuit runs"))
        return whole(number, expression.span)

    def size(self, what: str) -> int:
        expression, _ = self.arithmetic()
        number = self.whole_constant(expression, what)
        if not 1 <= number <= MAX_QUBITS:
            raise ProblemFound(QasmSyntax(expression.span, f"a size from 1 to {MAX_QUBITS:,}", str(number)))
        return number

    def range_inside(self) -> Range:
        """`start:stop` or `start:step:stop`, both ends included where the steps arrive there."""
        first, _ = self.arithmetic()
        self.cursor.expect(":")
        second, _ = self.arithmetic()
        third = self.arithmetic()[0] if self.cursor.accept(":") else None
        start, step, stop = (first, None, second) if third is None else (first, second, third)
        if step is not None:
            stop = self.reached(start, step, stop)
        return Range(start, stop, step, self.cursor.excerpt.slice(start.start, self.cursor.before.end))

    def reached(self, start: Expression, step: Expression, stop: Expression) -> Expression:
        """The last value of a range with steps: ours have to arrive at their end, those of OpenQASM stop before it."""
        numbers = [constant(own) for own in (start, step, stop)]
        if None in numbers:
            root = Binary("+", start.root, Binary("*", step.root, Binary("//", Binary("-", stop.root, start.root), step.root)))
            names = start.names | step.names | stop.names
            return Expression(root, names, stop.excerpt, stop.start, stop.end)
        first, stride, last = (number or 0.0 for number in numbers)
        if stride == 0:
            return stop
        return Expression(Number(first + stride * ((last - first) // stride)), frozenset(), stop.excerpt, stop.start, stop.end)

    def operand(self) -> Row:
        """`q`, `q[i]`, `q[0:2]`, `q[{0, 2}]`."""
        token = self.cursor.take()
        if token.kind == "hardware":
            raise ProblemFound(
                QasmRefused(self.cursor.span_of(token), token.text, "IonQ chooses the ions", "declare a register, `qubit[2] q;`")
            )
        if token.kind != "name":
            raise ProblemFound(self.cursor.expected("a qubit", token))
        span = self.cursor.span_of(token)
        found = self.state.names.find(token.text)
        if isinstance(found, GateQubit):
            return Row((self.named(token.text, span),), single=True)
        register = self.state.names.wanted(token.text, span, Register, "no qubit or register")
        if self.state.host is not None:
            raise ProblemFound(QasmRefused(span, token.text, "a gate acts on its own qubits alone"))
        if not self.cursor.accept("["):
            return self.whole(register)
        row = self.element(register)
        self.cursor.expect("]")
        return row

    def whole(self, register: Register) -> Row:
        """All of a register, made once: a text may name a large one in every line."""
        if register.name not in self.state.rows or self.state.rows[register.name].numbers != register.qubits:
            operands = tuple(self.qubit(number, register.span) for number in register.qubits)
            self.state.rows[register.name] = Row(operands, register.single, register.qubits)
        return self.state.rows[register.name]

    def element(self, register: Register) -> Row:
        if self.cursor.accept("{"):
            operands = [self.indexed(register, self.arithmetic()[0])]
            while self.cursor.accept(","):
                operands.append(self.indexed(register, self.arithmetic()[0]))
            self.cursor.expect("}")
            return known(operands)
        position = self.cursor.position
        first, _ = self.arithmetic()
        if self.cursor.now.text != ":":
            return known([self.indexed(register, first)], single=True)
        self.cursor.position = position
        extent = self.range_inside()
        values = values_of(extent, extent.span)
        size = len(register.qubits)
        chosen: list[Operand] = []
        for value in values:
            index = whole(value, extent.span)
            if not -size <= index < size:
                raise ProblemFound(NoSuchElement(extent.span, register.name, index, size))
            chosen.append(self.qubit(register.qubits[index], extent.span))
        return known(chosen)

    def indexed(self, register: Register, index: Expression) -> Operand:
        number = constant(index)
        if number is None:
            return Element(register.name, register.qubits, index)
        place, size = whole(number, index.span), len(register.qubits)
        if not -size <= place < size:
            raise ProblemFound(NoSuchElement(index.span, register.name, place, size))
        return Expression(Number(float(register.qubits[place])), frozenset(), index.excerpt, index.start, index.end)

    def qubit(self, number: int, span: Span) -> Expression:
        return Expression(Number(float(number)), frozenset(), Excerpt(span.source.text, span.source, 0), span.start, span.end)

    def named(self, name: str, span: Span) -> Expression:
        return Expression(Name(name), frozenset({name}), Excerpt(span.source.text, span.source, 0), span.start, span.end)

    def numbers(self, row: Row, start: Token) -> tuple[int, ...]:
        """The qubits of an operand by their numbers."""
        if row.numbers is None:
            raise ProblemFound(QasmRefused(self.cursor.since(start), "measure", "which qubit it is depends on an input"))
        return row.numbers


def known(operands: Sequence[Operand], *, single: bool = False) -> Row:
    """Operands, with the numbers of their qubits where those are known."""
    numbers = [constant(operand) if isinstance(operand, Expression) else None for operand in operands]
    found = tuple(int(number) for number in numbers if number is not None)
    return Row(tuple(operands), single, found if len(found) == len(numbers) else None)


def values_of(over: Range | tuple[tuple[Expression, ...], ...], span: Span) -> Iterator[float]:
    """The values of a loop or a slice, which have to be known. Raises ProblemFound."""
    expressions = [over.start, over.stop, *([over.step] if over.step else [])] if isinstance(over, Range) else [row[0] for row in over]
    if any(expression.names for expression in expressions):
        raise ProblemFound(QasmRefused(span, "measure", "which qubits it measures depends on an input"))
    if not isinstance(over, Range):
        for expression in expressions:
            yield float(constant(expression) or 0.0)
        return
    start, step, length = range_values(over, {})
    for index in range(length):
        yield start + step * index

"""Calls of gates, read at a cursor: modifiers, arguments and operands -> statements."""

from __future__ import annotations

from collections.abc import Iterator

from ionq_runner.circuits.elaborate import MAX_GATES, TooManyGates
from ionq_runner.circuits.qasm.calls import GPHASE, Call, Modifier, statements_of
from ionq_runner.circuits.qasm.lexer import Token
from ionq_runner.circuits.qasm.library import LIBRARIES, library
from ionq_runner.circuits.qasm.names import GateForm
from ionq_runner.circuits.qasm.problems import QasmArity, QasmLeftOut, QasmName, QasmSyntax
from ionq_runner.circuits.qasm.reader import Reader
from ionq_runner.circuits.statements import Element, Statement
from ionq_runner.diagnostics import Problem, ProblemFound, Span
from ionq_runner.expressions import Expression
from ionq_runner.expressions.tree import Binary, Number

__all__ = ["GateCalls"]


class GateCalls(Reader):
    """Reads calls of gates."""

    def call(self) -> list[Statement]:
        start = self.cursor.now
        modifiers = tuple(self.modifiers())
        name = self.cursor.name("the name of a gate")
        span = self.cursor.span_of(name)
        is_phase = name.text == GPHASE and self.version == 3
        form = GateForm(1, 0, "p") if is_phase else self.state.gates.get(name.text)
        if form is None:
            raise ProblemFound(self.unknown(name))
        arguments = self.arguments() if self.cursor.accept("(") else ()
        if len(arguments) != form.arguments:
            wanted = "1 argument" if form.arguments == 1 else f"{form.arguments or 'no'} arguments"
            raise ProblemFound(QasmArity(span, f"`{name.text}` takes {wanted}, not {len(arguments)}"))
        rows = [] if self.cursor.now.text == ";" else [self.operand()]
        while self.cursor.accept(","):
            rows.append(self.operand())
        self.cursor.expect(";")
        if not form.becomes:
            if name.text not in self.state.left_out:
                self.state.left_out.add(name.text)
                self.problems.add(QasmLeftOut(span, name.text, "IonQ has no idle gate"))
            return []
        host = self.state.host
        call = Call(
            name.text, form.becomes, arguments, form.qubits, modifiers, tuple(rows),
            phase=self.phase(name.text, form, arguments),
            host=self.named(host.name, host.span) if host is not None and self.phases_count else None,
            name_span=span, span=self.cursor.since(start),
        )  # fmt: skip
        return self.counted(call)

    def counted(self, call: Call) -> list[Statement]:
        self.state.made += 1
        if self.state.made > MAX_GATES:
            raise ProblemFound(TooManyGates(call.span))
        statements = list(statements_of(call))
        for row in call.rows:
            if row.numbers is not None:
                self.touch(row.numbers, call.span)
            else:
                for operand in row.operands:
                    self.touch(operand.qubits if isinstance(operand, Element) else (), call.span)
        return statements

    def touch(self, qubits: tuple[int, ...], span: Span) -> None:
        self.state.measured.check_untouched(qubits, span)
        self.state.touched.update(qubits)

    def phase(self, name: str, form: GateForm, arguments: tuple[Expression, ...]) -> Expression | None:
        """The phase that `U` of version 3 has beyond `u`: half its first angle."""
        if not (self.phases_count and self.version == 3 and name == "U" and form.span is None):
            return None
        theta = arguments[0]
        return Expression(Binary("/", theta.root, Number(2.0)), theta.names, theta.excerpt, theta.start, theta.end)

    def unknown(self, name: Token) -> Problem:
        file = "qelib1.inc" if self.version == 2 else "stdgates.inc"
        in_library = name.text in library(LIBRARIES[file])[0] or name.text in ("u2", "u3")
        advice = f'write `include "{file}";` at the top' if in_library and name.text not in self.state.gates else ""
        return QasmName(self.cursor.span_of(name), "no gate", name.text, tuple(self.state.gates), advice)

    def modifiers(self) -> Iterator[Modifier]:
        while self.cursor.now.text in ("inv", "pow", "ctrl", "negctrl") and self.cursor.now.text not in self.state.gates:
            token = self.cursor.take()
            power, is_whole, count = None, False, 0
            if token.text == "pow":
                self.cursor.expect("(")
                power, is_whole = self.arithmetic()
                self.cursor.expect(")")
            elif token.text != "inv":
                count = 1
                if self.cursor.accept("("):
                    expression, _ = self.arithmetic()
                    self.cursor.expect(")")
                    count = self.whole_constant(expression, "a number of controls")
                    if count < 1:
                        raise ProblemFound(QasmSyntax(expression.span, "at least one control", str(count)))
            span = self.cursor.since(token)
            self.cursor.expect("@")
            yield Modifier(token.text, count, power, is_whole, span)

    def arguments(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while not self.cursor.accept(")"):
            if found:
                self.cursor.expect(",")
            found.append(self.arithmetic()[0])
        return tuple(found)

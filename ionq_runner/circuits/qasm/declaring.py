"""Declarations of OpenQASM: registers, numbers, inputs and aliases; and the words that cannot be names."""

from __future__ import annotations

from ionq_runner.circuits.elaborate import NoSuchElement
from ionq_runner.circuits.qasm.arithmetic import CONSTANTS, constant
from ionq_runner.circuits.qasm.gatecalls import GateCalls
from ionq_runner.circuits.qasm.lexer import Token
from ionq_runner.circuits.qasm.names import Bits, Parameter, Register
from ionq_runner.circuits.qasm.problems import QasmLeftOut, QasmRefused, QasmSyntax
from ionq_runner.circuits.qasm.reader import MAX_QUBITS, Input
from ionq_runner.diagnostics import ProblemFound
from ionq_runner.expressions import whole

__all__ = ["NUMBER_TYPES", "REFUSED", "STATEMENTS", "DeclarationReader"]

NUMBER_TYPES = {"int", "uint", "float", "angle", "bool"}
STATEMENTS = {"include", "qreg", "creg", "qubit", "bit", "const", "input", "let", "gate", "for", "measure", "reset"}
_NO_CIRCUIT = "it decides or repeats while the circuit runs, and IonQ's circuits run straight through"
REFUSED = {
    "if": _NO_CIRCUIT, "while": _NO_CIRCUIT, "switch": _NO_CIRCUIT, "break": _NO_CIRCUIT, "continue": _NO_CIRCUIT, "else": _NO_CIRCUIT,
    "end": _NO_CIRCUIT, "def": "subroutines run while the circuit runs; write a `gate`", "extern": "IonQ's circuits call no program",
    "return": "subroutines run while the circuit runs", "delay": "IonQ has no timed idling; leave it out",
    "box": "IonQ has no timing of gates", "duration": "IonQ has no timing of gates", "stretch": "IonQ has no timing of gates",
    "cal": "IonQ takes no pulses of one's own", "defcal": "IonQ takes no pulses of one's own",
    "defcalgrammar": "IonQ takes no pulses of one's own", "opaque": "a gate without a definition cannot be run",
    "output": "what a circuit gives are its measurements", "array": "arrays are not read; write the numbers into the loop",
    "complex": "angles are real numbers",
}  # fmt: skip


class DeclarationReader(GateCalls):
    """Reads declarations."""

    def left_out(self, token: Token, what: str, reason: str) -> None:
        """Note a statement that changes nothing; of each kind the first."""
        if what not in self.state.left_out:
            self.state.left_out.add(what)
            self.problems.add(QasmLeftOut(self.cursor.span_of(token), what, reason))

    def old_register(self, token: Token) -> None:
        name = self.cursor.name("the name of a register")
        self.cursor.expect("[")
        size = self.size("a register")
        self.cursor.expect("]")
        self.cursor.expect(";")
        self.declare(token.text == "qreg", name, size, single=False)

    def register(self, token: Token) -> None:
        size, single = 1, True
        if self.cursor.accept("["):
            size, single = self.size("a register"), False
            self.cursor.expect("]")
        name = self.cursor.name("the name of a register")
        self.declare(token.text == "qubit", name, size, single=single)
        if token.text == "bit" and self.cursor.accept("="):
            self.cursor.expect("measure")
            self.measure_into(name, self.state.names.wanted(name.text, self.cursor.span_of(name), Bits, "no register"), None)
        self.cursor.expect(";")

    def declare(self, quantum: bool, name: Token, size: int, *, single: bool) -> None:
        span = self.cursor.span_of(name)
        self.check_free(name)
        if quantum:
            first = self.state.qubits
            self.state.qubits += size
            if self.state.qubits > MAX_QUBITS:
                raise ProblemFound(QasmSyntax(span, f"at most {MAX_QUBITS:,} qubits in all", f"{self.state.qubits:,}"))
            self.state.names.declare(Register(name.text, tuple(range(first, first + size)), span, single))
        else:
            self.state.names.declare(Bits(name.text, size, span, single))

    def check_free(self, name: Token) -> None:
        if name.text in CONSTANTS or name.text in NUMBER_TYPES or name.text in REFUSED or name.text in STATEMENTS:
            raise ProblemFound(QasmSyntax(self.cursor.span_of(name), "a name of one's own", f"the word `{name.text}` of the language"))

    def type_ends(self) -> None:
        if self.cursor.now.text == "[":
            self.cursor.skip_brackets()

    def constant(self, _token: Token) -> None:
        kind = self.cursor.name("a type")
        if kind.text not in NUMBER_TYPES:
            raise ProblemFound(self.cursor.expected("a type of numbers", kind))
        self.number(kind)

    def number(self, kind: Token) -> None:
        """`const float x = pi/4;`, and without `const`: nothing is assigned twice here, so it stays what it is."""
        self.type_ends()
        name = self.cursor.name("a name")
        self.check_free(name)
        if not self.cursor.accept("="):
            raise ProblemFound(
                QasmRefused(self.cursor.span_of(name), name.text, "a number without a value is one that changes", "give it a value")
            )
        if self.cursor.now.text == "measure":
            raise ProblemFound(QasmRefused(self.cursor.here, "measure", "the outcome of a measurement is a bit, not a number"))
        expression, is_whole = self.arithmetic()
        value = constant(expression)
        if value is None:
            raise ProblemFound(QasmRefused(expression.span, name.text, "it depends on an input", "write the expression where it is used"))
        self.cursor.expect(";")
        is_whole = kind.text in ("int", "uint", "bool") or (is_whole and kind.text not in ("float", "angle"))
        if kind.text in ("int", "uint"):
            value = float(whole(value, expression.span))
        self.state.names.declare(Parameter(name.text, value, name.text, is_whole, self.cursor.span_of(name)))

    def input(self, _token: Token) -> None:
        kind = self.cursor.name("a type")
        if kind.text not in NUMBER_TYPES:
            raise ProblemFound(
                QasmRefused(self.cursor.span_of(kind), f"input {kind.text}", "inputs are numbers: int, uint, float or angle")
            )
        self.type_ends()
        name = self.cursor.name("a name")
        self.check_free(name)
        self.cursor.expect(";")
        span = self.cursor.span_of(name)
        is_whole = kind.text in ("int", "uint")
        self.state.names.declare(Parameter(name.text, None, name.text, is_whole, span))
        self.state.inputs.append(Input(name.text, is_whole, span))

    def alias(self, _token: Token) -> None:
        name = self.cursor.name("a name")
        self.check_free(name)
        self.cursor.expect("=")
        qubits = [*self.alias_part()]
        while self.cursor.accept("++"):
            qubits += self.alias_part()
        self.cursor.expect(";")
        self.state.names.declare(Register(name.text, tuple(qubits), self.cursor.span_of(name)))

    def alias_part(self) -> tuple[int, ...]:
        start = self.cursor.now
        row = self.operand()
        if row.numbers is None:
            raise ProblemFound(QasmRefused(self.cursor.since(start), "let", "an alias is of qubits that are known by their numbers"))
        return row.numbers

    def measure_into(self, name: Token, bits: Bits, index: int | None) -> None:
        start = self.cursor.now
        row = self.operand()
        self.state.measured.add(self.numbers(row, start), bits, index, self.cursor.since(name))

    def bit(self, name: Token) -> tuple[Bits, int | None]:
        bits = self.state.names.wanted(name.text, self.cursor.span_of(name), Bits, "no classical register")
        if not self.cursor.accept("["):
            return bits, 0 if bits.single else None
        expression, _ = self.arithmetic()
        self.cursor.expect("]")
        index = self.whole_constant(expression, "an index")
        if not -bits.size <= index < bits.size:
            raise ProblemFound(NoSuchElement(expression.span, name.text, index, bits.size))
        return bits, index % bits.size

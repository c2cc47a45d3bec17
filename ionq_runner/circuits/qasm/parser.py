"""OpenQASM 2, and the part of 3 that is a circuit -> statements: one pass, names declared before they are used.

Loops stay loops, gate definitions become blocks. What measures is read at once: a loop with a measurement inside is written out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ionq_runner.circuits.collector import uncollected
from ionq_runner.circuits.qasm.declaring import NUMBER_TYPES, REFUSED, DeclarationReader
from ionq_runner.circuits.qasm.definitions import defined_gate
from ionq_runner.circuits.qasm.lexer import Token
from ionq_runner.circuits.qasm.library import LIBRARIES, built_in, library
from ionq_runner.circuits.qasm.names import Bits, GateForm, GateQubit, Parameter
from ionq_runner.circuits.qasm.plain import PlainCalls
from ionq_runner.circuits.qasm.problems import QasmRefused, QasmSyntax, QasmTwice
from ionq_runner.circuits.qasm.reader import MAX_QUBITS, Declarations, Input, values_of
from ionq_runner.circuits.statements import BlockDefinition, For, Statement
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Span
from ionq_runner.expressions import Expression, Range

__all__ = ["QasmCircuit", "parse_qasm"]

MAX_DEPTH = 32

_LEFT_OUT = {"barrier": "IonQ's compiler knows none", "nop": "it does nothing"}


@dataclass(frozen=True, slots=True)
class QasmCircuit:
    """What an OpenQASM text says: statements over numbered qubits, the gates it defines, its inputs, and what it measures."""

    qubits: int
    statements: tuple[Statement, ...]
    blocks: dict[str, BlockDefinition]
    inputs: tuple[Input, ...]
    measurements: tuple[tuple[str, tuple[int, ...], Span], ...]  # key, qubits in the order of its bits; empty: none


@uncollected()
def parse_qasm(excerpt: Excerpt, problems: Problems) -> QasmCircuit | None:
    """The circuit of a text; None where it is wrong, which is noted at its place, as is what was left out."""
    try:
        return _Parser(excerpt, problems, Declarations()).program()
    except ProblemFound as found:
        problems.add(found.problem)
        return None


class _Parser(DeclarationReader):
    def __init__(self, excerpt: Excerpt, problems: Problems, state: Declarations) -> None:
        super().__init__(excerpt, problems, state)
        self.depth = 0
        self.home = ""  # of the blocks that are defined

    # --- the whole text

    def program(self) -> QasmCircuit:
        self.header()
        statements: list[Statement] = []
        plain = PlainCalls(self)
        while (found := plain.read()) or self.cursor.now.kind:
            statements += found or self.statement()
        keys = self.state.measured.keys(self.state.names)
        return QasmCircuit(self.state.qubits, tuple(statements), self.state.blocks, tuple(self.state.inputs), keys)

    def header(self) -> None:
        if self.cursor.accept("OPENQASM"):
            token = self.cursor.take()
            major = token.text.partition(".")[0]
            if token.kind != "number" or major not in ("2", "3"):
                raise ProblemFound(self.cursor.expected("version 2 or 3 of OpenQASM", token))
            self.version = int(major)
            self.cursor.expect(";")
        self.state.gates.update(built_in(self.version))

    def statement(self) -> list[Statement]:
        token = self.cursor.now
        if self.cursor.accept(";"):
            return []
        if token.kind == "pragma":
            self.cursor.take()
            self.left_out(token, token.text.split()[0], "it is meant for another program")
            return []
        if token.text == "@":
            self.annotation(token)
            return []
        if token.kind != "name":
            raise ProblemFound(self.cursor.expected("a statement"))
        if token.text in REFUSED:
            raise ProblemFound(QasmRefused(self.cursor.here, token.text, REFUSED[token.text]))
        if token.text in _LEFT_OUT:
            self.left_out(token, token.text, _LEFT_OUT[token.text])
            self.cursor.to_semicolon()
            return []
        known = self.known(token.text)
        if known is not None:
            self.cursor.take()
            return known(token) or []
        after = self.cursor.peek(1).text
        if after in ("=", "[") and not isinstance(self.state.names.find(token.text), type(None)) and token.text not in self.state.gates:
            self.assignment(token)
            return []
        return self.call()

    def known(self, word: str) -> Callable[[Token], list[Statement] | None] | None:
        if word in NUMBER_TYPES:
            return self.number
        return {
            "include": self.include, "qreg": self.old_register, "creg": self.old_register, "qubit": self.register, "bit": self.register,
            "const": self.constant, "input": self.input, "let": self.alias, "gate": self.gate, "for": self.loop,
            "measure": self.measure, "reset": self.reset,
        }.get(word)  # fmt: skip

    def annotation(self, token: Token) -> None:
        line_end = self.cursor.excerpt.text.find("\n", token.start)
        while self.cursor.now.kind and (line_end < 0 or self.cursor.now.start < line_end):
            self.cursor.take()

    # --- declarations

    def include(self, token: Token) -> None:
        name = self.cursor.take()
        if name.kind != "text":
            raise ProblemFound(self.cursor.expected('a file in quotes, `"stdgates.inc"`', name))
        file = name.text[1:-1]
        if file not in LIBRARIES:
            reason = (
                "files of one's own are not read; only " + " and ".join(f"`{known}`" for known in LIBRARIES) + " are, which are built in"
            )
            raise ProblemFound(QasmRefused(self.cursor.span_of(name), f"include {name.text}", reason, "write its gates into this text"))
        self.cursor.expect(";")
        forms, defined = library(LIBRARIES[file])
        inner = _Parser(
            Excerpt.of(defined, file), self.problems, Declarations(gates={**self.state.gates, **forms}, blocks=self.state.blocks)
        )
        inner.home = f"{file}:"  # so that a definition there hides no gate of the vocabulary
        inner.version, inner.phases_count = self.version, self.phases_count
        inner.program()
        for gate, form in inner.state.gates.items():
            if gate in self.state.gates and self.state.gates[gate].span is not None:
                raise ProblemFound(QasmTwice(self.cursor.since(token), gate, self.state.gates[gate].span or self.cursor.since(token)))
            self.state.gates[gate] = GateForm(form.arguments, form.qubits, form.becomes)

    def gate(self, _token: Token) -> None:
        first = self.cursor.position - 1
        name = self.cursor.name("the name of a gate")
        parameters = self.listed(lambda: self.cursor.name("the name of an angle"), ")") if self.cursor.accept("(") else []
        qubits = [self.cursor.name("the name of a qubit")]
        while self.cursor.accept(","):
            qubits.append(self.cursor.name("the name of a qubit"))
        span = self.cursor.span_of(name)
        known = self.state.gates.get(name.text)
        if known is not None and known.span is not None:
            raise ProblemFound(QasmTwice(span, name.text, known.span))
        names = self.state.names
        names.scopes.append({})
        for own in parameters:
            names.declare(Parameter(own.text, None, own.text, False, self.cursor.span_of(own)))
        for own in qubits:
            names.declare(GateQubit(own.text, self.cursor.span_of(own)))
        self.state.host = GateQubit(qubits[0].text, self.cursor.span_of(qubits[0]))
        self.cursor.expect("{")
        body = self.body()
        self.state.host = None
        names.scopes.pop()
        if (ours := self.ours(name.text, self.cursor.tokens[first : self.cursor.position])) is not None:
            self.state.gates[name.text] = GateForm(len(parameters), len(qubits), ours, span)
            return
        places = tuple(self.cursor.span_of(token) for token in (*parameters, *qubits))
        arguments, wires = tuple(t.text for t in parameters), tuple(t.text for t in qubits)
        block = self.home + name.text
        self.state.blocks[block] = BlockDefinition(block, arguments, wires, tuple(body), span, places)
        self.state.gates[name.text] = GateForm(len(arguments), len(wires), block, span)

    def ours(self, name: str, tokens: list[Token]) -> str | None:
        """The gate of our vocabulary that a definition of version 3 says word for word, in words that mean what they mean there."""
        found = defined_gate(name, [token.text for token in tokens]) if self.version == 3 else None
        if found is None or any(self.state.gates[used].becomes in self.state.blocks for used in found[1]):
            return None
        return found[0]

    def listed(self, read: Callable[[], Token], end: str) -> list[Token]:
        found: list[Token] = []
        while not self.cursor.accept(end):
            if found:
                self.cursor.expect(",")
            found.append(read())
        return found

    def body(self) -> list[Statement]:
        """Statements up to the closing brace."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ProblemFound(QasmSyntax(self.cursor.here, f"at most {MAX_DEPTH} blocks inside each other", "more"))
        statements: list[Statement] = []
        while not self.cursor.accept("}"):
            if not self.cursor.now.kind:
                raise ProblemFound(self.cursor.expected("`}`"))
            if self.state.host is not None and self.cursor.now.text in (
                "measure",
                "reset",
                "qubit",
                "bit",
                "input",
                "gate",
                "include",
                "let",
            ):
                raise ProblemFound(QasmRefused(self.cursor.here, self.cursor.now.text, "a gate is made of gates alone"))
            statements += self.statement()
        self.depth -= 1
        return statements

    # --- loops

    def loop(self, token: Token) -> list[Statement]:
        kind = self.cursor.name("a type or a name")
        is_whole = kind.text in ("int", "uint")
        if kind.text in NUMBER_TYPES:
            self.type_ends()
            name = self.cursor.name("the name of the loop's variable")
        else:
            name, is_whole = kind, True
        self.check_free(name)
        self.cursor.expect("in")
        over_start = self.cursor.now
        over = self.loopvalues_of()
        over_span = self.cursor.since(over_start)
        if self.braced() and self.measures():
            return self.written_out(name, is_whole, over, over_span)
        span, own = self.cursor.since(token), self.cursor.span_of(name)
        self.state.names.scopes.append({})
        self.state.names.declare(Parameter(name.text, None, name.text, is_whole, own))
        body = self.loop_body()
        self.state.names.scopes.pop()
        return [For((name.text,), over, tuple(body), (own,), over_span, span)]

    def loopvalues_of(self) -> Range | tuple[tuple[Expression, ...], ...]:
        if self.cursor.accept("{"):
            found = [(self.arithmetic()[0],)]
            while self.cursor.accept(","):
                found.append((self.arithmetic()[0],))
            self.cursor.expect("}")
            return tuple(found)
        if self.cursor.now.text != "[":
            raise ProblemFound(
                QasmRefused(self.cursor.here, self.cursor.now.text or "for", "a loop runs over a range `[0:3]` or a set `{0, 2}`")
            )
        self.cursor.take()
        extent = self.range_inside()
        self.cursor.expect("]")
        return extent

    def braced(self) -> bool:
        return self.cursor.now.text == "{"

    def measures(self) -> bool:
        """Whether the block at the cursor, which stays there, measures."""
        position = self.cursor.position
        found = self.cursor.skip_block()
        self.cursor.position = position
        return found

    def loop_body(self) -> list[Statement]:
        return self.body() if self.cursor.accept("{") else self.statement()

    def written_out(
        self, name: Token, is_whole: bool, over: Range | tuple[tuple[Expression, ...], ...], over_span: Span
    ) -> list[Statement]:
        """A loop that measures, turn by turn: every turn measures other qubits."""
        statements: list[Statement] = []
        body, end = self.cursor.position, self.cursor.position
        for turn, value in enumerate(values_of(over, over_span)):
            if turn > MAX_QUBITS:
                raise ProblemFound(QasmRefused(over_span, "for", "no loop measures more often than there can be qubits"))
            self.cursor.position = body
            self.state.names.scopes.append({})
            self.state.names.declare(Parameter(name.text, value, name.text, is_whole, self.cursor.span_of(name)))
            statements += self.loop_body()
            self.state.names.scopes.pop()
            end = self.cursor.position
        if end == body:
            self.cursor.skip_block()
        return statements

    # --- measurements

    def measure(self, token: Token) -> None:
        """`measure q -> c;`, and `measure q;`, whose outcome nobody keeps."""
        start = self.cursor.now
        row = self.operand()
        if not self.cursor.accept("->"):
            raise ProblemFound(QasmRefused(self.cursor.since(token), "measure", "its outcome goes nowhere", "write `c = measure q;`"))
        name = self.cursor.name("a classical register")
        bits, index = self.bit(name)
        self.cursor.expect(";")
        self.state.measured.add(self.numbers(row, start), bits, index, self.cursor.since(token))

    def assignment(self, name: Token) -> None:
        """`c = measure q;`."""
        self.cursor.take()
        if not isinstance(self.state.names.find(name.text), Bits):
            raise ProblemFound(QasmRefused(self.cursor.span_of(name), f"{name.text} =", "numbers do not change while a circuit runs"))
        bits, index = self.bit(name)
        self.cursor.expect("=")
        if self.cursor.now.text != "measure":
            raise ProblemFound(QasmRefused(self.cursor.here, f"{name.text} =", "bits are filled by measurements alone"))
        self.cursor.take()
        self.measure_into(name, bits, index)
        self.cursor.expect(";")

    def reset(self, token: Token) -> None:
        start = self.cursor.now
        row = self.operand()
        self.cursor.expect(";")
        if self.state.touched & set(self.numbers(row, start)) or self.state.measured.any:
            raise ProblemFound(QasmRefused(self.cursor.span_of(token), "reset", "IonQ's circuits have none once a gate has acted"))
        self.left_out(token, "reset", "IonQ's circuits begin in |0>")

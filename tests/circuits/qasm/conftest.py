"""OpenQASM texts as programs, and what is said of wrong ones."""

from __future__ import annotations

import pytest

from ionq_runner.circuits import Measurement, Program
from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.circuits.qasm import parse_qasm
from ionq_runner.diagnostics import Excerpt, Problems

OLD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'
NEW = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'


class Texts:
    """Reads texts; `old` and `new` put the head of version 2 or 3 before them."""

    def old(self, text, **values):
        """The program of a text of version 2."""
        return self.program(OLD + text, **values)

    def new(self, text, **values):
        """The program of a text of version 3, its inputs given."""
        return self.program(NEW + text, **values)

    def program(self, text, **values):
        """The program of a whole text, which has no error."""
        problems = Problems()
        read = parse_qasm(Excerpt.of(text, "circuit.qasm"), problems)
        assert not problems.errors, [problem.message for problem in problems]
        gates = elaborate(read.statements, Scope(read.qubits, values, {}, read.blocks, {}), problems)
        assert not problems.errors, [problem.message for problem in problems]
        keys = tuple(Measurement(key, qubits) for key, qubits, _ in read.measurements)
        return Program(read.qubits, gates, keys)

    def problems(self, text, head=NEW):
        """What is said of a text: code, the words at the place, the message."""
        problems = Problems()
        read = parse_qasm(Excerpt.of(head + text, "circuit.qasm"), problems)
        if read is not None:
            elaborate(read.statements, Scope(read.qubits, {}, {}, read.blocks, {}), problems)
        return [(p.code, p.span.source.text[p.span.start : p.span.end], p.message.removeprefix("OpenQASM: ")) for p in problems]


@pytest.fixture(scope="session")
def texts():
    """Reads texts."""
    return Texts()

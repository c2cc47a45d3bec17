"""Reading OpenQASM: Cirq's importer beside ours, in one process, rounds in turn. `python -m benchmarks.openqasm` measures.

A text of 4,000 gates as programs write them: one statement a line, every rotation with numbers of its own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.circuits.qasm import parse_qasm
from ionq_runner.diagnostics import Excerpt, Problems

ROUNDS = 7
QUBITS = 10


def text(gates: int) -> str:
    """A text of so many gates."""
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{QUBITS}];", f"creg c[{QUBITS}];"]
    for index in range(gates // 4):
        first, second = index % QUBITS, (index + 1) % QUBITS
        lines += [
            f"u3({index / 1000},0.2,0.3) q[{first}];",
            f"rz({index}*pi/7) q[{second}];",
            f"cx q[{first}],q[{second}];",
            f"h q[{second}];",
        ]
    return "\n".join([*lines, "measure q -> c;\n"])


def openqasm() -> None:
    """Milliseconds to statements, to gates, and to Cirq's circuit."""
    from cirq.contrib.qasm_import import circuit_from_qasm

    source = text(4_000)

    def statements() -> object:
        return parse_qasm(Excerpt.of(source), Problems())

    def gates() -> object:
        read = parse_qasm(Excerpt.of(source), Problems())
        assert read is not None, "the text is right"
        return elaborate(read.statements, Scope(read.qubits, {}, {}, read.blocks, {}), Problems())

    taken: list[list[float]] = [[_seconds(run) for run in (statements, gates, lambda: circuit_from_qasm(source))] for _ in range(ROUNDS)]
    ours, made, cirq = (statistics.median(column) * 1e3 for column in zip(*taken, strict=True))
    print("\n## OpenQASM, 4,000 gates, milliseconds\n")
    print("| ours, statements | ours, gates | Cirq's importer | Cirq / ours, statements | Cirq / ours, gates |")
    print("|---|---|---|---|---|")
    print(f"| {ours:.1f} | {made:.1f} | {cirq:.0f} | {cirq / ours:.1f} | {cirq / made:.1f} |", flush=True)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    openqasm()

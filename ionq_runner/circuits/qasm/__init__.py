"""OpenQASM: text -> statements, gate definitions, inputs and measurements."""

from __future__ import annotations

from ionq_runner.circuits.qasm.parser import QasmCircuit, parse_qasm
from ionq_runner.circuits.qasm.reader import Input

__all__ = ["Input", "QasmCircuit", "parse_qasm"]

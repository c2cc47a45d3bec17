"""What an OpenQASM text measures: registers of bits as keys, each bit from one qubit, and nothing after it on that qubit."""

from __future__ import annotations

from ionq_runner.circuits.qasm.names import Bits, Names
from ionq_runner.circuits.qasm.problems import QasmArity, QasmMeasurement
from ionq_runner.diagnostics import ProblemFound, Span

__all__ = ["Measured"]


class Measured:
    """The measurements met so far."""

    def __init__(self) -> None:
        self._bits: dict[str, dict[int, int]] = {}  # register, bit -> qubit
        self._qubits: dict[int, Span] = {}  # qubit -> where it is measured
        self._spans: dict[str, Span] = {}

    @property
    def any(self) -> bool:
        """Whether there was one."""
        return bool(self._qubits)

    def add(self, qubits: tuple[int, ...], bits: Bits, index: int | None, span: Span) -> None:
        """Note a measurement of some qubits into a whole register, or of one into a bit. Raises ProblemFound."""
        places = range(bits.size) if index is None else (index,)
        if len(places) != len(qubits):
            raise ProblemFound(QasmArity(span, f"{len(qubits)} qubits are measured into {len(places)} bits"))
        own = self._bits.setdefault(bits.name, {})
        self._spans.setdefault(bits.name, bits.span)
        for place, qubit in zip(places, qubits, strict=True):
            if qubit in self._qubits:
                raise ProblemFound(QasmMeasurement(span, "a qubit is measured twice"))
            if place in own:
                raise ProblemFound(QasmMeasurement(span, f"the bit {bits.name}[{place}] is measured twice"))
            own[place] = qubit
            self._qubits[qubit] = span

    def check_untouched(self, qubits: tuple[int, ...], span: Span) -> None:
        """Refuse a gate on a qubit that has been measured. Raises ProblemFound."""
        if self._qubits and not self._qubits.keys().isdisjoint(qubits):
            raise ProblemFound(QasmMeasurement(span, "this acts on a qubit that has been measured before"))

    def keys(self, names: Names) -> tuple[tuple[str, tuple[int, ...], Span], ...]:
        """Key, qubits and place of each register that has a measured bit, in the order of their declaration."""
        declared = [own for own in names.scopes[0].values() if isinstance(own, Bits) and own.name in self._bits]
        return tuple((bits.name, tuple(qubit for _, qubit in sorted(self._bits[bits.name].items())), bits.span) for bits in declared)

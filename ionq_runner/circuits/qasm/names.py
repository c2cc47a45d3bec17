"""What names of an OpenQASM text stand for, scope by scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ionq_runner.circuits.qasm.problems import QasmName, QasmTwice
from ionq_runner.diagnostics import ProblemFound, Span

__all__ = ["Bits", "Declared", "GateForm", "GateQubit", "Names", "Parameter", "Register"]


@dataclass(frozen=True, slots=True)
class Register:
    """Qubits under one name: a register, one qubit, or an alias. `single` ones have no index and make no row of gates."""

    name: str
    qubits: tuple[int, ...]
    span: Span
    single: bool = False


@dataclass(frozen=True, slots=True)
class Bits:
    """A classical register, which measurements fill."""

    name: str
    size: int
    span: Span
    single: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number: known, or one that has its value later under the name `later` (an input, a loop's variable, an angle of a gate)."""

    name: str
    number: float | None
    later: str
    whole: bool
    span: Span


@dataclass(frozen=True, slots=True)
class GateQubit:
    """A qubit of the gate that is being defined."""

    name: str
    span: Span


Declared = Register | Bits | Parameter | GateQubit


@dataclass(frozen=True, slots=True)
class GateForm:
    """How a gate is called and what it becomes: a gate of our vocabulary or a block under `becomes`; empty for one that does nothing."""

    arguments: int
    qubits: int
    becomes: str
    span: Span | None = None  # of its definition in this text


_D = TypeVar("_D", bound=Declared)


class Names:
    """Names in view: the innermost scope first."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Declared]] = [{}]

    def declare(self, found: Declared) -> None:
        """Add a name to the innermost scope. Raises ProblemFound where it is there already."""
        before = self.scopes[-1].get(found.name)
        if before is not None:
            raise ProblemFound(QasmTwice(found.span, found.name, before.span))
        self.scopes[-1][found.name] = found

    def find(self, name: str) -> Declared | None:
        """What a name stands for."""
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def wanted(self, name: str, span: Span, kind: type[_D], what: str) -> _D:
        """What a name stands for, if it is of a kind. Raises ProblemFound."""
        found = self.find(name)
        if not isinstance(found, kind):
            known = tuple(own for scope in self.scopes for own, declared in scope.items() if isinstance(declared, kind))
            raise ProblemFound(QasmName(span, what, name, known))
        return found

"""What can be wrong with an OpenQASM text, and what of the language has no place in a circuit for IonQ."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Severity, Span
from ionq_runner.diagnostics.suggestion import did_you_mean

__all__ = ["QasmArity", "QasmLeftOut", "QasmMeasurement", "QasmName", "QasmRefused", "QasmSyntax", "QasmTwice"]


class QasmSyntax(Problem):
    """A word that has no place where it stands, or one that is missing."""

    code: ClassVar[str] = "E801"
    text: ClassVar[str] = "OpenQASM: expected {expected}, found {found}"
    expected: str
    found: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class QasmName(Problem):
    """A name that nothing has, or that names something else than what is needed."""

    code: ClassVar[str] = "E802"
    text: ClassVar[str] = "OpenQASM: {what} is called `{name}`"
    what: str
    name: str
    known: tuple[str, ...] = ()
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice or did_you_mean(self.name, self.known) or ""


class QasmTwice(Problem):
    """A name that is declared twice in one place."""

    code: ClassVar[str] = "E803"
    text: ClassVar[str] = "OpenQASM: `{name}` is declared twice"
    remedy: ClassVar[str] = "choose another name"
    name: str
    first: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it is declared here"),)


class QasmRefused(Problem):
    """A construct of OpenQASM that cannot be run, with the reason."""

    code: ClassVar[str] = "E804"
    text: ClassVar[str] = "OpenQASM: `{what}` cannot be run: {reason}"
    what: str
    reason: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class QasmArity(Problem):
    """A gate with too many or too few arguments or qubits, or registers of different sizes."""

    code: ClassVar[str] = "E805"
    text: ClassVar[str] = "OpenQASM: {what}"
    what: str


class QasmMeasurement(Problem):
    """A measurement that is not the last thing that happens to its qubit, or that cannot be read."""

    code: ClassVar[str] = "E806"
    text: ClassVar[str] = "OpenQASM: {what}"
    remedy: ClassVar[str] = "IonQ measures every qubit once, at the end"
    what: str


class QasmLeftOut(Problem):
    """A statement that changes nothing on IonQ's machines."""

    code: ClassVar[str] = "W810"
    text: ClassVar[str] = "OpenQASM: `{what}` is left out: {reason}"
    severity: ClassVar[Severity] = Severity.WARNING
    what: str
    reason: str

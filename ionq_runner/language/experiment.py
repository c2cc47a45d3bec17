"""An experiment as read: what the file says, checked for form, not yet evaluated. Everything keeps its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ionq_runner.circuits.statements import BlockDefinition, Operand, Statement
from ionq_runner.diagnostics import Source, Span
from ionq_runner.expressions import Expression
from ionq_runner.language.conclusions import Expectation, Fit, Summary
from ionq_runner.language.functions import FunctionCall
from ionq_runner.language.observables import Observable
from ionq_runner.language.references import Reference
from ionq_runner.language.sweeps import Sweep

__all__ = ["Budget", "Circuit", "Experiment", "Mitigation", "Noise", "Order", "Parameter", "Reference", "Run", "Target"]

ParameterValue = Expression | str | tuple[tuple[Expression, ...], ...]


class Order(StrEnum):
    """The order in which a run's points are executed; it changes no result on a simulator."""

    AS_WRITTEN = "as_written"
    RANDOM = "random"
    INTERLEAVED = "interleaved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A constant of the file. Its value is an expression, a bit string, or rows of expressions (a list, or a list of pairs)."""

    name: str
    value: ParameterValue
    span: Span = field(compare=False)
    title: str = ""
    unit: str = ""
    description: str = ""
    minimum: Expression | None = None
    maximum: Expression | None = None
    choices: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A circuit: its statements, its size, what is measured, and the sweep over its parameters."""

    name: str
    statements: tuple[Statement, ...]
    blocks: Mapping[str, BlockDefinition]  # that its statements can use
    qubits: Expression | None
    parameters: tuple[tuple[str, Expression, Span], ...]
    measure: tuple[tuple[str, tuple[Operand, ...], Span], ...]  # key, operands; empty: every qubit under `m`
    sweep: Sweep | None
    native: bool  # `gateset: native`
    span: Span = field(compare=False)
    sweep_span: Span = field(compare=False)
    extent: Span = field(compare=False)  # from its name to its last line
    axes_known: bool = True  # False where the sweep has a fault, and may have had any axis
    qis: bool = False  # `gateset: qis`
    inputs: tuple[Reference, ...] | None = None  # of a source of its own, which is whole in itself: the names that need a value
    call: FunctionCall | None = None  # of a Python function that makes it
    made: bool = True  # False: that function has not been called


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The noise of a local target: a published model by name, or rates of one's own."""

    model: Reference | None = None
    one_qubit: Expression | None = None
    two_qubit: Expression | None = None
    spam: Expression | None = None
    seed: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where circuits run, and how the service is asked to run them there."""

    name: str
    backend: Reference
    noise: Noise | None
    repetitions: Expression | None
    span: Span = field(compare=False)
    compilation: Mapping[str, Any] = field(default_factory=dict)  # as it is sent
    gateset: Reference | None = None  # `native`: compiled here; `qis`
    session: Reference | None = None
    api_version: Reference | None = None
    batch: Expression | None = None  # circuits in a job
    extra: Mapping[str, Any] = field(default_factory=dict)  # passed on as it is
    options: tuple[Reference, ...] = ()  # every key of it, in the order of the file

    @property
    def local(self) -> bool:
        """Whether it is the embedded simulator."""
        return self.backend.name == "local"

    @property
    def machine(self) -> bool:
        """Whether it is a quantum computer, whose jobs are paid for."""
        return self.backend.name.startswith("qpu.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """A named setting of error mitigation. None: the key is left out."""

    name: str
    debias: bool | None = None
    sharpen: bool | None = None
    aggregation: Reference | None = None
    symmetry_verification: bool | None = None
    readout: Reference | None = None
    span: Span = field(compare=False)
    options: tuple[Reference, ...] = ()  # every key of it, in the order of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent on the service, over all runs of a file."""

    cost_usd: Expression | None = None
    jobs: Expression | None = None
    repetitions: Expression | None = None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A selection of circuits and targets, with what differs from the file. None selects all."""

    name: str
    circuits: tuple[Reference, ...] | None
    targets: tuple[Reference, ...] | None
    repetitions: Expression | None
    replicates: Expression | None
    order: Order
    sweep: Sweep | None
    span: Span = field(compare=False)
    mitigation: tuple[Reference, ...] | None = None
    after: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A whole file."""

    source: Source
    files: Mapping[str, bytes]  # that it refers to, by path, as they were
    name: str
    name_span: Span = field(compare=False)
    description: str
    metadata: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    blocks: Mapping[str, BlockDefinition]
    sweeps: Mapping[str, Sweep]
    circuits: Mapping[str, Circuit]
    targets: Mapping[str, Target]
    runs: Mapping[str, Run]
    repetitions: Expression | None
    seed: Expression | None
    observables: Mapping[str, Observable]
    fits: Mapping[str, Fit]
    summaries: Mapping[str, Summary]
    expect: tuple[Expectation, ...]
    mitigation: Mapping[str, Mitigation]
    budget: Budget | None
    unread: frozenset[str]  # names whose definition has a fault: they are known, and nothing more is said of them
    span: Span = field(compare=False)

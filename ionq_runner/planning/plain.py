"""Circuits with a fault somewhere: what can be told of their plain statements all the same, so that a person mends all in one go.

A statement is plain where its qubits and arguments are numbers and it stands in no block: whatever else is wrong in the file, it acts
on these qubits of a circuit that has so many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ionq_runner.circuits.shape import operand_names, statement_names
from ionq_runner.circuits.statements import GateStatement
from ionq_runner.circuits.vocabulary import word
from ionq_runner.diagnostics import Problems, Span
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.sweeps import Setting
from ionq_runner.planning.constants import evaluate_constants
from ionq_runner.planning.expand import expand

__all__ = ["check_plain_statements"]


def check_plain_statements(experiment: Experiment, circuits: Iterable[Circuit], errors: Sequence[Span], problems: Problems) -> None:
    """Note what is wrong with the plain statements, and the plain measurement, of circuits that are known to have other faults."""
    plain = {circuit.name: _plain(circuit, errors) for circuit in circuits if _counted(circuit, errors)}
    alone = replace(experiment, circuits=plain, parameters={}, targets={}, runs={}, seed=None, repetitions=None)
    expand(alone, evaluate_constants(alone, problems), Setting(0, 1), problems)


def _counted(circuit: Circuit, errors: Sequence[Span]) -> bool:
    """Whether a circuit of statements says by a number how many qubits it has."""
    size = circuit.qubits
    return circuit.inputs is None and size is not None and not size.names and not any(span in size.span for span in errors)


def _plain(circuit: Circuit, errors: Sequence[Span]) -> Circuit:
    statements = tuple(
        statement
        for statement in circuit.statements
        if isinstance(statement, GateStatement)
        and word(statement.name) is not None
        and not statement_names((statement,), {})
        and not any(span in statement.span for span in errors)
    )
    known = all(operands and not operand_names(operands) for _, operands, _ in circuit.measure)
    return replace(circuit, statements=statements, parameters=(), measure=circuit.measure if known else (), sweep=None)

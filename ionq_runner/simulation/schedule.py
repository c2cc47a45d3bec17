"""Kernel operations -> layers ready for state vectors: one turn a qubit, and its phases left to the runs around it.

A turn is diag(1, e^i phi) Ry(theta) diag(1, e^i lambda) up to a global phase. Between two layers all phases are phases of basis states, so
what remains of a turn is a real rotation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.layers import layers_for_amplitudes
from ionq_runner.simulation.lowering import Operation, Parity
from ionq_runner.simulation.turns import TurnBook

__all__ = ["Schedule", "ScheduledLayer", "phases_on", "schedule"]


@dataclass(frozen=True, slots=True)
class ScheduledLayer:
    """Rotations Ry(theta) of qubits; phases on |1> of qubits; a run; phases on |1> that the next layer's turns begin with."""

    rotations: dict[int, Affine] = field(default_factory=dict)
    before: dict[int, Affine] = field(default_factory=dict)
    run: list[Operation] = field(default_factory=list)
    after: dict[int, Affine] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The layers of a circuit, and the book of the columns that their angles refer to."""

    qubits: int
    book: TurnBook
    layers: tuple[ScheduledLayer, ...]


def schedule(operations: tuple[Operation, ...], qubits: int, columns: int) -> Schedule:
    """Arrange the operations of a circuit whose expressions make `columns` columns."""
    book = TurnBook(columns)
    layers: list[ScheduledLayer] = []
    for layer in layers_for_amplitudes(operations, qubits):
        scheduled = ScheduledLayer(run=layer.run)
        for qubit, turns in layer.turns.items():
            fused = book.fuse(turns)
            if not fused.theta.factors and fused.theta.constant == 0:
                scheduled.before[qubit] = fused.phi.plus(fused.lam)
                continue
            scheduled.rotations[qubit] = fused.theta
            scheduled.before[qubit] = fused.phi
            if layers:
                layers[-1].after[qubit] = fused.lam
        layers.append(scheduled)
    return Schedule(qubits, book, tuple(layers))


def phases_on(angles: dict[int, Affine]) -> list[Operation]:
    """Phases on |1> of qubits as operations of a run."""
    return [Parity((qubit,), angle) for qubit, angle in angles.items() if angle.factors or angle.constant]

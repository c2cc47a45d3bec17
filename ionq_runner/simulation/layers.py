"""Kernel operations -> layers: turns of all qubits at once, then a run of flips and phases, and so on.

Every operation goes into the earliest layer that it can: a turn joins the turns of its qubit that nothing separates it from; a
flip or a phase joins the run after the last turn of any of its qubits. A rotation about Z is a phase if a run is where its qubit
stands, and part of a turn else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.lowering import Depolarise, Flip, Operation, Parity, Turn

__all__ = ["Layer", "layers_for_amplitudes", "layers_for_paulis"]


@dataclass(frozen=True, slots=True)
class Layer:
    """Turns, then a run.

    `turns` has a sequence for each qubit that turns; `damping` is what one-qubit noise multiplies its X, Y and Z by. Depolarise in a
    run is noise on the qubits as they are at that place of it.
    """

    turns: dict[int, list[Turn]] = field(default_factory=dict)
    damping: dict[int, float] = field(default_factory=dict)
    run: list[Operation] = field(default_factory=list)


def layers_for_amplitudes(operations: Sequence[Operation], qubits: int) -> list[Layer]:
    """Layers for state vectors. Noise is kept in the runs, and nothing passes it."""
    return _arranged(operations, qubits, paulis=False)


def layers_for_paulis(operations: Sequence[Operation], qubits: int) -> list[Layer]:
    """Layers for Pauli coefficients, where a rotation about Z is a turn like any other and one-qubit noise belongs to the turn."""
    return _arranged(operations, qubits, paulis=True)


def _arranged(operations: Sequence[Operation], qubits: int, *, paulis: bool) -> list[Layer]:
    layers = [Layer()]
    levels = [0] * qubits  # of each qubit, its layer times two, plus one where it stands in the run

    def at(level: int) -> Layer:
        while len(layers) <= level // 2:
            layers.append(Layer())
        return layers[level // 2]

    for operation in operations:
        turn = _as_turn(operation)
        if turn is not None:
            qubit, level = turn.qubit, levels[turn.qubit]
            in_run = level % 2 == 1
            if in_run and not paulis and (pieces := _as_run(operation)):
                at(level).run.extend(pieces)
                continue
            levels[qubit] = level = level + in_run
            turns = at(level).turns
            if paulis or level or qubit in turns or isinstance(operation, Turn):  # a phase on a qubit that is still |0> is global
                turns.setdefault(qubit, []).append(turn)
        elif paulis and isinstance(operation, Depolarise) and len(operation.qubits) == 1:
            qubit = operation.qubits[0]
            levels[qubit] += levels[qubit] % 2
            layer = at(levels[qubit])
            layer.damping[qubit] = layer.damping.get(qubit, 1.0) * (1.0 - operation.rate)
        else:
            touched = _qubits(operation)
            level = max(levels[qubit] for qubit in touched) | 1
            for qubit in touched:
                levels[qubit] = level
            at(level).run.append(operation)
    return layers


def _qubits(operation: Operation) -> tuple[int, ...]:
    match operation:
        case Flip(target, controls):
            return (target, *controls)
        case Turn(qubit):
            return (qubit,)
        case _:
            return operation.qubits


def _as_turn(operation: Operation) -> Turn | None:
    """An operation on one qubit as a turn."""
    match operation:
        case Turn():
            return operation
        case Parity((qubit,), angle):
            return Turn(qubit, Affine(), angle, Affine())
        case _ if not isinstance(operation, Depolarise | Flip) and len(operation.qubits) == 1:
            return Turn(operation.qubits[0], Affine(), operation.angle, Affine())
    return None


def _as_run(operation: Operation) -> list[Operation]:
    """A one-qubit operation as flips and phases; empty where it is neither."""
    if not isinstance(operation, Turn):
        return [operation]
    theta, phi, lam = operation.theta, operation.phi, operation.lam
    if theta.factors or abs(theta.constant) != math.pi:
        return []
    between = phi.plus(lam.times(-1.0)).plus(-math.pi)  # what |1> turns by against |0>, after the flip
    return [Flip(operation.qubit, ()), Parity((operation.qubit,), between)]

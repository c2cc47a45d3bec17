"""A run of Clifford gates and noise on Pauli coefficients: a signed permutation with weights, as vectors over all Pauli strings.

A Pauli string is a number with two bits for each qubit, the first qubit highest: 0 for I, 1 for Z, 2 for X, 3 for Y, so that the low bit
says whether it holds a Z and the high one whether it holds an X. A cnot sends strings to strings and perhaps changes the sign (Aaronson
and Gottesman, Phys. Rev. A 70, 052328); noise on two qubits multiplies the strings that are not I on both. Qubits that no gate of the run
connects are followed apart and put together by an outer product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.affine import Affine
from ionq_runner.simulation.labels import sources
from ionq_runner.simulation.lowering import Depolarise, Flip, Operation, Parity, Phase

__all__ = ["PauliRun", "clifford_operations", "compile_ending_paulis", "compile_pauli_run"]

Reals = NDArray[np.float64]
Labels = NDArray[np.uint32]
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class PauliRun:
    """New coefficient i is `weights[i]` times old coefficient `source[i]`; None where nothing moves or no weight differs from 1."""

    source: NDArray[np.intp] | None
    weights: Reals | None

    @property
    def nbytes(self) -> int:
        """What it keeps in memory."""
        return sum(array.nbytes for array in (self.source, self.weights) if array is not None)


def clifford_operations(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Phases on two qubits as turns between cnots, unless they are a cz; phases on one as turns."""
    found: list[Operation] = []
    for operation in operations:
        match operation:
            case Phase((qubit,), angle):
                found.append(Parity((qubit,), angle))
            case Phase((first, second), angle) if not _is_half_turn(angle):
                flip, half = Flip(second, (first,)), angle.times(0.5)
                found += [Parity((first,), half), Parity((second,), half), flip, Parity((second,), half.times(-1.0)), flip]
            case Parity((first, second), angle):
                flip = Flip(second, (first,))
                found += [flip, Parity((second,), angle), flip]
            case _:
                found.append(operation)
    return tuple(found)


def _is_half_turn(angle: Affine) -> bool:
    return not angle.factors and math.remainder(angle.constant, 2 * math.pi) in (math.pi, -math.pi)


def compile_pauli_run(operations: Sequence[Operation], qubits: int) -> PauliRun:
    """The run over all 4**qubits strings."""
    parts = [_local(part, [op for op in operations if _wires(op)[0] in part]) for part in _connected(operations, qubits)]
    order = [qubit for part in parts for qubit in part.qubits]
    moves = any(part.labels is not None for part in parts)
    weighs = any(part.weights is not None for part in parts)
    source = weights = None
    if moves:
        total = np.zeros(1, dtype=np.intp)
        for part in parts:
            own = np.arange(4 ** len(part.qubits)) if part.labels is None else sources(part.labels)
            total = np.add.outer(total, _deposited(own, part.qubits, qubits)).ravel()
        source = _in_order(total, order)
    if weighs:
        product = np.ones(1)
        for part in parts:
            own_weights = np.ones(4 ** len(part.qubits)) if part.weights is None else part.weights
            product = np.multiply.outer(product, own_weights).ravel()
        weights = _in_order(product, order)
    return PauliRun(source, weights)


def compile_ending_paulis(operations: Sequence[Operation], qubits: int) -> PauliRun:
    """The run over the 2**qubits strings of I and Z alone, which stay among themselves; bit 0 of a label is the last qubit's."""
    labels = np.arange(1 << qubits)
    weights = np.ones(1 << qubits)
    for operation in operations:
        match operation:
            case Flip(target, (control,)):
                labels ^= ((labels >> (qubits - 1 - target)) & 1) << (qubits - 1 - control)
            case Depolarise(noisy, rate):
                mask = sum(1 << (qubits - 1 - qubit) for qubit in noisy)
                weights[(labels & mask) != 0] *= 1.0 - rate
    source = sources(labels)
    return PauliRun(source, weights[source])


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some qubits, to which label each of their strings goes, and the weight that it arrives with."""

    qubits: tuple[int, ...]
    labels: Labels | None
    weights: Reals | None


def _local(qubits: tuple[int, ...], operations: Sequence[Operation]) -> _Part:
    if not operations:
        return _Part(qubits, None, None)
    place = {qubit: 2 * (len(qubits) - 1 - index) for index, qubit in enumerate(qubits)}
    labels = np.arange(4 ** len(qubits), dtype=np.uint32)
    negative = np.zeros(len(labels), dtype=np.uint32)
    shrunk: dict[float, NDArray[np.uint16]] = {}  # by rate, how often
    for operation in operations:
        match operation:
            case Flip(target, (control,)):
                _cnot(labels, negative, place[control], place[target])
            case Phase((first, second)):
                _cz(labels, negative, place[first], place[second])
            case Depolarise(noisy, rate):
                mask = np.uint32(sum(3 << place[qubit] for qubit in noisy))
                times = shrunk.setdefault(rate, np.zeros(len(labels), dtype=np.uint16))
                times += (labels & mask) != 0
            case _:
                raise AssertionError(f"{operation} has no place in a run")
    weights: Reals = 1.0 - 2.0 * (negative & 1).astype(np.float64)
    for rate, times in shrunk.items():
        weights *= np.power(1.0 - rate, np.arange(int(times.max()) + 1)).take(times)
    if all(isinstance(operation, Depolarise) for operation in operations):
        return _Part(qubits, None, weights)
    return _Part(qubits, labels, weights[sources(labels)])


def _cnot(labels: Labels, negative: Labels, control: int, target: int) -> None:
    """X of the control spreads to the target, Z of the target to the control."""
    x_control, z_target = (labels >> (control + 1)) & 1, (labels >> target) & 1
    negative ^= x_control & z_target & ~((labels >> (target + 1)) ^ (labels >> control))
    labels ^= (x_control << (target + 1)) ^ (z_target << control)


def _cz(labels: Labels, negative: Labels, first: int, second: int) -> None:
    """X of either qubit brings a Z to the other."""
    x_first, x_second = (labels >> (first + 1)) & 1, (labels >> (second + 1)) & 1
    negative ^= x_first & x_second & ((labels >> first) ^ (labels >> second))
    labels ^= (x_first << second) ^ (x_second << first)


def _wires(operation: Operation) -> tuple[int, ...]:
    return (operation.target, *operation.controls) if isinstance(operation, Flip) else operation.qubits  # type: ignore[union-attr]


def _connected(operations: Sequence[Operation], qubits: int) -> list[tuple[int, ...]]:
    """The qubits in groups that no operation joins; neighbours that nothing touches are one group."""
    group = list(range(qubits))
    for operation in operations:
        first, *others = (group[qubit] for qubit in _wires(operation))
        for other in others:
            group = [first if own == other else own for own in group]
    touched = {qubit for operation in operations for qubit in _wires(operation)}
    found: dict[object, list[int]] = {}
    run_of_idle = 0
    for qubit in range(qubits):
        run_of_idle += qubit in touched
        found.setdefault(group[qubit] if qubit in touched else ("idle", run_of_idle), []).append(qubit)
    return [tuple(part) for part in found.values()]


def _deposited(labels: NDArray[np.intp], own: tuple[int, ...], qubits: int) -> NDArray[np.intp]:
    """Labels over some qubits as labels over all."""
    if len(own) == qubits:
        return labels
    total = np.zeros_like(labels)
    for index, qubit in enumerate(own):
        total |= ((labels >> (2 * (len(own) - 1 - index))) & 3) << (2 * (qubits - 1 - qubit))
    return total


def _in_order(values: NDArray[_T], order: list[int]) -> NDArray[_T]:
    """Values over the qubits in some order -> over the qubits in their own."""
    if order == sorted(order):
        return values
    axes = sorted(range(len(order)), key=order.__getitem__)
    return np.ascontiguousarray(values.reshape((4,) * len(order)).transpose(axes)).ravel()

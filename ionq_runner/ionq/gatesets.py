"""What a circuit may consist of on IonQ, and how Cirq compiles to it: `cirq.optimize_for_target_gateset(circuit, gateset=...)`.

`IonQTargetGateset` is the gates that IonQ's compiler takes, `AriaNativeGateset` and `ForteNativeGateset` those that the machines do.
An operation of the set stays as it is; any other is compiled by itself, equal to it up to a global phase:

    on one qubit             native: at most GPI2 GPI GPI2, fewer where fewer do; nothing for the identity
    on two                   native: one entangling gate for each of the Cartan coordinates that is not zero, so 1 for cnot, 2 for
                             iswap, 3 at most, each of the angle needed (theta <= 1/4), with at most two pulses before it on
                             a qubit and three after the last: turns about Z pass through it; else at most 3 cnots
    ccz, and so ccx          6 cnots, any two ions being neighbours
    others                   by Cirq's own decompositions of them

Names and arguments are those of cirq_ionq. Other than there, native circuits hold no global phases, which are not of the set, and
an X, Y or Z to the power of a symbol becomes native gates with symbols.
Sources: IonQ's guide to its native gates; Tucci, arXiv:quant-ph/0507171 for the Cartan (KAK) decomposition; Shende and Markov,
arXiv:0803.2316 for the 6 cnots.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import cirq
import numpy as np

from ionq_runner.ionq import json_resolver
from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.pulses import in_turns, power_of_a_pauli, pulses_before_z, pulses_of

__all__ = [
    "AriaNativeGateset",
    "ForteNativeGateset",
    "IonQTargetGateset",
    "IonqNativeGatesetBase",
    "decompose_all_to_all_connect_ccz_gate",
]

_Letter = Literal["X", "Y", "Z"]
_Compiled = Any  # an OP_TREE, or NotImplemented where an operation is left to its own decomposition
_Gates = type[cirq.Gate] | cirq.Gate | cirq.GateFamily

_IDENTITY = np.eye(2)
_HADAMARD = cirq.unitary(cirq.H)


class _AllToAllGateset(cirq.TwoQubitCompilationTargetGateset):
    """A gate set of a machine on which any two qubits may meet, known by its class and its tolerance."""

    def __init__(self, *gates: _Gates, atol: float) -> None:
        if not (math.isfinite(atol) and atol > 0):
            raise InvalidArgument(f"atol is a tolerance above 0, not {atol!r}")
        super().__init__(*gates, unroll_circuit_op=False)
        self._atol = float(atol)

    @property
    def atol(self) -> float:
        """How far an entry of a matrix may be off."""
        return self._atol

    @property
    def preprocess_transformers(self) -> list[cirq.TRANSFORMER]:
        """Operations on four qubits and more are taken apart first; those on three are not, as `ccz` has a form of its own here."""
        return [cirq.create_transformer_with_kwargs(cirq.expand_composite, no_decomp=lambda op: cirq.num_qubits(op) <= 3)]

    @property
    def postprocess_transformers(self) -> list[cirq.TRANSFORMER]:
        """What does nothing goes."""
        return [cirq.drop_negligible_operations, cirq.drop_empty_moments]

    def _decompose_multi_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if isinstance(op.gate, cirq.CCZPowGate):
            return self._decompose_ccz(op.gate, op.qubits)
        return NotImplemented

    def _decompose_ccz(self, gate: cirq.CCZPowGate, qubits: Sequence[cirq.Qid]) -> cirq.OP_TREE:
        return decompose_all_to_all_connect_ccz_gate(gate, qubits)

    def _value_equality_values_(self) -> float:
        return self._atol

    def _value_equality_values_cls_(self) -> type:
        return type(self)

    def __repr__(self) -> str:
        return f"ionq_runner.ionq.{type(self).__name__}(atol={self._atol!r})"

    @classmethod
    def _json_namespace_(cls) -> str:
        return json_resolver.NAMESPACE

    def _json_dict_(self) -> dict[str, Any]:
        return {"atol": self._atol}

    @classmethod
    def _from_json_dict_(cls, atol: float, **_others: Any) -> _AllToAllGateset:  # type: ignore[override]  # a file has no gates
        return cls(atol=atol)


class IonQTargetGateset(_AllToAllGateset):
    """The gates that IonQ's compiler takes: H, CNOT and SWAP, powers of X, Y, Z, XX, YY and ZZ, measurements, global phases.

    Args:
        atol: How far an entry of a matrix may be off.

    Raises:
        InvalidArgument: `atol` is no number above 0.
    """

    def __init__(self, *, atol: float = 1e-8) -> None:
        fixed = (cirq.H, cirq.CNOT, cirq.SWAP)
        powers = (cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate)
        super().__init__(*fixed, *powers, cirq.MeasurementGate, cirq.GlobalPhaseGate, atol=atol)

    def _decompose_single_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if not cirq.has_unitary(op):
            return NotImplemented
        return [gate.on(*op.qubits) for gate in self._turns(cirq.unitary(op))]

    def _decompose_two_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if not cirq.has_unitary(op):
            return NotImplemented
        sequence = _Sequence(self._turns)
        first, second = op.qubits
        matrix = cirq.unitary(op)
        for own in cirq.two_qubit_matrix_to_cz_operations(first, second, matrix, allow_partial_czs=False, atol=self._atol):
            if len(own.qubits) == 1:
                sequence.turn(own.qubits[0], cirq.unitary(own))
                continue
            control, target = own.qubits
            sequence.turn(target, _HADAMARD)
            sequence.append(cirq.CNOT(control, target))
            sequence.turn(target, _HADAMARD)
        return sequence.finished()

    def _turns(self, matrix: np.ndarray) -> list[cirq.Gate]:
        return list(cirq.single_qubit_matrix_to_gates(matrix, self._atol))


class IonqNativeGatesetBase(_AllToAllGateset):
    """What the native gate sets have in common: GPI and GPI2 on one qubit. A subclass adds the gate that entangles two.

    Args:
        *gates: What the set consists of.
        atol: How far an entry of a matrix may be off.

    Raises:
        InvalidArgument: `atol` is no number above 0.
    """

    def __init__(self, *gates: _Gates, atol: float = 1e-8) -> None:
        super().__init__(*gates, atol=atol)

    @abstractmethod
    def _interaction(self, letter: _Letter, theta: float) -> tuple[cirq.Gate, np.ndarray, np.ndarray]:
        """A gate E and matrices A, B with exp(-i pi theta PP) = (A x B) E (A x B)^-1, where P is the letter and |theta| <= 1/4."""

    @abstractmethod
    def _before_z(self, gate: cirq.Gate, angles: Sequence[float]) -> cirq.Gate:
        """What comes before turns about Z by the angles, in radians, to equal the gate after these turns."""

    def single_qubit_matrix_to_native_gates(self, mat: np.ndarray) -> list[cirq.Gate]:
        """The gates, first one first, that together are the matrix up to a global phase.

        That is none for the identity, one GPI or one GPI2 where these are the matrix, two gates for a rotation about Z or for what
        takes |0> to the equator, and else GPI2 GPI GPI2.

        Args:
            mat: A unitary of shape (2, 2).

        Raises:
            InvalidArgument: The matrix is no such unitary.
        """
        if np.shape(mat) != (2, 2) or not cirq.is_unitary(np.asarray(mat), atol=max(self._atol, 1e-6)):
            raise InvalidArgument(f"expected a unitary matrix of shape (2, 2), not {mat!r}")
        return pulses_of(mat, self._atol)

    def decompose_all_to_all_connect_ccz_gate(self, ccz_gate: cirq.CCZPowGate, qubits: Sequence[cirq.Qid]) -> cirq.OP_TREE:
        """As the function of this name, in native gates and up to a global phase. A power of Z with symbols stays as it is.

        Raises:
            InvalidArgument: There are not three qubits.
        """
        sequence = _Sequence(self.single_qubit_matrix_to_native_gates)
        for op in cirq.flatten_to_ops(decompose_all_to_all_connect_ccz_gate(ccz_gate, qubits)):
            if len(op.qubits) == 2:
                self._entangle(sequence, op)
            elif len(op.qubits) == 1 and cirq.has_unitary(op):
                sequence.turn(op.qubits[0], cirq.unitary(op))
            elif op.qubits:
                sequence.append(op)
        return sequence.finished()

    def _decompose_ccz(self, gate: cirq.CCZPowGate, qubits: Sequence[cirq.Qid]) -> cirq.OP_TREE:
        return self.decompose_all_to_all_connect_ccz_gate(gate, qubits)

    def _decompose_multi_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if isinstance(op.gate, cirq.GlobalPhaseGate):
            return []
        return super()._decompose_multi_qubit_operation(op, moment_idx)

    def _decompose_single_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if cirq.has_unitary(op):
            gates = self.single_qubit_matrix_to_native_gates(cirq.unitary(op))
        elif isinstance(op.gate, cirq.XPowGate | cirq.YPowGate | cirq.ZPowGate) and cirq.is_parameterized(op.gate):
            gates = power_of_a_pauli(op.gate)
        else:
            return NotImplemented
        return [gate.on(*op.qubits) for gate in gates]

    def _decompose_two_qubit_operation(self, op: cirq.Operation, moment_idx: int) -> _Compiled:
        if not cirq.has_unitary(op):
            return NotImplemented
        sequence = _Sequence(self.single_qubit_matrix_to_native_gates)
        self._entangle(sequence, op)
        return sequence.finished()

    def _entangle(self, sequence: _Sequence, op: cirq.Operation) -> None:
        """Append an operation on two qubits: turns, exp(i (x XX + y YY + z ZZ)), turns."""
        kak = cirq.kak_decomposition(cirq.unitary(op), atol=self._atol)
        sequence.turn_each(op.qubits, kak.single_qubit_operations_before)
        letters: tuple[_Letter, ...] = ("X", "Y", "Z")
        for letter, coordinate in zip(letters, kak.interaction_coefficients, strict=True):
            if abs(coordinate) <= self._atol:
                continue
            gate, *bases = self._interaction(letter, -coordinate / math.pi)
            sequence.turn_each(op.qubits, [base.conj().T for base in bases])
            angles = [sequence.settle_up_to_z(qubit, self._atol) for qubit in op.qubits]
            sequence.append(self._before_z(gate, angles).on(*op.qubits))
            sequence.turn_each(op.qubits, [base @ cirq.unitary(cirq.rz(angle)) for base, angle in zip(bases, angles, strict=True)])
        sequence.turn_each(op.qubits, kak.single_qubit_operations_after)


class AriaNativeGateset(IonqNativeGatesetBase):
    """The native gates of the Aria family, GPI, GPI2 and MS, and measurements.

    Args:
        atol: How far an entry of a matrix may be off.

    Raises:
        InvalidArgument: `atol` is no number above 0.
    """

    def __init__(self, *, atol: float = 1e-8) -> None:
        super().__init__(GPIGate, GPI2Gate, MSGate, cirq.MeasurementGate, atol=atol)

    def _interaction(self, letter: _Letter, theta: float) -> tuple[cirq.Gate, np.ndarray, np.ndarray]:
        # Phases turn the axes of MS within the XY plane: half a turn of the first changes the sign.
        axis = 0.25 if letter == "Y" else 0.0
        gate = MSGate(phi0=axis if theta > 0 else axis - 0.5, phi1=axis, theta=min(abs(theta), 0.25))
        basis = _HADAMARD if letter == "Z" else _IDENTITY
        return gate, basis, basis

    def _before_z(self, gate: cirq.Gate, angles: Sequence[float]) -> cirq.Gate:
        assert isinstance(gate, MSGate)
        phi0, phi1 = (in_turns(2 * math.pi * phase - angle) for phase, angle in zip(gate.phases, angles, strict=True))
        return MSGate(phi0=phi0, phi1=phi1, theta=gate.theta)


class ForteNativeGateset(IonqNativeGatesetBase):
    """The native gates of the Forte family, GPI, GPI2 and ZZ, and measurements.

    Args:
        atol: How far an entry of a matrix may be off.

    Raises:
        InvalidArgument: `atol` is no number above 0.
    """

    def __init__(self, *, atol: float = 1e-8) -> None:
        super().__init__(GPIGate, GPI2Gate, ZZGate, cirq.MeasurementGate, atol=atol)

    def _interaction(self, letter: _Letter, theta: float) -> tuple[cirq.Gate, np.ndarray, np.ndarray]:
        basis = {"X": _HADAMARD, "Y": cirq.unitary(GPI2Gate(phi=0)), "Z": _IDENTITY}[letter]
        # The angle is kept positive, as IonQ documents it; an X on one side changes the sign.
        sign = _IDENTITY if theta > 0 else cirq.unitary(cirq.X)
        return ZZGate(theta=min(abs(theta), 0.25)), basis @ sign, basis

    def _before_z(self, gate: cirq.Gate, angles: Sequence[float]) -> cirq.Gate:
        return gate


def decompose_all_to_all_connect_ccz_gate(ccz_gate: cirq.CCZPowGate, qubits: Sequence[cirq.Qid]) -> cirq.OP_TREE:
    """A power of ccz as 6 cnots and 7 powers of T, where any two of the qubits may meet.

        0: ──────────────@──────────────────@───@───p──────@───
                         │                  │   │          │
        1: ───@──────────┼───────@───p──────┼───X───p^-1───X───
              │          │       │          │
        2: ───X───p^-1───X───p───X───p^-1───X───p──────────────

    Here p is T to the exponent of the gate, which may be a symbol. A global shift of the gate becomes a global phase in front.

    Args:
        ccz_gate: The gate.
        qubits: Its three qubits.

    Returns:
        Operations whose product equals the gate exactly.

    Raises:
        InvalidArgument: There are not three qubits.
    """
    if len(qubits) != 3:
        raise InvalidArgument(f"Expect 3 qubits for CCZ gate, got {len(qubits)} qubits.")
    first, second, third = qubits
    turn = cirq.T**ccz_gate.exponent
    back = turn**-1
    return [
        *_global_phase(ccz_gate),
        cirq.CNOT(second, third),
        back(third),
        cirq.CNOT(first, third),
        turn(third),
        cirq.CNOT(second, third),
        back(third),
        cirq.CNOT(first, third),
        turn(second),
        turn(third),
        cirq.CNOT(first, second),
        turn(first),
        back(second),
        cirq.CNOT(first, second),
    ]


class _Sequence:
    """Operations in the making, in which the turns of one qubit between two other operations become one."""

    def __init__(self, turns: Callable[[np.ndarray], list[cirq.Gate]]) -> None:
        self._turns = turns
        self._operations: list[cirq.Operation] = []
        self._pending: dict[cirq.Qid, np.ndarray] = {}

    def turn(self, qubit: cirq.Qid, matrix: np.ndarray) -> None:
        self._pending[qubit] = matrix @ self._pending.get(qubit, _IDENTITY)

    def turn_each(self, qubits: Sequence[cirq.Qid], matrices: Sequence[np.ndarray]) -> None:
        for qubit, matrix in zip(qubits, matrices, strict=True):
            self.turn(qubit, matrix)

    def append(self, operation: cirq.Operation) -> None:
        self._settle(operation.qubits)
        self._operations.append(operation)

    def settle_up_to_z(self, qubit: cirq.Qid, atol: float) -> float:
        """Append what is pending on a qubit but for a last turn about Z, whose angle in radians this is."""
        gates, angle = pulses_before_z(self._pending.pop(qubit, _IDENTITY), atol)
        self._operations.extend(gate.on(qubit) for gate in gates)
        return angle

    def finished(self) -> list[cirq.Operation]:
        self._settle(tuple(self._pending))
        return self._operations

    def _settle(self, qubits: Iterable[cirq.Qid]) -> None:
        for qubit in qubits:
            if qubit in self._pending:
                self._operations.extend(gate.on(qubit) for gate in self._turns(self._pending.pop(qubit)))


def _global_phase(gate: cirq.CCZPowGate) -> list[cirq.Operation]:
    """The phase that a global shift stands for: exp(i pi shift exponent), nothing where it is 1."""
    phase = 1j ** (2 * gate.global_shift * gate.exponent)
    if cirq.is_parameterized(phase):
        # Without symbols left in it, a sympy number is not what Cirq takes for a phase.
        return [cirq.global_phase_operation(phase if phase.free_symbols else complex(phase))]
    return [cirq.global_phase_operation(phase)] if phase != 1 else []

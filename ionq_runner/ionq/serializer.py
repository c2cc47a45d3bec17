"""Cirq circuits -> IonQ's JSON, one at a time or several for one job.

Gates, names, rounding and fields are those of cirq_ionq. What it refuses and the service takes is sent besides: controlled gates where
the documented gate equals Cirq's exactly, and Pauli exponentials of negative time. Left out are gates that change nothing that can be
measured: identities and global phases. What a circuit measures goes to the job's metadata: see `measurement_map`.

Sources: IonQ's API reference, v0.4, jobs; its guides to gates (https://docs.ionq.com).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import cirq

from ionq_runner.ionq.arguments import check_circuit, checked_circuits, checked_settings
from ionq_runner.ionq.checks import checked_switch
from ionq_runner.ionq.errors import InvalidArgument, IonQSerializerMixedGatesetsException, NotSupportedPauliexpParameters
from ionq_runner.ionq.measurement_map import (
    SEPARATORS,
    Measured,
    batch_metadata,
    invert_masks_of,
    measurements_of,
    single_metadata,
)
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.wire.bodies import PauliEvolution, Rotation, near

__all__ = [
    "Contents",
    "NotSupportedPauliexpParameters",
    "SerializedProgram",
    "Serializer",
    "invert_masks_of",
    "measurements_of",
    "pauli_evolution",
]

Gateset = Literal["qis", "native"]

_NATIVE = (GPIGate, GPI2Gate, MSGate, ZZGate)
_NEITHER = (cirq.MeasurementGate, cirq.IdentityGate, cirq.GlobalPhaseGate)  # of no gate set

# Each power gate with the rotation that it is in general, and its names at special exponents.
_ROTATIONS: dict[type[cirq.Gate], tuple[str, tuple[tuple[float, str], ...]]] = {
    cirq.XPowGate: ("rx", ((1, "x"), (0.5, "v"), (-0.5, "vi"))),
    cirq.YPowGate: ("ry", ((1, "y"),)),
    cirq.ZPowGate: ("rz", ((1, "z"), (0.5, "s"), (-0.5, "si"), (0.25, "t"), (-0.25, "ti"))),
    cirq.XXPowGate: ("xx", ()),
    cirq.YYPowGate: ("yy", ()),
    cirq.ZZPowGate: ("zz", ()),
}
# Powers that are controlled powers of a gate on the last qubit, by their number of controls. Not every Cirq has those of Y.
_CONTROLLED_POWERS: dict[type[cirq.Gate], tuple[int, type[cirq.EigenGate]]] = {
    getattr(cirq, f"{'C' * controls}{letter}PowGate"): (controls, base)
    for letter, base in (("X", cirq.XPowGate), ("Y", cirq.YPowGate), ("Z", cirq.ZPowGate))
    for controls in (1, 2)
    if hasattr(cirq, f"{'C' * controls}{letter}PowGate")
}
_SELF_INVERSE: dict[type[cirq.Gate], str] = {cirq.HPowGate: "h", cirq.SwapPowGate: "swap"}

_REMEDY = "Write it in gates that it takes: cirq.optimize_for_target_gateset(circuit, gateset=ionq_runner.ionq.IonQTargetGateset())."


@dataclass(frozen=True, slots=True)
class SerializedProgram:
    """One job's circuits and settings, in the service's terms.

    Attributes:
        input: The gate set, the number of qubits, and the circuit or the circuits, without measurements.
        settings: Settings of the job, such as those of the machine.
        metadata: The caller's metadata, and what is measured.
        compilation: `opt` and `precision` of the service's compiler.
        error_mitigation: Such as `debiasing`.
        noise: The simulator's noise: `model` and, where wanted, `seed`.
        dry_run: Whether the service only compiles and prices the job.
    """

    input: dict[str, Any]
    settings: dict[str, Any]
    metadata: dict[str, str]
    compilation: dict[str, Any]
    error_mitigation: dict[str, Any]
    noise: dict[str, Any]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a circuit before its gates are written.

    Attributes:
        gate: Its first native or abstract gate; None where it has neither, so that it suits either kind of job.
        measured: Its number of qubits and its measurements.
    """

    gate: cirq.Gate | None
    measured: Measured

    @property
    def gateset(self) -> Gateset:
        """`native` or `qis`; a circuit of measurements alone is `qis`."""
        return "native" if isinstance(self.gate, _NATIVE) else "qis"


class Serializer:
    """Writes circuits as the service's JSON. Decomposes nothing: a gate that the service does not take is refused."""

    def __init__(self, atol: float = 1e-8) -> None:
        """As the class says.

        Args:
            atol: How near an exponent must be to one at which a gate has a name of its own, in half turns.

        Raises:
            InvalidArgument: `atol` is no number from 0 up.
        """
        self.atol = _tolerance(atol)
        self._rotations = {kind: Rotation(name, special, self.atol) for kind, (name, special) in _ROTATIONS.items()}

    def serialize_single_circuit(
        self,
        circuit: cirq.AbstractCircuit,
        job_settings: Mapping[str, Any] | None = None,
        compilation: Mapping[str, Any] | None = None,
        error_mitigation: Mapping[str, Any] | None = None,
        noise: Mapping[str, Any] | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> SerializedProgram:
        """One circuit as a job. The arguments stay as they are.

        Raises:
            InvalidArgument: The circuit is empty, measures before its end, is on other qubits than `cirq.LineQubit`s from 0, has
                parameters without values, or gates that the service does not take.
            IonQSerializerMixedGatesetsException: The circuit has native and abstract gates.
        """
        contents = self.survey(circuit)
        written = {"gateset": contents.gateset, "qubits": contents.measured.qubits, "circuit": self._gates(circuit)}
        own = single_metadata(contents.measured, checked_settings("metadata", metadata))
        return _program(written, own, job_settings, compilation, error_mitigation, noise, dry_run)

    def serialize_many_circuits(
        self,
        circuits: Sequence[cirq.AbstractCircuit],
        job_settings: Mapping[str, Any] | None = None,
        compilation: Mapping[str, Any] | None = None,
        error_mitigation: Mapping[str, Any] | None = None,
        noise: Mapping[str, Any] | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> SerializedProgram:
        """Several circuits as one job. The arguments stay as they are.

        Raises:
            InvalidArgument: There is no circuit, or one of them is refused as by `serialize_single_circuit`; says which.
            IonQSerializerMixedGatesetsException: Some circuits have native gates and others abstract ones.
        """
        if not (circuits := checked_circuits(circuits)):
            raise InvalidArgument("A job needs at least one circuit.")
        surveyed: list[Contents] = []
        written: list[dict[str, Any]] = []
        for index, circuit in enumerate(circuits):
            try:
                surveyed.append(self.survey(circuit))
                written.append({"circuit": self._gates(circuit)})
            except InvalidArgument as error:
                raise type(error)(f"Circuit {index}: {error}") from error
        first = _first_of_each(surveyed)
        if len(first) == 2:
            shown = " and ".join(f"{surveyed[index].gate} in circuit {index} ({gateset})" for gateset, index in first.items())
            raise IonQSerializerMixedGatesetsException(f"All circuits of a job must have gates of the same set; there is {shown}.")
        qubits = max(contents.measured.qubits for contents in surveyed)
        own = batch_metadata([contents.measured for contents in surveyed], checked_settings("metadata", metadata))
        every = {"gateset": next(iter(first), "qis"), "qubits": qubits, "circuits": written}
        return _program(every, own, job_settings, compilation, error_mitigation, noise, dry_run)

    def survey(self, circuit: cirq.AbstractCircuit) -> Contents:
        """Check a circuit as a whole, whether or not its parameters have values. Raises as `serialize_single_circuit`."""
        check_circuit(circuit)
        qubits = circuit.all_qubits()
        if not qubits:
            raise InvalidArgument("The circuit is empty: it has no operation on any qubit.")
        _check_qubits(circuit)
        if not circuit.are_all_measurements_terminal():
            raise InvalidArgument("All measurements of a circuit must be at its end: the service measures every qubit once.")
        gate: cirq.Gate | None = None
        measured: dict[str, tuple[int, ...]] = {}
        masks: dict[str, tuple[int, ...]] = {}
        for operation in circuit.all_operations():
            own = operation.gate
            if own is None:
                raise InvalidArgument(f"The service takes only gates, and a {type(operation).__name__} has none: {operation}")
            if isinstance(own, cirq.MeasurementGate):
                key = _new_key(own, measured)
                if own.confusion_map:
                    raise InvalidArgument(f"The service reads qubits as they are; the measurement {key!r} has a confusion map.")
                measured[key] = _indices(operation.qubits)
                if any(mask := own.full_invert_mask()):
                    masks[key] = tuple(int(bit) for bit in mask)
            elif not isinstance(own, _NEITHER):
                gate = own if gate is None else gate
                if isinstance(own, _NATIVE) != isinstance(gate, _NATIVE):
                    native, abstract = (own, gate) if isinstance(own, _NATIVE) else (gate, own)
                    raise IonQSerializerMixedGatesetsException(
                        f"A circuit has either native or abstract gates; this one has the native gate {native} and the abstract {abstract}."
                    )
        return Contents(gate, Measured(max(_indices(tuple(qubits))) + 1, measured, masks))

    def serialize_operation(self, operation: cirq.Operation) -> dict[str, Any]:
        """One gate of a surveyed circuit as the service's JSON; empty where there is nothing to send.

        Raises:
            InvalidArgument: The gate has parameters without values, or the service does not take it.
        """
        gate, targets = operation.gate, _indices(operation.qubits)
        if gate is None or cirq.is_parameterized(gate):
            names = ", ".join(sorted(cirq.parameter_names(gate))) or "none by name"
            raise InvalidArgument(f"{operation} has parameters without values ({names}): resolve them with cirq.resolve_parameters.")
        fields = {} if isinstance(gate, _NEITHER) else self._fields(gate, targets)
        if fields is None:
            remedy = _REMEDY if cirq.has_unitary(gate) else "It has no unitary, so that no gates that the service takes are equal to it."
            raise InvalidArgument(f"The service does not take {gate} on {_shown(targets)}. {remedy}")
        for name in ("rotation", "time", "phase", "angle"):
            if not math.isfinite(fields.get(name, 0.0)):
                raise InvalidArgument(f"The {name} of {gate} on {_shown(targets)} is {fields[name]}, which is no finite number.")
        return fields

    def rotation(self, kind: type[cirq.Gate]) -> Rotation | None:
        """What a power gate of this class becomes, subclasses included; None for other gates."""
        return next((self._rotations[base] for base in kind.mro() if base in self._rotations), None)

    def _gates(self, circuit: cirq.AbstractCircuit) -> list[dict[str, Any]]:
        return [fields for operation in circuit.all_operations() if (fields := self.serialize_operation(operation))]

    def _fields(self, gate: cirq.Gate, targets: tuple[int, ...]) -> dict[str, Any] | None:
        """A gate's JSON, empty for nothing to send; None where the service has no such gate."""
        match gate:
            case GPIGate() | GPI2Gate():
                return {"gate": str(gate).lower(), "target": targets[0], "phase": _real(gate.phi)}
            case MSGate():
                phases = [_real(gate.phi0), _real(gate.phi1)]
                return {"gate": "ms", "targets": list(targets), "phases": phases, "angle": _real(gate.theta)}
            case ZZGate():
                return {"gate": "zz", "targets": list(targets), "angle": _real(gate.theta)}
            case cirq.PauliStringPhasorGate():
                time = math.pi * (gate.exponent_neg - gate.exponent_pos) / 2
                return pauli_evolution(gate, targets).fields(_real(time))
            case cirq.EigenGate() if (rotation := self.rotation(type(gate))) is not None:
                return {"targets": list(targets), **rotation.fields(_real(gate.exponent))}
            case cirq.HPowGate() | cirq.SwapPowGate():
                name = self._self_inverse(gate)
                return {"gate": name, "targets": list(targets)} if name else None
            case _:
                found = self._controlled(gate, targets)
                return self._equal(gate, targets) if found is None else found

    def _equal(self, gate: cirq.Gate, targets: tuple[int, ...]) -> dict[str, Any] | None:
        """A gate that is one of Cirq's by its matrix alone, as a permutation may be a swap: `IonQTargetGateset` leaves it as it is."""
        for kind in (cirq.H, cirq.CNOT, cirq.SWAP):
            if len(targets) == cirq.num_qubits(kind) and cirq.equal_up_to_global_phase(gate, kind, atol=self.atol):
                return self._fields(kind, targets)
        return None

    def _controlled(self, gate: cirq.Gate, targets: tuple[int, ...]) -> dict[str, Any] | None:
        """A gate under controls, where the service's gate under the same controls is exactly that.

        The phase of the controlled gate counts, for it is a relative one: z and rz(pi) differ, and so do their controlled forms.
        """
        controls, under = 0, gate
        if isinstance(gate, cirq.ControlledGate):
            controls, under = gate.num_controls(), gate.sub_gate
            if gate.control_values != cirq.ProductOfSums(((1,),) * controls):
                return None
        if isinstance(under, cirq.CSwapGate):
            controls, under = controls + 1, cirq.SWAP
        for kind, (more, base) in _CONTROLLED_POWERS.items():
            if isinstance(under, kind) and isinstance(under, cirq.EigenGate):
                if controls and not self._has_no_phase(under):
                    return None
                controls, under = controls + more, base(exponent=under.exponent)
        if isinstance(under, cirq.IdentityGate):
            return {}
        fields = self._exact(under) if controls else None
        if fields is None:
            return None
        own, acted_on = list(targets[:controls]), list(targets[controls:])
        if fields == {"gate": "x"}:
            return {"gate": "cnot", **({"control": own[0]} if controls == 1 else {"controls": own}), "target": acted_on[0]}
        return {**fields, "controls": own, "targets": acted_on}

    def _exact(self, gate: cirq.Gate) -> dict[str, Any] | None:
        """A gate's name, and angle, where the documented matrix is the gate's, global phase included; None where there is none."""
        if not isinstance(gate, cirq.EigenGate):
            return None
        rotation = self.rotation(type(gate))
        if rotation is None:
            name = self._self_inverse(gate)
            return {"gate": name} if name and self._has_no_phase(gate) else None
        if not rotation.special:
            return None
        exponent = _real(gate.exponent)
        fields = rotation.fields(exponent)
        if "rotation" not in fields and self._has_no_phase(gate):
            return fields
        # exp(-i angle/2 P) is the power shifted by a half; any other phase has no gate
        if near(exponent * (gate.global_shift + 0.5), 0.0, self.atol):
            return {"gate": rotation.name, "rotation": exponent * math.pi}
        return None

    def _has_no_phase(self, gate: cirq.EigenGate) -> bool:
        return bool(near(_real(gate.exponent) * gate.global_shift, 0.0, self.atol))

    def _self_inverse(self, gate: cirq.EigenGate) -> str | None:
        """`h` or `swap` where the gate is an odd power of it."""
        name = next((_SELF_INVERSE[base] for base in type(gate).mro() if base in _SELF_INVERSE), None)
        return name if name and near(_real(gate.exponent), 1.0, self.atol) else None


def _program(
    written: dict[str, Any],
    metadata: dict[str, str],
    settings: object,
    compilation: object,
    mitigation: object,
    noise: object,
    dry_run: object,
) -> SerializedProgram:
    """A job of circuits that are written, with its settings. Raises InvalidArgument."""
    return SerializedProgram(
        input=written,
        settings=checked_settings("job_settings", settings),
        metadata=metadata,
        compilation=checked_settings("compilation", compilation),
        error_mitigation=checked_settings("error_mitigation", mitigation),
        noise=checked_settings("noise", noise),
        dry_run=checked_switch("dry_run", dry_run),
    )


def pauli_evolution(gate: cirq.PauliStringPhasorGate, targets: tuple[int, ...]) -> PauliEvolution:
    """The gate of a Pauli exponential without its time, pi (exponent_neg - exponent_pos) / 2; its global phase is left out."""
    # the service reads the last letter first
    term = "".join("IXYZ"[letter] for letter in reversed(gate.dense_pauli_string.pauli_mask))
    return PauliEvolution(term, targets)


def _first_of_each(surveyed: Sequence[Contents]) -> dict[Gateset, int]:
    """Each gate set that occurs, with the index of the first circuit that has gates of it."""
    first: dict[Gateset, int] = {}
    for index, contents in enumerate(surveyed):
        if contents.gate is not None:
            first.setdefault(contents.gateset, index)
    return first


def _check_qubits(circuit: cirq.AbstractCircuit) -> None:
    # by operation: Cirq holds a LineQid of two levels for the LineQubit of its index, so that a set shows only one of them
    qubits = [qubit for operation in circuit.all_operations() for qubit in operation.qubits]
    others = sorted({type(qubit).__name__ for qubit in qubits if not isinstance(qubit, cirq.LineQubit)})
    if others:
        raise InvalidArgument(f"All qubits must be cirq.LineQubits, for the service numbers them; there are {', '.join(others)}.")
    if (lowest := min(_indices(qubits))) < 0:
        raise InvalidArgument(f"All qubits must be cirq.LineQubits from 0 up; there is cirq.LineQubit({lowest}).")


def _new_key(gate: cirq.MeasurementGate, known: Mapping[str, object]) -> str:
    key = cirq.measurement_key_name(gate)
    if any(separator in key for separator in SEPARATORS):
        raise InvalidArgument(f"The measurement key {key!r} has a character that separates keys in a job's metadata.")
    if key in known:
        raise InvalidArgument(f"Two measurements have the key {key!r}: only one of them could be read back. Give each its own.")
    return key


def _indices(qubits: Sequence[cirq.Qid]) -> tuple[int, ...]:
    return tuple(qubit.x for qubit in qubits if isinstance(qubit, cirq.LineQubit))


def _shown(targets: tuple[int, ...]) -> str:
    return f"qubit{'s' * (len(targets) != 1)} {', '.join(map(str, targets))}"


def _tolerance(number: Any) -> float:
    if isinstance(number, bool) or not isinstance(number, Real) or not (math.isfinite(number) and float(number) >= 0):
        raise InvalidArgument(f"`atol` is a tolerance, a number from 0 up, not {number!r}")
    return float(number)


def _real(number: Any) -> float:
    """A number that Cirq took, as a float, whatever its type."""
    try:
        return float(number)
    except OverflowError:
        return math.inf

"""Operations of Cirq -> gates of our vocabulary, exactly: what global phase is left over is kept, for a control makes it count."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import cirq

from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate

__all__ = ["Angle", "Made", "UnknownOperation", "made_of"]

MAX_DEPTH = 12  # of decompositions inside each other

Angle: TypeAlias = Any  # a number, or arithmetic of symbols in sympy

_NAMED: tuple[tuple[type[cirq.EigenGate], tuple[tuple[float, str], ...]], ...] = (
    (cirq.XPowGate, ((1.0, "x"), (0.5, "v"), (-0.5, "vi"))),
    (cirq.YPowGate, ((1.0, "y"),)),
    (cirq.ZPowGate, ((1.0, "z"), (0.5, "s"), (-0.5, "si"), (0.25, "t"), (-0.25, "ti"))),
    (cirq.HPowGate, ((1.0, "h"),)),
    (cirq.SwapPowGate, ((1.0, "swap"),)),
    (cirq.ISwapPowGate, ((1.0, "iswap"),)),
)
_ROTATIONS: tuple[tuple[type[cirq.EigenGate], str], ...] = (
    (cirq.XPowGate, "rx"), (cirq.YPowGate, "ry"), (cirq.ZPowGate, "rz"), (cirq.XXPowGate, "rxx"), (cirq.YYPowGate, "ryy"),
    (cirq.ZZPowGate, "rzz"),
)  # fmt: skip
_CONTROLLED: dict[type[cirq.Gate], tuple[int, type[cirq.EigenGate]]] = {
    cirq.CXPowGate: (1, cirq.XPowGate), cirq.CZPowGate: (1, cirq.ZPowGate), cirq.CCXPowGate: (2, cirq.XPowGate),
    cirq.CCZPowGate: (2, cirq.ZPowGate),
}  # fmt: skip


class UnknownOperation(Exception):
    """An operation that is no gate of ours, nor made of some. The text says what it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """A gate of our vocabulary on qubits of Cirq; `phase`, without a name, is exp(i angle) for the whole circuit."""

    name: str
    angles: tuple[Angle, ...] = ()
    targets: tuple[cirq.Qid, ...] = ()
    controls: tuple[cirq.Qid, ...] = ()


def made_of(operation: cirq.Operation, depth: int = 0) -> Iterator[Made]:
    """The gates of an operation, in order. Raises UnknownOperation."""
    operation = operation.untagged
    found = _known(operation)
    if found is not None:
        yield from found
        return
    parts = cirq.decompose_once(operation, default=None) if depth < MAX_DEPTH else None
    if parts is None:
        raise UnknownOperation(str(operation.gate or operation))
    for part in parts:
        yield from made_of(part, depth + 1)


def _known(operation: cirq.Operation) -> list[Made] | None:
    gate, qubits = operation.gate, operation.qubits
    if isinstance(operation, cirq.ControlledOperation):
        return _under(operation.controls, operation.control_values, operation.sub_operation)
    if isinstance(gate, cirq.ControlledGate):
        count = gate.num_controls()
        return _under(qubits[:count], gate.control_values, gate.sub_gate.on(*qubits[count:]))
    if isinstance(gate, cirq.CSwapGate):
        return [Made("swap", (), qubits[1:], qubits[:1])]
    for kind, (count, base) in _CONTROLLED.items():
        if isinstance(gate, kind) and isinstance(gate, cirq.EigenGate):
            inner = list(_power(base(exponent=gate.exponent), qubits[count:]) or ())
            return [*_controlled(inner, qubits[:count]), _phase(math.pi * gate.exponent * gate.global_shift)]
    return None if gate is None else _gate(gate, qubits)


def _gate(gate: cirq.Gate, qubits: tuple[cirq.Qid, ...]) -> list[Made] | None:
    pi = math.pi
    match gate:
        case GPIGate() | GPI2Gate():
            return [Made("gpi" if isinstance(gate, GPIGate) else "gpi2", (gate.phi,), qubits)]
        case MSGate():
            return [Made("ms", (gate.phi0, gate.phi1, gate.theta), qubits)]
        case ZZGate():
            return [Made("zz", (gate.theta,), qubits)]
        case cirq.IdentityGate():
            return []
        case cirq.GlobalPhaseGate() if not cirq.is_parameterized(gate):
            value = complex(gate.coefficient)
            return [_phase(math.atan2(value.imag, value.real))]
        case cirq.PhasedXPowGate():
            e = gate.exponent
            return [Made("r", (pi * e, pi * gate.phase_exponent), qubits), _phase(pi * e * (gate.global_shift + 0.5))]
        case cirq.PhasedXZGate():
            axis, x, z = gate.axis_phase_exponent, gate.x_exponent, gate.z_exponent
            return [Made("p", (-pi * axis,), qubits), *(_power(cirq.X**x, qubits) or ()), Made("p", (pi * (axis + z),), qubits)]
        case cirq.EigenGate():
            return _power(gate, qubits)
    return None


def _power(gate: cirq.EigenGate, qubits: tuple[cirq.Qid, ...]) -> list[Made] | None:
    """A power of a gate: by name where it has one, else a rotation and a phase."""
    exponent, shift, pi = gate.exponent, gate.global_shift, math.pi
    for kind, names in _NAMED:
        for value, name in names:
            if isinstance(gate, kind) and exponent == value and shift != -0.5:
                return [Made(name, (), qubits), _phase(pi * value * shift)]
    if isinstance(gate, cirq.ZPowGate) and shift != -0.5:
        return [Made("p", (pi * exponent,), qubits), _phase(pi * exponent * shift)]
    if isinstance(gate, cirq.HPowGate):
        turn = [Made("ry", (own * pi / 4,), qubits) for own in (1, -1)]
        return [turn[0], *(_power(cirq.XPowGate(exponent=exponent, global_shift=shift), qubits) or ()), turn[1]]
    for kind, name in _ROTATIONS:
        if isinstance(gate, kind):
            return [Made(name, (pi * exponent,), qubits), _phase(pi * exponent * (shift + 0.5))]
    return None


def _under(controls: tuple[cirq.Qid, ...], values: cirq.ops.AbstractControlValues, operation: cirq.Operation) -> list[Made] | None:
    """An operation under controls, each at 0 or 1; None where it is not known by itself, or the values are no product."""
    inner = _known(operation.untagged)
    if inner is None or not isinstance(values, cirq.ProductOfSums):
        return None
    wanted = [tuple(own) for own in values]
    if any(own not in ((0,), (1,)) for own in wanted):
        return None
    flips = [Made("x", (), (control,)) for control, own in zip(controls, wanted, strict=True) if own == (0,)]
    return [*flips, *_controlled(inner, controls), *flips]


def _controlled(inner: list[Made], controls: tuple[cirq.Qid, ...]) -> Iterator[Made]:
    for made in inner:
        if made.name:
            yield replace(made, controls=(*controls, *made.controls))
        elif made.angles != (0.0,):
            yield Made("p", made.angles, controls[-1:], controls[:-1])


def _phase(angle: Angle) -> Made:
    return Made("", (angle,))

"""A Program of numbers -> a Cirq circuit: what `show --cirq` prints.

Every gate becomes the operation of Cirq with the same matrix, global phase included, or, where there is none, several of them. Qubit i
is `cirq.LineQubit(i)`. Native gates are those of `ionq_runner.ionq`: `cirq.read_json` knows them once that is imported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Gate, Program
from ionq_runner.circuits.vocabulary import written_out

if TYPE_CHECKING:
    import cirq

__all__ = ["cirq_circuit", "cirq_json"]


def cirq_json(program: Program) -> str:
    """The circuit in Cirq's JSON."""
    import cirq

    return cirq.to_json(cirq_circuit(program)) + "\n"


def cirq_circuit(program: Program) -> cirq.Circuit:
    """The circuit of a program whose angles are all numbers, its measurements included."""
    import cirq

    wires = cirq.LineQubit.range(program.qubits)
    circuit = cirq.Circuit(
        made.on(*(wires[qubit] for qubit in part.targets)).controlled_by(*(wires[qubit] for qubit in part.controls))
        for gate in program.gates
        for part, made in _made(gate, program.qubits)
    )
    measured = (cirq.measure(*(wires[qubit] for qubit in own.qubits), key=own.key) for own in program.measurements)
    return circuit + cirq.Moment(measured) if program.measurements else circuit


def _made(gate: Gate, qubits: int) -> Iterator[tuple[Gate, cirq.Gate]]:
    """A gate as gates of Cirq, each with the part of ours that says where it acts."""
    if gate.name == "pauliexp":
        for part in decompose(Program(qubits, (gate,), ())).gates:
            yield from _made(part, qubits)
    elif gate.name in _gates():
        yield gate, _gates()[gate.name](*gate.numbers)
    elif gate.name in ("u", "u2"):
        theta, phi, lam = gate.numbers if gate.name == "u" else (math.pi / 2, *gate.numbers)
        for name, angle in (("p", lam), ("ry", theta), ("p", phi)):
            yield gate, _gates()[name](angle)
    else:
        for part in written_out(gate):
            yield from _made(part, qubits)


@cache
def _gates() -> dict[str, Callable[..., cirq.Gate]]:
    import cirq

    from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate

    def rotation(kind: type[cirq.EigenGate]) -> Callable[[float], cirq.Gate]:
        return lambda theta: kind(exponent=theta / math.pi, global_shift=-0.5)

    fixed: dict[str, cirq.Gate] = {
        "x": cirq.X, "y": cirq.Y, "z": cirq.Z, "h": cirq.H, "s": cirq.S, "si": cirq.S**-1, "t": cirq.T, "ti": cirq.T**-1,
        "v": cirq.X**0.5, "vi": cirq.X**-0.5, "swap": cirq.SWAP, "iswap": cirq.ISWAP,
    }  # fmt: skip
    return {
        **{name: (lambda gate=gate: gate) for name, gate in fixed.items()},
        "rx": cirq.rx, "ry": cirq.ry, "rz": cirq.rz,
        "p": lambda theta: cirq.ZPowGate(exponent=theta / math.pi),
        "r": lambda theta, phi: cirq.PhasedXPowGate(exponent=theta / math.pi, phase_exponent=phi / math.pi, global_shift=-0.5),
        "rxx": rotation(cirq.XXPowGate), "ryy": rotation(cirq.YYPowGate), "rzz": rotation(cirq.ZZPowGate),
        "gpi": lambda phi: GPIGate(phi=phi), "gpi2": lambda phi: GPI2Gate(phi=phi),
        "ms": lambda phi0, phi1, theta: MSGate(phi0=phi0, phi1=phi1, theta=theta), "zz": lambda theta: ZZGate(theta=theta),
    }  # fmt: skip

"""A Program of numbers -> OpenQASM 3: what `show --qasm` prints.

Gates of the standard library under its names, others with their definitions before them, controls as `ctrl @` where the library has
no gate for them. A measurement key is a register of bits. Reading the text again gives the same program; only a `pauliexp`, which
OpenQASM cannot say, is written out in other gates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.circuits.qasm.arithmetic import CONSTANTS
from ionq_runner.circuits.qasm.declaring import NUMBER_TYPES, REFUSED, STATEMENTS
from ionq_runner.circuits.qasm.definitions import definition, needed, standard_name
from ionq_runner.circuits.qasm.library import library
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["write_qasm"]

# Gates of `stdgates.inc` that are others under controls, by name and number of controls.
_CONTROLLED = {
    ("x", 1): "cx", ("y", 1): "cy", ("z", 1): "cz", ("h", 1): "ch", ("p", 1): "cp", ("rx", 1): "crx", ("ry", 1): "cry", ("rz", 1): "crz",
    ("swap", 1): "cswap", ("x", 2): "ccx",
}  # fmt: skip
_WORDS = {"ctrl", "negctrl", "inv", "pow", "gphase", "U", "OPENQASM", "barrier", "in", "true", "false", "void", "durationof", "sizeof"}
_PARTS = (1, 2, 3, 4, 5, 6, 8, 12, 16, 32, 64)  # of pi, in which an angle is shown where it is exactly that


def write_qasm(program: Program) -> str:
    """The text of a program whose angles are all numbers."""
    gates = [part for gate in program.gates for part in _known(gate, program.qubits)]
    defined = dict.fromkeys(name for gate in dict.fromkeys(gate.name for gate in gates) for name in needed(gate))
    taken = _taken() | {standard_name(name) for name in defined}
    keys = _unique([measurement.key for measurement in program.measurements], taken)
    register = _unique(["q"], taken | set(keys))[0]
    lines = [
        "OPENQASM 3.0;",
        'include "stdgates.inc";',
        *map(definition, defined),
        f"qubit[{program.qubits}] {register};",
        *(f"bit[{len(measurement.qubits)}] {key};" for key, measurement in zip(keys, program.measurements, strict=True)),
        *(_call(gate, register) for gate in gates),
    ]
    for key, measurement in zip(keys, program.measurements, strict=True):
        lines += _measured(key, measurement, register, program.qubits)
    return "\n".join(lines) + "\n"


def _radians(value: float) -> str:
    """A number as OpenQASM reads it back to the last bit: as a part of pi where it is one."""
    for part in _PARTS:
        times = round(value * part / math.pi)
        if times and abs(times) <= 2 * part and times * math.pi / part == value:
            whole = {1: "pi", -1: "-pi"}.get(times, f"{times}*pi")
            return whole if part == 1 else f"{whole}/{part}"
    return repr(value + 0.0)


def _known(gate: Gate, qubits: int) -> tuple[Gate, ...]:
    """The gate, or what stands for one that OpenQASM cannot say."""
    return decompose(Program(qubits, (gate,), ())).gates if gate.name == "pauliexp" else (gate,)


def _call(gate: Gate, register: str) -> str:
    controls = len(gate.controls)
    name = _CONTROLLED.get((gate.name, controls))
    if name is None:
        modifier = "" if not controls else "ctrl @ " if controls == 1 else f"ctrl({controls}) @ "
        name = modifier + standard_name(gate.name)
    turns = GATES[gate.name].unit == "turns"
    angles = ", ".join(repr(angle) if turns else _radians(angle) for angle in gate.numbers)
    return f"{name}{f'({angles})' if angles else ''} {', '.join(f'{register}[{qubit}]' for qubit in gate.qubits)};"


def _measured(key: str, measurement: Measurement, register: str, qubits: int) -> Iterator[str]:
    if measurement.qubits == tuple(range(qubits)):
        yield f"{key} = measure {register};"
        return
    for bit, qubit in enumerate(measurement.qubits):
        yield f"{key}[{bit}] = measure {register}[{qubit}];"


def _taken() -> set[str]:
    """Words that no register can be called."""
    return {*library(3)[0], "u2", "u3", *_WORDS, *CONSTANTS, *NUMBER_TYPES, *REFUSED, *STATEMENTS}


def _unique(names: list[str], taken: set[str]) -> list[str]:
    """The names as OpenQASM can have them: each once, and none that is taken."""
    found: list[str] = []
    for name in names:
        own = name
        while own in taken or own in found:
            own += "_"
        found.append(own)
    return found

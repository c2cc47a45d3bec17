"""A Program of numbers -> IonQ's JSON, the `input` of a job as the service takes it: what `show --ionq` prints.

What IonQ takes stands as it is, under any number of controls; what it does not is decomposed, exactly. The measurement is no part of
it: the service reads every qubit. The words of a `pauliexp` are written with the last letter on the first target, as IonQ has them.
Source: IonQ's API reference, v0.4, jobs; the conventions are those of `language.reading.statements`, which reads this back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Gate, Program
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["ionq_document"]

FORMAT = "ionq.circuit.v0"
# The keys that hold the angles of native gates.
_TURNS = {"gpi": "phase", "gpi2": "phase", "zz": "angle"}


def ionq_document(program: Program) -> dict[str, Any]:
    """The circuit of a program whose angles are all numbers, as the service takes it."""
    gates = [part for gate in program.gates for part in _taken(gate, program.qubits)]
    native = any(gate.name != "pauliexp" and GATES[gate.name].native for gate in gates)
    return {
        "format": FORMAT,
        "gateset": "native" if native else "qis",
        "qubits": program.qubits,
        "circuit": [_fields(gate) for gate in gates],
    }


def _taken(gate: Gate, qubits: int) -> Iterator[Gate]:
    """The gate where IonQ has it, else gates that equal it."""
    if gate.name == "pauliexp":
        has = not gate.controls
    else:
        fact = GATES[gate.name]
        has = fact.taken and (not gate.controls or not (fact.native or fact.wire))  # rotations of two qubits take no control
    yield from (gate,) if has else decompose(Program(qubits, (gate,), ())).gates


def _fields(gate: Gate) -> dict[str, Any]:
    if gate.name == "pauliexp":
        time, *coefficients = gate.numbers
        terms = [word[::-1] for word in gate.words]
        return {"gate": "pauliexp", "targets": list(gate.targets), "terms": terms, "coefficients": coefficients, "time": time}
    return {**_name(gate), **_qubits(gate), **_angles(gate)}


def _name(gate: Gate) -> dict[str, Any]:
    return {"gate": "cnot" if gate.name == "x" and gate.controls else GATES[gate.name].wire or gate.name}


def _qubits(gate: Gate) -> dict[str, Any]:
    controls, targets = list(gate.controls), list(gate.targets)
    own: dict[str, Any] = {}
    if controls:
        own |= {"control": controls[0]} if len(controls) == 1 else {"controls": controls}
    return own | ({"target": targets[0]} if len(targets) == 1 else {"targets": targets})


def _angles(gate: Gate) -> dict[str, Any]:
    angles = gate.numbers
    if not angles:
        return {}
    if gate.name == "ms":
        return {"phases": list(angles[:2]), "angle": angles[2]}
    return {_TURNS.get(gate.name, "rotation"): angles[0]}

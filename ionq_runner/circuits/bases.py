"""Reading qubits in other bases than Z: gates at the end that turn the wanted one into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ionq_runner.circuits.program import Gate, Program
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["in_basis", "is_native"]


def in_basis(program: Program, word: str) -> Program:
    """The program with a turn for each measured qubit whose letter in the word is X or Y; letters stand in the order of `measured`."""
    native = is_native(program)
    turns = tuple(gate for qubit, letter in zip(program.measured, word, strict=True) for gate in _turns(letter, qubit, native))
    return replace(program, gates=program.gates + turns) if turns else program


def is_native(program: Program) -> bool:
    """Whether its gates are a machine's own, which do not mix with others."""
    return any(GATES[gate.name].native for gate in program.gates if gate.name in GATES)


def _turns(letter: str, qubit: int, native: bool) -> Iterator[Gate]:
    """H reads X, and H after S^-1 reads Y; of a machine's gates, a quarter turn about -Y reads X, and one about X reads Y."""
    if letter == "Z":
        return
    if native:
        yield Gate("gpi2", (0.75 if letter == "X" else 0.0,), (qubit,))
        return
    if letter == "Y":
        yield Gate("si", (), (qubit,))
    yield Gate("h", (), (qubit,))

"""Gates of our vocabulary that OpenQASM's standard library lacks, as definitions in it, and those definitions known again.

A definition equals its gate exactly, global phase included, so that it keeps its meaning under `ctrl`. Where a text of version 3
has one of them word for word, it means the gate itself: a circuit that was printed and is read again is the same circuit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from ionq_runner.circuits.definitions import statement
from ionq_runner.circuits.qasm.lexer import tokens_of
from ionq_runner.diagnostics import Excerpt
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["defined_gate", "definition", "needed", "standard_name"]

# Gates of `stdgates.inc` under its names; `inv @ sx` is written so.
_STANDARD = {
    "x": "x", "y": "y", "z": "z", "h": "h", "s": "s", "si": "sdg", "t": "t", "ti": "tdg", "v": "sx", "vi": "inv @ sx",
    "rx": "rx", "ry": "ry", "rz": "rz", "p": "p", "swap": "swap", "cu": "cu",
}  # fmt: skip
# Gates on one qubit, from those of the library. That has a `u2` and a `U` of other phases, so ours are called otherwise.
_BODIES = {
    "r": ("rz(-phi)", "rx(theta)", "rz(phi)"),
    "u": ("p(lam)", "ry(theta)", "p(phi)"),
    "u2": ("p(lam)", "ry(pi/2)", "p(phi)"),
    "gpi": ("rz(-2*pi*phi)", "x", "rz(2*pi*phi)"),
    "gpi2": ("rz(-2*pi*phi)", "rx(pi/2)", "rz(2*pi*phi)"),
}
_RENAMED = {"u2": "u2_"}
_OURS = {_RENAMED.get(name, name): name for name in GATES if name not in _STANDARD}


def standard_name(name: str) -> str:
    """How a gate of ours is called in OpenQASM."""
    return _STANDARD.get(name) or _RENAMED.get(name, name)


def needed(name: str) -> tuple[str, ...]:
    """The gates to define before a gate can be called, itself included, each after those that it is made of."""
    if name in _STANDARD:
        return ()
    parts = () if name in _BODIES else tuple(statement(text, GATES[name].parameters).name for text in GATES[name].definition)
    return tuple(dict.fromkeys(found for part in (*map(needed, parts), (name,)) for found in part))


def definition(name: str) -> str:
    """`gate ms(phi0, phi1, theta) q0, q1 { ... }`."""
    fact = GATES[name]
    arguments = f"({', '.join(fact.parameters)})" if fact.parameters else ""
    qubits = ", ".join(f"q{index}" for index in range(fact.qubits))
    return f"gate {standard_name(name)}{arguments} {qubits} {{ {' '.join(_body(name))} }}"


def defined_gate(name: str, words: Sequence[str]) -> tuple[str, frozenset[str]] | None:
    """The gate of ours that a definition, given by its words, says exactly, and the gates it uses; None where it says something else."""
    ours = _OURS.get(name)
    if ours is None:
        return None
    expected, used = _words(ours)
    return (ours, used) if tuple(words) == expected else None


def _body(name: str) -> Iterator[str]:
    if name in _BODIES:
        yield from (f"{call} q0;" for call in _BODIES[name])
        return
    fact = GATES[name]
    for text in fact.definition:
        part = statement(text, fact.parameters)
        inner = text[text.find("(") : text.find(")") + 1] if "(" in text else ""
        controls = "c" * len(part.controls)
        yield f"{controls}{standard_name(part.name)}{inner} {', '.join(f'q{qubit}' for qubit in part.qubits)};"


@cache
def _words(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    words = tuple(token.text for token in tokens_of(Excerpt.of(definition(name))))
    begins = [index + 1 for index, word in enumerate(words) if word in ("{", ";")][:-1]
    return words, frozenset(words[index] for index in begins)

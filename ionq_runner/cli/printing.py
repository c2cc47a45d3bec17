"""A circuit in another language, as `show` prints it."""

from __future__ import annotations

import json
import sys

import click

from ionq_runner.circuits.program import Program


def printed(program: Program, title: str, language: str) -> str:
    """The text of a circuit whose angles are numbers; `title` is what it is called. What the language lacks is said on standard error."""
    if language == "qasm":
        from ionq_runner.circuits.qasm.writing import write_qasm

        return f"// {title}\n{write_qasm(program)}"
    if language == "cirq":
        from ionq_runner.circuits.cirq.writing import cirq_json

        return cirq_json(program)
    from ionq_runner.circuits.ionq_json import ionq_document

    if program.measured != tuple(range(program.qubits)) or len(program.measurements) > 1:
        keys = ", ".join(f"{own.key}: [{', '.join(map(str, own.qubits))}]" for own in program.measurements)
        click.echo(f"IonQ's JSON says nothing of what is measured; beside it write `measure: {{{keys}}}`", file=sys.stderr)
    return _indented(ionq_document(program))


def _indented(document: dict[str, object]) -> str:
    """The document with a gate a line."""
    head = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in document.items() if key != "circuit"]
    gates = document["circuit"]
    lines = [f"    {json.dumps(gate)}" for gate in gates] if isinstance(gates, list) else []
    body = ['  "circuit": [', ",\n".join(lines), "  ]"] if lines else ['  "circuit": []']
    return "\n".join(["{", *head, *body, "}"]) + "\n"

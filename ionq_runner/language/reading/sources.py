"""Circuits that come from another language: a text in it -> statements, gates of its own, inputs and measurements."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ionq_runner.circuits.families import FAMILIES
from ionq_runner.circuits.statements import Library
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems, Span
from ionq_runner.expressions import Expression
from ionq_runner.expressions.tree import Number
from ionq_runner.language.experiment import Circuit, Reference
from ionq_runner.language.files import Files
from ionq_runner.language.grammar import IONQ_CIRCUIT
from ionq_runner.language.reading.statements import read_statements
from ionq_runner.language.reading.values import expression_at, text_at
from ionq_runner.language.structure import check_structure
from ionq_runner.language.yaml import Mapping, Node, Scalar, compose

if TYPE_CHECKING:
    from ionq_runner.circuits.cirq.reading import CirqCircuit

__all__ = ["SourceSays", "read_source", "with_cirq"]


class SourceSays(Problem):
    """A key beside a source that says the same itself."""

    code: ClassVar[str] = "E431"
    text: ClassVar[str] = "`{key}` has no place beside `{source}`, which says it itself"
    remedy: ClassVar[str] = "{instead}"
    key: str
    source: str
    instead: str = "take it out, or say it in the text of the circuit"


def read_source(node: Mapping, circuit: Circuit, files: Files, parameters: frozenset[str], problems: Problems) -> Circuit:
    """The circuit with what its source says, if it has one; `parameters` are those of the file, by name."""
    if (name := node.get("library")) is not None:
        return _from_library(node, name, circuit, parameters, problems)
    try:
        if (source := node.get("qasm")) is not None:
            text = source.excerpt if isinstance(source, Scalar) else _file(source, files)
            return circuit if text is None else _from_qasm(node, text, circuit, problems)
        if (source := node.get("ionq")) is not None:
            return _from_ionq(node, _ionq_json(source, files, problems), circuit, problems)
        if (source := node.get("cirq")) is not None:
            return _from_cirq(node, source, circuit, files, problems)
        if (source := node.get("python")) is not None:
            return _from_python(node, source, circuit, files, problems)
    except ProblemFound as found:
        problems.add(found.problem)
        return dataclasses.replace(circuit, inputs=(), axes_known=False)
    return circuit


def _file(source: Node, files: Files) -> Excerpt | None:
    """The text of `{file: ...}`; None where its form is wrong, which has been noted. Raises ProblemFound."""
    path = source.get("file") if isinstance(source, Mapping) else None
    return files.excerpt(path) if isinstance(path, Scalar) else None


def _ionq_json(source: Node, files: Files, problems: Problems) -> Node | None:
    """A circuit in IonQ's JSON, from a file if it is in one; None where it cannot be read, which has been noted. Raises ProblemFound."""
    text = _file(source, files)
    if text is None:
        return source
    root = compose(text.source, problems)  # JSON is YAML
    if root is not None:
        check_structure(root, IONQ_CIRCUIT, problems)
    return root


def _from_ionq(node: Mapping, source: Node | None, circuit: Circuit, problems: Problems) -> Circuit:
    if not isinstance(source, Mapping):
        return dataclasses.replace(circuit, inputs=(), axes_known=False)
    for key, found in _beside(node, *(key for key in ("qubits", "gateset") if source.get(key) is not None)):
        problems.add(SourceSays(found.span, key, "ionq"))
    return dataclasses.replace(
        circuit,
        statements=read_statements(source.get("circuit"), problems),
        qubits=expression_at(source, "qubits", problems) or circuit.qubits,
        native=circuit.native or text_at(source, "gateset") == "native",
    )


def _from_qasm(node: Mapping, text: Excerpt, circuit: Circuit, problems: Problems) -> Circuit:
    from ionq_runner.circuits.qasm import parse_qasm  # most files have none

    read = parse_qasm(text, problems)
    if read is None:
        return dataclasses.replace(circuit, inputs=(), axes_known=False)
    for key, found in _beside(node, "qubits", "gateset", *(("measure",) if read.measurements else ())):
        problems.add(SourceSays(found.span, key, "qasm"))
    return dataclasses.replace(
        circuit,
        statements=read.statements,
        blocks=read.blocks,
        qubits=_number(max(1, read.qubits), text.span()),
        measure=tuple((key, tuple(_number(qubit, span) for qubit in qubits), span) for key, qubits, span in read.measurements)
        or circuit.measure,
        inputs=tuple(Reference(own.name, own.span) for own in read.inputs),
    )


def _from_library(node: Mapping, name: Node, circuit: Circuit, parameters: frozenset[str], problems: Problems) -> Circuit:
    from ionq_runner.language.reading.families import read_family  # most files have none

    if not isinstance(name, Scalar) or name.text not in FAMILIES or node.get("gates") is not None or node.get("qasm") is not None:
        return dataclasses.replace(circuit, inputs=(), axes_known=False)  # noted where keys and words are checked
    family = read_family(name.text)
    for key, found in _beside(node, "gateset", *(("qubits",) if family.sized else ()), *(("measure",) if family.measure else ())):
        problems.add(SourceSays(found.span, key, f"library: {family.name}", "take it out"))
    known = {
        *parameters,
        *(own for own, _, _ in circuit.parameters),
        *(axis.name for axis in (circuit.sweep.axes if circuit.sweep else ())),
    }
    given = frozenset(parameter.name for parameter in family.parameters if parameter.name in known)
    return dataclasses.replace(
        circuit,
        statements=(Library(family, given, name.span),),
        qubits=None if family.sized else circuit.qubits,
        measure=(("m", family.measure, name.span),) if family.measure else circuit.measure,
    )


def _from_cirq(node: Mapping, source: Node, circuit: Circuit, files: Files, problems: Problems) -> Circuit:
    from ionq_runner.circuits.cirq.reading import parse_cirq  # which takes seconds

    path = source.get("file") if isinstance(source, Mapping) else None
    if not isinstance(path, Scalar):
        return dataclasses.replace(circuit, inputs=(), axes_known=False)
    read = parse_cirq(files.excerpt(path).text, path.span)
    for key, found in _beside(node, "qubits", "gateset", *(("measure",) if read.measurements else ())):
        problems.add(SourceSays(found.span, key, "cirq"))
    return with_cirq(circuit, read, path.span)


def with_cirq(circuit: Circuit, read: CirqCircuit, span: Span) -> Circuit:
    """A circuit with what one of Cirq says, at the place that names it."""
    measured = tuple((key, tuple(_number(qubit, span) for qubit in qubits), span) for key, qubits in read.measurements)
    return dataclasses.replace(
        circuit,
        statements=read.statements,
        qubits=_number(read.qubits, span),
        measure=measured or circuit.measure,
        inputs=tuple(Reference(name, span) for name in read.inputs),
    )


def _from_python(node: Mapping, source: Node, circuit: Circuit, files: Files, problems: Problems) -> Circuit:
    """The circuit with the call that makes it: its arguments have values only when all parameters of the file have."""
    from ionq_runner.language.reading.functions import read_call  # most files have none

    for key, found in _beside(node, "qubits", "gateset"):
        problems.add(SourceSays(found.span, key, "python", "take it out: the circuit that the function returns says it"))
    beside = next((found.span for _, found in _beside(node, "measure")), None)
    return dataclasses.replace(circuit, inputs=(), axes_known=False, call=read_call(source, beside, files, problems), made=False)


def _beside(node: Mapping, *keys: str) -> Iterator[tuple[str, Node]]:
    for entry in node.entries:
        if entry.key.text in keys:
            yield entry.key.text, entry.key


def _number(value: int, span: Span) -> Expression:
    return Expression(Number(float(value)), frozenset(), Excerpt(span.source.text, span.source, 0), span.start, span.end)

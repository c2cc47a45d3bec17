"""Gate lists: statements, blocks, and gates in IonQ's own JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.circuits.statements import (
    BlockDefinition,
    Control,
    Fold,
    For,
    If,
    Inverse,
    JsonGate,
    Operand,
    Repeat,
    Statement,
)
from ionq_runner.circuits.vocabulary import word
from ionq_runner.diagnostics import Excerpt, Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import parse_expression
from ionq_runner.language.reading.values import entries, expressions_at, items, parsed, references_at
from ionq_runner.language.sentences import parse_loop_head, parse_operand, parse_statement
from ionq_runner.language.structure import SEVERAL_STATEMENTS, WrongForm
from ionq_runner.language.yaml import Mapping, Node, Scalar

__all__ = ["read_blocks", "read_operands", "read_statements"]

# IonQ's names: the gate in our vocabulary, and the key that holds its angle.
_FIXED = ("x", "y", "z", "h", "s", "si", "t", "ti", "v", "vi", "not", "cnot", "swap")
_ROTATIONS = {"rx": "rx", "ry": "ry", "rz": "rz", "xx": "rxx", "yy": "ryy", "zz": "rzz"}
_NATIVE = ("gpi", "gpi2", "ms", "zz")
_IONQ_NAMES = (*_FIXED, *_ROTATIONS, "gpi", "gpi2", "ms", "pauliexp")
_QUBIT_KEYS = ("gate", "target", "targets", "control", "controls")
_IONQ_KEYS = frozenset({*_QUBIT_KEYS, "rotation", "phase", "phases", "angle", "terms", "coefficients", "time"})
_PAULI_WORD = re.compile("[IXYZ]+")
_BREAKS = re.compile(r"(?P<sign>[()\[\]])|[\n;,][ \t]*(?P<name>[A-Za-z_]\w*)(?=[ (])")


class UnknownIonqGate(Problem):
    """A JSON gate object whose name IonQ does not have."""

    code: ClassVar[str] = "E420"
    text: ClassVar[str] = "IonQ's JSON has no gate `{name}`"
    name: str

    @property
    def hint(self) -> str:
        return did_you_mean(self.name, _IONQ_NAMES) or f"its gates are {', '.join(_IONQ_NAMES)}"


class IonqGateKeys(Problem):
    """A JSON gate object with a key too few or too many, or with the wrong number of qubits."""

    code: ClassVar[str] = "E421"
    text: ClassVar[str] = "{what}"
    what: str


def read_blocks(node: Node | None, problems: Problems) -> dict[str, BlockDefinition]:
    """The gates of one's own."""
    found: dict[str, BlockDefinition] = {}
    for entry in entries(node):
        if isinstance(entry.value, Mapping) and entry.value.get("qubits") is not None:
            parameters = tuple(name.name for name in references_at(entry.value, "parameters") or ())
            qubits = tuple(name.name for name in references_at(entry.value, "qubits") or ())
            body = read_statements(entry.value.get("gates"), problems)
            spans = tuple(name.span for key in ("parameters", "qubits") for name in references_at(entry.value, key) or ())
            found[entry.key.text] = BlockDefinition(entry.key.text, parameters, qubits, body, entry.key.span, spans)
    return found


def read_statements(node: Node | None, problems: Problems) -> tuple[Statement, ...]:
    """A list of statements; one that stands alone is a list of one."""
    return tuple(statement for item in items(node) if (statement := _statement(item, problems)) is not None)


def read_operands(node: Node | None, problems: Problems) -> tuple[Operand, ...]:
    """A list of qubits, ranges of qubits, and `all`."""
    found = (parsed(parse_operand, item, problems) for item in items(node))
    return tuple(operand for operand in found if operand is not None)


def _statement(node: Node, problems: Problems) -> Statement | None:
    if isinstance(node, Scalar):
        if _holds_several(node):
            problems.add(WrongForm(node.span, "a list of statements", SEVERAL_STATEMENTS))
            return None
        return parsed(parse_statement, node, problems)
    if not isinstance(node, Mapping):
        return None
    keys = {entry.key.text for entry in node.entries}
    span = node.entries[0].key.span if node.entries else node.span
    if "gate" in keys:
        return _json_gate(node, problems)
    body = read_statements(node.get("inverse") if "inverse" in keys else node.get("do"), problems)
    if "for" in keys:
        return _loop(node, body, span, problems)
    if "inverse" in keys:
        return Inverse(body, span)
    if "control" in keys:
        return Control(read_operands(node.get("control"), problems), body, span)
    for key, kind in (("repeat", Repeat), ("if", If), ("fold", Fold)):
        if key in keys:
            decider = parsed(parse_expression, node.get(key), problems)
            return None if decider is None else kind(decider, body, span)
    return None


def _holds_several(node: Scalar) -> bool:
    """Whether a second statement begins in a text: a gate's name after a line end, a comma or a semicolon outside brackets."""
    text = node.span.source.text[node.span.start : node.span.end]
    depth, begin = 0, text.find("\n") + 1 if node.style in ("|", ">") else 2
    for match in _BREAKS.finditer(text, begin):
        sign, name = match.group("sign"), match.group("name")
        depth += (sign in "([") - (sign in ")]") if sign else 0
        if name and depth == 0 and word(name) is not None:
            return True
    return False


def _loop(node: Mapping, body: tuple[Statement, ...], span: Span, problems: Problems) -> For | None:
    head = parsed(parse_loop_head, node.get("for"), problems)
    if head is None:
        return None
    names = tuple(name.text for name in head.names)
    return For(names, head.over, body, tuple(name.span() for name in head.names), head.over_span, span)


def _json_gate(node: Mapping, problems: Problems) -> JsonGate | None:
    gate = node.get("gate")
    if not isinstance(gate, Scalar):
        return None
    name, keys = gate.text, {entry.key.text for entry in node.entries}
    if name not in _IONQ_NAMES:
        problems.add(UnknownIonqGate(gate.span, name))
        return None
    ours, wanted = _meaning(name, keys)
    if keys - _IONQ_KEYS:
        return None  # noted where keys are checked
    for what in _wrong_keys(name, keys, wanted):
        problems.add(IonqGateKeys(gate.span, what))
        return None
    read = {key: expressions_at(node, key, problems) for key in (*_QUBIT_KEYS[1:], *wanted)}
    if any(len(expressions) < len(items(node.get(key))) for key, expressions in read.items()):
        return None  # one that cannot be read is noted, and how many the others are says nothing
    targets, controls = (*read["target"], *read["targets"]), (*read["control"], *read["controls"])
    words = tuple(item.text[::-1] for item in items(node.get("terms")) if isinstance(item, Scalar))
    angles = tuple(angle for key in wanted for angle in read[key])
    if name == "ms" and "angle" not in keys:
        angles += (parse_expression(Excerpt.of("1/4")),)
    found = JsonGate(ours, angles, targets, controls, words, gate.span)
    for what in _wrong_counts(name, found):
        problems.add(IonqGateKeys(gate.span, what))
        return None
    return found


def _meaning(name: str, keys: set[str]) -> tuple[str, tuple[str, ...]]:
    """Our name of an IonQ gate, and the keys that hold its angles, in our order."""
    if name == "pauliexp":
        return name, ("time", "coefficients")
    if name == "ms":
        return name, ("phases", "angle")
    if name in ("gpi", "gpi2"):
        return name, ("phase",)
    if name == "zz" and "rotation" not in keys:
        return name, ("phase" if "phase" in keys else "angle",)
    if name in _ROTATIONS:
        return _ROTATIONS[name], ("rotation",)
    if name == "z" and "rotation" in keys:
        return "p", ("rotation",)  # how IonQ's clients write a phase gate
    return ("x" if name in ("not", "cnot") else name), ()


def _wrong_keys(name: str, keys: set[str], wanted: tuple[str, ...]) -> Iterator[str]:
    allowed = {*_QUBIT_KEYS, *wanted, *(("terms",) if name == "pauliexp" else ())}
    for key in sorted(keys - allowed):
        yield f"`{name}` takes no `{key}`"
    optional = {"angle"} if name == "ms" else set()
    for key in sorted({*wanted, *(("terms",) if name == "pauliexp" else ())} - keys - optional):
        yield f"`{name}` needs `{key}`"
    for one, many in (("target", "targets"), ("control", "controls")):
        if one in keys and many in keys:
            yield f"`{name}` has `{one}` or `{many}`, not both"
    if not keys & {"target", "targets"}:
        yield f"`{name}` needs `target`"
    if name in _NATIVE and "rotation" not in keys and keys & {"control", "controls"}:
        yield f"the native gate `{name}` takes no control"
    if name == "cnot" and not keys & {"control", "controls"}:
        yield "`cnot` needs `control`"


def _wrong_counts(name: str, gate: JsonGate) -> Iterator[str]:
    if name == "pauliexp":
        widths = {len(term) for term in gate.words}
        if not all(_PAULI_WORD.fullmatch(term) for term in gate.words):
            yield "a term of `pauliexp` is a word of the letters I, X, Y and Z"
        if widths != {len(gate.targets)}:
            yield f"each term of `pauliexp` has a letter for each of its {len(gate.targets)} targets"
        if len(gate.words) != len(gate.angles) - 1:
            yield f"`pauliexp` has {len(gate.words)} terms and {len(gate.angles) - 1} coefficients"
        return
    meaning = word(gate.name)
    assert meaning is not None
    qubits, parameters = meaning.fact.qubits, len(meaning.fact.parameters)
    if len(gate.targets) != qubits:
        yield f"`{name}` has {qubits} target{'s' * (qubits != 1)}, not {len(gate.targets)}"
    if name == "cnot" and not gate.controls:
        yield "`cnot` needs `control`"
    if len(gate.angles) != parameters:
        yield f"`{name}` has {parameters} angle{'s' * (parameters != 1)}, not {len(gate.angles)}"

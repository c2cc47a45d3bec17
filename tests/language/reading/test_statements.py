"""Gate lists as they stand in a file: statements, blocks, and IonQ's own JSON objects in every spelling its clients send."""

from __future__ import annotations

import json

import cirq
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.circuits.statements import All, Control, Fold, For, GateStatement, If, Inverse, JsonGate, Repeat
from ionq_runner.diagnostics import Problems, Source
from ionq_runner.expressions import Expression, Range, evaluate
from ionq_runner.language.reading.statements import read_blocks, read_operands, read_statements
from ionq_runner.language.yaml import compose


def read(text, reader=read_statements):
    """What is read of a text, and the problems: code and spanned text."""
    problems = Problems()
    found = reader(compose(Source("gates", text), problems), problems)
    return found, [(problem.code, problem.span.source.text[problem.span.start : problem.span.end]) for problem in problems]


def only(text):
    """The one statement of a text without problems."""
    found, problems = read(text)
    assert not problems
    (statement,) = found
    return statement


def texts(expressions):
    return tuple(expression.text for expression in expressions)


# Statements and blocks.


def test_a_list_a_single_statement_and_nothing():
    assert [statement.name for statement in read("[h 0, x 1]")[0]] == ["h", "x"]
    assert only("h 0").name == "h"
    assert read("[]") == ((), [])
    assert read_statements(None, Problems()) == ()


def test_a_statement_has_a_name_arguments_and_operands():
    statement = only("['u(theta/2, -pi, cos(1)) 0 1..3 all']")
    assert isinstance(statement, GateStatement)
    assert (statement.name, texts(statement.arguments)) == ("u", ("theta/2", "-pi", "cos(1)"))
    qubit, extent, everything = statement.operands
    assert [type(operand) for operand in (qubit, extent, everything)] == [Expression, Range, All]
    assert (qubit.text, extent.start.text, extent.stop.text) == ("0", "1", "3")


@pytest.mark.parametrize(("text", "kind", "decider"), [
    ("{repeat: k + 1, do: [h 0, x 1]}", Repeat, "k + 1"),
    ("{if: k > 2, do: [h 0, x 1]}", If, "k > 2"),
    ("{fold: 2*s + 1, do: [h 0, x 1]}", Fold, "2*s + 1"),
])  # fmt: skip
def test_a_block_has_what_decides_it_and_a_body(text, kind, decider):
    block = only(f"[{text}]")
    assert type(block) is kind
    assert getattr(block, {Repeat: "count", If: "condition", Fold: "scale"}[kind]).text == decider
    assert [statement.name for statement in block.body] == ["h", "x"]
    assert block.span.source.text[block.span.start : block.span.end] == text[1:].split(":")[0]


def test_inverse_and_control_have_bodies_and_may_stand_in_each_other():
    block = only("[{inverse: [s 0, {control: [k, 2..3, all], do: t 1}]}]")
    assert isinstance(block, Inverse)
    inner = block.body[1]
    assert isinstance(inner, Control)
    assert [type(qubit) for qubit in inner.qubits] == [Expression, Range, All]
    assert [statement.name for statement in inner.body] == ["t"]
    assert [type(qubit) for qubit in only("[{control: 3, do: t 1}]").qubits] == [Expression]


@pytest.mark.parametrize(("head", "names", "over"), [
    ("q in 0..n-2", ("q",), ("0", "n-2")),
    ("q in [0, n, 2*n]", ("q",), (("0",), ("n",), ("2*n",))),
    ("a, b in [[0, 1], [1, n]]", ("a", "b"), (("0", "1"), ("1", "n"))),
    ("a, b in [(0, 1), (1, n)]", ("a", "b"), (("0", "1"), ("1", "n"))),
    ("a, b in edges", ("a", "b"), "edges"),
])  # fmt: skip
def test_a_loop_runs_over_a_range_a_list_or_a_parameter(head, names, over):
    loop = only(json.dumps([{"for": head, "do": "h 0"}]))
    assert isinstance(loop, For)
    assert loop.names == names
    assert [loop.span.source.text[span.start : span.end] for span in loop.name_spans] == list(names)
    assert loop.span.source.text[loop.over_span.start : loop.over_span.end] == head.split(" in ")[1]
    match loop.over:
        case str(name):
            assert name == over
        case Range(start, stop, None):
            assert (start.text, stop.text) == over
        case rows:
            assert tuple(map(texts, rows)) == over


def test_blocks_of_ones_own():
    text = "bell: {qubits: [i, j], gates: [h i, cnot i j]}\nturn: {parameters: [a, b], qubits: q, gates: rz(a*b) q}"
    blocks, problems = read(text, read_blocks)
    assert not problems
    assert list(blocks) == ["bell", "turn"]
    assert (blocks["bell"].parameters, blocks["bell"].qubits) == ((), ("i", "j"))
    assert (blocks["turn"].parameters, blocks["turn"].qubits) == (("a", "b"), ("q",))
    assert [statement.name for statement in blocks["bell"].body] == ["h", "cnot"]
    assert read_blocks(None, Problems()) == {}


def test_operands():
    operands, problems = read("[0, n - 1, 2..4, all]", read_operands)
    assert not problems
    assert [type(operand) for operand in operands] == [Expression, Expression, Range, All]
    assert len(read("5", read_operands)[0]) == 1


@pytest.mark.parametrize(("text", "problems"), [
    ("['2 0']", [("E411", "2 0")]),
    ("[h]", [("E414", "h")]),
    ("['rx(theta 0']", [("E413", "(")]),
    ("['rx(2pi) 0']", [("E302", "2pi")]),
    ("[rx(0.1)0]", [("E411", "rx(0.1)0")]),
    ("[h 0^1]", [("E301", "^")]),
    ("[{for: q from 0..3, do: h q}]", [("E415", "q from 0..3")]),
    ("[{for: 2q in 0..3, do: h q}]", [("E415", "2q in 0..3")]),
    ("[{repeat: 2k, do: h 0}]", [("E302", "2k")]),
    ("[{if: 'a < b < c', do: h 0^2}]", [("E309", "a < b < c"), ("E301", "^")]),
    ("[{control: [0, 1..], do: h 0}]", [("E305", ".")]),
    ("[{inverse: [h, x 0]}, 'h', y 1]", [("E414", "h"), ("E414", "h")]),
])  # fmt: skip
def test_a_problem_stands_at_its_place_and_the_rest_is_read(text, problems):
    assert read(text)[1] == problems


def test_statements_that_cannot_be_read_are_left_out():
    found, _ = read("[h, x 0, {repeat: 2k, do: y 0}, {fold: 3, do: [z, s 0]}]")
    assert [type(statement) for statement in found] == [GateStatement, Fold]
    assert [statement.name for statement in found[1].body] == ["s"]


# IonQ's JSON.


def gate(text):
    """(name, angles, targets, controls, words) of a JSON gate, as written."""
    found = only(f"[{text}]")
    assert isinstance(found, JsonGate)
    return found.name, texts(found.angles), texts(found.targets), texts(found.controls), found.words


@pytest.mark.parametrize("name", ["x", "y", "z", "h", "s", "si", "t", "ti", "v", "vi"])
@pytest.mark.parametrize(("qubits", "targets", "controls"), [
    ("target: 3", ("3",), ()),
    ("targets: [3]", ("3",), ()),
    ("target: 3, control: 0", ("3",), ("0",)),
    ("target: 3, controls: [0]", ("3",), ("0",)),
    ("targets: [3], control: 0", ("3",), ("0",)),
    ("targets: [3], controls: [0, 1]", ("3",), ("0", "1")),
    ("controls: [0, 1], target: q + 1", ("q + 1",), ("0", "1")),
    ("target: 3, controls: []", ("3",), ()),
])  # fmt: skip
def test_one_qubit_gates_and_every_form_of_their_qubits(name, qubits, targets, controls):
    assert gate(f"{{gate: {name}, {qubits}}}") == (name, (), targets, controls, ())


@pytest.mark.parametrize(("text", "read_as"), [
    ("{gate: not, target: 0}", ("x", (), ("0",), (), ())),
    ("{gate: not, target: 0, control: 1}", ("x", (), ("0",), ("1",), ())),
    ("{gate: cnot, control: 0, target: 1}", ("x", (), ("1",), ("0",), ())),
    ("{gate: cnot, targets: [0], controls: [1]}", ("x", (), ("0",), ("1",), ())),
    ("{gate: cnot, target: 0, controls: [1, 2]}", ("x", (), ("0",), ("1", "2"), ())),
    ("{gate: x, controls: [0], targets: [1]}", ("x", (), ("1",), ("0",), ())),
    ("{gate: swap, targets: [0, 1]}", ("swap", (), ("0", "1"), (), ())),
    ("{gate: swap, targets: [0, 1], controls: [2]}", ("swap", (), ("0", "1"), ("2",), ())),
    ("{gate: rx, target: 0, rotation: 0.5}", ("rx", ("0.5",), ("0",), (), ())),
    ("{gate: ry, targets: [0], rotation: pi/2}", ("ry", ("pi/2",), ("0",), (), ())),
    ("{gate: rz, target: 0, control: 1, rotation: -1e-3}", ("rz", ("-1e-3",), ("0",), ("1",), ())),
    ("{gate: z, controls: [0], targets: [1], rotation: pi/4}", ("p", ("pi/4",), ("1",), ("0",), ())),
    ("{gate: z, target: 1, rotation: phi}", ("p", ("phi",), ("1",), (), ())),
    ("{gate: xx, targets: [0, 1], rotation: phi}", ("rxx", ("phi",), ("0", "1"), (), ())),
    ("{gate: yy, targets: [0, 1], rotation: phi}", ("ryy", ("phi",), ("0", "1"), (), ())),
    ("{gate: zz, targets: [0, 1], rotation: phi, control: 2}", ("rzz", ("phi",), ("0", "1"), ("2",), ())),
    ("{gate: zz, targets: [0, 1], angle: 0.25}", ("zz", ("0.25",), ("0", "1"), (), ())),
    ("{gate: zz, targets: [0, 1], phase: 0.25}", ("zz", ("0.25",), ("0", "1"), (), ())),
    ("{gate: gpi, target: 0, phase: 0.5}", ("gpi", ("0.5",), ("0",), (), ())),
    ("{gate: gpi2, targets: [0], phase: -phi}", ("gpi2", ("-phi",), ("0",), (), ())),
    ("{gate: ms, targets: [0, 1], phases: [0, 0.5]}", ("ms", ("0", "0.5", "1/4"), ("0", "1"), (), ())),
    ("{gate: ms, targets: [0, 1], phases: [0, phi], angle: 0.1}", ("ms", ("0", "phi", "0.1"), ("0", "1"), (), ())),
    ("{gate: pauliexp, targets: [0, 2], terms: [XY, ZI], coefficients: [1, c], time: t}",
     ("pauliexp", ("t", "1", "c"), ("0", "2"), (), ("YX", "IZ"))),
    ("{gate: pauliexp, target: 0, terms: X, coefficients: 0.5, time: 1}", ("pauliexp", ("1", "0.5"), ("0",), (), ("X",))),
    ("{gate: pauliexp, targets: [0], controls: [1], terms: [Z], coefficients: [1], time: 0.3}",
     ("pauliexp", ("0.3", "1"), ("0",), ("1",), ("Z",))),
])  # fmt: skip
def test_the_gates_of_ionqs_json(text, read_as):
    assert gate(text) == read_as


def test_json_pasted_as_it_was_sent_is_read():
    """What cirq_ionq, qiskit_ionq and PennyLane put on the wire: floats as qubits too."""
    sent = [
        {"gate": "h", "targets": [0]}, {"gate": "cnot", "control": 0, "target": 1}, {"gate": "x", "controls": [0.0], "targets": [1.0]},
        {"gate": "ms", "targets": [0, 1], "phases": [0.0, 0.25], "angle": 0.25},
        {"gate": "zz", "phase": 0.15915494309189535, "targets": [0, 1]},
        {"gate": "pauliexp", "terms": ["XX", "ZI"], "coefficients": [0.1, -2e-3], "time": 3.141592653589793, "targets": [1, 0]},
    ]  # fmt: skip
    found, problems = read(json.dumps(sent, indent=2))
    assert not problems
    gates = elaborate(found, Scope(2, {}, {}, {}, {}), Problems())
    assert [(g.name, g.angles, g.targets, g.controls, g.words) for g in gates] == [
        ("h", (), (0,), (), ()), ("x", (), (1,), (0,), ()), ("x", (), (1,), (0,), ()),
        ("ms", (0.0, 0.25, 0.25), (0, 1), (), ()), ("zz", (0.15915494309189535,), (0, 1), (), ()),
        ("pauliexp", (3.141592653589793, 0.1, -0.002), (1, 0), (), ("XX", "IZ")),
    ]  # fmt: skip


@settings(deadline=None)
@given(st.data())
def test_the_last_letter_of_a_pauli_word_acts_on_the_first_target(data):
    """Cirq's own Pauli strings say what a sum of little-endian words does."""
    width = data.draw(st.integers(1, 3))
    words = data.draw(st.lists(st.text("IXYZ", min_size=width, max_size=width), min_size=1, max_size=3))
    coefficients = [data.draw(st.sampled_from([0.5, -1.0, 0.25])) for _ in words]
    targets = data.draw(st.permutations(range(3)))[:width]
    found = only(json.dumps([{"gate": "pauliexp", "targets": targets, "terms": words, "coefficients": coefficients, "time": 0.7}]))
    (gate,) = elaborate((found,), Scope(3, {}, {}, {}, {}), Problems())
    pauli = {"I": cirq.I, "X": cirq.X, "Y": cirq.Y, "Z": cirq.Z}

    def hamiltonian(strings):
        total = np.zeros((8, 8), dtype=complex)
        for coefficient, letters in strings:
            total += coefficient * cirq.DensePauliString([pauli[letters.get(q, "I")] for q in range(3)])._unitary_()
        return total

    ionq = hamiltonian((c, dict(zip(targets, reversed(word), strict=True))) for c, word in zip(coefficients, words, strict=True))
    ours = hamiltonian((c, dict(zip(gate.targets, word, strict=True))) for c, word in zip(gate.angles[1:], gate.words, strict=True))
    assert gate.angles[0] == 0.7
    np.testing.assert_allclose(scipy.linalg.expm(-0.7j * ours), scipy.linalg.expm(-0.7j * ionq), atol=1e-12)


@pytest.mark.parametrize(("text", "code", "message"), [
    ("{gate: hadamard, target: 0}", "E420", "IonQ's JSON has no gate `hadamard`"),
    ("{gate: X, target: 0}", "E420", "IonQ's JSON has no gate `X`"),
    ("{gate: ccx, target: 0, controls: [1, 2]}", "E420", "IonQ's JSON has no gate `ccx`"),
    ("{gate: nop}", "E420", "IonQ's JSON has no gate `nop`"),
    ("{gate: h}", "E421", "`h` needs `target`"),
    ("{gate: h, target: 0, targets: [0]}", "E421", "`h` has `target` or `targets`, not both"),
    ("{gate: x, target: 0, control: 1, controls: [1]}", "E421", "`x` has `control` or `controls`, not both"),
    ("{gate: h, targets: [0, 1]}", "E421", "`h` has 1 target, not 2"),
    ("{gate: swap, target: 0}", "E421", "`swap` has 2 targets, not 1"),
    ("{gate: cnot, target: 0}", "E421", "`cnot` needs `control`"),
    ("{gate: cnot, target: 0, controls: []}", "E421", "`cnot` needs `control`"),
    ("{gate: cnot, targets: [0, 1]}", "E421", "`cnot` needs `control`"),
    ("{gate: rx, target: 0}", "E421", "`rx` needs `rotation`"),
    ("{gate: rx, target: 0, rotation: []}", "E421", "`rx` has 1 angle, not 0"),
    ("{gate: rx, target: 0, rotation: [1, 2]}", "E421", "`rx` has 1 angle, not 2"),
    ("{gate: rx, target: 0, rotation: 1, phase: 2}", "E421", "`rx` takes no `phase`"),
    ("{gate: s, target: 0, rotation: 1}", "E421", "`s` takes no `rotation`"),
    ("{gate: gpi, target: 0}", "E421", "`gpi` needs `phase`"),
    ("{gate: gpi, target: 0, rotation: 1}", "E421", "`gpi` takes no `rotation`"),
    ("{gate: gpi2, target: 0, control: 1, phase: 0}", "E421", "the native gate `gpi2` takes no control"),
    ("{gate: ms, targets: [0, 1], controls: [2], phases: [0, 0]}", "E421", "the native gate `ms` takes no control"),
    ("{gate: zz, targets: [0, 1], control: 2, angle: 0.1}", "E421", "the native gate `zz` takes no control"),
    ("{gate: ms, targets: [0, 1]}", "E421", "`ms` needs `phases`"),
    ("{gate: ms, targets: [0, 1], phases: [0]}", "E421", "`ms` has 3 angles, not 2"),
    ("{gate: zz, targets: [0, 1]}", "E421", "`zz` needs `angle`"),
    ("{gate: zz, targets: [0, 1], angle: 0.1, phase: 0.1}", "E421", "`zz` takes no `angle`"),
    ("{gate: xx, targets: [0, 1], phases: [0, 0]}", "E421", "`xx` takes no `phases`"),
    ("{gate: pauliexp, targets: [0], terms: [X], coefficients: [1]}", "E421", "`pauliexp` needs `time`"),
    ("{gate: pauliexp, targets: [0], coefficients: [1], time: 1}", "E421", "`pauliexp` needs `terms`"),
    ("{gate: pauliexp, targets: [0], terms: [XX], coefficients: [1], time: 1}", "E421",
     "each term of `pauliexp` has a letter for each of its 1 targets"),
    ("{gate: pauliexp, targets: [0, 1], terms: [XX, Y], coefficients: [1, 1], time: 1}", "E421",
     "each term of `pauliexp` has a letter for each of its 2 targets"),
    ("{gate: pauliexp, targets: [0], terms: [x], coefficients: [1], time: 1}", "E421",
     "a term of `pauliexp` is a word of the letters I, X, Y and Z"),
    ("{gate: pauliexp, targets: [0], terms: [X, Z], coefficients: [1], time: 1}", "E421", "`pauliexp` has 2 terms and 1 coefficients"),
    ("{gate: pauliexp, targets: [0], terms: [], coefficients: [], time: 1}", "E421",
     "each term of `pauliexp` has a letter for each of its 1 targets"),
])  # fmt: skip
def test_a_json_gate_that_ionq_would_refuse_is_an_error_at_its_name(text, code, message):
    problems = Problems()
    found = read_statements(compose(Source("gates", f"[{text}]"), problems), problems)
    (problem,) = problems
    assert (problem.code, problem.message, found) == (code, message, ())
    name = text.split(",")[0].removeprefix("{gate: ").removesuffix("}")
    assert problem.span.source.text[problem.span.start : problem.span.end] == name


@pytest.mark.parametrize(("name", "hint"), [
    ("sawp", "did you mean `swap`?"), ("pauliexpr", "did you mean `pauliexp`?"),
])  # fmt: skip
def test_a_name_close_to_one_of_ionqs_gets_it_as_a_hint(name, hint):
    problems = Problems()
    read_statements(compose(Source("gates", f"[{{gate: {name}, target: 0}}]"), problems), problems)
    (problem,) = problems
    assert problem.hint == hint


def test_any_other_name_gets_the_whole_list():
    problems = Problems()
    read_statements(compose(Source("gates", "[{gate: fourier, target: 0}]"), problems), problems)
    (problem,) = problems
    assert problem.hint.startswith("its gates are x, y, z, h, ")
    assert problem.hint.endswith("ms, pauliexp")


@pytest.mark.parametrize(("text", "problems"), [
    ("{gate: rx, target: 0, rotation: 2pi}", [("E302", "2pi")]),
    ("{gate: h, target: q^2}", [("E301", "^")]),
    ("{gate: cnot, target: 1, controls: [2q]}", [("E302", "2q")]),
    ("{gate: pauliexp, targets: [0], terms: [X, Y], coefficients: [1, 2t], time: 1}", [("E302", "2t")]),
    ("{gate: h, targets: 0..2}", [("E310", "0..2")]),
])  # fmt: skip
def test_a_number_that_cannot_be_read_is_the_only_problem(text, problems):
    """How many there are says nothing where one of them is missing."""
    assert read(f"[{text}]") == ((), problems)


def test_json_gates_take_expressions_where_they_have_numbers():
    found = only("[{for: q in 0..1, do: {gate: rx, target: q + 1, controls: [0, 2*q + 2], rotation: phi*q}}]")
    gates = elaborate((found,), Scope(5, {}, {}, {}, {}), Problems())
    assert [(g.name, g.targets, g.controls) for g in gates] == [("rx", (1,), (0, 2)), ("rx", (2,), (0, 4))]
    assert [evaluate(g.angles[0], {"phi": 0.5}) for g in gates] == [0.0, 0.5]

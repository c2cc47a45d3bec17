"""Which names decide the gates of a circuit, and how many gates there are: found without making them."""

from __future__ import annotations

import functools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionq_runner.circuits.shape as shape_module
from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.circuits.program import Gate
from ionq_runner.circuits.shape import gate_count, names_all_qubits, operand_names, shape_names, statement_names
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Source
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.language.reading.statements import read_blocks, read_statements
from ionq_runner.language.sentences import parse_operand
from ionq_runner.language.yaml import compose

QUBITS = 9
LISTS = {"chosen": ((2.0,), (0.0,)), "edges": ((0.0, 1.0), (1.0, 3.0), (2.0, 0.0))}
CONSTANTS = {"n": 2.0}
BLOCKS = """
turn: {parameters: [t], qubits: [q], gates: [rz(t) q]}
many: {parameters: [k], qubits: [q], gates: [{repeat: k, do: rx(k) q}]}
span: {qubits: [i, j], gates: [x i..j]}
pick: {parameters: [k], qubits: [q], gates: [{if: k > q, do: h q}]}
undo: {parameters: [t], qubits: [i, j], gates: [{inverse: [iswap i j, dcx j i, turn(t) i, {fold: 3, do: dcx i j}]}]}
fan: {parameters: [k, t], qubits: [q], gates: [{for: s in 1..k, do: [turn(t*s) q, many(s) q, {if: s < n, do: h q}]}]}
each: {qubits: [q], gates: [{for: 'a, b in edges', do: {if: a < q, do: turn(b) q}}, pick(n) q]}
"""


def read(text: str, blocks: str = BLOCKS):
    problems = Problems()
    statements = read_statements(compose(Source("gates", text), problems), problems)
    own = read_blocks(compose(Source("blocks", blocks), problems), problems) if blocks else {}
    assert not list(problems), [problem.message for problem in problems]
    return statements, own


def names(text, blocks=BLOCKS):
    return set(shape_names(*read(text, blocks)))


def count(text, *, qubits=QUBITS, blocks=BLOCKS, **values):
    statements, own = read(text, blocks)
    return gate_count(statements, qubits, {**CONSTANTS, **values}, LISTS, own, CONSTANTS)


@pytest.mark.parametrize(("text", "deciding"), [
    ("[rx(phi) 0, 'u(a, b, c) k']", {"k"}),
    ("[h a..b step c, cnot i j%2]", {"a", "b", "c", "i", "j"}),
    ("[h all]", set()),
    ("[{gate: ms, targets: [i, j], phases: [a, b], angle: c}]", {"i", "j"}),
    ("[{gate: x, target: i, controls: [j]}, {gate: pauliexp, targets: [0], terms: [X], coefficients: [c], time: t}]", {"i", "j"}),
    ("[{for: q in 0..m, do: rx(q*phi) q}]", {"m"}),
    ("[{for: q in chosen, do: rx(q*phi) 0}]", set()),
    ("[{for: 'q in [a, b]', do: rx(q) 0}]", {"a", "b"}),
    ("[{for: q in 0..3, do: {for: r in q..m, do: cnot q r}}]", {"m"}),
    ("[{if: a > b, do: rx(c) 0}]", {"a", "b"}),
    ("[{repeat: k, do: rx(c) 0}, {fold: s, do: h q}]", {"k", "s", "q"}),
    ("[{control: [c, d], do: rx(e) f}]", {"c", "d", "f"}),
    ("[{inverse: [rx(a) 0, {repeat: b, do: h 0}]}]", {"b"}),
    ("[turn(a) 0]", set()),
    ("[turn(a) b]", {"b"}),
    ("[many(a) 0]", {"a"}),
    ("['fan(a, b) 0']", {"a"}),
    ("[span i j]", {"i", "j"}),
    ("[undo(a) i j]", {"i", "j"}),
    ("[{for: s in 1..2, do: many(s*a + b) 0}]", {"a", "b"}),
])  # fmt: skip
def test_names_that_choose_gates_or_qubits_decide_the_shape(text, deciding):
    assert names(text) - {"n"} == deciding


def test_a_block_used_by_a_block_passes_its_names_on():
    outer = BLOCKS + "outer: {parameters: [x, y, z], qubits: [q], gates: ['fan(x + y, z) q', turn(y*z) q]}"
    assert names("['outer(a, b, c) 0']", outer) - {"n"} == {"a", "b"}


def test_blocks_within_blocks_are_looked_at_once():
    """Forty blocks, each using the next one twice: 2**40 uses."""
    chain = "\n".join(f"b{i}: {{parameters: [a], qubits: [q], gates: [b{i + 1}(a + a) q, b{i + 1}(a) q]}}" for i in range(40))
    harmless = chain + "\nb40: {parameters: [a], qubits: [q], gates: [rx(a) q]}"
    assert names("[b0(phi) k]", harmless) == {"k"}
    assert count("[b22(phi) 0]", blocks=harmless) == 2**18
    with pytest.raises(ProblemFound):
        count("[b0(phi) 0]", blocks=harmless)
    nothing = chain + "\nb40: {parameters: [a], qubits: [q], gates: [{if: 1 > 2, do: rx(a) q}]}"
    assert count("[b0(phi) 0]", blocks=nothing) == 0


@pytest.mark.parametrize(("text", "used"), [
    ("[rx(phi/2) a..b, cnot i j]", {"phi", "a", "b", "i", "j"}),
    ("[{gate: zz, targets: [i, 1], angle: t}]", {"i", "t"}),
    ("[{for: q in 0..m, do: rx(q) 0}]", {"q", "m"}),
    ("[{for: 'q in [a, 2*b]', do: h 0}]", {"a", "b"}),
    ("[{for: q in chosen, do: h 0}]", {"chosen"}),
    ("[{if: a > 1, do: []}, {repeat: b, do: []}, {fold: c, do: []}, {control: [d, 1..e], do: []}]", {"a", "b", "c", "d", "e"}),
    ("[{inverse: {inverse: rx(a) all}}]", {"a"}),
    ("['fan(a, 2*b) c']", {"a", "b", "c"}),
])  # fmt: skip
def test_every_name_that_statements_use(text, used):
    assert statement_names(read(text)[0], {}) == used


def test_names_of_operands():
    operands = tuple(parse_operand(Excerpt.of(text)) for text in ("all", "a+1", "b..c step d", "3"))
    assert operand_names(operands) == {"a", "b", "c", "d"}
    assert operand_names(()) == set()


@pytest.mark.parametrize(("text", "needed"), [
    ("[h all]", True), ("[{for: q in 0..1, do: {inverse: h all}}]", True), ("[{control: all, do: []}]", True),
    ("[h qubits-1]", True), ("[rx(pi/qubits) 0]", True), ("[{repeat: qubits, do: h 0}]", True), ("[{for: q in 1..qubits, do: h 0}]", True),
    ("[h 0..3, cnot 0 1]", False), ("[{gate: h, target: 0}]", False), ("[]", False),
])  # fmt: skip
def test_all_and_qubits_need_the_size_of_the_circuit(text, needed):
    assert names_all_qubits(read(text)[0]) is needed


@pytest.mark.parametrize(("text", "gates"), [
    ("[]", 0),
    ("[h 0, h 0..3, h all, cnot 0 1, ccx 0 1 2]", 1 + 4 + 9 + 1 + 1),
    ("[cnot 1..2, swap 0..1]", 2),
    ("[h 0..6 step 3, h 3..2]", 3),
    ("[{gate: swap, targets: [0, 1], control: 2}]", 1),
    ("[{for: q in 0..3, do: [h q, cnot q q+1]}]", 8),
    ("[{for: q in 0..3, do: h 0..q}]", 10),
    ("[{for: q in 3..0, do: h q}]", 0),
    ("[{for: q in 3..0 step -1, do: {for: r in 0..q, do: h r}}]", 10),
    ("[{for: 'q in [1, 4, n]', do: h 0..q}]", 2 + 5 + 3),
    ("[{for: q in chosen, do: {repeat: q, do: h 0}}]", 2),
    ("[{for: 'a, b in edges', do: {if: a < b, do: cnot a b}}]", 2),
    ("[{for: 'a, b in edges', do: cnot a b}]", 3),
    ("[{repeat: 5, do: [h 0, {repeat: n, do: x 0}]}]", 15),
    ("[{repeat: 0, do: h 1/0}]", 0),
    ("[{if: n == 2, do: h all}, {if: n == 3, do: h all}]", 9),
    ("[{inverse: [h 0, iswap 0 1, dcx 0 1, rccx 0 1 2]}]", 1 + 4 + 2 + 1),
    ("[{inverse: {inverse: [iswap 0 1, dcx 0 1]}}]", 4 + 2),
    ("[{fold: 5, do: [h 0, iswap 0 1]}]", 3 * 2 + 2 * 5),
    ("[{inverse: {fold: 3, do: iswap 0 1}}]", 4 + 4 + 4),
    ("[{fold: 3, do: {fold: 3, do: dcx 0 1}}]", (1 + 2 + 1) + 6 + (1 + 2 + 1)),
    ("[{control: 8, do: h 0..3}]", 4),
    ("[turn(phi) 0..3]", 4),
    ("[many(n) 0..3]", 8),
    ("[span 1 5]", 5),
    ("[{for: q in 1..3, do: span 0 q}]", 2 + 3 + 4),
    ("[pick(3) all]", 3),
    ("[undo(phi) 0 1]", 2 + 4 + 2 + 2 + 2 + 1),
    ("['fan(3, phi) 0..1']", 2 * (3 + (1 + 2 + 3) + 1)),
    ("[each 0..3]", (0 + 1) + (1 + 1) + (2 + 0) + (3 + 0)),
])  # fmt: skip
def test_gates_are_counted_without_making_them(text, gates):
    assert count(text) == gates


@pytest.mark.parametrize(("text", "gates"), [
    ("[{repeat: 10**12, do: []}]", 0),
    ("[{fold: 10**12 + 1, do: {if: n > 2, do: h 0}}]", 0),
    ("[{repeat: 1000, do: {repeat: 1000, do: cnot 0 1}}]", 10**6),
    ("[{for: a in 1..1000, do: {for: b in 1..1000, do: rx(a*b*phi) a%9}}]", 10**6),
    ("[{for: a in 1..10**6, do: turn(a*phi) a%9}]", 10**6),
    ("[{for: a in 1..10**5, do: {for: b in 1..10, do: {control: b%4, do: cnot 4 5+a%3}}}]", 10**6),
    ("[h 0..10**12]", QUBITS + 1),  # refused where it is elaborated, as a qubit that is not there
])  # fmt: skip
def test_large_loops_are_counted_by_multiplication(text, gates, monkeypatch):
    monkeypatch.setattr(shape_module, "loop_rows", None)  # no loop is walked through
    assert count(text) == gates


@pytest.mark.parametrize(("text", "place", "what"), [
    ("[h 1, {repeat: 10**12, do: h 0}]", "repeat", "gates"),
    ("[{for: q in 1..10**12, do: h 0}]", "for", "gates"),
    ("[{for: q in 1..10**12, do: []}]", "for", "steps of loops and blocks"),
    ("[{for: q in 1..10**12, do: {if: q > 3, do: h 0}}]", "for", "steps of loops and blocks"),
    ("[{fold: 10**12 + 1, do: cnot 0 1}]", "fold", "gates"),
    ("[{repeat: 1000, do: {repeat: 1000, do: h 0}}, x 0]", "x 0", "gates"),
    ("[{inverse: {repeat: 300000, do: iswap 0 1}}]", "inverse", "gates"),
    ("[{for: a in 1..1000, do: {for: b in 0..a, do: 'many(b) 0'}}]", "for", "gates"),
])  # fmt: skip
def test_too_many_gates_stand_at_the_statement_that_passes_the_limit(text, place, what):
    with pytest.raises(ProblemFound) as found:
        count(text)
    problem = found.value.problem
    assert (problem.code, problem.message) == ("E418", f"the circuit has more than 1,000,000 {what}")
    assert problem.span.source.text[problem.span.start : problem.span.end] == place


def test_loops_that_make_nothing_are_bounded(monkeypatch):
    monkeypatch.setattr(shape_module, "MAX_GATES", 1000)
    with pytest.raises(ProblemFound) as found:
        count("[{for: a in 1..900, do: {for: b in 1..900, do: {if: a*b < 0, do: h 0}}}]")
    assert found.value.problem.message == "the circuit has more than 1,000,000 steps of loops and blocks"


# Random statements over a, b and c, which decide, and phi, which turns; every operand is made to fit.

VALUES = st.fixed_dictionaries({name: st.integers(0, 3).map(float) for name in "abc"} | {"phi": st.floats(-3, 3)})


@st.composite
def trees(draw: st.DrawFn, depth: int = 0, controls: int = 0, loops: tuple[str, ...] = ()) -> list[object]:
    """Statements on qubits 0 to 5, controls on 6 to 8, as JSON, which is YAML."""
    inner = functools.partial(trees, depth + 1)

    def value() -> str:
        return draw(st.sampled_from(["a", "b", "c", "n", "1", "2", "a+b", *loops, *(f"{loop}+c" for loop in loops)]))

    def angle() -> str:
        return draw(st.sampled_from(["phi", "phi/2 + b", f"phi*({value()})", "pi/3", value()]))

    def leaf() -> object:
        one = f"({value()})%6"
        two = f"{one} ({one}+{draw(st.integers(1, 5))})%6"
        return draw(st.sampled_from([
            f"h {one}", f"rx({angle()}) 0..({value()})%6", f"ry({angle()}) {one}", f"cnot {two}", f"iswap {two}", f"dcx {two}",
            f"rzz({angle()}) {two}", f"turn({angle()}) 1..{one}", f"many(({value()})%3) {one}", f"span ({value()})%3 3+({value()})%3",
            f"pick({value()}) 0..2", f"undo({angle()}) {two}", f"fan(({value()})%3, {angle()}) {one}", "each 0..2",
            {"gate": "swap", "targets": two.split()}, {"gate": "gpi", "target": one, "phase": angle()},
            {"gate": "pauliexp", "targets": two.split(), "terms": ["XY", "ZZ"], "coefficients": [1, angle()], "time": 0.5},
        ]))  # fmt: skip

    found: list[object] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["leaf", "leaf", "for", "if", "repeat", "inverse", "control", "fold"])) if depth < 3 else "leaf"
        name = f"k{depth}"
        match kind:
            case "leaf":
                found.append(leaf())
            case "for":
                over = draw(st.sampled_from([f"0..({value()})%3", f"1..({value()})%4-1", f"[{value()}, {value()}]", "chosen"]))
                found.append({"for": f"{name} in {over}", "do": draw(inner(controls, (*loops, name)))})
            case "if":
                found.append({"if": f"{value()} {draw(st.sampled_from(['<', '==', '>=']))} {value()}", "do": draw(inner(controls, loops))})
            case "repeat":
                found.append({"repeat": f"({value()})%3", "do": draw(inner(controls, loops))})
            case "inverse":
                found.append({"inverse": draw(inner(controls, loops))})
            case "fold":
                found.append({"fold": f"2*(({value()})%2)+1", "do": draw(inner(controls, loops))})
            case "control" if controls < 3:
                found.append({"control": 6 + controls, "do": draw(inner(controls + 1, loops))})
    return found


def made(tree: list[object], values: dict[str, float]) -> tuple[Gate, ...]:
    statements, blocks = read(json.dumps(tree))
    problems = Problems()
    found = elaborate(statements, Scope(QUBITS, {**CONSTANTS, **values}, LISTS, blocks, CONSTANTS), problems)
    assert not list(problems), [problem.message for problem in problems]
    return found


def skeleton(gates: tuple[Gate, ...]) -> list[tuple[object, ...]]:
    return [(gate.name, len(gate.angles), gate.targets, gate.controls, gate.words) for gate in gates]


@settings(max_examples=100, deadline=None)
@given(trees(), VALUES)
def test_the_count_is_the_number_of_gates_made(tree, values):
    statements, blocks = read(json.dumps(tree))
    known = {**CONSTANTS, **values}
    del known["phi"]  # no angle is looked at
    assert gate_count(statements, QUBITS, known, LISTS, blocks, CONSTANTS) == len(made(tree, values))


@settings(max_examples=100, deadline=None)
@given(trees(), VALUES, VALUES)
def test_points_that_agree_on_the_deciding_names_have_one_shape(tree, values, others):
    statements, blocks = read(json.dumps(tree))
    deciding = shape_names(statements, blocks)
    assert "phi" not in deciding
    other = {name: values[name] if name in deciding else others[name] for name in values}
    assert skeleton(made(tree, values)) == skeleton(made(tree, other))


@settings(max_examples=100, deadline=None)
@given(trees(), VALUES)
def test_a_shape_made_once_gives_the_angles_of_each_point(tree, values):
    """With only the deciding names known, the gates are the same, and their open angles have the values that the point gives them."""
    statements, blocks = read(json.dumps(tree))
    deciding = shape_names(statements, blocks)
    shape = made(tree, {name: value for name, value in values.items() if name in deciding})
    whole = made(tree, values)
    assert skeleton(shape) == skeleton(whole)
    for one, other in zip(shape, whole, strict=True):
        for open_angle, angle in zip(one.angles, other.angles, strict=True):
            names = open_angle.names if isinstance(open_angle, Expression) else {"phi"}
            assert names
            assert names <= {"a", "b", "c", "phi"} - deciding
            value = evaluate(open_angle, values) if isinstance(open_angle, Expression) else open_angle
            assert value == pytest.approx(angle, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(trees())
def test_the_deciding_names_are_names_that_statements_use(tree):
    statements, blocks = read(json.dumps(tree))
    assert shape_names(statements, blocks) <= statement_names(statements, blocks) | CONSTANTS.keys()

"""Statements become the gates that a person would write by hand; what cannot is an error at its place."""

from __future__ import annotations

import functools
import gc
import json

import cirq
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import ionq_runner.circuits.elaborate as elaborate_module
from ionq_runner.circuits.elaborate import Scope, elaborate, operand_qubits
from ionq_runner.circuits.program import Gate
from ionq_runner.circuits.statements import Control, Fold, For, If, Inverse, Repeat, Statement
from ionq_runner.circuits.vocabulary import word
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems, Source
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.language.reading.statements import read_blocks, read_statements
from ionq_runner.language.sentences import parse_operand
from ionq_runner.language.yaml import compose

BELL = "bell: {qubits: [i, j], gates: [h i, cnot i j]}"
BLOCKS = f"""
{BELL}
turn: {{parameters: [angle, times], qubits: [q], gates: [{{repeat: times, do: rz(angle/2) q}}]}}
pair: {{parameters: [a], qubits: [i, j], gates: [rzz(2*a) i j, 'turn(a + n, 2) j', {{inverse: 'turn(-a, 1) i'}}]}}
ladder: {{parameters: [top], qubits: [first], gates: [{{for: q in first..top, do: x q}}]}}
"""


def elaborated(text, qubits=4, *, blocks=BLOCKS, lists=None, constants=None, values=None):
    """The gates of a YAML list of statements, and the problems met on the way."""
    problems = Problems()
    statements = read_statements(compose(Source("gates", text), problems), problems)
    own = read_blocks(compose(Source("blocks", blocks), problems), problems)
    assert not list(problems)
    constants = {"n": 3.0, **(constants or {})}
    scope = Scope(qubits, {**constants, **(values or {})}, lists or {}, own, constants)
    return elaborate(statements, scope, problems), list(problems)


def gates(text, qubits=4, at=None, **given):
    """What the gates are, their angles evaluated: (name, angles, targets, controls) each."""
    found, problems = elaborated(text, qubits, **given)
    assert not problems, [problem.message for problem in problems]
    return [plain(gate, at or {}) for gate in found]


def plain(gate, at):
    angles = tuple(round(float(evaluate(angle, at)) if isinstance(angle, Expression) else angle, 12) for angle in gate.angles)
    return gate.name, angles, gate.targets, gate.controls


def g(text):
    """`rx(0.5) 0` by hand, without the code under test: a name, numbers, and the qubits."""
    head, _, operands = text.replace(", ", ",").partition(" ")
    name, _, inner = head.partition("(")
    meaning = word(name)
    qubits = tuple(map(int, operands.split()))
    angles = tuple(map(float, inner.removesuffix(")").split(","))) if inner else ()
    return meaning.fact.name, angles, qubits[meaning.controls :], qubits[: meaning.controls]


@pytest.mark.parametrize(("text", "by_hand"), [
    ("[h 0, cnot 0 1]", ["h 0", "cnot 0 1"]),
    ("[h all]", ["h 0", "h 1", "h 2", "h 3"]),
    ("[h 1..3]", ["h 1", "h 2", "h 3"]),
    ("[h 3..0 step -1]", ["h 3", "h 2", "h 1", "h 0"]),
    ("[h 0..2 step 2 1]", ["h 0", "h 2", "h 1"]),
    ("[h 1..0]", []),
    ("[cnot 1..2]", ["cnot 1 2"]),
    ("[ccx n-1 n-2 n-3]", ["ccx 2 1 0"]),
    ("[rz(pi/4) (n+1)//2 3]", ["rz(0.785398163397) 2", "rz(0.785398163397) 3"]),
    ("[{for: q in 0..n-1, do: cnot q q+1}]", ["cnot 0 1", "cnot 1 2", "cnot 2 3"]),
    ("[{for: q in 3..1 step -2, do: h q}]", ["h 3", "h 1"]),
    ("[{for: q in 1..0, do: h q}]", []),
    ("[{for: 'q in [2, 0, n-2]', do: h q}]", ["h 2", "h 0", "h 1"]),
    ("[{for: 'a, b in [[0, 1], [2, n]]', do: cnot a b}]", ["cnot 0 1", "cnot 2 3"]),
    ("[{for: 'a, b in [(0, 1), (2, n)]', do: cnot a b}]", ["cnot 0 1", "cnot 2 3"]),
    ("[{for: q in chosen, do: h q}]", ["h 3", "h 1"]),
    ("[{for: 'a, b in edges', do: rzz(a - b) a b}]", ["rzz(-1) 0 1", "rzz(-2) 1 3"]),
    ("[{for: 'angle in [0.5, n/4]', do: rx(angle) 0}]", ["rx(0.5) 0", "rx(0.75) 0"]),
    ("[{for: i in 0..1, do: {for: j in i+1..2, do: cnot i j}}]", ["cnot 0 1", "cnot 0 2", "cnot 1 2"]),
    ("[{for: i in 0..1, do: [h i, {if: i == 1, do: [x i, y i]}, z i]}]", ["h 0", "z 0", "h 1", "x 1", "y 1", "z 1"]),
    ("[{if: n > 2 and n < 4, do: h 0}, {if: not n == 3, do: h 1}]", ["h 0"]),
    ("[{if: 'bit(secret, 1) == 1', do: h 0}, {if: secret == other, do: h 1}]", ["h 0"]),
    ("[{repeat: n, do: [h 0, x 1]}]", ["h 0", "x 1"] * 3),
    ("[{repeat: 0, do: h 0}]", []),
    ("[{repeat: 0, do: h 17}]", []),
    ("[{repeat: 2, do: [{repeat: n - 1, do: h 0}, x 0]}]", ["h 0", "h 0", "x 0"] * 2),
    ("[{inverse: [h 0, s 0, rx(0.5) 1, cnot 0 1, 'u(0.1, 0.2, 0.3) 2']}]",
     ["u(-0.1, -0.3, -0.2) 2", "cnot 0 1", "rx(-0.5) 1", "si 0", "h 0"]),
    ("[{inverse: iswap 0 1}]", ["si 1", "si 0", "cz 0 1", "swap 0 1"]),
    ("[{inverse: {inverse: [t 0, v 1]}}]", ["t 0", "v 1"]),
    ("[{inverse: {for: q in 0..2, do: rz(q) q}}]", ["rz(-2) 2", "rz(-1) 1", "rz(0) 0"]),
    ("[{control: 3, do: [x 0, cnot 1 2]}]", ["cnot 3 0", "ccx 3 1 2"]),
    ("[{control: [2, 3], do: x 0}]", ["ccx 2 3 0"]),
    ("[{control: 2..3, do: swap 0 1}]", [("swap", (), (0, 1), (2, 3))]),
    ("[{control: 3, do: {control: 2, do: {inverse: s 0}}}]", [("si", (), (0,), (3, 2))]),
    ("[{fold: 1, do: [h 0, t 1]}]", ["h 0", "t 1"]),
    ("[{fold: n, do: [h 0, t 1]}]", ["h 0", "t 1", "ti 1", "h 0", "h 0", "t 1"]),
    ("[{fold: 5, do: s 0}]", ["s 0", "si 0", "s 0", "si 0", "s 0"]),
    ("[{fold: 3, do: {fold: 3, do: s 0}}]", ["s 0", "si 0", "s 0", "si 0", "s 0", "si 0", "s 0", "si 0", "s 0"]),
    ("[bell 2 0]", ["h 2", "cnot 2 0"]),
    ("[{control: 3, do: bell 0 1}]", [("h", (), (0,), (3,)), "ccx 3 0 1"]),
    ("[{inverse: bell 0 1}]", ["cnot 0 1", "h 0"]),
    ("['turn(1, 2) 0 3']", ["rz(0.5) 0", "rz(0.5) 0", "rz(0.5) 3", "rz(0.5) 3"]),
    ("['turn(1, 0) all']", []),
    ("[pair(1) 0 2]", ["rzz(2) 0 2", "rz(2) 2", "rz(2) 2", "rz(0.5) 0"]),
    ("[{for: i in 0..1, do: pair(i/2) i i+1}]",
     ["rzz(0) 0 1", "rz(1.5) 1", "rz(1.5) 1", "rz(0) 0", "rzz(1) 1 2", "rz(1.75) 2", "rz(1.75) 2", "rz(0.25) 1"]),
    ("[ladder(n) 1]", ["x 1", "x 2", "x 3"]),
    ("[{gate: cnot, control: n - 1, target: 0}]", ["cnot 2 0"]),
    ("[{gate: ms, targets: [0, 1], phases: [0, n/12], angle: 1/8}]", ["ms(0, 0.25, 0.125) 0 1"]),
])  # fmt: skip
def test_statements_are_the_gates_that_a_hand_would_write(text, by_hand):
    wanted = [g(gate) if isinstance(gate, str) else gate for gate in by_hand]
    lists = {"chosen": ((3.0,), (1.0,)), "edges": ((0.0, 1.0), (1.0, 3.0))}
    assert gates(text, lists=lists, values={"secret": "010", "other": "011"}) == wanted


@pytest.mark.parametrize(("text", "by_hand"), [
    ("[rz(phi) 0]", ["rz(0.5) 0"]),
    ("[{for: q in 0..2, do: rx(q*phi + theta) q}]", ["rx(0.25) 0", "rx(0.75) 1", "rx(1.25) 2"]),
    ("[{inverse: [rz(phi) 0, 'u(theta, phi, 1) 1']}]", ["u(-0.25, -1, -0.5) 1", "rz(-0.5) 0"]),
    ("[{fold: 3, do: rx(phi) 0}]", ["rx(0.5) 0", "rx(-0.5) 0", "rx(0.5) 0"]),
    ("[pair(phi) 0 1]", ["rzz(1) 0 1", "rz(1.75) 1", "rz(1.75) 1", "rz(0.25) 0"]),
    ("[pair(phi - theta) 0 1]", ["rzz(0.5) 0 1", "rz(1.625) 1", "rz(1.625) 1", "rz(0.125) 0"]),
    ("['turn(theta, 2) 0']", ["rz(0.125) 0", "rz(0.125) 0"]),
    ("[{inverse: {inverse: pair(2*phi) 0 1}}]", ["rzz(2) 0 1", "rz(2) 1", "rz(2) 1", "rz(0.5) 0"]),
    ("['gpi2(phi) 0', {inverse: [gpi2(phi) 0]}]", ["gpi2(0.5) 0", "gpi2(1.0) 0"]),
    ("[{if: 'bit(secret, 1) == 1', do: 'rz(phi*bit(secret, 1)) 0'}]", ["rz(0.5) 0"]),
])  # fmt: skip
def test_an_angle_may_stay_open_and_takes_its_value_later(text, by_hand):
    found, problems = elaborated(text, values={"secret": "010"})
    assert not problems
    assert any(isinstance(angle, Expression) for gate in found for angle in gate.angles)
    assert [plain(gate, {"phi": 0.5, "theta": 0.25}) for gate in found] == list(map(g, by_hand))
    assert gates(text, values={"secret": "010", "phi": 0.5, "theta": 0.25}) == list(map(g, by_hand))


def test_a_block_keeps_its_names_apart_from_the_ones_outside():
    """The axis `a` outside and the parameter `a` of the block are two names."""
    found, _ = elaborated("[pair(2*a) 0 1]", blocks="pair: {parameters: [a], qubits: [i, j], gates: [rzz(a) i j, deep(a + 1) i]}\n"
                          "deep: {parameters: [a], qubits: [i], gates: [rz(a*a) i]}")  # fmt: skip
    assert [gate.angles[0].names for gate in found] == [{"a"}, {"a"}]
    assert [plain(gate, {"a": 3.0})[1] for gate in found] == [(6.0,), (49.0,)]


def test_a_bit_string_in_an_open_angle_waits_with_it():
    """Which bit `k` picks is known only later; the text is then asked for once more."""
    (gate,), _ = elaborated("['rz(bit(secret, k)*pi) 0']", values={"secret": "01"})
    assert gate.angles[0].names == {"k", "secret"}
    assert plain(gate, {"secret": "01", "k": 1.0})[1] == (round(np.pi, 12),)


def test_pauli_words_pass_through_blocks():
    text = "{gate: pauliexp, targets: [0, 2], terms: [XY, ZZ], coefficients: [1, -c], time: t}"
    (gate,), _ = elaborated(f"[{{control: 1, do: {{inverse: [{text}]}}}}]")
    assert (gate.name, gate.targets, gate.controls, gate.words) == ("pauliexp", (0, 2), (1,), ("YX", "ZZ"))
    assert plain(gate, {"c": 0.5, "t": 2.0})[1] == (2.0, -1.0, 0.5)


def places(text, **given):
    """The problems of a text: code, and what stands at the place."""
    _, problems = elaborated(text, **given)
    return [(problem.code, spanned(problem)) for problem in problems]


def spanned(problem: Problem) -> str:
    return problem.span.source.text[problem.span.start : problem.span.end]


@pytest.mark.parametrize(("text", "problems"), [
    ("[h 4]", [("E404", "4")]),
    ("[h n-4]", [("E404", "n-4")]),
    ("[cnot 0 1..9]", [("E404", "1..9")]),
    ("[{control: 7, do: x 0}]", [("E404", "7")]),
    ("[{gate: x, target: 0, control: n + 1}]", [("E404", "n + 1")]),
    ("[{for: q in 0..3, do: cnot q q+1}]", [("E404", "q+1")]),
    ("[cnot 1 n-2]", [("E405", "cnot 1 n-2")]),
    ("[h 0..2 1]", [("E405", "h 0..2 1")]),
    ("[{gate: swap, targets: [1, n-2]}]", [("E405", "swap")]),
    ("[{control: [0, n-3], do: x 1}]", [("E405", "control")]),
    ("[cnot 0]", [("E403", "cnot 0")]),
    ("[cnot 0..2]", [("E403", "cnot 0..2")]),
    ("[swap all]", [("E403", "swap all")]),
    ("[bell 0]", [("E403", "bell 0")]),
    ("[cnot 1..0]", [("E403", "cnot 1..0")]),
    ("[{repeat: 1 - n, do: h 0}]", [("E416", "1 - n")]),
    ("[{repeat: -1, do: []}]", [("E416", "-1")]),
    ("[{fold: 2, do: h 0}]", [("E416", "2")]),
    ("[{fold: -n, do: h 0}]", [("E416", "-n")]),
    ("[{control: 0, do: [h 1, cnot 1 0]}]", [("E417", "control")]),
    ("[{control: 0, do: {control: 0, do: x 1}}]", [("E417", "control")]),
    ("[{repeat: 10**12, do: h 0}]", [("E418", "10**12")]),
    ("[{fold: 10**12 + 1, do: h 0}]", [("E418", "10**12 + 1")]),
    ("[{for: q in 1..10**12, do: h 0}]", [("E418", "for")]),
    ("[{repeat: 1000, do: {repeat: 1001, do: h 0}}]", [("E418", "1000")]),
    ("[h 1/2]", [("E315", "1/2")]),
    ("[h 0..2 step 1/2]", [("E315", "0..2 step 1/2")]),
    ("[{for: q in 0..1 step 1/2, do: h q}]", [("E315", "0..1 step 1/2")]),
    ("[{repeat: n/2, do: h 0}]", [("E315", "n/2")]),
    ("[h 0..3 step 0]", [("E316", "0")]),
    ("[h 0..3 step 2]", [("E317", "0..3 step 2")]),
    ("[rx(1/(n-3)) 0]", [("E314", "1/(n-3)")]),
    ("[rx(1/(n-3) + phi) 0]", [("E314", "1/(n-3)")]),
    ("[{if: 1/(n-3) > 0, do: h 0}]", [("E314", "1/(n-3)")]),
])  # fmt: skip
def test_a_problem_stands_at_its_place(text, problems):
    assert places(text) == problems


def test_every_statement_that_fails_is_noted_once_and_the_others_are_made():
    text = "[h 9, {for: q in 0..3, do: [x q+2, z q]}, cnot 0 0, bell 8 9, y 0]"
    found, problems = elaborated(text)
    assert [(p.code, spanned(p)) for p in problems] == [("E404", "9"), ("E404", "q+2"), ("E405", "cnot 0 0"), ("E404", "8")]
    assert [gate.name for gate in found] == ["x", "z", "x", "z", "z", "z", "y"]


def test_a_problem_inside_a_block_stands_at_the_block():
    both = BELL + "\nboth: {qubits: [q], gates: [bell q q]}"
    assert places("[bell 0 1, {if: n == 3, do: both 0}]", blocks=both) == [("E405", "bell q q")]


def test_noting_stops_after_twenty_problems():
    assert len(places("[" + ", ".join(f"h {n}" for n in range(10, 90)) + "]")) == 20


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("[h 4]", "there is no qubit 4; the circuit has 4", "its qubits are 0 to 3"),
    ("[cnot 0]", "`cnot` takes 2 qubits, not 1", ""),
    ("[ccx 0 1]", "`ccx` takes 3 qubits, not 2", ""),
    ("[cnot 1 1]", "qubit 1 stands in `cnot` twice", ""),
    ("[{repeat: -2, do: h 0}]", "`repeat` takes a number from 0, and this is -2", ""),
    ("[{fold: 4, do: h 0}]", "`fold` takes an odd number from 1, and this is 4", ""),
    ("[{control: 2, do: cnot 2 3}]", "qubit 2 is a control of this gate and cannot be its target", ""),
    ("[{repeat: 10**7, do: h 0}]", "the circuit has more than 1,000,000 gates", ""),
])  # fmt: skip
def test_a_problem_says_what_and_where_to(text, message, hint):
    _, (problem,) = elaborated(text)
    assert (problem.message, problem.hint) == (message, hint)
    assert elaborated("[h 1]", 1)[1][0].hint == "its only qubit is 0"


def test_a_million_gates_are_made_and_one_more_is_not():
    found, problems = elaborated("[{for: a in 1..1000, do: {repeat: 1000, do: h 0}}]")
    assert (len(found), problems) == (1_000_000, [])
    assert places("[{for: a in 1..1000, do: {repeat: 1000, do: h 0}}, x 0]") == [("E418", "x 0")]


def test_steps_of_loops_are_no_gates(monkeypatch):
    """Each of 300 steps uses a block and makes two gates: 600 of both, and neither is beyond the limit."""
    monkeypatch.setattr(elaborate_module, "MAX_GATES", 600)
    found, problems = elaborated("[{for: q in 1..300, do: bell 0 1}]")
    assert (len(found), problems) == (600, [])
    assert places("[{for: q in 1..301, do: bell 0 1}]") == [("E418", "for")]


@pytest.mark.parametrize("text", ["[{repeat: 10**12, do: []}]", "[{fold: 10**12 + 1, do: {if: n == 4, do: h 0}}]"])
def test_nothing_repeated_is_nothing_at_once(text):
    assert gates(text) == []


def test_loops_that_make_nothing_end(monkeypatch):
    monkeypatch.setattr(elaborate_module, "MAX_GATES", 1000)
    _, (problem,) = elaborated("[{for: a in 1..900, do: {for: b in 1..900, do: {if: a < b - n, do: []}}}]")
    assert (problem.code, problem.message) == ("E418", "the circuit has more than 1,000,000 steps of loops and blocks")


def test_the_collector_is_left_as_it_was():
    assert gc.isenabled()
    elaborated("[h 0, h 9]")
    assert gc.isenabled()
    gc.disable()
    try:
        elaborated("[h 0]")
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(("text", "qubits"), [("all", [0, 1, 2]), ("1..2", [1, 2]), ("2..0 step -2", [2, 0]), ("k + 1", [2]), ("1..0", [])])
def test_operands_name_qubits_in_order(text, qubits):
    assert operand_qubits(parse_operand(Excerpt.of(text)), 3, {"k": 1.0}) == qubits


@pytest.mark.parametrize("text", ["3", "0..3", "-1", "0..10**12"])
def test_operands_beyond_the_circuit_are_refused(text):
    with pytest.raises(ProblemFound) as found:
        operand_qubits(parse_operand(Excerpt.of(text)), 3, {})
    assert found.value.problem.code == "E404"


# What blocks mean, as matrices: the product of a tree's parts, worked out without unrolling it.

QUBITS = 5


def product(gates: tuple[Gate, ...]) -> np.ndarray:
    line = cirq.LineQubit.range(QUBITS)
    simple = {
        "h": cirq.H, "t": cirq.T, "ti": cirq.T**-1, "s": cirq.S, "si": cirq.S**-1, "x": cirq.X, "z": cirq.Z,
        "swap": cirq.SWAP, "iswap": cirq.ISWAP,
    }  # fmt: skip
    circuit = cirq.Circuit()
    for gate in gates:
        angle = gate.angles[0] if gate.angles else 0.0
        turns = {"rx": cirq.rx(angle), "p": cirq.ZPowGate(exponent=angle / np.pi)}
        operation = (simple | turns)[gate.name](*(line[q] for q in gate.targets))
        circuit.append(operation.controlled_by(*(line[q] for q in gate.controls)))
    return circuit.unitary(qubit_order=line, qubits_that_should_be_present=line)


def meaning(statements: tuple[Statement, ...], values: dict[str, float]) -> np.ndarray:
    total = np.eye(2**QUBITS, dtype=complex)
    for statement in statements:
        total = one_meaning(statement, values) @ total
    return total


def one_meaning(statement: Statement, values: dict[str, float]) -> np.ndarray:
    def number(expression: Expression) -> int:
        return int(evaluate(expression, values))

    match statement:
        case For(names, over, body):
            return functools.reduce(lambda total, q: meaning(body, {**values, names[0]: q}) @ total,
                                    range(number(over.start), number(over.stop) + 1), np.eye(2**QUBITS))  # fmt: skip
        case If(condition, body):
            return meaning(body, values) if evaluate(condition, values) else np.eye(2**QUBITS)
        case Repeat(count, body):
            return np.linalg.matrix_power(meaning(body, values), number(count))
        case Inverse(body):
            return meaning(body, values).conj().T
        case Control((control,), body):
            one = cirq.kron(*(np.diag([0, 1]) if q == number(control) else np.eye(2) for q in range(QUBITS)))
            return (np.eye(2**QUBITS) - one) + one @ meaning(body, values)
        case Fold(scale, body):
            inside = meaning(body, values)
            return inside @ np.linalg.matrix_power(inside.conj().T @ inside, (number(scale) - 1) // 2)
    return product(elaborate((statement,), Scope(QUBITS, values, {}, {}, {}), Problems()))


@st.composite
def trees(draw: st.DrawFn, depth: int = 0, controls: int = 0, names: tuple[str, ...] = ()) -> list[object]:
    """Statements on qubits 0 to 2, with control blocks on 3 and 4, as JSON, which is YAML."""
    index = draw(st.sampled_from(["0", "1", "2", *(f"({name}+1)" for name in names)]))
    leaf = st.sampled_from([
        f"h {index}%3", f"t {index}%3", f"p(0.3+{index}) 1", f"rx(0.7*{index}) 0..2", f"cnot {index}%3 ({index}+1)%3",
        f"iswap {index}%3 ({index}+2)%3", f"swap 0 {index}%2+1",
    ])  # fmt: skip
    found: list[object] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["leaf", "for", "if", "repeat", "inverse", "control", "fold"])) if depth < 3 else "leaf"
        inner = functools.partial(trees, depth + 1)
        name = f"k{depth}"
        match kind:
            case "leaf":
                found.append(draw(leaf))
            case "for":
                found.append({"for": f"{name} in 0..{draw(st.integers(-1, 2))}", "do": draw(inner(controls, (*names, name)))})
            case "if":
                found.append({"if": f"{index}*2 > {draw(st.integers(0, 4))}", "do": draw(inner(controls, names))})
            case "repeat":
                found.append({"repeat": f"{index}", "do": draw(inner(controls, names))})
            case "inverse":
                found.append({"inverse": draw(inner(controls, names))})
            case "control" if controls < 2:
                found.append({"control": 3 + controls, "do": draw(inner(controls + 1, names))})
            case "fold":
                found.append({"fold": f"2*{index}+1", "do": draw(inner(controls, names))})
    return found


@settings(max_examples=60, deadline=None)
@given(trees())
def test_blocks_mean_what_their_matrices_mean(tree):
    problems = Problems()
    statements = read_statements(compose(Source("gates", json.dumps(tree)), problems), problems)
    found = elaborate(statements, Scope(QUBITS, {}, {}, {}, {}), problems)
    assert not list(problems), [problem.message for problem in problems]
    if len(found) <= 300:
        np.testing.assert_allclose(product(found), meaning(statements, {}), atol=1e-7)


def test_a_control_block_controls_the_global_phase_too():
    """rz is exp(-i angle/2 Z): under a control its phase can be seen."""
    (gate,), _ = elaborated("[{control: 1, do: rz(0.8) 0}]", 2)
    line = cirq.LineQubit.range(2)
    operation = cirq.MatrixGate(scipy.linalg.expm(-0.4j * np.diag([1, -1])))(line[gate.targets[0]]).controlled_by(line[gate.controls[0]])
    crz = cirq.ControlledGate(cirq.rz(0.8))(line[1], line[0])
    np.testing.assert_allclose(cirq.Circuit(operation).unitary(line), cirq.Circuit(crz).unitary(line), atol=1e-9)

"""Circuits as text: the pictures themselves, and what holds for every one of them."""

from __future__ import annotations

import re

import cirq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ionq_runner.circuits.diagram import depth, draw
from ionq_runner.circuits.elaborate import Scope, elaborate
from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.circuits.vocabulary import inverse_gates
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Source
from ionq_runner.expressions import evaluate, parse_expression
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.language.reading.statements import read_blocks, read_statements
from ionq_runner.language.yaml import compose


def program(text: str, qubits: int, *measurements: Measurement, blocks: str = "", **values: float) -> Program:
    problems = Problems()
    statements = read_statements(compose(Source("gates", text), problems), problems)
    own = read_blocks(compose(Source("blocks", blocks), problems), problems) if blocks else {}
    gates = elaborate(statements, Scope(qubits, values, {}, own, {}), problems)
    assert not list(problems), [problem.message for problem in problems]
    return Program(qubits, gates, measurements or (Measurement("m", tuple(range(qubits))),))


def picture(text: str) -> str:
    """A drawing as it stands in this file, without the indentation of the file."""
    lines = text.strip("\n").rstrip().split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:].rstrip() for line in lines)


@pytest.mark.parametrize(("text", "qubits", "drawing"), [
    ("[h 0, cnot 0 1]", 2, """
        q0: ──h──●──M
                 │
        q1: ─────⊕──M
    """),
    ("[h 0, {for: q in 0..3, do: cnot q q+1}]", 5, """
        q0: ──h──●───────────M
                 │
        q1: ─────⊕──●────────M
                    │
        q2: ────────⊕──●─────M
                       │
        q3: ───────────⊕──●──M
                          │
        q4: ──────────────⊕──M
    """),
    ("[{for: i in 0..3, do: [h i, {for: j in i+1..3, do: cp(pi/2**(j-i)) j i}]}, swap 0 3, swap 1 2]", 4, """
        q0: ──h──p(pi/2)──p(pi/4)──p(pi/8)──────────────────────────────────────×─────M
                    │        │        │                                         │
        q1: ────────●────────┼────────┼─────h──p(pi/2)──p(pi/4)─────────────────┼──×──M
                             │        │           │        │                    │  │
        q2: ─────────────────●────────┼───────────●────────┼─────h──p(pi/2)─────┼──×──M
                                      │                    │           │        │
        q3: ──────────────────────────●────────────────────●───────────●─────h──×─────M
    """),
    ("[h all, {for: q in 0..3, do: rzz(-gamma) q (q+1)%4}, rx(2*beta) all]", 4, """
        q0: ──h──rzz(-gamma)────────────────────────────────rzz──────rx(2*beta)──M
                      │                                      │
        q1: ──h──────rzz──────rzz(-gamma)────────────────────┼───────rx(2*beta)──M
                                   │                         │
        q2: ──h───────────────────rzz──────rzz(-gamma)───────┼───────rx(2*beta)──M
                                                │            │
        q3: ──h────────────────────────────────rzz──────rzz(-gamma)──rx(2*beta)──M
    """),
    ("[gpi(0) all, 'ms(0, 0, 1/4) 0 1', gpi2(phi) all, 'ms(1/2, phi + 1/4, 1/10) 1 0', zz(1/4) 0 1]", 2, """
        q0: ──gpi(0)──ms(0,0,0.25)──gpi2(phi)─────────ms[1]─────────zz(0.25)──M
                           │                            │              │
        q1: ──gpi(0)─────ms[1]──────gpi2(phi)──ms(0.5,phi+1/4,0.1)─────zz─────M
    """),
    ("[ccx 0 1 2, ccx 2 3 1, {control: [0, 4], do: x 2}, {control: [4, 0, 1], do: ry(theta) 2}, ccx 4 2 3]", 5, """
        q0: ──●─────●──────●─────────M
              │     │      │
        q1: ──●──⊕──┼──────●─────────M
              │  │  │      │
        q2: ──⊕──●──⊕──ry(theta)──●──M
                 │  │      │      │
        q3: ─────●──┼──────┼──────⊕──M
                    │      │      │
        q4: ────────●──────●──────●──M
    """),
    ("[x 0, y 1, z 2, cz 0 2, iswap 0 1, dcx 1 2, rccx 2 0 1]", 3, """
        q0: ──x──●──iswap──────────rccx[1]──M
                 │    │               │
        q1: ──y──┼──iswap───dcx────rccx[2]──M
                 │           │        │
        q2: ──z──z─────────dcx[1]───rccx────M
    """),
    ("[{inverse: [rx(theta) 0, 'u(theta, phi, pi/2) 1', s 0, rx(-theta) 0]}, pair(theta/2) 0 1]", 2, """
        q0: ───────rx(theta)────────si──rx(-theta)──rzz(2*(theta/2)+pi)──rx(-theta/2)──M
                                                             │
        q1: ──u(-theta,-pi/2,-phi)──────────────────────────rzz────────────────────────M
    """),
    ("[{for: k in 0..2, do: rz(k*phi) 0}, {for: k in -1..1, do: rz(phi + k*pi/3) 0}]", 1, """
        q0: ──rz(0)──rz(phi)──rz(2*phi)──rz(phi-pi/3)──rz(phi)──rz(phi+pi/3)──M
    """),
    ("[{gate: pauliexp, targets: [0, 1, 2], terms: [XYZ], coefficients: [1], time: 0.3},"
     " {gate: pauliexp, targets: [2, 0], terms: [XX, YY], coefficients: [0.5, -0.25], time: t}]", 3, """
        q0: ──pauliexp(0.3*ZYX)──────────pauliexp[1]───────────M
                      │                       │
        q1: ─────pauliexp[1]──────────────────┼────────────────M
                      │                       │
        q2: ─────pauliexp[2]─────pauliexp(t*(0.5*XX-0.25*YY))──M
    """),
    ("[]", 2, """
        q0: ──M
        q1: ──M
    """),
])  # fmt: skip
def test_the_drawing_of_a_circuit(text, qubits, drawing):
    blocks = "pair: {parameters: [a], qubits: [i, j], gates: [rzz(2*a + pi) i j, {inverse: rx(a) i}]}"
    assert draw(program(text, qubits, blocks=blocks)) == picture(drawing)


def test_keys_stand_at_the_ends_where_there_are_several():
    """A bit's place in its key is shown where the qubits are not in order; what is not measured just ends."""
    measured = (Measurement("data", (0, 1)), Measurement("flag", (4,)), Measurement("back", (3, 2)))
    assert draw(program("[h 0, cnot 0 1, cnot 0 2, x 4]", 6, *measured)) == picture("""
        q0: ──h──●──●──M data
                 │  │
        q1: ─────⊕──┼──M data
                    │
        q2: ────────⊕──M back[1]
        q3: ───────────M back[0]
        q4: ──x────────M flag
        q5: ────────────
    """)
    assert draw(program("[h 0]", 2, Measurement("alone", (0,)))) == picture("""
        q0: ──h──M
        q1: ──────
    """)


def test_a_long_circuit_goes_on_below():
    text = "[{for: k in 1..3, do: [rx(k*theta/10) 0, ry(k*pi/7) 1, cnot 0 1, rz(0.1*k) 1]}]"
    assert draw(program(text, 2), width=60) == picture("""
        q0: ──rx(theta/10)──●──rx(2*theta/10)──────────────●─┄
                            │                              │
        q1: ────ry(pi/7)────⊕─────rz(0.1)──────ry(2*pi/7)──⊕─┄

        q0: ┄─rx(3*theta/10)──────────────●───────────M
                                          │
        q1: ┄────rz(0.2)──────ry(3*pi/7)──⊕──rz(0.3)──M
    """)


def test_a_circuit_in_ascii():
    text = "[h 0, cnot 0 2, {control: 0, do: swap 1 2}, x 1, {for: k in 1..4, do: rz(k*phi) 2}]"
    assert draw(program(text, 3, Measurement("a", (0,)), Measurement("ä", (2,))), width=48, ascii=True) == picture("""
        q0: --h---@---@--------------------------------~
                  |   |
        q1: ------|---X-----x--------------------------~
                  |   |
        q2: -----(+)--X--rz(phi)--rz(2*phi)--rz(3*phi)-~

        q0: ~------------M a
        q1: ~-------------
        q2: ~-rz(4*phi)--M \\xe4
    """)


def test_a_point_gives_its_angles():
    circuit = program("[rz(phi) 0, rx(phi + x) 0, {inverse: rx(2*phi) 0}, gpi(phi) 0]", 1)
    assert draw(circuit, {"phi": 0.25 * 3.141592653589793}) == "q0: ──rz(pi/4)──rx(phi+x)──rx(-pi/2)──gpi(0.7854)──M"
    assert draw(circuit, {"phi": 0.12344, "x": 1.0, "other": "01"}) == "q0: ──rz(0.1234)──rx(1.123)──rx(-0.2469)──gpi(0.1234)──M"
    assert draw(program("[rz(1/phi) 0]", 1), {"phi": 0.0}) == "q0: ──rz(1/phi)──M"
    assert draw(program("['rz(pi*bit(s, k)) 0']", 1), {"s": "01", "k": 1.0}) == "q0: ──rz(pi)──M"


@pytest.mark.parametrize(("angle", "shown"), [
    ("0", "0"), ("1", "1"), ("-2", "-2"), ("0.5", "0.5"), ("pi", "pi"), ("-pi", "-pi"), ("2*pi", "2*pi"), ("pi/3", "pi/3"),
    ("-3*pi/4", "-3*pi/4"),
    ("7*pi/24", "7*pi/24"), ("pi/4096", "pi/4096"), ("3.14159", "3.142"), ("3.141592653", "3.142"), ("100*pi", "314.2"), ("1/3", "0.3333"),
    ("0.00001234567", "1.235e-05"), ("123456", "123456"), ("12345678", "1.235e+07"), ("-1e-12", "-1e-12"), ("pi + 1e-9", "3.142"),
])  # fmt: skip
def test_an_angle_is_a_multiple_of_pi_or_four_digits(angle, shown):
    (gate,) = program(f"[rx({angle}) 0]", 1).gates
    assert draw(Program(1, (gate,), ())) == f"q0: ──rx({shown})───"
    native = draw(Program(1, (Gate("gpi", gate.angles, (0,)),), ()))
    assert "pi" not in native.replace("gpi", "")


def test_a_drawing_shows_at_most_64_qubits_and_says_so():
    circuit = program("[h 0, cnot 62 63, {control: 70, do: x 60}, h 64..70, cnot 1 0]", 71)
    lines = draw(circuit).splitlines()
    assert [line for line in lines if line.startswith("q")][-4:] == [
        "q60: ─────⊕──M", "q61: ─────┼──M", "q62: ──●──┼──M", "q63: ──⊕──┼──M",
    ]  # fmt: skip
    assert lines[-3:] == [
        "          │", "not shown: 7 qubits (from q64) and 7 of 11 gates", "shown in part: 1 gate with qubits that are not shown",
    ]  # fmt: skip
    assert draw(program("[h 0]", 65)).splitlines()[-1] == "not shown: 1 qubit (from q64)"


def test_a_drawing_shows_at_most_200_columns_and_says_so():
    text = draw(program("[{repeat: 150, do: [h 0, cnot 0 1]}, x 2]", 3), width=10_000)
    first, _, second, third, last = text.splitlines()
    assert first.count("h") == first.count("●") == second.count("⊕") == 100
    assert first.endswith("h──●──…──M")
    assert second.endswith("───⊕──…──M")
    assert "…" not in third
    assert last == "not shown: 100 of 301 gates"


def test_a_large_circuit_is_drawn_at_once():
    gates = tuple(Gate("x", (), (q + 1,), (q,)) for _ in range(20) for q in range(9_999))
    text = draw(Program(10_000, gates, ()))
    assert text.splitlines()[-2:] == [
        "not shown: 9,936 qubits (from q64) and 198,700 of 199,980 gates", "shown in part: 20 gates with qubits that are not shown",
    ]  # fmt: skip


def test_an_angle_beyond_all_paper_is_cut():
    chain = "\n".join(f"b{i}: {{parameters: [a], qubits: [q], gates: [b{i + 1}(a*a + a) q]}}" for i in range(60))
    (line,) = draw(program("[b0(phi) 0, 'u(alpha + beta, alpha - beta, 2*alpha*beta) 0']", 1,
                           blocks=chain + "\nb60: {parameters: [a], qubits: [q], gates: [rx(a) q]}")).splitlines()  # fmt: skip
    assert line == "q0: ──rx(...)──u(alpha+beta,alpha-beta,2*alpha*b…)──M"


def test_depth_is_the_longest_chain_of_gates():
    assert depth(program("[h all, cnot 0 1, cnot 2 3, cnot 1 2]", 4)) == 3
    assert depth(program("[cnot 0 2, h 1]", 3)) == 1
    assert depth(Program(3, (), ())) == 0


# What holds for every drawing.


@st.composite
def programs(draw_from: st.DrawFn) -> Program:
    qubits = draw_from(st.integers(1, 8))
    phi = parse_expression(Excerpt.of("2*phi"))
    gates = []
    for _ in range(draw_from(st.integers(0, 25))):
        fact = GATES[draw_from(st.sampled_from([name for name, fact in GATES.items() if fact.qubits <= qubits]))]
        controls = draw_from(st.integers(0, min(2, qubits - fact.qubits)))
        chosen = tuple(draw_from(st.permutations(range(qubits))))[: controls + fact.qubits]
        angles = tuple(draw_from(st.sampled_from([0.5, -1.0, phi])) for _ in fact.parameters)
        gates.append(Gate(fact.name, angles, chosen[controls:], chosen[:controls]))
    measured = tuple(draw_from(st.permutations(range(qubits))))[: draw_from(st.integers(1, qubits))]
    return Program(qubits, tuple(gates), (Measurement("m", measured),))


@settings(deadline=None)
@given(programs())
def test_depth_is_cirqs(circuit):
    line = cirq.LineQubit.range(circuit.qubits)
    operations = [cirq.IdentityGate(len(gate.qubits))(*(line[q] for q in gate.qubits)) for gate in circuit.gates]
    assert depth(circuit) == len(cirq.Circuit(operations))


@settings(deadline=None)
@given(programs(), st.integers(40, 120), st.booleans())
def test_lines_fit_and_every_qubit_has_one_in_each_block(circuit, width, plain):
    text = draw(circuit, width=width, ascii=plain)
    assert text.isascii() or not plain
    for block in text.split("\n\n"):
        lines = block.split("\n")
        wires = [line for line in lines if line.startswith("q")]
        assert [line.split(":")[0] for line in wires] == [f"q{qubit}" for qubit in range(circuit.qubits)]
        assert all(len(line) <= width and line == line.rstrip() for line in lines)
        assert len({len(re.sub(r"\[\d+\]$", "", line)) for line in wires}) == 1


@settings(deadline=None)
@given(programs())
def test_every_gate_is_drawn_once_and_in_order_on_each_wire(circuit):
    """Reading the wires of a drawing gives back, qubit by qubit, what the program does there."""
    lines = draw(circuit, width=10_000).splitlines()
    wires = [re.split("─+", line.split(": ")[1]) for line in lines if line.startswith("q")]
    found = [[word for word in wire if word not in ("", "┼") and not re.fullmatch(r"M(\[\d+\])?", word)] for wire in wires]
    wanted: list[list[str]] = [[] for _ in range(circuit.qubits)]
    for gate in circuit.gates:
        for qubit in gate.targets:
            name = "×" if gate.name == "swap" else "⊕" if gate.name == "x" and gate.controls else gate.name
            wanted[qubit].append(name)
        for qubit in gate.controls:
            wanted[qubit].append("●")
    assert [[re.split(r"[(\[]", word)[0] for word in wire] for wire in found] == wanted


@settings(deadline=None)
@given(programs())
def test_connected_signs_and_crossings_belong_to_one_gate(circuit):
    """In each column, what hangs together by vertical lines is the qubits of one gate and the wires between them."""
    lines = draw(circuit, width=10_000).splitlines()
    groups = 0
    joined = {(row, at) for row, line in enumerate(lines) if not line.startswith("q") for at, c in enumerate(line) if c == "│"}
    for row, at in joined:
        assert lines[row - 1][at] not in "─ "
        assert lines[row + 1][at] not in "─ "
        groups += lines[row - 1][at] != "┼" and (row - 2, at) not in joined
    crossings = sum(line.count("┼") for line in lines)
    spans = [(min(gate.qubits), max(gate.qubits), len(gate.qubits)) for gate in circuit.gates if len(gate.qubits) > 1]
    assert groups == len(spans)
    assert len(joined) == sum(last - first for first, last, _ in spans)
    assert crossings == sum(last - first + 1 - size for first, last, size in spans)


LEAVES = st.sampled_from(["a", "b", "2", "0.5", "pi", "1", "0", "7"])


def _nodes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})")
    least = st.tuples(inner, inner).map(lambda t: f"min({t[0]}, {t[1]})")
    return st.one_of(binary, least, inner.map(lambda t: f"-({t})"), inner.map(lambda t: f"abs({t})"))


@settings(deadline=None)
@given(st.recursive(LEAVES, _nodes, max_leaves=5), st.integers(0, 2))
def test_an_open_angle_is_shown_as_an_expression_of_the_same_value(text, inversions):
    """The text in the drawing is an expression of the language, as compact as it may be without changing what it means."""
    expression = parse_expression(Excerpt.of(text))
    values = {"a": 1.25, "b": -2.5}
    assume(expression.names)
    try:
        wanted = float(evaluate(expression, values)) * (-1) ** inversions
    except ProblemFound:
        assume(False)
    gates = (Gate("rz", (expression,), (0,)),)
    for _ in range(inversions):
        gates = inverse_gates(gates[0])
    shown = re.fullmatch(r"q0: ──rz\((.*)\)───", draw(Program(1, gates, ()))).group(1)
    assume("…" not in shown)
    assert len(shown) <= len(text) + 3 * inversions
    assert float(evaluate(parse_expression(Excerpt.of(shown)), values)) == pytest.approx(wanted, rel=1e-9, abs=1e-9)

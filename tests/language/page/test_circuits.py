"""Circuits: statements, gates, blocks, sources, and what is measured."""

from __future__ import annotations

import pytest

IONQ = ["x", "y", "z", "h", "s", "si", "t", "ti", "v", "vi", "not", "rx(1)", "ry(1)", "rz(1)", "cnot", "swap"]
STANDARD = [
    "cx", "sdg", "tdg", "sx", "sxdg", "p(1)", "u(1, 2, 3)", "cy", "cz",
    "ch", "crx(1)", "cry(1)", "crz(1)", "cp(1)", "ccx", "cswap", "iswap",
    "u1(1)", "u2(1, 2)", "u3(1, 2, 3)", "cu(1, 2, 3, 4)", "rxx(1)", "ryy(1)", "rzz(1)",
]  # fmt: skip
NATIVE = ["gpi(1/8)", "gpi2(1/8)", "ms(0, 1/8, 1/4)", "zz(1/8)"]
QUBITS = {"cnot": 2, "swap": 2, "ccx": 3, "cswap": 3, "iswap": 2, "ms": 2, "zz": 2, "cu": 2}


def qubits_of(gate):
    name = gate.partition("(")[0]
    two = name.startswith(("c", "rxx", "ryy", "rzz")) and name not in QUBITS
    return " ".join(str(qubit) for qubit in range(QUBITS.get(name, 2 if two else 1)))


@pytest.mark.parametrize("gate", [*IONQ, *STANDARD, *NATIVE])
def test_the_gates_of_ionq_and_the_standard_ones_have_their_names(planned, circuit, gate):
    assert planned(circuit(f"- {gate} {qubits_of(gate)}", qubits="3")).groups[0].program.gates


@pytest.mark.parametrize(("one", "other"), [
    ("- cx 0 1", "- cnot 0 1"), ("- sdg 0", "- si 0"), ("- tdg 0", "- ti 0"),
    ("- sx 0", "- v 0"), ("- sxdg 0", "- vi 0"), ("- not 0", "- x 0"),
    ("- ccx 0 1 2", "- {control: [0, 1], do: x 2}"), ("- cz 0 1", "- {control: 0, do: z 1}"),
])  # fmt: skip
def test_another_name_is_the_same_gate(runs_alike, one, other):
    assert runs_alike(one, other)


def test_p_and_rz_are_two_gates_under_control(runs_alike):
    assert not runs_alike("- {control: 0, do: p(1) 1}", "- {control: 0, do: rz(1) 1}")


@pytest.mark.parametrize(("written", "meant"), [
    ("- rx(theta/2) 0", "- rx(1/2) 0"), ("- cnot q q+1", "- cnot 1 2"), ("- h all", "- h 0 1 2"), ("- rz(theta) 0..2", "- rz(1) 0 1 2"),
    ("- cnot (q - 1) (q + 1)", "- cnot 0 2"), ("- u(theta, theta + 1, 2) 0",
    "- u(1, 2, 2) 0"), ("- h 0 2", "- h 0\n- h 2"), ("- h() 0", "- h 0"),
    ("- ccx 0..2", "- ccx 0 1 2"), ("- cnot q-1..q", "- cnot 0 1"), ("- h min(0, q)", "- h 0"), ("- '  h   0  '", "- h 0"),
])  # fmt: skip
def test_a_statement_is_a_name_arguments_and_operands(runs_alike, written, meant):
    assert runs_alike(written, meant, parameters="{theta: 1, q: 1}")


@pytest.mark.parametrize(("gate", "told_of"), [
    ("rx (1) 0", ("E412", "(1)")), ("cnot q + 1 0", ("E428", "+")), ("cnot 0", ("E403", "cnot 0")), ("cnot 0 1 2", ("E403", "cnot 0 1 2")),
    ("cnot all", ("E403", "cnot all")), ("cnot 0 0", ("E405", "cnot 0 0")), ("h 0 0", ("E405", "h 0 0")), ("h all 1", ("E405", "h all 1")),
    ("h", ("E414", "h")), ("h 3", ("E404", "3")), ("h -1", ("E404", "-1")), ("h (0..1)", ("E305", "(0..1)")), ("h 0, 1", ("E305", ",")),
    ("cnot [0, 1]", ("E305", "[")), ("rx 0", ("E402", "rx")),
    ("rx(1, 2) 0", ("E402", "rx")), ("h(1) 0", ("E402", "h")), ("hh 0", ("E401", "hh")),
])  # fmt: skip
def test_what_no_statement_is_is_refused_at_its_place(told, circuit, gate, told_of):
    assert told(circuit(f"- '{gate}'", qubits="3", parameters="{q: 1}")) == [told_of]


@pytest.mark.parametrize("word", ["measure", "reset", "barrier", "delay", "id"])
@pytest.mark.parametrize("operands", ["", " 0", " all"])
def test_words_that_ionq_cannot_run_are_refused_with_the_reason(told, circuit, word, operands):
    assert told(circuit(f"- {word}{operands}", qubits="2")) == [("E406", word)]


@pytest.mark.parametrize(("gates", "gateset", "told_of"), [
    ("- gpi(pi/2) 0", "native", ("E407", "pi")), ("- zz(tau/8) 0 1", "native", ("E407", "tau")), ("- xx(1) 0 1", "qis", ("E406", "xx")),
    ("- yy(1) 0 1", "qis", ("E406", "yy")), ("- zz(1) 0 1", "qis", ("E408", "zz")), ("- gpi(0) 0\n- h 0", "native", ("E408", "h")),
    ("- h 0\n- gpi(0) 0", "qis", ("E408", "gpi")), ("- gpi(0) 0", "qis", ("E408", "gpi")), ("- h 0", "native", ("E408", "h")),
    ("- {control: 1, do: gpi(0) 0}", "native", ("E409", "gpi")),
])  # fmt: skip
def test_native_gates_are_in_turns_and_by_themselves(told, circuit, gates, gateset, told_of):
    assert told(circuit(gates, qubits="2", gateset=gateset)) == [told_of]


@pytest.mark.parametrize(("written", "meant"), [
    ("- {gate: cnot, control: 0, target: 1}", "- cnot 0 1"), ("- {gate: rx, target: 2, rotation: t*2}", "- rx(2) 2"),
    ("- {gate: swap, targets: [q, q + 1]}", "- swap 1 2"), ("- {gate: xx, targets: [0, 1], rotation: t}", "- rxx(1) 0 1"),
    ("- {gate: x, controls: [0, 1], target: 2}", "- ccx 0 1 2"),
])  # fmt: skip
def test_a_gate_of_ionqs_json_may_be_pasted_and_takes_expressions(runs_alike, written, meant):
    assert runs_alike(written, meant, parameters="{t: 1, q: 1}")


def test_a_pauliexp_of_ionqs_json_may_be_pasted(planned, circuit):
    gate = "- {gate: pauliexp, targets: [0, 1], terms: [ZZ, XX], coefficients: [1/2, t], time: t}"
    assert planned(circuit(gate, qubits="2", parameters="{t: 1}")).groups[0].program.gates


@pytest.mark.parametrize(("written", "meant"), [
    ("- {for: q in 0..1, do: [h q, x q]}", "- h 0\n- x 0\n- h 1\n- x 1"), ("- {for: 'q in [2, 0]', do: h q}", "- h 2\n- h 0"),
    ("- {for: 'a, b in [[0, 1], [2, 0]]', do: cnot a b}", "- cnot 0 1\n- cnot 2 0"), ("- {repeat: 2, do: [h 0]}", "- h 0\n- h 0"),
    ("- {repeat: 0, do: x 0}\n- h 0", "- h 0"), ("- {if: 1 > 2, do: x 0}\n- h 0", "- h 0"), ("- {if: 2 > 1, do: h 0}", "- h 0"),
    ("- {inverse: [h 0, s 1, rx(1) 2]}", "- rx(-1) 2\n- si 1\n- h 0"), ("- {control: [0, 1], do: x 2}", "- ccx 0 1 2"),
    ("- {fold: 1, do: s 0}", "- s 0"), ("- {fold: 5, do: s 0}", "- s 0\n- si 0\n- s 0\n- si 0\n- s 0"),
])  # fmt: skip
def test_blocks_are_the_gates_written_out(runs_alike, written, meant):
    assert runs_alike(written, meant)


@pytest.mark.parametrize(("written", "meant"), [("l", "- h 1\n- h 2"), ("m", "- cnot 1 2\n- cnot 0 2")])
def test_a_loop_runs_over_a_list_of_the_file(planned, circuit, written, meant):
    loop = {"l": "- {for: q in l, do: h q}", "m": "- for: a, b in m\n  do: cnot a b"}[written]
    lists = {"l": "parameters: {l: [1, 2]}\n", "m": "parameters: {m: [[1, 2], [0, 2]]}\n"}[written]
    assert planned(circuit(loop, lists, qubits="3")).execution_ids() == planned(circuit(meant, qubits="3")).execution_ids()


@pytest.mark.parametrize(("block", "told_of"), [
    ("{fold: 2, do: h 0}", ("E416", "2")), ("{fold: -1, do: h 0}", ("E416", "-1")), ("{repeat: -1, do: h 0}", ("E416", "-1")),
    ("{repeat: 1.5, do: h 0}", ("E315", "1.5")), ("{if: 1, do: h 0}", ("E313", "1")), ("{control: 0, do: h 0}", ("E417", "control")),
])  # fmt: skip
def test_a_number_that_a_block_cannot_take_is_refused(told, circuit, block, told_of):
    assert told(circuit(f"- {block}", qubits="2")) == [told_of]


def test_gates_of_ones_own_are_defined_under_blocks(planned, circuit):
    more = "blocks: {pair: {parameters: [a], qubits: [i, j], gates: [rx(a) i, cnot i j]}}\n"
    own = planned(circuit("- pair(0.5) 2 0\n- {inverse: pair(1) 0 1}", more, qubits="3")).execution_ids()
    assert own == planned(circuit("- rx(0.5) 2\n- cnot 2 0\n- cnot 0 1\n- rx(-1) 0", qubits="3")).execution_ids()


@pytest.mark.parametrize(("measure", "kept"), [
    ("", [("m", (0, 1, 2, 3, 4))]), ("[4, 0]", [("m", (4, 0))]), ("0..2", [("m", (0, 1, 2))]), ("all", [("m", (0, 1, 2, 3, 4))]),
    ("{data: 0..2, flag: [4]}", [("data", (0, 1, 2)), ("flag", (4,))]), ("[qubits-1, n]", [("m", (4, 1))]),
])  # fmt: skip
def test_what_is_measured_has_keys_in_order(planned, circuit, measure, kept):
    body = circuit("- h all", "parameters: {n: 1}\n", qubits="5", **({"measure": measure} if measure else {}))
    assert [(each.key, each.qubits) for each in planned(body).groups[0].program.measurements] == kept


@pytest.mark.parametrize(("measure", "told_of"), [
    ("[0, 0]", ("E425", "0")), ("{a: 0..1, b: 1}", ("E425", "1")), ("[5]", ("E404",
    "5")), ("[]", ("E108", "[]")), ("{a: 2..1, b: 0}", ("E108", "2..1")),
])  # fmt: skip
def test_what_cannot_be_measured_is_refused(told, circuit, measure, told_of):
    assert told(circuit("- h all", qubits="3", measure=measure)) == [told_of]


FAMILIES = {
    "bell": "", "ghz": "qubits: 3", "w": "qubits: 3", "qft": "qubits: 3", "bernstein_vazirani": 'parameters: {secret: "101"}',
    "grover": 'parameters: {marked: "10"}', "phase_estimation": "qubits: 3, parameters: {phase: 0.25}",
    "qaoa_maxcut": "qubits: 2, parameters: {gamma: 0.1, beta: 0.2}",
    "trotter_ising": "qubits: 2, parameters: {steps: 2, dt: 0.1, J: 1, g: 1}",
    "clifford_rb": "qubits: 1, parameters: {length: 3, instance: 2}", "mirror": "qubits: 2, parameters: {depth: 2, instance: 2}",
    "quantum_volume": "qubits: 2, parameters: {instance: 2}", "hidden_shift": 'parameters: {shift: "10"}',
    "random": "qubits: 2, parameters: {depth: 3, instance: 2}",
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_of_the_page_makes_circuits(planned, family):
    edges = "parameters: {edges: [[0, 1]]}\n" if family == "qaoa_maxcut" else ""
    body = f"{edges}circuits: {{c: {{library: {family}{', ' * bool(FAMILIES[family])}{FAMILIES[family]}}}}}\n"
    first, again = planned(body), planned(body)
    assert first.groups[0].program.gates
    assert first.execution_ids() == again.execution_ids()


@pytest.mark.parametrize("family", ["clifford_rb", "mirror", "quantum_volume", "random"])
def test_an_instance_is_drawn_anew(planned, family):
    keys = FAMILIES[family].replace(", instance: 2", "").replace(", parameters: {instance: 2}", "")
    ids = planned(f"circuits: {{c: {{library: {family}, {keys}, sweep: {{instance: 1..3}}}}}}\n").execution_ids()
    assert len({*ids}) == 3

"""Expressions and ranges, in every place of a file where they may stand."""

from __future__ import annotations

import pytest

from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS

NUMBERS = """\
parameters: {{n: {{value: {two}, minimum: {one}, maximum: {two}, choices: [{one}, {two}]}}}}
targets: {{t: {{backend: local, noise: {{one_qubit: {half}, two_qubit: {half}, spam: {half}, seed: {one}}}, repetitions: {two}}}}}
circuits:
  c:
    qubits: {two}
    parameters: {{w: {half}}}
    measure: [{one}]
    gates:
      - rx(a*w*n + b) {one}
      - {{repeat: {two}, do: rx(d) 0}}
      - {{fold: {one}, do: rx(e) {one}..{one}}}
      - {{gate: rx, target: {one}, rotation: {half}}}
      - {{if: "bit(s, {one}) == {one}", do: x 0}}
    sweep:
      zip: {{a: [{one}, {two}], b: {{linspace: [{one}, {two}, {two}]}}}}
      d: {{geomspace: [{one}, {two}, {two}]}}
      e: {{random: {{uniform: [{one}, {two}], length: {two}, seed: {one}}}}}
      s: {{bitstrings: {two}}}
runs: {{r: {{replicates: {two}, repetitions: {two}, sweep: {{d: {one}..{two}}}}}}}
"""


def test_wherever_a_number_is_allowed_so_is_an_expression(planned):
    plain = NUMBERS.format(one="1", two="2", half="0.5")
    written = NUMBERS.format(one="(3-2)", two="(2*1)", half="(1/2)")
    one, other = planned(plain, seed="7"), planned(written, seed="3 + 4", repetitions="10*10")
    assert one.points.id.tolist() == other.points.id.tolist()


def test_functions_and_constants_are_those_of_the_page():
    functions = "sin cos tan asin acos atan atan2 exp log log2 sqrt abs floor ceil round min max bit popcount"
    assert (set(FUNCTIONS), set(CONSTANTS)) == (set(functions.split()), {"pi", "tau"})


@pytest.mark.parametrize(("condition", "holds"), [
    ("1 < 2", True), ("not 1 < 2", False), ("1 == 1 and 2 != 2", False), ("1 == 1 or 1/0 == 1", True), ("(1 < 2)", True),
    ("-2**2 == -4", True), ("-7 % 3 == 2", True), ("7 % -3 == -2", True), ("7 // 2 == 3", True), ("2**3**2 == 512", True),
    ("popcount(b) == 2", True), ("bit(b, 0) == 0", True), ("bit(b, 1) == 1", True), ("b == b", True), ("b != b", False),
])  # fmt: skip
def test_a_condition_decides_whether_gates_are_there(planned, circuit, condition, holds):
    more = 'parameters: {b: "011"}\n'
    found = planned(circuit(f"- {{if: '{condition}', do: x 0}}\n- y (popcount(b) - 1)", more, qubits="3")).execution_ids()
    assert found == planned(circuit("- x 0\n- y 1" if holds else "- y 1", qubits="3")).execution_ids()


@pytest.mark.parametrize(("gate", "told_of"), [
    ("rx(0 < k < 2) 0", ("E309", "0 < k < 2")), ("rx(k > 1) 0", ("E313", "k > 1")), ("rx(2^k) 0", ("E301", "^")),
    ("rx(2pi) 0", ("E302", "2pi")), ("rx(k.real) 0", ("E301", ".")), ("rx(open(k)) 0", ("E307", "open")),
    ("rx([k]) 0", ("E305", "[")), ("rx(lambda) 0", ("E206", "lambda")), ("rx($HOME) 0", ("E301", "$")),
    ("rx(2**2000*k) 0", ("E314", "2**2000")), ("h 0.3", ("E315", "0.3")), ("h 1e-8", ("E315", "1e-8")),
])  # fmt: skip
def test_what_no_expression_is_is_refused_at_its_place(told, circuit, gate, told_of):
    assert told(circuit(f"- '{gate}'\n- rx(k) 0", qubits="3", parameters="{k: 1}")) == [told_of]


def test_a_value_within_a_billionth_of_a_whole_number_is_taken_for_it(runs_alike):
    assert runs_alike("- h 0.1*3*10/3\n- x 2.0000000001", "- h 1\n- x 2")


@pytest.mark.parametrize(("written", "meant"), [
    ("- h 0..2", "- h 0 1 2"), ("- h 0..2 step 2", "- h 0 2"), ("- h 2..0 step -1", "- h 2\n- h 1\n- h 0"), ("- h 1..1", "- h 1"),
    ("- {for: q in 0..2 step 2, do: x q}", "- x 0\n- x 2"), ("- {for: q in 2..0 step -2, do: x q}", "- x 2\n- x 0"),
    ("- {for: q in 0..qubits - 2, do: x q}", "- x 0\n- x 1"), ("- {for: q in 2..1, do: x q}\n- y 0", "- y 0"),
    ("- {for: q in 0 .. 1, do: x q}", "- x 0\n- x 1"), ("- {control: 0..1, do: x 2}", "- ccx 0 1 2"),
])  # fmt: skip
def test_a_range_has_both_its_ends_in_loops_and_operands(runs_alike, written, meant):
    assert runs_alike(written, meant)


@pytest.mark.parametrize("measure", ["0..2 step 2", "[0..0, 2..2]", "{m: 0..2 step 2}"])
def test_a_range_has_both_its_ends_in_measure(planned, circuit, measure):
    (kept,) = planned(circuit("- h all", qubits="3", measure=measure)).groups[0].program.measurements
    assert kept.qubits == (0, 2)


@pytest.mark.parametrize(("axis", "values"), [
    ("0..3", [0, 1, 2, 3]), ("0..1 step 1/4", [0, 0.25, 0.5, 0.75, 1]),
    ("1..0 step -0.5", [1, 0.5, 0]), ("0..n-1", [0, 1]), ("0.5..1.5", [0.5, 1.5]),
])  # fmt: skip
def test_a_range_has_both_its_ends_in_an_axis_and_may_have_fractions_there(planned, circuit, axis, values):
    assert planned(circuit("- rx(t) 0", "parameters: {n: 2}\n", sweep=f"{{t: {axis}}}")).points.parameters["t"].tolist() == values


@pytest.mark.parametrize(("gates", "sweep", "told_of"), [
    ("- h 0..2 step 3", "", [("E317", "0..2 step 3")]), ("- h 0..2 step 0", "", [("E316", "0")]),
    ("- {for: q in 0..1 step 0.5, do: h q}", "", [("E315", "0..1 step 0.5")]), ("- h 0..1 step 0.5", "", [("E315", "0..1 step 0.5")]),
    ("- rx(t) 0", "{t: 2..0}", [("E503", "2..0")]), ("- rx(t) 0", "{t: 0..1 step 0.3}", [("E317", "0..1 step 0.3")]),
    ("- rx(0..2) 0", "", [("E310", "0..2")]),
])  # fmt: skip
def test_a_range_that_cannot_be_walked_is_refused(told, circuit, gates, sweep, told_of):
    assert told(circuit(gates, qubits="3", **({"sweep": sweep} if sweep else {}))) == told_of


def test_a_measurement_of_no_qubit_is_refused(told, circuit):
    assert told(circuit("- h all", qubits="3", measure="2..0")) == [("E108", "2..0")]

"""Names: one space, reserved words, and what is in view where."""

from __future__ import annotations

import pytest

from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS
from ionq_runner.language.reserved import COLUMNS

WORDS = ["qubits", "all", "in", "step", "and", "or", "not", "only", "zip", "product", "concat", "file"]


@pytest.mark.parametrize("name", ["a", "A", "_", "a1", "a_b", "_2", "theta", "E", "e1"])
def test_a_name_has_letters_digits_and_underscores(planned, name):
    body = f"parameters: {{{name}: 2}}\ncircuits: {{c{name}: {{qubits: {name}, gates: [rx({name}) 0]}}}}\n"
    assert planned(body).circuits == (f"c{name}",)


def test_names_outside_expressions_may_have_a_dash(planned):
    body = """\
        targets: {on-this-one: local}
        blocks: {half-turn: {qubits: [q], gates: [x q]}}
        circuits: {c: {qubits: 1, gates: [half-turn 0]}}
        runs: {first-try: {targets: on-this-one}}
    """
    assert planned(body).targets == ("on-this-one",)


@pytest.mark.parametrize(("body", "marked"), [
    ("parameters: {c: 1}\ncircuits: {c: {gates: [h 0]}}\n", "c"),
    ("circuits: {c: {gates: [rx(d) 0], sweep: {d: [1, 2]}}, d: {gates: [h 0]}}\n", "d"),
    ("circuits: {c: {gates: [rx(c) 0], sweep: {c: [1, 2]}}}\n", "c"),
    ("circuits: {c: {gates: [rx(d) 0], parameters: {d: 1}}, d: {gates: [h 0]}}\n", "d"),
])  # fmt: skip
def test_circuits_parameters_and_axes_share_one_space(told, body, marked):
    assert ("E203", marked) in told(body)


def test_circuits_may_have_axes_of_the_same_name(planned):
    body = "circuits: {c: {gates: [rx(t) 0], sweep: {t: [1, 2]}}, d: {gates: [ry(t) 0], sweep: {t: [3]}}}\n"
    assert planned(body).points.parameters["t"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("word", [*WORDS, *FUNCTIONS, *CONSTANTS])
@pytest.mark.parametrize("body", [
    "parameters: {{{}: 1}}\ncircuits: {{c: {{gates: [h 0]}}}}\n", "circuits: {{{}: {{gates: [h 0]}}}}\n",
    "circuits: {{c: {{qubits: 2, gates: [{{for: '{} in 0..1', do: h 0}}]}}}}\n",
])  # fmt: skip
def test_words_of_the_language_are_reserved(told, word, body):
    assert ("E202", word) in told(body.format(word))


@pytest.mark.parametrize("column", sorted(COLUMNS))
@pytest.mark.parametrize("body", [
    "parameters: {{{}: 1}}\ncircuits: {{c: {{gates: [h 0]}}}}\n", "circuits: {{c: {{gates: [rx(1) 0], sweep: {{{}: [1, 2]}}}}}}\n",
    "circuits: {{c: {{gates: [rx(1) 0], parameters: {{{}: 1}}}}}}\n",
])  # fmt: skip
def test_columns_of_the_tables_are_reserved_for_parameters_and_axes(told, column, body):
    assert ("E202", column) in told(body.format(column))


def test_everything_that_is_in_view_of_a_gate(runs_alike, planned):
    body = """\
        parameters: {file: 0}
        circuits: {c: {qubits: 3, gates: [h 0]}}
    """.replace("file:", "of_file:")
    assert len(planned(body).points) == 1
    assert runs_alike("- {for: q in 0..qubits-1, do: rx(k + t*q) q}", "- rx(1) 0\n- rx(3) 1\n- rx(5) 2", parameters="{k: 1, t: 2}")


@pytest.mark.parametrize(("keys", "sweep", "told_of"), [
    ("qubits: 3", "{phi: {linspace: [0, 1, 4*qubits + 1]}}", []),
    ("qubits: m + 1", "{phi: {linspace: [0, 1, 4*qubits + 1]}}", []),
    ("qubits: k, parameters: {k: 3}", "{phi: {linspace: [0, 1, 4*qubits + 1]}}", []),
    ("qubits: 3, parameters: {t: phi*qubits}", "{phi: 0..12}", []),
    ("qubits: n", "{n: [3], phi: {linspace: [0, 1, 4*qubits + 1]}}", [("E206", "qubits")]),
    ("qubits: n, parameters: {t: 2*qubits}", "{n: [3], phi: 0..12}", [("E206", "qubits")]),
    ("qubits: k, parameters: {k: qubits}", "{phi: 0..12}", [("E206", "qubits")]),
    ("parameters: {t: 2*qubits}", "{phi: 0..12}", [("E206", "qubits")]),
    ("qubits: m/4, parameters: {t: 2*qubits}", "{phi: 0..12}", [("E315", "m/4")]),
])  # fmt: skip
def test_qubits_is_in_view_of_axes_and_parameters_where_no_axis_decides_it(told, planned, keys, sweep, told_of):
    body = f"parameters: {{m: 2}}\ncircuits: {{c: {{{keys}, gates: [rx(m*phi) 2], sweep: {sweep}}}}}\n"
    assert told(body) == told_of
    if not told_of:
        assert len(planned(body).points) == 13


def test_a_computed_parameter_has_the_value_that_qubits_gives_it(planned, circuit):
    found = planned(circuit("- rx(t) 0", qubits="m + 1", parameters="{t: qubits*phi}", sweep="{phi: [1, 2]}", more="parameters: {m: 2}\n"))
    assert found.points.parameters["t"].tolist() == [3, 6]


def test_a_block_sees_parameters_of_the_file_and_its_own_and_nothing_else(told, planned):
    body = "parameters: {{n: 1}}\nblocks: {{b: {{parameters: [a], qubits: [q], gates: [rx(a*n{}) q]}}}}\n"
    circuit = "circuits: {c: {qubits: 2, gates: [b(phi) 1], sweep: {phi: [1, 2]}}}\n"
    assert len(planned(body.format("") + circuit).points) == 2
    assert told(body.format("*phi") + circuit) == [("E206", "phi")]
    assert told(body.format("*qubits") + circuit) == [("E206", "qubits")]


@pytest.mark.parametrize("body", [
    "parameters: {k: 1}\ncircuits: {c: {qubits: 2, gates: [rx(k) 0, {for: k in 0..1, do: h 0}]}}\n",
    "circuits: {c: {qubits: 2, gates: [{for: k in 0..1, do: [{for: k in 0..1, do: h 0}]}]}}\n",
    "circuits: {c: {qubits: 2, gates: [rx(k) 0, {for: k in 0..1, do: h 0}], sweep: {k: [1, 2]}}}\n",
    "parameters: {k: 1}\nblocks: {b: {qubits: [k], gates: [h k]}}\ncircuits: {c: {gates: [b 0, rx(k) 0]}}\n",
    "circuits: {c: {qubits: 2, gates: [{for: 'k, k in [[0, 1]]', do: h k}]}}\n",
])  # fmt: skip
def test_nothing_is_shadowed(told, body):
    assert ("E208", "k") in told(body)

"""Fits and expectations at the points of a plan: what selects rows, and what has no value or too few points."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.references import Reference
from ionq_runner.planning import rows as module
from ionq_runner.planning.collapsing import points_settings
from ionq_runner.planning.rows import Tables

BODY = """
targets: {{ideal: local, noisy: {{backend: local, noise: {{model: aria-1}}}}}}
mitigation: {{raw: {{debias: false}}, averaged: {{debias: true}}, corrected: {{readout: spam}}}}
circuits:
  fringe: {{qubits: n, gates: [rz(phi) all], sweep: {{n: 1..3, phi: {{linspace: [0, pi, 9]}}}}}}
  other: {{qubits: 1, gates: [rx(theta) 0], sweep: {{theta: [0, 0.5]}}}}
  spam: {{qubits: 3, gates: [{{if: state == 1, do: x all}}], sweep: {{state: [0, 1]}}}}
  bits: {{qubits: 2, gates: [{{if: "bit(secret, 0) == 1", do: x 0}}], sweep: {{secret: {{bitstrings: 2}}}}}}
observables:
  parity: {{outcome: ones, circuits: fringe}}
  up: {{outcome: ones, circuits: other}}
  found: {{outcome: ones, circuits: bits}}
  every: {{outcome: zeros}}
fits: {{wave: {{y: parity, x: phi, model: cosine}}}}
summaries:
  best: {{max: parity, over: phi}}
  both: {{value: best + up}}
runs:
  first: {{circuits: [fringe, spam, bits]}}
  second: {{circuits: [other], targets: noisy, mitigation: [averaged]}}
  third: {{circuits: [fringe], targets: ideal, mitigation: [], sweep: {{n: [7]}}}}
expect: [{{that: {that}, {where}equals: {equals}}}]
"""


def body(that: str, where: str = "", equals: str = "0") -> str:
    return BODY.format(that=that, where=f"where: {{{where}}}, " if where else "", equals=equals)


@pytest.fixture(scope="module")
def found(problems_of):
    """What is wrong with an expectation: code and the text at its place."""

    def found(that: str, where: str, equals: str = "0"):
        return problems_of(body(that, where, equals), validate=True)

    return found


@pytest.mark.parametrize(("that", "where"), [
    ("parity", ""),
    ("parity", "target: noisy, n: 3, phi: pi/8"),
    ("parity", "phi: [99, pi/2 + 1e-10]"),
    ("parity", "phi: 0..pi step pi/2, n: 1..7 step 2"),
    ("parity", "n: 7, target: ideal"),
    ("parity", "mitigation: raw"),
    ("parity", "mitigation: [averaged]"),
    ("parity", "mitigation: corrected, target: ideal"),
    ("wave.amplitude", "n: 7"),
    ("best", "n: 2, target: noisy"),
    ("both", "n: 2, target: noisy, theta: 0.5"),
    ("up", "mitigation: raw"),
    ("found", 'secret: ["01", 10]'),
    ("every", "circuit: [other, bits]"),
    ("every", "circuit: spam, state: 1"),
    ("every", "theta: 0.5"),
])  # fmt: skip
def test_an_expectation_may_select_any_row_that_some_run_has(found, that, where):
    assert found(that, where) == []


@pytest.mark.parametrize(("that", "where", "place"), [
    ("parity", "phi: pi/7", "pi/7"),
    ("parity", "n: 7, target: noisy", "noisy"),
    ("parity", "n: 7, mitigation: corrected", "corrected"),
    ("up", "target: ideal", "ideal"),
    ("up", "mitigation: corrected", "corrected"),
    ("up", "theta: 0.5 + 1e-8", "0.5 + 1e-8"),
    ("up", "theta: 2..1", "2..1"),
    ("both", "n: 7", "7"),
    ("both", "target: ideal", "ideal"),
    ("found", "secret: 1", "1"),
    ("every", "circuit: bits, theta: 0.5", "0.5"),
])  # fmt: skip
def test_an_expectation_of_no_row_is_an_error_at_the_first_value_that_none_has(found, that, where, place):
    assert found(that, where) == [("E945", place)]


def test_what_is_expected_may_be_another_number_in_each_row(found):
    assert found("parity", "", "cos(phi)/n") == []
    assert found("parity", "n: [2, 3]", "1/(n - 1)") == []
    assert found("parity", "n: [1, 2]", "1/(n - 1)") == [("E314", "1/(n - 1)")]
    assert found("every", "circuit: fringe", "cos(phi)*qubits") == []


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5, unique=True), st.data())
@settings(max_examples=40)
def test_a_number_selects_its_row_and_one_a_little_off_none(problems_of, values, data):
    chosen = data.draw(st.sampled_from(values))
    off = chosen + 1e-6
    text = "circuits: {c: {qubits: 1, gates: [rx(x) 0], sweep: {x: VALUES}}}\nobservables: {z: {pauli: Z}}\n"
    text = text.replace("VALUES", str(values)) + "expect: [{that: z, where: {x: CHOSEN}, at_least: -1}]\n"
    assert problems_of(text.replace("CHOSEN", repr(chosen)), validate=True) == []
    wanted = [] if any(abs(value - off) <= 1e-9 for value in values) else [("E945", repr(off))]
    assert problems_of(text.replace("CHOSEN", repr(off)), validate=True) == wanted


def test_where_only_a_part_is_run_what_is_left_out_may_have_the_rows(problems_of):
    for only in ("run=first", "run=third", "target=ideal"):
        assert problems_of(body("up", "target: noisy"), validate=True, only=(only,)) == []


def test_errors_of_one_circuit_hide_nothing_else_and_blame_no_expectation(problems_of):
    text = """
circuits:
  good: {qubits: 1, gates: [rx(x) 0], sweep: {x: [0, 1]}}
  bad: {qubits: 1, gates: [rx(y) 3], sweep: {y: [0, 1]}}
observables: {z: {pauli: Z, circuits: bad}}
expect: [{that: z, where: {y: 0}, equals: 1}]
"""
    assert [place for _, place in problems_of(text, validate=True)] == ["3"]


def test_curves_are_of_all_runs_and_of_one_value_of_every_other_axis(problems_of):
    text = """
circuits: {c: {qubits: 1, gates: [rx(x*y) 0], sweep: {y: [1, 2], x: [0, 1]}}}
observables: {z: {pauli: Z}}
fits: {wave: {y: z, x: x, model: cosine, fixed: {frequency: 1}}, line: {y: z, x: x, model: line}}
runs: {first: {}, second: {sweep: {x: [LAST, 3]}}}
"""
    assert problems_of(text.replace("LAST", "2"), validate=True) == []
    assert problems_of(text.replace("[LAST, 3]", "[1]"), validate=True) == [("W924", "wave")]


def test_rows_are_joined_on_what_their_parts_have_in_common(file_of):
    loaded = api.load(file_of(body("both")), "t.yaml")
    assert loaded.expansion is not None
    (table,) = Tables(loaded.expansion).of("both")
    assert table.columns == ("target", "mitigation", "n", "theta")
    assert table.rows == tuple(("noisy", "", float(n), theta) for n in (1, 2, 3) for theta in (0.0, 0.5))


def test_rows_beyond_the_limit_are_refused_before_they_are_made(problems_of, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 11)
    assert problems_of(body("both"), validate=True) == []
    monkeypatch.setattr(module, "MAX_ROWS", 5)
    assert problems_of(body("both"), validate=True) == [("E933", "best + up")]


def test_a_simulator_has_no_settings_but_corrections_of_readout_and_a_machine_has_all():
    text = "ionq_runner: 1\nname: t\ntargets: {here: local, there: qpu.forte-1}\nmitigation:\n"
    text += "  raw: {debias: false}\n  averaged: {debias: true}\n  corrected: {readout: spam}\n"
    experiment, _ = read_experiment(Source("t.yaml", text + "circuits: {c: {qubits: 1, gates: h 0}}\nruns: {r: {}}\n"), Problems())
    assert experiment is not None
    assert points_settings(experiment, None, "here", "c") == ("", "corrected")
    assert points_settings(experiment, None, "there", "c") == ("raw", "averaged", "corrected")
    span = experiment.runs["r"].span
    for names, here, there in (((), ("",), ("",)), (("averaged",), ("",), ("averaged",)), (("corrected",), ("corrected",), ("corrected",))):
        run = dataclasses.replace(experiment.runs["r"], mitigation=tuple(Reference(name, span) for name in names))
        assert (points_settings(experiment, run, "here", "c"), points_settings(experiment, run, "there", "c")) == (here, there)


def test_what_is_made_from_the_same_rows_is_made_once():
    text = body("parity").replace("both:", "again: {max: 2*parity, over: phi}\n  more: {value: best + again}\n  both:")
    loaded = api.load(f"ionq_runner: 1\nname: t\nrepetitions: 500\n{text}".encode(), "t.yaml")
    assert loaded.expansion is not None
    tables = Tables(loaded.expansion)
    best, again, more, wave = (tables.of(name)[0] for name in ("best", "again", "more", "wave"))
    assert best.rows is again.rows is more.rows is wave.rows
    assert tables.shortest(wave, tables.of("parity")[0], "phi") == 9


def test_everything_made_from_too_many_rows_is_told_once(found, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 5)
    text = body("last").replace("both:", "both: {value: best + up}\n  next: {value: 2*both}\n  last: {min: next, over: n}\n  unlike:")
    loaded = api.load(f"ionq_runner: 1\nname: t\nrepetitions: 500\n{text}".encode(), "t.yaml")
    assert [(p.code, p.span.source.text[p.span.start : p.span.end]) for p in loaded.problems] == [("E933", "best + up")] * 2

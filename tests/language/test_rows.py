"""Which rows observables, fits and summaries have: axes are taken out, and what meets in a formula is joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.models import MODELS
from ionq_runner.language.quantities import Quantities
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.rows import Rows, circles, columns_of, joined, rows_of

FILE = """
ionq_runner: 1
name: t
repetitions: 100
parameters: {m: 2}
circuits:
  populations: {library: ghz, qubits: n, sweep: {n: 2..4}}
  fringe: {qubits: n, gates: [rz(phi) all], sweep: {n: 2..4, phi: 0..3}}
  drive: {qubits: 1, gates: [rx(t) 0], parameters: {t: steps*dt, gain: 2}, sweep: {steps: 1..3, zip: {dt: 0..2, place: 1..3}}}
  rb1: {library: clifford_rb, qubits: 1, sweep: {length: 1..3, instance: 1..2}}
  rb2: {library: clifford_rb, qubits: 2, sweep: {length: 1..3, instance: 1..2}}
observables:
  ends: {outcome: ones, circuits: populations}
  parity: {outcome: ones, circuits: fringe}
  excited: {outcome: ones, circuits: drive}
  survival: {outcome: ones, circuits: [rb1, rb2]}
  rho: {tomography: all, circuits: fringe}
"""


def experiment(more: str):
    problems = Problems()
    found, _ = read_experiment(Source("t.yaml", FILE + more), problems)
    assert found is not None
    assert [problem.message for problem in problems] == []
    return found


def columns(more: str, name: str) -> tuple[str, ...]:
    return columns_of(rows_of(experiment(more))[name])


def test_an_observable_has_a_row_for_each_point_with_the_axes_and_parameters_of_its_circuit():
    assert columns("", "parity") == ("circuit", "target", "mitigation", "n", "phi")
    assert columns("", "excited") == ("circuit", "target", "mitigation", "steps", "dt", "place", "t", "gain")


def test_a_fit_takes_out_its_axis_and_those_that_it_averages_with_what_is_computed_from_them():
    fits = "fits: {a: {y: excited, x: steps, model: line}, b: {y: excited, x: place, model: line, average: dt}}"
    assert columns(fits, "a") == ("circuit", "target", "mitigation", "dt", "place", "gain")
    assert columns(fits, "b") == ("circuit", "target", "mitigation", "steps", "gain")


def test_a_summary_takes_out_its_axes_and_those_that_are_zipped_with_them():
    summaries = "summaries: {a: {mean: excited, over: place}, b: {mean: excited, over: [dt, steps]}}"
    assert columns(summaries, "a") == ("circuit", "target", "mitigation", "steps", "gain")
    assert columns(summaries, "b") == ("circuit", "target", "mitigation", "gain")


def test_circuits_that_meet_lose_their_names_and_keep_the_axes_of_each():
    more = "fits: {wave: {y: parity, x: phi, model: cosine}}\nsummaries: {f: {value: ends + wave.amplitude}, g: {value: f + parity}}"
    assert columns(more, "f") == ("target", "mitigation", "n")
    assert columns(more, "g") == ("circuit", "target", "mitigation", "n", "phi")
    assert rows_of(experiment(more))["f"][0].sources == {"populations", "fringe"}


def test_rows_of_several_circuits_meet_circuit_by_circuit_and_know_their_size():
    more = "summaries: {twice: {value: survival*2**qubits + survival}}"
    assert [(rows.circuit, "qubits" in rows.columns) for rows in rows_of(experiment(more))["twice"]] == [("rb1", True), ("rb2", True)]


def test_what_needs_itself_or_what_is_not_there_has_no_rows():
    more = "summaries: {a: {value: b}, b: {value: a + parity}, c: {value: a}, d: {value: parity + no.where}, e: {value: 2*m}}"
    assert rows_of(experiment(more)).keys() & {"a", "b", "c", "d", "e"} == set()
    assert list(circles(experiment(more))) == [("a", "b")]


def test_a_long_chain_is_followed_to_its_end():
    chain = "".join(f"  s{i}: {{value: s{i + 1} + 1}}\n" for i in range(3000)) + "  s3000: {max: parity, over: phi}\n"
    assert columns("summaries:\n" + chain, "s0") == ("circuit", "target", "mitigation", "n")


def test_the_parameters_of_a_formula_are_the_names_without_another_meaning():
    more = """
fits:
  named: {y: parity, x: phi, model: decay}
  own: {y: parity, x: phi, model: a*cos(m*phi + b) + n + qubits + pi}
summaries: {s: {value: parity}}
"""
    quantities = Quantities(experiment(more))
    assert quantities.parameters == {"named": ("offset", "amplitude", "p"), "own": ("a", "b")}
    assert list(quantities.names())[4:] == [
        "rho.fidelity",
        "rho.purity",
        "named.offset",
        "named.amplitude",
        "named.p",
        "own.a",
        "own.b",
        "s",
    ]


def test_the_formulas_of_the_named_models_have_their_parameters_and_x():
    from ionq_runner.diagnostics import Excerpt
    from ionq_runner.expressions import parse_expression

    assert {name: parse_expression(Excerpt.of(model.formula)).names for name, model in MODELS.items()} == {
        name: {"x", *model.parameters} for name, model in MODELS.items()
    }


families = st.builds(
    lambda circuits, axes: tuple(
        Rows(circuit, frozenset({circuit}), {axis: frozenset({axis}) for axis in axes}, dict.fromkeys(axes)) for circuit in circuits
    ),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from("xyz"), unique=True),
)


@given(st.lists(families, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_of_a_formula_changes_nothing(parts, random):
    shuffled = random.sample(parts, len(parts))
    assert _whole(joined(parts)) == _whole(joined(shuffled))


@given(st.lists(families, min_size=1, max_size=4))
def test_rows_that_meet_have_every_column_of_their_parts(parts):
    for rows in joined(parts) or ():
        own = [family for part in parts for family in part if rows.circuit in (family.circuit, None)]
        assert rows.columns.keys() == {name for family in own for name in family.columns}


@pytest.mark.parametrize("part", [0, 1])
def test_a_part_alone_is_what_it_was(part):
    found = rows_of(experiment(""))[("parity", "survival")[part]]
    assert joined([found]) == found


def _whole(rows):
    return None if rows is None else {(family.circuit, family.sources, frozenset(family.columns)) for family in rows}

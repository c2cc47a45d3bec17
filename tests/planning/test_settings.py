"""Observables in bases: words grouped qubit by qubit, and what does not fit a circuit."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.observables import Outcome
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.sweeps import Setting
from ionq_runner.planning import settings as settings_module
from ionq_runner.planning.constants import evaluate_constants
from ionq_runner.planning.expand import expand
from ionq_runner.planning.paulis import Point, outcomes_of, terms_of
from ionq_runner.planning.settings import setting_names, settings_of

BELL = "circuits: {bell: {qubits: 2, gates: [h 0, cnot 0 1]}}\n"


def at(text: str, **values: float | str) -> tuple[Experiment, Point]:
    """The experiment of a text and its first circuit at a point; axes of the sweep have these values."""
    problems = Problems()
    experiment, _ = read_experiment(Source("f.yaml", "ionq_runner: 1\nname: f\nrepetitions: 9\n" + text), problems)
    assert (list(problems), experiment is None) == ([], False)
    constants = evaluate_constants(experiment, problems)
    expansion = expand(experiment, constants, Setting(1, 10_000), problems)
    points = expansion.circuits[0]
    row = next(r for r in range(points.rows) if all(points.columns[name][r] == value for name, value in values.items()))
    shape = 0 if points.shape_of is None else points.shape_of[row]
    known = {**constants.values, **{name: column[row] for name, column in points.columns.items()}}
    return experiment, Point(points.circuit.name, points.programs[shape], known, constants.lists)


def settings(observables: str, circuits: str = BELL, **values: float | str) -> tuple[str, ...]:
    return settings_of(*at(f"{circuits}observables: {observables}\n", **values))


@pytest.mark.parametrize(("observables", "words"), [
    ("{a: {sum: {II: 1/4, XX: 1/4, YY: -1/4, ZZ: 1/4}}}", "XX YY ZZ"),
    ("{a: {sum: {ZZ: 1, ZI: 1, IZ: 1}}}", "ZZ"),
    ("{a: {sum: {XX: 1, YY: 1, XI: 1}}}", "XX YY"),
    ("{a: {pauli: XI}, b: {pauli: IY}}", "XY"),
    ("{a: {pauli: XI}}", "XZ"),
    ("{a: {pauli: {X: all}}, b: {outcome: zeros}}", "XX ZZ"),
    ("{a: {match: tvd}, b: {pauli: XX}}", "ZZ XX"),
    ("{a: {sum: [Z all, X all, 3 * I]}}", "ZZ XX"),
    ("{a: {tomography: all}}", "XX XY XZ YX YY YZ ZX ZY ZZ"),
    ("{a: {pauli: ZZ}, b: {pauli: IX}, c: {tomography: all}}", "ZZ XX XY XZ YX YY YZ ZX ZY"),
    ("{a: {pauli: II}}", "ZZ"),
])  # fmt: skip
def test_words_that_agree_are_measured_together(observables, words):
    found = settings(observables)
    assert sorted(found) == sorted(words.split())
    assert found[0] == words.split()[0]


def test_a_circuit_that_nothing_is_read_off_is_measured_in_z():
    other = "circuits: {a: {qubits: 3, gates: x 0}, b: {qubits: 2, gates: x 0}}\n"
    assert settings("{o: {pauli: XX, circuits: b}}", other) == ("ZZZ",)


def test_letters_are_for_measured_qubits_in_their_order():
    circuits = "circuits: {c: {qubits: 4, gates: x 0, measure: {late: 3, early: [1, 0]}}}\n"
    assert settings("{a: {pauli: XYZ}}", circuits) == ("XYZ",)
    assert settings("{a: {pauli: {X: 3, Y: [0, 1]}}}", circuits) == ("XYY",)
    assert settings("{a: {sum: [XY 0 3]}}", circuits) == ("YZX",)
    assert settings("{a: {pauli: {X: all}}}", circuits) == ("XXX",)


SWEPT = "circuits: {c: {qubits: n, gates: rx(t) 0, sweep: {n: 2..4, k: 0..1, t: [0, 1]}}}\n"


def test_settings_may_depend_on_the_sweep():
    observables = "{a: {sum: [{for: q in 0..qubits-2, do: t * XY q q+1}, X k]}}"
    experiment, point = at(f"{SWEPT}observables: {observables}\n", n=3.0, k=1.0)
    assert settings_of(experiment, point) == ("XYZ", "ZXY")
    assert setting_names(experiment, experiment.circuits["c"]) == {"k"}
    assert settings(observables, SWEPT, n=2.0, k=1.0) == ("XY", "ZX")


def test_a_sum_is_its_strings_with_what_they_weigh():
    text = "parameters: {pairs: [[0, 1], [1, 2]], w: 3}\n" + SWEPT
    sums = "[n/2 * I, {for: 'a, b in pairs', do: [-w * ZZ a b, {for: k2 in 0..1, do: Y k2}]}, ZZ 1 0, Z all, Z 0]"
    experiment, point = at(f"{text}observables: {{h: {{sum: {sums}}}}}\n", n=3.0)
    kind = experiment.observables["h"].kind
    zz01, zz12 = ((0, "Z"), (1, "Z")), ((1, "Z"), (2, "Z"))
    y0, y1, z0, z1, z2 = (((q, letter),) for q, letter in ((0, "Y"), (1, "Y"), (0, "Z"), (1, "Z"), (2, "Z")))
    assert terms_of(kind, point) == ((1.5, ()), (-2, zz01), (2, y0), (2, y1), (-3, zz12), (2, z0), (1, z1), (1, z2))


def test_outcomes_are_bits_or_words_that_need_a_calculation():
    experiment, point = at(f"{BELL}observables: {{o: {{outcome: [zeros, '00', ones, '01', ideal, heavy]}}}}\n")
    kind = experiment.observables["o"].kind
    assert isinstance(kind, Outcome)
    assert outcomes_of(kind, point) == ("00", "11", "01", "ideal", "heavy")


WORDS = st.lists(st.text("IXYZ", min_size=4, max_size=4), min_size=1, max_size=12, unique=True)


@given(WORDS)
def test_every_word_agrees_with_a_setting_and_settings_are_no_more_than_words(words):
    found = settings(f"{{a: {{sum: {{{', '.join(f'{word}: 1' for word in words)}}}}}}}", "circuits: {c: {qubits: 4, gates: x 0}}\n")
    for word in words:
        assert any(all(own in ("I", basis) for own, basis in zip(word, setting, strict=True)) for setting in found)
    assert len(set(found)) == len(found) <= len(words)


# --- what does not fit


@pytest.fixture(scope="module")
def wrong(problems_of):
    """What is wrong with observables of a circuit of three qubits that measures two of them."""

    def wrong(observables, sweep="{phi: [0, 1]}"):
        circuit = f"circuits:\n  c: {{qubits: 3, gates: rx(phi) 0, measure: [2, 0], sweep: {sweep}}}\n"
        return problems_of(f"{circuit}observables: {observables}\n", validate=True)

    return wrong


@pytest.mark.parametrize(("observables", "problems"), [
    ("{a: {pauli: Z}}", [("E904", "Z")]),
    ("{a: {sum: {ZZZ: 1, Z: 2}}}", [("E904", "ZZZ"), ("E904", "Z")]),
    ("{a: {pauli: {Z: [0, 1]}}}", [("E905", "1")]),
    ("{a: {pauli: {Z: 0..2}}}", [("E905", "0..2")]),
    ("{a: {pauli: {Z: 0, X: [0, 2]}}}", [("E405", "X")]),
    ("{a: {sum: [Z 0 2 0, ZZ 0 0, XY 0, Z 7]}}", [("E405", "0"), ("E405", "0"), ("E906", "XY 0"), ("E404", "7")]),
    ("{a: {sum: [1/phi * ZZ, {for: q in 0..0, do: 1/(phi-1) * Z q}]}}", [("E314", "1/phi"), ("E314", "1/(phi-1)")]),
    ("{a: {outcome: ['1', '11', '111']}}", [("E904", "1"), ("E904", "111")]),
    ("{a: {sum: [{for: q in 1..10**5, do: Z 0}]}}", [("E907", "Z 0")]),
    ("{a: {sum: [{for: q in 1..10**9, do: Z 0}]}}", [("E907", "for")]),
    ("{a: {sum: [{for: q in 1..999, do: [{for: r in 1..999, do: [{for: s in 1..0, do: Z 0}]}]}]}}", [("E907", "for")]),
    ("{a: {sum: [{for: q in 1..6000, do: Z 0 2}]}}", [("E907", "Z 0 2")]),
    ("{a: {sum: [{for: q in 0..phi/2, do: Z 0}]}}", [("E317", "0..phi/2")]),
])  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(wrong, observables, problems):
    found = wrong(observables)
    assert sorted(found) == sorted(problems)


def test_a_bit_string_must_have_a_bit_for_each_measured_qubit(wrong):
    sweep = "{n: 1..3, s: {bitstrings: n}, phi: [0, 1]}"
    assert wrong("{a: {outcome: s}}", sweep) == [("E904", "s")]
    assert wrong("{a: {outcome: s}}", "{s: {bitstrings: 2}, phi: [0, 1]}") == []


def test_tomography_has_a_limit(problems_of):
    circuit = "circuits: {c: {qubits: 7, gates: h all}}\n"
    found = problems_of(f"{circuit}observables: {{rho: {{tomography: all}}}}\n", validate=True, messages=True)
    what = "tomography of the 7 qubits of the circuit `c` takes 3**7 settings, and the limit is 6 qubits"
    assert found == [("E908", "rho", what)]


def test_words_that_need_too_many_settings_are_told_in_a_moment(problems_of):
    words = ("".join(letters) for letters in product("XYZ", repeat=8))
    body = f"circuits: {{c: {{qubits: 8, gates: h all}}}}\nobservables: {{h: {{sum: {{{', '.join(f'{word}: 1' for word in words)}}}}}}}\n"
    start = time.process_time()
    found = problems_of(body, validate=True, messages=True)
    assert time.process_time() - start < 5
    what = "the words of all observables of the circuit `c` need more than 1,000 settings, and the limit is 1,000"
    assert found == [("E908", "h", what)]


@pytest.mark.parametrize(("observable", "told"), [
    ("{sum: [{for: q in 1..w, do: Z 0}]}", "this makes more than 1,000 Pauli terms, all points together"),
    ("{pauli: {Z: 0..w}}", "this makes more than 1,000 letters, all points together"),
])  # fmt: skip
def test_what_is_written_out_at_all_points_together_has_a_limit(problems_of, monkeypatch, observable, told):
    monkeypatch.setattr(settings_module, "MAX_WRITTEN", 1_000)
    body = f"circuits: {{c: {{qubits: 100, gates: [h 0], sweep: {{w: 1..99}}}}}}\nobservables: {{a: {observable}}}\n"
    assert [(code, message) for code, _, message in problems_of(body, validate=True, messages=True)] == [("E907", told)]


def test_the_coefficients_at_all_points_together_have_a_limit(problems_of, monkeypatch):
    monkeypatch.setattr(settings_module, "MAX_NUMBERS", 20)
    body = "circuits: {c: {qubits: 2, gates: [h 0], sweep: {w: 1..7}}}\nobservables: {a: {sum: [{for: q in 0..N, do: w*q * Z 0}]}}\n"
    assert problems_of(body.replace("N", "1"), validate=True) == []
    assert problems_of(body.replace("N", "2"), validate=True) == [("E907", "for")]


def test_the_letters_of_a_sum_have_a_limit(problems_of):
    word = "X" * 2000
    body = f"circuits: {{c: {{qubits: 2000, gates: [h 0]}}}}\nobservables: {{a: {{sum: [{{for: q in 1..900, do: q * {word}}}]}}}}\n"
    found = problems_of(body, validate=True, messages=True)
    assert [(code, message) for code, _, message in found] == [("E907", "this makes more than 1,000,000 letters of Pauli terms")]


def test_one_fault_is_told_once_for_all_sizes_of_a_circuit(problems_of):
    body = "circuits: {c: {library: ghz, qubits: n, sweep: {n: 2..8}}}\nobservables: {a: {pauli: ZZ}}\n"
    assert problems_of(body, validate=True) == [("E904", "ZZ")]


# --- axes and parameters of observables


def test_an_axis_of_an_observable_makes_rows_and_no_executions(plan_of, rows_of):
    body = """
        circuits: {c: {qubits: 2, gates: rx(phi) 0, sweep: {phi: [0, 1], g: 1..3}}}
        observables: {h: {sum: {ZZ: g}}}
    """
    rows = rows_of(plan_of(body))
    assert len(rows) == 6
    assert [row[4] for row in rows] == [0, 0, 0, 1, 1, 1]
    assert [row[3]["g"] for row in rows] == [1, 2, 3, 1, 2, 3]


def test_what_only_an_observable_uses_is_used(problems_of):
    circuits = (
        "circuits: {c: {qubits: 2, gates: h 0, sweep: {g: 1..3, q: 0..1}}, d: {qubits: 2, gates: h 0}}\nparameters: {w: 2, s: '01'}\n"
    )
    observables = "observables: {h: {sum: [w*g * ZZ, Z q], circuits: c}, o: {outcome: s}}\n"
    assert problems_of(circuits + observables, validate=True) == []
    elsewhere = "observables: {h: {sum: [w * ZZ, Z 0]}, o: {outcome: s}}\n"
    assert problems_of(circuits + elsewhere, validate=True) == [("E211", "g"), ("E211", "q")]


def test_an_observable_of_circuits_that_no_run_makes_is_told(problems_of):
    body = BELL + "observables: {a: {pauli: ZZ, circuits: other}}\n"
    body = body.replace("circuits: {", "circuits: {other: {qubits: 2, gates: h 0}, ", 1)
    assert problems_of(body + "runs: {r: {circuits: bell}}\n", validate=True) == [("W210", "other"), ("W210", "a")]


def test_a_constant_that_does_not_follow_an_axis_is_told_in_an_observable_too(problems_of):
    body = "parameters: {g: 1, w: 2*g}\ncircuits: {c: {qubits: 1, gates: rx(g) 0, sweep: {g: 1..3}}}\nobservables: {h: {sum: {Z: w}}}\n"
    assert problems_of(body, validate=True) == [("E213", "g")]

"""Sweeps written out: rows, computed parameters, shapes, and the axes that a run replaces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems
from ionq_runner.expressions import parse_expression
from ionq_runner.planning import expand as expand_module
from ionq_runner.planning.expand import CircuitPoints, check_angles, column_of


@pytest.fixture(scope="module")
def expansion_of(file_of):
    def expansion_of(body, **head):
        loaded = api.load(file_of(body, **head), "t.yaml")
        assert loaded.expansion is not None, [problem.message for problem in loaded.problems]
        return loaded.expansion

    return expansion_of


@pytest.fixture(scope="module")
def points_of(expansion_of):
    """The points of the only circuit of a body."""

    def points_of(body, **head) -> CircuitPoints:
        (points,) = expansion_of(body, **head).circuits
        return points

    return points_of


def rows(points: CircuitPoints) -> list[tuple]:
    return list(zip(*points.columns.values(), strict=True))


def test_axes_multiply_in_the_order_of_the_file_the_first_slowest(points_of, circuit):
    points = points_of(circuit("[{if: 'bit(b, 0) == 1', do: rx(x) 0}, h y]", sweep="{x: [1, 2], b: {bitstrings: 1}, y: 0..1}"))
    assert list(points.columns) == ["x", "b", "y"]
    assert rows(points) == [(x, b, y) for x in (1, 2) for b in "01" for y in (0, 1)]
    assert points.rows == 8


def test_a_circuit_without_a_sweep_is_one_point(points_of, circuit):
    points = points_of(circuit(BELL))
    assert (points.rows, points.columns, points.shape_of, points.axes) == (1, {}, None, ())
    assert points.programs[0].measured == (0, 1)


BELL = "[h 0, cnot 0 1]"


def test_computed_parameters_are_columns_after_the_axes(points_of, circuit):
    own = "{half: 1/2, scale: half*4, t: steps*dt*scale}"
    points = points_of(circuit("[rx(t) 0, rz(half) 0]", sweep="{steps: 1..3, dt: [0.5, 2]}", parameters=own))
    assert list(points.columns) == ["steps", "dt", "half", "scale", "t"]
    assert rows(points) == [(s, dt, 0.5, 2.0, s * dt * 2) for s in (1, 2, 3) for dt in (0.5, 2)]
    assert points.used == {"steps", "dt"}


def test_an_axis_replaces_a_default_of_its_name(points_of, circuit):
    points = points_of(circuit("[rx(phi) 0]", sweep="{phi: [1, 2]}", parameters="{phi: 7, other: 2*phi}"))
    assert rows(points) == [(1, 2), (2, 4)]


def test_an_axis_may_use_parameters_of_file_and_circuit_and_the_axes_above_it(points_of, circuit):
    body = "parameters: {n: 2}\n" + circuit("[rx(b) 0]", sweep="{a: 1..n, b: {linspace: [0, a, last*a]}}", parameters="{last: n}")
    assert [row[:2] for row in rows(points_of(body))] == [(1, 0), (1, 1), (2, 0), (2, 2 / 3), (2, 4 / 3), (2, 2)]


def test_rows_of_one_shape_share_a_program(points_of, circuit):
    """The angles of a swept circuit are names; a number that decides the gates makes a program of each value."""
    points = points_of(circuit("[{for: q in 0..n-1, do: rx(phi*q) q}]", qubits="n", sweep="{n: 2..4, phi: [0.1, 0.2]}"))
    assert [program.qubits for program in points.programs] == [2, 3, 4]
    assert points.shape_of == (0, 0, 1, 1, 2, 2)
    assert [len(program.measured) for program in points.programs] == [2, 3, 4]


@pytest.mark.parametrize(("gates", "sweep", "shapes"), [
    ("[{if: k > 1, do: x 0}, h 0]", "{k: 0..3}", (0, 0, 1, 1)),
    ("[{repeat: k//2, do: x 0}, h 0]", "{k: 0..3}", (0, 0, 1, 1)),
    ("[x k%2, h 0 1]", "{k: 0..3}", (0, 1, 0, 1)),
    ("[{if: k == 2, do: rx(phi) 0}, {if: k == 3, do: rx(phi) 0}]", "{k: 1..3, phi: [1, 2]}", (0, 0, 1, 1, 1, 1)),
    ("[{fold: s, do: x 0}, h 0]", "{s: [1, 3, 1]}", (0, 1, 0)),
    ("[{if: 'bit(b, 1) == 1', do: x 0}, h 0]", "{b: {bitstrings: 2}}", (0, 1, 0, 1)),
    ("[{if: 'popcount(b) > 2', do: x 0}, h 0]", "{b: {bitstrings: 2}}", None),
    ("[{repeat: 4, do: rx(k*phi) 0}]", "{k: 0..3, phi: [1, 2]}", None),
])  # fmt: skip
def test_programs_that_are_equal_are_one_shape(points_of, circuit, gates, sweep, shapes):
    points = points_of(circuit(gates, sweep=sweep))
    assert points.shape_of == shapes
    assert len(points.programs) == (1 if shapes is None else max(shapes) + 1)


def test_what_is_measured_may_be_swept(points_of, circuit):
    points = points_of(circuit("[h all]", qubits="3", measure="{a: k, b: [2, 1-k]}", sweep="{k: 0..1}"))
    assert [program.measured for program in points.programs] == [(0, 2, 1), (1, 2, 0)]


def test_a_circuit_that_does_not_say_its_size_has_the_qubits_that_it_names(points_of, circuit):
    assert [program.qubits for program in points_of(circuit("[h 0, x k]", sweep="{k: [1, 5]}")).programs] == [2, 6]


@pytest.mark.parametrize(("gates", "keys", "wrong"), [
    ("[h 0]", {"qubits": "k", "sweep": "{k: [1, 0]}"}, [("E419", "k")]),
    ("[h 0]", {"qubits": "10**4 + 1"}, [("E419", "10**4 + 1")]),
    ("[h all]", {}, [("E424", "probe")]),
    ("[h 0]", {"measure": "all"}, [("E424", "probe")]),
    ("[h 0 1]", {"measure": "[0, 1, 0]"}, [("E425", "0")]),
    ("[h 0 1]", {"measure": "{a: 0..1, b: k}", "sweep": "{k: 0..1}"}, [("E425", "k")]),
    ("[x k]", {"qubits": "2", "sweep": "{k: 0..2}"}, [("E404", "k")]),
])  # fmt: skip
def test_a_shape_that_cannot_be_made_is_refused_at_its_place(problems_of, circuit, gates, keys, wrong):
    assert problems_of(circuit(gates, **keys)) == wrong


def test_other_circuits_are_looked_at_after_one_that_fails(problems_of):
    body = "circuits:\n  a: {qubits: 0, gates: [h 0]}\n  b: {qubits: 2, gates: [h 0], measure: [1, 1]}\n"
    assert [code for code, _ in problems_of(body)] == ["E419", "E425"]


def test_every_angle_is_looked_at_when_a_file_is_checked(problems_of, circuit):
    """Planning would meet it only at its row; validation says it without numpy, with the values that lead there."""
    body = circuit("[rx(1/(phi - 1)) 0, {if: k > 2, do: rz(sqrt(2 - phi)) 0}]", sweep="{phi: 0..3, k: [1, 3]}")
    assert problems_of(body, validate=True) == [("E314", "1/(phi - 1)"), ("E314", "sqrt(2 - phi)")]


def test_angles_of_a_shape_are_looked_at_in_its_rows_alone(expansion_of, circuit):
    expansion = expansion_of(circuit("[{if: k > 0, do: rx(1/k) 0}]", sweep="{k: 0..2}"))
    problems = Problems()
    check_angles(expansion, problems)
    assert not len(problems)


NAMES = {"x": st.floats(-4, 4), "y": st.floats(0.5, 3), "b": st.sampled_from(["0101", "1100", "0000"])}
TEXTS = ["x + y", "2*x*y - x", "sin(x)**2 + cos(y)", "x/y + x//y + x%y", "popcount(b) + bit(b, 2)*x", "max(x, y) + floor(x)", "1.5", "n*x"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*NAMES.values()), min_size=1, max_size=12), st.sampled_from(TEXTS))
def test_a_column_is_the_same_by_numbers_and_by_numpy(rows, text):
    table = {name: list(column) for name, column in zip(NAMES, zip(*rows, strict=True), strict=True)}
    expression = parse_expression(Excerpt.of(text))
    by_numbers = column_of(expression, table, len(rows), {"n": 3.0})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expand_module, "SCALAR_ROWS", 0)
        assert column_of(expression, table, len(rows), {"n": 3.0}) == by_numbers
    assert by_numbers == [column_of(expression, {name: [v] for name, v in zip(NAMES, row, strict=True)}, 1, {"n": 3.0})[0] for row in rows]


@pytest.mark.parametrize("limit", [0, 2_000])
def test_a_column_without_a_value_names_the_row_that_has_none(monkeypatch, limit):
    monkeypatch.setattr(expand_module, "SCALAR_ROWS", limit)
    with pytest.raises(ProblemFound) as found:
        column_of(parse_expression(Excerpt.of("1/x")), {"x": [2.0, 0.0, 1.0], "y": [1.0, 2.0, 3.0]}, 3, {})
    assert "x = 0" in found.value.problem.message


@pytest.fixture(scope="module")
def replaced(points_of, circuit):
    """The rows of a circuit that uses the axes a, b and c, as a run makes them."""

    def replaced(own, by):
        return rows(points_of(circuit("[rx(a) 0, ry(b) 0, rz(c) 0]", f"runs: {{r: {{sweep: {by}}}}}\n", sweep=own, parameters="{c: 0}")))

    return replaced


ABC = [(a, b, c) for a in (1, 2) for b in (3, 4) for c in (5, 6)]
PRODUCT = "{a: [1, 2], b: [3, 4], c: [5, 6]}"


@pytest.mark.parametrize(("own", "by", "wanted"), [
    # An axis goes where the old one was, whatever stands around it.
    (PRODUCT, "{b: [7]}", [(a, 7, c) for a in (1, 2) for c in (5, 6)]),
    (PRODUCT, "{c: [8], a: [7, 9, 0]}", [(a, b, 8) for a in (7, 9, 0) for b in (3, 4)]),
    (PRODUCT, "{c: [9], b: [8], a: [7]}", [(7, 8, 9)]),
    ("{zip: {a: [1, 2], b: [3, 4]}, c: [5, 6]}", "{b: [7, 8]}", [(a, b, c) for a, b in ((1, 7), (2, 8)) for c in (5, 6)]),
    ("{zip: {a: [1, 2], b: [3, 4]}, c: [5]}", "{a: [7, 8, 9], b: [4, 5, 6]}", [(7, 4, 5), (8, 5, 5), (9, 6, 5)]),
    ("{zip: {a: [1, 2], b: [3, 4]}}", "{b: [5, 6], a: [7, 8]}", [(7, 5, 0), (8, 6, 0)]),
    ("{product: [{a: [1]}, {zip: [{b: [3, 4]}, {c: [5, 6]}]}]}", "{c: [7, 8], a: [9, 2]}", [(9, 3, 7), (9, 4, 8), (2, 3, 7), (2, 4, 8)]),
    ("{concat: [{a: [1], b: [2]}, {a: [3], b: [4, 5]}]}", "{a: [9]}", [(9, 2, 0), (9, 4, 0), (9, 5, 0)]),
    ("{concat: [{a: [1], b: [2]}, {a: [3], b: [4, 5]}]}", "{b: [7, 8], a: [9]}", [(9, 7, 0), (9, 8, 0)]),
    ("{a: 1..3, b: 1..3, only: a < b}", "{b: 2..4}", [(a, b, 0) for a in (1, 2, 3) for b in (2, 3, 4) if a < b]),
    ("{a: [1, 2], b: {linspace: [0, a, 2]}}", "{a: [6]}", [(6, 0, 0), (6, 6, 0)]),
    # What belongs together stays together, where the first of it was.
    (PRODUCT, "{zip: {a: [7, 8], b: [9, 0]}}", [(a, b, c) for a, b in ((7, 9), (8, 0)) for c in (5, 6)]),
    (PRODUCT, "{zip: {c: [7, 8], b: [9, 0]}}", [(a, c, b) for a in (1, 2) for c, b in ((7, 9), (8, 0))]),
    (PRODUCT, "{concat: [{a: [7], c: [8]}, {a: [9], c: [0]}]}", [(a, c, b) for a, c in ((7, 8), (9, 0)) for b in (3, 4)]),
    (PRODUCT, "{b: 1..2, c: 1..2, only: b <= c}", [(a, b, c) for a in (1, 2) for b, c in ((1, 1), (1, 2), (2, 2))]),
    (PRODUCT, "{c: [1, 2], a: {linspace: [0, c, c]}}", [(c, a, b) for c, a in ((1, 0), (2, 0), (2, 2)) for b in (3, 4)]),
    ("{a: [1, 2], c: [5]}", "{zip: {a: [7, 8, 9]}}", [(7, 5), (8, 5), (9, 5)]),
])  # fmt: skip
def test_a_run_replaces_the_axes_that_it_names(replaced, own, by, wanted):
    if "c: [5]}" in own and "b" not in own:
        own = own.replace("}", ", b: [0]}")
        wanted = [(*row, 0) for row in wanted]
    assert replaced(own, by) == wanted


def test_a_run_with_the_axes_of_a_circuit_is_that_circuit(replaced):
    assert replaced(PRODUCT, PRODUCT) == ABC


@pytest.mark.parametrize(("own", "by", "wrong"), [
    ("{zip: {a: [1, 2], b: [3, 4]}}", "{a: [7, 8, 9]}", ("E502", "zip")),
    ("{a: [1, 2], b: [3]}", "{a: [b]}", ("E206", "b")),
    ("{a: {bitstrings: 2}, b: [3]}", "{a: [1, 2]}", ("E313", "a")),
    ("{a: [1, 2], b: [3]}", "{a: {bitstrings: 2}}", ("E313", "a")),
    ("{a: [1, 2], b: [3]}", "{d: [3]}", ("E605", "d")),
])  # fmt: skip
def test_a_replacement_that_does_not_fit_is_refused(problems_of, circuit, own, by, wrong):
    gates = "[{if: 'bit(a, 0) == 1', do: rx(b) 0}]" if "bits" in own else "[rx(a) 0, rx(b) 0]"
    assert problems_of(circuit(gates, f"runs: {{r: {{sweep: {by}}}}}\n", sweep=own)) == [wrong]


def test_a_zip_over_several_circuits_leaves_each_with_its_own_axes(expansion_of):
    body = """
    circuits:
      f: {gates: [rx(a) 0, ry(b) 0], sweep: {a: [1], b: [2]}}
      g: {gates: [ry(b) 0], sweep: {b: [3]}}
      h: {gates: [rz(c) 0], sweep: {c: [4, 5]}}
    runs:
      r: {sweep: {zip: {a: [6, 7], b: [8, 9]}}}
    """
    found = {points.circuit.name: rows(points) for points in expansion_of(body).circuits}
    assert found == {"f": [(6, 8), (7, 9)], "g": [(8,), (9,)], "h": [(4,), (5,)]}

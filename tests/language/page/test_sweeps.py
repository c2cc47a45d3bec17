"""Sweeps: their order, their combinators, their axes, and what uses an axis."""

from __future__ import annotations

import pytest

GATES = "- rx(a) 0\n- ry(b) 1\n"
LISTS = ("zip", "product", "concat")


@pytest.fixture(scope="module")
def rows(planned, circuit):
    """The values of `a` and `b`, point by point."""

    def rows(sweep, gates=GATES, **keys):
        found = planned(circuit(gates, qubits="2", sweep=sweep), **keys).points.parameters
        return list(zip(*(found[name].tolist() for name in ("a", "b") if name in found), strict=True))

    return rows


@pytest.mark.parametrize(("sweep", "found"), [
    ("{a: [1, 2], b: [3, 4]}", [(1, 3), (1, 4), (2, 3), (2, 4)]),
    ("{zip: {a: [1, 2], b: [3, 4]}}", [(1, 3), (2, 4)]),
    ("{product: {b: [3, 4], a: [1, 2]}}", [(1, 3), (2, 3), (1, 4), (2, 4)]),
    ("{product: [{a: [1, 2]}, {b: [3, 4]}]}", [(1, 3), (1, 4), (2, 3), (2, 4)]),
    ("{concat: [{a: [1, 2], b: 0}, {zip: {a: [3, 4], b: [5, 6]}}]}", [(1, 0), (2, 0), (3, 5), (4, 6)]),
    ("{zip: [{concat: [{a: 1}, {a: 2}]}, {b: [3, 4]}]}", [(1, 3), (2, 4)]),
    ("{a: 1..3, b: 1..3, only: a*b <= 3}", [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]),
    ("{a: 1..2, b: 1..a}", [(1, 1), (2, 1), (2, 2)]),
    ("{a: ['1', \"2\"], b: 0}", [(1, 0), (2, 0)]),
    ("{a: {linspace: [0, 1, 3]}, b: 0}", [(0, 0), (0.5, 0), (1, 0)]),
    ("{a: {geomspace: [1, 4, 3]}, b: 0}", [(1, 0), (2, 0), (4, 0)]),
    ("{a: [b1, 2*b1], b: 5}", [(3, 5), (6, 5)]),
])  # fmt: skip
def test_points_come_in_the_order_of_the_file(planned, circuit, sweep, found):
    points = planned(circuit(GATES, "parameters: {b1: 3}\n" if "b1" in sweep else "", qubits="2", sweep=sweep)).points.parameters
    assert list(zip(points["a"].tolist(), points["b"].tolist(), strict=True)) == found


def test_a_sweep_is_named_or_inline(planned):
    body = (
        "sweeps: {both: {a: [1, 2]}}\ncircuits:\n  c: {gates: [rx(a) 0], sweep: both}\n  d: {gates: [ry(a) 0], sweep: {product: [both]}}\n"
    )
    assert planned(body).points.parameters["a"].tolist() == [1, 2, 1, 2]


def test_a_file_of_points_is_a_combinator(planned, circuit, tmp_path):
    (tmp_path / "p.csv").write_text("a,b\n1,01\n2,10\n")
    file = tmp_path / "t.yaml"
    file.write_text("")
    gates = "- rx(a) 0\n- {if: 'bit(b, 0) == 1', do: x 1}"
    found = planned(circuit(gates, qubits="2", sweep="{file: p.csv}"), name=str(file)).points.parameters
    assert (found["a"].tolist(), found["b"].tolist()) == ([1, 2], ["01", "10"])


def test_an_axis_needs_no_entry_and_replaces_a_default_of_its_name(planned):
    body = "parameters: {k: 9}\ncircuits: {c: {parameters: {t: 9, u: t + 1}, gates: [rx(u) 0, ry(k) 0], sweep: {t: [1, 2], k: [3, 4]}}}\n"
    found = planned(body).points.parameters
    assert [found[name].tolist() for name in ("t", "k", "u")] == [[1, 1, 2, 2], [3, 4, 3, 4], [2, 2, 3, 3]]


def test_random_values_are_fixed_by_the_seed_and_lie_in_their_bounds(rows):
    sweep = "{a: {random: {uniform: [0, 1], length: 5}}, b: {random: {integers: [2, 4], length: 2, seed: 3}}}"
    one, again, other = rows(sweep), rows(sweep), rows(sweep, seed="8")
    assert one == again
    assert [a for a, _ in one] != [a for a, _ in other]
    assert [b for _, b in one] == [b for _, b in other]
    assert all(0 <= a <= 1 and b in (2, 3, 4) for a, b in one)


def test_bit_strings_are_text_in_order(planned, circuit):
    found = planned(circuit("- {if: 'bit(s, 1) == 1', do: x 0}", qubits="1", sweep="{s: {bitstrings: 2}}"))
    assert found.points.parameters["s"].tolist() == ["00", "01", "10", "11"]


@pytest.mark.parametrize("body", [
    "circuits: {c: {gates: [rx(a) 0], sweep: {a: [1, 2]}}}\n",
    "circuits: {c: {qubits: a, gates: [h 0], sweep: {a: [1, 2]}}}\n",
    "circuits: {c: {qubits: 3, gates: [h all], measure: 0..a, sweep: {a: [1, 2]}}}\n",
    "circuits: {c: {library: ghz, qubits: a, sweep: {a: [2, 3]}}}\n",
    "circuits: {c: {library: random, qubits: 2, sweep: {depth: [2, 3], instance: 1..2}}}\n",
    "circuits: {c: {gates: [rx(b) 0], sweep: {a: [1, 2], b: 0..a}}}\n",
    "circuits: {c: {gates: [rx(b) 0], sweep: {a: [1, 2], b: 0..3, only: a == 1}}}\n",
    "circuits: {c: {gates: [rx(b) 0], sweep: {zip: {a: [1, 2], b: [3, 4]}}}}\n",
    "circuits: {c: {gates: [rx(b) 0], parameters: {b: a*2}, sweep: {a: [1, 2]}}}\n",
    "circuits: {c: {gates: [h 0], sweep: {a: [1, 2]}}}\nruns: {r: {repetitions: 100*a}}\n",
])  # fmt: skip
def test_what_uses_an_axis(told, body):
    assert told(body) == []


def test_repetitions_of_the_file_use_an_axis(told):
    assert told("circuits: {c: {gates: [h 0], sweep: {a: [1, 2]}}}\n", repetitions="100*a") == []


@pytest.mark.parametrize("body", [
    "circuits: {c: {gates: [h 0], sweep: {a: [1, 2]}}}\n", "circuits: {c: {gates: [rx(b) 0], sweep: {b: [1, 2], a: [1, 2]}}}\n",
    "circuits: {c: {gates: [h 0], sweep: {zip: {a: [1, 2]}}}}\n",
    "circuits: {c: {gates: [h 0], parameters: {b: a*2}, sweep: {a: [1, 2]}}}\n",
])  # fmt: skip
def test_an_axis_that_nothing_uses_is_an_error(told, body):
    assert ("E211", "a") in told(body)


@pytest.mark.parametrize(("sweep", "told_of"), [
    ("{zip: {a: [1, 2], b: [1]}}", ("E502", "zip")), ("{concat: [{a: 1, b: 1}, {a: 1}]}", ("E504", "concat")),
    ("{b: 0..a, a: 1..2}", ("E206", "a")), ("{a: [1, 2], b: [1], only: a > 5}", ("E506", "a > 5")), ("{a: 3..1, b: 1}", ("E503", "3..1")),
    ("{a: [], b: 1}", ("E108", "[]")), ("{a: [yes, 1], b: 1}", ("E206", "yes")), ("{a: [1, 2], product: {a: [3]}, b: 1}", ("E507", "a")),
])  # fmt: skip
def test_a_sweep_that_cannot_be_made_is_refused_at_its_place(told, circuit, sweep, told_of):
    assert told_of in told(circuit(GATES, qubits="2", sweep=sweep))


@pytest.mark.parametrize("word", ["range", "include", "exclude", "arange", "logspace"])
@pytest.mark.parametrize("place", ["{{{}: [0, 3, 4]}}", "{{a: {{{}: [0, 3, 4]}}}}"])
def test_words_of_other_languages_get_what_to_write_instead(circuit, word, place):
    from ionq_runner import api

    text = "ionq_runner: 1\nname: t\nrepetitions: 1\n" + circuit("- rx(a) 0", sweep=place.format(word))
    hints = [problem.hint for problem in api.validate(text.encode(), "t.yaml") if problem.code == "E101"]
    assert len(hints) == 1
    assert hints[0].startswith("instead, write ")

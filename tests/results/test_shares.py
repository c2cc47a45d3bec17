"""How outcomes change along a sweep: what a picture of a run shows."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.results.shares import outcome_shares


@pytest.fixture
def shares(plan_of, recorded, tmp_path):
    def shares(body, columns=60, rows=8, panels=4, failed=None, **head):
        plan = plan_of(body, **head)
        return list(outcome_shares(plan, *recorded(plan, tmp_path, failed), columns=columns, rows=rows, panels=panels))

    return shares


FLIP = "circuits: {flip: {qubits: 2, gates: [rx(pi*x) 0], sweep: {x: 0..4}}}\n"


def test_a_panel_for_each_circuit_on_each_target(shares):
    body = "circuits:\n  a: {gates: [h 0]}\n  b: {gates: [x 0]}\ntargets: {one: local, two: local}\n"
    assert [(found.circuit, found.target) for found in shares(body)] == [("a", "one"), ("a", "two"), ("b", "one"), ("b", "two")]


def test_no_more_panels_than_asked_for(shares):
    body = "circuits:\n  a: {gates: [h 0]}\n  b: {gates: [x 0]}\ntargets: {one: local, two: local}\n"
    assert len(shares(body, panels=3)) == 3


def test_shares_follow_the_sweep(shares):
    (found,) = shares(FLIP)
    assert (found.points, found.axis, found.first, found.last) == (5, "x", 0, 4)
    assert found.outcomes == ("00", "10")
    assert found.shares.tolist() == [[1, 0, 1, 0, 1], [0, 1, 0, 1, 0]]
    assert found.others.tolist() == [0, 0, 0, 0, 0]


def test_few_columns_show_evenly_spaced_points_with_both_ends(shares):
    (found,) = shares(FLIP.replace("0..4", "0..8"), columns=3)
    assert (found.points, found.first, found.last) == (9, 0, 8)
    assert found.shares.tolist() == [[1, 1, 1]]


def test_the_rest_is_summed(shares):
    (found,) = shares("circuits: {c: {qubits: 3, gates: [h all]}}\n", rows=3, repetitions="800")
    assert len(found.outcomes) == 3
    assert found.outcomes == tuple(sorted(found.outcomes))
    assert np.allclose(found.shares.sum(axis=0) + found.others, 1)
    assert 0.4 < found.others[0] < 0.8


@pytest.mark.parametrize(("sweep", "axis", "ends"), [
    ("{x: [1, 2], y: [3, 4]}", "", ("", "")), ("{x: [1, 2], y: [3]}", "x", (1, 2)), ("{x: [1], y: [3]}", "", ("", "")),
])  # fmt: skip
def test_an_axis_is_named_where_only_one_varies(shares, sweep, axis, ends):
    (found,) = shares(f"circuits: {{c: {{gates: [rx(x) 0, ry(y) 0], sweep: {sweep}}}}}\n")
    assert (found.axis, found.first, found.last) == (axis, *ends)


def test_a_text_axis_and_those_of_other_circuits(shares):
    body = """
circuits:
  a: {gates: [{if: 'bit(w, 0) == 1', do: x 0}, h 1], sweep: {w: {bitstrings: 1}}}
  b: {gates: [rx(x) 0], sweep: {x: [1, 2, 3]}}
"""
    first, second = shares(body)
    assert (first.axis, first.first, first.last) == ("w", "0", "1")
    assert (second.axis, second.first, second.last) == ("x", 1, 3)


def test_readout_errors_are_seen_on_idle_qubits(shares):
    (found,) = shares(FLIP.replace("0..4", "[0]") + "targets: {t: {backend: local, noise: {spam: 1}}}\n")
    assert found.outcomes == ("11",)


def test_points_without_a_result_have_no_share(shares, monkeypatch):
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 2)
    (found,) = shares(FLIP, failed={2: "gone"})
    assert found.shares.tolist() == [[1, 0, 0, 0, 1], [0, 1, 0, 0, 0]]
    assert found.others.tolist() == [0, 0, 0, 0, 0]


def test_a_run_without_a_result_has_no_outcomes(shares):
    (found,) = shares(FLIP, failed={1: "gone"})
    assert (found.outcomes, found.shares.shape) == ((), (0, 5))

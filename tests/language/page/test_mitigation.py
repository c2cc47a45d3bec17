"""Mitigation in a plan, budgets, and options of targets at the service."""

from __future__ import annotations

import pytest

from ionq_runner.planning.collapsing import requested

BELL = "circuits: {bell: {qubits: 2, gates: [h 0, cnot 0 1]}}\n"
SETTINGS = "mitigation: {raw: {debias: false}, averaged: {debias: true}, symmetric: {debias: true, symmetry_verification: true}}\n"


def points(plan) -> list[tuple[str, str, int]]:
    """Target, mitigation setting and execution of every point."""
    columns = plan.points.target, plan.points.mitigation, plan.points.execution
    return [(plan.targets[t], plan.mitigations[m], e) for t, m, e in zip(*(column.tolist() for column in columns), strict=True)]


def test_without_a_setting_the_request_says_that_debiasing_is_off(planned):
    plan = planned(BELL + "targets: {there: qpu.forte-1}\n")
    assert points(plan) == [("there", "", 0)]
    assert requested(plan.experiment, "there", "") == {"debias": False}


def test_symmetry_verification_is_another_execution_on_a_machine_and_nothing_on_a_simulator(planned):
    plan = planned(BELL + SETTINGS + "targets: {here: local, there: qpu.forte-1}\n", repetitions="1000")
    assert points(plan) == [("here", "", 0), ("there", "raw", 1), ("there", "averaged", 2), ("there", "symmetric", 3)]


def test_where_selects_a_point_of_a_simulator_by_any_setting_that_it_stands_for(told):
    body = BELL + SETTINGS + "targets: {here: simulator}\nobservables: {agree: {outcome: [zeros, ones]}}\n"
    expect = "expect: [{that: agree, where: {mitigation: NAME}, at_least: 0}]\n"
    for name in ("raw", "averaged", "symmetric"):
        assert told(body + expect.replace("NAME", name)) == []
    assert told(body + expect.replace("NAME", "other")) == [("E944", "other")]


@pytest.mark.parametrize(("option", "takes"), [
    ("compilation: {opt: 1, precision: 0.001}", "simulator, machine"), ("gateset: native", "machine"),
    ("gateset: qis", "simulator, machine"), ("session: abc-1", "machine"), ("api_version: v0.4", "simulator, machine"),
    ("batch: {circuits: 7}", "simulator, machine"), ("repetitions: 700", "local, simulator, machine"),
    ("noise: {model: aria-1}", "local, simulator"),
])  # fmt: skip
@pytest.mark.parametrize(("kind", "backend"), [("local", "local"), ("simulator", "simulator"), ("machine", "qpu.forte-1")])
def test_a_target_has_the_options_that_its_backend_has(told, option, takes, kind, backend):
    found = told(BELL + f"targets: {{there: {{backend: {backend}, {option}}}}}\n")
    key = option.partition(":")[0]
    if kind in takes:
        assert found == []
    else:
        assert found in ([("E613", key)], [("E615", "native")], [("E615", key)])


def test_what_is_passed_on_unchecked_is_told(told):
    body = BELL + "targets: {there: {backend: simulator, extra: {dry_run: true}}}\n"
    assert told(body) == [("W614", "extra")]

"""Mitigation settings in a plan: which make points of their own, and which of these share what is run."""

from __future__ import annotations

import pytest

FILE = """\
targets: {ideal: local, cloud: simulator, forte: qpu.forte-1, aria: {backend: qpu.aria-1, batch: {circuits: 4}}}
mitigation:
  raw: {debias: false}
  averaged: {debias: true}
  sharpened: {debias: true, sharpen: true}
  corrected: {debias: false, readout: spam}
circuits:
  spam: {qubits: 2, gates: [{if: state == 1, do: x all}], sweep: {state: [0, 1]}}
  work: {qubits: 2, gates: [h 0, cnot 0 1]}
RUNS
"""


@pytest.fixture(scope="module")
def planned(plan_of):
    def planned(runs: str = ""):
        return plan_of(FILE.replace("RUNS", runs), repetitions="1000", seed="1")

    return planned


def settings(plan, circuit: str, target: str) -> dict[str, str]:
    """The execution of each mitigation setting that has a point, at the first value of the sweep."""
    points, ids, found = plan.points, plan.execution_ids(), {}
    for row in range(len(points)):
        if (plan.circuits[points.circuit[row]], plan.targets[points.target[row]]) == (circuit, target):
            found.setdefault(plan.mitigations[points.mitigation[row]], ids[points.execution[points.first[row]]])
    return found


@pytest.mark.parametrize("target", ["ideal", "cloud"])
def test_on_a_simulator_only_a_correction_of_readout_is_a_point_of_its_own(planned, target):
    plan = planned()
    work = settings(plan, "work", target)
    assert list(work) == ["", "corrected"]
    assert len(set(work.values())) == 1, "the same shots serve both"
    assert list(settings(plan, "spam", target)) == [""], "what measures the errors is not corrected itself"


def test_on_a_machine_settings_that_differ_in_aggregation_alone_share_an_execution(planned):
    work = settings(planned(), "work", "forte")
    assert list(work) == ["raw", "averaged", "sharpened", "corrected"]
    assert work["averaged"] == work["sharpened"] != work["raw"] == work["corrected"]


def test_a_run_chooses_settings_and_may_choose_none(planned):
    runs = "runs: {a: {targets: forte, circuits: work, mitigation: averaged}, b: {targets: aria, circuits: work, mitigation: []}}"
    plan = planned(runs)
    assert list(settings(plan, "work", "forte")) == ["averaged"]
    assert list(settings(plan, "work", "aria")) == [""]


def test_debiasing_off_is_what_no_setting_means(planned):
    runs = "runs: {a: {targets: forte, circuits: work, mitigation: raw}, b: {targets: forte, circuits: work, mitigation: []}}"
    work = settings(planned(runs), "work", "forte")
    assert work["raw"] == work[""]


def test_a_point_has_the_name_of_its_setting_in_its_id(planned):
    plan = planned()
    assert len(set(plan.points.id.tolist())) == len(plan.points)


def test_an_execution_on_a_machine_has_no_seed_and_on_a_simulator_it_has(plan_of):
    body = FILE.replace("RUNS", "")
    one, other = (plan_of(body, repetitions="1000", seed=seed) for seed in ("1", "2"))
    for target, equal in (("forte", True), ("aria", True), ("ideal", False), ("cloud", False)):
        assert (settings(one, "work", target) == settings(other, "work", target)) is equal, target


def identity(plan_of, option: str, backend: str = "simulator") -> list[str]:
    """The execution of one circuit on a target with an option."""
    return plan_of(f"targets: {{a: {{backend: {backend}{option}}}}}\ncircuits: {{c: {{gates: [h 0]}}}}\n", seed="5").execution_ids()


@pytest.mark.parametrize("option", ["compilation: {opt: 1}", "extra: {dry: true}", "noise: {model: aria-1}"])
def test_options_that_may_change_results_are_part_of_what_is_run(plan_of, option):
    assert identity(plan_of, f", {option}") != identity(plan_of, "")


def test_compiling_to_the_gates_of_a_machine_is_part_of_what_is_run(plan_of):
    assert identity(plan_of, ", gateset: native", "qpu.forte-1") != identity(plan_of, "", "qpu.forte-1")


@pytest.mark.parametrize("option", ["api_version: v0.3", "batch: {circuits: 3}"])
def test_options_of_delivery_are_not(plan_of, option):
    assert identity(plan_of, f", {option}") == identity(plan_of, "")


def test_each_backend_is_another(plan_of):
    assert len({identity(plan_of, "", backend)[0] for backend in ("local", "simulator", "qpu.aria-1", "qpu.aria-2")}) == 4


def jobs_of(plan) -> list[tuple[str, int]]:
    return [(plan.groups[job.parts[0][0]].target, len(job)) for job in plan.jobs]


def test_the_service_gets_an_execution_a_job_or_a_batch_of_equally_many_repetitions(plan_of):
    body = (
        "targets: {here: local, forte: qpu.forte-1, aria: {backend: qpu.aria-1, batch: {circuits: 4}}}\n"
        "circuits: {c: {gates: [rx(x) 0], sweep: {x: {linspace: [0, 1, 10]}}}}\n"
    )
    assert jobs_of(plan_of(body)) == [("here", 10), *[("forte", 1)] * 10, ("aria", 4), ("aria", 4), ("aria", 2)]


def test_a_batch_has_one_number_of_repetitions_and_one_way_to_mitigate(plan_of):
    body = (
        "targets: {aria: {backend: qpu.aria-1, batch: {circuits: 10}}}\nmitigation: {raw: {debias: false}, averaged: {debias: true}}\n"
        "circuits: {c: {gates: [rx(x) 0], sweep: {x: [1, 2, 3], n: [600, 700]}}}\n"
    )
    plan = plan_of(body, repetitions="n")
    assert jobs_of(plan) == [("aria", 3)] * 4
    for job in plan.jobs:
        assert len({int(r) for group, rows in job.parts for r in plan.groups[group].repetitions[rows]}) == 1


def test_the_size_of_a_plan_counts_the_settings_of_machines(problems_of):
    body = "targets: {forte: qpu.forte-1}\nmitigation: {a: {debias: false}, b: {debias: true}}\n"
    many = body + "circuits: {c: {gates: [rx(x) 0], sweep: {x: {linspace: [0, 1, 60000]}}}}\n"
    assert problems_of(many, repetitions="1000")[0][0] == "E501"

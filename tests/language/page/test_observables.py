"""Observables: what is written, what it is measured in, and what makes rows without being measured."""

from __future__ import annotations

import pytest

from ionq_runner.planning.document import plan_summary

BELL = "circuits: {bell: {qubits: 2, gates: [h 0, cnot 0 1]}}\n"
DIRECT = "direct: {sum: {II: 1/4, XX: 1/4, YY: -1/4, ZZ: 1/4}}"


def bases(plan) -> list[str]:
    return [basis for row in plan_summary(plan) for basis in row["bases"]]


def test_without_observables_each_point_is_measured_once_as_it_is(planned):
    plan = planned(BELL)
    assert (len(plan.points), plan.points.settings, bases(plan)) == (1, 1, ["ZZ"])


def test_a_point_has_a_setting_for_each_basis_and_the_plan_shows_them(planned):
    plan = planned(BELL + f"observables: {{{DIRECT}}}\n")
    assert (len(plan.points), plan.points.settings, plan.executions) == (1, 3, 3)
    assert bases(plan) == ["XX", "YY", "ZZ"]


def test_repetitions_count_for_each_setting(planned):
    assert planned(BELL + f"observables: {{{DIRECT}}}\n", repetitions="70").repetitions().tolist() == [70, 70, 70]


@pytest.mark.parametrize(("word", "mapping"), [("ZZ", "{Z: [0, 1]}"), ("XY", "{X: 0, Y: 1}"), ("IX", "{X: 1}"), ("XX", "{X: all}")])
def test_a_word_has_a_letter_for_each_measured_qubit_or_is_a_mapping(planned, word, mapping):
    one, other = (planned(BELL + f"observables: {{o: {{pauli: {form}}}}}\n").execution_ids() for form in (word, mapping))
    assert one == other


@pytest.mark.parametrize(("measure", "told_of"), [("hellinger", []), ("tvd", []), ("fidelity", [("E104", "fidelity")])])
def test_all_outcomes_are_matched_in_one_of_two_ways(told, measure, told_of):
    assert told(BELL + f"observables: {{near: {{match: {measure}}}}}\n") == told_of


def test_tomography_is_read_in_every_basis_and_has_a_fidelity_and_a_purity(planned, told):
    body = BELL + "observables: {rho: {tomography: all}}\n"
    assert sorted(bases(planned(body))) == [one + other for one in "XYZ" for other in "XYZ"]
    expect = "expect: [{that: rho.fidelity, at_least: 0.9}, {that: rho.purity, at_most: 1}, {that: rho.trace, equals: 1}]\n"
    assert told(body + expect) == [("E912", "rho.trace")]


@pytest.mark.parametrize("more", [
    "observables: {E: {pauli: ZZ}}\nsummaries: {S: {sum: w*E, over: [x, w]}}\n",
    "observables: {E: {pauli: ZZ}}\nfits: {f: {y: E, x: x, model: cosine, fixed: {frequency: w}}}\n",
    "observables: {E: {sum: {ZZ: w}}}\n",
])  # fmt: skip
def test_an_axis_that_only_what_is_read_off_uses_makes_rows_and_no_executions(planned, more):
    body = "circuits: {c: {qubits: 2, gates: [rx(x) all], sweep: {x: 0..4, w: [1, 2, 3]}}}\n"
    plan = planned(body + more)
    assert (len(plan.points), plan.executions) == (15, 5)


@pytest.mark.parametrize("name", ["bell", "n", "phi", "E", "f"])
def test_observables_fits_and_summaries_share_the_space_of_circuits_parameters_and_axes(told, name):
    body = (
        "parameters: {n: 2}\ncircuits: {bell: {qubits: n, gates: [rx(phi) all], sweep: {phi: 0..4}}}\nobservables: {E: {pauli: ZZ}}\n"
        "fits: {f: {y: E, x: phi, model: line}}\n"
    )
    assert told(body) == []
    assert ("E203", name) in told(body + f"summaries: {{{name}: {{mean: E, over: phi}}}}\n")


@pytest.mark.parametrize("setting", ["sharpen: true", "aggregation: voting"])
def test_pauli_values_under_a_plurality_vote_are_told(told, setting):
    body = BELL + "observables: {o: {pauli: ZZ}, s: {outcome: zeros}}\nmitigation: {v: {debias: true, SETTING}, a: {debias: true}}\n"
    body = body.replace("SETTING", setting)
    assert told(body + "targets: {there: qpu.forte-1, here: local}\n", repetitions="1000") == [("W916", "o")]
    assert told(body + "targets: {here: simulator}\n") == []
    runs = "runs: {r: {targets: there, mitigation: a}, s: {targets: here, mitigation: v}}\n"
    assert told(body + "targets: {there: qpu.forte-1, here: local}\n" + runs, repetitions="1000") == []

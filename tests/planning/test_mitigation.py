"""Settings of a run, and circuits whose readings can be corrected."""

from __future__ import annotations

import pytest

from ionq_runner import api
from ionq_runner.planning.mitigation import selected_settings

BODY = (
    "circuits:\n"
    "  spam: {qubits: 4, gates: [{if: state == 1, do: x all}], measure: MEASURED, sweep: {state: [0, 1]}}\n"
    "  work: {library: ghz, qubits: n, sweep: {n: 2..3}}\n"
    "mitigation: {raw: {debias: false}, corrected: {readout: spam}, averaged: {debias: true}}\n"
)


@pytest.mark.parametrize(("measured", "message"), [
    ("0..3", None),
    ("[2, 1, 0]", None),
    ("[3, 1, 0]", "`work` reads qubit 2, which `spam` does not, so its readings there cannot be corrected"),
    ("3", "`work` reads qubits 0, 1 and 2, which `spam` does not, so its readings there cannot be corrected"),
])  # fmt: skip
def test_every_qubit_that_is_corrected_is_read_by_the_correcting_circuit(problems_of, measured, message):
    found = problems_of(BODY.replace("MEASURED", measured), validate=True, messages=True)
    assert found == ([] if message is None else [("E631", "spam", message)])


def test_what_a_run_does_not_correct_need_not_be_read(problems_of):
    body = BODY.replace("MEASURED", "0..1")
    assert problems_of(body + "runs: {a: {mitigation: [raw, averaged]}, b: {circuits: spam}, c: {mitigation: []}}\n", validate=True) == []


def test_the_readings_of_a_circuit_are_those_of_all_its_points(problems_of):
    swept = BODY.replace("MEASURED", "0..k").replace("sweep: {state", "sweep: {k: 1..2, state")
    assert problems_of(swept, validate=True) == []


@pytest.mark.parametrize(("gates", "message"), [
    ("{if: state == 1, do: x all}", None),
    ("[{if: state == 1, do: [x 0, cnot 0 1, swap 1 2, ccx 0 2 1]}, rz(state) all, z all]", None),
    ("[{if: state == 1, do: h all}]", None),
    ("rx(pi*state) all", None),
    ("x all", "`spam` prepares qubits 0, 1 and 2 only as 1, so how often a 0 is read wrongly stays unknown"),
    ("{if: state == 1, do: x 0..1}", "`spam` prepares qubit 2 only as 0, so how often a 1 is read wrongly stays unknown"),
    ("[{if: state == 1, do: y 0}, cnot 0 1]", "`spam` prepares qubit 2 only as 0, so how often a 1 is read wrongly stays unknown"),
])  # fmt: skip
def test_every_qubit_that_is_corrected_is_prepared_in_both_values(problems_of, gates, message):
    body = BODY.replace("MEASURED", "all").replace("[{if: state == 1, do: x all}]", gates)
    body = body if "state" in gates else body.replace(", sweep: {state: [0, 1]}", "")
    found = problems_of(body, validate=True, messages=True)
    assert found == ([] if message is None else [("E634", "spam", message)])


@pytest.mark.parametrize(("run", "settings"), [
    ("{}", ["raw", "corrected", "averaged"]),
    ("{mitigation: []}", []),
    ("{mitigation: [averaged, raw]}", ["raw", "averaged"]),
])  # fmt: skip
def test_the_settings_of_a_run_are_in_the_order_of_the_file(file_of, run, settings):
    experiment = api.load(file_of(BODY.replace("MEASURED", "all") + f"runs: {{r: {run}}}\n"), "t.yaml").experiment
    assert [setting.name for setting in selected_settings(experiment, experiment.runs["r"])] == settings


def test_a_correction_that_is_not_selected_is_told(problems_of):
    body = BODY.replace("MEASURED", "all") + "runs: {r: {}, s: {circuits: work, mitigation: raw}}\n"
    told = [("E623", "r")]
    assert problems_of(body, validate=True, only=("circuit=work",)) == told
    assert problems_of(body, validate=True, only=("circuit=work", "mitigation=raw")) == []
    assert problems_of(body, validate=True, only=("circuit=work", "run=s")) == []
    assert problems_of(body.partition("runs")[0], validate=True, only=("circuit=work",)) == [("E623", "corrected")]

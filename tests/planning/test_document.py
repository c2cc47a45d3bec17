"""`plan.json`: its schema, what it counts, and what its digest stands for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from ionq_runner import api
from ionq_runner.planning.document import plan_document, plan_summary
from ionq_runner.planning.schema import plan_schema

ROOT = Path(__file__).parents[2]
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.yaml"))


def document_of(file: Path, **options) -> dict:
    asked = api.Options(**options)
    return json.loads(json.dumps(plan_document(api.plan(file.read_bytes(), file.name, asked), asked.document())))


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_the_plan_of_every_experiment_has_the_published_form(file):
    document = document_of(file)
    published = json.loads((ROOT / "schemas" / "plan.schema.json").read_text())
    Draft7Validator.check_schema(published)
    assert list(Draft7Validator(published).iter_errors(document)) == []
    assert list(document) == [key for key in published["properties"] if key != "facts"]


def test_the_published_schema_is_the_one_in_the_code():
    assert json.loads((ROOT / "schemas" / "plan.schema.json").read_text()) == plan_schema()


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_its_sums_are_those_of_its_rows(file):
    document = document_of(file)
    for key in ("points", "executions"):
        assert document[key] == sum(row[key] for row in document["circuits"])
    assert document["executions"] == sum(job["executions"] for job in document["jobs"])
    assert [job["number"] for job in document["jobs"]] == list(range(1, len(document["jobs"]) + 1))


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_a_plan_has_a_digest_that_the_file_and_its_seed_fix(file):
    first, again = document_of(file), document_of(file)
    assert first == again
    text = file.read_text()
    assert f"seed: {first['seed']}\n" in text
    other = api.plan(text.replace(f"seed: {first['seed']}\n", "seed: 99\n").encode(), file.name)
    assert other.digest != first["digest"]


def test_a_row_for_each_circuit_on_each_target(plan_of):
    body = """
circuits:
  ghz:
    qubits: n
    gates: [h 0, {for: q in 0..n-2, do: cnot q q+1}, ccx 0 1 2]
    sweep: {n: 3..4}
  one: {gates: [rx(0.1) 0]}
targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}, repetitions: 20}}
runs: {r: {replicates: 2}, s: {circuits: one, targets: noisy, repetitions: 50}}
"""
    rows = list(plan_summary(plan_of(body)))
    assert [(row["circuit"], row["target"], row["points"], row["executions"], row["shapes"]) for row in rows] == [
        ("ghz", "ideal", 4, 4, 2), ("ghz", "noisy", 4, 4, 2), ("one", "ideal", 2, 2, 1), ("one", "noisy", 3, 3, 1),
    ]  # fmt: skip
    assert [row["qubits"] for row in rows] == [[3, 4], [3, 4], [1], [1]]
    assert [row["gates_before"] for row in rows] == [[4, 5], [4, 5], [1], [1]]
    assert [row["repetitions"] for row in rows] == [[100], [20], [100], [20, 50]]
    assert [row["method"] for row in rows] == ["state vector", "exact noise", "state vector", "exact noise"]
    assert all(row["two_qubit_gates"][0] >= 2 + 6 for row in rows[:2]), "a gate on three qubits is decomposed before it is counted"


def test_runs_and_options_are_told(plan_of, circuit):
    plan = plan_of(circuit("[h 0]", "runs: {a: {order: random}, b: {}}\n"))
    options = api.Options(set=("n=1",), only=("run=a",), max_points=5, strict=True, set_file=Path("/somewhere/anna.values.yaml")).document()
    document = plan_document(plan, options)
    assert document["runs"] == [
        {"run": "a", "order": "random", "after": None},
        {"run": "b", "order": "as_written", "after": None},
    ]
    asked = {"set": ["n=1"], "set_file": "anna.values.yaml", "only": ["run=a"], "max_points": 5, "strict": True}
    assert document["options"] == {**asked, "allow_python": False}
    assert document["estimates"] == {"cost": 0, "cost_unit": "usd"}


SERVICE = """\
targets: {ideal: local, forte: qpu.forte-1}
mitigation: {averaged: {debias: true}, raw: {debias: false}}
budget: {cost_usd: 250, jobs: n*2}
parameters: {n: 100}
circuits: {c: {gates: [h 0]}}
runs: {first: {targets: ideal}, paid: {targets: forte, after: first}}
"""


def test_what_is_asked_of_the_service_is_told(plan_of):
    document = plan_document(plan_of(SERVICE, repetitions="1000"), {})
    assert document["collapsed"] == [{"target": "ideal", "mitigation": ["averaged", "raw"]}]
    assert document["budget"] == {"cost_usd": 250.0, "jobs": 200.0}
    assert document["runs"][1]["after"] == "first"
    assert (document["service_jobs"], document["estimates"]["cost"]) == (2, None)
    assert [(row["target"], row["mitigation"], row["method"]) for row in document["circuits"]] == [
        ("ideal", [], "state vector"),
        ("forte", ["averaged", "raw"], "qpu.forte-1"),
    ]

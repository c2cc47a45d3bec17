"""`plan`: what a run would do, for people and for programs; nothing is run, and nothing is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.yaml"))
SCHEMA = Draft7Validator(json.loads((ROOT / "schemas" / "plan.schema.json").read_text()))
SWEPT = """\
ionq_runner: 1
name: swept
parameters: {turns: 1}
targets:
  ideal: local
  noisy: {backend: local, noise: {two_qubit: 0.01}}
circuits:
  pair: {qubits: 2, gates: [h 0, cnot 0 1, rz(turns*phi) all], sweep: {phi: [0, 1, 2]}}
  single: {qubits: 1, gates: [h 0]}
runs:
  many: {circuits: [pair], replicates: 2, repetitions: 2000}
  few: {circuits: [single], targets: [ideal]}
repetitions: 50
seed: 5
"""


@pytest.fixture
def swept(tmp_path):
    """A file with runs, targets and a parameter."""
    (tmp_path / "swept.yaml").write_text(SWEPT)
    return "swept.yaml"


def document(done):
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


def test_a_plan_in_words(call, swept):
    done = call("plan", swept)
    assert (done.code, done.err) == (0, "")
    head, _, table, _, foot = done.out.partition("\n\n")[0], "", *done.out.partition("\n\n")[2].partition("\n\n")
    assert head == "swept: 13 points, 13 executions, 24,050 measurements, 1 job"
    assert table == (
        "circuit  target  points  executions  qubits  gates  1-qubit  2-qubit  repetitions  method\n"
        "pair     ideal        6           6       2      4        3        1        2,000  state vector\n"
        "pair     noisy        6           6       2      4        3        1        2,000  exact noise\n"
        "single   ideal        1           1       1      1        1        0           50  state vector"
    )
    digest = document(call("plan", swept, "--format", "json"))["digest"]
    assert foot == (
        f"gates: as written; 1-qubit and 2-qubit: after decomposition into gates that IonQ takes\nseed 5, cost 0 usd, plan {digest[:12]}\n"
    )


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_every_plan_has_the_published_form(call, file):
    plan = document(call("plan", file, "--format", "json"))
    assert [error.message for error in SCHEMA.iter_errors(plan)] == []
    assert sum(row["points"] for row in plan["circuits"]) == plan["points"]
    assert sum(job["executions"] for job in plan["jobs"]) == plan["executions"]


def test_nothing_is_written(call, swept, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    for form in ("text", "json", "markdown"):
        call("plan", swept, "--format", form)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_same_file_and_seed_give_the_same_plan(call, swept):
    assert call("plan", swept, "--format", "json", fresh=True) == call("plan", swept, "--format", "json")


def test_without_a_seed_every_plan_has_its_own(call, swept, tmp_path):
    (tmp_path / swept).write_text(SWEPT.replace("seed: 5\n", ""))
    first, second = (document(call("plan", swept, "--format", "json")) for _ in range(2))
    assert first["seed"] != second["seed"]


@pytest.mark.parametrize(("arguments", "change"), [
    (["--set", "turns=2"], {"set": ["turns=2"]}),
    (["--only", "run=many"], {"only": ["run=many"]}),
    (["--only", "target=ideal", "--only", "circuit=pair"], {"only": ["target=ideal", "circuit=pair"]}),
    (["--max-points", "500"], {"max_points": 500}),
    (["--allow-python"], {"allow_python": True}),
    (["--strict"], {"strict": True}),
    (["--set-file", "values.yaml"], {"set_file": "values.yaml"}),
])  # fmt: skip
def test_what_was_asked_for_is_part_of_the_plan(call, swept, tmp_path, arguments, change):
    (tmp_path / "values.yaml").write_text("protocol: swept.yaml\nrepetitions: 7\n")
    plan = document(call("plan", swept, "--format", "json", *arguments))
    assert (
        plan["options"] == {"set": [], "set_file": None, "only": [], "max_points": 100_000, "strict": False, "allow_python": False} | change
    )


@pytest.mark.parametrize(("arguments", "points"), [
    ([], 13),
    (["--only", "run=many"], 12),
    (["--only", "run=few"], 1),
    (["--only", "target=ideal"], 7),
    (["--only", "circuit=pair", "--only", "target=noisy"], 6),
])  # fmt: skip
def test_a_part_can_be_chosen(call, swept, arguments, points):
    assert document(call("plan", swept, "--format", "json", *arguments))["points"] == points


@pytest.mark.parametrize(("arguments", "words"), [
    (["--set", "turn=2"], "the file has no parameter `turn`"),
    (["--only", "run=mayn"], "did you mean `many`?"),
    (["--max-points", "5"], "13"),
])  # fmt: skip
def test_what_cannot_be_planned_is_refused(call, swept, arguments, words):
    done = call("plan", swept, *arguments)
    assert (done.code, done.out, words in done.err) == (1, "", True), done.err


def test_a_circuit_that_is_too_large_for_this_computer_is_refused(call, tmp_path):
    (tmp_path / "large.yaml").write_text("ionq_runner: 1\nname: x\ncircuits: {x: {qubits: 48, gates: h all}}\nrepetitions: 1\n")
    done = call("plan", "large.yaml")
    assert (done.code, done.out) == (1, "")
    assert "simulating 48 qubits of `x` takes" in done.err


def test_standard_input_can_be_planned(call, swept):
    assert call("plan", "-", stdin=SWEPT.encode()).out == call("plan", swept).out


def test_a_plan_as_the_summary_of_a_pull_request(call, swept):
    done = call("plan", swept, "--format", "markdown")
    plan = document(call("plan", swept, "--format", "json"))
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "### `swept`\n"
        "\n"
        "13 points, 13 executions, 24,050 measurements, 1 job. **Cost: 0 usd**\n"
        "\n"
        "| circuit | target | points | executions | qubits | gates | 1-qubit | 2-qubit | repetitions | method |\n"
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --- |\n"
        "| `pair` | `ideal` | 6 | 6 | 2 | 4 | 3 | 1 | 2,000 | state vector |\n"
        "| `pair` | `noisy` | 6 | 6 | 2 | 4 | 3 | 1 | 2,000 | exact noise |\n"
        "| `single` | `ideal` | 1 | 1 | 1 | 1 | 1 | 0 | 50 | state vector |\n"
        "\n"
        "Gates: as written; 1-qubit and 2-qubit: after decomposition into gates that IonQ takes. "
        f"Seed 5, plan `{plan['digest'][:12]}`.\n"
        "\n"
    )


def test_in_a_summary_no_name_is_more_than_a_name(call, tmp_path):
    evil = "<img src=x> @team [a](b) | `x` #1 www.example.com"
    (tmp_path / "evil.yaml").write_text(f"ionq_runner: 1\nname: '{evil}'\ncircuits: {{x: {{qubits: 1, gates: h 0}}}}\nrepetitions: 1\n")
    done = call("plan", "evil.yaml", "--format", "markdown")
    assert (done.code, done.err) == (0, "")
    heading, *rest = [token for token in MarkdownIt("gfm-like", {"linkify": False}).parse(done.out) if token.type == "inline"]
    assert [(child.type, child.content) for child in heading.children] == [("code_inline", evil)]
    assert [token.type for token in rest[0].children] == ["text", "strong_open", "text", "strong_close", "text"]
    assert "team" not in "".join(token.content for token in rest)


def test_in_a_summary_the_problems_of_a_file_stand_too(call, tmp_path, swept):
    (tmp_path / "broken.yaml").write_text(SWEPT.replace("h 0", "hh 0"))
    done = call("plan", "broken.yaml", "--format", "markdown")
    shown = call("plan", "broken.yaml")
    assert (done.code, shown.code, done.err) == (1, 1, shown.err)
    assert done.out.startswith("### `broken.yaml`: 2 errors\n\n```text\nbroken.yaml:8:")
    (tmp_path / "warned.yaml").write_text(SWEPT.replace("{turns: 1}", "{turns: 1, more: 2}"))
    done = call("plan", "warned.yaml", "--format", "markdown")
    assert (done.code, done.err) == (0, "")
    assert re.findall("^### .*", done.out, re.MULTILINE) == ["### `warned.yaml`: 1 warning", "### `swept`"]


SERVICE = """\
ionq_runner: 1
name: service
targets: {ideal: local, forte: qpu.forte-1}
mitigation: {averaged: {debias: true}, raw: {debias: false}}
budget: {cost_usd: 250, jobs: 200}
circuits: {c: {gates: [h 0]}}
runs: {first: {targets: ideal}, _paid_: {targets: forte, after: first}}
repetitions: 1000
seed: 1
"""


@pytest.fixture
def service(tmp_path):
    (tmp_path / "service.yaml").write_text(SERVICE)
    return "service.yaml"


def test_what_collapses_waits_or_goes_to_the_service_is_said(call, service):
    head = call("plan", service).out.partition("\n\n")[0].splitlines()
    assert head == [
        "service: 3 points, 3 executions, 3,000 measurements, 3 jobs",
        "on ideal, a simulator, averaged, raw change nothing: no points of their own",
        "_paid_ waits until what is expected of first is met",
        "2 jobs for the service, to which this version sends nothing yet",
        "budget: 250 USD, 200 jobs",
    ]
    assert "cost unknown" in call("plan", service).out


def test_names_in_the_remarks_of_a_summary_stand_in_code(call, service):
    page = MarkdownIt("commonmark").enable("table").render(call("plan", service, "--format", "markdown").out)
    assert "<li><code>_paid_</code> waits until what is expected of <code>first</code> is met</li>" in page
    assert "<em>" not in page


def test_what_the_service_would_run_is_refused_by_run_and_nothing_is_written(call, service, tmp_path):
    done = call("run", service)
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.err.splitlines() if "error" in line and line.startswith(service)] == ["error[E105]"] * 2
    assert not (tmp_path / "runs").exists()
    assert call("run", service, "--only", "run=first", "-q").code == 0

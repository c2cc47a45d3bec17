"""docs/ci.md: the workflow and the hook that it shows are what they say, and their commands do what it says of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GOOD = (ROOT / "experiments" / "bell-parity.yaml").read_text(encoding="utf-8")


def shown(kind):
    """What a block of the page holds."""
    (text,) = re.findall(rf"^```yaml {kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(text)


def commands():
    """The steps of the workflow, and of code scanning, that call the program."""
    steps = [*shown("workflow")["jobs"]["validate"]["steps"], *shown("steps")]
    return {step["name"]: step["run"] for step in steps if "ionq-runner " in step.get("run", "") and "pip" not in step["run"]}


@pytest.fixture
def step(tmp_path):
    """`step(name)`: a step of the workflow in a repository with a good experiment, as GitHub runs it."""
    command = tmp_path / "bin" / "ionq-runner"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ionq_runner "$@"\n')
    command.chmod(0o755)
    repository = tmp_path / "repository"
    (repository / "experiments").mkdir(parents=True)
    (repository / "experiments" / "good.yaml").write_text(GOOD)

    def run(name):
        env = {
            **os.environ,
            "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }
        script = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", commands()[name]]
        return subprocess.run(script, cwd=repository, env=env, capture_output=True, text=True, check=False, timeout=120)

    run.repository, run.summary = repository, tmp_path / "summary.md"
    return run


def break_one(step):
    (step.repository / "experiments" / "broken.yaml").write_text(GOOD.replace("cnot 0 1", "cnott 0 1"))


def test_the_workflow_has_the_form_of_one():
    workflow = shown("workflow")
    assert set(workflow) == {"name", True, "permissions", "jobs"}  # YAML 1.1 takes `on` for a truth
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert set(job) == {"runs-on", "steps"}
    assert all(("uses" in step) != ("run" in step) and set(step) <= {"name", "uses", "run", "with", "if"} for step in job["steps"])
    assert len(commands()) == 3


def test_good_files_pass_and_are_summed_up(step):
    done = step("Show problems at their lines")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = step("Show what would be run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert step.summary.read_text().startswith("### `bell-parity`\n\n50 points, ")


def test_a_broken_file_fails_the_check_at_its_line_and_the_summary_shows_both(step):
    break_one(step)
    done = step("Show problems at their lines")
    line = GOOD[: GOOD.index("cnot 0 1")].count("\n") + 1
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file=experiments/broken.yaml,line={line},col=9,endLine={line},endColumn=13,title=E401 ")
    assert step("Show what would be run").returncode == 0
    assert re.findall("^### .*", step.summary.read_text(), re.MULTILINE) == ["### `experiments/broken.yaml`: 1 error", "### `bell-parity`"]


def test_code_scanning_gets_a_log(step):
    break_one(step)
    assert step("Find problems").returncode == 0
    log = yaml.safe_load((step.repository / "problems.sarif").read_text())
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["E401"]


def test_the_hook_that_the_page_names_is_there():
    (repository,) = shown("pre-commit")["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]
    (hook,) = HOOKS
    assert set(hook) == {"id", "name", "description", "entry", "language", "files", "exclude"}
    assert hook["language"] == "python"


@pytest.mark.parametrize(("path", "taken"), [
    ("experiments/bell.yaml", True),
    ("lab/experiments/deep/bell.yml", True),
    ("experiments/anna.values.yaml", False),
    ("experiments/experiment.schema.json", False),
    ("docs/bell.yaml", False),
    ("old-experiments/bell.yaml", False),
])  # fmt: skip
def test_the_hook_takes_experiments_and_nothing_else(path, taken):
    (hook,) = HOOKS
    assert bool(re.search(hook["files"], path) and not re.search(hook["exclude"], path)) == taken


@pytest.mark.parametrize("arguments", [[], ["--strict"]], ids=["plain", "strict"])
def test_the_hook_says_nothing_of_good_files_and_refuses_broken_ones(step, arguments):
    (hook,) = HOOKS
    program, *given = hook["entry"].split()
    assert program == "ionq-runner"
    call = [sys.executable, "-m", "ionq_runner", *given, *arguments, "experiments/good.yaml"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(call, cwd=step.repository, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    break_one(step)
    done = subprocess.run([*call, "experiments/broken.yaml"], cwd=step.repository, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.partition(":")[0]) == (1, "experiments/broken.yaml")

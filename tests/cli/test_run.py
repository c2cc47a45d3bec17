"""`run`: tables in a folder of their own, and what a person and a program are told of them."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]
PERSON = 5
FILES = [
    "counts.csv", "datapackage.json", "experiment.yaml", "jobs.csv", "ledger.sqlite", "lock", "manifest.json", "plan.json", "points.csv",
    "responses/job-000001.npz",
]  # fmt: skip
AS_NOBODY = "import os\nif os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"


def only(folder, pattern):
    (found,) = folder.glob(pattern)
    return found


def files(run):
    return sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file())


def tables(run):
    return {name: (run / name).read_bytes() for name in ("counts.csv", "points.csv", "jobs.csv", "datapackage.json")}


def manifest(run):
    return json.loads((run / "manifest.json").read_text())


def test_a_run_leaves_its_folder_and_shows_what_came_out(call, tmp_path):
    done = call("run", "good.yaml")
    run = only(tmp_path, "runs/pair/*")
    assert done.code == 0
    assert re.fullmatch(
        r"circuit  target  points  repetitions  method\n"
        r"pair     local        3          100  state vector\n"
        r"\n"
        r"pair on local, share of each outcome for phi from 0 to 3\.142\n"
        r"(  [01]{2}  \|[ ▁▂▃▄▅▆▇█]{3}\|  0\.\d\d\.\.0\.\d\d\n){4}"
        r"\n"
        rf"tables in runs/pair/{run.name}: counts\.csv, points\.csv, jobs\.csv, datapackage\.json\n"
        r"manifest sha256 [0-9a-f]{16}\n",
        done.out,
    ), done.out
    assert re.fullmatch(rf"pair: 3 points, 3 executions in runs/pair/{run.name}\nrunning: 3 of 3 \([\d,]+/s\)\n", done.err), done.err
    assert files(run) == FILES
    assert (run / "experiment.yaml").read_bytes() == (tmp_path / "good.yaml").read_bytes()
    assert (tmp_path / "runs" / "latest").read_text() == f"pair/{run.name}\n"
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["latest", "pair"]


def test_a_single_point_is_shown_as_bars(call, tmp_path):
    (tmp_path / "one.yaml").write_text("ionq_runner: 1\nname: one\ncircuits: {one: {qubits: 2, gates: [x 0]}}\nrepetitions: 8\nseed: 1\n")
    shown = call("run", "one.yaml").out
    assert f"one on local, share of each outcome\n  10  {'█' * 40}  1.000\n" in shown
    plain = call("run", "one.yaml", env={"PYTHONIOENCODING": "ascii"}, fresh=True).out
    assert f"  10  {'@' * 40}  1.000\n" in plain


def test_a_picture_names_every_basis_that_it_shows(call, tmp_path):
    text = "ionq_runner: 1\nname: q\ncircuits: {q: {qubits: 3, gates: [h 0], sweep: {w: 0..2}}}\nobservables: {x: {sum: [X w]}}\n"
    (tmp_path / "q.yaml").write_text(text + "repetitions: 8\nseed: 1\n")
    assert "q on local, share of each outcome in the bases XZZ, ZXZ, ZZX for w from 0 to 2\n" in call("run", "q.yaml").out


def test_of_many_outcomes_and_circuits_the_most_frequent_and_the_first_are_shown(call, tmp_path):
    circuits = "".join(f"  c{number}: {{qubits: 30, gates: [h 0..4], sweep: {{n: [1, 2]}}}}\n" for number in range(8))
    text = f"ionq_runner: 1\nname: many\ncircuits:\n{circuits}repetitions: 2000\nseed: 1\n".replace("[h 0..4]", "[h 0..4, rx(n) 29]")
    (tmp_path / "many.yaml").write_text(text)
    shown = call("run", "many.yaml").out
    panels = shown.split("\n\n")[1:-1]
    assert [panel.split()[0] for panel in panels] == ["c0", "c1", "c2", "c3", "c4", "c5", "..."]
    assert panels[-1].startswith("... and 2 more; all of them are in counts.csv")
    for panel in panels[:-1]:
        lines = panel.splitlines()
        assert len(lines) == 1 + 8 + 1
        assert lines[-1].split()[0] == "others"
        assert all(re.match(r"  [01]{21}\.\.\.  \|", line) for line in lines[1:-1])


def test_a_quiet_run_prints_its_folder_and_nothing_else(call, tmp_path):
    done = call("run", "-q", "good.yaml")
    assert (done.code, done.out, done.err) == (0, f"runs/pair/{only(tmp_path, 'runs/pair/*').name}\n", "")


def test_what_is_written_has_the_published_form(call, tmp_path):
    call("run", "good.yaml")
    run = only(tmp_path, "runs/pair/*")
    for name in ("plan", "manifest"):
        schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
        assert [error.message for error in Draft7Validator(schema).iter_errors(json.loads((run / f"{name}.json").read_text()))] == []


def test_two_runs_have_equal_tables_and_folders_of_their_own(call, tmp_path):
    for _ in range(2):
        call("run", "good.yaml", fresh=True)
    first, second = tmp_path.glob("runs/pair/*")
    assert tables(first) == tables(second)


def test_without_a_seed_a_run_draws_its_own_and_keeps_it(call, tmp_path):
    text = (tmp_path / "good.yaml").read_text().replace("seed: 5\n", "")
    (tmp_path / "free.yaml").write_text(text)
    for _ in range(2):
        call("run", "free.yaml")
    first, second = tmp_path.glob("runs/pair/*")
    assert tables(first) != tables(second)
    (tmp_path / "fixed.yaml").write_text(f"{text}seed: {manifest(first)['seed']}\n")
    again = call("run", "-q", "fixed.yaml").out.strip()
    assert tables(tmp_path / again) == tables(first)


@pytest.mark.parametrize("out", ["elsewhere", "new/deep", "with space", "-dash", "é"])
def test_the_folder_of_runs_can_be_chosen(call, tmp_path, out):
    done = call("run", "-q", "good.yaml", f"--out={out}")
    assert done.code == 0
    assert files(tmp_path / done.out.strip()) == FILES
    assert call("verify", f"--out={out}").code == 0


def test_what_was_asked_for_is_recorded(call, tmp_path):
    (tmp_path / "values.yaml").write_text("protocol: good.yaml\nrepetitions: 30\nby: Ann\n")
    done = call("run", "-q", "good.yaml", "--set-file", "values.yaml", "--only", "circuit=pair", "--max-points", "9")
    run = tmp_path / done.out.strip()
    options = {"set": [], "set_file": "values.yaml", "only": ["circuit=pair"], "max_points": 9, "strict": False, "allow_python": False}
    assert (manifest(run)["options"], manifest(run)["repetitions"]) == (options, 90)
    assert (run / "inputs" / "values.yaml").read_bytes() == (tmp_path / "values.yaml").read_bytes()
    assert [entry["path"] for entry in manifest(run)["inputs"]] == ["experiment.yaml", "inputs/values.yaml"]
    assert json.loads((run / "plan.json").read_text())["options"] == options
    assert call("verify").code == 0
    assert call("resume").code == 0


def test_a_parameter_can_be_set(call, tmp_path):
    text = (tmp_path / "good.yaml").read_text().replace("circuits:", "parameters: {n: 1}\ncircuits:").replace("rz(phi)", "rz(n*phi)")
    (tmp_path / "turned.yaml").write_text(text)
    plain, turned = (tmp_path / call("run", "-q", "turned.yaml", *more).out.strip() for more in ([], ["--set", "n=2"]))
    assert tables(plain)["counts.csv"] != tables(turned)["counts.csv"]
    assert manifest(turned)["options"]["set"] == ["n=2"]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["missing.yaml"], 2, "missing.yaml cannot be read: No such file or directory"),
    (["."], 2, ". is a folder; name a file in it"),
    (["-"], 2, "a run records the file it was made from; write it to a file and name that"),
    (["/dev/null"], 2, "/dev/null is not a regular file"),
    (["good.yaml", "--set-file", "missing.yaml"], 2, "missing.yaml cannot be read"),
    (["good.yaml", "--set", "n=2"], 1, "the file has no parameter `n`"),
    (["good.yaml", "--max-points", "2"], 1, "3"),
    (["good.yaml", "--only", "target=aria"], 1, "aria"),
    (["empty.yaml"], 1, "empty.yaml:1:1: error"),
    (["large.yaml"], 1, "error"),
])  # fmt: skip
def test_what_cannot_be_run_is_refused_and_leaves_nothing(call, tmp_path, arguments, code, words):
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "large.yaml").write_bytes(b"# " + bytes(3) + b"x" * 3_000_000)
    done = call("run", *arguments)
    assert (done.code, done.out, words in done.err) == (code, "", True), done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("in_the_way", ["runs", "runs/pair"])
def test_a_file_in_the_way_of_the_folder_is_named(call, tmp_path, in_the_way):
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).write_text("mine")
    done = call("run", "good.yaml")
    assert (done.code, done.out) == (PERSON, "")
    assert re.fullmatch(r"ionq-runner: runs/pair (cannot be a folder|is a file).*; choose another `--out`\n", done.err), done.err
    assert (tmp_path / in_the_way).read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_named(call, tmp_path):
    tmp_path.chmod(0o755)
    done = call("run", "good.yaml", before=AS_NOBODY if tmp_path.stat().st_uid == 0 else f"import os; os.chmod({str(tmp_path)!r}, 0o555)\n")
    tmp_path.chmod(0o755)
    assert (done.code, done.out, done.err) == (
        PERSON, "", "ionq-runner: runs/pair cannot be written (Permission denied); choose another `--out`\n",
    )  # fmt: skip


def test_an_experiment_that_is_called_latest_is_run_like_others(call, tmp_path):
    (tmp_path / "latest.yaml").write_text((tmp_path / "good.yaml").read_text().replace("name: pair", "name: latest"))
    for _ in range(2):
        assert call("run", "latest.yaml").code == 0
    assert call("verify").code == 0


@pytest.mark.parametrize("name", ["'../../../tmp/x'", "'/etc'", '"a\\u0000b"', '"\\x1b[2J"', "'x y'", '""', "量子", "'" + "n" * 300 + "'"])
def test_no_name_leads_out_of_the_folder_of_runs(call, tmp_path, name):
    (tmp_path / "named.yaml").write_text((tmp_path / "good.yaml").read_text().replace("name: pair", f"name: {name}"), encoding="utf-8")
    done = call("run", "named.yaml")
    assert "Traceback" not in done.err
    assert "\x1b" not in done.out + done.err
    assert done.code in (0, 1), done.err
    assert len(list(tmp_path.glob("runs/*/*/manifest.json"))) == (done.code == 0)


FAILING = """
import ionq_runner.planning.jobs as jobs
from ionq_runner.execution.targets import local
jobs.MAX_EXECUTIONS = 1
original = local.simulate
def simulate(block, series):
    if block.columns["phi"][0] > 3:
        raise MemoryError("Unable to allocate 4.00 GiB")
    return original(block, series)
local.simulate = simulate
"""


def test_a_job_that_fails_is_a_row_with_its_reason_and_exit_code_one(call, tmp_path):
    done = call("run", "good.yaml", before=FAILING)
    run = only(tmp_path, "runs/pair/*")
    assert done.code == 1
    assert done.err.endswith("1 execution failed: see the column `error` of points.csv\n")
    rows = [line.split(",") for line in (run / "points.csv").read_text().splitlines()]
    status, error = rows[0].index("status"), rows[0].index("error")
    assert [(row[status], row[error]) for row in rows[1:]] == [
        ("done", ""), ("done", ""), ("failed", "MemoryError: Unable to allocate 4.00 GiB"),
    ]  # fmt: skip
    assert manifest(run)["status"] == "failed"
    assert call("verify").code == 0
    again = call("resume", before=FAILING)
    assert (again.code, "1 execution failed" in again.err) == (1, True)
    quiet = call("run", "-q", "good.yaml", before=FAILING)
    assert (quiet.code, quiet.err, quiet.out.count("\n")) == (1, "", 1)


def test_many_runs_can_begin_at_once(call, shell, tmp_path):
    done = shell("for i in 1 2 3 4; do ionq-runner run -q good.yaml & done; wait")
    assert done.stderr == ""
    runs = done.stdout.split()
    assert len(set(runs)) == 4
    assert len({tuple(tables(tmp_path / run).items()) for run in runs}) == 1
    assert call("verify").code == 0


def test_the_git_commit_is_recorded(call, shell, tmp_path):
    if shell("git init -q . && git add good.yaml && git -c user.name=a -c user.email=a@b commit -q -m one").returncode:
        pytest.skip("git is not here")
    clean = manifest(tmp_path / call("run", "-q", "good.yaml").out.strip())["git"]
    assert (clean["clean"], clean["file"]) == (True, "good.yaml")
    assert clean["commit"] == shell("git rev-parse HEAD").stdout.strip()
    with open(tmp_path / "good.yaml", "a") as file:
        file.write("# changed\n")
    assert manifest(tmp_path / call("run", "-q", "good.yaml").out.strip())["git"]["clean"] is False


QASM = """\
ionq_runner: 1
name: read
circuits:
  fringe:
    qasm: {file: circuits/fringe.qasm}
    sweep: {phi: {linspace: [0, pi, 5]}}
repetitions: 100
seed: 2
"""
FRINGE = 'OPENQASM 3.0;\ninclude "stdgates.inc";\ninput angle phi;\nqubit q;\nbit c;\nh q;\nrz(phi) q;\nh q;\nc = measure q;\n'


def test_a_file_that_the_experiment_refers_to_is_recorded_with_the_run(call, tmp_path):
    (tmp_path / "circuits").mkdir()
    (tmp_path / "circuits" / "fringe.qasm").write_text(FRINGE)
    (tmp_path / "read.yaml").write_text(QASM)
    interrupted = call("run", "read.yaml", before="import ionq_runner.results.tables as t\nt.write_tables = None\n")
    assert interrupted.code == 5
    run = only(tmp_path, "runs/read/*")
    assert (run / "inputs" / "files" / "circuits" / "fringe.qasm").read_text() == FRINGE
    (tmp_path / "circuits" / "fringe.qasm").unlink()
    done = call("resume", run)
    assert done.code == 0, done.err
    lines = (run / "counts.csv").read_text().splitlines()
    assert lines[0].endswith("probability")
    assert [line.split(",")[6] for line in lines[1:3]] == ["0", repr(math.pi / 4)]
    manifest = json.loads((run / "manifest.json").read_text())
    assert "inputs/files/circuits/fringe.qasm" in json.dumps(manifest["inputs"])
    assert call("verify", run).code == 0


def test_a_recorded_file_that_was_altered_stops_resume(call, tmp_path):
    (tmp_path / "circuits").mkdir()
    (tmp_path / "circuits" / "fringe.qasm").write_text(FRINGE)
    (tmp_path / "read.yaml").write_text(QASM)
    call("run", "read.yaml", before="import ionq_runner.results.tables as t\nt.write_tables = None\n")
    run = only(tmp_path, "runs/read/*")
    (run / "inputs" / "files" / "circuits" / "fringe.qasm").write_text(FRINGE.replace("rz(phi)", "rz(2*phi)"))
    done = call("resume", run)
    assert done.code == 5
    assert "circuits/fringe.qasm is not what the run was made from" in done.err

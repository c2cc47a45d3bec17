"""The real command, small jobs, and the means to kill it.

Jobs are small in every process of these tests, those that are killed and those that are not: a plan is cut the same way in both.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL_JOBS = "import ionq_runner.planning.jobs as jobs; jobs.MAX_EXECUTIONS = 4\n"

# Six jobs of four executions, an option and a values file.
SMALL = """\
ionq_runner: 1
name: small
parameters: {turns: 1}
targets:
  ideal: local
  noisy: {backend: local, noise: {one_qubit: 0.001, two_qubit: 0.02, spam: 0.01}}
circuits:
  pair:
    qubits: 2
    gates: [h 0, cnot 0 1, rz(turns*phi) all, h all]
    sweep: {phi: {linspace: [0, pi, 12]}}
repetitions: 50
seed: 5
"""

# Sixteen jobs of some tens of milliseconds.
SLOW = """\
ionq_runner: 1
name: slow
targets: {noisy: {backend: local, noise: {one_qubit: 0.001, two_qubit: 0.01, spam: 0.01}}}
circuits:
  slow:
    qubits: 9
    gates: [h all, {for: q in 0..7, do: [cnot q q+1, rz(phi) q+1]}, h all]
    sweep: {phi: {linspace: [0, pi, 64]}}
repetitions: 50
seed: 3
"""


def _command():
    """`ionq-runner` in a process of its own: see tests/cli/command.py."""
    spec = importlib.util.spec_from_file_location("ionq_runner_command", ROOT / "tests" / "cli" / "command.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Command()


class Place:
    """A folder with experiments, and runs below it."""

    def __init__(self, path, command):
        self.path, self._command = path, command
        for name, text in (("small.yaml", SMALL), ("slow.yaml", SLOW), ("values.yaml", "protocol: small.yaml\nset: {turns: 2}\n")):
            (path / name).write_text(text)

    def __call__(self, *arguments, before="", **more):
        """Call the command in this folder; `before` is Python that its process executes first."""
        return self._command(*arguments, cwd=self.path, before=SMALL_JOBS + before, **more)

    @property
    def runs(self):
        """The folders of all runs that were begun."""
        return sorted(plan.parent for plan in self.path.glob("runs/*/*/plan.json"))

    @property
    def run(self):
        """The folder of the only run."""
        (run,) = self.runs
        return run

    def kept(self):
        """What the run must have in common with one that was not killed: tables and answers, byte for byte, and no unfinished part."""
        files = [path for path in self.run.rglob("*") if path.suffix in (".csv", ".npz", ".part") or path.name == "datapackage.json"]
        return {path.relative_to(self.run).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="session")
def command():
    """The command, for every place."""
    made = _command()
    yield made
    made.close()


@pytest.fixture(scope="session")
def new_place(command):
    """`with new_place() as place:`, in memory if there is such a folder, because these tests flush thousands of times."""

    @contextmanager
    def make():
        with tempfile.TemporaryDirectory(prefix="crashes-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as name:
            yield Place(Path(name), command)

    return make


@pytest.fixture
def place(new_place):
    """A place of this test's own."""
    with new_place() as made:
        yield made


@pytest.fixture(scope="session")
def reference(new_place):
    """The tables and answers of the small experiment when nobody kills it."""
    with new_place() as place:
        assert place("run", "small.yaml").code == 0
        found = place.kept()
    assert sum(name.endswith(".npz") for name in found) == 6
    return found


@pytest.fixture(scope="session")
def shell(tmp_path_factory):
    """The environment of a shell in which `ionq-runner` is the command, in a fresh process, with small jobs."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "ionq-runner"
    script.write_text(f"#!{sys.executable}\n{SMALL_JOBS}from ionq_runner.cli.main import main\nmain()\n")
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def slow_reference(shell, new_place):
    """The tables and answers of the slow experiment when nobody kills it."""
    with new_place() as place:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["ionq-runner", "run", "slow.yaml"], cwd=place.path, env=shell, check=True, **quiet)
        return place.kept()


@pytest.fixture
def start(shell, place):
    """`start("run", "slow.yaml")`: the command in a fresh process, left running; at the end of the test it is killed."""
    processes = []

    def begin(*arguments):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        processes.append(subprocess.Popen(["ionq-runner", *map(str, arguments)], cwd=place.path, env=shell, **pipes))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.communicate()

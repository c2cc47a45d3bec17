"""The command as it is installed: what its wheel holds, what a start imports, and how long it takes."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"numpy", "requests", "cirq", "pandas", "matplotlib", "scipy", "rich"}
HELP_S, VALIDATE_S = 0.150, 0.350  # of CPU, on a machine that does nothing else
CROWD = 1.3  # while other tests run beside these, a second of CPU does less
SMALL = ROOT / "experiments" / "bell-parity.yaml"
GATES = ("h 0", "cnot 0 1", "rz(phi) all", "cnot 1 2", "rx(pi/2) 2", "x 3", "ry(-phi) 4", "cz 3 4")


def long_file():
    """A file of a thousand lines, all of them good: forty circuits of nineteen gates."""
    lines = ["ionq_runner: 1", "name: long", "repetitions: 10", "seed: 1", "circuits:"]
    for circuit in range(39):
        lines += [f"  c{circuit}:             # one of many", "    qubits: 5", "    sweep:", "      phi: {linspace: [0, pi, 5]}"]
        lines += ["    gates:", *[f"      - {GATES[gate % len(GATES)]}" for gate in range(19)], ""]
    return "\n".join([*lines, *["# the end"] * (1000 - len(lines))]) + "\n"


def run(program, arguments, cwd, env):
    """The finished process, and the seconds of CPU that it and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*program, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, sum(getattr(after, field) - getattr(before, field) for field in ("ru_utime", "ru_stime"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built here and without a network."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed here, and these tests download nothing")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # hatchling may leave things where it builds
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "ionq_runner", source / "ionq_runner", ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run([*build, str(source)], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """The command in an environment of its own, which finds its dependencies in this one."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    python = place / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return place / "bin" / "ionq-runner"


@pytest.fixture(scope="session")
def program(request):
    """How the command is started: as it is installed, or as a module of this tree where no wheel can be built."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if importlib.util.find_spec("hatchling") is None:
        return [sys.executable, "-m", "ionq_runner"], {**env, "PYTHONPATH": str(ROOT)}
    return [str(request.getfixturevalue("installed"))], env


def test_the_wheel_holds_the_package_and_all_that_it_reads(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("ionq_runner/")}
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "ionq-runner = ionq_runner.cli.main:main" in archive.read(entry).decode()
    files = [path for path in (ROOT / "ionq_runner").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert packed == {path.relative_to(ROOT).as_posix() for path in files}


def test_the_installed_command_runs_from_anywhere(installed, tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for arguments in (["init"], ["validate", "bell.yaml"], ["schema"], ["run", "-q", "bell.yaml"], ["resume", "-q"], ["verify"]):
        done, _ = run([str(installed)], arguments, tmp_path, env)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert json.loads((next(tmp_path.glob("runs/bell/*")) / "manifest.json").read_text())["status"] == "done"


def imported(program, env, arguments, cwd):
    """The top-level packages that a start of the command imports."""
    timed = {**env, "PYTHONPROFILEIMPORTTIME": "1"}
    done, _ = run(program, arguments, cwd, timed)
    assert done.returncode == 0, done.stderr
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.fixture
def files(tmp_path):
    """A small file and a long one."""
    (tmp_path / "long.yaml").write_text(long_file())
    assert len(long_file().splitlines()) == 1000
    return {"small": str(SMALL), "long": "long.yaml"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["validate", "small"], ["validate", "long"], ["run", "--help"]], ids=str)
def test_a_start_imports_nothing_heavy(program, files, tmp_path, arguments):
    start, env = program
    found = imported(start, env, [files.get(argument, argument) for argument in arguments], tmp_path)
    assert "click" in found, "imports are seen at all"
    assert found & HEAVY == set()


def cpu_s(program, arguments, cwd):
    """The least of five starts, after one that writes what Python caches: what else the machine does at the time only adds."""
    start, env = program
    times = []
    for _ in range(6):
        done, seconds = run(start, arguments, cwd, env)
        assert done.returncode == 0, done.stderr
        times.append(seconds)
    return min(times[1:])


def test_help_is_there_at_once(program, tmp_path):
    assert cpu_s(program, ["--help"], tmp_path) < HELP_S * CROWD


@pytest.mark.parametrize("size", ["small", "long"])
def test_a_file_is_validated_before_one_has_looked_up(program, files, tmp_path, size):
    assert cpu_s(program, ["validate", files[size]], tmp_path) < VALIDATE_S * CROWD


def test_a_run_from_a_gate_list_never_imports_cirq(program, tmp_path):
    start, env = program
    found = imported(start, env, ["run", "-q", str(SMALL)], tmp_path)
    assert "numpy" in found
    assert found & {"cirq", "pandas", "matplotlib", "requests", "scipy"} == set()

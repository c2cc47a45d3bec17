"""The command, and files to call it with."""

from __future__ import annotations

import importlib.util
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
ionq_runner: 1
name: pair
circuits:
  pair:
    qubits: 2
    gates: [h 0, cnot 0 1, rz(phi) all, h all]
    sweep: {phi: [0, pi/2, pi]}
repetitions: 100
seed: 5
"""


def _command_module():
    """See command.py, beside this file."""
    spec = importlib.util.spec_from_file_location("ionq_runner_command", ROOT / "tests" / "cli" / "command.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def command():
    """`command("run", "bell.yaml", cwd=folder)`."""
    made = _command_module().Command()
    yield made
    made.close()


@pytest.fixture
def call(command, tmp_path):
    """The command in a folder of this test's own, which holds `good.yaml`."""
    (tmp_path / "good.yaml").write_text(GOOD)

    def called(*arguments, **more):
        return command(*arguments, cwd=tmp_path, **more)

    return called


@pytest.fixture
def shell(tmp_path):
    """`shell("ionq-runner schema | head -1")`, in the folder of this test; fresh processes."""
    (tmp_path / "good.yaml").write_text(GOOD)
    script = tmp_path / "bin" / "ionq-runner"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nfrom ionq_runner.cli.main import main\nmain()\n")
    script.chmod(0o755)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}"}

    def run(line):
        return subprocess.run(["sh", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)

    return run


@pytest.fixture
def terminal(tmp_path):
    """`terminal("run", "bell.yaml", TERM="dumb")`: the exit code and what is shown on a terminal of 80 columns.

    `when(text so far)` may give a signal to send.
    """

    def run(*arguments, when=lambda shown: None, **env):
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "ionq_runner", *arguments],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **env},
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        shown, sent, end = b"", False, time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    shown += os.read(master, 65536)
                except OSError:  # the other side has closed it
                    break
            if not sent and (number := when(shown.decode("utf-8", "ignore"))):
                process.send_signal(number)
                sent = True
        os.close(master)
        return process.wait(10), shown.decode().replace("\r\n", "\n")

    return run

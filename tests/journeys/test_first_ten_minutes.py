"""The first ten minutes with the command, as a person spends them: fresh processes, in one folder, from nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Person:
    """Somebody at a shell, in an empty folder."""

    def __init__(self, home, shell):
        self.home, self.shell = home, shell

    def types(self, line, code=0):
        """What both streams of a command show, in their order."""
        done = subprocess.run(["sh", "-c", f"{line} 2>&1"], cwd=self.home, env=self.shell, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{line}\n{done.stdout}"
        assert "Traceback" not in done.stdout
        return done.stdout

    def edits(self, file, before, after):
        """A change of a file in an editor."""
        text = (self.home / file).read_text()
        assert text.count(before) == 1
        (self.home / file).write_text(text.replace(before, after))


@pytest.fixture
def person(tmp_path):
    """Somebody who has just installed the command."""
    command = tmp_path / "bin" / "ionq-runner"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom ionq_runner.cli.main import main\nmain()\n")
    command.chmod(0o755)
    (tmp_path / "home").mkdir()
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return Person(tmp_path / "home", {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path})


def copied(shown):
    """The command that a message tells a person to type."""
    return re.findall(r"^ +(ionq-runner .*)$", shown, re.MULTILINE)[-1]


def test_from_help_to_a_verified_run(person):
    first = re.search(r"`(ionq-runner init [\w.]+)`", person.types("ionq-runner --help"))[1]
    made = person.types(first)
    file = first.split()[-1]
    assert person.types(f"ionq-runner validate {file}") == f"{file}: no problems\n"
    assert "q0: " in person.types(f"ionq-runner show {file}")
    assert "50 points, 50 executions" in person.types(f"ionq-runner plan {file}")
    shown = person.types(copied(made))
    assert "share of each outcome for phi from 0 to 3.142" in shown
    assert "all 8 files are as they were recorded" in person.types("ionq-runner verify")
    tables = re.search(r"tables in (\S+): (.*)", shown)
    for table in tables[2].split(", "):
        assert (person.home / tables[1] / table).stat().st_size > 0


def test_mistakes_are_found_at_their_line_and_put_right(person):
    person.types("ionq-runner init")
    person.edits("bell.yaml", "cnot 0 1 ", "cnott 0 1")
    person.edits("bell.yaml", "repetitions: 1000", "shots: 1000")
    person.edits("bell.yaml", "model: aria-1", "model: aria-7")
    shown = person.types("ionq-runner run bell.yaml", code=1)
    assert shown.count("error[") == shown.count("  help: ") == 3
    assert shown.endswith("\n3 errors\n")
    assert "did you mean `cnot`?" in shown
    assert "did you mean `aria-1`?" in shown
    assert "write `repetitions`" in shown
    assert not (person.home / "runs").exists()
    for before, after in (("cnott", "cnot"), ("shots:", "repetitions:"), ("aria-7", "aria-1")):
        person.edits("bell.yaml", before, after)
    person.types("ionq-runner run bell.yaml")


def test_a_changed_mind_in_the_middle_of_a_run(person):
    person.types("ionq-runner init ghz")
    person.edits("ghz.yaml", "n: 2..8", "n: 2..10")
    person.edits("ghz.yaml", "repetitions: 2000", "repetitions: 200000")
    process = subprocess.Popen(["ionq-runner", "run", "ghz.yaml"], cwd=person.home, env=person.shell, stderr=subprocess.PIPE, text=True)
    while not list(person.home.glob("runs/ghz/*/ledger.sqlite")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, shown = process.communicate(timeout=20)
    assert process.returncode == 130
    person.types(copied(shown))
    person.types("ionq-runner verify")


def test_a_notebook_reads_what_the_command_wrote(person):
    person.types("ionq-runner init")
    person.types("ionq-runner run -q bell.yaml")
    program = (
        "import ionq_runner; run = ionq_runner.read_run('runs/bell'); "
        "print(run.manifest['seed'], len(run.points), int(run.counts['count'].sum()), list(run.counts['bitstring'].unique()))"
    )
    assert person.types(f'{sys.executable} -c "{program}"') == "1 50 50000 ['00', '11', '01', '10']\n"


def test_a_program_in_a_shell_gets_what_it_needs(person):
    person.types("ionq-runner init rabi")
    person.types('RUN=$(ionq-runner run -q rabi.yaml) && test -s "$RUN/counts.csv" && ionq-runner verify "$RUN" >/dev/null')
    person.types("ionq-runner validate rabi.yaml missing.yaml", code=2)
    person.types(
        "ionq-runner plan --format json rabi.yaml | python -c 'import json, sys; json.load(sys.stdin)'".replace("python", sys.executable)
    )
    person.types("ionq-runner schema --write . && ionq-runner schema | cmp - experiment.schema.json")


def test_the_readme_begins_with_commands_that_work(person):
    text = (ROOT / "README.md").read_text()
    typed = re.findall(r"^\$ (ionq-runner .*)$", text, re.MULTILINE)
    assert typed
    for line in typed:
        person.types(line)
    file = re.search(r"```yaml\n(ionq_runner: 1\n.*?)```", text, re.DOTALL)[1]
    (person.home / "readme.yaml").write_text(file)
    person.types("ionq-runner validate --strict readme.yaml")
    person.types("ionq-runner run -q readme.yaml")

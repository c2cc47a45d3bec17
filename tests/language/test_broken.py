"""Messages are the product: a broken file beside its exact output, and the catalogue that explains every code.

After a change of wording: `python -m tools.update_broken`, and read the difference.
"""

import importlib
import pkgutil
import re
import shlex
import subprocess
from pathlib import Path

import pytest

import ionq_runner
from ionq_runner import api
from ionq_runner.cli.main import main as command
from ionq_runner.diagnostics import Problem, Severity
from ionq_runner.diagnostics.catalogue import GROUPS, codes, example, page, title
from tools.update_broken import output_of

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))

# Codes that no file provokes by itself, each with the reason. Their pages show the command, or say that there is none.
NOT_BY_A_FILE = {
    "E105": "what is planned and not run yet: `run` tells it",
    "E109": "a defect of ours: the schema and the reader would have to disagree",
    "E700": "a malformed --set or --only",
    "E701": "a --set of something else",
    "E702": "a --set of an axis",
    "E704": "a values file",
    "E705": "an --only of something else",
    "E706": "several --only that exclude each other",
    "E707": "a --set to something that is no value",
    "E709": "a values file for another experiment",
    "W708": "an --only that leaves out the run for which another waits",
}
NO_EXAMPLE = {"E109"}
HEADER = re.compile(r"^\S+:\d+:\d+: (?:error|warning)\[([EW]\d{3})\]: ", re.MULTILINE)


def classes() -> dict[str, set[str]]:
    """Every code with the names of the classes that have it."""
    for module in pkgutil.walk_packages(ionq_runner.__path__, "ionq_runner."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[str, set[str]] = {}
    waiting = [Problem]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("ionq_runner."):
                found.setdefault(kind.code, set()).add(f"{kind.__module__}.{kind.__qualname__}")
    return found


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_gets_exactly_these_messages(file):
    assert output_of(file) == file.with_suffix(".out").read_text(encoding="utf-8")


def test_there_are_many_and_none_is_left_alone():
    assert len(BROKEN) >= 95
    assert {file.stem for file in (HERE / "broken").glob("*.out")} == {file.stem for file in BROKEN}


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_file_is_silent(file, capsys, monkeypatch):
    monkeypatch.chdir(file.parent)
    with pytest.raises(SystemExit) as end:
        command(["validate", "--strict", "--quiet", "--allow-python", file.name])
    assert (end.value.code, *capsys.readouterr()) == (0, "", "")


def test_there_are_good_files_of_every_kind():
    assert len(GOOD) >= 20


def test_every_code_is_one_kind_of_problem():
    assert {code: names for code, names in classes().items() if len(names) > 1} == {}


def test_every_code_has_a_page_and_every_page_a_code():
    assert codes() == tuple(sorted(classes(), key=lambda code: (code[1:], code)))


def test_every_code_is_in_a_group_and_so_on_the_page_of_codes():
    shown = (HERE.parents[1] / "docs" / "codes.md").read_text(encoding="utf-8")
    assert {code[1] for code in codes()} == GROUPS.keys()
    assert [code for code in codes() if page(code).strip().replace("# ", "### ", 1) not in shown] == []


@pytest.mark.parametrize("code", codes())
def test_a_page_has_its_form(code):
    text = page(code)
    assert text.startswith(f"# {code} {title(code)}\n\n")
    assert text.count("\nInstead: ") == 1
    assert text.endswith("\n")
    assert all(len(line) <= 100 for line in text.split("\nInstead: ")[0].split("```")[0].splitlines())
    assert bool(example(code)) == (code not in NO_EXAMPLE)


def test_a_page_is_found_in_either_case():
    assert page("e302") == page("E302")
    assert (page("E999"), title("E999"), example("E999"), page("../E302")) == (None, "", "", None)


@pytest.mark.parametrize("code", [code for code in codes() if code not in NO_EXAMPLE])
def test_the_example_of_a_page_provokes_its_code_and_nothing_else(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page(code), re.MULTILINE | re.DOTALL)
    files = [text for language, text in blocks if language == "yaml"]
    (tmp_path / "demo.yaml").write_text(files[0], encoding="utf-8")
    if len(files) > 1:
        (tmp_path / "values.yaml").write_text(files[1], encoding="utf-8")
    commands = [line.removeprefix("$ ") for language, text in blocks if language == "console" for line in text.splitlines()]
    assert found(commands or ["ionq-runner validate demo.yaml"], tmp_path) == [code]


def found(commands: list[str], folder: Path) -> list[str]:
    """The codes of all problems that a command finds, after the commands before it have been run by a shell."""
    for before in commands[:-1]:
        subprocess.run(["bash", "-c", before], cwd=folder, check=True)
    program, verb, *rest = shlex.split(commands[-1])
    assert program == "ionq-runner"
    options, words = {"set": (), "only": (), "allow_python": "--allow-python" in rest}, iter(rest[1:])
    for word in words:
        if word == "--allow-python":
            continue
        name, value = word.removeprefix("--"), next(words)
        options[name.replace("-", "_")] = Path(value) if name == "set-file" else (*options[name], value)
    data = (folder / rest[0]).read_bytes()
    if verb == "run":
        with pytest.raises(api.Refused) as refused:
            api.run(folder / rest[0], api.Options(**options), out=folder / "runs")
        problems = refused.value.problems
    elif verb == "validate":
        problems = api.validate(data, rest[0], api.Options(**options))
    else:
        with pytest.raises(api.Refused) as refused:
            api.plan(data, rest[0], api.Options(**options))
        problems = refused.value.problems
    return [problem.code for problem in problems]


def test_a_warning_is_one_by_its_letter():
    severities = {kind.code: kind.severity for kind in Problem.__subclasses__() if kind.__module__.startswith("ionq_runner.")}
    assert {code for code, severity in severities.items() if severity is Severity.WARNING} == {
        code for code in severities if code.startswith("W")
    }


def test_every_code_is_provoked_by_a_broken_file():
    provoked = {code for file in BROKEN for code in HEADER.findall(file.with_suffix(".out").read_text(encoding="utf-8"))}
    assert provoked | NOT_BY_A_FILE.keys() == set(codes())
    assert provoked.isdisjoint(NOT_BY_A_FILE)

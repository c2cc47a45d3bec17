"""The house style as a test: sizes are ratchets, and every exception has its reason here."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.generate import generated

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ionq_runner"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
ALL_PYTHON = [*MODULES, *(path for folder in ("tests", "benchmarks", "tools") for path in sorted((ROOT / folder).rglob("*.py")))]

MAX_LINES, MAX_FUNCTION_LINES, MAX_PUBLIC_NAMES = 400, 60, 8
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "stuff"}

# What a module shows beyond eight names, and why.
MANY_NAMES = {
    "circuits/statements.py": "one class for each form of statement",
    "ionq/__init__.py": "the front of a station",
    "ionq/errors.py": "one class for each way to fail",
    "language/experiment.py": "one class for each block of a file",
    "language/grammar/types.py": "one class for each form of value",
    "language/reading/values.py": "one function for each way in which a value is written",
    "expressions/__init__.py": "the front of a station",
    "expressions/tree.py": "one class for each kind of node",
    "simulation/__init__.py": "the front of a station",
    "api.py": "one function for each verb",
}
LONG_MODULES: dict[str, str] = {}


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def functions(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", ALL_PYTHON, ids=names(ALL_PYTHON))
def test_a_module_is_short_and_its_name_is_a_noun_of_the_domain(path):
    lines = len(path.read_text().splitlines())
    allowed = LONG_MODULES.get(path.relative_to(PACKAGE).as_posix()) if path.is_relative_to(PACKAGE) else "test"
    limit = MAX_LINES if path.is_relative_to(PACKAGE) else 500
    assert lines <= limit or allowed, f"{lines} lines"
    assert not FORBIDDEN_NAMES & set(path.stem.lower().split("_"))


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_a_function_fits_a_screen(path):
    lengths = {node.name: node.end_lineno - node.lineno + 1 for node in functions(path)}
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_a_module_says_what_it_is_and_what_it_shows(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "no docstring"
    shown = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    ]
    place = path.relative_to(PACKAGE).as_posix()
    defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
    assert shown or not defines or place.startswith("cli/"), "no __all__"
    if shown and len(shown[0]) > MAX_PUBLIC_NAMES:
        assert place in MANY_NAMES, f"{len(shown[0])} public names"


def test_every_exception_is_still_needed():
    for place in MANY_NAMES:
        text = (PACKAGE / place).read_text()
        found = re.search(r"__all__ = \[(.*?)\]", text, re.DOTALL)
        assert found, place
        assert found.group(1).count('"') // 2 > MAX_PUBLIC_NAMES, place
    for place in LONG_MODULES:
        assert len((PACKAGE / place).read_text().splitlines()) > MAX_LINES, place


def test_stations_import_only_those_before_them():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", list(generated()), ids=names(generated()))
def test_what_is_generated_is_up_to_date(path):
    assert path.read_text(encoding="utf-8") == generated()[path], "run `make generate`"


def test_a_heavy_import_stands_where_it_is_used():
    """numpy and its like are imported at the top only of modules that calculate; Cirq and HTTP only by the service, or by its door."""
    heavy = re.compile(r"^(?:import|from) (pandas|matplotlib|cirq|requests|scipy)\b", re.MULTILINE)
    found = [place for place, path in zip(names(MODULES), MODULES, strict=True) if heavy.search(path.read_text())]
    assert [
        place
        for place in found
        if not re.fullmatch(r"ionq_runner/ionq/(?!__init__|errors)\w+\.py|ionq_runner/circuits/cirq/gates\.py", place)
    ] == []


def test_nothing_but_a_command_prints():
    printing = [
        place
        for place, path in zip(names(MODULES), MODULES, strict=True)
        if "/cli/" not in place
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_an_assertion_is_never_about_input():
    """`python -O` must not change what a user sees: none stands in the command line."""
    asserting = re.compile(r"^\s+assert ", re.MULTILINE)
    commands = [path for path in MODULES if path.parent.name == "cli"]
    assert [path.name for path in commands if asserting.search(path.read_text())] == []


def test_no_lock_file_and_no_registry_is_committed():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    locks = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock")
    assert [name for name in files if name.endswith(locks)] == []
    registry = re.compile("files.pythonhosted" + r"\.org|pypi\.org/" + "simple")
    texts = [ROOT / name for name in files if name.endswith((".py", ".md", ".toml", ".txt", ".yaml"))]
    assert [path.name for path in texts if registry.search(path.read_text(errors="replace"))] == []

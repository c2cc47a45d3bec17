"""Every example of the documentation is tried: files validate and run, commands print what is shown, links lead somewhere.

What happens to a fenced block is said by the words behind its three ticks; readers do not see them:

    yaml                     a whole experiment: it has no problems, and runs; one with targets of IonQ's service is not run
    yaml NAME                the same, and the file lies under NAME in the folder where the page's later commands run
    yaml broken NAME         a file with a mistake, for a command below to show
    yaml values NAME         a values file
    yaml workflow, yaml steps, yaml pre-commit    for other programs; tests/surfaces/test_recipes.py tries them
    csv NAME                 a file of points
    yaml fragment [N=V ...]  a part of an experiment, without problems in the file that is made around it. It is put in its place by
                             its keys: a list stands under `gates:`, keys of a circuit in a circuit, keys of a run in a run, any
                             others at the top. `N=V` are parameters of that file. A sweep without gates gets gates that use it.
    console [exit=N]         `$ command` with what it prints, standard output and error together. `...` stands for anything; the
                             times in names of run folders, checksums of manifests and speeds may differ, and in a command such a
                             name stands for the newest run. N is the exit code of the last command, else 0.
    python                   runs; after `>>>` it prints what is shown
    r                        runs, where this machine has R
    text, or nothing         not tried

The blocks of a page run from top to bottom in one folder, which holds the repository's `experiments/`.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import pytest

from ionq_runner import api
from ionq_runner.circuits import elaborate
from ionq_runner.circuits.families import FAMILIES
from ionq_runner.cli.main import VERBS, ExitCode, cli, main
from ionq_runner.diagnostics import Problems, Severity
from ionq_runner.expressions import Kind, evaluation, lexer, parser
from ionq_runner.ionq.facts.backends import MACHINES, NOISE_MODELS
from ionq_runner.language import grammar, yaml
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.reading.families import read_family
from ionq_runner.language.scalars import plain_data
from ionq_runner.language.yaml import compose, decode
from ionq_runner.planning import expand, limits, repetitions
from ionq_runner.simulation import methods
from tools.generate import generated

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EVERYWHERE = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*/**/*.md"))]
TRIED = [page for page in PAGES if page.name != "codes.md"]  # its files are those of tests/language/broken, which are tried there

LANGUAGES = {"yaml", "csv", "console", "python", "r", "text", ""}
FOREIGN_OPTIONS = {"--check"}  # of sha256sum
CODE = re.compile(r"`+([^`]+)`+")
TIME = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{4}"  # of a run folder
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words of its head, its text, and the line on which it begins."""

    words: tuple[str, ...]
    text: str
    line: int

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""


def blocks_of(page: Path) -> Iterator[Block]:
    head, begun, lines = "", 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if not line.lstrip().startswith("```"):
            lines.append(line)
        elif not begun:
            head, begun, lines = line.strip(), number, []
        else:
            yield Block(tuple(head.removeprefix("```").split()), textwrap.dedent("\n".join(lines)) + "\n", begun)
            begun = 0
    assert not begun, f"{page.name}: the block of line {begun} is never closed"


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", TRIED, ids=named)
def test_the_examples_of_a_page_do_what_it_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # half of the time, and nobody cuts the power here
    shutil.copytree(ROOT / "experiments", "experiments")
    write_command(tmp_path / "bin", monkeypatch)
    namespace: dict[str, object] = {}
    wrong = []
    for block in blocks_of(page):
        with contextlib.redirect_stdout(io.StringIO()):
            found = list(faults(block, namespace))
        wrong += [f"{page.name}:{block.line}: {fault}" for fault in found]
    assert not wrong, "\n\n".join(wrong)


def write_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ionq-runner` for the commands that need a shell."""
    folder.mkdir()
    script = folder / "ionq-runner"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ionq_runner "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def faults(block: Block, namespace: dict[str, object]) -> Iterator[str]:
    match block.words:
        case ("yaml", "broken" | "values", name) | ("csv", name):
            Path(name).write_text(block.text, encoding="utf-8")
        case ("yaml", "workflow" | "steps" | "pre-commit"):
            pass
        case ("yaml", "fragment", *words):
            text = whole_file(block.text, words)
            yield from file_faults(text, Path("fragment.yaml"), allowed=Severity.WARNING)
        case ("yaml", *name):
            yield from file_faults(block.text, Path(*name or ["whole.yaml"]))
        case ("console", *words):
            yield from console_faults(block, [int(word.removeprefix("exit=")) for word in words])
        case ("python",):
            yield from python_faults(block, namespace)
        case ("r",) if shutil.which("Rscript"):
            done = subprocess.run(["Rscript", "-e", block.text], capture_output=True, text=True, check=False)
            if done.returncode:
                yield done.stderr
        case ("r" | "text",) | ():
            pass
        case words:
            yield f"nobody knows what to do with `{' '.join(words)}`"


# --- files


def file_faults(text: str, path: Path, allowed: Severity | None = None) -> Iterator[str]:
    """What a file has problems with; one that has none is run where all its targets are here, and each of its points has a result."""
    path.write_text(text, encoding="utf-8")
    problems = api.validate(text.encode(), path.name)
    if wrong := [problem for problem in problems if problem.severity is not allowed]:
        yield f"{wrong[0].code} {wrong[0].message} in\n{text}"
        return
    read, _ = read_experiment(decode(text.encode(), path.name), Problems())
    if read is not None and not all(target.local for target in read.targets.values()):
        return
    outcome = api.run(path, out="tried")
    if not outcome.finished or outcome.failed:
        yield f"this did not run:\n{text}"


TOP = {key.name for key in grammar.EXPERIMENT.keys}
CIRCUIT = {key.name for key in grammar.CIRCUIT.keys}
RUN = {key.name for key in grammar.RUN.keys}


def whole_file(fragment: str, words: list[str]) -> str:
    """An experiment around a part of one."""
    keys = set(re.findall(r"^([A-Za-z_]\w*):", fragment, re.MULTILINE))
    top = {"ionq_runner": "1", "name": "fragment", "repetitions": "20", "seed": "1"}
    if words:
        top["parameters"] = "{" + ", ".join(word.replace("=", ": ", 1) for word in words) + "}"
    circuit, run = "", ""
    if fragment.startswith("- "):
        circuit = "gates:\n" + textwrap.indent(fragment, "  ")
    elif keys <= TOP:
        assert not words or "parameters" not in keys, "a fragment with parameters brings all of them"
        top = {key: value for key, value in top.items() if key not in keys}
    elif keys <= CIRCUIT:
        circuit = fragment
    else:
        assert keys <= RUN, f"no block has all the keys {keys}"
        run = fragment
    parts = [*(f"{key}: {value}\n" for key, value in top.items())]
    if keys <= TOP and not circuit:
        parts.append(fragment)
    if run:
        parts.append("runs:\n  r:\n" + textwrap.indent(run, "    "))
    if "circuits" not in keys or circuit:
        parts.append(circuit_around(circuit, "".join(parts)))
    return "".join(parts)


def circuit_around(part: str, rest: str) -> str:
    """A circuit with a part as it was written; qubits and gates are added where it has none, and is no family."""
    if re.search("^library:", part, re.MULTILINE):
        return indented(part)
    inside = part if re.search("^qubits:", part, re.MULTILINE) else f"qubits: 6\n{part}"
    if not re.search("^gates:", part, re.MULTILINE):
        read, _ = read_experiment(decode((rest + indented(inside + "gates: h 0\n")).encode(), "fragment"), Problems())
        axes = read.circuits["around"].sweep.axes if read and read.circuits["around"].sweep else ()
        angles = ["0", *(f"popcount({axis.name})" if axis.kind is Kind.TEXT else axis.name for axis in axes)]
        inside += f"gates: rx({' + '.join(angles)}) 0\n"
    return indented(inside)


def indented(circuit: str) -> str:
    return "circuits:\n  around:\n" + textwrap.indent(circuit, "    ")


# --- commands


def console_faults(block: Block, exits: list[int]) -> Iterator[str]:
    """What a command prints that is not shown, and the other way round."""
    commands = [part.partition("\n") for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE) if part.strip()]
    assert commands, "a console block has commands after `$ `"
    for index, (command, _, shown) in enumerate(commands):
        code, printed = carry_out(re.sub(r"\s+#.*", "", command))
        wanted = exits[0] if exits and index == len(commands) - 1 else 0
        if code != wanted:
            yield f"`{command}` ends with {code}, not {wanted}:\n{printed}"
        elif shown.strip() and not re.fullmatch(pattern_of(shown), plain(printed) + "\n"):
            yield f"`{command}` prints\n{printed}\nand not\n{shown}"


def carry_out(command: str) -> tuple[int, str]:
    """The exit code of a command, and what it prints. A target of the Makefile stands for its recipe."""
    if command.startswith("make "):
        command = recipe_of(command.removeprefix("make "))
        if not command.startswith("ionq-runner"):
            return 0, ""  # `make test` is what runs this
    command = re.sub(rf"(runs/[\w-]+/){TIME}", lambda found: str(max(Path(found[1]).iterdir())), command)
    if command.startswith("ionq-runner ") and not set(command) & set("|<>*;&$"):
        return in_process(shlex.split(command)[1:])
    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def in_process(arguments: list[str]) -> tuple[int, str]:
    """The command without a process of its own, which would be slow."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream), pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0), stream.buffer.getvalue().decode()


def recipe_of(target: str) -> str:
    """The last command of a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert found, f"the Makefile has no target {target}"
    return found.group(1).splitlines()[-1].strip().removeprefix("$(BIN)/")


def plain(text: str) -> str:
    """A text without what differs from run to run."""
    text = re.sub(TIME, "TIME", text)
    text = re.sub(r"\([0-9,]+/s(, \d+ s left)?\)", "(SPEED)", text)
    text = re.sub(r"manifest sha256 [0-9a-f]+", "manifest sha256 SUM", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def pattern_of(shown: str) -> str:
    """A line `...` stands for any lines, `...` in a line for anything in it."""
    lines = plain(shown).split("\n")
    return "".join("(?:[^\n]*\n)*?" if line == "..." else "[^\n]*?".join(map(re.escape, line.split("..."))) + "\n" for line in lines)


def python_faults(block: Block, namespace: dict[str, object]) -> Iterator[str]:
    if ">>>" not in block.text:
        try:
            exec(compile(block.text, f"<line {block.line}>", "exec"), namespace)
        except Exception as error:
            yield f"{type(error).__name__}: {error}"
        return
    test = doctest.DocTestParser().get_doctest(block.text, namespace, "page", None, block.line)
    test.globs = namespace
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
    if runner.run(test, out=report.write, clear_globs=False).failed:
        yield report.getvalue()


# --- what pages refer to


@pytest.mark.parametrize("page", EVERYWHERE, ids=named)
def test_links_lead_to_files_and_headings_that_exist(page):
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link for link in LINK.findall(text) if not re.match("[a-z]+:", link)]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = page if not path else page.parent / path
    return target.exists() and (not heading or heading in headings(target))


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    lines = re.findall("^#+ (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", EVERYWHERE, ids=named)
def test_verbs_and_options_that_are_mentioned_exist(page):
    text = page.read_text(encoding="utf-8")
    codes = CODE.findall(re.sub("^ *```.*", "", text, flags=re.MULTILINE))
    codes += [line for block in blocks_of(page) if block.language == "console" for line in block.text.splitlines() if line.startswith("$ ")]
    verbs = {verb for code in codes for verb in re.findall(r"ionq-runner ([a-z]+)\b(?!\.)", code)}
    options = {option for code in codes for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", code)}
    assert (verbs - VERBS.keys(), options - every_option() - FOREIGN_OPTIONS) == (set(), set())


@cache
def every_option() -> set[str]:
    context = click.Context(cli)
    commands = [cli, *filter(None, (cli.get_command(context, verb) for verb in VERBS))]
    return {option for command in commands for parameter in command.get_params(context) for option in parameter.opts}


@pytest.mark.parametrize("page", TRIED, ids=named)
def test_keys_that_are_mentioned_exist(page):
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    mentioned = {key for code in CODE.findall(text) for key in re.findall(r"^([a-z_]+):$", code)}
    assert mentioned - every_key() - grammar.WRITE_INSTEAD.keys() == set()


@cache
def every_key() -> set[str]:
    schema = generated()[ROOT / "schemas" / "experiment.schema.json"]
    values = {key.name for key in grammar.VALUES_FILE.keys}
    return set(re.findall(r'"([a-z_0-9]+)": \{', schema)) | values


# --- what pages say about the program


def test_pages_of_the_documentation_that_are_generated_are_up_to_date():
    pages = {path: text for path, text in generated().items() if path.suffix == ".md"}
    assert {path: path.read_text(encoding="utf-8") for path in pages} == pages


def test_the_table_of_noise_models_is_that_of_the_code():
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| ([\d.]+) \| ([\d.]+) \|", page, re.MULTILINE)
    assert {name: (float(one), float(two)) for name, one, two in rows} == {
        name: (model.one_qubit, model.two_qubit) for name, model in NOISE_MODELS.items()
    }


def test_the_table_of_machines_is_that_of_the_code():
    page = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(qpu\.[\w-]+)` \| (\w+) \| `(\w+)` \| ([\w ]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    assert rows == [
        (name, machine.family, machine.entangler, str(machine.qubits or "not known"), f"{machine.most_repetitions:,}")
        for name, machine in MACHINES.items()
    ]


def test_the_table_of_options_is_what_each_backend_takes():
    page = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)[^|]*` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", page, re.MULTILINE)
    given = {
        "repetitions": "600",
        "compilation": "{opt: 1}",
        "batch": "{circuits: 2}",
        "api_version": "v0.4",
        "session": "a",
        "extra": "{a: 1}",
    }
    for option, *taken in (row for row in rows if row[0] in given):
        for backend, word in zip(("local", "simulator", "qpu.forte-1"), taken, strict=True):
            text = whole_file(f"targets: {{t: {{backend: {backend}, {option}: {given[option]}}}}}\n", [])
            found = {problem.code for problem in api.validate(text.encode(), "t.yaml") if problem.severity is Severity.ERROR}
            assert (backend, option, found) == (backend, option, set() if word == "yes" else {"E613"})
    assert given.keys() <= {row[0] for row in rows}


def test_the_table_of_limits_is_that_of_the_code():
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", page.partition("## Limits")[2].partition("## ")[0], re.MULTILINE))
    assert {what: rows[what] for what in LIMITS} == LIMITS
    assert f"up to {methods.EXACT_NOISE_QUBITS} qubits" in page


LIMITS = {
    "size of a file": f"{yaml.MAX_BYTES >> 20} MiB",
    "depth of brackets and indentation": f"{yaml.MAX_DEPTH}",
    "keys and values in a file, about": f"{yaml.MAX_EVENTS:,}",
    "length of one text": f"{yaml.MAX_SCALAR >> 10} KiB",
    "words and signs in an expression": f"{lexer.MAX_TOKENS:,}",
    "brackets inside brackets in an expression": f"{parser.MAX_DEPTH}",
    "operators in a row in an expression": f"{parser.MAX_LEVELS}",
    "an exponent": f"{evaluation.MAX_EXPONENT:,}",
    "points": f"{api.MAX_POINTS:,}, or `--max-points`",
    "qubits of a circuit": f"{expand.MAX_QUBITS:,}",
    "gates of a circuit": f"{elaborate.MAX_GATES:,}",
    "`repetitions`, `replicates`": f"{min(repetitions.MAX_REPETITIONS, limits.MAX_REPLICATES):,} each",
}


def test_the_table_of_families_is_that_of_their_files():
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8").partition("### Families")[2].partition("### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\| [^|]+ \|$", page, re.MULTILINE)
    wanted = {name: {parameter.name for parameter in read_family(name).parameters} for name in FAMILIES}
    assert {name: set(CODE.findall(parameters)) for name, parameters in rows} == wanted


def test_the_first_experiment_of_the_readme_is_the_starter():
    shown = next(block for block in blocks_of(ROOT / "README.md") if block.language == "yaml")
    starter = ROOT / "ionq_runner" / "cli" / "templates" / "bell.yaml"
    sources = (decode(text.encode(), "") for text in (shown.text, starter.read_text(encoding="utf-8")))
    first, second = (plain_data(compose(source, Problems())) for source in sources)
    assert first == second


def test_exit_codes_are_those_of_the_command():
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^\| (\d+) \| ", page, re.MULTILINE)}
    assert codes == set(map(int, ExitCode))


def test_fenced_blocks_are_of_a_language_that_is_known_here():
    assert {block.language for page in TRIED for block in blocks_of(page)} <= LANGUAGES

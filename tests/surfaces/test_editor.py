"""What a person sees in an editor that has the YAML language server, of files whose first line names the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ionq_runner.cli.main import main
from ionq_runner.language import grammar
from ionq_runner.language.yaml import decode

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.yaml"))
GOOD = sorted((ROOT / "tests" / "language" / "good").glob("*.yaml"))
STARTERS = sorted((ROOT / "ionq_runner" / "cli" / "templates").glob("*.yaml"))
MODELINE = "# yaml-language-server: $schema=experiment.schema.json\n"
FILE = f"""{MODELINE}\
ionq_runner: 1
name: pair
targets:
  noisy: {{backend: local, noise: {{model: aria-1}}}}
circuits:
  pair:
    qubits: 2
    gates:
      - h 0
      - for: q in 0..0
        do: cnot q q+1
    sweep:
      phi: {{linspace: [0, pi, 5]}}
repetitions: 100
"""


def keys(block):
    """The keys of a block with what the grammar says of each."""
    return {key.name: key.about for key in block.keys}


@pytest.fixture
def folder(tmp_path, capsys):
    """A folder with the schema, as `ionq-runner schema --write .` leaves it."""
    with pytest.raises(SystemExit):
        main(["schema", "--write", str(tmp_path)])
    assert MODELINE.partition("=")[0] in capsys.readouterr().out
    return tmp_path


@pytest.fixture
def shown(editor, folder):
    """`shown(text)`: the problems of a text that lies beside the schema; `shown.file` is its place."""

    def show(text):
        return [
            (problem["message"], problem["range"]["start"]["line"] + 1, problem["severity"]) for problem in editor.open(show.file, text)
        ]

    show.file = folder / "pair.yaml"
    yield show
    editor.close_file(show.file)


def place(text, word):
    """The line and the column of a word, counted from 0."""
    line = next(number for number, line in enumerate(text.split("\n")) if word in line)
    return line, text.split("\n")[line].index(word)


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_an_experiment_of_the_repository_has_no_problems_where_it_lies(editor, file):
    assert editor.open(file) == []
    editor.close_file(file)


@pytest.mark.parametrize("file", [*GOOD, *STARTERS], ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_good_file_is_silent_in_an_editor_too(shown, file):
    text = decode(file.read_bytes(), file.name).text
    assert shown(text if MODELINE in text else MODELINE + text) == []


def test_the_file_of_these_tests_is_silent(shown):
    assert shown(FILE) == []


def test_without_the_first_line_an_editor_knows_nothing_of_the_language(editor, shown):
    assert shown(FILE.replace(MODELINE, "").replace("qubits", "qbits")) == []
    assert editor.completions(shown.file, *place(FILE.replace(MODELINE, ""), "repetitions")) == {}


@pytest.mark.parametrize(("before", "after", "word", "line"), [
    ("qubits: 2", "qbits: 2", "qbits", 8),
    ("repetitions:", "shots:", "shots", 15),
    ("sweep:", "sweeps:", "sweeps", 13),
    ("do: cnot", "then: cnot", "then", 12),
    ("noise: {", "noises: {", "noises", 5),
])  # fmt: skip
def test_a_wrong_key_is_an_error_at_its_line(shown, before, after, word, line):
    found = shown(FILE.replace(before, after))
    assert (f"Property {word} is not allowed.", line, 1) in found, found


@pytest.mark.parametrize(("before", "after", "line"), [
    ("name: pair\n", "", 2),
    ("qubits: 2", "qubits: [[2]]", 8),
    ("circuits:\n", "circuits: {}\nmetadata:\n", 6),
])  # fmt: skip
def test_what_is_missing_or_has_the_wrong_form_is_an_error(shown, before, after, line):
    assert [(where, severity) for _, where, severity in shown(FILE.replace(before, after))] == [(line, 1)]


@pytest.mark.parametrize(("line", "indent", "block"), [
    ("repetitions: 100", 0, grammar.EXPERIMENT),
    ("    qubits: 2", 4, grammar.CIRCUIT),
], ids=["experiment", "circuit"])  # fmt: skip
def test_every_key_that_is_not_there_yet_is_offered_with_its_meaning(editor, shown, line, indent, block):
    text = FILE.replace(line, f"{' ' * indent}\n{line}")
    shown(text)
    number = text.split("\n").index(line) - 1
    offered = editor.completions(shown.file, number, indent)
    there = set(re.findall(rf"^ {{{indent}}}(\w+):", text, re.MULTILINE))
    sources = set(block.source) if there & set(block.source) else set()
    wanted = {name: about for name, about in keys(block).items() if name not in there | sources}
    assert {name: about.split(" (Not supported", 1)[0] for name, about in offered.items() if name in wanted} == wanted
    assert set(offered) <= set(keys(block)) - there


def test_words_of_a_choice_are_offered(editor, shown):
    text = FILE.replace("    gates:", "    gateset: \n    gates:")
    shown(text)
    line, column = place(text, "gateset: ")
    assert {"native", "qis"} <= set(editor.completions(shown.file, line, column + len("gateset: ")))


@pytest.mark.parametrize(("word", "about"), [
    *((name, keys(grammar.EXPERIMENT)[name]) for name in ("ionq_runner", "name", "targets", "circuits", "repetitions")),
    *((name, keys(grammar.CIRCUIT)[name]) for name in ("qubits", "gates", "sweep")),
])  # fmt: skip
def test_a_key_under_the_mouse_says_what_it_means(editor, shown, word, about):
    shown(FILE)
    line, column = place(FILE, f"{word}: " if f"{word}: " in FILE else f"{word}:")
    words = re.sub(r"\\(.)", r"\1", editor.hover(shown.file, line, column + 1))
    assert about in words


def test_a_copy_of_the_schema_is_the_published_one(folder):
    assert (folder / "experiment.schema.json").read_bytes() == (ROOT / "schemas" / "experiment.schema.json").read_bytes()

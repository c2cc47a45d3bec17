"""The form of a file: known keys, required keys, the right form of each value, all of it at once and each at its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.diagnostics.rendering import render_problems
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.grammar import EXPERIMENT, NOT_AXES
from ionq_runner.language.grammar.types import Block, Choice, Either, Key, Listing, Named, OneBlockOf, Text
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.structure import check_structure
from ionq_runner.language.yaml import Mapping, compose

HEAD = "ionq_runner: 1\nname: a\n"
CIRCUIT = "circuits: {c: {gates: x 0}}\n"


def found(text: str, wanted=EXPERIMENT) -> list[tuple[str, str]]:
    """The code of each problem of form, and the part of the text that it points at."""
    problems = Problems()
    root = compose(Source("f.yaml", text), problems)
    assert (list(problems), root is None) == ([], False)
    first = root.entries[0].key.span if isinstance(root, Mapping) and root.entries else None
    check_structure(root, wanted, problems, first)
    assert render_problems(problems) or len(problems) == 0
    return [(problem.code, text[problem.span.start : problem.span.end]) for problem in problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("nam: b\n" + CIRCUIT, [("E101", "nam")]),
        ("circuits:\n", [("E106", "circuits")]),
        ("circuits: {}", [("E108", "{}")]),
        ("circuits: [a]", [("E103", "[a]")]),
        ("circuits: {c: {}}", [("E107", "c")]),
        ("circuits: {c: {gates: x 0, python: y}}", [("E107", "python"), ("E103", "y")]),
        ("circuits: {c: {gates: []}}", [("E108", "[]")]),
        ("circuits: {c: {gates: [[x 0]]}}", [("E103", "[x 0]")]),
        ("circuits: {c: {gates: [{for: q in 0..1}]}}", [("E102", "{for: q in 0..1}")]),
        ("circuits: {c: {gates: [{for: q in 0..1, repeat: 2, do: x 0}]}}", [("E107", "repeat")]),
        ("circuits: {c: {gates: [{x: 0}]}}", [("E101", "x")]),
        ("circuits: {c: {gates: [{}]}}", [("E108", "{}")]),
        ("circuits: {c: {gates: [{gate: x, control: 0, target: 1}]}}", []),
        ("circuits: {c: {gates: x 0, gateset: natve}}", [("E104", "natve")]),
        ("circuits: {c: {gates: x 0, sweep: {a: {linspace: [0, 1, 2], geomspace: [1, 2, 3]}}}}", [("E107", "geomspace")]),
        ("circuits: {c: {gates: x 0, sweep: {a: {}}}}", [("E108", "{}")]),
        ("circuits: {c: {gates: x 0, sweep: {shots: [1], while: 2}}}", []),
        (CIRCUIT + "repetitions: [1]", [("E103", "[1]")]),
        (CIRCUIT + "repetitions: true", [("E103", "true")]),
        (CIRCUIT + "repetitions: ~", [("E103", "~")]),
        (CIRCUIT + "repetitions:", [("E106", "repetitions")]),
        (CIRCUIT + 'repetitions: "100"', []),
        (CIRCUIT + "observables: 3", [("E103", "3")]),
        (CIRCUIT + "observables:", [("E106", "observables")]),
        (CIRCUIT + "runs: {r: {order: randm, replicate: 2}}", [("E104", "randm"), ("E101", "replicate")]),
        (CIRCUIT + "targets: {t: {}}", [("E102", "t")]),
        (CIRCUIT + "metadata: 5", [("E103", "5")]),
        (CIRCUIT + "metadata: {}", []),
        (CIRCUIT + "parameters: {n: {value: 2, minimun: 1}}", [("E101", "minimun")]),
        (CIRCUIT + "parameters: {n: {value: [[1, 2], [[3]]]}}", [("E103", "[3]")]),
    ],
)
def test_a_wrong_form_is_noted_at_its_place(text, problems):
    assert found(HEAD + text) == problems


def test_what_is_missing_is_noted_at_the_key_above():
    assert found("name: a") == [("E102", "name"), ("E102", "name")]
    assert found("{}") == [("E102", "{}")] * 3


def test_everything_is_noted_at_once():
    text = HEAD + "circuits: {c: {gate: [x 0], measure: true}}\ntargets: [a]\nrepetitions: {}\nsede: 1\n"
    assert [code for code, _ in found(text)] == ["E101", "E103", "E103", "E103", "E101"]


@pytest.mark.parametrize("word", sorted(NOT_AXES))
def test_a_word_of_another_language_is_no_axis(word):
    assert found(HEAD + f"circuits: {{c: {{gates: x 0, sweep: {{{word}: [1]}}}}}}") == [("E101", word)]


PAIR = Block("pair", (Key("left", Text(), "The left.", required=True), Key("right", Listing(Text(), "names"), "The right.")))


@pytest.mark.parametrize(
    ("wanted", "right", "wrong"),
    [
        (Text(), ["a", "1", "''", "no", "1e-3"], ["[a]", "{a: 1}", "true", "~", "null"]),
        (Choice(("a", "b")), ["a", "'b'"], ["c", "A", "[a]", "~", "true"]),
        (Listing(Text()), ["a", "[a]", "[a, 1]"], ["[]", "[[a]]", "{a: 1}", "[~]", "[a, {}]"]),
        (Named(Text()), ["{a: 1}", "{a: 1, b: c}"], ["{}", "a", "[a]", "{a: [b]}", "{a: }"]),
        (Either(scalar=Text(), listing=Listing(Text())), ["a", "[a]"], ["{a: 1}", "[]", "[[a]]", "~"]),
        (Either(listing=Listing(Text()), mapping=PAIR), ["[a]", "{left: 1}"], ["a", "{}", "{right: a}", "[]"]),
        (PAIR, ["{left: 1}", "{left: 1, right: a}", "{right: [a, b], left: '1'}"], ["{left: }", "{right: a}", "{left: 1, top: 2}", "a"]),
        (OneBlockOf("thing", (("left", PAIR),)), ["{left: 1}"], ["{}", "{right: a}", "a", "[]"]),
    ],
    ids=["text", "choice", "listing", "named", "scalar-or-list", "list-or-mapping", "block", "one-of"],
)
def test_a_type_takes_its_forms_and_no_others(wanted, right, wrong):
    assert [(text, found(text, wanted)) for text in right] == [(text, []) for text in right]
    assert [text for text in wrong if not found(text, wanted)] == []


# --- Whole files: whatever is done to one, reading it ends with an experiment or with problems.

SMALL = """\
ionq_runner: 1
name: bell
circuits:
  bell:
    qubits: 2
    gates:
      - h 0          # ion 0 in a superposition
      - cnot 0 1
repetitions: 1000
"""
LARGE = """\
# yaml-language-server: $schema=../schemas/experiment.schema.json
ionq_runner: 1
name: bell-parity
description: >-
  Entangle two ions, turn both by an angle phi, read the parity.
metadata: {owner: ion-lab, protocol: P-17}
parameters: {n: 2, word: "0110", edges: [[0, 1], [1, 2]], k: {value: 2, minimum: 1, choices: [1, 2]}}
blocks:
  pair: {parameters: [a], qubits: [i, j], gates: [h i, "rxx(a) i j"]}
targets:
  ideal: local
  noisy: {backend: local, noise: {model: aria-1}}
sweeps:
  angles: {phi: {linspace: [0, pi, 25]}}
circuits:
  fringe:
    qubits: n
    parameters: {t: 2*phi}
    gates:
      - h 0
      - for: q in 0..n-2
        do: cnot q q+1
      - {repeat: 2, do: [rz(phi) all]}
      - if: bit(word, 0) == 1
        do: {inverse: [s 0]}
      - {gate: cnot, control: 0, target: 1}
    measure: {data: 0..1}
    sweep:
      zip: {s: [1, 2], b: {random: {uniform: [0, 1], length: 2}}}
      product: [angles, {m: 1..3}]
      only: s*m <= 3
repetitions: 1000
seed: 1234
runs:
  rehearsal: {targets: [ideal, noisy], order: random}
"""
SIGNS = [" ", "\n", "\r\n", "\t", ":", ": ", "- ", "[", "]", "{", "}", ",", '"', "'", "#", "&a ", "*a", "!t ", "|", "~", "..", "é"]
WORDS = ["1e400", "10**400", "password: abcdefgh", "true", "\u202e", "\u200b", "\ufeff", "²", "ionq_runner: ²", "<<: 1", "---\n"]
SCRAPS = st.sampled_from(SIGNS + WORDS)


def read(text: str) -> tuple[Experiment | None, Problems]:
    """What is read of a text; every problem must stand inside it and must be fit to be shown."""
    problems = Problems()
    experiment, _ = read_experiment(Source("f.yaml", text), problems)
    assert (experiment is None) <= (problems.errors > 0)
    assert all(0 <= problem.span.start <= problem.span.end <= len(text) for problem in problems)
    shown = render_problems(problems)
    assert [c for c in shown if c in "\x1b\x00\u202e\u200b\ufeff"] == []
    return experiment, problems


@pytest.mark.parametrize("text", [SMALL, LARGE, LARGE.replace("\n", "\r\n"), "\n\n" + SMALL], ids=["small", "large", "crlf", "blank"])
def test_a_right_file_is_read_without_a_problem(text):
    experiment, problems = read(text)
    assert (list(problems), experiment is None) == ([], False)


@settings(max_examples=250)
@given(st.sampled_from([SMALL, LARGE]), st.data())
def test_any_change_of_a_file_ends_with_an_experiment_or_with_problems(text, data):
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + data.draw(SCRAPS | st.characters()) + text[start + data.draw(st.sampled_from([0, 1, 4, 30])) :]
    read(text)


@settings(max_examples=150)
@given(st.permutations(LARGE.splitlines()), st.integers(0, 40))
def test_any_lines_of_a_file_end_with_an_experiment_or_with_problems(lines, kept):
    read("\n".join(lines[:kept]))


@given(st.text(max_size=60) | st.lists(SCRAPS | st.sampled_from("abc"), max_size=25).map("".join))
@example("ionq_runner: ²")
@example("ionq_runner: " + "9" * 5_000)
@example("\ud800")
@example("&0 |")
def test_any_text_ends_with_an_experiment_or_with_problems(text):
    read(text)


def test_a_problem_shows_escape_codes_and_invisible_characters_written_out():
    _, problems = read("ionq_runner: 1\nname: a\ncircuits: {c: {gates: [\"h 0\u202e\", 'x\u200b 0']}}\n")
    shown = render_problems(problems)
    assert ("\\u202e" in shown, "\\u200b" in shown) == (True, True)


GATES = f"{HEAD}repetitions: 1\ncircuits: {{c: {{qubits: 1, gates: "


@pytest.mark.parametrize(
    "text",
    [
        GATES + "x 0, parameters: {" + ", ".join(f"a{i}: 1" for i in range(10_000)) + "}}}",
        GATES + "x 0, sweep: {" + ", ".join(f"a{i}: 1" for i in range(10_000)) + "}}}",
        f"sweeps: {{{', '.join([f'a{i}: {{b: 1}}' for i in range(5_000)] + [f'c{i}: x' for i in range(10_000)])}}}\n{GATES}x 0}}}}",
        GATES + "[" + "x 0, " * 10_000 + "]}}",
        GATES + "[" + "{for: q in 0..1, do: " * 28 + "x 0" + "}" * 28 + "]}}",
        GATES + "[" + "{inverse: [" * 100,
        GATES + '[{for: "' + " " * 200_000 + '", do: x 0}]}}',
        GATES + "'x " + "(" * 200_000 + "'}}",
        GATES + "x 0, parameters: {p: '" + "1+" * 100_000 + "'}}}",
        GATES + "x 0, parameters: {p: '" + "1" * 250_000 + "'}}}",
        "\n".join(f"key{i}: 1" for i in range(10_000)),
        "a" * 900 + ": 1\n" + "b" * 900 + ": 2\n" + CIRCUIT,
    ],
    ids=[
        "parameters", "axes", "sweeps", "statements", "loops", "deep", "spaces", "brackets", "expression", "digits", "unknown", "long-keys",
    ],
)  # fmt: skip
def test_a_hostile_file_costs_no_time_and_little_text(text):
    begin = time.process_time()
    _, problems = read(text)
    assert time.process_time() - begin < 5
    assert len(render_problems(problems)) < 200_000

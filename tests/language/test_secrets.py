"""No diagnostic ever repeats what looks like a credential, wherever in a file it stands and however broken the file is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import ProblemFound, Problems, Source
from ionq_runner.diagnostics.rendering import render_problem, render_problems
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.rules import check_rules
from ionq_runner.language.secrets import compose_without_secrets, without_secrets
from ionq_runner.language.yaml import decode

KEY = "Zq8XabcdefghijKLMNOP4567qrst"
FILE = """\
ionq_runner: 1
name: bell
description: {description}
metadata: {{{metadata}: {value}, other: 1}}
circuits:
  bell:
    qubits: 2
    gates:
      - h 0
      - {statement}
observables: {{}}
repetitions: {repetitions}
{extra}
"""
FIELDS = {
    "description": "two ions", "metadata": "owner", "value": "me", "statement": "cnot 0 1", "repetitions": "100", "extra": "",
}  # fmt: skip

API_KEYS = st.tuples(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=8), st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8), st.text("0123456789", min_size=8)
).flatmap(lambda parts: st.permutations("".join(parts)).map("".join))


def messages(text: str) -> tuple[list[str], str]:
    """The codes of the problems with a text, and everything that is said about it."""
    problems = Problems()
    experiment, _ = read_experiment(Source("f.yaml", text), problems)
    if experiment is not None:
        check_rules(experiment, problems)
    return [problem.code for problem in problems], render_problems(problems)


def leaks(secret: str, shown: str) -> bool:
    """Whether a message has the secret, or most of it."""
    return any(secret[start : start + 8] in shown for start in range(max(1, len(secret) - 7)))


FORMS = st.sampled_from(["{}", "'{}'", '"{}"', "{} # {}", "[{}]", "{{{}: {}}}", "x {}", ">-\n    {}"])
BROKEN = st.sampled_from(["a: [{}", "{}: {}: {}", "a: *{}", "a: &{} 1", "a: !{} 1", "? {}", "- {}\n{}", "a: 1\n{}: 2\n{}: 3", "a: (1, {}"])


@given(API_KEYS, st.sampled_from(sorted(FIELDS)), FORMS)
def test_a_key_anywhere_in_a_file_is_refused_and_never_repeated(key, field, form):
    codes, shown = messages(FILE.format(**{**FIELDS, field: form.format(key, key)}))
    assert "E010" in codes
    assert not leaks(key, shown)


@given(API_KEYS, BROKEN)
def test_a_key_in_a_broken_file_is_never_repeated(key, form):
    codes, shown = messages(form.format(key, key, key))
    assert "E010" in codes
    assert not leaks(key, shown)


PASSWORDS = st.text("abcxyz0123!?$%^_+", min_size=7, max_size=20).map(lambda text: f"p{text}")
NAMES = st.sampled_from(["password", "API_KEY", "api-key", "ionq_token", "secret", "Secret_2"])


VALUES = st.sampled_from(["{}", "'{}'", '"{}"', "[1, {}]", "|\n  {}", ">-\n  {}\n  {}", "{} # note", "\n  {}", "!tag {}", "&a {}"])


@given(NAMES, PASSWORDS, VALUES)
def test_the_value_of_a_key_named_like_a_credential_is_refused_and_never_repeated(name, password, form):
    value = form.format(password, password)
    inner = value.replace("\n", "\n  ")
    for text in (f"{name}: {value}\n", f"a: 1\n{name}: 1\n{name}: {value}\n", f"metadata:\n  {name}: {inner}\n"):
        codes, shown = messages(text)
        assert "E010" in codes
        assert not leaks(password, shown)


@given(NAMES, PASSWORDS, st.sampled_from(["{}: '{}", '{}: "{}', "a: [{}: {}", "{}: {}\n]", "{}: [{}", "{}: *{}\n]", "{}: {}: {}"]))
def test_the_value_of_such_a_key_in_a_broken_file_is_never_repeated(name, password, form):
    codes, shown = messages(form.format(name, password, password))
    assert "E010" in codes
    assert not leaks(password, shown)


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\x5aq8XabcdefghijKLMNOP4567qrst"',
        'a: "Zq8Xabcdefghij\\\n  KLMNOP4567qrst"',
        'description: "use API_KEY=hunter2now"',
        "description: 'send apiKey hunter2now, please'",
        "# curl -H 'Authorization: apiKey hunter2now'",
        "run: {env: [API_KEY=hunter2now]}",
    ],
)
def test_a_key_in_disguise_is_refused_and_not_repeated(text):
    codes, shown = messages(text)
    assert "E010" in codes
    assert not leaks("hunter2now", shown)
    assert not leaks(KEY, shown)


@pytest.mark.parametrize(
    "data",
    [f"key: {KEY}\x00".encode(), f"key: {KEY}".encode() + b"\xff", f"# {KEY}\n".encode() + b"#" * (1 << 20), b"password: hunter2now\x07"],
    ids=["control", "utf8", "size", "password"],
)
def test_a_file_that_is_not_even_read_shows_no_key(data):
    with pytest.raises(ProblemFound) as found:
        decode(data, "f.yaml")
    shown = render_problem(found.value.problem)
    assert not leaks(KEY, shown)
    assert not leaks("hunter2now", shown)


@pytest.mark.parametrize(
    "text",
    [
        "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "a: abcdefghijklmnopqrstuvwxyzabcdefgh",
        "a: ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "a: Rotate-both-ions-by-phi-2-and-Read-the-parity",
        "a: averyLongNameOf2Letters",
        'secret: "0110"',
        "secret: [\"01\", '10']",
        "secret: {bitstrings: n}",
        "secret: 3*(1 + 2)",
        "tokens:",
        "a: the apiKey is in the environment",
    ],
)
def test_what_is_nobodys_key_stays_as_it_is(text):
    problems = Problems()
    source = Source("f.yaml", text)
    masked, root = compose_without_secrets(source, problems)
    assert root is not None
    if "apiKey" not in text:
        assert masked is source
        assert "E010" not in [problem.code for problem in problems]
    else:
        assert len(masked.text) == len(text)


PIECES = [KEY, "API_KEY=", "apiKey ", "a", " ", "\n", "\r\n", ": ", "password: ", "hunter2now", '"', "[", "漢", "\t"]
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)


@given(TEXTS)
def test_nothing_moves_and_masking_twice_is_masking_once(text):
    masked = without_secrets(Source("f.yaml", text), Problems())
    assert [len(line) for line in masked.text.split("\n")] == [len(line) for line in text.split("\n")]
    assert all(new in (old, "x") for old, new in zip(text, masked.text, strict=True))
    assert KEY not in masked.text
    again = Problems()
    assert without_secrets(masked, again).text == masked.text
    assert len(again) == 0


@given(TEXTS)
def test_each_noted_place_is_crossed_out_in_the_text_that_is_shown(text):
    problems = Problems()
    source, _ = compose_without_secrets(Source("f.yaml", text), problems)
    assert [len(line) for line in source.text.split("\n")] == [len(line) for line in text.split("\n")]
    noted = [problem.span for problem in problems if problem.code == "E010"]
    assert (source.text != text) == bool(noted)
    assert {c for span in noted for c in span.source.text[span.start : span.end]} <= {"x", " ", "\t", "\r", "\n"}
    assert all(problem.span.source is source for problem in problems)


@pytest.mark.parametrize(
    "text",
    [f"a: [{', '.join([KEY] * 15_000)}]", "[ token" + "token" * 100_000, "password: hunter2now\n" * 15_000, "[" + "password: \n" * 40_000],
    ids=["keys", "one-word", "passwords", "empty"],
)
def test_a_file_full_of_keys_is_refused_at_once(text):
    begin = time.process_time()
    codes, shown = messages(text)
    assert time.process_time() - begin < 5
    assert codes
    assert not leaks(KEY, shown)
    assert not leaks("hunter2now", shown)


def test_masking_keeps_a_key_apart_from_what_stands_beside_it():
    problems = Problems()
    masked = without_secrets(Source("f.yaml", f"a: {KEY} # b\n"), problems)
    assert masked.text == f"a: {'x' * len(KEY)} # b\n"
    assert [(problem.span.start, problem.span.end) for problem in problems] == [(3, 3 + len(KEY))]

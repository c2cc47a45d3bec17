"""Whatever a file holds, it is answered with problems at places inside it, soon, and never with an exception."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.circuits.qasm import parse_qasm
from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Source
from ionq_runner.diagnostics.rendering import render_problems
from ionq_runner.language import grammar
from ionq_runner.language.grammar import types
from ionq_runner.language.grammar.circuits import CIRCUIT as CIRCUIT_BLOCK
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.reading.points import read_points

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOOD = [*sorted((HERE / "good").glob("*.yaml")), *sorted((ROOT / "experiments").glob("*.yaml")), *sorted((HERE / "broken").glob("*.yaml"))]
TEXTS = [path.read_text(encoding="utf-8", errors="replace") for path in GOOD]
SECONDS = 5.0  # of processor time, for what takes some hundredths of one; a machine may be slow

# What is put into files: signs of YAML, of expressions and of OpenQASM, words of the language, numbers at limits, hostile characters.
PIECES = [
    *"{}[]()<>:;,.-+*/%^&|!?'\"\\#@$~`= \n\t\r\0\x1b\u2028\u202e\ufeffé🙂−×π²",
    "..", "**", "- ", ": ", "|\n", ">\n", "&a ", "*a", "<<: ", "!!python/object:os.system ", "? ", "---\n", "...\n", "%YAML 1.1\n",
    "for: q in 0..9\n", "do:", "repeat: 1e9", "gates:", "sweep:", "linspace: [0, 1, 1e9]", "bitstrings: 64", "qasm: |\n", "ionq:",
    "file: x", "1e400", "-1", "0", "2**1024", "9007199254740993", ".nan", ".inf", "pi", "qubits", "all", "cnot 0 1", "rx(theta) 0",
    "null", "true", "no", "0x1F", "1_000", "q[0:2]", "ctrl @ ", "measure q -> c;", "gate g a { x a; }",
    "include \"qelib1.inc\";", "for int i in [0:9] { }", "/*", "//",
]  # fmt: skip


@st.composite
def mutated(draw, texts: list[str]) -> str:
    """A text with some parts cut out, doubled, moved, or with pieces put in."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(["cut", "double", "put", "replace", "line"]))
        piece = draw(st.sampled_from(PIECES))
        if change == "cut":
            text = text[:start] + text[stop:]
        elif change == "double":
            text = text[:stop] + text[start:stop] * draw(st.integers(1, 3)) + text[stop:]
        elif change == "put":
            text = text[:start] + piece + text[start:]
        elif change == "replace":
            text = text[:start] + piece + text[stop:]
        else:
            lines = text.splitlines(keepends=True) or [""]
            line = lines.pop(draw(st.integers(0, len(lines) - 1)))
            lines.insert(draw(st.integers(0, len(lines))), line)
            text = "".join(lines)
    return text


def check(problems: Problems) -> None:
    """Every problem has its place in a text that there is, and can be shown."""
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(problem.span.source.text)
        assert problem.message
    assert "Traceback" not in render_problems(problems)


def validated(data: bytes, name: str = "fuzz.yaml") -> Problems:
    start = time.process_time()
    problems = api.validate(data, name)
    assert time.process_time() - start < SECONDS
    check(problems)
    return problems


def planned(data: bytes) -> bool:
    """Plan a file that validates, which may ask for more memory than there is; whether there is a plan."""
    start = time.process_time()
    try:
        api.plan(data, "fuzz.yaml", seed=1)
    except api.Refused as refused:
        check(refused.problems)
        return False
    finally:
        assert time.process_time() - start < SECONDS
    return True


@settings(max_examples=150)
@given(mutated(TEXTS))
def test_a_file_that_was_changed_by_chance_is_answered_and_planned_if_it_may_be(text):
    data = text.encode("utf-8", "surrogatepass")
    if not validated(data).errors:
        planned(data)


@settings(max_examples=100)
@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_answered(text):
    assert len(validated(text.encode("utf-8", "surrogatepass")))


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data):
    assert len(validated(data))


WORDS = st.sampled_from([piece for piece in PIECES if piece.isprintable()])
INNER_KEYS = st.text(max_size=6) | st.sampled_from(["for", "do", "gate", "file", "zip"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(INNER_KEYS, inner, max_size=4),
    max_leaves=12,
)
KEYS = [key.name for key in grammar.EXPERIMENT.keys]
CIRCUIT = [key.name for key in CIRCUIT_BLOCK.keys]


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(CIRCUIT), VALUES))
def test_any_values_under_the_keys_of_the_language_are_answered(top, circuit):
    whole = {"ionq_runner": 1, "name": "fuzz", **top, "circuits": {"c": circuit}} if circuit else {"ionq_runner": 1, "name": "fuzz", **top}
    validated(json.dumps(whole).encode())


# What may stand for a text of the grammar: names of the file below, expressions, qubits, Pauli words, and now and then anything.
TEXT = WORDS | st.sampled_from([
    "c", "d", "t", "phi", "n", "z", "f", "f.offset", "s", "m", "r", "local", "aria-1", "0", "1", "1/2", "phi/2", "n + 1", "h 0",
    "rx(phi) 0",
    "cnot 0 1", "q in 0..1", "0..1", "all", "ZZ", "XY", "1/2 * ZZ", "00", "zeros", "cosine", "a*phi + b", "ideal", "2.5", "phi == 0",
])  # fmt: skip
NAME = st.sampled_from(["c", "d", "t", "phi", "n", "z", "f", "s", "m", "r", "X", "Z", "ZZ", "circuit", "target"])


def tree(wanted: types.Type, depth: int = 0) -> st.SearchStrategy:
    """Values of a type of the grammar, at most a few levels deep."""
    if depth > 7:
        return TEXT
    match wanted:
        case types.Text():
            return TEXT
        case types.Choice(words):
            return st.sampled_from(words)
        case types.Flag():
            return st.booleans()
        case types.Anything():
            return VALUES
        case types.Listing(item):
            return st.lists(tree(item, depth + 1), min_size=1, max_size=3) | tree(item, depth + 1)
        case types.Named(value):
            return st.dictionaries(NAME, tree(value, depth + 1), min_size=1, max_size=3)
        case types.Either(scalar, listing, mapping):
            return st.one_of(*(tree(form, depth + 1) for form in (scalar, listing, mapping) if form is not None))
        case types.Reference(title):
            return st.deferred(lambda: tree(grammar.TYPES[title], depth + 1))
        case types.OneBlockOf(_, kinds):
            return st.one_of(*(tree(block, depth + 1) for _, block in kinds))
        case types.Block():
            return block(wanted, depth)


def block(wanted: types.Block, depth: int) -> st.SearchStrategy:
    """Mappings with the keys that a block needs, one of its sources, and some of the others."""
    needed = {key.name: tree(key.type, depth + 1) for key in wanted.keys if key.required}
    others = {key.name: tree(key.type, depth + 1) for key in wanted.keys if not key.required and key.name not in wanted.source}
    made = st.fixed_dictionaries(needed, optional=others)
    if wanted.source:
        sources = [st.fixed_dictionaries({name: tree(wanted.key(name).type, depth + 1)}) for name in wanted.source]
        made = st.builds(dict.__or__, made, st.one_of(*sources))
    return made


NEW = ("observables", "fits", "summaries", "expect", "mitigation", "budget", "runs", "targets", "sweeps", "blocks")
BASE = {
    "ionq_runner": 1,
    "name": "fuzz",
    "parameters": {"n": 1},
    "circuits": {"c": {"qubits": 2, "gates": ["rx(phi) 0", "cnot 0 1"], "sweep": {"phi": [0, "pi"]}}},
    "targets": {"t": "local"},
    "repetitions": 10,
}
WHOLE = st.fixed_dictionaries({}, optional={name: tree(grammar.EXPERIMENT.key(name).type) for name in NEW})


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(WHOLE)
def test_any_tree_of_the_grammar_is_answered_and_planned_if_it_may_be(parts):
    data = json.dumps({**BASE, **parts}).encode()
    if not validated(data).errors:
        planned(data)


@pytest.mark.parametrize("name", NEW)
def test_such_trees_reach_every_part_of_the_grammar(name):
    """Some tree of each part has the form that the part wants, so that what it means is looked at."""
    wanted = tree(grammar.EXPERIMENT.key(name).type)
    quickly = settings(max_examples=2_000, phases=[Phase.generate])
    found = find(wanted, lambda part: bool(part) and well_formed({**BASE, name: part}), settings=quickly)
    assert well_formed({**BASE, name: found})


def well_formed(whole: dict[str, object]) -> bool:
    problems = Problems()
    read_experiment(Source("fuzz.yaml", json.dumps(whole)), problems)
    return not problems.errors


OPENQASM = [
    'OPENQASM 2.0;\ninclude "qelib1.inc";\ngate g(a) x, y { rz(a/2) x; cx x, y; }\nqreg q[3]; creg c[3];\nh q;\n'
    "g(pi/4) q[0], q[1];\nbarrier q;\nmeasure q -> c;\n",
    'OPENQASM 3.0;\ninclude "stdgates.inc";\ninput angle t;\nconst int n = 3;\nqubit[n] q; bit[n] c;\nlet a = q[0:1] ++ q[{2}];\n'
    "for int i in [0:n-2] { ctrl @ rz(t*i) q[i], q[i+1]; }\nnegctrl @ pow(2) @ inv @ s a[0], a[1];\ngphase(pi);\nc = measure q;\n",
]  # fmt: skip


@settings(max_examples=250)
@given(mutated(OPENQASM) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_openqasm_is_answered(text):
    problems = Problems()
    start = time.process_time()
    read = parse_qasm(Excerpt.of(text, "fuzz.qasm"), problems)
    assert time.process_time() - start < SECONDS
    assert read is not None or problems.errors == 1
    check(problems)


@settings(max_examples=150)
@given(mutated(["a,b\n1,2\n3,4\n", 'name,bits\n"x ""y""",01\nz,10\n']))
def test_any_file_of_points_is_answered(text):
    problems, axes = Problems(), ()
    try:
        axes = read_points(Excerpt.of(text, "points.csv"))
    except ProblemFound as found:
        problems.add(found.problem)
    check(problems)
    assert problems.errors or len({len(axis.spaced.cells) for axis in axes}) == 1


QASM_BOMBS = {
    "gates that double": "qubit q; gate g0 a { U(1, 0, 0) a; }"
    + "".join(f" gate g{i} a {{ g{i - 1} a; g{i - 1} a; }}" for i in range(1, 60))
    + " g59 q;",
    "loops in loops": "qubit q; " + "for int i in [0:99999] { " * 6 + "U(1, 0, 0) q; " + "}" * 6,
    "a loop of a thousand million turns": "qubit q; for int i in [0:1000000000] { U(1, 0, 0) q; }",
    "a loop that measures as often": "qubit q; bit c; for int i in [0:1000000000] { c = measure q; }",
    "wide registers together": "qubit[5000] q; qubit[5000] r; " + "ctrl @ U(0, 0, 1) q, r; " * 1000,
    "brackets in brackets": "qubit q; U(" + "(" * 100_000 + "1" + ")" * 100_000 + ", 0, 0) q;",
    "signs in a row": "qubit q; U(" + "-" * 100_000 + "1, 0, 0) q;",
    "blocks in blocks": "qubit q; " + "for int i in [0:0] { " * 10_000,
    "a tower of powers": "qubit q; U(9**9**9**9, 0, 0) q;",
    "a long name": f"qubit {'q' * 200_000};",
}


@pytest.mark.parametrize("bomb", QASM_BOMBS.values(), ids=QASM_BOMBS)
def test_an_openqasm_bomb_is_answered_soon(bomb):
    text = json.dumps({"ionq_runner": 1, "name": "bomb", "repetitions": 1, "circuits": {"c": {"qasm": bomb}}})
    problems = validated(text.encode())
    assert problems.errors or "long name" in next(name for name, own in QASM_BOMBS.items() if own is bomb)

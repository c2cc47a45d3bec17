"""The small language of Pauli sums: words, and terms of a number, a word and its qubits."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions import evaluate
from ionq_runner.language.terms import parse_term, parse_word


def parts(text: str) -> tuple[float | None, str, list[str]]:
    """The value of the number of a term, its word, and its operands as they were written."""
    term = parse_term(Excerpt.of(text))
    number = None if term.coefficient is None else float(evaluate(term.coefficient, {"n": 6.0, "X": 3.0}))
    return number, term.letters, [text[operand.span.start : operand.span.end] for operand in term.operands]


def refused(parse, text: str, **options) -> tuple[str, str, str]:
    """The code of the problem with a text, the part of the text that it points at, and the remedy."""
    with pytest.raises(ProblemFound) as found:
        parse(Excerpt.of(text), **options)
    problem = found.value.problem
    assert render_problem(problem)
    return problem.code, text[problem.span.start : problem.span.end], problem.hint


@pytest.mark.parametrize(("text", "term"), [
    ("ZZ", (None, "ZZ", [])),
    ("Y", (None, "Y", [])),
    ("-ZZ 0 1", (-1, "ZZ", ["0", "1"])),
    ("+ZZ 0 1", (1, "ZZ", ["0", "1"])),
    ("n/2 * I", (3, "I", [])),
    ("-1/2 * ZZ 0 (1+1)%n", (-0.5, "ZZ", ["0", "(1+1)%n"])),
    ("Z all", (None, "Z", ["all"])),
    ("Z 0..n-1 step 2 1", (None, "Z", ["0..n-1 step 2", "1"])),
    ("1e-3*XYZ 2 1 0", (1e-3, "XYZ", ["2", "1", "0"])),
    ("(1 - n) * XX", (-5, "XX", [])),
    ("-2**2 * XX", (-4, "XX", [])),
    ("min(1, n - 2) * XX", (1, "XX", [])),
    ("X * XX 0 X", (3, "XX", ["0", "X"])),
    ("ZZ -1+n 0", (None, "ZZ", ["-1+n", "0"])),
    ("  ZZ  0\t1 ", (None, "ZZ", ["0", "1"])),
])  # fmt: skip
def test_a_term_is_a_number_a_word_and_its_qubits(text, term):
    assert parts(text) == term


@pytest.mark.parametrize(("text", "problem"), [
    ("zz 0 1", ("E901", "zz", "write `ZZ`")),
    ("0.5 * zZ", ("E901", "zZ", "write `ZZ`")),
    ("X0 Y1", ("E901", "X0", "write the letters first, then their qubits: `XY 0 1`")),
    ("ΧX", ("E901", "ΧX", "the letters of a word are I, X, Y and Z, one for each measured qubit, such as `ZZ`")),
    ("0.5 ZZ", ("E902", "ZZ", "write `0.5 * ZZ`")),
    ("2ZZ 0 1", ("E902", "ZZ", "write `2 * ZZ`")),
    ("ZZ*0.5", ("E902", "ZZ", "write `0.5 * ZZ`")),
    ("ZZ/2", ("E902", "ZZ", "write `1/2 * ZZ`")),
    ("ZZ(0)", ("E902", "ZZ", "write `ZZ 0 1`")),
    ("n/2", ("E902", "n/2", "for a constant, write `n/2 * I`")),
    ("I 0", ("E902", "I 0", "write `I` alone")),
    ("2 * -ZZ", ("E902", "-", "write it at the beginning: `-2 * ZZ`")),
    ("ZZ 0 1 + XX 0 1", ("E902", "+", "write an item of the list for each term, with its sign: `- -1/2 * ZZ 0 1`")),
    ("1 + ZZ", ("E902", "+", "write an item of the list for each term, with its sign: `- -1/2 * ZZ 0 1`")),
    ("X 0 * X 1", ("E902", "*", "write its letters together, then their qubits: `XX 0 1`")),
    ("1 - n*ZZ", ("E902", "-", "put it in brackets, `(1 - n) * ...`, or write an item of the list for each term")),
])  # fmt: skip
def test_what_people_write_for_a_term_shows_what_to_write(text, problem):
    code, place, hint = refused(parse_term, text)
    assert (code, place) == problem[:2]
    assert hint.startswith(problem[2]) or problem[2].startswith("the letters")


@pytest.mark.parametrize(("text", "hint"), [
    ("zz", "write `ZZ`"),
    ("Z Z", "write `ZZ`"),
    ("X⊗Y", "write `XY`"),
    ("ХX", "write `XX`; it has `Х` (cyrillic capital letter ha)"),
    ("ZZ 0 1", "write `{Z: [0, 1]}`"),
    ("XZ 0 1", "write `{X: 0, Z: 1}`"),
    ("X0 Z2", "write `{X: 0, Z: 2}`"),
    ("Z 0", "write `{Z: [0]}`"),
    ("0.5*ZZ", "a number before a word makes it a sum: `sum: {ZZ: 0.5}`"),
])  # fmt: skip
def test_what_people_write_for_a_word_shows_what_to_write(text, hint):
    code, place, shown = refused(parse_word, text)
    assert (code, place, shown) == ("E901", text, hint)


def test_a_word_with_qubits_belongs_in_a_list_of_terms():
    assert refused(parse_word, "XX 0 1", summed=True)[2] == "terms with qubits stand in a list: `- 0.5 * XX 0 1`"


@example("-")
@example("*")
@example("2 ** XX")
@example("XX) 0")
@example("(XX 0")
@given(st.text(alphabet="XYZIxq019 .*+-/()[],@≤\n", max_size=12))
def test_any_text_is_a_term_or_a_problem(text):
    for parse in (parse_term, parse_word):
        with contextlib.suppress(ProblemFound):
            parse(Excerpt.of(text))


@given(st.text("IXYZ", min_size=1, max_size=8), st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_term_that_is_written_out_is_read_back(word, number, space):
    term = parse_term(Excerpt.of(f"{number!r}{' ' * space}*{' ' * space}{word}"))
    assert term.coefficient is not None
    assert (evaluate(term.coefficient, {}), term.letters) == (number, word)

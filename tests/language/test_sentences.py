"""The small languages inside a scalar: statements, operands and the heads of loops."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionq_runner.circuits.statements import All, GateStatement, Operand
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems, Source
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions import Expression, Range
from ionq_runner.language.sentences import LoopHead, parse_loop_head, parse_operand, parse_operands, parse_statement
from ionq_runner.language.yaml import Mapping, Scalar, compose

PARSERS = [parse_statement, parse_loop_head, parse_operands, parse_operand]


def said(operand: Operand) -> str:
    """An operand as it was written."""
    span = operand.span
    return span.source.text[span.start : span.end]


def parts(text: str) -> tuple[str, list[str], list[str]]:
    """The name, the arguments and the operands of a statement."""
    statement = parse_statement(Excerpt.of(text))
    return statement.name, [argument.text for argument in statement.arguments], [said(operand) for operand in statement.operands]


def refused(text: str, parse=parse_statement) -> tuple[str, str]:
    """The code of the problem with a text, and the part of the text that it points at."""
    with pytest.raises(ProblemFound) as found:
        parse(Excerpt.of(text))
    assert render_problem(found.value.problem)
    span = found.value.problem.span
    return found.value.problem.code, text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "name", "arguments", "operands"),
    [
        ("h 0", "h", [], ["0"]),
        ("cnot q q+1", "cnot", [], ["q", "q+1"]),
        ("rx(theta/2) 0", "rx", ["theta/2"], ["0"]),
        ("u(a, b + c, max(1, 2)) all", "u", ["a", "b + c", "max(1, 2)"], ["all"]),
        ("h 0..n-1", "h", [], ["0..n-1"]),
        ("h 0..6 step 2 7", "h", [], ["0..6 step 2", "7"]),
        ("h  0\t1\n2", "h", [], ["0", "1", "2"]),
        ("cnot (q + 1) bit(b, 2)", "cnot", [], ["(q + 1)", "bit(b, 2)"]),
        ("  h 0  ", "h", [], ["0"]),
        ("my-gate_2(x) 0", "my-gate_2", ["x"], ["0"]),
        ("h -1+q", "h", [], ["-1+q"]),
        ("f() 0", "f", [], ["0"]),
    ],
)
def test_a_statement_is_a_name_arguments_and_operands(text, name, arguments, operands):
    assert parts(text) == (name, arguments, operands)


def test_operands_are_all_a_range_or_an_expression():
    kinds = [type(operand) for operand in parse_operands(Excerpt.of("all 0..3 q+1 0..4 step 2"))]
    assert kinds == [All, Range, Expression, Range]


@given(
    st.sampled_from(["h", "rx", "my-gate", "_"]),
    st.lists(st.sampled_from(["pi", "a + b", "-(x)", "max(1, 2)"]), max_size=3),
    st.lists(st.sampled_from(["0", "q+1", "all", "0..3", "0..4 step 2", "(q + 1)", "max(a, b)"]), min_size=1, max_size=4),
    st.sampled_from([" ", "  ", "\n", " \t "]),
)
def test_what_is_written_from_parts_is_read_back_with_the_places_of_its_parts(name, arguments, operands, space):
    text = name + (f"({', '.join(arguments)})" if arguments else "") + "".join(space + operand for operand in operands)
    assert parts(text) == (name, arguments, operands)
    statement = parse_statement(Excerpt.of(text))
    assert (statement.span.start, statement.span.end) == (0, len(text))
    assert (statement.name_span.start, statement.name_span.end) == (0, len(name))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "E411", ""),
        ("0 h", "E411", "0 h"),
        ("(h) 0", "E411", "(h) 0"),
        ("h", "E414", "h"),
        ("rx(pi)", "E414", "rx"),
        ("rx (a, b) 0", "E412", "(a, b)"),
        ("rx(pi 0", "E413", "("),
        ("rx((pi) 0", "E413", "("),
        ("h (0", "E413", "("),
        ("rx(pi] 0", "E413", "("),
        ("rx([pi)] 0", "E413", "["),
        ("h (q + [1)", "E413", "["),
        ("rx(pi)0", "E411", "rx(pi)0"),
        ("rx(pi)(0) 1", "E411", "("),
        ("rx(2pi) 0", "E302", "2pi"),
        ("rx(pi,) 0", "E305", ""),
        ("h q + 1", "E428", "+"),
        ("h 0, 1", "E305", ","),
        ("h [0, 1]", "E305", "["),
        ("h 0)", "E305", ")"),
        ("h 0 step 2", "E305", "step"),
        ("h θ", "E301", "θ"),
        ("h\u00a00", "E301", "\u00a0"),
    ],
)
def test_a_broken_statement_is_refused_at_its_place(text, code, place):
    assert refused(text) == (code, place)


@pytest.mark.parametrize(
    ("text", "names", "over"),
    [
        ("q in 0..n-1", ["q"], "0..n-1"),
        ("q in 0..8 step 2", ["q"], "0..8 step 2"),
        ("  a ,b   in  edges ", ["a", "b"], "edges"),
        ("i in [1, 2*k, max(1, 2)]", ["i"], [["1"], ["2*k"], ["max(1, 2)"]]),
        ("a, b in [[0, 1], (1, 2), [k, k + 1]]", ["a", "b"], [["0", "1"], ["1", "2"], ["k", "k + 1"]]),
        ("i in [(1 + 2)*3]", ["i"], [["(1 + 2)*3"]]),
        ("i\nin\n0..1", ["i"], "0..1"),
        ("inn in inside", ["inn"], "inside"),
    ],
)
def test_a_loop_names_what_runs_and_what_it_runs_over(text, names, over):
    head = parse_loop_head(Excerpt.of(text))
    assert [name.text for name in head.names] == names
    match head.over:
        case Range():
            assert said(head.over) == over
        case str():
            assert head.over == over
        case rows:
            assert [[value.text for value in row] for row in rows] == over
    assert text[head.over_span.start : head.over_span.end] == text.split("in ")[-1].split("in\n")[-1].strip()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E415"), ("q", "E415"), ("q in", "E415"), ("in 0..3", "E415"), ("q of 0..3", "E415"), ("q in 5", "E415"), ("q in 2*n", "E415"),
        ("2 in 0..3", "E415"), ("a b in 0..3", "E415"), ("a, in 0..3", "E415"), ("q in [1, 2", "E413"), ("q in [1, 2)", "E413"),
        ("q in [1] 2", "E415"), ("q in range(4)", "E415"), ("q in range(" + "9" * 5_000 + ")", "E415"), ("q in 0..", "E305"),
        ("q in []", "E305"), ("q in [a b]", "E302"), ("(q in 0..3", "E413"), ("q in 0..3 in 4", "E302"),
    ],
)  # fmt: skip
def test_a_broken_loop_is_refused(text, code):
    assert refused(text, parse_loop_head)[0] == code


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('"rx(2pi) 0"', "2pi"),
        ('"rx(\\x32pi) 0"', "\\x32pi"),
        ("'rx(2pi) 0'", "2pi"),
        (">-\n  rx(a,\n  2pi)\n  0", "2pi"),
        ("|\n  h\n  2pi", "2pi"),
        ('"h 0..4 step 2pi"', "2pi"),
        ('"h \\x30..4 step 2 \\\n   0..2 step 2pi"', "2pi"),
        ("h 0..4\n  step 2pi", "2pi"),
    ],
)
def test_a_problem_points_into_the_file_through_quotes_escapes_and_folds(written, place):
    text = f"do: {written}\n"
    root = compose(Source("f.yaml", text), Problems())
    assert isinstance(root, Mapping)
    node = root.entries[0].value
    assert isinstance(node, Scalar)
    with pytest.raises(ProblemFound) as found:
        parse_statement(node.excerpt)
    span = found.value.problem.span
    assert text[span.start : span.end] == place


SCRAPS = [
    "h", "rx", "(", ")", "[", "]", ",", " ", "  ", "0", "q+1", "..", "step", "all", "in", "pi", "-", "\n", "2pi", "é", "\u200b", "range(3)",
]  # fmt: skip


def tried(parse, excerpt: Excerpt) -> object:
    """What a parser makes of a text, or the problem with it."""
    try:
        return parse(excerpt)
    except ProblemFound as found:
        return found.problem


@given(st.lists(st.sampled_from(SCRAPS), max_size=15).map("".join) | st.text(max_size=20))
@example("x" + "0" * 5_000)
@example("q in range(" + "1" * 5_000 + ")")
def test_any_text_is_read_or_refused_with_a_problem_inside_it(text):
    assert_read_or_refused(text)


@given(st.sampled_from(["rx(theta/2) 0", "cnot q q+1", "a, b in [[0, 1], [1, 2]]", "h 0..6 step 2 all", "q in 0..n-1"]), st.data())
def test_any_change_of_a_valid_text_is_read_or_refused(text, data):
    start = data.draw(st.integers(0, len(text)))
    changed = text[:start] + data.draw(st.sampled_from(SCRAPS) | st.characters()) + text[start + data.draw(st.integers(0, 3)) :]
    assert_read_or_refused(changed)


def assert_read_or_refused(text: str) -> None:
    for parse in PARSERS:
        found = tried(parse, Excerpt.of(text))
        assert isinstance(found, GateStatement | LoopHead | tuple | All | Range | Expression | Problem)
        if isinstance(found, Problem):
            assert 0 <= found.span.start <= found.span.end <= len(text)
            assert len(render_problem(found)) < 10_000


@pytest.mark.parametrize(
    "text",
    [
        " " * 250_000, "a" + " " * 250_000, "a in" + " " * 250_000, "a in " * 5_000, "x" + "(" * 250_000, "x " + "(0" * 120_000,
        "x " + "0 " * 10_000, "rx(" + "," * 250_000 + ") 0", "x " + "0..2 step 2 " * 2_000, "q in [" + "[1], " * 10_000 + "1]",
        "," * 250_000, "[" * 250_000,
    ],
    ids=lambda text: f"{text[:8]!r}",
)  # fmt: skip
def test_a_text_of_any_length_costs_time_in_proportion(text):
    begin = time.process_time()
    assert_read_or_refused(text)
    scattered = tried(parse_operands, Excerpt(text, Source("f", text), 0, tuple(range(len(text)))))
    assert isinstance(scattered, tuple | Problem)
    assert time.process_time() - begin < 5

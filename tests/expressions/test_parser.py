"""The grammar of expressions: the precedence of mathematics and Python, bounded depth, and every other text refused at its place."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Source, Span
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions import Expression, Range, parse_expression, parse_range
from ionq_runner.expressions.tree import Binary, Call, Name, Node, Number, Unary

VALID = ["2*pi*k/8", "-2**2", "n - 1", "bit(b, i) == 1 and not k > 2", "max(a, b, 3) // (1 + c)", "0..n-2", "1..10 step 2*k", "a**-b % .5"]
SCRAPS = [
    "1", "pi", "k", "sin", "bit", "(", ")", ",", "..", "step", "and", "not", "in", "all", "-", "**", "<", "==", " ", "\n", "é", "\x00", "[",
]  # fmt: skip


def tree(text: str) -> Node:
    return parse_expression(Excerpt.of(text)).root


def refused(text: str, parse=parse_expression) -> tuple[str, str]:
    """The code of the problem with a text, and the part of the text that it points at."""
    with pytest.raises(ProblemFound) as found:
        parse(Excerpt.of(text))
    span = found.value.problem.span
    return found.value.problem.code, text[span.start : span.end]


PRECEDENCE = {"or": 1, "and": 2, "not": 3, "==": 4, "<": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "sign": 7, "**": 8}


def printed(node: Node, above: int = 0) -> str:
    """A tree as text, with no brackets but those it needs below an operator of a precedence."""
    match node:
        case Number(value):
            return repr(value)
        case Name(name):
            return name
        case Call(function, arguments):
            return f"{function}({', '.join(map(printed, arguments))})"
        case Unary(operator, operand):
            own = PRECEDENCE["not" if operator == "not" else "sign"]
            text = f"{operator} {printed(operand, own)}"
        case Binary("**", left, right):
            own, text = PRECEDENCE["**"], f"{printed(left, 9)} ** {printed(right, 7)}"
        case Binary(operator, left, right):
            own = PRECEDENCE[operator]
            text = f"{printed(left, own + (own == 4))} {operator} {printed(right, own + 1)}"
    return f"({text})" if own < above else text


def trees() -> st.SearchStrategy[Node]:
    leaves = st.builds(Number, st.floats(0, 1e300)) | st.builds(Name, st.sampled_from(["a", "b", "pi", "qubits"]))

    def above(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        operators = st.sampled_from(sorted(PRECEDENCE.keys() - {"not", "sign"}))
        return (
            st.builds(Unary, st.sampled_from(["-", "+", "not"]), nodes)
            | st.builds(Binary, operators, nodes, nodes)
            | st.builds(Call, st.sampled_from(["sin", "popcount"]), st.tuples(nodes))
            | st.builds(Call, st.sampled_from(["bit", "max"]), st.tuples(nodes, nodes))
        )

    return st.recursive(leaves, above, max_leaves=15)


@given(trees())
def test_a_tree_printed_with_the_brackets_it_needs_is_read_back_as_the_same_tree(node):
    assert tree(printed(node)) == node


def shape(node: ast.expr) -> Node:
    """A tree of Python's own parser as one of ours."""
    match node:
        case ast.Constant(value):
            return Number(float(value))
        case ast.Name(name):
            return Name(name)
        case ast.Call(ast.Name(name), arguments):
            return Call(name, tuple(map(shape, arguments)))
        case ast.UnaryOp(operator, operand):
            return Unary({"USub": "-", "UAdd": "+", "Not": "not"}[type(operator).__name__], shape(operand))
        case ast.BoolOp(operator, [first, *others]):
            found = shape(first)
            for other in others:
                found = Binary(type(operator).__name__.lower(), found, shape(other))
            return found
        case ast.Compare(left, [operator], [right]):
            return Binary({"Eq": "==", "Lt": "<", "GtE": ">="}[type(operator).__name__], shape(left), shape(right))
        case ast.BinOp(left, operator, right):
            signs = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**"}
            return Binary(signs[type(operator).__name__], shape(left), shape(right))
    raise AssertionError(ast.dump(node))


def flat_texts() -> st.SearchStrategy[str]:
    """Operands with signs before and operators between them, and few brackets, so that precedence decides."""
    operands = st.sampled_from(["a", "b", "2", "0.5", "sin(c)", "min(a, 1)"])

    def joined(parts: list[tuple[str, str, str]]) -> str:
        return " ".join(f"{operator} {sign} {operand}" for operator, sign, operand in parts)[len(parts[0][0]) :].strip()

    def rows(operand: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operators = st.sampled_from(sorted(PRECEDENCE.keys() - {"not", "sign"}))
        part = st.tuples(operators, st.sampled_from(["", "", "-", "+", "- -", "not"]), operand)
        return st.lists(part, min_size=1, max_size=7).map(joined)

    return rows(operands | rows(operands).map(lambda text: f"({text})"))


@given(flat_texts())
def test_operators_bind_as_python_has_them_and_comparisons_do_not_chain(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            python = ast.parse(text, mode="eval").body
    except SyntaxError:  # `1 + not a`, which is read here and refused by its kind
        assume(False)
    if any(isinstance(node, ast.Compare) and len(node.ops) > 1 for node in ast.walk(python)):
        assert refused(text)[0] == "E309"
    else:
        assert tree(text) == shape(python)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-2**2", "-(2**2)"),
        ("2**-1", "2**(-1)"),
        ("2**3**2", "2**(3**2)"),
        ("a-b-c", "(a-b)-c"),
        ("not a == b", "not (a == b)"),
        ("a or b and c", "a or (b and c)"),
        ("-a*b", "(-a)*b"),
        ("a//b%c", "(a//b)%c"),
    ],
)
def test_brackets_can_say_what_precedence_says(text, same):
    assert tree(text) == tree(same)


def test_an_expression_knows_its_names_its_text_and_its_place():
    source = Source("f.yaml", "x: ' 2*pi*k + n '")
    expression = parse_expression(Excerpt(" 2*pi*k + n ", source, 4))
    assert (expression.names, expression.text, expression.span) == ({"k", "n"}, "2*pi*k + n", Span(source, 5, 15))


@given(trees())
def test_the_place_of_a_node_holds_its_text(node):
    text = printed(node)
    waiting = [tree(text)]
    while waiting:
        part = waiting.pop()
        assert tree(text[part.start : part.end]) == part
        match part:
            case Unary(_, operand):
                waiting.append(operand)
            case Binary(_, left, right):
                waiting += [left, right]
            case Call(_, arguments):
                waiting += arguments


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a < b < c", "E309", "a < b < c"),
        ("a == b == c", "E309", "a == b == c"),
        ("0..3", "E310", "0..3"),
        ("n (2)", "E307", "n"),
        ("(a) b", "E302", "(a) b"),
        ("(a)(b)", "E302", "(a)("),
        ("a b", "E302", "a b"),
        ("a 2", "E302", "a 2"),
        ("sin(a) b", "E302", "sin(a) b"),
        ("sin", "E311", "sin"),
        ("sin + 1", "E311", "sin"),
        ("sine(1)", "E307", "sine"),
        ("open(1)", "E307", "open"),
        ("sin()", "E308", "sin"),
        ("sin(1, 2)", "E308", "sin"),
        ("max(1)", "E308", "max"),
        ("atan2(1)", "E308", "atan2"),
        ("(1 + 2", "E312", "("),
        ("max(1, (2)", "E312", "("),
        ("1 + 2)", "E305", ")"),
        ("1 +", "E305", "+"),
        ("* 2", "E305", "*"),
        ("1 + * 2", "E305", "*"),
        ("()", "E305", ")"),
        ("max(1,)", "E305", ")"),
        ("a, b", "E305", ","),
        ("a[0]", "E305", "["),
        ("a step 2", "E305", "step"),
        ("and", "E305", "and"),
        ("step", "E305", "step"),
        ("", "E305", ""),
        ("   ", "E305", "   "),
    ],
)
def test_what_the_grammar_has_no_place_for_is_refused_there(text, code, place):
    assert refused(text) == (code, place)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("0..3", ("0", "3", None)),
        ("a+1..2*b", ("a+1", "2*b", None)),
        ("1..0.5 step -.25", ("1", "0.5", "-.25")),
        (" n .. m step k or 1 ", ("n", "m", "k or 1")),
        ("a and b..c", ("a and b", "c", None)),
    ],
)
def test_a_range_binds_loosest(text, parts):
    found = parse_range(Excerpt.of(text))
    assert isinstance(found, Range)
    assert (found.start.text, found.stop.text, found.step and found.step.text) == parts
    assert found.names == {name for part in (found.start, found.stop, found.step) if part for name in part.names}
    assert found.span == Span(found.span.source, 0, len(text))


def test_a_range_without_its_dots_is_an_expression():
    assert parse_range(Excerpt.of("2*n")) == parse_expression(Excerpt.of("2*n"))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("0..", "E305", "."),
        ("..3", "E305", ".."),
        ("0..1..2", "E305", ".."),
        ("0..4 step", "E305", "p"),
        ("0..4 step 2 step 2", "E305", "step"),
        ("(0..3)", "E305", ".."),
        ("max(0..3, 1)", "E305", ".."),
        ("0..3 4", "E302", "3 4"),
    ],
)
def test_a_broken_range_is_refused_at_its_place(text, code, place):
    assert refused(text, parse_range) == (code, place)


@pytest.mark.parametrize("deep", ["({})", "-{}", "sin({})", "not {}", "1**{}", "max(1, {})"])
def test_brackets_signs_and_powers_nest_63_deep_and_no_deeper(deep):
    def nested(levels: int) -> str:
        text = "a"
        for _ in range(levels):
            text = deep.format(text)
        return text

    assert tree(nested(63)) is not None
    assert refused(nested(64))[0] == "E306"
    assert refused(nested(300))[0] in ("E306", "E304")


def test_rows_of_operators_go_200_levels_deep_so_that_nothing_later_meets_a_limit_of_python():
    row = parse_expression(Excerpt.of("+".join(["a"] * 200)))
    again = parse_expression(Excerpt.of(" + ".join(["a"] * 200)))
    assert (row == again, hash(row) == hash(again), len(repr(row)) > 1_000) == (True, True, True)
    assert refused("+".join(["a"] * 201))[0] == "E306"
    half = "+".join(["a"] * 120)
    assert refused(f"({half})+{half}")[0] == "E306"
    assert tree(f"({half})*({half})") is not None


@given(st.text(max_size=40) | st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join))
def test_any_text_is_read_or_refused_with_a_problem_inside_it(text):
    assert_read_or_refused(text)


@given(st.sampled_from(VALID), st.data())
def test_any_change_of_a_valid_text_is_read_or_refused_with_a_problem_inside_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    assert_read_or_refused(text[:start] + data.draw(st.sampled_from(SCRAPS) | st.characters()) + text[end:])


def assert_read_or_refused(text: str) -> None:
    for parse in (parse_expression, parse_range):
        found = tried(parse, text)
        assert isinstance(found, Expression | Range | Problem)
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert render_problem(found) if isinstance(found, Problem) else found.span.start < found.span.end


def tried(parse, text: str) -> Expression | Range | Problem:
    """What a parser makes of a text, or the problem with it."""
    try:
        return parse(Excerpt.of(text))
    except ProblemFound as found:
        return found.problem


@pytest.mark.parametrize("piece", ["(", "[", "-", "not ", "1**", "sin(", "1+", "a<", "((", "1..", "a,", "f(", "max(1,"])
def test_a_hundred_kilobytes_of_anything_are_refused_at_once(piece):
    text = piece * (100_000 // len(piece))
    assert refused(text)[0] in ("E304", "E305", "E306", "E309", "E312")


def test_a_name_has_a_second_part_only_where_parts_are_allowed():
    whole = parse_expression(Excerpt.of("(ends + wave.amplitude)/2 - 0.5*x"), parts=True)
    assert whole.names == {"ends", "wave.amplitude", "x"}
    for text in ("wave.amplitude", "2*a.b"):
        with pytest.raises(ProblemFound) as found:
            parse_expression(Excerpt.of(text))
        assert (found.value.problem.code, found.value.problem.hint.partition(":")[0]) == ("E301", "a name has no point")


@pytest.mark.parametrize(
    ("text", "code"), [("a.b.c", "E301"), ("a. b", "E301"), ("a.2", "E302"), ("np.sin(x)", "E307"), ("a.b(x)", "E307")]
)
def test_a_name_has_two_parts_at_most_and_a_function_one(text, code):
    with pytest.raises(ProblemFound) as found:
        parse_expression(Excerpt.of(text), parts=True)
    assert found.value.problem.code == code

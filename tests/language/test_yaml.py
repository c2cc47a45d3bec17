"""Text -> nodes: the structure that any YAML reader sees, every character at its place, and what hides meaning refused."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, ProblemFound, Problems, Source
from ionq_runner.diagnostics.rendering import render_problem, render_problems
from ionq_runner.expressions import parse_expression
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence, compose, decode


def composed(text: str) -> tuple[Node | None, Problems]:
    problems = Problems()
    return compose(Source("f.yaml", text), problems), problems


def scalar(text: str) -> Scalar:
    """The value of the first key of a text that has no problem."""
    root, problems = composed(text)
    assert (list(problems), isinstance(root, Mapping)) == ([], True)
    value = root.entries[0].value
    assert isinstance(value, Scalar)
    return value


def found(text: str) -> list[tuple[str, str]]:
    """The code of each problem with a text, and the part of the text that it points at."""
    return [(problem.code, text[problem.span.start : problem.span.end]) for problem in composed(text)[1]]


# --- Structure: the oracle is PyYAML's own composer.


def ours(node: Node) -> object:
    match node:
        case Scalar(text, _, span):
            return "scalar", text, span.start, span.end
        case Sequence(items, span):
            return "sequence", [ours(item) for item in items], span.start, span.end
        case Mapping(entries, span):
            return "mapping", [(ours(entry.key), ours(entry.value)) for entry in entries], span.start, span.end


def theirs(node: yaml.Node) -> object:
    match node:
        case yaml.ScalarNode():
            return "scalar", node.value, node.start_mark.index, node.end_mark.index
        case yaml.SequenceNode():
            return "sequence", [theirs(item) for item in node.value], node.start_mark.index, node.end_mark.index
        case yaml.MappingNode():
            pairs = [(theirs(key), theirs(value)) for key, value in node.value]
            return "mapping", pairs, node.start_mark.index, node.end_mark.index
    raise AssertionError(node)


class Plainly(yaml.SafeDumper):
    """Writes equal values twice instead of naming them by anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


WORDS = st.text(alphabet="ab01 :-#,[]{}'\"\\|>%@&*!?~\t\n漢é🙂\u0301\x85\u2028\u00a0", max_size=20)
DATA = st.recursive(
    WORDS | st.integers(-99, 99) | st.floats(allow_nan=False) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)


@st.composite
def dumped(draw: st.DrawFn, data: st.SearchStrategy[object] = DATA) -> str:
    """Random data in one of the many ways that YAML has to write it."""
    return yaml.dump(
        draw(data),
        Dumper=Plainly,
        default_flow_style=draw(st.sampled_from([True, False, None])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        allow_unicode=draw(st.booleans()),
        width=draw(st.sampled_from([10, 80])),
        indent=draw(st.sampled_from([2, 4])),
        line_break=draw(st.sampled_from(["\n", "\r\n"])),
        explicit_start=draw(st.booleans()),
    )


@given(dumped())
def test_structure_and_places_are_those_that_pyyaml_composes(text):
    root, problems = composed(text)
    assume("!!" not in text and "(" not in text)  # dumped block scalars of numbers have tags
    assert list(problems) == []
    assert root is not None
    assert ours(root) == theirs(yaml.compose(text, Loader=yaml.CSafeLoader))


@given(st.text(alphabet="ab:- \n\"'[]{},#|>?\r\t", max_size=25))
def test_any_text_has_the_structure_that_pyyaml_composes_or_a_problem(text):
    root, problems = composed(text)
    try:
        expected = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        assert (root, len(problems) > 0) == (None, True)
        return
    codes = {problem.code for problem in problems}
    assert codes <= {"E005", "E006", "E007"}
    if not codes:
        assert ours(root) == theirs(expected)
    elif "E005" in codes:
        assert expected is None or expected.value == ""


def test_keys_and_values_keep_their_places_with_crlf_tabs_and_wide_characters():
    text = 'a: "漢"\t# wide\r\nb:\r\n  - 🙂 x\r\n  - {c: d}\r\n'
    root, problems = composed(text)
    assert list(problems) == []
    words = [(node.text, node.span.source.position(node.span.start)) for node in scalars(root)]
    assert words == [("a", (1, 1)), ("漢", (1, 4)), ("b", (2, 1)), ("🙂 x", (3, 5)), ("c", (4, 6)), ("d", (4, 9))]


def scalars(node: Node | None) -> list[Scalar]:
    match node:
        case Sequence(items):
            return [found for item in items for found in scalars(item)]
        case Mapping(entries):
            return [found for entry in entries for found in (entry.key, *scalars(entry.value))]
        case Scalar():
            return [node]
    return []


# --- Places of characters: pieces of which the place is known are written side by side.

Piece = tuple[str, str, int]  # raw text, the character it makes (or none), where in the raw text that stands
ESCAPES = {
    "\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\", "\\/": "/", "\\x41": "A", "\\u00e9": "é", "\\U0001f600": "😀", "\\N": "\x85",
    "\\_": "\u00a0", "\\L": "\u2028", "\\P": "\u2029", "\\e": "\x1b", "\\0": "\0", "\\ ": " ", "\\b": "\b",
}  # fmt: skip
LETTERS = [(letter, letter, 0) for letter in "abA0漢é#:,{}[] "]


def folds(end: str) -> list[Piece]:
    return [(f"{end}  ", " ", 0), (f" \t{end}   ", " ", 2), (f"{end}{end}  ", "\n", len(end))]


def pieces(end: str, style: str) -> list[Piece]:
    if style == '"':
        escapes = [(raw, made, 0) for raw, made in ESCAPES.items()]
        return [*LETTERS, ("'", "'", 0), *escapes, *folds(end), (f"\\{end}  ", "", 0)]
    if style == "'":
        return [*LETTERS, ('"', '"', 0), ("\\", "\\", 0), ("''", "'", 0), *folds(end)]
    return [*[(letter, letter, 0) for letter in "abA0漢é"], *folds(end)]


@st.composite
def flow_scalars(draw: st.DrawFn) -> tuple[str, str, list[int]]:
    """A text with a quoted or plain scalar, what the scalar says, and where each of its characters stands."""
    end, style = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(['"', "'", ""]))
    raw, made, places = f"key: {style}", "", []
    chosen = draw(st.lists(st.sampled_from(pieces(end, style)), min_size=1, max_size=12))
    for text, character, place in [("b", "b", 0), *chosen, ("c", "c", 0)]:
        if (text[:1] in " \t\r\n" or text.startswith(f"\\{end}")) and raw[-1] in " \t\n":
            continue  # white space on both sides of a line end belongs to it
        places += [len(raw) + place] * len(character)
        raw, made = raw + text, made + character
    return f"{raw}{style}{end}next: 1{end}", made, places


@given(flow_scalars())
def test_each_character_of_a_quoted_or_plain_scalar_knows_its_place(built):
    text, made, places = built
    value = scalar(text)
    assert value.text == made
    assert [value.excerpt.span(i, i + 1).start for i in range(len(made))] == places


LINES = st.lists(st.text("ab漢'\"#: ", max_size=6).map(lambda line: line.rstrip(" ")) | st.just(""), min_size=1, max_size=6)


@st.composite
def literal_scalars(draw: st.DrawFn) -> tuple[str, str, list[int]]:
    """The same with a literal block: lines after an indentation, of which the last line ends are kept, one or none."""
    end, chomping = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "-", "+"]))
    lines = draw(LINES)
    assume(any(lines))
    first = next(line for line in lines if line)
    indicator = "2" if first.startswith(" ") else draw(st.sampled_from(["", "2"]))
    raw, made, places = f"key: |{indicator}{chomping}{draw(st.sampled_from(['', ' # note']))}{end}", "", []
    for line in lines:
        raw += "  " * bool(line)
        places += range(len(raw), len(raw) + len(line) + 1)
        raw, made = f"{raw}{line}{end}", f"{made}{line}\n"
    kept = {"+": made, "": made.rstrip("\n") + "\n", "-": made.rstrip("\n")}[chomping]
    return f"{raw}next: 1{end}", kept, places[: len(kept)]


@given(literal_scalars())
def test_each_character_of_a_literal_block_knows_its_place(built):
    text, made, places = built
    value = scalar(text)
    assert value.text == made
    assert [value.excerpt.span(i, i + 1).start for i in range(len(made))] == places


@given(dumped(st.fixed_dictionaries({"key": WORDS})))
@example("{key: '\u2028\x85    '}\n")
@example("key: >\n  a\u2028\u2028  b\n\n  c\n")
def test_characters_of_any_scalar_stand_in_order_at_themselves_or_at_what_makes_them(text):
    assume("!!" not in text)
    value = scalar(text)
    excerpt = value.excerpt
    starts = [excerpt.span(i, i + 1).start for i in range(len(value.text))]
    assert excerpt.text == value.text
    assert starts == sorted(set(starts))
    assert all(value.span.start <= start < value.span.end for start in starts)
    for character, start in zip(value.text, starts, strict=True):
        written = text[start]
        assert written == character or (character.isspace() and written.isspace()) or (written == "\\" and value.style == '"')


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('k: "1 +\\x20x^2"', "E301", "^"),
        ('k: "1 +\n  x ^ 2"', "E301", "^"),
        ("k: '1 + ''2'", "E301", "'"),
        ("k: >-\n  1 +\n  x ^ 2\n", "E301", "^"),
        ("k: |\r\n  1 +\r\n  x ^ 2\r\n", "E301", "^"),
        ("k: 1 +\n  2pi", "E302", "2pi"),
        ('k: "1\\\n   + 2pi"', "E302", "2pi"),
    ],
)
def test_a_problem_inside_a_scalar_points_into_the_file(text, code, place):
    with pytest.raises(ProblemFound) as problem:
        parse_expression(scalar(text).excerpt)
    span = problem.value.problem.span
    assert (problem.value.problem.code, text[span.start : span.end]) == (code, place)


def test_a_value_that_is_left_out_is_empty_and_one_in_quotes_is_not():
    assert [(scalar(f"k: {value}").empty, scalar(f"k: {value}").style) for value in ("", "''", '""', "~", "|-\n")] == [
        (True, ""), (False, "'"), (False, '"'), (False, ""), (False, "|"),
    ]  # fmt: skip


# --- What is refused.


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: !!str 1", [("E007", "!!str")]),
        ("a: !python/object/apply:os.system [ls]", [("E007", "!python/object/apply:os.system")]),
        ("a: &x 1", [("E007", "&x")]),
        ("a: &x [1]\nb: *x", [("E007", "&x"), ("E007", "*x")]),
        ("<<: {a: 1}", [("E007", "<<")]),
        ("a: 1\n--- \nb: 2", [("E007", "---")]),
        ("a: 1\n...\nb: 2", [("E003", "b")]),
        ("? [a]\n: 1", [("E007", "[")]),
        ("? {a: b}\n: 1", [("E007", "{")]),
        ("a: 1\na: 2", [("E006", "a")]),
        ('a: 1\n"a": 2\nb: 1\nb: 2', [("E006", '"a"'), ("E006", "b")]),
        ("{a: 1, a: 2}", [("E006", "a")]),
        ("a: [ms(0, 0, t) 0 1, h 0]", [("E008", "ms(0, 0, t) 0 1")]),
        ("a: {do: ms(0, 0, t) 0 1, b: 1}", [("E008", "ms(0, 0, t) 0 1")]),
        ("a: [f(g(1, 2), 3) 0, f(1, 2) 0]", [("E008", "f(g(1, 2), 3) 0"), ("E008", "f(1, 2) 0")]),
        ("", [("E005", "")]),
        ("# nothing\n", [("E005", "")]),
        ("---\n", [("E005", "")]),
        ("a: [1, 2", [("E003", "[")]),
        ("a: }", [("E003", "}")]),
        ("a: b: c", [("E003", ":")]),
        ("\ta: 1", [("E003", "\t")]),
        ("a: @b", [("E003", "@")]),
    ],
)
def test_what_hides_meaning_is_refused_at_its_place(text, problems):
    assert found(text) == problems


def test_an_explicit_document_and_a_directive_are_taken():
    assert found("%YAML 1.2\n---\na: 1\n...\n") == []


def test_a_duplicate_key_shows_both_places():
    root, problems = composed("a: 1\nb: 2\na: 3\n")
    ((second, words),) = [place for problem in problems for place in problem.related]
    assert (second.source.position(second.start), words) == ((1, 1), "it stands here already")
    assert [(entry.key.text, entry.value.text) for entry in root.entries] == [("a", "1"), ("b", "2")]


def test_what_was_cut_at_a_comma_is_read_on_as_it_was_meant():
    root, _ = composed("[h 0, ms(0, 0, t) 0 1, {do: f(1, 2) 0}]")
    assert [node.text for node in scalars(root)] == ["h 0", "ms(0, 0, t) 0 1", "do", "f(1, 2) 0"]


def test_a_bracket_that_is_never_closed_joins_nothing():
    root, problems = composed("[a, f(b, c, [d], e]")
    assert ([node.text for node in scalars(root)], list(problems)) == (["a", "f(b", "c", "d", "e"], [])


# --- Bytes.


def refused(data: bytes) -> tuple[str, str, str]:
    """The code, message and shown place of the problem with a file."""
    with pytest.raises(ProblemFound) as problem:
        decode(data, "f.yaml")
    return problem.value.problem.code, problem.value.problem.message, render_problem(problem.value.problem)


@pytest.mark.parametrize("data", [b"a: 1", b"\xef\xbb\xbfa: 1", "a: 漢\r\n".encode(), b""])
def test_utf8_is_read_with_and_without_a_byte_order_mark(data):
    assert decode(data, "f.yaml").text == data.removeprefix(b"\xef\xbb\xbf").decode()


@pytest.mark.parametrize("mark", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_and_its_like_are_refused_at_once(mark):
    assert refused("a: 1\n".encode(mark))[0] in ("E001", "E004")


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"a: \xff", "1:4"), (b"a: 1\nb: \xc3(", "2:4"), (b"a\xed\xa0\x80", "1:2"), (b"a: \xf8\x88", "1:4"), (b"a: \xc0\xaf", "1:4")],
)
def test_invalid_utf8_is_refused_at_its_place(data, place):
    code, _, shown = refused(data)
    assert (code, shown.split(": ")[0]) == ("E001", f"f.yaml:{place}")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe", "\uffff"])
def test_a_control_character_is_refused_and_shown_by_its_number(character):
    code, message, shown = refused(f"a: b\nc: d{character}e".encode())
    assert (code, message) == ("E004", f"the file contains the control character U+{ord(character):04X}")
    assert shown.startswith("f.yaml:2:5: ")
    assert character not in shown


def test_a_second_byte_order_mark_is_an_invisible_character():
    assert found("\ufeffa: 1") == [("E004", "\ufeff")]


def test_a_file_goes_to_one_mebibyte():
    assert len(decode(b"#" * (1 << 20), "f").text) == 1 << 20
    assert refused(b"#" * ((1 << 20) + 1))[0] == "E002"


# --- Bombs.


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        (nested(64), nested(65)),
        ("- " * 63 + "- a", "- " * 64 + "- a"),
        ("[" + "a, " * 99_990 + "]", "[" + "a, " * 100_010 + "]"),
        ("a: " + "b" * (256 * 1024), "a: " + "b" * (256 * 1024 + 1)),
        ("a: '" + "b" * (256 * 1024) + "'", "a: '" + "b" * (256 * 1024 + 1) + "'"),
    ],
    ids=["brackets", "dashes", "events", "plain", "quoted"],
)
def test_limits_hold_exactly_where_they_are_said_to(inside, outside):
    assert found(inside) == []
    ((code, place),) = found(outside)
    assert (code, len(place)) == ("E002", 1)


MIB = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        "[" * MIB, "{" * MIB, "[1, " * (MIB // 4), "- " * (MIB // 2), "? " * (MIB // 2), "a: " * (MIB // 3), '"' + "a" * (MIB - 1),
        "&a " * (MIB // 3), "*a " * (MIB // 3), "!" * MIB, "\t" * MIB, "\u2028" * (MIB // 3), "|\n" + " a\n" * (MIB // 3),
        "a: [(" + ", a" * 45_000 + ")]", "a: {b: (" + ", a" * 30_000 + ")}", "[" + "!a b, " * 45_000 + "]", "[" + "&a b, " * 45_000 + "]",
        "{" + "a: 1, " * 45_000 + "}", "a: &a [" + "b, " * 9 + "]\n" + "".join(f"a{i}: &a{i} [{'*a, ' * 9}]\n" for i in range(900)),
    ],
    ids=[
        "brackets", "braces", "open-lists", "dashes", "questions", "colons", "quote", "anchors", "aliases", "tags", "tabs", "breaks",
        "block", "cut-list", "cut-mapping", "many-tags", "many-anchors", "many-keys", "laughs",
    ],
)  # fmt: skip
def test_a_bomb_of_a_mebibyte_is_a_short_message_at_once(text):
    begin = time.process_time()
    _, problems = composed(text)
    rendered = render_problems(problems)
    assert time.process_time() - begin < 5
    assert 0 < len(rendered) < 100_000


@given(st.text(st.characters(codec=None, categories=None), max_size=40))
def test_any_text_at_all_has_nodes_or_problems_inside_it(text):
    root, problems = composed(text)
    assert (root is None) <= (len(problems) > 0)
    assert all(0 <= problem.span.start <= problem.span.end <= len(text) for problem in problems)
    assert all(0 <= node.span.start <= node.span.end <= len(text) and isinstance(node.excerpt, Excerpt) for node in scalars(root))
    assert len(render_problems(problems)) >= len(problems)


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_a_text_or_a_problem(data):
    try:
        source = decode(data, "f.yaml")
    except ProblemFound as problem:
        shown = render_problem(problem.problem)
    else:
        shown = source.text
    assert isinstance(shown, str)


def test_another_text_may_be_read_in_the_place_of_a_value_on_a_command_line():
    source, problems = Source("--set", "edges=[[0, 1], [1, 2]"), Problems()
    assert compose(source, problems, "      [[0, 1], [1, 2]") is None
    assert [problem.span.source.text[problem.span.start] for problem in problems] == ["["]

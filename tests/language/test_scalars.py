"""Scalars by YAML 1.2's core schema: none of the traps of YAML 1.1."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.scalars import plain_data, resolve
from ionq_runner.language.yaml import Scalar, compose


def value(written: str) -> object:
    """What a scalar means that is written after a key."""
    problems = Problems()
    root = compose(Source("f.yaml", f"k: {written}\n"), problems)
    assert (list(problems), root is None) == ([], False)
    found = root.entries[0].value
    assert isinstance(found, Scalar)
    return resolve(found)


def same(left: object, right: object) -> bool:
    """Equal in type too, and a number that is none equals itself."""
    return type(left) is type(right) and (left == right or (left != left and right != right))


@pytest.mark.parametrize("word", "no on off yes y n No ON Yes NO n/a tRUE nULL nan inf -.infinity .Nan".split())  # noqa: SIM905
def test_words_of_yaml_1_1_are_texts(word):
    assert value(word) == word


@pytest.mark.parametrize(
    "word", ["12:30", "1:30:00", "190:20:30", "2026-05-01", "2026-05-01T10:31:02Z", "1_000", "0b101", "0o9", "1e", "1.2.3", "="]
)
def test_times_dates_and_decorated_numbers_are_texts(word):
    assert value(word) == word


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("010", 10), ("0", 0), ("-0", 0), ("+1", 1), ("-12", -12), ("08", 8), ("0x1F", 31), ("0o17", 15),
        ("1e-3", 0.001), ("1E3", 1000.0), (".5", 0.5), ("-.5", -0.5), ("5.", 5.0), ("+1.5e+2", 150.0), ("1e400", math.inf),
        (".inf", math.inf), ("-.INF", -math.inf), ("+.Inf", math.inf), (".nan", math.nan), (".NaN", math.nan),
        ("true", True), ("False", False), ("TRUE", True), ("~", None), ("null", None), ("Null", None), ("", None),
        ("+0x1F", "+0x1F"), ("-0o7", "-0o7"), ("+.nan", "+.nan"), (".", "."), ("-", "-"), ("1 2", "1 2"),
    ],
)  # fmt: skip
def test_numbers_truths_and_nothing_are_those_of_the_core_schema(written, meant):
    found = value(written) if written != "-" else resolve(Scalar("-", "", None))  # type: ignore[arg-type]
    assert same(found, meant)


@pytest.mark.parametrize("written", ["'010'", '"true"', "'~'", "''", '"1e-3"', "|-\n  12", ">-\n  null"])
def test_what_stands_in_quotes_or_a_block_is_text(written):
    assert value(written) == written.strip("|>-'\"\n ")


# The tags of plain scalars, as section 10.3.2 of the specification of YAML 1.2.2 has them.
CORE_SCHEMA = [
    (r"null|Null|NULL|~|", type(None)),
    (r"true|True|TRUE|false|False|FALSE", bool),
    (r"[-+]?[0-9]+", int),
    (r"0o[0-7]+", int),
    (r"0x[0-9a-fA-F]+", int),
    (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", float),
    (r"[-+]?(\.inf|\.Inf|\.INF)", float),
    (r"\.nan|\.NaN|\.NAN", float),
    (r"(?s).*", str),
]
NUMERIC = st.text(alphabet="0123456789+-.eExXoObinfNaF_:~ \n", max_size=8)


@given(NUMERIC | st.text(max_size=6))
@example("1" * 5_000)
@example("0x" + "f" * 5_000)
@example("1e" + "9" * 5_000)
@example("1\n")
def test_the_kind_of_a_plain_scalar_is_the_first_that_the_specification_has(text):
    expected = next(kind for pattern, kind in CORE_SCHEMA if re.fullmatch(pattern, text))
    found = resolve(Scalar(text, "", None))  # type: ignore[arg-type]
    if len(text) < 100:
        assert type(found) is expected
    else:  # beyond what counts as a number, only that there is a value
        assert isinstance(found, int | float | str)


@given(st.integers() | st.floats() | st.booleans() | st.none())
def test_a_value_written_as_json_has_it_is_read_back(meant):
    written = {True: "true", False: "false", None: "null"}.get(meant) if meant is None or isinstance(meant, bool) else repr(meant)
    if written in ("inf", "-inf", "nan"):
        written = written.replace("inf", ".inf").replace("nan", ".nan")
    assert same(value(written), meant)


DATA = st.recursive(
    st.text("ab01", max_size=4), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner)
)


@given(DATA)
def test_nodes_become_the_data_that_they_describe(data):
    def written(part: object) -> str:
        match part:
            case dict():
                return "{" + ", ".join(f"'{key}': {written(item)}" for key, item in part.items()) + "}"
            case list():
                return "[" + ", ".join(map(written, part)) + "]"
        return f"'{part}'"

    root = compose(Source("f.yaml", written(data)), Problems())
    assert plain_data(root) == data


@pytest.mark.parametrize("text", [".nan", ".inf", "-.inf", "1e999"])
def test_what_json_has_no_number_for_stays_text_in_plain_data(text):
    root = compose(Source("f.yaml", f"a: {text}\nb: 1.5"), Problems())
    assert plain_data(root) == {"a": text, "b": 1.5}

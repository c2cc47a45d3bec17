"""The published JSON Schema: valid, described, and of one mind with the reader about every document."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.grammar import EXPERIMENT, NOT_AXES, TYPES, WRITE_INSTEAD
from ionq_runner.language.grammar.types import Anything, Block, Choice, Either, Flag, Key, Listing, Named, OneBlockOf, Reference, Text, Type
from ionq_runner.language.scalars import plain_data
from ionq_runner.language.schema import check_schema, experiment_schema
from ionq_runner.language.structure import check_structure
from ionq_runner.language.yaml import Node, compose

SCHEMA = experiment_schema()
VALIDATOR = Draft7Validator(SCHEMA)


def subschemas(schema: object) -> Iterator[dict[str, Any]]:
    match schema:
        case dict():
            yield schema
            for inner in schema.values():
                yield from subschemas(inner)
        case list():
            for inner in schema:
                yield from subschemas(inner)


def types(wanted: Type | None) -> Iterator[Type]:
    """A type and all below it, references followed where they are defined."""
    if wanted is None:
        return
    yield wanted
    match wanted:
        case Block(_, keys, others):
            inner = [*(key.type for key in keys), others]
        case Listing(inner_type) | Named(inner_type):
            inner = [inner_type]
        case Either(scalar, listing, mapping):
            inner = [scalar, listing, mapping]
        case OneBlockOf(_, kinds):
            inner = [block for _, block in kinds]
        case _:
            inner = []
    for part in inner:
        yield from types(part)


ALL_TYPES = [found for root in (EXPERIMENT, *TYPES.values()) for found in types(root)]


def test_the_schema_is_draft_7_and_nothing_but_json():
    Draft7Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA == experiment_schema()


def test_every_property_has_a_description():
    bare = [name for schema in subschemas(SCHEMA) for name, inner in schema.get("properties", {}).items() if not inner.get("description")]
    assert bare == []


def test_every_key_of_the_grammar_stands_in_the_schema_with_its_description():
    keys = {(key.name, key.about) for block in ALL_TYPES if isinstance(block, Block) for key in block.keys}
    described = {
        (name, inner["description"].removesuffix(" (Not supported yet by this version.)"))
        for schema in subschemas(SCHEMA)
        for name, inner in schema.get("properties", {}).items()
    }
    assert described == keys


def test_every_reference_leads_somewhere():
    references = {schema["$ref"].removeprefix("#/definitions/") for schema in subschemas(SCHEMA) if "$ref" in schema}
    assert references == SCHEMA["definitions"].keys()


def test_a_title_is_that_of_one_block_alone():
    titles = {(block.title, block) for block in ALL_TYPES if isinstance(block, Block)}
    assert sorted(title for title, _ in titles) == sorted({title for title, _ in titles})


# --- Documents near the grammar. A plain scalar is written as it is, any other text in quotes.


class Plain(str):
    """A scalar without quotes."""

    __slots__ = ()


def written(data: object) -> str:
    match data:
        case Plain():
            return str(data)
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, data)) + "]"
    return json.dumps(data, ensure_ascii=False)


UNQUOTED = ("h 0", "0..3", "k", "1e-3", "010", "no", "12:30", "0x1F", ".5", "local", "2026-05-01", ".inf")
PLAIN = st.sampled_from([Plain(text) for text in UNQUOTED])
WORDS = st.sampled_from(["h 0", "k", "1", "", "true", "null", "probe"])
NUMBERS = st.integers(-2, 9) | st.sampled_from([0.5, 1e300])
NAMES = st.sampled_from(["a", "b-1", "probe", "_x", "shots", "while", "matrix", "backend"])
DEPTH = 3


@cache
def values(wanted: Type, depth: int = 0) -> st.SearchStrategy[Any]:
    """Data that a type takes."""
    match wanted:
        case Text():
            return PLAIN | WORDS | NUMBERS
        case Choice(words):
            return st.sampled_from(words) | st.sampled_from(words).map(Plain)
        case Flag():
            return st.booleans()
        case Listing(item, _, empty):
            return values(item, depth) | st.lists(values(item, depth), min_size=0 if empty else 1, max_size=2)
        case Named(value):
            return st.dictionaries(NAMES, values(value, depth), min_size=1, max_size=2)
        case Anything("mapping"):
            return st.dictionaries(NAMES, NUMBERS, max_size=2)
        case Anything():
            return st.none() | st.booleans() | PLAIN | st.lists(NUMBERS, max_size=1) | st.dictionaries(NAMES, NUMBERS, max_size=1)
        case Block():
            return blocks(wanted, depth)
        case OneBlockOf(_, kinds):
            return st.sampled_from(kinds).flatmap(lambda kind: values(kind[1], depth + 1))
        case Either(scalar, listing, mapping):
            lists = [] if listing is None else [st.lists(values(listing.item, depth), min_size=1, max_size=2)]
            others = [values(form, depth) for form in (scalar, mapping) if form is not None]
            return st.one_of(*lists, *others)
        case Reference(title):
            if depth >= DEPTH:
                return st.just({"a": 1}) if title == "sweep" else st.just("h 0")
            return values(TYPES[title], depth + 1)
    raise AssertionError(wanted)


@st.composite
def blocks(draw: st.DrawFn, block: Block, depth: int) -> dict[str, Any]:
    free = [key for key in block.keys if not key.required and key.name not in block.source]
    chosen: list[Key] = [key for key in block.keys if key.required]
    chosen += draw(st.lists(st.sampled_from(free), max_size=3, unique=True)) if free else []
    if block.source:
        source = draw(st.sampled_from(block.source))
        chosen += [key for key in block.keys if key.name == source]
    found = {key.name: draw(values(key.type, depth)) for key in chosen}
    if block.others is not None:
        found |= draw(st.dictionaries(NAMES, values(block.others, depth), max_size=2))
    return found


def paths(data: object, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inner:
        yield from paths(value, (*before, step))


WRONG = [
    None, True, 5, "text", Plain(""), Plain("~"), Plain("yes"), [], {}, [1], [[1]], [[[1]]], {"zzz": 1}, {"do": "h 0"}, {"a": {"b": 1}},
]  # fmt: skip
KEYS = [*(key.name for block in ALL_TYPES if isinstance(block, Block) for key in block.keys), *WRITE_INSTEAD, *NOT_AXES, "zzz"]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A document with one thing about it changed."""
    document = copy.deepcopy(draw(values(EXPERIMENT)))
    path = draw(st.sampled_from(list(paths(document))[1:]))
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    match draw(st.sampled_from(["replace", "drop", "rename", "add", "wrap"])):
        case "replace":
            parent[path[-1]] = draw(st.sampled_from(WRONG))
        case "drop":
            del parent[path[-1]]
        case "rename" if isinstance(parent, dict):
            parent[draw(st.sampled_from(KEYS))] = parent.pop(path[-1])
        case "add" if isinstance(parent, dict):
            parent[draw(st.sampled_from(KEYS))] = draw(st.sampled_from(WRONG))
        case "wrap":
            parent[path[-1]] = [parent[path[-1]]]
    return document


def composed(data: object) -> Node:
    problems = Problems()
    root = compose(Source("f.yaml", written(data)), problems)
    assert list(problems) == []
    assert root is not None
    return root


def structural(root: Node) -> list[tuple[str, str]]:
    """What the reader's first check finds, parts that this version only reads aside."""
    problems = Problems()
    check_structure(root, EXPERIMENT, problems)
    return [(problem.code, problem.message) for problem in problems]


@settings(max_examples=120)
@given(values(EXPERIMENT))
def test_a_document_of_the_grammar_is_taken_by_the_reader_and_by_the_schema(document):
    root = composed(document)
    assert structural(root) == []
    assert [error.message for error in VALIDATOR.iter_errors(plain_data(root))] == []


@settings(max_examples=300)
@given(mutated())
def test_the_reader_and_the_schema_agree_about_a_document_with_one_change(document):
    root = composed(document)
    found, errors = structural(root), list(VALIDATOR.iter_errors(plain_data(root)))
    assert bool(found) == bool(errors), (found, [error.message for error in errors])
    problems = Problems()
    check_schema(root, problems)
    assert bool(len(problems)) == bool(errors)


@pytest.mark.parametrize("key", [key.name for key in EXPERIMENT.keys])
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_they_agree_about_a_wrong_value_of_each_key_at_the_top(key, wrong):
    root = composed({"ionq_runner": 1, "name": "a", "circuits": {"c": {"gates": "h 0"}}, key: wrong})
    assert bool(structural(root)) == (not VALIDATOR.is_valid(plain_data(root)))


@pytest.mark.parametrize("name", [*sorted(NOT_AXES), *sorted(WRITE_INSTEAD), "zip", "a", "a-b"])
def test_they_agree_about_what_may_name_an_axis(name):
    root = composed({"ionq_runner": 1, "name": "a", "circuits": {"c": {"gates": "h 0", "sweep": {name: ["a"]}}}})
    assert bool(structural(root)) == (not VALIDATOR.is_valid(plain_data(root))) == (name in NOT_AXES)


def test_names_are_judged_by_the_published_schema_and_not_by_the_check():
    root = composed({"ionq_runner": 1, "name": "a", "circuits": {"my circuit": {"gates": "h 0"}}})
    problems = Problems()
    check_schema(root, problems)
    assert (list(problems), VALIDATOR.is_valid(plain_data(root))) == ([], False)


def test_a_disagreement_is_a_defect_of_ours_shown_at_its_place():
    root = composed({"ionq_runner": 1, "name": "a", "circuits": {"c": {"gates": ["h 0", {"repeat": 2, "do": []}]}}})
    problems = Problems()
    check_schema(root, problems)
    ((code, place),) = [(problem.code, problem.span.source.text[problem.span.start : problem.span.end]) for problem in problems]
    assert code == "E109"
    assert '"repeat": 2' in place

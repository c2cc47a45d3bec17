"""What every column means: complete, in order, and reserved where a person could take the name."""

from __future__ import annotations

import json

import pytest

from ionq_runner.language.reserved import COLUMNS
from ionq_runner.results.columns import COUNTS, JOBS, POINTS, Column, data_package
from ionq_runner.results.tables import table_columns


def test_the_package_describes_every_column_in_order(mixed_run):
    package = json.loads((mixed_run / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["path"] for resource in package["resources"]] == ["counts.csv", "points.csv", "jobs.csv"]
    for resource in package["resources"]:
        first = (mixed_run / resource["path"]).read_text(encoding="utf-8").partition("\n")[0]
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == first.split(",")
        assert all(field["type"] in ("string", "integer", "number", "datetime") and field["description"] for field in fields)
        assert resource["schema"]["missingValues"] == [""]


def test_types_fit_the_cells(mixed_run, table):
    read = {"string": str, "integer": int, "number": float, "datetime": str}
    package = json.loads((mixed_run / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        types = {field["name"]: read[field["type"]] for field in resource["schema"]["fields"]}
        for row in table(mixed_run, resource["name"]):
            for name, cell in row.items():
                assert not cell or types[name](cell) is not None


def test_a_parameter_brings_its_own_words_and_unit(plan_of):
    body = """
parameters:
  angle: {value: 1, title: The angle, unit: rad, description: How far the pulse turns.}
  time: {value: 1, title: How long, unit: us}
  bare: {value: 1, unit: K}
circuits:
  c: {gates: [rx(angle*time*bare*own) 0], sweep: {angle: [1], time: [2], bare: [4], own: [3]}, parameters: {twice: 2*own}}
  d: {gates: [{if: 'bit(word, 0) == 1', do: x 0}], sweep: {word: {bitstrings: 1}}}
"""
    found = {column.name: column for column in table_columns(plan_of(body))["counts"] if column not in COUNTS}
    assert list(found) == ["angle", "time", "bare", "own", "twice", "word"]
    assert found["angle"] == Column("angle", "number", "How far the pulse turns.", "rad")
    assert found["time"] == Column("time", "number", "How long", "us")
    assert found["bare"] == Column("bare", "number", "A parameter of the sweep.", "K")
    assert found["own"] == Column("own", "number", "A parameter of the sweep.")
    assert (found["word"].type, found["twice"].type) == ("string", "number")


@pytest.mark.parametrize("columns", [COUNTS, POINTS], ids=["counts", "points"])
def test_no_parameter_can_take_the_name_of_a_column_beside_it(columns):
    assert {column.name for column in columns} <= COLUMNS


@pytest.mark.parametrize("columns", [COUNTS, POINTS, JOBS], ids=["counts", "points", "jobs"])
def test_columns_have_a_name_of_their_own_and_a_sentence(columns):
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    assert all(column.about and column.name == column.name.lower() for column in columns)


def test_a_unit_stands_in_the_package_where_there_is_one():
    fields = data_package("x", [("t", (Column("a", "number", "A.", "s"), Column("b", "string", "B.")))])["resources"][0]["schema"]["fields"]
    assert fields == [
        {"name": "a", "type": "number", "description": "A.", "unit": "s"}, {"name": "b", "type": "string", "description": "B."},
    ]  # fmt: skip

"""What a circuit measures, to a job's metadata and back, and from metadata that others wrote."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.measurement_map import Measured, batch_metadata, invert_masks_of, measurements_of, single_metadata

LONG = Measured(21, {f"a long key {index}": (index, 20 - index) for index in range(21)}, {"a long key 3": (1, 0)})


def test_a_map_is_cut_into_pieces_of_forty_characters():
    measured = Measured(20, {"k" * 30: tuple(range(10)), "m": (12,)}, {})
    assert single_metadata(measured, None) == {
        "measurement0": "k" * 30 + "\x1f0,1,2,3,4",
        "measurement1": ",5,6,7,8,9\x1em\x1f12",
    }


def test_a_map_too_long_for_ten_keys_is_written_as_a_list_of_one():
    metadata = single_metadata(LONG, {"who": "me"})
    assert {key: json.loads(value) for key, value in metadata.items() if key != "who"} == {
        "measurements": [{f"measurement{place}": piece for place, piece in enumerate(_cut(LONG))}],
        "qubit_numbers": [21],
        "invert_masks": [{"a long key 3": [1, 0]}],
    }
    assert measurements_of(metadata) == LONG.measurements
    assert invert_masks_of(metadata) == LONG.invert_masks


@pytest.mark.parametrize(("others", "form"), [(6, "measurement0"), (7, "measurements")])
def test_the_keys_that_come_later_are_counted(others, form):
    measured = Measured(10, {"k" * 39: (1,)}, {})  # two pieces; two more keys are those of the sender
    metadata = single_metadata(measured, {f"key{index}": "" for index in range(others)})
    assert form in metadata
    assert measurements_of(metadata) == measured.measurements


def test_entries_of_another_job_are_left_out():
    stale = {**batch_metadata([LONG], None), **single_metadata(Measured(9, {"x" * 90: (8,)}, {}), None), "who": "me"}
    assert single_metadata(Measured(1, {"m": (0,)}, {}), stale) == {"who": "me", "measurement0": "m\x1f0"}


def test_pieces_are_joined_by_their_numbers_in_whatever_order_they_come():
    measured = Measured(200, {"m": tuple(range(120))}, {})
    text = "m\x1f" + ",".join(map(str, range(120)))
    pieces = {f"measurement{place}": text[place * 40 : place * 40 + 40] for place in range(len(text) // 40 + 1)}
    assert len(pieces) > 9
    assert measurements_of(dict(sorted(pieces.items()))) == measurements_of(dict(reversed(pieces.items()))) == measured.measurements


def test_both_forms_of_cirq_ionq_are_read():
    single = {"shots": "100", "measurement0": "a\x1f0,1\x1eb\x1f2"}
    batch = {"shots": "100", "measurements": '[{"measurement0": "a\\u001f0,1\\u001eb\\u001f2"}, {}]', "qubit_numbers": "[3, 1]"}
    expected = {"a": (0, 1), "b": (2,)}
    assert [measurements_of(single, 0), measurements_of(batch, 0), measurements_of(batch, 1)] == [expected, expected, {}]


@pytest.mark.parametrize("metadata", [
    None, {}, [], "text", {"measurements": None}, {"measurements": "[" * 100_000}, {"measurements": "{}"}, {"measurements": "[3]"},
    {"measurements": "not JSON"}, {"measurement0": 3}, {"measurement0": "no separator"}, {"measurement0": "a\x1f0\x1f1"},
    {"measurement0": "a\x1f-1"}, {"measurement0": "a\x1f"}, {"measurement0": "a\x1f" + "9" * 5000}, {"measurement1": "a\x1f0"},
    {"measurement0": "a\x1f\u0663"}, {"measurementX": "a\x1f0"}, {"invert_masks": '{"a": [2]}'}, {"invert_masks": '{"a": 1}'},
    {"invert_masks": '{"a": [true]}'}, {"invert_masks": "[1]"}, {"invert_masks": 4}, {"qiskit_header": "abc"},
    {3: "a", "invert_masks": "null"},
], ids=lambda metadata: str(metadata)[:40])  # fmt: skip
def test_foreign_and_damaged_metadata_say_nothing(metadata):
    assert measurements_of(metadata, 0) == {}
    assert invert_masks_of(metadata, 0) == {}


@pytest.mark.parametrize("index", [-1, 1, 10**30])
def test_a_circuit_that_the_job_does_not_have_measures_nothing(index):
    metadata = batch_metadata([LONG], None)
    assert (measurements_of(metadata, index), invert_masks_of(metadata, index)) == ({}, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("a\x1e\x1f,0", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["measurement0", "measurement1", "a"]), inner, max_size=3),
    max_leaves=6,
)
TEXTS = JSON.map(json.dumps) | st.text(max_size=20) | JSON


@given(st.dictionaries(st.sampled_from(["measurements", "measurement0", "measurement1", "measurement10", "invert_masks", "b"]), TEXTS))
def test_no_metadata_make_reading_fail(metadata):
    for found in (measurements_of(metadata, 0), invert_masks_of(metadata, 0)):
        assert all(isinstance(key, str) and isinstance(values, tuple) for key, values in found.items())


def _cut(measured: Measured) -> list[str]:
    text = "\x1e".join(f"{key}\x1f{','.join(map(str, targets))}" for key, targets in measured.measurements.items())
    return [text[start : start + 40] for start in range(0, len(text), 40)]

"""Lines made as one matrix of bytes are the lines that formatting one by one makes."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.results import lines

SPECIAL = [
    0.0, -0.0, 1.0, 0.5, 0.25, 0.1, 0.3, 0.9, 1e-12, 2e-12, 1e-11, 1e-9, 1e-8, 1e-4, 1.5e-4, 0.0001, 0.00010001, 0.000100000001,
    0.1 + 1e-12,
    1 - 1e-12, 1 - 1e-11, 0.999999999999, 0.123456789012, 0.123400000000, 0.000012340000, 0.100000000001, 0.000100010001,
    0.99990000, 0.9999,
    1 / 3, 2 / 3, 1e-13, 4.9e-13, 5.1e-13, 0.0096059601, 0.96059601, math.nan,
]  # fmt: skip


def texts(words) -> list[str]:
    """Each row of a matrix of cells as text."""
    return [row.tobytes().replace(b"\0", b"").decode() for row in words]


def plain(value: float) -> str:
    """A probability to 12 decimals without trailing zeros, by decimal arithmetic; nothing for none."""
    if math.isnan(value):
        return ""
    return f"{round(Decimal(value), 12):f}".rstrip("0").rstrip(".").replace("-0", "0") or "0"


@pytest.mark.parametrize("value", SPECIAL)
def test_a_probability_is_written_out_to_12_decimals(value):
    assert texts(lines.probabilities(np.array([value]))) == [plain(value)]


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from(SPECIAL), st.integers(0, 10**12).map(lambda k: k / 1e12)), min_size=1))
def test_probabilities_are_written_like_decimals(values):
    rounded = [round(value, 12) for value in values]
    found = texts(lines.probabilities(np.array(rounded)))
    assert found == [plain(value) for value in rounded]
    assert [float(text) if text else math.nan for text in found] == pytest.approx(rounded, abs=0, rel=0, nan_ok=True)


def test_every_millionth_is_written_like_its_repr():
    values = np.arange(10**6, dtype=np.float64)[::97] / 1e6
    assert texts(lines.probabilities(values)) == [f"{value:.6f}".rstrip("0").rstrip(".") for value in values.tolist()]


@given(st.lists(st.one_of(st.integers(0, 300), st.integers(0, 2**62)), max_size=60))
def test_cells_are_looked_up_number_by_number(values):
    asked: list[int] = []

    def cell(value: int) -> bytes:
        asked.append(value)
        return f"<{value}>,".encode() if value % 3 else b""

    assert texts(lines.Lookup(cell).cells(np.array(values, dtype=np.int64))) == [f"<{value}>," if value % 3 else "" for value in values]
    assert sorted(asked) == sorted(set(values)), "each different number is formatted once"


@given(st.lists(st.lists(st.integers(0, 3000), max_size=20), max_size=6))
def test_cells_are_remembered_from_one_block_to_the_next(blocks):
    asked: list[int] = []

    def cell(value: int) -> bytes:
        asked.append(value)
        return b"x" * (value % 11) + f"{value},".encode()

    lookup = lines.Lookup(cell)
    for values in blocks:
        assert texts(lookup.cells(np.array(values, dtype=np.int64))) == ["x" * (value % 11) + f"{value}," for value in values]
    assert sorted(asked) == sorted({value for values in blocks for value in values}), "each different number is formatted once"


@given(st.lists(st.tuples(st.sampled_from(["a,", "bc,d,", "é,", ""]), st.lists(st.integers(0, 2000), max_size=5)), max_size=8))
def test_lines_begin_with_the_prefix_of_their_point(points):
    values = np.array([value for _, mine in points for value in mine], dtype=np.int64)
    bounds = np.cumsum([0, *(len(mine) for _, mine in points)]).tolist()
    columns = [
        lines.Lookup(lambda value: lines.START + f"{value},".encode()).cells(values),
        lines.Lookup(lambda value: b"x" * (value % 7) + b"\n").cells(values),
    ]
    pieces = lines.text_of(columns, [prefix.encode() for prefix, _ in points], bounds)
    assert [piece.decode() for piece in pieces] == ["".join(f"{prefix}{v},{'x' * (v % 7)}\n" for v in mine) for prefix, mine in points]

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


def texts(cells: lines.Cells) -> list[str]:
    """Each cell as text."""
    return [text[:length].decode() for text, length in zip(cells.texts.tolist(), cells.lengths.tolist(), strict=True)]


def column(*values: str) -> lines.Cells:
    return lines.Cells.of([value.encode() for value in values])


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


CELLS = st.one_of(
    st.sampled_from(["", "a", "bc,d,", "é,"]), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
)


@given(st.data())
def test_lines_are_their_cells_side_by_side(data):
    """However long the cells are, and however much longer others of their column: nothing of one is left in another."""
    rows = data.draw(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
    columns = [column(*(row[index] for row in rows)) for index in range(3)]
    assert bytes(lines.text_of(columns)).decode() == "".join("".join(row) + "\n" for row in rows)
    assert texts(lines.joined(columns)) == ["".join(row) for row in rows]


@pytest.mark.parametrize("rows", [
    [["0123456789ab", "1"], ["0123456789ab", "x" * 12], ["0123456789ab", ""]],  # the first cell mends what is spilt over it
    [["01", "1"], ["01", "x" * 40], ["01", ""], ["01", "y"]],  # more is spilt than the first cell has
    [["", ""], ["", "x" * 9], ["", ""]],
])  # fmt: skip
def test_what_a_padded_cell_spills_over_the_next_line_is_mended(rows):
    columns = [column(*(row[index] for row in rows)) for index in range(2)]
    assert bytes(lines.text_of(columns)).decode() == "".join("".join(row) + "\n" for row in rows)

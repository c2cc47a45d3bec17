"""Lines of a large table, put together as columns of bytes: a tenth of the time of formatting and joining them one by one.

A cell that takes few different values is formatted once for each value and looked up. The cells of a column are equally wide, the
shorter ones padded, and are written whole: what is wider than its text is overwritten by the cells that follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

__all__ = ["Cells", "Lookup", "joined", "probabilities", "text_of"]

_DIRECT = 1 << 16


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of texts as bytes, (rows,), padded with whatever; and the length of each without that."""

    texts: NDArray[np.void]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Cells:
        """Some texts, all of the width of the longest."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        width = max(1, int(lengths.max(initial=0)))
        return cls(np.array(texts, dtype=f"S{width}").view(f"V{width}"), lengths)

    @classmethod
    def equally_wide(cls, texts: NDArray[np.bytes_]) -> Cells:
        """Texts that all have the same length."""
        return cls(texts.view(f"V{texts.itemsize}"), np.full(len(texts), texts.itemsize, dtype=np.int64))

    @property
    def width(self) -> int:
        """The bytes of each cell."""
        return self.texts.itemsize

    def take(self, index: NDArray[np.integer[Any]]) -> Cells:
        """Some of the cells."""
        return Cells(self.texts.take(index), self.lengths.take(index))


class Lookup:
    """The cells of whole numbers from 0; each different number is formatted once, and those below 65,536 are remembered."""

    def __init__(self, cell: Callable[[int], bytes]) -> None:
        self._cell = cell
        self._known: dict[int, bytes] = {}
        self._place = np.empty(0, dtype=np.int64)  # of each number among the cells, or -1
        self._cells = Cells.of([])

    def cells(self, values: NDArray[np.int64]) -> Cells:
        """A cell for each of some numbers."""
        largest = int(values.max(initial=-1))
        if largest >= _DIRECT:
            different, index = np.unique(values, return_inverse=True)
            return Cells.of([self._cell(value) for value in different.tolist()]).take(index)
        if largest >= len(self._place):
            self._place = np.pad(self._place, (0, largest + 1 - len(self._place)), constant_values=-1)
        places = self._place.take(values)
        if (places < 0).any():
            self._learn(np.unique(values[places < 0]))
            places = self._place.take(values)
        return self._cells.take(places)

    def _learn(self, numbers: NDArray[np.int64]) -> None:
        self._place[numbers] = np.arange(len(self._known), len(self._known) + len(numbers))
        self._known.update((number, self._cell(number)) for number in numbers.tolist())
        self._cells = Cells.of(list(self._known.values()))


def probabilities(column: NDArray[np.float64]) -> Cells:
    """Probabilities of at most 12 decimals, without trailing zeros; NaN is an empty cell."""
    known = ~np.isnan(column)
    scaled = np.rint(np.where(known, column, 0.0) * 1e12).astype(np.int64)
    left, right = scaled // 10**8, scaled // 10**4
    groups = left, right - left * 10**4, scaled - right * 10**4
    texts = np.empty(len(column), dtype=_DECIMALS)
    texts["point"] = _POINT
    lengths = np.full(len(column), 2, dtype=np.int64)
    for number, group in enumerate(groups):
        texts[f"group{number}"] = _DIGITS.take(group, mode="clip")
        np.copyto(lengths, _LENGTHS[number].take(group, mode="clip"), where=group > 0)
    for value, text, length in ((0, b"0", 1), (10**12, b"1", 1)):
        texts[scaled == value] = np.frombuffer(text.ljust(_DECIMALS.itemsize, b"\0"), dtype=_DECIMALS)
        lengths[scaled == value] = length
    lengths[~known] = 0
    return Cells(texts.view(f"V{_DECIMALS.itemsize}"), lengths)


def text_of(columns: Sequence[Cells]) -> memoryview:
    """The text of some lines, whose columns bring their separators; each line ends with a line feed."""
    if not len(columns[0].lengths):
        return memoryview(b"")
    befores, lengths = _laid_out(columns)
    lengths += 1
    ends = np.cumsum(lengths)
    starts = ends - lengths
    spilt = max(int((before - lengths).max()) + column.width for before, column in zip(befores, columns, strict=True))
    if spilt > columns[0].lengths.min():
        return _compacted(columns)
    text = np.empty(int(ends[-1]) + max(column.width for column in columns), dtype=np.uint8)
    for before, column in zip(befores, columns, strict=True):
        _write(text, starts + before, column.texts)
    if spilt > 0:  # over the first bytes of the next line
        _write(text, starts, _first_bytes(columns[0], spilt))
    text[ends - 1] = ord("\n")
    return text[: ends[-1]].data


def joined(columns: Sequence[Cells]) -> Cells:
    """Cells side by side as one column."""
    befores, lengths = _laid_out(columns)
    width = max(int(before.max(initial=0)) + column.width for before, column in zip(befores, columns, strict=True))
    text = np.zeros(len(lengths) * width, dtype=np.uint8)
    starts = np.arange(0, len(text), width)
    for before, column in zip(befores, columns, strict=True):
        _write(text, starts + before, column.texts)
    return Cells(text.view(f"V{width}"), lengths)


def _laid_out(columns: Sequence[Cells]) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Where each cell begins in its line, column by column; and how long the lines are."""
    befores = [np.zeros(len(columns[0].lengths), dtype=np.int64)]
    for column in columns:
        befores.append(befores[-1] + column.lengths)
    return befores[:-1], befores[-1]


def _write(text: NDArray[np.uint8], places: NDArray[np.int64], cells: NDArray[np.void]) -> None:
    """Put cells where they belong."""
    size = cells.itemsize
    everywhere = as_strided(text[:size].view(cells.dtype), shape=(len(text) - size + 1,), strides=(1,))
    everywhere[places] = cells


def _first_bytes(column: Cells, size: int) -> NDArray[np.void]:
    return np.ascontiguousarray(column.texts.view(np.uint8).reshape(-1, column.width)[:, :size]).view(f"V{size}")[:, 0]


def _compacted(columns: Sequence[Cells]) -> memoryview:
    """The same in several times the time, for lines that are shorter than the padding of their cells."""
    feed = np.zeros(len(columns[0].lengths), dtype=np.int64)
    whole = [*columns, Cells.of([b"\n"]).take(feed)]
    matrix = np.concatenate([column.texts.view(np.uint8).reshape(-1, column.width) for column in whole], axis=1)
    used = np.concatenate([np.arange(column.width) < column.lengths[:, None] for column in whole], axis=1)
    text: memoryview = matrix[used].data
    return text


_DECIMALS = np.dtype([("point", "V2"), ("group0", "<u4"), ("group1", "<u4"), ("group2", "<u4")])
_POINT = np.void(b"0.")
_DIGITS = np.frombuffer(b"".join(f"{group:04d}".encode() for group in range(10_000)), dtype="<u4")
_KEPT = np.full(10_000, 4) - sum(np.arange(10_000) % 10**zeros == 0 for zeros in (1, 2, 3, 4))  # digits before trailing zeros
_LENGTHS = [2 + 4 * number + _KEPT for number in range(3)]

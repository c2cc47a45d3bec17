"""Lines of a large table, built as one matrix of bytes: a tenth of the time of formatting and joining them one by one.

A cell that takes few different values is formatted once for each value and looked up. Cells shorter than their column are
padded with zero bytes, which are taken out of the whole text at the end. Columns are four bytes wide, or a multiple: numpy
copies whole words faster than single bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["START", "Lookup", "Words", "probabilities", "text_of"]

Words = NDArray[np.uint32]  # (rows, width in bytes / 4), padded with zero bytes
START = b"\x01"  # stands at the beginning of a line for the cells that all lines of a point share
_DIRECT = 1 << 16


class Lookup:
    """The cells of whole numbers from 0; each different number is formatted once, and those below 65,536 are remembered."""

    def __init__(self, cell: Callable[[int], bytes]) -> None:
        self._cell = cell
        self._table: Words = np.empty((0, 0), dtype=np.uint32)
        self._known = np.empty(0, dtype=bool)

    def cells(self, values: NDArray[np.int64]) -> Words:
        """A cell for each of some numbers."""
        largest = int(values.max(initial=0))
        if largest >= _DIRECT:
            different, index = np.unique(values, return_inverse=True)
            return _words([self._cell(value) for value in different.tolist()]).take(index, axis=0)
        missing = np.zeros(max(len(self._known), largest + 1), dtype=bool)
        missing[values] = True
        missing[: len(self._known)] &= ~self._known
        self._learn(np.flatnonzero(missing), len(missing))
        return self._table.take(values, axis=0)

    def _learn(self, numbers: NDArray[np.int64], size: int) -> None:
        if not len(numbers):
            return
        found = _words([self._cell(number) for number in numbers.tolist()])
        rows, width = self._table.shape
        self._table = np.pad(self._table, ((0, size - rows), (0, max(0, found.shape[1] - width))))
        self._table[numbers, : found.shape[1]] = found
        self._known = np.pad(self._known, (0, size - rows))
        self._known[numbers] = True


def probabilities(column: NDArray[np.float64]) -> Words:
    """Probabilities of at most 12 decimals; NaN is an empty cell."""
    known = ~np.isnan(column)
    scaled = np.rint(np.where(known, column, 0.0) * 1e12).astype(np.int64)
    high, rest = np.divmod(scaled, 10**8)
    middle, low = np.divmod(rest, 10**4)
    cells = np.empty((len(column), 4), dtype=np.uint32)
    cells[:, 0] = np.where(scaled == 0, _ZERO, _POINT)
    cells[:, 1] = np.where(rest > 0, _DIGITS.take(high % 10**4), _STRIPPED.take(high % 10**4))
    cells[:, 2] = np.where(low > 0, _DIGITS.take(middle), _STRIPPED.take(middle))
    cells[:, 3] = _STRIPPED.take(low)
    cells[scaled == 10**12] = _ONE
    cells[~known] = 0
    return cells


def text_of(columns: Sequence[Words], prefixes: Sequence[bytes], bounds: Sequence[int]) -> list[bytes]:
    """The text of some lines, a piece for each prefix. The columns bring `START`, their separators and the line end.

    The lines from `bounds[i]` to `bounds[i + 1]` begin with `prefixes[i]`, which takes the place of `START`.
    """
    text = np.concatenate(columns, axis=1).tobytes().translate(None, b"\0")
    ends = np.concatenate([[0], np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")) + 1])
    edges = pairwise(ends[np.asarray(bounds)].tolist())
    return [text[start:stop].replace(START, prefix) for prefix, (start, stop) in zip(prefixes, edges, strict=True)]


def _words(cells: Sequence[bytes]) -> Words:
    """Cells as rows of words."""
    width = -(-max(map(len, cells)) // 4) * 4
    return np.frombuffer(b"".join(cell.ljust(width, b"\0") for cell in cells), dtype=np.uint32).reshape(len(cells), width // 4)


_DIGITS = _words([f"{group:04d}".encode() for group in range(10_000)])[:, 0]
_STRIPPED = _words([f"{group:04d}".rstrip("0").encode() or b"\0" for group in range(10_000)])[:, 0]
_ZERO, _POINT = _words([b"0", b"0."])[:, 0]
_ONE = np.array([_words([b"1"])[0, 0], 0, 0, 0], dtype=np.uint32)

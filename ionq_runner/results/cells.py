"""Values as CSV cells: shortest round-trip numbers, text quoted where it must be, nothing that a spreadsheet would run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["number", "numbers", "short", "text"]

_QUOTED = frozenset(',"\r\n')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: float) -> str:
    """A number, whole ones without a point; a missing one is an empty cell."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def numbers(column: NDArray[Any]) -> list[str]:
    """A whole column, each different value formatted once."""
    different, index = np.unique(column, return_inverse=True, equal_nan=True)
    cells = np.array([number(value) for value in different.tolist()], dtype=object)
    found: list[str] = cells[index].tolist()
    return found


def short(column: NDArray[Any]) -> list[str]:
    """A column for people: numbers with up to six digits; a missing value is empty."""
    if column.dtype.kind == "U":
        return [str(value) for value in column.tolist()]
    different, index = np.unique(column, return_inverse=True, equal_nan=True)
    shown = np.array(["" if math.isnan(value) else f"{value + 0.0:.6g}" for value in different.tolist()], dtype=object)
    found: list[str] = shown[index].tolist()
    return found


def text(value: str) -> str:
    """A text; one that a spreadsheet would take for a formula gets an apostrophe."""
    if value.startswith(_FORMULA):
        value = "'" + value
    return '"' + value.replace('"', '""') + '"' if _QUOTED & set(value) else value

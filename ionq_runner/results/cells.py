"""Values as CSV cells: shortest round-trip numbers, text quoted where it must be, nothing that a spreadsheet would run."""

from __future__ import annotations

import math

__all__ = ["QUOTED", "number", "short", "text", "value"]

QUOTED = frozenset(',"\r\n')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: float) -> str:
    """A number, whole ones without a point; a missing one is an empty cell."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def short(value: float | str) -> str:
    """A value for people: numbers with up to six digits; a missing one is empty."""
    if isinstance(value, str):
        return value
    return "" if math.isnan(value) else f"{value + 0.0:.6g}"


def text(value: str) -> str:
    """A text; one that a spreadsheet would take for a formula gets an apostrophe."""
    if value.startswith(_FORMULA):
        value = "'" + value
    return '"' + value.replace('"', '""') + '"' if QUOTED & set(value) else value


def value(given: float | str) -> str:
    """A number or a text."""
    return text(given) if isinstance(given, str) else number(given)

"""What a scalar is by YAML 1.2's core schema: `no` and `on` are words, `010` is ten, `12:30` and dates are text."""

from __future__ import annotations

import math
import re
from typing import Any

from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence

__all__ = ["plain_data", "resolve"]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")
_PREFIXED = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolve(scalar: Scalar) -> bool | int | float | str | None:
    """The value of a scalar; one in quotes, or a block of text, is always text."""
    text = scalar.text
    if scalar.style:
        return text
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return float("nan") if special.group(3) else float(f"{special.group(1)}inf")
    return text


def plain_data(node: Node) -> Any:
    """A node as the dictionaries, lists and scalars that any YAML 1.2 reader would give; what JSON has no number for stays text."""
    match node:
        case Scalar():
            value = resolve(node)
            return node.text if isinstance(value, float) and not math.isfinite(value) else value
        case Sequence(items):
            return [plain_data(item) for item in items]
        case Mapping(entries):
            return {entry.key.text: plain_data(entry.value) for entry in entries}

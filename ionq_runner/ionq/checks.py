"""What a caller asks for, checked before anything is sent: what could only fail after it was paid for is refused here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import cirq
import numpy as np

from ionq_runner.ionq.arguments import checked_circuits
from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.wire.documents import shown

__all__ = [
    "MAX_QUBITS",
    "MAX_REPETITIONS",
    "check_results",
    "check_seconds",
    "checked_amount",
    "checked_limit",
    "checked_repetitions",
    "checked_switch",
]

MAX_REPETITIONS, MAX_QUBITS = 1_000_000, 10_000


def checked_repetitions(number: object) -> int:
    """How often a circuit is run, as a plain number. Raises InvalidArgument."""
    if isinstance(number, bool) or not isinstance(number, Integral) or not 1 <= int(number) <= MAX_REPETITIONS:
        raise InvalidArgument(f"repetitions are a whole number from 1 to {MAX_REPETITIONS:,}, not {number!r}")
    return int(number)


def checked_limit(number: object, name: str = "limit", least: int = 0) -> int:
    """How many things are wanted at most, as a plain number. Raises InvalidArgument."""
    if isinstance(number, bool) or not isinstance(number, Integral) or int(number) < least:
        raise InvalidArgument(f"`{name}` is a whole number from {least}, not {number!r}")
    return int(number)


def checked_amount(name: str, number: Any) -> float:
    """A number above 0, of minutes or dollars, as a plain one. Raises InvalidArgument."""
    if isinstance(number, bool) or not isinstance(number, Real) or not (math.isfinite(number) and float(number) > 0):
        raise InvalidArgument(f"`{name}` is a number above 0, not {shown(number)}")
    return int(number) if isinstance(number, Integral) else float(number)


def checked_switch(name: str, value: object) -> bool:
    """Yes or no: nothing else is taken for one of them. Raises InvalidArgument."""
    if not isinstance(value, bool | np.bool_):
        raise InvalidArgument(f"`{name}` is True or False, not {shown(value)}")
    return bool(value)


def check_seconds(name: str, seconds: object) -> None:
    """Refuse what is no length of time. Raises InvalidArgument."""
    if isinstance(seconds, bool) or not isinstance(seconds, Real) or not float(seconds) >= 0:
        raise InvalidArgument(f"`{name}` is a number of seconds, not {seconds!r}")


def check_results(
    circuits: Sequence[cirq.AbstractCircuit], dry_run: bool = False, sharpen: bool | None = None, extra: object = None
) -> None:
    """Refuse what would be paid for and have no result for Cirq: circuits, or what is asked of them. Raises InvalidArgument."""
    found = checked_circuits(circuits)
    if sharpen is not None:
        checked_switch("sharpen", sharpen)
    if dry_run or (isinstance(extra, Mapping) and extra.get("dry_run")):
        raise InvalidArgument("a dry run has no results; use `create_job(..., dry_run=True)`, whose job has a price and a compiled circuit")
    for index, circuit in enumerate(found):
        if not cirq.is_measurement(circuit):
            raise InvalidArgument(f"circuit {index} measures nothing, so it would have no results; add `cirq.measure(..., key=...)`")

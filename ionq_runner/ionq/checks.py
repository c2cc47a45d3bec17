"""What a caller asks for, checked before anything is sent: what could only fail after it was paid for is refused here."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import cirq

from ionq_runner.ionq.errors import InvalidArgument

__all__ = ["MAX_QUBITS", "MAX_REPETITIONS", "check_results", "check_seconds", "checked_limit", "checked_repetitions"]

MAX_REPETITIONS, MAX_QUBITS = 1_000_000, 10_000


def checked_repetitions(number: object) -> int:
    """How often a circuit is run, as a plain number. Raises InvalidArgument."""
    if isinstance(number, bool) or not isinstance(number, Integral) or not 1 <= int(number) <= MAX_REPETITIONS:
        raise InvalidArgument(f"repetitions are a whole number from 1 to {MAX_REPETITIONS:,}, not {number!r}")
    return int(number)


def checked_limit(number: object) -> int:
    """How many things are wanted at most, as a plain number. Raises InvalidArgument."""
    if isinstance(number, bool) or not isinstance(number, Integral) or int(number) < 0:
        raise InvalidArgument(f"`limit` is a whole number from 0, not {number!r}")
    return int(number)


def check_seconds(name: str, seconds: object) -> None:
    """Refuse what is no length of time. Raises InvalidArgument."""
    if isinstance(seconds, bool) or not isinstance(seconds, Real) or not float(seconds) >= 0:
        raise InvalidArgument(f"`{name}` is a number of seconds, not {seconds!r}")


def check_results(circuits: Sequence[cirq.AbstractCircuit], dry_run: bool = False) -> None:
    """Refuse circuits that would be paid for and have no result for Cirq. Raises InvalidArgument."""
    if isinstance(circuits, cirq.AbstractCircuit):
        raise InvalidArgument("`circuits` is a list of circuits, not one of them")
    if dry_run:
        raise InvalidArgument("a dry run has no results; use `create_job(..., dry_run=True)`, whose job has a price and a compiled circuit")
    for index, circuit in enumerate(circuits):
        if not cirq.is_measurement(circuit):
            raise InvalidArgument(f"circuit {index} measures nothing, so it would have no results; add `cirq.measure(..., key=...)`")

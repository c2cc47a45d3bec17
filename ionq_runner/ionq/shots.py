"""What a machine counted, as the service lists it: shot by shot, or how often each outcome came.

How many shots come back is the service's to say. IonQ documents one entry for each shot, and settings by which a machine discards some of
them (`symmetry_verification` keeps only the shots in allowed states). So fewer than were asked for are taken as they are, and are what the
result's `repetitions()` says; more than were asked for, and none at all, make no sense.
"""

from __future__ import annotations

from collections.abc import Mapping

from ionq_runner.ionq.errors import IonQResponseException
from ionq_runner.ionq.results import outcome_of

__all__ = ["counts_in", "shots_in"]


def shots_in(answer: object, num_qubits: int, asked: int, shown: int | None = None) -> list[int]:
    """The outcome of every shot in the order of time, from the service's list; with `shown`, of so many of the qubits.

    Raises:
        IonQResponseException: It is none, or holds no shot or more than the `asked`.
    """
    listed = answer.get("shots") if isinstance(answer, Mapping) else answer
    if not isinstance(listed, list):
        raise IonQResponseException("the service's list of shots is none")
    _check(len(listed), asked)
    return [outcome_of(shot, num_qubits, shown) for shot in listed]


def counts_in(answer: object, num_qubits: int, asked: int, shown: int | None = None) -> dict[int, int]:
    """How often each outcome came, from the service's histogram of counts; with `shown`, of so many of the qubits.

    Raises:
        IonQResponseException: It is none, counts an outcome twice, or holds no shot or more than the `asked`.
    """
    if not isinstance(answer, Mapping) or not all(type(count) is int and count >= 0 for count in answer.values()):
        raise IonQResponseException("the service's histogram of counts is none")
    counts: dict[int, int] = {}
    for number, count in answer.items():
        outcome = outcome_of(number, num_qubits, shown)
        counts[outcome] = counts.get(outcome, 0) + count
    if len({int(number) for number in answer}) != len(answer):
        raise IonQResponseException("the service's histogram counts an outcome twice")
    _check(sum(counts.values()), asked)
    return counts


def _check(number: int, asked: int) -> None:
    if not 1 <= number <= asked:
        raise IonQResponseException(f"the service gives {number} shots where {asked} were asked for")

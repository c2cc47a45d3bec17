"""Differences are seen, and every one that is known is still there."""

from __future__ import annotations

import re
from pathlib import Path

import cirq
import pytest
from comparison import ANY, BODIES, A, B, Known, Raised, Reason, connect, differences, unexpected

pytestmark = pytest.mark.peers


def test_a_difference_that_is_not_listed_is_told_and_so_is_one_that_is_gone():
    known = {"b": Known(1, 2, Reason.SUMS), "c": Known(ANY, ANY, Reason.SUMS)}
    assert unexpected({"a": [1], "b": 1}, {"a": [2], "b": 2}, known) == [("gone", "c"), ("a[0]", 1, 2)]
    assert unexpected({"b": 1, "c": True}, {"b": 3, "c": 1}, known) == [("b", 1, 3)]
    assert unexpected(Raised(frozenset({"ValueError"})), Raised(frozenset({"TypeError"})), {}) != []


def test_every_difference_of_bodies_is_seen(both):
    def notebook(ionq, cloud):
        inverted = cirq.measure(A, B, key="m", invert_mask=(True,))
        circuit = cirq.Circuit(ionq.ZZGate(theta=0.125)(A, B), ionq.GPIGate(phi=0.5)(A), inverted)
        connect(ionq, cloud).create_job(circuit, target="qpu.forte-1")
        connect(ionq, cloud).create_batch_job([circuit, circuit], target="qpu.forte-1")

    found = {place for place, *_ in differences(*both(notebook))}
    unseen = [where for where, *_ in BODIES if not any(re.fullmatch(where, place) for place in found)]
    assert unseen == []


def test_every_reason_is_somebodys():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    assert [reason.name for reason in Reason if not re.search(rf"Reason\.{reason.name}\b", text)] == []

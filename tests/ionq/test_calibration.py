"""Characterizations of both versions of the API, read the same way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import cirq
import pytest

from ionq_runner.ionq import Calibration, IonQResponseException

NEWER = {
    "id": "aa54e783-0a9b-4f73-ad2c-63983b6aa4a8",
    "backend": "qpu.aria-1",
    "date": "2026-05-01T12:00:00Z",
    "qubits": 25,
    "connectivity": [[0, 1], [2, 0]],
    "fidelity": {"spam": {"median": 0.9962, "stderr": None}},
    "timing": {"readout": 0.0001, "reset": 2e-05, "t1": 10, "t2": 1},
}  # the form of the example in the API reference of v0.4
OLDER = {**NEWER, "date": 1777636800, "fidelity": {"spam": {"mean": 0.9961}}}
ANCIENT = {
    **{key: value for key, value in NEWER.items() if key != "backend"},
    "target": "qpu.aria-1",
    "date": "2026-05-01T12:00:00.123456Z",
}


@pytest.mark.parametrize(("document", "fraction"), [(NEWER, 0), (OLDER, 0), (ANCIENT, 123456)])
def test_every_form_says_the_same(document, fraction):
    calibration = Calibration(document)
    assert calibration.target() == "qpu.aria-1"
    assert calibration.num_qubits() == 25
    assert calibration.calibration_time(UTC) == datetime(2026, 5, 1, 12, 0, 0, fraction, UTC)
    assert calibration.timings()["t1"] == 10
    assert set(calibration.fidelities()["spam"]) & {"median", "mean"}


def test_a_time_is_given_in_the_zone_that_is_asked_for():
    zone = timezone(timedelta(hours=2))
    assert Calibration(NEWER).calibration_time(zone).isoformat() == "2026-05-01T14:00:00+02:00"
    assert Calibration(NEWER).calibration_time().utcoffset() is not None


def test_pairs_are_there_in_both_orders():
    q = cirq.LineQubit.range(3)
    assert Calibration(NEWER).connectivity() == {(q[0], q[1]), (q[1], q[0]), (q[2], q[0]), (q[0], q[2])}


def test_what_is_missing_is_said():
    for ask in (Calibration.num_qubits, Calibration.target, Calibration.calibration_time, Calibration.fidelities, Calibration.connectivity):
        with pytest.raises(IonQResponseException, match="has no `"):
            ask(Calibration({}))
    with pytest.raises(IonQResponseException, match="is no date"):
        Calibration({"date": "soon"}).calibration_time()


def test_equality_and_repr_are_those_of_the_document():
    assert Calibration(NEWER) == Calibration(dict(NEWER))
    assert Calibration(NEWER) != Calibration(OLDER)
    assert eval(repr(Calibration(NEWER)).replace("ionq_runner.ionq.", "")) == Calibration(NEWER)
    assert Calibration(NEWER).to_dict() == NEWER
    assert Calibration(NEWER).calibration_id() == NEWER["id"]

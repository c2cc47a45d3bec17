"""Whatever the service answers, a caller gets an exception of ours, or something that makes sense."""

from __future__ import annotations

import itertools
from datetime import date

import cirq
import pytest

from ionq_runner.ionq import InvalidArgument, IonQException

X = cirq.Circuit(cirq.X(cirq.LineQubit(0)), cirq.measure(cirq.LineQubit(0), key="m"))
VALUES = [None, True, 5, -1, 1.5, 10**400, "", "x", "9" * 400, [], [1], [[]], [None], {}, {"id": 5}, {"a": {}}]

CALLS = {
    "whoami": lambda own: own.whoami(),
    "estimate": lambda own: own.estimate("qpu.aria-1"),
    "sessions": lambda own: own.sessions(),
    "session": lambda own: own.session("s"),
    "usage": lambda own: own.usage("o", date(2026, 1, 1), date(2026, 1, 2)),
    "backends": lambda own: own.backends(),
    "backend": lambda own: own.backend("qpu.aria-1"),
    "jobs": lambda own: own.list_jobs(),
    "find": lambda own: own.find_job("t"),
    "job": lambda own: own.get_job("a"),
    "calibrations": lambda own: [show(one) for one in own.list_calibrations(target="qpu.aria-1")],
    "current": lambda own: show(own.get_current_calibration("qpu.aria-1")),
    "calibration": lambda own: show(own.get_calibration("c", "qpu.aria-1")),
}


def show(calibration):
    return [calibration.num_qubits(), calibration.target(), calibration.calibration_time(), calibration.fidelities(), calibration.timings(),
            calibration.connectivity()]  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_of_any_kind_is_read_or_refused(service, cloud, name):
    keys = [
        "jobs",
        "sessions",
        "characterizations",
        "next",
        "qubits",
        "date",
        "fidelity",
        "timing",
        "connectivity",
        "cost",
        "estimated_cost",
        "status",
    ]
    documents = [*VALUES, *({key: value} for key, value in itertools.product(keys, VALUES))]
    own = service()
    for document in documents:
        cloud.script(r"^/v0\.4/", document)
        try:
            CALLS[name](own)
        except (IonQException, InvalidArgument):
            continue


PLACES = [
    "status",
    "metadata",
    "shots",
    "stats",
    "child_job_ids",
    "parent_job_id",
    "type",
    "backend",
    "failure",
    "warning",
    "output",
    "settings",
    "name",
    "submitted_at",
    "execution_duration_ms",
    "dry_run",
    "noise",
    "results",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_job_with_anything_in_any_place_is_read_or_refused(service, cloud, place):
    own = service()
    job = own.create_job(X, 10, target="qpu.aria-1")
    plain = own.get_job(job.job_id()).to_dict()
    inner = [{"qubits": value} for value in VALUES] if place == "stats" else []
    inner += [{key: value} for key in ("shots", "measurement0", "measurements", "qubit_numbers", "invert_masks") for value in VALUES] * (
        place == "metadata"
    )
    for value in [*VALUES, *inner]:
        cloud.script(rf"/jobs/{job.job_id()}$", {**plain, place: value})
        for ask in (
            "results",
            "num_qubits",
            "repetitions",
            "children",
            "variants",
            "measurement_dict",
            "metadata",
            "cost",
            "shots",
            "histogram",
        ):
            try:
                found = own.get_job(job.job_id())
                getattr(found, ask)(*([0.05] if ask == "results" else []))
            except (IonQException, InvalidArgument):
                continue
            except UserWarning:  # what the service warns of
                continue


@pytest.mark.parametrize("path", ["probabilities", "shots", "histogram"])
def test_results_of_any_kind_are_read_or_refused(service, cloud, path):
    own = service()
    job = own.create_job(X, 10, target="qpu.aria-1")
    job.wait()
    ask = {"probabilities": job.results, "shots": job.shots, "histogram": job.histogram}[path]
    for value in [*VALUES, *({key: value} for key in ("0", "1", "-1", "x", "9" * 400) for value in VALUES)]:
        cloud.script(rf"/results/{path}", value)
        try:
            ask()
        except IonQException:
            continue

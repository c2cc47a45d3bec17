"""Runs of small files, and plans whose answers are recorded without a ledger."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ionq_runner import api
from ionq_runner.execution.targets.local import LocalBackend
from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.states import JobState
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan

HEAD = {"ionq_runner": "1", "name": "t", "repetitions": "100", "seed": "7"}

# Two circuits, two targets, a text axis, a computed parameter, several keys, replicates and three methods of simulation.
MIXED = """
targets: {ideal: local, noisy: {backend: local, noise: {one_qubit: 0.01, two_qubit: 0.03, spam: 0.02}}}
circuits:
  pair:
    qubits: 3
    parameters: {double: 2*phi}
    gates: [h 0, cnot 0 1, rx(double) 1]
    measure: {alice: 1, bob: [0, 2]}
    sweep: {phi: {linspace: [-1, 1, 5]}}
  marked:
    gates: [{for: q in 0..1, do: {if: 'bit(word, q) == 1', do: x q}}, h 2]
    qubits: 3
    sweep: {word: {bitstrings: 2}}
  wide: {qubits: 11, gates: [h all, {for: q in 0..9, do: cnot q q+1}, h all]}
runs:
  first: {circuits: [pair, marked], replicates: 2}
  last: {circuits: wide, repetitions: 20}
"""


def _file(body: str, **head: str) -> bytes:
    """An experiment: `body` with the usual head before it; a key given here replaces the head's."""
    return ("".join(f"{key}: {value}\n" for key, value in {**HEAD, **head}.items()) + dedent(body)).encode()


@pytest.fixture(scope="session")
def mixed() -> str:
    return MIXED


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., Plan]:
    return lambda body, **head: api.plan(_file(body, **head), "t.yaml")


@pytest.fixture(scope="session")
def ran(tmp_path_factory) -> Callable[..., Path]:
    """The folder of a run of a body."""

    def ran(body: str, **head: str) -> Path:
        folder = tmp_path_factory.mktemp("run")
        file = folder / "t.yaml"
        file.write_bytes(_file(body, **head))
        outcome = api.run(file, out=folder / "runs")
        assert outcome.finished
        assert not outcome.failed
        return outcome.folder

    return ran


@pytest.fixture(scope="session")
def mixed_run(ran) -> Path:
    """A run of everything, to be read and not to be changed."""
    return ran(MIXED)


@pytest.fixture(scope="session")
def table() -> Callable[..., list[dict[str, str]]]:
    """A table of a run: a row as its cells by column."""

    def table(folder: Path, name: str = "counts") -> list[dict[str, str]]:
        with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, strict=True))

    return table


class _AtOnce(Executor):
    """Runs what is submitted before it returns."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **keys: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **keys))
        return future


@pytest.fixture(scope="session")
def recorded() -> Callable[..., tuple[RunFolder, list[JobRow]]]:
    """A folder with the answers of a plan, and the rows of its jobs; the jobs of some numbers fail, with these errors."""

    def recorded(plan: Plan, path: Path, failed: dict[int, str] | None = None, order: Sequence[int] = ()) -> tuple[RunFolder, list[JobRow]]:
        folder = RunFolder(path / "t" / "run")
        folder.answers.mkdir(parents=True)
        backend = LocalBackend(plan.groups, _AtOnce())
        repetitions = plan.repetitions()
        rows = []
        for job in plan.jobs:
            total = sum(int(repetitions[plan.groups[group].first + part].sum()) for group, part in job.parts)
            state, answer, digest = JobState.FAILED, None, None
            if job.number not in (failed or {}):
                place = folder.answer(job.number)
                place.write_bytes(backend.fetch(backend.submit(job, job.id)))
                state, answer, digest = (
                    JobState.DONE,
                    place.relative_to(folder.path).as_posix(),
                    hashlib.sha256(place.read_bytes()).hexdigest(),
                )
            rows.append(JobRow(job.number, job.id, len(job), total, state, answer, digest, (failed or {}).get(job.number)))
        return folder, rows

    return recorded

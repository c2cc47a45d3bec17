"""Plans of several small jobs, and a run folder with its ledger."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import ionq_runner.planning.jobs
from ionq_runner import api
from ionq_runner.ledger.folder import create_run
from ionq_runner.ledger.store import Ledger

AT = datetime(2026, 5, 1, 10, 31, 2, tzinfo=UTC)

# One point an execution, every method of simulation, a text as parameter, and one execution that two circuits share.
MIXED = """\
ionq_runner: 1
name: mixed
parameters: {n: 11}
targets:
  ideal: local
  noisy: {backend: local, noise: {one_qubit: 0.001, two_qubit: 0.02, spam: 0.01}}
circuits:
  pair:
    qubits: 2
    gates: [h 0, cnot 0 1, rz(phi) all, h all]
    sweep: {phi: {linspace: [0, pi, 9]}}
  marked:
    qubits: 3
    gates: [h all, {for: q in 0..1, do: {if: 'bit(word, q) == 1', do: z q}}, rx(k) 2, h all]
    sweep: {word: {bitstrings: 2}, k: [1, 2]}
  wide:
    qubits: n
    gates: [h 0, {for: q in 0..n-2, do: cnot q q+1}, rx(theta) 0]
    sweep: {theta: [0, 1]}
runs:
  forth: {circuits: [pair, marked], order: interleaved}
  back: {circuits: [wide], order: random}
repetitions: 40
seed: 11
"""


@pytest.fixture
def planned(monkeypatch):
    """`planned(text, 4)`: the plan of an experiment, in jobs of at most four executions."""

    def plan(text=MIXED, executions=4):
        monkeypatch.setattr(ionq_runner.planning.jobs, "MAX_EXECUTIONS", executions)
        return api.plan(text.encode(), "experiment.yaml", api.Options())

    return plan


@pytest.fixture
def begun(tmp_path):
    """`begun(plan)`: a run folder for a plan, and its ledger with every job planned."""
    opened = []

    def begin(plan):
        folder = create_run(tmp_path / "runs", plan.experiment.name, AT)
        ledger = Ledger(folder.ledger, write=True)
        opened.append(ledger)
        ledger.create({"plan": plan.digest}, [(job.number, job.id, len(job), 40 * len(job)) for job in plan.jobs])
        return folder, ledger

    yield begin
    for ledger in opened:
        ledger.__exit__()

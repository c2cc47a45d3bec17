"""The budget and the size of batches, as numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ionq_runner import api
from ionq_runner.diagnostics import ProblemFound
from ionq_runner.planning.service import Allowance, allowance_of, batch_of

BODY = "circuits:\n  bell: {qubits: 2, gates: [h 0, cnot 0 1]}\nparameters: {n: 3}\n"


@pytest.fixture
def read(file_of):
    """The experiment and the constants of a body."""

    def read(more: str, **head):
        loaded = api.load(file_of(BODY + more, **head), "t.yaml")
        assert loaded.expansion is not None
        return loaded.expansion.experiment, loaded.expansion.constants

    return read


@pytest.mark.parametrize(("budget", "allowance"), [
    ("cost_usd: 2.5*n", Allowance(cost_usd=7.5)),
    ("jobs: n", Allowance(jobs=3)),
    ("{cost_usd: 0, jobs: 0, repetitions: 10**6}", Allowance(cost_usd=0, jobs=0, repetitions=10**6)),
])  # fmt: skip
def test_a_budget_is_numbers(read, budget, allowance):
    experiment, constants = read(f"budget: {budget}\n" if "{" in budget else f"budget: {{{budget}}}\n")
    assert allowance_of(experiment.budget, constants) == allowance


def test_without_a_budget_there_is_no_limit(read):
    experiment, constants = read("mitigation: {n-times: {debias: true}}\nruns: {a: {replicates: n}}\n")
    assert allowance_of(experiment.budget, constants) == Allowance()


def test_a_batch_is_one_circuit_unless_the_target_says_more(read):
    experiment, constants = read("", targets="{one: simulator, two: {backend: qpu.forte-1, batch: {circuits: 2*n}}}")
    assert [batch_of(target, constants) for target in experiment.targets.values()] == [1, 6]


def test_what_uses_a_parameter_without_a_value_is_left_alone(problems_of):
    body = "parameters: {m: 1/0}\ncircuits: {c: {gates: rx(m) 0}}\nbudget: {jobs: m, cost_usd: -1}\n"
    body += "targets: {t: {backend: simulator, batch: {circuits: m}}}\n"
    assert problems_of(body, validate=True) == [("E314", "1/0"), ("E632", "-1")]


def test_a_budget_below_zero_is_never_a_number(file_of):
    loaded = api.load(file_of(BODY + "budget: {cost_usd: 10 - n}\n"), "t.yaml", api.Options(set=("n=11",)))
    assert [problem.code for problem in loaded.problems] == ["E632"]
    good = api.load(file_of(BODY + "budget: {cost_usd: 10 - n}\n"), "t.yaml").expansion
    with pytest.raises(ProblemFound):
        allowance_of(loaded.experiment.budget, replace(good.constants, values={"n": 11.0}))

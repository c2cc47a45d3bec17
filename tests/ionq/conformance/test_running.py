"""Circuits that are run, alone, together and in sweeps, give the same results with cirq_ionq and with ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import cirq
import numpy as np
import pytest
from comparison import BELL, PHI, SWEPT, TARGETS, THETA, UNEQUAL, A, B, connect, measured, raised_by

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("target", TARGETS)
def test_run_gives_the_same_result(both, target):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud, default_target=None)
        return [measured(service.run(circuit, repetitions=60, target=target, seed=3)) for circuit in (BELL, UNEQUAL)]

    both(notebook)


def test_a_seed_gives_the_same_samples_whatever_it_is(both):
    def notebook(ionq, cloud):
        service, shared = connect(ionq, cloud), np.random.RandomState(11)
        found = [service.run(UNEQUAL, repetitions=40, seed=seed) for seed in (0, 12345, np.random.RandomState(7), shared, shared)]
        np.random.seed(5)
        return [measured(result) for result in (*found, service.run(UNEQUAL, repetitions=40, seed=np.random), service.run(UNEQUAL, 40))]

    both(notebook)


def test_a_resolver_gives_the_parameters_their_values(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        resolvers = [{"theta": 0.4, "phi": 2}, {THETA: 0.4, PHI: 2}, cirq.ParamResolver({"theta": 1.2, "phi": PHI, PHI: 0.5})]
        single = [measured(service.run(SWEPT, 30, param_resolver=resolver, seed=1)) for resolver in resolvers[:2]]
        several = service.run_batch([SWEPT, SWEPT[:1] + SWEPT[-1:]], 30, param_resolver=resolvers[0], seed=1)
        return single, [measured(result) for result in several]

    both(notebook)


@pytest.mark.parametrize("target", TARGETS)
def test_run_batch_gives_the_same_results(both, target):
    def notebook(ionq, cloud):
        results = connect(ionq, cloud).run_batch([BELL, UNEQUAL, BELL], repetitions=50, target=target, seed=4, name="three")
        return type(results).__name__, [measured(result) for result in results]

    both(notebook)


def test_a_seed_that_is_a_state_goes_from_circuit_to_circuit(both):
    def notebook(ionq, cloud):
        state = np.random.RandomState(9)
        service = connect(ionq, cloud)
        return [measured(result) for _ in range(2) for result in service.run_batch([BELL, UNEQUAL], 25, seed=state)]

    both(notebook)


def test_run_batch_of_one_circuit_gives_a_list(both):
    def notebook(ionq, cloud):
        return [measured(result) for result in connect(ionq, cloud).run_batch([BELL], 20, seed=4)]

    both(notebook)


# The sampler

POINTS = cirq.Linspace("theta", 0.1, 2, 3) * cirq.Points("phi", [0.3, 1])


def bodies_in_any_order(both: Callable[..., Any], notebook: Callable[[ModuleType, Any], Any]) -> None:
    """For submissions that are under way at once, of which any may come first."""

    def sorted_by_circuit(ionq: ModuleType, cloud: Any) -> Any:
        found = notebook(ionq, cloud)
        cloud.submissions.sort(key=lambda body: json.dumps([body["input"], int(body["shots"])]))
        return found

    both(sorted_by_circuit)


@pytest.mark.parametrize("target", TARGETS)
def test_a_sweep_gives_the_same_results(both, target):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        sampler = service.sampler(target=target, seed=8)
        # one at a time, for the machines of the tests number their jobs
        return [measured(sampler.run_sweep(SWEPT, resolver, repetitions=20)[0]) for resolver in cirq.to_resolvers(POINTS)]

    both(notebook)


def test_a_shared_state_goes_through_a_sweep_in_its_order(both):
    def notebook(ionq, cloud):
        sampler = connect(ionq, cloud).sampler(seed=np.random.RandomState(8))
        return [measured(result) for _ in range(2) for result in sampler.run_sweep(SWEPT, POINTS, repetitions=20)]

    bodies_in_any_order(both, notebook)


def test_a_sampler_is_used_in_all_of_cirqs_ways(both):
    def notebook(ionq, cloud):
        sampler = connect(ionq, cloud).sampler(seed=8)
        frame = sampler.sample(SWEPT, repetitions=4, params=POINTS)
        batch = sampler.run_batch([BELL, SWEPT], [None, POINTS], repetitions=[3, 2])
        return {
            "is": isinstance(sampler, cirq.Sampler),
            "run": measured(sampler.run(SWEPT, {"theta": 1, "phi": 0}, repetitions=6)),
            "sample": (list(frame.columns), list(frame.index), frame.to_numpy().tolist()),
            "run_batch": [[measured(result) for result in results] for results in batch],
            "expected": sampler.sample_expectation_values(BELL[:2], [cirq.Z(A) * cirq.Z(B), cirq.X(A)], num_samples=30),
        }

    bodies_in_any_order(both, notebook)


def test_a_sampler_made_by_hand_passes_its_arguments_on(both):
    def notebook(ionq, cloud):
        sampler = ionq.Sampler(service=connect(ionq, cloud), target="simulator", timeout_seconds=60, seed=1)
        return measured(sampler.run(BELL, repetitions=6))

    both(notebook)


def test_a_sampler_without_a_target_asks_for_one(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud, default_target=None)
        return raised_by(lambda: service.sampler().run(BELL))

    both(notebook)

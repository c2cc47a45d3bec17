"""Results: bits in Cirq's order, counts that add up, the samples of a seed."""

from __future__ import annotations

from collections import Counter

import cirq
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq import InvalidArgument, IonQResponseException, QPUResult, ShotResult, SimulatorResult
from ionq_runner.ionq.results import counts_of, outcome_of, probabilities_of

KEYS = {"a": [0], "ba": [1, 0]}


@pytest.fixture
def counted():
    return QPUResult({0b10: 3, 0b01: 1}, 2, KEYS)


@pytest.mark.parametrize(
    ("number", "qubits", "outcome"), [("0", 1, 0), ("1", 2, 0b10), ("2", 2, 0b01), ("3", 2, 3), (4, 3, 1), ("1", 70, 1 << 69)]
)
def test_the_services_lowest_bit_is_the_first_qubit(number, qubits, outcome):
    assert outcome_of(number, qubits) == outcome


@pytest.mark.parametrize("number", ["4", "-1", "", "0x1", "1.0", "٣", "many"])
def test_what_is_no_outcome_is_refused(number):
    with pytest.raises(IonQResponseException, match="no outcome of 2 qubits"):
        outcome_of(number, 2)


@given(st.integers(1, 70).flatmap(lambda qubits: st.tuples(st.just(qubits), st.integers(0, 2**qubits - 1))))
def test_turning_the_bits_twice_gives_the_number_again(case):
    qubits, number = case
    assert outcome_of(outcome_of(number, qubits), qubits) == number


def test_counts_of_a_key_are_those_of_its_qubits_in_its_order(counted):
    assert counted.counts() == Counter({2: 3, 1: 1})
    assert counted.counts("a") == Counter({1: 3, 0: 1})
    assert counted.counts("ba") == Counter({0b01: 3, 0b10: 1})
    assert counted.repetitions() == 4
    assert counted.ordered_results() == [1, 2, 2, 2]
    assert counted.ordered_results("ba") == [2, 1, 1, 1]
    assert (counted.num_qubits(), counted.measurement_dict()) == (2, KEYS)
    assert str(counted) == "01: 1\n10: 3"


def test_keys_stay_correlated_in_cirqs_result(counted):
    result = counted.to_cirq_result(cirq.ParamResolver({"x": 1}))
    assert result == cirq.ResultDict(
        params=cirq.ParamResolver({"x": 1}),
        measurements={"a": np.array([[0], [1], [1], [1]]), "ba": np.array([[1, 0], [0, 1], [0, 1], [0, 1]])},
    )
    assert result.histogram(key="a") == Counter({1: 3, 0: 1})
    assert list(result.data["ba"]) == [2, 1, 1, 1]


def test_an_invert_mask_is_honoured_everywhere():
    masks = {"ba": (1,)}
    counted = QPUResult({0b10: 3}, 2, KEYS, masks)
    assert counted.counts("ba") == Counter({0b11: 3})
    assert counted.counts("a") == Counter({1: 3})
    assert counted.counts() == Counter({0b10: 3})
    assert counted.to_cirq_result().measurements["ba"].tolist() == [[1, 1]] * 3
    simulated = SimulatorResult({0b10: 1.0}, 2, KEYS, 2, masks)
    assert simulated.probabilities("ba") == {0b11: 1.0}
    assert simulated.to_cirq_result(seed=1).measurements["ba"].tolist() == [[1, 1]] * 2
    assert ShotResult([0b10, 0b00], 2, KEYS, masks).ordered_results("ba") == [0b11, 0b10]


@pytest.mark.parametrize("ask", [lambda r: r.counts("x"), lambda r: r.ordered_results("x")])
def test_an_unknown_key_is_a_value_error_that_names_the_known_ones(counted, ask):
    with pytest.raises(ValueError, match="no measurement of the circuit has the key `x`; its keys: `a`, `ba`"):
        ask(counted)


def test_without_measurements_there_is_no_cirq_result():
    for result in (QPUResult({0: 1}, 1, {}), SimulatorResult({0: 1.0}, 1, {}, 1), ShotResult([0], 1, {})):
        with pytest.raises(InvalidArgument, match="measured nothing under a key"):
            result.to_cirq_result()


def test_results_are_equal_by_what_they_say(counted):
    assert counted == QPUResult({1: 1, 2: 3}, 2, {"a": (0,), "ba": (1, 0)})
    assert counted != QPUResult({1: 1, 2: 3}, 2, KEYS, {"a": [1]})
    assert counted != QPUResult({1: 1, 2: 2}, 2, KEYS)
    assert counted != "01: 1"
    one = SimulatorResult({0: 0.5, 3: 0.5}, 2, KEYS, 100)
    assert one == SimulatorResult({3: 0.5, 0: 0.5}, 2, KEYS, 100)
    assert one != SimulatorResult({3: 0.5, 0: 0.5}, 2, KEYS, 99)
    assert str(one) == "00: 0.5\n11: 0.5"


def test_probabilities_of_a_key_add_up_over_the_other_qubits():
    result = SimulatorResult({0b00: 0.25, 0b01: 0.25, 0b10: 0.5}, 2, KEYS, 10)
    assert result.probabilities("a") == {0: 0.5, 1: 0.5}
    assert result.probabilities() == {0: 0.25, 1: 0.25, 2: 0.5}
    result.probabilities().clear()
    assert result.probabilities() == {0: 0.25, 1: 0.25, 2: 0.5}


@pytest.mark.parametrize("seed", [7, None, np.random.RandomState(3)])
def test_samples_have_the_size_that_was_asked_for(seed):
    result = SimulatorResult({0: 0.5, 3: 0.5}, 2, {"m": [0, 1]}, 20)
    assert result.to_cirq_result(seed=seed).measurements["m"].shape == (20, 2)
    assert result.to_cirq_result(seed=seed, override_repetitions=5).measurements["m"].shape == (5, 2)
    assert result.to_cirq_result(seed=seed, override_repetitions=0).measurements["m"].shape == (0, 2)


def test_a_seed_draws_what_numpys_choice_draws():
    result = SimulatorResult({0: 0.3, 1: 0.2, 3: 0.5}, 2, {"m": [0, 1]}, 12)
    drawn = np.array([0, 1, 3])[np.random.RandomState(5).choice(range(3), p=[0.3, 0.2, 0.5], size=12)]
    assert list(result.to_cirq_result(seed=5).data["m"]) == drawn.tolist()


def test_weights_that_nearly_add_up_are_drawn_from_and_others_are_not():
    assert len(SimulatorResult({0: 0.5, 1: 0.500009}, 1, {"m": [0]}, 9).to_cirq_result(seed=1).data) == 9
    with pytest.raises(IonQResponseException, match=r"add up to 0\.9"):
        SimulatorResult({0: 0.4, 1: 0.5}, 1, {"m": [0]}, 9).to_cirq_result(seed=1)


def test_shots_keep_their_order():
    shots = ShotResult([2, 0, 2], 2, KEYS)
    assert shots.ordered_results() == [2, 0, 2]
    assert shots.counts() == Counter({2: 2, 0: 1})
    assert shots.to_cirq_result().measurements["ba"].tolist() == [[0, 1], [0, 0], [0, 1]]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(lambda weights: sum(weights) > 0.1), st.integers(1, 100_000))
def test_counts_always_add_up_to_the_repetitions(weights, repetitions):
    total = sum(weights)
    shares = {outcome: weight / total for outcome, weight in enumerate(weights)}
    counts = counts_of(shares, repetitions)
    assert sum(counts.values()) == repetitions
    assert all(count > 0 for count in counts.values())
    assert all(abs(counts.get(outcome, 0) - repetitions * share) <= 1 for outcome, share in shares.items())


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any))
def test_frequencies_give_back_the_counts_that_they_came_from(counts):
    repetitions = sum(counts)
    assert counts_of({o: c / repetitions for o, c in enumerate(counts)}, repetitions) == {o: c for o, c in enumerate(counts) if c}


def test_probabilities_that_nearly_add_up_still_give_all_repetitions():
    assert sum(counts_of({0: 0.4995, 1: 0.4999}, 100_000).values()) == 100_000
    assert counts_of({0: 0.4995, 1: 0.4995}, 1000) == {0: 500, 1: 500}
    assert probabilities_of({"0": 1.0, "1": -1e-17}, 1) == {0: 1.0, 1: 0.0}


def test_thirds_of_a_hundred_are_rounded_so_that_nothing_is_lost():
    assert counts_of({0: 1 / 3, 1: 1 / 3, 2: 1 / 3}, 100) == {0: 34, 1: 33, 2: 33}


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "empty"),
        (None, "empty"),
        ([0.5], "empty"),
        ({"0": "half"}, "no number"),
        ({"0": True}, "no number"),
        ({"0": -0.1, "1": 1.1}, "cannot be one"),
        ({"1": 0.5, "01": 0.5}, "twice"),
        ({"0": 10**400}, "cannot be one"),
        ({"0": 0.4}, "add up to 0.4"),
        ({"0": float("nan")}, "cannot be one"),
        ({"9": 1.0}, "no outcome"),
    ],
)
def test_a_histogram_that_makes_no_sense_is_refused(document, why):
    with pytest.raises(IonQResponseException, match=why):
        probabilities_of(document, 2)

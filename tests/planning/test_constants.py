"""What has one value for the whole file: parameters, lists, the seed and the noise of every target."""

from __future__ import annotations

import pytest

from ionq_runner import api
from ionq_runner.ionq.facts.backends import NOISE_MODELS, NoiseModel

CIRCUIT = "circuits: {c: {gates: [rx(2*a + b) 0, {for: q in edges, do: h q}, {if: 'bit(s, 1) == 1', do: x 0}]}}\n"
PARAMETERS = "parameters: {a: 2*pi/4, b: {value: a/2, minimum: 0, maximum: a}, edges: [0, 2*1], s: '011'}\n"


@pytest.fixture(scope="module")
def constants_of(file_of):
    """The constants of a file that has no errors."""

    def constants_of(body, **head):
        loaded = api.load(file_of(body, **head), "t.yaml")
        assert loaded.expansion is not None, [problem.message for problem in loaded.problems]
        return loaded.expansion.constants

    return constants_of


def test_parameters_are_evaluated_in_the_order_of_the_file(constants_of):
    found = constants_of(PARAMETERS + CIRCUIT)
    assert found.values == pytest.approx({"a": 1.5707963267948966, "b": 0.7853981633974483, "s": "011"})
    assert found.lists == {"edges": ((0.0,), (2.0,))}


def test_a_list_of_pairs_keeps_its_rows(constants_of):
    body = "parameters: {n: 3, ring: [[0, 1], [1, n - 1], [2, 0]]}\ncircuits: {c: {gates: [{for: 'a, b in ring', do: cnot a b}]}}\n"
    assert constants_of(body).lists == {"ring": ((0.0, 1.0), (1.0, 2.0), (2.0, 0.0))}


@pytest.mark.parametrize(("bounds", "good", "bad"), [
    ("minimum: 2", "2", "1"),
    ("maximum: 8", "8", "9"),
    ("minimum: 2, maximum: 8", "5", "1.5"),
    ("choices: [1, 2, 2**2]", "4", "3"),
    ("minimum: 2, choices: [1, 3, 5]", "3", "1"),
])  # fmt: skip
def test_a_value_out_of_its_bounds_is_refused_wherever_it_comes_from(problems_of, circuit, bounds, good, bad):
    def body(value):
        return f"parameters: {{n: {{value: {value}, {bounds}}}}}\n" + circuit("[h 0, rx(n) 0]")

    assert problems_of(body(good)) == problems_of(body(bad), set=(f"n={good}",)) == []
    assert problems_of(body(bad)) == problems_of(body(good), set=(f"n={bad}",)) == [("E703", bad)]


def test_bounds_are_expressions_and_belong_to_the_values(problems_of, circuit):
    body = "parameters: {m: 3, n: {value: m, minimum: m - 1, maximum: 2*m}}\n" + circuit("[rx(n) 0]")
    assert problems_of(body, set=("n=6",)) == problems_of(body, set=("n=2",)) == []
    assert problems_of(body, set=("n=6", "m=2")) == [("E703", "6")]


def test_a_file_without_targets_has_local_without_noise(constants_of, circuit):
    assert constants_of(circuit("[h 0]")).noise == {"local": NoiseModel()}


def test_noise_is_a_published_model_or_rates(constants_of, circuit):
    targets = """
    targets:
      a: local
      b: {backend: local, noise: {model: ideal}}
      c: {backend: local, noise: {model: aria-1}}
      d: {backend: local, noise: {model: forte-1, spam: 1/1000}}
      e: {backend: local, noise: {one_qubit: 1e-3, two_qubit: 0.02/2}}
      f: {backend: local, noise: {spam: 1}}
    """
    found = constants_of(circuit("[h 0]", more=targets)).noise
    assert found == {
        "a": NoiseModel(),
        "b": NoiseModel(),
        "c": NoiseModel(one_qubit=0.0005, two_qubit=0.0133),
        "d": NoiseModel(one_qubit=NOISE_MODELS["forte-1"].one_qubit, two_qubit=NOISE_MODELS["forte-1"].two_qubit, spam=0.001),
        "e": NoiseModel(one_qubit=0.001, two_qubit=0.01),
        "f": NoiseModel(spam=1.0),
    }


@pytest.mark.parametrize("rate", ["-0.1", "1.5", "0.5 + 0.6"])
@pytest.mark.parametrize("key", ["one_qubit", "two_qubit", "spam"])
def test_a_rate_is_a_probability(problems_of, circuit, key, rate):
    body = circuit("[h 0]", more=f"targets: {{a: {{backend: local, noise: {{{key}: {rate}}}}}}}\n")
    assert problems_of(body) == [("E608", rate)]


@pytest.mark.parametrize(("seed", "code"), [("-1", "E609"), ("2**53 + 2", "E315"), ("1.5", "E315")])
def test_a_seed_is_a_whole_number_that_an_expression_can_give(problems_of, circuit, seed, code):
    """Doubles have every whole number to 2**53, and not every one beyond."""
    assert problems_of(circuit("[h 0]"), seed=seed) == [(code, seed)]


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**53])
def test_seeds_from_0_to_2_to_the_53_are_taken(plan_of, circuit, seed):
    assert plan_of(circuit("[h 0]"), seed=str(seed)).seed == seed


def test_noise_may_have_a_seed_of_its_own(constants_of, problems_of, circuit):
    targets = "targets: {a: local, b: {backend: local, noise: {model: aria-1, seed: 40 + 2}}}\n"
    assert constants_of(circuit("[h 0]", more=targets)).noise_seeds == {"b": 42}
    assert problems_of(circuit("[h 0]", more=targets.replace("40 + 2", "-2"))) == [("E609", "-2")]


def test_everything_that_is_wrong_is_noted_at_once(problems_of, circuit):
    body = "parameters: {n: {value: 9, maximum: 8}, a: 1/0}\ntargets: {x: {backend: local, noise: {spam: 2}}}\n"
    found = problems_of(body + circuit("[rx(a) 0, rx(n) 0]"), seed="-1")
    assert [code for code, _ in found] == ["E609", "E703", "E314", "E608"]

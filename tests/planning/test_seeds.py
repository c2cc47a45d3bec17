"""The seed of a run whose file gives none."""

from __future__ import annotations

from ionq_runner.planning.seeds import fresh_seed


def test_a_fresh_seed_has_nine_digits():
    assert {len(str(fresh_seed())) for _ in range(200)} == {9}


def test_fresh_seeds_differ():
    assert len({fresh_seed() for _ in range(200)}) > 190


def test_a_file_without_a_seed_draws_one(plan_of, circuit):
    """Two plans of it are two plans; the one that is run is recorded, so that it can be made again."""
    first, second = (plan_of(circuit("[h 0]"), seed=None) for _ in range(2))
    assert first.seed != second.seed
    assert first.digest != second.digest
    assert plan_of(circuit("[h 0]"), seed=str(first.seed)).digest == first.digest


def test_the_seed_of_a_file_is_an_expression_of_its_parameters(plan_of, circuit):
    body = "parameters: {day: 12}\n" + circuit("[h 0]")
    assert plan_of(body, seed="100*day + 1").seed == 1201
    assert plan_of(body, seed="100*day + 1", set=("day=13",)).seed == 1301

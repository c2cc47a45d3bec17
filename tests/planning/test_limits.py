"""Sizes, looked at before anything is made: points by arithmetic, memory by qubits."""

from __future__ import annotations

import time

import pytest

from ionq_runner.planning import limits
from ionq_runner.planning.limits import machine_memory
from ionq_runner.simulation import memory_needed


@pytest.fixture(scope="module")
def too_many(problems_of):
    """The place and the message of the only problem of a body, which has too many points, and the time that took."""

    def too_many(body, **head):
        start = time.process_time()
        ((code, place, message),) = problems_of(body, messages=True, **head)
        assert code == "E501"
        return place, message, time.process_time() - start

    return too_many


CUBE = "{a: {linspace: [0, 1, 10**4]}, b: 1..10000, c: {random: {uniform: [0, 1], length: 10**4}}}"


def test_a_million_million_points_are_counted_in_a_moment(too_many, circuit):
    place, message, seconds = too_many(circuit("[rx(a + b*c) 0]", sweep=CUBE))
    assert place == CUBE
    assert message == "this makes 1,000,000,000,000 points (a 10,000 × b 10,000 × c 10,000), and the limit is 100,000"
    assert seconds < 0.5


@pytest.mark.parametrize(("sweep", "factors"), [
    ("{a: 1..400, b: 1..a}", "a 400 × b as long as a makes it"),
    ("{a: 1..1000, b: {linspace: [0, 1, 10**a]}}", "a 1,000 × b as long as a makes it"),
    ("{a: 1..2000, c: 1..2, b: {bitstrings: a}}", "a 2,000 × c 2 × b as long as a makes it"),
    ("{c: [9], a: 1..5, b: {linspace: [a, c, 10**(4 + a)]}}", "c 1 × a 5 × b as long as a, c makes it"),
])  # fmt: skip
def test_an_axis_that_depends_on_another_is_counted_with_it(too_many, circuit, sweep, factors):
    gates = "[{if: 'popcount(b) > 1', do: rx(a*c) 0}]" if "bitstrings" in sweep else "[rx(a + b + c) 0]"
    _, message, seconds = too_many(circuit(gates, sweep=sweep, parameters="{c: 1}"), max_points=80_000)
    assert f"({factors})" in message
    assert seconds < 2


def test_an_axis_in_the_place_of_a_parameter_is_the_one_that_counts(too_many, circuit):
    body = "parameters: {n: 1}\n" + circuit("[rx(x) n]", sweep="{n: 1..5, x: {linspace: [0, 1, 10**5*n]}}")
    assert "(n 5 × x as long as n makes it)" in too_many(body)[1]


def test_more_points_than_can_be_written_are_shown_by_their_size(too_many, circuit):
    _, message, seconds = too_many(circuit("[{if: 'popcount(b) > 1', do: rx(x) 0}]", sweep="{b: {bitstrings: 200}, x: 1..3}"))
    assert message == "this makes about 10^60 points (b about 10^60 × x 3), and the limit is 100,000"
    assert seconds < 0.5


def test_targets_and_replicates_multiply_and_other_circuits_are_added(too_many):
    body = """
circuits:
  small: {gates: [rx(x) 0], sweep: {x: 1..50}}
  large:
    gates: [rx(x) 0, ry(y) 0]
    sweep: {x: 1..200, zip: {y: 1..100, z: 101..200}}
targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}
runs:
  few: {circuits: small}
  many: {replicates: 3, targets: [noisy, ideal]}
"""
    place, message, _ = too_many(body)
    assert place == "{x: 1..200, zip: {y: 1..100, z: 101..200}}"
    assert message == (
        "this makes 120,400 points (x 200 × y, z 100 × 2 targets × 3 replicates, and 400 in other circuits or runs), "
        "and the limit is 100,000"
    )


def test_a_run_that_replaces_axes_is_the_place(too_many, circuit):
    place, message, _ = too_many(
        circuit("[rx(a) 0]", "runs: {fine: {sweep: {a: {linspace: [0, 1, 200_000]}}}}\n".replace("_", ""), sweep="{a: [1]}")
    )
    assert place == "fine"
    assert "(a 200,000)" in message


def test_points_are_counted_before_only(problems_of, circuit):
    sweep = "{a: 1..400, b: 1..400, only: a == b}"
    assert [code for code, _ in problems_of(circuit("[rx(a + b) 0]", sweep=sweep))] == ["E501"]
    assert problems_of(circuit("[rx(a + b) 0]", sweep=sweep), max_points=160_000) == []


@pytest.mark.parametrize(("limit", "wrong"), [(24, 0), (23, 1), (1, 1)])
def test_the_limit_itself_is_allowed(problems_of, circuit, limit, wrong):
    body = circuit("[rx(x) 0]", "targets: {a: local, b: local}\nruns: {r: {replicates: 3}}\n", sweep="{concat: [{x: 1..3}, {x: [5]}]}")
    assert len(problems_of(body, max_points=limit)) == wrong


def test_a_circuit_without_a_sweep_counts_as_one(too_many, circuit):
    place, message, _ = too_many(circuit("[h 0]", "runs: {r: {replicates: 12}}\n"), max_points=10)
    assert place == "probe"
    assert "12 points (`probe` × 12 replicates)" in message


@pytest.mark.parametrize("replicates", ["0", "-3", "2.5", "10**6 + 1"])
def test_replicates_go_from_1_to_a_million(problems_of, circuit, replicates):
    found = problems_of(circuit("[h 0]", f"runs: {{r: {{replicates: {replicates}}}}}\n"))
    assert found == [("E315" if "." in replicates else "E611", replicates)]


def test_forty_qubits_do_not_fit_this_computer(problems_of, circuit):
    """60 qubits do not fit any; the message says how much they take, and how much there is."""
    ((code, place, message),) = problems_of(circuit("[h all]", qubits="40"), messages=True)
    assert (code, place) == ("E612", "probe")
    assert "40 qubits of `probe`" in message
    assert "TiB" in message


def test_noise_takes_the_square_and_is_looked_at_on_its_target(plan_of, problems_of, circuit, monkeypatch):
    body = circuit("[h all]", "targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}\n", qubits="10")
    ideal, noisy = (memory_needed(group.program, group.noise) for group in plan_of(body).groups)
    assert ideal < noisy
    monkeypatch.setattr("ionq_runner.api.machine_memory", lambda: (ideal + noisy) // 2)
    assert problems_of(body) == [("E612", "probe")]
    assert problems_of(body, only=("target=ideal",)) == []


def test_idle_qubits_take_no_memory_unless_they_are_read_wrong(problems_of, circuit):
    assert problems_of(circuit("[h 0]", qubits="5000")) == []
    ((code, _, message),) = problems_of(
        circuit("[h 0]", "targets: {bad: {backend: local, noise: {spam: 0.01}}}\n", qubits="50"), messages=True
    )
    assert code == "E612"
    assert "50 qubits" in message


def test_every_circuit_that_does_not_fit_is_named(problems_of):
    body = "circuits:\n  a: {qubits: 60, gates: [h all]}\n  b: {gates: [h 0]}\n  c: {qubits: n, gates: [h all], sweep: {n: [2, 70]}}\n"
    assert problems_of(body) == [("E612", "a"), ("E612", "c")]


def test_this_computer_has_some_memory(monkeypatch):
    assert 1 << 20 < machine_memory() < 1 << 60

    def untold(name):
        raise ValueError(name)

    monkeypatch.setattr(limits.os, "sysconf", untold)
    assert machine_memory() == 1 << 62

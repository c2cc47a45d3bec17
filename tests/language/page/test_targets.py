"""Targets on this computer, repetitions, and runs."""

from __future__ import annotations

import pytest

from ionq_runner.simulation import probabilities

BELL = "circuits: {c: {qubits: 2, gates: [h 0, cnot 0 1]}}\n"
RATE = 0.04


def test_a_plain_text_is_short_for_a_backend(planned):
    short, long = (planned(BELL + f"targets: {{t: {form}}}\n").points.id.tolist() for form in ("local", "{backend: local}"))
    assert short == long


def test_without_targets_it_is_this_computer_without_noise(planned):
    plan = planned(BELL)
    assert plan.targets == ("local",)
    assert plan.groups[0].noise is None or plan.groups[0].noise == planned(BELL + "targets: {t: local}\n").groups[0].noise


@pytest.mark.parametrize(("noise", "told_of"), [
    ("{model: ideal}", []), ("{model: aria-1}", []), ("{model: aria-2}", []), ("{model: forte-1}", []), ("{model: aria-1, seed: 3}", []),
    ("{one_qubit: 0.01, two_qubit: 0.02, spam: 0.01}", []), ("{spam: 1/100}", []),
    ("{model: harmony}", [("E603", "harmony")]), ("{model: aria-3}", [("E602", "aria-3")]), ("{one_qubit: 1.5}", [("E608", "1.5")]),
    ("{model: aria-1, two_qubit: 0.1}", [("E604", "0.1")]), ("aria-1", [("E103", "aria-1")]), ("{one_qubit: 1%}", [("E305", "%")]),
])  # fmt: skip
def test_noise_is_a_published_model_or_rates_of_ones_own(told, noise, told_of):
    found = told(BELL + f"targets: {{t: {{backend: local, noise: {noise}}}}}\n")
    assert [code for code, _ in found] == [code for code, _ in told_of]


@pytest.mark.parametrize("gate", ["cz 0 1", "cp(1) 0 1", "ch 0 1", "crx(1) 0 1", "{control: 0, do: rx(1) 1}"])
def test_a_controlled_gate_on_two_qubits_counts_as_one(planned, circuit, gate):
    """From |00> nothing moves, so that one depolarising channel alone is seen: it leaves 1 - r + r/4 of it."""
    target = f"targets: {{t: {{backend: local, noise: {{two_qubit: {RATE}}}}}}}\n"
    (group,) = planned(circuit(f"- {gate}", target, qubits="2")).groups
    assert probabilities(group.program, group.noise, group.columns, 1)[0][0] == pytest.approx(1 - RATE + RATE / 4, abs=1e-12)


def test_a_larger_controlled_gate_has_the_noise_of_the_gates_that_it_becomes(planned):
    target = f"targets: {{t: {{backend: local, noise: {{two_qubit: {RATE}}}}}}}\n"
    (group,) = planned("circuits: {c: {qubits: 3, gates: [ccx 0 1 2]}}\n" + target).groups
    assert probabilities(group.program, group.noise, group.columns, 1)[0][0] < (1 - RATE + RATE / 4) ** 3


def test_spam_is_the_chance_that_a_qubit_is_read_flipped(planned):
    target = "targets: {t: {backend: local, noise: {spam: 0.1}}}\n"
    (group,) = planned("circuits: {c: {qubits: 2, gates: [x 1]}}\n" + target).groups
    assert probabilities(group.program, group.noise, group.columns, 1)[0].tolist() == pytest.approx([0.09, 0.81, 0.01, 0.09])


def test_repetitions_are_required(told):
    assert [code for code, _ in told(BELL, repetitions="")] == ["E606"]


def test_a_run_beats_a_target_beats_the_file(planned):
    body = BELL + "targets: {own: {backend: local, repetitions: 7}, plain: local}\nruns: {first: {}, second: {repetitions: 5}}\n"
    plan = planned(body)
    assert plan.repetitions()[plan.points.execution].tolist() == [7, 100, 5, 5]


@pytest.mark.parametrize("order", ["as_written", "random", "interleaved"])
def test_the_order_of_a_run_changes_no_point(planned, order):
    body = "circuits: {c: {gates: [rx(t) 0], sweep: {t: 1..6}}}\nruns: {r: {replicates: 2, order: {}}}\n"
    one, other = (planned(body.replace("{}", word)).points.id.tolist() for word in ("as_written", order))
    assert sorted(one) == sorted(other)


def test_left_out_altogether_everything_runs_with_everything(planned):
    body = "circuits: {a: {gates: [h 0]}, b: {gates: [x 0]}}\ntargets: {s: local, t: {backend: local, noise: {model: aria-1}}}\n"
    plan = planned(body)
    found = {(plan.circuits[c], plan.targets[t]) for c, t in zip(plan.points.circuit, plan.points.target, strict=True)}
    assert found == {(c, t) for c in ("a", "b") for t in ("s", "t")}

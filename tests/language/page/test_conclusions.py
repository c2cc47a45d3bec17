"""Fits, summaries and expectations: what may be written, and what cannot be meant."""

from __future__ import annotations

import pytest

BODY = """\
parameters: {guess: 0.5}
circuits:
  ramsey: {qubits: 1, gates: [h 0, rz(delta*t) 0, h 0], sweep: {delta: 1..3, t: 0..7, instance: 1..2}}
observables: {z: {pauli: Z}}
"""
WAVE = "wave: {y: z, x: t, average: instance, model: cosine, start: {frequency: delta}, fixed: {offset: 0}}"


@pytest.mark.parametrize(("fit", "told_of"), [
    (WAVE, []),
    ("wave: {y: z, x: t, model: exponential}", []),
    ("wave: {y: z, x: t, model: decay, start: {p: guess}}", []),
    ("wave: {y: z, x: delta, model: line, average: [t, instance]}", []),
    ("wave: {y: z, x: t, model: a*cos(delta*t + b) + c}", []),
    ("wave: {y: z, x: t, model: a*cos(w*t) + c, start: {w: 2, a: guess}, fixed: {c: 0}}", []),
    ("wave: {y: z, x: t, model: parabola}", [("E921", "parabola")]),
    ("wave: {y: z, x: t}", [("E102", "wave")]),
    ("wave: {y: z, x: t, model: line, start: {a: 1}}", [("E923", "a")]),
])  # fmt: skip
def test_a_fit_says_what_along_which_axis_and_with_which_model(told, fit, told_of):
    use = "summaries: {s: {sum: sin(delta)*sin(instance)*sin(t)*z, over: [delta, t, instance]}}\n"
    found = told(BODY + f"fits: {{{fit}}}\n" + use)
    assert [problem for problem in found if problem != ("W210", "guess")] == told_of


def test_a_fit_may_fit_a_parameter_of_another(told):
    line = "trend: {y: wave.frequency, x: delta, model: line}"
    assert told(BODY + f"fits: {{{line}, {WAVE}}}\n") == [("W210", "guess")]
    assert told(BODY + f"fits: {{{line.replace('wave.frequency', 'wave')}, {WAVE}}}\n")[0] == ("E912", "wave")
    assert told(BODY + f"fits: {{{line.replace('x: delta', 'x: t')}, {WAVE}}}\n")[0] == ("E914", "t")


@pytest.mark.parametrize(("summary", "told_of"), [
    ("{sum: guess*z, over: [t, delta, instance]}", []),
    ("{mean: z, over: instance}", []), ("{min: z, over: t}", []), ("{max: z**2, over: [t, instance]}", []),
    ("{value: wave.amplitude*guess/2}", []), ("{value: (z + 1)/2 - wave.phase}", []),
    ("{median: z, over: t}", [("E101", "median")]),
    ("{mean: z}", [("E102", "s")]),
    ("{value: z, over: t}", [("E101", "over")]),
])  # fmt: skip
def test_a_summary_is_a_number_over_axes_or_a_value(told, summary, told_of):
    found = told(BODY + f"fits: {{{WAVE}}}\nsummaries: {{s: {summary}}}\n")
    assert [problem for problem in found if problem != ("W210", "guess")] == told_of


@pytest.mark.parametrize("loosened", ["", ", within: 0.1", ", sigmas: 3", ", within: guess/10"])
@pytest.mark.parametrize("relation", ["equals", "at_least", "at_most"])
def test_an_expectation_has_one_relation_and_may_be_loosened_in_one_way(told, relation, loosened):
    expected = f"that: wave.amplitude, where: {{delta: 2}}, {relation}: guess{loosened}"
    body = BODY + f"fits: {{{WAVE}}}\nexpect: [{{{expected}}}]\n"
    assert told(body) == []
    other = "at_most" if relation == "at_least" else "at_least"
    assert [code for code, _ in told(body.replace(expected, f"{expected}, {other}: 1"))] == ["E107"]


def test_no_expectation_is_loosened_twice(told):
    assert told(BODY + "expect: [{that: z, equals: guess, within: 0.1, sigmas: 3}]\n") == [("E941", "3")]

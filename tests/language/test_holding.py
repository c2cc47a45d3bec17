"""Runs that wait for others: circles are noted once, and something has to be expected of the one that is waited for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.diagnostics import Excerpt, Problems
from ionq_runner.expressions import parse_expression
from ionq_runner.language.conclusions import Condition, Expectation, Selected
from ionq_runner.language.references import Reference
from ionq_runner.language.rules.holding import check_expected
from ionq_runner.language.structure import NotYesOrNo

HEAD = """\
ionq_runner: 1
name: t
targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}
circuits:
  bell: {qubits: 2, gates: [h 0, cnot 0 1]}
  single: {gates: h 0}
mitigation: {raw: {debias: false}, averaged: {debias: true}}
repetitions: 100
"""
RUNS = "runs:\n  rehearsal: {circuits: bell, targets: ideal}\n  paid: {after: rehearsal}\n"


def problems(body, **options):
    return [(p.code, p.span.source.text[p.span.start : p.span.end]) for p in api.validate(body.encode(), "t.yaml", api.Options(**options))]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_every_circle_is_noted_once_and_at_its_last_run(awaited):
    runs = [f"r{index}" for index in range(len(awaited))]
    after = [min(index, len(runs) - 1) for index in awaited]
    body = HEAD + "runs:\n" + "".join(f"  {run}: {{after: {runs[after[index]]}}}\n" for index, run in enumerate(runs))
    circles = set()
    for start in range(len(runs)):
        place = start
        for _ in runs:
            place = after[place]
        circle = [place]
        while (place := after[place]) != circle[0]:
            circle.append(place)
        circles.add(max(circle))
    found = [p.span.start for p in api.validate(body.encode(), "t.yaml") if p.code == "E625"]
    assert [body.count("\n", 0, start) - HEAD.count("\n") - 1 for start in found] == sorted(circles)


@pytest.mark.parametrize(("where", "told"), [
    ({}, False),
    ({"target": ["ideal"], "circuit": ["bell", "single"]}, False),
    ({"phi": ["0"]}, False),
    ({"mitigation": ["averaged"]}, False),
    ({"target": ["noisy"]}, True),
    ({"target": ["ideal"], "circuit": ["single"]}, True),
])  # fmt: skip
def test_an_expectation_counts_for_the_runs_whose_rows_it_can_select(where, told):
    experiment = api.load((HEAD + RUNS).encode(), "t.yaml").experiment
    span = experiment.span
    conditions = tuple(
        Condition(column=Reference(column, span), values=tuple(Selected(v, span, NotYesOrNo(span, v)) for v in values))
        for column, values in where.items()
    )
    expectation = Expectation(
        that=Reference("agree", span),
        where=conditions,
        relation="equals",
        value=parse_expression(Excerpt.of("1")),
        within=None,
        sigmas=None,
        span=span,
    )
    found = Problems()
    check_expected(replace(experiment, expect=(expectation,)), found)
    assert [problem.code for problem in found] == ["W626"] * told


def test_a_run_whose_forerunner_is_not_selected_is_told_and_does_not_wait():
    assert problems(HEAD + RUNS, only=("run=paid",)) == [("W708", "rehearsal")]
    assert problems(HEAD + RUNS, only=("target=noisy",)) == [("W708", "rehearsal")]
    assert problems(HEAD + RUNS, only=("run=rehearsal",)) == []
    loaded = api.load((HEAD + RUNS).encode(), "t.yaml", api.Options(only=("run=paid",)))
    assert loaded.experiment.runs["paid"].after is None


def test_a_run_that_is_not_there_is_told_by_its_name():
    assert problems(HEAD + RUNS.replace("after: rehearsal", "after: paidd")) == [("E624", "paidd")]

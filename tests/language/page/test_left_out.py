"""What the language leaves out on purpose: each is an error that names what to write, or is no key at all."""

from __future__ import annotations

import pytest

from ionq_runner import api

HEAD = "ionq_runner: 1\nname: t\nrepetitions: 10\n"


def problems_of(body):
    return [(problem.code, problem.hint) for problem in api.validate((HEAD + body).encode(), "t.yaml")]


@pytest.mark.parametrize(("body", "code", "hint"), [
    ("circuits: {c: {gates: [rx(a) 0], sweep: {a: [1, 2], include: [{a: 3}]}}}\n", "E101", "`only: CONDITION`"),
    ("circuits: {c: {gates: [rx(a) 0], sweep: {a: [1, 2], exclude: [{a: 3}]}}}\n", "E101", "`only: CONDITION`"),
    ("circuits: {c: {gates: [rx(a) 0], sweep: {zip_longest: {a: [1, 2]}}}}\n", "E101", "`zip` with lists of equal length"),
    ("circuits: {c: {gates: [{if: 1 > 2, do: h 0, else: x 0}]}}\n", "E101", "another `if:`"),
    ("circuits: {c: {gates: [{while: 1 > 2, do: h 0}]}}\n", "E101", "`repeat: k` or `for:`"),
    ("circuits: {c: {gates: [rx(90deg) 0]}}\n", "E302", "angles are in radians"),
    ("circuits: {c: {gates: [rx(90°) 0]}}\n", "E301", "angles are in radians"),
    ("circuits: {c: {gates: ['rx({{a}}) 0']}}\n", "E301", ""),
    ("circuits: {c: {gates: ['rx($A) 0']}}\n", "E301", "`--set`"),
    ("circuits: {c: &x {gates: [h 0]}, d: *x}\n", "E007", "`parameters:`, `sweeps:` or `blocks:`"),
    ("circuits: {c: {gates: [h 0]}}\nschedule: {every: day}\n", "E101", "its keys are"),
    ("circuits: {c: {gates: [h 0]}}\noptimizer: {over: a}\n", "E101", "its keys are"),
    ("circuits: {c: {gates: [h 0]}}\nplot: {x: a}\n", "E101", "its keys are"),
    ("circuits: {c: {gates: [h 0]}}\nobservables: {z: {python: 'f.py'}}\n", "E101", "its keys are pauli, sum, outcome, match, tomography"),
])  # fmt: skip
def test_what_is_left_out_is_refused_with_what_to_write(body, code, hint):
    assert any(found == code and hint in advice for found, advice in problems_of(body))

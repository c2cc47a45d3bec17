"""Angles as sums of others."""

from __future__ import annotations

import pytest

from ionq_runner.circuits.affine import Affine, angle_at, parse_affine, product, summands
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import bind, evaluate, parse_expression


def expression(text: str):
    return parse_expression(Excerpt.of(text))


def test_the_texts_of_the_facts_are_sums_over_parameters():
    assert parse_affine("2*phi - 3*(lam + 1)/2", ("lam", "phi")) == Affine(-1.5, ((0, -1.5), (1, 2.0)))
    assert parse_affine("-phi + phi", ("phi",)) == Affine(0.0)
    assert parse_affine("pi", ()) == Affine(3.141592653589793)


def test_what_is_no_sum_is_our_own_mistake():
    for text in ("phi*phi", "sin(phi)", "1/phi", "2**phi"):
        with pytest.raises(AssertionError, match="not affine"):
            parse_affine(text, ("phi",))


def test_sums_add_multiply_and_nest():
    first, second = Affine(1.0, ((0, 2.0),)), Affine(0.5, ((0, -2.0), (1, 1.0)))
    assert first.plus(second) == Affine(1.5, ((1, 1.0),))
    assert first.plus(3.0) == Affine(4.0, ((0, 2.0),))
    assert first.times(-0.5) == Affine(-0.5, ((0, -1.0),))
    assert first.times(0.0) == Affine()
    assert Affine(0.0, ((1, 1.0),)).at([first, second]) is second
    assert Affine(1.0, ((0, 2.0), (1, 1.0))).at([first, second]) == Affine(3.5, ((0, 2.0), (1, 1.0)))


def test_an_angle_of_numbers_is_a_number_and_one_of_expressions_an_expression():
    a, b = expression("a"), expression("2*b")
    sum_of_all = Affine(1.0, ((0, 2.0), (1, 1.0), (2, -1.0)))
    assert angle_at(sum_of_all, (1.0, 2.0, 3.0)) == 2.0
    assert angle_at(Affine(0.0, ((0, 1.0),)), (a,)) is a
    found = angle_at(sum_of_all, (a, 5.0, b))
    assert evaluate(found, {"a": 10.0, "b": 1.0}) == 1 + 20 + 5 - 2
    assert (found.text, found.names) == ("6.0 + 2.0*(a) + -1.0*(2*b)", frozenset({"a", "b"}))


def test_summands_undo_what_angles_and_inverses_built():
    a = expression("a")
    halved = angle_at(Affine(1.0, ((0, 0.5),)), (a,))
    negative = bind(expression("-value"), {"value": halved})
    assert summands(negative) == (-1.0, ((a, -0.5),))
    assert summands(0.5) == (0.5, ())
    curved = bind(expression("sin(value)"), {"value": a})
    assert summands(curved) == (0.0, ((curved, 1.0),))


def test_products_are_symbolic_only_where_both_sides_are():
    a, b = expression("a"), expression("b + 1")
    assert product(2.0, 3.0) == 6.0
    assert product(0.0, a) == 0.0
    assert evaluate(product(a, 3.0), {"a": 2.0}) == 6.0
    assert evaluate(product(a, b), {"a": 2.0, "b": 4.0}) == 10.0
    assert product(a, b).text == "(a)*(b + 1)"

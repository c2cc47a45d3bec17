"""The axes of one sweep in the place of another's: each where the old one was, and what belongs together together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.diagnostics import ProblemFound, Problems, Source
from ionq_runner.language.files import Files
from ionq_runner.language.reading.sweeps import read_sweep
from ionq_runner.language.replacement import combined, replaced, units
from ionq_runner.language.sweeps import Setting, Sweep
from ionq_runner.language.yaml import compose


def sweep(text: str) -> Sweep:
    problems = Problems()
    found = read_sweep(compose(Source("sweep", text), problems), {}, Files(None), problems)
    assert not len(problems)
    assert found is not None
    return found


def rows(of: Sweep) -> list[dict] | str:
    """Every row, or the code of what is wrong."""
    try:
        table = of.table({"x": 1.0}, Setting(1, 1000))
    except ProblemFound as found:
        return found.problem.code
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


@pytest.mark.parametrize(("text", "parts"), [
    ("{a: [1]}", ["a"]),
    ("{a: [1], b: [2]}", ["a", "b"]),
    ("{zip: {a: [1], b: [2]}, c: [3]}", ["ab", "c"]),
    ("{product: [{a: [1]}, {b: [1], c: [2]}]}", ["a", "b", "c"]),
    ("{a: [1], b: [2], only: a < b}", ["ab"]),
    ("{a: [1], b: [a]}", ["ab"]),
    ("{a: [x], b: [x]}", ["a", "b"]),
    ("{concat: [{a: [1], b: [2]}, {a: [3], b: [4]}]}", ["ab"]),
])  # fmt: skip
def test_units_are_what_can_go_to_places_of_their_own(text, parts):
    assert ["".join(axis.name for axis in unit.axes) for unit in units(sweep(text))] == parts


NAMES = "abcd"
ALL = st.just(NAMES)
SETS = st.lists(st.sampled_from(NAMES), min_size=1, unique=True)


@st.composite
def texts(draw, names=ALL, kinds=("plain", "zip", "concat", "only")):
    """A sweep over some axes in groups of several kinds, as text."""
    order = draw(names.flatmap(st.permutations))
    parts: list[str] = []
    while order:
        size = draw(st.integers(1, len(order)))
        mine, order = order[:size], order[size:]
        two, one = (", ".join(f"{name}: {draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))}" for name in mine) for n in (2, 1))
        kind = draw(st.sampled_from(kinds))
        written = {
            "plain": two,
            "zip": f"zip: {{{two}}}",
            "concat": f"concat: [{{{two}}}, {{{one}}}]",
            "only": f"{two}, only: {mine[0]} < 8",
        }
        parts.append(f"{{{written[kind]}}}")
    return f"{{product: [{', '.join(parts)}]}}"


@settings(max_examples=80, deadline=None)
@given(texts(), texts(SETS))
def test_the_axes_stay_and_those_that_are_named_have_the_new_values(own, by):
    old, new = sweep(own), sweep(by)
    found = replaced(old, new)
    assert sorted(axis.name for axis in found.axes) == sorted(NAMES)
    made, before, wanted = rows(found), rows(old), rows(new)
    if isinstance(made, str) or isinstance(before, str) or isinstance(wanted, str):
        return  # a condition that holds for no row, or a zip whose parts no longer fit
    for name in NAMES:
        source = wanted if name in {axis.name for axis in new.axes} else before
        assert {row[name] for row in made} <= {row[name] for row in source}


@settings(max_examples=80, deadline=None)
@given(texts(kinds=("plain", "zip", "only")), texts(SETS, kinds=("plain", "zip", "only")), texts(SETS, kinds=("plain",)))
def test_two_replacements_are_one(own, first, second):
    """That of a run, and that of a values file after it."""
    one_by_one = rows(replaced(replaced(sweep(own), sweep(first)), sweep(second)))
    assert one_by_one == rows(replaced(sweep(own), combined(sweep(first), units(sweep(second)))))


@settings(max_examples=60, deadline=None)
@given(texts(kinds=("plain", "concat")), texts())
def test_a_sweep_that_is_replaced_whole_has_the_rows_of_the_other(own, by):
    found, wanted = (rows(replaced(sweep(own), sweep(by))), rows(sweep(by)))
    if isinstance(wanted, str):
        assert found == wanted
    else:
        assert sorted(sorted(row.items()) for row in found) == sorted(sorted(row.items()) for row in wanted)


def test_nothing_and_something_is_something():
    own = sweep("{a: [1], b: [2]}")
    assert combined(None, units(own)) == own
    assert combined(own, ()) == own
    assert combined(None, ()) is None

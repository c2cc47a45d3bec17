"""Sweeps: axes that know their values, combinators that multiply, pair and join them, all of it counted before it is made."""

from __future__ import annotations

import itertools
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionq_runner.diagnostics import ProblemFound, Problems, Source
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.files import Files
from ionq_runner.language.reading.sweeps import read_named_sweeps, read_sweep
from ionq_runner.language.sweeps import Setting, Sweep, Table
from ionq_runner.language.yaml import compose

SETTING = Setting(seed=7, limit=100_000)


def swept(text: str, name: str = "f.yaml") -> Sweep:
    """The sweep that a text describes."""
    problems = Problems()
    found = read_sweep(compose(Source(name, text), problems), {}, Files(None), problems)
    assert ([problem.message for problem in problems], found is None) == ([], False)
    return found


def table(text: str, setting: Setting = SETTING, **values: Value) -> Table:
    return swept(text).table(values, setting)


def rows(text: str, setting: Setting = SETTING, **values: Value) -> list[tuple[Value, ...]]:
    """The points of a sweep, one after the other."""
    return list(zip(*table(text, setting, **values).values(), strict=True))


def column(text: str, setting: Setting = SETTING, **values: Value) -> list[Value]:
    """The values of the only axis of a sweep."""
    (found,) = table(text, setting, **values).values()
    return found


def failure(text: str, **values: Value) -> tuple[str, str]:
    """The code of the problem that a sweep has when it is counted or made, and the part of the text that it points at."""
    sweep = swept(text)
    with pytest.raises(ProblemFound) as found:
        _ = sweep.count(values, SETTING), sweep.table(values, SETTING)
    assert render_problem(found.value.problem)
    span = found.value.problem.span
    return found.value.problem.code, text[span.start : span.end]


# --- Axes.


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("[1, 2*pi, n, 1/4]", [1.0, math.tau, 3.0, 0.25]),
        ('["1", "pi"]', [1.0, math.pi]),
        ("5", [5.0]),
        ("0..n", [0.0, 1.0, 2.0, 3.0]),
        ("0..1 step 1/4", [0.0, 0.25, 0.5, 0.75, 1.0]),
        ("n..0 step -1", [3.0, 2.0, 1.0, 0.0]),
        ("{linspace: [0, pi, n]}", [0.0, math.pi / 2, math.pi]),
        ("{linspace: [1, 9, 1]}", [1.0]),
        ("{linspace: [1, 0, 5]}", [1.0, 0.75, 0.5, 0.25, 0.0]),
        ("{geomspace: [1, 8, 4]}", [1.0, 2.0, 4.0, 8.0]),
        ("{geomspace: [-1, -100, 3]}", [-1.0, -10.0, -100.0]),
    ],
)
def test_an_axis_has_the_values_that_are_written(axis, values):
    assert column(f"a: {axis}", n=3.0) == pytest.approx(values)
    assert swept(f"a: {axis}").count({"n": 3.0}, SETTING) == len(values)


def test_bit_strings_are_texts_in_order():
    assert column("a: {bitstrings: n}", n=2.0) == ["00", "01", "10", "11"]


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, FINITE, st.integers(1, 9))
def test_linspace_has_both_ends_exactly_and_goes_evenly_between_them(start, stop, length):
    found = column("a: {linspace: [x, y, n]}", x=start, y=stop, n=float(length))
    assert (len(found), found[0], found[-1]) == (length, start, stop if length > 1 else start)
    ideal = [start * (1 - i / max(1, length - 1)) + stop * (i / max(1, length - 1)) for i in range(length)]
    assert found == pytest.approx(ideal, rel=1e-9, abs=max(1e-300, 1e-12 * max(abs(start), abs(stop))))


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.integers(1, 9), st.sampled_from([1, -1]))
@example(5.926374886634748e298, 1.55e-23, 3, 1)
def test_geomspace_has_both_ends_exactly_and_equal_factors_between_them(start, stop, length, sign):
    found = column("a: {geomspace: [x, y, n]}", x=sign * start, y=sign * stop, n=float(length))
    assert (len(found), found[0], found[-1]) == (length, sign * start, sign * (stop if length > 1 else start))
    steps = [math.log(right / sign) - math.log(left / sign) for left, right in itertools.pairwise(found)]
    assert steps == pytest.approx([(math.log(stop) - math.log(start)) / max(1, length - 1)] * (length - 1), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("distribution", ["uniform", "normal", "integers"])
def test_random_values_stay_when_the_axis_moves_grows_or_changes_its_file(distribution):
    axis = f"{{random: {{{distribution}: [1, 9], length: n}}}}"
    alone = column(f"x: {axis}", n=20.0)
    assert len(set(alone)) > 5
    assert column(f"x: {axis}", n=50.0)[:20] == alone
    assert table(f"a: [1]\nx: {axis}\nb: [2]", n=20.0)["x"] == alone
    assert table(f"zip: [{{y: 1..20}}, {{x: {axis}}}]", n=20.0)["x"] == alone
    assert swept(f"# moved\n\nx: {axis}", "other.yaml").table({"n": 20.0}, SETTING)["x"] == alone
    assert column(f"y: {axis}", n=20.0) != alone
    assert column(f"x: {axis}", Setting(seed=8, limit=10), n=20.0) != alone


def test_a_seed_of_its_own_stands_above_that_of_the_file():
    axis = "x: {random: {uniform: [0, 1], length: 5, seed: 3}}"
    assert column(axis) == column(axis, Setting(seed=99, limit=10)) != column(axis.replace("3", "4"))


def test_random_values_follow_their_distribution():
    uniform = column("x: {random: {uniform: [2, 4], length: 2000}}")
    normal = column("x: {random: {normal: [10, 3], length: 2000}}")
    integers = column("x: {random: {integers: [-1, 2], length: 2000}}")
    assert (min(uniform) >= 2, max(uniform) < 4, sum(uniform) / 2000) == (True, True, pytest.approx(3, abs=0.06))
    mean = sum(normal) / 2000
    assert (mean, math.sqrt(sum((x - mean) ** 2 for x in normal) / 2000)) == (pytest.approx(10, abs=0.3), pytest.approx(3, abs=0.3))
    assert {value: integers.count(value) for value in set(integers)} == dict.fromkeys((-1.0, 0.0, 1.0, 2.0), pytest.approx(500, abs=90))


@given(FINITE, FINITE, st.sampled_from(["uniform", "normal"]))
def test_random_values_are_numbers_within_their_bounds_however_far_apart_these_are(a, b, distribution):
    low, high = min(a, b), max(a, b)
    try:
        found = column(f"x: {{random: {{{distribution}: [p, q], length: 5}}}}", p=low, q=high)
    except ProblemFound as problem:
        shown = render_problem(problem.problem)
        assert (distribution, "too large" in shown) == ("normal", True)
    else:
        assert all(map(math.isfinite, found))
        assert distribution == "normal" or all(low <= value <= high for value in found)


# --- Nests of combinators: the oracle is itertools.


@dataclass(frozen=True)
class Nest:
    """A sweep as a test knows it: its YAML data, its rows, and how many rows it has before any `only`."""

    data: dict[str, object]
    rows: list[dict[str, float]] | None  # None: an `only` leaves nothing
    count: int


def filtered(rows: list[dict[str, float]], holds: Callable[[dict[str, float]], bool]) -> list[dict[str, float]] | None:
    return [row for row in rows if holds(row)] or None


@st.composite
def axes(draw: st.DrawFn, name: str, length: int | None = None) -> Nest:
    size = draw(st.integers(1, 3)) if length is None else length
    values = draw(st.lists(st.integers(-3, 5), min_size=size, max_size=size))
    return Nest({name: values}, [{name: float(value)} for value in values], size)


@st.composite
def products(draw: st.DrawFn, names: list[str], depth: int) -> Nest:
    cut = draw(st.integers(1, len(names) - 1))
    parts = [draw(nests(some, depth - 1)) for some in (names[:cut], names[cut:])]
    data: dict[str, object] = {"product": [part.data for part in parts]}
    if all(len(part.data) == 1 and "only" not in part.data for part in parts) and parts[0].data.keys() != parts[1].data.keys():
        data = draw(st.sampled_from([data, parts[0].data | parts[1].data]))
    count = parts[0].count * parts[1].count
    if any(part.rows is None for part in parts):
        return Nest(data, None, count)
    found = [left | right for left, right in itertools.product(parts[0].rows, parts[1].rows)]
    if draw(st.integers(0, 3)) == 0:
        first, last, bound = names[0], names[-1], draw(st.integers(-6, 6))
        return Nest({**data, "only": f"{first} + {last} <= {bound}"}, filtered(found, lambda row: row[first] + row[last] <= bound), count)
    return Nest(data, found, count)


@st.composite
def zips(draw: st.DrawFn, names: list[str], length: int | None = None) -> Nest:
    size = draw(st.integers(1, 4)) if length is None else length
    parts = [draw(joined_axes(name, size)) for name in names]
    data = {key: value for part in parts for key, value in part.data.items()}
    as_mapping = len(data) == len(parts) and draw(st.booleans())
    found = [dict(item for row in together for item in row.items()) for together in zip(*(part.rows for part in parts), strict=True)]
    return Nest({"zip": data if as_mapping else [part.data for part in parts]}, found, size)


@st.composite
def joined_axes(draw: st.DrawFn, name: str, length: int) -> Nest:
    """An axis of a length, written as one or as two joined."""
    cut = draw(st.integers(0, length))
    if cut in (0, length):
        return draw(axes(name, length))
    parts = [draw(axes(name, size)) for size in (cut, length - cut)]
    return Nest({"concat": [part.data for part in parts]}, parts[0].rows + parts[1].rows, length)


@st.composite
def concats(draw: st.DrawFn, names: list[str], depth: int) -> Nest:
    parts = [draw(nests(draw(st.permutations(names)), depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    count = sum(part.count for part in parts)
    data: dict[str, object] = {"concat": [part.data for part in parts]}
    if len(parts) == 1:
        data = {"concat": draw(st.sampled_from([parts[0].data, [parts[0].data]]))}
    if any(part.rows is None for part in parts):
        return Nest(data, None, count)
    return Nest(data, [row for part in parts for row in part.rows], count)


def nests(names: list[str], depth: int = 3) -> st.SearchStrategy[Nest]:
    """Sweeps over exactly these names."""
    if depth == 0 and len(names) > 1:
        return zips(names)
    kinds: list[st.SearchStrategy[Nest]] = [] if depth == 0 else [concats(names, depth)]
    kinds += [axes(names[0])] if len(names) == 1 else [products(names, depth), zips(names)]
    return st.one_of(*kinds[::-1])


@given(st.integers(1, 4).flatmap(lambda size: nests(list("abcd"[:size]))))
def test_combinators_multiply_pair_and_join_as_itertools_does(nest):
    sweep = swept(json.dumps(nest.data))
    assert {axis.name for axis in sweep.axes} == set("abcd"[: len(sweep.axes)])
    if nest.rows is None:
        with pytest.raises(ProblemFound) as found:
            sweep.table({}, SETTING)
        assert found.value.problem.code == "E506"
    else:
        made = sweep.table({}, SETTING)
        assert [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)] == nest.rows
    assert sweep.count({}, SETTING) == nest.count


# --- Axes that use those above them: the oracle is nested loops.

DEPENDENT = {
    "[{u}, {u} + 1]": lambda u: [u, u + 1],
    "0..{u}*{u}": lambda u: [float(i) for i in range(int(u * u) + 1)],
    "{{linspace: [0, {u}, 2]}}": lambda u: [0.0, u],
    "{{linspace: [{u}, 8, {u}*{u} + 1]}}": lambda u: (
        [u + (8 - u) * i / (u * u) if i < u * u else 8.0 for i in range(int(u * u))] + [8.0] if u else [u]
    ),
    "1..2": lambda u: [1.0, 2.0],
}


@given(st.lists(st.tuples(st.sampled_from(sorted(DEPENDENT)), st.integers(0, 3)), min_size=1, max_size=4))
def test_an_axis_may_use_those_above_it(chosen):
    axes: list[tuple[str, str, Callable[[float], list[float]]]] = [("a", "a", lambda _: [0.0, 1.0, 2.0])]
    text = "a: 0..2\n"
    for name, (form, place) in zip("bcde", chosen, strict=False):
        used = axes[min(place, len(axes) - 1)][0]
        if form != "[{u}, {u} + 1]":  # only `a` and sums of it are whole numbers
            used = "a"
        text += f"{name}: {form.format(u=used)}\n"
        axes.append((name, used, DEPENDENT[form]))
    expected: list[dict[str, float]] = [{}]
    for name, used, values in axes:
        expected = [{**row, name: value} for row in expected for value in values(row.get(used, 0.0))]
    sweep = swept(text)
    made = sweep.table({}, SETTING)
    assert list(made) == [name for name, _, _ in axes]
    found = [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]
    assert found == [pytest.approx(row) for row in expected]
    assert sweep.count({}, SETTING) == len(expected)


def test_a_sweep_that_stands_alone_in_a_concat_is_joined_with_nothing():
    assert rows("concat: {a: 1..2, b: [5]}") == rows("concat: [{a: 1..2, b: [5]}]") == [(1.0, 5.0), (2.0, 5.0)]


def test_only_may_use_the_axes_and_what_is_in_view():
    assert rows("a: 1..3\nb: 1..3\nonly: a*b <= n", n=3.0) == [(1.0, 1.0), (1.0, 2.0), (1.0, 3.0), (2.0, 1.0), (3.0, 1.0)]
    assert rows("s: {bitstrings: 3}\nonly: popcount(s) == 1") == [("001",), ("010",), ("100",)]


def test_a_sweep_is_used_by_its_name_and_may_use_those_above_it():
    problems = Problems()
    root = compose(Source("f.yaml", "one: {a: 1..2}\ntwo: {product: [one, {b: [5]}]}\nlost: {product: [three]}\nthree: {c: 1}\n"), problems)
    named = read_named_sweeps(root, Files(None), problems)
    assert named["two"].table({}, SETTING) == {"a": [1.0, 2.0], "b": [5.0, 5.0]}
    assert [(problem.code, problem.message) for problem in problems] == [("E207", "no sweep is called `three`")]


def test_a_sweep_knows_the_names_it_needs_from_outside():
    assert swept("a: 1..n\nb: [a, x]\nonly: a < y and b < 2").uses == {"n", "x", "y"}
    assert swept("zip: {a: [p], b: [q]}").uses == {"p", "q"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("zip: {a: [1, 2], b: [1, 2, 3]}", "E502", "zip"),
        ("zip: [{a: {bitstrings: 4096}, b: {bitstrings: 4096}, c: {bitstrings: 4096}, d: {bitstrings: 4096}}, {e: [1]}]", "E502", "zip"),
        ("zip: [{a: 1..3, only: a < 3}, {b: 1..3}]", "E502", "zip"),
        ("a: 3..1", "E503", "3..1"),
        ("a: {linspace: [0, 1, 0]}", "E503", "0"),
        ("a: {bitstrings: 0}", "E503", "0"),
        ("a: {geomspace: [0, 1, 3]}", "E505", "0"),
        ("a: {geomspace: [-1, 1, 3]}", "E505", "-1"),
        ("a: {random: {uniform: [1, 0], length: 2}}", "E505", "1"),
        ("a: {random: {integers: [0, 1.5], length: 2}}", "E315", "1.5"),
        ("a: {random: {normal: [0, 1e308], length: 500}}", "E314", "1e308"),
        ("a: 0..1 step 0.3", "E317", "0..1 step 0.3"),
        ("a: 0..1 step 0", "E316", "0"),
        ("a: {linspace: [0, 1, 2.5]}", "E315", "2.5"),
        ("a: {linspace: [0, 1, 1e300]}", "E315", "1e300"),
        ("a: [1/0]", "E314", "1/0"),
        ("a: [10**400]", "E314", "10**400"),
        ("a: 1..3\nonly: a > 3", "E506", "a > 3"),
        ("a: 0..2\nb: [1]\nonly: 1/a > b", "E314", "1/a"),
    ],
)
def test_a_sweep_that_cannot_be_made_is_refused_at_its_place(text, code, place):
    assert failure(text) == (code, place)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{a: [1], zip: {a: [2], b: [3]}}", [("E507", "a")]),
        ("{concat: [{a: [1]}, {b: [1]}]}", [("E504", "concat")]),
        ("{concat: [{a: [1]}, {a: {bitstrings: 1}}]}", [("E504", "concat")]),
        ("{a: {linspace: [0, 1]}}", [("E508", "[0, 1]")]),
        ("{a: {random: {uniform: [0, 1, 2], length: 3}}}", [("E508", "[0, 1, 2]")]),
        ("{a: [2pi, 1 +], b: 0..}", [("E302", "2pi"), ("E305", "+"), ("E305", ".")]),
        ("{product: [nowhere]}", [("E207", "nowhere")]),
    ],
)
def test_a_sweep_that_cannot_be_read_is_refused_at_its_place(text, problems):
    found = Problems()
    read_sweep(compose(Source("f.yaml", text), found), {}, Files(None), found)
    assert [(p.code, text[p.span.start : p.span.end]) for p in found if render_problem(p)] == problems


# --- Size: known before a point is made, at any size.


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a: {linspace: [0, 1, 10**12]}", 10**12),
        ("a: 1..10**6\nb: 1..10**6", 10**12),
        ("s: {bitstrings: 4000}", 2**4000),
        ("zip: {a: 1..10**12, b: {linspace: [0, 1, 10**12]}}", 10**12),
        ("concat: [{a: 1..10**12}, {a: 1..5}]", 10**12 + 5),
        ("a: 1..10**9\nb: {random: {uniform: [0, 1], length: 10**9}}\nc: [1, 2]", 2 * 10**18),
        ("s: {bitstrings: 100}\nt: {bitstrings: 100}", 2**200),
        ("a: 1..1000\nb: 1..1000\nonly: a < b", 10**6),
    ],
)
def test_the_size_is_exact_and_costs_milliseconds(text, count):
    sweep = swept(text)
    begin = time.process_time()
    assert sweep.count({}, SETTING) == count
    assert time.process_time() - begin < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "a: 1..10**9\nb: 0..a",
        "a: 1..10**5\nb: 0..a\nc: 0..b",
        "a: 1..400\nb: 1..400\nc: [a, b]",
        "s: {bitstrings: 3000}\na: 1..popcount(s) + 1",
        "a: 1..50000\nb: {linspace: [0, 1, 10**a]}",
    ],
)
def test_a_size_beyond_the_limit_is_said_to_be_beyond_it_at_once(text):
    sweep = swept(text)
    begin = time.process_time()
    assert sweep.count({}, SETTING) > SETTING.limit
    assert time.process_time() - begin < 2


def test_thousands_of_axes_are_counted_and_made_without_recursion():
    many = "\n".join(f"a{i}: 1" for i in range(3_000))
    chain = "a0: 1..2\n" + "\n".join(f"a{i}: [a{i - 1} + 1]" for i in range(1, 1_500))
    huge = "\n".join(f"a{i}: {{bitstrings: 4096}}" for i in range(1_000))
    begin = time.process_time()
    assert (swept(many).count({}, SETTING), len(swept(many).table({}, SETTING))) == (1, 3_000)
    assert (swept(chain).count({}, SETTING), swept(chain).table({}, SETTING)["a1499"]) == (2, [1500.0, 1501.0])
    assert swept(huge).count({}, SETTING) > SETTING.limit
    assert time.process_time() - begin < 5

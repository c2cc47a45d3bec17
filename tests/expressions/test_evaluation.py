"""Evaluation: the arithmetic of Python's doubles, with a problem wherever that has no finite real result."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound
from ionq_runner.diagnostics.rendering import render_problem
from ionq_runner.expressions import Expression, Range, bind, evaluate, parse_expression, parse_range, whole
from ionq_runner.expressions.evaluation import Value, range_values, shown
from ionq_runner.expressions.parser import FUNCTIONS

SPECIAL = [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, 1e-300, 5e-324, 1e308, -1e308, 2.0**53, 709.75, 1024.0, 1e-9]
FLOATS = st.sampled_from(SPECIAL) | st.integers(-9, 9).map(float) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.fixed_dictionaries({"a": FLOATS, "b": FLOATS, "k": st.integers(0, 9).map(float), "s": st.text("01", min_size=1, max_size=5)})


class NoResult(Exception):
    """What the oracle says of arithmetic without a finite real result."""


class Exact(float):
    """A double whose `+ - * /` are exact fractions rounded once, and which has no infinities: the oracle."""

    def _rounded(self, exact: Fraction, plain: float) -> Exact:
        try:
            result = float(exact)
        except OverflowError:
            raise NoResult from None
        return checked(plain if result == 0 else result)  # a fraction has no -0.0

    def __add__(self, other):
        return self._rounded(Fraction(self) + Fraction(other), float(self) + float(other))

    def __sub__(self, other):
        return self._rounded(Fraction(self) - Fraction(other), float(self) - float(other))

    def __mul__(self, other):
        return self._rounded(Fraction(self) * Fraction(other), float(self) * float(other))

    def __truediv__(self, other):
        if other == 0:
            raise NoResult
        return self._rounded(Fraction(self) / Fraction(other), float(self) / float(other))

    def __mod__(self, other):
        if other == 0:
            raise NoResult
        exact = Fraction(self) - Fraction(other) * math.floor(Fraction(self) / Fraction(other))
        return self._rounded(exact, float(self) % float(other))

    def __floordiv__(self, other):
        if other == 0:
            raise NoResult
        return checked(float(self) // float(other))

    def __pow__(self, other):
        if abs(other) > 1_024 or (self == 0 and other < 0) or (self < 0 and other != int(other)):
            raise NoResult
        return checked(attempt(math.pow, self, other))

    def __neg__(self):
        return Exact(-float(self))

    def __pos__(self):
        return self


def checked(value: float) -> Exact:
    if not math.isfinite(value):
        raise NoResult
    return Exact(value)


def attempt(function, *arguments):
    try:
        return function(*map(float, arguments))
    except (ValueError, OverflowError):
        raise NoResult from None


def bit(bits: str, index: float) -> Exact:
    if index != int(index) or not 0 <= index < len(bits):
        raise NoResult
    return Exact(bits[int(index)] == "1")


def popcount(value: str | float) -> Exact:
    if isinstance(value, str):
        return Exact(value.count("1"))
    if value != int(value) or not 0 <= value <= 2**53:
        raise NoResult
    return Exact(bin(int(value)).count("1"))


def oracle_functions() -> dict[str, object]:
    plain = {name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "log", "log2", "sqrt")}
    plain |= {"abs": abs, "floor": math.floor, "ceil": math.ceil, "round": round}
    functions = {name: lambda *given, function=function: checked(attempt(function, *given)) for name, function in plain.items()}
    return {**functions, "min": min, "max": max, "bit": bit, "popcount": popcount, "pi": Exact(math.pi), "tau": Exact(math.tau), "F": Exact}


def oracle(python: str, values: dict[str, Value]) -> Value | None:
    """The value by Python's own parser over exact doubles; None where there is none."""
    names = {name: value if isinstance(value, str) else Exact(value) for name, value in values.items()}
    try:
        return eval(python, {"__builtins__": {}}, {**oracle_functions(), **names})
    except NoResult:
        return None


Pair = tuple[str, str]  # a text of ours, and the same for Python


def grown(leaves: st.SearchStrategy[Pair], forms: list[str]) -> st.SearchStrategy[Pair]:
    """Pairs built from leaves by forms such as `({} + {})`."""

    def filled(form: str, pairs: tuple[Pair, ...]) -> Pair:
        return form.format(*(ours for ours, _ in pairs)), form.format(*(python for _, python in pairs))

    def above(pairs: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
        return st.sampled_from(forms).flatmap(lambda form: st.tuples(*[pairs] * form.count("{}")).map(lambda parts: filled(form, parts)))

    return st.recursive(leaves, above, max_leaves=10)


LITERALS = st.sampled_from(["0", "1", "2", "3.", ".5", "1e-3", "10", "1024", "1e300", "0.1"]).map(lambda text: (text, f"F('{text}')"))
LEAVES = LITERALS | st.sampled_from(["a", "b", "k", "pi", "tau", "popcount(s)"]).map(lambda name: (name, name))
ARITHMETIC = ["{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} // {}", "{} % {}", "{}**{}", "-{}", "+{}", "({})"]
FUNCTIONS_OF_ONE = [name for name, count in FUNCTIONS.items() if count == 1]
CALLS = [f"{name}({{}})" for name in FUNCTIONS_OF_ONE]
CALLS += ["atan2({}, {})", "min({}, {})", "max({}, {}, {})", "bit(s, {})"]
NUMBERS = grown(LEAVES, ARITHMETIC * 2 + CALLS)


def compared(left: Pair, operator: str, right: Pair) -> Pair:
    return f"{left[0]} {operator} {right[0]}", f"{left[1]} {operator} {right[1]}"


COMPARISONS = st.builds(compared, NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS)
TRUTHS = grown(COMPARISONS, ["{} and {}", "{} or {}", "not {}", "({})"])


def bits(value: Value | None) -> object:
    """A value that compares by its bits, so that 0.0 and -0.0 differ."""
    return struct.pack("d", value) if isinstance(value, float) else value


def tried(function, *arguments):
    """What a function returns, or the problem that it raises."""
    try:
        return function(*arguments)
    except ProblemFound as found:
        return found.problem


def result(expression: Expression, values: dict[str, Value]) -> Value | None:
    """The value; None where there is none, with a problem that can be shown."""
    found = tried(evaluate, expression, values)
    if not isinstance(found, Problem):
        return found
    assert (found.code, bool(render_problem(found))) == ("E314", True)
    return None


def number(text: str, **values: Value) -> Value:
    return evaluate(parse_expression(Excerpt.of(text)), values)


def failure(text: str, **values: Value) -> tuple[str, str, str]:
    """Code, place and message of the problem with a value."""
    with pytest.raises(ProblemFound) as found:
        number(text, **values)
    problem = found.value.problem
    return problem.code, text[problem.span.start : problem.span.end], problem.message


@settings(max_examples=400)
@given(NUMBERS, VALUES)
@example(("exp(a)", "exp(a)"), {"a": 709.75, "b": 0.0, "k": 0.0, "s": "0"})
def test_a_number_is_what_python_makes_of_the_same_text_with_exact_rounding(pair, values):
    ours, python = pair
    assert bits(result(parse_expression(Excerpt.of(ours)), values)) == bits(oracle(python, values))


@given(TRUTHS, VALUES)
def test_a_condition_is_what_python_makes_of_the_same_text(pair, values):
    ours, python = pair
    assert result(parse_expression(Excerpt.of(ours)), values) == oracle(python, values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2**2", -4.0), ("2**-1", 0.5), ("2**3**2", 512.0), ("-7 % 3", 2.0), ("7 % -3", -2.0), ("-7 // 2", -4.0), ("7/2", 3.5),
        ("round(2.5)", 2.0), ("round(-0.5)", 0.0), ("floor(-1.5)", -2.0), ("atan2(0, -1)", math.pi), ("min(3, 1, 2)", 1.0),
        ("popcount(255)", 8.0), ("2*pi - tau", 0.0), ("1e-400", 0.0), ("0**0", 1.0), ("2**1024 ", None), ("2**1023", 2.0**1023),
    ],
)  # fmt: skip
def test_arithmetic_has_the_rules_of_the_language(text, value):
    assert result(parse_expression(Excerpt.of(text)), {}) == value


def test_the_first_character_of_a_bit_string_is_bit_0():
    assert [number("bit(b, i)", b="100", i=float(i)) for i in range(3)] == [1.0, 0.0, 0.0]
    assert (number("popcount(b)", b="0110"), number("b == c", b="01", c="01"), number("b != c", b="01", c="1")) == (2.0, True, True)


@pytest.mark.parametrize(
    ("text", "values", "problem"),
    [
        ("1 + 1/k", {"k": 0.0}, ("1/k", "this divides by zero, where k = 0")),
        ("1 // 0", {}, ("1 // 0", "this divides by zero")),
        ("a % (k - k)", {"a": 1.5, "k": 2.0}, ("a % (k - k)", "this divides by zero, where a = 1.5, k = 2")),
        ("0**-1", {}, ("0**-1", "this divides by zero")),
        ("(-8)**(1/3)", {}, None),
        ("sqrt(a)", {"a": -1.0}, ("sqrt(a)", "`sqrt` has no value at -1, where a = -1")),
        ("log(0)", {}, ("log(0)", "`log` has no value at 0")),
        ("asin(2)", {}, ("asin(2)", "`asin` has no value at 2")),
        ("exp(1000)", {}, ("exp(1000)", "the result is too large")),
        ("1e308*10", {}, ("1e308*10", "the result is too large")),
        ("10**400", {}, ("10**400", "the result is too large")),
        ("2**1025", {}, ("2**1025", "the exponent 1025 is beyond 1024")),
        ("2**10**10", {}, ("2**10**10", "the exponent 10000000000 is beyond 1024")),
        ("bit(b, 3)", {"b": "010"}, ("bit(b, 3)", "a bit string of 3 bits has no bit 3; the first is 0, where b = 010")),
        ("bit(b, 0.5)", {"b": "010"}, None),
        ("popcount(0-1)", {}, ("popcount(0-1)", "`popcount` takes a bit string or a whole number from 0, not -1")),
        ("popcount(2**54)", {}, None),
    ],
)
def test_arithmetic_without_a_result_is_a_problem_at_its_place_with_the_values_that_led_to_it(text, values, problem):
    code, place, message = failure(text, **values)
    assert code == "E314"
    assert problem is None or (place, message) == problem


def test_and_and_or_look_at_their_right_side_only_where_it_decides():
    assert number("k == 0 or 1/k > 2", k=0.0) is True
    assert number("k != 0 and 1/k > 2", k=0.0) is False
    assert failure("k == 0 and 1/k > 2", k=0.0)[1] == "1/k"


@given(st.integers(-(2**53), 2**53), st.integers(-10, 10))
def test_a_value_within_a_billionth_of_a_whole_number_is_taken_for_it(near, tenths):
    value = near + tenths * 1e-10
    assume(abs(Fraction(value) - near) <= Fraction(1, 10**9) and abs(value) <= 2**53)
    assert whole(value, Excerpt.of("n").span()) == near


@pytest.mark.parametrize("value", [0.5, 1.1e-9, 1 - 1.1e-9, 2.0**53 + 2, 1e300, -1e300])
def test_any_other_value_is_no_whole_number(value):
    with pytest.raises(ProblemFound) as found:
        whole(value, Excerpt.of("n").span())
    assert (found.value.problem.code, found.value.problem.message) == ("E315", f"a whole number is needed here, and this is {shown(value)}")


def extent(text: str) -> Range:
    found = parse_range(Excerpt.of(text))
    assert isinstance(found, Range)
    return found


@given(st.integers(-50, 50), st.integers(0, 60), st.sampled_from([1, 2, 0.1, 0.25, 1e-3, 1e6, -1, -0.7, 1 / 3]))
def test_a_range_that_arrives_at_its_end_has_both_ends(start, steps, step):
    found = range_values(extent("a..b step c"), {"a": float(start), "b": start + steps * step, "c": float(step)})
    assert found == (start, step, steps + 1)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_range_has_steps_that_arrive_or_is_empty_or_is_refused(a, b, c):
    found = tried(range_values, extent("a..b step c"), {"a": a, "b": b, "c": c})
    if isinstance(found, Problem):
        assert render_problem(found)
        assert found.code == ("E316" if c == 0 else "E317" if math.isfinite((b - a) / c) else "E314")
        return
    start, step, length = found
    assert (start, step) == (a, c)
    assert (b - a) / c < 0 if length == 0 else abs(a + c * (length - 1) - b) <= 1e-8 * max(abs(c), abs(b - a))


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("0..4 step 0", "E316", "the step of a range cannot be 0"),
        ("0..5 step 2", "E317", "steps of 2 from 0 do not arrive at 5"),
        ("0..1 step 0.3", "E317", "steps of 0.3 from 0 do not arrive at 1"),
        ("0..1 step 0.3333333", "E317", "steps of 0.333333 from 0 do not arrive at 1"),
        ("0-1e308..1e308 step 1e-300", "E314", "this range has more steps than a number can count"),
        ("1e308..-1e308 step -1", "E314", "this range has more steps than a number can count"),
        ("0..1/0", "E314", "this divides by zero"),
    ],
)
def test_a_range_that_cannot_be_walked_is_refused(text, code, message):
    with pytest.raises(ProblemFound) as found:
        range_values(extent(text), {})
    assert (found.value.problem.code, found.value.problem.message) == (code, message)
    assert render_problem(found.value.problem)


def test_a_range_whose_end_lies_behind_its_start_is_empty():
    assert range_values(extent("3..1"), {}) == (3.0, 1.0, 0)
    assert range_values(extent("0..n-1"), {"n": 0.0}) == (0.0, 1.0, 0)


@given(NUMBERS, VALUES, st.sets(st.sampled_from("abks")))
def test_values_given_one_after_the_other_make_the_same_number(pair, values, first):
    expression = parse_expression(Excerpt.of(pair[0]))
    expected = result(expression, values)
    bound = tried(bind, expression, {name: values[name] for name in first})
    if isinstance(bound, Problem):
        assert (bound.code, expected) == ("E314", None)
        return
    if isinstance(bound, Expression):
        assert bound.names <= expression.names
        bound = result(bound, values)
    assert bits(bound) == bits(expected)


@given(NUMBERS, st.sampled_from(["b + 1", "k/2", "bit(s, 0)", "pi", "-b"]), VALUES, st.booleans())
def test_a_name_may_stand_for_another_expression(outer, inner, values, k_known):
    expression, standing = parse_expression(Excerpt.of(f"max(a, {outer[0]})")), parse_expression(Excerpt.of(inner))
    expected = result(expression, {**values, "a": evaluate(standing, values)})
    bound = tried(bind, expression, {"a": standing, **({"k": values["k"]} if k_known else {})})
    if isinstance(bound, Problem):
        assert expected is None
        return
    assert isinstance(bound, Expression)
    assert bound.names <= (expression.names - {"a"} - ({"k"} if k_known else set())) | standing.names
    assert bits(result(bound, values)) == bits(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (-0.0, "0"), (0.5, "0.5"), (1 / 3, "0.333333"), (1e15, "1e+15"), (123456789.0, "123456789"), (1e-20, "1e-20")],
)
def test_messages_show_whole_numbers_without_a_point(value, text):
    assert shown(value) == text

"""A sweep's inputs, against resolving the circuit at every point and serializing it there."""

from __future__ import annotations

import json
import math
import tracemalloc

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.errors import InvalidArgument, IonQSerializerMixedGatesetsException
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.serializer import Serializer
from ionq_runner.ionq.sweeps import serialize_sweep

Q = cirq.LineQubit.range(5)
A, B = sympy.symbols("a b")


def one_by_one(circuit, params, serializer=None):
    serializer = serializer or Serializer()
    return [serializer.serialize_single_circuit(cirq.resolve_parameters(circuit, resolver)).input for resolver in cirq.to_resolvers(params)]


def at_once(circuit, params, serializer=None):
    return [json.loads(text) for text in serialize_sweep(circuit, params, serializer).inputs]


def refusal(circuit, params):
    with pytest.raises(InvalidArgument) as caught:
        serialize_sweep(circuit, params)
    return str(caught.value)


def test_a_sweep_is_one_text_a_point():
    circuit = cirq.Circuit(cirq.ry(A)(Q[1]), cirq.H(Q[0]), cirq.measure(Q[1], Q[0], key="m", invert_mask=(True,)))
    swept = serialize_sweep(circuit, cirq.Points("a", [0.5, math.pi]))
    assert swept.inputs == [
        '{"gateset":"qis","qubits":2,"circuit":[{"targets":[1],"gate":"ry","rotation":0.5},{"gate":"h","targets":[0]}]}',
        '{"gateset":"qis","qubits":2,"circuit":[{"targets":[1],"gate":"y"},{"gate":"h","targets":[0]}]}',
    ]
    assert (swept.native, swept.qubits, swept.measurements, swept.invert_masks) == (False, 2, {"m": (1, 0)}, {"m": (1, 0)})


# ------------------------------------------------------------------------------------------------------- the same as one by one

VALUES = st.one_of(
    st.sampled_from([0, 1, -1, 2, 0.0, 0.25, 0.5, -0.5, 1.0, 1.5, 0.1, math.pi, math.pi / 2, -math.pi / 4, 1 + 5e-9, 0.5 + 2e-8]),
    st.floats(-7, 7, allow_subnormal=False),
)
NUMBERS = st.sampled_from([1, 2, -1, sympy.Rational(1, 3), sympy.pi, 0.1, 0.5, sympy.sqrt(2), 1.7])
POLYNOMIALS = st.recursive(
    st.sampled_from([A, B]),
    lambda inner: st.one_of(
        st.builds(lambda x, y: x + y, inner, inner | NUMBERS),
        st.builds(lambda x, y: x * y, inner, inner | NUMBERS),
        st.builds(lambda x, y: x / y, inner, NUMBERS),
        st.builds(lambda x: x**2, inner),
    ),
    max_leaves=5,
)
FUNCTIONS = st.builds(
    lambda function, x, y: function(x) * y,
    st.sampled_from([sympy.sin, sympy.cos, sympy.exp, sympy.tanh, sympy.Abs, sympy.floor, sympy.sign]),
    st.sampled_from([A, B, A / 3, A + B]),
    st.sampled_from([1, B, sympy.pi]),
)


def symbolic(expression):
    return getattr(expression, "free_symbols", None)


@st.composite
def parametrised(draw, angles):
    """An abstract operation whose angle may be an expression."""
    first, second = (Q[index] for index in draw(st.permutations(range(5)))[:2])
    angle = draw(angles)
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return draw(st.sampled_from([cirq.rx, cirq.ry, cirq.rz]))(angle)(first)
    if kind == 1:
        return cirq.ms(angle)(first, second)
    if kind == 2:
        shift = draw(st.sampled_from([0, -0.5]))
        return draw(st.sampled_from([cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate]))(exponent=angle, global_shift=shift)(first)
    if kind == 3:
        return draw(st.sampled_from([cirq.XX, cirq.YY, cirq.ZZ]))(first, second) ** angle
    if kind == 4:
        exponents = {"exponent_neg": angle, "exponent_pos": draw(st.sampled_from([0.25, 0, -0.5]) | angles)}
        return cirq.PauliStringPhasorGate(cirq.DensePauliString("XZ"), **exponents)(first, second)
    if kind == 5:
        return cirq.rx(angle)(first).controlled_by(second)
    return draw(st.sampled_from([cirq.H(first), cirq.CNOT(first, second), cirq.T(second), cirq.CZ(first, second), cirq.I(first)]))


@st.composite
def native(draw, angles):
    first, second = (Q[index] for index in draw(st.permutations(range(5)))[:2])
    phase = st.sampled_from([0.25, 0]) | angles
    kind = draw(st.integers(0, 3))
    if kind < 2:
        return (GPIGate, GPI2Gate)[kind](phi=draw(phase))(first)
    if kind == 2:
        return MSGate(phi0=draw(phase), phi1=draw(phase), theta=draw(phase))(first, second)
    return ZZGate(theta=draw(phase))(first, second)


SOME_VALUES = st.lists(VALUES, min_size=1, max_size=2)
SWEEPS = st.one_of(
    st.builds(lambda a, b: cirq.Points("a", a) * cirq.Points("b", b), SOME_VALUES, SOME_VALUES),
    st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}).map(cirq.ParamResolver), min_size=1, max_size=4),
    st.builds(lambda b: cirq.ParamResolver({"a": "b", "b": b}), VALUES),
)  # fmt: skip


@given(st.lists(parametrised(POLYNOMIALS.filter(symbolic)), min_size=1, max_size=6), SWEEPS)
def test_every_point_of_abstract_gates_is_the_same_as_by_itself(operations, params):
    circuit = cirq.Circuit(operations)
    assert at_once(circuit, params) == one_by_one(circuit, params)


@given(st.lists(native(POLYNOMIALS.filter(symbolic)), min_size=1, max_size=5), SWEEPS)
def test_every_point_of_native_gates_is_the_same_as_by_itself(operations, params):
    circuit = cirq.Circuit(operations)
    assert at_once(circuit, params) == one_by_one(circuit, params)
    assert serialize_sweep(circuit, params).native


@pytest.mark.parametrize("power", [A**2, A**3, A**-1, sympy.sqrt(A), A**B, 2**A, (A + B) ** -2], ids=str)
def test_a_power_is_cirqs_to_the_last_bit(power):
    """numpy's other powers, which go faster, are one bit off at some values: at one in a thousand squares and one in twenty cubes."""
    rng = np.random.default_rng(7)
    values = zip(rng.uniform(0.01, 7, 3000).tolist(), rng.uniform(0.01, 3, 3000).tolist(), strict=True)
    points = [{"a": a, "b": b} for a, b in values]
    inputs = serialize_sweep(cirq.Circuit(GPIGate(phi=power)(Q[0])), [cirq.ParamResolver(point) for point in points]).inputs
    found = [json.loads(text)["circuit"][0]["phase"] for text in inputs]
    assert found == [cirq.ParamResolver(point).value_of(power) for point in points]


@given(st.lists(parametrised(FUNCTIONS.filter(symbolic)), min_size=1, max_size=4), SWEEPS)
def test_functions_agree_to_within_rounding(operations, params):
    circuit = cirq.Circuit(operations)
    for found, expected in zip(at_once(circuit, params), one_by_one(circuit, params), strict=True):
        assert_near(found, expected)


def assert_near(found, expected):
    assert type(found) is type(expected) or isinstance(found, float | int)
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            assert_near(found[key], expected[key])
    elif isinstance(expected, list):
        for one, other in zip(found, expected, strict=True):
            assert_near(one, other)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
    else:
        assert found == expected


@pytest.mark.parametrize("gate", [cirq.X, cirq.Y, cirq.Z, cirq.XX, cirq.ZZ])
def test_names_change_where_they_change_one_by_one(gate):
    circuit = cirq.Circuit((gate**A)(*Q[: cirq.num_qubits(gate)]), (gate ** (2 * A))(*Q[: cirq.num_qubits(gate)]))
    around = [base + offset for base in np.arange(-3, 3.25, 0.25) for offset in (0, 9.9e-9, -9.9e-9, 1e-8, -1e-8, 1.1e-8, -1.1e-8)]
    sweep = cirq.Points("a", [float(value) for value in around])
    for serializer in (Serializer(), Serializer(atol=0.05)):
        assert at_once(circuit, sweep, serializer) == one_by_one(circuit, sweep, serializer)


def test_gates_that_exist_at_some_values_only_are_sent_there():
    circuit = cirq.Circuit(cirq.H(Q[0]) ** A, cirq.CNOT(*Q[:2]) ** A, cirq.CZ(*Q[:2]) ** A, cirq.SWAP(*Q[:2]) ** A)
    sweep = cirq.Points("a", [1, 3.0, -1])
    assert at_once(circuit, sweep) == one_by_one(circuit, sweep)


class OwnPower(cirq.XPowGate):
    """A gate of a user, whose exponent means another one."""

    def _with_exponent(self, exponent):
        return OwnPower(exponent=exponent if isinstance(exponent, sympy.Basic) else exponent + 1)


def test_a_power_gate_of_a_user_is_resolved_by_cirq():
    circuit = cirq.Circuit(OwnPower(exponent=A)(Q[0]))
    sweep = cirq.Points("a", [0, 0.3])
    assert at_once(circuit, sweep) == one_by_one(circuit, sweep)
    assert at_once(circuit, sweep)[0]["circuit"] == [{"gate": "x", "targets": [0]}]


@pytest.mark.parametrize("value", [np.float32(0.1), np.int64(3), True, sympy.pi, sympy.Rational(1, 3), "b", sympy.Symbol("b") / 2, 2**70])
def test_values_that_are_no_plain_numbers_are_resolved_by_cirq(value):
    circuit = cirq.Circuit(cirq.X(Q[0]) ** (A / 3), cirq.rz(2 * A)(Q[1]), cirq.Y(Q[0]) ** B)
    params = [cirq.ParamResolver({"a": value, "b": 0.3}), {"a": 0.1, "b": 0.4}]
    assert at_once(circuit, params) == one_by_one(circuit, params)


@pytest.mark.parametrize("params", [
    cirq.Linspace("a", 0, 1, 5) * cirq.Points("b", [1, 2]), cirq.Zip(cirq.Linspace("a", 0, 1, 3), cirq.Points("b", [1, 2, 4])),
    {"a": 0.5, "b": 1}, cirq.ParamResolver({A: 0.5, B: 2}), [cirq.ParamResolver({A: 0.5, "b": 2}), {"a": 1, "b": 3}],
    [cirq.Points("a", [1, 2]) * cirq.Points("b", [1]), {"b": 1, "a": 4}], cirq.ListSweep([{"a": 1, "b": 2, "other": 7}]),
    cirq.Concat(cirq.Points("a", [1, 2]), cirq.Points("a", [3])) * cirq.Points("b", [0]), iter([{"a": 1, "b": 2}]),
], ids=lambda params: type(params).__name__)  # fmt: skip
def test_whatever_cirq_takes_as_a_sweep_is_taken(params):
    circuit = cirq.Circuit(cirq.rx(A)(Q[0]), cirq.X(Q[1]) ** B)
    points = list(params) if not isinstance(params, cirq.Sweep | dict | cirq.ParamResolver) else params
    assert at_once(circuit, points if not hasattr(params, "__next__") else iter(points)) == one_by_one(circuit, points)


def test_a_circuit_without_parameters_is_one_point_and_a_sweep_of_nothing_none():
    circuit = cirq.Circuit(cirq.H(Q[0]))
    assert at_once(circuit, None) == one_by_one(circuit, None)
    for angle in (A, sympy.floor(A)):
        assert serialize_sweep(cirq.Circuit(cirq.X(Q[0]) ** angle, cirq.H(Q[0]) ** angle), []).inputs == []


def test_a_large_sweep_keeps_its_order():
    circuit = cirq.Circuit(cirq.rx(A)(Q[0]), cirq.rz(A + B)(Q[1]), cirq.rx(A)(Q[2]))
    sweep = cirq.Linspace("a", 0.1, 3, 70) * cirq.Linspace("b", -1, 1, 50)
    inputs = at_once(circuit, sweep)
    assert len(inputs) == 3500
    some = [0, 49, 50, 1023, 1024, 2048, 3499]
    resolvers = list(sweep)
    assert [inputs[index] for index in some] == one_by_one(circuit, [resolvers[index] for index in some])


def test_memory_stays_in_proportion_to_the_texts():
    circuit = cirq.Circuit(gate(angle)(qubit) for angle in (A, B, A) for gate in (cirq.rx, cirq.rz) for qubit in Q)
    sweep = cirq.Zip(cirq.Linspace("a", 0.1, 3, 12_000), cirq.Linspace("b", -1, 1, 12_000))
    serialize_sweep(circuit, sweep)
    tracemalloc.start()
    try:
        inputs = serialize_sweep(circuit, sweep).inputs
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * sum(map(len, inputs))


# ------------------------------------------------------------------------------------------------------------ what is refused


def test_the_first_point_that_is_refused_is_named():
    circuit = cirq.Circuit(cirq.rx(B)(Q[0]), cirq.H(Q[0]) ** A)
    words = refusal(circuit, [{"a": 1, "b": 0.5}, {"a": 3, "b": 0.5}, {"a": 0.5, "b": 0.5}, {"a": 0.25, "b": math.inf}])
    assert words.startswith("Point 2 (a=0.5, b=0.5): The service does not take H**0.5 on qubit 0. ")


def test_a_point_without_a_value_is_named():
    circuit = cirq.Circuit(cirq.rx(B)(Q[0]))
    words = refusal(circuit, [{"b": 2}, {"a": 2}])
    assert words.startswith("Point 1 (a=2): Rx(")
    assert words.endswith("has parameters without values (b): resolve them with cirq.resolve_parameters.")


@pytest.mark.parametrize(("expression", "value"), [(1 / A, 0), (sympy.sqrt(A), -1.0), (A, math.nan), (A, math.inf), (sympy.log(A), 0),
                                                   (sympy.I * A, 1), (sympy.exp(A), 1000)])  # fmt: skip
def test_an_angle_that_is_no_finite_real_number_is_refused_with_its_point(expression, value):
    circuit = cirq.Circuit(cirq.X(Q[0]) ** expression)
    assert refusal(circuit, cirq.Points("a", [value, 0.5])).startswith(f"Point 0 (a={value}): ")


def test_what_is_wrong_at_every_point_is_said_of_the_circuit():
    assert refusal(cirq.Circuit(), cirq.Points("a", [1])).startswith("The circuit is empty")
    assert refusal(cirq.Circuit(cirq.rx(A)(cirq.NamedQubit("q"))), cirq.Points("a", [1])).startswith("All qubits must be")
    assert refusal(cirq.Circuit(cirq.rx(A)(Q[0]), cirq.ISWAP(*Q[:2])), cirq.Points("a", [1])).startswith("The service does not take ISWAP")
    with pytest.raises(IonQSerializerMixedGatesetsException):
        serialize_sweep(cirq.Circuit(cirq.rx(A)(Q[0]), GPIGate(phi=A)(Q[0])), cirq.Points("a", [1]))


@pytest.mark.peers
def test_a_sweep_is_what_cirq_ionq_sends_point_by_point():
    import cirq_ionq

    circuit = cirq.Circuit(
        cirq.rx(A)(Q[0]), cirq.ry(A + B)(Q[1]), cirq.rz(A / 3 - B)(Q[2]), cirq.X(Q[3]) ** A, cirq.Z(Q[4]) ** (2 * A), cirq.ms(B)(*Q[:2]),
        cirq.ZZ(*Q[2:4]) ** (A * B), cirq.PauliStringPhasorGate(cirq.DensePauliString("XIZ"), exponent_neg=A**2 / 40)(*Q[:3]), cirq.H(Q[1]),
    )  # fmt: skip
    values = [0, 0.125, 0.25, 0.5, 1.0, 1 + 5e-9, math.pi, math.pi / 2, 0.1, 2, 4.5]
    sweep = cirq.Points("a", values) * cirq.Points("b", [-0.5, *values])
    serializer = cirq_ionq.Serializer()
    expected = [serializer.serialize_single_circuit(cirq.resolve_parameters(circuit, point)).input for point in sweep]
    assert at_once(circuit, sweep) == json.loads(json.dumps(expected))

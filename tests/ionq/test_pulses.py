"""One-qubit unitaries as pulses, against the product of the pulses."""

from __future__ import annotations

import math

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate
from ionq_runner.ionq.pulses import in_turns, power_of_a_pauli, pulses_before_z, pulses_of

ATOL = 1e-8
ANGLES = st.floats(-10, 10)
# Turns of |0> away from the pole: anywhere, and on or a little off the poles and the equator, where fewer pulses do.
MIDDLES = ANGLES | st.builds(lambda quarters, off: quarters * math.pi / 2 + off, st.integers(-4, 4), st.just(0.0) | st.floats(-1e-6, 1e-6))
MATRICES = st.builds(lambda before, middle, after: product([cirq.rz(before), cirq.ry(middle), cirq.rz(after)]), ANGLES, MIDDLES, ANGLES)


def product(gates: list[cirq.Gate]) -> np.ndarray:
    result = np.eye(2)
    for gate in gates:
        result = cirq.unitary(gate) @ result
    return result


@given(MATRICES)
def test_pulses_are_the_matrix(matrix):
    gates = pulses_of(matrix, ATOL)
    assert [type(gate) for gate in gates] in (
        [],
        *([GPIGate] * count for count in (1, 2)),
        [GPI2Gate],
        [GPI2Gate, GPIGate],
        [GPI2Gate, GPIGate, GPI2Gate],
    )
    cirq.testing.assert_allclose_up_to_global_phase(product(gates), matrix, atol=1e-7)


@given(MATRICES)
def test_two_pulses_are_the_matrix_but_for_a_turn_about_z(matrix):
    gates, angle = pulses_before_z(matrix, ATOL)
    assert len(gates) <= 2
    cirq.testing.assert_allclose_up_to_global_phase(product([*gates, cirq.rz(angle)]), matrix, atol=1e-7)


@given(MATRICES)
def test_phases_are_in_the_range_that_ionq_documents(matrix):
    for gate in (*pulses_of(matrix, ATOL), *pulses_before_z(matrix, ATOL)[0]):
        limit = 0.25 if isinstance(gate, GPIGate) else 0.5
        assert -limit <= gate.phase <= limit


@pytest.mark.parametrize(
    ("gate", "pulses"),
    [
        (cirq.I, []),
        (cirq.rz(2 * math.pi), []),
        (cirq.X, [GPIGate(phi=0)]),
        (cirq.Y, [GPIGate(phi=0.25)]),
        (GPIGate(phi=0.1), [GPIGate(phi=0.1)]),
        (cirq.rx(math.pi / 2), [GPI2Gate(phi=0)]),
        (cirq.ry(-math.pi / 2), [GPI2Gate(phi=-0.25)]),
        (GPI2Gate(phi=0.1), [GPI2Gate(phi=0.1)]),
        (cirq.S, [GPIGate(phi=0), GPIGate(phi=0.125)]),
        (cirq.H, [GPI2Gate(phi=0.25), GPIGate(phi=0)]),
        (cirq.ry(1), [GPI2Gate(phi=0), GPIGate(phi=-0.25 / math.pi), GPI2Gate(phi=0)]),
    ],
)
def test_fewer_pulses_are_used_where_fewer_do(gate, pulses):
    assert cirq.approx_eq(pulses_of(cirq.unitary(gate), ATOL), pulses, atol=1e-9)


@pytest.mark.parametrize(
    ("gate", "pulses", "angle"),
    [
        (cirq.I, [], 0),
        (cirq.rz(1), [], 1),
        (cirq.X, [GPIGate(phi=0)], 0),
        (GPI2Gate(phi=0.1), [GPI2Gate(phi=0.1)], 0),
        (cirq.H, [GPI2Gate(phi=-0.25)], math.pi),
        (cirq.ry(1), [GPI2Gate(phi=0.5), GPI2Gate(phi=0.5 / math.pi)], -1),
    ],
)
def test_a_turn_about_z_is_left_for_later(gate, pulses, angle):
    gates, left = pulses_before_z(cirq.unitary(gate), ATOL)
    assert cirq.approx_eq(gates, pulses, atol=1e-9)
    assert math.remainder(left - angle, 2 * math.pi) == pytest.approx(0, abs=1e-9)


def test_what_is_within_the_tolerance_is_left_out():
    small = cirq.unitary(cirq.rx(1e-4))
    assert pulses_of(small, 1e-3) == []
    assert pulses_before_z(small, 1e-3) == ([], 0)
    assert len(pulses_of(small, ATOL)) == 3


@pytest.mark.parametrize("pauli", [cirq.X, cirq.Y, cirq.Z])
@given(value=st.floats(-4, 4))
def test_a_power_with_a_symbol_is_resolved_in_its_pulses(pauli, value):
    pulses = power_of_a_pauli(pauli ** (sympy.Symbol("t") / 3))
    resolved = [cirq.resolve_parameters(gate, {"t": value}) for gate in pulses]
    cirq.testing.assert_allclose_up_to_global_phase(product(resolved), cirq.unitary(pauli ** (value / 3)), atol=1e-7)


@pytest.mark.parametrize(
    ("angle", "turns"), [(0, 0), (-0.0, 0), (math.pi / 2, 0.25), (2 * math.pi, 0), (-3 * math.pi / 2, 0.25), (5, 5 / (2 * math.pi) - 1)]
)
def test_radians_become_turns_from_minus_a_half_to_a_half(angle, turns):
    assert in_turns(angle) == pytest.approx(turns, abs=1e-15)


def test_zero_turns_have_no_sign():
    assert [repr(in_turns(angle)) for angle in (0, -0.0, -2 * math.pi)] == ["0.0"] * 3

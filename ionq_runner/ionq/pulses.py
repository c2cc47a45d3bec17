"""One-qubit unitaries as pulses: GPI is one of half a turn, GPI2 one of a quarter.

A pulse turns about an axis in the XY plane. A turn about Z is thus no pulse: it is two, or it passes through the entangling gate
that follows, which then has other phases. Angles are in radians, those of gates in turns. Pulses are in the order in which they are
done, and every equality is up to a global phase.
"""

from __future__ import annotations

import cmath
import math

import cirq
import numpy as np

from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate

__all__ = ["in_turns", "power_of_a_pauli", "pulses_before_z", "pulses_of"]


def pulses_of(matrix: np.ndarray, atol: float) -> list[cirq.Gate]:
    """The matrix as at most GPI2 GPI GPI2, and as fewer where fewer do.

    That is none for the identity, one GPI or one GPI2 where these are the matrix, two for a turn about Z and for what takes |0> to
    the equator.

    Args:
        matrix: A unitary of shape (2, 2).
        atol: How far an entry may be off.
    """
    before, middle, after = _euler(matrix, atol)
    if middle == 0:
        return [] if abs(after) <= atol else [_gpi(0), _gpi(after / 2)]
    if middle == math.pi:
        return [_gpi((after + math.pi) / 2)]
    if middle != math.pi / 2:
        # GPI2(c) GPI(b) GPI2(a) is Rz(c) Ry(a - 2b + c) Rz(-a).
        return [_gpi2(-before), _gpi((after - before - middle) / 2), _gpi2(after)]
    if abs(math.remainder(before + after, 2 * math.pi)) <= atol:
        return [_gpi2(after + math.pi / 2)]
    # GPI(b) GPI2(a) is Rz(2b - a + pi/2) Ry(pi/2) Rz(3 pi/2 - a).
    return [_gpi2(3 * math.pi / 2 - before), _gpi((after + math.pi - before) / 2)]


def pulses_before_z(matrix: np.ndarray, atol: float) -> tuple[list[cirq.Gate], float]:
    """At most two pulses, and the angle of the turn about Z after which they are the matrix.

    Args:
        matrix: A unitary of shape (2, 2).
        atol: How far an entry may be off.
    """
    before, middle, after = _euler(matrix, atol)
    if middle == 0:
        return [], after
    if middle == math.pi:
        return [_gpi(0)], after + math.pi
    if middle == math.pi / 2:
        return [_gpi2(math.pi / 2 - before)], before + after
    # GPI2(c) GPI2(a) is Rz(c) Ry(pi - a + c) Rz(pi - a).
    return [_gpi2(math.pi - before), _gpi2(middle - before)], after + before - middle


def power_of_a_pauli(gate: cirq.XPowGate | cirq.YPowGate | cirq.ZPowGate) -> list[cirq.Gate]:
    """X, Y or Z to the power of an expression, as gates with expressions."""
    quarter = gate.exponent / 4
    if isinstance(gate, cirq.ZPowGate):
        return [GPIGate(phi=0), GPIGate(phi=quarter)]
    axis = -0.25 if isinstance(gate, cirq.XPowGate) else 0.0
    return [GPI2Gate(phi=axis), GPIGate(phi=axis - quarter), GPI2Gate(phi=axis)]


def in_turns(angle: float) -> float:
    """An angle in radians as turns from -1/2 to 1/2, and zero without a sign."""
    return math.remainder(angle / (2 * math.pi), 1.0) + 0.0


def _euler(matrix: np.ndarray, atol: float) -> tuple[float, float, float]:
    """The angles before, middle and after with which Rz(after) Ry(middle) Rz(before) is the matrix.

    The middle is from 0 to pi, and exactly 0, pi/2 or pi where that is as good. Where it is 0 or pi, so is before 0.
    """
    (upper, right), (left, lower) = ((complex(entry) for entry in row) for row in matrix)
    if abs(left) <= atol:
        return 0.0, 0.0, cmath.phase(lower * upper.conjugate())
    if abs(upper) <= atol:
        return 0.0, math.pi, cmath.phase(-left * right.conjugate())
    middle = 2 * math.atan2(abs(left), abs(upper))
    at_the_equator = abs(middle - math.pi / 2) <= atol
    return cmath.phase(lower * left.conjugate()), math.pi / 2 if at_the_equator else middle, cmath.phase(left * upper.conjugate())


def _gpi(angle: float) -> cirq.Gate:
    # Half a turn of its axis makes GPI its negative, so that its phases are from -1/4 to 1/4.
    return GPIGate(phi=in_turns(2 * angle) / 2)


def _gpi2(angle: float) -> cirq.Gate:
    return GPI2Gate(phi=in_turns(angle))

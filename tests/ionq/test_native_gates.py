"""IonQ's native gates, against the matrices that IonQ documents."""

from __future__ import annotations

import cmath
import copy
import math
import pickle
from fractions import Fraction

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.ionq.native_gates import GPI, GPI2, MS, ZZ, GPI2Gate, GPIGate, MSGate, ZZGate

TURNS = st.floats(-2, 2)
A, B, C = sympy.symbols("a b c")
Q0, Q1 = cirq.LineQubit.range(2)

GATES_HERE = [GPIGate(phi=0.1), GPI2Gate(phi=0.2), MSGate(phi0=0.1, phi1=0.2, theta=0.15), ZZGate(theta=0.3)]
WITH_SYMBOLS = [GPIGate(phi=A), GPI2Gate(phi=A / 2), MSGate(phi0=A, phi1=B + 0.25, theta=C), ZZGate(theta=2 * A)]

SETUP = "import cirq\nimport ionq_runner.ionq\nimport sympy"

X, Y, Z = (np.array(rows) for rows in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]))


def turn(turns: float) -> complex:
    return cmath.exp(2j * math.pi * turns)


@given(TURNS)
def test_gpi_is_the_documented_matrix(phi):
    expected = [[0, turn(-phi)], [turn(phi), 0]]
    np.testing.assert_allclose(cirq.unitary(GPIGate(phi=phi)), expected, atol=1e-12)


@given(TURNS)
def test_gpi2_is_the_documented_matrix(phi):
    expected = np.array([[1, -1j * turn(-phi)], [-1j * turn(phi), 1]]) / math.sqrt(2)
    np.testing.assert_allclose(cirq.unitary(GPI2Gate(phi=phi)), expected, atol=1e-12)


@given(TURNS, TURNS, TURNS)
def test_ms_is_the_documented_matrix(phi0, phi1, theta):
    cosine, sine = math.cos(math.pi * theta), -1j * math.sin(math.pi * theta)
    expected = [
        [cosine, 0, 0, sine * turn(-phi0 - phi1)],
        [0, cosine, sine * turn(-phi0 + phi1), 0],
        [0, sine * turn(phi0 - phi1), cosine, 0],
        [sine * turn(phi0 + phi1), 0, 0, cosine],
    ]
    np.testing.assert_allclose(cirq.unitary(MSGate(phi0=phi0, phi1=phi1, theta=theta)), expected, atol=1e-12)


@given(TURNS)
def test_zz_is_the_documented_matrix(theta):
    expected = np.diag([turn(-theta / 2), turn(theta / 2), turn(theta / 2), turn(-theta / 2)])
    np.testing.assert_allclose(cirq.unitary(ZZGate(theta=theta)), expected, atol=1e-12)


@given(TURNS, TURNS, TURNS)
def test_the_matrices_are_those_of_the_words_in_the_facts(phi0, phi1, theta):
    """gpi and gpi2 by their matrices, ms by `cos(pi theta) II - i sin(pi theta) gpi(phi0) gpi(phi1)`, zz by `exp(-i pi theta ZZ)`."""
    axis = [math.cos(2 * math.pi * phi) * X + math.sin(2 * math.pi * phi) * Y for phi in (phi0, phi1)]
    cosine, sine = math.cos(math.pi * theta), math.sin(math.pi * theta)
    expected = {
        "gpi": axis[0],
        "gpi2": (np.eye(2) - 1j * axis[0]) / math.sqrt(2),
        "ms": cosine * np.eye(4) - 1j * sine * np.kron(*axis),
        "zz": cosine * np.eye(4) - 1j * sine * np.kron(Z, Z),
    }
    found = {
        "gpi": GPIGate(phi=phi0),
        "gpi2": GPI2Gate(phi=phi0),
        "ms": MSGate(phi0=phi0, phi1=phi1, theta=theta),
        "zz": ZZGate(theta=theta),
    }
    assert set(found) == {name for name, fact in GATES.items() if fact.native}
    for name, gate in found.items():
        np.testing.assert_allclose(cirq.unitary(gate), expected[name], atol=1e-12)


@pytest.mark.parametrize("gate", GATES_HERE)
def test_a_gate_has_the_parameters_and_qubits_of_its_fact(gate):
    fact = GATES[str(gate).lower()]
    assert (gate.num_qubits(), tuple(gate._json_dict_())) == (fact.qubits, fact.parameters)


def test_known_gates_are_special_cases():
    np.testing.assert_allclose(cirq.unitary(GPI), X, atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(GPIGate(phi=0.25)), Y, atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(GPI2), cirq.unitary(cirq.rx(math.pi / 2)), atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(GPI2Gate(phi=0.25)), cirq.unitary(cirq.ry(math.pi / 2)), atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(MS), cirq.unitary(cirq.ms(math.pi / 4)), atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(ZZ), np.eye(4), atol=1e-12)
    np.testing.assert_allclose(cirq.unitary(ZZGate(theta=0.5)), -1j * np.kron(Z, Z), atol=1e-12)


def test_the_instances_have_no_phase_and_ms_entangles_fully():
    assert (GPIGate(phi=0), GPI2Gate(phi=0), MSGate(phi0=0, phi1=0, theta=0.25), ZZGate(theta=0)) == (GPI, GPI2, MS, ZZ)


def test_parameters_are_read_by_their_names():
    gpi, gpi2, ms, zz = GATES_HERE
    assert (gpi.phi, gpi.phase, gpi2.phi, gpi2.phase) == (0.1, 0.1, 0.2, 0.2)
    assert (ms.phi0, ms.phi1, ms.theta, ms.phases) == (0.1, 0.2, 0.15, [0.1, 0.2])
    assert (zz.theta, zz.phase) == (0.3, 0.3)


def test_parameters_are_given_by_name_only():
    with pytest.raises(TypeError, match="positional"):
        GPIGate(0.1)
    with pytest.raises(TypeError, match="phi1"):
        MSGate(phi0=0.1)


def test_a_gate_does_not_change():
    with pytest.raises(AttributeError, match="phi"):
        GPI.phi = 0.5


@pytest.mark.parametrize("gate", GATES_HERE + WITH_SYMBOLS)
def test_a_gate_survives_copies_and_pickles(gate):
    assert hash(gate) == hash(copy.deepcopy(gate))
    assert pickle.loads(pickle.dumps(gate)) == copy.copy(gate) == gate


def test_ms_gates_that_differ_in_theta_differ():
    """In cirq_ionq they are equal, have the same hash and the same repr."""
    whole, part = MSGate(phi0=0, phi1=0.5), MSGate(phi0=0, phi1=0.5, theta=0.1)
    assert whole != part
    assert len({whole, part}) == 2
    assert repr(whole) == "ionq_runner.ionq.MSGate(phi0=0, phi1=0.5, theta=0.25)"
    assert repr(part) == "ionq_runner.ionq.MSGate(phi0=0, phi1=0.5, theta=0.1)"


def test_gates_are_equal_by_kind_and_parameters():
    groups = cirq.testing.EqualsTester()
    groups.add_equality_group(GPIGate(phi=0), GPIGate(phi=0.0), GPI, GPIGate(phi=np.float64(0)), GPIGate(phi=sympy.Integer(0)))
    groups.add_equality_group(GPIGate(phi=1))
    groups.add_equality_group(GPI2Gate(phi=0))
    groups.add_equality_group(MSGate(phi0=0, phi1=0))
    groups.add_equality_group(MSGate(phi0=0, phi1=0, theta=0.1))
    groups.add_equality_group(MSGate(phi0=0, phi1=0.1))
    groups.add_equality_group(ZZGate(theta=0))
    groups.add_equality_group(ZZGate(theta=A), ZZGate(theta=sympy.Symbol("a")))


def test_gates_are_nearly_equal_within_a_tolerance():
    assert cirq.approx_eq(MSGate(phi0=0.1, phi1=0, theta=0.2), MSGate(phi0=0.1, phi1=1e-10, theta=0.2 + 1e-10))
    assert not cirq.approx_eq(MSGate(phi0=0.1, phi1=0, theta=0.2), MSGate(phi0=0.1, phi1=0, theta=0.201))
    assert not cirq.approx_eq(GPIGate(phi=0.1), GPI2Gate(phi=0.1))


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        (GPIGate(phi=0.1), "ionq_runner.ionq.GPIGate(phi=0.1)"),
        (GPI2Gate(phi=np.float64(0.2)), "ionq_runner.ionq.GPI2Gate(phi=0.2)"),
        (ZZGate(theta=1), "ionq_runner.ionq.ZZGate(theta=1)"),
        (GPIGate(phi=Fraction(1, 4)), "ionq_runner.ionq.GPIGate(phi=0.25)"),
        (GPIGate(phi=A), "ionq_runner.ionq.GPIGate(phi=sympy.Symbol('a'))"),
        (GPIGate(phi=sympy.Symbol("it's a(b)")), 'ionq_runner.ionq.GPIGate(phi=sympy.Symbol("it\'s a(b)"))'),
        (
            ZZGate(theta=sympy.Symbol("x", positive=True) + sympy.pi),
            "ionq_runner.ionq.ZZGate(theta=sympy.Add(sympy.Symbol('x', positive=True), sympy.pi))",
        ),
    ],
)
def test_a_repr_evaluates_to_an_equal_gate(gate, text):
    assert repr(gate) == text
    cirq.testing.assert_equivalent_repr(gate, setup_code=SETUP)


@pytest.mark.filterwarnings("ignore:Skipped assert_qasm_is_consistent_with_unitary")  # needs qiskit
@pytest.mark.parametrize("gate", GATES_HERE + WITH_SYMBOLS)
def test_a_gate_keeps_the_promises_of_cirq(gate):
    cirq.testing.assert_implements_consistent_protocols(gate, setup_code=SETUP, ignore_decompose_to_default_gateset=True)


def test_a_gate_is_named_in_short():
    assert [str(gate) for gate in GATES_HERE] == ["GPI", "GPI2", "MS", "ZZ"]


def test_diagrams_show_phases_on_their_qubits():
    circuit = cirq.Circuit(
        GPIGate(phi=0.1)(Q0),
        GPI2Gate(phi=0.2)(Q1),
        MSGate(phi0=0.1, phi1=A / 2)(Q0, Q1),
        ZZGate(theta=np.float64(0.3))(Q1, Q0),
    )
    cirq.testing.assert_has_diagram(
        circuit,
        """
0: ───GPI(0.1)────MS(0.1)───ZZ────────
                  │         │
1: ───GPI2(0.2)───MS(a/2)───ZZ(0.3)───
""",
    )


@pytest.mark.parametrize("gate", GATES_HERE + WITH_SYMBOLS)
def test_the_power_one_is_the_gate_itself(gate):
    assert gate**1 is gate
    assert gate**1.0 is gate


@given(TURNS, TURNS, TURNS)
def test_the_power_minus_one_is_the_inverse(phi0, phi1, theta):
    gates = [GPIGate(phi=phi0), GPI2Gate(phi=phi1), MSGate(phi0=phi0, phi1=phi1, theta=theta), ZZGate(theta=theta)]
    for gate in gates:
        np.testing.assert_allclose(cirq.unitary(cirq.inverse(gate)) @ cirq.unitary(gate), np.eye(2 ** gate.num_qubits()), atol=1e-12)


def test_inverses_have_the_opposite_axis_or_angle_and_ms_keeps_theta():
    inverses = [GPIGate(phi=0.1), GPI2Gate(phi=0.7), MSGate(phi0=0.6, phi1=0.2, theta=0.15), ZZGate(theta=-0.3)]
    assert [gate**-1 for gate in GATES_HERE] == inverses
    assert GPIGate(phi=A) ** -1 == GPIGate(phi=A)
    assert MSGate(phi0=A, phi1=B, theta=C) ** -1 == MSGate(phi0=A + 0.5, phi1=B, theta=C)


@pytest.mark.parametrize("gate", GATES_HERE)
@pytest.mark.parametrize("power", [-2, -0.5, 0, 0.5, 2, A])
def test_other_powers_are_no_gates_of_the_machine(gate, power):
    with pytest.raises(TypeError):
        gate**power
    assert cirq.pow(gate, power, None) is None


@pytest.mark.parametrize("gate", WITH_SYMBOLS)
def test_a_gate_with_symbols_has_no_matrix_yet(gate):
    assert cirq.is_parameterized(gate)
    assert not cirq.has_unitary(gate)
    assert cirq.unitary(gate, None) is None


def test_symbols_are_found_by_name():
    assert [cirq.parameter_names(gate) for gate in WITH_SYMBOLS] == [{"a"}, {"a"}, {"a", "b", "c"}, {"a"}]
    assert [cirq.parameter_names(gate) for gate in GATES_HERE] == [set()] * 4
    assert not any(cirq.is_parameterized(gate) for gate in GATES_HERE)


def test_symbols_are_resolved_to_plain_numbers():
    values = {"a": 0.5, "b": 0.125, "c": 0.25}
    resolved = [cirq.resolve_parameters(gate, values) for gate in WITH_SYMBOLS]
    assert resolved == [GPIGate(phi=0.5), GPI2Gate(phi=0.25), MSGate(phi0=0.5, phi1=0.375, theta=0.25), ZZGate(theta=1.0)]
    assert all(type(value) is float for gate in resolved for value in gate._json_dict_().values())


def test_symbols_are_resolved_one_by_one_and_step_by_step():
    gate = MSGate(phi0=A, phi1=B, theta=C)
    assert cirq.resolve_parameters(gate, {"b": 0.5}) == MSGate(phi0=A, phi1=0.5, theta=C)
    assert cirq.resolve_parameters_once(gate, {"a": B, "b": 1}) == MSGate(phi0=B, phi1=1, theta=C)


def test_a_circuit_with_symbols_is_swept():
    circuit = cirq.Circuit(GPI2Gate(phi=A)(Q0), GPI2Gate(phi=A)(Q0), cirq.measure(Q0, key="m"))
    results = cirq.Simulator().run_sweep(circuit, cirq.Points("a", [0, 0.25]), repetitions=10)
    assert [int(result.measurements["m"].sum()) for result in results] == [10, 10]


def test_an_expression_without_symbols_is_a_number():
    gate = MSGate(phi0=sympy.Rational(1, 2), phi1=sympy.pi / sympy.pi, theta=sympy.Rational(1, 8))
    assert not cirq.is_parameterized(gate)
    assert repr(gate) == "ionq_runner.ionq.MSGate(phi0=0.5, phi1=1.0, theta=0.125)"


@pytest.mark.parametrize("value", ["a", None, math.nan, math.inf, 1j, sympy.I, [0.1], np.array([0.1, 0.2])])
def test_what_is_no_real_number_is_refused(value):
    with pytest.raises(InvalidArgument, match="theta of MSGate is a real number of turns or an expression over symbols, not"):
        MSGate(phi0=0, phi1=0, theta=value)


def test_a_complex_number_without_an_imaginary_part_is_its_real_part():
    assert GPIGate(phi=0.25 + 0j) == GPIGate(phi=0.25)

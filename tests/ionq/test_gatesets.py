"""Compiling to IonQ's gate sets, against the unitaries of what is compiled."""

from __future__ import annotations

import math

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.gatesets import (
    AriaNativeGateset,
    ForteNativeGateset,
    IonqNativeGatesetBase,
    IonQTargetGateset,
    decompose_all_to_all_connect_ccz_gate,
)
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.serializer import Serializer

SETS = [IonQTargetGateset(), AriaNativeGateset(), ForteNativeGateset()]
NATIVE = SETS[1:]
SEEDS = st.integers(0, 2**32 - 1)
ANGLES = st.floats(-10, 10)
T = sympy.Symbol("t")

Q = cirq.LineQubit.range(4)
ON_ONE = [
    cirq.I,
    cirq.X,
    cirq.Y,
    cirq.Z,
    cirq.H,
    cirq.S,
    cirq.T,
    cirq.X**0.5,
    cirq.Y**-0.5,
    cirq.Z**0.3,
    cirq.PhasedXPowGate(phase_exponent=0.2),
]
ON_TWO = [cirq.CNOT, cirq.CZ, cirq.SWAP, cirq.ISWAP, cirq.CNOT**0.3, cirq.CZ**-0.7, cirq.ISWAP**0.5, cirq.XX**0.3, cirq.YY, cirq.ZZ**-0.2]
ON_THREE = [cirq.CCX, cirq.CCZ, cirq.CCZ**0.3, cirq.CSWAP, cirq.CCX**0.5]
DOMAIN = {gate: gate.num_qubits() for gate in (*ON_ONE, *ON_TWO, *ON_THREE)}
by_set = pytest.mark.parametrize("gateset", SETS, ids=lambda gateset: type(gateset).__name__)
by_native_set = pytest.mark.parametrize("gateset", NATIVE, ids=lambda gateset: type(gateset).__name__)


def compiled(circuit: cirq.Circuit, gateset: cirq.CompilationTargetGateset) -> cirq.Circuit:
    """The circuit in gates of the set, once it is seen to be that and to mean the same."""
    result = cirq.optimize_for_target_gateset(circuit, gateset=gateset, ignore_failures=False)
    assert gateset.validate(result)
    qubits = sorted(circuit.all_qubits())
    before, after = (own.unitary(qubit_order=qubits, qubits_that_should_be_present=qubits) for own in (circuit, result))
    cirq.testing.assert_allclose_up_to_global_phase(after, before, atol=1e-6)
    return result


def entangling(circuit: cirq.Circuit) -> list[cirq.Gate]:
    return [op.gate for op in circuit.all_operations() if len(op.qubits) == 2]


def product(gates: list[cirq.Gate]) -> np.ndarray:
    result = np.eye(2)
    for gate in gates:
        result = cirq.unitary(gate) @ result
    return result


@by_set
@given(qubits=st.integers(1, 4), moments=st.integers(1, 5), seed=SEEDS)
def test_a_random_circuit_becomes_gates_of_the_set_and_means_the_same(gateset, qubits, moments, seed):
    domain = {gate: size for gate, size in DOMAIN.items() if size <= qubits}
    circuit = cirq.testing.random_circuit(qubits, moments, 0.8, gate_domain=domain, random_state=seed)
    assume(circuit.all_qubits())
    compiled(circuit, gateset)


@by_set
@pytest.mark.parametrize("gate", DOMAIN, ids=str)
def test_each_gate_by_itself_becomes_gates_of_the_set(gateset, gate):
    compiled(cirq.Circuit(gate.on(*Q[: gate.num_qubits()])), gateset)


@by_set
@pytest.mark.parametrize("qubits", [1, 2, 3])
def test_any_matrix_becomes_gates_of_the_set(gateset, qubits):
    matrix = cirq.testing.random_unitary(2**qubits, random_state=qubits)
    compiled(cirq.Circuit(cirq.MatrixGate(matrix).on(*Q[:qubits])), gateset)


@by_set
@given(seed=SEEDS)
def test_a_gate_on_two_qubits_needs_at_most_three_entangling_gates(gateset, seed):
    matrix = cirq.testing.random_special_unitary(4, random_state=seed)
    result = compiled(cirq.Circuit(cirq.MatrixGate(matrix).on(Q[0], Q[1])), gateset)
    assert len(entangling(result)) <= 3


@by_set
def test_cnots_and_their_like_need_one_entangling_gate_and_ccx_six(gateset):
    for gate, count in ((cirq.CNOT, 1), (cirq.CZ, 1), (cirq.ISWAP, 2), (cirq.CCX, 6), (cirq.CCZ, 6)):
        assert len(entangling(compiled(cirq.Circuit(gate.on(*Q[: gate.num_qubits()])), gateset))) == count, gate


@by_native_set
@given(seed=SEEDS)
def test_at_most_two_pulses_come_before_an_entangling_gate_on_a_qubit_and_three_after_the_last(gateset, seed):
    matrix = cirq.testing.random_special_unitary(4, random_state=seed)
    result = compiled(cirq.Circuit(cirq.MatrixGate(matrix).on(Q[0], Q[1])), gateset)
    for qubit in Q[:2]:
        kinds = "".join("E" if len(op.qubits) == 2 else "." for op in result.all_operations() if qubit in op.qubits)
        *before, after = kinds.split("E")
        assert max(map(len, before)) <= 2
        assert len(after) <= 3


@by_set
def test_two_qubits_that_do_not_meet_are_not_entangled(gateset):
    apart = cirq.MatrixGate(np.kron(cirq.unitary(cirq.H), cirq.unitary(cirq.T)))
    assert entangling(compiled(cirq.Circuit(apart(Q[0], Q[1])), gateset)) == []


@pytest.mark.parametrize(("gateset", "kind"), [(AriaNativeGateset(), MSGate), (ForteNativeGateset(), ZZGate)])
@given(exponent=st.floats(0.01, 0.99) | st.floats(-1.99, -1.01), seed=SEEDS)
def test_native_angles_are_only_as_large_as_needed_and_never_more_than_a_quarter(gateset, kind, exponent, seed):
    (weak,) = entangling(compiled(cirq.Circuit((cirq.ZZ**exponent).on(Q[0], Q[1])), gateset))
    assert type(weak) is kind
    nearest = abs(math.remainder(exponent, 1))  # ZZ itself is a turn of each qubit
    assert weak.theta == pytest.approx(nearest / 2, abs=1e-7)
    matrix = cirq.testing.random_special_unitary(4, random_state=seed)
    for gate in entangling(compiled(cirq.Circuit(cirq.MatrixGate(matrix).on(Q[0], Q[1])), gateset)):
        assert type(gate) is kind
        assert 0 < gate.theta <= 0.25


@by_native_set
@given(seed=SEEDS)
def test_any_turn_becomes_gpi2_gpi_gpi2(gateset, seed):
    matrix = cirq.testing.random_unitary(2, random_state=seed)
    gates = gateset.single_qubit_matrix_to_native_gates(matrix)
    assert [type(gate) for gate in gates] == [GPI2Gate, GPIGate, GPI2Gate]
    assert all(-0.5 <= gate.phase <= 0.5 for gate in gates)
    cirq.testing.assert_allclose_up_to_global_phase(product(gates), matrix, atol=1e-8)


@by_native_set
def test_a_turn_that_needs_fewer_pulses_gets_fewer_and_the_identity_none(gateset):
    found = [gateset.single_qubit_matrix_to_native_gates(cirq.unitary(gate)) for gate in (cirq.I, cirq.Y, cirq.H)]
    assert cirq.approx_eq(found, [[], [GPIGate(phi=0.25)], [GPI2Gate(phi=0.25), GPIGate(phi=0)]], atol=1e-9)
    assert type(gateset)(atol=1e-3).single_qubit_matrix_to_native_gates(cirq.unitary(cirq.rx(1e-4))) == []


@by_native_set
@pytest.mark.parametrize("matrix", [np.eye(4), np.array([[1, 1], [1, 1]]), np.eye(2)[0], 2 * np.eye(2)])
def test_what_is_no_turn_of_a_qubit_is_refused(gateset, matrix):
    with pytest.raises(InvalidArgument, match=r"expected a unitary matrix of shape \(2, 2\)"):
        gateset.single_qubit_matrix_to_native_gates(matrix)


@by_native_set
def test_operations_of_a_native_set_stay_as_they_are(gateset):
    entangler = MSGate(phi0=0.1, phi1=0.2, theta=0.15) if isinstance(gateset, AriaNativeGateset) else ZZGate(theta=0.15)
    gates = (GPIGate(phi=0.3)(Q[0]), GPI2Gate(phi=0.7)(Q[0]), GPI2Gate(phi=T)(Q[0]), entangler(Q[0], Q[1]))
    circuit = cirq.Circuit(gates, gates, cirq.measure(*Q, key="m"))
    assert cirq.optimize_for_target_gateset(circuit, gateset=gateset, ignore_failures=False) == circuit


@pytest.mark.parametrize("gate", [cirq.X**0.3, cirq.Y, cirq.Z**-0.1, cirq.H, cirq.CNOT, cirq.SWAP, cirq.XX**0.2, cirq.YY**0.2, cirq.ZZ**T])
def test_operations_of_the_abstract_set_stay_as_they_are(gate):
    circuit = cirq.Circuit(gate.on(*Q[: gate.num_qubits()]), cirq.measure(Q[3], key="m"))
    assert cirq.optimize_for_target_gateset(circuit, gateset=SETS[0], ignore_failures=False) == circuit


@pytest.mark.parametrize("gate", [cirq.CNOT**0.5, cirq.SWAP**0.5, cirq.H**0.5, cirq.CZ, cirq.CCX, GPIGate(phi=0), cirq.ResetChannel()])
def test_other_operations_are_not_of_the_abstract_set(gate):
    assert gate not in SETS[0]


def test_a_native_set_has_the_entangling_gate_of_its_machines():
    aria, forte = NATIVE
    here = [gate in gateset for gateset in (aria, forte) for gate in (MSGate(phi0=0, phi1=0), ZZGate(theta=0.1), cirq.X, cirq.CNOT)]
    assert here == [True, False, False, False, False, True, False, False]


@by_set
def test_gates_of_the_other_family_are_compiled(gateset):
    compiled(
        cirq.Circuit(MSGate(phi0=0.1, phi1=0.2, theta=0.2)(Q[0], Q[1]), ZZGate(theta=-0.4)(Q[1], Q[2]), GPIGate(phi=0.3)(Q[2])), gateset
    )


@by_native_set
def test_a_native_circuit_holds_no_global_phase(gateset):
    """In cirq_ionq each turn leaves a global phase, which the set itself does not take."""
    circuit = cirq.Circuit(cirq.global_phase_operation(1j), cirq.H(Q[0]), cirq.CCZPowGate(exponent=0.5, global_shift=0.3)(*Q[:3]))
    assert all(op.qubits for op in compiled(circuit, gateset).all_operations())


@by_set
def test_measurements_keep_their_keys_and_places(gateset):
    circuit = cirq.Circuit(cirq.CCX(*Q[:3]), cirq.measure(Q[2], Q[0], key="a", invert_mask=(True,)), cirq.measure(Q[1], key="b"))
    result = cirq.optimize_for_target_gateset(circuit, gateset=gateset, ignore_failures=False)
    assert gateset.validate(result)
    measurements = [op for op in result.all_operations() if cirq.is_measurement(op)]
    assert measurements == list(circuit.all_operations())[1:]


@by_set
@pytest.mark.parametrize("op", [cirq.reset(Q[0]), cirq.depolarize(0.1).on(Q[0]), cirq.depolarize(0.1, 2).on(Q[0], Q[1])])
def test_what_is_no_gate_is_left_alone_or_refused(gateset, op):
    circuit = cirq.Circuit(op)
    assert cirq.optimize_for_target_gateset(circuit, gateset=gateset) == circuit
    with pytest.raises(ValueError, match=r"to target gateset ionq_runner\.ionq\."):
        cirq.optimize_for_target_gateset(circuit, gateset=gateset, ignore_failures=False)


@by_set
@pytest.mark.parametrize(
    "gate", [cirq.X**T, cirq.Y ** (T / 2), cirq.Z**T, cirq.rx(T), cirq.PhasedXPowGate(phase_exponent=T), cirq.ISWAP**T, cirq.CCZ**T]
)
def test_powers_with_symbols_are_compiled_before_they_are_resolved(gateset, gate):
    circuit = cirq.Circuit(gate.on(*Q[: gate.num_qubits()]))
    result = cirq.optimize_for_target_gateset(circuit, gateset=gateset, ignore_failures=False)
    assert gateset.validate(result)
    for value in (-0.25, 0.0, 0.7):
        before, after = (cirq.resolve_parameters(own, {"t": value}) for own in (circuit, result))
        cirq.testing.assert_allclose_up_to_global_phase(after.unitary(), before.unitary(), atol=1e-6)


def test_gate_sets_are_equal_by_class_and_tolerance():
    groups = cirq.testing.EqualsTester()
    for kind in (IonQTargetGateset, AriaNativeGateset, ForteNativeGateset):
        groups.add_equality_group(kind(), kind(atol=1e-8))
        groups.add_equality_group(kind(atol=1e-5))


@pytest.mark.parametrize("gateset", [*SETS, *(type(gateset)(atol=1e-5) for gateset in SETS)])
def test_a_repr_evaluates_to_an_equal_gate_set(gateset):
    cirq.testing.assert_equivalent_repr(gateset, setup_code="import ionq_runner.ionq")


def test_a_repr_names_the_tolerance():
    assert [repr(gateset) for gateset in SETS] == [
        "ionq_runner.ionq.IonQTargetGateset(atol=1e-08)",
        "ionq_runner.ionq.AriaNativeGateset(atol=1e-08)",
        "ionq_runner.ionq.ForteNativeGateset(atol=1e-08)",
    ]


@pytest.mark.parametrize("kind", [IonQTargetGateset, AriaNativeGateset, ForteNativeGateset])
@pytest.mark.parametrize("atol", [0, -1e-8, math.nan, math.inf])
def test_a_tolerance_is_a_number_above_zero(kind, atol):
    with pytest.raises(InvalidArgument, match="atol is a tolerance above 0, not"):
        kind(atol=atol)


def test_the_native_sets_have_a_common_base_that_is_no_set_itself():
    assert all(isinstance(gateset, IonqNativeGatesetBase) for gateset in NATIVE)
    with pytest.raises(TypeError, match="abstract"):
        IonqNativeGatesetBase()


@given(exponent=st.floats(-2, 2), shift=st.floats(-1, 1))
def test_ccz_keeps_its_exponent_and_global_shift_exactly(exponent, shift):
    gate = cirq.CCZPowGate(exponent=exponent, global_shift=shift)
    circuit = cirq.Circuit(decompose_all_to_all_connect_ccz_gate(gate, Q[:3]))
    np.testing.assert_allclose(circuit.unitary(qubits_that_should_be_present=Q[:3]), cirq.unitary(gate), atol=1e-7)
    assert entangling(circuit) == [cirq.CNOT] * 6


@pytest.mark.parametrize("shift", [0, 0.25])
def test_ccz_keeps_symbols(shift):
    gate = cirq.CCZPowGate(exponent=T, global_shift=shift)
    circuit = cirq.Circuit(decompose_all_to_all_connect_ccz_gate(gate, Q[:3]))
    found, expected = (cirq.unitary(cirq.resolve_parameters(own, {"t": 0.3})) for own in (circuit, gate))
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_a_sympy_number_as_an_exponent_is_a_phase_too():
    gate = cirq.CCZPowGate(exponent=sympy.Rational(1, 2), global_shift=0.5)
    circuit = cirq.Circuit(decompose_all_to_all_connect_ccz_gate(gate, Q[:3]))
    expected = cirq.unitary(cirq.CCZPowGate(exponent=0.5, global_shift=0.5))
    np.testing.assert_allclose(cirq.resolve_parameters(circuit, {"t": 0}).unitary(), expected, atol=1e-7)


def test_ccz_uses_cnots_between_all_of_its_qubits():
    cirq.testing.assert_has_diagram(
        cirq.Circuit(decompose_all_to_all_connect_ccz_gate(cirq.CCZ, tuple(Q[:3]))),
        """
0: ──────────────@──────────────────@───@───T──────@───
                 │                  │   │          │
1: ───@──────────┼───────@───T──────┼───X───T^-1───X───
      │          │       │          │
2: ───X───T^-1───X───T───X───T^-1───X───T──────────────
""",
    )


@pytest.mark.parametrize("count", [0, 2, 4])
def test_ccz_is_on_three_qubits(count):
    decompositions = [decompose_all_to_all_connect_ccz_gate, *(own.decompose_all_to_all_connect_ccz_gate for own in NATIVE)]
    for decompose in decompositions:
        with pytest.raises(ValueError, match=f"Expect 3 qubits for CCZ gate, got {count} qubits"):
            decompose(cirq.CCZ, Q[:count])


@by_native_set
def test_a_native_ccz_is_six_entangling_gates_and_turns(gateset):
    gate = cirq.CCZPowGate(exponent=0.3, global_shift=0.2)
    circuit = cirq.Circuit(gateset.decompose_all_to_all_connect_ccz_gate(gate, Q[:3]))
    assert gateset.validate(circuit)
    assert len(entangling(circuit)) == 6
    cirq.testing.assert_allclose_up_to_global_phase(circuit.unitary(), cirq.unitary(gate), atol=1e-6)


@pytest.mark.parametrize(
    ("gate", "wanted"),
    [
        (cirq.QubitPermutationGate([1, 0]), {"gate": "swap", "targets": [2, 5]}),
        (cirq.MatrixGate(1j * cirq.unitary(cirq.SWAP)), {"gate": "swap", "targets": [2, 5]}),
        (cirq.MatrixGate(cirq.unitary(cirq.CNOT)), {"gate": "cnot", "control": 2, "target": 5}),
        (cirq.MatrixGate(-cirq.unitary(cirq.H)), {"gate": "h", "targets": [2]}),
    ],
)
def test_what_the_gate_set_leaves_as_it_is_because_of_its_matrix_is_sent_as_that_gate(gate, wanted):
    qubits = (cirq.LineQubit(2), cirq.LineQubit(5))[: cirq.num_qubits(gate)]
    for circuit in (
        cirq.Circuit(gate(*qubits)),
        cirq.optimize_for_target_gateset(cirq.Circuit(gate(*qubits)), gateset=IonQTargetGateset()),
    ):
        assert Serializer().serialize_single_circuit(circuit).input["circuit"] == [wanted]


def test_a_gate_that_no_gates_equal_is_not_to_be_written_in_others():
    with pytest.raises(InvalidArgument, match=r"does not take depolarize\(p=0\.1\) on qubit 0\. It has no unitary"):
        Serializer().serialize_single_circuit(cirq.Circuit(cirq.depolarize(0.1)(cirq.LineQubit(0))))

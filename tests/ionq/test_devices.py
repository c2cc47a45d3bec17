"""What IonQ's machines take, as a Cirq device."""

from __future__ import annotations

import itertools

import cirq
import numpy as np
import pytest

from ionq_runner.ionq.devices import IonQAPIDevice
from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.gatesets import IonQTargetGateset
from ionq_runner.ionq.native_gates import GPIGate

Q = cirq.LineQubit.range(3)


def refusal(device: IonQAPIDevice, operation: cirq.Operation) -> str:
    with pytest.raises(ValueError, match=r"(?i)device") as refused:
        device.validate_operation(operation)
    assert isinstance(refused.value, InvalidArgument)
    return str(refused.value)


def test_a_number_of_qubits_means_line_qubits_from_zero():
    device = IonQAPIDevice(3)
    assert (device.qubits, device.atol, device.gateset) == (frozenset(Q), 1e-8, IonQTargetGateset())
    assert device == IonQAPIDevice(Q)


def test_every_two_qubits_are_neighbours():
    metadata = IonQAPIDevice(3).metadata
    assert metadata.qubit_set == frozenset(Q)
    assert {frozenset(edge) for edge in metadata.nx_graph.edges} == {frozenset(pair) for pair in itertools.combinations(Q, 2)}


def test_the_tolerance_is_that_of_the_gate_set():
    assert IonQAPIDevice(3, atol=1e-5).gateset == IonQTargetGateset(atol=1e-5)
    with pytest.raises(InvalidArgument, match="atol is a tolerance above 0, not -1"):
        IonQAPIDevice(3, atol=-1)


@pytest.mark.parametrize("qubits", ["x", [1], None, 1.5, True, Q[0], [*Q, "x"]])
def test_what_are_no_qubits_is_refused(qubits):
    with pytest.raises(InvalidArgument, match="a device has qubits such as"):
        IonQAPIDevice(qubits)


def test_the_number_of_qubits_may_be_numpys():
    assert IonQAPIDevice(np.int64(2)) == IonQAPIDevice(2)


def test_a_negative_number_of_qubits_is_refused():
    with pytest.raises(InvalidArgument, match="a device has at least 0 qubits, not -1"):
        IonQAPIDevice(-1)


@pytest.mark.parametrize(
    "gate", [cirq.X, cirq.Y**0.5, cirq.rz(0.1), cirq.H, cirq.CNOT, cirq.SWAP, cirq.XX**0.5, cirq.YY, cirq.ZZ, cirq.MeasurementGate(3, "m")]
)
def test_gates_of_the_compiler_are_taken_on_any_qubits(gate):
    device = IonQAPIDevice(3)
    for qubits in itertools.permutations(Q, gate.num_qubits()):
        assert device.is_api_gate(gate.on(*qubits))
        device.validate_operation(gate.on(*qubits))


@pytest.mark.parametrize("gate", [cirq.CNOT**0.5, cirq.SWAP**0.5, cirq.CZ, cirq.CCX, GPIGate(phi=0.1)])
def test_other_gates_are_refused(gate):
    device = IonQAPIDevice(3)
    operation = gate.on(*Q[: gate.num_qubits()])
    assert not device.is_api_gate(operation)
    text = f"IonQAPIDevice has unsupported gate {gate}: compile for device.gateset, which has none such"
    assert refusal(device, operation) == text


def test_an_operation_without_a_gate_is_refused():
    operation = cirq.CircuitOperation(cirq.FrozenCircuit(cirq.X(Q[0])))
    assert refusal(IonQAPIDevice(3), operation) == f"IonQAPIDevice does not support operations with no gates: {operation}"


@pytest.mark.parametrize(
    ("operation", "absent"),
    [(cirq.CNOT(Q[0], cirq.q(7)), "q(7)"), (cirq.CNOT(cirq.q(7), Q[0]), "q(7)"), (cirq.measure(*Q, cirq.q("a"), key="m"), "q(2), a")],
)
def test_an_operation_is_refused_if_any_of_its_qubits_is_not_on_the_device(operation, absent):
    """In cirq_ionq one qubit on the device is enough."""
    assert refusal(IonQAPIDevice(2), operation) == f"Operation with qubits not on the device: {absent}, in {operation}"


def test_circuits_and_moments_are_checked_operation_by_operation():
    device = IonQAPIDevice(2)
    device.validate_circuit(cirq.Circuit(cirq.H(Q[0]), cirq.CNOT(*Q[:2]), cirq.measure(*Q[:2])))
    with pytest.raises(InvalidArgument, match="unsupported gate CZ"):
        device.validate_circuit(cirq.Circuit(cirq.H(Q[0]), cirq.CZ(*Q[:2])))
    with pytest.raises(InvalidArgument, match="not on the device"):
        device.validate_moment(cirq.Moment(cirq.H(Q[0]), cirq.H(Q[2])))


def test_devices_are_equal_by_qubits_and_tolerance():
    groups = cirq.testing.EqualsTester()
    groups.add_equality_group(IonQAPIDevice(2), IonQAPIDevice([Q[1], Q[0]]))
    groups.add_equality_group(IonQAPIDevice(3))
    groups.add_equality_group(IonQAPIDevice(2, atol=1e-5))
    groups.add_equality_group(IonQAPIDevice([cirq.NamedQubit("a")]))


@pytest.mark.parametrize("device", [IonQAPIDevice(0), IonQAPIDevice(2), IonQAPIDevice([cirq.NamedQubit("a")], atol=1e-5)])
def test_a_repr_evaluates_to_an_equal_device(device):
    cirq.testing.assert_equivalent_repr(device, setup_code="import cirq\nimport ionq_runner.ionq")

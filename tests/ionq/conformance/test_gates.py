"""Gates, gate sets, devices and calibrations are the same with cirq_ionq and with ours."""

from __future__ import annotations

import re
from datetime import UTC
from importlib import import_module

import cirq
import numpy as np
import pytest
from comparison import ABSENT, ANY, BELL, THETA, A, B, C, Known, Raised, Reason, of_modules, raised_by, serialized, unexpected
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.peers

PHASES = st.floats(-2, 2)


@given(PHASES, PHASES, PHASES)
@example(0, 0, 0.25)
def test_native_gates_are_the_same(phi0, phi1, theta):
    def made(ionq):
        gates = [ionq.GPIGate(phi=phi0), ionq.GPI2Gate(phi=phi1), ionq.MSGate(phi0=phi0, phi1=phi1, theta=theta), ionq.ZZGate(theta=theta)]
        gates.append(ionq.MSGate(phi0=phi0, phi1=phi1))
        line = cirq.LineQubit.range(2)
        return [
            {
                "unitary": np.round(cirq.unitary(gate), 12) + 0.0,
                "inverse": np.round(cirq.unitary(gate**-1), 12) + 0.0,
                "power": [gate**1 == gate, raised_by(lambda gate=gate: gate**2), raised_by(lambda gate=gate: gate**0.5)],
                "str": str(gate),
                "qubits": gate.num_qubits(),
                "diagram": str(cirq.Circuit(gate.on(*line[: gate.num_qubits()]))),
                "phase": getattr(gate, "phase", None),
                "phases": list(getattr(gate, "phases", [])),
                "parameters": [getattr(gate, name, None) for name in ("phi", "phi0", "phi1", "theta")],
                "repr": re.sub(r"^(cirq_ionq|ionq_runner\.ionq)\.", "", repr(gate)),
                "json": cirq.read_json(json_text=cirq.to_json(gate)) == gate,
                "equal": [gate == other for other in gates],
                "in circuits": serialized(ionq, cirq.Circuit(gate.on(*line[: gate.num_qubits()])))["input"],
            }
            for gate in gates
        ]

    theirs, ours = of_modules(made)
    for gate in (*theirs, *ours):
        gate["unitary"], gate["inverse"] = gate["unitary"].tolist(), gate["inverse"].tolist()
    angle = "[3].in circuits.circuit[0]"
    known = {f"{angle}.phase": Known(theta, ABSENT, Reason.ZZ_ANGLE), f"{angle}.angle": Known(ABSENT, theta, Reason.ZZ_ANGLE)}
    known |= {f"[{number}].repr": Known(ANY, ANY, Reason.THETA_COUNTS) for number in (2, 4)}
    if theta != 0.25:
        known |= {f"[{one}].equal[{other}]": Known(True, False, Reason.THETA_COUNTS) for one, other in ((2, 4), (4, 2))}
    assert unexpected(theirs, ours, known) == []


def test_gates_without_phases_are_the_same():
    theirs, ours = import_module("cirq_ionq.ionq_native_gates"), import_module("ionq_runner.ionq")
    for name in ("GPI", "GPI2", "MS", "ZZ"):
        np.testing.assert_allclose(cirq.unitary(getattr(theirs, name)), cirq.unitary(getattr(ours, name)), atol=1e-12)


def test_json_of_cirq_ionq_is_read(tmp_path):
    theirs, ours = of_modules(lambda ionq: [ionq.GPIGate(phi=0.1), ionq.MSGate(phi0=0.1, phi1=0.2, theta=0.1), ionq.AriaNativeGateset()])
    resolvers = [import_module("ionq_runner.ionq.json_resolver").resolve, *cirq.DEFAULT_RESOLVERS]
    assert cirq.read_json(json_text=cirq.to_json(theirs), resolvers=resolvers) == ours


GATESETS = ["IonQTargetGateset", "AriaNativeGateset", "ForteNativeGateset"]
GENERAL = cirq.Circuit(
    cirq.H(A), cirq.ISWAP(A, B) ** 0.3, cirq.PhasedXPowGate(phase_exponent=0.2, exponent=0.7)(C), cirq.CCZ(A, B, C) ** 0.4,
    cirq.CZ(B, C), cirq.CCX(A, B, C), cirq.T(A), cirq.FSimGate(0.3, 0.5)(A, C), cirq.YY(A, B) ** 0.2,
)  # fmt: skip


@pytest.mark.parametrize("name", GATESETS)
def test_gate_sets_give_the_same_unitary_with_no_more_gates(name):
    def made(ionq):
        gateset = getattr(ionq, name)()
        compiled = cirq.optimize_for_target_gateset(GENERAL + cirq.measure(A, B, C, key="m"), gateset=gateset)
        assert gateset.validate(compiled)
        cirq.testing.assert_allclose_up_to_global_phase(cirq.unitary(compiled[:-1]), cirq.unitary(GENERAL), atol=1e-6)
        return sum(1 for _ in compiled.all_operations()), cirq.num_qubits(compiled)

    theirs, ours = of_modules(made)
    assert ours[0] <= theirs[0] if name == "IonQTargetGateset" else ours[0] < 0.6 * theirs[0]
    assert ours[1] == theirs[1]


@pytest.mark.parametrize("name", GATESETS)
def test_gate_sets_have_the_same_gates(name):
    def made(ionq):
        gates = [
            cirq.H, cirq.H**0.5, cirq.T,
            cirq.CNOT, cirq.CNOT**0.5, cirq.CNOT**-1, cirq.SWAP, cirq.SWAP**0.5, cirq.X**0.3, cirq.rz(0.1), cirq.Y,
            cirq.XX**0.1, cirq.ZZ, cirq.YY**-0.2, cirq.CZ, cirq.ISWAP, cirq.CCZ, cirq.CCX, cirq.I, cirq.PhasedXPowGate(phase_exponent=0.1),
            cirq.MeasurementGate(2, key="m"), cirq.GlobalPhaseGate(1j), cirq.X**THETA, cirq.ResetChannel(),
            ionq.GPIGate(phi=0.1), ionq.GPI2Gate(phi=0.1), ionq.MSGate(phi0=0, phi1=0.1, theta=0.1), ionq.ZZGate(theta=0.2),
        ]  # fmt: skip
        gateset = getattr(ionq, name)(atol=1e-7)
        return {
            "gates": {str(number): gate in gateset for number, gate in enumerate(gates)},
            "qubits": gateset.num_qubits,
            "equal": [gateset == getattr(ionq, other)(atol=atol) for other in GATESETS for atol in (1e-7, 1e-8)],
            "hash": hash(gateset) == hash(getattr(ionq, name)(atol=1e-7)),
            "repr": repr(gateset).split(".", 1)[1].removeprefix("ionq."),
            "json": cirq.read_json(json_text=cirq.to_json(gateset)) == gateset,
            "atol": gateset.atol if hasattr(gateset, "atol") else None,
            "transformers": (len(gateset.preprocess_transformers) > 0, len(gateset.postprocess_transformers) > 0),
        }

    assert unexpected(*of_modules(made), {}) == []


@pytest.mark.parametrize("name", GATESETS[1:])
def test_matrices_become_native_gates(name):
    matrices = [cirq.unitary(gate) for gate in (cirq.H, cirq.X, cirq.T, cirq.ry(0.3), cirq.PhasedXPowGate(phase_exponent=0.2))]

    def made(ionq):
        found = []
        for matrix in matrices:
            gates = getattr(ionq, name)().single_qubit_matrix_to_native_gates(matrix)
            unitary = cirq.unitary(cirq.Circuit(gate(A) for gate in gates))
            cirq.testing.assert_allclose_up_to_global_phase(unitary, matrix, atol=1e-7)
            found.append((type(gates).__name__, len(gates), {type(gate).__name__ for gate in gates} <= {"GPIGate", "GPI2Gate"}))
        return found

    theirs, ours = of_modules(made)
    fewer = {f"[{number}][1]": Known(3, ANY, Reason.FEWER_GATES) for number in (0, 1, 2, 3, 4) if ours[number][1] < 3}
    assert unexpected(theirs, ours, fewer) == []


@pytest.mark.parametrize("gate", [cirq.CCZ, cirq.CCZ**0.3, cirq.CCZPowGate(exponent=0.3, global_shift=0.2)])
def test_ccz_is_decomposed_alike(gate):
    def made(ionq):
        circuit = cirq.Circuit(ionq.decompose_all_to_all_connect_ccz_gate(gate, (A, B, C)))
        np.testing.assert_allclose(cirq.unitary(circuit), cirq.unitary(gate), atol=1e-7)
        two = sum(len(operation.qubits) == 2 for operation in circuit.all_operations())
        return two, raised_by(ionq.decompose_all_to_all_connect_ccz_gate, gate, (A, B))

    assert unexpected(*of_modules(made), {}) == []


def test_devices_are_the_same():
    operations = [
        cirq.X(A),
        cirq.CNOT(A, B),
        cirq.CZ(A, B),
        cirq.X(C),
        cirq.CNOT(A, C),
        cirq.CircuitOperation(BELL.freeze()),
        cirq.measure(A),
    ]

    def made(ionq):
        device = ionq.IonQAPIDevice(2)
        return {
            "qubits": sorted(device.qubits) == [A, B],
            "of a list": ionq.IonQAPIDevice([A, B]).qubits == device.qubits,
            "metadata": sorted(device.metadata.qubit_set) == [A, B],
            "pairs": {frozenset(pair) for pair in getattr(device.metadata.nx_graph, "edges", device.metadata.nx_graph)},
            "gateset": type(device.gateset).__name__,
            "atol": (device.atol, ionq.IonQAPIDevice(2, atol=1e-3).atol),
            "valid": [raised_by(device.validate_operation, operation) for operation in operations],
            "api": [device.is_api_gate(operation) for operation in operations],
            "circuit": raised_by(device.validate_circuit, BELL),
            "moment": raised_by(device.validate_moment, BELL[0]),
        }

    known = {"valid[4]": Known("nothing", Raised(frozenset({"ValueError", "AssertionError"})), Reason.STRICT_DEVICE)}
    assert unexpected(*of_modules(made), known) == []


def test_calibrations_are_the_same():
    document = {
        "id": "one", "target": "qpu.aria-1", "qubits": 3, "date": "2026-05-12T06:07:08.123Z", "connectivity": [[0, 1], [2, 1]],
        "fidelity": {"spam": {"mean": 0.99, "stderr": None}, "1q": {"mean": 0.9998}, "2q": {"mean": 0.98}},
        "timing": {"t1": 100, "t2": 1, "1q": 0.0001, "2q": 0.0006, "readout": 0.0001, "reset": 2e-05},
    }  # fmt: skip

    def made(ionq):
        calibration = ionq.Calibration(calibration_dict=document)
        return {
            **{name: getattr(calibration, name)() for name in ("num_qubits", "target", "fidelities", "timings", "connectivity")},
            "time": [calibration.calibration_time(UTC), calibration.calibration_time()],
            "missing": raised_by(ionq.Calibration({}).num_qubits),
        }

    known = Known(Raised(frozenset({"KeyError", "LookupError"})), Raised(frozenset({"ValueError", "IonQException"})), Reason.NO_DOCUMENT)
    assert unexpected(*of_modules(made), {"missing": known}) == []

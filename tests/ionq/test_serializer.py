"""The serializer: the fields of every gate, what is refused, and the meaning of what is sent against Cirq's unitaries."""

from __future__ import annotations

import copy
import json
import math

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.errors import InvalidArgument, IonQSerializerMixedGatesetsException
from ionq_runner.ionq.gatesets import AriaNativeGateset, ForteNativeGateset, IonQTargetGateset
from ionq_runner.ionq.native_gates import GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.serializer import SerializedProgram, Serializer, invert_masks_of, measurements_of

Q = cirq.LineQubit.range(8)
A = sympy.Symbol("a")
REMEDY = "Write it in gates that it takes: cirq.optimize_for_target_gateset(circuit, gateset=ionq_runner.ionq.IonQTargetGateset())."


def gates(*operations: cirq.Operation) -> list[dict[str, object]]:
    return Serializer().serialize_single_circuit(cirq.Circuit(operations)).input["circuit"]


def refusal(*operations: cirq.Operation) -> str:
    with pytest.raises(InvalidArgument) as caught:
        Serializer().serialize_single_circuit(cirq.Circuit(operations))
    return str(caught.value)


# ------------------------------------------------------------------------------------------- the gates that cirq_ionq sends

NAMED = {
    "x": cirq.X, "v": cirq.X**0.5, "vi": cirq.X**-0.5, "y": cirq.Y, "z": cirq.Z, "s": cirq.S, "si": cirq.S**-1,
    "t": cirq.T, "ti": cirq.T**-1, "h": cirq.H,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_gate_with_a_name_of_its_own_is_sent_by_it(name):
    assert gates(NAMED[name](Q[2])) == [{"gate": name, "targets": [2]}]


@pytest.mark.parametrize("turns", [-2, 2, 4])
@pytest.mark.parametrize("name", NAMED)
def test_whole_turns_and_what_is_within_the_tolerance_change_no_name(name, turns):
    power = type(NAMED[name]) if name not in "xyz" else {"x": cirq.XPowGate, "y": cirq.YPowGate, "z": cirq.ZPowGate}[name]
    near = power(exponent=NAMED[name].exponent + turns + 9e-9)(Q[0])
    assert gates(near) == [{"gate": name, "targets": [0]}]


@pytest.mark.parametrize(("gate", "name"), [(cirq.rx, "rx"), (cirq.ry, "ry"), (cirq.rz, "rz")])
def test_a_rotation_has_its_angle_in_radians(gate, name):
    (sent,) = gates(gate(0.3)(Q[1]))
    assert sent == {"gate": name, "targets": [1], "rotation": pytest.approx(0.3, abs=1e-15)}
    assert gates(gate(math.pi)(Q[1])) == [{"gate": name[1], "targets": [1]}]


def test_just_outside_the_tolerance_a_gate_is_a_rotation():
    assert gates(cirq.X(Q[0]) ** (1 + 2e-8)) == [{"gate": "rx", "targets": [0], "rotation": (1 + 2e-8) * math.pi}]
    wide = Serializer(atol=1e-6).serialize_single_circuit(cirq.Circuit(cirq.X(Q[0]) ** (1 + 2e-8)))
    assert wide.input["circuit"] == [{"gate": "x", "targets": [0]}]


@pytest.mark.parametrize(("gate", "name"), [(cirq.XX, "xx"), (cirq.YY, "yy"), (cirq.ZZ, "zz")])
def test_a_rotation_of_two_qubits_always_has_its_angle(gate, name):
    assert gates(gate(Q[3], Q[1]), gate(Q[0], Q[1]) ** 0.25) == [
        {"gate": name, "targets": [3, 1], "rotation": math.pi},
        {"gate": name, "targets": [0, 1], "rotation": 0.25 * math.pi},
    ]


def test_swap_and_cnot_are_sent_at_odd_powers_only():
    assert gates(cirq.SWAP(Q[0], Q[2]), cirq.CNOT(Q[2], Q[1]) ** 3) == [
        {"gate": "swap", "targets": [0, 2]},
        {"gate": "cnot", "control": 2, "target": 1},
    ]
    for operation in (cirq.SWAP(Q[0], Q[1]) ** 0.5, cirq.H(Q[0]) ** 0.5, cirq.CNOT(Q[0], Q[1]) ** 0.3):
        assert refusal(operation).endswith(REMEDY)


def test_native_gates_are_sent_in_turns():
    program = Serializer().serialize_single_circuit(
        cirq.Circuit(GPIGate(phi=0.1)(Q[0]), GPI2Gate(phi=-0.25)(Q[1]), MSGate(phi0=0.1, phi1=0.2, theta=0.15)(Q[1], Q[0]))
    )
    assert program.input == {
        "gateset": "native",
        "qubits": 2,
        "circuit": [
            {"gate": "gpi", "target": 0, "phase": 0.1},
            {"gate": "gpi2", "target": 1, "phase": -0.25},
            {"gate": "ms", "targets": [1, 0], "phases": [0.1, 0.2], "angle": 0.15},
        ],
    }


def test_the_native_zz_is_sent_with_the_documented_field_angle():
    assert gates(ZZGate(theta=0.2)(Q[0], Q[1])) == [{"gate": "zz", "targets": [0, 1], "angle": 0.2}]


def test_a_pauli_exponential_is_sent_with_its_letters_reversed():
    gate = cirq.PauliStringPhasorGate(cirq.DensePauliString("XYZ"), exponent_neg=0.5, exponent_pos=-0.25)
    assert gates(gate(Q[4], Q[0], Q[2])) == [
        {"gate": "pauliexp", "terms": ["ZYX"], "coefficients": [1.0], "targets": [4, 0, 2], "time": math.pi * 0.75 / 2}
    ]


def test_a_pauli_exponential_of_no_time_is_not_sent():
    gate = cirq.PauliStringPhasorGate(cirq.DensePauliString("XY"), exponent_neg=0.5, exponent_pos=0.5)
    assert gates(gate(Q[0], Q[1]), cirq.X(Q[0])) == [{"gate": "x", "targets": [0]}]


def test_the_sign_of_a_negative_time_is_moved_into_the_coefficients():
    gate = cirq.PauliStringPhasorGate(cirq.DensePauliString("XY"), exponent_neg=-0.5)
    assert gates(gate(Q[0], Q[1])) == [
        {"gate": "pauliexp", "terms": ["YX"], "coefficients": [-1.0], "targets": [0, 1], "time": math.pi / 4}
    ]


def test_numbers_of_numpy_are_sent_as_numbers_of_json():
    program = Serializer().serialize_single_circuit(cirq.Circuit(cirq.X(Q[0]) ** np.float32(0.5), cirq.Z(Q[0]) ** np.int64(3)))
    assert json.loads(json.dumps(program.input))["circuit"] == [{"gate": "v", "targets": [0]}, {"gate": "z", "targets": [0]}]


# ------------------------------------------------------------------------------------------------------------ controlled gates

CONTROLLED = {
    "CZ": (cirq.CZ(Q[3], Q[1]), {"gate": "z", "controls": [3], "targets": [1]}),
    "CCZ": (cirq.CCZ(*Q[:3]), {"gate": "z", "controls": [0, 1], "targets": [2]}),
    "CS": (cirq.CZ(Q[0], Q[1]) ** 0.5, {"gate": "s", "controls": [0], "targets": [1]}),
    "CT inverse": (cirq.T(Q[1]).controlled_by(Q[0]) ** -1, {"gate": "ti", "controls": [0], "targets": [1]}),
    "CV": (cirq.CNOT(Q[0], Q[1]) ** 0.5, {"gate": "v", "controls": [0], "targets": [1]}),
    "CCX": (cirq.CCX(*Q[:3]), {"gate": "cnot", "controls": [0, 1], "target": 2}),
    "CX by ControlledOperation": (cirq.ControlledOperation([Q[2]], cirq.X(Q[0])), {"gate": "cnot", "control": 2, "target": 0}),
    "four controls": (cirq.CNOT(Q[3], Q[4]).controlled_by(*Q[:3]), {"gate": "cnot", "controls": [0, 1, 2, 3], "target": 4}),
    "CY": (cirq.Y(Q[1]).controlled_by(Q[0]), {"gate": "y", "controls": [0], "targets": [1]}),
    "CCY": (cirq.Y(Q[2]).controlled_by(*Q[:2]), {"gate": "y", "controls": [0, 1], "targets": [2]}),
    "CH": (cirq.H(Q[1]).controlled_by(Q[0]), {"gate": "h", "controls": [0], "targets": [1]}),
    "CSWAP": (cirq.CSWAP(*Q[:3]), {"gate": "swap", "controls": [0], "targets": [1, 2]}),
    "CCSWAP": (cirq.CSWAP(*Q[1:4]).controlled_by(Q[0]), {"gate": "swap", "controls": [0, 1], "targets": [2, 3]}),
    "Crx": (cirq.rx(math.pi / 2)(Q[1]).controlled_by(Q[0]), {"gate": "rx", "controls": [0], "targets": [1], "rotation": math.pi / 2}),
    "Crx(pi)": (cirq.rx(math.pi)(Q[1]).controlled_by(Q[0]), {"gate": "rx", "controls": [0], "targets": [1], "rotation": math.pi}),
    "CCry": (cirq.ry(math.pi / 2)(Q[2]).controlled_by(*Q[:2]), {"gate": "ry", "controls": [0, 1], "targets": [2], "rotation": math.pi / 2}),
    "Crz": (cirq.rz(-math.pi / 4)(Q[0]).controlled_by(Q[1]), {"gate": "rz", "controls": [1], "targets": [0], "rotation": -math.pi / 4}),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTROLLED)
def test_a_controlled_gate_is_sent_where_the_service_has_exactly_that(name):
    operation, expected = CONTROLLED[name]
    assert gates(operation) == [expected]


@pytest.mark.parametrize("operation", [
    cirq.CZ(Q[0], Q[1]) ** 0.3,  # a controlled phase, and not a controlled rz
    cirq.X(Q[1]).controlled_by(Q[0], control_values=[0]),
    cirq.XPowGate(exponent=1, global_shift=0.3)(Q[1]).controlled_by(Q[0]),
    cirq.ZPowGate(exponent=0.3)(Q[1]).controlled_by(Q[0]),
    cirq.CZPowGate(exponent=1, global_shift=0.25)(Q[1], Q[2]).controlled_by(Q[0]),
    cirq.HPowGate(exponent=1, global_shift=0.5)(Q[1]).controlled_by(Q[0]),
    cirq.XX(Q[1], Q[2]).controlled_by(Q[0]),
    cirq.ControlledGate(cirq.GlobalPhaseGate(1j))(Q[0]),
    cirq.ControlledGate(GPIGate(phi=0.1))(Q[0], Q[1]),
    cirq.ISWAP(Q[0], Q[1]),
    cirq.PhasedXPowGate(phase_exponent=0.1)(Q[0]),
], ids=str)  # fmt: skip
def test_a_gate_that_the_service_may_not_have_is_refused_with_the_remedy(operation):
    assert refusal(operation).endswith(REMEDY)


@pytest.mark.parametrize("gateset", [IonQTargetGateset(), AriaNativeGateset(), ForteNativeGateset()], ids=repr)
def test_what_the_remedy_gives_is_taken(gateset):
    refused = cirq.Circuit(cirq.ISWAP(Q[0], Q[1]) ** 0.3, cirq.CCZ(*Q[:3]) ** 0.2, cirq.qft(*Q[:3]), cirq.measure(*Q[:3], key="m"))
    program = Serializer().serialize_single_circuit(cirq.optimize_for_target_gateset(refused, gateset=gateset))
    assert program.metadata == {"measurement0": "m\x1f0,1,2"}


def test_an_identity_is_not_sent_but_its_qubit_counts():
    program = Serializer().serialize_single_circuit(cirq.Circuit(cirq.X(Q[0]), cirq.I(Q[5]), cirq.global_phase_operation(1j)))
    assert program.input == {"gateset": "qis", "qubits": 6, "circuit": [{"gate": "x", "targets": [0]}]}


# The documented meaning of a gate on its targets, first target first; `pauliexp` is in `meaning`.
PAULI = {"I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}
FIXED = {
    "x": PAULI["X"], "y": PAULI["Y"], "z": PAULI["Z"], "cnot": PAULI["X"], "h": np.array([[1, 1], [1, -1]]) / math.sqrt(2),
    "s": np.diag([1, 1j]), "si": np.diag([1, -1j]), "t": np.diag([1, (1 + 1j) / math.sqrt(2)]), "ti": np.diag([1, (1 - 1j) / math.sqrt(2)]),
    "v": np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2, "vi": np.array([[1 - 1j, 1 + 1j], [1 + 1j, 1 - 1j]]) / 2,
    "swap": np.eye(4)[[0, 2, 1, 3]],
}  # fmt: skip


def exponential(angle: float, letters: str) -> np.ndarray:
    word = np.eye(1)
    for letter in letters:
        word = np.kron(word, PAULI[letter])
    return math.cos(angle) * np.eye(len(word)) - 1j * math.sin(angle) * word


def meaning(gate: dict) -> cirq.Operation:
    name = gate["gate"]
    if name == "pauliexp":
        matrix = exponential(gate["time"] * gate["coefficients"][0], gate["terms"][0][::-1])
    elif "rotation" in gate:
        matrix = exponential(gate["rotation"] / 2, {"r": name[-1:]}.get(name[0], name).upper())
    else:
        matrix = FIXED[name]
    controls = gate.get("controls", [gate["control"]] if "control" in gate else [])
    targets = gate["targets"] if "targets" in gate else [gate["target"]]
    acting = cirq.MatrixGate(matrix).on(*(Q[target] for target in targets))
    return acting.controlled_by(*(Q[control] for control in controls)) if controls else acting


EXPONENTS = st.one_of(st.sampled_from([-2.5, -1, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4]), st.floats(-5, 5))
SHIFTS = st.sampled_from([0, -0.5, 0.5, 0.25, 1, 2])
BASES = [
    cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.HPowGate, cirq.SwapPowGate, cirq.CXPowGate, cirq.CZPowGate, cirq.CCXPowGate,
    cirq.CCZPowGate, cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate,
]  # fmt: skip


@st.composite
def operations(draw: st.DrawFn) -> cirq.Operation:
    if draw(st.integers(0, 5)) == 0:
        word = draw(st.text("XYZ", min_size=1, max_size=3))  # Cirq's own unitary of a word with an I is not what it documents
        signs = {"exponent_neg": draw(EXPONENTS), "exponent_pos": draw(EXPONENTS)}
        gate: cirq.Gate = cirq.PauliStringPhasorGate(cirq.DensePauliString(word), **signs)
    else:
        gate = draw(st.sampled_from(BASES))(exponent=draw(EXPONENTS), global_shift=draw(SHIFTS))
        for _ in range(draw(st.integers(0, 2))):
            gate = draw(st.sampled_from([gate.controlled(), cirq.ControlledGate(gate)]))
    wires = draw(st.permutations(range(5)))[: cirq.num_qubits(gate)]
    return gate.on(*(Q[wire] for wire in wires))


@given(operations())
def test_what_is_sent_means_what_cirq_means_up_to_a_global_phase(operation):
    try:
        sent = gates(operation)
    except InvalidArgument:
        return
    order = sorted(operation.qubits)
    expected = cirq.Circuit(operation).unitary(qubit_order=order)
    found = cirq.Circuit(meaning(gate) for gate in sent).unitary(qubit_order=order, qubits_that_should_be_present=order)
    cirq.testing.assert_allclose_up_to_global_phase(found, expected, atol=1e-6)


@given(st.sampled_from(BASES[:3]), EXPONENTS, st.integers(1, 3))
def test_a_controlled_rotation_is_always_sent(kind, exponent, controls):
    gate = cirq.ControlledGate(kind(exponent=exponent, global_shift=-0.5), num_controls=controls)
    (sent,) = gates(gate.on(*Q[: controls + 1]))
    assert sent["controls" if "controls" in sent else "control"] in (list(range(controls)), 0)


# ------------------------------------------------------------------------------------------------------------ what is refused


def test_an_empty_circuit_is_refused():
    for circuit in (cirq.Circuit(), cirq.Circuit(cirq.Moment(), cirq.Moment()), cirq.Circuit(cirq.global_phase_operation(1j))):
        with pytest.raises(InvalidArgument, match=r"^The circuit is empty: it has no operation on any qubit\.$"):
            Serializer().serialize_single_circuit(circuit)


def test_a_measurement_before_the_end_is_refused():
    expected = "All measurements of a circuit must be at its end: the service measures every qubit once."
    assert refusal(cirq.measure(Q[0]), cirq.X(Q[0])) == expected


def test_qubits_other_than_line_qubits_from_0_are_refused():
    named = "All qubits must be cirq.LineQubits, for the service numbers them; there are GridQubit, NamedQubit."
    assert refusal(cirq.CNOT(cirq.NamedQubit("a"), cirq.GridQubit(0, 0)), cirq.X(Q[0])) == named
    assert refusal(cirq.X(cirq.LineQubit(-1))) == "All qubits must be cirq.LineQubits from 0 up; there is cirq.LineQubit(-1)."


@pytest.mark.parametrize("pair", [(cirq.LineQubit(0), cirq.LineQid(0, 2)), (cirq.LineQid(0, 2), cirq.LineQubit(0))], ids=str)
def test_a_qid_that_equals_a_qubit_is_refused_wherever_it_is(pair):
    told = "All qubits must be cirq.LineQubits, for the service numbers them; there are LineQid."
    first, second = pair
    assert refusal(cirq.X(first), cirq.measure(second, key="m")) == told
    assert refusal(cirq.X(first), cirq.CNOT(second, cirq.LineQubit(1)), cirq.measure(first, key="m")) == told


def test_operations_without_a_gate_are_refused():
    inner = cirq.CircuitOperation(cirq.FrozenCircuit(cirq.X(Q[0])))
    assert refusal(inner).startswith("The service takes only gates, and a CircuitOperation has none: ")
    classical = cirq.X(Q[0]).with_classical_controls("m")
    assert refusal(cirq.measure(Q[1], key="m"), classical).startswith("The service takes only gates, and a ClassicallyControlledOperation")


def test_parameters_without_values_are_named():
    expected = "Rx(a + bπ)(q(1)) has parameters without values (a, b): resolve them with cirq.resolve_parameters."
    operation = cirq.Rx(rads=(A + sympy.Symbol("b")) * sympy.pi)(Q[1])
    assert refusal(cirq.X(Q[0]), operation) == expected
    assert refusal(GPIGate(phi=A)(Q[0])) == "GPI(q(0)) has parameters without values (a): resolve them with cirq.resolve_parameters."


def test_an_angle_that_is_no_finite_number_is_refused():
    assert refusal(cirq.rx(math.inf)(Q[0])) == "The rotation of Rx(infπ) on qubit 0 is inf, which is no finite number."
    assert "is nan, which is no finite number" in refusal((cirq.X**math.nan)(Q[0]))
    gate = cirq.PauliStringPhasorGate(cirq.DensePauliString("X"), exponent_neg=math.nan)
    assert "is nan, which is no finite number" in refusal(gate(Q[0]))


def test_native_and_abstract_gates_in_one_circuit_are_refused_by_name():
    with pytest.raises(IonQSerializerMixedGatesetsException) as caught:
        Serializer().serialize_single_circuit(cirq.Circuit(cirq.H(Q[0]), cirq.I(Q[0]), GPIGate(phi=0.1)(Q[0])))
    expected = "A circuit has either native or abstract gates; this one has the native gate GPI and the abstract H."
    assert str(caught.value) == expected


def test_a_batch_of_both_gate_sets_is_refused():
    circuits = [cirq.Circuit(cirq.measure(Q[0])), cirq.Circuit(cirq.H(Q[0])), cirq.Circuit(GPIGate(phi=0.1)(Q[0]))]
    with pytest.raises(IonQSerializerMixedGatesetsException) as caught:
        Serializer().serialize_many_circuits(circuits)
    expected = "All circuits of a job must have gates of the same set; there is H in circuit 1 (qis) and GPI in circuit 2 (native)."
    assert str(caught.value) == expected


def test_a_batch_says_which_circuit_is_refused():
    with pytest.raises(InvalidArgument, match=r"^Circuit 1: The circuit is empty"):
        Serializer().serialize_many_circuits([cirq.Circuit(cirq.X(Q[0])), cirq.Circuit()])
    for nothing in ([], iter([])):
        with pytest.raises(InvalidArgument, match="at least one circuit"):
            Serializer().serialize_many_circuits(nothing)


# ------------------------------------------------------------------------------------------------- programs and what is measured


def test_a_program_carries_the_settings_it_is_given():
    circuit = cirq.Circuit(cirq.H(Q[0]), cirq.measure(Q[0], Q[2], key="m"))
    program = Serializer().serialize_single_circuit(
        circuit,
        job_settings={"a": 1},
        compilation={"opt": 1},
        error_mitigation={"debiasing": True},
        noise={"model": "aria-1"},
        metadata={"who": "me"},
        dry_run=True,
    )
    assert program == SerializedProgram(
        input={"gateset": "qis", "qubits": 3, "circuit": [{"gate": "h", "targets": [0]}]},
        settings={"a": 1},
        metadata={"who": "me", "measurement0": "m\x1f0,2"},
        compilation={"opt": 1},
        error_mitigation={"debiasing": True},
        noise={"model": "aria-1"},
        dry_run=True,
    )
    assert Serializer().serialize_single_circuit(cirq.Circuit(cirq.H(Q[0]))) == SerializedProgram(
        input={"gateset": "qis", "qubits": 1, "circuit": [{"gate": "h", "targets": [0]}]},
        settings={}, metadata={}, compilation={}, error_mitigation={}, noise={}, dry_run=False,
    )  # fmt: skip


def test_a_batch_is_sent_with_the_largest_number_of_qubits_and_a_map_for_each_circuit():
    circuits = [
        cirq.Circuit(cirq.H(Q[0]), cirq.measure(Q[1], Q[0], key="m")),
        cirq.Circuit(cirq.X(Q[3]), cirq.measure(Q[3], key="n", invert_mask=(True,))),
    ]
    program = Serializer().serialize_many_circuits(circuits, metadata={"who": "me"})
    assert program.input == {
        "gateset": "qis",
        "qubits": 4,
        "circuits": [{"circuit": [{"gate": "h", "targets": [0]}]}, {"circuit": [{"gate": "x", "targets": [3]}]}],
    }
    assert program.metadata == {
        "who": "me",
        "measurements": '[{"measurement0": "m\\u001f1,0"}, {"measurement0": "n\\u001f3"}]',
        "qubit_numbers": "[2, 4]",
        "invert_masks": '[{}, {"n": [1]}]',
    }


def test_a_circuit_of_measurements_alone_is_abstract_and_follows_the_others_of_a_batch():
    bare = cirq.Circuit(cirq.measure(Q[0], key="m"))
    assert Serializer().serialize_single_circuit(bare).input == {"gateset": "qis", "qubits": 1, "circuit": []}
    for gate, gateset in ((cirq.H, "qis"), (GPIGate(phi=0), "native")):
        batch = Serializer().serialize_many_circuits([bare, cirq.Circuit(gate(Q[0])), bare])
        assert batch.input["gateset"] == gateset
    assert Serializer().serialize_many_circuits([bare, bare]).input["gateset"] == "qis"


def test_the_callers_metadata_are_never_changed():
    metadata = {"who": "me", "measurement0": "of another job"}
    before = copy.deepcopy(metadata)
    circuit = cirq.Circuit(cirq.H(Q[0]), cirq.measure(Q[0], key="m"))
    assert Serializer().serialize_single_circuit(circuit, metadata=metadata).metadata == {"who": "me", "measurement0": "m\x1f0"}
    Serializer().serialize_many_circuits([circuit], metadata=metadata)
    assert metadata == before


def test_an_invert_mask_is_recorded_and_read_back():
    measured = cirq.measure(Q[0], Q[1], Q[2], key="m", invert_mask=(False, True)), cirq.measure(Q[3], key="n")
    metadata = Serializer().serialize_single_circuit(cirq.Circuit(cirq.Moment(cirq.X.on_each(*Q[:4])), measured)).metadata
    assert metadata == {"measurement0": "m\x1f0,1,2\x1en\x1f3", "invert_masks": '{"m": [0, 1, 0]}'}
    assert invert_masks_of(metadata, 0) == {"m": (0, 1, 0)}


def test_a_key_that_cannot_be_read_back_is_refused():
    for key in ("a\x1e", "\x1fb"):
        assert "has a character that separates keys" in refusal(cirq.measure(Q[0], key=key))
    assert refusal(cirq.measure(Q[0], key="m"), cirq.measure(Q[1], key="m")).startswith("Two measurements have the key 'm'")


@given(st.lists(st.text(st.characters(exclude_characters="\x1e\x1f:", exclude_categories=["Cs"]), max_size=60), unique=True, max_size=8),
       st.integers(0, 9), st.data())  # fmt: skip
def test_what_is_measured_is_read_back_from_any_job(keys, others, data):
    operations = []
    for key in keys:
        qubits = data.draw(st.lists(st.integers(0, 300), min_size=1, max_size=12, unique=True))
        mask = tuple(data.draw(st.lists(st.booleans(), max_size=len(qubits))))
        operations.append(cirq.measure(*map(cirq.LineQubit, qubits), key=key, invert_mask=mask))
    circuit = cirq.Circuit(cirq.I(cirq.LineQubit(0)), *(cirq.Moment(operation) for operation in operations))
    if not circuit.are_all_measurements_terminal():
        return
    targets = {cirq.measurement_key_name(own): tuple(qubit.x for qubit in own.qubits) for own in operations}
    masks = {cirq.measurement_key_name(own): tuple(map(int, own.gate.full_invert_mask())) for own in operations}
    masks = {key: mask for key, mask in masks.items() if any(mask)}
    callers = {f"key{index}": "x" for index in range(others)}
    single = Serializer().serialize_single_circuit(circuit, metadata=callers).metadata
    batch = Serializer().serialize_many_circuits([cirq.Circuit(cirq.X(Q[0])), circuit], metadata=callers).metadata
    assert (measurements_of(single, 0), invert_masks_of(single, 0)) == (targets, masks)
    assert (measurements_of(batch, 1), invert_masks_of(batch, 1)) == (targets, masks)
    assert (measurements_of(batch, 0), invert_masks_of(batch, 0)) == ({}, {})
    assert others > 5 or len({*single, "shots", "ionq_runner"}) <= 10


# ------------------------------------------------------------------------------------------------------------ beside cirq_ionq

TAKEN_BY_BOTH = {
    **dict.fromkeys((cirq.XPowGate, cirq.YPowGate, cirq.ZPowGate, cirq.XXPowGate, cirq.YYPowGate, cirq.ZZPowGate), EXPONENTS),
    **{kind: st.sampled_from([1, 3, -1, 1 + 1e-9]) for kind in (cirq.HPowGate, cirq.SwapPowGate, cirq.CXPowGate)},
}
NATIVE = {"GPIGate": ["phi"], "GPI2Gate": ["phi"], "MSGate": ["phi0", "phi1", "theta"]}  # a ZZ differs, in `angle`


@st.composite
def pairs(draw: st.DrawFn) -> tuple[cirq.Circuit, cirq.Circuit]:
    """The same circuit in our gates and in cirq_ionq's."""
    import cirq_ionq

    from ionq_runner.ionq import native_gates

    is_native, both = draw(st.booleans()), ([], [])
    for _ in range(draw(st.integers(1, 8))):
        wires = [Q[index] for index in draw(st.permutations(range(6)))]
        if is_native:
            name = draw(st.sampled_from(sorted(NATIVE)))
            turns = {parameter: draw(st.sampled_from([0, 0.25]) | st.floats(-1, 1)) for parameter in NATIVE[name]}
            found = [getattr(module, name)(**turns) for module in (native_gates, cirq_ionq)]
        elif draw(st.integers(0, 4)) == 0:
            letters, time = draw(st.text("IXYZ", min_size=1, max_size=4)), draw(st.floats(0, 1))
            found = [cirq.PauliStringPhasorGate(cirq.DensePauliString(letters), exponent_neg=time)] * 2
        else:
            kind = draw(st.sampled_from(list(TAKEN_BY_BOTH)))
            found = [kind(exponent=draw(TAKEN_BY_BOTH[kind]), global_shift=draw(SHIFTS))] * 2
        for operations, gate in zip(both, found, strict=True):
            operations.append(gate.on(*wires[: cirq.num_qubits(gate)]))
    measured = cirq.measure(*Q[: draw(st.integers(1, 6))], key=draw(st.text("ab", max_size=100)))
    return cirq.Circuit(both[0], measured), cirq.Circuit(both[1], measured)


@pytest.mark.peers
@given(st.lists(pairs(), min_size=1, max_size=3))
def test_what_cirq_ionq_takes_is_sent_as_it_sends_it(circuits):
    import cirq_ionq

    ours, theirs = Serializer(), cirq_ionq.Serializer()
    for own, other in circuits:
        one, expected = ours.serialize_single_circuit(own), theirs.serialize_single_circuit(other)
        assert json.loads(json.dumps(one.input)) == json.loads(json.dumps(expected.input))
        assert one.metadata == expected.metadata
    alike = [pair for pair in circuits if _gateset(ours, pair[0]) == _gateset(ours, circuits[0][0])]
    batch, expected = ours.serialize_many_circuits([pair[0] for pair in alike]), theirs.serialize_many_circuits([pair[1] for pair in alike])
    assert json.loads(json.dumps(batch.input)) == json.loads(json.dumps(expected.input))
    assert batch.metadata == expected.metadata


def _gateset(serializer: Serializer, circuit: cirq.Circuit) -> str:
    return serializer.survey(circuit).gateset


def test_a_confusion_map_is_refused():
    qubit = cirq.LineQubit(0)
    confused = cirq.measure(qubit, key="m", confusion_map={(0,): np.array([[0, 1], [1, 0]])})
    with pytest.raises(InvalidArgument, match="confusion map"):
        Serializer().serialize_single_circuit(cirq.Circuit(cirq.X(qubit), confused))

"""A circuit printed in another language and read again: the same gates where that language has them, the same distribution always."""

from __future__ import annotations

import json
from textwrap import indent

import cirq
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.cirq.writing import cirq_json
from ionq_runner.circuits.ionq_json import ionq_document
from ionq_runner.circuits.qasm.writing import write_qasm
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.simulation import probabilities, read_qubits

QUBITS = 5
ANGLES = st.sampled_from([0.0, 0.3, -1.7, np.pi / 2, -3 * np.pi / 4, 1e-7, 12.5])
HEAD = "ionq_runner: 1\nname: t\nrepetitions: 10\nseed: 1\ncircuits:\n  c:\n"


@st.composite
def gates(draw, native):
    name = draw(st.sampled_from([fact.name for fact in GATES.values() if fact.native == native]))
    fact = GATES[name]
    wires = draw(st.permutations(range(QUBITS)))
    controls = 0 if native else draw(st.integers(0, min(2, QUBITS - fact.qubits)))
    angles = tuple(draw(ANGLES) for _ in fact.parameters)
    return Gate(name, angles, tuple(wires[controls : controls + fact.qubits]), tuple(wires[:controls]))


@st.composite
def pauli_exponentials(draw):
    wires = draw(st.permutations(range(QUBITS)))
    words = draw(st.sampled_from([("XX", "ZZ"), ("XYZ",), ("ZI", "IZ"), ("Y",), ("III",)]))
    width = len(words[0])
    controls = draw(st.integers(0, 1))
    angles = (draw(st.sampled_from([0.0, 0.4])), *(draw(ANGLES) for _ in words))
    return Gate("pauliexp", angles, tuple(wires[controls : controls + width]), tuple(wires[:controls]), words)


@st.composite
def programs(draw, exponentials=False):
    native = draw(st.booleans())
    gate = gates(native=native)
    own = draw(st.lists(st.one_of(gate, pauli_exponentials()) if exponentials and not native else gate, min_size=1, max_size=6))
    order = draw(st.permutations(range(QUBITS)))
    first, second = draw(st.sampled_from([(QUBITS, 0), (2, 1), (1, 3)]))
    keys = (Measurement("m", tuple(order[:first])), Measurement("h", tuple(order[first : first + second])))
    start = () if native else tuple(Gate("u", (0.4 + 0.3 * q, 0.2 * q, 1.0), (q,)) for q in range(QUBITS))
    return Program(QUBITS, start + tuple(own), tuple(key for key in keys if key.qubits))


def read(source: str, measured: str = "") -> Program:
    """The program of an experiment whose circuit has this source."""
    text = HEAD + indent(source, "    ") + measured
    loaded = api.load(text.encode(), "t.yaml")
    assert loaded.expansion is not None, [problem.message for problem in loaded.problems]
    (points,) = loaded.expansion.circuits
    return points.programs[0].at({})


def read_qasm(text: str) -> Program:
    return read("qasm: |\n" + indent(text, "  "))


def read_ionq(program: Program) -> Program:
    keys = ", ".join(f"{own.key}: {list(own.qubits)}" for own in program.measurements)
    return read(f"ionq: {json.dumps(ionq_document(program))}\n", f"    measure: {{{keys}}}\n")


def distribution(program: Program) -> np.ndarray:
    rows = probabilities(program, NoiseModel(), {}, 1)[0]
    active = read_qubits(program, NoiseModel())
    measured = program.measured
    found = np.zeros(2 ** len(measured))
    for outcome, probability in enumerate(rows):
        bits = {qubit: outcome >> (len(active) - 1 - place) & 1 for place, qubit in enumerate(active)}
        found[int("".join(str(bits.get(qubit, 0)) for qubit in measured), 2)] += probability
    return found


def cirq_distribution(text: str, program: Program) -> np.ndarray:
    circuit = cirq.read_json(json_text=text)
    assert {key: tuple(q.x for q in op.qubits) for key, op in measurements(circuit).items()} == {
        own.key: own.qubits for own in program.measurements
    }
    order = cirq.LineQubit.range(program.qubits)
    state = cirq.drop_terminal_measurements(circuit).final_state_vector(qubit_order=order, ignore_terminal_measurements=True)
    cube = (np.abs(state) ** 2).reshape((2,) * program.qubits)
    rest = tuple(qubit for qubit in range(program.qubits) if qubit not in program.measured)
    return cube.transpose(program.measured + rest).reshape(2 ** len(program.measured), -1).sum(axis=1)


def measurements(circuit):
    return {cirq.measurement_key_name(op): op for op in circuit.all_operations() if cirq.is_measurement(op)}


@given(programs())
def test_openqasm_reads_back_as_the_same_program(program):
    again = read_qasm(write_qasm(program))
    assert (again.gates, again.measured, again.qubits) == (program.gates, program.measured, program.qubits)
    assert [own.key for own in again.measurements] == [{"h": "h_"}.get(own.key, own.key) for own in program.measurements]


@given(programs(exponentials=True))
def test_openqasm_reads_back_with_the_same_distribution(program):
    np.testing.assert_allclose(distribution(read_qasm(write_qasm(program))), distribution(program), atol=1e-9)


@given(programs(exponentials=True))
def test_ionqs_json_reads_back_with_the_same_distribution(program):
    again = read_ionq(program)
    assert again.measurements == program.measurements
    np.testing.assert_allclose(distribution(again), distribution(program), atol=1e-9)


@given(programs(exponentials=True))
def test_ionqs_json_keeps_the_gates_that_ionq_takes(program):
    def taken(gate):
        if gate.name == "pauliexp":
            return not gate.controls
        fact = GATES[gate.name]
        return fact.taken and not (gate.controls and fact.wire)

    own = tuple(gate for gate in program.gates if taken(gate))
    assume(own)
    assert read_ionq(Program(QUBITS, own, program.measurements)).gates == own


@given(programs(exponentials=True))
def test_cirq_reads_its_json_with_the_same_distribution(program):
    np.testing.assert_allclose(cirq_distribution(cirq_json(program), program), distribution(program), atol=1e-5)


@pytest.mark.parametrize(("name", "controls"), [(name, n) for name, fact in GATES.items() for n in range(1 if fact.native else 2)])
def test_a_definition_in_openqasm_is_the_gate_phase_included(name, controls):
    """Read with one word changed, so that it is no longer known as the gate and counts as what it says."""
    fact = GATES[name]
    wires = tuple(range(controls + fact.qubits))
    gate = Gate(name, tuple(0.3 + 0.4 * index for index in range(len(fact.parameters))), wires[controls:], wires[:controls])
    turns = tuple(Gate("ry", (0.4 + 0.5 * q,), (q,)) for q in wires)
    whole = Program(len(wires), (*turns, gate, *(Gate("rx", (1.1 - 0.2 * q,), (q,)) for q in wires)), (Measurement("m", wires),))
    text = write_qasm(whole).replace("q0", "first")
    plain = Program(len(wires), read_qasm(text).gates, whole.measurements)
    np.testing.assert_allclose(distribution(plain), distribution(whole), atol=1e-9)


def test_the_printed_text_is_short_where_openqasm_has_the_gate():
    program = Program(
        3,
        (
            Gate("h", (), (0,)),
            Gate("x", (), (2,), (0, 1)),
            Gate("rz", (-np.pi / 4,), (1,)),
            Gate("vi", (), (2,), (0,)),
            Gate("p", (0.5,), (2,)),
        ),
        (Measurement("q", (2, 0)), Measurement("data", (1,))),
    )
    assert write_qasm(program) == (
        'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q_;\nbit[2] q;\nbit[1] data;\n'
        "h q_[0];\nccx q_[0], q_[1], q_[2];\nrz(-pi/4) q_[1];\nctrl @ inv @ sx q_[0], q_[2];\np(0.5) q_[2];\n"
        "q[0] = measure q_[2];\nq[1] = measure q_[0];\ndata[0] = measure q_[1];\n"
    )


def test_a_definition_of_ones_own_is_taken_as_it_stands():
    (first, *_) = read_qasm(
        'OPENQASM 3.0;\ninclude "stdgates.inc";\ngate rzz(a) x, y { cx x, y; rz(a) y; cx x, y; }\nqubit[2] q;\nrzz(1) q[0], q[1];\n'
    ).gates
    assert first == Gate("x", (), (1,), (0,))


def test_a_definition_means_our_gate_only_where_its_words_do():
    text = write_qasm(Program(2, (Gate("zz", (0.25,), (0, 1)),), (Measurement("m", (0, 1)),)))
    assert [gate.name for gate in read_qasm(text).gates] == ["zz"]
    other = text.replace("cx q0, q1; rz(theta) q1; cx q0, q1;", "rz(theta) q0;")
    assert [gate.name for gate in read_qasm(other).gates] == ["rz"]

"""Decompositions, against unitaries that Cirq builds from the documented matrices."""

from __future__ import annotations

import cmath
import math
import subprocess
import sys
from itertools import product

import cirq
import numpy as np
import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.decompose import commuting, decompose, decomposed_names, gate_counts
from ionq_runner.circuits.vocabulary import word, written_out
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import Expression, bind, evaluate, parse_expression
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES

PAULIS = {"I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}


def expression(text: str) -> Expression:
    return parse_expression(Excerpt.of(text))


def matrix(gate: Gate) -> np.ndarray:
    """A gate on its targets, as the facts document it."""
    if gate.name == "pauliexp":
        time, *coefficients = gate.angles
        result = np.eye(2 ** len(gate.targets))
        for coefficient, letters in zip(coefficients, gate.words, strict=True):
            string = np.eye(1)
            for letter in letters:
                string = np.kron(string, PAULIS[letter])
            angle = time * coefficient
            result = (math.cos(angle) * np.eye(len(string)) - 1j * math.sin(angle) * string) @ result
        return result
    fact = GATES[gate.name]
    if fact.euler is None:
        inner = [Gate(part.name, part.angles, part.targets, part.controls) for part in written_out(gate)]
        return unitary(inner, gate.targets)
    values = dict(zip(fact.parameters, gate.angles, strict=True))
    theta, phi, lam, gamma = (float(evaluate(expression(text), values)) for text in fact.euler)
    cosine, sine = math.cos(theta / 2), math.sin(theta / 2)
    entries = [cosine, -cmath.exp(1j * lam) * sine, cmath.exp(1j * phi) * sine, cmath.exp(1j * (phi + lam)) * cosine]
    return cmath.exp(1j * gamma) * np.array(entries).reshape(2, 2)


def operations(gates) -> list[cirq.Operation]:
    found = []
    for gate in gates:
        own = cirq.MatrixGate(matrix(Gate(gate.name, gate.angles, gate.targets, (), gate.words)))
        found.append(own.on(*map(cirq.LineQubit, gate.targets)).controlled_by(*map(cirq.LineQubit, gate.controls)))
    return found


def unitary(gates, qubits) -> np.ndarray:
    order = [cirq.LineQubit(qubit) for qubit in qubits]
    return cirq.Circuit(operations(gates)).unitary(qubit_order=order, qubits_that_should_be_present=order)


def same_up_to_phase(first: np.ndarray, second: np.ndarray) -> bool:
    place = np.unravel_index(np.argmax(np.abs(first)), first.shape)
    phase = second[place] / first[place]
    return bool(np.allclose(first * phase, second, atol=1e-9)) and abs(abs(phase) - 1) < 1e-9


def some_gate(name: str, controls: int, first: float = 0.3) -> Gate:
    fact = GATES[name]
    angles = tuple(first + 0.37 * index for index in range(len(fact.parameters)))
    qubits = list(range(controls + fact.qubits))[::-1]  # not in order, so that a swapped qubit shows
    return Gate(name, angles, tuple(qubits[controls:]), tuple(qubits[:controls]))


def program(*gates: Gate) -> Program:
    return Program(1 + max(max(gate.qubits) for gate in gates), gates, ())


def is_taken(gate: Gate) -> bool:
    fact = GATES[gate.name]
    return fact.taken and (not gate.controls or (len(gate.controls) == 1 and fact.qubits == 1 and not fact.native))


@pytest.mark.parametrize(("name", "controls"), [*product(GATES, range(4))])
def test_a_gate_becomes_gates_that_ionq_takes_and_stays_the_same_unitary(name, controls):
    before = program(some_gate(name, controls))
    after = decompose(before)
    assert all(is_taken(gate) for gate in after.gates)
    assert same_up_to_phase(unitary(before.gates, range(before.qubits)), unitary(after.gates, range(before.qubits)))


@pytest.mark.parametrize("name", [*ALIASES, *CONTROLLED])
def test_a_gate_under_any_of_its_names_decomposes(name):
    meaning = word(name)
    before = program(some_gate(meaning.fact.name, meaning.controls))
    after = decompose(before)
    assert same_up_to_phase(unitary(before.gates, range(before.qubits)), unitary(after.gates, range(before.qubits)))


@pytest.mark.parametrize(("name", "controls"), [*product([name for name, fact in GATES.items() if fact.parameters], range(3))])
def test_angles_that_are_expressions_decompose_as_their_values_do(name, controls):
    values = {"a": 0.7, "theta": -0.2}
    block = bind(
        expression("theta/2 + c"), {"c": expression("2*a - theta"), "theta": expression("a*a")}
    )  # theta is bound, and is outer too
    gate = some_gate(name, controls)
    texts = [block, expression("cos(a) - theta"), expression("3*theta"), expression("a")][: len(gate.angles)]
    symbolic = Gate(gate.name, tuple(texts), gate.targets, gate.controls)
    numeric = Gate(gate.name, tuple(float(evaluate(text, values)) for text in texts), gate.targets, gate.controls)
    after = decompose(program(symbolic)).gates
    evaluated = [Gate(g.name, tuple(_value(angle, values) for angle in g.angles), g.targets, g.controls) for g in after]
    assert [g.name for g in evaluated] == [g.name for g in decompose(program(numeric)).gates]
    assert same_up_to_phase(unitary([numeric], range(program(gate).qubits)), unitary(evaluated, range(program(gate).qubits)))


def _value(angle, values):
    return float(evaluate(angle, values)) if isinstance(angle, Expression) else angle


def test_an_angle_keeps_the_text_from_which_it_comes():
    (turn, phase) = decompose(program(Gate("p", (expression("2*phi"),), (1,), (0,)))).gates
    assert (turn.name, turn.angles[0].text) == ("rz", "2*phi")
    assert (phase.name, phase.angles[0].text, phase.angles[0].names) == ("rz", "0.5*(2*phi)", frozenset({"phi"}))


def final_state(gates, qubits: int, state: np.ndarray) -> np.ndarray:
    order = cirq.LineQubit.range(qubits)
    circuit = cirq.Circuit(operations(gates), cirq.I.on_each(*order))
    return cirq.Simulator(dtype=np.complex128).simulate(circuit, qubit_order=order, initial_state=state).final_state_vector


@pytest.mark.parametrize(("name", "controls", "spare"), [
    *product(["x", "p", "rz"], [4], [0, 1]), *product(["x", "z"], [5, 6, 7], [0, 1, 3]), ("x", 7, 5), ("x", 8, 0), ("x", 8, 1),
    ("p", 7, 3), ("p", 8, 0), ("rz", 7, 1), ("ry", 8, 0), ("h", 6, 4), ("swap", 5, 2), ("rx", 7, 5),
])  # fmt: skip
def test_many_controls_act_as_one_gate_and_give_borrowed_qubits_back(name, controls, spare):
    gate = some_gate(name, controls)
    own = max(gate.qubits) + 1
    borrowed = tuple(Gate("h", (), (own + index,)) for index in range(spare))
    qubits = own + spare
    random = np.random.default_rng(controls)
    state = random.normal(size=2**qubits) + 1j * random.normal(size=2**qubits)
    state /= np.linalg.norm(state)
    before = Program(qubits, (*borrowed, gate), ())
    after = decompose(before)
    assert all(is_taken(found) for found in after.gates)
    overlap = np.vdot(final_state(before.gates, qubits, state), final_state(after.gates, qubits, state))
    assert abs(overlap) == pytest.approx(1, abs=1e-9)


def test_idle_qubits_are_never_borrowed():
    after = decompose(Program(40, (some_gate("x", 9),), ()))
    assert {qubit for gate in after.gates for qubit in gate.qubits} == set(range(10))


@pytest.mark.parametrize("controls", range(3))
def test_a_pauliexp_of_commuting_words_becomes_rotations(controls):
    words = ("XXI", "YYI", "ZZZ", "IIZ", "III")
    angles = (0.4, 0.5, -0.3, 0.2, 0.7, 0.9)
    gate = Gate("pauliexp", angles, tuple(range(controls, controls + 3)), tuple(range(controls)), words)
    after = decompose(program(gate))
    assert all(is_taken(found) for found in after.gates)
    assert same_up_to_phase(unitary([gate], range(controls + 3)), unitary(after.gates, range(controls + 3)))


def test_the_time_and_the_coefficients_of_a_pauliexp_may_both_be_expressions():
    gate = Gate("pauliexp", (expression("t/2"), expression("c"), 0.3), (0, 1), (), ("XY", "ZZ"))
    values = {"t": 1.2, "c": -0.8}
    after = [Gate(g.name, tuple(_value(a, values) for a in g.angles), g.targets, g.controls) for g in decompose(program(gate)).gates]
    wanted = Gate("pauliexp", (0.6, -0.8, 0.3), (0, 1), (), ("XY", "ZZ"))
    assert same_up_to_phase(unitary([wanted], range(2)), unitary(after, range(2)))


def test_words_commute_where_they_differ_at_an_even_number_of_places():
    assert commuting(("XX", "YY", "ZZ"))
    assert commuting(("ZIZ", "IZZ", "III"))
    assert commuting(())
    assert not commuting(("XI", "ZI"))
    assert not commuting(("XX", "ZZ", "ZI"))


def test_counts_are_those_of_the_decomposed_program():
    gates = [some_gate(name, controls) for name, controls in product(GATES, range(4))]
    gates += [some_gate(name, controls) for name in ("x", "p", "ry", "z") for controls in range(4, 13)]
    for before in (*(Program(20, (gate,), ()) for gate in gates), Program(20, tuple(gates), ())):
        after = decompose(before)
        assert gate_counts(before) == (sum(len(g.qubits) == 1 for g in after.gates), sum(len(g.qubits) == 2 for g in after.gates))


def test_documented_counts_hold():
    assert gate_counts(program(some_gate("x", 2))) == (9, 6)
    assert gate_counts(program(some_gate("z", 2))) == (7, 6)
    assert gate_counts(program(some_gate("swap", 1))) == (9, 8)
    assert gate_counts(program(some_gate("x", 3))) == (17, 14)
    assert gate_counts(program(some_gate("x", 4))) == (33, 30)
    spare = tuple(Gate("x", (), (20 + index,)) for index in range(8))
    assert gate_counts(Program(30, (*spare, some_gate("x", 10)), ()))[1] == 12 * 10 - 18


def test_a_thousand_controls_are_counted_without_making_their_gates():
    spare = tuple(Gate("x", (), (2000 + index,)) for index in range(1000))
    assert gate_counts(Program(3001, (*spare, some_gate("x", 1000)), ())) == (1000 + 16 * 1000 - 22, 12 * 1000 - 18)
    assert gate_counts(Program(3001, (some_gate("x", 1000),), ()))[1] > 10_000_000


def test_what_is_replaced_is_told_by_its_usual_name():
    before = program(some_gate("x", 2), some_gate("x", 1), some_gate("u", 0), some_gate("p", 1), some_gate("rx", 2), some_gate("dcx", 0))
    assert decomposed_names(before) == {
        "ccx": "6 cnot, 9 one-qubit",
        "u": "3 one-qubit",
        "cp": "1 crz, 1 one-qubit",
        "rx under 2 controls": "4 cnot, 6 one-qubit",
        "dcx": "2 cnot",
    }


def test_what_ionq_takes_is_left_as_it_is():
    gates = (some_gate("h", 0), some_gate("x", 1), some_gate("rzz", 0), some_gate("ms", 0), some_gate("crx"[1:], 1))
    before = Program(7, gates, (Measurement("m", (0, 1)),))
    assert decompose(before) == before
    assert decomposed_names(before) == {}


def test_a_hundred_thousand_gates_decompose_in_seconds():
    before = Program(3, (some_gate("p", 1), some_gate("u", 0), some_gate("x", 1), some_gate("h", 0)) * 25_000, ())
    assert len(decompose(before).gates) == 25_000 * (2 + 3 + 1 + 1)


def test_decomposing_imports_no_numpy():
    code = "import sys, ionq_runner.circuits.decompose; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

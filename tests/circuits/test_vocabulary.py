"""Every gate against its documented matrix, typed here once more; global phases count."""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Callable

import cirq
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.circuits.program import Gate
from ionq_runner.circuits.vocabulary import gate_names, inverse_gates, inverse_size, make_gate, word, written_out
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import evaluate, parse_expression
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES, NOT_GATES

ONE, X, Y, Z = (cirq.unitary(gate) for gate in (cirq.I, cirq.X, cirq.Y, cirq.Z))
PAULIS = {"I": ONE, "X": X, "Y": Y, "Z": Z}


def rotation(generator: np.ndarray, angle: float) -> np.ndarray:
    """exp(-i angle/2 generator)."""
    return scipy.linalg.expm(-0.5j * angle * generator)


def u(theta: float, phi: float, lam: float) -> np.ndarray:
    """U of OpenQASM 3."""
    cos, sin = math.cos(theta / 2), math.sin(theta / 2)
    return np.array([[cos, -cmath.exp(1j * lam) * sin], [cmath.exp(1j * phi) * sin, cmath.exp(1j * (phi + lam)) * cos]])


def gpi(phi: float) -> np.ndarray:
    return np.array([[0, cmath.exp(-2j * math.pi * phi)], [cmath.exp(2j * math.pi * phi), 0]])


def gpi2(phi: float) -> np.ndarray:
    return np.array([[1, -1j * cmath.exp(-2j * math.pi * phi)], [-1j * cmath.exp(2j * math.pi * phi), 1]]) / math.sqrt(2)


def ms(phi0: float, phi1: float, theta: float) -> np.ndarray:
    cos, sin = math.cos(math.pi * theta), -1j * math.sin(math.pi * theta)
    total, difference = cmath.exp(-2j * math.pi * (phi0 + phi1)), cmath.exp(-2j * math.pi * (phi0 - phi1))
    return np.array([
        [cos, 0, 0, sin * total], [0, cos, sin * difference, 0],
        [0, sin * difference.conjugate(), cos, 0], [sin * total.conjugate(), 0, 0, cos],
    ])  # fmt: skip


def controlled_u(theta: float, phi: float, lam: float, gamma: float) -> np.ndarray:
    return scipy.linalg.block_diag(ONE, cmath.exp(1j * gamma) * u(theta, phi, lam))


MARGOLUS = np.diag([1, 1, 1, 1, 1, -1, 0, 0]).astype(complex)
MARGOLUS[6, 7], MARGOLUS[7, 6] = -1j, 1j
DOUBLE_CNOT = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]])  # |01> -> |11>, |10> -> |01>, |11> -> |10>

# The first target is the first letter of a ket.
MATRICES: dict[str, Callable[..., np.ndarray]] = {
    "x": lambda: X, "y": lambda: Y, "z": lambda: Z,
    "h": lambda: np.array([[1, 1], [1, -1]]) / math.sqrt(2),
    "s": lambda: np.diag([1, 1j]), "si": lambda: np.diag([1, -1j]),
    "t": lambda: np.diag([1, cmath.exp(0.25j * math.pi)]), "ti": lambda: np.diag([1, cmath.exp(-0.25j * math.pi)]),
    "v": lambda: np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2, "vi": lambda: np.array([[1 - 1j, 1 + 1j], [1 + 1j, 1 - 1j]]) / 2,
    "rx": lambda a: rotation(X, a), "ry": lambda a: rotation(Y, a), "rz": lambda a: rotation(Z, a),
    "p": lambda a: np.diag([1, cmath.exp(1j * a)]),
    "r": lambda theta, phi: rotation(math.cos(phi) * X + math.sin(phi) * Y, theta),
    "u": u, "u2": lambda phi, lam: u(math.pi / 2, phi, lam),
    "swap": lambda: cirq.unitary(cirq.SWAP), "iswap": lambda: cirq.unitary(cirq.ISWAP), "dcx": lambda: DOUBLE_CNOT,
    "rxx": lambda a: rotation(np.kron(X, X), a), "ryy": lambda a: rotation(np.kron(Y, Y), a), "rzz": lambda a: rotation(np.kron(Z, Z), a),
    "rzx": lambda a: rotation(np.kron(Z, X), a),
    "ecr": lambda: (np.kron(X, ONE) - np.kron(Y, X)) / math.sqrt(2),  # IX - XY in the order q1 q0
    "cu": controlled_u, "rccx": lambda: MARGOLUS,
    "gpi": gpi, "gpi2": gpi2, "ms": ms, "zz": lambda a: rotation(np.kron(Z, Z), 2 * math.pi * a),
}  # fmt: skip


def matrix(gate: Gate, values: dict[str, float]) -> np.ndarray:
    """The documented matrix of a gate without its controls; that of a `pauliexp` from its definition."""
    angles = [float(angle if isinstance(angle, float) else evaluate(angle, values)) for angle in gate.angles]
    if gate.name != "pauliexp":
        return MATRICES[gate.name](*angles)
    total = np.zeros((2 ** len(gate.targets),) * 2, dtype=complex)
    for coefficient, letters in zip(angles[1:], gate.words, strict=True):
        term = np.eye(1)
        for letter in letters:
            term = np.kron(term, PAULIS[letter])
        total += coefficient * term
    return scipy.linalg.expm(-1j * angles[0] * total)


def unitary(gates: tuple[Gate, ...], qubits: int, values: dict[str, float] | None = None) -> np.ndarray:
    """What a sequence of gates does, worked out by Cirq from the documented matrices."""
    line = cirq.LineQubit.range(qubits)
    circuit = cirq.Circuit()
    for gate in gates:
        operation = cirq.MatrixGate(matrix(gate, values or {}))(*(line[q] for q in gate.targets))
        circuit.append(operation.controlled_by(*(line[q] for q in gate.controls)) if gate.controls else operation)
    return circuit.unitary(qubit_order=line, qubits_that_should_be_present=line)


ANGLES = st.floats(-10, 10, allow_nan=False, allow_subnormal=False)
SYMBOLS = tuple(parse_expression(Excerpt.of(text)) for text in ("a", "2*b - a", "pi/3 + b", "-a"))


@st.composite
def placed_gates(draw: st.DrawFn, names: tuple[str, ...] = tuple(GATES)) -> tuple[Gate, dict[str, float]]:
    """A gate of the vocabulary on random qubits of five, under up to two controls, its angles numbers or expressions; and values."""
    fact = GATES[draw(st.sampled_from(names))]
    controls = draw(st.integers(0, 2))
    qubits = tuple(draw(st.permutations(range(5))))[: controls + fact.qubits]
    angles = tuple(draw(st.one_of(ANGLES, st.sampled_from(SYMBOLS))) for _ in fact.parameters)
    values = {"a": draw(ANGLES), "b": draw(ANGLES)}
    return Gate(fact.name, angles, qubits[controls:], qubits[:controls]), values


@pytest.mark.parametrize("name", GATES)
def test_the_facts_of_a_gate_are_its_matrix(name):
    """The Euler angles of a one-qubit gate, or the gates that define another, at angles without symmetry."""
    fact = GATES[name]
    angles = (0.73, -1.91, 2.57, 0.31)[: len(fact.parameters)]
    wanted = MATRICES[name](*angles)
    if fact.euler is not None:
        values = dict(zip(fact.parameters, angles, strict=True))
        theta, phi, lam, gamma = (float(evaluate(parse_expression(Excerpt.of(text)), values)) for text in fact.euler)
        found = cmath.exp(1j * gamma) * u(theta, phi, lam)
        assert not fact.definition
    else:
        gate = Gate(name, angles, tuple(range(fact.qubits)))
        assert written_out(gate) != (gate,)
        found = unitary(written_out(gate), fact.qubits)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@given(placed_gates())
def test_a_gate_written_out_is_the_gate_wherever_it_stands(placed):
    gate, values = placed
    np.testing.assert_allclose(unitary(written_out(gate), 5, values), unitary((gate,), 5, values), atol=1e-9)


@given(placed_gates())
def test_the_inverse_undoes_a_gate_and_its_global_phase(placed):
    gate, values = placed
    undone = inverse_gates(gate)
    assert len(undone) == inverse_size(gate.name)
    np.testing.assert_allclose(unitary((gate, *undone), 5, values), np.eye(32), atol=1e-9)
    np.testing.assert_allclose(unitary((*undone, gate), 5, values), np.eye(32), atol=1e-9)


@given(placed_gates(), st.integers(1, 4))
def test_inverses_of_inverses_stay_exact(placed, times):
    gate, values = placed
    gates = (gate,)
    for _ in range(2 * times):
        gates = tuple(inverse for one in reversed(gates) for inverse in inverse_gates(one))
    np.testing.assert_allclose(unitary(gates, 5, values), unitary((gate,), 5, values), atol=1e-9)
    assert len(gates) == inverse_size(gate.name)  # the gates that an inverse needs are undone by one gate each


@given(st.data())
def test_a_sum_of_words_is_undone_by_its_negative(data):
    """Also under controls, and in the order of the letters; the time stays as it is, since IonQ takes none below zero."""
    width, terms, controls = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3)), data.draw(st.integers(0, 1))
    words = tuple("".join(data.draw(st.sampled_from("IXYZ")) for _ in range(width)) for _ in range(terms))
    angles = tuple(data.draw(st.one_of(st.floats(-2, 2), st.sampled_from(SYMBOLS))) for _ in range(terms + 1))
    qubits = tuple(data.draw(st.permutations(range(4))))
    gate = Gate("pauliexp", angles, qubits[controls : controls + width], qubits[:controls], words)
    values = {"a": 0.7, "b": -0.4}
    (undone,) = inverse_gates(gate)
    assert (undone.angles[0], undone.targets, undone.controls, undone.words) == (gate.angles[0], gate.targets, gate.controls, words)
    assert inverse_size("pauliexp") == 1
    assert written_out(gate) == (gate,)
    np.testing.assert_allclose(unitary((gate, undone), 4, values), np.eye(16), atol=1e-9)


def test_a_number_and_a_name_of_the_same_value_give_the_same_inverse():
    angle = parse_expression(Excerpt.of("a"))
    for name, fact in GATES.items():
        symbolic = Gate(name, (angle,) * len(fact.parameters), tuple(range(fact.qubits)))
        numeric = Gate(name, (0.37,) * len(fact.parameters), tuple(range(fact.qubits)))
        for operation in (inverse_gates, written_out):
            for one, other in zip(operation(symbolic), operation(numeric), strict=True):
                evaluated = tuple(float(a if isinstance(a, float) else evaluate(a, {"a": 0.37})) for a in one.angles)
                assert (one.name, evaluated, one.targets, one.controls) == (other.name, other.angles, other.targets, other.controls)


def controlled_form(name: str) -> cirq.Gate:
    base, controls = CONTROLLED[name]
    return cirq.ControlledGate(cirq.MatrixGate(MATRICES[base](*(0.9, -0.4, 1.3)[: len(GATES[base].parameters)])), num_controls=controls)


CIRQ_NAMES: dict[str, cirq.Gate] = {
    "cnot": cirq.CNOT, "cx": cirq.CNOT, "cz": cirq.CZ, "cswap": cirq.CSWAP, "fredkin": cirq.FREDKIN, "ccx": cirq.CCX,
    "toffoli": cirq.TOFFOLI, "ccz": cirq.CCZ, "cs": cirq.CZ**0.5, "csdg": cirq.CZ**-0.5, "cp": cirq.CZ ** (0.9 / math.pi),
    "cu1": cirq.CZ ** (0.9 / math.pi), "csx": cirq.CNOT**0.5, "c3x": cirq.ControlledGate(cirq.CCX), "not": cirq.X, "sdg": cirq.S**-1,
    "tdg": cirq.T**-1, "sx": cirq.X**0.5, "sxdg": cirq.X**-0.5, "u1": cirq.ZPowGate(exponent=0.9 / math.pi),
    "crz": cirq.ControlledGate(cirq.rz(0.9)),
}  # fmt: skip


@pytest.mark.parametrize("name", [*ALIASES, *CONTROLLED])
def test_another_name_is_the_same_gate(name):
    meaning = word(name)
    angles = (0.9, -0.4, 1.3)[: len(meaning.fact.parameters)]
    gate = make_gate(meaning, angles, tuple(range(meaning.qubits)))
    found = unitary((gate,), meaning.qubits)
    wanted = MATRICES[ALIASES[name]](*angles) if name in ALIASES else cirq.unitary(controlled_form(name))
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    if name in CIRQ_NAMES:
        np.testing.assert_allclose(found, cirq.unitary(CIRQ_NAMES[name]), atol=1e-12)


def test_p_and_rz_are_alike_alone_and_differ_under_control():
    alone = [unitary((Gate(name, (0.8,), (0,)),), 1) for name in ("p", "rz")]
    under = [unitary((Gate(name, (0.8,), (1,), (0,)),), 2) for name in ("p", "rz")]
    assert cirq.equal_up_to_global_phase(*alone, atol=1e-9)
    assert not cirq.equal_up_to_global_phase(*under, atol=1e-9)


def test_names_are_known_once_and_unknown_ones_mean_nothing():
    names = gate_names()
    assert len(names) == len(set(names))
    assert all(word(name) is not None for name in names)
    assert all(word(name) is None for name in ("", "H", "hadamard", "cnot ", *NOT_GATES))
    assert not set(names) & set(NOT_GATES)


def test_the_gates_of_ionq_are_all_there():
    taken = {fact.wire or name for name, fact in GATES.items() if fact.taken and not fact.native}
    assert taken == {"x", "y", "z", "rx", "ry", "rz", "h", "s", "si", "v", "vi", "t", "ti", "swap", "xx", "yy", "zz"}
    assert {name for name, fact in GATES.items() if fact.native} == {"gpi", "gpi2", "ms", "zz"}
    assert all(fact.unit == ("turns" if fact.native else "radians") for fact in GATES.values())


@pytest.mark.parametrize("name", GATES)
def test_a_row_is_complete(name):
    fact = GATES[name]
    assert fact.name == name
    assert all((fact.about, fact.matrix))
    assert (fact.euler is None) == bool(fact.definition) == (fact.qubits > 1)
    assert fact.inverse or fact.definition


def test_native_gates_follow_ionqs_relations():
    """GPI2(0.25) then GPI(0) is a Hadamard, and an MS between GPI2 turns a cnot, as IonQ documents both."""
    assert cirq.equal_up_to_global_phase(unitary((Gate("gpi2", (0.25,), (0,)), Gate("gpi", (0.0,), (0,))), 1), MATRICES["h"](), atol=1e-9)
    recipe = (
        Gate("gpi2", (0.25,), (0,)), Gate("ms", (0.0, 0.0, 0.25), (0, 1)), Gate("gpi2", (0.5,), (1,)),
        Gate("gpi2", (0.5,), (0,)), Gate("gpi2", (-0.25,), (0,)),
    )  # fmt: skip
    assert cirq.equal_up_to_global_phase(unitary(recipe, 2), cirq.unitary(cirq.CNOT), atol=1e-9)
    for one, other in itertools.product((0.0, 0.25), repeat=2):
        np.testing.assert_allclose(ms(one, other, 0.5), -1j * np.kron(gpi(one), gpi(other)), atol=1e-12)

"""The families that are written out give what their pages promise, exactly, at several sizes and values."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.linalg

from ionq_runner.circuits import Gate, Program
from ionq_runner.circuits.families import FAMILIES
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.language.reading.families import read_family
from ionq_runner.simulation import probabilities

ROUNDING = 1e-12


def outcomes(found):
    """The outcomes with a probability, as bits."""
    width = len(found.chances).bit_length() - 1
    return {f"{index:0{width}b}": pytest.approx(chance, abs=ROUNDING) for index, chance in enumerate(found.chances) if chance > ROUNDING}


def test_bell_is_00_or_11(one):
    assert outcomes(one("{library: bell}")) == {"00": 0.5, "11": 0.5}


@pytest.mark.parametrize("n", [2, 3, 7, 12])
def test_ghz_is_all_zeros_or_all_ones(one, n):
    assert outcomes(one(f"{{library: ghz, qubits: {n}}}")) == {"0" * n: 0.5, "1" * n: 0.5}


@pytest.mark.parametrize("n", [1, 2, 3, 6, 11])
def test_w_has_one_1_at_each_place_alike(one, n):
    assert outcomes(one(f"{{library: w, qubits: {n}}}")) == {"0" * q + "1" + "0" * (n - 1 - q): 1 / n for q in range(n)}


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_w_is_one_state_with_equal_signs(one, n):
    """Undone by itself it is all zeros again, and turned by a Fourier transform it is what a sum with equal signs becomes."""
    gates = one(f"{{library: w, qubits: {n}}}").gates
    program = Program(n, gates, one(f"{{library: qft, qubits: {n}}}").program.measurements)
    turned = Program(n, (*gates, *(Gate("h", (), (q,)) for q in range(n))), program.measurements)
    state = np.zeros(2**n)
    state[[1 << q for q in range(n)]] = 1 / math.sqrt(n)
    hadamard = scipy.linalg.hadamard(2**n) / math.sqrt(2**n)
    assert probabilities(turned, NoiseModel(), {}, 1)[0] == pytest.approx((hadamard @ state) ** 2, abs=ROUNDING)


@pytest.mark.parametrize("n", [1, 2, 4, 9])
def test_qft_of_zeros_is_even(one, n):
    assert one(f"{{library: qft, qubits: {n}}}").chances == pytest.approx(2.0**-n, abs=ROUNDING)


@pytest.mark.parametrize(("n", "x"), [(1, 1), (2, 1), (3, 6), (4, 11), (5, 19)])
def test_qft_turns_a_number_into_the_phases_of_a_wave(one, n, x):
    """Behind it the inverse transform of a textbook, as phases and a wave of the opposite sign, gives the number back."""
    gates = one(f"{{library: qft, qubits: {n}}}").gates
    found = one(f"{{library: qft, qubits: {n}}}").program
    start = tuple(Gate("x", (), (q,)) for q in range(n) if x >> (n - 1 - q) & 1)
    unwound = tuple(Gate("p", (-2 * math.pi * x / 2 ** (q + 1),), (q,)) for q in range(n))
    hadamards = tuple(Gate("h", (), (q,)) for q in range(n))
    chances = probabilities(Program(n, (*start, *gates, *unwound, *hadamards), found.measurements), NoiseModel(), {}, 1)[0]
    assert chances[0] == pytest.approx(1, abs=ROUNDING)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_bernstein_vazirani_finds_every_secret(made, n):
    found = made(f"{{library: bernstein_vazirani, sweep: {{secret: {{bitstrings: {n}}}}}}}")
    assert len(found) == 2**n
    for member in found:
        assert outcomes(member) == {member.values["secret"]: 1}
        assert (member.program.qubits, member.program.measured) == (n + 1, tuple(range(n)))


@pytest.mark.parametrize("parameters", ['{secret: "10110"}', "{unused: 1}"])
def test_a_bit_string_may_come_from_the_file_or_the_circuit(one, parameters):
    own = "" if "secret" in parameters else ', parameters: {secret: "10110"}'
    assert outcomes(one(f"{{library: bernstein_vazirani{own}}}", parameters)) == {"10110": 1}


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6])
def test_grover_finds_what_is_marked_as_often_as_it_should(made, n):
    rounds = math.floor(math.pi / 4 * math.sqrt(2**n))
    chance = math.sin((2 * rounds + 1) * math.asin(1 / math.sqrt(2**n))) ** 2
    for member in made(f"{{library: grover, sweep: {{marked: {{bitstrings: {n}}}}}}}")[:: max(1, 2**n // 8)]:
        wanted = np.full(2**n, (1 - chance) / (2**n - 1))
        wanted[int(member.values["marked"], 2)] = chance
        assert member.chances == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("t", [1, 2, 4, 6])
def test_phase_estimation_reads_the_phase(made, t):
    found = made(f"{{library: phase_estimation, qubits: {t + 1}, sweep: {{phase: {{linspace: [0, 1, 12]}}}}}}")
    for member in found:
        for y, chance in enumerate(member.chances):
            off = member.values["phase"] - y / 2**t
            near = math.sin(math.pi * off) ** 2
            assert chance == pytest.approx(1 if near < 1e-20 else math.sin(2**t * math.pi * off) ** 2 / 4**t / near, abs=1e-9)


def test_phase_estimation_of_a_binary_fraction_is_certain(one):
    assert outcomes(one("{library: phase_estimation, qubits: 5, parameters: {phase: 11/16}}")) == {"1011": 1}


@pytest.mark.parametrize("n", [2, 4, 6])
def test_hidden_shift_finds_every_shift(made, n):
    for member in made(f"{{library: hidden_shift, sweep: {{shift: {{bitstrings: {n}}}}}}}"):
        assert outcomes(member) == {member.values["shift"]: 1}


def mean_cut(found, edges) -> float:
    width = len(found.chances).bit_length() - 1
    bits = [f"{index:0{width}b}" for index in range(len(found.chances))]
    return sum(float(chance) * sum(b[i] != b[j] for i, j in edges) for chance, b in zip(found.chances, bits, strict=True))


GRAPHS = {
    "ring": (6, [(q, (q + 1) % 6) for q in range(6)]),
    "star": (4, [(0, 1), (0, 2), (0, 3)]),
    "cube": (8, [(a, a ^ b) for a in range(8) for b in (1, 2, 4) if a < a ^ b]),
}


@pytest.mark.parametrize("graph", GRAPHS)
def test_qaoa_cuts_as_the_formula_of_graphs_without_triangles_says(made, graph):
    n, edges = GRAPHS[graph]
    sweep = "{gamma: {linspace: [0, pi, 5]}, beta: {linspace: [0, pi/2, 5]}}"
    degree = [sum(q in edge for edge in edges) for q in range(n)]
    for member in made(f"{{library: qaoa_maxcut, qubits: {n}, sweep: {sweep}}}", f"{{edges: {[list(edge) for edge in edges]}}}"):
        gamma, beta = member.values["gamma"], member.values["beta"]
        turn = math.sin(4 * beta) * math.sin(gamma) / 4
        wanted = sum(0.5 + turn * (math.cos(gamma) ** (degree[i] - 1) + math.cos(gamma) ** (degree[j] - 1)) for i, j in edges)
        assert mean_cut(member, edges) == pytest.approx(wanted, abs=1e-10)


def test_qaoa_on_the_ring_of_six_cuts_four_and_a_half_at_best(made):
    n, edges = GRAPHS["ring"]
    sweep = "{gamma: {linspace: [0, pi, 21]}, beta: {linspace: [0, pi/2, 21]}}"
    found = made(f"{{library: qaoa_maxcut, qubits: {n}, sweep: {sweep}}}", f"{{edges: {[list(edge) for edge in edges]}}}")
    assert max(mean_cut(member, edges) for member in found) == pytest.approx(4.5, abs=0.02)
    best = made(f"{{library: qaoa_maxcut, qubits: {n}, parameters: {{gamma: pi/4, beta: pi/8}}}}", f"{{edges: {[list(e) for e in edges]}}}")
    assert mean_cut(best[0], edges) == pytest.approx(4.5, abs=ROUNDING)


PAULI_X, PAULI_Z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])


def ising(n, coupling, field):
    """The two parts of the Hamiltonian of a chain."""

    def at(matrix, *places):
        whole = np.eye(1)
        for q in range(n):
            whole = np.kron(whole, matrix if q in places else np.eye(2))
        return whole

    neighbours = sum((at(PAULI_Z, q, q + 1) for q in range(n - 1)), np.zeros((2**n, 2**n)))
    return -coupling * neighbours, -field * sum(at(PAULI_X, q) for q in range(n))


@pytest.mark.parametrize(("n", "coupling", "field"), [(1, 1, 0.7), (2, 1, 0.7), (4, 0.5, 1.3)])
def test_trotter_steps_are_products_of_the_two_parts(made, n, coupling, field):
    zz, x = ising(n, coupling, field)
    own = f"parameters: {{J: {coupling}, g: {field}}}, sweep: {{steps: 1..4, dt: [0.1, 0.5]}}"
    for member in made(f"{{library: trotter_ising, qubits: {n}, {own}}}"):
        dt, steps = member.values["dt"], int(member.values["steps"])
        step = scipy.linalg.expm(-1j * dt * x) @ scipy.linalg.expm(-1j * dt * zz)
        assert member.chances == pytest.approx(abs(np.linalg.matrix_power(step, steps)[:, 0]) ** 2, abs=ROUNDING)


def test_trotter_steps_come_closer_to_the_exact_evolution(made):
    zz, x = ising(3, 1, 1)
    exact = abs(scipy.linalg.expm(-1j * (zz + x))[:, 0]) ** 2
    found = made("{library: trotter_ising, qubits: 3, parameters: {dt: 1/steps}, sweep: {steps: [4, 8, 16, 32]}}")
    off = [np.abs(member.chances - exact).max() for member in found]
    assert all(after < 0.6 * before for before, after in itertools.pairwise(off))


def test_without_coupling_each_qubit_turns_alone(one):
    found = one("{library: trotter_ising, qubits: 2, parameters: {J: 0, g: 0.7, steps: 3, dt: 0.25}}")
    flipped = math.sin(0.7 * 0.75) ** 2
    assert found.chances == pytest.approx(np.kron([1 - flipped, flipped], [1 - flipped, flipped]), abs=ROUNDING)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_says_all_that_a_person_asks(name):
    family = read_family(name)
    assert min(map(len, (family.description, family.known, family.source))) > 20
    assert all(parameter.about.endswith(".") for parameter in family.parameters)
    assert family.drawn == (not family.body)


SMALL = {
    "bell": "{library: bell}",
    "ghz": "{library: ghz, qubits: 4}",
    "w": "{library: w, qubits: 4}",
    "qft": "{library: qft, qubits: 4}",
    "bernstein_vazirani": '{library: bernstein_vazirani, parameters: {secret: "1011"}}',
    "grover": '{library: grover, parameters: {marked: "101"}}',
    "phase_estimation": "{library: phase_estimation, qubits: 4, parameters: {phase: 0.3}}",
    "hidden_shift": '{library: hidden_shift, parameters: {shift: "1001"}}',
    "qaoa_maxcut": "{library: qaoa_maxcut, qubits: 3, parameters: {gamma: 0.3, beta: 0.2}}",
    "trotter_ising": "{library: trotter_ising, qubits: 3, parameters: {steps: 2, dt: 0.1}}",
}


@pytest.mark.parametrize(("name", "known"), [
    ("bell", "8fd4ef5ffda9d233"),
    ("ghz", "b13f73b466a2d650"),
    ("w", "722011e938b7ef60"),
    ("qft", "19485a304326b5c3"),
    ("bernstein_vazirani", "00ca4def84f56d84"),
    ("grover", "29a11be4f9c623a6"),
    ("phase_estimation", "45a0253be361d616"),
    ("hidden_shift", "cab9c5996a1b419d"),
    ("qaoa_maxcut", "7e93ca7b1e95ebc1"),
    ("trotter_ising", "780a9c25c09a57ee"),
])  # fmt: skip
def test_circuits_are_these_for_ever(one, name, known):
    assert one(SMALL[name], "{edges: [[0, 1], [1, 2]]}").fingerprint == known


def test_every_family_that_is_written_out_is_among_them():
    assert [*SMALL] == [name for name in FAMILIES if not read_family(name).drawn]

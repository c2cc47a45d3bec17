"""Random programs with columns, against Cirq's state vectors and density matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.decompose import decompose
from ionq_runner.diagnostics import Excerpt, ProblemFound
from ionq_runner.expressions import parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import GATES
from ionq_runner.simulation import Block, engine, ideal, large, methods, noisy, probabilities, simulate

QUIET = NoiseModel()
POINTS = 3
ANGLES = [parse_expression(Excerpt.of(text)) for text in ("a", "b", "-a", "2*b", "a + b", "pi/2", "sin(a)*b")]
COLUMNS = {"a": np.array([0.3, -1.2, 2.5]), "b": np.array([1.1, 0.0, -0.4])}


@st.composite
def programs(draw, qubits: int, gates: int, controls: int) -> Program:
    made = []
    for _ in range(draw(st.integers(1, gates))):
        name = draw(st.sampled_from([name for name, fact in GATES.items() if fact.qubits <= qubits]))
        fact = GATES[name]
        order = draw(st.permutations(range(qubits)))
        count = draw(st.integers(0, min(controls, qubits - fact.qubits)))
        angles = tuple(draw(st.one_of(st.sampled_from(ANGLES), st.floats(-4, 4))) for _ in fact.parameters)
        made.append(Gate(name, angles, tuple(order[: fact.qubits]), tuple(order[fact.qubits : fact.qubits + count])))
    measured = draw(st.permutations(range(qubits)))[: draw(st.integers(1, qubits))]
    return Program(qubits, tuple(made), (Measurement("m", tuple(measured)),))


def values_at(point: int) -> dict[str, float]:
    return {name: float(column[point]) for name, column in COLUMNS.items()}


def over_all(program: Program, noise: NoiseModel, rows: np.ndarray) -> np.ndarray:
    """Rows over the qubits that are read as rows over all measured ones."""
    read = methods.read_qubits(program, noise)
    places = [sum(((o >> (len(read) - 1 - read.index(q))) & 1) << (len(program.measured) - 1 - i)
                  for i, q in enumerate(program.measured) if q in read) for o in range(2 ** len(read))]  # fmt: skip
    wide = np.zeros((len(rows), 2 ** len(program.measured)))
    wide[:, places] = rows
    return wide


def check(program: Program, noise: NoiseModel, oracle) -> None:
    found = over_all(program, noise, probabilities(program, noise, COLUMNS, POINTS))
    taken = decompose(program)
    for point in range(POINTS):
        wanted = (
            oracle.probabilities(program, values_at(point))
            if methods.choose_method(program, noise) is methods.Method.STATE_VECTOR and not noise.spam
            else oracle.noisy_probabilities(taken, noise, values_at(point))
        )
        np.testing.assert_allclose(found[point], wanted, atol=1e-10)


@seed(1)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_random_programs_have_the_probabilities_of_cirq(oracle, data):
    qubits = data.draw(st.integers(1, 6))
    check(data.draw(programs(qubits, 25, 3)), QUIET, oracle)


@seed(2)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_random_programs_with_noise_have_the_probabilities_of_cirq(oracle, data):
    qubits = data.draw(st.integers(1, 4))
    rates = [(0.03, 0.1, 0.0), (0.2, 0.0, 0.0), (0.0, 0.3, 0.0), (1.0, 1.0, 0.0), (0.03, 0.1, 0.05), (0.0, 0.0, 0.1)]
    one_qubit, two_qubit, spam = data.draw(st.sampled_from(rates))
    noise = NoiseModel(one_qubit=one_qubit, two_qubit=two_qubit, spam=spam)
    check(data.draw(programs(qubits, 8, 2)), noise, oracle)


def test_a_state_with_wide_groups_and_many_layers_is_that_of_cirq(oracle):
    random = np.random.default_rng(5)
    gates = []
    for _ in range(6):
        gates += [Gate("u", (float(random.normal()), ANGLES[0], ANGLES[1]), (qubit,)) for qubit in range(9) if random.random() < 0.7]
        order = [int(qubit) for qubit in random.permutation(9)]
        gates += [
            Gate("x", (), (order[0],), (order[1],)),
            Gate("rzz", (ANGLES[4],), (order[2], order[3])),
            Gate("swap", (), (order[4], order[5])),
        ]
        gates += [Gate("x", (), (order[0],), tuple(order[6:8])), Gate("p", (ANGLES[1],), (order[8],), (order[2],))]
    program = Program(9, tuple(gates), (Measurement("m", (4, 8, 0, 1, 7)),))
    check(program, QUIET, oracle)


def test_swept_and_fixed_angles_of_many_phases_share_tables_and_products(oracle):
    gates = [Gate("h", (), (qubit,)) for qubit in range(7)]
    gates += [Gate("rzz", (ANGLES[qubit % 5] if qubit % 3 else 0.3,), (qubit, (qubit + 1) % 7)) for qubit in range(7)]
    gates += [Gate("x", (), (1,), (0,)), *(Gate("rz", (ANGLES[qubit % 5],), (qubit,)) for qubit in range(7)), Gate("x", (), (1,), (0,))]
    gates += [Gate("u", (ANGLES[1], ANGLES[0], ANGLES[4]), (qubit,)) for qubit in range(7)]
    gates += [Gate("p", (ANGLES[3],), (6,), (0, 1, 2, 3)), *(Gate("h", (), (qubit,)) for qubit in range(7))]
    check(Program(7, tuple(gates), (Measurement("m", tuple(range(7))),)), QUIET, oracle)


@pytest.fixture
def small_rows(monkeypatch):
    """The engine of large states, brought down to sizes that Cirq can check."""
    monkeypatch.setattr(large, "ROW_BITS", 3)
    monkeypatch.setattr(engine, "CACHED_QUBITS", 2)


@seed(3)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_the_engine_of_large_states_has_the_probabilities_of_cirq(oracle, data):
    qubits = data.draw(st.integers(4, 7))
    turned = tuple(Gate("ry", (0.1 + 0.2 * qubit,), (qubit,)) for qubit in range(qubits))
    program = data.draw(programs(qubits, 20, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "ROW_BITS", 3)
        patch.setattr(engine, "CACHED_QUBITS", 2)
        check(Program(qubits, turned + program.gates, program.measurements), QUIET, oracle)


def test_twenty_qubits_make_a_ghz_state_with_two_outcomes():
    qubits = 20
    gates = (Gate("h", (), (7,)), *(Gate("x", (), (qubit,), (7,)) for qubit in range(qubits) if qubit != 7))
    block = Block(
        Program(qubits, gates, (Measurement("m", tuple(range(qubits))),)), QUIET, {}, np.array([1000]), 3, np.ones((1, 2), np.uint64)
    )
    counts = simulate(block)
    assert counts.outcomes.tolist() == [0, 2**20 - 1]
    assert counts.probabilities.tolist() == [0.5, 0.5]


def test_the_fourier_transform_of_a_basis_state_and_back_is_that_state():
    qubits, value = 18, 0b101100111000110101
    bits = [qubit for qubit in range(qubits) if value >> (qubits - 1 - qubit) & 1]
    there = []
    for target in range(qubits):
        there.append(Gate("h", (), (target,)))
        there += [Gate("p", (np.pi / 2 ** (control - target),), (target,), (control,)) for control in range(target + 1, qubits)]
    back = [Gate(gate.name, tuple(-angle for angle in gate.angles), gate.targets, gate.controls) for gate in reversed(there)]
    kicked = [Gate("rz", (0.0,), (qubit,)) for qubit in range(qubits)]
    program = Program(qubits, tuple([Gate("x", (), (b,)) for b in bits] + there + kicked + back), (Measurement("m", tuple(range(qubits))),))
    row = probabilities(program, QUIET, {}, 1)[0]
    assert row[value] == pytest.approx(1, abs=1e-10)


def test_the_fourier_transform_of_a_periodic_state_has_peaks_where_theory_says():
    qubits = 17
    there = []
    for target in range(qubits):
        there.append(Gate("h", (), (target,)))
        there += [Gate("p", (np.pi / 2 ** (control - target),), (target,), (control,)) for control in range(target + 1, qubits)]
    swaps = [Gate("swap", (), (qubit, qubits - 1 - qubit)) for qubit in range(qubits // 2)]
    period = [Gate("h", (), (qubit,)) for qubit in range(qubits - 3)]  # all multiples of 8
    program = Program(qubits, tuple(period + there + swaps), (Measurement("m", tuple(range(qubits))),))
    row = probabilities(program, QUIET, {}, 1)[0]
    peaks = np.arange(8) * 2 ** (qubits - 3)
    np.testing.assert_allclose(row[peaks], 1 / 8, atol=1e-10)


def test_idle_qubits_cost_nothing_and_read_zero():
    gates = (Gate("x", (), (7000,)), Gate("x", (), (3,), (7000,)))
    program = Program(10_000, gates, (Measurement("m", tuple(range(10_000))),))
    counts = simulate(Block(program, QUIET, {}, np.array([5]), 1, np.ones((1, 2), np.uint64)))
    assert (counts.outcomes.tolist(), counts.counts.tolist()) == ([3], [5])


def test_a_program_without_gates_reads_zero():
    program = Program(3, (), (Measurement("m", (0, 1, 2)),))
    counts = simulate(Block(program, QUIET, {}, np.array([5, 7]), 1, np.ones((2, 2), np.uint64)))
    assert (counts.offsets.tolist(), counts.outcomes.tolist(), counts.counts.tolist()) == ([0, 1, 2], [0, 0], [5, 7])


def test_a_program_without_gates_and_with_readout_errors_reads_them():
    program = Program(2, (), (Measurement("m", (1, 0)),))
    for noise in (NoiseModel(spam=0.1), NoiseModel(one_qubit=0.1, spam=0.1)):
        np.testing.assert_allclose(probabilities(program, noise, {}, 1)[0], [0.81, 0.09, 0.09, 0.01])


def test_runs_that_exceed_the_budget_are_made_again_and_give_the_same_rows(monkeypatch, oracle):
    gates: list[Gate] = []
    for qubit in (0, 1, 2, 0, 1):
        gates += [Gate("ry", (ANGLES[0],), (qubit,)), Gate("x", (), ((qubit + 1) % 3,), (qubit,)), Gate("u", tuple(ANGLES[:3]), (qubit,))]
        gates += [Gate("rz", (ANGLES[qubit],), (qubit,)), Gate("x", (), (qubit,), ((qubit + 1) % 3,))]
    program = Program(3, tuple(gates), (Measurement("m", (0, 1, 2)),))
    noise = NoiseModel(one_qubit=0.1, two_qubit=0.1)
    kept = [probabilities(program, own, COLUMNS, POINTS) for own in (QUIET, noise)]
    monkeypatch.setattr(ideal, "KEPT_BYTES", 0)
    monkeypatch.setattr(noisy, "KEPT_BYTES", 0)
    again = [probabilities(program, own, COLUMNS, POINTS) for own in (QUIET, noise)]
    assert all(np.array_equal(first, second) for first, second in zip(kept, again, strict=True))


def test_an_angle_without_a_value_is_a_problem():
    program = Program(1, (Gate("rx", (parse_expression(Excerpt.of("1/a")),), (0,)),), (Measurement("m", (0,)),))
    with pytest.raises(ProblemFound):
        probabilities(program, QUIET, {"a": np.array([1.0, 0.0])}, 2)


def test_bit_string_columns_choose_angles():
    program = Program(
        2, tuple(Gate("rx", (parse_expression(Excerpt.of(f"pi*bit(b, {q})")),), (q,)) for q in range(2)), (Measurement("m", (0, 1)),)
    )
    rows = probabilities(program, QUIET, {"b": np.array(["00", "01", "10", "11"])}, 4)
    np.testing.assert_allclose(rows, np.eye(4), atol=1e-12)


def test_points_are_the_same_whatever_tile_they_are_in(monkeypatch):
    random = np.random.default_rng(0)
    columns = {"a": random.normal(size=601), "b": random.normal(size=601)}
    gates = [Gate("u", (ANGLES[0], ANGLES[1], ANGLES[4]), (qubit,)) for qubit in range(5)]
    gates += [Gate("x", (), (qubit + 1,), (qubit,)) for qubit in range(4)]
    program = Program(5, tuple(gates * 3), (Measurement("m", tuple(range(5))),))
    for noise in (QUIET, NoiseModel(one_qubit=0.01, two_qubit=0.02)):
        whole = probabilities(program, noise, columns, 601)
        for points in (2, 3, 7, 40, 64):
            monkeypatch.setattr(engine, "tile_points", lambda state, angles, points=points: points)
            again = probabilities(program, noise, columns, 601)
            np.testing.assert_allclose(again, whole, rtol=0, atol=1e-15)
            assert np.array_equal(again, whole) or np.lib.NumpyVersion(np.__version__) < "2.0.0"  # whose products of phases differ
        monkeypatch.undo()

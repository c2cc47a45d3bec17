"""Circuits of a library in a whole experiment: where values come from, which sweeps are one shape, and what is said where."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from ionq_runner import api


@pytest.fixture
def points_of(file_of):
    """The points of the only circuit of a body, and of the first run of it."""

    def points_of(body: str, **head: str):
        loaded = api.load(file_of(body, **head), "t.yaml", api.Options(strict=True))
        assert loaded.expansion is not None, [problem.message for problem in loaded.problems]
        assert not len(loaded.problems)
        (points,) = loaded.expansion.circuits
        return points

    return points_of


@pytest.mark.parametrize(("circuit", "parameters", "number"), [
    ("{library: phase_estimation, qubits: 4, sweep: {phase: {linspace: [0, 1, 50]}}}", "{}", 1),
    ("{library: qaoa_maxcut, qubits: 3, sweep: {gamma: {linspace: [0, 1, 9]}, beta: [0, 1]}}", "{edges: [[0, 1], [1, 2]]}", 1),
    ("{library: trotter_ising, qubits: 3, parameters: {steps: 2}, sweep: {dt: [0.1, 0.2], J: 1..3, g: 1..3}}", "{}", 1),
    ("{library: trotter_ising, qubits: 3, sweep: {steps: 1..4, dt: [0.1, 0.2]}}", "{}", 4),
    ("{library: ghz, qubits: n, sweep: {n: 2..6}}", "{}", 5),
    ("{library: bernstein_vazirani, sweep: {secret: {bitstrings: 3}}}", "{}", 8),
    ("{library: mirror, qubits: 3, sweep: {depth: [2, 4], instance: 0..4}}", "{}", 10),
    ("{library: quantum_volume, qubits: 3, sweep: {instance: 0..4}}", "{}", 5),
    ("{library: bell}", "{}", 1),
])  # fmt: skip
def test_angles_leave_the_shape_as_it_is_and_numbers_that_count_do_not(points_of, circuit, parameters, number):
    head = {} if parameters == "{}" else {"parameters": parameters}
    assert len(points_of(f"circuits: {{c: {circuit}}}", **head).programs) == number


def test_values_come_from_the_file_the_circuit_and_its_axes(points_of):
    body = "circuits: {c: {library: trotter_ising, qubits: n, parameters: {dt: t/steps, g: 0.5}, sweep: {steps: [1, 2]}}}"
    points = points_of(body, parameters="{n: 3, t: 1, J: 2}")
    assert points.columns == {"steps": [1, 2], "dt": [1, 0.5], "g": [0.5, 0.5]}
    assert [len(program.gates) for program in points.programs] == [5, 10]
    assert points.programs[0].gates[0].angles[0].names == {"dt"}


def test_an_axis_takes_the_place_of_a_parameter_of_the_file(points_of):
    points = points_of("circuits: {c: {library: clifford_rb, qubits: 1, sweep: {length: [1, 2, 3]}}}", parameters="{length: 9}")
    assert (len(points.programs), points.columns) == (3, {"length": [1, 2, 3]})


def test_names_of_the_experiment_do_not_reach_into_a_family(plan_of):
    """`q` is a loop of the family, and `a` and `b` are its nodes: an axis of that name turns nothing."""
    body = "circuits: {{c: {{library: qaoa_maxcut, qubits: 3, parameters: {{gamma: {q}, beta: 0.2}}, sweep: {{{q}: [0, 1, 2]}}}}}}"
    one, other = (plan_of(body.format(q=name), parameters="{edges: [[0, 1], [1, 2]]}") for name in ("a", "z"))
    assert one.execution_ids() == other.execution_ids()


def test_a_family_and_the_gates_written_by_hand_are_the_same_execution(plan_of):
    body = "circuits: {{c: {circuit}}}"
    one = plan_of(body.format(circuit="{library: ghz, qubits: 3}"))
    other = plan_of(body.format(circuit="{gates: [h 0, cnot 0 1, cnot 1 2]}"))
    assert one.execution_ids() == other.execution_ids()


def test_some_qubits_may_be_measured_where_the_family_leaves_it_open(points_of):
    points = points_of("circuits: {c: {library: w, qubits: 4, measure: {left: 0..1, right: [3]}}}")
    assert points.programs[0].measured == (0, 1, 3)


def test_a_run_replaces_an_axis_of_a_family(plan_of):
    plan = plan_of("""
        circuits: {c: {library: clifford_rb, qubits: 1, sweep: {length: [1, 10]}}}
        runs: {short: {sweep: {length: [2, 3, 4]}}}
    """)
    assert sorted(plan.points.parameters["length"].tolist()) == [2, 3, 4]


def test_a_bit_string_of_a_circuit_is_a_column(plan_of, rows_of):
    plan = plan_of('circuits: {c: {library: hidden_shift, parameters: {shift: "0110"}}}')
    assert rows_of(plan)[0][3] == {"shift": "0110"}


def test_a_bit_string_of_a_circuit_serves_gates_as_well(points_of, problems_of):
    gates = '[{for: q in 0..3, do: [{if: "bit(mark, q) == 1", do: x q}]}, rz(pi*popcount(mark)) 0]'
    points = points_of(f'circuits: {{c: {{qubits: 4, parameters: {{mark: "0110"}}, gates: {gates}}}}}')
    assert [gate.targets for gate in points.programs[0].gates] == [(1,), (2,), (0,)]
    wrong = 'circuits: {c: {qubits: 1, parameters: {mark: "0110"}, gates: [rx(mark) 0]}}'
    assert problems_of(wrong) == [("E313", "mark")]


@pytest.mark.parametrize(("circuit", "parameters", "found"), [
    ("{library: ghz}", "", [("E433", "ghz")]),
    ("{library: ghz, qubits: 3, sweep: {n: 1..3}}", "", [("E211", "n")]),
    ("{library: clifford_rb, qubits: 1, sweep: {lenght: 1..3}}", "", [("E433", "clifford_rb")]),
    ("{library: clifford_rb, qubits: 1, sweep: {length: 1..m}}", "", [("E206", "m")]),
    ("{library: mirror, qubits: 3, sweep: nowhere}", "", [("E207", "nowhere")]),
    ("{library: grover, sweep: {marked: 0..3}}", "", [("E434", "grover")]),
    ("{library: qaoa_maxcut, qubits: 2, parameters: {gamma: 1, beta: 1}}", "{edges: 3}", [("E434", "qaoa_maxcut")]),
    ("{library: qaoa_maxcut, qubits: 2, parameters: {gamma: 1, beta: 1}}", "{edges: [[0, 0]]}", [("E435", "qaoa_maxcut")]),
    ("{library: random, qubits: 10, parameters: {depth: 1e5}}", "", [("E418", "random")]),
    ("{library: quantum_volume, qubits: 10, parameters: {depth: 1e5}}", "", [("E418", "quantum_volume")]),
    ("{library: mirror, qubits: 10, parameters: {depth: 1e5}}", "", [("E418", "mirror")]),
    ("{library: clifford_rb, qubits: 10000, parameters: {length: 1}}", "", [("E418", "clifford_rb")]),
    ('{library: grover, parameters: {marked: "' + "0" * 1100 + '"}}', "", [("E435", "grover")]),
    ("{library: qft, qubits: 10000}", "", [("E418", "qft")]),
])  # fmt: skip
def test_what_is_wrong_is_said_of_the_library_at_once(problems_of, circuit, parameters, found):
    started = time.perf_counter()
    assert problems_of(f"circuits: {{c: {circuit}}}", **({"parameters": parameters} if parameters else {})) == found
    assert time.perf_counter() - started < 5


def test_a_file_without_families_reads_none():
    program = """
import sys
from ionq_runner import api
api.validate(b"ionq_runner: 1\\nname: t\\ncircuits: {c: {gates: [h 0]}}\\nrepetitions: 1\\n", "t.yaml")
print([name for name in sys.modules if name.endswith((".family", ".drawing", ".cliffords", "reading.families"))])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""How operations are lowered and arranged: few layers, nothing out of order (the engines' tests show the latter)."""

from __future__ import annotations

import numpy as np
import pytest

from ionq_runner.circuits import Gate, Program
from ionq_runner.circuits.affine import Affine
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import bind, parse_expression
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.kept import Kept
from ionq_runner.simulation.layers import layers_for_amplitudes, layers_for_paulis
from ionq_runner.simulation.lowering import Depolarise, Flip, Parity, Phase, Turn, lower
from ionq_runner.simulation.schedule import schedule


def expression(text: str):
    return parse_expression(Excerpt.of(text))


def lowered(*gates: Gate, noise: NoiseModel | None = None):
    return lower(Program(1 + max(max(gate.qubits) for gate in gates), gates, ()), noise)


def test_swaps_only_rename_wires():
    found = lowered(Gate("swap", (), (0, 2)), Gate("x", (), (2,), (1,)), Gate("swap", (), (1, 2)))
    assert found.operations == (Flip(0, (1,)),)
    assert (found.qubits, found.wires) == ((0, 1, 2), (2, 0, 1))


def test_active_qubits_are_wires_in_their_order():
    found = lowered(Gate("x", (), (70,), (9,)), Gate("x", (), (30,), (9,)))
    assert (found.qubits, found.operations) == ((9, 30, 70), (Flip(2, (0,)), Flip(1, (0,))))


def test_equal_expressions_are_one_column_and_their_multiples_too():
    theta = expression("theta")
    negative = bind(expression("-value"), {"value": theta})
    found = lowered(
        Gate("rx", (theta,), (0,)), Gate("ry", (expression("theta"),), (0,)), Gate("ry", (negative,), (1,)), Gate("rx", (0.5,), (1,))
    )
    assert found.expressions == (theta,)
    assert [operation.theta for operation in found.operations] == [
        Affine(0.0, ((0, 1.0),)), Affine(0.0, ((0, 1.0),)), Affine(0.0, ((0, -1.0),)), Affine(0.5),
    ]  # fmt: skip


def test_a_controlled_phase_is_one_kernel_operation_for_any_number_of_controls():
    assert lowered(Gate("p", (0.3,), (3,), (0, 1, 2))).operations == (Phase((0, 1, 2, 3), Affine(0.3)),)
    assert lowered(Gate("x", (), (3,), (0, 1, 2))).operations == (Flip(3, (0, 1, 2)),)


def test_noise_stands_after_each_gate_at_its_rate():
    found = lowered(Gate("z", (), (0,)), Gate("x", (), (1,), (0,)), noise=NoiseModel(one_qubit=0.1, two_qubit=0.2))
    assert found.operations == (
        Parity((0,), Affine(np.pi)), Depolarise((0,), 0.1, 0), Flip(1, (0,)), Depolarise((0, 1), 0.2, 1),
    )  # fmt: skip
    assert lowered(Gate("z", (), (0,)), noise=NoiseModel(two_qubit=0.2)).operations == (Parity((0,), Affine(np.pi)),)


def ladder(qubits: int, layers: int) -> tuple[Gate, ...]:
    gates: list[Gate] = []
    for _ in range(layers):
        gates += [Gate(name, (0.3,), (qubit,)) for qubit in range(qubits) for name in ("ry", "rz")]
        gates += [Gate("x", (), (qubit + 1,), (qubit,)) for qubit in range(qubits - 1)]
    return tuple(gates)


def test_turns_and_a_ladder_of_cnots_are_one_layer():
    layers = layers_for_amplitudes(lowered(*ladder(6, 4)).operations, 6)
    assert [(len(layer.turns), len(layer.run)) for layer in layers] == [(6, 5)] * 4
    assert [len(turns) for turns in layers[1].turns.values()] == [2] * 6


def test_phases_between_cnots_stay_in_their_run():
    flip = Gate("x", (), (1,), (0,))
    layers = layers_for_amplitudes(
        lowered(Gate("h", (), (0,)), flip, Gate("rz", (0.1,), (1,)), flip, Gate("x", (), (1,)), flip).operations, 2
    )
    assert [len(layer.run) for layer in layers] == [6]


def test_in_pauli_coefficients_every_gate_on_one_qubit_is_a_turn():
    gates = Gate("x", (), (1,), (0,)), Gate("rz", (0.1,), (1,)), Gate("z", (), (1,)), Gate("x", (), (1,), (0,))
    layers = layers_for_paulis(lowered(*gates, noise=NoiseModel(one_qubit=0.1, two_qubit=0.2)).operations, 2)
    assert [(len(layer.turns), layer.damping, len(layer.run)) for layer in layers] == [(0, {}, 2), (1, {1: 0.9 * 0.9}, 2)]


def test_a_turn_leaves_its_phases_to_the_runs_around_it():
    found = lowered(Gate("u", (0.1, 0.2, 0.3), (0,)), Gate("x", (), (1,), (0,)), Gate("u", (0.4, 0.5, 0.6), (0,)))
    first, second = schedule(found.operations, 2, 0).layers
    assert (first.rotations, first.before, first.after) == ({0: Affine(0.1)}, {0: Affine(0.2)}, {0: Affine(0.6)})
    assert (second.rotations, second.before, second.after) == ({0: Affine(0.4)}, {0: Affine(0.5)}, {})


def test_turns_that_undo_each_other_leave_no_rotation():
    found = lowered(Gate("x", (), (1,), (0,)), Gate("h", (), (0,)), Gate("h", (), (0,)))
    assert [layer.rotations for layer in schedule(found.operations, 2, 0).layers] == [{}, {}]


class Counted:
    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes


@pytest.mark.parametrize(("budget", "made"), [(100, 2), (10, 2), (5, 2)])
def test_what_exceeds_the_budget_is_made_again_for_each_use(budget, made):
    log: list[int] = []

    def make(index: int) -> Counted:
        log.append(index)
        return Counted(6)

    kept = Kept(3, lambda index: index % 2, make, budget)
    assert log[:made] == [0, 1]
    assert len(kept) == 3
    before = len(log)
    assert (kept[0] is kept[2]) is (budget >= 6)
    assert len(log) - before == (0 if budget >= 6 else 2)


def test_the_angles_of_a_turn_may_be_any():
    assert lowered(Gate("u", (0.1, 0.2, 0.3), (0,))).operations == (Turn(0, Affine(0.1), Affine(0.2), Affine(0.3)),)

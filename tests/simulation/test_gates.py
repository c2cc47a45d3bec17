"""Every gate of the vocabulary against Cirq's: all amplitudes, so that a wrong phase shows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.circuits.vocabulary import word
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES
from ionq_runner.simulation import probabilities

QUIET = NoiseModel()
HARDLY = NoiseModel(one_qubit=1e-300, two_qubit=1e-300)  # exact noise that changes nothing


def angles_of(name: str) -> tuple[float, ...]:
    return tuple(0.3 + 0.37 * index for index in range(len(GATES[name].parameters)))


def around(gate: Gate, setting: int) -> Program:
    """The gate between turns that prepare a state without symmetry and read it in some basis."""
    qubits = 1 + max(gate.qubits)
    before = [Gate("u", (0.5 + 0.4 * q, 0.3 - 0.5 * q, 0.2), (q,)) for q in range(qubits)]
    after = [Gate("u", (0.9 * setting + 0.3 * q, 0.4 * setting, 0.7 - 0.2 * q), (q,)) for q in range(qubits)]
    return Program(qubits, (*before, gate, *after), (Measurement("m", tuple(range(qubits))),))


def check(gate: Gate, oracle) -> None:
    for setting in range(3):
        program = around(gate, setting)
        wanted = oracle.probabilities(program)
        for noise in (QUIET, HARDLY):
            np.testing.assert_allclose(probabilities(program, noise, {}, 1)[0], wanted, atol=1e-10)


@pytest.mark.parametrize(("name", "controls"), [*product(GATES, range(4))])
def test_a_gate_under_controls_is_that_of_cirq(name, controls, oracle):
    qubits = list(range(controls + GATES[name].qubits))[::-1]
    check(Gate(name, angles_of(name), tuple(qubits[controls:]), tuple(qubits[:controls])), oracle)


@pytest.mark.parametrize("name", [*ALIASES, *CONTROLLED])
def test_a_gate_under_any_of_its_names_is_that_of_cirq(name, oracle):
    meaning = word(name)
    qubits = tuple(range(meaning.qubits))
    check(Gate(meaning.fact.name, angles_of(meaning.fact.name), qubits[meaning.controls :], qubits[: meaning.controls]), oracle)


def test_a_phase_and_a_rotation_about_z_differ_under_a_control():
    around_it = [Gate("h", (), (0,)), Gate("h", (), (1,))]
    measured = (Measurement("m", (0, 1)),)
    turned = {
        name: probabilities(Program(2, (*around_it, Gate(name, (2 * np.pi,), (1,), (0,)), *around_it), measured), QUIET, {}, 1)[0]
        for name in ("p", "rz")
    }
    np.testing.assert_allclose(turned["p"], [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(turned["rz"], [0, 0, 1, 0], atol=1e-12)  # the sign of rz(2 pi) is a z on the control


@pytest.mark.parametrize("controls", range(3))
def test_a_pauliexp_of_commuting_words_is_the_product_of_its_rotations(controls, oracle):
    words = ("XXI", "YYI", "ZZZ", "IIZ", "III")
    gate = Gate("pauliexp", (0.4, 0.5, -0.3, 0.2, 0.7, 0.9), (2, 0, 1), tuple(range(3, 3 + controls)), words)
    check(gate, oracle)


def test_words_that_do_not_commute_are_refused(oracle):
    with pytest.raises(AssertionError, match="do not commute"):
        probabilities(around(Gate("pauliexp", (1.0, 1.0, 1.0), (0,), (), ("X", "Z")), 0), QUIET, {}, 1)


def test_the_first_measured_qubit_is_the_highest_bit():
    program = Program(3, (Gate("x", (), (0,)), Gate("x", (), (2,))), (Measurement("a", (2, 1)), Measurement("b", (0,))))
    np.testing.assert_allclose(probabilities(program, QUIET, {}, 1)[0], [0, 0, 0, 1], atol=1e-12)  # qubit 1 is idle: bits 2 and 0
    program = Program(3, (Gate("x", (), (0,)), Gate("h", (), (1,)), Gate("h", (), (1,))), (Measurement("m", (1, 0)),))
    np.testing.assert_allclose(probabilities(program, QUIET, {}, 1)[0], [0, 1, 0, 0], atol=1e-12)

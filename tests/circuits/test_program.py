"""The Program: what it says of itself, and what makes two of them equal."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.diagnostics import Excerpt
from ionq_runner.expressions import parse_expression


def test_a_gate_names_its_controls_before_its_targets():
    assert Gate("swap", (), (3, 1), (4, 0)).qubits == (4, 0, 3, 1)
    assert Gate("h", (), (2,)).qubits == (2,)


def test_the_joint_bit_string_follows_the_keys_as_written():
    measured = Program(5, (), (Measurement("flag", (4,)), Measurement("data", (2, 0)))).measured
    assert measured == (4, 2, 0)
    assert Program(5, (), ()).measured == ()


def test_angles_come_gate_by_gate():
    phi = parse_expression(Excerpt.of("phi"))
    gates = (Gate("u", (1.0, phi, 2.0), (0,)), Gate("h", (), (0,)), Gate("rz", (3.0,), (1,)))
    assert list(Program(2, gates, ()).angles()) == [1.0, phi, 2.0, 3.0]


def test_equal_programs_from_different_texts_are_one_shape():
    """The place and the spacing of an angle in its file are no part of a program."""
    here = parse_expression(Excerpt.of("2 * phi + 1"))
    there = parse_expression(Excerpt.of("   2*phi+1"))
    programs = {Program(1, (Gate("rz", (angle,), (0,)),), (Measurement("m", (0,)),)) for angle in (here, there)}
    assert len(programs) == 1
    other = parse_expression(Excerpt.of("2*phi + 2"))
    assert Program(1, (Gate("rz", (other,), (0,)),), (Measurement("m", (0,)),)) not in programs


@pytest.mark.parametrize("change", [
    {"qubits": 3}, {"gates": ()}, {"measurements": (Measurement("k", (0, 1)),)}, {"measurements": (Measurement("m", (1, 0)),)},
])  # fmt: skip
def test_whatever_differs_makes_another_program(change):
    program = Program(2, (Gate("x", (), (1,), (0,)),), (Measurement("m", (0, 1)),))
    assert dataclasses.replace(program, **change) != program


def test_a_program_cannot_be_changed():
    program = Program(1, (), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        program.qubits = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Gate("h", (), (0,)).name = "x"  # type: ignore[misc]


def test_circuits_load_without_numpy_and_cirq():
    """Planning and drawing happen on computers where neither is installed."""
    names = ("program", "statements", "vocabulary", "elaborate", "shape", "diagram")
    imports = "".join(f"import ionq_runner.circuits.{name}; " for name in names)
    code = imports + "import sys; print({'numpy', 'cirq'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

"""Outcomes as bit strings and whole numbers, over thousands of qubits if need be."""

from __future__ import annotations

import numpy as np
import pytest

import ionq_runner.simulation
from ionq_runner.circuits import Gate, Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import Block, bit_strings, integers

QUIET = NoiseModel()
PROGRAM = Program(6, (Gate("x", (), (4,)), Gate("h", (), (1,))), (Measurement("a", (1, 0)), Measurement("b", (5, 4))))


def test_idle_qubits_stand_as_zeros_between_the_others():
    outcomes = np.array([0, 1, 2, 3], dtype=np.uint8)
    assert bit_strings(PROGRAM, QUIET, outcomes) == ["0000", "0001", "1000", "1001"]
    assert integers(PROGRAM, QUIET, outcomes) == [0, 1, 8, 9]


def test_with_readout_errors_every_measured_qubit_has_its_bit():
    assert bit_strings(PROGRAM, NoiseModel(spam=0.1), np.array([0b0110], dtype=np.uint8)) == ["0110"]


def test_thousands_of_measured_qubits_make_whole_numbers_of_any_size():
    program = Program(3000, (Gate("x", (), (0,)), Gate("x", (), (2999,))), (Measurement("m", tuple(range(3000))),))
    assert integers(program, QUIET, np.array([3, 2, 3], dtype=np.uint8)) == [2**2999 + 1, 2**2999, 2**2999 + 1]


def test_a_block_whose_arrays_do_not_fit_is_our_own_mistake():
    one = np.ones(1, np.int64)
    streams = np.ones((1, 2), np.uint64)
    for wrong in (
        {"streams": np.ones((2, 2), np.uint64)}, {"columns": {"a": np.zeros(3)}}, {"seed": 2**64}, {"seed": -1},
        {"repetitions": np.array([0])}, {"repetitions": np.array([1_000_001])},
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            Block(**{"program": PROGRAM, "noise": QUIET, "columns": {}, "repetitions": one, "seed": 0, "streams": streams, **wrong})


def test_the_station_gives_out_what_it_lists():
    assert all(hasattr(ionq_runner.simulation, name) for name in ionq_runner.simulation.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        getattr(ionq_runner.simulation, "nothing_of_the_kind")  # noqa: B009  # as an attribute it would not stand alone

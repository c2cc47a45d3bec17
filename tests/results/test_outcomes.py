"""Numbers of outcomes as bits: which bit is which qubit, and which key it belongs to."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.circuits.program import Gate, Measurement, Program
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.results.outcomes import OutcomeTexts
from ionq_runner.simulation import bit_strings, integers, read_qubits

IDEAL, SPAM = NoiseModel(), NoiseModel(spam=0.1)


def program(qubits, touched, *keys):
    return Program(qubits, tuple(Gate("x", (), (qubit,)) for qubit in touched), tuple(Measurement(name, own) for name, own in keys))


@st.composite
def programs(draw):
    qubits = draw(st.integers(1, 7))
    touched = draw(st.lists(st.integers(0, qubits - 1), unique=True))
    measured = draw(st.lists(st.integers(0, qubits - 1), unique=True, min_size=1))
    cuts = sorted(draw(st.lists(st.integers(1, len(measured)), max_size=2, unique=True)))
    edges = [0, *(cut for cut in cuts if cut < len(measured)), len(measured)]
    keys = [(f"k{i}", tuple(measured[start:stop])) for i, (start, stop) in enumerate(itertools.pairwise(edges))]
    return program(qubits, touched, *keys)


@given(programs(), st.sampled_from([IDEAL, SPAM]), st.data())
def test_the_bits_are_those_of_the_simulator(own, noise, data):
    outcome = data.draw(st.integers(0, 2 ** len(read_qubits(own, noise)) - 1))
    texts, numbers = OutcomeTexts.of(own, noise), np.array([outcome], dtype=np.uint64)
    assert [texts.bits(outcome)] == bit_strings(own, noise, numbers)
    bits, number = texts.cells(outcome, ())[0].decode().rstrip(",").split(",")
    assert (bits, int(number)) == (texts.bits(outcome), integers(own, noise, numbers)[0])


@given(programs(), st.data())
def test_keys_join_to_the_whole(own, data):
    texts = OutcomeTexts.of(own, SPAM)
    outcome = data.draw(st.integers(0, 2**texts.width - 1))
    keys = [measurement.key for measurement in own.measurements]
    _, cells = texts.cells(outcome, keys)
    if len(keys) > 1:
        assert cells.decode() == "".join(f",{part}" for part in cells.decode().split(",")[1:])
        assert cells.decode().replace(",", "") == texts.bits(outcome)
        assert [len(part) for part in cells.decode().split(",")[1:]] == [len(measurement.qubits) for measurement in own.measurements]
    else:
        assert cells == b",", "a circuit with one key leaves the columns of others empty"


def test_an_idle_qubit_is_0_and_costs_nothing():
    own = program(300, (7, 299), ("m", tuple(range(300))))
    texts = OutcomeTexts.of(own, IDEAL)
    assert texts.bits(0b01) == "0" * 299 + "1"
    assert texts.bits(0b10) == "0" * 7 + "1" + "0" * 292
    assert texts.cells(0b11, ())[0] == b"0" * 7 + b"1" + b"0" * 291 + b"1," + str(2**292 + 1).encode() + b","


@pytest.mark.parametrize(("noise", "outcome", "bits"), [(IDEAL, 1, "0100"), (SPAM, 1, "0001"), (SPAM, 4, "0100"), (SPAM, 15, "1111")])
def test_a_qubit_that_is_read_wrong_has_a_bit_of_its_own(noise, outcome, bits):
    assert OutcomeTexts.of(program(4, (1,), ("m", (0, 1, 2, 3))), noise).bits(outcome) == bits


def test_a_circuit_without_a_gate_has_one_outcome():
    texts = OutcomeTexts.of(program(2, (), ("m", (0, 1))), IDEAL)
    assert texts.cells(0, ()) == (b"00,0,", b"")


def test_other_circuits_keys_are_empty():
    texts = OutcomeTexts.of(program(3, (0, 1, 2), ("b", (2,)), ("a", (0, 1))), IDEAL)
    assert texts.cells(0b110, ("x", "a", "b")) == (b"110,6,", b",,10,1")

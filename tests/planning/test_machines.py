"""What backends of the service can do: only what is to run there counts, and simulators are bound by their size alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.facts.backends import MACHINES, SIMULATOR_QUBITS

PULSES = "circuits:\n  pulses: {qubits: 2, gates: [gpi(0) all, 'ENTANGLER 0 1']}\n"
GATES = {"ms": "ms(0, 0, 1/4)", "zz": "zz(1/4)"}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.name)
@pytest.mark.parametrize("gate", GATES)
def test_a_machine_takes_the_native_gate_of_its_family(problems_of, machine, gate):
    body = PULSES.replace("ENTANGLER", GATES[gate])
    found = problems_of(body, validate=True, targets=f"{{there: {machine.name}}}")
    assert found == ([] if gate == machine.entangler else [("E627", "pulses")])


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("target", ["local", "simulator", "{backend: simulator, noise: {model: aria-1}}"])
def test_a_simulator_takes_the_native_gates_of_every_family(problems_of, target, gate):
    assert problems_of(PULSES.replace("ENTANGLER", GATES[gate]), validate=True, targets=f"{{there: {target}}}") == []


def test_a_circuit_is_held_against_the_targets_of_its_runs_alone(problems_of):
    body = PULSES.replace("ENTANGLER", GATES["ms"]) + "  other: {qubits: 36, gates: h 0}\n"
    runs = "runs:\n  a: {circuits: pulses, targets: aria}\n  f: {circuits: other, targets: forte}\n"
    targets = "{aria: qpu.aria-1, forte: qpu.forte-1}"
    assert problems_of(body + runs, validate=True, targets=targets) == []
    assert problems_of(body, validate=True, targets=targets) == [("E627", "pulses"), ("E628", "36")]
    assert problems_of(body, validate=True, targets=targets, only=("circuit=other", "target=forte")) == []


def test_a_native_gate_that_no_point_has_is_none(problems_of):
    body = "circuits:\n  c: {qubits: 2, gateset: native, gates: [gpi(0) 0, {if: k > 2, do: 'zz(1/4) 0 1'}], sweep: {k: 1..%d}}\n"
    assert problems_of(body % 2, validate=True, targets="{there: qpu.aria-1}") == []
    assert problems_of(body % 3, validate=True, targets="{there: qpu.aria-1}") == [("E627", "c")]


@pytest.mark.parametrize(("target", "most"), [
    *((f"{name}", machine.qubits) for name, machine in MACHINES.items()),
    ("simulator", 29),
    *((f"{{backend: simulator, noise: {{model: {model}}}}}", most) for model, most in SIMULATOR_QUBITS.items()),
    ("{backend: simulator, noise: {model: forte-enterprise-1}}", None),
])  # fmt: skip
def test_a_backend_has_so_many_qubits(problems_of, target, most):
    def found(qubits):
        return problems_of(f"circuits:\n  c: {{qubits: {qubits}, gates: h 0}}\n", validate=True, targets=f"{{there: {target}}}")

    assert found(most or 40) == []
    assert found((most or 40) + 1) == ([] if most is None else [("E628", str(most + 1))])


BELL = "circuits:\n  bell: {qubits: 2, gates: [h 0, cnot 0 1]}\n"


@given(repetitions=st.integers(1, 12_000), debias=st.booleans(), machine=st.booleans())
def test_debiasing_needs_500_repetitions_on_a_machine_and_a_machine_takes_10000(problems_of, repetitions, debias, machine):
    found = problems_of(
        BELL + f"mitigation: {{some: {{debias: {str(debias).lower()}}}}}\n",
        validate=True,
        repetitions=repetitions,
        targets=f"{{there: {'qpu.forte-1' if machine else 'simulator'}}}",
    )
    wanted = [("E629", str(repetitions))] * (machine and repetitions > 10_000)
    wanted += [("E630", str(repetitions))] * (machine and debias and repetitions < 500)
    assert found == wanted


def test_too_few_repetitions_are_told_with_the_point_that_has_the_fewest(problems_of):
    body = (
        "circuits:\n  c: {gates: [{repeat: k, do: rx(theta) 0}], sweep: {k: [7, 3, 5], theta: [0, 1]}}\n"
        "mitigation: {raw: {debias: false}, averaged: {debias: true}}\nruns: {paid: {repetitions: 100*k}}\n"
    )
    assert problems_of(body, validate=True, messages=True, targets="{ideal: local, there: qpu.aria-1}") == [
        (
            "E630",
            "100*k",
            "`averaged` debiases, which takes 500 repetitions or more, and on `there` these are 300 at k = 3 of `c` in the run `paid`",
        )
    ]


def test_repetitions_that_are_none_are_noted_once(problems_of):
    targets = "{one: qpu.aria-1, two: qpu.forte-1}"
    assert problems_of(BELL, validate=True, repetitions="1/2", targets=targets) == [("E315", "1/2")]

"""Backends and the noise that IonQ publishes for them: a row per machine.

Sources: IonQ's API reference and guides (https://docs.ionq.com) for names, qubits, native gates and debiasing; IonQ's Qiskit
provider for the largest number of repetitions; IonQ's guide to simulation with noise models for noise and the simulator's qubits.
There `r` is the rate of a depolarising channel after every gate, rho -> (1 - r) rho + r I/d on the gate's one or two qubits.
What is not known is None, and nothing is checked against it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AGGREGATIONS",
    "MACHINES",
    "NOISE_MODELS",
    "QPUS",
    "SIMULATOR_QUBITS",
    "UNPUBLISHED_NOISE_MODELS",
    "Machine",
    "NoiseModel",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseModel:
    """Depolarising rates after a gate on one and on two qubits, and the chance that a qubit is read flipped."""

    one_qubit: float = 0.0
    two_qubit: float = 0.0
    spam: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A quantum computer of the service."""

    name: str  # as the service has it: qpu.forte-1
    family: str
    entangler: str  # its native gate on two qubits
    qubits: int | None
    most_repetitions: int | None = 10_000  # of a circuit
    debiased_from: int | None = 500  # the fewest repetitions that are debiased


_ROWS = (
    Machine(name="qpu.aria-1", family="Aria", entangler="ms", qubits=25),
    Machine(name="qpu.aria-2", family="Aria", entangler="ms", qubits=25),
    Machine(name="qpu.forte-1", family="Forte", entangler="zz", qubits=36),
    Machine(name="qpu.forte-enterprise-1", family="Forte", entangler="zz", qubits=36),
    Machine(name="qpu.forte-enterprise-2", family="Forte", entangler="zz", qubits=None),
    Machine(name="qpu.forte-enterprise-3", family="Forte", entangler="zz", qubits=None),
)
MACHINES = {row.name: row for row in _ROWS}
QPUS = tuple(MACHINES)

NOISE_MODELS: dict[str, NoiseModel] = {
    "ideal": NoiseModel(),
    "aria-1": NoiseModel(one_qubit=0.0005, two_qubit=0.0133),
    "aria-2": NoiseModel(one_qubit=0.0006573333333333332, two_qubit=0.01856),
    "forte-1": NoiseModel(one_qubit=0.0002666666666666667, two_qubit=0.004949333333333333),
}

# Models that the service has and whose numbers it does not publish.
UNPUBLISHED_NOISE_MODELS = ("forte-enterprise-1", "harmony", "harmony-1", "harmony-2")

# The most qubits that the service's simulator takes, by noise model; of the others it is not known.
SIMULATOR_QUBITS = {"ideal": 29, "aria-1": 25, "aria-2": 25, "forte-1": 29, "harmony": 11, "harmony-1": 11, "harmony-2": 11}

# How the service adds up the variants of a debiased job; `sharpen: true` is the vote.
AGGREGATIONS = ("average", "voting", "dnl", "majority")

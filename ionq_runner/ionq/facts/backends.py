"""Backends and the noise that IonQ publishes for them: a row per machine.

Source: IonQ's guide to simulation with noise models; `r` is the rate of a depolarising channel after every gate,
rho -> (1 - r) rho + r I/d on the gate's one or two qubits.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NOISE_MODELS", "QPUS", "UNPUBLISHED_NOISE_MODELS", "NoiseModel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseModel:
    """Depolarising rates after a gate on one and on two qubits, and the chance that a qubit is read flipped."""

    one_qubit: float = 0.0
    two_qubit: float = 0.0
    spam: float = 0.0


NOISE_MODELS: dict[str, NoiseModel] = {
    "ideal": NoiseModel(),
    "aria-1": NoiseModel(one_qubit=0.0005, two_qubit=0.0133),
    "aria-2": NoiseModel(one_qubit=0.0006573333333333332, two_qubit=0.01856),
    "forte-1": NoiseModel(one_qubit=0.0002666666666666667, two_qubit=0.004949333333333333),
}

# Models that the service has and whose numbers it does not publish.
UNPUBLISHED_NOISE_MODELS = ("forte-enterprise-1", "harmony", "harmony-1", "harmony-2")

QPUS = ("qpu.aria-1", "qpu.aria-2", "qpu.forte-1", "qpu.forte-enterprise-1", "qpu.forte-enterprise-2", "qpu.forte-enterprise-3")

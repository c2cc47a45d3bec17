"""How the answers about one circuit of a job are read: on how many qubits it was measured, which of them are its own, and its keys.

All circuits of a job may be measured on as many qubits as the largest has. The service's numbers have the first qubit lowest, so that
a circuit's own qubits are the lowest bits, and the others, which did nothing, are summed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ionq_runner.ionq.checks import MAX_QUBITS, MAX_REPETITIONS
from ionq_runner.ionq.errors import IonQResponseException
from ionq_runner.ionq.measurement_map import measured_of, measurements_of, qubit_numbers_of
from ionq_runner.ionq.results import QPUResult, ShotResult, SimulatorResult, Variant, counts_of, probabilities_of
from ionq_runner.ionq.shots import counts_in, shots_in
from ionq_runner.ionq.wire.documents import JobDocument

__all__ = ["Reading", "Result", "most_shots_of", "read_variant", "reading_of", "shots_of"]

WIDEST = 256  # qubits on which a circuit may have been measured, where nobody says

Result = QPUResult | SimulatorResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of a circuit before its results come.

    Attributes:
        qubits: Its own.
        measured_qubits: As many as the service may have measured it on, at least its own.
        measured: The qubits of each key.
        inverted: For the keys that invert bits, 1 where they do.
    """

    qubits: int
    measured_qubits: int
    measured: Mapping[str, Sequence[int]]
    inverted: Mapping[str, Sequence[int]]

    def result(self, histogram: object, repetitions: int, target: str) -> Result:
        """Of the service's probabilities. Raises IonQResponseException where they are none."""
        probabilities = probabilities_of(histogram, self.measured_qubits, self.qubits)
        if target.startswith("qpu"):
            return QPUResult(counts_of(probabilities, repetitions), self.qubits, self.measured, self.inverted)
        return SimulatorResult(probabilities, self.qubits, self.measured, repetitions, self.inverted)

    def counts(self, answer: object, asked: int) -> QPUResult:
        """Of the service's histogram of counts, of which there are at most those that were asked for."""
        return QPUResult(counts_in(answer, self.measured_qubits, asked, self.qubits), self.qubits, self.measured, self.inverted)

    def shots(self, answer: object, asked: int) -> ShotResult:
        """Of the service's list of shots, of which there are at most those that were asked for."""
        return ShotResult(shots_in(answer, self.measured_qubits, asked, self.qubits), self.qubits, self.measured, self.inverted)


def reading_of(metadata: Mapping[str, str], circuit: int, qubits: int, said: int | None, *, sure: bool = False) -> Reading:
    """How one circuit of a job is read.

    Args:
        metadata: What the job says that it measures.
        circuit: Which circuit of the job, from 0.
        qubits: How many the circuit has, as far as that is known; 0 where it is not.
        said: How many the service says that the job has, if it does.
        sure: Whether the metadata are as they were sent: then the circuit has all qubits that it measures, whatever else is said. Where
            that is more than `qubits`, nobody says how many it was measured on; those beyond its last measured one are summed over.
    """
    widths = [*qubit_numbers_of(metadata), *([said] if said is not None and said <= MAX_QUBITS else [])]
    if sure:
        least = max((target + 1 for key in measurements_of(metadata, circuit).values() for target in key), default=0)
        if least > qubits:
            qubits, widths = least, [*widths, WIDEST]
    measured, inverted = measured_of(metadata, circuit, qubits)
    return Reading(qubits=qubits, measured_qubits=max(qubits, *widths, 0), measured=measured, inverted=inverted)


def shots_of(found: JobDocument) -> int:
    """How often each circuit of a job is run. Raises IonQResponseException where nobody says."""
    text = found.metadata.get("shots", "")
    said = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
    shots = said if found.shots is None else found.shots
    if shots is None or not 1 <= shots <= MAX_REPETITIONS:
        raise IonQResponseException(f"the service does not say how often job {found.id} runs its circuits")
    return shots


def most_shots_of(found: JobDocument) -> int:
    """How many shots a circuit has at most."""
    try:
        return shots_of(found)
    except IonQResponseException:
        return MAX_REPETITIONS


def read_variant(document: Mapping[str, Any]) -> Variant:
    """A variant of a debiased job from the service's document, without its counts."""
    shots, qubit_map = document.get("shots"), document.get("qubit_map")
    return Variant(
        id=str(document.get("variant_id") or document.get("id") or ""),
        shots=shots if type(shots) is int and 0 <= shots <= MAX_REPETITIONS else None,
        qubit_map=tuple(qubit_map) if isinstance(qubit_map, list) and all(type(qubit) is int for qubit in qubit_map) else None,
        result=None,
        document=dict(document),
    )

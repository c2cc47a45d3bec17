"""The one representation of a circuit: gates of the documented vocabulary on numbered qubits, and what is measured.

Angles are numbers, or expressions over the columns of a sweep; a program is one shape of a circuit, and all points of that
shape share it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ionq_runner.expressions import Expression, evaluate

__all__ = ["Angle", "Gate", "Measurement", "Program"]

Angle = float | Expression


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of `ionq.facts.gates.GATES`, under any number of controls, or IonQ's `pauliexp`.

    `name` is the canonical one: `cnot 0 1` is `Gate("x", (), (1,), (0,))`. Angles are in the unit of the gate's row.
    A `pauliexp` has the angles (time, coefficient, ...) and a Pauli word per coefficient, its first letter on the first target;
    it is exp(-i time sum_k coefficient_k word_k).
    """

    name: str
    angles: tuple[Angle, ...]
    targets: tuple[int, ...]
    controls: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def qubits(self) -> tuple[int, ...]:
        """All its qubits, controls first."""
        return self.controls + self.targets

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its angles, which all have a value, as in a program `at` a point."""
        assert not any(isinstance(angle, Expression) for angle in self.angles), "an angle without a value"
        return tuple(angle for angle in self.angles if not isinstance(angle, Expression))


@dataclass(frozen=True, slots=True)
class Measurement:
    """The qubits read under one key, in the order of the key's bits."""

    key: str
    qubits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A circuit: `qubits` of them, the gates in order, and the measurements at the end."""

    qubits: int
    gates: tuple[Gate, ...]
    measurements: tuple[Measurement, ...]

    @property
    def measured(self) -> tuple[int, ...]:
        """All measured qubits, in the order of the joint bit string."""
        return tuple(qubit for measurement in self.measurements for qubit in measurement.qubits)

    def angles(self) -> Iterator[Angle]:
        """Every angle, gate by gate."""
        for gate in self.gates:
            yield from gate.angles

    def at(self, values: Mapping[str, float | str]) -> Program:
        """The program with a number for every angle, at these values of its names. Raises ProblemFound where one has none."""
        gates = (
            replace(gate, angles=tuple(float(evaluate(a, values)) if isinstance(a, Expression) else float(a) for a in gate.angles))
            if gate.angles
            else gate
            for gate in self.gates
        )
        return replace(self, gates=tuple(gates))

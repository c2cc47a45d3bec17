"""Mitigation at the points of a plan: the settings of a run, and readings that can be corrected. Without numpy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.language.experiment import Experiment, Mitigation, Run
from ionq_runner.planning.expand import CircuitPoints, Expansion

__all__ = ["check_corrected", "selected_settings"]


class ReadoutTooNarrow(Problem):
    """A circuit whose readings are to be corrected, on qubits that the correcting circuit does not read."""

    code: ClassVar[str] = "E631"
    text: ClassVar[str] = "`{circuit}` reads {qubits}, which `{correcting}` does not{where}, so its readings there cannot be corrected"
    remedy: ClassVar[str] = "let `{correcting}` prepare and read every qubit that `{circuit}` reads"
    circuit: str
    qubits: str
    correcting: str
    where: str
    place: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.place, "this circuit is to be corrected"),)


def selected_settings(experiment: Experiment, run: Run | None) -> tuple[Mitigation, ...]:
    """The mitigation settings of a run, in the order of the file; empty where everything is measured as it is."""
    chosen = None if run is None or run.mitigation is None else {reference.name for reference in run.mitigation}
    return tuple(setting for name, setting in experiment.mitigation.items() if chosen is None or name in chosen)


def check_corrected(expansion: Expansion, problems: Problems) -> None:
    """Note every circuit that reads a qubit of which the correcting circuit says nothing."""
    for run in dict.fromkeys(id(points.run) for points in expansion.circuits):
        mine = [points for points in expansion.circuits if id(points.run) == run]
        read = {points.circuit.name: _read_qubits(points) for points in mine}
        for setting in selected_settings(expansion.experiment, mine[0].run):
            if setting.readout is None or setting.readout.name not in read:
                continue
            known = read[setting.readout.name]
            for points in mine:
                if missing := sorted(read[points.circuit.name] - known):
                    where = f" in the run `{points.run.name}`" if points.run is not None else ""
                    circuit = points.circuit
                    problems.add(
                        ReadoutTooNarrow(setting.readout.span, circuit.name, _listed(missing), setting.readout.name, where, circuit.span)
                    )


def _read_qubits(points: CircuitPoints) -> frozenset[int]:
    """Every qubit that some point of a circuit reads."""
    return frozenset(qubit for program in points.programs for qubit in program.measured)


def _listed(qubits: Iterable[int]) -> str:
    """`qubit 3`, `qubits 3 and 4`, `qubits 3, 4, 5 and 12 more`."""
    words = [str(qubit) for qubit in qubits]
    if len(words) == 1:
        return f"qubit {words[0]}"
    if len(words) > 4:
        words[3:] = [f"{len(words) - 3} more"]
    return f"qubits {', '.join(words[:-1])} and {words[-1]}"

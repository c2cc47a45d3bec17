"""Mitigation at the points of a plan: the settings of a run, and readings that can be corrected. Without numpy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.language.experiment import Experiment, Mitigation, Reference, Run
from ionq_runner.planning.expand import CircuitPoints, Expansion
from ionq_runner.planning.prepared import prepared_bits

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


class ReadoutOneSided(Problem):
    """A correcting circuit that prepares a qubit in one of its two values alone."""

    code: ClassVar[str] = "E634"
    text: ClassVar[str] = "`{correcting}` prepares {qubits} only as {bit}{where}, so how often a {other} is read wrongly stays unknown"
    remedy: ClassVar[str] = "let its points prepare each qubit once as 0 and once as 1: `{{if: state == 1, do: x all}}`, `state: [0, 1]`"
    correcting: str
    qubits: str
    bit: int
    other: int
    where: str
    place: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.place, "this circuit prepares the bits"),)


def selected_settings(experiment: Experiment, run: Run | None) -> tuple[Mitigation, ...]:
    """The mitigation settings of a run, in the order of the file; empty where everything is measured as it is."""
    chosen = None if run is None or run.mitigation is None else {reference.name for reference in run.mitigation}
    return tuple(setting for name, setting in experiment.mitigation.items() if chosen is None or name in chosen)


def check_corrected(expansion: Expansion, problems: Problems) -> None:
    """Check that each correcting circuit reads the qubits that it corrects, and prepares them in both values."""
    for run in dict.fromkeys(id(points.run) for points in expansion.circuits):
        mine = {points.circuit.name: points for points in expansion.circuits if id(points.run) == run}
        for setting in selected_settings(expansion.experiment, next(iter(mine.values())).run):
            reference = setting.readout
            if reference is not None and reference.name in mine:
                others = [points for name, points in mine.items() if name != reference.name]
                _check_width(reference, mine[reference.name], others, problems)
                _check_values(reference, mine[reference.name], others, problems)


def _check_width(reference: Reference, correcting: CircuitPoints, others: list[CircuitPoints], problems: Problems) -> None:
    known = _read_qubits(correcting)
    for points in others:
        if missing := sorted(_read_qubits(points) - known):
            circuit = points.circuit
            problems.add(ReadoutTooNarrow(reference.span, circuit.name, _listed(missing), reference.name, _where(correcting), circuit.span))


def _check_values(reference: Reference, correcting: CircuitPoints, others: list[CircuitPoints], problems: Problems) -> None:
    """Note qubits of one value, where the bits that all points prepare can be told from their gates."""
    prepared = [(program, prepared_bits(program)) for program in correcting.programs]
    values: dict[int, set[bool]] = {}
    for program, bits in prepared:
        if bits is None:
            return
        for qubit in program.measured:
            values.setdefault(qubit, set()).add(bits[qubit])
    needed = frozenset[int]().union(*map(_read_qubits, others))
    for bit in (False, True):
        if lonely := sorted(qubit for qubit in needed & values.keys() if values[qubit] == {bit}):
            span = correcting.circuit.span
            problems.add(ReadoutOneSided(reference.span, reference.name, _listed(lonely), int(bit), int(not bit), _where(correcting), span))


def _where(points: CircuitPoints) -> str:
    return f" in the run `{points.run.name}`" if points.run is not None else ""


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

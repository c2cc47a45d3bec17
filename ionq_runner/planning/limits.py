"""Limits, each looked at before anything is made: the number of points by arithmetic, the memory of a circuit by its qubits."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ionq_runner.circuits.program import Program
from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Span
from ionq_runner.expressions import evaluate, whole
from ionq_runner.expressions.evaluation import Value
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.language.experiment import Circuit, Experiment, Run
from ionq_runner.language.sweeps import Product, Setting, Sweep, TooManyPoints
from ionq_runner.planning.collapsing import points_settings
from ionq_runner.planning.constants import Constants
from ionq_runner.planning.expand import selected_circuits, sweep_of
from ionq_runner.simulation import active_qubits, memory_needed, read_qubits

__all__ = ["check_memory", "check_size", "machine_memory", "noting", "replicates_of", "selected_targets"]

MAX_REPLICATES = 1_000_000
MAX_WIDTH = 100  # parameters, at the largest number of points


class BadReplicates(Problem):
    """Replicates below one or beyond the limit."""

    code: ClassVar[str] = "E611"
    text: ClassVar[str] = "replicates go from 1 to {limit:,}, and these are {given}"
    given: int
    limit: int = MAX_REPLICATES


class CircuitTooLarge(Problem):
    """A circuit whose simulation does not fit in the memory of this computer."""

    code: ClassVar[str] = "E612"
    text: ClassVar[str] = "simulating {qubits} qubits of `{circuit}` takes {needed} of memory, and this computer has {available}"
    remedy: ClassVar[str] = "use fewer qubits: each one more doubles the memory"
    circuit: str
    qubits: int
    needed: str
    available: str


class TooManyValues(Problem):
    """A sweep with so many axes that its table is too large."""

    code: ClassVar[str] = "E510"
    text: ClassVar[str] = "this makes {points:,} points with {axes:,} parameters each, and the limit is {limit:,} values"
    remedy: ClassVar[str] = "use fewer axes, or fewer points"
    points: int
    axes: int
    limit: int


def check_size(experiment: Experiment, constants: Constants, setting: Setting, problems: Problems) -> bool:
    """Whether all sweeps have a size and the points of all runs together stay within the limit, counted before they are made."""
    total, before = 0, problems.errors
    largest: tuple[int, Circuit, Run | None, str] | None = None
    for run in tuple(experiment.runs.values()) or (None,):
        replicates, chosen = 1, selected_targets(experiment, run)
        with noting(problems):
            replicates = replicates_of(run, constants)
        for circuit in selected_circuits(experiment, run):
            points, factors = 0, list[str]()
            with noting(problems):
                points, factors = _points(circuit, run, constants, setting)
            _check_width(circuit, points, 0 if circuit.sweep is None else len(circuit.sweep.axes), setting, problems)
            each = [len(points_settings(experiment, run, target, circuit.name)) for target in chosen]
            factors += [f"{len(each)} targets"] * (len(each) > 1) + [f"{replicates:,} replicates"] * (replicates > 1)
            factors += [f"{max(each)} mitigation settings"] * (max(each, default=1) > 1)
            points *= sum(each) * replicates
            total += points
            if largest is None or points > largest[0]:
                largest = points, circuit, run, " × ".join(factors)
    if total > setting.limit and largest is not None:
        points, circuit, run, product = largest
        more = f", and {_counted(total - points)} in other circuits or runs" if total > points else ""
        span = run.span if run is not None and run.sweep is not None else circuit.sweep_span
        problems.add(TooManyPoints(span, _counted(total), product + more, setting.limit))
    return problems.errors == before


def _check_width(circuit: Circuit, points: int, axes: int, setting: Setting, problems: Problems) -> None:
    """Note a table that is wide enough to be too large with a number of points that is not."""
    if points <= setting.limit and points * axes > setting.limit * MAX_WIDTH:
        problems.add(TooManyValues(circuit.sweep_span, points, axes, setting.limit * MAX_WIDTH))


@contextmanager
def noting(problems: Problems) -> Iterator[None]:
    """Go on after what is done here, with a problem noted where it met one."""
    try:
        yield
    except ProblemFound as found:
        problems.add(found.problem)


def replicates_of(run: Run | None, constants: Constants) -> int:
    """How many independent times a run measures each point. Raises ProblemFound."""
    if run is None or run.replicates is None:
        return 1
    replicates = whole(evaluate(run.replicates, constants.values), run.replicates.span)
    if not 1 <= replicates <= MAX_REPLICATES:
        raise ProblemFound(BadReplicates(run.replicates.span, replicates))
    return replicates


def selected_targets(experiment: Experiment, run: Run | None) -> tuple[str, ...]:
    """The targets of a run, in the order of the file; a file without targets has `local`."""
    names = tuple(experiment.targets) or ("local",)
    chosen = None if run is None or run.targets is None else {reference.name for reference in run.targets}
    return tuple(name for name in names if chosen is None or name in chosen)


def check_memory(circuit: str, span: Span, program: Program, noise: NoiseModel, available: int, problems: Problems) -> None:
    """Note a circuit whose simulation needs more memory than this computer has."""
    needed = memory_needed(program, noise)
    if needed > available:
        qubits = max(len(active_qubits(program)), len(read_qubits(program, noise)))
        problems.add(CircuitTooLarge(span, circuit, qubits, _bytes(needed), _bytes(available)))


def machine_memory() -> int:
    """The memory of this computer, in bytes; a very large number where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 1 << 62


def _points(circuit: Circuit, run: Run | None, constants: Constants, setting: Setting) -> tuple[int, list[str]]:
    sweep, values = sweep_of(circuit, run, constants)
    if sweep is None:
        return 1, [f"`{circuit.name}`"]
    own = {axis.name for axis in sweep.axes}  # an axis may have the name of a parameter, and then stands for it
    known = {name: value for name, value in values.items() if name not in own}
    return sweep.count(values, setting), list(_factors(sweep, known, setting))


def _factors(sweep: Sweep, values: dict[str, Value], setting: Setting) -> Iterator[str]:
    """The lengths that multiply to the size of a sweep; an axis that depends on others stands without a length."""
    if isinstance(sweep, Product):
        for part in sweep.parts:
            yield from _factors(part, values, setting)
        return
    names = ", ".join(axis.name for axis in sweep.axes)
    known = sweep.uses <= values.keys()
    yield f"{names} {_counted(sweep.count(values, setting))}" if known else f"{names} as long as {', '.join(sorted(sweep.uses))} makes it"


def _counted(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"about 10^{math.floor(math.log10(count))}"


def _bytes(count: int) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):
        if count < 1024:
            return f"{count:,.0f} {unit}"
        count //= 1024
    return f"about 10^{math.floor(math.log10(count))} ZiB"

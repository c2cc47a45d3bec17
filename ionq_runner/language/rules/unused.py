"""Definitions that nothing uses: a warning; an axis that nothing uses: an error, for it multiplies the points."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import ClassVar

from ionq_runner.circuits.shape import operand_names, statement_names
from ionq_runner.circuits.statements import GateStatement, flat
from ionq_runner.diagnostics import Problem, Problems, Severity
from ionq_runner.expressions import Expression, Range
from ionq_runner.language.conclusions import Expectation, Fit, Summary
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.functions import expressions_of
from ionq_runner.language.rows import makings, rows_of, zipped
from ionq_runner.language.sweeps import Axis, Concat, Product, Sweep, Zip, parts_of

__all__ = ["check_unused"]


class UnusedDefinition(Problem):
    """A parameter, block, sweep, circuit, target, mitigation setting or observable that nothing refers to."""

    code: ClassVar[str] = "W210"
    text: ClassVar[str] = "{what} `{name}` is never used"
    remedy: ClassVar[str] = "use it, or take it out"
    severity: ClassVar[Severity] = Severity.WARNING
    what: str
    name: str


class UnusedAxis(Problem):
    """An axis that changes nothing and still multiplies the points."""

    code: ClassVar[str] = "E211"
    text: ClassVar[str] = "nothing uses the axis `{name}`"
    name: str

    @property
    def hint(self) -> str:
        if self.name in ("linspace", "geomspace", "random", "bitstrings"):
            return f"give the axis a name: `phi: {{{self.name}: ...}}`"
        return "use it in the circuit, a fit or a summary, or take it out; to measure a point several times, write `replicates:` in a run"


def check_unused(experiment: Experiment, problems: Problems) -> None:
    """Note definitions and axes without a use."""
    concluded = _concluded_names(experiment)
    for circuit in experiment.circuits.values():
        _check_axes(circuit, experiment, concluded.get(circuit.name, set()), problems)
    used = set(_used_names(experiment))
    for name, parameter in experiment.parameters.items():
        if name not in used:
            problems.add(UnusedDefinition(parameter.span, "the parameter", name))
    called = {s.name for c in experiment.circuits.values() if c.inputs is None for s in flat(c.statements) if isinstance(s, GateStatement)}
    called |= {s.name for block in experiment.blocks.values() for s in flat(block.body) if isinstance(s, GateStatement)}
    for name, block in experiment.blocks.items():
        if name not in called:
            problems.add(UnusedDefinition(block.span, "the block", name))
    for name, sweep in experiment.sweeps.items():
        if not any(part is sweep for other in _sweeps_in_use(experiment, name) for part in parts_of(other)):
            problems.add(UnusedDefinition(sweep.axes[0].span, "the sweep", name))
    _check_selected(experiment, problems)


def _check_selected(experiment: Experiment, problems: Problems) -> None:
    """Note circuits, targets and settings that no run selects, and observables of such circuits alone."""
    for what, definitions, chosen in (
        ("the circuit", experiment.circuits, "circuits"),
        ("the target", experiment.targets, "targets"),
        ("the mitigation setting", experiment.mitigation, "mitigation"),
    ):
        selections = [getattr(run, chosen) for run in experiment.runs.values()]
        if selections and None not in selections:
            selected = {reference.name for selection in selections for reference in selection}
            for name, definition in definitions.items():
                if name not in selected:
                    problems.add(UnusedDefinition(definition.span, what, name))
    made = _circuits_run(experiment)
    for name, observable in experiment.observables.items():
        if not any(map(observable.reads, made)):
            problems.add(UnusedDefinition(observable.span, "the observable", name))


def _circuits_run(experiment: Experiment) -> set[str]:
    """The circuits that are run at all."""
    selections = [run.circuits for run in experiment.runs.values()]
    if not selections or None in selections:
        return set(experiment.circuits)
    return {reference.name for selection in selections for reference in selection or ()}


def _sweeps_in_use(experiment: Experiment, but: str) -> Iterator[Sweep]:
    """Every sweep of a circuit or a run, and every named one but one."""
    own = (*(circuit.sweep for circuit in experiment.circuits.values()), *(run.sweep for run in experiment.runs.values()))
    yield from (sweep for sweep in own if sweep is not None)
    yield from (sweep for name, sweep in experiment.sweeps.items() if name != but)


def _check_axes(circuit: Circuit, experiment: Experiment, concluded: Set[str], problems: Problems) -> None:
    if circuit.sweep is None:
        return
    computed = {name: value.names for name, value, _ in circuit.parameters}
    used = set(_circuit_names(circuit)).union(*(o.names for o in experiment.observables.values() if o.reads(circuit.name))) | set(concluded)
    repetitions = [
        experiment.repetitions,
        *(t.repetitions for t in experiment.targets.values()),
        *(r.repetitions for r in experiment.runs.values()),
    ]
    used |= {name for expression in repetitions if expression for name in expression.names}
    for _ in computed:
        used |= {inner for name in used & computed.keys() for inner in computed[name]}
    for part in zipped(circuit.sweep):
        if not any(axis.name in used for axis in part):
            for axis in part:
                problems.add(UnusedAxis(axis.span, axis.name))


def _concluded_names(experiment: Experiment) -> dict[str, set[str]]:
    """By circuit, the names that fits and summaries of its points use."""
    found: dict[str, set[str]] = {}
    rows, needs = rows_of(experiment), makings(experiment)
    makers: tuple[Fit | Summary, ...] = (*experiment.fits.values(), *experiment.summaries.values())
    for maker in makers:
        sources = {source for need in needs[maker.name] for family in rows.get(need, ()) for source in family.sources}
        for source in sources:
            found.setdefault(source, set()).update(_conclusion_names(maker))
    return found


def _conclusion_names(maker: Fit | Summary) -> Iterator[str]:
    if isinstance(maker, Summary):
        yield from maker.expression.names
        yield from (axis.name for axis in maker.over)
        return
    yield maker.x.name
    yield from (axis.name for axis in maker.average)
    for value in (*(value for _, value in maker.start), *(value for _, value in maker.fixed), maker.model):
        yield from value.names if isinstance(value, Expression) else ()


def _circuit_names(circuit: Circuit) -> Iterator[str]:
    """Every name that the circuit, its measurement or its own axes use."""
    yield from circuit.qubits.names if circuit.qubits else ()
    yield from statement_names(circuit.statements, circuit.blocks)
    for _, operands, _ in circuit.measure:
        yield from operand_names(operands)
    if circuit.sweep is not None:
        yield from _sweep_names(circuit.sweep)


def _sweep_names(sweep: Sweep) -> Iterator[str]:
    match sweep:
        case Axis():
            yield from sweep.uses
        case Product(parts, only):
            yield from only.names if only else ()
            for part in parts:
                yield from _sweep_names(part)
        case Zip(parts) | Concat(parts):
            for part in parts:
                yield from _sweep_names(part)


def _expected(expectation: Expectation) -> Iterator[Expression | None]:
    """The expressions of what is expected."""
    yield from (expectation.value, expectation.within, expectation.sigmas)
    for extent in (value.extent for condition in expectation.where for value in condition.values):
        if isinstance(extent, Range):
            yield from (extent.start, extent.stop, extent.step)
        elif isinstance(extent, Expression):
            yield extent


def _named_in(circuit: Circuit) -> Iterator[str]:
    """Every name that a circuit uses, in its parameters and the arguments of a function too."""
    yield from _circuit_names(circuit)
    for _, value, _ in circuit.parameters:
        yield from value.names
    for argument in circuit.call.arguments.values() if circuit.call else ():
        yield from (name for expression in expressions_of(argument) for name in expression.names)


def _used_names(experiment: Experiment) -> Iterator[str]:
    """Every name that anything but its own definition uses."""
    for parameter in experiment.parameters.values():
        values = (parameter.value,) if isinstance(parameter.value, Expression) else ()
        rows = parameter.value if isinstance(parameter.value, tuple) else ()
        for expression in (*values, *(value for row in rows for value in row), parameter.minimum, parameter.maximum, *parameter.choices):
            yield from expression.names if expression is not None else ()
    for circuit in experiment.circuits.values():
        yield from _named_in(circuit)
    for block in experiment.blocks.values():
        yield from statement_names(block.body, {})
    for sweep in (*experiment.sweeps.values(), *(run.sweep for run in experiment.runs.values() if run.sweep)):
        yield from _sweep_names(sweep)
    for observable in experiment.observables.values():
        yield from observable.names
    for fit in experiment.fits.values():
        yield from _conclusion_names(fit)
    for summary in experiment.summaries.values():
        yield from _conclusion_names(summary)
    singles = [experiment.repetitions, experiment.seed, *(e for expected in experiment.expect for e in _expected(expected))]
    singles += [e for run in experiment.runs.values() for e in (run.repetitions, run.replicates)]
    for target in experiment.targets.values():
        noise = target.noise
        singles += [target.repetitions, target.batch, *((noise.one_qubit, noise.two_qubit, noise.spam, noise.seed) if noise else ())]
    if (budget := experiment.budget) is not None:
        singles += [budget.cost_usd, budget.jobs, budget.repetitions]
    for expression in singles:
        yield from expression.names if expression is not None else ()

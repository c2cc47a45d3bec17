"""What a person changes without touching the file: `--set`, a values file, and `--only`. Checked like the file itself."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping as Named
from collections.abc import Set
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import ClassVar, TypeVar

from ionq_runner.diagnostics import Problem, Problems, Severity, Source, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression
from ionq_runner.language.experiment import Experiment, Order, Parameter, Reference, Run, Target
from ionq_runner.language.files import Files
from ionq_runner.language.grammar import VALUES_FILE
from ionq_runner.language.reading.sweeps import read_sweep
from ionq_runner.language.reading.values import entries, expression_at, read_value, references_at, text_at
from ionq_runner.language.replacement import combined, units
from ionq_runner.language.secrets import compose_without_secrets, without_secrets
from ionq_runner.language.structure import check_structure
from ionq_runner.language.sweeps import Sweep
from ionq_runner.language.yaml import Mapping, Node, Scalar, compose

__all__ = ["Overrides", "Setting", "apply_changes", "parse_selection", "parse_settings", "read_values_file", "select"]

T = TypeVar("T")

NOT_IN_VALUES = "is named in a values file, which brings no files of its own; write its points into the sweep"


class NotAnAssignment(Problem):
    """A `--set` or `--only` that is not NAME=VALUE."""

    code: ClassVar[str] = "E700"
    text: ClassVar[str] = "`{given}` is not of the form {form}"
    given: str
    form: str


class UnknownParameter(Problem):
    """A setting of a parameter that the file does not have."""

    code: ClassVar[str] = "E701"
    text: ClassVar[str] = "the file has no parameter `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        listed = f"its parameters are {', '.join(self.known)}" if self.known else "it has none under `parameters:`"
        return did_you_mean(self.name, self.known) or listed


class SweptParameter(Problem):
    """A setting of a parameter that a sweep varies."""

    code: ClassVar[str] = "E702"
    text: ClassVar[str] = "`{name}` is swept by the circuit `{circuit}`, so setting it would change nothing there"
    remedy: ClassVar[str] = "replace the axis with `sweep:` in a values file (`--set-file`)"
    name: str
    circuit: str


class OtherProtocol(Problem):
    """A values file written for another protocol file."""

    code: ClassVar[str] = "E704"
    text: ClassVar[str] = "this values file is for another version of the protocol: it expects sha256 {expected}, and the file has {found}"
    remedy: ClassVar[str] = "review the values against the protocol as it is now, and update `sha256`"
    expected: str
    found: str


class OtherFile(Problem):
    """A values file that names another protocol than the one it is used with."""

    code: ClassVar[str] = "E709"
    text: ClassVar[str] = "these values are for `{protocol}`, and the experiment is `{file}`"
    remedy: ClassVar[str] = "give the values with the file that they are for; where they fit this one too, write `protocol: {file}`"
    protocol: str
    file: str


class NothingSelected(Problem):
    """An `--only` that names nothing in the file."""

    code: ClassVar[str] = "E705"
    text: ClassVar[str] = "the file has no {what} `{name}`"
    what: str
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        return did_you_mean(self.name, self.known) or f"it has {', '.join(self.known) or 'none'}"


class NothingLeft(Problem):
    """Selections that each name something, and have nothing in common."""

    code: ClassVar[str] = "E706"
    text: ClassVar[str] = "no run measures what is selected: {selected}"
    remedy: ClassVar[str] = "leave one of the selections out, or select a run that has everything else"
    selected: str


class NotHeldBack(Problem):
    """A run that waits for one that is not selected."""

    code: ClassVar[str] = "W708"
    text: ClassVar[str] = "`{run}` waits for `{name}`, which is not selected: nothing holds it back now"
    remedy: ClassVar[str] = "select `{name}` as well, unless you have seen its results"
    severity: ClassVar[Severity] = Severity.WARNING
    run: str
    name: str


class NotAValue(Problem):
    """A setting whose value is a mapping, a truth, or nothing at all."""

    code: ClassVar[str] = "E707"
    text: ClassVar[str] = "this is no value for the parameter `{name}`"
    remedy: ClassVar[str] = "a value is a number, an expression, a bit string in quotes, or a list in brackets"
    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A new value for a parameter, and where it was given."""

    name: str
    value: Node
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Everything that is changed, in the order in which it applies."""

    settings: tuple[Setting, ...] = ()
    repetitions: Expression | None = None
    sweep: Sweep | None = None
    runs: tuple[Reference, ...] | None = None
    targets: tuple[Reference, ...] | None = None
    circuits: tuple[Reference, ...] | None = None
    mitigation: tuple[Reference, ...] | None = None
    by: str = ""
    why: str = ""


def parse_settings(assignments: tuple[str, ...], problems: Problems) -> tuple[Setting, ...]:
    """`NAME=VALUE` from the command line; a value is a number, an expression, a bit string, or a list in brackets."""
    found: list[Setting] = []
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        source = without_secrets(Source("--set", assignment), problems)
        if not equals or not value:
            problems.add(NotAnAssignment(Span(source, 0, len(assignment)), assignment, "NAME=VALUE"))
            continue
        prefix = " " * (len(name) + 1)
        node = compose(source, problems, prefix + source.text[len(prefix) :])
        if node is not None:
            found.append(Setting(name.strip(), node, Span(source, 0, len(name))))
    return tuple(found)


_SELECTED = {"run": "runs", "circuit": "circuits", "target": "targets", "mitigation": "mitigation"}


def parse_selection(selections: tuple[str, ...], problems: Problems) -> dict[str, tuple[Reference, ...]]:
    """`run=NAME`, `circuit=NAME` and the like from the command line, as references under `runs`, `circuits` and so on."""
    found: dict[str, tuple[Reference, ...]] = {}
    for selection in selections:
        what, _, name = selection.partition("=")
        source = Source("--only", selection)
        if what not in _SELECTED or not name:
            form = "run=NAME, circuit=NAME, target=NAME or mitigation=NAME"
            problems.add(NotAnAssignment(Span(source, 0, len(selection)), selection, form))
            continue
        span = Span(source, len(what) + 1, len(selection))
        found[_SELECTED[what]] = (*found.get(_SELECTED[what], ()), Reference(name, span))
    return found


def read_values_file(source: Source, protocol: bytes, file: str, problems: Problems) -> Overrides:
    """The values file of a person who runs a protocol without editing it.

    `protocol` is the protocol as it is now, `file` the name of its file; an empty one is not known, and any will do.
    """
    source, root = compose_without_secrets(source, problems)
    if not isinstance(root, Mapping):
        if root is not None:
            check_structure(root, VALUES_FILE, problems)
        return Overrides()
    check_structure(root, VALUES_FILE, problems)
    _check_protocol(root, protocol, file, problems)
    return Overrides(
        settings=tuple(Setting(entry.key.text, entry.value, entry.key.span) for entry in entries(root.get("set"))),
        repetitions=expression_at(root, "repetitions", problems),
        sweep=read_sweep(root.get("sweep"), {}, Files(None, why=NOT_IN_VALUES), problems),
        runs=references_at(root, "runs"),
        targets=references_at(root, "targets"),
        mitigation=references_at(root, "mitigation"),
        by=text_at(root, "by"),
        why=text_at(root, "why"),
    )


def _check_protocol(root: Mapping, protocol: bytes, file: str, problems: Problems) -> None:
    """Check that values are for this protocol: by its checksum, or, without one, by the name of its file, wherever that lies."""
    expected, found = text_at(root, "sha256"), hashlib.sha256(protocol).hexdigest()
    named = PureWindowsPath(text_at(root, "protocol")).name  # it takes both kinds of slashes
    sha256, path = root.get("sha256"), root.get("protocol")
    if expected and expected.lower() != found:
        assert sha256 is not None
        problems.add(OtherProtocol(sha256.span, expected[:12], found[:12]))
    elif file and named and named != file and not expected:
        assert path is not None
        problems.add(OtherFile(path.span, named, file))


def apply_changes(experiment: Experiment, overrides: Overrides, problems: Problems) -> Experiment:
    """The experiment with new values of parameters, repetitions and axes."""
    parameters = dict(experiment.parameters)
    for setting in overrides.settings:
        if (changed := _set(setting, experiment, problems)) is not None:
            parameters[setting.name] = changed
    repetitions = overrides.repetitions or experiment.repetitions
    experiment = dataclasses.replace(experiment, parameters=parameters, repetitions=repetitions)
    return experiment if overrides.sweep is None else _swept(experiment, overrides.sweep)


def select(experiment: Experiment, overrides: Overrides, problems: Problems) -> Experiment:
    """What is left of an experiment when only some circuits, targets, mitigation settings or runs are asked for."""
    circuits = _chosen(experiment.circuits, overrides.circuits, "circuit", problems)
    targets = _chosen_targets(experiment, overrides.targets, problems)
    mitigation = _chosen(experiment.mitigation, overrides.mitigation, "mitigation setting", problems)
    runs = _chosen(experiment.runs, overrides.runs, "run", problems)
    gone = {*experiment.circuits} - circuits.keys(), {*experiment.targets} - targets.keys(), {*experiment.mitigation} - mitigation.keys()
    runs = {name: _narrowed(run, *gone) for name, run in runs.items()}
    left = {name: run for name, run in runs.items() if run.circuits != () and run.targets != ()}
    if overrides.mitigation is not None:  # a run without a setting is not meant by the name of one
        left = {name: run for name, run in left.items() if run.mitigation != ()}
    if runs and not left:
        _note_nothing_left(overrides, problems)
    left = {name: _released(run, {*experiment.runs} - left.keys(), problems) for name, run in left.items()}
    return dataclasses.replace(experiment, circuits=circuits, targets=targets, mitigation=mitigation, runs=left)


def _released(run: Run, gone: Set[str], problems: Problems) -> Run:
    """A run as it is, unless it waits for one that is not selected: nothing can be said of that one's results."""
    if run.after is None or run.after.name not in gone:
        return run
    problems.add(NotHeldBack(run.after.span, run.name, run.after.name))
    return dataclasses.replace(run, after=None)


def _set(setting: Setting, experiment: Experiment, problems: Problems) -> Parameter | None:
    parameter = experiment.parameters.get(setting.name)
    for circuit in experiment.circuits.values():
        if circuit.sweep is not None and setting.name in {axis.name for axis in circuit.sweep.axes}:
            problems.add(SweptParameter(setting.span, setting.name, circuit.name))
            return None
    if parameter is None:
        problems.add(UnknownParameter(setting.span, setting.name, tuple(experiment.parameters)))
        return None
    given = _quoted_bits(setting.value) if isinstance(parameter.value, str) else setting.value
    before = problems.errors
    value = read_value(given, problems)
    if value is None and problems.errors == before:
        problems.add(NotAValue(setting.value.span, setting.name))
    return None if value is None else dataclasses.replace(parameter, value=value)


def _quoted_bits(node: Node) -> Node:
    """On a command line quotes are gone by the time a value arrives: for a bit string, zeros and ones are one without them."""
    if isinstance(node, Scalar) and not node.style and set(node.text) <= {"0", "1"}:
        return Scalar(node.text, '"', node.span)
    return node


def _chosen(defined: Named[str, T], references: tuple[Reference, ...] | None, what: str, problems: Problems) -> dict[str, T]:
    for reference in references or ():
        if reference.name not in defined:
            problems.add(NothingSelected(reference.span, what, reference.name, tuple(defined)))
    names = {reference.name for reference in references or ()}
    return {name: value for name, value in defined.items() if references is None or name in names}


def _chosen_targets(experiment: Experiment, references: tuple[Reference, ...] | None, problems: Problems) -> dict[str, Target]:
    """The targets that are selected; a file without targets has `local`, and nothing else to select."""
    if not experiment.targets and references and {reference.name for reference in references} == {"local"}:
        return {}
    return _chosen(experiment.targets, references, "target", problems)


def _note_nothing_left(overrides: Overrides, problems: Problems) -> None:
    chosen = [*(overrides.runs or ()), *(overrides.circuits or ()), *(overrides.targets or ()), *(overrides.mitigation or ())]
    if chosen and not problems.errors:
        problems.add(NothingLeft(chosen[0].span, ", ".join(f"`{reference.name}`" for reference in chosen)))


def _narrowed(run: Run, circuits: Set[str], targets: Set[str], mitigation: Set[str]) -> Run:
    """A run without what is not selected; names that the file does not define stay, and are refused later."""

    def kept(references: tuple[Reference, ...] | None, gone: Set[str]) -> tuple[Reference, ...] | None:
        return None if references is None else tuple(reference for reference in references if reference.name not in gone)

    return dataclasses.replace(
        run,
        circuits=kept(run.circuits, circuits),
        targets=kept(run.targets, targets),
        mitigation=kept(run.mitigation, mitigation),
    )


def _swept(experiment: Experiment, sweep: Sweep) -> Experiment:
    """Every run with the axes replaced that a values file gives: those that its circuits have."""
    if not experiment.runs:
        only = Run(
            name="all",
            circuits=None,
            targets=None,
            repetitions=None,
            replicates=None,
            order=Order.AS_WRITTEN,
            sweep=sweep,
            span=sweep.axes[0].span,
        )
        return dataclasses.replace(experiment, runs={"all": only})
    swept = {name: _axes(run, experiment) for name, run in experiment.runs.items()}
    anywhere = frozenset[str]().union(*swept.values())
    runs: dict[str, Run] = {}
    for name, run in experiment.runs.items():
        # An axis that no run has stays with all of them, and is refused there.
        wanted = [unit for unit in units(sweep) if (own := {a.name for a in unit.axes}) & swept[name] or not own & anywhere]
        runs[name] = dataclasses.replace(run, sweep=combined(run.sweep, wanted))
    return dataclasses.replace(experiment, runs=runs)


def _axes(run: Run, experiment: Experiment) -> frozenset[str]:
    """The axes of a run's circuits."""
    chosen = None if run.circuits is None else {reference.name for reference in run.circuits}
    sweeps = [circuit.sweep for name, circuit in experiment.circuits.items() if chosen is None or name in chosen]
    return frozenset(axis.name for sweep in sweeps if sweep is not None for axis in sweep.axes)

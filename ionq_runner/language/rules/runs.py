"""Runs: circuits, targets and mitigation settings that exist, axes that a circuit has, and repetitions for all that is selected."""

from __future__ import annotations

from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import did_you_mean, nearest
from ionq_runner.language.experiment import Experiment, Run

__all__ = ["NamedTwice", "UnknownCircuit", "check_runs"]


class UnknownTarget(Problem):
    """A run asks for a target that the file does not define."""

    code: ClassVar[str] = "E204"
    text: ClassVar[str] = "no target is called `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        return _all(self.name, "targets") or did_you_mean(self.name, self.known) or "define it under `targets:`"


class UnknownCircuit(Problem):
    """A run, or an observable, asks for a circuit that the file does not define."""

    code: ClassVar[str] = "E212"
    text: ClassVar[str] = "no circuit is called `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        return _all(self.name, "circuits") or did_you_mean(self.name, self.known) or "define it under `circuits:`"


class UnknownMitigation(Problem):
    """A run asks for a mitigation setting that the file does not define."""

    code: ClassVar[str] = "E618"
    text: ClassVar[str] = "no mitigation setting is called `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        if self.name in ("none", "off"):
            return "write `mitigation: []` for none"
        return _all(self.name, "mitigation") or did_you_mean(self.name, self.known) or "define it under `mitigation:`"


class AxisNotReplaced(Problem):
    """A run's sweep with an axis that none of its circuits has."""

    code: ClassVar[str] = "E605"
    text: ClassVar[str] = "no circuit of this run has the axis `{axis}`"
    axis: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        axes = ", ".join(f"`{name}`" for name in self.known) or "none"
        return did_you_mean(self.axis, self.known) or f"a run's `sweep` replaces axes of its circuits, which are {axes}"


class NoRepetitions(Problem):
    """A file, target and run none of which says how often to measure."""

    code: ClassVar[str] = "E606"
    text: ClassVar[str] = "nothing says how often to measure{where}"
    remedy: ClassVar[str] = "write `repetitions: 1000` at the top of the file"
    where: str


class NamedTwice(Problem):
    """A run that lists a circuit, a target or a mitigation setting twice, or an observable that does so with a circuit."""

    code: ClassVar[str] = "E607"
    text: ClassVar[str] = "`{name}` stands here twice"
    remedy: ClassVar[str] = "{instead}"
    name: str
    instead: str = "to measure it several times, write `replicates: 2`"


def check_runs(experiment: Experiment, problems: Problems) -> None:
    """Check what runs refer to, and that everything has a number of repetitions."""
    for run in experiment.runs.values():
        _check_references(run, experiment, problems)
        _check_axes(run, experiment, problems)
    if experiment.repetitions is not None or any(_meant_as_repetitions(key) for key in experiment.unread):
        return
    for span, where in _without_repetitions(experiment):
        problems.add(NoRepetitions(span, where))


def _all(name: str, key: str) -> str:
    return f"leave `{key}` out to have all of them" if name == "all" else ""


def _meant_as_repetitions(key: str) -> bool:
    """Whether a key of a file that has faults was written for this: it has been noted, and nothing more is to say."""
    return key in ("repetitions", "shots") or nearest(key, ("repetitions",)) is not None


def _check_references(run: Run, experiment: Experiment, problems: Problems) -> None:
    targets = tuple(experiment.targets) or ("local",)
    for references, known, kind in (
        (run.circuits, tuple(experiment.circuits), UnknownCircuit),
        (run.targets, targets, UnknownTarget),
        (run.mitigation, tuple(experiment.mitigation), UnknownMitigation),
    ):
        names = [reference.name for reference in references or ()]
        for index, reference in enumerate(references or ()):
            if reference.name not in known:
                problems.add(kind(reference.span, reference.name, known))
            if reference.name in names[:index]:
                problems.add(NamedTwice(reference.span, reference.name))


def _check_axes(run: Run, experiment: Experiment, problems: Problems) -> None:
    if run.sweep is None:
        return
    chosen = [c for c in experiment.circuits.values() if run.circuits is None or c.name in {r.name for r in run.circuits}]
    known = {axis.name: axis for circuit in chosen if circuit.sweep for axis in circuit.sweep.axes}
    for axis in run.sweep.axes:
        if axis.name not in known:
            problems.add(AxisNotReplaced(axis.span, axis.name, tuple(known)))


def _without_repetitions(experiment: Experiment) -> list[tuple[Span, str]]:
    """The places at which repetitions are missing: each run with a target that has none, or the file."""
    bare = {name for name, target in experiment.targets.items() if target.repetitions is None}
    if not experiment.targets:
        bare = {"local"}
    if not experiment.runs:
        return [(experiment.span, f" on the target `{next(iter(sorted(bare)))}`" if experiment.targets else "")] if bare else []
    missing: list[tuple[Span, str]] = []
    for run in experiment.runs.values():
        chosen = bare if run.targets is None else bare & {reference.name for reference in run.targets}
        if run.repetitions is None and chosen:
            missing.append((run.span, f" in the run `{run.name}`"))
    return missing

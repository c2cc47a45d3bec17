"""A file, and what a person changes about it -> a checked experiment with its sweeps written out."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ionq_runner.diagnostics import ProblemFound, Problems, Severity
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.files import Files
from ionq_runner.language.overrides import Overrides, apply_changes, parse_selection, parse_settings, read_values_file, select
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.rules import check_rules
from ionq_runner.language.rules.holding import check_expected
from ionq_runner.language.rules.mitigation import check_readout
from ionq_runner.language.schema import check_schema
from ionq_runner.language.sweeps import Setting
from ionq_runner.language.yaml import MAX_BYTES, decode
from ionq_runner.planning.constants import evaluate_constants
from ionq_runner.planning.expand import Expansion, check_angles, expand
from ionq_runner.planning.limits import check_size
from ionq_runner.planning.machines import check_machines
from ionq_runner.planning.mitigation import check_corrected
from ionq_runner.planning.plain import check_plain_statements
from ionq_runner.planning.repetitions import check_repetitions
from ionq_runner.planning.seeds import fresh_seed
from ionq_runner.planning.selection import check_conclusions
from ionq_runner.planning.service import check_service
from ionq_runner.planning.settings import check_observables

__all__ = ["MAX_POINTS", "Loaded", "Options", "check_values", "load", "read_bounded"]

MAX_POINTS = 100_000
MAX_KNOWN = 1_000  # problems beyond which nobody waits for more of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for besides the file. Everything here is recorded with a run."""

    set: tuple[str, ...] = ()  # NAME=VALUE
    set_file: Path | None = None
    only: tuple[str, ...] = ()  # run=NAME, circuit=NAME, target=NAME, mitigation=NAME
    max_points: int = MAX_POINTS
    strict: bool = False
    allow_python: bool = False  # whether functions of Python files may be called

    def document(self) -> dict[str, Any]:
        """The options as they are recorded."""
        values = None if self.set_file is None else self.set_file.name
        return {
            "set": list(self.set),
            "set_file": values,
            "only": list(self.only),
            "max_points": self.max_points,
            "strict": self.strict,
            "allow_python": self.allow_python,
        }


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was read and checked, with its sweeps written out; `expansion` is None where it has errors."""

    data: bytes
    experiment: Experiment | None
    expansion: Expansion | None
    problems: Problems


def load(data: bytes, name: str, options: Options = Options(), seed: int | None = None, folder: Path | None = None) -> Loaded:
    """Read and check a file. Problems are collected, never raised; `name` is how messages call the file.

    Files that it refers to are read from `folder`, or from the folder of `name` where that is a file. A seed, where one is given,
    stands in for a file that has none.
    """
    problems = Problems()
    try:
        source = decode(data, name)
    except ProblemFound as found:
        problems.add(found.problem)
        return Loaded(data, None, None, problems)
    experiment, root = read_experiment(source, problems, _files(name, folder))
    if experiment is None or root is None:
        return Loaded(data, experiment, None, problems)
    well_formed = not problems.errors
    protocol = Path(name).name if folder is None and Path(name).is_file() else ""  # a run keeps it under another name
    overrides = _overrides(data, protocol, options, problems)
    for changes in overrides:
        experiment = apply_changes(experiment, changes, problems)
    check_rules(experiment, problems)
    experiment = _with_functions(experiment, options, problems)
    whole = experiment
    for selection in overrides:
        experiment = select(experiment, selection, problems)
    check_readout(experiment, problems, whole)
    check_expected(experiment, problems)
    if well_formed and not problems.errors:
        check_schema(root, problems)
    if problems.errors:
        _look_further(experiment, options, problems)
        return Loaded(data, experiment, None, problems)
    expansion = _expanded(experiment, options, seed, problems)
    if expansion is not None:
        chosen = any(found is not None for o in overrides for found in (o.runs, o.targets, o.circuits))
        check_conclusions(expansion, problems, whole=not chosen)
    return Loaded(data, experiment, None if problems.errors else expansion, problems)


def _files(name: str, folder: Path | None) -> Files:
    """What reads the files that an experiment refers to; standard input lies in no folder."""
    if folder is not None:
        return Files(folder, str(folder))
    place = Path(name)
    return Files(place.parent, os.path.dirname(name)) if place.is_file() else Files(None)


def _with_functions(experiment: Experiment, options: Options, problems: Problems) -> Experiment:
    """The experiment with the circuits that Python functions make, which are then checked like any other."""
    if all(circuit.made for circuit in experiment.circuits.values()):
        return experiment
    from ionq_runner.planning.functions import call_functions  # most files have none

    experiment = call_functions(experiment, options.allow_python, problems)
    check_rules(experiment, problems)
    return experiment


def _look_further(experiment: Experiment, options: Options, problems: Problems) -> None:
    """Where all errors are inside some circuits, write out the others, so that what is wrong with them shows as well.

    Of circuits that cannot be written out, the plain statements can be checked.
    """
    if len(problems) > MAX_KNOWN:
        return
    errors = [found.span for found in problems if found.severity is Severity.ERROR]
    faulty = {name for name, circuit in experiment.circuits.items() if not circuit.made or any(span in circuit.extent for span in errors)}
    check_plain_statements(experiment, experiment.circuits.values(), errors, problems)
    elsewhere = any(all(span not in circuit.extent for circuit in experiment.circuits.values()) for span in errors)
    if not elsewhere and not experiment.unread:
        sound = {name: circuit for name, circuit in experiment.circuits.items() if name not in faulty}
        found_there = Problems()
        _expanded(replace(experiment, circuits=sound), options, None, found_there)
        for found in found_there:
            problems.add(found)


def _overrides(data: bytes, protocol: str, options: Options, problems: Problems) -> list[Overrides]:
    """What the values file and the command line change, in the order in which it applies; `protocol` is the name of the file."""
    found: list[Overrides] = []
    if (values := options.set_file) is not None:
        try:
            found.append(read_values_file(decode(read_bounded(values), str(values)), data, protocol, problems))
        except ProblemFound as fault:
            problems.add(fault.problem)
    chosen = parse_selection(options.only, problems)
    settings = parse_settings(options.set, problems)
    found.append(
        Overrides(
            settings=settings,
            runs=chosen.get("runs"),
            targets=chosen.get("targets"),
            circuits=chosen.get("circuits"),
            mitigation=chosen.get("mitigation"),
        )
    )
    return found


def read_bounded(file: Path) -> bytes:
    """A file, as far as it is read: one that is longer than a file may be is refused for its beginning."""
    with open(file, "rb") as handle:
        return handle.read(MAX_BYTES + 1)


def _expanded(experiment: Experiment, options: Options, seed: int | None, problems: Problems) -> Expansion | None:
    constants = evaluate_constants(experiment, problems)
    check_service(experiment, constants, problems)
    if problems.errors:
        return None
    own = constants.seed if constants.seed is not None else seed
    setting = Setting(own if own is not None else fresh_seed(), options.max_points)
    if not check_size(experiment, constants, setting, problems):
        return None
    expansion = expand(experiment, constants, setting, problems)
    check_machines(expansion, problems)
    check_corrected(expansion, problems)
    check_observables(expansion, problems)
    if problems.errors:
        check_values(expansion, problems)
        return None
    return expansion


def check_values(expansion: Expansion, problems: Problems) -> None:
    """Note what has no value at some point: angles, repetitions."""
    check_angles(expansion, problems)
    check_repetitions(expansion, problems)

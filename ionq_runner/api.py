"""A short function per verb: what the command line does, for programs and notebooks.

Whatever is wrong with a file is raised as `Refused`, which holds the problems; `str` of it is what the terminal shows.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ionq_runner.diagnostics import ProblemFound, Problems, Severity
from ionq_runner.diagnostics.rendering import render_problems, summary
from ionq_runner.language.experiment import Experiment
from ionq_runner.language.overrides import Overrides, apply_changes, parse_selection, parse_settings, read_values_file, select
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.rules import check_rules
from ionq_runner.language.schema import check_schema
from ionq_runner.language.sweeps import Setting
from ionq_runner.language.yaml import MAX_BYTES, decode
from ionq_runner.planning.constants import evaluate_constants
from ionq_runner.planning.expand import Expansion, check_angles, expand
from ionq_runner.planning.limits import check_memory, check_size, machine_memory, selected_targets
from ionq_runner.planning.repetitions import check_repetitions
from ionq_runner.planning.seeds import fresh_seed

if TYPE_CHECKING:
    from ionq_runner.execution.engine import Progress, Stop
    from ionq_runner.ledger.folder import RunFolder
    from ionq_runner.planning.plan import Plan
    from ionq_runner.results.verification import Verification

__all__ = ["Options", "Outcome", "Refused", "load", "plan", "resume", "run", "validate", "verify"]

MAX_POINTS = 100_000


class Refused(Exception):
    """A file, or what was asked of it, has errors. `problems` holds them all; the text is what a terminal shows."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{render_problems(problems)}\n{summary(problems)}")
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for besides the file. Everything here is recorded with a run."""

    set: tuple[str, ...] = ()  # NAME=VALUE
    set_file: Path | None = None
    only: tuple[str, ...] = ()  # run=NAME, circuit=NAME, target=NAME
    max_points: int = MAX_POINTS
    strict: bool = False

    def document(self) -> dict[str, Any]:
        """The options as they are recorded."""
        values = None if self.set_file is None else self.set_file.name
        return {"set": list(self.set), "set_file": values, "only": list(self.only), "max_points": self.max_points, "strict": self.strict}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was read and checked, with its sweeps written out; `expansion` is None where it has errors."""

    data: bytes
    experiment: Experiment | None
    expansion: Expansion | None
    problems: Problems


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    folder: Path
    plan: Plan
    finished: bool  # False: it was interrupted, and can be resumed
    failed: int  # executions without a result
    manifest_sha256: str = ""
    tables: tuple[str, ...] = field(default=())


def load(data: bytes, name: str, options: Options = Options(), seed: int | None = None) -> Loaded:
    """Read and check a file. Problems are collected, never raised; `name` is how messages call the file.

    A seed, where one is given, stands in for a file that has none.
    """
    problems = Problems()
    try:
        source = decode(data, name)
    except ProblemFound as found:
        problems.add(found.problem)
        return Loaded(data, None, None, problems)
    experiment, root = read_experiment(source, problems)
    if experiment is None or root is None:
        return Loaded(data, experiment, None, problems)
    well_formed = not problems.errors
    overrides = _overrides(data, options, problems)
    for changes in overrides:
        experiment = apply_changes(experiment, changes, problems)
    check_rules(experiment, problems)
    for selection in overrides:
        experiment = select(experiment, selection, problems)
    if well_formed and not problems.errors:
        check_schema(root, problems)
    if problems.errors:
        _look_further(experiment, options, problems)
        return Loaded(data, experiment, None, problems)
    return Loaded(data, experiment, _expanded(experiment, options, seed, problems), problems)


def _look_further(experiment: Experiment, options: Options, problems: Problems) -> None:
    """Where all errors are inside some circuits, write out the others, so that what is wrong with them shows as well."""
    errors = [found.span for found in problems if found.severity is Severity.ERROR]
    faulty = {name for name, circuit in experiment.circuits.items() if any(span in circuit.extent for span in errors)}
    elsewhere = any(all(span not in circuit.extent for circuit in experiment.circuits.values()) for span in errors)
    if not elsewhere and not experiment.unread:
        sound = {name: circuit for name, circuit in experiment.circuits.items() if name not in faulty}
        found_there = Problems()
        _expanded(replace(experiment, circuits=sound), options, None, found_there)
        for found in found_there:
            problems.add(found)


def _overrides(data: bytes, options: Options, problems: Problems) -> list[Overrides]:
    """What the values file and the command line change, in the order in which it applies."""
    found: list[Overrides] = []
    if (values := options.set_file) is not None:
        try:
            found.append(read_values_file(decode(_read(values), str(values)), data, problems))
        except ProblemFound as fault:
            problems.add(fault.problem)
    chosen = parse_selection(options.only, problems)
    settings = parse_settings(options.set, problems)
    found.append(Overrides(settings=settings, runs=chosen.get("runs"), targets=chosen.get("targets"), circuits=chosen.get("circuits")))
    return found


def _read(file: Path) -> bytes:
    """A file, as far as it is read: one that is longer than a file may be is refused for its beginning."""
    with open(file, "rb") as handle:
        return handle.read(MAX_BYTES + 1)


def _expanded(experiment: Experiment, options: Options, seed: int | None, problems: Problems) -> Expansion | None:
    constants = evaluate_constants(experiment, problems)
    if problems.errors:
        return None
    own = constants.seed if constants.seed is not None else seed
    setting = Setting(own if own is not None else fresh_seed(), options.max_points)
    if not check_size(experiment, constants, setting, problems):
        return None
    expansion = expand(experiment, constants, setting, problems)
    if problems.errors:
        _check_values(expansion, problems)
        return None
    return expansion


def _check_values(expansion: Expansion, problems: Problems) -> None:
    """Note what has no value at some point: angles, repetitions."""
    check_angles(expansion, problems)
    check_repetitions(expansion, problems)


def validate(data: bytes, name: str, options: Options = Options()) -> Problems:
    """Everything that is wrong with a file."""
    loaded = load(data, name, options)
    if loaded.expansion is not None:
        _check_values(loaded.expansion, loaded.problems)
    return loaded.problems


def plan(data: bytes, name: str, options: Options = Options(), seed: int | None = None) -> Plan:
    """What would be run. Raises Refused."""
    from ionq_runner.planning.planner import plan_experiment

    loaded = load(data, name, options, seed)
    found = None
    if loaded.expansion is not None:
        _check_machine(loaded.expansion, loaded.problems)
        if not loaded.problems.errors:
            found = plan_experiment(loaded.expansion, loaded.problems)
    if found is None or (options.strict and len(loaded.problems)):
        raise Refused(loaded.problems)
    return found


def _check_machine(expansion: Expansion, problems: Problems) -> None:
    memory = machine_memory()
    for points in expansion.circuits:
        for target in selected_targets(expansion.experiment, points.run):
            for program in points.programs:
                check_memory(points.circuit.name, points.circuit.span, program, expansion.constants.noise[target], memory, problems)


def run(
    file: Path | str,
    options: Options = Options(),
    *,
    out: Path | str = "runs",
    stop: Stop | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    started: Callable[[Plan, Path], None] = lambda plan, folder: None,
) -> Outcome:
    """Plan a file and run it; the run folder is below `out`. `started` is told the plan and the folder before the first job.

    Raises Refused for a file with errors, FolderError and LedgerError where the run cannot be recorded, OSError for the file.
    """
    from ionq_runner.ledger.folder import create_run, point_latest

    path, base = Path(file), Path(out)
    data = _read(path)
    planned = plan(data, str(file), options)
    folder = create_run(base, planned.experiment.name, datetime.now(UTC))
    try:
        facts = _record_inputs(planned, folder, path, data, options)
        point_latest(folder, base)
    except BaseException:
        shutil.rmtree(folder.path, ignore_errors=True)  # nothing of it has been run
        raise
    return _go_on(planned, folder, facts, stop, report, started)


def _record_inputs(planned: Plan, folder: RunFolder, file: Path, data: bytes, options: Options) -> dict[str, Any]:
    """Write what a run is made from: its input, then its plan, with the checksums by which `resume` knows them again. Returns the facts."""
    from ionq_runner.ledger.folder import as_json, write_durably
    from ionq_runner.planning.document import plan_document

    inputs = {folder.experiment: data}
    if options.set_file is not None:
        folder.inputs.mkdir()
        inputs[folder.inputs / options.set_file.name] = _read(options.set_file)
    for place, content in inputs.items():
        write_durably(place, content)
    facts = _facts(file, folder, options)
    facts["inputs"] = {place.relative_to(folder.path).as_posix(): hashlib.sha256(content).hexdigest() for place, content in inputs.items()}
    document = {**plan_document(planned, options.document()), "facts": facts}
    write_durably(folder.plan, as_json({**document, "facts": {**facts, "sha256": _checksum(document)}}))
    return facts


def _checksum(document: dict[str, Any]) -> str:
    """What a plan's own checksum is, of everything else in it."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def resume(
    folder: RunFolder,
    *,
    stop: Stop | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    started: Callable[[Plan, Path], None] = lambda plan, folder: None,
) -> Outcome:
    """Go on with a run from whatever is there; a finished one is left as it is. Raises as `run` does."""
    from ionq_runner import __version__
    from ionq_runner.ledger.folder import RunAltered

    recorded = _recorded(folder)
    options = recorded["options"]
    values = None if options["set_file"] is None else folder.inputs / options["set_file"]
    asked = Options(
        set=tuple(options["set"]), set_file=values, only=tuple(options["only"]), max_points=options["max_points"], strict=options["strict"]
    )
    planned = plan(folder.experiment.read_bytes(), str(folder.experiment), asked, recorded["seed"])
    if planned.digest != recorded["digest"]:
        raise RunAltered(
            f"version {__version__} of this program no longer makes the plan of {folder.plan} from its input; run the experiment again, "
            f"or install version {recorded['facts']['ionq_runner']}, which made it"
        )
    return _go_on(planned, folder, recorded["facts"], stop, report, started)


def _recorded(folder: RunFolder) -> dict[str, Any]:
    """The plan of a run as it was written, with the inputs it was made from. Raises RunAltered where a file is not what it was."""
    from ionq_runner.ledger.folder import RunAltered

    remedy = "restore it from a copy, or run the experiment again"
    try:
        recorded: dict[str, Any] = json.loads(folder.plan.read_bytes())
        written = recorded["facts"].pop("sha256")
        if written != _checksum(recorded):
            raise ValueError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise RunAltered(f"{folder.plan} is not as it was written, so this run cannot go on; {remedy}") from None
    for name, sha256 in recorded["facts"]["inputs"].items():
        if hashlib.sha256((folder.path / name).read_bytes()).hexdigest() != sha256:
            raise RunAltered(f"{folder.path / name} is not what the run was made from, so this run cannot go on; {remedy}")
    return recorded


def verify(folder: RunFolder) -> Verification:
    """Recompute every checksum of a finished run."""
    from ionq_runner.results.verification import verify_run

    return verify_run(folder)


def _facts(file: Path, folder: RunFolder, options: Options) -> dict[str, Any]:
    """What is known when a run begins, and goes into its manifest."""
    from ionq_runner import __version__
    from ionq_runner.results.manifest import git_state

    return {
        "run": folder.path.name,
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "file": file.name,
        "options": options.document(),
        "git": git_state(file),
        "ionq_runner": __version__,
        "python": platform.python_version(),
    }


def _go_on(
    planned: Plan,
    folder: RunFolder,
    facts: dict[str, Any],
    stop: Stop | None,
    report: Callable[[Progress], None],
    started: Callable[[Plan, Path], None],
) -> Outcome:
    """Run what is left of a plan, and derive the tables when nothing is."""
    from ionq_runner.execution.engine import Stop, run_jobs, take_back_lost_jobs
    from ionq_runner.execution.executors import available_cores, local_executor
    from ionq_runner.execution.targets.local import LocalBackend
    from ionq_runner.ledger.states import TERMINAL
    from ionq_runner.ledger.store import Ledger
    from ionq_runner.results.manifest import write_manifest
    from ionq_runner.results.tables import write_tables

    if folder.manifest.is_file():
        return _finished(planned, folder)  # also on a medium that cannot be written, so without a lock
    with folder.locked():
        if folder.manifest.is_file():
            return _finished(planned, folder)
        started(planned, folder.path)
        with Ledger(folder.ledger, write=True) as ledger:
            _open(ledger, planned, folder)
            take_back_lost_jobs(ledger)
            workers = available_cores()
            stop = stop or Stop()
            with local_executor(workers) as executor:
                run_jobs(planned, folder, ledger, LocalBackend(planned.groups, executor), limit=2 * workers, stop=stop, report=report)
            jobs = ledger.jobs()
            failed = sum(job.executions for job in jobs if job.state == "failed")
            if stop.requested or any(job.state not in TERMINAL for job in jobs):
                return Outcome(folder.path, planned, False, failed)
            try:
                outputs = write_tables(planned, folder, jobs)
            except OSError as error:
                raise OSError(error.errno, error.strerror, error.filename or str(folder.path)) from error
            ledger.settle()
        digest = write_manifest(planned, folder, jobs, outputs, facts)
        return Outcome(folder.path, planned, True, failed, digest, tuple(output.path for output in outputs))


def _open(ledger: Any, planned: Plan, folder: RunFolder) -> None:
    """Write the jobs of a plan into a ledger that has none yet. Raises LedgerError where it has those of another plan."""
    from ionq_runner.ledger.store import LedgerError

    if ledger.exists():
        if ledger.value("plan") != planned.digest:
            raise LedgerError(f"{folder.ledger} is the ledger of another run; restore the folder from a copy, or run the experiment again")
        return
    if any(folder.answers.glob("*.npz")):
        raise LedgerError(
            f"{folder.ledger} is missing or empty, and {folder.answers} has answers that it knew of; "
            "restore it from a copy, or run the experiment again"
        )
    repetitions = planned.repetitions()
    rows: list[tuple[int, str, int, int]] = []
    for job in planned.jobs:
        total = sum(int(repetitions[planned.groups[group].first + rows_].sum()) for group, rows_ in job.parts)
        rows.append((job.number, job.id, len(job), total))
    ledger.create({"plan": planned.digest}, rows)


def _finished(planned: Plan, folder: RunFolder) -> Outcome:
    """The outcome of a run that has its manifest already."""
    from ionq_runner.ledger.folder import RunAltered
    from ionq_runner.ledger.store import Ledger

    data = folder.manifest.read_bytes()
    try:
        outputs = tuple(output["path"] for output in json.loads(data)["outputs"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise RunAltered(f"{folder.manifest} is not as it was written; restore it from a copy, or run the experiment again") from None
    with Ledger(folder.ledger, write=False) as ledger:
        failed = sum(job.executions for job in ledger.jobs() if job.state == "failed")
    return Outcome(folder.path, planned, True, failed, hashlib.sha256(data).hexdigest(), outputs)

"""A short function per verb: what the command line does, for programs and notebooks.

Whatever is wrong with a file is raised as `Refused`, which holds the problems; `str` of it is what the terminal shows.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ionq_runner.diagnostics import ProblemFound, Problems, Severity
from ionq_runner.diagnostics.rendering import render_problems, summary
from ionq_runner.language.yaml import decode
from ionq_runner.planning.expand import Expansion
from ionq_runner.planning.functions import PythonNotAllowed
from ionq_runner.planning.limits import check_memory, machine_memory, selected_targets
from ionq_runner.planning.loading import MAX_POINTS, Loaded, Options, check_values, load, read_bounded

if TYPE_CHECKING:
    from ionq_runner.execution.engine import Progress, Stop
    from ionq_runner.ledger.folder import RunFolder
    from ionq_runner.planning.plan import Plan
    from ionq_runner.results.verification import Verification

__all__ = [
    "MAX_POINTS",
    "Loaded",
    "Options",
    "Outcome",
    "Refused",
    "formatted",
    "load",
    "plan",
    "resume",
    "run",
    "upgraded",
    "validate",
    "verify",
]


class Refused(Exception):
    """A file, or what was asked of it, has errors. `problems` holds them all; the text is what a terminal shows."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{render_problems(problems)}\n{summary(problems)}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    folder: Path
    plan: Plan
    finished: bool  # False: it was interrupted, and can be resumed
    failed: int  # executions without a result
    manifest_sha256: str = ""
    tables: tuple[str, ...] = field(default=())


def validate(data: bytes, name: str, options: Options = Options()) -> Problems:
    """Everything that is wrong with a file."""
    loaded = load(data, name, options)
    if loaded.expansion is not None:
        check_values(loaded.expansion, loaded.problems)
    return loaded.problems


def formatted(data: bytes, name: str) -> bytes:
    """A file in house style: the same experiment, with the same ids. Raises Refused where it has errors."""
    from ionq_runner.language.formatting import format_text

    problems = validate(data, name)
    if _has_errors(problems):
        raise Refused(problems)
    return _encoded(format_text(decode(data, name)), data)


def upgraded(data: bytes, name: str) -> bytes:
    """A file in the present version of the language; as it is if it is that already. Raises Refused where it has errors."""
    from ionq_runner.language.upgrading import upgrade_text

    problems = Problems()
    try:
        text = upgrade_text(decode(data, name), problems)
    except ProblemFound as fault:
        problems.add(fault.problem)
        text = None
    found = None if text is None else _encoded(text, data)
    if found is not None and found != data:
        problems = validate(found, f"{name} (upgraded)")
    if found is None or _has_errors(problems):
        raise Refused(problems)
    return found


def _has_errors(problems: Problems) -> bool:
    """Whether a file has errors, for who changes only its text: that takes no leave to run what makes its circuits."""
    return any(found.severity is Severity.ERROR and not isinstance(found, PythonNotAllowed) for found in problems)


def _encoded(text: str, data: bytes) -> bytes:
    """A text as a file, with a byte-order mark where the file had one before."""
    return text.encode("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")


def plan(
    data: bytes,
    name: str,
    options: Options = Options(),
    seed: int | None = None,
    noticed: Callable[[Problems], None] = lambda warnings: None,
    folder: Path | None = None,
) -> Plan:
    """What would be run. `noticed` is told of warnings; `folder` has the files that it refers to. Raises Refused."""
    from ionq_runner.planning.planner import plan_experiment

    loaded = load(data, name, options, seed, folder)
    found = None
    if loaded.expansion is not None:
        _check_machine(loaded.expansion, loaded.problems)
        if not loaded.problems.errors:
            found = plan_experiment(loaded.expansion, loaded.problems)
    if found is not None:
        _check_bases(found, loaded.problems)
    if found is None or loaded.problems.errors or (options.strict and len(loaded.problems)):
        raise Refused(loaded.problems)
    noticed(loaded.problems)
    return found


def _check_machine(expansion: Expansion, problems: Problems) -> None:
    memory = machine_memory()
    for points in expansion.circuits:
        for target in selected_targets(expansion.experiment, points.run):
            where = expansion.experiment.targets.get(target)
            for program in points.programs if where is None or where.local else ():
                check_memory(points.circuit.name, points.circuit.span, program, expansion.constants.noise[target], memory, problems)


def _check_bases(planned: Plan, problems: Problems) -> None:
    """A basis other than that of the bits turns qubits that no gate touches, which then have to be simulated as well."""
    memory = machine_memory()
    for group in planned.groups:
        if group.method is not None and group.basis.strip("Z"):
            check_memory(group.circuit, planned.experiment.circuits[group.circuit].span, group.program, group.noise, memory, problems)


def run(
    file: Path | str,
    options: Options = Options(),
    *,
    out: Path | str = "runs",
    stop: Stop | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    started: Callable[[Plan, Path], None] = lambda plan, folder: None,
    noticed: Callable[[Problems], None] = lambda warnings: None,
    processes: bool = False,
) -> Outcome:
    """Plan a file and run it; the run folder is below `out`.

    `noticed` is told of warnings, `started` of the plan and the folder before the first job. `processes` allows that workers are
    forked from this process, where many points gain from it: not for programs that keep threads or connections of their own.

    Raises Refused for a file with errors, FolderError and LedgerError where the run cannot be recorded, OSError for the file.
    """
    from ionq_runner.ledger.folder import create_run, point_latest
    from ionq_runner.planning.runnable import check_runnable

    path, base = Path(file), Path(out)
    data = read_bounded(path)
    planned = plan(data, str(file), options, noticed=noticed)
    check_runnable(planned, problems := Problems())
    if problems.errors:
        raise Refused(problems)
    folder = create_run(base, planned.experiment.name, datetime.now(UTC))
    try:
        facts = _record_inputs(planned, folder, path, data, options)
        point_latest(folder, base)
    except BaseException:
        shutil.rmtree(folder.path, ignore_errors=True)  # nothing of it has been run
        raise
    return _go_on(planned, folder, facts, stop, report, started, processes)


def _record_inputs(planned: Plan, folder: RunFolder, file: Path, data: bytes, options: Options) -> dict[str, Any]:
    """Write what a run is made from: its input, then its plan, with the checksums by which `resume` knows them again. Returns the facts."""
    from ionq_runner.ledger.folder import as_json, write_durably
    from ionq_runner.planning.document import plan_document

    inputs = {folder.experiment: data}
    if options.set_file is not None:
        inputs[folder.inputs / options.set_file.name] = read_bounded(options.set_file)
    inputs |= {folder.referred / path: content for path, content in planned.experiment.files.items()}
    for place, content in inputs.items():
        place.parent.mkdir(parents=True, exist_ok=True)
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
    processes: bool = False,
) -> Outcome:
    """Go on with a run from whatever is there; a finished one is left as it is. Raises as `run` does."""
    from ionq_runner import __version__
    from ionq_runner.ledger.folder import RunAltered

    recorded = _recorded(folder)
    options = recorded["options"]
    values = None if options["set_file"] is None else folder.inputs / options["set_file"]
    asked = Options(
        set=tuple(options["set"]),
        set_file=values,
        only=tuple(options["only"]),
        max_points=options["max_points"],
        strict=options["strict"],
        allow_python=options.get("allow_python", False),  # a run of before has no such option
    )
    planned = plan(folder.experiment.read_bytes(), str(folder.experiment), asked, recorded["seed"], folder=folder.referred)
    if planned.digest != recorded["digest"]:
        unless = ", unless a Python function of it returns another circuit each time" if asked.allow_python else ""
        raise RunAltered(
            f"version {__version__} of this program no longer makes the plan of {folder.plan} from its input{unless}; run the experiment "
            f"again, or install version {recorded['facts']['ionq_runner']}, which made it"
        )
    return _go_on(planned, folder, recorded["facts"], stop, report, started, processes)


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
    processes: bool,
) -> Outcome:
    """Run what is left of a plan, and derive the tables when nothing is."""
    from ionq_runner.execution.engine import Stop, run_jobs, take_back_lost_jobs
    from ionq_runner.execution.executors import choose_workers, local_executor
    from ionq_runner.execution.targets.local import LocalBackend
    from ionq_runner.execution.wide import find_series
    from ionq_runner.ledger.states import TERMINAL, JobState
    from ionq_runner.ledger.store import Ledger
    from ionq_runner.results.manifest import write_manifest
    from ionq_runner.results.tables import write_tables

    if folder.manifest.is_file():
        return _finished(planned, folder)  # also on a medium that cannot be written, so without a lock
    workers = choose_workers(planned.groups, processes=processes)
    with local_executor(workers) as executor, folder.locked():  # in this order: processes are not to inherit a lock
        if folder.manifest.is_file():
            return _finished(planned, folder)
        started(planned, folder.path)
        with Ledger(folder.ledger, write=True) as ledger:
            _open(ledger, planned, folder)
            take_back_lost_jobs(ledger)
            stop = stop or Stop()
            series = find_series(planned.groups, executor) if ledger.numbers(JobState.PLANNED) else {}
            backend = LocalBackend(planned.groups, executor, series)
            run_jobs(planned, folder, ledger, backend, limit=2 * workers.count, stop=stop, report=report)
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

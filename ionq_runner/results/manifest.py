"""The manifest: what ran, from what, with what, and the checksum of everything that came out. Written last."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ionq_runner import __version__
from ionq_runner.ledger.folder import RunFolder, as_json, write_durably
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan
from ionq_runner.results.tables import Output

__all__ = ["SCHEMA_VERSION", "git_state", "write_manifest"]

SCHEMA_VERSION = 1
_PACKAGES = ("numpy", "pyyaml", "jsonschema", "click", "rich")


def write_manifest(plan: Plan, folder: RunFolder, jobs: Sequence[JobRow], outputs: Sequence[Output], facts: dict[str, Any]) -> str:
    """Write `manifest.json` and return its sha256. `facts` are those recorded when the run began: options, git, times."""
    states = [job.state.value for job in jobs]
    document = {
        "schema_version": SCHEMA_VERSION,
        "name": plan.experiment.name,
        "description": plan.experiment.description,
        "metadata": plan.experiment.metadata,
        "run": facts["run"],
        "status": "done" if set(states) <= {"done"} else "failed",
        "created_at": facts["created_at"],
        "finished_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seed": plan.seed,
        "options": facts["options"],
        "plan": plan.digest,
        "points": len(plan.points),
        "settings": plan.points.settings,
        "executions": plan.executions,
        "repetitions": int(plan.repetitions().sum()),
        "jobs": {state: states.count(state) for state in sorted(set(states))},
        "cost": 0,
        "cost_unit": "usd",
        "methods": sorted({group.how for group in plan.groups}),
        "software": {"ionq_runner": __version__, "python": platform.python_version(), **_versions()},
        "platform": {"system": platform.system(), "release": platform.release(), "machine": platform.machine()},
        "git": facts["git"],
        "inputs": [_entry(folder, path) for path in [folder.experiment, *sorted(folder.inputs.glob("**/*"))] if path.is_file()],
        "outputs": [
            {"path": output.path, "bytes": output.bytes, "sha256": output.sha256} | ({} if output.rows is None else {"rows": output.rows})
            for output in outputs
        ],
        "records": [_entry(folder, path) for path in (folder.plan, folder.ledger)],
        "answers": [{"path": job.answer, "sha256": job.sha256} for job in jobs if job.answer is not None],
    }
    data = as_json(document)
    write_durably(folder.manifest, data)
    return hashlib.sha256(data).hexdigest()


def _entry(folder: RunFolder, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"path": path.relative_to(folder.path).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def git_state(file: Path) -> dict[str, Any] | None:
    """The commit that an experiment file stands at, and whether the file is as committed; None outside a repository."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(file.resolve().parent), *arguments], capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    commit = git("rev-parse", "HEAD")
    if commit is None:
        return None
    changes = git("status", "--porcelain", "--", file.name)
    return {"commit": commit, "clean": changes == "", "file": git("ls-files", "--full-name", "--", file.name) or None}

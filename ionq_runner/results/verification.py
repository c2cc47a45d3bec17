"""Verification: every file of a run held against the checksum that the manifest has of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ionq_runner.ledger.folder import NotARun, RunFolder

__all__ = ["Finding", "Verification", "verify_run"]

_SELDOM = {"manifest.json", "lock"}  # files that the manifest cannot list: itself, and the lock


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded."""

    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification looked at, and what it found."""

    checked: int
    manifest_sha256: str
    findings: tuple[Finding, ...]


def verify_run(folder: RunFolder) -> Verification:
    """Recompute every checksum. Raises NotARun where there is no manifest to hold the files against."""
    try:
        data = folder.manifest.read_bytes()
    except OSError:
        raise NotARun(f"{folder.path} has no manifest.json: the run is not finished, `ionq-runner resume {folder.path}` goes on") from None
    digest = hashlib.sha256(data).hexdigest()
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Verification(0, digest, (Finding("manifest.json", f"is not JSON: {error}"),))
    findings = [Finding("manifest.json", what) for what in _schema_errors(manifest)]
    if findings:
        return Verification(0, digest, tuple(findings))
    listed = [entry for part in ("inputs", "outputs", "records", "answers") for entry in manifest[part]]
    for entry in listed:
        if (what := _difference(folder, entry)) is not None:
            findings.append(Finding(entry["path"], what))
    known = {entry["path"] for entry in listed} | _SELDOM
    for path in sorted(folder.path.rglob("*")):
        name = path.relative_to(folder.path).as_posix()
        if path.is_file() and name not in known:
            findings.append(Finding(name, "is not in the manifest"))
    return Verification(len(listed), digest, tuple(findings))


def _difference(folder: RunFolder, entry: dict[str, Any]) -> str | None:
    try:
        data = (folder.path / entry["path"]).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ValueError:
        return "cannot be read: no file has such a name"
    return None if hashlib.sha256(data).hexdigest() == entry["sha256"] else "has been altered: its checksum differs"


def _schema_errors(manifest: object) -> list[str]:
    from jsonschema import Draft7Validator

    schema = json.loads(resources.files("ionq_runner.schemas").joinpath("manifest.schema.json").read_text(encoding="utf-8"))
    return [
        f"does not have the form of a manifest at /{'/'.join(map(str, error.absolute_path))}"
        for error in Draft7Validator(schema).iter_errors(manifest)
    ]

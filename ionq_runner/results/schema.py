"""The JSON Schema of `manifest.json`, as other programs may rely on it."""

from __future__ import annotations

from typing import Any

from ionq_runner.results.manifest import SCHEMA_VERSION

__all__ = ["manifest_schema"]

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TIME = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}


def manifest_schema() -> dict[str, Any]:
    """The schema, draft-07."""
    file = {"path": _TEXT, "bytes": _COUNT, "sha256": _SHA256}
    git = _object({"commit": _TEXT, "clean": {"type": "boolean"}, "file": {"type": ["string", "null"]}})
    properties = {
        "schema_version": {"const": SCHEMA_VERSION, "description": "The version of this schema."},
        "name": {"type": "string", "description": "The experiment."},
        "description": {"type": "string", "description": "What it is for, from the file."},
        "metadata": {"type": "object", "description": "The file's own metadata, as it stands there."},
        "run": {"type": "string", "description": "The name of the run folder."},
        "status": {"enum": ["done", "failed"], "description": "Whether every point has a result."},
        "created_at": {**_TIME, "description": "When the run began."},
        "finished_at": {**_TIME, "description": "When its tables were derived."},
        "seed": {**_COUNT, "description": "The seed of every random draw, drawn freshly where the file gives none."},
        "options": {"type": "object", "description": "The options of the command that change what is run."},
        "plan": {**_SHA256, "description": "The digest of the plan."},
        "points": {**_COUNT, "description": "Rows of points.csv."},
        "settings": {**_COUNT, "description": "Circuits as they are measured: a point has several where it needs several bases."},
        "executions": {**_COUNT, "description": "How many circuits were run."},
        "repetitions": {**_COUNT, "description": "How many measurements were made."},
        "jobs": {"type": "object", "additionalProperties": _COUNT, "description": "How many jobs ended in each state."},
        "cost": {"type": "number", "description": "What the run cost."},
        "cost_unit": {"type": "string", "description": "The unit of the cost."},
        "methods": {"type": "array", "items": _TEXT, "description": "How points were calculated on this computer."},
        "software": {"type": "object", "additionalProperties": _TEXT, "description": "Versions."},
        "platform": {"type": "object", "additionalProperties": _TEXT, "description": "The computer's system."},
        "git": {
            "anyOf": [{"type": "null"}, git],
            "description": "The commit of the experiment file and whether it was as committed; null outside a repository.",
        },
        "inputs": {"type": "array", "items": _object(file), "description": "What the run was made from."},
        "outputs": {"type": "array", "items": _object(file, {"rows": _COUNT}), "description": "What came out."},
        "records": {"type": "array", "items": _object(file), "description": "The plan and the ledger."},
        "answers": {
            "type": "array",
            "items": _object({"path": _TEXT, "sha256": _SHA256}),
            "description": "The recorded answer of every job.",
        },
    }
    schema = _object(properties)
    schema["required"].remove("settings")  # which older runs do not have
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "ionq_runner manifest", **schema}


def _object(properties: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties | (optional or {}), "required": list(properties), "additionalProperties": False}

"""The JSON Schema of `plan.json`, as other programs may rely on it."""

from __future__ import annotations

from typing import Any

from ionq_runner.planning.document import SCHEMA_VERSION

__all__ = ["plan_schema"]

_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT}
_COUNT = {"type": "integer", "minimum": 0}
_EXTENT = {"type": "array", "items": _COUNT, "maxItems": 2, "description": "The smallest and the largest; one number where they are equal."}


def plan_schema() -> dict[str, Any]:
    """The schema, draft-07."""
    properties = {
        "schema_version": {"const": SCHEMA_VERSION, "description": "The version of this schema."},
        "digest": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 over all ids of points and jobs: equal plans have equal digests.",
        },
        "name": {"type": "string", "description": "The experiment."},
        "seed": {**_COUNT, "description": "The seed of every random draw."},
        "options": {"type": "object", "description": "The options of the command that change what is run."},
        "points": {**_COUNT, "description": "Rows of points.csv."},
        "settings": {
            **_COUNT,
            "description": "Circuits as they are measured: one per point, or several where its observables need several bases.",
        },
        "executions": {
            **_COUNT,
            "description": "Settings that are run; points that differ only in axes their circuit does not use share one.",
        },
        "repetitions": {**_COUNT, "description": "Measurements, all executions together."},
        "circuits": {"type": "array", "items": _object(_circuit()), "description": "A row for each circuit on each target."},
        "runs": {"type": "array", "items": _object(_run()), "description": "The runs of the file."},
        "jobs": {
            "type": "array",
            "items": _object({"job": _TEXT, "number": _COUNT, "executions": _COUNT}),
            "description": "What is run and recorded as one.",
        },
        "service_jobs": {**_COUNT, "description": "Those of them that the service runs."},
        "collapsed": {
            "type": "array",
            "items": _object({"target": _TEXT, "mitigation": _NAMES}),
            "description": "Mitigation settings that change nothing on a target, because it is a simulator.",
        },
        "budget": {"type": "object", "additionalProperties": {"type": "number"}, "description": "What the file allows to be spent."},
        "estimates": {"type": "object", "description": "What the run is expected to cost."},
        "facts": {"type": "object", "description": "What was known when the run began; only in the plan of a run folder."},
    }
    schema = _object(properties)
    schema["required"].remove("facts")
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "ionq_runner plan", **schema}


def _circuit() -> dict[str, Any]:
    """A circuit on a target."""
    return {
        "circuit": _TEXT,
        "target": _TEXT,
        "mitigation": {**_NAMES, "description": "The mitigation settings that make points of their own."},
        "points": _COUNT,
        "settings": _COUNT,
        "bases": {**_NAMES, "description": "The bases in which the measured qubits are read, a letter for each."},
        "executions": _COUNT,
        "shapes": {**_COUNT, "description": "How many different circuits the sweep makes, angles aside."},
        "qubits": _EXTENT,
        "gates_before": {**_EXTENT, "description": "Gates as written."},
        "one_qubit_gates": {**_EXTENT, "description": "Gates on one qubit after decomposition into gates that IonQ takes."},
        "two_qubit_gates": {**_EXTENT, "description": "Gates on two qubits after decomposition."},
        "repetitions": _EXTENT,
        "method": {"type": "string", "description": "How the points are calculated on this computer."},
    }


def _run() -> dict[str, Any]:
    """A run of the file."""
    return {
        "run": _TEXT,
        "order": _TEXT,
        "after": {"type": ["string", "null"], "description": "The run whose expectations have to be met first."},
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

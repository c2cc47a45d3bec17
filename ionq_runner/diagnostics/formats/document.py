"""Problems as one JSON document for any program; `schemas/problems.schema.json` is its promise."""

from __future__ import annotations

import json
from typing import Any

from ionq_runner.diagnostics.formats import MAX_LISTED, Checked, listed
from ionq_runner.diagnostics.formats.place import Places
from ionq_runner.diagnostics.problem import Problem, Severity
from ionq_runner.diagnostics.span import Span

__all__ = ["SCHEMA_VERSION", "problems_schema", "render_json"]

SCHEMA_VERSION = 1


def render_json(checked: Checked) -> str:
    """The problems in the order of the files and of their places."""
    places, (found, left_out) = Places(), listed(checked)
    errors = sum(problems.errors for _, problems in checked)
    document = {
        "schema_version": SCHEMA_VERSION,
        "files": [name for name, _ in checked],
        "errors": errors,
        "warnings": len(found) + left_out - errors,
        "problems": [_entry(problem, places) for problem in found],
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(problem: Problem, places: Places) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        **_place(problem.span, places),
        "message": problem.message,
        "help": problem.hint or None,
        "related": [{**_place(span, places), "message": words} for span, words in problem.related],
    }


def _place(span: Span, places: Places) -> dict[str, Any]:
    place = places.of(span)
    return {
        "file": span.source.name,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


_FROM_1 = {"type": "integer", "minimum": 1}
_PLACE: dict[str, Any] = {
    "file": {"type": "string", "description": "As it was named; <stdin> is standard input, --set and --only are options."},
    "line": {**_FROM_1, "description": "The line of its first character."},
    "column": {**_FROM_1, "description": "The column of its first character; columns count characters."},
    "end_line": {**_FROM_1, "description": "The line of the place after its last character."},
    "end_column": {**_FROM_1, "description": "The column of the place after its last character."},
}


def problems_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = {"type": "string", "minLength": 1}
    related = _closed({**_PLACE, "message": {**text, "description": "What this place has to do with the problem."}})
    problem = _closed(
        {
            "code": {"type": "string", "pattern": "^[EW][0-9]{3}$", "description": "What `ionq-runner explain` explains."},
            "severity": {"enum": [severity.value for severity in Severity], "description": "A warning is an error under --strict."},
            **_PLACE,
            "message": {**text, "description": "What is wrong."},
            "help": {"type": ["string", "null"], "description": "What to write instead; null where the message says it all."},
            "related": {"type": "array", "items": related, "description": "Other places that belong to the problem."},
        }
    )
    count = {"type": "integer", "minimum": 0}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ionq_runner problems",
        **_closed(
            {
                "schema_version": {"const": SCHEMA_VERSION},
                "files": {"type": "array", "items": {"type": "string"}, "description": "The files that were looked at."},
                "errors": {**count, "description": "How many problems are errors."},
                "warnings": {**count, "description": "How many problems are warnings."},
                "problems": {"type": "array", "items": problem, "description": f"By file and place, of each file at most {MAX_LISTED:,}."},
            }
        ),
    }


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

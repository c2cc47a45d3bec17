"""Problems as a log in SARIF 2.1.0, which code scanning and editors read.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. The codes that were found are its rules, with the
pages of the catalogue as their help.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ionq_runner.diagnostics.catalogue import page, title
from ionq_runner.diagnostics.formats import Checked, listed
from ionq_runner.diagnostics.formats.place import Places
from ionq_runner.diagnostics.problem import Problem
from ionq_runner.diagnostics.span import Span

__all__ = ["render_sarif"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(checked: Checked, version: str) -> str:
    """One run over all files; columns in code units of UTF-16, as SARIF has them unless told otherwise, and told all the same."""
    places, (found, left_out) = Places(utf16=True), listed(checked)
    kinds = {problem.code: problem for problem in found}
    codes = sorted(kinds)
    more = {"level": "note", "message": {"text": f"There are {left_out:,} more problems like these."}}
    run = {
        "tool": {
            "driver": {
                "name": "ionq-runner",
                "version": version,
                "semanticVersion": version,
                "rules": [_rule(kinds[code]) for code in codes],
            }
        },
        "invocations": [{"executionSuccessful": True, **({"toolExecutionNotifications": [more]} if left_out else {})}],
        "columnKind": "utf16CodeUnits",
        "artifacts": [{"location": _artifact(name), "roles": ["analysisTarget"]} for name in dict.fromkeys(name for name, _ in checked)],
        "results": [_result(problem, codes, places) for problem in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(problem: Problem) -> dict[str, Any]:
    """A code, with its page; one without a page, which only a test has, says its name."""
    code = problem.code
    text = page(code) or f"# {code} {code}\n\n{code}\n"
    about = text.split("\n\n")[1]
    return {
        "id": code,
        "name": "".join(word[0].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", title(code))) or code,
        "shortDescription": {"text": _ended(title(code) or code)},
        "fullDescription": {"text": _ended(" ".join(about.split()))},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": problem.severity.value},
    }


def _result(problem: Problem, codes: Sequence[str], places: Places) -> dict[str, Any]:
    text = "\n".join([_ended(problem.message), *([f"Help: {_ended(problem.hint)}"] if problem.hint else [])])
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity.value,
        "message": {"text": _plain(text)},
        "locations": [_location(problem.span, places)],
    }
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, **_location(span, places), "message": {"text": _plain(_ended(words))}}
            for number, (span, words) in enumerate(problem.related, 1)
        ]
    return result


def _location(span: Span, places: Places) -> dict[str, Any]:
    place = places.of(span)
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"physicalLocation": {"artifactLocation": _artifact(span.source.name), "region": region}}


def _artifact(name: str) -> dict[str, str]:
    """Where a file is: below the root of the sources, which whoever reads the log knows, unless its name says it in full."""
    if os.path.isabs(name):
        return {"uri": PurePath(name).as_uri()}
    return {"uri": quote(os.fsencode(os.path.normpath(name))), "uriBaseId": "%SRCROOT%"}


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _plain(text: str) -> str:
    """A message in which nothing that a person wrote is taken for a link, `[words](target)`."""
    return re.sub(r"\[(?=[^\[\]]*\]\()", r"\\[", text)

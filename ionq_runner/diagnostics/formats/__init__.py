"""Problems in the forms that other programs read, one module each, which is imported when it is asked for.

The form for people is `diagnostics.rendering`. Of a file with very many problems the first thousand are listed and the rest is
counted, for each of them takes time to be put into words. Columns count from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal, get_args

from ionq_runner.diagnostics.problem import Problem, Problems

__all__ = ["FORMATS", "MAX_LISTED", "Checked", "Format", "listed", "render"]

MAX_LISTED = 1_000  # problems of a file

Format = Literal["json", "github", "sarif", "markdown"]
FORMATS: tuple[Format, ...] = get_args(Format)

Checked = Sequence[tuple[str, Problems]]  # each file by the name that it was given, with its problems


def listed(checked: Checked) -> tuple[list[Problem], int]:
    """The problems of all files that a document lists, and the number of those that it leaves out."""
    found = [problem for _, problems in checked for problem in islice(problems, MAX_LISTED)]
    return found, sum(len(problems) for _, problems in checked) - len(found)


def render(form: Format, checked: Checked, version: str) -> str:
    """All problems of all files as one document, which ends with a line end unless it is empty; `version` is that of this program."""
    match form:
        case "json":
            from ionq_runner.diagnostics.formats.document import render_json

            return render_json(checked)
        case "github":
            from ionq_runner.diagnostics.formats.github import render_github

            return render_github(checked)
        case "sarif":
            from ionq_runner.diagnostics.formats.sarif import render_sarif

            return render_sarif(checked, version)
        case "markdown":
            from ionq_runner.diagnostics.formats.markdown import render_markdown

            return render_markdown(checked)

"""Problems as workflow commands of GitHub Actions, which shows them at their lines in a pull request.

Source: GitHub's documentation, "Workflow commands for GitHub Actions"; its toolkit, `packages/core/src/command.ts`, for the escaping,
and `packages/core/README.md` for the columns, which are not to be given where a problem takes several lines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ionq_runner.diagnostics.catalogue import title
from ionq_runner.diagnostics.formats import Checked, listed
from ionq_runner.diagnostics.formats.place import Places, is_file
from ionq_runner.diagnostics.problem import Problem
from ionq_runner.diagnostics.rendering import MAX_SHOWN, for_terminal, sentence
from ionq_runner.diagnostics.span import Span

__all__ = ["render_github"]


def render_github(checked: Checked) -> str:
    """A command a line. Of more than a hundred problems the rest is counted: GitHub shows ten of a kind, and keeps the log."""
    places, (found, left_out) = Places(), listed(checked)
    lines = [_command(problem, places) for problem in found[:MAX_SHOWN]]
    if len(found) > MAX_SHOWN:
        lines.append(f"::warning::and {len(found) + left_out - MAX_SHOWN:,} more problems like these")
    return "".join(f"{line}\n" for line in lines)


def _command(problem: Problem, places: Places) -> str:
    name = " ".join(filter(None, (problem.code, title(problem.code))))
    properties = [*_where(problem.span, places), f"title={_property(name)}"]
    return f"::{problem.severity.value} {','.join(properties)}::{_data(_message(problem, places))}"


def _where(span: Span, places: Places) -> Iterator[str]:
    """The place as properties; what is not in a file has none that a pull request could show."""
    if not is_file(span.source.name):
        return
    place = places.of(span)
    yield f"file={_property(for_terminal(os.path.normpath(span.source.name)))}"
    yield f"line={place.line}"
    if place.line == place.end_line:
        yield f"col={place.column}"
    yield f"endLine={place.end_line}"
    if place.line == place.end_line:
        yield f"endColumn={max(place.column, place.end_column - 1)}"  # the last character, not the place after it


def _message(problem: Problem, places: Places) -> str:
    """What is wrong, the other places, and the remedy, a line each."""
    lines = [sentence(problem.message)]
    if not is_file(problem.span.source.name):
        lines[0] = f"{_shown(problem.span, places)}: {lines[0]}"
    lines += [f"note: {sentence(words)} ({_shown(span, places)})" for span, words in problem.related]
    lines += [f"help: {sentence(problem.hint)}"] if problem.hint else []
    return "\n".join(lines)


def _shown(span: Span, places: Places) -> str:
    place = places.of(span)
    return f"{for_terminal(span.source.name)}:{place.line}:{place.column}"


def _data(text: str) -> str:
    """Text after the second `::`."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property, which a comma or a colon would end."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")

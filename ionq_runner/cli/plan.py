"""`plan`: what a run would do."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, experiment_options, name_of, options_of, read_file
from ionq_runner.cli.plans import plan_markdown, plan_text
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics import Problems
from ionq_runner.diagnostics.formats.markdown import render_markdown


@click.command("plan")
@click.argument("file")
@experiment_options
@color_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="How to print it: markdown is a summary for a pull request, in which the problems of the file show as well.",
)  # fmt: skip
def command(
    file: str, assignments: tuple[str, ...], set_file: Path | None, only: tuple[str, ...],
    max_points: int, strict: bool, allow_python: bool, color: str, form: str,
) -> int:  # fmt: skip
    """Show the points, executions, gates and methods of a run of FILE. Nothing is run, and nothing is written."""
    from ionq_runner.planning.document import plan_document

    options = options_of(assignments, set_file, only, max_points, strict, allow_python)
    name, terminal = name_of(file), Terminal(color)

    def noticed(found: Problems) -> None:
        if form == "markdown" and len(found):
            click.echo(render_markdown([(name, found)]))
        elif form != "markdown":
            terminal.show_problems(found, sys.stderr)

    try:
        plan = api.plan(read_file(file), name, options, noticed=noticed)
    except api.Refused as refused:
        if form == "markdown":
            noticed(refused.problems)
        raise
    document = plan_document(plan, options.document())
    click.echo(json.dumps(document, indent=2) if form == "json" else (plan_markdown if form == "markdown" else plan_text)(document))
    return ExitCode.OK

"""`validate`: everything that is wrong with some files."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

import click

from ionq_runner import __version__, api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, experiment_options, name_of, options_of, read_file
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics.formats import FORMATS, Format, render
from ionq_runner.diagnostics.rendering import for_terminal


@click.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@experiment_options
@color_option
@click.option(
    "--format", "form", type=click.Choice(["text", *FORMATS]), default="text", show_default=True,
    help="How to show the problems: github annotates a pull request, sarif is for code scanning.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about files without problems.")
def command(
    files: tuple[str, ...], assignments: tuple[str, ...], set_file: Path | None, only: tuple[str, ...],
    max_points: int, strict: bool, allow_python: bool, color: str, form: Literal["text"] | Format, quiet: bool,
) -> int:  # fmt: skip
    """Show all problems of all FILES, with their places. `-` reads standard input.

    Exit code 0: no errors; 1: errors (or warnings, with --strict); 2: a file cannot be read.
    """
    options = options_of(assignments, set_file, only, max_points, strict, allow_python)
    terminal, worst = Terminal(color), ExitCode.OK
    contents = [(name_of(file), read_file(file)) for file in files]
    checked = []
    for name, data in contents:
        problems = api.validate(data, name, options)
        checked.append((name, problems))
        if problems.errors or (strict and len(problems)):
            worst = ExitCode.NO
        with suppress(BrokenPipeError):  # whoever read the text has gone; the exit code is still the answer
            if form == "text":
                terminal.show_problems(problems, sys.stdout)
                if not len(problems) and not quiet:
                    click.echo(f"{for_terminal(name)}: no problems")
    if form != "text":
        with suppress(BrokenPipeError):
            click.echo(render(form, checked, __version__), nl=False)
    return worst

"""`run`: plan, run, write the tables, show what came out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, experiment_options, options_of, out_option, read_file
from ionq_runner.cli.running import carry_out
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics import Problems


@click.command("run")
@click.argument("file")
@out_option
@experiment_options
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the run folder.")
def command(
    file: str, out: Path, assignments: tuple[str, ...], set_file: Path | None, only: tuple[str, ...],
    max_points: int, strict: bool, allow_python: bool, color: str, quiet: bool,
) -> int:  # fmt: skip
    """Run the experiment in FILE and write its tables below the folder of runs."""
    options = options_of(assignments, set_file, only, max_points, strict, allow_python)
    if file == "-":
        raise click.UsageError("a run records the file it was made from; write it to a file and name that")
    read_file(file)  # a file that cannot be read is a wrong command line
    terminal = Terminal(color, quiet)

    def noticed(warnings: Problems) -> None:
        terminal.show_problems(warnings, sys.stderr)

    return carry_out(terminal, lambda **hooks: api.run(file, options, out=out, noticed=noticed, processes=True, **hooks)) or ExitCode.OK

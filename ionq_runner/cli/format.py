"""`format`: files in house style."""

from __future__ import annotations

import difflib
import sys

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, name_of, read_file, verbose_option
from ionq_runner.cli.replacing import replace_file
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics.rendering import for_terminal


@click.command("format")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, with exit code 1 if there are any.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@verbose_option
@color_option
def command(files: tuple[str, ...], check: bool, diff: bool, color: str) -> int:
    """Rewrite FILES in house style: the same experiments, comments kept. `-` reads standard input and writes standard output.

    A file with errors stays as it is, and its errors are shown: exit code 1.
    """
    worst = ExitCode.OK
    for file in files:
        before, name = read_file(file), name_of(file)
        try:
            after = api.formatted(before, name)
        except api.Refused as refused:
            Terminal(color).show_problems(refused.problems, sys.stderr)
            worst = ExitCode.NO
            continue
        if diff:
            click.echo(_difference(before, after, name), nl=False)
        if check and after != before:
            click.echo(f"{for_terminal(name)} would change", err=diff)
            worst = ExitCode.NO
        elif file == "-" and not (check or diff):
            click.echo(after, nl=False)
        elif after != before and not (check or diff):
            replace_file(file, after)
            click.echo(f"formatted {for_terminal(name)}")
    return worst


def _difference(before: bytes, after: bytes, name: str) -> str:
    old, new = (text.decode("utf-8-sig").splitlines(keepends=True) for text in (before, after))
    lines = difflib.unified_diff(old, new, name, f"{name} (formatted)")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

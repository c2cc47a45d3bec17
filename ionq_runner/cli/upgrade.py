"""`upgrade`: files in the present version of the language."""

from __future__ import annotations

import sys

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, name_of, read_file, verbose_option
from ionq_runner.cli.replacing import replace_file
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics.rendering import for_terminal
from ionq_runner.language.grammar import VERSION


@click.command("upgrade")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@verbose_option
@color_option
def command(files: tuple[str, ...], color: str) -> int:
    """Rewrite FILES of older versions of the language in the present one. `-` reads standard input and writes standard output.

    A file of a newer version, or with errors, stays as it is, and the reason is shown: exit code 1.
    """
    worst = ExitCode.OK
    for file in files:
        before, name = read_file(file), name_of(file)
        try:
            after = api.upgraded(before, name)
        except api.Refused as refused:
            Terminal(color).show_problems(refused.problems, sys.stderr)
            worst = ExitCode.NO
            continue
        if file == "-":
            click.echo(after, nl=False)
        elif after == before:
            click.echo(f"{for_terminal(name)}: nothing to do, it is in version {VERSION} of the language, the present one")
        else:
            replace_file(file, after)
            click.echo(f"upgraded {for_terminal(name)} to version {VERSION} of the language")
    return worst

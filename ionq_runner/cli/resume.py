"""`resume`: go on with a run."""

from __future__ import annotations

from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, out_option, verbose_option
from ionq_runner.cli.running import carry_out
from ionq_runner.cli.terminal import Terminal
from ionq_runner.ledger.folder import find_run


@click.command("resume")
@click.argument("run", default="latest")
@out_option
@verbose_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the run folder.")
def command(run: str, out: Path, color: str, quiet: bool) -> int:
    """Go on with RUN (a run folder, a folder of runs, or `latest`) from whatever is there; a finished one stays as it is."""
    folder = find_run(run, out)
    terminal = Terminal(color, quiet)
    if folder.manifest.is_file():
        terminal.say(f"{folder.path} is finished: nothing was left to do")
    return carry_out(terminal, lambda **hooks: api.resume(folder, **hooks), folder.path) or ExitCode.OK

"""`resume`: go on with a run."""

from __future__ import annotations

from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import color_option, out_option, verbose_option
from ionq_runner.cli.running import carry_out
from ionq_runner.cli.terminal import Terminal
from ionq_runner.diagnostics.rendering import for_terminal
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
    finished = folder.manifest.is_file()
    if finished:
        terminal.say(f"{folder.path} is finished: nothing was left to do")
    ended = carry_out(terminal, lambda **hooks: api.resume(folder, processes=True, **hooks), folder.path)
    if finished and not ended and (findings := api.verify(folder).findings):
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        found = f"{findings[0].path} {findings[0].what}{more}"
        click.echo(for_terminal(f"{folder.path} is not as it was recorded: {found}; `ionq-runner verify` lists everything"), err=True)
        return ExitCode.NO
    return ended or ExitCode.OK

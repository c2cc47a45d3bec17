"""`verify`: is a run still what it was?"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ionq_runner import api
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.options import out_option, verbose_option
from ionq_runner.cli.terminal import counted
from ionq_runner.diagnostics.rendering import for_terminal
from ionq_runner.ledger.folder import find_run


@click.command("verify")
@click.argument("run", default="latest")
@out_option
@verbose_option
def command(run: str, out: Path) -> int:
    """Recompute every checksum of RUN (a run folder, a folder of runs, or `latest`) and name what differs."""
    folder = find_run(run, out)
    if not folder.manifest.is_file():
        command = f"ionq-runner resume {shlex.quote(str(folder.path))}"
        click.echo(f"{folder.path} is not finished, so there is no manifest to hold it against yet. To go on:\n  {command}", err=True)
        return ExitCode.UNFINISHED
    verification = api.verify(folder)
    for finding in verification.findings:
        click.echo(f"{for_terminal(finding.path)} {finding.what}")
    if verification.findings:
        click.echo(f"{folder.path}: not as it was recorded, see {counted(len(verification.findings), 'finding')} above")
        return ExitCode.NO
    click.echo(f"{folder.path}: all {verification.checked} files are as they were recorded; manifest sha256 {verification.manifest_sha256}")
    return ExitCode.OK

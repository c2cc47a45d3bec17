"""`schema`: the JSON Schema of the language."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from ionq_runner.cli.main import ExitCode


@click.command("schema")
@click.option("--write", type=click.Path(path_type=Path, file_okay=False), help="Put a copy into this folder, for the editor.")
def command(write: Path | None) -> int:
    """Print the JSON Schema of the experiment language (draft-07), or put a copy beside the files for the editor."""
    text = resources.files("ionq_runner.schemas").joinpath("experiment.schema.json").read_text(encoding="utf-8")
    if write is None:
        click.echo(text, nl=False)
        return ExitCode.OK
    target = write / "experiment.schema.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{target} cannot be written: {error.strerror}") from None
    click.echo(
        f"wrote {target}; the first line of an experiment file tells the editor:\n# yaml-language-server: $schema={target.as_posix()}"
    )
    return ExitCode.OK

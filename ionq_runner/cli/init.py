"""`init`: a starter file."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path

import click

from ionq_runner.cli.main import ExitCode
from ionq_runner.diagnostics.suggestion import did_you_mean


@click.command("init")
@click.argument("template", default="bell")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listing", is_flag=True, help="Show the templates.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
def command(template: str, file: Path | None, listing: bool, force: bool) -> int:
    """Write a commented starter from TEMPLATE (default: bell) to FILE (default: TEMPLATE.yaml).

    `ionq-runner init my-first.yaml` writes the default starter under that name.
    """
    templates = {
        entry.name.removesuffix(".yaml"): entry
        for entry in resources.files("ionq_runner.cli.templates").iterdir()
        if entry.name.endswith(".yaml")
    }
    if listing:
        for name in sorted(templates):
            click.echo(f"{name:<10} {_about(templates[name].read_text(encoding='utf-8'))}")
        return ExitCode.OK
    if file is None and template.endswith((".yaml", ".yml")):
        template, file = "bell", Path(template)
    if template not in templates:
        raise click.UsageError(
            f"there is no template `{template}`; {did_you_mean(template, templates) or 'they are ' + ', '.join(sorted(templates))}"
        )
    target = file or Path(f"{template}.yaml")
    try:
        if target.exists() and not force:
            raise click.UsageError(f"{target} is there already; name another file, or replace it with --force")
        target.write_text(templates[template].read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{target} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {target}. Run it:\n  ionq-runner run {shlex.quote(str(target))}")
    return ExitCode.OK


def _about(text: str) -> str:
    """The description of a template: its `description:` line."""
    return next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("description:")), "")

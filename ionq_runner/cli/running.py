"""What `run` and `resume` have in common: signals, progress, and the report at the end."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.terminal import Terminal, counted, table
from ionq_runner.ledger.store import LedgerError

if TYPE_CHECKING:
    from ionq_runner.api import Outcome
    from ionq_runner.language.experiment import Experiment
    from ionq_runner.planning.plan import Plan


def carry_out(terminal: Terminal, work: Callable[..., Outcome], known: Path | None = None) -> int:
    """Do some work with progress on the terminal, and say how it ended. `known` is the run folder, if there is one already."""
    from ionq_runner.cli.process import expect_many_blocks, forgo_library_threads

    forgo_library_threads()  # before anything that loads numpy
    from ionq_runner.execution.engine import Stop, stopping_on_signals

    expect_many_blocks()
    stop = Stop()

    def started(plan: Plan, folder: Path) -> None:
        nonlocal known
        known = folder
        size = f"{counted(len(plan.points), 'point')}, {counted(plan.executions, 'execution')}"
        terminal.say(f"{plan.experiment.name}: {size} in {folder}")

    try:
        with stopping_on_signals(stop), terminal.progress("running") as report:
            outcome = work(stop=stop, report=report, started=started)
        if not outcome.finished:
            raise KeyboardInterrupt
        if terminal.quiet:
            click.echo(os.fsencode(outcome.folder))
        else:
            _show(outcome)
    except KeyboardInterrupt:
        going_on = f"nothing is lost. To go on:\n  {_command(known)}" if known else "nothing has been run"
        with suppress(OSError):
            click.echo(f"interrupted; {going_on}", err=True)
        return ExitCode.INTERRUPTED
    except (OSError, MemoryError, LedgerError) as error:
        if known and not isinstance(error, BrokenPipeError):
            error.add_note(f"what was recorded is kept. To go on, once that is mended:\n  {_command(known)}")
        raise
    return ExitCode.NO if outcome.failed else ExitCode.OK


def _command(folder: Path) -> str:
    return f"ionq-runner resume {shlex.quote(str(folder))}"


def _show(outcome: Outcome) -> None:
    from ionq_runner.cli.picture import picture
    from ionq_runner.planning.document import plan_summary

    rows = [_row(row) for row in plan_summary(outcome.plan)]
    click.echo(table(("circuit", "target", "points", "repetitions", "method"), rows, right=frozenset({2, 3})))
    click.echo()
    click.echo(picture(outcome.plan, outcome.folder))
    if outcome.failed:
        click.echo(f"{counted(outcome.failed, 'execution')} failed: see the column `error` of points.csv", err=True)
    if asked := _not_calculated(outcome.plan.experiment):
        click.echo(f"this version does not calculate {asked} yet; counts.csv holds all that it takes", err=True)
    click.echo(f"tables in {outcome.folder}: {', '.join(outcome.tables)}")
    click.echo(f"manifest sha256 {outcome.manifest_sha256[:16]}")


def _not_calculated(experiment: Experiment) -> str:
    """What the file asks for and the tables do not have."""
    asked = {"observables": experiment.observables, "fits": experiment.fits, "summaries": experiment.summaries, "expect": experiment.expect}
    return ", ".join(name for name, found in asked.items() if found)


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    repetitions = "..".join(f"{value:,}" for value in row["repetitions"])
    return row["circuit"], row["target"], f"{row['points']:,}", repetitions, row["method"]

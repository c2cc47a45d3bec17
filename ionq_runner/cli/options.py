"""Options that several verbs share."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ionq_runner.api import MAX_POINTS, Options

__all__ = ["color_option", "experiment_options", "name_of", "options_of", "out_option", "read_file"]

F = TypeVar("F", bound=Callable[..., Any])

_COLORS = click.Choice(["auto", "always", "never"])
color_option = click.option("--color", type=_COLORS, default="auto", show_default=True, help="Colour on the terminal.")
out_option = click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="The folder of all runs.")
verbose_option = click.option("-v", "--verbose", is_flag=True, expose_value=False, help="Show where in the program a defect happened.")


def experiment_options(function: F) -> F:
    """What changes an experiment without touching its file."""
    for option in (
        verbose_option,
        click.option("--allow-python", is_flag=True, help="Run the Python functions that make circuits of the file; read them first."),
        click.option("--strict", is_flag=True, help="Take warnings for errors."),
        click.option(
            "--max-points", type=click.IntRange(min=1), default=MAX_POINTS, show_default=True, help="The largest number of points."
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="run=NAME|circuit=NAME|target=NAME|mitigation=NAME",
            help="Only this run, circuit, target or mitigation setting; repeatable.",
        ),
        click.option(
            "--set-file", type=click.Path(path_type=Path, dir_okay=False), help="A values file: settings, axes, runs, targets, mitigation."
        ),
        click.option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="A value for a parameter of the file; repeatable."),
    ):
        function = option(function)
    return function


def options_of(
    assignments: tuple[str, ...], set_file: Path | None, only: tuple[str, ...], max_points: int, strict: bool, allow_python: bool
) -> Options:
    """The options as the api takes them."""
    if set_file is not None:
        _read_regular(str(set_file))  # a file that cannot be read is a wrong command line
    return Options(set=assignments, set_file=set_file, only=only, max_points=max_points, strict=strict, allow_python=allow_python)


def name_of(file: str) -> str:
    """What messages call a file."""
    return "<stdin>" if file == "-" else file


def read_file(file: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Bounded: the rest of a huge file is left unread."""
    if file != "-":
        return _read_regular(file)
    if sys.stdin is None:
        raise click.UsageError("standard input is closed, and `-` reads it")
    return sys.stdin.buffer.read(_LIMIT)


_LIMIT = (1 << 20) + 1


def _read_regular(file: str) -> bytes:
    try:
        # Without waiting: a pipe that nobody writes to would hold us for ever.
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise click.UsageError(f"{file} is not a regular file; `-` reads standard input")
            return handle.read(_LIMIT)
    except IsADirectoryError:
        raise click.UsageError(f"{file} is a folder; name a file in it") from None
    except OSError as error:
        quoted = file or "''"
        raise click.UsageError(f"{quoted} cannot be read: {error.strerror}") from None

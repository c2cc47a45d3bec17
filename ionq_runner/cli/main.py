"""`ionq-runner`: the verbs, and what every one of them does with an error."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import threading
from contextlib import suppress
from enum import IntEnum
from typing import Any, TextIO

import click

from ionq_runner import __version__

__all__ = ["ExitCode", "main"]

# In the order in which a person meets them; the texts are here so that `--help` imports no verb.
VERBS = {
    "init": "Write a commented starter file that runs as it stands.",
    "validate": "Show everything that is wrong with experiment files.",
    "explain": "Explain a diagnostic, a gate, a key or a column.",
    "schema": "Print the JSON Schema of the language.",
    "format": "Rewrite files in house style.",
    "upgrade": "Rewrite files in the present version of the language.",
    "show": "Draw a circuit, and count its gates.",
    "plan": "Show what a run would do; nothing is run.",
    "run": "Run an experiment and write its tables.",
    "resume": "Go on with a run that was interrupted.",
    "verify": "Recompute every checksum of a run.",
}


class ExitCode(IntEnum):
    """What the command says to other programs."""

    OK = 0
    NO = 1  # the answer is no: errors in the file, a failed point, a failed verification
    USAGE = 2  # the command line is wrong, or a file named on it cannot be read
    UNFINISHED = 4  # `resume` goes on
    PERSON = 5  # a person must look: the run is in use, the ledger cannot be used
    INTERRUPTED = 130


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"ionq_runner.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from ionq_runner.diagnostics.suggestion import did_you_mean

            near = did_you_mean(args[0], VERBS) or f"the verbs are {', '.join(VERBS)}"
            raise click.UsageError(f"there is no verb `{args[0]}`; {near}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="ionq-runner", message="%(prog)s %(version)s")
def cli() -> None:
    """Quantum experiments as reviewed, version-controlled YAML.

    A first experiment: `ionq-runner init bell.yaml`, then `ionq-runner run bell.yaml`.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code; no error of a user's making shows a traceback."""
    _prepare_streams()
    code = _run(sys.argv[1:] if arguments is None else arguments)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # from here on Ctrl-C has nothing to tell
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            _abandon(stream)
            if not isinstance(error, BrokenPipeError):
                code = code or _explain(error)
    if code in (ExitCode.INTERRUPTED, ExitCode.PERSON, ExitCode.UNFINISHED):
        os._exit(code)  # a worker may still be busy with a job that is run again by `resume`
    sys.exit(code)


def _prepare_streams() -> None:
    """Let a stream that is closed swallow what it is given, and one that lacks a character show its code."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  it stays open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _abandon(stream: TextIO) -> None:
    """Send what is left of a stream nowhere: the interpreter would complain about it on the way out."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(arguments: list[str]) -> int:
    try:
        result: Any = cli.main(arguments, prog_name="ionq-runner", standalone_mode=False)
        return int(result or 0)
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        _complain(text.getvalue().rstrip("\n"))
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone, which click turns into an exit. That is its right.
        _abandon(sys.stdout)
        return ExitCode.OK
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:
            _abandon(sys.stdout)
        return _explain(error, _given(arguments, "--color", "auto"), verbose="-v" in arguments or "--verbose" in arguments)


def _given(arguments: list[str], option: str, default: str) -> str:
    """The value of an option, for errors that come before or after the verb has it."""
    for argument, following in zip(arguments, [*arguments[1:], default], strict=True):
        if argument.partition("=")[0] == option:
            return argument.partition("=")[2] or following
    return default


def _explain(error: Exception, color: str = "auto", *, verbose: bool = False) -> int:
    """An error in words; of our own defects, where to report them."""
    if isinstance(error, ImportError):  # and nothing more may be there to be imported
        _complain(f"ionq-runner: this installation is not complete ({error}); install the package again")
        return ExitCode.PERSON
    from ionq_runner.api import Refused
    from ionq_runner.cli.terminal import Terminal
    from ionq_runner.ledger.folder import FolderError, NotARun
    from ionq_runner.ledger.store import LedgerError

    match error:
        case Refused():
            Terminal(color).show_problems(error.problems, sys.stderr)
            return ExitCode.NO
        case FolderError() | LedgerError():
            text = str(error)
        case ChildProcessError():
            text = str(error.strerror)
        case OSError():
            text = f"{'standard output' if error.filename is None else error.filename}: {error.strerror or error}"
        case MemoryError():
            text = "out of memory"
        case _ if type(error).__name__ == "AnswerDamaged":  # known by its name: its module imports numpy
            text = f"{error}; restore it from a copy, or run the experiment again"
        case _ if verbose:
            raise error
        case _:
            text = (
                f"a defect of this program: {type(error).__name__}: {error}\nplease report it with the file; `-v` shows where it happened"
            )
    _complain(f"ionq-runner: {text}", *getattr(error, "__notes__", ()))
    return (
        ExitCode.USAGE if isinstance(error, NotARun) else ExitCode.UNFINISHED if isinstance(error, ChildProcessError) else ExitCode.PERSON
    )


def _complain(*lines: str) -> None:
    """Lines for the person; one who has gone is not an error."""
    from ionq_runner.diagnostics.rendering import for_terminal

    with suppress(OSError):
        print(*(for_terminal(line) for text in lines for line in text.split("\n")), sep="\n", file=sys.stderr)

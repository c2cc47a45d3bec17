"""The command as a process of its own, quickly: a server that has imported the package forks a child for each call.

A child has its own arguments, folder, environment and streams, and ends with its own exit code or signal, as a fresh process does;
only the import of numpy is spared. Where the start itself matters, `fresh=True` starts an interpreter.

Run as a script this file is the server: a JSON document a line on standard input, one back on standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """How a call ended: its exit code, or the negative number of the signal that ended it, and what it wrote."""

    code: int
    out: str
    err: str


class Command:
    """`ionq-runner ...`, called in a folder."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )

    def __call__(self, *arguments, cwd, stdin=b"", env=None, before="", fresh=False):
        """Call the command; `before` is Python that the child executes first."""
        arguments = [str(argument) for argument in arguments]
        if fresh:
            assert not before, "a fresh interpreter executes nothing of ours"
            call = [sys.executable, "-m", "ionq_runner", *arguments]
            done = subprocess.run(call, cwd=cwd, input=stdin, env=environment(env), capture_output=True, check=False, timeout=60)
            return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        with tempfile.TemporaryDirectory() as place:
            files = [os.path.join(place, name) for name in ("in", "out", "err")]
            Path(files[0]).write_bytes(stdin)
            call = {"arguments": arguments, "cwd": str(cwd), "env": env or {}, "before": before, "files": files}
            self._server.stdin.write(json.dumps(call) + "\n")
            self._server.stdin.flush()
            code = json.loads(self._server.stdout.readline())
            return Done(code, *(Path(file).read_bytes().decode() for file in files[1:]))

    def close(self):
        """End the server."""
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait()


def environment(more=None):
    """The environment of a call: this one, without what would change how text looks."""
    mine = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS", "LINES", "PYTHONIOENCODING")}
    return {**mine, "PYTHONPATH": str(ROOT), **(more or {})}


def serve():
    """Fork a child for each call."""
    import importlib

    import ionq_runner.cli.main as main_module

    for verb in main_module.VERBS:
        with contextlib.suppress(ImportError):
            importlib.import_module(f"ionq_runner.cli.{verb}")
    ours = ["cli.picture", "execution.engine", "execution.executors", "execution.targets.local", "planning.planner"]
    for module in [*ours, "results.manifest", "results.tables", "results.verification"]:
        importlib.import_module(f"ionq_runner.{module}")
    # Imported when they are first used, and a child that has become nobody may not be allowed to read them.
    for module in [
        "jsonschema",
        "numpy.random",
        "concurrent.futures.thread",
        "importlib.readers",
        "encodings.utf_8_sig",
        "encodings.cp437",
    ]:
        importlib.import_module(module)

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _call(main_module.main, **json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _call(main, *, arguments, cwd, env, before, files):
    for number, file in enumerate(files):
        handle = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(cwd)
    os.environ.update(env)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = ["ionq-runner", *arguments]
    code = 70
    try:
        exec(before, {"__name__": "before"})
        main(arguments)
    except SystemExit as leaving:
        code = leaving.code or 0
    except BaseException:  # what the interpreter would show
        import traceback

        traceback.print_exc()
        code = 1
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()

"""A function in a person's Python file -> the circuit that it returns. This runs code; whoever calls it has been allowed to.

The code runs in this process, as a module under a name of our own that is gone afterwards. It can import what is installed, and
nothing from the folder of its file: the run folder would not have it. What it prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar

from ionq_runner.circuits.cirq.reading import CirqCircuit, read_circuit
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Span
from ionq_runner.diagnostics.suggestion import did_you_mean

__all__ = ["PythonFailed", "call_function"]

MODULE = "ionq_runner_python_file"
MAX_MESSAGE = 200  # characters of an exception's text
MAX_LISTED = 10  # functions that a message names


class PythonFailed(Problem):
    """A Python file, or a function in it, that gives no circuit."""

    code: ClassVar[str] = "E822"
    text: ClassVar[str] = "{what}"
    what: str
    advice: str = ""
    place: Span | None = None  # in the Python file

    @property
    def hint(self) -> str:
        return self.advice

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return () if self.place is None else ((self.place, f"it failed here, in {self.place.source.name}"),)


def call_function(code: Excerpt, name: str, arguments: Mapping[str, Any], span: Span) -> CirqCircuit:
    """The circuit that a function returns; `span` is where the experiment names it. Raises ProblemFound, and KeyboardInterrupt."""
    import cirq

    file = os.path.basename(code.source.name)
    with _module() as module, _output_to_stderr():
        with _failing(code, span, f"{file} cannot be run"):
            exec(compile(code.text, code.source.name, "exec", dont_inherit=True), module.__dict__)
        function = _function(module, name, file, span)
        with _failing(code, span, f"`{name}` in {file} failed"):
            made = function(**arguments)
        if inspect.iscoroutine(made):
            made.close()
        if not isinstance(made, cirq.AbstractCircuit):
            given = "nothing" if made is None else f"a value of the type {type(made).__name__}"
            raise ProblemFound(PythonFailed(span, f"`{name}` in {file} returned {given}", "let it return a `cirq.Circuit`"))
        with _failing(code, span, f"the circuit that `{name}` in {file} returned cannot be read"):
            return read_circuit(made, span, f"the circuit that `{name}` returned")


def _function(module: ModuleType, name: str, file: str, span: Span) -> Callable[..., Any]:
    """The function of a name. Raises ProblemFound where there is none."""
    found: Any = vars(module).get(name)
    if callable(found):
        function: Callable[..., Any] = found
        return function
    if found is not None:
        raise ProblemFound(PythonFailed(span, f"`{name}` in {file} is no function"))
    functions = [own for own, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == MODULE]
    listed = f"it has {', '.join(functions[:MAX_LISTED])}" if functions else "it has no functions"
    raise ProblemFound(PythonFailed(span, f"{file} has no function `{name}`", did_you_mean(name, functions) or listed))


@contextlib.contextmanager
def _failing(code: Excerpt, span: Span, what: str) -> Iterator[None]:
    """Turn whatever goes wrong in a person's code into a problem; an interruption is none."""
    try:
        yield
    except (KeyboardInterrupt, ProblemFound):
        raise
    except BaseException as error:  # also SystemExit: it is not for a file to say how the command ends
        advice = ""
        if isinstance(error, ModuleNotFoundError):
            advice = "a Python file can import packages that are installed, and no file beside it: put what it needs into it"
        raise ProblemFound(PythonFailed(span, f"{what}: {_described(error)}", advice, _place(code, error))) from None


def _described(error: BaseException) -> str:
    """Type and text of an exception, in one line."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # the text is code as well
        text = ""
    shown = " ".join(text.split())[: MAX_MESSAGE + 1]
    cut = f"{shown[:MAX_MESSAGE]}…" if len(shown) > MAX_MESSAGE else shown
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def _place(code: Excerpt, error: BaseException) -> Span | None:
    """The line of the Python file that failed: the last one that was running."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == code.source.name]
    if isinstance(error, SyntaxError) and error.filename == code.source.name:
        lines.append(error.lineno)  # type: ignore[arg-type]  # None where Python does not know it
    written = code.text.split("\n")
    if not lines or not lines[-1] or lines[-1] > len(written):
        return None
    start, line = sum(len(before) + 1 for before in written[: lines[-1] - 1]), written[lines[-1] - 1]
    return Span(code.source, start + len(line) - len(line.lstrip()), start + len(line.rstrip())) if line.strip() else None


@contextlib.contextmanager
def _module() -> Iterator[ModuleType]:
    """An empty module that is known only meanwhile, without the folder where the command was given among those of `import`."""
    module, path, known = ModuleType(MODULE), list(sys.path), sys.modules.get(MODULE)
    module.__package__ = ""
    sys.modules[MODULE] = module  # dataclasses look themselves up
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    try:
        yield module
    finally:
        sys.path[:] = path
        sys.modules.pop(MODULE, None)
        if known is not None:
            sys.modules[MODULE] = known


class _Stderr(io.TextIOBase):
    """What stands for standard output: it may be closed, and standard error is not."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


@contextlib.contextmanager
def _output_to_stderr() -> Iterator[None]:
    """Send standard output to standard error: that of Python, and that of the process, which programs started by the code have."""
    kept = None
    sys.stdout.flush()
    with contextlib.suppress(OSError):
        kept = os.dup(1)
        os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(_Stderr()):
            yield
    finally:
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)

"""What goes to the terminal: problems, tables, progress, the picture of a run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from ionq_runner.diagnostics import Problems
from ionq_runner.diagnostics.rendering import for_terminal, render_problems, summary

if TYPE_CHECKING:
    from ionq_runner.execution.engine import Progress

__all__ = ["Terminal", "counted", "table"]


class Terminal:
    """A person's terminal, or what stands in for it. Text is the same with and without colour."""

    def __init__(self, color: str = "auto", quiet: bool = False) -> None:
        self._color, self.quiet = color, quiet

    def colored(self, stream: TextIO) -> bool:
        """Whether colour goes to a stream."""
        if self._color != "auto":
            return self._color == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def show_problems(self, problems: Problems, stream: TextIO) -> None:
        """Every problem, then their number."""
        if len(problems):
            stream.write(render_problems(problems, color=self.colored(stream)))
            stream.write(f"\n{summary(problems)}\n")

    def say(self, text: str) -> None:
        """A line for the person, beside the data."""
        if not self.quiet:
            with suppress(OSError):  # whoever read it has gone; the work goes on
                print(for_terminal(text), file=sys.stderr)

    @contextmanager
    def progress(self, words: str) -> Iterator[Callable[[Progress], None]]:
        """Show progress: a bar on a terminal, a line now and then elsewhere."""
        if self.quiet:
            yield lambda progress: None
        elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            with self._bar(words) as report:
                yield report
        else:
            yield _lines(words)

    @contextmanager
    def _bar(self, words: str) -> Iterator[Callable[[Progress], None]]:
        """A bar, which appears with the first report: what is said before stands above it."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(file=sys.stderr, no_color=not self.colored(sys.stderr), markup=False, highlight=False, emoji=False)
        rate = TextColumn("{task.fields[rate]}", markup=False)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
        bar = Bar(*columns, console=console, transient=False)
        pace = _Pace()

        def report(progress: Progress) -> None:
            pace.note(progress)
            if not bar.task_ids:
                bar.add_task(words, total=progress.total, completed=pace.done, rate="")
                bar.start()
            bar.update(bar.task_ids[0], completed=pace.done, rate=f"{pace.rate:,.0f}/s")

        try:
            yield report
        finally:
            bar.stop()


class _Pace:
    """How fast work goes: what an earlier process did is done, and counts for no time."""

    def __init__(self) -> None:
        self.first: int | None = None
        self.done, self.start = 0, time.monotonic()

    def note(self, progress: Progress) -> None:
        self.done = progress.done + progress.failed
        if self.first is None:
            self.first, self.start = self.done, time.monotonic()

    @property
    def rate(self) -> float:
        """Executions a second."""
        return (self.done - (self.first or 0)) / max(1e-9, time.monotonic() - self.start)


def _lines(words: str, every_s: float = 5.0) -> Callable[[Progress], None]:
    """A reporter that prints a line every few seconds, and at the end."""
    pace, last = _Pace(), time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last
        pace.note(progress)
        done, now = pace.done, time.monotonic()
        if now - last >= every_s or (done == progress.total and done != pace.first):
            last, rate = now, pace.rate
            left = f", {(progress.total - done) / rate:,.0f} s left" if rate and done < progress.total else ""
            with suppress(OSError):
                print(f"{words}: {done:,} of {progress.total:,} ({rate:,.0f}/s{left})", file=sys.stderr)

    return report


def counted(number: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Columns of text, padded; those numbered in `right` are aligned to the right."""
    cells = [[for_terminal(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = []
    for row in cells:
        padded = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)

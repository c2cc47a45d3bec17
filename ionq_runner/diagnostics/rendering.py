"""Problems as text: plain first, the same on every terminal, with colour laid on top where it is wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from ionq_runner.diagnostics.problem import Problem, Problems
from ionq_runner.diagnostics.span import Span

__all__ = ["for_terminal", "render_problem", "render_problems", "sentence", "summary"]

MAX_SHOWN = 100
MAX_COLUMNS = 200
MAX_SENTENCE = 1_000

_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "caret": "\x1b[1;31m", "gutter": "\x1b[34m", "help": "\x1b[1;36m"}
_RESET = "\x1b[0m"


def render_problems(problems: Problems, *, color: bool = False) -> str:
    """Every problem in the order of its place, at most a hundred, each ended by a line end."""
    shown = list(problems)
    parts = [render_problem(problem, color=color) for problem in shown[:MAX_SHOWN]]
    if len(shown) > MAX_SHOWN:
        parts.append(f"... and {len(shown) - MAX_SHOWN} more problems like these\n")
    return "\n".join(parts)


def summary(problems: Problems) -> str:
    """The count at the end: `2 errors, 1 warning`."""
    errors = problems.errors
    warnings = len(problems) - errors
    counted = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counted if count) or "no problems"


def render_problem(problem: Problem, *, color: bool = False) -> str:
    """One problem: place, code and text, the line with a caret under the token, and the remedy."""
    pieces = [*_problem_pieces(problem)]
    return "".join(f"{_STYLES[style]}{text}{_RESET}" if color and style else text for style, text in pieces)


def for_terminal(text: str) -> str:
    """The text with control, invisible and direction-changing characters written out, so that it shows what is there."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t" or character.isprintable() or character == "\u00a0":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return character


def _problem_pieces(problem: Problem) -> Iterator[tuple[str, str]]:
    """Pairs of style and text; joined without the styles they are the plain form."""
    line, column = problem.span.source.position(problem.span.start)
    severity = problem.severity.value
    yield "", f"{for_terminal(problem.span.source.name)}:{line}:{column}: "
    yield severity, f"{severity}[{problem.code}]"
    yield "", f": {sentence(problem.message)}\n"
    width = max(len(str(span.source.position(span.start)[0])) for span in _spans(problem))
    yield from _excerpt_pieces(problem.span, width)
    for span, words in problem.related:
        yield "help", "  note"
        yield "", f": {sentence(words)}\n"
        yield from _excerpt_pieces(span, width)
    if problem.hint:
        yield "help", "  help"
        yield "", f": {sentence(problem.hint)}\n"


def sentence(text: str) -> str:
    """A message as a terminal shows it; one that quotes a whole page is cut."""
    return for_terminal(text[:MAX_SENTENCE]) + "…" * (len(text) > MAX_SENTENCE)


def _spans(problem: Problem) -> Iterable[Span]:
    return (problem.span, *(span for span, _ in problem.related))


def _excerpt_pieces(span: Span, width: int) -> Iterator[tuple[str, str]]:
    """The line of a span and a caret line under it, cut to what a terminal shows."""
    line, column = span.source.position(span.start)
    text = span.source.line_at(span.start)
    length = max(1, len(text[column - 1 : column - 1 + span.end - span.start].rstrip()))
    left, right = _window(text, column - 1, length)
    before, under = text[left : column - 1], text[column - 1 : min(right, column - 1 + length)]
    yield "gutter", f"  {line:>{width}} | "
    yield "", f"{'…' * bool(left)}{for_terminal(text[left:right])}{'…' * (right < len(text))}\n"
    yield "gutter", f"  {'':>{width}} | "
    yield "", " " * bool(left) + "".join(character if character == "\t" else " " * _columns(character) for character in before)
    yield "caret", "^" * max(1, sum(_columns(character) for character in under))
    yield "", "\n"


def _window(text: str, start: int, length: int) -> tuple[int, int]:
    """The part of a line that is shown: as much as goes before the underlined characters, and what is left of it after them."""
    room = MAX_COLUMNS - sum(map(_columns, text[start : start + min(length, MAX_COLUMNS // 2)]))
    left = min(start, len(text))
    while left > 0 and room >= _columns(text[left - 1]):
        left -= 1
        room -= _columns(text[left])
    right, room = left, MAX_COLUMNS
    while right < len(text) and room >= _columns(text[right]):
        room -= _columns(text[right])
        right += 1
    return left, right


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes as `for_terminal` shows it."""
    shown = _visible(character)
    if len(shown) > 1:
        return len(shown)
    if unicodedata.combining(shown):
        return 0
    return 2 if unicodedata.east_asian_width(shown) in ("W", "F") else 1

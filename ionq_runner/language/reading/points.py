"""Files of points: comma-separated values whose header names the axes, read with the place of every cell."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Span
from ionq_runner.language.axes import Column
from ionq_runner.language.sweeps import Axis

__all__ = ["read_points"]

_CELL = re.compile(r'[ \t]*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,"\r\n]*))[ \t]*(?P<end>,|\r?\n|$)')
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BITS = re.compile("[01]{2,}")


class FaultyPoints(Problem):
    """A file of points with a line or a cell that cannot be used."""

    code: ClassVar[str] = "E511"
    text: ClassVar[str] = "{what}"
    what: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class _Cell(NamedTuple):
    text: str
    quoted: bool
    start: int
    end: int


def read_points(excerpt: Excerpt) -> tuple[Axis, ...]:
    """The axes of a file, a column each. Raises ProblemFound at the cell that cannot be used."""
    lines = _lines(excerpt)
    if len(lines) < 2:
        raise ProblemFound(
            FaultyPoints(excerpt.span(), "this file has no points", "its first line names the axes, each further line is a point")
        )
    header, *rows = lines
    for row in rows:
        if len(row) != len(header):
            place = excerpt.span(row[0].start, max(row[0].start + 1, row[-1].end))
            raise ProblemFound(FaultyPoints(place, f"this line has {len(row)} values, and the header names {len(header)} axes"))
    columns = zip(*rows, strict=True)
    return tuple(
        Axis(name.text.strip(), _column(excerpt, list(cells)), _place(excerpt, name)) for name, cells in zip(header, columns, strict=True)
    )


def _lines(excerpt: Excerpt) -> list[list[_Cell]]:
    """The cells line by line; empty lines are none."""
    lines: list[list[_Cell]] = []
    line: list[_Cell] = []
    position, text = 0, excerpt.text
    while position < len(text):
        match = _CELL.match(text, position)
        if match is None:
            place = excerpt.span(position, position + 1)
            raise ProblemFound(
                FaultyPoints(place, "this cell has a quote in the middle, or one that does not end", 'write `""` for a quote')
            )
        quoted = match.group("quoted")
        plain = (match.group("plain") or "").rstrip()
        start = match.start("quoted" if quoted is not None else "plain")
        cell = plain if quoted is None else quoted.replace('""', '"')
        line.append(_Cell(cell, quoted is not None, start, start + len(cell)))
        position = match.end()
        if match.group("end") != ",":
            if len(line) > 1 or line[0].text or line[0].quoted:
                lines.append(line)
            line = []
    if line:  # the text ends with a comma
        lines.append([*line, _Cell("", False, len(text), len(text))])
    return lines


def _column(excerpt: Excerpt, cells: list[_Cell]) -> Column:
    """Numbers, unless the first is none; bit strings of one length with a leading 0 are texts, as everything in quotes is."""
    for cell in cells:
        if not cell.text:
            raise ProblemFound(FaultyPoints(_place(excerpt, cell), "a value is missing here"))
    bits = all(_BITS.fullmatch(cell.text) and len(cell.text) == len(cells[0].text) for cell in cells)
    if cells[0].quoted or not _NUMBER.fullmatch(cells[0].text) or (bits and any(cell.text[0] == "0" for cell in cells)):
        return Column(tuple(cell.text for cell in cells))
    for cell in cells:
        if cell.quoted or not _NUMBER.fullmatch(cell.text) or abs(float(cell.text)) == float("inf"):
            what = f"`{cell.text}` is not a number, as the values above it are"
            raise ProblemFound(
                FaultyPoints(_place(excerpt, cell), what, "numbers have a point, as in 0.5; a column of texts has them all in quotes")
            )
    return Column(tuple(float(cell.text) for cell in cells))


def _place(excerpt: Excerpt, cell: _Cell) -> Span:
    return excerpt.span(cell.start, max(cell.end, cell.start + 1))

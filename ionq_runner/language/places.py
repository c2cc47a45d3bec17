"""Where each character of a scalar stands in its file: quoting, escapes and folding are followed as YAML reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["places"]

_BREAK = "(?:\r\n|[\r\n\x85\u2028\u2029])"
_BREAKS = re.compile(_BREAK)
_LINE = re.compile(rf"(?P<line>[^\r\n\x85\u2028\u2029]*)(?:{_BREAK}|$)")
_TEXT_BREAK = "[\n\u2028\u2029]"  # of these three, a text keeps what its file has
_TEXT_BREAKS = re.compile(f"{_TEXT_BREAK}*")
_PLAIN = rf"(?P<fold>[ \t]*{_BREAK}(?:[ \t]|{_BREAK})*)|(?P<one>.)"
_FLOW = {
    "": re.compile(_PLAIN, re.DOTALL),
    "'": re.compile(rf"(?P<quote>'')|{_PLAIN}", re.DOTALL),
    '"': re.compile(
        rf"(?P<joined>\\{_BREAK}(?:[ \t]|{_BREAK})*)|(?P<escape>\\(?:x..|u.{{4}}|U.{{8}}|.))|{_PLAIN}",
        re.DOTALL,
    ),
}


def places(raw: str, text: str, style: str, start: int) -> tuple[int, ...]:
    """The place in the file of each character of `text`, which is written as `raw` and begins at `start`.

    A character made by an escape stands where the escape begins, one made by folding at the line end that it stands for.
    """
    found = list(_in_block(raw, text) if style in ("|", ">") else _in_flow(raw, style))
    found += [max(0, len(raw) - 1)] * (len(text) - len(found))  # after a tag or an anchor, which are refused anyway
    return tuple(start + place for place in found[: len(text)])


def _in_flow(raw: str, style: str) -> Iterator[int]:
    """Plain and quoted scalars: one line end is a space, more of them are one fewer, and U+2028 and U+2029 stay."""
    begin, end = (1, len(raw) - 1) if style else (0, len(raw))
    for match in _FLOW[style].finditer(raw, begin, end):
        if match.lastgroup in ("fold", "joined"):
            breaks = list(_BREAKS.finditer(raw, match.start(), match.end()))
            kept = match.lastgroup == "fold" and (len(breaks) == 1 or breaks[0].group() in "\u2028\u2029")
            yield from (found.start() for found in (breaks if kept else breaks[1:]))
        else:
            yield match.start()


def _in_block(raw: str, text: str) -> Iterator[int]:
    """Literal and folded scalars: lines without their indentation, and of the line ends between them those that the text has."""
    lines = [match.span("line") for match in _LINE.finditer(raw)][1:]  # the first is the header
    indent = max(0, _margin([raw[start:end] for start, end in lines]) - _margin(re.split(_TEXT_BREAK, text)))
    done, ends = 0, list[int]()
    for start, end in lines:
        first = min(start + indent, end)
        if first < end:
            kept = _TEXT_BREAKS.match(text, done)
            assert kept is not None, "it also matches nothing"
            chosen = ends[done - kept.end() :] if kept.group() else ends[:1]  # folding drops the first, or makes a single one a space
            yield from chosen
            yield from range(first, end)
            done += len(chosen) + end - first
            ends = []
        ends.append(end)
    yield from ends


def _margin(lines: list[str]) -> int:
    """How many spaces stand before the first line that has anything else."""
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), max(map(len, lines), default=0))

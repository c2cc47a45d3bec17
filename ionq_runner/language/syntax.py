"""What a YAML parser objects to, in words for someone who does not know its grammar, at the place where it can be mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from ionq_runner.diagnostics import Problem, Source, Span

__all__ = ["SyntaxFault", "syntax_fault"]

_WORD = re.compile("[^ \t]+")
MAX_SHOWN = 100  # characters of a text that are repeated in a remedy
_MAX_BRACKETS = 64  # beyond them the Python parser takes time with the square of their number
_CLOSING = re.compile("expected ',' or '([]}])'")
_SECOND_COLON = re.compile(r":\s.*:$")
_LOOP = re.compile(r"for: *(?P<head>\w+( *, *\w+)? +in +)\[")
_COLON_WITHOUT_SPACE = re.compile(r"^\s*(- )?[\w-]+:\S")


class SyntaxFault(Problem):
    """Text that is not YAML."""

    code: ClassVar[str] = "E003"
    text: ClassVar[str] = "this is not YAML: {reason}"
    reason: str
    advice: str = ""
    noticed: Span | None = None

    @property
    def hint(self) -> str:
        return self.advice

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return () if self.noticed is None else ((self.noticed, "here it is still open"),)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What a parser says: in which construct, that began where, it met what, and where."""

    context: str
    begun: int
    problem: str
    place: int


def syntax_fault(source: Source, error: yaml.YAMLError) -> SyntaxFault:
    """The fault where libyaml met it, in the words of the Python parser where both stop at the same line: they say more."""
    found = _fault(error)
    try:
        pure: Any = yaml.SafeLoader(source.text)
        while pure.check_event() and pure.flow_level <= _MAX_BRACKETS:
            pure.get_event()
    except (yaml.YAMLError, RecursionError) as second:
        other = _fault(second)
        if source.text.count("\n", 0, other.place) == source.text.count("\n", 0, found.place) and other.problem:
            found = other
    return _in_words(source, found)


def _fault(error: BaseException) -> _Fault:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    begun: Any = getattr(error, "context_mark", None) or mark
    words = [str(getattr(error, name, None) or "").replace("\n", " ") for name in ("context", "problem")]
    return _Fault(words[0], begun.index if begun else 0, words[1] or str(error).split("\n", 1)[0], mark.index if mark else 0)


def _in_words(source: Source, fault: _Fault) -> SyntaxFault:
    """The fault as a person sees it: the place to mend, what is wrong there, and what to do."""
    text = source.text
    place = min(fault.place, max(0, len(text.rstrip("\n")) - 1))
    here = Span(source, place, place + 1)
    if "found character" in fault.problem:
        return _bad_first_character(here)
    if closing := _CLOSING.search(fault.problem):
        return _not_closed(source, fault, closing.group(1), here)
    if "could not find expected ':'" in fault.problem:
        return _no_colon(source, fault.begun)
    for words, reason, advice, at_begin in _IN_WORDS:
        if words in f"{fault.context}: {fault.problem}":
            return SyntaxFault(_at(source, fault.begun) if at_begin else here, reason.format(sign=text[place : place + 1]), advice)
    if "not allowed here" in fault.problem or "expected <block end>" in fault.problem:
        return _out_of_place(fault.problem, here)
    return SyntaxFault(here, ": ".join(part for part in (fault.context, fault.problem) if part))


_QUOTES = "inside '...' an apostrophe is written twice, ''"
# A part of the parser's words; ours; the remedy; whether the place is where the construct began.
_IN_WORDS = (
    ("found unexpected end of stream", "this quote is never closed", f"close it; {_QUOTES}", True),
    ("expected alphabetic or numeric", "a value cannot begin with `*` or `&`", "put the text in quotes", True),
    ("found unknown escape character", "`\\{sign}` has no meaning in double quotes", "use single quotes", False),
    ("expected the node content", "there is no value before `{sign}`", "write one, or take the comma out", False),
    ("block scalar", "nothing stands behind `|` or `>`", "begin the text on the next line, indented", False),
    ("document start", "the file goes on after it was complete", "an experiment is one mapping: all keys in braces, or none", False),
)


def _not_closed(source: Source, fault: _Fault, sign: str, here: Span) -> SyntaxFault:
    if (loop := _LOOP.search(source.text, fault.begun, here.end)) and (cut := _loop_head(source, loop)):
        return cut
    what = "this list is" if sign == "]" else "these braces are"
    advice = f"write `{sign}` where it ends; a text with commas or brackets needs quotes"
    if fault.problem.endswith("got ':'") and sign == "}" and source.text.rfind("\n", 0, here.start) < fault.begun:
        advice = "a mapping inside a mapping has braces of its own: `{name: {name: value}}`"
    return SyntaxFault(_at(source, fault.begun), f"{what} not closed", advice, here)


def _loop_head(source: Source, loop: re.Match[str]) -> SyntaxFault | None:
    """`{for: a, b in [[0, 1]], ...}`: YAML cuts the head at its comma or its bracket. None where its list is not closed."""
    start, end, depth = loop.start("head"), loop.end(), 1
    while depth and source.text[end : end + 1] not in ("", "\n"):
        depth += (source.text[end] == "[") - (source.text[end] == "]")
        end += 1
    where = "comma" if "," in loop["head"] else "bracket"
    reason = f"inside {{...}} the head of a loop is cut at its {where}"
    return (
        None
        if depth or end - start > MAX_SHOWN
        else SyntaxFault(Span(source, start, end), reason, f'put it in quotes: `for: "{source.text[start:end]}"`')
    )


def _out_of_place(problem: str, here: Span) -> SyntaxFault:
    """Something that YAML has, where it cannot stand: nearly always the indentation, or a text that needs quotes."""
    source, line_start = here.source, here.source.text.rfind("\n", 0, here.start) + 1
    before = source.text[line_start : here.start]
    line = _first_word(source, line_start)
    if "mapping values" in problem and _SECOND_COLON.search(f"{before}:"):
        return SyntaxFault(here, "a second `: ` in one line", "put the text in quotes; a mapping in a line has braces, `{name: value}`")
    if "mapping values" in problem:
        return SyntaxFault(line, "this line is indented deeper than the one above, which is complete", "begin it under the one above")
    if "not allowed here" in problem and before.strip():
        return SyntaxFault(here, "a list begins in the middle of a line", "begin it on the next line, indented, or write it in [...]")
    if before.strip():
        return SyntaxFault(here, "the text goes on after its closing quote", f"put all of it in quotes; {_QUOTES}")
    advice = "begin it exactly under the line that it stands beside; a list item begins with `- `, a key ends with `:`"
    return SyntaxFault(line, "this line does not continue what is above it", advice)


def _bad_first_character(here: Span) -> SyntaxFault:
    character = here.source.text[here.start : here.end]
    if character == "\t":
        return SyntaxFault(here, "a tab stands in the indentation", "indent with spaces")
    return SyntaxFault(here, f"no value begins with `{character}`", "put the text in quotes")


def _no_colon(source: Source, begun: int) -> SyntaxFault:
    line = source.line_at(begun)
    space = "write a space after the colon" if _COLON_WITHOUT_SPACE.match(line) else "write `key: value`, or indent it below its key"
    return SyntaxFault(_first_word(source, source.text.rfind("\n", 0, begun) + 1), "this line has no key", space)


def _at(source: Source, offset: int) -> Span:
    return Span(source, offset, offset + 1)


def _first_word(source: Source, line_start: int) -> Span:
    """The first word of a line."""
    word = _WORD.search(source.line_at(line_start))
    start, end = word.span() if word else (0, 1)
    return Span(source, line_start + start, min(line_start + end, len(source.text)))

"""The small languages inside a scalar: a gate statement, the head of a loop, an operand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.circuits.statements import All, GateStatement, Operand
from ionq_runner.circuits.vocabulary import word as gate
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Span
from ionq_runner.diagnostics.spelling import described, replacement
from ionq_runner.expressions import Expression, Range, parse_expression, parse_range
from ionq_runner.expressions.parser import UnexpectedToken
from ionq_runner.ionq.facts.gates import NOT_GATES

__all__ = ["BracketAfterSpace", "LoopHead", "NoSuchStatement", "parse_loop_head", "parse_operand", "parse_operands", "parse_statement"]

_FORM = "write `name(arguments) qubits`, such as `rx(theta/2) 0`"
_SIGNS = "+-*/%"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GATE_AND_QUBIT = re.compile("([A-Za-z]+)([0-9]+)")
_PYTHON_RANGE = re.compile(r"range\(\s*(?P<count>[A-Za-z0-9_]+)\s*\)")
_COUNT = re.compile("(?P<count>[1-9][0-9]{0,15})")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  # of a gate or a block, which may have a dash
_PLAIN, _PLAIN_WORD = re.compile(r"(?:[ \t]+[A-Za-z0-9_]+)+"), re.compile("[A-Za-z0-9_]+")  # operands
_IN = re.compile(r"(?<=\s)in(?=\s)")
MAX_SHOWN = 100  # characters of a text that are repeated in a remedy
_BLOCKS = ("for", "repeat", "if", "inverse", "control", "fold")
_CLOSED_BY = {"(": ")", "[": "]"}


class NotAStatement(Problem):
    """A text that does not begin with the name of a gate."""

    code: ClassVar[str] = "E411"
    text: ClassVar[str] = "{what}"
    remedy: ClassVar[str] = "{instead}"
    what: str = "a statement begins with the name of a gate"
    instead: str = _FORM


class UnclosedStatement(Problem):
    """A bracket of a statement that is never closed."""

    code: ClassVar[str] = "E413"
    text: ClassVar[str] = "this bracket is never closed"
    remedy: ClassVar[str] = "close it; where YAML has cut the text at a comma inside [...] or {{...}}, put all of it in quotes"


class NoOperands(Problem):
    """A gate without qubits."""

    code: ClassVar[str] = "E414"
    text: ClassVar[str] = "`{name}` names no qubits"
    name: str
    arguments: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        meaning = gate(self.name)
        if self.name in _BLOCKS:
            return f"as a block it has a colon and a body: `{self.name}: ...`"
        if meaning is None and (parts := _GATE_AND_QUBIT.fullmatch(self.name)) and gate(parts.group(1)):
            return f"write a space between them: `{parts.group(1)} {parts.group(2)}`"
        parameters = meaning.fact.parameters if meaning else ()
        if self.arguments and not parameters:
            return f"write them after the name, without brackets: `{self.name} {' '.join(self.arguments)}`"
        if len(self.arguments) > len(parameters):
            inside, behind = self.arguments[: len(parameters)], self.arguments[len(parameters) :]
            return f"write them after the brackets: `{self.name}({', '.join(inside)}) {' '.join(behind)}`"
        head = f"{self.name}({', '.join(self.arguments or parameters)})" if self.arguments or parameters else self.name
        qubits = " ".join(str(qubit) for qubit in range(meaning.qubits if meaning else 1))
        return f"write them after {'the brackets' if self.arguments else 'the name'}, such as `{head} {qubits}`"


class NoSuchStatement(Problem):
    """A word that other languages have as a statement and IonQ's machines cannot do, or a gate under another name."""

    code: ClassVar[str] = "E406"
    text: ClassVar[str] = "`{name}` is not a gate here"
    remedy: ClassVar[str] = "{why}"
    name: str
    why: str


class BracketAfterSpace(Problem):
    """`rx (theta) 0`: after a space, a bracket begins an operand."""

    code: ClassVar[str] = "E412"
    text: ClassVar[str] = "the bracket of the arguments must touch the name"
    remedy: ClassVar[str] = "write `{name}{bracket}`"
    name: str
    bracket: str


class SpacesInOperand(Problem):
    """An operand with spaces around its signs, where spaces separate operands."""

    code: ClassVar[str] = "E428"
    text: ClassVar[str] = "spaces separate operands, and here they stand around a sign"
    remedy: ClassVar[str] = "write the operand without spaces, as in `q+1`, or in brackets: `(q + 1)`"


class NotALoop(Problem):
    """The head of a loop that is not `NAME in ...`."""

    code: ClassVar[str] = "E415"
    instead: str = "write, for instance, `q in 0..n-1`, or `a, b in edges` for a list of pairs"
    text: ClassVar[str] = "a loop reads `NAME in RANGE`, `NAME in [list]` or `NAME in PARAMETER`"
    remedy: ClassVar[str] = "{instead}"


@dataclass(frozen=True, slots=True)
class LoopHead:
    """The names of a loop, and what they run over: a range, rows of expressions, or the name of a parameter."""

    names: tuple[Excerpt, ...]
    over: Range | tuple[tuple[Expression, ...], ...] | str
    over_span: Span


def parse_statement(excerpt: Excerpt) -> GateStatement:
    """Parse `name(arguments) operands`. Raises ProblemFound."""
    text = excerpt.text
    start = len(text) - len(text.lstrip())
    match = _WORD.match(text, start)
    if match is None:
        raise ProblemFound(_no_name(excerpt, start))
    name, name_span = match.group(), excerpt.span(match.start(), match.end())
    arguments: tuple[Expression, ...] = ()
    position = match.end()
    if text[position : position + 1] == "(":
        end = _closing(excerpt, position)
        inner = excerpt.slice(position + 1, end)
        arguments = tuple(parse_expression(part) for part in _split(inner, ",")) if inner.text.strip() else ()
        position = end + 1
    rest = excerpt.slice(position, len(text))
    if not rest.text.strip() and name in NOT_GATES:
        raise ProblemFound(NoSuchStatement(name_span, name, NOT_GATES[name]))
    if not rest.text.strip():
        raise ProblemFound(NoOperands(name_span, name, tuple(argument.text for argument in arguments)))
    if not rest.text[0].isspace():
        raise ProblemFound(_no_space(excerpt, match.start(), position))
    opening = position + len(rest.text) - len(rest.text.lstrip())
    if text[opening] == "(" and len(list(_split(excerpt.slice(opening + 1, end := _closing(excerpt, opening)), ","))) > 1:
        raise ProblemFound(BracketAfterSpace(excerpt.span(opening, end + 1), name, text[opening : end + 1]))
    return GateStatement(name, arguments, parse_operands(rest), name_span, excerpt.span(start, len(text.rstrip())))


def _no_name(excerpt: Excerpt, start: int) -> NotAStatement:
    """A text that begins with something else: forgotten spaces and letters of other alphabets are told apart."""
    first = excerpt.text[start : start + 1]
    if first == "-":
        return NotAStatement(excerpt.span(start, start + 1), instead="write a space after the dash of a list item: `- h 0`")
    if first and (instead := replacement(first)):
        return NotAStatement(excerpt.span(start, start + 1), f"no gate begins with {described(first)}", instead)
    return NotAStatement(excerpt.span())


def _no_space(excerpt: Excerpt, start: int, position: int) -> NotAStatement:
    """A name, or its arguments, with something close behind it."""
    found = excerpt.text[position]
    place = excerpt.span(position, position + 1)
    if found in "[{":
        head = excerpt.text[start:position]
        return NotAStatement(place, "the arguments of a gate stand in round brackets", f"write `{head}(...)`")
    if found in "0123456789":
        head, place = excerpt.text[start:position], excerpt.span(start, position + 1)
        return NotAStatement(place, "a space is missing before the qubits", f"write `{head} {excerpt.text[position:].strip()}`")
    if found == "(":
        return NotAStatement(place, "a gate has one pair of brackets, for its arguments", "write the qubits after them, without brackets")
    return NotAStatement(place, f"{described(found)} does not belong here", replacement(found) or _FORM)


def parse_operands(excerpt: Excerpt) -> tuple[Operand, ...]:
    """Operands separated by spaces; `step` joins the words around it to one range. Raises ProblemFound."""
    if _PLAIN.fullmatch(excerpt.text) and "step" not in excerpt.text:  # most are: nothing to cut but spaces
        return tuple(parse_operand(excerpt.slice(*word.span())) for word in _PLAIN_WORD.finditer(excerpt.text))
    words = list(_words(excerpt))
    for word in words:
        text = word.text
        begins = (text[0] in _SIGNS and text[0] != "-") or text.startswith("..")
        if text[-1] in _SIGNS or text.endswith("..") or (begins and word is not words[0]):
            raise ProblemFound(SpacesInOperand(word.span()))
    for part in words:
        _refuse_lists(part)
        inner = part.text[1:-1]
        if len(inner) <= MAX_SHOWN and part.text == f"({inner})" and ".." in inner and "(" not in inner:
            advice = f"a range stands without them: `{inner.strip()}`"
            raise ProblemFound(UnexpectedToken(part.span(), "a range without brackets", f"`{part.text}`", advice=advice))
    joined: list[Excerpt] = []
    index = 0
    while index < len(words):
        word = words[index]
        if index + 2 < len(words) and words[index + 1].text == "step":
            begin, last = _offset(excerpt, word), words[index + 2]
            word = excerpt.slice(begin, _offset(excerpt, last) + len(last.text))
            index += 2
        joined.append(word)
        index += 1
    return tuple(parse_operand(word) for word in joined)


def _refuse_lists(word: Excerpt) -> None:
    """`0, 1` and `[0, 1]`: qubits are written side by side."""
    text = word.text
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if (character == "," and depth == 0) or (character == "[" and position == 0):
            advice = "qubits stand side by side with spaces, without commas and brackets: `cnot 0 1`"
            place = word.span(position, position + 1)
            raise ProblemFound(UnexpectedToken(place, "a qubit or a range of qubits", f"`{character}`", advice=advice))


def parse_operand(excerpt: Excerpt) -> Operand:
    """One operand: `all`, a range, or a whole-number expression. Raises ProblemFound."""
    if excerpt.text.strip() == "all":
        return All(excerpt.span())
    return parse_range(excerpt)


def parse_loop_head(excerpt: Excerpt) -> LoopHead:
    """Parse `NAME[, NAME] in RANGE|[list]|PARAMETER`. Raises ProblemFound."""
    found = _IN.search(excerpt.text)
    if found is None or not excerpt.text[found.end() :].strip():
        raise ProblemFound(NotALoop(excerpt.span()))
    names = tuple(_stripped(part) for part in _split(excerpt.slice(0, found.start()), ","))
    if not all(_NAME.fullmatch(name.text) for name in names):
        raise ProblemFound(NotALoop(excerpt.span()))
    over = _stripped(excerpt.slice(found.end(), len(excerpt.text)))
    if over.text.startswith("["):
        if _closing(over, 0) != len(over.text) - 1:
            raise ProblemFound(NotALoop(excerpt.span()))
        rows = tuple(_row(part) for part in _split(over.slice(1, len(over.text) - 1), ","))
        return LoopHead(names, rows, over.span())
    if extent := _PYTHON_RANGE.fullmatch(over.text) or _COUNT.fullmatch(over.text):
        count = extent.group("count")
        last = str(int(count) - 1) if count.isdigit() and len(count) < 17 else f"{count}-1"
        raise ProblemFound(NotALoop(over.span(), f"both ends of a range are included: write `0..{last}`"))
    parsed = parse_range(over)
    if isinstance(parsed, Range):
        return LoopHead(names, parsed, over.span())
    if _NAME.fullmatch(over.text):
        return LoopHead(names, over.text, over.span())
    raise ProblemFound(NotALoop(over.span()))


def _row(part: Excerpt) -> tuple[Expression, ...]:
    """An item of a loop's list: one value, or values in brackets of their own."""
    inner = _stripped(part)
    if inner.text[:1] in ("[", "(") and _closing(inner, 0) == len(inner.text) - 1:
        parts = list(_split(inner.slice(1, len(inner.text) - 1), ","))
        if len(parts) > 1 or inner.text[0] == "[":
            return tuple(parse_expression(value) for value in parts)
    return (parse_expression(inner),)


def _words(excerpt: Excerpt) -> Iterator[Excerpt]:
    """The words of a text, cut at white space outside brackets."""
    for part in _split(excerpt, " \t\r\n"):
        if part.text:
            yield part


def _split(excerpt: Excerpt, separators: str) -> Iterator[Excerpt]:
    """The parts of a text between separators that stand outside brackets. Raises ProblemFound for an unclosed bracket."""
    start, opened = 0, list[int]()
    for position, character in enumerate(excerpt.text):
        if character in "()[]":
            _follow(excerpt, position, opened)
        elif not opened and character in separators:
            yield excerpt.slice(start, position)
            start = position + 1
    if opened:
        raise ProblemFound(UnclosedStatement(excerpt.span(opened[0], opened[0] + 1)))
    yield excerpt.slice(start, len(excerpt.text))


def _follow(excerpt: Excerpt, position: int, opened: list[int]) -> None:
    """Open or close a bracket. Raises ProblemFound where one of the other kind would close it; one too many is left to the parser."""
    if excerpt.text[position] in "([":
        opened.append(position)
    elif opened:
        opening = opened.pop()
        if excerpt.text[position] != _CLOSED_BY[excerpt.text[opening]]:
            raise ProblemFound(UnclosedStatement(excerpt.span(opening, opening + 1)))


def _closing(excerpt: Excerpt, opening: int) -> int:
    """Where the bracket at `opening` is closed. Raises ProblemFound if it is not."""
    opened: list[int] = []
    for position in range(opening, len(excerpt.text)):
        if excerpt.text[position] in "()[]":
            _follow(excerpt, position, opened)
            if not opened:
                return position
    raise ProblemFound(UnclosedStatement(excerpt.span(opening, opening + 1)))


def _stripped(excerpt: Excerpt) -> Excerpt:
    text = excerpt.text
    start = len(text) - len(text.lstrip())
    return excerpt.slice(start, max(start, len(text.rstrip())))


def _offset(outer: Excerpt, inner: Excerpt) -> int:
    """Where a word of a text begins in it."""
    if outer.offsets is None:
        return inner.start - outer.start
    assert inner.offsets is not None
    return bisect_left(outer.offsets, inner.offsets[0])

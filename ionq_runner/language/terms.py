"""The small language of a sum of Paulis: `[EXPRESSION *] WORD [operands]`, such as `-1/2 * ZZ q q+1`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, NamedTuple

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound
from ionq_runner.diagnostics.spelling import foreign_letter, plain_spelling
from ionq_runner.expressions import Expression, parse_expression
from ionq_runner.expressions.tree import Number
from ionq_runner.language.observables import PauliTerm
from ionq_runner.language.sentences import parse_operands

__all__ = ["NotAPauliWord", "NotATerm", "parse_term", "parse_word"]

_LETTERS = re.compile("[IXYZ]+")
_FORM = "a term is `number * WORD qubits`, such as `-1/2 * ZZ 0 1`; the number and the qubits can be left out"
_RULE = "the letters of a word are I, X, Y and Z, one for each measured qubit, such as `ZZ`"
_NUMBERED = re.compile(r"(?:[IXYZ]_?[0-9]+[ *@]*)+", re.IGNORECASE)  # `X0 Y1`, as other programs write it
_PLACED = re.compile(r"(?P<letters>[IXYZ]+)\s+(?P<qubits>[0-9 ]+)", re.IGNORECASE)
_PIECE = re.compile(r"(?P<number>[0-9.]+(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W0-9]\w*)|\*\*|//|\S")
_APART = re.compile(r"[\s*@⊗.,_]+")  # between letters that belong together


class _Piece(NamedTuple):
    """A word, a number or a sign of a term, outside brackets; a bracket is a sign. The end of the text is an empty one."""

    text: str
    kind: str | None  # `name`, `number`; None: a sign
    start: int
    end: int


class NotAPauliWord(Problem):
    """Something else where a word of the letters I, X, Y and Z is wanted."""

    code: ClassVar[str] = "E901"
    text: ClassVar[str] = "`{word}` is not a Pauli word"
    remedy: ClassVar[str] = "{advice}"
    word: str
    advice: str = _RULE


class NotATerm(Problem):
    """A term of a sum that is not a number, a word and its qubits."""

    code: ClassVar[str] = "E902"
    text: ClassVar[str] = "{what}"
    remedy: ClassVar[str] = "{instead}"
    what: str
    instead: str = _FORM


def parse_word(excerpt: Excerpt, *, summed: bool = False) -> str:
    """Parse a word that stands alone: that of a `pauli`, or a key of a `sum`. Raises ProblemFound."""
    word = excerpt.text.strip()
    if _LETTERS.fullmatch(word):
        return word
    advice = "" if _LETTERS.fullmatch(_plain(word)) else _placed_elsewhere(word, summed)
    raise ProblemFound(NotAPauliWord(excerpt.span(), word, advice or _spelled(word)))


def parse_term(excerpt: Excerpt) -> PauliTerm:
    """Parse one term of a sum. Raises ProblemFound."""
    pieces = list(_pieces(excerpt.text))
    index = _word(pieces)
    if index is None:
        raise ProblemFound(_without_word(excerpt, pieces))
    word, before = pieces[index], pieces[:index]
    if not _LETTERS.fullmatch(word.text):
        raise ProblemFound(_not_a_word(excerpt, word))
    rest = excerpt.slice(word.end, len(excerpt.text))
    _refuse_more(excerpt, pieces[index + 1 :])
    operands = parse_operands(rest) if rest.text.strip() else ()
    if operands and word.text == "I":
        place = excerpt.span(word.start)
        raise ProblemFound(NotATerm(place, "`I` is the constant of a sum, and takes no qubits", "write `I` alone"))
    return PauliTerm(letters=word.text, operands=operands, coefficient=_coefficient(excerpt, before), span=excerpt.span())


def _pieces(text: str) -> Iterator[_Piece]:
    """The pieces of a term. Those of its operands are looked at before they are read: there `0 q` is no mistake."""
    depth = 0
    for match in _PIECE.finditer(text):
        depth -= match.group() in (")", "]")
        if depth <= 0:
            yield _Piece(match.group(), match.lastgroup, match.start(), match.end())
        depth += match.group() in ("(", "[")
    yield _Piece("", None, len(text), len(text))


def _word(pieces: list[_Piece]) -> int | None:
    """Where the word stands: a name at the beginning, after `*` or a sign, that no operator follows; one of its letters first."""
    found: list[int] = []
    for index, (piece, after) in enumerate(pairwise(pieces)):
        begins = index == 0 or pieces[index - 1].text in ("*", "+", "-")
        if piece.kind == "name" and begins and _ends_a_word(piece, after):
            found.append(index)
    lettered = (index for index in found if _LETTERS.fullmatch(pieces[index].text.upper()))
    return next(lettered, found[0] if found else None)


def _ends_a_word(piece: _Piece, after: _Piece) -> bool:
    """Whether the text may be a word before this: the end, or an operand behind a space."""
    return not after.text or (after.start > piece.end and (after.kind is not None or after.text in ("(", "-", "[", ",")))


def _coefficient(excerpt: Excerpt, before: list[_Piece]) -> Expression | None:
    """The number before a word; None where there is none. Raises ProblemFound."""
    if not before:
        return None
    first, last = before[0], before[-1]
    if all(piece.text in ("+", "-") for piece in before):
        sign = -1.0 if sum(piece.text == "-" for piece in before) % 2 else 1.0
        return Expression(Number(sign), frozenset(), excerpt, first.start, last.end)
    if last.text != "*":
        raise ProblemFound(_several(excerpt, last) if _ends_an_operand(before[-2]) else _sign(excerpt, last))
    for left, piece in pairwise(before):
        if piece.text in ("+", "-") and _ends_an_operand(left):
            if _LETTERS.fullmatch(left.text):
                raise ProblemFound(_several(excerpt, piece))
            instead = f"put it in brackets, `({excerpt.text[: last.start].strip()}) * ...`, or write an item of the list for each term"
            place = excerpt.span(piece.start, piece.end)
            raise ProblemFound(NotATerm(place, "`*` takes only what stands right before it", instead))
    return parse_expression(excerpt.slice(0, last.start))


def _ends_an_operand(piece: _Piece) -> bool:
    return piece.kind is not None or piece.text == ")"


def _several(excerpt: Excerpt, sign: _Piece) -> NotATerm:
    place = excerpt.span(sign.start, sign.end)
    return NotATerm(place, "each item of a sum is one term", "write an item of the list for each term, with its sign: `- -1/2 * ZZ 0 1`")


def _sign(excerpt: Excerpt, sign: _Piece) -> NotATerm:
    place = excerpt.span(sign.start, sign.end)
    return NotATerm(place, "the sign of a term stands before its number", "write it at the beginning: `-2 * ZZ`")


def _refuse_more(excerpt: Excerpt, after: list[_Piece]) -> None:
    """Raise ProblemFound where a second word follows the first one's qubits."""
    words = [index for index, piece in enumerate(after) if _LETTERS.fullmatch(piece.text)]
    signs = [piece for piece in after[: words[-1]] if _apart(excerpt, piece)] if words else []
    if signs and signs[0].text == "*":
        place = excerpt.span(signs[0].start, signs[0].end)
        raise ProblemFound(NotATerm(place, "a term has one word", "write its letters together, then their qubits: `XX 0 1`"))
    if signs:
        raise ProblemFound(_several(excerpt, signs[0]))


def _apart(excerpt: Excerpt, piece: _Piece) -> bool:
    """Whether a piece is a sign with space around it."""
    around = excerpt.text[piece.start - 1 : piece.start] + excerpt.text[piece.end : piece.end + 1]
    return piece.text in ("+", "-", "*") and len(around) == 2 and around.isspace()


def _without_word(excerpt: Excerpt, pieces: list[_Piece]) -> Problem:
    """What is wrong with a text in which no word stands in its place."""
    text = excerpt.text.strip()
    if bracketed := re.search(r"\(\s*([IXYZ]+)\s*\)", excerpt.text):
        place, plain = excerpt.span(*bracketed.span()), excerpt.text[: bracketed.start()] + bracketed[1]
        return NotATerm(place, "the word of a term stands without brackets", f"write `{plain.strip()}`")
    for index, (piece, after) in enumerate(pairwise(pieces)):
        if _LETTERS.fullmatch(piece.text):
            return _misplaced(excerpt, excerpt.text[: piece.start].strip(), piece, after, index and _ends_an_operand(pieces[index - 1]))
    try:
        parse_expression(excerpt)
    except ProblemFound as found:
        return found.problem if text else NotATerm(excerpt.span(), "a term has a Pauli word")
    return NotATerm(excerpt.span(), "a term has a Pauli word, and this is a number alone", f"for a constant, write `{text} * I`")


def _misplaced(excerpt: Excerpt, before: str, word: _Piece, after: _Piece, behind_operand: bool | int) -> NotATerm:
    place = excerpt.span(word.start, word.end)
    if behind_operand:
        return NotATerm(place, f"a `*` is missing before `{word.text}`", f"write `{before} * {word.text}`")
    if after.text in ("*", "/"):
        number = excerpt.text[after.end :].strip()
        instead = f"{'1/' * (after.text == '/')}{number} * {word.text}" if number else word.text
        return NotATerm(place, "the number of a term stands before its word", f"write `{instead}`")
    if after.text in ("(", "["):
        return NotATerm(place, "the qubits of a term stand after its word, with spaces", f"write `{word.text} 0 1`")
    return NotATerm(place, f"what stands around `{word.text}` is not understood")


def _not_a_word(excerpt: Excerpt, word: _Piece) -> NotAPauliWord:
    place, rest = excerpt.span(word.start, word.end), excerpt.text[word.start :]
    if numbered := _NUMBERED.match(rest):
        return NotAPauliWord(place, word.text, f"write the letters first, then their qubits: `{_placed(numbered.group())}`")
    if _LETTERS.fullmatch(word.text.upper()):
        return NotAPauliWord(place, word.text, _spelled(word.text))
    return NotAPauliWord(place, word.text, f"its letters are I, X, Y and Z; {_FORM}")


def _placed(numbered: str) -> str:
    """`XY 0 1` for `X0 Y1`."""
    pairs = re.findall("([A-Za-z])_?([0-9]+)", numbered)
    return " ".join(["".join(letter.upper() for letter, _ in pairs), *(qubit for _, qubit in pairs)])


def _placed_elsewhere(word: str, summed: bool) -> str:
    """What to write for a word with qubits or a number, where only the word may stand; empty for any other text."""
    if _NUMBERED.fullmatch(word):
        word = _placed(word)
    if placed := _PLACED.fullmatch(word):
        letters, qubits = placed["letters"].upper(), placed["qubits"].split()
        if summed:
            return f"terms with qubits stand in a list: `- 0.5 * {letters} {' '.join(qubits)}`"
        if len(letters) == 1:
            return f"write `{{{letters}: [{', '.join(qubits)}]}}`"
        on = {letter: [q for own, q in zip(letters, qubits, strict=False) if own == letter] for letter in dict.fromkeys(letters)}
        mapping = ", ".join(f"{letter}: {q[0] if len(q) == 1 else '[' + ', '.join(q) + ']'}" for letter, q in on.items() if q)
        return f"write `{{{mapping}}}`"
    if not summed and (product := re.fullmatch(r"(.*\S)\s*\*\s*([IXYZ]+)|-\s*([IXYZ]+)", word)):
        number, letters = (product[1], product[2]) if product[1] else ("-1", product[3])
        return f"a number before a word makes it a sum: `sum: {{{letters}: {number}}}`"
    return ""


def _spelled(word: str) -> str:
    plain = _plain(word)
    return f"write `{plain}`{foreign_letter(_APART.sub('', word))}" if _LETTERS.fullmatch(plain) else _RULE


def _plain(word: str) -> str:
    """A word in capitals of ours, without what stands between them."""
    return "".join(plain_spelling(letter) or letter for letter in _APART.sub("", word)).upper()

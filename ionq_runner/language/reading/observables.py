"""Observables: nodes -> what is read off each point."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from ionq_runner.circuits.statements import For
from ionq_runner.diagnostics import Problem, ProblemFound, Problems
from ionq_runner.diagnostics.spelling import foreign_letter
from ionq_runner.expressions import Expression, parse_expression
from ionq_runner.expressions.tree import Bits, Name
from ionq_runner.language.observables import Match, Observable, Outcome, Pauli, PauliSum, PauliTerm, TermLoop, Tomography
from ionq_runner.language.reading.statements import read_operands
from ionq_runner.language.reading.values import entries, items, parsed, references_at
from ionq_runner.language.references import Reference
from ionq_runner.language.scalars import resolve
from ionq_runner.language.sentences import parse_loop_head
from ionq_runner.language.terms import NotAPauliWord, NotATerm, parse_term, parse_word
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar

__all__ = ["OUTCOME_WORDS", "read_observables"]

OUTCOME_WORDS = ("zeros", "ones", "ideal", "heavy")

_BITS = re.compile("[01]+")
_IDENTIFIER = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class NotAnOutcome(Problem):
    """Something that is neither bits in quotes nor a word for some."""

    code: ClassVar[str] = "E903"
    text: ClassVar[str] = "{what}"
    remedy: ClassVar[str] = "{instead}"
    what: str
    instead: str


def read_observables(node: Node | None, problems: Problems) -> dict[str, Observable]:
    """The observables of a file, by name. One of which nothing can be read is left out."""
    found: dict[str, Observable] = {}
    for entry in entries(node):
        kind = _kind(entry.value, problems)
        if kind is not None:
            circuits = references_at(entry.value, "circuits")
            found[entry.key.text] = Observable(name=entry.key.text, kind=kind, circuits=circuits, span=entry.key.span)
    return found


def _kind(node: Node, problems: Problems) -> Pauli | PauliSum | Outcome | Match | Tomography | None:
    for entry in entries(node):
        match entry.key.text:
            case "pauli":
                factors = _factors(entry.value, problems)
                return Pauli(factors) if factors else None
            case "sum":
                terms = _terms(entry.value, problems)
                return PauliSum(terms) if terms else None
            case "outcome":
                outcomes = tuple(found for item in items(entry.value) if (found := _outcome(item, problems)) is not None)
                return Outcome(outcomes) if outcomes else None
            case "match":
                measure = _measure(entry.value)
                return Match(measure) if measure is not None else None
            case "tomography":
                return Tomography()
    return None


def _measure(node: Node) -> Literal["hellinger", "tvd"] | None:
    match node:
        case Scalar("hellinger" | "tvd" as measure):
            return measure
    return None


def _factors(node: Node, problems: Problems) -> tuple[PauliTerm, ...]:
    """The factors of a `pauli`: one word, or letters with their qubits."""
    if not isinstance(node, Mapping):
        word = parsed(parse_word, node, problems)
        return () if word is None else (PauliTerm(letters=word, span=node.span),)
    return tuple(factor for entry in node.entries if (factor := _factor(entry, problems)) is not None)


def _factor(entry: Entry, problems: Problems) -> PauliTerm | None:
    operands, letter = read_operands(entry.value, problems), entry.key.text
    if letter not in ("X", "Y", "Z"):
        problems.add(NotAPauliWord(entry.key.span, letter, _letter_advice(letter)))
        return None
    return PauliTerm(letters=letter, operands=operands, span=entry.key.span) if operands else None


def _letter_advice(letter: str) -> str:
    if letter.upper() in ("X", "Y", "Z"):
        return f"write `{letter.upper()}`"
    if letter.upper() == "I":
        return "leave it out: qubits that are not named do not count"
    if re.fullmatch("[XYZ]+", letter.upper()):
        return f"before its qubits stands one letter: `{letter[0].upper()}: [0, 1]`"
    return f"the keys are X, Y and Z{foreign_letter(letter)}"


def _terms(node: Node, problems: Problems) -> tuple[PauliTerm | TermLoop, ...]:
    """The terms of a `sum`: words with their coefficients, or a list of terms and loops."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            if entry.key.text == "for":
                instead = "begin it with a dash, in a line of its own: `- for: ...`"
                problems.add(NotATerm(entry.key.span, "a loop of terms is an item of a list", instead))
                return ()
        return tuple(word for entry in node.entries if (word := _weighted(entry, problems)) is not None)
    return tuple(term for item in items(node) if (term := _term(item, problems)) is not None)


def _weighted(entry: Entry, problems: Problems) -> PauliTerm | None:
    coefficient = parsed(parse_expression, entry.value, problems)
    try:
        word = parse_word(entry.key.excerpt, summed=True)
    except ProblemFound as found:
        problems.add(found.problem)
        return None
    return PauliTerm(letters=word, coefficient=coefficient, span=entry.key.span) if coefficient is not None else None


def _term(node: Node, problems: Problems) -> PauliTerm | TermLoop | None:
    if not isinstance(node, Mapping):
        return parsed(parse_term, node, problems)
    head = parsed(parse_loop_head, node.get("for"), problems)
    body = tuple(term for item in items(node.get("do")) if (term := _term(item, problems)) is not None)
    if head is None or not body:
        return None
    names = tuple(name.text for name in head.names)
    spans = tuple(name.span() for name in head.names)
    return TermLoop(head=For(names, head.over, (), spans, head.over_span, node.entries[0].key.span), body=body)


def _outcome(node: Node, problems: Problems) -> Reference | Expression | None:
    """Bits in quotes, a word, or the name of a bit string."""
    if not isinstance(node, Scalar) or node.empty or isinstance(resolve(node), bool | None):
        return None
    text = node.text
    if not node.style and isinstance(resolve(node), int | float):
        bits = f'write `"{text}"`' if _BITS.fullmatch(text) else 'write the bits of the outcome in quotes, such as `"011"`'
        problems.add(NotAnOutcome(node.span, f"`{text}` without quotes is a number, and an outcome is a row of bits", bits))
        return None
    if _BITS.fullmatch(text):
        return Expression(Bits(text), frozenset(), node.excerpt, 0, len(text))
    if text in OUTCOME_WORDS:
        return Reference(text, node.span)
    if _IDENTIFIER.fullmatch(text):
        return Expression(Name(text, 0, len(text)), frozenset({text}), node.excerpt, 0, len(text))
    problems.add(NotAnOutcome(node.span, f"`{text}` is not an outcome" if text.strip() else "an outcome has bits", _outcome_advice(text)))
    return None


def _outcome_advice(text: str) -> str:
    joined = re.sub("[^01]+", "", text)
    if joined and not re.search(r"[^01\s_,|>⟩]", text):
        return f'write its bits together: `"{joined}"`'
    return f'write bits in quotes, such as `"011"`, one of {", ".join(OUTCOME_WORDS)}, or the name of a bit string{foreign_letter(text)}'

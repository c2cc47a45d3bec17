"""Observables at a point -> Pauli strings and outcomes on what the circuit measures. Without numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ionq_runner.circuits.elaborate import QubitTwice, TooManyGates, loop_rows, operand_qubits
from ionq_runner.circuits.program import Program
from ionq_runner.circuits.statements import All, Operand
from ionq_runner.diagnostics import Problem, ProblemFound, Span
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.experiment import Reference
from ionq_runner.language.observables import Outcome, Pauli, PauliSum, PauliTerm, TermLoop

__all__ = ["Point", "String", "TooManyTerms", "outcomes_of", "strings_of", "terms_of", "unrolled"]

MAX_TERMS = 10_000
MAX_LETTERS = 1_000_000  # X, Y and Z in all terms of a sum
MAX_TURNS = 100_000  # of all loops of a sum: those that make no term take their time too

String = tuple[tuple[int, str], ...]
"""A Pauli string: positions among the measured qubits, each with X, Y or Z, in order; empty: the identity."""


class WrongWidth(Problem):
    """A word or bits that are longer or shorter than what a circuit measures."""

    code: ClassVar[str] = "E904"
    text: ClassVar[str] = "`{word}` has {own}, and the circuit `{circuit}` measures {measured}"
    word: str
    own: str
    circuit: str
    measured: str
    bits: bool = False

    @property
    def hint(self) -> str:
        if self.bits:
            return "an outcome has a bit for each measured qubit; `circuits:` beside it limits what it is read off"
        return "a word has a letter for each measured qubit, or qubits after it: `Z 0`, `{Z: 0}`; `circuits:` limits what it is read off"


class NotMeasured(Problem):
    """A Pauli on a qubit that the circuit does not measure."""

    code: ClassVar[str] = "E905"
    text: ClassVar[str] = "the circuit `{circuit}` does not measure qubit {qubit}"
    remedy: ClassVar[str] = "it measures {measured}; leave `measure:` out to measure all"
    circuit: str
    qubit: int
    measured: str


class WrongQubitsOfWord(Problem):
    """A word with more or fewer qubits behind it than it has letters."""

    code: ClassVar[str] = "E906"
    text: ClassVar[str] = "`{word}` has {letters} letters, and {given} behind it"
    remedy: ClassVar[str] = "write a qubit for each letter; one letter alone, as in `Z 0 1 2`, is the sum over its qubits"
    word: str
    letters: int
    given: str


class TooManyTerms(Problem):
    """An observable that is larger than the limit when its loops are written out, at one point or at all points together."""

    code: ClassVar[str] = "E907"
    text: ClassVar[str] = "this makes more than {limit:,} {what}"
    limit: int = MAX_TERMS
    what: str = "Pauli terms"


@dataclass(frozen=True, slots=True)
class Point:
    """A circuit at one point of its sweep: its shape, the values of all names, and the lists of the file."""

    circuit: str
    program: Program
    values: Mapping[str, Value]
    lists: Mapping[str, tuple[tuple[float, ...], ...]]
    _places: dict[int, int] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def places(self) -> Mapping[int, int]:
        """The position of each measured qubit among them, found once however many terms ask for it."""
        if not self._places:
            self._places.update((qubit, position) for position, qubit in enumerate(self.program.measured))
        return self._places

    @property
    def known(self) -> dict[str, Value]:
        """The values of all names, `qubits` too."""
        return {**self.values, "qubits": float(self.program.qubits)}


def terms_of(kind: Pauli | PauliSum, point: Point) -> tuple[tuple[float, String], ...]:
    """An observable as Pauli strings with their coefficients, each string once, in the order of the file.

    Raises ProblemFound where it does not fit the circuit, or a coefficient has no value.
    """
    found: dict[String, float] = {}
    if isinstance(kind, Pauli):
        (string,) = strings_of(kind, point)
        return ((1.0, string),)
    for number, values, strings in unrolled(kind, point):
        weight = 1.0 if number is None else float(evaluate(number, values))
        for string in strings:
            found[string] = found.get(string, 0.0) + weight
    return tuple((weight, string) for string, weight in found.items())


def strings_of(kind: Pauli | PauliSum, point: Point) -> Iterator[String]:
    """The Pauli strings of an observable, whatever their coefficients are. Raises ProblemFound."""
    if isinstance(kind, PauliSum):
        for _, _, strings in unrolled(kind, point):
            yield from strings
        return
    letters: dict[int, str] = {}
    for factor in kind.factors:
        values = point.known
        pairs = _lettered(factor, point, values) if len(factor.letters) > 1 or not factor.operands else _spread(factor, point, values)
        for position, letter in pairs:
            if position in letters:
                raise ProblemFound(QubitTwice(factor.span, point.program.measured[position], "pauli"))
            letters[position] = letter
    yield _string(letters.items())


def unrolled(kind: PauliSum, point: Point) -> Iterator[tuple[Expression | None, Mapping[str, Value], tuple[String, ...]]]:
    """The terms of a sum, loops written out: the number of each, with the values that it sees, and its strings. Raises ProblemFound."""
    made = _Made()
    for term, values in _unrolled(kind.terms, point, point.known, made):
        strings: list[String] = []
        for string in _summands(term, point, values):
            made.string(string, term.span)
            strings.append(string)
        yield term.coefficient, values, tuple(strings)


def outcomes_of(kind: Outcome, point: Point) -> tuple[str, ...]:
    """The outcomes as bits, `ideal` and `heavy` as they are. Raises ProblemFound for bits of another length than is measured."""
    width = len(point.program.measured)
    found: dict[str, None] = {}
    for outcome in kind.outcomes:
        if isinstance(outcome, Reference):
            found[{"zeros": "0" * width, "ones": "1" * width}.get(outcome.name, outcome.name)] = None
            continue
        bits = str(evaluate(outcome, point.values))
        if len(bits) != width:
            own = f"{len(bits)} bit{'s' * (len(bits) != 1)}"
            raise ProblemFound(WrongWidth(outcome.span, bits, own, point.circuit, _qubits(width), bits=True))
        found[bits] = None
    return tuple(found)


def _unrolled(
    terms: tuple[PauliTerm | TermLoop, ...], point: Point, values: dict[str, Value], made: _Made
) -> Iterator[tuple[PauliTerm, dict[str, Value]]]:
    """Every term with the values of the loops around it."""
    for term in terms:
        if isinstance(term, PauliTerm):
            yield term, values
            continue
        try:
            for row in loop_rows(term.head, values, point.lists):
                made.turn(term.head.span)
                yield from _unrolled(term.body, point, {**values, **dict(zip(term.head.names, row, strict=True))}, made)
        except ProblemFound as found:
            raise ProblemFound(_too_many_turns(term.head.span) if isinstance(found.problem, TooManyGates) else found.problem) from None


@dataclass(slots=True)
class _Made:
    """What a sum has made so far. Both raise ProblemFound beyond the limit."""

    strings: int = 0
    letters: int = 0
    turns: int = 0

    def string(self, string: String, span: Span) -> None:
        self.strings += 1
        self.letters += len(string)
        if self.strings > MAX_TERMS:
            raise ProblemFound(TooManyTerms(span))
        if self.letters > MAX_LETTERS:
            raise ProblemFound(TooManyTerms(span, MAX_LETTERS, "letters of Pauli terms"))

    def turn(self, span: Span) -> None:
        self.turns += 1
        if self.turns > MAX_TURNS:
            raise ProblemFound(_too_many_turns(span))


def _too_many_turns(span: Span) -> TooManyTerms:
    return TooManyTerms(span, MAX_TURNS, "turns of loops")


def _summands(term: PauliTerm, point: Point, values: Mapping[str, Value]) -> Iterator[String]:
    """The strings of a term of a sum: one, or one for each qubit of a letter."""
    if term.letters == "I":
        yield ()
    elif len(term.letters) == 1 and term.operands:
        yield from (_string((pair,)) for pair in _spread(term, point, values))
    else:
        yield _string(_lettered(term, point, values))


def _spread(term: PauliTerm, point: Point, values: Mapping[str, Value]) -> list[tuple[int, str]]:
    """One letter on each of its qubits."""
    return [(position, term.letters) for position in _positions(term, point, values)]


def _lettered(term: PauliTerm, point: Point, values: Mapping[str, Value]) -> list[tuple[int, str]]:
    """A letter for each qubit: those behind the word, or all that are measured."""
    width = len(point.program.measured)
    if not term.operands and len(term.letters) != width:
        own = f"{len(term.letters)} letter{'s' * (len(term.letters) != 1)}"
        raise ProblemFound(WrongWidth(term.span, term.letters, own, point.circuit, _qubits(width)))
    positions = _positions(term, point, values) if term.operands else range(width)
    if len(positions) != len(term.letters):
        raise ProblemFound(WrongQubitsOfWord(term.span, term.letters, len(term.letters), _qubits(len(positions))))
    return list(zip(positions, term.letters, strict=True))


def _positions(term: PauliTerm, point: Point, values: Mapping[str, Value]) -> list[int]:
    """The positions of a term's qubits among the measured ones."""
    place = point.places
    found: dict[int, None] = {}
    for operand in term.operands:
        for qubit in _named(operand, point, values):
            if qubit not in place:
                raise ProblemFound(NotMeasured(operand.span, point.circuit, qubit, _listed(point.program.measured)))
            if place[qubit] in found:
                raise ProblemFound(QubitTwice(operand.span, qubit, term.letters))
            found[place[qubit]] = None
    return list(found)


def _named(operand: Operand, point: Point, values: Mapping[str, Value]) -> list[int]:
    """The qubits that an operand names; `all` is all that are measured."""
    return list(point.program.measured) if isinstance(operand, All) else operand_qubits(operand, point.program.qubits, values)


def _string(pairs: Iterable[tuple[int, str]]) -> String:
    return tuple(sorted((position, letter) for position, letter in pairs if letter != "I"))


def _qubits(count: int) -> str:
    return f"{count} qubit{'s' * (count != 1)}"


def _listed(qubits: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, qubits[:8])) + ", ..." * (len(qubits) > 8)
    return f"{'qubits' if len(qubits) > 1 else 'qubit'} {shown}"

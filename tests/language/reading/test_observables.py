"""Observables as read: each form gives its kind, and what cannot be read takes nothing else with it."""

from __future__ import annotations

import pytest

from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.observables import Match, Observable, Outcome, Pauli, PauliSum, PauliTerm, TermLoop, Tomography
from ionq_runner.language.reading import read_experiment
from ionq_runner.language.references import Reference


def read(observables: str) -> tuple[dict[str, Observable], list[str]]:
    """The observables of a file, and the codes of its problems."""
    problems = Problems()
    text = f"ionq_runner: 1\nname: a\ncircuits: {{c: {{gates: x 0}}}}\nrepetitions: 9\nobservables: {observables}\n"
    experiment, _ = read_experiment(Source("f.yaml", text), problems)
    assert experiment is not None
    return dict(experiment.observables), [problem.code for problem in problems]


def written(term: PauliTerm | TermLoop) -> object:
    """A term in short: its number, its letters and its operands as text; of a loop its names and its terms."""
    if isinstance(term, TermLoop):
        return term.head.names, [written(inner) for inner in term.body]
    operands = [operand.span.source.text[operand.span.start : operand.span.end] for operand in term.operands]
    return " ".join([*([term.coefficient.text, "*"] if term.coefficient else []), term.letters, *operands])


@pytest.mark.parametrize(("observable", "terms"), [
    ("{pauli: ZZ}", ["ZZ"]),
    ("{pauli: Y}", ["Y"]),
    ("{pauli: {X: [0, 1], Z: all, Y: 2..n step 2}}", ["X 0 1", "Z all", "Y 2..n step 2"]),
    ("{sum: {ZZI: 0.5, XXI: -1/2, Y: 2}}", ["0.5 * ZZI", "-1/2 * XXI", "2 * Y"]),
    ("{sum: -1/2 * ZZ 0 1}", ["-1/2 * ZZ 0 1"]),
    ("{sum: [n/2 * I, Z all]}", ["n/2 * I", "Z all"]),
    ("{sum: [{for: 'a, b in edges', do: [ZZ a b, {for: q in 0..1, do: X q}]}]}", [(("a", "b"), ["ZZ a b", (("q",), ["X q"])])]),
])  # fmt: skip
def test_words_are_read_with_their_numbers_and_qubits(observable, terms):
    found, problems = read(f"{{o: {observable}}}")
    assert problems == []
    assert [written(term) for term in found["o"].terms] == terms
    assert isinstance(found["o"].kind, Pauli if "pauli" in observable else PauliSum)


def test_the_other_kinds_are_read():
    found, problems = read("{a: {match: tvd}, b: {tomography: all, circuits: c}, d: {outcome: [zeros, '01', s]}}")
    assert problems == []
    assert (found["a"].kind, found["b"].kind) == (Match("tvd"), Tomography())
    assert (found["a"].circuits, [circuit.name for circuit in found["b"].circuits or ()]) == (None, ["c"])
    assert isinstance(found["d"].kind, Outcome)
    zeros, *others = found["d"].kind.outcomes
    assert isinstance(zeros, Reference)
    assert (zeros.name, [outcome.text for outcome in others], found["d"].names) == ("zeros", ["01", "s"], {"s"})


def test_the_names_of_an_observable_are_those_that_come_from_outside():
    found, _ = read("{o: {sum: [w * ZZ 0 k, {for: 'a, b in edges', do: [g*a * Z b+k, {for: q in a..m, do: X q}]}]}}")
    (place, loop) = found["o"].terms
    assert found["o"].names == {"w", "k", "edges", "g", "m"}
    assert (place.places, loop.places) == ({"k"}, {"edges", "k", "m"})


def test_what_cannot_be_read_takes_nothing_else_with_it():
    found, problems = read(
        "{a: {sum: [ZZ, zz, XX]}, b: {pauli: no}, d: {outcome: [11, '11']}, e: {sum: [{for: q, do: Z q}]}, f: {pauli: Z}}"
    )
    assert problems == ["E901", "E901", "E903", "E415"]
    assert list(found) == ["a", "d", "f"]
    assert [written(term) for term in found["a"].terms] == ["ZZ", "XX"]


@pytest.mark.parametrize("bits", ["11", "00", "010", "1e3", "0x1", ".inf"])
def test_bits_without_quotes_are_never_taken_for_an_outcome(bits):
    found, problems = read(f"{{o: {{outcome: {bits}}}}}")
    assert (found, problems) == ({}, ["E903"])

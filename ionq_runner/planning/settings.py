"""Observables -> the bases in which a circuit is measured: words grouped qubit by qubit, a setting a group. Without numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import ClassVar

from ionq_runner.circuits.program import Program
from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Span
from ionq_runner.expressions.evaluation import Value
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.observables import Observable, Outcome, Pauli, PauliSum, PauliTerm, TermLoop, Tomography
from ionq_runner.planning.expand import CircuitPoints, Expansion, column_of
from ionq_runner.planning.paulis import Point, String, TooManyTerms, outcomes_of, strings_of, unrolled

__all__ = ["check_observables", "observables_of", "setting_names", "settings_of"]

MAX_TOMOGRAPHY = 6  # qubits, which take 3**6 settings
MAX_SETTINGS = 1_000
MAX_WRITTEN = 1_000_000  # terms of a sum, and letters of a product, written out at all points
MAX_NUMBERS = 30_000_000  # of coefficients, at all points


class TooManySettings(Problem):
    """Observables of a circuit that need more bases than the limit."""

    code: ClassVar[str] = "E908"
    text: ClassVar[str] = "{what}, and the limit is {limit}"
    remedy: ClassVar[str] = "{instead}"
    what: str
    limit: str
    instead: str


def check_observables(expansion: Expansion, problems: Problems) -> None:
    """Note every observable that does not fit a circuit it is read off, or has a number without a value at some point."""
    for points in expansion.circuits:
        before = problems.errors
        shapes = list(_measured_shapes(points))
        for observable in observables_of(expansion.experiment, points.circuit.name):
            for part in _parts(observable):
                try:
                    for program, rows in shapes:
                        _try(part, program, rows, points, expansion)
                except ProblemFound as found:
                    problems.add(found.problem)
        try:
            if problems.errors == before:
                names = setting_names(expansion.experiment, points.circuit)
                for program, rows in shapes:
                    for point, _ in _different(names, program, rows, points, expansion):
                        settings_of(expansion.experiment, point)
        except ProblemFound as found:
            problems.add(found.problem)


def observables_of(experiment: Experiment, circuit: str) -> tuple[Observable, ...]:
    """The observables that are read off a circuit, in the order of the file."""
    return tuple(observable for observable in experiment.observables.values() if observable.reads(circuit))


def setting_names(experiment: Experiment, circuit: Circuit) -> frozenset[str]:
    """The columns on which the settings of a circuit depend, besides those of its shape."""
    used = frozenset[str]().union(*(term.places for o in observables_of(experiment, circuit.name) for term in o.terms))
    axes = circuit.sweep.axes if circuit.sweep is not None else ()
    return used & ({axis.name for axis in axes} | {name for name, _, _ in circuit.parameters})


def settings_of(experiment: Experiment, point: Point) -> tuple[str, ...]:
    """The bases in which a circuit is measured at a point: words of X, Y and Z, a letter for each measured qubit.

    They stand in the order in which observables first need them. A word of an observable joins the first setting with which it
    agrees on every qubit that it touches; what no word needs is measured in Z. Raises ProblemFound where an observable does not
    fit the circuit, or there are too many settings.
    """
    needed: dict[String, None] = {}
    every = False
    for observable in observables_of(experiment, point.circuit):
        strings = dict.fromkeys(_needed(observable, point))
        every |= isinstance(observable.kind, Tomography)
        needed |= {} if every else strings  # what follows a tomography fits its settings
    settings = _grouped(tuple(needed), len(point.program.measured), every)
    if len(settings) > MAX_SETTINGS:
        span = next(observable.span for observable in observables_of(experiment, point.circuit) if observable.terms)
        what = f"the words of all observables of the circuit `{point.circuit}` need more than {MAX_SETTINGS:,} settings"
        raise ProblemFound(TooManySettings(span, what, f"{MAX_SETTINGS:,}", "read fewer words that differ on a qubit on which none has I"))
    return settings


def _needed(observable: Observable, point: Point) -> Iterator[String]:
    """The strings whose values an observable is made of; for tomography, which is made of all, whether that is not too many."""
    width = len(point.program.measured)
    match observable.kind:
        case Pauli() | PauliSum() as kind:
            yield from strings_of(kind, point)
        case Tomography():
            if width > MAX_TOMOGRAPHY:
                what = f"tomography of the {width} qubits of the circuit `{point.circuit}` takes 3**{width} settings"
                instead = "measure fewer of them, `measure: 0..2`, or read the words that you need, with `pauli` and `sum`"
                raise ProblemFound(TooManySettings(observable.span, what, f"{MAX_TOMOGRAPHY} qubits", instead))
        case _:
            yield _all_z(width)


def _all_z(width: int) -> String:
    return tuple((position, "Z") for position in range(width))


@lru_cache(maxsize=64)
def _grouped(strings: tuple[String, ...], width: int, every: bool) -> tuple[str, ...]:
    """Settings that measure all the strings, found greedily; with `every`, then all others of that width too.

    A setting is two masks of positions, and so is a string: Y has a bit in both, X in the first, Z in the second.
    """
    settings: list[tuple[int, int]] = []
    all_others = (tuple(enumerate(letters)) for letters in product("XYZ", repeat=width)) if every else ()
    for string in chain(strings, all_others):
        first = sum(1 << position for position, letter in string if letter != "Z")
        second = sum(1 << position for position, letter in string if letter != "X")
        touched = first | second
        for index, (x, z) in enumerate(settings):
            if not (touched & (x | z) & ((x ^ first) | (z ^ second))):
                settings[index] = x | first, z | second
                break
        else:
            settings.append((first, second))
            if len(settings) > MAX_SETTINGS:
                break
    return tuple("".join("ZXZY"[(x >> p & 1) + 2 * (z >> p & 1)] for p in range(width)) for x, z in settings or [(0, 0)])


def _measured_shapes(points: CircuitPoints) -> Iterator[tuple[Program, Sequence[int]]]:
    """A program for each way in which a circuit is measured, with the rows that are measured so."""
    rows: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    first: dict[tuple[int, tuple[int, ...]], Program] = {}
    keys = [(program.qubits, program.measured) for program in points.programs]
    for key, program in zip(keys, points.programs, strict=True):
        first.setdefault(key, program)
    if len(first) == 1:
        yield points.programs[0], range(points.rows)
        return
    assert points.shape_of is not None, "several shapes"
    for row, shape in enumerate(points.shape_of):
        rows.setdefault(keys[shape], []).append(row)
    yield from ((first[key], own) for key, own in rows.items())


_Part = Pauli | PauliTerm | TermLoop | Outcome | Observable


def _parts(observable: Observable) -> tuple[_Part, ...]:
    """What of an observable is tried by itself, so that each of its faults is noted."""
    match observable.kind:
        case PauliSum(terms):
            return terms
        case Pauli() as kind:
            return (kind,)
        case Outcome(outcomes):
            return tuple(Outcome((outcome,)) for outcome in outcomes)
        case Tomography():
            return (observable,)
    return ()


def _try(part: _Part, program: Program, rows: Sequence[int], points: CircuitPoints, expansion: Expansion) -> None:
    """Evaluate a part of an observable at every different point of some rows. Raises ProblemFound."""
    match part:
        case PauliTerm() | TermLoop():
            span, terms, numbers = part.span if isinstance(part, PauliTerm) else part.head.span, 0, 0
            for point, own in _different(part.places, program, rows, points, expansion):
                for made, evaluated in _tried(PauliSum((part,)), point, own, points):
                    terms, numbers = terms + made, numbers + evaluated
                    _refuse_more(terms, MAX_WRITTEN, "Pauli terms, all points together", span)
                    _refuse_more(numbers, MAX_NUMBERS, "coefficients, all points together", span)
        case Pauli(factors):
            names = frozenset[str]().union(*(factor.places for factor in factors))
            letters = 0
            for point, _ in _different(names, program, rows, points, expansion):
                letters += sum(map(len, strings_of(part, point)))
                _refuse_more(letters, MAX_WRITTEN, "letters, all points together", factors[0].span)
        case Outcome():
            for point, _ in _different(part.names, program, rows, points, expansion):
                outcomes_of(part, point)
        case Observable():
            tuple(_needed(part, Point(points.circuit.name, program, {}, {})))


def _tried(kind: PauliSum, point: Point, rows: Sequence[int], points: CircuitPoints) -> Iterator[tuple[int, int]]:
    """Evaluate the terms of a sum, whose words are the same in some rows, and each different number of theirs once.

    Gives how many strings, and how many numbers, each term took. Raises ProblemFound.
    """
    tried: set[tuple[Value, ...]] = set()
    for number, values, strings in unrolled(kind, point):
        evaluated = 0
        if number is not None:
            key = (id(number), *(values[name] for name in sorted(number.names - points.columns.keys())))
            if key not in tried:
                tried.add(key)
                table = {name: [points.columns[name][row] for row in rows] for name in number.names & points.columns.keys()}
                column_of(number, table, len(rows), values)
                evaluated = len(rows)
        yield len(strings), evaluated


def _refuse_more(made: int, limit: int, what: str, span: Span) -> None:
    """Raise ProblemFound for more than the limit."""
    if made > limit:
        raise ProblemFound(TooManyTerms(span, limit, what))


def _different(
    names: frozenset[str], program: Program, rows: Sequence[int], points: CircuitPoints, expansion: Expansion
) -> Iterator[tuple[Point, Sequence[int]]]:
    """The points of some rows that differ in the values of some names, each once with its rows."""
    own = [name for name in points.columns if name in names]
    groups: dict[tuple[Value, ...], list[int]] = {}
    for row in rows if own else ():
        groups.setdefault(tuple(points.columns[name][row] for name in own), []).append(row)
    for key, chosen in groups.items() if own else [((), rows)]:
        values = {**expansion.constants.values, **dict(zip(own, key, strict=True))}
        yield Point(points.circuit.name, program, values, expansion.constants.lists), chosen

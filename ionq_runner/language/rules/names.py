"""Names: well formed, not reserved, and each for one thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.circuits.statements import Control, Fold, For, If, Inverse, Repeat, Statement
from ionq_runner.circuits.vocabulary import word
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.spelling import plain_spelling
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.observables import Observable, PauliTerm, TermLoop, Tomography
from ionq_runner.language.reserved import COLUMNS, WORDS

__all__ = ["check_names"]

_IDENTIFIER = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]*")


class NotAName(Problem):
    """A name with characters that a name does not have."""

    code: ClassVar[str] = "E201"
    text: ClassVar[str] = "`{name}` is not a name"
    name: str
    signs: str

    @property
    def hint(self) -> str:
        rule = f"a name has letters from a to z, digits and {self.signs}, and begins with a letter"
        plain = "".join(plain_spelling(c) or c for c in self.name)
        better = re.sub("[^A-Za-z0-9]+", "_", plain).strip("_")
        digits = len(better) - len(better.lstrip("0123456789"))
        better = better[digits:].lstrip("_") + better[:digits]
        return f"write `{better}`: {rule}" if _IDENTIFIER.fullmatch(better) else rule


class ReservedName(Problem):
    """A name that the language, a gate or a table has already."""

    code: ClassVar[str] = "E202"
    text: ClassVar[str] = "`{name}` is taken: it is {what}"
    remedy: ClassVar[str] = "choose another name"
    name: str
    what: str


class NameTwice(Problem):
    """One name for two things that expressions could mean."""

    code: ClassVar[str] = "E203"
    text: ClassVar[str] = "`{name}` is already the name of {what}"
    remedy: ClassVar[str] = "choose another name"
    name: str
    what: str
    first: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it is defined here"),)


class Shadowed(Problem):
    """A loop or a block that gives a name in view a second meaning."""

    code: ClassVar[str] = "E208"
    text: ClassVar[str] = "`{name}` already means something here"
    remedy: ClassVar[str] = "choose another name: inside a loop or a block a name keeps its meaning"
    name: str


class InvisibleCharacter(Problem):
    """A control or invisible character in the name of the experiment."""

    code: ClassVar[str] = "E205"
    text: ClassVar[str] = "the name contains the invisible character {shown}"
    remedy: ClassVar[str] = "delete it"
    shown: str


def check_names(experiment: Experiment, problems: Problems) -> None:
    """Note every name that is malformed, reserved, used for two things, or shadowed."""
    for character in experiment.name:
        if unicodedata.category(character) in ("Cc", "Cf"):
            problems.add(InvisibleCharacter(experiment.name_span, f"U+{ord(character):04X}"))
    _check_shared_space(experiment, problems)
    for what, spans in _free_names(experiment):
        for name, span in spans:
            if not _NAME.fullmatch(name):
                problems.add(NotAName(span, name, "the signs `_` and `-`"))
            elif name in WORDS and what == "block":
                problems.add(ReservedName(span, name, "a word of the language"))
            elif what == "block" and word(name) is not None:
                problems.add(ReservedName(span, name, "a gate"))
    for circuit in experiment.circuits.values():
        _check_circuit(circuit, experiment, problems)
    for block in experiment.blocks.values():
        own = (*block.parameters, *block.qubits)
        for name, span in zip(own, block.name_spans or (block.span,) * len(own), strict=True):
            if _allowed(name, span, problems) and (own.count(name) > 1 or name in experiment.parameters):
                problems.add(Shadowed(span, name))
        _check_loops(block.body, {*own, *experiment.parameters}, problems)


def _free_names(experiment: Experiment) -> Iterator[tuple[str, list[tuple[str, Span]]]]:
    """Names outside expressions, which may have a dash."""
    yield "target", [(target.name, target.span) for target in experiment.targets.values()]
    yield "mitigation", [(setting.name, setting.span) for setting in experiment.mitigation.values()]
    yield "run", [(run.name, run.span) for run in experiment.runs.values()]
    yield "block", [(block.name, block.span) for block in experiment.blocks.values()]


def _check_shared_space(experiment: Experiment, problems: Problems) -> None:
    """What expressions name shares one space; axes too, of which several circuits may have the same."""
    seen: dict[str, tuple[str, Span]] = {}
    for what, definitions in (
        ("a parameter", experiment.parameters),
        ("a circuit", experiment.circuits),
        ("an observable", experiment.observables),
        ("a fit", experiment.fits),
        ("a summary", experiment.summaries),
    ):
        for name, definition in definitions.items():
            if not _allowed(name, definition.span, problems, column=what in ("a parameter", "an observable")):
                continue
            if name in seen:
                problems.add(NameTwice(definition.span, name, *seen[name]))
            seen.setdefault(name, (what, definition.span))
    for circuit in experiment.circuits.values():
        for name, span in _own_columns(circuit):
            if _allowed(name, span, problems, column=True) and name in seen and seen[name][0] != "a parameter":
                problems.add(NameTwice(span, name, *seen[name]))
    _check_derived(experiment, problems)


def _check_derived(experiment: Experiment, problems: Problems) -> None:
    """Note each name that an observable's own columns have: `parity_stderr`, where `parity` is an observable."""
    taken = {column: name for name, observable in experiment.observables.items() for column in _derived(observable)}
    named = [(parameter.name, parameter.span) for parameter in experiment.parameters.values()]
    named += [(observable.name, observable.span) for observable in experiment.observables.values()]
    named += [(fit.name, fit.span) for fit in experiment.fits.values()]
    named += [(summary.name, summary.span) for summary in experiment.summaries.values()]
    named += [own for circuit in experiment.circuits.values() for own in _own_columns(circuit)]
    for name, span in named:
        if name in taken:
            problems.add(ReservedName(span, name, f"a column of the observable `{taken[name]}`"))


def _derived(observable: Observable) -> tuple[str, ...]:
    """The columns of an observable beside the one of its own name."""
    values = (f"{observable.name}_fidelity", f"{observable.name}_purity") if isinstance(observable.kind, Tomography) else ()
    return tuple(f"{name}{end}" for name in (observable.name, *values) for end in ("", "_stderr", "_ideal"))[1:]


def _observable_columns(observable: Observable) -> set[str]:
    return {observable.name, *_derived(observable)}


def _own_columns(circuit: Circuit) -> list[tuple[str, Span]]:
    """The axes and the parameters of a circuit, which are columns of the tables, each with its place."""
    own = [(axis.name, axis.span) for axis in (circuit.sweep.axes if circuit.sweep else ())]
    return own + [(name, span) for name, _, span in circuit.parameters]


def _allowed(name: str, span: Span, problems: Problems, *, column: bool = False) -> bool:
    """Whether a name that expressions use may stand (True), the problem noted where it may not."""
    if not _IDENTIFIER.fullmatch(name):
        problems.add(NotAName(span, name, "the sign `_`"))
    elif name in WORDS:
        problems.add(ReservedName(span, name, "a word of the language"))
    elif column and name in COLUMNS:
        problems.add(ReservedName(span, name, "a column of the tables"))
    else:
        return True
    return False


def _check_circuit(circuit: Circuit, experiment: Experiment, problems: Problems) -> None:
    for name, _, span in circuit.parameters:
        if name in experiment.parameters:
            problems.add(NameTwice(span, name, "a parameter of the file", experiment.parameters[name].span))
    view = {*experiment.parameters, *_columns(circuit)}
    columns = COLUMNS.union(*map(_columns, experiment.circuits.values()), *map(_observable_columns, experiment.observables.values()))
    if circuit.inputs is None:  # a source of its own has rules of its own
        _check_loops(circuit.statements, view, problems)
    for observable in experiment.observables.values():
        if observable.reads(circuit.name):
            _check_term_loops(observable.terms, view, problems)
    keys: dict[str, Span] = {}
    for key, _, span in circuit.measure:
        if not _IDENTIFIER.fullmatch(key):
            problems.add(NotAName(span, key, "the sign `_`"))
        elif len(circuit.measure) > 1 and key in columns:
            problems.add(ReservedName(span, key, "a column of the tables"))
        keys.setdefault(key, span)


def _columns(circuit: Circuit) -> set[str]:
    """The parameters of a circuit that are columns of the tables."""
    return {name for name, _ in _own_columns(circuit)}


def _check_loops(statements: tuple[Statement, ...], view: set[str], problems: Problems) -> None:
    for statement in statements:
        match statement:
            case For(names, _, body, name_spans):
                for name, span in zip(names, name_spans, strict=True):
                    if _allowed(name, span, problems) and (name in view or names.count(name) > 1):
                        problems.add(Shadowed(span, name))
                _check_loops(body, view | set(names), problems)
            case Repeat(_, body) | If(_, body) | Fold(_, body) | Control(_, body) | Inverse(body):
                _check_loops(body, view, problems)


def _check_term_loops(terms: tuple[PauliTerm | TermLoop, ...], view: set[str], problems: Problems) -> None:
    for term in terms:
        if isinstance(term, TermLoop):
            _check_loops((term.head,), view, problems)
            _check_term_loops(term.body, view | set(term.head.names), problems)

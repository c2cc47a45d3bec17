"""What is read off the points: observables, fits, summaries, and what is expected of them."""

from __future__ import annotations

from ionq_runner.language.grammar.types import (
    NAMES,
    NUMBER,
    OPERAND,
    Block,
    Choice,
    Either,
    Key,
    Listing,
    Named,
    OneBlockOf,
    Reference,
    Text,
)

__all__ = ["EXPECTATION", "FIT", "OBSERVABLE", "SUMMARY", "TERM"]

_LIMITED = Key("circuits", NAMES, "The circuits that it is read off; left out: all.")
_TERM_TEXT = Text("a term, such as `-1/2 * ZZ q q+1`")
_TERMS = Listing(Reference("term of a sum"), "a list of terms")
TERM = Either(
    scalar=_TERM_TEXT,
    mapping=OneBlockOf("loop of terms", (
        ("for", Block("loop of terms", (
            Key("for", Text("a loop"), "`NAME in RANGE`, `NAME in [list]`, `NAME, NAME in PAIRS`: the terms once for each.", required=True),
            Key("do", _TERMS, "The terms.", required=True)))),
    )),
)  # fmt: skip
OBSERVABLE = OneBlockOf("observable", (
    ("pauli", Block("pauli observable", (
        Key("pauli", Either(
            scalar=Text("a Pauli word"), mapping=Named(Listing(OPERAND, "a list of qubits"), "a mapping of X, Y and Z to qubits")),
            "A product of Paulis: `ZZ`, a letter for each measured qubit, or `{X: [0, 1], Z: 2}`.", required=True),
        _LIMITED))),
    ("sum", Block("sum observable", (
        Key("sum", Either(scalar=_TERM_TEXT, listing=_TERMS, mapping=Named(NUMBER, "a mapping of words to coefficients")),
            "A weighted sum of Pauli words: `{ZZ: 0.5, XX: -1/2}`, or a list of terms.", required=True),
        _LIMITED))),
    ("outcome", Block("outcome observable", (
        Key("outcome", Listing(Text("bits, or a word for them"), "a list of bits or words"),
            "The share of some outcomes: bits in quotes, `zeros`, `ones`, `ideal`, `heavy`, or a bit-string parameter.", required=True),
        _LIMITED))),
    ("match", Block("match observable", (
        Key("match", Choice(("hellinger", "tvd")), "How near all outcomes are to the noiseless ones.", required=True),
        _LIMITED))),
    ("tomography", Block("tomography observable", (
        Key("tomography", Choice(("all",)), "The state of all measured qubits, from every combination of bases.", required=True),
        _LIMITED))),
))  # fmt: skip

FIT = Block("fit", (
    Key("y", Text("an observable, or a parameter of a fit"), "What is fitted.", required=True),
    Key("x", Text("an axis"), "The axis along which it is fitted.", required=True),
    Key("model", Text("a model or a formula"),
        "`line`, `cosine`, `decay`, `exponential`, or a formula whose unknown names are the parameters.", required=True),
    Key("start", Named(NUMBER, "a mapping of parameters"), "Where the search begins; 1 where it is left out."),
    Key("fixed", Named(NUMBER, "a mapping of parameters"), "Parameters that are given and not found."),
    Key("average", NAMES, "Axes over which points are averaged first; their scatter is the error."),
))  # fmt: skip

_OVER = Key("over", NAMES, "The axes over which it is taken.", required=True)
SUMMARY = OneBlockOf("summary", (
    *((kind, Block(f"{kind} summary", (Key(kind, NUMBER, f"An expression of which the {kind} is taken.", required=True), _OVER)))
      for kind in ("sum", "mean", "min", "max")),
    ("value", Block("value summary", (
        Key("value", NUMBER, "An expression of observables, fits and summaries.", required=True),))),
))  # fmt: skip

EXPECTATION = Block("expectation", (
    Key("that", Text("an observable, a summary or a parameter of a fit"), "What must come out.", required=True),
    Key("where", Named(Listing(Text("a name, bits, a value or a range"), "values"), "a mapping of columns to values"),
        "The rows of which it is expected: by circuit, target, mitigation and axes; left out: all."),
    Key("equals", NUMBER, "It must be this, within `within` or `sigmas`."),
    Key("at_least", NUMBER, "It must be this or more."),
    Key("at_most", NUMBER, "It must be this or less."),
    Key("within", NUMBER, "By how much it may miss."),
    Key("sigmas", NUMBER, "By how many standard errors."),
), source=("equals", "at_least", "at_most"))  # fmt: skip

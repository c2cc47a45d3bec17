"""The keys of the language: the name of each, what it takes, and what it means.

This is the one source of the JSON Schema that editors use (`schema.py`) and of the reader's first check (`structure.py`).
"""

from __future__ import annotations

from ionq_runner.language.grammar.analysis import EXPECTATION, FIT, OBSERVABLE, SUMMARY, TERM
from ionq_runner.language.grammar.circuits import CIRCUIT, IONQ_CIRCUIT, OWN_GATE, PARAMETER, STATEMENT_BLOCK
from ionq_runner.language.grammar.sweeps import NOT_AXES, SWEEP, SWEEP_BLOCK
from ionq_runner.language.grammar.targets import BUDGET, MITIGATION, RUN, TARGET
from ionq_runner.language.grammar.types import (
    NAMES,
    NUMBER,
    ROWS,
    Anything,
    Block,
    Either,
    Key,
    Listing,
    Named,
    Text,
    Type,
)

__all__ = [
    "EXPERIMENT",
    "IONQ_CIRCUIT",
    "NOT_AXES",
    "TYPES",
    "VALUES_FILE",
    "VERSION",
    "WRITE_INSTEAD",
]

VERSION = 1

EXPERIMENT = Block("experiment", (
    Key("ionq_runner", Text("a version of the language"), "The version of the language: 1.", required=True),
    Key("name", Text(), "A short name; run folders are called by it.", required=True),
    Key("description", Text(), "What the experiment is for."),
    Key("metadata", Anything("mapping"), "Anything of your own; copied to the manifest."),
    Key("parameters", Named(Either(scalar=NUMBER, listing=ROWS, mapping=PARAMETER), "a mapping of parameters"),
        "Constants of the file, which `--set` can override."),
    Key("blocks", Named(OWN_GATE, "a mapping of gates"), "Gates of your own."),
    Key("sweeps", Named(SWEEP, "a mapping of sweeps"), "Sweeps that several circuits use by name."),
    Key("circuits", Named(CIRCUIT, "a mapping of circuits"), "What is run.", required=True),
    Key("targets", Named(Either(scalar=Text("a backend"), mapping=TARGET), "a mapping of targets"),
        "Where it is run; left out: this computer, without noise."),
    Key("observables", Named(OBSERVABLE, "a mapping of observables"), "What is read off each point."),
    Key("fits", Named(FIT, "a mapping of fits"), "Curves through the points."),
    Key("summaries", Named(SUMMARY, "a mapping of summaries"), "Numbers across points."),
    Key("expect", Listing(EXPECTATION, "a list of expectations"), "What must come out for the run to be believed."),
    Key("mitigation", Named(MITIGATION, "a mapping of settings"), "Named settings of error mitigation."),
    Key("repetitions", NUMBER, "How often each setting is measured."),
    Key("seed", NUMBER, "Fixes every random draw; left out: a fresh one, which the manifest records."),
    Key("budget", BUDGET, "What may be spent."),
    Key("runs", Named(RUN, "a mapping of runs"), "Selections of circuits and targets; left out: everything with everything."),
))  # fmt: skip

VALUES_FILE = Block("values file", (
    Key("protocol", Text("a path"), "The experiment file that these values are for.", required=True),
    Key("sha256", Text(), "The checksum of that file when the values were reviewed."),
    Key("set", Named(Either(scalar=NUMBER, listing=ROWS), "a mapping of parameters"),
        "New values of parameters."),
    Key("sweep", SWEEP_BLOCK, "Axes that replace those of the same names."),
    Key("runs", NAMES, "The runs to make, by name."),
    Key("targets", NAMES, "The targets to run on, by name."),
    Key("mitigation", NAMES, "The mitigation settings to use, by name."),
    Key("repetitions", NUMBER, "How often each setting is measured; a target's and a run's own number stands."),
    Key("by", Text(), "Who chose the values."),
    Key("why", Text(), "What for."),
))  # fmt: skip

# Types that contain themselves, by title.
TYPES: dict[str, Type] = {
    "statement": Either(scalar=Text("a statement"), mapping=STATEMENT_BLOCK),
    "sweep or its name": SWEEP,
    "sweep": SWEEP_BLOCK,
    "term of a sum": TERM,
}

# Words of other languages, and what this one has for them.
WRITE_INSTEAD = {
    "range": "a range `a..b`, both ends included",
    "arange": "a range `a..b step c`, both ends included",
    "logspace": "`geomspace: [start, stop, length]`",
    "include": "`only: CONDITION`, or `concat`",
    "exclude": "`only: CONDITION`",
    "zip_longest": "`zip` with lists of equal length",
    "shots": "`repetitions`, at the top of the file, in a target or in a run",
    "else": "another `if:` with the opposite condition",
    "while": "`repeat: k` or `for:`",
    "foreach": "`for:`",
    "loop": "`for:` or `repeat:`",
    "then": "`do:`",
    "body": "`do:`",
    "min": "`minimum`; in an expectation, `at_least`",
    "max": "`maximum`; in an expectation, `at_most`",
    "default": "`value`",
    "start": "`linspace: [start, stop, length]`",
    "values": "the list itself, `[0, 1, 2]`",
    "noise_model": "`noise: {model: ...}`",
    "backend": "`targets:`",
    "matrix": "`sweep:`",
    "over": "`average:` in a fit; in a summary, `sum:`, `mean:`, `min:` or `max:` in place of `value:`",
    "average": "`mean:` in a summary; `average:` belongs in a fit",
    "above": "`at_least`",
    "below": "`at_most`",
    "tolerance": "`within`",
    "guess": "`start:`",
    "initial": "`start:`",
}

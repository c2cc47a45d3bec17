"""The keys of the language: the name of each, what it takes, and what it means.

This is the one source of the JSON Schema that editors use (`schema.py`) and of the reader's first check (`structure.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ionq_runner.circuits.families import FAMILIES

__all__ = [
    "EXPERIMENT",
    "IONQ_CIRCUIT",
    "NOT_AXES",
    "TYPES",
    "VALUES_FILE",
    "VERSION",
    "WRITE_INSTEAD",
    "Anything",
    "Block",
    "Choice",
    "Either",
    "Key",
    "Listing",
    "Named",
    "OneBlockOf",
    "Reference",
    "Text",
    "Type",
]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `what` says what it holds: a text, a number, an expression, a statement; a YAML number is as good as its text."""

    what: str = "a text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a few."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; where a list is expected one item may stand alone."""

    item: Type
    what: str = "a list"


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping from names that the person chooses to values of one type."""

    value: Type
    what: str = "a mapping of names"


@dataclass(frozen=True, slots=True)
class Anything:
    """Any YAML; `what` is `mapping` where only a mapping makes sense."""

    what: str = "any value"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block: its name, its type, its meaning. `later` marks one that this version reads and does not run yet."""

    name: str
    type: Type
    about: str
    required: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping with known keys; `others` is the type of any further key, where the person's own names are allowed too."""

    title: str
    keys: tuple[Key, ...]
    others: Type | None = None
    source: tuple[str, ...] = ()  # of these keys, exactly one must be there

    def key(self, name: str) -> Key | None:
        """The key of a name."""
        return next((key for key in self.keys if key.name == name), None)


@dataclass(frozen=True, slots=True)
class OneBlockOf:
    """A mapping of one of several kinds, told apart by the key that only that kind has."""

    title: str
    kinds: tuple[tuple[str, Block], ...]


@dataclass(frozen=True, slots=True)
class Either:
    """A value whose YAML form (a scalar, a list, a mapping) says which of the types it has."""

    scalar: Text | Choice | None = None
    listing: Listing | None = None
    mapping: Type | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A type that contains itself, by the title under which it stands in TYPES."""

    title: str


Type = Text | Choice | Listing | Named | Anything | Block | OneBlockOf | Either | Reference

_NUMBER = Text("a number or an expression")
_WORDS = Listing(Text("a name"), "names")
_ROWS = Listing(Either(scalar=_NUMBER, listing=Listing(_NUMBER, "a pair")), "a list of numbers or pairs")
_OPERAND = Text("a qubit, a range of qubits, or `all`")

_QUBITS = Listing(_OPERAND, "a list of qubits")

_PARAMETER = Block("parameter", (
    Key("value", Either(scalar=_NUMBER, listing=_ROWS),
        "The value: a number, an expression, a bit string in quotes, or a list.", required=True),
    Key("title", Text(), "A name for people, as a form shows it."),
    Key("unit", Text(), "The unit, such as rad or us."),
    Key("minimum", _NUMBER, "The smallest value that may be set."),
    Key("maximum", _NUMBER, "The largest value that may be set."),
    Key("choices", Listing(_NUMBER, "a list of values"), "The values that may be set."),
    Key("description", Text(), "What it means."),
))  # fmt: skip

_LIST_OF_STATEMENTS = Listing(Reference("statement"), "a list of statements")
_STATEMENT_BLOCK = OneBlockOf("statement block", (
    ("for", Block("for", (
        Key("for", Text("a loop"), "`NAME in RANGE`, `NAME in [list]`, `NAME, NAME in PAIRS`: the body once for each.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("repeat", Block("repeat", (
        Key("repeat", _NUMBER, "How many times the body is applied; 0 is none.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("if", Block("if", (
        Key("if", Text("a condition"), "A comparison, such as `k > 2`; the body is there only where it holds.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("inverse", Block("inverse", (
        Key("inverse", _LIST_OF_STATEMENTS, "Statements to undo: each gate inverted, in reverse order.", required=True),))),
    ("control", Block("control", (
        Key("control", Listing(_OPERAND, "qubits"), "The qubits that must all be 1 for the body to act.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("fold", Block("fold", (
        Key("fold", _NUMBER, "An odd number s: the body, then its inverse and itself again (s-1)/2 times.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("gate", Block("IonQ gate", (
        Key("gate", Text("IonQ's name of a gate"), "A gate in IonQ's own JSON, with IonQ's conventions.", required=True),
        Key("target", _OPERAND, "The qubit it acts on."),
        Key("targets", Listing(_OPERAND, "qubits"), "The qubits it acts on."),
        Key("control", _OPERAND, "The qubit that controls it."),
        Key("controls", Listing(_OPERAND, "qubits"), "The qubits that control it."),
        Key("rotation", _NUMBER, "The angle of a rotation, in radians."),
        Key("phase", _NUMBER, "The phase of gpi and gpi2, or the angle of zz, in turns."),
        Key("phases", Listing(_NUMBER, "two numbers"), "The two phases of ms, in turns."),
        Key("angle", _NUMBER, "The angle of ms (1/4 where left out) or zz, in turns."),
        Key("terms", Listing(Text("a Pauli word"), "Pauli words"), "Of pauliexp: Pauli words, the last letter on the first target."),
        Key("coefficients", Listing(_NUMBER, "numbers"), "Of pauliexp: a coefficient for each term."),
        Key("time", _NUMBER, "Of pauliexp: the time, from 0, in exp(-i time sum c P).")))),
))  # fmt: skip

_OWN_GATE = Block("own gate", (
    Key("parameters", _WORDS, "Names of its arguments."),
    Key("qubits", _WORDS, "Names of the qubits it acts on, in the order of its operands.", required=True),
    Key("gates", _LIST_OF_STATEMENTS, "What it does, in terms of these names.", required=True),
))  # fmt: skip

_PAIR = Listing(_NUMBER, "[start, stop, length]")
_RANDOM = Block("random axis", (
    Key("uniform", Listing(_NUMBER, "[low, high]"), "Evenly between two numbers."),
    Key("normal", Listing(_NUMBER, "[mean, deviation]"), "Normally distributed."),
    Key("integers", Listing(_NUMBER, "[first, last]"), "Whole numbers, both ends included."),
    Key("length", _NUMBER, "How many values.", required=True),
    Key("seed", _NUMBER, "A seed of its own; else the file's seed and the axis' name decide."),
), source=("uniform", "normal", "integers"))  # fmt: skip
_AXIS = Either(
    scalar=Text("a value, or a range such as 0..5"),
    listing=Listing(_NUMBER, "a list of values"),
    mapping=OneBlockOf("axis", (
        ("linspace", Block("linspace", (
            Key("linspace", _PAIR, "[start, stop, length]: evenly spaced, both ends included.", required=True),))),
        ("geomspace", Block("geomspace", (
            Key("geomspace", _PAIR, "[start, stop, length]: by equal factors, both ends included.", required=True),))),
        ("random", Block("random", (Key("random", _RANDOM, "Random values, fixed by the seed.", required=True),))),
        ("bitstrings", Block("bitstrings", (
            Key("bitstrings", _NUMBER, "All bit strings of this many bits, in order, as text.", required=True),))),
    )),
)  # fmt: skip
_SWEEPS = Either(
    scalar=Text("the name of a sweep"), listing=Listing(Reference("sweep or its name"), "a list of sweeps"), mapping=Reference("sweep")
)
_SWEEP_BLOCK = Block("sweep", (
    Key("zip", _SWEEPS, "Axes of equal length that go together, value by value."),
    Key("product", _SWEEPS, "Sweeps that multiply, the first slowest."),
    Key("concat", Listing(Reference("sweep or its name"), "a list of sweeps"), "Sweeps with the same axes, one after the other."),
    Key("only", Text("a condition"), "Keeps the points for which it holds, such as `k*s <= 8`."),
    Key("file", Text("a path"), "A CSV file whose header names the axes; they go together, line by line."),
), others=_AXIS)  # fmt: skip
_SWEEP = Either(scalar=Text("the name of a sweep"), mapping=Reference("sweep"))

_FILE = Block("file", (Key("file", Text("a path"), "A path, relative to this file, in its folder or below.", required=True),))
_IONQ_JSON = Block("IonQ circuit", (
    Key("circuit", Listing(Reference("statement"), "a list of gates"), "Its gates, as the service takes them.", required=True),
    Key("qubits", _NUMBER, "How many qubits it has."),
    Key("gateset", Choice(("qis", "native")), "Which gates it has; `qis` where it is left out."),
    Key("format", Text(), "The name of the format, `ionq.circuit.v0`."),
))  # fmt: skip
IONQ_CIRCUIT = OneBlockOf("IonQ circuit", (("file", _FILE), ("circuit", _IONQ_JSON)))
_CIRCUIT = Block("circuit", (
    Key("gates", _LIST_OF_STATEMENTS, "The circuit as a list of statements and blocks."),
    Key("qasm", Either(scalar=Text("OpenQASM"), mapping=_FILE), "The circuit in OpenQASM, as text or `{file: ...}`."),
    Key("ionq", IONQ_CIRCUIT, "The circuit in IonQ's JSON, `{qubits: 2, circuit: [...]}`, inline or `{file: ...}`."),
    Key("cirq", _FILE, "The circuit in Cirq's JSON, `{file: ...}`."),
    Key("library", Choice(FAMILIES), "A documented family of circuits, by name; its parameters are parameters of the circuit."),
    Key("python", Anything("a function"), "A function that returns a Cirq circuit.", later=True),
    Key("qubits", _NUMBER, "How many qubits it has; their numbers begin at 0."),
    Key("parameters", Named(_NUMBER, "a mapping of parameters"), "Parameters of the circuit: defaults, or computed from axes."),
    Key("measure", Either(scalar=_OPERAND, listing=_QUBITS, mapping=Named(_QUBITS)),
        "The qubits to read, under the key `m`, or a mapping of keys; left out: all of them."),
    Key("sweep", _SWEEP, "The values that its parameters take."),
    Key("gateset", Choice(("qis", "native")), "`native` for the machine's own gates, which are sent as they are."),
), source=("gates", "qasm", "ionq", "cirq", "library", "python"))  # fmt: skip

_NOISE = Block("noise", (
    Key("model", Text("the name of a noise model"), "A machine whose published noise is simulated, or `ideal`."),
    Key("one_qubit", _NUMBER, "Depolarising rate after each gate on one qubit."),
    Key("two_qubit", _NUMBER, "Depolarising rate after each gate on two qubits."),
    Key("spam", _NUMBER, "The chance that a qubit is read flipped."),
    Key("seed", _NUMBER, "A seed of the noise's own."),
))  # fmt: skip
_TARGET = Block("target", (
    Key("backend", Text("a backend"), "`local`, `simulator`, or `qpu.NAME`.", required=True),
    Key("noise", _NOISE, "The noise of a simulator."),
    Key("repetitions", _NUMBER, "How often each setting is measured on this target."),
    Key("compilation", Anything("mapping"), "How the service compiles: `opt`, `precision`.", later=True),
    Key("gateset", Choice(("qis", "native")), "`native`: compiled here to the machine's gates.", later=True),
    Key("session", Anything(), "A reserved session on the machine.", later=True),
    Key("api_version", Text(), "The version of the service's API.", later=True),
    Key("batch", Anything("mapping"), "How many circuits go in one job.", later=True),
    Key("extra", Anything("mapping"), "Passed on to the service as it is.", later=True),
))  # fmt: skip

_RUN = Block("run", (
    Key("circuits", _WORDS, "The circuits, by name; left out: all."),
    Key("targets", _WORDS, "The targets, by name; left out: all."),
    Key("mitigation", Anything(), "The mitigation settings, by name.", later=True),
    Key("repetitions", _NUMBER, "How often each setting is measured in this run."),
    Key("replicates", _NUMBER, "How many independent times each point is measured."),
    Key("order", Choice(("as_written", "random", "interleaved")), "The order in which points are run."),
    Key("sweep", _SWEEP, "Axes that replace the circuits' axes of the same names."),
    Key("after", Text("the name of a run"), "Holds this run back until another one has met what is expected of it.", later=True),
))  # fmt: skip

EXPERIMENT = Block("experiment", (
    Key("ionq_runner", Text("a version of the language"), "The version of the language: 1.", required=True),
    Key("name", Text(), "A short name; run folders are called by it.", required=True),
    Key("description", Text(), "What the experiment is for."),
    Key("metadata", Anything("mapping"), "Anything of your own; copied to the manifest."),
    Key("parameters", Named(Either(scalar=_NUMBER, listing=_ROWS, mapping=_PARAMETER), "a mapping of parameters"),
        "Constants of the file, which `--set` can override."),
    Key("blocks", Named(_OWN_GATE, "a mapping of gates"), "Gates of your own."),
    Key("sweeps", Named(_SWEEP, "a mapping of sweeps"), "Sweeps that several circuits use by name."),
    Key("circuits", Named(_CIRCUIT, "a mapping of circuits"), "What is run.", required=True),
    Key("targets", Named(Either(scalar=Text("a backend"), mapping=_TARGET), "a mapping of targets"),
        "Where it is run; left out: this computer, without noise."),
    Key("observables", Anything("mapping"), "What is read off each point.", later=True),
    Key("fits", Anything("mapping"), "Curves through the points.", later=True),
    Key("summaries", Anything("mapping"), "Numbers across points.", later=True),
    Key("expect", Anything("a list"), "What must come out for the run to be believed.", later=True),
    Key("mitigation", Anything("mapping"), "Named settings of error mitigation.", later=True),
    Key("repetitions", _NUMBER, "How often each setting is measured."),
    Key("seed", _NUMBER, "Fixes every random draw; left out: a fresh one, which the manifest records."),
    Key("budget", Anything("mapping"), "What may be spent.", later=True),
    Key("runs", Named(_RUN, "a mapping of runs"), "Selections of circuits and targets; left out: everything with everything."),
))  # fmt: skip

VALUES_FILE = Block("values file", (
    Key("protocol", Text("a path"), "The experiment file that these values are for.", required=True),
    Key("sha256", Text(), "The checksum of that file when the values were reviewed."),
    Key("set", Named(Either(scalar=_NUMBER, listing=_ROWS), "a mapping of parameters"),
        "New values of parameters."),
    Key("sweep", _SWEEP_BLOCK, "Axes that replace those of the same names."),
    Key("runs", _WORDS, "The runs to make, by name."),
    Key("targets", _WORDS, "The targets to run on, by name."),
    Key("mitigation", Anything(), "The mitigation settings to use, by name.", later=True),
    Key("repetitions", _NUMBER, "How often each setting is measured; a target's and a run's own number stands."),
    Key("by", Text(), "Who chose the values."),
    Key("why", Text(), "What for."),
))  # fmt: skip

# Types that contain themselves, by title.
TYPES: dict[str, Type] = {
    "statement": Either(scalar=Text("a statement"), mapping=_STATEMENT_BLOCK),
    "sweep or its name": _SWEEP,
    "sweep": _SWEEP_BLOCK,
}

# Words that could name an axis, and are refused as one because other languages make sweeps with them.
NOT_AXES = frozenset({"range", "arange", "logspace", "include", "exclude", "zip_longest"})

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
    "min": "`minimum`",
    "max": "`maximum`",
    "default": "`value`",
    "start": "`linspace: [start, stop, length]`",
    "values": "the list itself, `[0, 1, 2]`",
    "noise_model": "`noise: {model: ...}`",
    "backend": "`targets:`",
    "matrix": "`sweep:`",
}

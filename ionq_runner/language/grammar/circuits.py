"""Parameters, gates and circuits."""

from __future__ import annotations

from ionq_runner.circuits.families import FAMILIES
from ionq_runner.language.grammar.sweeps import SWEEP
from ionq_runner.language.grammar.types import (
    NAMES,
    NUMBER,
    OPERAND,
    QUBITS,
    ROWS,
    Anything,
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

__all__ = ["CIRCUIT", "IONQ_CIRCUIT", "OWN_GATE", "PARAMETER", "STATEMENT_BLOCK"]

PARAMETER = Block("parameter", (
    Key("value", Either(scalar=NUMBER, listing=ROWS),
        "The value: a number, an expression, a bit string in quotes, or a list.", required=True),
    Key("title", Text(), "A name for people, as a form shows it."),
    Key("unit", Text(), "The unit, such as rad or us."),
    Key("minimum", NUMBER, "The smallest value that may be set."),
    Key("maximum", NUMBER, "The largest value that may be set."),
    Key("choices", Listing(NUMBER, "a list of values"), "The values that may be set."),
    Key("description", Text(), "What it means."),
))  # fmt: skip

_LIST_OF_STATEMENTS = Listing(Reference("statement"), "a list of statements")
STATEMENT_BLOCK = OneBlockOf("statement block", (
    ("for", Block("for", (
        Key("for", Text("a loop"), "`NAME in RANGE`, `NAME in [list]`, `NAME, NAME in PAIRS`: the body once for each.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("repeat", Block("repeat", (
        Key("repeat", NUMBER, "How many times the body is applied; 0 is none.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("if", Block("if", (
        Key("if", Text("a condition"), "A comparison, such as `k > 2`; the body is there only where it holds.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("inverse", Block("inverse", (
        Key("inverse", _LIST_OF_STATEMENTS, "Statements to undo: each gate inverted, in reverse order.", required=True),))),
    ("control", Block("control", (
        Key("control", Listing(OPERAND, "a list of qubits"), "The qubits that must all be 1 for the body to act.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("fold", Block("fold", (
        Key("fold", NUMBER, "An odd number s: the body, then its inverse and itself again (s-1)/2 times.", required=True),
        Key("do", _LIST_OF_STATEMENTS, "The body.", required=True)))),
    ("gate", Block("IonQ gate", (
        Key("gate", Text("IonQ's name of a gate"), "A gate in IonQ's own JSON, with IonQ's conventions.", required=True),
        Key("target", OPERAND, "The qubit it acts on."),
        Key("targets", Listing(OPERAND, "a list of qubits"), "The qubits it acts on."),
        Key("control", OPERAND, "The qubit that controls it."),
        Key("controls", Listing(OPERAND, "a list of qubits"), "The qubits that control it."),
        Key("rotation", NUMBER, "The angle of a rotation, in radians."),
        Key("phase", NUMBER, "The phase of gpi and gpi2, or the angle of zz, in turns."),
        Key("phases", Listing(NUMBER, "two numbers"), "The two phases of ms, in turns."),
        Key("angle", NUMBER, "The angle of ms (1/4 where left out) or zz, in turns."),
        Key("terms", Listing(Text("a Pauli word"), "Pauli words"), "Of pauliexp: Pauli words, the last letter on the first target."),
        Key("coefficients", Listing(NUMBER, "numbers"), "Of pauliexp: a coefficient for each term."),
        Key("time", NUMBER, "Of pauliexp: the time, from 0, in exp(-i time sum c P).")))),
))  # fmt: skip

OWN_GATE = Block("own gate", (
    Key("parameters", NAMES, "Names of its arguments."),
    Key("qubits", NAMES, "Names of the qubits it acts on, in the order of its operands.", required=True),
    Key("gates", _LIST_OF_STATEMENTS, "What it does, in terms of these names.", required=True),
))  # fmt: skip

_FILE = Block("file", (Key("file", Text("a path"), "A path, relative to this file, in its folder or below.", required=True),))
_IONQ_JSON = Block("IonQ circuit", (
    Key("circuit", Listing(Reference("statement"), "a list of gates"), "Its gates, as the service takes them.", required=True),
    Key("qubits", NUMBER, "How many qubits it has."),
    Key("gateset", Choice(("qis", "native")), "Which gates it has; `qis` where it is left out."),
    Key("format", Text(), "The name of the format, `ionq.circuit.v0`."),
))  # fmt: skip
IONQ_CIRCUIT = OneBlockOf("IonQ circuit", (("file", _FILE), ("circuit", _IONQ_JSON)))
_FUNCTION = Block("Python function", (
    *_FILE.keys,
    Key("function", Text("the name of a function"), "The function in that file; it returns a `cirq.Circuit`.", required=True),
    Key("arguments", Named(Anything("a number, an expression, a text in quotes, or a list or mapping of them"), "a mapping of arguments"),
        "Its arguments, by name."),
))  # fmt: skip
CIRCUIT = Block("circuit", (
    Key("gates", _LIST_OF_STATEMENTS, "The circuit as a list of statements and blocks."),
    Key("qasm", Either(scalar=Text("OpenQASM"), mapping=_FILE), "The circuit in OpenQASM, as text or `{file: ...}`."),
    Key("ionq", IONQ_CIRCUIT, "The circuit in IonQ's JSON, `{qubits: 2, circuit: [...]}`, inline or `{file: ...}`."),
    Key("cirq", _FILE, "The circuit in Cirq's JSON, `{file: ...}`."),
    Key("library", Choice(FAMILIES), "A documented family of circuits, by name; its parameters are parameters of the circuit."),
    Key("python", _FUNCTION, "A function of a Python file that returns a circuit of Cirq; it runs only under `--allow-python`."),
    Key("qubits", NUMBER, "How many qubits it has; their numbers begin at 0."),
    Key("parameters", Named(NUMBER, "a mapping of parameters"), "Parameters of the circuit: defaults, or computed from axes."),
    Key("measure", Either(scalar=OPERAND, listing=QUBITS, mapping=Named(QUBITS)),
        "The qubits to read, under the key `m`, or a mapping of keys; left out: all of them."),
    Key("sweep", SWEEP, "The values that its parameters take."),
    Key("gateset", Choice(("qis", "native")), "`native` for the machine's own gates, which are sent as they are."),
), source=("gates", "qasm", "ionq", "cirq", "library", "python"))  # fmt: skip

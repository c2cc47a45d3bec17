"""Gates: known names, the right number of arguments and qubits, units, and native gates kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ionq_runner.circuits.decompose import commuting
from ionq_runner.circuits.elaborate import WrongQubitCount
from ionq_runner.circuits.shape import all_operands
from ionq_runner.circuits.statements import (
    All,
    BlockDefinition,
    Control,
    Fold,
    For,
    GateStatement,
    If,
    Inverse,
    JsonGate,
    Repeat,
    Statement,
    flat,
)
from ionq_runner.circuits.vocabulary import gate_names, word
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression, Range
from ionq_runner.expressions.tree import Name, walk
from ionq_runner.ionq.facts.gates import GATES, NOT_GATES
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.sentences import BracketAfterSpace, NoSuchStatement

__all__ = ["check_gates"]

MAX_DEPTH = 64


# Names that other programs give to gates.
_OTHER_NAMES = {
    "hadamard": "h", "paulix": "x", "pauliy": "y", "pauliz": "z", "phaseshift": "p", "sqrtx": "v", "controllednot": "cnot",
    "controlled_not": "cnot", "molmer_sorensen": "ms", "isingxx": "rxx", "isingyy": "ryy", "isingzz": "rzz", "xxphase": "rxx",
}  # fmt: skip
_NATIVE_GATES = ", ".join(name for name, fact in GATES.items() if fact.native)


class UnknownGate(Problem):
    """A statement that begins with a name that no gate has."""

    code: ClassVar[str] = "E401"
    text: ClassVar[str] = "no gate is called `{name}`"
    name: str
    blocks: tuple[str, ...]

    @property
    def hint(self) -> str:
        if self.name.lower() in _OTHER_NAMES:
            return f"it is `{_OTHER_NAMES[self.name.lower()]}` here"
        near = did_you_mean(self.name, (*gate_names(), *self.blocks))
        return near or "`ionq-runner explain gates` lists them; your own go under `blocks:`"


class WrongParameterCount(Problem):
    """A gate with too few or too many arguments."""

    code: ClassVar[str] = "E402"
    text: ClassVar[str] = "`{name}` takes {wanted}, not {given}"
    name: str
    wanted: str
    given: int
    example: str

    @property
    def hint(self) -> str:
        fraction = "; a fraction has a point, as in 0.5" if self.given == 2 and "one" in self.wanted else ""
        return f"write `{self.example}`{fraction}"


class RadiansInTurns(Problem):
    """`pi` in the argument of a native gate, whose angles are in turns."""

    code: ClassVar[str] = "E407"
    text: ClassVar[str] = "the angles of `{name}` are in turns, not in radians"
    name: str

    @property
    def hint(self) -> str:
        other = "; the rotation in radians is `rzz(pi/2)`" if self.name == "zz" else ""
        return f"a turn is 2*pi: write 1/4, not pi/2{other}"


class MixedGates(Problem):
    """A native gate among others, or another gate in a native circuit."""

    code: ClassVar[str] = "E408"
    text: ClassVar[str] = "`{name}` is {kind} gate, and {other}"
    name: str
    kind: str
    other: str

    @property
    def hint(self) -> str:
        if self.kind == "a native":
            rotation = "; the rotation in radians is `rzz(theta)`" if self.name == "zz" else ""
            return f"use gates of one sort in a circuit: this one, or {_NATIVE_GATES} throughout{rotation}"
        return f"a native circuit has only {_NATIVE_GATES}; put other gates into a circuit of their own"


class ControlledNative(Problem):
    """A native gate under `control`."""

    code: ClassVar[str] = "E409"
    text: ClassVar[str] = "the native gate `{name}` cannot be controlled"
    remedy: ClassVar[str] = "a native gate is a pulse of the machine; build the controlled one from pulses, or use other gates"
    name: str


class BlockCallsItself(Problem):
    """A block that contains itself, directly or through others."""

    code: ClassVar[str] = "E410"
    text: ClassVar[str] = "the block `{name}` contains itself"
    remedy: ClassVar[str] = "to apply something several times, write `repeat: k`; a block ends in gates that are not blocks"
    name: str


class BlocksTooDeep(Problem):
    """Blocks that use blocks that use blocks, beyond the limit."""

    code: ClassVar[str] = "E427"
    text: ClassVar[str] = "`{name}` uses other blocks more than {limit} levels deep"
    remedy: ClassVar[str] = "write the gates out where a block only passes on to another one"
    name: str
    limit: int


class AllInBlock(Problem):
    """`all` in a block, which does not know the circuit that uses it."""

    code: ClassVar[str] = "E426"
    text: ClassVar[str] = "`all` has no meaning in a block"
    remedy: ClassVar[str] = "name the block's qubits: {qubits}"
    qubits: str


class TermsDoNotCommute(Problem):
    """A `pauliexp` whose terms do not commute."""

    code: ClassVar[str] = "E423"
    text: ClassVar[str] = "the terms of this `pauliexp` do not commute"
    remedy: ClassVar[str] = "IonQ compiles such sums approximately, in a way it does not publish; write Trotter steps of your own"


def check_gates(experiment: Experiment, problems: Problems) -> None:
    """Check every statement of every circuit and block."""
    checker = _Checker(experiment.blocks, experiment.unread, problems)
    for block in experiment.blocks.values():
        checker.statements(block.body, controlled=False)
        for operand in all_operands(block.body):
            problems.add(AllInBlock(operand.span, ", ".join(block.qubits)))
    if checker.recursive():
        return
    for circuit in experiment.circuits.values():
        if circuit.inputs is not None:
            continue  # checked where it was read
        checker.statements(circuit.statements, controlled=False)
        checker.mixing(circuit)


class _Checker:
    def __init__(self, blocks: Mapping[str, BlockDefinition], unread: frozenset[str], problems: Problems) -> None:
        self.blocks, self.unread, self.problems = blocks, unread, problems

    def recursive(self) -> bool:
        """Note blocks that contain themselves, or nest too deep; True if there are any."""
        calls = {
            name: {statement.name for statement in flat(block.body) if isinstance(statement, GateStatement)} & self.blocks.keys()
            for name, block in self.blocks.items()
        }
        depth: dict[str, int] = {}
        left = dict(calls)
        while ready := [name for name, inner in left.items() if not inner - depth.keys()]:
            depth.update({name: 1 + max((depth[inner] for inner in left.pop(name)), default=0) for name in ready})
        for name in left:
            if _reaches(name, calls):
                self.problems.add(BlockCallsItself(self.blocks[name].span, name))
        too_deep = [name for name, levels in depth.items() if levels == MAX_DEPTH + 1]
        for name in too_deep:
            self.problems.add(BlocksTooDeep(self.blocks[name].span, name, MAX_DEPTH))
        return bool(left or too_deep)

    def statements(self, statements: tuple[Statement, ...], *, controlled: bool) -> None:
        for statement in statements:
            match statement:
                case GateStatement():
                    self.gate(statement, controlled)
                case JsonGate():
                    self.json_gate(statement, controlled)
                case Control(_, body):
                    self.statements(body, controlled=True)
                case For(_, _, body) | If(_, body) | Repeat(_, body) | Fold(_, body) | Inverse(body):
                    self.statements(body, controlled=controlled)

    def gate(self, statement: GateStatement, controlled: bool) -> None:
        name, span = statement.name, statement.name_span
        if (block := self.blocks.get(name)) is not None:
            self.counts(statement, block.parameters, len(block.qubits))
            if controlled:
                self.statements(block.body, controlled=True)
            return
        meaning = word(name)
        if meaning is None and name in self.unread and name not in NOT_GATES:
            return  # it may be a block with a fault
        if meaning is None:
            why = NOT_GATES.get(name)
            self.problems.add(UnknownGate(span, name, tuple(self.blocks)) if why is None else NoSuchStatement(span, name, why))
            return
        self.counts(statement, meaning.fact.parameters, meaning.qubits)
        if controlled and meaning.fact.native:
            self.problems.add(ControlledNative(span, name))
        if meaning.fact.unit == "turns":
            self.turns(name, statement.arguments)

    def json_gate(self, gate: JsonGate, controlled: bool) -> None:
        if gate.name == "pauliexp":
            if not commuting(gate.words):
                self.problems.add(TermsDoNotCommute(gate.span))
            return
        if GATES[gate.name].native:
            self.turns(gate.name, gate.angles)
            if controlled:
                self.problems.add(ControlledNative(gate.span, gate.name))

    def counts(self, statement: GateStatement, parameters: tuple[str, ...], qubits: int) -> None:
        name, given = statement.name, len(statement.arguments)
        if given != len(parameters):
            first = statement.operands[0]
            bracket = first.excerpt.text.strip() if isinstance(first, Expression) else ""
            if given == 0 and bracket.startswith("(") and bracket.endswith(")"):
                self.problems.add(BracketAfterSpace(first.span, name, bracket))
                return
            wanted = {0: "no arguments", 1: "one argument"}.get(len(parameters), f"{len(parameters)} arguments")
            operands = " ".join(str(qubit) for qubit in range(qubits))
            example = f"{name}({', '.join(parameters)}) {operands}" if parameters else f"{name} {operands}"
            self.problems.add(WrongParameterCount(statement.name_span, name, wanted, given, example))
        single = all(not isinstance(operand, All | Range) for operand in statement.operands)
        if single and qubits != 1 and len(statement.operands) != qubits:
            self.problems.add(WrongQubitCount(statement.span, name, qubits, len(statement.operands)))

    def turns(self, name: str, arguments: tuple[Expression, ...]) -> None:
        for argument in arguments:
            for node in walk(argument.root):
                if isinstance(node, Name) and node.name in ("pi", "tau"):
                    self.problems.add(RadiansInTurns(argument.excerpt.span(node.start, node.end), name))

    def mixing(self, circuit: Circuit) -> None:
        """One circuit is native or not: as `gateset` says, else as its first gate is."""
        found = list(self.leaves(circuit.statements))
        if not found:
            return
        native = circuit.native or (found[0][1] and not circuit.qis)
        others = "this circuit is to have others, by `gateset: qis`" if circuit.qis else "this circuit has others"
        for name, is_native, span in found:
            if is_native != native:
                kind, other = ("a native", others) if is_native else ("not a native", "this circuit is native")
                self.problems.add(MixedGates(span, name, kind, other))

    def leaves(self, statements: tuple[Statement, ...]) -> Iterator[tuple[str, bool, Span]]:
        """Every gate of the vocabulary that statements use, through blocks: its name, whether it is native, and its place."""
        for statement in flat(statements):
            if isinstance(statement, JsonGate):
                yield statement.name, statement.name != "pauliexp" and GATES[statement.name].native, statement.span
            elif isinstance(statement, GateStatement):
                if (block := self.blocks.get(statement.name)) is not None:
                    yield from ((statement.name, native, statement.name_span) for _, native, _ in self.leaves(block.body))
                elif (meaning := word(statement.name)) is not None:
                    yield statement.name, meaning.fact.native, statement.name_span


def _reaches(name: str, calls: Mapping[str, set[str]]) -> bool:
    """Whether a block comes back to itself."""
    seen: set[str] = set()
    waiting = set(calls[name])
    while waiting:
        inner = waiting.pop()
        seen.add(inner)
        waiting |= calls[inner] - seen
    return name in seen

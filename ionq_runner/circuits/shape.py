"""What decides the shape of a circuit: the names that choose its gates and qubits, and the number of gates they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ionq_runner.circuits.elaborate import MAX_GATES, TURNS, TooManyGates, drawn_circuit, loop_rows, of_family, operand_qubits
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
    Library,
    Operand,
    Repeat,
    Statement,
    flat,
)
from ionq_runner.circuits.vocabulary import inverse_size, word
from ionq_runner.diagnostics import ProblemFound, Span
from ionq_runner.expressions import Expression, Range, evaluate, whole
from ionq_runner.expressions.evaluation import Value, range_values

__all__ = ["all_operands", "gate_count", "names_all_qubits", "operand_names", "shape_names", "statement_names"]


def shape_names(statements: tuple[Statement, ...], blocks: Mapping[str, BlockDefinition]) -> frozenset[str]:
    """The names of which two points of one shape must have equal values; the others only turn angles."""
    return _Names(blocks, operands=True).of(statements)


class _Names:
    """The names that decide what statements make, each block of one's own looked at once.

    With `operands` they are all names but those of angles; without, those that can change the number of gates.
    """

    def __init__(self, blocks: Mapping[str, BlockDefinition], *, operands: bool) -> None:
        self.blocks, self.operands = blocks, operands
        self.known: dict[str, frozenset[str]] = {}

    def of(self, statements: tuple[Statement, ...]) -> frozenset[str]:
        return frozenset[str]().union(*map(self.one, statements))

    def one(self, statement: Statement) -> frozenset[str]:
        match statement:
            case GateStatement():
                return self.gate(statement)
            case JsonGate(_, _, targets, controls):
                return operand_names((*targets, *controls)) if self.operands else frozenset()
            case For(names, over, body):
                return (self.of(body) - set(names)) | (frozenset() if isinstance(over, str) else _loop_names(over))
            case If(condition, body) | Repeat(condition, body) | Fold(condition, body):
                return self.of(body) | condition.names
            case Control(qubits, body):
                return self.of(body) | (operand_names(qubits) if self.operands else frozenset())
            case Inverse(body):
                return self.of(body)
            case Library(family, given):
                return given if family.drawn else given & (self.of(family.body) | {family.bits})

    def gate(self, statement: GateStatement) -> frozenset[str]:
        block = self.blocks.get(statement.name)
        inside = self.block(block) if block is not None else frozenset()
        found: frozenset[str] = frozenset()
        if self.operands or (block is not None and not inside.isdisjoint(block.qubits)):
            found = operand_names(statement.operands)
        elif _takes_one_qubit(statement.name, block):
            found = operand_names(tuple(operand for operand in statement.operands if isinstance(operand, Range)))
        if block is not None:
            found |= inside - {*block.parameters, *block.qubits}  # a parameter of the file, or the axis in its place
        if block is not None and len(statement.arguments) == len(block.parameters):
            deciding = (a.names for name, a in zip(block.parameters, statement.arguments, strict=True) if name in inside)
            found = found.union(*deciding)
        return found

    def block(self, block: BlockDefinition) -> frozenset[str]:
        if block.name not in self.known:
            self.known[block.name] = self.of(block.body)
        return self.known[block.name]


def _takes_one_qubit(name: str, block: BlockDefinition | None) -> bool:
    """Whether a statement makes a gate for each of its qubits, and not one on all of them."""
    meaning = word(name)
    return len(block.qubits) == 1 if block is not None else meaning is not None and meaning.qubits == 1


def operand_names(operands: tuple[Operand, ...]) -> frozenset[str]:
    """The names that operands use."""
    return frozenset[str]().union(*(operand.names for operand in operands if not isinstance(operand, All)))


def statement_names(statements: tuple[Statement, ...], blocks: Mapping[str, BlockDefinition]) -> frozenset[str]:
    """Every name that statements and the blocks they use refer to, in angles too; a block's own names are not among them."""
    found, called = _names_and_calls(statements)
    reached: set[str] = set()
    while waiting := (called & blocks.keys()) - reached:
        name = min(waiting)
        reached.add(name)
        inside, further = _names_and_calls(blocks[name].body)
        found |= inside - {*blocks[name].parameters, *blocks[name].qubits}
        called |= further
    return found


def _names_and_calls(statements: tuple[Statement, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that statements use themselves, and the gates and blocks that they name."""
    found: frozenset[str] = frozenset()
    called: set[str] = set()
    for statement in flat(statements):
        match statement:
            case GateStatement(name, arguments, operands):
                found = found.union(operand_names(operands), *(argument.names for argument in arguments))
                called.add(name)
            case JsonGate():
                found |= operand_names((*statement.angles, *statement.targets, *statement.controls))
            case If(decider, _) | Repeat(decider, _) | Fold(decider, _):
                found |= decider.names
            case Control(qubits, _):
                found |= operand_names(qubits)
            case For(_, over, _):
                found |= _loop_names(over)
            case Library(_, given):
                found |= given
    return found, frozenset(called)


def names_all_qubits(statements: tuple[Statement, ...]) -> bool:
    """Whether an operand is `all`, or an expression uses `qubits`: whether the size of the circuit must be known."""
    return any(True for _ in all_operands(statements)) or "qubits" in statement_names(statements, {})


def all_operands(statements: tuple[Statement, ...]) -> Iterator[All]:
    """Every operand that is `all`."""
    for statement in flat(statements):
        match statement:
            case GateStatement(_, _, operands) | Control(operands, _):
                yield from (operand for operand in operands if isinstance(operand, All))


def _loop_names(over: Range | tuple[tuple[Expression, ...], ...] | str) -> frozenset[str]:
    if isinstance(over, str):
        return frozenset({over})
    return over.names if isinstance(over, Range) else operand_names(tuple(value for row in over for value in row))


def gate_count(
    statements: tuple[Statement, ...],
    qubits: int,
    values: Mapping[str, Value | Expression],
    lists: Mapping[str, tuple[tuple[float, ...], ...]],
    blocks: Mapping[str, BlockDefinition],
    constants: Mapping[str, Value],
) -> int:
    """How many gates statements make, by multiplication wherever a body does not depend on its loop.

    Raises ProblemFound at the statement with which the count passes the limit.
    """
    return _Counter(qubits, lists, blocks, constants).many(statements, values)[0]


_Count = tuple[int, int]  # how many gates statements make, and how many undo them: `iswap` is one gate, undone by four


class _Counter:
    def __init__(
        self,
        qubits: int,
        lists: Mapping[str, tuple[tuple[float, ...], ...]],
        blocks: Mapping[str, BlockDefinition],
        constants: Mapping[str, Value],
    ) -> None:
        self.qubits, self.lists, self.blocks, self.constants = qubits, lists, blocks, constants
        self.names = _Names(blocks, operands=False)
        self.counted: dict[tuple[str, tuple[Value, ...]], _Count] = {}  # of blocks, by the values that decide it
        self.uniform: dict[int, bool] = {}  # by loop: whether each of its turns makes the same number of gates
        self.turns = 0

    def many(self, statements: tuple[Statement, ...], values: Mapping[str, Value | Expression]) -> _Count:
        made = undone = 0
        for statement in statements:
            own, inverse = self.one(statement, values)
            made, undone = self.bounded(made + own, statement.span), undone + inverse
        return made, undone

    def one(self, statement: Statement, values: Mapping[str, Value | Expression]) -> _Count:
        match statement:
            case GateStatement():
                return self.gate(statement, values)
            case JsonGate():
                return 1, inverse_size(statement.name)
            case For():
                return self.loop(statement, values)
            case If(condition, body):
                return self.many(body, values) if evaluate(condition, values) else (0, 0)
            case Repeat(count, body):
                times = whole(evaluate(count, values), count.span)
                made, undone = self.many(body, values) if times > 0 else (0, 0)
                return made * times, undone * times
            case Fold(scale, body):
                pairs = max(0, whole(evaluate(scale, values), scale.span) - 1) // 2
                made, undone = self.many(body, values)
                return made + pairs * (undone + made), undone * (2 * pairs + 1)
            case Inverse(body):
                _, undone = self.many(body, values)
                return undone, undone
            case Control(_, body):
                return self.many(body, values)
            case Library():
                return self.library(statement, values)

    def library(self, circuit: Library, values: Mapping[str, Value | Expression]) -> _Count:
        try:
            own = circuit.family.values(circuit.given, self.qubits, values, circuit.span)
            if not circuit.family.drawn:
                return self.many(circuit.family.body, own)
            gates = drawn_circuit(circuit, self.qubits, own)
        except ProblemFound as found:
            raise ProblemFound(of_family(found.problem, circuit)) from None
        return len(gates), sum(inverse_size(gate.name) for gate in gates)

    def gate(self, statement: GateStatement, values: Mapping[str, Value | Expression]) -> _Count:
        block = self.blocks.get(statement.name)
        meaning = None if block is not None else word(statement.name)
        uses = sum(self.width(o, values) for o in statement.operands) if _takes_one_qubit(statement.name, block) else 1
        if meaning is not None:
            return uses, uses * inverse_size(meaning.fact.name)
        if block is None or len(block.parameters) != len(statement.arguments):
            return 0, 0
        inside = self.names.block(block)
        pairs = zip(block.parameters, statement.arguments, strict=True)
        known = {name: evaluate(argument, values) for name, argument in pairs if name in inside}
        if inside.isdisjoint(block.qubits):
            made, undone = self.block(block, known, statement.span)
            return made * uses, undone * uses
        qubits = [float(q) for operand in statement.operands for q in operand_qubits(operand, self.qubits, values)]
        if len(block.qubits) not in (1, len(qubits)):
            return 0, 0  # noted where it is elaborated
        groups = [qubits] if len(block.qubits) > 1 else [[qubit] for qubit in qubits]
        counts = [self.block(block, {**known, **dict(zip(block.qubits, group, strict=True))}, statement.span) for group in groups]
        return sum(made for made, _ in counts), sum(undone for _, undone in counts)

    def block(self, block: BlockDefinition, own: dict[str, Value], span: Span) -> _Count:
        key = block.name, tuple(own.values())
        if key not in self.counted:
            self.turn(span)
            self.counted[key] = self.many(block.body, {**self.constants, **own})
        return self.counted[key]

    def width(self, operand: Operand, values: Mapping[str, Value | Expression]) -> int:
        """How many qubits an operand names; a range beyond the circuit is refused where it is elaborated."""
        if isinstance(operand, Range):
            return min(range_values(operand, values)[2], self.qubits + 1)
        return self.qubits if isinstance(operand, All) else 1

    def loop(self, loop: For, values: Mapping[str, Value | Expression]) -> _Count:
        """A body that looks at the loop's names only in angles and operands makes the same number of gates each time."""
        length = self.length(loop, values)
        if id(loop) not in self.uniform:
            self.uniform[id(loop)] = self.names.of(loop.body).isdisjoint(loop.names)
        if self.uniform[id(loop)]:
            made, undone = self.many(loop.body, values) if length else (0, 0)
            if length > MAX_GATES and not made:
                raise ProblemFound(TooManyGates(loop.span, what=TURNS))
            return length * made, length * undone
        made = undone = 0
        for row in loop_rows(loop, values, self.lists):
            self.turn(loop.span)
            own, inverse = self.many(loop.body, {**values, **dict(zip(loop.names, row, strict=True))})
            made, undone = self.bounded(made + own, loop.span), undone + inverse
        return made, undone

    def length(self, loop: For, values: Mapping[str, Value | Expression]) -> int:
        if isinstance(loop.over, Range):
            return range_values(loop.over, values)[2]
        return len(self.lists[loop.over] if isinstance(loop.over, str) else loop.over)

    def turn(self, span: Span) -> None:
        self.turns += 1
        if self.turns > MAX_GATES:
            raise ProblemFound(TooManyGates(span, what=TURNS))

    def bounded(self, count: int, span: Span) -> int:
        if count > MAX_GATES:
            raise ProblemFound(TooManyGates(span))
        return count

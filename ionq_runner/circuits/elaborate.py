"""Statements -> a Program for one shape: loops unrolled, conditions decided, qubits numbered; angles may stay symbolic.

Whatever a loop, a condition, an operand or a repeat needs must have a value; the names that only angles use may stand for
columns of the sweep, and stay in the program as expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.circuits.collector import uncollected
from ionq_runner.circuits.families import FamilyProblem, FamilyValue
from ionq_runner.circuits.program import Gate
from ionq_runner.circuits.statements import (
    All,
    BlockDefinition,
    Control,
    Element,
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
)
from ionq_runner.circuits.vocabulary import inverse_gates, make_gate, word
from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Span
from ionq_runner.expressions import Expression, Range, bind, evaluate, whole
from ionq_runner.expressions.evaluation import MAX_WHOLE, Value, range_values, shown

__all__ = ["NoSuchElement", "QubitTwice", "Scope", "drawn_circuit", "elaborate", "loop_rows", "of_family", "operand_qubits"]

MAX_GATES = 1_000_000
TURNS = "steps of loops and blocks"
MAX_PROBLEMS = 20


class NoSuchQubit(Problem):
    """An operand beyond the qubits of the circuit."""

    code: ClassVar[str] = "E404"
    text: ClassVar[str] = "there is no qubit {qubit}; the circuit has {count}"
    qubit: int
    count: int

    @property
    def message(self) -> str:
        known = "" if self.qubit < 0 else f"; the circuit has {self.count:,}"
        return f"there is no qubit {self.qubit}{known}"

    @property
    def hint(self) -> str:
        if self.qubit < 0:
            return "qubits are numbered from 0"
        return f"its qubits are 0 to {self.count - 1}" if self.count > 1 else "its only qubit is 0"


class NoSuchElement(Problem):
    """An index beyond a register."""

    code: ClassVar[str] = "E430"
    text: ClassVar[str] = "`{name}` has no element {index}; its size is {size}"
    name: str
    index: int
    size: int

    @property
    def hint(self) -> str:
        last = f" to `{self.name}[{self.size - 1}]`" if self.size > 1 else ""
        return f"its elements are `{self.name}[0]`{last}" if self.size > 1 else f"its only element is `{self.name}[0]`"


class QubitTwice(Problem):
    """A gate whose operands name a qubit twice."""

    code: ClassVar[str] = "E405"
    text: ClassVar[str] = "qubit {qubit} stands in `{name}` twice"
    qubit: int
    name: str


class WrongQubitCount(Problem):
    """A gate on more or fewer qubits than it takes."""

    code: ClassVar[str] = "E403"
    text: ClassVar[str] = "`{name}` takes {wanted} {noun}, not {given}"
    name: str
    wanted: int
    given: int

    @property
    def noun(self) -> str:
        return "qubit" if self.wanted == 1 else "qubits"

    @property
    def message(self) -> str:
        return f"`{self.name}` takes {self.wanted} {self.noun}, not {self.given}"


class BadCount(Problem):
    """A repeat below zero, or a fold that is not an odd number."""

    code: ClassVar[str] = "E416"
    text: ClassVar[str] = "`{block}` takes {wanted}, and this is {given}"
    block: str
    wanted: str
    given: int


class ControlOnTarget(Problem):
    """A controlled body that acts on its own control."""

    code: ClassVar[str] = "E417"
    text: ClassVar[str] = "qubit {qubit} is a control of this gate and cannot be its target"
    qubit: int


class NegativeTime(Problem):
    """A `pauliexp` whose time is below zero, which IonQ refuses."""

    code: ClassVar[str] = "E429"
    text: ClassVar[str] = "the time of a `pauliexp` is at least 0, and this is {time}"
    remedy: ClassVar[str] = "turn the signs of its coefficients instead"
    time: str


class TooManyGates(Problem):
    """A circuit beyond the limit of gates, or with loops that turn more often than that."""

    code: ClassVar[str] = "E418"
    text: ClassVar[str] = "the circuit has more than {limit:,} {what}"
    limit: int = MAX_GATES
    what: str = "gates"


@dataclass(frozen=True, slots=True)
class Scope:
    """What statements can refer to: values and expressions by name, lists by name, blocks by name, and the qubits."""

    qubits: int
    values: Mapping[str, Value | Expression]
    lists: Mapping[str, tuple[tuple[float, ...], ...]]
    blocks: Mapping[str, BlockDefinition]
    constants: Mapping[str, Value]  # what a block sees besides its own names: the parameters of the file


@uncollected()
def elaborate(statements: tuple[Statement, ...], scope: Scope, problems: Problems) -> tuple[Gate, ...]:
    """The gates of a list of statements, in order. Each statement that fails is noted once and left out."""
    return tuple(_Elaborator(scope, problems).run(statements, dict(scope.values)))


def operand_qubits(operand: Operand, qubits: int, values: Mapping[str, Value | Expression]) -> list[int]:
    """The qubits that an operand names, in order. Raises ProblemFound for one that the circuit does not have."""
    if isinstance(operand, All):
        return list(range(qubits))
    if isinstance(operand, Element):
        return [_element(operand, _whole(evaluate(operand.index, values), operand.index))]
    if isinstance(operand, Range):
        start, step, length = range_values(operand, values)
        chosen = [_whole(start + step * index, operand) for index in range(min(length, qubits + 1))]
    else:
        chosen = [_whole(evaluate(operand, values), operand)]
    for qubit in chosen:
        if not 0 <= qubit < qubits:
            raise ProblemFound(NoSuchQubit(operand.span, qubit, qubits))
    return chosen


def _element(operand: Element, index: int) -> int:
    """The qubit at an index. Raises ProblemFound where there is none."""
    if not -len(operand.qubits) <= index < len(operand.qubits):
        raise ProblemFound(NoSuchElement(operand.span, operand.name, index, len(operand.qubits)))
    return operand.qubits[index]


def _whole(value: Value, place: Expression | Range) -> int:
    """`whole`, which makes a span only where it is needed: this runs for every operand of every gate."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_WHOLE else whole(value, place.span)


def loop_rows(
    loop: For, values: Mapping[str, Value | Expression], lists: Mapping[str, tuple[tuple[float, ...], ...]]
) -> Iterator[tuple[float, ...]]:
    """The values that the names of a loop take, turn by turn. Raises ProblemFound."""
    match loop.over:
        case str(name):
            yield from lists[name]
        case Range() as extent:
            start, step, length = range_values(extent, values)
            if length > MAX_GATES:
                raise ProblemFound(TooManyGates(loop.span, what=TURNS))
            for index in range(length):
                yield (float(_whole(start + step * index, extent)),)
        case rows:
            for row in rows:
                yield tuple(float(evaluate(value, values)) for value in row)


def drawn_circuit(circuit: Library, qubits: int, values: Mapping[str, Value | Expression]) -> tuple[Gate, ...]:
    """The gates of a family that is drawn at random. Raises ProblemFound where there are more than a circuit may have."""
    from ionq_runner.circuits.families.drawing import drawn_gates, fewest_gates  # most files have none

    # what cannot fit is told before it is drawn
    name, numbers = circuit.family.name, [values[parameter.name] for parameter in circuit.family.parameters]
    length, instance = (int(number) for number in numbers if isinstance(number, float))
    gates: tuple[Gate, ...] = ()
    many = fewest_gates(name, qubits, length) > MAX_GATES
    if many or len(gates := drawn_gates(name, qubits, length, instance, MAX_GATES)) > MAX_GATES:
        raise ProblemFound(TooManyGates(circuit.span))
    return gates


def of_family(problem: Problem, circuit: Library) -> Problem:
    """A problem inside a family, as one of the place that names the family."""
    match problem:
        case FamilyValue():
            return problem
        case TooManyGates(what=what):
            return TooManyGates(circuit.span, what=what)
    return FamilyProblem(circuit.span, circuit.family.name, problem.message, problem.hint)


class _Elaborator:
    """Unrolls statements; `values` is passed down, and a loop or a block extends a copy of its own."""

    def __init__(self, scope: Scope, problems: Problems) -> None:
        self.scope, self.problems = scope, problems
        self.failed: set[int] = set()
        self.gates = self.turns = 0
        self.stopped = False

    def run(self, statements: tuple[Statement, ...], values: dict[str, Value | Expression]) -> Iterator[Gate]:
        for statement in statements:
            if self.stopped:
                return
            try:
                yield from self.statement(statement, values)
            except ProblemFound as found:
                if not self.stopped and id(statement) not in self.failed:
                    self.problems.add(found.problem)
                self.failed.add(id(statement))
                self.stopped |= len(self.failed) >= MAX_PROBLEMS or isinstance(found.problem, TooManyGates)

    def statement(self, statement: Statement, values: dict[str, Value | Expression]) -> Iterator[Gate]:
        match statement:
            case GateStatement():
                yield from self.gate(statement, values)
            case JsonGate():
                yield self.json_gate(statement, values)
            case For(names, _, body):
                for row in loop_rows(statement, values, self.scope.lists):
                    self.turn(statement.span)
                    yield from self.run(body, {**values, **dict(zip(names, row, strict=True))})
            case If(condition, body):
                if evaluate(condition, values):
                    yield from self.run(body, values)
            case Repeat(count, body):
                yield from self.repeated(count, body, values)
            case Inverse(body):
                yield from self.inverted(list(self.run(body, values)), statement.span)
            case Control(_, body):
                yield from self.controlled(statement, list(self.run(body, values)), values)
            case Fold(scale, body):
                yield from self.folded(scale, list(self.run(body, values)), values)
            case Library():
                yield from self.library(statement, values)

    def make(self, span: Span, gates: int) -> None:
        """Count gates before they are made."""
        self.gates += gates
        if self.gates > MAX_GATES:
            raise ProblemFound(TooManyGates(span))

    def turn(self, span: Span) -> None:
        """Count one turn of a loop or one use of a block, which may make no gate."""
        self.turns += 1
        if self.turns > MAX_GATES:
            raise ProblemFound(TooManyGates(span, what=TURNS))

    def gate(self, statement: GateStatement, values: dict[str, Value | Expression]) -> Iterator[Gate]:
        qubits = [q for operand in statement.operands for q in operand_qubits(operand, self.scope.qubits, values)]
        block = self.scope.blocks.get(statement.name)
        meaning = None if block is not None else word(statement.name)
        if block is None and meaning is None:
            return  # an unknown gate, noted where names are checked
        wanted = len(block.qubits) if block is not None else (meaning.qubits if meaning else 0)
        if wanted != 1 and len(qubits) != wanted:
            raise ProblemFound(WrongQubitCount(statement.span, statement.name, wanted, len(qubits)))
        if len(set(qubits)) != len(qubits):
            twice = next(qubit for qubit in qubits if qubits.count(qubit) > 1)
            raise ProblemFound(QubitTwice(statement.span, twice, statement.name))
        arguments = tuple(bind(argument, values) for argument in statement.arguments)
        groups = [tuple(qubits)] if wanted != 1 else [(qubit,) for qubit in qubits]
        if meaning is not None:
            self.make(statement.span, len(groups))
        for group in groups:
            if meaning is not None:
                yield make_gate(meaning, arguments, group)
            elif block is not None:
                self.turn(statement.span)
                own = dict(zip((*block.parameters, *block.qubits), (*arguments, *map(float, group)), strict=True))
                yield from self.run(block.body, {**self.scope.constants, **own})

    def library(self, circuit: Library, values: dict[str, Value | Expression]) -> tuple[Gate, ...]:
        """The gates of a family; what is wrong inside it is said of the place that names it."""
        try:
            own = circuit.family.values(circuit.given, self.scope.qubits, values, circuit.span)
            if circuit.family.drawn:
                gates = drawn_circuit(circuit, self.scope.qubits, own)
            else:
                found = Problems()
                gates = elaborate(circuit.family.body, Scope(self.scope.qubits, own, self.scope.lists, {}, {}), found)
                for problem in found:
                    raise ProblemFound(problem)
        except ProblemFound as failed:
            raise ProblemFound(of_family(failed.problem, circuit)) from None
        self.make(circuit.span, len(gates))
        return gates

    def json_gate(self, gate: JsonGate, values: dict[str, Value | Expression]) -> Gate:
        targets = [q for operand in gate.targets for q in operand_qubits(operand, self.scope.qubits, values)]
        controls = [q for operand in gate.controls for q in operand_qubits(operand, self.scope.qubits, values)]
        everything = controls + targets
        if len(set(everything)) != len(everything):
            twice = next(qubit for qubit in everything if everything.count(qubit) > 1)
            raise ProblemFound(QubitTwice(gate.span, twice, gate.name))
        self.make(gate.span, 1)
        angles = tuple(bind(angle, values) for angle in gate.angles)
        if gate.name == "pauliexp" and isinstance(angles[0], float) and angles[0] < 0:
            raise ProblemFound(NegativeTime(gate.angles[0].span, shown(angles[0])))
        return Gate(gate.name, angles, tuple(targets), tuple(controls), gate.words)

    def repeated(self, count: Expression, body: tuple[Statement, ...], values: dict[str, Value | Expression]) -> Iterator[Gate]:
        number = whole(evaluate(count, values), count.span)
        if number < 0:
            raise ProblemFound(BadCount(count.span, "repeat", "a number from 0", number))
        if number == 0:
            return
        gates = list(self.run(body, values))
        self.make(count.span, len(gates) * (number - 1))
        for _ in range(number if gates else 0):
            yield from gates

    def inverted(self, gates: list[Gate], span: Span) -> list[Gate]:
        """The gates that undo others; a gate without an inverse of one gate is undone by more."""
        undone = [inverse for gate in reversed(gates) for inverse in inverse_gates(gate)]
        self.make(span, len(undone) - len(gates))
        return undone

    def controlled(self, block: Control, gates: list[Gate], values: dict[str, Value | Expression]) -> Iterator[Gate]:
        controls = [q for operand in block.qubits for q in operand_qubits(operand, self.scope.qubits, values)]
        if len(set(controls)) != len(controls):
            raise ProblemFound(QubitTwice(block.span, next(q for q in controls if controls.count(q) > 1), "control"))
        taken = set(controls)
        for gate in gates:
            if overlap := taken.intersection(gate.qubits):
                raise ProblemFound(ControlOnTarget(block.span, min(overlap)))
            yield Gate(gate.name, gate.angles, gate.targets, tuple(controls) + gate.controls, gate.words)

    def folded(self, scale: Expression, gates: list[Gate], values: dict[str, Value | Expression]) -> Iterator[Gate]:
        number = whole(evaluate(scale, values), scale.span)
        if number < 1 or number % 2 == 0:
            raise ProblemFound(BadCount(scale.span, "fold", "an odd number from 1", number))
        yield from gates
        pairs = (number - 1) // 2 if gates else 0
        if pairs:
            back = self.inverted(gates, scale.span)
            self.make(scale.span, pairs * len(gates) + (pairs - 1) * len(back))
            for _ in range(pairs):
                yield from back
                yield from gates

"""What each expression can see: every name defined where it is used, and numbers, conditions and bit strings in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from ionq_runner.circuits.statements import (
    All,
    Control,
    Element,
    Fold,
    For,
    GateStatement,
    If,
    Inverse,
    JsonGate,
    Operand,
    Repeat,
    Statement,
    flat,
)
from ionq_runner.circuits.vocabulary import word as gate
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions import Expression, Kind, Range, check_expression
from ionq_runner.expressions.checking import DEFINE
from ionq_runner.expressions.tree import Bits
from ionq_runner.language.experiment import Circuit, Experiment, Parameter, Reference
from ionq_runner.language.observables import Observable, Outcome, PauliTerm, TermLoop
from ionq_runner.language.reading.observables import OUTCOME_WORDS
from ionq_runner.language.sweeps import Axis, Concat, Product, Sweep, Zip

__all__ = ["check_scopes"]

Scope = Mapping[str, Kind | None]

_IDENTIFIER = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_PAULI_WORD = re.compile("[IXYZ]+")
_OUTCOME = f"write bits in quotes, one of {', '.join(OUTCOME_WORDS)}, or define a bit string of this name under `parameters:`"
_ONE_WORD = "a term has one word: write its letters together, then their qubits, as in `XX 0 1`"
_INSIDE = "it is the name of a loop, which is known only inside the loop"
_LIST = "define the list under `parameters:`, or write a range `a..b`"
_PARAMETER = "define it under `parameters:`"
_ABOVE = "define it under `parameters:`, above its use; a value is a number, an expression or a bit string in quotes"
_AXIS = "define it under `parameters:`, or as an axis above; an axis of text is `bitstrings: n`"
_SIZE = "a circuit knows it in gates, `measure:` and observables; in axes and `parameters:` too where its `qubits:` uses no axis"
_BLOCK = "a block sees the parameters of the file and its own: write it under the block's `parameters:` or `qubits:`"


class NotAList(Problem):
    """A loop over a name that is no list, or with more or fewer names than its items have values."""

    code: ClassVar[str] = "E422"
    text: ClassVar[str] = "{what}"
    what: str
    remedy_text: str = ""

    @property
    def hint(self) -> str:
        return self.remedy_text


class ListInExpression(Problem):
    """A list parameter in the middle of arithmetic."""

    code: ClassVar[str] = "E209"
    text: ClassVar[str] = "`{name}` is a list, and an expression takes one value"
    remedy: ClassVar[str] = "{instead}"
    name: str
    instead: str


class InputWithoutValue(Problem):
    """An input of a circuit that nothing gives a value."""

    code: ClassVar[str] = "E432"
    text: ClassVar[str] = "the input `{name}` {what}"
    name: str
    what: str = "has no value"

    @property
    def hint(self) -> str:
        return f"sweep it, `sweep: {{{self.name}: [0, 1]}}`, or give it a value, `parameters: {{{self.name}: 0}}`"


def check_scopes(experiment: Experiment, problems: Problems) -> None:
    """Check the names and kinds of every expression of the file."""
    checker = _Checker(experiment, problems)
    constants: dict[str, Kind | None] = {**dict.fromkeys((*experiment.unread, *_pieces(experiment))), **checker.parameters()}
    checker.define, checker.why = _PARAMETER, {}
    for target in experiment.targets.values():
        rates = (target.noise.one_qubit, target.noise.two_qubit, target.noise.spam, target.noise.seed) if target.noise else ()
        checker.numbers((target.batch, *rates), constants)
    if (budget := experiment.budget) is not None:
        checker.numbers((budget.cost_usd, budget.jobs, budget.repetitions), constants)
    checker.define = _AXIS
    for sweep in experiment.sweeps.values():
        checker.sweep(sweep, constants)
    checker.define = _PARAMETER
    checker.numbers((experiment.seed, experiment.repetitions if not experiment.circuits else None), constants)
    checker.define, checker.why = _BLOCK, {}
    for block in experiment.blocks.values():
        own = dict.fromkeys((*block.parameters, *block.qubits), Kind.NUMBER)
        checker.statements(block.body, {**constants, **own})
    axes: dict[str, Kind] = {}
    for circuit in experiment.circuits.values():
        axes |= checker.circuit(circuit, constants)
    checker.define, checker.why = DEFINE, {}
    stated = (experiment.repetitions, *(target.repetitions for target in experiment.targets.values()))
    checker.numbers(stated, {**constants, **axes})
    for run in experiment.runs.values():
        checker.define = _PARAMETER
        checker.numbers((run.replicates,), constants)
        checker.define = DEFINE
        checker.numbers((run.repetitions,), {**constants, **axes})
        checker.define = _AXIS
        if run.sweep is not None:
            checker.sweep(run.sweep, {**constants, **axes})


class _Checker:
    def __init__(self, experiment: Experiment, problems: Problems) -> None:
        self.experiment, self.problems = experiment, problems
        self.lists = {name: _width(p) for name, p in experiment.parameters.items() if isinstance(p.value, tuple)}
        self.define, self.why = DEFINE, dict[str, str]()  # where a name that is not in view belongs, and why some are not in view
        self.elsewhere = _inner_names(experiment)
        self.guess = False  # whether a name that is not in view may be an axis of a sweep that has a fault
        self.operand = False  # whether an operand is looked at

    def advice(self, name: str) -> tuple[str, str] | None:
        if self.guess:
            return None
        if self.define is _BLOCK:
            return _BLOCK if name in self.elsewhere else "", _BLOCK
        why = self.why.get(name, "")
        if not why and self.operand and gate(name) is not None:
            why = f"`{name}` is a gate: begin a new item of the list with it"
        if not why and self.operand and name.lower() == "all":
            why = "every qubit is `all`"
        return why or self.elsewhere.get(name, ""), self.define

    def parameters(self) -> dict[str, Kind | None]:
        """The parameters of the file, each checked with those above it in view."""
        scope: dict[str, Kind | None] = dict.fromkeys((*self.experiment.unread, *_pieces(self.experiment)))
        self.define = _ABOVE
        self.why = dict.fromkeys(self.experiment.parameters, "it is defined further down; a parameter can use those above it")
        for parameter in self.experiment.parameters.values():
            self.why[parameter.name] = "a parameter cannot use itself"
            if isinstance(parameter.value, Expression):
                self.number(parameter.value, scope)
            elif isinstance(parameter.value, tuple):
                self.numbers((value for row in parameter.value for value in row), scope)
            self.numbers((parameter.minimum, parameter.maximum, *parameter.choices), scope)
            if not isinstance(parameter.value, tuple):
                scope[parameter.name] = Kind.TEXT if isinstance(parameter.value, str) else Kind.NUMBER
        return scope

    def number(self, expression: Expression, scope: Scope, wanted: Kind = Kind.NUMBER) -> None:
        for name in sorted(expression.names & self.lists.keys() - scope.keys()):
            self.problems.add(ListInExpression(expression.span, name, f"loop over it with `for: x in {name}`"))
        if not expression.names & self.lists.keys() - scope.keys():
            check_expression(expression, scope, wanted, self.problems, self.advice)

    def numbers(self, expressions: Iterable[Expression | None], scope: Scope) -> None:
        for expression in expressions:
            if expression is not None:
                self.number(expression, scope)

    def circuit(self, circuit: Circuit, constants: Scope) -> dict[str, Kind]:
        """Check a circuit; its axes are returned, with their kinds."""
        self.define, self.guess = _AXIS, not circuit.axes_known
        self.why = dict.fromkeys((name for name, _, _ in circuit.parameters), "it is defined further down, or depends on an axis")
        for statement in flat(circuit.statements):
            if isinstance(statement, For):
                self.why |= dict.fromkeys(statement.names, _INSIDE)
        own = {name: Kind.TEXT if isinstance(value.root, Bits) else Kind.NUMBER for name, value, _ in circuit.parameters}
        defaults = {name: own[name] for name, value, _ in circuit.parameters if value.names <= constants.keys()}
        axes = {axis.name: axis.kind for axis in (circuit.sweep.axes if circuit.sweep is not None else ())}
        sized = circuit.qubits is not None and circuit.qubits.names <= {*constants, *defaults} - axes.keys()
        size = {"qubits": Kind.NUMBER} if sized else {}  # what no axis decides, axes and parameters can use
        if circuit.sweep is not None:
            self.sweep(circuit.sweep, {**constants, **defaults, **size})
        self.define = DEFINE
        scope: dict[str, Kind | None] = {**constants, **axes, **size}
        for name, value, _ in circuit.parameters:
            self.number(value, scope, own[name])
            scope[name] = scope.get(name) or own[name]
        self.numbers((circuit.qubits,), scope)
        scope["qubits"] = Kind.NUMBER
        if circuit.inputs is None:
            self.statements(circuit.statements, scope)
        else:
            self.inputs(circuit.inputs, scope)
        for _, operands, _ in circuit.measure:
            self.operands(operands, scope)
        for observable in self.experiment.observables.values():
            if observable.reads(circuit.name):
                self.observable(observable, circuit.name, scope)
        self.define, self.why, self.guess = DEFINE, {}, False
        return {**own, **axes}

    def observable(self, observable: Observable, circuit: str, scope: Scope) -> None:
        """Check an observable at the points of one circuit."""
        missing = observable.names - scope.keys()
        why = f"the circuit `{circuit}` has no `%s`: name those that have it, `circuits: [...]`, in the observable"
        self.why = {name: why % name for name in missing & self.elsewhere.keys()}
        self.why |= {name: DEFINE for name in missing if gate(name) is not None}
        self.why |= dict.fromkeys(_loop_names(observable.terms), _INSIDE)
        self.why |= {name: _ONE_WORD for name in missing if _PAULI_WORD.fullmatch(name)}
        if isinstance(observable.kind, Outcome):
            self.why |= {name: near for name in missing if (near := did_you_mean(name, OUTCOME_WORDS))}
            self.define = _OUTCOME
            for outcome in observable.kind.outcomes:
                if isinstance(outcome, Expression):
                    self.number(outcome, scope, Kind.TEXT)
        self.define = DEFINE
        self.terms(observable.terms, scope)

    def terms(self, terms: tuple[PauliTerm | TermLoop, ...], scope: Scope) -> None:
        for term in terms:
            if isinstance(term, PauliTerm):
                self.numbers((term.coefficient,), scope)
                self.operands(term.operands, scope)
            else:
                self.loop(term.head, scope)
                self.terms(term.body, {**scope, **dict.fromkeys(term.head.names, Kind.NUMBER)})

    def inputs(self, inputs: Iterable[Reference], scope: Scope) -> None:
        """Check that each input of a circuit has a value, and that it is a number."""
        for reference in inputs:
            if reference.name not in scope and not self.guess:
                self.problems.add(InputWithoutValue(reference.span, reference.name))
            elif scope.get(reference.name) is Kind.TEXT:
                self.problems.add(InputWithoutValue(reference.span, reference.name, "is a bit string, and an input is a number"))

    def sweep(self, sweep: Sweep, scope: Scope) -> dict[str, Kind]:
        """Check the values of axes, each with those above it in view; the axes of the sweep are returned."""
        match sweep:
            case Axis(name, spaced):
                self.numbers(spaced.expressions, scope)
                return {name: sweep.kind}
            case Product(parts, only):
                own: dict[str, Kind] = {}
                outer = self.why
                self.why = {**outer, **{axis.name: "the axis stands further down; an axis can use those above it" for axis in sweep.axes}}
                for part in parts:
                    own |= self.sweep(part, {**scope, **own})
                self.why = outer
                if only is not None:
                    self.number(only, {**scope, **own}, Kind.TRUTH)
                return own
            case Zip(parts) | Concat(parts):
                return {name: kind for part in parts for name, kind in self.sweep(part, scope).items()}

    def statements(self, statements: tuple[Statement, ...], scope: Scope) -> None:
        for statement in statements:
            match statement:
                case GateStatement(_, arguments, operands):
                    self.numbers(arguments, scope)
                    self.operands(operands, scope)
                case JsonGate():
                    self.numbers((*statement.angles, *statement.targets, *statement.controls), scope)
                case For(names, _, body):
                    self.loop(statement, scope)
                    self.statements(body, {**scope, **dict.fromkeys(names, Kind.NUMBER)})
                case If(condition, body):
                    self.number(condition, scope, Kind.TRUTH)
                    self.statements(body, scope)
                case Repeat(count, body) | Fold(count, body):
                    self.number(count, scope)
                    self.statements(body, scope)
                case Control(qubits, body):
                    self.operands(qubits, scope)
                    self.statements(body, scope)
                case Inverse(body):
                    self.statements(body, scope)

    def operands(self, operands: tuple[Operand, ...], scope: Scope) -> None:
        self.operand = True
        for operand in operands:
            if isinstance(operand, Range):
                self.numbers((operand.start, operand.stop, operand.step), scope)
            elif isinstance(operand, Element):
                self.number(operand.index, scope)
            elif not isinstance(operand, All):
                self.number(operand, scope)
        self.operand = False

    def loop(self, loop: For, scope: Scope) -> None:
        match loop.over:
            case str(name) if name in self.experiment.unread:
                pass
            case str(name) if name not in self.lists:
                what = f"`{name}` is not a list" if name in scope else f"no list parameter is called `{name}`"
                last = f"write a range, such as `0..{name}-1`" if name in scope else _LIST
                near = did_you_mean(name, self.lists) or last
                self.problems.add(NotAList(loop.over_span, what, near))
            case str(name):
                self.loop_width(loop, self.lists[name], loop.over_span)
            case Range() as extent:
                self.numbers((extent.start, extent.stop, extent.step), scope)
                self.loop_width(loop, 1, extent.span)
            case rows:
                self.numbers((value for row in rows for value in row), scope)
                for width in sorted({len(row) for row in rows}):
                    self.loop_width(loop, width, loop.over_span)

    def loop_width(self, loop: For, width: int, span: Span) -> None:
        if len(loop.names) != width:
            names = f"{len(loop.names)} name{'s' * (len(loop.names) != 1)}"
            what = f"the loop has {names}, and its items have {width} value{'s' * (width != 1)}"
            self.problems.add(NotAList(span, what, "such as `a, b in [[0, 1], [1, 2]]`"))


def _loop_names(terms: tuple[PauliTerm | TermLoop, ...]) -> Iterator[str]:
    for term in terms:
        if isinstance(term, TermLoop):
            yield from term.head.names
            yield from _loop_names(term.body)


def _pieces(experiment: Experiment) -> set[str]:
    """What expressions make of a name such as `t-rabi`, which is none: nothing more is said of its parts."""
    names = [*experiment.parameters]
    for circuit in experiment.circuits.values():
        names += [name for name, _, _ in circuit.parameters]
        names += [axis.name for axis in (circuit.sweep.axes if circuit.sweep else ())]
    return {piece for name in names if not name.isidentifier() for piece in _IDENTIFIER.findall(name)}


def _inner_names(experiment: Experiment) -> dict[str, str]:
    """Names that are defined in a place that others do not see, each with the reason."""
    found = {"qubits": _SIZE}
    for circuit in experiment.circuits.values():
        for axis in circuit.sweep.axes if circuit.sweep else ():
            seen = "only that circuit sees it, and axes below it that are not zipped with it"
            found.setdefault(axis.name, f"it is an axis of the circuit `{circuit.name}`; {seen}")
        for name, _, _ in circuit.parameters:
            found.setdefault(name, f"it is a parameter of the circuit `{circuit.name}`; those of all stand under `parameters:` at the top")
    return found


def _width(parameter: Parameter) -> int:
    return len(parameter.value[0]) if isinstance(parameter.value, tuple) and parameter.value else 1

"""A call of a gate with its modifiers -> statements: `ctrl`, `negctrl`, `inv` and `pow`, a row for each element of registers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ionq_runner.circuits.qasm.arithmetic import constant
from ionq_runner.circuits.qasm.problems import QasmArity, QasmRefused
from ionq_runner.circuits.statements import Control, Element, For, GateStatement, Inverse, Operand, Repeat, Statement
from ionq_runner.diagnostics import Excerpt, ProblemFound, Span
from ionq_runner.expressions import Expression, Range
from ionq_runner.expressions.tree import Binary, Name, Node, Number, Unary, walk

__all__ = ["Call", "Modifier", "Row", "statements_of"]

GPHASE = "gphase"
WRITTEN_OUT = 8  # elements of registers up to which their gates are written out one by one
TURN = "$turn"  # the variable of a loop over the elements of registers: no name of a text
# Gates whose powers are themselves with their first angle multiplied.
_ROTATIONS = {"rx", "ry", "rz", "p", "u1", "phase", "rxx", "ryy", "rzz", "rzx", GPHASE}
# Gates that are a phase of this many turns of pi between other gates.
_PHASES: dict[str, tuple[float, tuple[str, ...], tuple[str, ...]]] = {
    "z": (1.0, (), ()), "s": (0.5, (), ()), "sdg": (-0.5, (), ()), "t": (0.25, (), ()), "tdg": (-0.25, (), ()),
    "x": (1.0, ("h",), ("h",)), "sx": (0.5, ("h",), ("h",)), "sxdg": (-0.5, ("h",), ("h",)), "y": (1.0, ("sdg", "h"), ("h", "s")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Modifier:
    """`inv`, `pow` with its exponent, or `ctrl` and `negctrl` with how many controls they add."""

    kind: str
    count: int
    power: Expression | None
    whole: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """What an operand names: one qubit, or all of a register."""

    operands: tuple[Operand, ...]
    single: bool
    numbers: tuple[int, ...] | None = None  # the qubits, where all are known by their numbers


@dataclass(frozen=True, slots=True)
class Call:
    """A gate with its modifiers, arguments and operands. `becomes` is its name among ours."""

    name: str
    becomes: str
    arguments: tuple[Expression, ...]
    qubits: int
    modifiers: tuple[Modifier, ...]
    rows: tuple[Row, ...]
    phase: Expression | None  # that the gate has beyond ours, where phases count
    host: Operand | None  # a qubit for a phase that no operand takes
    name_span: Span
    span: Span

    @property
    def excerpt(self) -> Excerpt:
        """Its own text."""
        return Excerpt(self.span.source.text[self.span.start : self.span.end], self.span.source, self.span.start)

    @property
    def controls(self) -> int:
        """How many controls its modifiers add."""
        return sum(modifier.count for modifier in self.modifiers)


def statements_of(call: Call) -> Iterator[Statement]:
    """The statements of a call. Raises ProblemFound."""
    wanted = call.controls + call.qubits
    if len(call.rows) != wanted:
        own = f"`{call.name}` takes {_counted(wanted)}"
        raise ProblemFound(
            QasmArity(call.span, f"{own} with its controls, not {len(call.rows)}" if call.controls else f"{own}, not {len(call.rows)}")
        )
    sizes = {len(row.operands) for row in call.rows if not row.single}
    if len(sizes) > 1:
        shown = " and ".join(map(str, sorted(sizes)))
        raise ProblemFound(QasmArity(call.span, f"these registers have {shown} qubits, and go together one by one"))
    size = next(iter(sizes), 1)
    if size > WRITTEN_OUT and (elements := [_element(call, row) for row in call.rows]) and None not in elements:
        yield _loop(call, size, _one(call, tuple(element for element in elements if element is not None)))
        return
    for index in range(size):
        yield from _one(call, tuple(row.operands[0 if row.single else index] for row in call.rows))


def _element(call: Call, row: Row) -> Operand | None:
    """What an operand names at one turn of a loop over registers; None where a qubit of it is not known by its number."""
    if row.single:
        return row.operands[0]
    return None if row.numbers is None else Element(call.name, row.numbers, _expression(Name(TURN), call.span))


def _loop(call: Call, size: int, body: tuple[Statement, ...]) -> For:
    """A call on whole registers, their qubits one by one."""
    over = Range(_expression(Number(0.0), call.span), _expression(Number(size - 1.0), call.span), None, call.excerpt)
    return For((TURN,), over, body, (call.span,), call.span, call.span)


def _counted(qubits: int) -> str:
    return "no qubit" if qubits == 0 else "1 qubit" if qubits == 1 else f"{qubits} qubits"


def _one(call: Call, operands: tuple[Operand, ...]) -> tuple[Statement, ...]:
    """The call on one qubit for each of its places, from the innermost modifier outwards."""
    modifiers, left = list(call.modifiers), call.controls
    body = _bare(call, operands[left:], modifiers)
    if call.name == GPHASE:
        body, left = _phase(call, operands, modifiers, left)
    for modifier in reversed(modifiers):
        match modifier.kind:
            case "inv":
                body = (Inverse(body, modifier.span),)
            case "pow":
                body = _repeated(modifier, body)
            case _:
                own = operands[left - modifier.count : left]
                left -= modifier.count
                body = _controlled(call, modifier, own, body)
    return body


def _bare(call: Call, targets: tuple[Operand, ...], modifiers: list[Modifier]) -> tuple[Statement, ...]:
    """The gate itself, with the powers right before it that are no whole numbers; those are taken off the list."""
    factor: Node | None = None
    if call.name != GPHASE:
        while modifiers and modifiers[-1].kind == "pow" and not _is_whole(modifiers[-1]):
            power = modifiers.pop().power
            assert power is not None, "a pow has an exponent"
            factor = power.root if factor is None else Binary("*", factor, power.root)
    if factor is None:
        gates = (_gate(call, call.becomes, call.arguments, targets),) if call.becomes else ()
        return (*_global_phase(call, call.phase, targets[0] if targets else None), *gates) if call.phase is not None else gates
    return tuple(_powered(call, factor, targets))


def _powered(call: Call, factor: Node, targets: tuple[Operand, ...]) -> Iterator[Statement]:
    if call.name in _ROTATIONS and call.becomes == call.name and call.phase is None:
        yield _gate(call, call.becomes, (_times(call.arguments[0], factor), *call.arguments[1:]), targets)
    elif call.name in _PHASES and call.becomes == call.name:
        turns, before, after = _PHASES[call.name]
        angle = _expression(Binary("*", Number(turns * 3.141592653589793), factor), call.name_span)
        for name in before:
            yield _gate(call, name, (), targets)
        yield _gate(call, "p", (angle,), targets)
        for name in after:
            yield _gate(call, name, (), targets)
    else:
        reason = "a power that is no whole number is known of rotations and of x, y, z, s, t and sx"
        raise ProblemFound(QasmRefused(call.span, f"pow @ {call.name}", reason))


def _phase(call: Call, operands: tuple[Operand, ...], modifiers: list[Modifier], left: int) -> tuple[tuple[Statement, ...], int]:
    """`gphase`: a phase of its innermost control; without one it is global, and matters only inside a gate that is controlled."""
    angle = call.arguments[0]
    while modifiers and modifiers[-1].kind in ("inv", "pow"):
        modifier = modifiers.pop()
        angle = _negative(angle) if modifier.power is None else _times(angle, modifier.power.root)
    if not modifiers:
        return _global_phase(call, angle, call.host), left
    inner = modifiers.pop()
    own = operands[left - inner.count : left]
    last: tuple[Statement, ...] = (_gate(call, "p", (angle,), own[-1:]),)
    if inner.kind == "negctrl":
        flip = _gate(call, "x", (), own[-1:])
        last = (flip, *last, flip)
    return (_controlled(call, inner, own[:-1], last) if len(own) > 1 else last), left - inner.count


def _controlled(call: Call, modifier: Modifier, controls: tuple[Operand, ...], body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    block = Control(controls, body, modifier.span)
    if modifier.kind == "ctrl":
        return (block,)
    flips = tuple(_gate(call, "x", (), (control,)) for control in controls)
    return (*flips, block, *flips)


def _repeated(modifier: Modifier, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    power = modifier.power
    assert power is not None, "a pow has an exponent"
    if not _is_whole(modifier):
        reason = "the power of several gates is known for whole numbers only"
        raise ProblemFound(QasmRefused(modifier.span, "pow", reason))
    number = constant(power)
    if number is not None and number < 0:
        body, power = (Inverse(body, modifier.span),), _negative(power)
    return (Repeat(power, body, modifier.span),)


def _is_whole(modifier: Modifier) -> bool:
    assert modifier.power is not None, "a pow has an exponent"
    number = constant(modifier.power)
    return modifier.whole if number is None else number.is_integer()


def _global_phase(call: Call, angle: Expression | None, host: Operand | None) -> tuple[Statement, ...]:
    """exp(i angle) on a qubit whatever its state: where no phase counts, `host` and `angle` are None."""
    if angle is None or host is None:
        return ()
    phase, flip = _gate(call, "p", (angle,), (host,)), _gate(call, "x", (), (host,))
    return phase, flip, phase, flip


def _gate(call: Call, name: str, arguments: Sequence[Expression], targets: Sequence[Operand]) -> GateStatement:
    return GateStatement(name, tuple(arguments), tuple(targets), call.name_span, call.span)


def _times(angle: Expression, factor: Node) -> Expression:
    return _like(angle, Binary("*", factor, angle.root))


def _negative(angle: Expression) -> Expression:
    return _like(angle, Unary("-", angle.root))


def _like(angle: Expression, root: Node) -> Expression:
    return Expression(root, _names(root), angle.excerpt, angle.start, angle.end)


def _expression(root: Node, span: Span) -> Expression:
    return Expression(root, _names(root), Excerpt(span.source.text, span.source, 0), span.start, span.end)


def _names(root: Node) -> frozenset[str]:
    return frozenset(node.name for node in walk(root) if isinstance(node, Name))

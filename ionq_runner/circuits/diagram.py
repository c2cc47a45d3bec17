"""A Program as text: a wire for each qubit, gates packed to the left in columns, long circuits in blocks below each other.

    q0: ──h──●────────────────●──M      ●  a control                ┼  a wire that a line only crosses
             │                │         ⊕  what a cnot flips        M  measured at the end
    q1: ──h──┼──rz(phi)──×────┼──M      ×  what a swap exchanges    ┄  goes on in the next block
             │           │    │
    q2: ─────⊕───────────×──p(pi/2)──M

A gate on several qubits shows its arguments at the first of them. Angles are radians, as multiples of pi where they are one;
those of native gates are turns, as IonQ has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ionq_runner.circuits.program import Angle, Gate, Program
from ionq_runner.diagnostics import ProblemFound
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.expressions.tree import Binary, Bits, Call, Name, Node, Number, Unary, walk
from ionq_runner.ionq.facts.gates import GATES

__all__ = ["depth", "draw"]

MAX_QUBITS = 64
MAX_COLUMNS = 200
MAX_ARGUMENTS = 32  # characters of a gate's arguments, beyond which they are cut
MAX_NODES = 1_000  # of an expression, beyond which it is not written out

_ALIKE = ("swap", "rxx", "ryy", "rzz", "zz", "iswap")  # gates that do not tell their qubits apart


@dataclass(frozen=True, slots=True)
class _Signs:
    """The characters of a drawing."""

    wire: str
    line: str
    crossing: str
    control: str
    flipped: str
    exchanged: str
    continued: str
    cut: str


_UNICODE = _Signs("─", "│", "┼", "●", "⊕", "×", "┄", "…")
_ASCII = _Signs("-", "|", "|", "@", "(+)", "X", "~", "...")


@dataclass(slots=True)
class _Column:
    """What stands side by side: texts by row, rows that a line crosses, and rows that a line leaves downwards."""

    texts: dict[int, str] = field(default_factory=dict)
    crossed: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)

    @property
    def width(self) -> int:
        return max(map(len, self.texts.values()))

    def on_wire(self, row: int, signs: _Signs) -> str:
        return self.texts.get(row) or (signs.crossing if row in self.crossed else "")


@dataclass(slots=True)
class _Drawing:
    """The columns, how many gates they show whole and in part, and the rows whose later gates have no column."""

    columns: list[_Column] = field(default_factory=list)
    whole: int = 0
    partly: int = 0
    ended: set[int] = field(default_factory=set)


def draw(
    program: Program,
    values: Mapping[str, float | str] | None = None,
    *,
    width: int = 100,
    ascii: bool = False,  # noqa: A002  # the word that `show` has too
) -> str:
    """The circuit as text, in lines of at most `width` characters where its labels allow; without a line end at the end.

    An angle that depends on a name to which `values` gives no value stays an expression. Beyond 64 qubits or 200 columns the
    drawing ends, and a line says what is not shown.
    """
    signs = _ASCII if ascii else _UNICODE
    rows = min(program.qubits, MAX_QUBITS)
    drawing = _arranged(program.gates, rows, values or {}, signs)
    if drawing.ended:
        drawing.columns.append(_Column(dict.fromkeys(drawing.ended, signs.cut)))
    lines = _lines(drawing.columns, _ends(program, rows, plain=ascii), rows, width, signs)
    return "\n".join([*lines, *_omissions(program, drawing)])


def depth(program: Program) -> int:
    """The number of layers in which the gates can be done, those on different qubits at once; measurements do not count."""
    layer = [0] * program.qubits
    for gate in program.gates:
        reached = 1 + max(layer[qubit] for qubit in gate.qubits)
        for qubit in gate.qubits:
            layer[qubit] = reached
    return max(layer, default=0)


def _arranged(gates: Sequence[Gate], rows: int, values: Mapping[str, float | str], signs: _Signs) -> _Drawing:
    """The gates in columns, each as far left as the wires are free that it touches or crosses."""
    drawing = _Drawing()
    free = [0] * rows
    for gate in gates:
        first, last = min(gate.qubits), max(gate.qubits)
        wires = range(first, min(last + 1, rows))
        if not wires:
            continue
        place = max(free[first : wires.stop])
        if place == MAX_COLUMNS:
            free[first : wires.stop] = [MAX_COLUMNS] * len(wires)
            drawing.ended.update(qubit for qubit in gate.qubits if qubit < rows)
            continue
        free[first : wires.stop] = [place + 1] * len(wires)
        if place == len(drawing.columns):
            drawing.columns.append(_Column())
        column, texts = drawing.columns[place], _texts(gate, values, signs)
        column.texts.update((qubit, text) for qubit, text in texts.items() if qubit < rows)
        column.crossed.update(qubit for qubit in wires if qubit not in texts)
        column.joined.update(range(first, min(last, rows)))
        drawing.whole += last < rows
        drawing.partly += last >= rows
    return drawing


def _texts(gate: Gate, values: Mapping[str, float | str], signs: _Signs) -> dict[int, str]:
    """What stands on each qubit of a gate."""
    texts = dict.fromkeys(gate.controls, signs.control)
    if gate.name == "swap":
        return texts | dict.fromkeys(gate.targets, signs.exchanged)
    if gate.name == "x" and gate.controls:
        return texts | dict.fromkeys(gate.targets, signs.flipped)
    arguments = _pauli_sum(gate, values) if gate.name == "pauliexp" else _arguments(gate, values)
    if len(arguments) > MAX_ARGUMENTS:
        arguments = arguments[: MAX_ARGUMENTS - len(signs.cut)] + signs.cut
    first, *others = gate.targets
    texts[first] = f"{gate.name}({arguments})" if arguments else gate.name
    for place, qubit in enumerate(others, 1):
        texts[qubit] = gate.name if gate.name in _ALIKE else f"{gate.name}[{place}]"
    return texts


def _ends(program: Program, rows: int, *, plain: bool) -> dict[int, str]:
    """What stands at the end of each measured wire: the key if there are several, the bit of the key if it is not in order."""
    ends: dict[int, str] = {}
    for measurement in program.measurements:
        key = measurement.key if not plain else measurement.key.encode("ascii", "backslashreplace").decode()
        name = "M " + "".join(c if c.isprintable() else repr(c)[1:-1] for c in key) if len(program.measurements) > 1 else "M"
        in_order = list(measurement.qubits) == sorted(measurement.qubits)
        for bit, qubit in enumerate(measurement.qubits):
            if qubit < rows:
                ends[qubit] = name if in_order else f"{name}[{bit}]"
    return ends


def _lines(columns: Sequence[_Column], ends: Mapping[int, str], rows: int, width: int, signs: _Signs) -> Iterator[str]:
    """The drawing, line by line; blocks that continue each other are set apart by an empty line."""
    names = [f"q{row}: " for row in range(rows)]
    margin = max(map(len, names), default=0)
    blocks = list(_blocks(columns, width - margin - 2, max(map(len, ends.values()), default=0)))
    for number, block in enumerate(blocks):
        last = number == len(blocks) - 1
        if number:
            yield ""
        for row in range(rows):
            wire = "".join(_centred(column.on_wire(row, signs), column.width, signs.wire) for column in block)
            start = signs.continued if number else signs.wire
            end = signs.wire + ends.get(row, signs.wire) if last else signs.continued
            yield names[row].ljust(margin) + start + wire + end
            below = "".join(_centred(signs.line if row in column.joined else "", column.width, " ") for column in block).rstrip()
            if below:
                yield " " * (margin + 1) + below


def _blocks(columns: Sequence[_Column], width: int, end: int) -> Iterator[list[_Column]]:
    """The columns, as many side by side as fit, at least one; the measurements are the last of them, and there is always a block."""
    block: list[_Column] = []
    used = 0
    for column in columns:
        if block and used + column.width + 2 > width:
            yield block
            block, used = [], 0
        block.append(column)
        used += column.width + 2
    if block and used + end > width:
        yield block
        block = []
    yield block


def _centred(text: str, width: int, filling: str) -> str:
    left = (width - len(text)) // 2
    return filling * (left + 1) + text + filling * (width - len(text) - left + 1)


def _omissions(program: Program, drawing: _Drawing) -> Iterator[str]:
    """What the drawing leaves out, in words."""
    hidden, missing = program.qubits - MAX_QUBITS, len(program.gates) - drawing.whole - drawing.partly
    parts = [f"{_several(hidden, 'qubit')} (from q{MAX_QUBITS})"] if hidden > 0 else []
    parts += [f"{missing:,} of {_several(len(program.gates), 'gate')}"] if missing else []
    if parts:
        yield f"not shown: {' and '.join(parts)}"
    if drawing.partly:
        yield f"shown in part: {_several(drawing.partly, 'gate')} with qubits that are not shown"


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _arguments(gate: Gate, values: Mapping[str, float | str]) -> str:
    turns = GATES[gate.name].unit == "turns"
    return ",".join(_angle(angle, values, turns)[0] for angle in gate.angles)


def _pauli_sum(gate: Gate, values: Mapping[str, float | str]) -> str:
    """Time and coefficients with their words: `0.3*XX`, `t*(XX+0.5*YY)`."""
    (time, power), *coefficients = (_angle(angle, values, bool(place)) for place, angle in enumerate(gate.angles))
    terms = [_times(text, own, word) for (text, own), word in zip(coefficients, gate.words, strict=True)]
    total = "+".join(terms).replace("+-", "-")
    if time == "1":
        return total
    return f"{time if power >= _PRODUCT else f'({time})'}*{total if len(terms) == 1 and '-' not in total else f'({total})'}"


def _times(coefficient: str, power: int, word: str) -> str:
    if coefficient in ("1", "-1"):
        return coefficient.removesuffix("1") + word
    return f"{coefficient if power >= _PRODUCT else f'({coefficient})'}*{word}"


# How strongly the parts of an expression hold together, as in its grammar.
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT, "**": _POWER}


def _angle(angle: Angle, values: Mapping[str, float | str], turns: bool) -> tuple[str, int]:
    """An angle as text, and how strongly its parts hold together."""
    if not isinstance(angle, Expression):
        return _number(angle, turns)
    if angle.names <= values.keys():
        try:
            return _number(float(evaluate(angle, values)), turns)
        except ProblemFound:  # it has no value there, which planning has told
            pass
    if _size(angle) > MAX_NODES:
        return _ASCII.cut, _ATOM
    return _written(_simple(angle.root, dict(angle.bindings)), turns)


def _size(expression: Expression) -> int:
    """How many nodes an expression has when its bound names are written out, where each of them can double it."""
    sizes = {name: _size(bound) for name, bound in expression.bindings}
    return sum(sizes.get(node.name, 1) if isinstance(node, Name) else 1 for node in walk(expression.root))


def _number(value: float, turns: bool) -> tuple[str, int]:
    """Four digits, or a multiple of pi."""
    if not turns and (multiple := _multiple_of_pi(value)):
        return multiple, _PRODUCT if "/" in multiple or "*" in multiple else _SIGN if value < 0 else _ATOM
    text = f"{value:.4g}"
    if value == round(value) and abs(value) < 1e6:  # whole ones in full while they are short
        text = str(round(value))
    return text, _SIGN if text.startswith("-") else _ATOM


def _multiple_of_pi(value: float) -> str:
    """`3*pi/4` for a fraction of pi with a small denominator or a power of two as one; else nothing."""
    ratio = abs(value) / 3.141592653589793
    for denominator in (*range(1, 33), 48, 64, 96, 128, 256, 512, 1024, 2048, 4096):
        numerator = round(ratio * denominator)
        if 0 < numerator < 100 and abs(ratio * denominator - numerator) < 1e-12 * numerator:
            text = "pi" if numerator == 1 else f"{numerator}*pi"
            return ("-" if value < 0 else "") + text + (f"/{denominator}" if denominator > 1 else "")
    return ""


def _simple(node: Node, bindings: Mapping[str, Expression]) -> Node:
    """The node with bound names written out, without signs and factors that loops and inverses leave: `1*phi`, `-(-phi)`."""
    match node:
        case Name(name) if name in bindings:
            return _simple(bindings[name].root, dict(bindings[name].bindings))
        case Unary("-", operand):
            return _negated(_simple(operand, bindings))
        case Unary("+", operand):
            return _simple(operand, bindings)
        case Binary(operator, left, right):
            return _simple_binary(operator, _simple(left, bindings), _simple(right, bindings))
        case Call(function, arguments):
            return Call(function, tuple(_simple(argument, bindings) for argument in arguments))
    return node


def _negated(node: Node) -> Node:
    match node:
        case Unary("-", operand):
            return operand
        case Number(value):
            return Number(-value)
        case Binary("*" | "/" as operator, left, right):
            return Binary(operator, _negated(left), right)
    return Unary("-", node)


def _simple_binary(operator: str, left: Node, right: Node) -> Node:
    match operator, left, right:
        case ("*", Number(0), _) | ("*", _, Number(0)) | ("/", Number(0), _):
            return Number(0.0)
        case ("*" | "/", other, Number(1)) | ("+" | "-", other, Number(0)) | ("*", Number(1), other) | ("+", Number(0), other):
            return other
        case ("*" | "/", other, Number(-1)) | ("*", Number(-1), other) | ("-", Number(0), other):
            return _negated(other)
        case "+", _, Unary("-", other):
            return Binary("-", left, other)
        case "+" | "-", _, Number(value) if value < 0:
            return Binary("-" if operator == "+" else "+", left, Number(-value))
        case "-", _, Unary("-", other):
            return Binary("+", left, other)
    return Binary(operator, left, right)


def _written(node: Node, turns: bool) -> tuple[str, int]:
    """A node as text, and how strongly its parts hold together."""
    match node:
        case Number(value):
            return _number(value, turns)
        case Bits(value):
            return f'"{value}"', _ATOM
        case Name(name):
            return name, _ATOM
        case Unary(_, operand):
            return f"-{_inside(operand, _SIGN, turns)}", _SIGN
        case Binary("**", left, right):
            return f"{_inside(left, _ATOM, turns)}**{_inside(right, _SIGN, turns)}", _POWER
        case Binary(operator, left, right):
            strength = _STRENGTH[operator]
            return f"{_inside(left, strength, turns)}{operator}{_inside(right, strength + 1, turns)}", strength
        case Call(function, arguments):
            return f"{function}({','.join(_written(argument, turns)[0] for argument in arguments)})", _ATOM


def _inside(node: Node, least: int, turns: bool) -> str:
    text, strength = _written(node, turns)
    return text if strength >= least else f"({text})"

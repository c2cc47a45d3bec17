"""The gate vocabulary: one row per gate, each with its exact matrix.

A one-qubit gate is written by four angles (theta, phi, lambda, gamma) in radians, affine in its parameters:

    exp(i gamma) [[cos(theta/2),              -exp(i lambda) sin(theta/2)],
                  [exp(i phi) sin(theta/2),    exp(i (phi + lambda)) cos(theta/2)]]

A gate on several qubits is written as a sequence of other gates that equals it exactly, global phase included, so that it
keeps its meaning under `control`. Its qubits are q0, q1, ..., and q0 is the first letter of a ket.
Sources: IonQ's documentation of its gates and native gates (https://docs.ionq.com), the standard gate libraries of
OpenQASM 2 (arXiv:1707.03429) and OpenQASM 3 (arXiv:2104.14722).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ALIASES", "CONTROLLED", "GATES", "NOT_GATES", "GateFact"]

_RADIANS: Literal["radians"] = "radians"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFact:
    """What is known of one gate."""

    name: str
    qubits: int = 1
    parameters: tuple[str, ...] = ()
    unit: Literal["radians", "turns"] = _RADIANS
    euler: tuple[str, str, str, str] | None = None  # theta, phi, lambda, gamma of a one-qubit gate
    definition: tuple[str, ...] = ()  # statements over q0, q1, ... that equal the gate
    inverse: str = ""  # a statement without operands; empty where only the definition, reversed, gives one
    taken: bool = False  # IonQ's service takes it by this name, or by `wire`
    native: bool = False  # a pulse of the machine
    wire: str = ""  # IonQ's own name where it differs
    about: str
    matrix: str  # as documentation prints it


def _turn(name: str, theta: str, phi: str, lam: str, gamma: str, *, inverse: str, about: str, matrix: str, taken: bool = True) -> GateFact:
    """A one-qubit gate without parameters."""
    return GateFact(name=name, euler=(theta, phi, lam, gamma), inverse=inverse, about=about, matrix=matrix, taken=taken)


_ROWS = (
    _turn("x", "pi", "0", "pi", "0", inverse="x", about="bit flip, also called `not`", matrix="[[0, 1], [1, 0]]"),
    _turn("y", "pi", "pi/2", "pi/2", "0", inverse="y", about="bit and phase flip", matrix="[[0, -i], [i, 0]]"),
    _turn("z", "0", "0", "pi", "0", inverse="z", about="phase flip", matrix="[[1, 0], [0, -1]]"),
    _turn("h", "pi/2", "0", "pi", "0", inverse="h", about="Hadamard", matrix="[[1, 1], [1, -1]]/sqrt(2)"),
    _turn("s", "0", "0", "pi/2", "0", inverse="si", about="quarter turn about Z, square root of z", matrix="[[1, 0], [0, i]]"),
    _turn("si", "0", "0", "-pi/2", "0", inverse="s", about="inverse of s, also called `sdg`", matrix="[[1, 0], [0, -i]]"),
    _turn("t", "0", "0", "pi/4", "0", inverse="ti", about="eighth turn about Z, square root of s", matrix="[[1, 0], [0, exp(i pi/4)]]"),
    _turn("ti", "0", "0", "-pi/4", "0", inverse="t", about="inverse of t, also called `tdg`", matrix="[[1, 0], [0, exp(-i pi/4)]]"),
    _turn("v", "pi/2", "-pi/2", "pi/2", "pi/4", inverse="vi", about="square root of x, also called `sx`",
          matrix="[[1+i, 1-i], [1-i, 1+i]]/2"),
    _turn("vi", "pi/2", "pi/2", "-pi/2", "-pi/4", inverse="v", about="inverse of v, also called `sxdg`",
          matrix="[[1-i, 1+i], [1+i, 1-i]]/2"),
    GateFact(name="rx", parameters=("theta",), euler=("theta", "-pi/2", "pi/2", "0"), inverse="rx(-theta)", taken=True,
             about="rotation about X, exp(-i theta X/2)", matrix="[[cos, -i sin], [-i sin, cos]] of theta/2"),
    GateFact(name="ry", parameters=("theta",), euler=("theta", "0", "0", "0"), inverse="ry(-theta)", taken=True,
             about="rotation about Y, exp(-i theta Y/2)", matrix="[[cos, -sin], [sin, cos]] of theta/2"),
    GateFact(name="rz", parameters=("theta",), euler=("0", "0", "theta", "-theta/2"), inverse="rz(-theta)", taken=True,
             about="rotation about Z, exp(-i theta Z/2)", matrix="[[exp(-i theta/2), 0], [0, exp(i theta/2)]]"),
    GateFact(name="p", parameters=("theta",), euler=("0", "0", "theta", "0"), inverse="p(-theta)",
             about="phase on |1>; differs from rz by a global phase, which counts under `control`",
             matrix="[[1, 0], [0, exp(i theta)]]"),
    GateFact(name="r", parameters=("theta", "phi"), euler=("theta", "phi - pi/2", "pi/2 - phi", "0"), inverse="r(-theta, phi)",
             about="rotation about the axis at angle phi in the XY plane, also called `prx`",
             matrix="[[cos, -i exp(-i phi) sin], [-i exp(i phi) sin, cos]] of theta/2"),
    GateFact(name="u", parameters=("theta", "phi", "lam"), euler=("theta", "phi", "lam", "0"), inverse="u(-theta, -lam, -phi)",
             about="any one-qubit gate, as in OpenQASM 3, also called `u3`",
             matrix="[[cos, -exp(i lam) sin], [exp(i phi) sin, exp(i (phi + lam)) cos]] of theta/2"),
    GateFact(name="u2", parameters=("phi", "lam"), euler=("pi/2", "phi", "lam", "0"), inverse="u2(pi - lam, -phi - pi)",
             about="u with theta = pi/2", matrix="[[1, -exp(i lam)], [exp(i phi), exp(i (phi + lam))]]/sqrt(2)"),
    GateFact(name="swap", qubits=2, definition=("cnot 0 1", "cnot 1 0", "cnot 0 1"), inverse="swap", taken=True,
             about="exchanges two qubits", matrix="|a b> -> |b a>"),
    GateFact(name="rxx", qubits=2, parameters=("theta",), definition=("h 0", "h 1", "rzz(theta) 0 1", "h 0", "h 1"),
             inverse="rxx(-theta)", taken=True, wire="xx", about="exp(-i theta XX/2)", matrix="cos(theta/2) II - i sin(theta/2) XX"),
    GateFact(name="ryy", qubits=2, parameters=("theta",),
             definition=("rx(pi/2) 0", "rx(pi/2) 1", "rzz(theta) 0 1", "rx(-pi/2) 0", "rx(-pi/2) 1"),
             inverse="ryy(-theta)", taken=True, wire="yy", about="exp(-i theta YY/2)", matrix="cos(theta/2) II - i sin(theta/2) YY"),
    GateFact(name="rzz", qubits=2, parameters=("theta",), definition=("cnot 0 1", "rz(theta) 1", "cnot 0 1"),
             inverse="rzz(-theta)", taken=True, wire="zz", about="exp(-i theta ZZ/2)",
             matrix="diag(exp(-i theta/2), exp(i theta/2), exp(i theta/2), exp(-i theta/2))"),
    GateFact(name="rzx", qubits=2, parameters=("theta",), definition=("h 1", "rzz(theta) 0 1", "h 1"),
             inverse="rzx(-theta)", about="exp(-i theta ZX/2)", matrix="cos(theta/2) II - i sin(theta/2) ZX"),
    GateFact(name="iswap", qubits=2, definition=("swap 0 1", "cz 0 1", "s 0", "s 1"), about="exchanges two qubits with a phase i",
             matrix="|00> -> |00>, |01> -> i|10>, |10> -> i|01>, |11> -> |11>"),
    GateFact(name="dcx", qubits=2, definition=("cnot 0 1", "cnot 1 0"), about="cnot both ways", matrix="cnot(q1, q0) cnot(q0, q1)"),
    GateFact(name="ecr", qubits=2, definition=("rzx(pi/4) 0 1", "x 0", "rzx(-pi/4) 0 1"), inverse="ecr",
             about="echoed cross resonance", matrix="(IX - XY)/sqrt(2), letters in the order q1 q0"),
    GateFact(name="cu", qubits=2, parameters=("theta", "phi", "lam", "gamma"),
             definition=("p(gamma) 0", "cu3(theta, phi, lam) 0 1"), inverse="cu(-theta, -lam, -phi, -gamma)",
             about="controlled exp(i gamma) u(theta, phi, lam), as in OpenQASM 3", matrix="|0><0| I + |1><1| exp(i gamma) u"),
    GateFact(name="rccx", qubits=3, definition=(
                 "u2(0, pi) 2", "p(pi/4) 2", "cnot 1 2", "p(-pi/4) 2", "cnot 0 2", "p(pi/4) 2", "cnot 1 2", "p(-pi/4) 2", "u2(0, pi) 2"),
             inverse="rccx", about="ccx up to relative phases, as in qelib1",
             matrix="ccx with |101> -> -|101>, |110> -> i|111> and |111> -> -i|110>"),
    GateFact(name="gpi", parameters=("phi",), unit="turns", euler=("pi", "2*pi*phi", "pi - 2*pi*phi", "0"), inverse="gpi(phi)",
             taken=True, native=True, about="half turn about an axis in the XY plane; phi in turns",
             matrix="[[0, exp(-2 pi i phi)], [exp(2 pi i phi), 0]]"),
    GateFact(name="gpi2", parameters=("phi",), unit="turns", euler=("pi/2", "2*pi*phi - pi/2", "pi/2 - 2*pi*phi", "0"),
             inverse="gpi2(phi + 1/2)", taken=True, native=True, about="quarter turn about an axis in the XY plane; phi in turns",
             matrix="[[1, -i exp(-2 pi i phi)], [-i exp(2 pi i phi), 1]]/sqrt(2)"),
    GateFact(name="ms", qubits=2, parameters=("phi0", "phi1", "theta"), unit="turns", definition=(
                 "rz(-2*pi*phi0) 0", "rz(-2*pi*phi1) 1", "rxx(2*pi*theta) 0 1", "rz(2*pi*phi0) 0", "rz(2*pi*phi1) 1"),
             inverse="ms(phi0 + 1/2, phi1, theta)", taken=True, native=True,
             about="Moelmer-Soerensen gate of the Aria family; phases and theta in turns, theta = 1/4 entangles fully",
             matrix="cos(pi theta) II - i sin(pi theta) gpi(phi0) gpi(phi1)"),
    GateFact(name="zz", qubits=2, parameters=("theta",), unit="turns", definition=("rzz(2*pi*theta) 0 1",), inverse="zz(-theta)",
             taken=True, native=True, about="entangling gate of the Forte family; theta in turns, 1/4 entangles fully",
             matrix="exp(-i pi theta ZZ)"),
)  # fmt: skip

GATES: dict[str, GateFact] = {row.name: row for row in _ROWS}

ALIASES = {
    "not": "x", "sdg": "si", "tdg": "ti", "sx": "v", "sxdg": "vi", "u1": "p", "phase": "p", "u3": "u", "U": "u", "prx": "r",
}  # fmt: skip

# Other names of a gate under controls: the gate, and how many controls come before its own qubits.
CONTROLLED = {
    "cnot": ("x", 1), "cx": ("x", 1), "CX": ("x", 1), "cy": ("y", 1), "cz": ("z", 1), "ch": ("h", 1),
    "cs": ("s", 1), "csdg": ("si", 1), "csx": ("v", 1), "cp": ("p", 1), "cphase": ("p", 1), "cu1": ("p", 1),
    "crx": ("rx", 1), "cry": ("ry", 1), "crz": ("rz", 1), "cu3": ("u", 1), "cswap": ("swap", 1), "fredkin": ("swap", 1),
    "ccx": ("x", 2), "toffoli": ("x", 2), "ccz": ("z", 2), "c3x": ("x", 3), "c4x": ("x", 4), "c3sqrtx": ("v", 3),
}  # fmt: skip

# Words that look like gates and are none here: why, and what to do.
NOT_GATES = {
    "measure": "IonQ measures every qubit at the end; name the qubits to keep under `measure:`",
    "reset": "IonQ's circuits start in |0> and have no reset in the middle",
    "barrier": "IonQ's compiler knows no barrier; leave it out, or use native gates, which are not reordered",
    "delay": "IonQ has no timed idling; leave it out",
    "id": "IonQ has no idle gate; leave it out",
    "nop": "IonQ has no idle gate; leave it out",
    "xx": "as a rotation in radians it is `rxx(theta)`",
    "yy": "as a rotation in radians it is `ryy(theta)`",
}

"""The gates that OpenQASM has built in, and those of its two libraries, in our vocabulary.

Sources: `qelib1.inc` of OpenQASM 2 (arXiv:1707.03429) as it is in use today, `stdgates.inc` of OpenQASM 3 (arXiv:2104.14722). Of version 3
the phases count: `U`, `u2` and `u3` differ there from the gates of version 2 by a phase, which a control makes visible.
"""

from __future__ import annotations

from ionq_runner.circuits.qasm.names import GateForm
from ionq_runner.circuits.vocabulary import word

__all__ = ["LIBRARIES", "built_in", "library"]

LIBRARIES = {"qelib1.inc": 2, "stdgates.inc": 3}

_BOTH = "p x y z h s sdg t tdg sx rx ry rz u1 u2 u3 cx cy cz cp crx cry crz ch swap ccx cswap cu"
_NAMES = {
    2: f"{_BOTH} u sxdg cu1 cu3 csx rxx rzz rccx c3x c3sqrtx c4x",
    3: f"{_BOTH} CX phase cphase",
}
# Gates that the vocabulary lacks, or that have another phase there: parsed as they stand when a text includes them.
_DEFINED = {
    2: """\
gate rc3x a, b, c, d {
  u2(0, pi) d; u1(pi/4) d; cx c, d; u1(-pi/4) d; u2(0, pi) d;
  cx a, d; u1(pi/4) d; cx b, d; u1(-pi/4) d; cx a, d; u1(pi/4) d; cx b, d; u1(-pi/4) d;
  u2(0, pi) d; u1(pi/4) d; cx c, d; u1(-pi/4) d; u2(0, pi) d;
}
""",
    3: """\
gate u2(phi, lam) q { gphase(-(phi + lam + pi/2)/2); U(pi/2, phi, lam) q; }
gate u3(theta, phi, lam) q { gphase(-(phi + lam + theta)/2); U(theta, phi, lam) q; }
""",
}
_IDLE = {2: {"id": (0, 1), "u0": (1, 1)}, 3: {"id": (0, 1)}}


def built_in(version: int) -> dict[str, GateForm]:
    """Gates that need no library."""
    forms = {"U": GateForm(3, 1, "u")}
    return forms | {"CX": GateForm(0, 2, "cx")} if version == 2 else forms


def library(version: int) -> tuple[dict[str, GateForm], str]:
    """The gates of a library by name, and the definitions of those that are put together from others."""
    forms = {name: _form(name) for name in _NAMES[version].split()}
    forms |= {name: GateForm(arguments, qubits, "") for name, (arguments, qubits) in _IDLE[version].items()}
    return forms, _DEFINED[version]


def _form(name: str) -> GateForm:
    meaning = word(name)
    assert meaning is not None, f"{name} is a gate of the vocabulary"
    return GateForm(len(meaning.fact.parameters), meaning.qubits, name)

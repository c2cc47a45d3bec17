"""The gates that IonQ's machines do, as Cirq gates: GPI and GPI2 on one ion, MS (Aria) and ZZ (Forte) on two.

Every phase and angle is in turns, fractions of 2 pi, and is a number or a sympy expression over symbols. In a matrix the first
qubit is the first letter of a ket. Gates are values: they do not change, and equal parameters make equal gates.
Names, arguments and matrices are those of cirq_ionq. Other than there, two MS gates that differ in theta differ, a gate with
symbols has no matrix until they are resolved, and what is no real number is refused.
Source: IonQ's guide to its native gates, https://docs.ionq.com/guides/getting-started-with-native-gates.
"""

from __future__ import annotations

import cmath
import math
import numbers
import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import cirq
import numpy as np
import sympy

from ionq_runner.ionq import json_resolver  # importing it makes cirq.read_json know these gates
from ionq_runner.ionq.errors import InvalidArgument

__all__ = ["GPI", "GPI2", "MS", "ZZ", "GPI2Gate", "GPIGate", "MSGate", "ZZGate"]

# What a sympy expression written out by `srepr` consists of: quoted names, which stay, and names to find in sympy.
_SREPR_TOKEN = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b(?!(?:True|False|None)\b)[A-Za-z_]\w*\b(?!=)""")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class _NativeGate(cirq.Gate):
    """What the four have in common. Each of their fields is a parameter in turns.

    Raises:
        InvalidArgument: A parameter is neither a finite real number nor an expression.
    """

    _name: ClassVar[str]
    _qubits: ClassVar[int]

    def __post_init__(self) -> None:
        for name, value in self._parameters().items():
            object.__setattr__(self, name, _turns(value, f"{name} of {type(self).__name__}"))

    def _parameters(self) -> dict[str, cirq.TParamVal]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _num_qubits_(self) -> int:
        return self._qubits

    def _value_equality_values_(self) -> tuple[cirq.TParamVal, ...]:
        return tuple(self._parameters().values())

    def _is_parameterized_(self) -> bool:
        return any(cirq.is_parameterized(value) for value in self._parameters().values())

    def _parameter_names_(self) -> set[str]:
        return {name for value in self._parameters().values() for name in cirq.parameter_names(value)}

    def _resolve_parameters_(self, resolver: cirq.ParamResolver, recursive: bool) -> Self:
        return type(self)(**{name: resolver.value_of(value, recursive) for name, value in self._parameters().items()})

    def _has_unitary_(self) -> bool:
        return not self._is_parameterized_()

    def _unitary_(self) -> np.ndarray | None:
        return None if self._is_parameterized_() else self._matrix()

    def _matrix(self) -> np.ndarray:
        """The unitary, of shape (2^n, 2^n) for n qubits, where no parameter is an expression."""
        raise NotImplementedError

    def _inverse(self) -> Self:
        raise NotImplementedError

    def _symbols(self) -> tuple[str, ...]:
        """What a diagram shows on each qubit."""
        raise NotImplementedError

    def __pow__(self, power: Any) -> Self:
        """The gate itself (1) or its inverse (-1); no other power is a gate of the machine, and asking for it is a TypeError."""
        if power == 1:
            return self
        return self._inverse() if power == -1 else NotImplemented

    def _circuit_diagram_info_(self, args: cirq.CircuitDiagramInfoArgs) -> cirq.CircuitDiagramInfo:
        return cirq.CircuitDiagramInfo(wire_symbols=self._symbols())

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_written(value)}" for name, value in self._parameters().items())
        return f"ionq_runner.ionq.{type(self).__name__}({shown})"

    @classmethod
    def _json_namespace_(cls) -> str:
        return json_resolver.NAMESPACE

    def _json_dict_(self) -> dict[str, Any]:
        return self._parameters()


@cirq.value_equality(approximate=True)
@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class GPIGate(_NativeGate):
    """A half turn about an axis in the XY plane, its own inverse.

        [[0,             exp(-2 pi i phi)],
         [exp(2 pi i phi),             0]]

    GPI(0) is X and GPI(1/4) is Y. Raises InvalidArgument where `phi` is no real number.

    Attributes:
        phi: The angle of the axis from X, in turns.
    """

    _name = "GPI"
    _qubits = 1
    phi: cirq.TParamVal

    @property
    def phase(self) -> cirq.TParamVal:
        """`phi`, in turns."""
        return self.phi

    def _matrix(self) -> np.ndarray:
        phi = float(self.phi)
        return np.array([[0, _unit(-phi)], [_unit(phi), 0]])

    def _inverse(self) -> Self:
        return self

    def _symbols(self) -> tuple[str, ...]:
        return (f"GPI({self.phi})",)


@cirq.value_equality(approximate=True)
@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class GPI2Gate(_NativeGate):
    """A quarter turn about an axis in the XY plane.

        [[1,                -i exp(-2 pi i phi)],
         [-i exp(2 pi i phi),                 1]] / sqrt(2)

    GPI2(0) is rx(pi/2) and GPI2(1/4) is ry(pi/2). The inverse has the opposite axis, phi + 1/2. Raises InvalidArgument where
    `phi` is no real number.

    Attributes:
        phi: The angle of the axis from X, in turns.
    """

    _name = "GPI2"
    _qubits = 1
    phi: cirq.TParamVal

    @property
    def phase(self) -> cirq.TParamVal:
        """`phi`, in turns."""
        return self.phi

    def _matrix(self) -> np.ndarray:
        phi = float(self.phi)
        return np.array([[1, -1j * _unit(-phi)], [-1j * _unit(phi), 1]]) / math.sqrt(2)

    def _inverse(self) -> Self:
        return type(self)(phi=self.phi + 0.5)

    def _symbols(self) -> tuple[str, ...]:
        return (f"GPI2({self.phi})",)


@cirq.value_equality(approximate=True)
@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class MSGate(_NativeGate):
    """The Moelmer-Soerensen gate, which entangles two ions of the Aria family.

        cos(pi theta) II - i sin(pi theta) GPI(phi0) GPI(phi1)

    So its diagonal is cos(pi theta); the entry in row 00 and column 11 is -i sin(pi theta) exp(-2 pi i (phi0 + phi1)), the
    one in row 01 and column 10 is -i sin(pi theta) exp(-2 pi i (phi0 - phi1)), and those across have the opposite phase.
    MS(0, 0, theta) is exp(-i pi theta XX). The inverse has phi0 + 1/2 and the same theta. Raises InvalidArgument where a
    parameter is no real number.

    Attributes:
        phi0: The angle of the axis on the first qubit, in turns.
        phi1: The angle of the axis on the second qubit, in turns.
        theta: How far it entangles, in turns: 1/4 is all the way. IonQ takes 0 to 1/4; any angle has a matrix.
    """

    _name = "MS"
    _qubits = 2
    phi0: cirq.TParamVal
    phi1: cirq.TParamVal
    theta: cirq.TParamVal = 0.25

    @property
    def phases(self) -> list[cirq.TParamVal]:
        """`phi0` and `phi1`, in turns."""
        return [self.phi0, self.phi1]

    def _matrix(self) -> np.ndarray:
        angle = math.pi * float(self.theta)
        cosine, sine = math.cos(angle), -1j * math.sin(angle)
        total, difference = float(self.phi0) + float(self.phi1), float(self.phi0) - float(self.phi1)
        return np.array(
            [
                [cosine, 0, 0, sine * _unit(-total)],
                [0, cosine, sine * _unit(-difference), 0],
                [0, sine * _unit(difference), cosine, 0],
                [sine * _unit(total), 0, 0, cosine],
            ]
        )

    def _inverse(self) -> Self:
        return type(self)(phi0=self.phi0 + 0.5, phi1=self.phi1, theta=self.theta)

    def _symbols(self) -> tuple[str, ...]:
        return f"MS({self.phi0})", f"MS({self.phi1})"


@cirq.value_equality(approximate=True)
@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ZZGate(_NativeGate):
    """The gate that entangles two ions of the Forte family: exp(-i pi theta ZZ).

        diag(exp(-i pi theta), exp(i pi theta), exp(i pi theta), exp(-i pi theta))

    The inverse has -theta. Raises InvalidArgument where `theta` is no real number.

    Attributes:
        theta: How far it entangles, in turns: 1/4 is all the way.
    """

    _name = "ZZ"
    _qubits = 2
    theta: cirq.TParamVal

    @property
    def phase(self) -> cirq.TParamVal:
        """`theta`, in turns."""
        return self.theta

    def _matrix(self) -> np.ndarray:
        half = float(self.theta) / 2
        equal, different = _unit(-half), _unit(half)
        return np.diag([equal, different, different, equal])

    def _inverse(self) -> Self:
        return type(self)(theta=-self.theta)

    def _symbols(self) -> tuple[str, ...]:
        return f"ZZ({self.theta})", "ZZ"


def _unit(turns: float) -> complex:
    """exp(2 pi i turns)."""
    return cmath.exp(2j * math.pi * turns)


def _turns(value: Any, what: str) -> cirq.TParamVal:
    """A parameter as Python's own int or float, or as the expression that it is; an expression without symbols is a number."""
    if isinstance(value, sympy.Expr):
        if value.free_symbols:
            return value
        value = complex(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Complex) and value.imag == 0 and math.isfinite(value.real):
        return float(value.real)
    raise InvalidArgument(f"{what} is a real number of turns or an expression over symbols, not {value!r}")


def _written(value: cirq.TParamVal) -> str:
    """Python that gives the value, after `import sympy` if it is an expression."""
    if isinstance(value, sympy.Basic):
        return _SREPR_TOKEN.sub(lambda found: found[0] if found[0][0] in "'\"" else f"sympy.{found[0]}", sympy.srepr(value))
    return repr(value)


GPI = GPIGate(phi=0)
"""X: GPI with phase zero."""

GPI2 = GPI2Gate(phi=0)
"""rx(pi/2): GPI2 with phase zero."""

MS = MSGate(phi0=0, phi1=0)
"""exp(-i pi/4 XX): MS that entangles fully, with phases zero."""

ZZ = ZZGate(theta=0)
"""ZZ with angle zero, which does nothing: IonQ's ZZ has no angle of its own. `ZZGate(theta=0.25)` entangles fully."""

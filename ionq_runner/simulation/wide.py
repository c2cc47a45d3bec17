"""Which sweeps are wide enough for a series, and what finds it: fewer points than the sweep has, then a product of matrices for each.

Decided by a program, its noise and its executions in the whole plan, so that no job, thread or machine changes a result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.decompose import decompose
from ionq_runner.circuits.program import Program
from ionq_runner.expressions import Expression
from ionq_runner.expressions.columns import Column, evaluate_column
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation.layers import layers_for_amplitudes, layers_for_paulis
from ionq_runner.simulation.lowering import Lowered, lower
from ionq_runner.simulation.methods import Method, choose_method, read_qubits
from ionq_runner.simulation.series import Axis, Series, axes_of, node_count, nodes_of, series_from

__all__ = ["Wide", "wide_sweep"]

Reals = NDArray[np.float64]

_FEWER = 4  # times as many points as a series has nodes make it worth while
_LEAST_NODES = 3  # of an expression that matters
_FASTER = 2  # and a point of it has to cost this much less
_NUMBERS = 2**22  # that a series may have
# Nanoseconds of a point: a Pauli coefficient or an amplitude in a layer, a term of a series, and a term for each outcome.
_COEFFICIENT_NS, _AMPLITUDE_NS, _TERM_NS, _PRODUCT_NS = 3.2, 12.0, 1.0, 0.06
_GRID_NS = 250.0  # and what sorting the points of a grid by value takes
_LOOKED, _POINTS_OF_A_VALUE = 4096, 32  # a grid is what has so many of the first points for each value of an expression


@dataclass(frozen=True, slots=True)
class Wide:
    """A program whose sweep is worth a series, and the axes of it."""

    program: Program
    noise: NoiseModel
    lowered: Lowered
    axes: tuple[Axis, ...]
    place: int | None  # of an expression that has few values

    def nodes(self) -> Reals:
        """(expressions, nodes): where the program is to be simulated."""
        return nodes_of(self.axes)

    def series(self, rows: Reals) -> Series:
        """The series from the probabilities at the nodes, (nodes, outcomes)."""
        return series_from(self.lowered.expressions, self.axes, rows, self.place)

    @property
    def numbers(self) -> int:
        """How many the series holds at most."""
        return node_count(self.axes) << len(read_qubits(self.program, self.noise))

    @property
    def nanoseconds(self) -> float:
        """About what a point takes, by our figures."""
        terms = node_count(self.axes)
        if self.place is None:
            return terms * _TERM_NS + self.numbers * _PRODUCT_NS
        own = self.axes[self.place].terms
        return _GRID_NS + terms / own * _TERM_NS + self.numbers * (1 / own + 1 / _POINTS_OF_A_VALUE) * _PRODUCT_NS


def wide_sweep(program: Program, noise: NoiseModel, columns: Mapping[str, Column], points: int) -> Wide | None:
    """The program, if a series for so many points is worth while; None if not. `columns` has what the angles use at each point."""
    method = choose_method(program, noise)
    if method is Method.TRAJECTORIES or points < _FEWER * _LEAST_NODES:  # nothing of the many that are narrow is looked at
        return None
    exact = method is Method.EXACT_NOISE
    lowered = lower(decompose(program), noise) if exact else lower(program)
    if not lowered.expressions or (axes := axes_of(lowered)) is None:
        return None
    wide = Wide(program, noise, lowered, axes, _few_valued(lowered.expressions, columns, points))
    if node_count(axes) * _FEWER > points or wide.numbers > _NUMBERS:
        return None
    wires = len(lowered.qubits)
    if exact:
        direct = len(layers_for_paulis(lowered.operations, wires)) * 4**wires * _COEFFICIENT_NS
    else:
        direct = len(layers_for_amplitudes(lowered.operations, wires)) * 2**wires * _AMPLITUDE_NS
    return wide if wide.nanoseconds * _FASTER <= direct else None


def _few_valued(expressions: Sequence[Expression], columns: Mapping[str, Column], points: int) -> int | None:
    """The expression with the fewest values, as the outer one of a grid, if each has many of the first points."""
    looked = min(points, _LOOKED)
    some = {name: column[:looked] for name, column in columns.items()}
    values = [len(np.unique(evaluate_column(expression, some, looked))) for expression in expressions]
    fewest = min(range(len(values)), key=values.__getitem__)
    return fewest if values[fewest] * _POINTS_OF_A_VALUE <= looked else None

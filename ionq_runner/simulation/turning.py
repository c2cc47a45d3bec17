"""Groups of turns act on the states of a tile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.groups import Axes, Group
from ionq_runner.simulation.tiles import Tile

__all__ = ["apply_groups"]

Reals = NDArray[np.float64]


def apply_groups(groups: Sequence[Group], matrices: Callable[[int], Reals], qubits: int, axes: Axes, tile: Tile) -> None:
    """Turn the states of a tile. Matrices with fewer rows than columns shorten the axes; their groups cover all qubits in order."""
    points = tile.points
    for group in groups:
        matrix = matrices(group.key)
        later = qubits - group.start - group.width
        if later == 0:
            size, rows = matrix.shape[-2:]
            before = tile.numbers // size
            room = tile.room(before * rows)
            np.matmul(tile.state.reshape(points, before, size), matrix, out=room.reshape(points, before, rows))
        else:
            rows, size = matrix.shape[-2:]
            columns = axes.parts * axes.size**later
            before = tile.numbers // (size * columns)
            room = tile.room(before * rows * columns)
            factor = matrix if matrix.ndim == 2 else matrix[:, None]
            np.matmul(factor, tile.state.reshape(points, before, size, columns), out=room.reshape(points, before, rows, columns))
        tile.advance(room.shape[1])

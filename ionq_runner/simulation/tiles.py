"""A tile: the states of as many points as stay in the cache together, and room for their next step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tile", "Tiles", "tile_points"]

Reals = NDArray[np.float64]

_TILE_BYTES, _TILE_POINTS, _ANGLES_BYTES = 2**19, 512, 2**24


def tile_points(state_bytes: int, angles_bytes: int = 1) -> int:
    """How many points make a tile: their states stay in the second-level cache, their angles in bounds, and they share numpy's calls."""
    return max(1, min(_TILE_POINTS, _TILE_BYTES // state_bytes, _ANGLES_BYTES // angles_bytes))


class Tile:
    """The states of some points, (points, numbers), and room for the next step to write to."""

    def __init__(self, points: int, numbers: int) -> None:
        self.points, self.numbers = points, numbers
        self._front, self._back = (np.empty(points * numbers) for _ in range(2))

    @property
    def state(self) -> Reals:
        """(points, numbers), to be written in place."""
        return self._front[: self.points * self.numbers].reshape(self.points, self.numbers)

    def room(self, numbers: int) -> Reals:
        """(points, numbers) that hold nothing yet; `advance` makes them the state."""
        return self._back[: self.points * numbers].reshape(self.points, numbers)

    def advance(self, numbers: int) -> None:
        """The room becomes the state."""
        self._front, self._back, self.numbers = self._back, self._front, numbers


class Tiles:
    """Tiles that are used again, one for each number of points: an engine's full tile and its last one."""

    def __init__(self, numbers: int) -> None:
        self._numbers = numbers
        self._made: dict[int, Tile] = {}

    def of(self, points: int) -> Tile:
        """The tile for so many points, with its full length and whatever it held before."""
        tile = self._made.get(points)
        if tile is None:
            tile = self._made[points] = Tile(points, self._numbers)
        tile.numbers = self._numbers
        return tile

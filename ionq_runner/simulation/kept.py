"""What is made for the layers of a circuit: equal ones once, kept while they fit a budget, and made again for each use beyond it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

__all__ = ["Kept", "Sized"]


class Sized(Protocol):
    """Something that knows what memory it keeps."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


_T = TypeVar("_T", bound=Sized)


class Kept(Generic[_T]):
    """Item i is `make(i)`; items with the same key are the same.

    Each is made here once, kept or not, so that what making it notes elsewhere (rows of angle tables) is noted before the first use.
    """

    def __init__(self, count: int, key: Callable[[int], Hashable], make: Callable[[int], _T], budget: int) -> None:
        self._count, self._make = count, make
        self._items: dict[int, _T] = {}
        known: dict[Hashable, _T] = {}
        for index in range(count):
            own = key(index)
            if own not in known:
                made = make(index)
                budget -= made.nbytes
                if budget < 0:
                    continue
                known[own] = made
            self._items[index] = known[own]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> _T:
        found = self._items.get(index)
        return self._make(index) if found is None else found

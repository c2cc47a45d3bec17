"""Axes in the place of others: the sweep of a run, or of a values file, put over that of a circuit."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence, Set

from ionq_runner.diagnostics import ProblemFound
from ionq_runner.expressions.checking import WrongKind
from ionq_runner.language.sweeps import Axis, Concat, Product, Sweep, Zip

__all__ = ["combined", "replaced", "units"]


def replaced(sweep: Sweep, by: Sweep) -> Sweep:
    """A sweep with the axes that another one names taken from there, each in its old place; the rest of it stays.

    What belongs together in the other one (a zip, a condition, axes that use each other) stays together, where the first of them was.
    Raises ProblemFound where numbers would stand for bit strings, or bit strings for numbers.
    """
    kinds = {axis.name: axis.kind for axis in sweep.axes}
    for axis in by.axes:
        if axis.name in kinds and axis.kind is not kinds[axis.name]:
            raise ProblemFound(WrongKind(axis.span, kinds[axis.name], axis.kind))
    sweep = _opened(sweep, _names(by))
    for unit in units(by):
        if not kinds.keys().isdisjoint(_names(unit)):
            sweep = _put(sweep, _narrowed(unit, kinds.keys()))
    return sweep


def combined(first: Sweep | None, second: Sequence[Sweep]) -> Sweep | None:
    """A replacement and the units of another one after it, as one: of an axis that both name, the second's counts."""
    if first is not None:
        first = _opened(first, frozenset[str]().union(*map(_names, second)))
    more: list[Sweep] = []
    for unit in second:
        if first is None or _names(unit).isdisjoint(_names(first)):
            more.append(unit)
        else:
            first = _put(first, unit)
    parts = (*(() if first is None else (first,)), *more)
    return Product(parts, None, parts[0].span) if len(parts) > 1 else first if first is not None else next(iter(more), None)


def _names(sweep: Sweep) -> frozenset[str]:
    return frozenset(axis.name for axis in sweep.axes)


def units(by: Sweep) -> tuple[Sweep, ...]:
    """The parts of a sweep that can go to places of their own: axes, zips, and whatever hangs together by a condition or by names."""
    if isinstance(by, Product) and by.only is None and not any(part.uses & _names(by) for part in by.parts):
        return tuple(unit for part in by.parts for unit in units(part))
    return (by,)


def _opened(sweep: Sweep, names: frozenset[str]) -> Sweep:
    """A sweep in which a `concat` whose axes are all replaced is one place for each of them: its rows are gone."""
    match sweep:
        case Concat() if _names(sweep) <= names:
            return Product(sweep.axes, None, sweep.span)
        case Product(parts) | Zip(parts) | Concat(parts):
            return dataclasses.replace(sweep, parts=tuple(_opened(part, names) for part in parts))
    return sweep


def _narrowed(unit: Sweep, names: Set[str]) -> Sweep:
    """A zip without the axes that a circuit does not have."""
    if isinstance(unit, Zip):
        return dataclasses.replace(unit, parts=tuple(part for part in unit.parts if not _names(part).isdisjoint(names)))
    return unit


def _put(sweep: Sweep, unit: Sweep) -> Sweep:
    found, _ = _placed(sweep, unit, placed=False)
    assert found is not None, "the unit stands at the first of its places"
    return found


def _placed(sweep: Sweep, unit: Sweep, *, placed: bool) -> tuple[Sweep | None, bool]:
    """A sweep with its axes of a unit's names gone and the unit at the first of their places, and whether it is there already."""
    own, names = _names(sweep), _names(unit)
    if own.isdisjoint(names):
        return sweep, placed
    if own <= names:
        return (None if placed else unit), True
    assert not isinstance(sweep, Axis), "the names of one axis are apart from others or among them"
    kept: list[Sweep] = []
    after = placed
    for part in sweep.parts:
        # Every part of a `concat` is a sweep of its own: each has a first place.
        found, after = _placed(part, unit, placed=placed if isinstance(sweep, Concat) else after)
        kept += [] if found is None else [found]
    return dataclasses.replace(sweep, parts=tuple(kept)), after

"""The rows of observables, fits and summaries: which columns each has, told from the file alone.

An observable has a row for each point of its circuits. A fit takes its axis out, and those that it averages; a summary those
that it is taken over. What a formula brings together is joined on all columns that its parts have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from ionq_runner.expressions import Kind
from ionq_runner.expressions.tree import Bits
from ionq_runner.language.conclusions import Fit, Summary
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.sweeps import Axis, Concat, Product, Sweep, Zip

__all__ = ["Rows", "circles", "columns_of", "joined", "makings", "rows_of", "zipped"]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that come from one circuit, or from circuits that were joined; every row has a target and a mitigation setting too."""

    circuit: str | None  # None: several were joined, and the column is dropped
    sources: frozenset[str]  # the circuits from which they come
    columns: Mapping[str, frozenset[str]]  # axes, parameters of the circuit and `qubits`, each with the axes on which it depends
    kinds: Mapping[str, Kind]  # of the columns
    groups: tuple[frozenset[str], ...] = ()  # axes that are zipped, and so go together
    whole: bool = True  # False: a sweep has a fault, and there may be any other column

    @property
    def axes(self) -> tuple[str, ...]:
        """The columns that are axes."""
        return tuple(name for name, behind in self.columns.items() if behind == {name})

    def without(self, axes: Set[str]) -> Rows:
        """What is left when some axes are taken out: columns that depend on none of them."""
        if not axes:
            return self
        kept = {name: behind for name, behind in self.columns.items() if behind.isdisjoint(axes)}
        return replace(self, columns=kept, groups=tuple(group - axes for group in self.groups if len(group - axes) > 1))

    def together(self, axes: Iterable[str]) -> frozenset[str]:
        """Some axes, and those that are zipped with them."""
        named = frozenset(axes)
        return named.union(*(group for group in self.groups if not group.isdisjoint(named)))


def rows_of(experiment: Experiment) -> dict[str, tuple[Rows, ...]]:
    """The rows of each observable, fit and summary by name, those of different circuits apart; all parameters of a fit share them.

    What needs itself, or something that is not defined, is left out.
    """
    points = {name: _points(circuit) for name, circuit in experiment.circuits.items()}
    found: dict[str, tuple[Rows, ...]] = {}
    for observable in experiment.observables.values():
        chosen = None if observable.circuits is None else {reference.name for reference in observable.circuits}
        if rows := tuple(rows for name, rows in points.items() if chosen is None or name in chosen):
            found[observable.name] = rows
    needs = makings(experiment)
    for name in _in_order(needs):
        if all(need in found for need in needs[name]) and (made := _made(experiment.fits.get(name) or experiment.summaries[name], found)):
            found[name] = made
    return found


def columns_of(rows: Sequence[Rows]) -> tuple[str, ...]:
    """The columns of a table of some rows, as its head has them."""
    circuit = ("circuit",) if any(family.circuit is not None for family in rows) else ()
    own = dict.fromkeys(name for family in rows for name in family.columns if name != "qubits")
    return (*circuit, "target", "mitigation", *own)


def joined(parts: Sequence[Sequence[Rows]]) -> tuple[Rows, ...] | None:
    """The rows of a formula of several parts. None: they are of different circuits, and some of more than one, so no row is another's.

    Where the parts have circuits in common, each is joined with itself; where each part is of one circuit, of different ones, the
    circuit is dropped. A column that only one part has repeats the others.
    """
    families = [family for part in parts for family in part]
    named = [names for part in parts if (names := {family.circuit for family in part if family.circuit is not None})]
    if len(parts) < 2:
        return tuple(families)
    if common := [name for name in dict.fromkeys(f.circuit for f in families) if name is not None and all(name in n for n in named)]:
        of: dict[str | None, list[Rows]] = {}
        for family in families:
            of.setdefault(family.circuit, []).append(family)
        return tuple(_merged([*of[name], *of.get(None, ())], name) for name in common)
    return (_merged(families, None),) if all(len(names) == 1 for names in named) else None


def makings(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """What each fit and summary is made from: the observables, fits and summaries that it names, without parts behind a point."""
    known = {*experiment.observables, *experiment.fits, *experiment.summaries}
    found: dict[str, tuple[str, ...]] = {name: (_head(fit.y.name),) for name, fit in experiment.fits.items()}
    for name, summary in experiment.summaries.items():
        heads = ((_head(used), used) for used in sorted(summary.expression.names))
        if name in found:
            continue  # two things of one name, which is an error of its own
        found[name] = tuple(dict.fromkeys(head for head, used in heads if head in known or head != used))
    return found


def circles(experiment: Experiment) -> Iterator[tuple[str, ...]]:
    """The fits and summaries that need each other, each circle once."""
    needs = makings(experiment)
    sound = set(_in_order(needs))
    left = {name: [need for need in needs[name] if need in needs and need not in sound] for name in needs if name not in sound}
    seen: set[str] = set()
    for name in left:
        path: list[str] = []
        step = name
        while step not in seen:
            seen.add(step)
            path.append(step)
            step = left[step][0]
        if step in path:
            yield tuple(path[path.index(step) :])


def zipped(sweep: Sweep) -> Iterator[tuple[Axis, ...]]:
    """The axes that go together: one by one in a product, all at once in a zip."""
    match sweep:
        case Axis():
            yield (sweep,)
        case Zip():
            yield sweep.axes
        case Product(parts):
            for part in parts:
                yield from zipped(part)
        case Concat(parts):
            yield from zipped(parts[0])


def _points(circuit: Circuit) -> Rows:
    """The rows of an observable of a circuit: its points."""
    axes = circuit.sweep.axes if circuit.sweep is not None else ()
    columns = {axis.name: frozenset({axis.name}) for axis in axes}
    kinds = {axis.name: axis.kind for axis in axes}
    for name, value, _ in circuit.parameters:
        if name not in columns:
            columns[name] = _behind(value.names, columns)
            kinds[name] = Kind.TEXT if isinstance(value.root, Bits) else Kind.NUMBER
    columns["qubits"] = _behind(circuit.qubits.names if circuit.qubits is not None else frozenset(), columns)
    kinds["qubits"] = Kind.NUMBER
    groups = (frozenset(axis.name for axis in group) for group in (zipped(circuit.sweep) if circuit.sweep is not None else ()))
    together = tuple(group for group in groups if len(group) > 1)
    return Rows(circuit.name, frozenset({circuit.name}), columns, kinds, together, circuit.axes_known)


def _behind(names: Set[str], columns: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(chain.from_iterable(columns.get(name, ()) for name in names))


def _made(maker: Fit | Summary, found: Mapping[str, tuple[Rows, ...]]) -> tuple[Rows, ...]:
    if isinstance(maker, Fit):
        gone = {maker.x.name, *(axis.name for axis in maker.average)}
        return tuple(family.without(gone) for family in found[_head(maker.y.name)])
    heads = dict.fromkeys(_head(name) for name in sorted(maker.expression.names))
    parts = [found[head] for head in heads if head in found]
    over = [axis.name for axis in maker.over]
    return tuple(family.without(family.together(over)) for family in (joined(parts) or () if parts else ()))


def _merged(families: Sequence[Rows], circuit: str | None) -> Rows:
    columns: dict[str, frozenset[str]] = {}
    kinds: dict[str, Kind] = {}
    for family in families:
        for name, behind in family.columns.items():
            if name != "qubits" or circuit is not None:  # joined circuits may have different numbers of them
                columns[name] = columns.get(name, frozenset()) | behind
                kinds[name] = family.kinds[name]
    groups = tuple(dict.fromkeys(group for family in families for group in family.groups))
    sources = frozenset(chain.from_iterable(family.sources for family in families))
    return Rows(circuit, sources, columns, kinds, groups, all(family.whole for family in families))


def _in_order(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Each after what it needs; those in a circle, and those that need one, are left out."""
    waiting = {name: sum(need in needs for need in own) for name, own in needs.items()}
    users: dict[str, list[str]] = {}
    for name, own in needs.items():
        for need in own:
            users.setdefault(need, []).append(name)
    order = [name for name, count in waiting.items() if not count]
    for name in order:  # it grows
        for user in users.get(name, ()):
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    return order


def _head(name: str) -> str:
    return name.partition(".")[0]

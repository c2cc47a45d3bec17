"""Sweeps: axes and combinators, with the names of other sweeps replaced by what they stand for."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Set
from dataclasses import field
from itertools import islice
from typing import ClassVar

from ionq_runner.diagnostics import Problem, ProblemFound, Problems, Span
from ionq_runner.diagnostics.suggestion import MAX_KNOWN, did_you_mean
from ionq_runner.expressions import Expression, Kind, Range, parse_expression, parse_range
from ionq_runner.language.axes import Bitstrings, Geomspace, Linspace, Listed, Random, Stepped
from ionq_runner.language.files import Files
from ionq_runner.language.grammar import NOT_AXES
from ionq_runner.language.reading.points import read_points
from ionq_runner.language.reading.values import entries, expression_at, expressions_at, items, parsed
from ionq_runner.language.sweeps import Axis, Concat, DifferentAxes, Product, Sweep, Zip
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar, Sequence

__all__ = ["NamedSweeps", "may_have_any_axis", "read_named_sweeps", "read_sweep"]

NamedSweeps = Named[str, Sweep | None]  # None: one that has a fault

_COMBINATORS = ("zip", "product", "concat", "only", "file")
MAX_PIECES = 10_000


class UnknownSweep(Problem):
    """A sweep used by a name that `sweeps:` does not define above."""

    code: ClassVar[str] = "E207"
    text: ClassVar[str] = "no sweep is called `{name}`"
    name: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        return did_you_mean(self.name, self.known) or "define it under `sweeps:`, or write the axes here"


class AxisTwice(Problem):
    """An axis that one sweep has twice."""

    code: ClassVar[str] = "E507"
    text: ClassVar[str] = "this sweep already has the axis `{axis}`"
    remedy: ClassVar[str] = "give it another name, or join the two with `concat`"
    axis: str
    first: Span = field(compare=False)

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it is here"),)


class WrongNumberOfBounds(Problem):
    """`linspace`, `geomspace` or a random distribution with too few or too many numbers."""

    code: ClassVar[str] = "E508"
    text: ClassVar[str] = "`{word}` takes {wanted}"
    word: str
    wanted: str
    given: int

    @property
    def message(self) -> str:
        given = f"is {self.given} value" if self.given == 1 else f"are {self.given} values"
        return f"`{self.word}` takes {self.wanted}, and here {given}"


class SweepInPieces(Problem):
    """Sweeps that join sweeps that join sweeps: a few lines can stand for more axes than any computer counts."""

    code: ClassVar[str] = "E509"
    text: ClassVar[str] = "with its names written out, this sweep has more than {limit:,} axes"
    remedy: ClassVar[str] = "join fewer sweeps, or use ranges and lists; to measure points again, write `replicates:` in a run"
    limit: int = MAX_PIECES


def read_named_sweeps(node: Node | None, files: Files, problems: Problems) -> dict[str, Sweep | None]:
    """The sweeps that circuits use by name; each may use those above it."""
    found: dict[str, Sweep | None] = {}
    for entry in entries(node):
        found[entry.key.text] = read_sweep(entry.value, found, files, problems)
    return found


def read_sweep(node: Node | None, known: NamedSweeps, files: Files, problems: Problems) -> Sweep | None:
    """A sweep, inline or by name; None where there is none."""
    if isinstance(node, Scalar):
        if node.text not in known and not node.empty:
            problems.add(UnknownSweep(node.span, node.text, tuple(islice(known, MAX_KNOWN))))
        return known.get(node.text)
    if not isinstance(node, Mapping):
        return None
    found = tuple(part for entry in node.entries if (part := _part(entry, known, files, problems)) is not None)
    parts = _without_doubles(found, problems)
    only = expression_at(node, "only", problems)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 and only is None else Product(parts, only, node.span)


def may_have_any_axis(node: Node, named: Named[str, bool], failed: Set[str]) -> bool:
    """Whether a sweep has a part of which nobody knows the axes: an unknown name, a word of another language, a file that failed.

    `named` says the same of the sweeps that have names.
    """
    match node:
        case Scalar(text):
            return named.get(text, True)
        case Mapping(found, _, lost):
            words = {entry.key.text for entry in found}
            inner = (item for word in ("zip", "product", "concat") if word in words for item in items(node.get(word)))
            file = node.get("file")
            unknown = file is not None and (not isinstance(file, Scalar) or file.text in failed)
            return bool(lost) or unknown or not words.isdisjoint(NOT_AXES) or any(may_have_any_axis(item, named, failed) for item in inner)
    return True


def _part(entry: Entry, known: NamedSweeps, files: Files, problems: Problems) -> Sweep | None:
    key, node = entry.key, entry.value
    if key.text == "only" or key.text in NOT_AXES:
        return None
    if key.text == "file":
        return _points(node, files, key.span, problems)
    if key.text not in _COMBINATORS:
        return _axis(key, node, problems)
    parts = _parts(node, known, files, problems, as_one=key.text == "concat")
    if not parts:
        return None
    if key.text == "zip":
        return Zip(_without_doubles(parts, problems), key.span)
    if key.text == "product":
        return Product(_without_doubles(parts, problems), None, key.span)
    for part in parts[1:]:
        first, other = ({axis.name: axis.kind for axis in sweep.axes} for sweep in (parts[0], part))
        if first != other:
            problems.add(DifferentAxes(key.span, _listed(first, other), _listed(other, first)))
            return None
    if sum(_pieces(part, {}) for part in parts) > MAX_PIECES:
        problems.add(SweepInPieces(key.span))
        return None
    return Concat(parts, key.span)


def _points(node: Node, files: Files, span: Span, problems: Problems) -> Sweep | None:
    """The axes of a file, which go together; None, noted, where it cannot be used."""
    if not isinstance(node, Scalar) or node.empty:
        return None
    try:
        axes = read_points(files.excerpt(node))
    except ProblemFound as found:
        problems.add(found.problem)
        files.failed.add(node.text)
        return None
    parts = _without_doubles(axes, problems)
    return Zip(parts, span) if len(parts) > 1 else parts[0]


def _pieces(sweep: Sweep, counted: dict[int, int]) -> int:
    """Of how many axes a sweep is made when every name in it is written out; each part is counted once."""
    if isinstance(sweep, Axis):
        return 1
    if id(sweep) not in counted:
        counted[id(sweep)] = sum(_pieces(part, counted) for part in sweep.parts)
    return counted[id(sweep)]


def _listed(axes: Named[str, Kind], others: Named[str, Kind]) -> str:
    """The names of axes, with what each holds where another sweep has the same name for something else."""
    return ", ".join(f"`{name}`{f' ({kind})' if others.get(name, kind) is not kind else ''}" for name, kind in axes.items())


def _parts(node: Node, known: NamedSweeps, files: Files, problems: Problems, *, as_one: bool) -> tuple[Sweep, ...]:
    """The sweeps that a combinator joins: the items of a list, or the entries of a mapping, which is one sweep where lists are wanted."""
    if isinstance(node, Mapping) and not as_one:
        found = [_part(entry, known, files, problems) for entry in node.entries]
        if (only := expression_at(node, "only", problems)) is not None:
            whole = tuple(part for part in found if part is not None)
            return (Product(whole, only, node.span),) if whole else ()
    else:
        found = [read_sweep(item, known, files, problems) for item in items(node)]
    return tuple(part for part in found if part is not None)


def _without_doubles(parts: tuple[Sweep, ...], problems: Problems) -> tuple[Sweep, ...]:
    """The parts without those that have an axis which stands before them, each noted."""
    seen: dict[str, Axis] = {}
    kept: list[Sweep] = []
    for part in parts:
        own = {axis.name: axis for axis in part.axes}
        again = own.keys() & seen.keys()
        for name in again:
            problems.add(AxisTwice(own[name].span, name, seen[name].span))
        if not again:
            kept.append(part)
        for name, axis in own.items():
            seen.setdefault(name, axis)
    return tuple(kept)


def _axis(key: Scalar, node: Node, problems: Problems) -> Axis | None:
    spaced = _mapped(node, problems) if isinstance(node, Mapping) else _written_out(node, problems)
    return None if spaced is None else Axis(key.text, spaced, key.span)


def _written_out(node: Node, problems: Problems) -> Listed | Stepped | None:
    if isinstance(node, Sequence):
        values = [parsed(parse_expression, item, problems) for item in node.items]
        return Listed(tuple(value for value in values if value is not None)) if values else None
    value = parsed(parse_range, node, problems)
    if value is None:
        return None
    return Stepped(value) if isinstance(value, Range) else Listed((value,))


def _mapped(node: Mapping, problems: Problems) -> Linspace | Geomspace | Random | Bitstrings | None:
    if (bits := expression_at(node, "bitstrings", problems)) is not None:
        return Bitstrings(bits)
    for word, kind in (("linspace", Linspace), ("geomspace", Geomspace)):
        if (place := node.get(word)) is not None:
            bounds = _bounds(node, word, 3, "[start, stop, length]", place.span, problems)
            return kind(*bounds) if bounds else None
    return _random(node.get("random"), problems)


def _random(node: Node | None, problems: Problems) -> Random | None:
    if not isinstance(node, Mapping):
        return None
    length, seed = expression_at(node, "length", problems), expression_at(node, "seed", problems)
    for word, wanted in (("uniform", "[low, high]"), ("normal", "[mean, deviation]"), ("integers", "[first, last]")):
        if (place := node.get(word)) is not None and length is not None:
            bounds = _bounds(node, word, 2, wanted, place.span, problems)
            return Random(word, bounds[0], bounds[1], length, seed) if bounds else None
    return None


def _bounds(node: Mapping, word: str, count: int, wanted: str, span: Span, problems: Problems) -> tuple[Expression, ...] | None:
    given = len(items(node.get(word)))
    bounds = expressions_at(node, word, problems)
    if given != count:
        problems.add(WrongNumberOfBounds(span, word, wanted, given))
    return bounds if len(bounds) == count else None

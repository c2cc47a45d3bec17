"""Sweeps and their axes."""

from __future__ import annotations

from ionq_runner.language.grammar.types import NUMBER, Block, Either, Key, Listing, OneBlockOf, Reference, Text

__all__ = ["NOT_AXES", "SWEEP", "SWEEP_BLOCK"]

_PAIR = Listing(NUMBER, "[start, stop, length]")
_RANDOM = Block("random axis", (
    Key("uniform", Listing(NUMBER, "[low, high]"), "Evenly between two numbers."),
    Key("normal", Listing(NUMBER, "[mean, deviation]"), "Normally distributed."),
    Key("integers", Listing(NUMBER, "[first, last]"), "Whole numbers, both ends included."),
    Key("length", NUMBER, "How many values.", required=True),
    Key("seed", NUMBER, "A seed of its own; else the file's seed and the axis' name decide."),
), source=("uniform", "normal", "integers"))  # fmt: skip
_AXIS = Either(
    scalar=Text("a value, or a range such as 0..5"),
    listing=Listing(NUMBER, "a list of values"),
    mapping=OneBlockOf("axis", (
        ("linspace", Block("linspace", (
            Key("linspace", _PAIR, "[start, stop, length]: evenly spaced, both ends included.", required=True),))),
        ("geomspace", Block("geomspace", (
            Key("geomspace", _PAIR, "[start, stop, length]: by equal factors, both ends included.", required=True),))),
        ("random", Block("random", (Key("random", _RANDOM, "Random values, fixed by the seed.", required=True),))),
        ("bitstrings", Block("bitstrings", (
            Key("bitstrings", NUMBER, "All bit strings of this many bits, in order, as text.", required=True),))),
    )),
)  # fmt: skip
_SWEEPS = Either(
    scalar=Text("the name of a sweep"), listing=Listing(Reference("sweep or its name"), "a list of sweeps"), mapping=Reference("sweep")
)
SWEEP_BLOCK = Block("sweep", (
    Key("zip", _SWEEPS, "Axes of equal length that go together, value by value."),
    Key("product", _SWEEPS, "Sweeps that multiply, the first slowest."),
    Key("concat", Listing(Reference("sweep or its name"), "a list of sweeps"), "Sweeps with the same axes, one after the other."),
    Key("only", Text("a condition"), "Keeps the points for which it holds, such as `k*s <= 8`."),
    Key("file", Text("a path"), "A CSV file whose header names the axes; they go together, line by line."),
), others=_AXIS)  # fmt: skip
SWEEP = Either(scalar=Text("the name of a sweep"), mapping=Reference("sweep"))


# Words that could name an axis, and are refused as one because other languages make sweeps with them.
NOT_AXES = frozenset({"range", "arange", "logspace", "include", "exclude", "zip_longest"})

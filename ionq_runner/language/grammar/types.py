"""The types of values that keys take."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "NAMES",
    "NUMBER",
    "OPERAND",
    "QUBITS",
    "ROWS",
    "Anything",
    "Block",
    "Choice",
    "Either",
    "Flag",
    "Key",
    "Listing",
    "Named",
    "OneBlockOf",
    "Reference",
    "Text",
    "Type",
]


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `what` says what it holds: a text, a number, an expression, a statement; a YAML number is as good as its text."""

    what: str = "a text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a few."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; where a list is expected one item may stand alone. `empty`: it may hold nothing."""

    item: Type
    what: str = "a list"
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping from names that the person chooses to values of one type."""

    value: Type
    what: str = "a mapping of names"


@dataclass(frozen=True, slots=True)
class Anything:
    """Any YAML; `what` is `mapping` where only a mapping makes sense."""

    what: str = "any value"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block: its name, its type, its meaning."""

    name: str
    type: Type
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping with known keys; `others` is the type of any further key, where the person's own names are allowed too."""

    title: str
    keys: tuple[Key, ...]
    others: Type | None = None
    source: tuple[str, ...] = ()  # of these keys, exactly one must be there

    def key(self, name: str) -> Key | None:
        """The key of a name."""
        return next((key for key in self.keys if key.name == name), None)


@dataclass(frozen=True, slots=True)
class OneBlockOf:
    """A mapping of one of several kinds, told apart by the key that only that kind has."""

    title: str
    kinds: tuple[tuple[str, Block], ...]


@dataclass(frozen=True, slots=True)
class Either:
    """A value whose YAML form (a scalar, a list, a mapping) says which of the types it has."""

    scalar: Text | Choice | None = None
    listing: Listing | None = None
    mapping: Type | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A type that contains itself, by the title under which it stands in TYPES."""

    title: str


Type = Text | Choice | Flag | Listing | Named | Anything | Block | OneBlockOf | Either | Reference

NUMBER = Text("a number or an expression")
NAMES = Listing(Text("a name"), "a list of names")
ROWS = Listing(Either(scalar=NUMBER, listing=Listing(NUMBER, "a pair")), "a list of numbers or pairs")
OPERAND = Text("a qubit, a range of qubits, or `all`")

QUBITS = Listing(OPERAND, "a list of qubits")

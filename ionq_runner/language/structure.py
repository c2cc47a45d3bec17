"""The first check of a file: known keys, required keys, the right form of each value. Everything at once, each at its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ionq_runner.circuits.vocabulary import word as gate
from ionq_runner.diagnostics import Problem, Problems, Span
from ionq_runner.diagnostics.spelling import foreign_letter
from ionq_runner.diagnostics.suggestion import MAX_KNOWN, did_you_mean, nearest
from ionq_runner.language.grammar import EXPERIMENT, NOT_AXES, TYPES, WRITE_INSTEAD
from ionq_runner.language.grammar.types import Anything, Block, Choice, Either, Flag, Listing, Named, OneBlockOf, Reference, Text, Type
from ionq_runner.language.scalars import resolve
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence

__all__ = ["SEVERAL_STATEMENTS", "EmptyCollection", "NotYesOrNo", "WrongForm", "check_structure"]


class UnknownKey(Problem):
    """A key that the language does not have at this place."""

    code: ClassVar[str] = "E101"
    text: ClassVar[str] = "`{key}` is not a key of {block}"
    key: str
    block: str
    known: tuple[str, ...]
    empty: str = ""  # the key above, if nothing follows it

    @property
    def hint(self) -> str:
        at_top = self.block == _article(EXPERIMENT.title)
        if self.key not in NOT_AXES and (near := did_you_mean(self.key, self.known)):
            return near
        if self.key in WRITE_INSTEAD and not (at_top and self.key in NOT_AXES):
            return f"instead, write {WRITE_INSTEAD[self.key]}"
        if self.empty:
            return f"indent it, if it belongs to `{self.empty}:` above"
        if self.block == _STATEMENT_BLOCK and gate(self.key.partition("(")[0].strip()) is not None:
            return f"a gate is written without a colon: `- {self.key} 0`"
        if self.block == _INVERSE and self.key == "do":
            return "the statements stand under `inverse:` itself"
        if self.block == "a loop of terms":
            term = f"a term of a list has no colon, and its number stands first: `- 0.5 * {self.key}`"
            return "it is `for: q in 0..2` with `do:`, and there is no other block" if self.key.upper().strip("IXYZ") else term
        if at_top and (places := [title for title, keys in _PLACES if self.key in keys]):
            return f"`{self.key}` belongs in {_article(places[0])}"
        if EXPERIMENT.key(self.key) is not None:
            return f"`{self.key}` belongs at the top of the file, not indented"
        return f"its keys are {', '.join(self.known)}{foreign_letter(self.key)}"


class MissingKey(Problem):
    """A block without a key that it needs."""

    code: ClassVar[str] = "E102"
    text: ClassVar[str] = "{block} needs the key `{key}`"
    block: str
    key: str
    about: str

    @property
    def hint(self) -> str:
        return f"write `{self.key}:` ({self.about[0].lower()}{self.about[1:].rstrip('.')})"


class WrongForm(Problem):
    """A list, a mapping or a single value where another of the three is wanted."""

    code: ClassVar[str] = "E103"
    text: ClassVar[str] = "{wanted} is wanted here, and this is {found}"
    wanted: str
    found: str
    instead: str = ""

    @property
    def hint(self) -> str:
        if self.instead:
            return self.instead
        if self.found in ("true or false", "null"):
            return "put it in quotes if it is meant as text" if self.wanted in ("a text", "a name", "a statement") else ""
        if self.found == SEVERAL_STATEMENTS:
            return "begin each of them with a dash, `- `"
        if self.wanted == "a number or an expression" and self.found == "a list":
            return (
                "write one value; several are an axis under `sweep:`, and a list has its place under `parameters:` at the top of the file"
            )
        if self.wanted.startswith("a mapping"):
            dashes = "; leave out dashes and square brackets" if self.found == "a list" else ", in a line of its own or in {...}"
            return f"write `name: value`{dashes}"
        return ""


class UnknownWord(Problem):
    """A word where only a few are possible."""

    code: ClassVar[str] = "E104"
    text: ClassVar[str] = "`{word}` is not {choices}"
    word: str
    choices: str
    known: tuple[str, ...]

    @property
    def hint(self) -> str:
        return did_you_mean(self.word, self.known) or ("write one of these words" if len(self.known) > 1 else f"write `{self.known[0]}`")


class MissingValue(Problem):
    """A key with nothing after it."""

    code: ClassVar[str] = "E106"
    text: ClassVar[str] = "a value is missing here"
    wanted: str
    otherwise: str = "leave the key out"

    @property
    def hint(self) -> str:
        below = ", indented below" if self.wanted.startswith(("a mapping", "the keys")) else ""
        return f"write {self.wanted}{below}" + (f", or {self.otherwise}" if self.otherwise else "")


class ChooseOne(Problem):
    """None, or several, of the keys of which a block has exactly one."""

    code: ClassVar[str] = "E107"
    block: str
    choices: str
    found: str

    @property
    def message(self) -> str:
        if self.found:
            return f"{self.block} has exactly one of {self.choices}, and this one has {self.found}"
        return f"{self.block} needs {'one of ' * (', ' in self.choices)}{self.choices}"

    @property
    def hint(self) -> str:
        if not self.found:
            return f"write {self.choices.split(', ')[0].rstrip('`')}:` and what belongs to it"
        return "put one inside the other, under its `do:`" if self.block == _STATEMENT_BLOCK else "keep one of them"


class NotYesOrNo(Problem):
    """Something else where `true` or `false` is wanted."""

    code: ClassVar[str] = "E114"
    text: ClassVar[str] = "`true` or `false` is wanted here, and this is {found}"
    remedy: ClassVar[str] = "write `true` or `false`, without quotes"
    found: str


class EmptyCollection(Problem):
    """A list or a mapping with nothing in it."""

    code: ClassVar[str] = "E108"
    text: ClassVar[str] = "{wanted} is wanted here, and this one is empty"
    remedy: ClassVar[str] = "write something in it; a key that is not needed can be left out"
    wanted: str


SEVERAL_STATEMENTS = "a text of several statements"


def check_structure(node: Node, wanted: Type, problems: Problems, place: Span | None = None) -> None:
    """Compare a node, and all below it, with a type. `place` is where something missing is noted: the key above."""
    place = place or node.span
    match wanted:
        case Reference(title):
            check_structure(node, TYPES[title], problems, place)
        case Text(what) | Listing(_, what) | Named(_, what) if isinstance(node, Scalar) and node.empty:
            problems.add(MissingValue(place, what))
        case Text() | Choice() | Flag():
            _check_word(node, wanted, problems, place)
        case Listing():
            _check_listing(node, wanted, problems)
        case Named(value, what):
            _check_named(node, value, what, problems)
        case Anything("mapping") if isinstance(node, Scalar) and node.empty:
            problems.add(MissingValue(place, "a mapping"))
        case Anything(what):
            if what == "mapping" and not isinstance(node, Mapping):
                problems.add(WrongForm(node.span, "a mapping", _form(node)))
        case Block():
            _check_block(node, wanted, problems, place)
        case OneBlockOf():
            _check_one_of(node, wanted, problems, place)
        case Either():
            _check_either(node, wanted, problems, place)


def _form(node: Node) -> str:
    if isinstance(node, Scalar):
        value = resolve(node)
        if isinstance(value, bool):
            return "true or false"
        return "null" if value is None else "a single value"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _check_word(node: Node, wanted: Text | Choice | Flag, problems: Problems, place: Span) -> None:
    if isinstance(wanted, Text) and _form(node) != "a single value":
        problems.add(WrongForm(node.span, wanted.what, _form(node)))
    elif isinstance(wanted, Choice) and not isinstance(node, Scalar):
        problems.add(WrongForm(node.span, _name(wanted), _form(node)))
    elif isinstance(wanted, Choice) and isinstance(node, Scalar) and node.text not in wanted.words:
        problems.add(UnknownWord(node.span, node.text, _name(wanted), wanted.words))
    elif isinstance(wanted, Flag) and isinstance(node, Scalar) and node.empty:
        problems.add(MissingValue(place, _name(wanted)))
    elif isinstance(wanted, Flag) and (not isinstance(node, Scalar) or not isinstance(resolve(node), bool)):
        problems.add(NotYesOrNo(node.span, f"`{node.text}`" if isinstance(node, Scalar) else _form(node)))


def _check_listing(node: Node, wanted: Listing, problems: Problems) -> None:
    if isinstance(node, Sequence):
        if not node.items and node.whole and not wanted.empty:
            problems.add(EmptyCollection(node.span, wanted.what))
        for part in node.items:
            if isinstance(part, Scalar) and part.empty:
                problems.add(MissingValue(part.span, _name(wanted.item), "leave the item out"))
            else:
                check_structure(part, wanted.item, problems)
    else:
        check_structure(node, wanted.item, problems)


def _check_named(node: Node, value: Type, what: str, problems: Problems) -> None:
    if not isinstance(node, Mapping):
        problems.add(WrongForm(node.span, what, _form(node)))
        return
    if not node.entries and not node.lost:
        problems.add(EmptyCollection(node.span, what))
    for entry in node.entries:
        key = value.key(entry.key.text) if isinstance(value, Block) else None
        if key is not None and not isinstance(entry.value, Mapping):  # what belongs one step further in
            instead = f"give it a name of your own, and write the key under that: `my_name: {{{key.name}: ...}}`"
            problems.add(WrongForm(entry.value.span, _name(value), _form(entry.value), instead))
        else:
            check_structure(entry.value, value, problems, entry.key.span)


def _check_block(node: Node, block: Block, problems: Problems, place: Span) -> None:
    if isinstance(node, Scalar) and node.empty:
        problems.add(MissingValue(place, f"the keys of {_article(block.title)}"))
        return
    if isinstance(node, Scalar) and block.title == "noise":
        problems.add(WrongForm(node.span, _name(block), _form(node), f"write `{{model: {node.text}}}`"))
        return
    if not isinstance(node, Mapping):
        problems.add(WrongForm(node.span, f"a mapping ({_article(block.title)})", _form(node)))
        return
    meant = {*node.lost, *_check_entries(node, block, problems)}
    if "" in node.lost:  # a merge key may have brought any
        return
    for key in block.keys:
        if key.required and key.name not in meant:
            problems.add(MissingKey(place, _article(block.title), key.name, key.about))
    _check_source(node, block, meant, problems, place)


def _check_entries(node: Mapping, block: Block, problems: Problems) -> Iterator[str]:
    """Check what is there; the keys that are there are given, and those that misspelled ones may stand for."""
    known = tuple(key.name for key in block.keys)
    unknown: list[str] = []
    empty = ""
    for entry in node.entries:
        name, key = entry.key.text, block.key(entry.key.text)
        yield name
        if key is not None and key.required and isinstance(entry.value, Scalar) and entry.value.empty:
            problems.add(MissingValue(entry.key.span, _name(key.type), ""))
        elif key is not None:
            check_structure(entry.value, key.type, problems, entry.key.span)
        elif block.others is not None and name not in NOT_AXES:
            check_structure(entry.value, block.others, problems, entry.key.span)
        else:
            problems.add(UnknownKey(entry.key.span, name, _article(block.title), known, empty))
            unknown.append(name)
        empty = name if isinstance(entry.value, Scalar) and entry.value.empty else ""
    for name in unknown[:MAX_KNOWN]:
        yield nearest(name, known) or ""
        yield WRITE_INSTEAD.get(name, "").strip("`:")


def _check_source(node: Mapping, block: Block, meant: set[str], problems: Problems, place: Span) -> None:
    """Of the keys that say what a block is made from, one must be there."""
    named = [entry.key for entry in node.entries if entry.key.text in block.source]
    choices = [key.name for key in block.keys if key.name in block.source]
    listed = ", ".join(f"`{name}`" for name in choices)
    if len(named) > 1:
        found = " and ".join(f"`{key.text}`" for key in named)
        problems.add(ChooseOne(named[1].span, _article(block.title), listed, found))
    elif block.source and not named and meant.isdisjoint(block.source):
        problems.add(ChooseOne(place, _article(block.title), listed, ""))


def _check_one_of(node: Node, wanted: OneBlockOf, problems: Problems, place: Span) -> None:
    kinds = dict(wanted.kinds)
    if not isinstance(node, Mapping):
        _check_block(node, Block(wanted.title, ()), problems, place)
        return
    present = [entry.key for entry in node.entries if entry.key.text in kinds]
    if any(key.text == "gate" for key in present):
        present = [key for key in present if key.text != "control"]
    if len(present) == 1:
        _check_block(node, kinds[present[0].text], problems, place)
    elif present:
        found = " and ".join(f"`{key.text}`" for key in present)
        problems.add(ChooseOne(present[1].span, _article(wanted.title), ", ".join(f"`{kind}`" for kind in kinds), found))
    elif node.entries:
        first = node.entries[0].key
        problems.add(UnknownKey(first.span, first.text, _article(wanted.title), tuple(kinds)))
    else:
        problems.add(EmptyCollection(node.span, _article(wanted.title)))


def _check_either(node: Node, wanted: Either, problems: Problems, place: Span) -> None:
    found = wanted.mapping if isinstance(node, Mapping) else (wanted.listing if isinstance(node, Sequence) else wanted.scalar)
    if found is not None:
        check_structure(node, found, problems, place)
        return
    problems.add(WrongForm(node.span, _name(wanted), _form(node)))


def _name(wanted: Type) -> str:
    """What a type is called in a message."""
    match wanted:
        case Text(what) | Listing(_, what) | Named(_, what):
            return what
        case Choice(words):
            return f"one of {', '.join(words)}" if len(words) > 1 else f"the word `{words[0]}`"
        case Flag():
            return "`true` or `false`"
        case Block(title) | OneBlockOf(title):
            return f"a mapping ({_article(title)})"
        case Reference(title):
            return _name(TYPES[title])
        case Either(scalar, listing, mapping):
            return " or ".join(_name(form) for form in (scalar, listing, mapping) if form is not None)
        case Anything(what):
            return _article(what)


def _article(title: str) -> str:
    """The title of a block as a sentence has it; one that is called by its key has it in backticks."""
    if title in _TITLES:
        return _TITLES[title]
    return f"{'an' if title[0] in 'aeiouAEIOU' else 'a'} {title}"


_TITLES = {
    "noise": "a noise setting",
    "own gate": "a block under `blocks:`",
    **{key: f"{'an' if key[0] == 'i' else 'a'} `{key}` block" for key in ("for", "repeat", "if", "inverse", "control", "fold")},
}
_STATEMENT_BLOCK, _INVERSE = "a statement block", _TITLES["inverse"]


def _blocks(wanted: Type | None) -> Iterator[Block]:
    """Every block below a type, the outer ones first."""
    match wanted:
        case Block(_, keys, others):
            yield wanted
            for inner in (*(key.type for key in keys), others):
                yield from _blocks(inner)
        case Listing(item) | Named(item):
            yield from _blocks(item)
        case Either(_, listing, mapping):
            yield from _blocks(listing)
            yield from _blocks(mapping)
        case OneBlockOf(_, kinds):
            for _, block in kinds:
                yield from _blocks(block)


_PLACES = tuple(
    (block.title, frozenset(key.name for key in block.keys))
    for key in map(EXPERIMENT.key, ("circuits", "targets", "runs"))
    if key is not None
    for block in _blocks(key.type)
)

"""Text -> nodes with spans. YAML without its traps: scalars stay text here, and what hides meaning is refused.

libyaml's events are composed into nodes of our own in one loop that counts depth and events, so that no input can exhaust
the stack or the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from ionq_runner.circuits.collector import uncollected
from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Problems, Source, Span
from ionq_runner.language.masking import masked, named_lines, suspicious
from ionq_runner.language.places import places
from ionq_runner.language.syntax import syntax_fault

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "compose", "decode"]

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_EVENTS = 100_000
MAX_SCALAR = 256 * 1024

_UNPRINTABLE = re.compile("^\ufeff|[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"\S+")
_TOO_DEEP = "exceeded maximum nesting depth"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `style` is empty for a plain scalar, else the quote or the block sign it was written with."""

    text: str
    style: str
    span: Span

    @property
    def excerpt(self) -> Excerpt:
        """The text with the place of each of its characters in the file."""
        raw = self.span.source.text[self.span.start : self.span.end]
        if raw == self.text:
            return Excerpt(self.text, self.span.source, self.span.start)
        if raw[1:-1] == self.text:
            return Excerpt(self.text, self.span.source, self.span.start + 1)
        return Excerpt(self.text, self.span.source, self.span.start, places(raw, self.text, self.style, self.span.start))

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all: `key:` without a value."""
        return not self.style and not self.text


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes. `whole` is False where an item was refused and left out."""

    items: tuple[Node, ...]
    span: Span
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file, each key once. `lost` are the keys of entries that were refused and left out."""

    entries: tuple[Entry, ...]
    span: Span
    lost: tuple[str, ...] = ()
    left_out: tuple[Entry, ...] = ()  # those entries, and any whose key stands here already

    def get(self, key: str) -> Node | None:
        """The value of a key, if it is there."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Sequence | Mapping


class NotUtf8(Problem):
    """A file that is not UTF-8 text."""

    code: ClassVar[str] = "E001"
    text: ClassVar[str] = "the file is not UTF-8 text: {reason}"
    remedy: ClassVar[str] = "save it as UTF-8"
    reason: str


class FileTooLarge(Problem):
    """A file beyond the limit of size, depth, number of nodes, or length of one text."""

    code: ClassVar[str] = "E002"
    text: ClassVar[str] = "{what} is beyond the limit of {limit}"
    remedy: ClassVar[str] = "loops, ranges and `linspace` say in a line what is long when written out"
    what: str
    limit: str


class UnprintableCharacter(Problem):
    """A control character, which no editor shows."""

    code: ClassVar[str] = "E004"
    text: ClassVar[str] = "the file contains the control character {shown}"
    remedy: ClassVar[str] = "delete it"
    shown: str


class EmptyFile(Problem):
    """A file without content."""

    code: ClassVar[str] = "E005"
    text: ClassVar[str] = "the file is empty"
    remedy: ClassVar[str] = "`ionq-runner init` writes a starter"


class DuplicateKey(Problem):
    """A key that stands twice in one mapping."""

    code: ClassVar[str] = "E006"
    text: ClassVar[str] = "`{key}` stands here twice"
    remedy: ClassVar[str] = "keep one of the two"
    key: str
    first: Span

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "it stands here already"),)


class YamlConstruct(Problem):
    """A tag, an anchor, an alias, a merge key, a second document, or a key that is not a text."""

    code: ClassVar[str] = "E007"
    text: ClassVar[str] = "{what} is not part of the language"
    what: str
    instead: str

    @property
    def hint(self) -> str:
        return self.instead


class CutAtComma(Problem):
    """A text with a comma inside `[...]` or `{{...}}`, which YAML cuts in pieces."""

    code: ClassVar[str] = "E008"
    text: ClassVar[str] = "YAML cuts `{whole}` at its comma"
    remedy: ClassVar[str] = 'inside [...] and {{...}} put it in quotes: "{whole}"'
    whole: str


def decode(data: bytes, name: str) -> Source:
    """The text of a file. Raises ProblemFound if it is too large, not UTF-8, or holds a control character."""
    if len(data) > MAX_BYTES:
        source = _shown(name, data[:200].decode("utf-8", "replace"))
        raise ProblemFound(FileTooLarge(Span(source, 0, 1), "the size of the file", "1 MiB"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ProblemFound(NotUtf8(Span(Source(name, ""), 0, 0), "it begins like UTF-16"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        source = _shown(name, data.decode("utf-8", "replace"))
        reason = f"byte 0x{data[error.start]:02x} has no meaning there"
        raise ProblemFound(NotUtf8(Span(source, len(before), len(before) + 1), reason)) from None
    source = Source(name, text)
    _refuse_unprintable(source)
    return source


def _shown(name: str, text: str) -> Source:
    """A text that is not read, as a message may show it: without whatever looks like a credential."""
    return Source(name, masked(text, (*suspicious(text), *named_lines(text))))


def _refuse_unprintable(source: Source) -> None:
    """Refuse control characters, and a byte-order mark that is not the one before the text: libyaml would not count it."""
    if found := _UNPRINTABLE.search(source.text):
        span = Span(_shown(source.name, source.text), found.start(), found.end())
        raise ProblemFound(UnprintableCharacter(span, f"U+{ord(found.group()):04X}"))


@uncollected()
def compose(source: Source, problems: Problems, text: str | None = None) -> Node | None:
    """The one document of a text as nodes; None after a fault that leaves nothing to read.

    `text`, where it is given, is read in place of the source's, whose places it has. Duplicate keys, tags, anchors and pieces
    cut at a comma are noted and read on as if they were written right.
    """
    try:
        _refuse_unprintable(source)
        root = _Composer(source, source.text if text is None else text, problems).document()
    except yaml.YAMLError as error:
        deep = _TOO_DEEP in str(error)  # libyaml looks ahead to the end of brackets, and has a limit of its own
        problems.add(_too_deep(source, error) if deep else syntax_fault(source, error))
        return None
    except ProblemFound as found:
        problems.add(found.problem)
        return None
    if root is None:
        problems.add(EmptyFile(Span(source, 0, 0)))
    return root


def _too_deep(source: Source, error: Any) -> FileTooLarge:
    start = min(error.problem_mark.index, len(source.text) - 1)
    return FileTooLarge(Span(source, start, start + 1), "the depth of the nesting", f"{MAX_DEPTH:,}")


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("flow", "items", "mapping", "refused", "start")

    def __init__(self, event: Any, mapping: bool) -> None:
        self.mapping, self.flow = mapping, bool(event.flow_style) if event.flow_style is not None else None
        self.start, self.items, self.refused = event.start_mark.index, list[Node](), set[int]()

    def add(self, node: Node, refused: bool) -> None:
        """Take a node; one that is refused is known by its identity."""
        self.items.append(node)
        if refused:
            self.refused.add(id(node))


class _Composer:
    def __init__(self, source: Source, text: str, problems: Problems) -> None:
        self.source, self.problems = source, problems
        self.loader = yaml.CSafeLoader(text)

    def document(self) -> Node | None:
        root: Node | None = None
        opened: list[_Open] = []
        documents = 0
        for event in self.events():
            node: Node | None = None
            refused = False
            begin, end = event.start_mark.index, event.end_mark.index
            match event:
                case yaml.ScalarEvent():
                    node = self.scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self.refuse_properties(event)
                    opened.append(_Open(event, isinstance(event, yaml.MappingStartEvent)))
                    self.bound(len(opened), MAX_DEPTH, "the depth of the nesting", event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    node = self.close(opened.pop(), end)
                case yaml.AliasEvent():
                    node, refused = self.alias(event), True
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self.refuse(begin, begin + 3, "a second document", "write a file of its own")
                        return root
            if node is not None and opened:
                opened[-1].add(node, refused)
            elif node is not None:
                root = node
        return None if isinstance(root, Scalar) and root.empty else root

    def events(self) -> Iterator[Any]:
        count = 0
        while self.loader.check_event():
            event = self.loader.get_event()
            count += 1
            self.bound(count, MAX_EVENTS, "the number of values in the file", event)
            yield event

    def bound(self, value: int, limit: int, what: str, event: Any) -> None:
        if value > limit:
            start = min(event.start_mark.index, len(self.source.text) - 1)
            raise ProblemFound(FileTooLarge(Span(self.source, start, start + 1), what, f"{limit:,}"))

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        self.refuse_properties(event)
        if len(event.value) > MAX_SCALAR:
            raise ProblemFound(FileTooLarge(Span(self.source, start, start + 1), "the length of this text", "256 KiB"))
        if event.anchor or event.tag:  # libyaml counts them into the scalar
            start = max(start, end - len(event.value))
        style = event.style or ""
        return Scalar(event.value, "" if style == ":" else style, Span(self.source, start, end))

    def refuse_properties(self, event: Any) -> None:
        start = event.start_mark.index
        if event.anchor:
            self.refuse(start, start + len(event.anchor) + 1, "an anchor", "name shared values under `parameters:`, `sweeps:` or `blocks:`")
        if event.tag and not event.anchor:
            word = _WORD.match(self.source.text, start)
            self.refuse(start, word.end() if word else start + 1, "a tag", "leave it out; the place says what a value is")

    def alias(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        self.refuse(start, end, "an alias", "name shared values under `parameters:`, `sweeps:` or `blocks:`")
        return Scalar(event.anchor, "", Span(self.source, start, end))

    def refuse(self, start: int, end: int, what: str, instead: str) -> None:
        self.problems.add(YamlConstruct(Span(self.source, start, min(end, len(self.source.text))), what, instead))

    def close(self, opened: _Open, end: int) -> Node:
        span = Span(self.source, opened.start, end)
        if not opened.mapping:
            items = self.rejoin(opened.items) if self.source.text[opened.start : opened.start + 1] == "[" else opened.items
            return Sequence(tuple(item for item in items if id(item) not in opened.refused), span, not opened.refused)
        items = self.rejoin_values(opened.items) if self.source.text[opened.start : opened.start + 1] == "{" else opened.items
        entries: dict[str, Entry] = {}
        lost: list[str] = []
        left_out: list[Entry] = []
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.refuse(key.span.start, key.span.start + 1, "a key that is not a text", "write `key: value`, the key a word")
                lost.append("")
            elif key.text == "<<" and not key.style:
                self.refuse(key.span.start, key.span.end, "a merge key", "write the values out, or name them under `parameters:`")
                lost.append("")
                left_out.append(Entry(key, value))
            elif key.text in entries:
                self.problems.add(DuplicateKey(key.span, key.text, entries[key.text].key.span))
                left_out.append(Entry(key, value))
            elif id(value) in opened.refused or id(key) in opened.refused:
                lost.append(key.text)
                left_out.append(Entry(key, value))
            else:
                entries[key.text] = Entry(key, value)
        return Mapping(tuple(entries.values()), span, tuple(lost), tuple(left_out))

    def rejoin(self, items: list[Node]) -> list[Node]:
        """Pieces of a text that YAML cut at the commas inside its round brackets, noted and put together again."""
        joined: list[Node] = []
        pending: list[Node] = []
        depth = 0
        for item in items:
            depth = depth + _open_brackets(item) if _plain(item) else 0
            if depth > 0:
                pending.append(item)
            elif pending and _plain(item):
                joined.append(self.whole(pending[0], item, closed=True))
                pending = []
            else:
                joined += [*pending, item]
                pending, depth = [], 0
        return joined + pending

    def rejoin_values(self, items: list[Node]) -> list[Node]:
        """The same for `{key: f(a, b), ...}`, where the rest of the value looks like a key without one."""
        joined: list[Node] = []
        depth, last = 0, None  # the brackets open in the last value, and the last of the pieces that follow it
        for key, value in zip(items[::2], items[1::2], strict=True):
            if joined and _loop_in_pieces(joined[-2], joined[-1], key, value):
                joined[-1] = self.whole(joined[-1], key, closed=True)
                continue
            if depth > 0 and _plain(key) and isinstance(value, Scalar) and value.empty:
                depth, last = depth + _open_brackets(key), key
                if depth <= 0:
                    joined[-1], last = self.whole(joined[-1], last, closed=True), None
                continue
            if last is not None:
                joined[-1], last = self.whole(joined[-1], last, closed=False), None
            joined += [key, value]
            depth = _open_brackets(value) if _plain(value) else 0
        if last is not None:
            joined[-1] = self.whole(joined[-1], last, closed=False)
        return joined

    def whole(self, first: Node, last: Node, *, closed: bool) -> Scalar:
        """The text from one piece to another; where it is closed, the commas between them are what cut it."""
        span = Span(self.source, first.span.start, last.span.end)
        text = self.source.text[span.start : span.end]
        if closed:
            self.problems.add(CutAtComma(span, text))
        return Scalar(text, "", span)


def _plain(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.style


def _loop_in_pieces(key: Node, first: Node, second: Node, rest: Node) -> bool:
    """Whether `for: a, b in pairs` was cut at its comma."""
    plain = _plain(first) and _plain(second) and isinstance(rest, Scalar) and rest.empty
    return plain and isinstance(key, Scalar) and key.text == "for" and isinstance(second, Scalar) and " in " in second.text


def _open_brackets(scalar: Node) -> int:
    return scalar.text.count("(") - scalar.text.count(")") if isinstance(scalar, Scalar) else 0

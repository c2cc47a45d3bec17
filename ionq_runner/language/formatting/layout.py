"""Where everything of a file belongs: a walk over its nodes that notes columns and edits, and changes nothing itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ionq_runner.language.edits import Edit
from ionq_runner.language.formatting.flow import as_lines, one_line
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar, Sequence

__all__ = ["Follow", "Layout", "Text", "Unsure", "lay_out"]

STEP = 2

_COLON = re.compile(r"[ \t]*:")
_SPACE = re.compile(r"[ \t]*(?:#[^\n]*)?\n|[ \t]+")
_HEADER = re.compile(r"[|>][-+]?(?P<depth>[1-9])?[-+]?")
# What stands below a key, by what the mapping itself is: lists of statements may become lines of their own, JSON stays as it is.
_BELOW = {
    ("root", "circuits"): "circuits", ("root", "blocks"): "blocks", ("circuit", "gates"): "statements", ("block", "gates"): "statements",
    ("circuit", "ionq"): "json", ("statements", "do"): "statements", ("statements", "inverse"): "statements",
}  # fmt: skip
_NAMED = {"circuits": "circuit", "blocks": "block", "json": "json"}


class Unsure(Exception):
    """Something is written in a way that is not understood well enough to be moved."""


@dataclass(frozen=True, slots=True)
class Follow:
    """The further lines of something that has several: they move with its first.

    Of a text after `|` or `>`, `block` says so: then its lines move by `inside`, and spaces alone beyond `old` are part of the text.
    """

    start: int
    end: int
    old: int  # the column of what it belongs to; of a block, that of its lines
    new: int
    inside: int  # by how much a line moves that is aligned with the bracket or the quote, or lies right of it
    column: int  # of that bracket or quote
    block: bool = False


@dataclass(slots=True)
class Layout:
    """What a walk found: new columns by the offset of the first word of a line, edits, and lines that follow others."""

    columns: dict[int, int] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # where keys, dashes and values end: a comment begins only behind one
    texts: list[tuple[int, int]] = field(default_factory=list)  # scalars of several lines, whose spaces may be part of them


class Text:
    """A text with its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    def line_start(self, offset: int) -> int:
        """Where the line of a character begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def column(self, offset: int) -> int:
        """Its column, from 0."""
        return offset - self.line_start(offset)

    def is_first(self, offset: int) -> bool:
        """Whether only spaces are before it on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" ")

    def breaks(self, start: int, end: int) -> bool:
        """Whether a line ends between two characters."""
        return self.text.find("\n", start, end) >= 0


def lay_out(root: Mapping) -> Layout:
    """The layout of a file in house style. Raises Unsure."""
    walk = _Walk(Text(root.span.source.text))
    walk.node(root, 0, "root")
    return walk.layout


class _Walk:
    def __init__(self, text: Text) -> None:
        self.text, self.layout = text, Layout()

    def node(self, node: Node, column: int, place: str) -> None:
        """A mapping or a list in lines of its own."""
        match node:
            case Mapping(entries):
                for entry in entries:
                    self.begin(entry.key.span.start, column)
                    self.entry(entry, column, _NAMED.get(place) or _BELOW.get((place, entry.key.text), ""))
            case Sequence(items):
                position = node.span.start
                for item in items:
                    position = self.item(item, position, column, place)

    def begin(self, offset: int, column: int) -> None:
        if self.text.is_first(offset):
            self.layout.columns[offset] = column

    def entry(self, entry: Entry, column: int, below: str) -> None:
        key, value = entry.key.span, entry.value
        colon = _COLON.match(self.text.text, key.end)
        if colon is None or self.text.breaks(key.start, key.end):
            raise Unsure
        self.layout.ends.append(colon.end())
        old = self.text.column(key.start)
        start = value.span.start
        if isinstance(value, Scalar) and value.empty:
            self.edit(key.end, colon.end(), ":")
        elif self.text.breaks(colon.end(), start):
            self.edit(key.end, colon.end(), ":")
            self.below(value, old, column, below)
        elif below == "statements" and (lines := as_lines(value, column + key.end - key.start + 2)) is not None:
            self.write_out(key.end, value.span.end, lines, column + STEP)
        else:
            self.edit(key.end, start, ": ")
            self.value(value, old, column, column + key.end - key.start + 2, below)

    def item(self, item: Node, position: int, column: int, place: str) -> int:
        """An item of a list, and where it ends."""
        dash = self.dash(position)
        start = item.span.start
        if isinstance(item, Scalar) and item.empty:
            raise Unsure
        self.begin(dash, column)
        self.layout.ends.append(dash + 1)
        if self.text.breaks(dash, start):
            self.below(item, self.text.column(dash), column, place)
        else:
            self.edit(dash + 1, start, " ")
            if _is_block(item):
                self.node(item, column + STEP, place)
            else:
                self.value(item, self.text.column(dash), column, column + STEP, place)
        return item.span.end

    def dash(self, position: int) -> int:
        """The next dash, only spaces and comments before it."""
        while (space := _SPACE.match(self.text.text, position)) is not None:
            position = space.end()
        if self.text.text[position : position + 1] != "-":
            raise Unsure
        return position

    def below(self, node: Node, old: int, column: int, place: str) -> None:
        """What begins on a later line than its key or its dash, which stood in the column `old`."""
        if _is_block(node):
            self.node(node, column + STEP, place)
        else:
            self.begin(node.span.start, column + STEP)
            self.value(node, old, column, column + STEP, place)

    def value(self, node: Node, old: int, column: int, place_column: int, place: str) -> None:
        """A scalar, or something in brackets, that comes to stand at `place_column`."""
        start, end = node.span.start, node.span.end
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            self.block(node, old, column)
            return
        self.layout.ends.append(end)
        if not self.text.breaks(start, end):
            self.edit(start, end, self.text.text[start:end] if place == "json" else one_line(node))
            return
        own = self.text.column(start)
        self.layout.follows.append(Follow(start, end, old, column, place_column - own, own))
        self.note_texts(node)

    def block(self, node: Scalar, old: int, column: int) -> None:
        """A text after `|` or `>`."""
        text, start = self.text.text, node.span.start
        header = _HEADER.match(text, start)
        if header is None:
            raise Unsure
        self.layout.ends.append(header.end())
        first = text.find("\n", start) + 1
        content = text[first : node.span.end]
        depth = header.group("depth")
        filled = [line for line in content.split("\n") if line.strip()] if first else []
        if not filled:
            return
        indent = old + int(depth) if depth else len(filled[0]) - len(filled[0].lstrip(" "))
        end = node.span.end if "+" in header.group() else first + len(content.rstrip())
        new = column + (int(depth) if depth else STEP)
        self.layout.follows.append(Follow(first - 1, end, indent, new, new - indent, 0, block=True))

    def note_texts(self, node: Node) -> None:
        match node:
            case Scalar():
                if self.text.breaks(node.span.start, node.span.end):
                    self.layout.texts.append((node.span.start, node.span.end))
            case Sequence(items):
                for item in items:
                    self.note_texts(item)
            case Mapping(entries):
                for entry in entries:
                    self.note_texts(entry.key)
                    self.note_texts(entry.value)

    def edit(self, start: int, end: int, text: str) -> None:
        if self.text.text[start:end] != text:
            self.layout.edits.append(Edit(start, end, text))

    def write_out(self, start: int, end: int, lines: list[str], column: int) -> None:
        """A list in brackets as lines; a comment behind it stays on the line of its key."""
        line_end = self.text.text.find("\n", end)
        line_end = len(self.text.text) if line_end < 0 else line_end
        behind = self.text.text[end:line_end].strip()
        if behind and not behind.startswith("#"):
            raise Unsure
        head = f":  {behind}" if behind else ":"
        self.layout.edits.append(Edit(start, line_end, "\n".join([head, *(" " * column + line for line in lines)])))
        self.layout.ends.append(line_end)


def _is_block(node: Node) -> bool:
    """Whether it is a mapping or a list without brackets."""
    return not isinstance(node, Scalar) and node.span.source.text[node.span.start] not in "[{"

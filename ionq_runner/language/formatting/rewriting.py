"""A text and its layout -> the text laid out, line by line."""

from __future__ import annotations

from bisect import bisect_right

from ionq_runner.language.formatting.layout import Follow, Layout, Unsure

__all__ = ["rewritten"]

_MARKS = ("---", "...", "%")


def rewritten(text: str, layout: Layout) -> str:
    """The text in the columns of its layout, with its edits. Raises Unsure."""
    return _Rewriter(text, layout).whole()


class _Rewriter:
    def __init__(self, text: str, layout: Layout) -> None:
        self.text, self.layout = text, layout
        self.edits = sorted(layout.edits, key=lambda edit: edit.start)
        self.edit_starts = [edit.start for edit in self.edits]
        self.follows = sorted(layout.follows, key=lambda follow: follow.start)
        self.follow_starts = [follow.start for follow in self.follows]
        self.ends = sorted(layout.ends)
        self.texts = sorted(layout.texts)
        self.text_starts = [start for start, _ in self.texts]
        self.out: list[str] = []
        self.waiting: list[str] = []  # comments and empty lines before the next line of content
        self.levels: list[tuple[int, int]] = []  # old and new columns of what is open

    def whole(self) -> str:
        position, size = 0, len(self.text)
        while position < size:
            end = self.text.find("\n", position)
            end = size if end < 0 else end
            position = self.line(position, end) + 1
        self.settle(None)
        while self.out and not self.out[-1] and not self.kept(size):
            self.out.pop()
        open_end = self.kept(size) and not self.text.endswith("\n")
        return "\n".join(self.out) + ("" if open_end else "\n")

    def kept(self, offset: int) -> bool:
        """Whether the end of the text is inside a block: its line ends are part of it."""
        return any(follow.block and follow.end >= offset for follow in self.follows)

    def line(self, start: int, end: int) -> int:
        """A line, or several that one edit joins; gives where they end."""
        line = self.text[start:end]
        follow = self.following(start)
        if follow is not None:
            self.settle(None)
            self.out.append(self.moved(follow, line, end))
            return end
        indent = len(line) - len(line.lstrip(" "))
        first = start + indent
        if not line.strip() or line.lstrip()[0] == "#":
            self.waiting.append(line.rstrip())
            return end
        column = self.layout.columns.get(first)
        if column is None:
            if not line.startswith(_MARKS):
                raise Unsure
            self.settle(None)
            self.out.append(line.rstrip())
            return end
        self.settle((indent, column))
        body, end = self.edited(first, end)
        self.out.append(" " * column + self.commented(body, first, end))
        return end

    def following(self, start: int) -> Follow | None:
        """What a line goes with that begins inside something of several lines."""
        index = bisect_right(self.follow_starts, start - 1) - 1
        if index < 0:
            return None
        follow = self.follows[index]
        return follow if follow.start < start < follow.end or (follow.block and start == follow.end == len(self.text)) else None

    def moved(self, follow: Follow, line: str, end: int) -> str:
        indent = len(line) - len(line.lstrip(" "))
        if follow.block:
            if not line.strip(" "):
                return line[follow.old :] and " " * follow.new + line[follow.old :]
            return " " * (indent + follow.inside) + line[indent:]
        inside = self.within_text(end)
        body = line[indent:] if inside else line[indent:].rstrip()
        if not body.strip():
            return ""
        by = follow.inside if indent >= follow.column else follow.new - follow.old
        return " " * max(indent + by, follow.new + min(2, indent - follow.old), 0) + body

    def within_text(self, offset: int) -> bool:
        index = bisect_right(self.text_starts, offset) - 1
        return index >= 0 and offset < self.texts[index][1]

    def edited(self, start: int, end: int) -> tuple[list[str], int]:
        """The pieces of a line with its edits, and where it ends: an edit may go over several lines."""
        pieces: list[str] = []
        index = bisect_right(self.edit_starts, start - 1)
        position = start
        while index < len(self.edits) and self.edits[index].start <= end:
            edit = self.edits[index]
            pieces += [self.text[position : edit.start], edit.text]
            position = edit.end
            if position > end:
                end = self.text.find("\n", position)
                end = len(self.text) if end < 0 else end
            index += 1
        return [*pieces, self.text[position:end]], end

    def commented(self, pieces: list[str], start: int, end: int) -> str:
        """The new text of a line; a comment behind it keeps its column as far as that goes."""
        whole = "".join(pieces)
        if self.within_text(end):
            return whole
        index = bisect_right(self.ends, end) - 1
        tail = self.ends[index] if index >= 0 else 0
        rest = self.text[tail:end]
        if tail < start or not rest.strip():
            return whole.rstrip()
        if not rest.lstrip().startswith("#"):
            if not any(tail <= follow.start < end for follow in self.follows_from(tail)):
                raise Unsure
            return whole.rstrip()  # something of several lines begins here
        content, gap = whole[: len(whole) - len(rest)], len(rest) - len(rest.lstrip())
        old = tail + gap - start  # counted from the first word of the line
        return content + " " * max(old - len(content), min(gap, 2)) + rest.strip()

    def follows_from(self, offset: int) -> list[Follow]:
        """The next thing of several lines."""
        index = bisect_right(self.follow_starts, offset - 1)
        return self.follows[index : index + 1]

    def settle(self, following: tuple[int, int] | None) -> None:
        """Write the comments and empty lines that waited, before a line with these old and new columns, or at the end."""
        for line in self.waiting:
            if not line.strip():
                if self.out and self.out[-1]:
                    self.out.append("")
                continue
            indent = len(line) - len(line.lstrip(" \t"))
            self.out.append(" " * self.comment_column(indent, following) + line.strip())
        self.waiting = []
        if following is not None:
            while self.levels and self.levels[-1][0] >= following[0]:
                self.levels.pop()
            self.levels.append(following)

    def comment_column(self, indent: int, following: tuple[int, int] | None) -> int:
        """A comment goes with the line after it, or with the level in whose column it stands."""
        known: list[tuple[int, int]] = [*self.levels, *((following,) if following else ())]
        exact = [new for old, new in known if old == indent]
        if exact:
            return exact[-1]
        old, new = max([(0, 0), *(level for level in known if level[0] < indent)])
        return indent - old + new

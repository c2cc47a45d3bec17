"""Problems in GitHub's Markdown, and how a text of any kind is put into it so that it stays a text.

Names and messages quote what people wrote. Inside code spans and fenced blocks Markdown knows no HTML, links, mentions, or tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ionq_runner.diagnostics.formats import Checked
from ionq_runner.diagnostics.rendering import for_terminal, render_problems, summary

__all__ = ["code_span", "fenced", "render_markdown", "table_row"]

BAR = "\\|"


def render_markdown(checked: Checked) -> str:
    """A section for each file that has problems, with the text that a terminal shows."""
    found = [(name, problems) for name, problems in checked if len(problems)]
    return "\n".join(f"### {code_span(name)}: {summary(problems)}\n\n{fenced(render_problems(problems))}" for name, problems in found)


def code_span(text: str) -> str:
    """The text in one line of code."""
    shown = for_terminal(text).replace("\t", " ") or "(empty)"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.strip() and (shown[0] in "` " or shown[-1] in "` ") else ""  # Markdown takes one blank away at each end
    return f"{fence}{pad}{shown}{pad}{fence}"


def table_row(cells: Sequence[str]) -> str:
    """A line of a table; a bar would end its cell, even in code."""
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def fenced(text: str) -> str:
    """The text as a block of its own, to the character; it ends with a line end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text.removesuffix(chr(10))}\n{fence}\n"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)

"""The catalogue of diagnostics: a page for every code, with what it means, an example that provokes it, and the remedy.

The pages are Markdown in `codes/`; the first line is `# CODE Title`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["GROUPS", "codes", "example", "page", "title"]

# What the first digit of a code says.
GROUPS = {
    "0": "The file and its YAML",
    "1": "Keys and the form of their values",
    "2": "Names",
    "3": "Expressions",
    "4": "Circuits and gates",
    "5": "Sweeps",
    "6": "Targets, runs and repetitions",
    "7": "What the command line changes",
    "8": "OpenQASM, Cirq and Python",
    "9": "Observables, fits, summaries and expectations",
}

_CODE = re.compile("[EW][0-9]{3}")
_EXAMPLE = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def codes() -> tuple[str, ...]:
    """Every code that has a page, in the order of their numbers; a warning stands among the errors."""
    names = (entry.name.removesuffix(".md") for entry in resources.files("ionq_runner.diagnostics").joinpath("codes").iterdir())
    return tuple(sorted(filter(_CODE.fullmatch, names), key=lambda code: (code[1:], code)))


def page(code: str) -> str | None:
    """The page of a code, in either case; None for a code that nothing has."""
    known = code.upper()
    if known not in codes():
        return None
    return resources.files("ionq_runner.diagnostics").joinpath("codes", f"{known}.md").read_text(encoding="utf-8")


def title(code: str) -> str:
    """The title of a code's page; empty for a code that nothing has."""
    return (page(code) or "").split("\n", 1)[0].removeprefix(f"# {code.upper()} ")


def example(code: str) -> str:
    """The file that provokes a code; empty where no file can. It may need the command that its page shows."""
    found = _EXAMPLE.search(page(code) or "")
    return found.group("text") if found else ""

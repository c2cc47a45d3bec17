"""Files of older versions of the language -> the present one, a version at a time.

A step knows the nodes of a file in its version and says what to write instead; whatever it does not name stays as it is, comments
included. There is one version so far, so the table is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from ionq_runner.diagnostics import Problem, Problems, Source
from ionq_runner.language.edits import Edit, applied
from ionq_runner.language.grammar import VERSION
from ionq_runner.language.scalars import resolve
from ionq_runner.language.yaml import Mapping as Nodes
from ionq_runner.language.yaml import Scalar, compose

__all__ = ["UPGRADES", "LanguageVersion", "Step", "upgrade_text"]

Step = Callable[[Nodes], Iterable[Edit]]  # the top of a file in one version -> its edits to the next, without the version itself

UPGRADES: Mapping[int, Step] = {}  # the step from each older version to the one after it


class LanguageVersion(Problem):
    """A file in a version of the language that this program does not know."""

    code: ClassVar[str] = "E112"
    text: ClassVar[str] = "this file is written in version {found} of the language, and this program knows version {known}"
    found: str
    known: int

    @property
    def hint(self) -> str:
        if self.found in map(str, UPGRADES):
            return "`ionq-runner upgrade` brings it up to date"
        newer = self.found.isascii() and self.found.isdigit() and (len(self.found) > 9 or int(self.found) > self.known)
        return "install a newer ionq_runner" if newer else f"write `ionq_runner: {self.known}`"


def upgrade_text(source: Source, problems: Problems, steps: Mapping[int, Step] = UPGRADES, newest: int = VERSION) -> str | None:
    """The text in the newest version of the language; as it is if it is that already.

    None, noted, where it cannot be read, or is of a version that no step begins with.
    """
    while True:
        root = compose(source, problems)
        if problems.errors or not isinstance(root, Nodes):
            return None
        version = root.get("ionq_runner")
        number = resolve(version) if isinstance(version, Scalar) else None
        if not isinstance(version, Scalar) or number == newest:
            return source.text  # one without a version is for `validate` to judge
        current = next((known for known in steps if known == number and not isinstance(number, bool)), None)
        if current is None:
            problems.add(LanguageVersion(version.span, version.text, newest))
            return None
        own = Edit(version.span.start, version.span.end, str(current + 1))
        source = Source(source.name, applied(source.text, [*steps[current](root), own]))

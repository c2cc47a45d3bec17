"""Names that refer to definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from ionq_runner.diagnostics import Span

__all__ = ["Reference"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that refers to a definition elsewhere in the file."""

    name: str
    span: Span = field(compare=False)

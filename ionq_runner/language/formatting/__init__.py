"""The house style of experiment files: the same text, better laid out."""

from __future__ import annotations

from ionq_runner.language.formatting.formatter import format_text

__all__ = ["format_text"]

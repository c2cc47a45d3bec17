"""Diagnostics: what is wrong with a person's file, where, why, and what to write instead.

Promises: a problem is a frozen value with a code, a span, a text and a hint; rendering is plain text first and colour on top,
and other forms for other programs in `formats/`.
Knows nothing of: YAML, circuits, commands.      Imports: nothing of this project.
"""

from ionq_runner.diagnostics.problem import Problem, ProblemFound, Problems, Severity
from ionq_runner.diagnostics.span import Excerpt, Source, Span

__all__ = ["Excerpt", "Problem", "ProblemFound", "Problems", "Severity", "Source", "Span"]

"""Families of circuits: a description of each in a file of the language beside this, and what draws the random ones.

`ionq_runner.language.reading.families` reads the files, `family.py` says what a family is, `drawing.py` draws. What every start needs
stands here; the others are imported where a file names a family.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ionq_runner.diagnostics import Problem

__all__ = ["FAMILIES", "FamilyProblem", "FamilyValue", "ParameterKind"]

# In the order of the documentation: states, transforms, algorithms, then what is drawn at random.
FAMILIES = (
    "bell", "ghz", "w", "qft", "bernstein_vazirani", "grover", "phase_estimation", "hidden_shift", "qaoa_maxcut", "trotter_ising",
    "clifford_rb", "mirror", "quantum_volume", "random",
)  # fmt: skip


class FamilyValue(Problem):
    """A parameter of a family with a value that the family cannot have."""

    code: ClassVar[str] = "E434"
    text: ClassVar[str] = "`{name}` of `{family}` is {wanted}, and here it is {given}"
    name: str
    family: str
    wanted: str
    given: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class FamilyProblem(Problem):
    """A circuit of a family that cannot be made with these values."""

    code: ClassVar[str] = "E435"
    text: ClassVar[str] = "this circuit of `{family}` cannot be made: {reason}"
    family: str
    reason: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class ParameterKind(StrEnum):
    """What a parameter of a family is."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    BITS = "a bit string"
    PAIRS = "a list of pairs"
    LIST = "a list"

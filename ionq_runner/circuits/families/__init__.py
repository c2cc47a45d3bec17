"""Families of circuits: a description of each in a file of the language beside this, and what draws the random ones.

`ionq_runner.language.reading.families` reads the files; what a family means is `family.py`.
"""

from ionq_runner.circuits.families.family import FAMILIES, Family, FamilyParameter, FamilyProblem, FamilyValue, ParameterKind

__all__ = ["FAMILIES", "Family", "FamilyParameter", "FamilyProblem", "FamilyValue", "ParameterKind"]

"""Circuits: one representation, the `Program`, and the ways to it and from it.

Promises: programs are small, frozen, hashable and free of Cirq; a decomposition equals what it replaces.
Knows nothing of: YAML text, sweeps, targets, HTTP.      Imports: expressions, diagnostics, ionq.facts.
"""

from ionq_runner.circuits.program import Angle, Gate, Measurement, Program

__all__ = ["Angle", "Gate", "Measurement", "Program"]

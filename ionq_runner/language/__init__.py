"""The language: text -> an Experiment, with everything that is wrong noted at its place.

Promises: strict; all problems of a file in one go; nothing is evaluated that the closed grammar does not know.
Knows nothing of: points, ids, where anything is run.      Imports: circuits, expressions, diagnostics, ionq.facts.
"""

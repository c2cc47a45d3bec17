"""Nodes -> an Experiment. Each module reads one part of a file; what is broken has been noted by then, and is left out."""

from ionq_runner.language.reading.document import read_experiment

__all__ = ["read_experiment"]

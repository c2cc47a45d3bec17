"""Observables: nodes -> what is read off each point."""

from __future__ import annotations

from ionq_runner.diagnostics import Problems
from ionq_runner.language.observables import Observable
from ionq_runner.language.yaml import Node

__all__ = ["read_observables"]


def read_observables(node: Node | None, problems: Problems) -> dict[str, Observable]:
    """The observables of a file, by name."""
    del node, problems
    return {}

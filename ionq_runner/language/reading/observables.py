"""Observables: nodes -> what is read off each point."""

from __future__ import annotations

from ionq_runner.diagnostics import Problems
from ionq_runner.language.observables import Observable, Outcome, Tomography
from ionq_runner.language.reading.values import entries, references_at
from ionq_runner.language.yaml import Mapping, Node

__all__ = ["read_observables"]


def read_observables(node: Node | None, problems: Problems) -> dict[str, Observable]:
    """The observables of a file, by name."""
    del problems
    return {
        entry.key.text: Observable(
            name=entry.key.text,
            kind=Tomography() if isinstance(entry.value, Mapping) and entry.value.get("tomography") is not None else Outcome(()),
            circuits=references_at(entry.value, "circuits"),
            span=entry.key.span,
        )
        for entry in entries(node)
    }

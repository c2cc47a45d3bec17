"""Fits, summaries and expectations: nodes -> what is made of many points."""

from __future__ import annotations

from ionq_runner.diagnostics import Problems
from ionq_runner.language.conclusions import Expectation, Fit, Summary
from ionq_runner.language.yaml import Node

__all__ = ["read_expectations", "read_fits", "read_summaries"]


def read_fits(node: Node | None, problems: Problems) -> dict[str, Fit]:
    """The fits of a file, by name."""
    del node, problems
    return {}


def read_summaries(node: Node | None, problems: Problems) -> dict[str, Summary]:
    """The summaries of a file, by name."""
    del node, problems
    return {}


def read_expectations(node: Node | None, problems: Problems) -> tuple[Expectation, ...]:
    """What is expected of a file, in order."""
    del node, problems
    return ()

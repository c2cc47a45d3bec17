"""Notebooks written for cirq_ionq, run with it and with ours: the same values, the same samples of a seed, the same requests."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


def _loaded() -> ModuleType:
    """The module comparison.py, beside this file. It is there before any test of this folder is read: they import it by this name."""
    if "comparison" not in sys.modules:
        spec = importlib.util.spec_from_file_location("comparison", Path(__file__).with_name("comparison.py"))
        sys.modules["comparison"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["comparison"]


comparison = _loaded()


@pytest.fixture
def both(loopback):
    """Runs a notebook with either module, each at a service of its own, compares, and returns the services' submissions.

    `known` are the differences that are meant of what the notebook returns, `sent` those of what it submits.
    """

    def compare(notebook, known=None, *, sent=None):
        values, bodies = [], []
        for name in ("cirq_ionq", "ionq_runner.ionq"):
            with loopback.Cloud() as cloud:
                values.append(notebook(import_module(name), cloud))
                bodies.append(cloud.submissions)
            assert cloud.errors == [], cloud.errors[0]
        assert comparison.unexpected(*values, known or {}) == []
        assert comparison.unexpected_in_bodies(*bodies, sent or {}) == []
        return bodies

    return compare

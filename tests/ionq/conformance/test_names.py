"""Every public name and parameter of cirq_ionq is one of ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import cirq
import pytest
from comparison import Known, Reason, unexpected

pytestmark = pytest.mark.peers

PARAMETERS: dict[str, Known] = {
    "Service.list_jobs.batch_size": Known(1000, 100, Reason.PAGES),
    "Service.list_calibrations.batch_size": Known(1000, 10, Reason.PAGES),
    "Service.run.param_resolver": Known(cirq.ParamResolver({}), None, Reason.SAME),
    "Service.run_batch.param_resolver": Known(cirq.ParamResolver({}), None, Reason.SAME),
}


def public(kind: type, package: str) -> set[str]:
    """The names of a class that its own package gives it."""
    own = [base for base in kind.__mro__ if base.__module__.startswith(package)]
    names = {name for base in own for name in vars(base) if not name.startswith("_")}
    return names if issubclass(kind, Exception) else {"__init__", *names}


def parameters(call: Callable[..., object]) -> dict[str, object]:
    """Those that a call may give by position or name, in order, with their defaults."""
    found = inspect.signature(call).parameters.values()
    return {one.name: one.default for one in found if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)}


def test_every_public_name_and_parameter_of_cirq_ionq_is_there():
    theirs, ours = import_module("cirq_ionq"), import_module("ionq_runner.ionq")
    names = [name for name in dir(theirs) if not name.startswith("_") and not inspect.ismodule(getattr(theirs, name))]
    assert [name for name in names if not hasattr(ours, name)] == []
    own: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for name in names:
        mine, its = getattr(ours, name), getattr(theirs, name)
        if not inspect.isclass(its):
            own[name], other[name] = its, mine
            continue
        members = public(its, "cirq_ionq")
        assert [member for member in members if not hasattr(mine, member)] == ["gates"] * (
            "gates" in members and not hasattr(mine, "gates")
        )
        own |= {f"{name}.{member}": getattr(its, member) for member in members}
        other |= {f"{name}.{member}": getattr(mine, member) for member in members}
    found = {}
    for name, call in own.items():
        if callable(call) and inspect.isroutine(call):
            wanted, offered = parameters(call), parameters(other[name])
            assert list(offered)[: len(wanted)] == list(wanted), name
            found |= {f"{name}.{one}": (default, offered[one]) for one, default in wanted.items()}
    assert unexpected({name: pair[0] for name, pair in found.items()}, {name: pair[1] for name, pair in found.items()}, PARAMETERS) == []


def test_every_submodule_of_cirq_ionq_and_every_name_of_its_own_that_it_has_is_there():
    theirs, ours = import_module("cirq_ionq"), import_module("ionq_runner.ionq")
    modules = {name: found for name, found in vars(theirs).items() if inspect.ismodule(found) and not name.startswith("_")}
    own = {"ionq_client", "json_resolver_cache"}  # whose names are private
    assert sorted(name for name in modules if not hasattr(ours, name)) == sorted(own)
    missing = [
        f"{module}.{name}"
        for module, found in modules.items()
        if module not in own
        for name, value in vars(found).items()
        if not name.startswith("_") and (str(getattr(value, "__module__", "")).startswith("cirq_ionq") or isinstance(value, cirq.Gate))
        if not hasattr(getattr(ours, module), name)
    ]
    assert missing == []

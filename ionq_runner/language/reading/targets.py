"""Targets, mitigation settings, the budget and runs."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.language.experiment import Budget, Mitigation, Noise, Order, Reference, Run, Target
from ionq_runner.language.files import Files
from ionq_runner.language.reading.sweeps import NamedSweeps, read_sweep
from ionq_runner.language.reading.values import entries, expression_at, reference_to, references_at, text_at
from ionq_runner.language.scalars import plain_data, resolve
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar

__all__ = ["read_budget", "read_mitigation", "read_run", "read_target"]


class SentAsItStands(Problem):
    """Something else than a plain number in a setting of the service's compiler."""

    code: ClassVar[str] = "E616"
    text: ClassVar[str] = "`{key}` is sent to the service as it stands here, so it is a plain number, and `{given}` is none"
    remedy: ClassVar[str] = "write {such}"
    key: str
    given: str
    such: str


class SaysNothing(Problem):
    """A mitigation setting or a budget without a key."""

    code: ClassVar[str] = "E617"
    text: ClassVar[str] = "{what} says nothing"
    remedy: ClassVar[str] = "{instead}"
    what: str
    instead: str


_COMPILER_NUMBERS = {"opt": "a number from 0, such as `opt: 1`", "precision": "a number above 0, such as `precision: 1E-3`"}


def read_target(entry: Entry, problems: Problems) -> Target:
    """A target in either form; a plain text is its backend."""
    node = entry.value
    if isinstance(node, Scalar):
        backend = reference_to(node) or Reference("local", entry.key.span)
        return Target(name=entry.key.text, backend=backend, noise=None, repetitions=None, span=entry.key.span)
    get = node.get if isinstance(node, Mapping) else lambda key: None
    batch = get("batch")
    return Target(
        name=entry.key.text,
        backend=_word(node, "backend") or Reference("local", entry.key.span),
        noise=_noise(noise, problems) if (noise := get("noise")) is not None else None,
        repetitions=expression_at(node, "repetitions", problems),
        span=entry.key.span,
        compilation=_compilation(get("compilation"), problems),
        gateset=_word(node, "gateset"),
        session=_word(node, "session"),
        api_version=_word(node, "api_version"),
        batch=expression_at(batch, "circuits", problems) if batch is not None else None,
        extra=_data(get("extra")),
        options=_keys(node),
    )


def read_mitigation(entry: Entry, problems: Problems) -> Mitigation:
    """A setting of error mitigation."""
    node = entry.value
    name = entry.key.text
    _check_something(node, f"the mitigation setting `{name}`", f"to measure as it is, write `{name}: {{debias: false}}`", problems)
    return Mitigation(
        name=entry.key.text,
        debias=_flag(node, "debias"),
        sharpen=_flag(node, "sharpen"),
        aggregation=_word(node, "aggregation"),
        symmetry_verification=_flag(node, "symmetry_verification"),
        readout=_word(node, "readout"),
        span=entry.key.span,
        options=_keys(node),
    )


def read_budget(root: Mapping, problems: Problems) -> Budget | None:
    """What may be spent; None where the file sets no limit."""
    entry = next((entry for entry in root.entries if entry.key.text == "budget"), None)
    if entry is None:
        return None
    _check_something(entry.value, "the budget", "write what may be spent, such as `cost_usd: 100`, or leave it out", problems)
    return Budget(
        cost_usd=expression_at(entry.value, "cost_usd", problems),
        jobs=expression_at(entry.value, "jobs", problems),
        repetitions=expression_at(entry.value, "repetitions", problems),
        span=entry.key.span,
    )


def _noise(node: Node, problems: Problems) -> Noise:
    model = node.get("model") if isinstance(node, Mapping) else None
    return Noise(
        model=reference_to(model),
        one_qubit=expression_at(node, "one_qubit", problems),
        two_qubit=expression_at(node, "two_qubit", problems),
        spam=expression_at(node, "spam", problems),
        seed=expression_at(node, "seed", problems),
    )


def read_run(entry: Entry, sweeps: NamedSweeps, files: Files, problems: Problems) -> Run:
    """A selection of circuits, targets and mitigation settings."""
    node = entry.value
    order = text_at(node, "order")
    return Run(
        name=entry.key.text,
        circuits=references_at(node, "circuits"),
        targets=references_at(node, "targets"),
        repetitions=expression_at(node, "repetitions", problems),
        replicates=expression_at(node, "replicates", problems),
        order=Order(order) if order in tuple(Order) else Order.AS_WRITTEN,
        sweep=read_sweep(node.get("sweep") if isinstance(node, Mapping) else None, sweeps, files, problems),
        span=entry.key.span,
        mitigation=references_at(node, "mitigation"),
        after=_word(node, "after"),
    )


def _word(node: Node, key: str) -> Reference | None:
    """The text of a key with its place; None where it is left out."""
    return reference_to(node.get(key)) if isinstance(node, Mapping) else None


def _flag(node: Node, key: str) -> bool | None:
    """True or false; None where the key is left out, or is neither."""
    found = node.get(key) if isinstance(node, Mapping) else None
    value = resolve(found) if isinstance(found, Scalar) else None
    return value if isinstance(value, bool) else None


def _data(node: Node | None) -> dict[str, Any]:
    """A mapping as plain data."""
    return plain_data(node) if isinstance(node, Mapping) else {}


def _compilation(node: Node | None, problems: Problems) -> dict[str, Any]:
    """Settings of the service's compiler, as they are sent: they are no expressions."""
    for key, such in _COMPILER_NUMBERS.items():
        found = node.get(key) if isinstance(node, Mapping) else None
        if isinstance(found, Scalar) and not found.empty and not isinstance(resolve(found), bool | None):
            number = resolve(Scalar(found.text, "", found.span))  # the service has `precision` as text
            if not isinstance(number, int | float) or not 0 <= number < math.inf or (number == 0 and key == "precision"):
                problems.add(SentAsItStands(found.span, key, found.text, such))
    return _data(node)


def _check_something(node: Node, what: str, instead: str, problems: Problems) -> None:
    """Note a mapping with nothing in it, where that can only be an oversight."""
    if isinstance(node, Mapping) and not node.entries and not node.lost:
        problems.add(SaysNothing(node.span, what, instead))


def _keys(node: Node) -> tuple[Reference, ...]:
    return tuple(Reference(entry.key.text, entry.key.span) for entry in entries(node))

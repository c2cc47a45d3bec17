"""Families of circuits, read from their own files, which are written in the language: each when it is first used."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from functools import cache
from importlib import resources

from ionq_runner.circuits.families import ParameterKind
from ionq_runner.circuits.families.family import Family, FamilyParameter
from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.reading.statements import read_operands, read_statements
from ionq_runner.language.reading.values import entries, expression_at, text_at
from ionq_runner.language.yaml import Mapping, Node, Scalar, compose

__all__ = ["family_text", "read_family"]

_KINDS: Lookup[str, ParameterKind] = {kind.name.lower(): kind for kind in ParameterKind}


def family_text(name: str) -> str:
    """The file of a family."""
    return resources.files("ionq_runner.circuits.families").joinpath(f"{name}.yaml").read_text(encoding="utf-8")


@cache
def read_family(name: str) -> Family:
    """The family of a name, one of `FAMILIES`."""
    problems = Problems()
    root = compose(Source(f"library: {name}", family_text(name)), problems)
    assert isinstance(root, Mapping), f"the file of {name} is a mapping"
    size, measure = root.get("qubits"), root.get("measure")
    family = Family(
        name=name,
        title=text_at(root, "title"),
        description=text_at(root, "description"),
        known=text_at(root, "known"),
        source=text_at(root, "source"),
        parameters=tuple(_parameter(entry.key.text, entry.value, problems) for entry in entries(root.get("parameters"))),
        qubits=int(size.text) if isinstance(size, Scalar) else None,
        bits=text_at(size, "bits") if isinstance(size, Mapping) else "",
        more=(_number(size, "more") or 0) if isinstance(size, Mapping) else 0,
        least=(_number(size, "least") or 1) if isinstance(size, Mapping) else 1,
        body=read_statements(root.get("gates"), problems),
        drawn=text_at(root, "drawn") == "true",
        measure=read_operands(measure, problems) if measure is not None else (),
        example=text_at(root, "example"),
    )
    assert not problems.errors, [problem.message for problem in problems]
    return family


def _parameter(name: str, node: Node, problems: Problems) -> FamilyParameter:
    return FamilyParameter(
        name=name,
        kind=_KINDS[text_at(node, "kind")],
        about=text_at(node, "about"),
        default=expression_at(node, "default", problems),
        least=_number(node, "least"),
        even=text_at(node, "even") == "true",
    )


def _number(node: Node, key: str) -> int | None:
    text = text_at(node, key)
    return int(text) if text else None

"""The grammar as a JSON Schema (draft-07), for editors and for any other program; and a file checked against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ionq_runner.diagnostics import Problem, Problems
from ionq_runner.language.grammar import EXPERIMENT, NOT_AXES, TYPES
from ionq_runner.language.grammar.types import Anything, Block, Choice, Either, Flag, Key, Listing, Named, OneBlockOf, Reference, Text, Type
from ionq_runner.language.scalars import plain_data, resolve
from ionq_runner.language.yaml import Mapping, Node, Scalar, Sequence

__all__ = ["check_schema", "experiment_schema"]

NAME = "[A-Za-z_][A-Za-z0-9_-]*"
ANY_NAME = r"[\s\S]*"


class SchemaDisagrees(Problem):
    """A file that the reader takes and the published schema does not: a defect of this program."""

    code: ClassVar[str] = "E109"
    text: ClassVar[str] = "the published schema does not allow `{key}` as it stands here"
    remedy: ClassVar[str] = "this is a defect of ionq_runner, not of the file; please report it with the file"
    key: str


def experiment_schema(names: str = NAME) -> dict[str, Any]:
    """The JSON Schema of an experiment file, with a description on every key; `names` is the pattern of a person's own names."""
    builder = _Builder(names)
    root = builder.block(EXPERIMENT)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ionq_runner experiment",
        **root,
        "definitions": dict(sorted(builder.definitions.items())),
    }


def check_schema(root: Node, problems: Problems) -> None:
    """Note where a file departs from the published schema, in words of our own. Names are not looked at: a rule judges them."""
    from jsonschema import Draft7Validator

    root = condensed(root)
    for error in Draft7Validator(experiment_schema(ANY_NAME)).iter_errors(plain_data(root)):
        node, key = root, "the file"
        for step in error.absolute_path:
            if isinstance(node, Mapping):
                key = str(step)
                node = node.get(key) or node
            elif isinstance(node, Sequence):
                node = node.items[int(step)]
        problems.add(SchemaDisagrees(node.span, key))


def condensed(node: Node) -> Node:
    """The node with one scalar of each type left in every list: the schema of a list says of a scalar nothing but its type.

    A thousand statements are as valid as one, and are checked in its time.
    """
    match node:
        case Sequence(items):
            different = {id(item) if not isinstance(item, Scalar) else type(resolve(item)): item for item in reversed(items)}
            kept = set(map(id, different.values()))
            return replace(node, items=tuple(condensed(item) for item in items if id(item) in kept))
        case Mapping(entries):
            return replace(node, entries=tuple(replace(entry, value=condensed(entry.value)) for entry in entries))
    return node


class _Builder:
    def __init__(self, names: str) -> None:
        self.names = names
        self.definitions: dict[str, Any] = {}

    def schema(self, wanted: Type) -> dict[str, Any]:
        match wanted:
            case Text():
                return {"type": ["number", "string"]}  # a YAML number is as good as its text
            case Choice(words):
                return {"enum": list(words)}
            case Flag():
                return {"type": "boolean"}
            case Listing(item, _, empty):
                one = self.schema(item)
                return {"anyOf": [one, {"type": "array", "items": one, **({} if empty else {"minItems": 1})}]}
            case Named(value):
                return {
                    "type": "object",
                    "patternProperties": {f"^{self.names}$": self.schema(value)},
                    "additionalProperties": False,
                    "minProperties": 1,
                }
            case Anything(what):
                return {"type": "object"} if what == "mapping" else {}
            case Block(title):
                return self.defined(title, lambda: self.block(wanted))
            case OneBlockOf(title, kinds):
                return {"anyOf": [self.schema(block) for _, block in kinds], "title": title}
            case Either(scalar, listing, mapping):
                forms = [self.form(part) for part in (scalar, listing, mapping) if part is not None]
                return forms[0] if len(forms) == 1 else {"anyOf": forms}
            case Reference(title):
                return self.schema(TYPES[title])  # every circle among types goes through a block, which is defined once

    def form(self, wanted: Type) -> dict[str, Any]:
        """One form of an Either: its list form is a list, never an item standing alone."""
        if isinstance(wanted, Listing):
            return {"type": "array", "items": self.schema(wanted.item), "minItems": 1}
        return self.schema(wanted)

    def defined(self, title: str, make: Any) -> dict[str, Any]:
        name = title.replace(" ", "_")
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = make()
        return {"$ref": f"#/definitions/{name}"}

    def block(self, block: Block) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "properties": {key.name: self.key(key) for key in block.keys}}
        if block.others is None:
            schema["additionalProperties"] = False
        else:
            schema["patternProperties"] = {self.other_names(block): self.schema(block.others)}
            schema["additionalProperties"] = False
        if required := [key.name for key in block.keys if key.required]:
            schema["required"] = required
        if block.source:
            schema["oneOf"] = [{"required": [name]} for name in block.source]
        return schema

    def other_names(self, block: Block) -> str:
        taken = "|".join((*(key.name for key in block.keys), *sorted(NOT_AXES)))
        return f"^(?!(?:{taken})$){self.names}$"

    def key(self, key: Key) -> dict[str, Any]:
        schema = self.schema(key.type)
        # In draft-07 a reference hides its neighbours, so a description goes around it.
        return {"description": key.about, **({"allOf": [schema]} if "$ref" in schema else schema)}

"""`explain`: what a diagnostic, a gate, a key, a column or a function means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from ionq_runner.circuits.decompose import decomposed_names
from ionq_runner.circuits.families import FAMILIES
from ionq_runner.circuits.families.family import FamilyParameter
from ionq_runner.circuits.program import Program
from ionq_runner.circuits.vocabulary import Word, gate_names, make_gate, word
from ionq_runner.cli.main import ExitCode
from ionq_runner.cli.terminal import table
from ionq_runner.diagnostics.catalogue import GROUPS, codes, page, title
from ionq_runner.diagnostics.suggestion import did_you_mean
from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES, NOT_GATES, GateFact
from ionq_runner.language.grammar import EXPERIMENT, TYPES, VALUES_FILE
from ionq_runner.language.grammar.types import Block, Either, Key, Listing, Named, OneBlockOf, Reference, Type
from ionq_runner.language.reading.families import read_family
from ionq_runner.results.columns import COUNTS, JOBS, POINTS

# How a call of each function looks, and what it gives.
_FUNCTIONS = {
    "sin": ("sin(x)", "sine; x in radians"),
    "cos": ("cos(x)", "cosine; x in radians"),
    "tan": ("tan(x)", "tangent; x in radians"),
    "asin": ("asin(x)", "the angle in radians whose sine is x, from -pi/2 to pi/2"),
    "acos": ("acos(x)", "the angle in radians whose cosine is x, from 0 to pi"),
    "atan": ("atan(x)", "the angle in radians whose tangent is x, from -pi/2 to pi/2"),
    "atan2": ("atan2(y, x)", "the angle in radians of the point (x, y), from -pi to pi"),
    "exp": ("exp(x)", "e to the power of x"),
    "log": ("log(x)", "natural logarithm"),
    "log2": ("log2(x)", "logarithm to base 2"),
    "sqrt": ("sqrt(x)", "square root"),
    "abs": ("abs(x)", "x without its sign"),
    "floor": ("floor(x)", "the largest whole number that is at most x"),
    "ceil": ("ceil(x)", "the smallest whole number that is at least x"),
    "round": ("round(x)", "the nearest whole number; a half goes to the even one"),
    "min": ("min(x, y, ...)", "the smallest of its arguments"),
    "max": ("max(x, y, ...)", "the largest of its arguments"),
    "bit": ("bit(b, i)", "character i of a bit string as the number 0 or 1; the first is 0"),
    "popcount": ("popcount(b)", "how many ones a bit string has, or a whole number in base 2"),
}


@click.command("explain")
@click.argument("subject", metavar="[CODE|WORD]", required=False)
def command(subject: str | None) -> int:
    """Explain a diagnostic by its CODE, or a WORD: a gate, a family of circuits, a key, a column of a table, a function.

    `explain` lists all codes, `explain gates` all gates, `explain library` all families.
    """
    if subject is None:
        click.echo(_all_codes(), nl=False)
    elif (text := page(subject)) is not None:
        click.echo(text, nl=False)
    elif parts := [*_listing(subject), *_gate(subject), *_family(subject), *_keys(subject), *_columns(subject), *_expression(subject)]:
        click.echo("\n\n".join(parts))
    else:
        near = did_you_mean(subject, _words(subject)) or "`ionq-runner explain` lists the codes, `ionq-runner explain gates` the gates"
        raise click.UsageError(f"nothing is called `{subject}`; {near}")
    return ExitCode.OK


def _words(near: str) -> tuple[str, ...]:
    """What can be explained, each word once: the codes if something looks like one, else everything else."""
    if near[1:2].isdigit():
        return codes()
    keys = (key.name for _, key in _all_keys())
    columns = (column.name for column in (*COUNTS, *POINTS, *JOBS))
    return tuple(dict.fromkeys(("gates", *gate_names(), *NOT_GATES, *FAMILIES, *keys, *columns, *FUNCTIONS, *CONSTANTS)))


def _all_codes() -> str:
    """The codes under their groups, each with its title."""
    lines: list[str] = []
    for digit, about in GROUPS.items():
        lines += [*([""] if lines else []), about, *(f"  {code}  {title(code)}" for code in codes() if code[1] == digit)]
    return "\n".join([*lines, "", "`ionq-runner explain CODE` shows an example and the remedy.", ""])


def _listing(subject: str) -> Iterator[str]:
    """All gates, or all families."""
    if subject == "gates":
        yield _all_gates()
    if subject == "library":
        families = [read_family(name) for name in FAMILIES]
        yield table(("family", "parameters", "meaning"), [(f.name, ", ".join(p.name for p in f.parameters), f.title) for f in families])


def _family(name: str) -> Iterator[str]:
    """What a family of circuits is, with an example."""
    if name not in FAMILIES:
        return
    family = read_family(name)
    facts = [
        ("meaning", family.description),
        *((p.name, f"{p.allowed}{_default(p)}. {p.about}") for p in family.parameters),
        ("qubits", family.width),
        ("known answer", family.known),
        ("source", family.source),
    ]
    lines = [f"{name}: a family of circuits, `library: {name}`"]
    for what, text in facts:
        lines += textwrap.wrap(text, 100, initial_indent=f"  {what:<14}  ", subsequent_indent=" " * 18)
    yield "\n".join([*lines, "  for example", textwrap.indent(family.example.rstrip(), "    ")])


def _default(parameter: FamilyParameter) -> str:
    return f", {parameter.default.text} where left out" if parameter.default is not None else ""


def _all_gates() -> str:
    header = ("gate", "qubits", "IonQ", "other names, under controls too", "meaning")
    rows = [
        (_call(fact), str(fact.qubits), _taken(fact), ", ".join(_names(fact.name)[1:]), _first_part(fact.about)) for fact in GATES.values()
    ]
    missing = [f"  {name:<8} {why}" for name, why in NOT_GATES.items()]
    notes = (
        "Arguments are in radians, those of native gates in turns.",
        "IonQ: whether its service takes the gate, and under which name; one that it does not take becomes others, exactly.",
    )
    return "\n".join([table(header, rows, right=frozenset({1})), "", *notes, "", "Not gates here:", *missing])


def _first_part(about: str) -> str:
    return about.partition(";")[0].partition(", also called")[0]


def _gate(name: str) -> Iterator[str]:
    """What the vocabulary says of a word, under any of its names."""
    if name in NOT_GATES:
        yield f"{name}: not a gate here\n  {NOT_GATES[name]}"
    meaning = word(name)
    if meaning is None:
        return
    fact, controls = meaning.fact, meaning.controls
    same = [other for other in _names(fact.name) if other != name and word(other) == meaning]
    more = [other for other in _names(fact.name) if (found := word(other)) is not None and found.controls > controls]
    place = "its last qubit" if fact.qubits == 1 else f"its last {fact.qubits} qubits"
    others = " under the same controls" if controls else ""
    facts = {
        "meaning": f"{_call(fact)} on {place}, where those before are 1" if controls else fact.about,
        "arguments": f"{', '.join(fact.parameters)}, in {fact.unit}" if fact.parameters else "",
        "qubits": f"{meaning.qubits}{', or several: it acts on each of them' if meaning.qubits == 1 else ''}",
        "matrix": f"{fact.matrix}{f', of {fact.name}' if controls else ''}",
        "inverse": f"{fact.inverse or 'its parts, inverted, in reverse order'}{others}",
        "equals": "; ".join(fact.definition),
        "also called": ", ".join(same),
        "under controls": ", ".join(more),
        "IonQ": _ionq(meaning),
    }
    yield "\n".join([f"{name}: a gate", *(f"  {what:<14}  {text}" for what, text in facts.items() if text)])


def _names(name: str) -> list[str]:
    """Every name of a gate, its own first, then its aliases, then those that it has under controls."""
    controlled = [other for other, (base, _) in CONTROLLED.items() if ALIASES.get(base, base) == name]
    return [name, *(other for other, base in ALIASES.items() if base == name), *controlled]


def _call(fact: GateFact) -> str:
    return f"{fact.name}({', '.join(fact.parameters)})" if fact.parameters else fact.name


def _taken(fact: GateFact) -> str:
    if fact.native:
        return "native"
    return (f"as {fact.wire}" if fact.wire else "yes") if fact.taken else "no"


def _ionq(meaning: Word) -> str:
    """What IonQ's service does with a gate."""
    fact = meaning.fact
    if fact.native:
        return "takes it as it is: a pulse of the machine"
    angles, qubits = (0.1,) * len(fact.parameters), tuple(range(meaning.qubits))
    parts = decomposed_names(Program(meaning.qubits, (make_gate(meaning, angles, qubits),), ()))
    if parts:
        return f"does not take it; it is taken apart, exactly, into {', '.join(parts.values())} gates"
    return f"takes it as `{fact.wire or fact.name}`{' with a control' if meaning.controls else ''}"


def _keys(name: str) -> Iterator[str]:
    """Every place at which the language has a key of a name."""
    for where, key in _all_keys():
        if key.name == name:
            remarks = ", needed" * key.required
            yield f"{name}: a key of {where}{remarks}\n  {key.about}"


def _all_keys() -> Iterator[tuple[str, Key]]:
    """All keys with the block that each belongs to, the outer ones first."""
    for block in _blocks(EXPERIMENT, set()):
        yield from ((_block_name(block.title), key) for key in block.keys)
    yield from (("a values file", key) for key in VALUES_FILE.keys)


def _block_name(title: str) -> str:
    """The title of a block as a sentence has it; one that is called by its key has it in backticks."""
    if title in ("experiment", "parameter", "circuit", "target", "run", "sweep", "random axis"):
        return f"{'an' if title[0] == 'e' else 'a'} {title}"
    return {"own gate": "a block under `blocks:`", "IonQ gate": "a gate in IonQ's JSON", "Python function": "`python:`"}.get(
        title, f"`{title}:`"
    )


def _blocks(wanted: Type | None, seen: set[str]) -> Iterator[Block]:
    """Every block below a type, each once."""
    match wanted:
        case Block(title, keys, others):
            if title not in seen:
                seen.add(title)
                yield wanted
                for inner in (*(key.type for key in keys), others):
                    yield from _blocks(inner, seen)
        case Listing(item) | Named(item):
            yield from _blocks(item, seen)
        case Either(_, listing, mapping):
            yield from _blocks(listing, seen)
            yield from _blocks(mapping, seen)
        case OneBlockOf(_, kinds):
            for _, block in kinds:
                yield from _blocks(block, seen)
        case Reference(title) if f"-> {title}" not in seen:
            seen.add(f"-> {title}")
            yield from _blocks(TYPES[title], seen)


def _columns(name: str) -> Iterator[str]:
    """Every table that has a column of a name."""
    for file, columns in (("counts.csv", COUNTS), ("points.csv", POINTS), ("jobs.csv", JOBS)):
        for column in columns:
            if column.name == name:
                unit = f", in {column.unit}" if column.unit else ""
                yield f"{name}: a column of {file} ({column.type}{unit})\n  {column.about}"


def _expression(name: str) -> Iterator[str]:
    if name in FUNCTIONS:
        call, about = _FUNCTIONS[name]
        yield f"{name}: a function of expressions\n  {call}: {about}"
    if name in CONSTANTS:
        yield f"{name}: a constant of expressions\n  {CONSTANTS[name]!r}"

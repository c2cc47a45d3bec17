"""Write what is generated from the code: the JSON Schemas, in the package and in `schemas/`, and pages of the documentation.

A test fails where a file differs from what is generated.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ionq_runner.circuits.decompose import decomposed_names
from ionq_runner.circuits.families import FAMILIES
from ionq_runner.circuits.families.family import Family
from ionq_runner.circuits.program import Gate, Program
from ionq_runner.circuits.vocabulary import make_gate, word
from ionq_runner.cli.explain import _FUNCTIONS as CALLS
from ionq_runner.diagnostics import catalogue
from ionq_runner.diagnostics.formats.document import problems_schema
from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS
from ionq_runner.ionq.facts.gates import ALIASES, CONTROLLED, GATES, NOT_GATES, GateFact
from ionq_runner.language.grammar import EXPERIMENT, NOT_AXES, TYPES, VALUES_FILE, WRITE_INSTEAD
from ionq_runner.language.grammar.types import Anything, Block, Choice, Either, Flag, Key, Listing, Named, OneBlockOf, Reference, Text, Type
from ionq_runner.language.reading.families import family_text, read_family
from ionq_runner.language.reserved import COLUMNS, WORDS
from ionq_runner.language.schema import experiment_schema
from ionq_runner.planning.schema import plan_schema
from ionq_runner.results.columns import COUNTS, JOBS, POINTS, Column
from ionq_runner.results.schema import manifest_schema

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 128  # of a paragraph


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    schemas = {
        "experiment.schema.json": experiment_schema(),
        "manifest.schema.json": manifest_schema(),
        "plan.schema.json": plan_schema(),
        "problems.schema.json": problems_schema(),
    }
    texts = {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}
    files = {ROOT / folder / name: text for folder in ("schemas", "ionq_runner/schemas") for name, text in texts.items()}
    pages = {"codes.md": codes_page(), "families.md": families_page(), "gates.md": gates_page(), "reference.md": reference_page()}
    return files | {ROOT / "docs" / name: text for name, text in pages.items()}


# --- docs/codes.md


def codes_page() -> str:
    """Every diagnostic with its page, under a table of contents by first digit."""
    contents, sections = list[str](), list[str]()
    for digit, about in catalogue.GROUPS.items():
        group = [code for code in catalogue.codes() if code[1] == digit]
        titles = {code: catalogue.title(code) for code in group}
        contents.append(f"- [{about}](#{_slug(about)})")
        contents += [f"  - [{code}](#{_slug(f'{code} {title}')}) {title}" for code, title in titles.items()]
        sections += [f"## {about}", *((catalogue.page(code) or "").strip().replace("# ", "### ", 1) for code in group)]
    return CODES + "\n".join([*contents, "", "\n\n".join(sections), ""])


CODES = """# Codes of diagnostics

<!-- Written by `make generate` from ionq_runner/diagnostics/codes/. -->

Every message about a file has a code in brackets, such as `error[E302]`. This page has them all: what each means, why the language
is strict there, a file that provokes it, and what to write instead. `ionq-runner explain E302` shows the same in the terminal.
Errors begin with E and keep a file from running; warnings begin with W and do so only under `--strict`.

"""


def _slug(heading: str) -> str:
    """The anchor that a heading gets on GitHub."""
    return re.sub("[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


# --- docs/families.md


def families_page() -> str:
    """Every family of circuits with its parameters, its known answer, an example, and its gates."""
    sections = ["\n".join(_family_section(read_family(name))) for name in FAMILIES]
    contents = [f"- [{name}](#{name}): {read_family(name).title}" for name in FAMILIES]
    return FAMILIES_HEAD + "\n".join([*contents, "", "\n".join(sections)])


FAMILIES_HEAD = """# Families of circuits

<!-- Written by `make generate` from ionq_runner/circuits/families/. -->

What `library:` offers. The names of the parameters are names of the experiment: each gets its value from an axis of the circuit, from
its `parameters:`, or from those of the file. [language.md](language.md#families) says how. Within a version of the language a family
makes the same circuits for ever.

"""


def _family_section(family: Family) -> Iterator[str]:
    rows = [
        (_code(p.name), p.allowed, _code(p.default.text) if p.default is not None else "", p.about) for p in family.parameters
    ]  # fmt: skip
    read = "the qubits that its circuit names under `measure:` below" if family.measure else "what the circuit's `measure:` says, or all"
    facts = (f"Qubits: {family.width}.", f"Read: {read}.", f"Known answer: {_small(family.known)}", f"Source: {family.source}.")
    yield from (f"## {family.name}", "", *textwrap.wrap(family.description, WIDTH), "")
    yield from (*_table(("parameter", "takes", "if left out", "meaning"), rows), "") if rows else ("It has no parameters.", "")
    yield from (line for fact in facts for line in textwrap.wrap(fact, WIDTH, initial_indent="- ", subsequent_indent="  "))
    yield ""
    yield from ("```yaml fragment", *family.example.rstrip().splitlines(), "```", "")
    if not family.drawn:
        gates = family_text(family.name).partition("\ngates:\n")[2].partition("\nknown:")[0]
        yield from ("Its circuit:", "", "```text", "gates:", *gates.splitlines(), "```", "")


def _small(text: str) -> str:
    return text[0].lower() + text[1:] if text[1] != "0" else text


# --- docs/gates.md


def gates_page() -> str:
    """Every gate with its matrix, from the facts of the vocabulary."""
    single = [fact for fact in GATES.values() if fact.qubits == 1 and not fact.native]
    several = [fact for fact in GATES.values() if fact.qubits > 1 and not fact.native]
    native = [fact for fact in GATES.values() if fact.native]
    header = ("write", "also called", "does", "matrix", "as IonQ takes it")
    return "\n".join(
        [
            "# Gates",
            "",
            "<!-- Written by `make generate` from ionq_runner/ionq/facts/gates.py. -->",
            "",
            "Every gate is one exact matrix, global phase included; so `p` and `rz`, which differ by a phase, differ under `control`. In a",
            "matrix on several qubits the first qubit of the statement is the first letter of a ket: in `cnot 0 1` the control is qubit 0.",
            "The last column says what stands for a gate that IonQ does not take as it is, and what local noise follows gate by gate;",
            "`ionq-runner show` prints the same for a circuit. How statements are written: [language.md](language.md#gates).",
            "",
            "## On one qubit",
            "",
            "Angles in radians. With several qubits, the gate acts on each of them.",
            "",
            *_table(header, map(_gate_row, single)),
            "",
            "## On several qubits",
            "",
            *_table(header, map(_gate_row, several)),
            "",
            "## With controls of their own",
            "",
            "The controls come first. Any other gate takes controls in a `control:` block.",
            "",
            *_table(("write", "is", "as IonQ takes it"), map(_controlled_row, CONTROLLED)),
            "",
            "## Native gates",
            "",
            "Pulses of the machine. Phases and angles in turns: a turn is 2 pi. They do not mix with other gates in one circuit.",
            "",
            *_table(header[:4], (_gate_row(fact)[:4] for fact in native)),
            "",
            "## No gates here",
            "",
            *_table(("word", "what to do"), ((_code(name), why) for name, why in NOT_GATES.items())),
            "",
        ]
    )


def _gate_row(fact: GateFact) -> tuple[str, ...]:
    names = [alias for alias, name in ALIASES.items() if name == fact.name]
    about = fact.about.partition(", also called")[0]
    return _statement(fact.name), ", ".join(map(_code, names)), about, _code(fact.matrix), _taken(fact.name)


def _controlled_row(name: str) -> tuple[str, ...]:
    base, controls = CONTROLLED[name]
    return _statement(name), f"{_code(base)} with {controls} control{'s' * (controls > 1)}", _taken(name)


def _statement(name: str) -> str:
    """A statement with the gate, on the qubits 0, 1, ..."""
    meaning = word(name)
    assert meaning is not None
    arguments = f"({', '.join(meaning.fact.parameters)})" if meaning.fact.parameters else ""
    return _code(" ".join([f"{name}{arguments}", *map(str, range(meaning.qubits))]))


def _taken(name: str) -> str:
    meaning = word(name)
    assert meaning is not None
    gate: Gate = make_gate(meaning, (0.5,) * len(meaning.fact.parameters), tuple(range(meaning.qubits)))
    parts = decomposed_names(Program(meaning.qubits, (gate,), ())).values()
    return next(iter(parts), "as it is")


# --- docs/reference.md

_OPERATORS = (
    ("`or`", "one of two conditions holds, or both"),
    ("`and`", "both conditions hold"),
    ("`not`", "a condition does not hold"),
    ("`==` `!=` `<` `<=` `>` `>=`", "comparisons; they do not chain, and are conditions, not numbers"),
    ("`+` `-`", "sum and difference"),
    ("`*` `/` `//` `%`", "product, quotient, quotient rounded down, remainder with the sign of the divisor"),
    ("`-` before a number", "the opposite"),
    ("`**`", "power, from right to left; `-2**2` is -4"),
)


def reference_page() -> str:
    """Every key by block, every column by table, every function, every reserved word."""
    calls = [(_code(call), gives) for call, gives in (CALLS[name] for name in FUNCTIONS)]
    constants = [(_code(name), f"{value!r}") for name, value in CONSTANTS.items()]
    instead = [(_code(key), text) for key, text in WRITE_INSTEAD.items()]
    return "\n".join(
        [
            "# Reference",
            "",
            "<!-- Written by `make generate` from the grammar, the columns and the functions. -->",
            "",
            "Everything that a file may hold and a table has, one line each. [language.md](language.md) and [tables.md](tables.md) explain",
            "it with examples; the gates have [a page of their own](gates.md).",
            "",
            "## Keys",
            "",
            "Keys in **bold** must be there. Where a list is",
            "expected one item may stand alone.",
            "",
            *_key_tables(EXPERIMENT, VALUES_FILE),
            "## Columns of the tables",
            "",
            *(line for name, columns in (("counts", COUNTS), ("points", POINTS), ("jobs", JOBS)) for line in _column_table(name, columns)),
            "## Expressions",
            "",
            *_table(("operator, the loosest first", "gives"), _OPERATORS),
            "",
            *_table(("function", "gives"), calls),
            "",
            *_table(("constant", "value"), constants),
            "",
            "## Names that are taken",
            "",
            f"Words of the language, never a name: {_words(WORDS)}.",
            "",
            f"Columns of the tables, never a parameter or an axis: {_words(COLUMNS)}.",
            "",
            "## Keys of other languages",
            "",
            *_table(("no key here", "write"), instead),
            "",
        ]
    )


def _key_tables(*roots: Block) -> Iterator[str]:
    """A section for each block of the grammar, each once, in the order in which they are met."""
    found: dict[str, Block | OneBlockOf] = {}
    for root in roots:
        _collect(root, found)
    for name, block in found.items():
        yield from (f"### {_title(name)}", "")
        if isinstance(block, OneBlockOf):
            yield from ("One of these.", "", *_table(("block", "key", "value", "meaning"), _kind_rows(block)), "")
            continue
        if block.source:
            yield from (f"Exactly one of {', '.join(map(_code, block.source))}.", "")
        if block.others is not None:
            yield from (f"Any other key names an axis: {_value(block.others)}. No axis is called {_words(NOT_AXES)}.", "")
        yield from (*_table(("key", "value", "meaning"), map(_key_row, block.keys)), "")


def _collect(wanted: Type | None, found: dict[str, Block | OneBlockOf]) -> None:
    """Every block below a type, by its title, the outer ones first; short kinds of a block stay in the section of all its kinds."""
    match wanted:
        case Block(title, keys, others) if title not in found:
            found[title] = wanted
            for inner in (*(key.type for key in keys), others):
                _collect(inner, found)
        case OneBlockOf(title, kinds) if title not in found:
            found[title] = wanted
            for _, block in kinds:
                for inner in [block] if _is_long(block) else [key.type for key in block.keys]:
                    _collect(inner, found)
        case Listing(item) | Named(item):
            _collect(item, found)
        case Either(_, listing, mapping):
            _collect(listing, found)
            _collect(mapping, found)
        case Reference(title):
            _collect(TYPES[title], found)


def _is_long(block: Block) -> bool:
    return len(block.keys) > 2


def _kind_rows(block: OneBlockOf) -> Iterator[tuple[str, ...]]:
    """The keys of every kind; of a long one the key that tells it apart, with a link to its section."""
    for name, kind in block.kinds:
        if _is_long(kind):
            first = next(key for key in kind.keys if key.name == name)
            yield (
                _code(name),
                f"**{_code(name)}**",
                f"{_value(first.type)}, and the other keys of [{kind.title}]({_anchor(kind.title)})",
                first.about,
            )
        else:
            yield from ((_code(name), *_key_row(key)) for key in kind.keys)


def _key_row(key: Key) -> tuple[str, ...]:
    name = f"**{_code(key.name)}**" if key.required else _code(key.name)
    return name, _value(key.type), key.about


def _value(wanted: Type) -> str:
    """What a type takes, in words, blocks as links to their sections."""
    match wanted:
        case Text(what) | Listing(_, what):
            return what
        case Anything(what):
            return "a mapping" if what == "mapping" else what
        case Choice(words):
            return " or ".join(map(_code, words))
        case Flag():
            return "`true` or `false`"
        case Named(value, what):
            return f"{what}, each {_value(value)}"
        case Block(title) | OneBlockOf(title):
            return f"{'an' if title[0] in 'aeiou' else 'a'} [{title}]({_anchor(title)})"
        case Reference(title):
            return _value(TYPES[title])
        case Either(scalar, listing, mapping):
            return ", or ".join(_value(form) for form in (scalar, listing, mapping) if form is not None)


def _title(title: str) -> str:
    return title[0].upper() + title[1:]


def _anchor(title: str) -> str:
    return f"#{title.lower().replace(' ', '-')}"


def _column_table(name: str, columns: Sequence[Column]) -> Iterator[str]:
    """The columns of one table."""
    rows = [
        (_code(column.name), column.type, column.about.removesuffix(".") + (f", in {column.unit}." if column.unit else "."))
        for column in columns
    ]
    yield from (f"### {name}.csv", "", *_table(("column", "type", "meaning"), rows), "")


# --- Markdown


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; a bar inside a cell is escaped."""
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(text: str) -> str:
    return f"`{text}`"


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_code, sorted(words)))


def main() -> None:
    """Write every file that differs, and name it."""
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

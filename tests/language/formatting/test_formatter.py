"""The house style: what it changes, what it leaves, and that an experiment stays the same experiment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner import api
from ionq_runner.diagnostics import Problems, Source
from ionq_runner.language.formatting import format_text
from ionq_runner.language.yaml import compose

ROOT = Path(__file__).resolve().parents[3]
GOOD = sorted((ROOT / "tests" / "language" / "good").glob("*.yaml"))
OURS = [*sorted((ROOT / "experiments").glob("*.yaml")), *sorted((ROOT / "ionq_runner" / "cli" / "templates").glob("*.yaml"))]
HERE = str(ROOT / "tests" / "language" / "good" / "bell.yaml")  # files are read from beside it


def formatted(text: str) -> str:
    return format_text(Source("f.yaml", text))


def decoded(file: Path) -> str:
    return file.read_bytes().decode("utf-8-sig")


def plan(text: str) -> tuple[object, ...]:
    found = api.plan(text.encode(), HERE, api.Options(allow_python=True), seed=1)
    return found.digest, found.execution_ids()


WIDE = "gates: [" + ", ".join(["rx(0.25) 0"] * 9) + "]"
CHANGES = {
    "spaces at the end of a line": ("a: 1  \n# c \n", "a: 1\n# c\n"),
    "empty lines": ("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
    "a line end at the end": ("a: 1", "a: 1\n"),
    "spaces around a colon": ("a :   1\nb:\n", "a: 1\nb:\n"),
    "spaces around a comma and inside brackets": ("a: [ 1,2 , 3 ]\nb: { c: 1,d:   2 }\n", "a: [1, 2, 3]\nb: {c: 1, d: 2}\n"),
    "two spaces a level": ("a:\n    b:\n       c: 1\n    d: 2\n", "a:\n  b:\n    c: 1\n  d: 2\n"),
    "a list under its key": ("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"),
    "a mapping in a list": ("a:\n   -   b: 1\n       c: 2\n   - - 1\n     - 2\n", "a:\n  - b: 1\n    c: 2\n  - - 1\n    - 2\n"),
    "a text of several lines": (
        "a:\n    b: |\n        x\n          y  \n\n    c: >-\n     z\n",
        "a:\n  b: |\n    x\n      y  \n\n  c: >-\n    z\n",
    ),
    "a text that says its depth": ("a:\n    b: |2\n        x\n      y\n", "a:\n  b: |2\n      x\n    y\n"),
    "a text in quotes over lines": ('a:\n    b: "x\n        y"\n', 'a:\n  b: "x\n      y"\n'),
    "a text over lines without quotes": ("a:\n    b:   x\n     y\n", "a:\n  b: x\n   y\n"),
    "comments go with what follows": (
        "a:\n    # of b\n    b: 1   # one\n    # of c\n\n    c: 2\n# end\n",
        "a:\n  # of b\n  b: 1   # one\n  # of c\n\n  c: 2\n# end\n",
    ),
    "a comment of a level that ends": ("a:\n    - 1\n    # of the list\nb: 2\n", "a:\n  - 1\n  # of the list\nb: 2\n"),
    "columns of comments": ("a:  1   # x\nbb: 22  # y\n", "a: 1    # x\nbb: 22  # y\n"),
    "brackets over lines move with their key": (
        "a:\n    b: [1,\n        2]\n    c: {\n      d: 1\n    }\n",
        "a:\n  b: [1,\n      2]\n  c: {\n    d: 1\n  }\n",
    ),
    "a list of statements over lines": (
        "circuits:\n  c:\n    gates: [h 0,   # one\n            # own\n            x 1  # two\n           ]  # all\n",
        "circuits:\n  c:\n    gates:  # all\n      - h 0  # one\n      # own\n      - x 1  # two\n",
    ),
    "a list of statements that does not fit": (
        f"circuits:\n  c:\n    {WIDE}\n", "circuits:\n  c:\n    gates:\n" + "      - rx(0.25) 0\n" * 9,
    ),
    "a body that does not fit": (
        f"blocks:\n  c:\n    gates:\n      - repeat: 2\n        {WIDE.replace('gates', 'do')}\n",
        "blocks:\n  c:\n    gates:\n      - repeat: 2\n        do:\n" + "          - rx(0.25) 0\n" * 9,
    ),
}  # fmt: skip
STAYS = {
    "short lists": "circuits:\n  c:\n    gates: [h 0, {for: q in 0..2, do: x q}]\n",
    "long lists of other things": f"metadata:\n  {WIDE}\n",
    "quotes": 'a: \'x\'\nb: "y"\n"c": z\n',
    "gates in JSON": 'circuits:\n  c:\n    gates:\n      - {gate:  h,target: 0}\n      - {"gate":"h"}\n'
    "    ionq: {qubits:  1,circuit: [ {gate: h} ]}\n",
    "a file of JSON": '{\n    "a":1,\n\n\n    "b": [2,3]}',
    "a text with its line ends": "a: |+\n  x\n\n\n",
    "a text that the file ends in": "a: |\n  x",
    "keys after a question mark": "? a\n:   b\n",
    "line ends of Windows": "a: 1\r\nb: |\r\n  x\r\n",
    "a mark at the start": "---\na: 1\n",
    "a value below its key": "a:\n  1\nb:\n  [1, 2]\n",
    "a dash by itself": "a:\n  -\n    b: 1\n    c: 2\n",
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES)
def test_what_is_changed(before, after):
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_what_stays(text):
    assert formatted(text) == text


def test_line_ends_of_windows_stay_where_the_rest_changes():
    assert formatted("a:   1\r\n\r\n\r\nb: 2") == "a: 1\r\n\r\nb: 2\r\n"


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_our_experiments_are_in_house_style(file):
    assert formatted(decoded(file)) == decoded(file)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_file_stays_the_same_experiment(file):
    text = decoded(file)
    after = formatted(text)
    assert formatted(after) == after
    assert plan(after) == plan(text)


# --- files in other layouts


def spoiled(text: str, draw) -> str:
    """The text with spaces, empty lines and comments where they change nothing."""
    inside = set(lines_inside(compose(Source("f", text), Problems()), text))
    out: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if number not in inside and line.strip():
            own = line[: len(line) - len(line.lstrip(" "))]
            noise = draw(st.sampled_from(["", "", "", "\n", "\n\n", "# note\n", f"{own}# note\n", f"   {own}# note\n"]))
            behind = draw(st.sampled_from(["", "", "  ", " # behind", "\t"])) if number + 1 not in inside and "#" not in line else ""
            out.append(noise + line + behind)
        else:
            out.append(line)
    return "\n".join(out)


def lines_inside(node, text):
    """The lines of what goes over several, without the first."""
    start, end = node.span.start, node.span.end
    flow = getattr(node, "style", None) is not None or text[start] in "[{"
    if flow:
        first = text.count("\n", 0, start)
        yield from range(first + 1, first + 1 + text.count("\n", start, end))
    for entry in getattr(node, "entries", ()):
        yield from lines_inside(entry.value, text)
    for item in getattr(node, "items", ()):
        yield from lines_inside(item, text)


@settings(max_examples=25)
@given(st.sampled_from([file for file in GOOD if file.stem not in ("json", "layout", "large", "python", "windows")]), st.data())
def test_a_file_in_another_layout_becomes_the_same_text_or_the_same_experiment(file, data):
    text = decoded(file)
    other = spoiled(text, data.draw)
    after = formatted(other)
    assert formatted(after) == after
    assert plan(after) == plan(other)
    assert after.count("# note") == other.count("# note")
    assert not any(line != line.rstrip() for line in after.splitlines())
    assert "\n\n\n" not in after


# --- files made up

WORDS = ["h 0", "cnot 0 1", "rz(t) 1", "x all", "rx(t/2) 0..1", {"for": "q in 0..1", "do": ["h q"]}, {"repeat": 2, "do": "x 0"},
         {"inverse": ["h 0", "s 1"]}, {"if": "1 < 2", "do": ["x 1"]}, {"gate": "h", "target": 0}]  # fmt: skip


@st.composite
def experiments(draw):
    gates = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
    circuits = {
        name: {
            "qubits": 2,
            "gates": ["rz(t) 0", *gates],
            "sweep": {"t": draw(st.sampled_from(["0..2", [0, "pi/2"], {"linspace": [0, 1, 3]}]))},
        }
        for name in draw(st.sampled_from([["a"], ["a", "b"]]))
    }
    return {
        "ionq_runner": 1, "name": "made", "description": draw(st.sampled_from(["short", "longer than that"])),
        "metadata": {"who": ["x", {"y": 1}]}, "circuits": circuits, "repetitions": 10, "seed": 1,
    }  # fmt: skip


class Writer:
    """Writes data as YAML in whatever layout is drawn."""

    def __init__(self, draw) -> None:
        self.draw = draw

    def one(self, *choices):
        return self.draw(st.sampled_from(choices))

    def flow(self, value) -> str:
        space = self.one("", "", " ", "   ")
        if isinstance(value, dict):
            return (
                "{"
                + space
                + f",{self.one(' ', '  ')}".join(f"{key}:{self.one(' ', '  ')}{self.flow(own)}" for key, own in value.items())
                + space
                + "}"
            )
        if isinstance(value, list):
            return "[" + space + f"{space}, {space}".join(map(self.flow, value)) + space + "]"
        return self.scalar(value)

    def scalar(self, value) -> str:
        return str(value) if not isinstance(value, str) or self.one(True, True, False) else self.one(f'"{value}"', f"'{value}'")

    def end(self) -> str:
        return self.one("\n", "\n", "\n", "  \n", "   # behind\n", "\n\n", "\n\n\n")

    def block(self, value, indent: int) -> str:
        own = " " * indent
        if isinstance(value, dict):
            return "".join(self.noise(own) + own + self.entry(key, inner, indent) for key, inner in value.items())
        return "".join(self.noise(own) + own + self.item(inner, indent) for inner in value)

    def noise(self, own: str) -> str:
        return self.one("", "", "", "", own + "# note\n", "   # note\n", "\n")

    def entry(self, key: str, value, indent: int) -> str:
        if isinstance(value, dict | list) and self.one(True, True, False):
            deeper = indent + self.one(1, 2, 4) if isinstance(value, dict) else indent + self.one(0, 2, 3)
            return f"{key}:{self.end()}{self.block(value, deeper)}"
        return f"{key}:{self.one(' ', ' ', '   ')}{self.flow(value)}{self.end()}"

    def item(self, value, indent: int) -> str:
        gap = self.one(" ", "  ", "    ")
        if isinstance(value, dict) and "gate" not in value and self.one(True, True, False):
            first, *rest = value.items()
            inner = indent + 1 + len(gap)
            return f"-{gap}{self.entry(*first, inner)}" + "".join(" " * inner + self.entry(*own, inner) for own in rest)
        return f"-{gap}{self.flow(value)}{self.end()}"


@given(experiments(), st.data())
def test_any_layout_of_an_experiment_becomes_the_same_experiment(experiment, data):
    text = Writer(data.draw).block(experiment, 0)
    after = formatted(text)
    assert formatted(after) == after, text
    assert plan(after) == plan(text)
    assert (after.count("# note"), after.count("# behind")) == (text.count("# note"), text.count("# behind"))
    assert not any(line != line.rstrip() for line in after.splitlines())
    assert all((len(line) - len(line.lstrip())) % 2 == 0 for line in after.splitlines() if "#" not in line), after


@given(st.text(alphabet="abc:#- []{}\n'\"|>&*!%\t", max_size=60))
def test_whatever_is_given_comes_back_with_the_same_meaning(text):
    problems, again = Problems(), Problems()
    before = compose(Source("f", text), problems)
    after = compose(Source("f", formatted(text)), again)
    assert len(problems) == len(again)
    assert shape(before) == shape(after)


def shape(node):
    return (getattr(node, "text", None), [shape(item) for item in getattr(node, "items", ())],
            [(entry.key.text, shape(entry.value)) for entry in getattr(node, "entries", ())])  # fmt: skip

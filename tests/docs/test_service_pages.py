"""The pages about IonQ's service: their examples run as they stand against a service on this machine, and print what is shown.

The Python blocks of a page run from top to bottom in one namespace, as a user would type them: the key and the host come from the
environment. What a block prints stands in the `text` block that follows it, exactly; a block that prints nothing has none. In the head
of a block, `lost-reply` means that the answer to its submission is lost on the way: the job is accepted, and nobody hears of it; and
`busy` that jobs take a while.

Pages refer to what exists: every public name, and every method of the service, of a job and of results has a place in them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ionq_runner import ionq

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "docs" / "service"
PAGES = [*sorted(SERVICE.glob("*.md")), ROOT / "README.md"]
PARTS = ("circuits", "jobs", "messages", "documents", "routes", "faults")
SECTION = "## IonQ's service in a notebook"  # of the README, whose other examples are tried elsewhere
BLOCK = re.compile(r"^(```|~~~)([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
ENVIRONMENT = ("CIRQ_IONQ_API_KEY", "CIRQ_IONQ_REMOTE_HOST", "IONQ_API_KEY_FILE")
DOCUMENTED = (ionq.Service, ionq.Job, ionq.Sampler, ionq.QPUResult, ionq.SimulatorResult, ionq.ShotResult, ionq.Calibration)


@dataclass(frozen=True)
class Example:
    """A Python block, the line on which it begins, and what it prints; None where nothing is shown."""

    code: str
    line: int
    shown: str | None
    words: list[str]


@pytest.fixture(scope="module")
def loopback():
    """The service of tests/ionq, by its place, for this folder's tests do not import each other's."""
    for name in (*(f"loopback_{part}" for part in PARTS), "loopback"):
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "ionq" / f"{name}.py")
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
    return sys.modules["loopback"]


@pytest.fixture
def cloud(loopback, monkeypatch):
    """A running service, which the environment names."""
    with loopback.Cloud() as running:
        for name in ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("IONQ_API_KEY", running.key)
        monkeypatch.setenv("IONQ_REMOTE_HOST", running.url)
        yield running
    assert running.errors == [], running.errors[0]


def text_of(page: Path) -> str:
    """The page; of the README, only the section about the service, with the lines before it left empty."""
    text = page.read_text(encoding="utf-8")
    if page.name != "README.md":
        return text
    before, _, rest = text.partition(SECTION)
    return "\n" * before.count("\n") + SECTION + rest.partition("\n## ")[0] + "\n"


def examples_of(text: str) -> Iterator[Example]:
    blocks = list(BLOCK.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        language, *words = block[2].split()
        if language == "python":
            shown = following[3] if following and following[2].strip() == "text" else None
            yield Example(textwrap.dedent(block[3]), text.count("\n", 0, block.start()) + 1, shown, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_print_what_is_shown(page, cloud, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    found: list[tuple[int, str]] = []
    examples = list(examples_of(text_of(page)))
    for example in examples:
        assert set(example.words) <= {"lost-reply", "busy"}
        if "lost-reply" in example.words:
            cloud.faults.add("POST", "/jobs$", "lose_reply")
        cloud.run_s = 60.0 if "busy" in example.words else 0.0
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * example.line + example.code, page.name, "exec"), namespace)
        found.append((example.line, printed.getvalue()))
    assert found == [(example.line, example.shown or "") for example in examples]
    assert examples, "a page without an example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_is_python_or_what_it_prints_or_a_command(page):
    languages = [block[2].split()[0] for block in BLOCK.finditer(text_of(page))]
    assert set(languages) <= {"python", "text", "console"}
    assert all(before == "python" for before, own in zip(["", *languages], languages, strict=False) if own == "text")


def test_every_public_name_and_method_has_a_place_in_the_pages():
    text = "\n".join(page.read_text(encoding="utf-8") for page in SERVICE.glob("*.md"))
    code = [*(block[3] for block in BLOCK.finditer(text)), *re.findall("`[^`]+`", BLOCK.sub("", text))]
    words = set(re.findall(r"\w+", " ".join(code)))
    methods = {name for kind in DOCUMENTED for name, _ in inspect.getmembers(kind) if not name.startswith("_")}
    assert sorted({*ionq.__all__, *methods} - words) == []


def test_every_test_that_a_page_names_exists_and_every_row_side_by_side_names_one():
    named = {match for page in SERVICE.glob("*.md") for match in TEST.findall(page.read_text(encoding="utf-8"))}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in named if (ROOT / path).is_file()}
    assert sorted((path, name) for path, name in named if not re.search(rf"^def {name}\(", texts.get(path, ""), re.MULTILINE)) == []
    lines = (SERVICE / "side-by-side.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| ") and not line.startswith(("| ---", "| feature"))]
    assert len(rows) > 100
    assert [row[0] for row in rows if len(row) != 4 or not TEST.search(row[3])] == []


def test_the_first_page_leads_to_all_others():
    linked = set(re.findall(r"\]\((\S+?\.md)", (SERVICE / "index.md").read_text(encoding="utf-8")))
    assert {page.name for page in SERVICE.glob("*.md")} - {"index.md"} <= linked
    assert "](docs/service/index.md)" in (ROOT / "README.md").read_text(encoding="utf-8")

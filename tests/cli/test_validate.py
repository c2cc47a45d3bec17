"""`validate`: everything that is wrong with some files, whatever they are."""

from __future__ import annotations

import json
import os

import pytest

from ionq_runner import __version__

BROKEN = """\
ionq_runner: 1
name: pair
circuits: {pair: {qubits: 2, gates: [h 0, cnott 0 1, rx(2pi) 0]}}
repetitions: 100
"""
PROBLEMS = """\
{name}:3:43: error[E401]: no gate is called `cnott`
  3 | circuits: {{pair: {{qubits: 2, gates: [h 0, cnott 0 1, rx(2pi) 0]}}}}
    |                                           ^^^^^
  help: did you mean `cnot`?

{name}:3:57: error[E302]: there is no operator between `2` and `pi`
  3 | circuits: {{pair: {{qubits: 2, gates: [h 0, cnott 0 1, rx(2pi) 0]}}}}
    |                                                         ^^^
  help: write `2*pi`

2 errors
"""
WARNED = """\
ionq_runner: 1
name: pair
parameters: {unused: 3}
circuits: {pair: {qubits: 2, gates: [h 0, cnot 0 1]}}
repetitions: 100
"""


@pytest.fixture
def files(tmp_path):
    """A broken file and one with a warning, beside the good one."""
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "warned.yaml").write_text(WARNED)


def test_a_good_file_has_no_problems(call):
    done = call("validate", "good.yaml")
    assert (done.code, done.out, done.err) == (0, "good.yaml: no problems\n", "")


def test_of_good_files_nothing_is_said_when_nothing_is_asked(call):
    done = call("validate", "-q", "good.yaml", "good.yaml")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_all_problems_are_shown_with_their_places_and_remedies(call, files):
    done = call("validate", "broken.yaml")
    assert (done.code, done.out, done.err) == (1, PROBLEMS.format(name="broken.yaml"), "")


def test_several_files_are_looked_at_in_their_order(call, files):
    done = call("validate", "good.yaml", "broken.yaml", "good.yaml")
    assert done.code == 1
    assert done.out == f"good.yaml: no problems\n{PROBLEMS.format(name='broken.yaml')}good.yaml: no problems\n"


def test_standard_input_is_a_file_too(call, files):
    assert call("validate", "-", stdin=BROKEN.encode()).out == PROBLEMS.format(name="<stdin>")
    good = call("validate", "-", "good.yaml", stdin=WARNED.replace("parameters", "# ").encode())
    assert (good.code, good.out) == (0, "<stdin>: no problems\ngood.yaml: no problems\n")


def test_warnings_are_shown_and_are_no_errors_unless_asked(call, files):
    done = call("validate", "warned.yaml")
    assert (done.code, done.out.splitlines()[0]) == (0, "warned.yaml:3:14: warning[W210]: the parameter `unused` is never used")
    assert done.out.endswith("\n1 warning\n")
    strict = call("validate", "--strict", "warned.yaml")
    assert (strict.code, strict.out) == (1, done.out)


@pytest.mark.parametrize(("name", "words"), [
    ("missing.yaml", "missing.yaml cannot be read: No such file or directory"),
    ("good.yaml/x", "good.yaml/x cannot be read: Not a directory"),
    (".", ". is a folder; name a file in it"),
    ("", "'' cannot be read: No such file or directory"),
    ("x" * 300, "cannot be read: File name too long"),
    ("/dev/null", "/dev/null is not a regular file; `-` reads standard input"),
    ("pipe", "pipe is not a regular file; `-` reads standard input"),
])  # fmt: skip
def test_what_is_no_file_that_can_be_read_is_named(call, tmp_path, name, words):
    os.mkfifo(tmp_path / "pipe")
    done = call("validate", "good.yaml", name)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_file_that_may_not_be_read_is_named(call, tmp_path):
    (tmp_path / "secret.yaml").write_text("")
    (tmp_path / "secret.yaml").chmod(0)
    tmp_path.chmod(0o755)
    done = call("validate", "secret.yaml", before="import os\nif os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n")
    assert (done.code, "secret.yaml cannot be read: Permission denied" in done.err) == (2, True), done


@pytest.mark.parametrize("content", [
    b"",
    b"\n\n# nothing\n",
    b"\x7fELF\x02\x01\x01" + bytes(1000),
    b"\xff\xfei\x00o\x00",
    b"caf\xe9: 1\n",
    b"PK\x03\x04" + bytes(range(256)) * 40,
    b"\0",
    b"[" * 100_000,
    b"a: &a [*a]\n",
    b"- " * 50_000,
    b"a: " * 50_000,
    b"x" * 3_000_000,
    b"%YAML 9.9\n---\n",
    b"--- 1\n--- 2\n",
    b"just words\n",
    b"\"\\ud800\": 1\n",
    b"name: 'unclosed\n",
    b"{" + b"a: 1, " * 30_000 + b"}",
], ids=lambda content: repr(content[:12]))  # fmt: skip
def test_whatever_a_file_holds_the_answer_is_problems(call, tmp_path, content):
    (tmp_path / "strange.yaml").write_bytes(content)
    done = call("validate", "strange.yaml")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("strange.yaml:")
    assert "error" in done.out.splitlines()[-1]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["--set", "n=4"], 0, "no problems"),
    (["--set", "m=4"], 1, "the file has no parameter `m`"),
    (["--set", "n"], 1, "`n` is not of the form NAME=VALUE"),
    (["--set", "n=1/0"], 1, "error"),
    (["--only", "circuit=other"], 1, "other"),
    (["--only", "circuit"], 1, "is not of the form"),
    (["--max-points", "2"], 1, "error"),
    (["--set-file", "values.yaml"], 0, "no problems"),
    (["--set-file", "missing.yaml"], 2, "missing.yaml cannot be read: No such file or directory"),
    (["--set-file", "."], 2, "."),
    (["--set-file", "sized.yaml"], 1, "sized.yaml:1:"),
])  # fmt: skip
def test_what_is_asked_for_besides_the_file_is_checked_too(call, tmp_path, arguments, code, words):
    text = (tmp_path / "good.yaml").read_text().replace("circuits:", "parameters: {n: 3}\ncircuits:").replace("rz(phi)", "rz(n*phi)")
    (tmp_path / "sized.yaml").write_text(text)
    (tmp_path / "values.yaml").write_text("protocol: sized.yaml\nset: {n: 2}\n")
    done = call("validate", *arguments, "sized.yaml")
    assert done.code == code, done
    assert words in done.out + done.err


def test_nothing_is_written(call, tmp_path, files):
    before = sorted(tmp_path.rglob("*"))
    call("validate", "good.yaml", "broken.yaml")
    assert sorted(tmp_path.rglob("*")) == before


def test_programs_read_the_problems_of_all_files_as_one_json_document(call, files):
    done = call("validate", "--format", "json", "good.yaml", "broken.yaml", "warned.yaml")
    document = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    assert {key: document[key] for key in ("files", "errors", "warnings")} == {
        "files": ["good.yaml", "broken.yaml", "warned.yaml"],
        "errors": 2,
        "warnings": 1,
    }
    assert [(entry["code"], entry["file"], entry["line"]) for entry in document["problems"]] == [
        ("E401", "broken.yaml", 3),
        ("E302", "broken.yaml", 3),
        ("W210", "warned.yaml", 3),
    ]


def test_github_shows_problems_at_their_lines_in_a_pull_request(call, files):
    done = call("validate", "--format", "github", "good.yaml", "broken.yaml")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "::error file=broken.yaml,line=3,col=43,endLine=3,endColumn=47,title=E401 An unknown gate::"
        "no gate is called `cnott`%0Ahelp: did you mean `cnot`?\n"
        "::error file=broken.yaml,line=3,col=57,endLine=3,endColumn=59,title=E302 A forgotten sign::"
        "there is no operator between `2` and `pi`%0Ahelp: write `2*pi`\n"
    )


def test_code_scanning_reads_a_log_in_sarif(call, files):
    done = call("validate", "--format", "sarif", "good.yaml", "broken.yaml")
    (run,) = json.loads(done.out)["runs"]
    assert (done.code, done.err) == (1, "")
    assert [result["ruleId"] for result in run["results"]] == ["E401", "E302"]
    assert run["tool"]["driver"]["version"] == __version__


def test_a_section_of_markdown_shows_what_a_terminal_shows(call, files):
    done = call("validate", "--format", "markdown", "good.yaml", "broken.yaml")
    shown = PROBLEMS.format(name="broken.yaml").removesuffix("\n2 errors\n")
    assert (done.code, done.out, done.err) == (1, f"### `broken.yaml`: 2 errors\n\n```text\n{shown}```\n", "")


@pytest.mark.parametrize("form", ["json", "github", "sarif", "markdown"])
def test_a_format_changes_no_exit_code(call, files, form):
    codes = [
        call("validate", "--format", form, *arguments).code for arguments in (["good.yaml"], ["warned.yaml"], ["--strict", "warned.yaml"])
    ]
    assert codes == [0, 0, 1]
    missing = call("validate", "--format", form, "good.yaml", "missing.yaml")
    assert (missing.code, missing.out) == (2, "")


@pytest.mark.parametrize("form", ["json", "github", "sarif", "markdown"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfei\x00", b"a: \xe9\n", b"{" + b"a: 1, " * 30_000 + b"}", b"- \xf0\x9f\x99\x82 \x07\n"],
    ids=["empty", "utf-16", "latin-1", "keys-twice", "odd-characters"],
)
def test_every_format_copes_with_whatever_a_file_holds(call, tmp_path, form, content):
    (tmp_path / "strange.yaml").write_bytes(content)
    done = call("validate", "--format", form, "strange.yaml")
    assert (done.code, done.err, bool(done.out)) == (1, "", True)


def test_what_an_option_gets_wrong_is_in_every_format(call):
    shown = {form: call("validate", "--format", form, "--set", "m=4", "good.yaml") for form in ("json", "github", "sarif", "markdown")}
    assert all(done.code == 1 for done in shown.values())
    assert shown["github"].out.startswith("::error title=E701 An unknown parameter::--set:1:1: the file has no parameter `m`")
    assert json.loads(shown["json"].out)["problems"][0]["file"] == "--set"

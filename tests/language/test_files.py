"""Files that an experiment refers to: read once, from its folder or below, and nothing else."""

from __future__ import annotations

import os
import sys

import pytest

from ionq_runner.diagnostics import ProblemFound, Problems, Source
from ionq_runner.language import files as module
from ionq_runner.language.files import Files
from ionq_runner.language.yaml import compose


def path(text):
    return compose(Source("f.yaml", f'"{text}"'), Problems())


def refused(files, text):
    with pytest.raises(ProblemFound) as raised:
        files.excerpt(path(text))
    problem = raised.value.problem
    assert problem.span.source.text[problem.span.start : problem.span.end] == f'"{text}"'
    return problem.message.removeprefix(f"the file `{text}` ")


@pytest.fixture
def folder(tmp_path):
    """A folder of an experiment, with something beside it."""
    (tmp_path / "outside.txt").write_text("secret")
    own = tmp_path / "experiment"
    (own / "below").mkdir(parents=True)
    (own / "below" / "bell.qasm").write_text("qubit q;\n")
    return own


def test_a_file_is_read_once_and_kept_as_it_was(folder):
    files = Files(folder, "experiment")
    excerpt = files.excerpt(path("below/bell.qasm"))
    (folder / "below" / "bell.qasm").write_text("changed")
    assert files.excerpt(path("below/bell.qasm")).text == excerpt.text == "qubit q;\n"
    assert excerpt.source.name == os.path.join("experiment", "below/bell.qasm")
    assert files.used == {"below/bell.qasm": b"qubit q;\n"}


@pytest.mark.parametrize(("text", "reason"), [
    ("/etc/hostname", "lies elsewhere"),
    ("../outside.txt", "leads out of a folder with `..`"),
    ("below/../below/bell.qasm", "leads out of a folder with `..`"),
    ("https://example.org/a.qasm", "is an address, and nothing is fetched"),
    ("~/a.qasm", "is not written as a plain path"),
    ("$HOME/a.qasm", "is not written as a plain path"),
    ("below\\\\bell.qasm", "is not written as a plain path"),
    ("below", "cannot be read: Is a directory"),
    ("nothing.qasm", "cannot be read: No such file or directory"),
])  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(folder, text, reason):
    files = Files(folder)
    with pytest.raises(ProblemFound) as raised:
        files.excerpt(path(text))
    assert raised.value.problem.message.endswith(reason)
    assert files.used == {}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_may_stay_inside_and_not_lead_out(folder):
    (folder / "inside.qasm").symlink_to(folder / "below" / "bell.qasm")
    (folder / "out.qasm").symlink_to(folder.parent / "outside.txt")
    (folder / "loop.qasm").symlink_to(folder / "loop.qasm")
    assert Files(folder).excerpt(path("inside.qasm")).text == "qubit q;\n"
    assert refused(Files(folder), "out.qasm") == "leads out of the folder of the experiment"
    assert "cannot be" in refused(Files(folder), "loop.qasm")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names there")
def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.qasm")
    assert refused(Files(folder), "pipe.qasm") == "is no regular file"


def test_a_file_that_is_large_or_no_text_is_refused(folder, monkeypatch):
    (folder / "latin.qasm").write_bytes(b"qubit q;\n// caf\xe9\n")
    assert refused(Files(folder), "latin.qasm") == "is not UTF-8 text: line 2 has the byte 0xe9"
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1 << 20)
    (folder / "large.qasm").write_bytes(b" " * ((1 << 20) + 1))
    assert refused(Files(folder), "large.qasm") == "has more than 1 MiB"


def test_a_byte_order_mark_is_no_part_of_the_text(folder):
    (folder / "marked.qasm").write_bytes(b"\xef\xbb\xbfqubit q;")
    assert Files(folder).excerpt(path("marked.qasm")).text == "qubit q;"


def test_an_experiment_in_no_folder_has_no_files():
    assert refused(Files(None), "bell.qasm") == module.NOWHERE

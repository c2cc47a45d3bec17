"""`init`: a starter that runs as it stands, and never writes over a person's file."""

from __future__ import annotations

import subprocess
from importlib import resources

import pytest

TEMPLATES = sorted(
    entry.name.removesuffix(".yaml") for entry in resources.files("ionq_runner.cli.templates").iterdir() if entry.name.endswith(".yaml")
)


def test_templates_are_listed_with_what_they_are_for(call):
    done = call("init", "--list")
    assert [line.split()[0] for line in done.out.splitlines()] == TEMPLATES
    assert all(len(line.split(maxsplit=1)[1]) > 20 for line in done.out.splitlines())
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_runs_as_it_stands(call, tmp_path, template):
    assert call("init", template).out == f"wrote {template}.yaml. Run it:\n  ionq-runner run {template}.yaml\n"
    assert call("validate", "--strict", f"{template}.yaml").out == f"{template}.yaml: no problems\n"
    assert call("run", f"{template}.yaml").code == 0
    assert call("verify").code == 0


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_says_how_to_run_it_and_what_its_lines_mean(call, tmp_path, template):
    call("init", template)
    text = (tmp_path / f"{template}.yaml").read_text()
    assert f"ionq-runner run {template}.yaml" in text.splitlines()[0]
    assert "yaml-language-server: $schema=" in text
    assert text.count(" # ") >= 1


def test_the_default_is_the_bell_pair(call, tmp_path):
    assert call("init").code == 0
    assert (tmp_path / "bell.yaml").read_text() == resources.files("ionq_runner.cli.templates").joinpath("bell.yaml").read_text()


@pytest.mark.parametrize("arguments", [["rabi", "mine.yml"], ["mine.yaml"], ["mine.yml"], ["bell", "my first.yaml"]])
def test_a_starter_can_be_called_as_one_likes(call, tmp_path, arguments):
    done = call("init", *arguments)
    assert (done.code, (tmp_path / arguments[-1]).exists()) == (0, True)


def test_the_printed_command_can_be_copied(call, shell, tmp_path):
    done = call("init", "bell", "my first; exit 3.yaml")
    line = done.out.splitlines()[1].strip()
    assert shell(line).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["bell"], ["bell", "bell.yaml"], ["bell.yaml"], ["rabi", "bell.yaml"]])
def test_a_file_that_is_there_is_not_touched(call, tmp_path, arguments):
    (tmp_path / "bell.yaml").write_text("mine")
    done = call("init", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "bell.yaml is there already; name another file, or replace it with --force" in done.err
    assert (tmp_path / "bell.yaml").read_text() == "mine"


def test_a_file_is_replaced_for_who_insists(call, tmp_path):
    (tmp_path / "bell.yaml").write_text("mine")
    assert call("init", "--force").code == 0
    assert (tmp_path / "bell.yaml").read_text() != "mine"


@pytest.mark.parametrize(("arguments", "words"), [
    (["bel"], "there is no template `bel`; did you mean `bell`?"),
    (["deutsch"], f"there is no template `deutsch`; they are {', '.join(TEMPLATES)}"),
    (["bell", "no/such/folder/x.yaml"], "no/such/folder/x.yaml cannot be written: No such file or directory"),
    (["bell", "."], ". is there already"),
    (["bell", ".", "--force"], ". cannot be written: Is a directory"),
])  # fmt: skip
def test_what_cannot_be_done_is_explained(call, arguments, words):
    done = call("init", *arguments)
    assert (done.code, done.out, words in done.err) == (2, "", True)


def test_nothing_else_is_written(call, tmp_path):
    call("init")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bell.yaml", "good.yaml"]


def test_a_pointer_to_nowhere_is_not_in_the_way(call, tmp_path):
    (tmp_path / "bell.yaml").symlink_to("elsewhere.yaml")
    assert call("init").code == 0
    assert (tmp_path / "elsewhere.yaml").exists()
    assert subprocess.run(["test", "-L", tmp_path / "bell.yaml"], check=False).returncode == 0

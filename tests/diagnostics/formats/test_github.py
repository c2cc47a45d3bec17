"""Problems as workflow commands: GitHub's escaping, its rules for columns, and nothing that a file could smuggle into the log."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.diagnostics import Problems, Source, Span
from ionq_runner.diagnostics.formats import render

COMMAND = re.compile(r"::(error|warning) ((?:[a-zA-Z]+=[^,:]+,?)*)::(.*)\n")


def commands(checked):
    return render("github", checked, "")


def test_a_problem_is_a_command_with_its_place_its_title_and_its_help(shelf):
    source = Source("experiments/a.yaml", "b: 1\nb: 2\n")
    shelf.file("experiments/a.yaml", shelf.twice(source, "b"), shelf.at(source, 3, 4))
    assert commands(shelf.checked) == (
        "::error file=experiments/a.yaml,line=1,col=4,endLine=1,endColumn=4,title=E401 An unknown gate::`1` is odd\n"
        "::warning file=experiments/a.yaml,line=2,col=1,endLine=2,endColumn=1,title=W999::"
        "`b` stands twice%0Anote: it is here already (experiments/a.yaml:1:1)%0Ahelp: keep one\n"
    )


def test_the_last_column_is_that_of_the_last_character(shelf):
    assert "col=4,endLine=1,endColumn=6," in commands(shelf.odd("a: odd", "odd"))
    source = Source("f.yaml", "abc\n")
    assert "col=4,endLine=1,endColumn=4," in commands(shelf.file("f.yaml", shelf.at(source, 3, 3))[1:])


def test_what_takes_several_lines_has_no_columns_for_github_takes_none(shelf):
    text = commands(shelf.odd("a: |\n  x\n  y\n", "|\n  x\n  y\n"))
    assert text.startswith("::error file=f.yaml,line=1,endLine=3,title=")


def test_signs_that_end_a_property_or_a_line_are_escaped(shelf):
    text = commands(shelf.odd("a: 100%:,", "100%:,", "50%, a:b.yaml"))
    assert text.startswith("::error file=50%25%2C a%3Ab.yaml,line=1,")
    assert text.endswith("::`100%25:,` is odd\n")


def test_what_is_no_file_is_named_in_the_message(shelf):
    assert commands(shelf.odd("n=x", "x", "--set")) == "::error title=E401 An unknown gate::--set:1:3: `x` is odd\n"
    assert commands(shelf.odd("a", "a", "<stdin>")[1:]) == "::error title=E401 An unknown gate::<stdin>:1:1: `a` is odd\n"


def test_a_path_is_as_github_has_it(shelf):
    assert commands(shelf.odd("a", "a", "./x/../experiments/a.yaml")).startswith("::error file=experiments/a.yaml,")


@given(st.text(st.characters(codec=None, categories=None), min_size=1, max_size=30))
def test_nothing_that_a_file_says_becomes_a_command_of_its_own(text):
    from ionq_runner.diagnostics import Problem

    class Quoting(Problem):
        code = "E401"
        text = "{word}"
        word: str

    problems = Problems()
    problems.add(Quoting(Span(Source(f"f{text}", text), 0, len(text)), f"\n::error::{text}"))
    shown = commands([("f", problems)])
    assert COMMAND.fullmatch(shown), shown
    assert shown.isprintable() or set(re.findall(r"[^\x20-\x7e]", shown)) - {"\n", "\t"} == set(re.findall(r"[^\x00-\x7e]", shown))


def test_of_very_many_problems_the_rest_is_counted(shelf):
    source = Source("f.yaml", "x" * 1_150)
    lines = commands(shelf.file("f.yaml", *(shelf.at(source, start, start + 1) for start in range(1_150)))).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "::warning::and 1,050 more problems like these"


def test_without_problems_nothing_is_said(shelf):
    assert commands(shelf.file("good.yaml")) == ""

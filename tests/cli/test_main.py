"""What every verb has in common: help, near misses, exit codes, and text that suits the terminal."""

from __future__ import annotations

import importlib.util
import os
import re
import signal

import pytest

from ionq_runner import __version__
from ionq_runner.cli.main import VERBS

USAGE, PERSON = 2, 5
BROKEN = """\
ionq_runner: 1
name: pair
circuits: {pair: {qubits: 2, gates: [h 0, cnott 0 1]}}
repetitions: 100
"""
MESSAGE = """\
broken.yaml:3:43: error[E401]: no gate is called `cnott`
  3 | circuits: {pair: {qubits: 2, gates: [h 0, cnott 0 1]}}
    |                                           ^^^^^
  help: did you mean `cnot`?

1 error
"""
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

written = [verb for verb in VERBS if importlib.util.find_spec(f"ionq_runner.cli.{verb}")]


@pytest.fixture
def broken(tmp_path):
    """A file with one mistake, beside the good one."""
    (tmp_path / "broken.yaml").write_text(BROKEN)
    return "broken.yaml"


def test_help_names_every_verb_in_the_order_in_which_a_person_meets_them(call):
    done = call("--help")
    assert (done.code, done.err) == (0, "")
    listed = re.findall(r"^  (\w+) {2,}\S", done.out.partition("Verbs:")[2], re.MULTILINE)
    assert listed == list(VERBS)
    assert "`ionq-runner init bell.yaml`, then `ionq-runner run" in done.out
    assert call("-h").out == done.out


def test_the_version_is_that_of_the_package(call):
    assert call("--version").out == f"ionq-runner {__version__}\n"


def test_the_command_alone_shows_its_help(call):
    done = call()
    assert (done.code, done.out) == (USAGE, "")
    assert done.err == call("--help").out


def test_the_module_is_the_command(call):
    assert call("--version", fresh=True) == call("--version")


@pytest.mark.parametrize("verb", written)
def test_every_verb_has_help_that_begins_with_what_it_does(call, verb):
    done = call(verb, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: ionq-runner {verb} ")
    for line in done.out.splitlines():
        assert len(line) <= 110
    for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", done.out, re.MULTILINE):
        described = re.search(rf"{option}\b[^\n]*\s{{2,}}\S|{option}\b[^\n]*\n\s{{10,}}\S", done.out)
        assert described, f"{verb} {option} is not described"


@pytest.mark.parametrize("verb", ["resume", "run", "verify", "validate", "plan", "show"])
def test_verbs_that_touch_files_take_the_common_options(call, verb):
    text = call(verb, "--help").out
    assert "--verbose" in text
    assert "--out" in text or verb in ("validate", "plan", "show")


@pytest.mark.parametrize(("given", "meant"), [
    ("validat", "validate"), ("runn", "run"), ("Resume", "resume"), ("shwo", "show"), ("plna", "plan"), ("verfiy", "verify"),
])  # fmt: skip
def test_a_verb_that_is_almost_one_is_corrected(call, given, meant):
    done = call(given, "good.yaml")
    assert (done.code, done.out) == (USAGE, "")
    assert f"there is no verb `{given}`; did you mean `{meant}`?" in done.err


def test_a_verb_that_is_like_none_gets_the_list(call):
    assert "there is no verb `frobnicate`; the verbs are init, validate," in call("frobnicate").err


@pytest.mark.parametrize(("arguments", "words"), [
    (["run", "--ou", "x", "good.yaml"], "No such option '--ou'. (Did you mean one of: '--only', '--out'?)"),
    (["run", "--max-point", "3", "good.yaml"], "No such option '--max-point'. Did you mean '--max-points'?"),
    (["plan", "--formt", "json", "good.yaml"], "No such option '--formt'. Did you mean '--format'?"),
    (["plan", "--format", "xml", "good.yaml"], "'xml' is not one of 'text', 'json'"),
    (["run"], "Missing argument 'FILE'"),
    (["run", "good.yaml", "more.yaml"], "Got unexpected extra argument (more.yaml)"),
    (["run", "--max-points", "0", "good.yaml"], "0 is not in the range x>=1"),
    (["run", "--max-points", "many", "good.yaml"], "'many' is not a valid integer"),
    (["validate", "--color", "pink", "good.yaml"], "'pink' is not one of 'auto', 'always', 'never'"),
    (["--versio"], "No such option '--versio'. Did you mean '--version'?"),
])  # fmt: skip
def test_a_wrong_command_line_is_explained(call, arguments, words):
    done = call(*arguments)
    assert (done.code, done.out) == (USAGE, "")
    assert words in done.err
    assert "--help' for help" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("verb", ["run", "plan", "show"])
def test_a_file_with_mistakes_is_refused_with_all_of_them(call, broken, verb):
    done = call(verb, broken)
    assert (done.code, done.out, done.err) == (1, "", MESSAGE)


DEFECT = """
import ionq_runner.api as api
def call(*arguments): raise ZeroDivisionError("of ours")
api.validate = call
"""


def test_a_defect_of_ours_is_called_so_without_a_traceback(call):
    done = call("validate", "good.yaml", before=DEFECT)
    assert (done.code, done.out) == (PERSON, "")
    assert done.err == (
        "ionq-runner: a defect of this program: ZeroDivisionError: of ours\nplease report it with the file; `-v` shows where it happened\n"
    )


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_the_place_of_a_defect_is_shown_to_who_asks(call, option):
    done = call("validate", option, "good.yaml", before=DEFECT)
    assert (done.code, "Traceback" in done.err, "ZeroDivisionError: of ours" in done.err) == (1, True, True)


def test_a_package_that_is_not_there_is_named(call):
    done = call(
        "validate", "good.yaml", before="import sys\nsys.modules['ionq_runner.api'] = sys.modules['ionq_runner.cli.validate'] = None\n"
    )
    assert (done.code, done.out, "Traceback" in done.err) == (PERSON, "", False)
    assert done.err.startswith("ionq-runner: this installation is not complete (")


def test_an_error_of_the_world_has_no_traceback_even_for_who_asks(call, tmp_path):
    (tmp_path / "runs").write_text("in the way")
    done = call("run", "-v", "good.yaml")
    assert (done.code, "Traceback" in done.err) == (PERSON, False)


CALLS = [
    ["--help"], ["init", "--list"], ["validate", "good.yaml", "broken.yaml"], ["validate", "broken.yaml"], ["plan", "good.yaml"],
    ["plan", "--format", "json", "good.yaml"], ["show", "good.yaml"], ["run", "good.yaml"], ["run", "broken.yaml"], ["schema"],
    ["resume"], ["verify"], ["frobnicate"],
]  # fmt: skip
ids = [" ".join(arguments) for arguments in CALLS]


@pytest.mark.parametrize("arguments", CALLS, ids=ids)
def test_every_text_can_be_shown_where_only_ascii_can_be(call, broken, arguments):
    if arguments[0] in ("resume", "verify"):
        call("run", "good.yaml")
    done = call(*arguments, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}, fresh=True)
    assert "Traceback" not in done.err
    assert "Error" not in done.err.replace("Error: there is no verb", "")
    assert (done.out + done.err).isascii()
    assert done.code in (0, 1, 2)


@pytest.mark.parametrize("arguments", CALLS, ids=ids)
def test_every_text_can_be_shown_in_forty_columns(call, broken, arguments):
    if arguments[0] in ("resume", "verify"):
        call("run", "good.yaml")
    done = call(*arguments, env={"COLUMNS": "40", "LINES": "10"})
    assert "Traceback" not in done.err
    assert done.code in (0, 1, 2)


@pytest.mark.parametrize(
    "arguments", [["validate", "broken.yaml"], ["run", "broken.yaml"], ["plan", "broken.yaml"], ["show", "broken.yaml"]]
)
def test_colour_lies_on_top_of_the_same_text(call, broken, arguments):
    plain, colored = call(*arguments), call(*arguments, "--color", "always")
    assert not ANSI.search(plain.out + plain.err)
    assert ANSI.search(colored.out + colored.err)
    assert [ANSI.sub("", text) for text in (colored.out, colored.err)] == [plain.out, plain.err]
    assert call(*arguments, "--color=never") == plain
    assert colored.code == plain.code


def test_on_a_terminal_problems_have_colour(terminal, broken):
    code, shown = terminal("validate", broken)
    assert (code, ANSI.sub("", shown)) == (1, MESSAGE)
    assert "\x1b[1;31merror[E401]\x1b[0m" in shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
@pytest.mark.parametrize("verb", ["validate", "run"])
def test_a_terminal_that_wants_none_gets_no_colour(terminal, broken, env, verb):
    assert terminal(verb, broken, **env) == (1, MESSAGE)


def test_an_empty_no_color_is_none(terminal, broken):
    assert "\x1b[1;31m" in terminal("validate", broken, NO_COLOR="")[1]


def test_a_terminal_shows_a_bar(call, terminal):
    call("init")
    code, shown = terminal("run", "bell.yaml")
    assert code == 0
    assert re.search(r"running ━+ 50/50 +[\d,]+/s 0:00:00", ANSI.sub("", shown)), shown
    assert "tables in runs/bell/" in shown


def test_a_bar_without_colour_is_still_a_bar(call, terminal):
    call("init")
    shown = terminal("run", "bell.yaml", NO_COLOR="1")[1]
    assert "50/50" in shown
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown), "a colour of letters"


def test_a_dumb_terminal_shows_lines(call, terminal):
    call("init")
    code, shown = terminal("run", "bell.yaml", TERM="dumb")
    assert (code, ANSI.search(shown)) == (0, None)
    assert re.search(r"^running: 50 of 50 \([\d,]+/s\)$", shown, re.MULTILINE), shown


def test_a_terminal_of_forty_columns_shows_a_bar(call, terminal):
    call("init")
    assert "50/50" in ANSI.sub("", terminal("run", "bell.yaml", COLUMNS="40")[1])


# Long enough for Ctrl-C to come in time.
SLOW = """\
ionq_runner: 1
name: slow
targets: {noisy: {backend: local, noise: {two_qubit: 0.01}}}
circuits: {slow: {qubits: 10, gates: [h all, {for: q in 0..8, do: cnot q q+1}, rx(a) 1], sweep: {a: {linspace: [0, 1, 160]}}}}
repetitions: 10
seed: 1
"""


def test_ctrl_c_on_a_terminal_leaves_a_clean_screen_and_the_command(terminal, tmp_path):
    (tmp_path / "slow.yaml").write_text(SLOW)
    code, shown = terminal("run", "slow.yaml", when=lambda shown: signal.SIGINT if "/160" in shown else None)
    assert code == 130
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") > 0, "the cursor is shown again"
    assert re.search(r"\ninterrupted; nothing is lost\. To go on:\n  ionq-runner resume runs/slow/\S+\n$", ANSI.sub("", shown)), shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("line", ["validate broken.yaml", "plan good.yaml", "run good.yaml", "schema", "--help"])
def test_a_reader_that_reads_one_line_is_enough(shell, broken, line):
    done = shell(f"ionq-runner {line} | head -1")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_defect(shell, call, tmp_path, closed):
    shell(f"ionq-runner run good.yaml {closed}; echo $? >code")
    assert (tmp_path / "code").read_text() == "0\n"
    assert call("verify").code == 0


def test_a_closed_standard_input_cannot_be_read(shell):
    done = shell("ionq-runner validate - <&-")
    assert (done.returncode, "standard input is closed, and `-` reads it" in done.stderr) == (USAGE, True)


def test_file_names_cannot_write_on_the_terminal(call, tmp_path):
    name = "evil\x1b[2J\x07.yaml"
    (tmp_path / name).write_text(BROKEN)
    for verb in ("validate", "run", "plan", "show"):
        done = call(verb, name)
        assert done.code == 1
        assert "\x1b" not in done.out + done.err
        assert "evil\\x1b[2J\\x07.yaml:3:43: error" in done.out + done.err
    done = call("validate", "missing\x1b[2J.yaml")
    assert (done.code, "\x1b" in done.err) == (USAGE, False)


def test_names_that_are_no_text_can_be_worked_with(call, tmp_path):
    name = os.fsdecode(b"caf\xe9.yaml")
    (tmp_path / name).write_bytes((tmp_path / "good.yaml").read_bytes())
    assert call("validate", name, fresh=True) == call("validate", name)
    assert call("validate", name).out == "caf\\udce9.yaml: no problems\n"
    assert call("run", name, "--out", name + "-runs", fresh=True).code == 0

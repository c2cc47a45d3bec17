"""`explain`: every code, gate, key, column and function has its words."""

import subprocess
import sys

import pytest

from ionq_runner.circuits.families import FAMILIES
from ionq_runner.circuits.vocabulary import gate_names, word
from ionq_runner.cli.explain import _FUNCTIONS, _all_keys, _words
from ionq_runner.cli.main import main as command
from ionq_runner.diagnostics.catalogue import GROUPS, codes, page, title
from ionq_runner.diagnostics.suggestion import MAX_KNOWN
from ionq_runner.expressions.parser import CONSTANTS, FUNCTIONS
from ionq_runner.ionq.facts.gates import GATES, NOT_GATES
from ionq_runner.language.grammar import EXPERIMENT, VALUES_FILE
from ionq_runner.language.reading.families import read_family
from ionq_runner.results.columns import COUNTS, JOBS, POINTS


@pytest.fixture
def explain(capsys):
    def run(*words):
        with pytest.raises(SystemExit) as end:
            command(["explain", *words])
        out, err = capsys.readouterr()
        return end.value.code, out, err

    return run


@pytest.mark.parametrize("code", codes())
def test_a_code_shows_its_page(explain, code):
    assert explain(code) == (0, page(code), "")


def test_a_code_may_be_written_small(explain):
    assert explain("e302") == (0, page("E302"), "")


def test_without_a_word_every_code_is_listed_with_its_title(explain):
    exit_code, out, err = explain()
    assert (exit_code, err) == (0, "")
    listed = [tuple(line.split("  ", 2)[1:]) for line in out.splitlines() if line.startswith("  ")]
    assert listed == [(code, title(code)) for code in codes()]
    assert [line for line in out.splitlines() if line in GROUPS.values()] == list(GROUPS.values())
    assert {code[1] for code in codes()} == set(GROUPS)


def test_gates_lists_the_vocabulary(explain):
    exit_code, out, err = explain("gates")
    assert (exit_code, err) == (0, "")
    listing, _, keys = out.partition("\n\ngates: a key of ")
    assert keys.startswith("a block under `blocks:`, needed\n")
    shown = set(listing.replace(",", " ").replace("(", " ").split())
    assert shown >= {*gate_names(), *NOT_GATES}
    assert max(len(line) for line in listing.splitlines()) <= 150


@pytest.mark.parametrize("name", gate_names())
def test_a_gate_shows_what_is_known_of_it(explain, name):
    exit_code, out, err = explain(name)
    assert (exit_code, err) == (0, "")
    fact = word(name).fact
    assert out.startswith(f"{name}: a gate\n")
    assert fact.matrix in out
    assert fact.inverse in out
    assert (f"in {fact.unit}" in out) == bool(fact.parameters)
    assert "IonQ            " in out
    for other in (other for other in gate_names() if word(other) == word(name)):
        assert other in out


def test_a_gate_is_printed_so(explain):
    assert explain("cx")[1] == (
        "cx: a gate\n"
        "  meaning         x on its last qubit, where those before are 1\n"
        "  qubits          2\n"
        "  matrix          [[0, 1], [1, 0]], of x\n"
        "  inverse         x under the same controls\n"
        "  also called     cnot, CX\n"
        "  under controls  ccx, toffoli, c3x, c4x\n"
        "  IonQ            takes it as `x` with a control\n"
    )


def test_what_becomes_of_a_gate_that_ionq_does_not_take(explain):
    assert "does not take it; it is taken apart, exactly, into 6 cnot, 9 one-qubit gates\n" in explain("ccx")[1]
    assert "takes it as `xx`\n" in explain("rxx")[1]
    assert "takes it as it is: a pulse of the machine\n" in explain("ms")[1]


@pytest.mark.parametrize(("name", "why"), NOT_GATES.items())
def test_a_word_that_is_no_gate_here_says_why(explain, name, why):
    exit_code, out, err = explain(name)
    assert (exit_code, err) == (0, "")
    assert out.startswith(f"{name}: not a gate here\n  {why}\n")


@pytest.mark.parametrize("key", sorted({key.name for _, key in _all_keys()}))
def test_a_key_is_described_at_every_place(explain, key):
    exit_code, out, _ = explain(key)
    places = [(where, found) for where, found in _all_keys() if found.name == key]
    assert exit_code == 0
    assert out.count(f"{key}: a key of ") == len(places)
    for where, found in places:
        assert f"{key}: a key of {where}" in out
        assert f"\n  {found.about}" in out


def test_the_keys_are_all_of_them():
    found = {key.name for _, key in _all_keys()}
    assert found >= {key.name for block in (EXPERIMENT, VALUES_FILE) for key in block.keys}
    assert found >= {"qubits", "gates", "do", "for", "fold", "gate", "coefficients", "linspace", "bitstrings", "uniform", "length", "only"}
    assert len(list(_all_keys())) == len({(where, key.name) for where, key in _all_keys()})


def test_a_key_that_must_be_there_says_so(explain):
    assert explain("python")[1].startswith("python: a key of a circuit\n")
    assert explain("circuits")[1].startswith("circuits: a key of an experiment, needed\n")


@pytest.mark.parametrize(("file", "columns"), [("counts.csv", COUNTS), ("points.csv", POINTS), ("jobs.csv", JOBS)])
def test_a_column_is_described(explain, file, columns):
    for column in columns:
        unit = f", in {column.unit}" if column.unit else ""
        assert f"{column.name}: a column of {file} ({column.type}{unit})\n  {column.about}\n" in explain(column.name)[1]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_described_with_an_example(explain, name):
    family = read_family(name)
    exit_code, out, err = explain(name)
    assert (exit_code, err) == (0, "")
    assert out.startswith(f"{name}: a family of circuits, `library: {name}`\n  meaning ")
    assert all(f"\n  {parameter.name:<14}  {parameter.allowed}" in out for parameter in family.parameters)
    words = " ".join(out.split())
    assert all(" ".join(text.split()) in words for text in (family.description, family.known, family.example))


def test_library_lists_the_families(explain):
    lines = explain("library")[1].splitlines()
    assert [line.split("  ")[0] for line in lines[1 : len(FAMILIES) + 1]] == list(FAMILIES)
    assert lines[-2] == "library: a key of a circuit"


def test_functions_and_constants_are_described(explain):
    assert _FUNCTIONS.keys() == FUNCTIONS.keys()
    assert explain("bit")[1] == (
        "bit: a function of expressions\n  bit(b, i): character i of a bit string as the number 0 or 1; the first is 0\n"
    )
    for name, (call, about) in _FUNCTIONS.items():
        assert f"\n  {call}: {about}\n" in explain(name)[1]
        given = call.count(",") + 1
        assert given == FUNCTIONS[name] or (FUNCTIONS[name] is None and "..." in call)
    for name, value in CONSTANTS.items():
        assert explain(name) == (0, f"{name}: a constant of expressions\n  {value!r}\n", "")


@pytest.mark.parametrize(
    ("given", "near"), [("qubtis", "qubits"), ("cnott", "cnot"), ("E3022", "E302"), ("reptitions", "repetitions"), ("gatess", "gates")]
)
def test_an_unknown_word_is_a_wrong_command_line_and_the_nearest_one_is_named(explain, given, near):
    exit_code, out, err = explain(given)
    assert (exit_code, out) == (2, "")
    assert f"nothing is called `{given}`; did you mean `{near}`?\n" in err


def test_a_suggestion_looks_at_every_word():
    assert max(len(_words("x")), len(_words("E1"))) <= MAX_KNOWN


def test_a_word_far_from_all_others_gets_the_lists(explain):
    exit_code, out, err = explain("thermodynamics")
    assert (exit_code, out) == (2, "")
    assert "`ionq-runner explain` lists the codes, `ionq-runner explain gates` the gates\n" in err


def test_explaining_imports_neither_numpy_nor_the_simulator():
    program = (
        "import sys\n"
        "from ionq_runner.cli.main import main\n"
        "for words in ([], ['gates'], ['E302'], ['ccx'], ['qubits'], ['count'], ['bit']):\n"
        "    try: main(['explain', *words])\n"
        "    except SystemExit as end: assert end.code == 0, words\n"
        "print(sorted({'numpy', 'pandas', 'jsonschema', 'rich', 'cirq'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_gates_of_the_facts_are_all_there():
    assert set(gate_names()) >= set(GATES)

"""Circuits that a Python function makes: called where that is allowed, with plain values, and without a trace."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest

from ionq_runner import api
from ionq_runner.circuits.cirq.calling import MODULE
from ionq_runner.ledger.folder import RunFolder

HEAD = "import cirq, sympy\nq = cirq.LineQubit.range(3)\n"
BELL = f"{HEAD}def make():\n    return cirq.Circuit(cirq.H(q[0]), cirq.CNOT(q[0], q[1]), cirq.measure(q[0], q[1], key='c'))\n"
ALLOWED = api.Options(allow_python=True)


@pytest.fixture
def asked(tmp_path):
    """`asked(code, "function: make", sweep)`: the bytes of an experiment and its name, beside a file of code."""

    def written(code, call="function: make", more="", parameters="{n: 3}"):
        (tmp_path / "made.py").write_text(code)
        text = f"ionq_runner: 1\nname: made\nparameters: {parameters}\ncircuits:\n  c:\n    python: {{file: made.py, {call}}}\n{more}"
        path = tmp_path / "made.yaml"
        path.write_text(f"{text}repetitions: 10\nseed: 1\n")
        return path.read_bytes(), str(path)

    return written


def said(found):
    """The errors, without the warning that a parameter is not used."""
    return [(problem.code, problem.message) for problem in found if problem.code != "W210"]


def given(asked, tmp_path, arguments, parameters):
    """What a function gets for some arguments."""
    seen = tmp_path / "seen.json"
    code = f"{HEAD}import json, pathlib\ndef make(**given):\n    pathlib.Path({str(seen)!r}).write_text(json.dumps(given))\n"
    made = f"{code}    return cirq.Circuit(cirq.X(q[0]))\n"
    assert said(api.validate(*asked(made, f"function: make, arguments: {arguments}", "", parameters), ALLOWED)) == []
    return json.loads(seen.read_text())


def test_without_leave_nothing_is_run(asked, tmp_path):
    code = f"open({str(tmp_path / 'ran')!r}, 'w')\n{BELL}"
    assert [problem.code for problem in api.validate(*asked(code))] == ["E821"]
    with pytest.raises(api.Refused):
        api.plan(*asked(code))
    assert not (tmp_path / "ran").exists()


def test_a_file_with_other_errors_runs_nothing_either(asked, tmp_path):
    code = f"open({str(tmp_path / 'ran')!r}, 'w')\n{BELL}"
    found = api.validate(*asked(code, more="  d: {qubits: 1, gates: [hh 0]}\n"), ALLOWED)
    assert ([problem.code for problem in found], (tmp_path / "ran").exists()) == (["E401"], False)


def test_the_circuit_is_the_same_as_one_that_is_written(asked):
    made = api.plan(*asked(BELL), ALLOWED)
    written = (
        "ionq_runner: 1\nname: w\ncircuits: {c: {qubits: 2, gates: [h 0, cnot 0 1], measure: {c: [0, 1]}}}\nrepetitions: 10\nseed: 1\n"
    )
    assert made.execution_ids() == api.plan(written.encode(), "w.yaml").execution_ids()


def test_its_symbols_sweep_and_its_inverted_bits_are_flipped(asked):
    parts = "cirq.rx(sympy.Symbol('phi'))(q[0]), cirq.measure(q[0], key='c', invert_mask=(True,))"
    code = f"{HEAD}def make():\n    return cirq.Circuit({parts})\n"
    plan = api.plan(*asked(code, more="    sweep: {phi: [0, 1, 2]}\n"), ALLOWED)
    assert (len(plan.points), [gate.name for gate in plan.groups[0].program.gates]) == (3, ["rx", "x"])
    assert said(api.validate(*asked(code), ALLOWED)) == [("E432", "the input `phi` has no value")]


def test_an_axis_that_the_circuit_does_not_have_is_one_that_nothing_uses(asked):
    assert [code for code, _ in said(api.validate(*asked(BELL, more="    sweep: {phi: [0, 1]}\n"), ALLOWED))] == ["E211"]


def test_gates_of_its_own_are_taken_apart(asked):
    code = f"""{HEAD}
class Pair(cirq.Gate):
    def num_qubits(self):
        return 2
    def _decompose_(self, qubits):
        print("taken apart")
        return [cirq.H(qubits[0]), cirq.CNOT(*qubits)]

def make():
    return cirq.FrozenCircuit(Pair()(q[1], q[2]))
"""
    program = api.plan(*asked(code), ALLOWED).groups[0].program
    assert [(gate.name, gate.qubits) for gate in program.gates] == [("h", (0,)), ("x", (0, 1))]


@pytest.mark.parametrize(("arguments", "parameters", "seen"), [
    ("{n: n, m: n + 1, half: n/2}", "{n: 3}", {"n": 3, "m": 4, "half": 1.5}),
    ("{word: 'n', more: \"pi\", block: bits}", '{bits: "01"}', {"word": "n", "more": "pi", "block": "01"}),
    ("{a: list, b: [pairs, true, null]}", "{list: [1, 2], pairs: [[0, 1], [1, 2]]}", {"a": [1, 2], "b": [[[0, 1], [1, 2]], True, None]}),
    ("{deep: {a: {b: [n, 'x']}}}", "{n: 1}", {"deep": {"a": {"b": [1, "x"]}}}),
    ("{big: 2**53, tiny: 1e-3, none: -0.0}", "{n: 1}", {"big": 2**53, "tiny": 0.001, "none": 0}),
])  # fmt: skip
def test_arguments_are_plain_values(asked, tmp_path, arguments, parameters, seen):
    found = given(asked, tmp_path, arguments, parameters)
    assert found == seen
    assert {name: type(value) for name, value in found.items()} == {name: type(value) for name, value in seen.items()}


def test_a_parameter_that_is_set_on_the_command_line_is_what_the_function_gets(asked):
    code = f"{HEAD}def make(n):\n    return cirq.Circuit(cirq.X.on_each(*q[:n]))\n"
    file = asked(code, "function: make, arguments: {n: n}")
    assert api.plan(*file, ALLOWED).groups[0].program.qubits == 3
    assert api.plan(*file, api.Options(allow_python=True, set=("n=2",))).groups[0].program.qubits == 2


BROKEN = {
    "raise ValueError('a\\nb')": "`make` in made.py failed: ValueError: a b",
    "raise SystemExit": "`make` in made.py failed: SystemExit",
    "raise BaseException(1)": "`make` in made.py failed: BaseException: 1",
    "class Odd(Exception):\n        def __str__(self):\n            raise self\n    raise Odd": "`make` in made.py failed: Odd",
    "raise ValueError('x' * 10**7)": f"`make` in made.py failed: ValueError: {'x' * 200}…",
    "return make()": "`make` in made.py failed: RecursionError: maximum recursion depth exceeded",
    "return 'x' * 10**15": "`make` in made.py failed: MemoryError",
    "return {}": "`make` in made.py returned a value of the type dict",
    "pass": "`make` in made.py returned nothing",
    "return cirq.Circuit": "`make` in made.py returned a value of the type ABCMeta",
    "yield 1": "`make` in made.py returned a value of the type generator",
    "return cirq.Circuit()": "the circuit that `make` returned: the circuit is empty",
    "return cirq.Circuit(cirq.X(cirq.LineQid(0, 3)))": "`make` in made.py failed: ValueError: Wrong shape of qids",
    "return cirq.Circuit(cirq.depolarize(0.1)(q[0]))": "the circuit that `make` returned: `depolarize(p=0.1)` is no gate",
    "return cirq.Circuit(cirq.reset(q[0]))": "the circuit that `make` returned: `reset` is no gate that IonQ takes, nor made of some",
    "return cirq.Circuit(cirq.rx(float('nan'))(q[0]))": "the circuit that `make` returned: nan is no angle",
}  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_whatever_goes_wrong_is_a_problem_at_the_name_of_the_function(asked, body):
    found = list(api.validate(*asked(f"{HEAD}def make():\n    {body}\n"), ALLOWED))
    problem = next(problem for problem in found if problem.code != "W210")
    assert problem.message.startswith(BROKEN[body])
    assert problem.span.source.text[problem.span.start : problem.span.end] == "make"


LEAVING = "class Odd(cirq.Circuit):\n    def all_qubits(self):\n        raise SystemExit(0)\ndef make():\n    return Odd()\n"


def test_a_circuit_that_ends_the_program_while_it_is_read_does_not(asked):
    assert said(api.validate(*asked(f"{HEAD}{LEAVING}"), ALLOWED)) == [
        ("E822", "the circuit that `make` in made.py returned cannot be read: SystemExit: 0")
    ]


@pytest.mark.parametrize(("code", "message", "line"), [
    ("def make(:\n", "SyntaxError: invalid syntax", "def make(:"),
    ("x = 1\n  y = 2\n", "IndentationError: unexpected indent", "y = 2"),
    ("x = 1\0\n", "SyntaxError: source code string cannot contain null bytes", None),
    ("\n1/0\n", "ZeroDivisionError: division by zero", "1/0"),
    ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'", "import nowhere_at_all"),
    ("from . import a\n", "ImportError: attempted relative import with no known parent package", "from . import a"),
])  # fmt: skip
def test_a_file_that_cannot_be_run_shows_the_line(asked, code, message, line):
    problem = next(problem for problem in api.validate(*asked(code), ALLOWED) if problem.code == "E822")
    assert problem.message.replace("ValueError", "SyntaxError") == f"made.py cannot be run: {message}"
    assert [span.source.text[span.start : span.end] for span, _ in problem.related] == ([] if line is None else [line])


def test_ctrl_c_passes_through(asked):
    with pytest.raises(KeyboardInterrupt):
        api.validate(*asked(f"{HEAD}def make():\n    raise KeyboardInterrupt\n"), ALLOWED)


def test_nothing_of_it_is_left(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    path, modules = list(sys.path), set(sys.modules)
    code = (
        f"{BELL}import sys\nsys.path.append('/here')\nassert sys.modules[__name__].make is make\nassert {str(tmp_path)!r} not in sys.path\n"
    )
    assert said(api.validate(*asked(code), ALLOWED)) == []
    assert (sys.path, MODULE in sys.modules) == (path, False)
    assert {name for name in set(sys.modules) - modules if name.startswith(("made", MODULE))} == set()


def test_two_files_know_nothing_of_each_other(asked):
    first = f"{BELL}\nmine = 1\n"
    assert said(api.validate(*asked(first), ALLOWED)) == []
    second = f"{HEAD}def make():\n    return mine\n"
    assert said(api.validate(*asked(second), ALLOWED)) == [("E822", "`make` in made.py failed: NameError: name 'mine' is not defined")]


def test_what_it_prints_goes_to_standard_error(asked, capfd):
    code = f"{BELL}import os, sys\nprint('one')\nos.system('echo two')\nos.write(1, b'three\\n')\nsys.stdout.close()\n"
    assert said(api.validate(*asked(code), ALLOWED)) == []
    print("mine")
    out, err = capfd.readouterr()
    assert (out, sorted(err.split())) == ("mine\n", ["one", "three", "two"])


def test_a_run_keeps_the_file_and_goes_on_with_it(asked, tmp_path):
    _, name = asked(BELL)
    with contextlib.suppress(KeyboardInterrupt):
        api.run(name, ALLOWED, out=tmp_path / "runs", started=interrupt)
    folder = RunFolder(next((tmp_path / "runs" / "made").iterdir()))
    assert (folder.referred / "made.py").read_text() == BELL
    (tmp_path / "made.py").write_text("raise ValueError('another file')\n")
    assert api.resume(folder).finished


def interrupt(plan, folder):
    """Stop a run before its first job."""
    raise KeyboardInterrupt

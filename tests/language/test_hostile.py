"""Files that mean harm, given to the command as a process: each is refused in words, soon, in little memory, and nothing is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "Zq8XabcdefghijKLMNOP4567qrst"
HEAD = "ionq_runner: 1\nname: hostile\nrepetitions: 10\n"
STARTS = 8  # of a good file, in the same run on the same machine: about a second and a half of a usual one
MIB = 200  # of memory beyond what a good file takes
PROBLEM = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):\d+: error\[(?P<code>E\d{3})\]: ", re.MULTILINE)


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it took."""

    code: int
    out: str
    err: str
    seconds: float
    memory: int  # MiB


def called(folder, *arguments):
    """The command in a folder, in a process of its own."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "ionq_runner", *arguments],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [(stream.seek(0), stream.read().decode())[1] for stream in (out, err)]
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Ended(process.returncode, *texts, used.ru_utime + used.ru_stime, used.ru_maxrss // unit)


@cache
def start(kind):
    """What a good file of a kind takes: one with Cirq waits for Cirq."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "c.json").write_text(CIRQ % '{"cirq_type": "XPowGate", "exponent": 1.0, "global_shift": 0.0}')
        sources = {"plain": "{gates: [h 0]}", "cirq": "{cirq: {file: c.json}}"}
        Path(folder, "good.yaml").write_text(f"{HEAD}circuits: {{c: {sources[kind]}}}\n")
        found = called(folder, "validate", "good.yaml")
        assert (found.code, found.err) == (0, ""), found.out
        return found


CIRQ = '{"cirq_type": "Circuit", "moments": [{"cirq_type": "Moment", "operations": [{"cirq_type": "GateOperation", "gate": %s, "qubits": [{"cirq_type": "LineQubit", "x": 0}]}]}]}'  # noqa: E501


def refused(folder, data, codes, *options, kind="plain"):
    """Write an experiment, validate it, and hold the answer against what is promised."""
    Path(folder, "hostile.yaml").write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    before = listing(folder)
    found = called(folder, "validate", *options, "hostile.yaml")
    assert (found.code, found.err) == (1, "")
    assert listing(folder) == before
    shown = [match.groupdict() for match in PROBLEM.finditer(found.out)]
    assert {problem["code"] for problem in shown} == set(codes.split())
    assert all(Path(folder, problem["file"]).exists() and int(problem["line"]) >= 1 for problem in shown)
    assert not re.search("Traceback|defect", found.out)
    assert not any(KEY[place : place + 8] in found.out for place in range(len(KEY) - 7))
    assert len(found.out) < 100_000
    assert all(character == "\n" or character.isprintable() for character in found.out.replace("\t", ""))
    usual = start(kind)
    assert found.seconds - usual.seconds < STARTS * start("plain").seconds + usual.seconds / 2  # a busy machine starts now fast, now slowly
    assert found.memory - usual.memory < MIB
    return found.out


def listing(folder):
    return sorted((str(path), path.lstat().st_mtime_ns) for path in Path(folder).rglob("*"))


def gates(text):
    return f"{HEAD}circuits: {{c: {{qubits: 2, gates: [{text}]}}}}\n"


def swept(text):
    return f"{HEAD}circuits: {{c: {{qubits: 1, gates: [rx(phi) 0], sweep: {{phi: {text}}}}}}}\n"


ONE = "circuits: {c: {gates: [h 0]}}\n"
NESTED = "[" * 100_000 + "]" * 100_000
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
AXES = ", ".join(f"a{n}: 1..10" for n in range(12))
SUM = "+".join(f"a{n}" for n in range(12))
TEXTS = {
    "nothing": (b"", "E005"),
    "an alias bomb": (LAUGHS, "E007 E101 E102 E606"),
    "an alias in itself": ("a: &a [*a]\n", "E007 E101 E102 E606"),
    "brackets in brackets": (f"metadata: {NESTED}", "E002"),
    "mappings in mappings": ("".join(f"{' ' * n}a:\n" for n in range(1000)), "E002"),
    "many values": (f"metadata: [{'x, ' * 200_000}]", "E002"),
    "a scalar of 300 KiB": (f"{HEAD}description: {'x' * 300_000}\n", "E002"),
    "ten megabytes": (b"x" * 10_000_000, "E002"),
    "a key of 200 KB": (f"? {'k' * 200_000}\n: 1\n{HEAD}", "E101 E102"),
    "NUL bytes": (b"ionq_runner: 1\0\n", "E004"),
    "only NUL bytes": (b"\0" * 1000, "E004"),
    "no UTF-8": (b"ionq_runner: 1\nname: \xff\xfe\xfa\n", "E001"),
    "UTF-16": (HEAD.encode("utf-16"), "E001"),
    "UTF-16 without a mark": (HEAD.encode("utf-16-le"), "E004"),
    "UTF-32": (HEAD.encode("utf-32"), "E001"),
    "half a character": (HEAD.encode() + b"description: \xe2\x82", "E001"),
    "a surrogate": (f"{HEAD}description: \ud800\n", "E001"),
    "two byte-order marks": (f"\ufeff\ufeff{HEAD}", "E004"),
    "escapes of a terminal": (f"{HEAD}description: \x1b]0;title\x07\x1b[2J\n", "E004"),
    "escapes in quotes": (f'{HEAD}circuits: {{"\\e[2J\\u202e": {{gates: [h 0]}}}}\n', "E201"),
    "tabs": ("ionq_runner: 1\nname: x\ncircuits:\n\tc:\n", "E003"),
    "old line ends": (gates("h 0").replace("\n", "\r") + "\rx: 1", "E101"),
    "a tag that makes an object": (f"{HEAD}metadata: !!python/object/apply:os.system ['touch x']\n{ONE}", "E007 E103"),
    "a huge number": (f"{HEAD.replace('10', '9' * 5_000)}{ONE}", "E303"),
    "a number beyond all doubles": (gates("rx(1e400) 0"), "E303"),
    "no number": (swept("[.nan]"), "E301"),
    "infinity": (f"{HEAD.replace('10', '.inf')}{ONE}", "E301"),
    "a tower of powers": (gates("rx(9**9**9**9) 0"), "E314"),
    "a long power": (gates("rx((2**1000)**1000) 0"), "E314"),
    "signs in a row": (gates(f"rx({'-' * 900}1) 0"), "E306"),
    "a long expression": (gates(f"rx({'1+' * 50_000}1) 0"), "E304"),
    "brackets in an expression": (gates(f"rx({'(' * 400}1{')' * 400}) 0"), "E306"),
    "loops in loops": (f"{HEAD}circuits: {{c: {{qubits: 1, gates: {'[{repeat: 1000000, do: ' * 8}h 0{'}]' * 8}}}}}", "E418"),
    "as many qubits as atoms": (f"{HEAD}circuits: {{c: {{qubits: 1e80, gates: [h all]}}}}", "E315"),
    "look-alike letters": (f"{HEAD}сircuits: {{c: {{gates: [h 0]}}}}", "E101"),
    "right-to-left text": (f"{HEAD}circuits: {{c: {{gates: [\u202eh 0\u202c]}}}}", "E411"),
    "invisible letters": (f"{HEAD}{ONE}".replace("hostile", "hos\u200btile"), "E205"),
    "a trillion points": (swept("{linspace: [0, 1, 1e12]}"), "E501"),
    "a trillion points by twelve axes": (f"{HEAD}circuits: {{c: {{qubits: 1, gates: [rx({SUM}) 0], sweep: {{{AXES}}}}}}}", "E501"),
    "a range without end": (swept("0..1e300"), "E501"),
    "all strings of 64 bits": (swept("{bitstrings: 64}"), "E313"),
    "a key in a text": (f"{HEAD}description: {KEY}\n{ONE}", "E010"),
    "a key in a gate": (gates(f"{KEY} 0"), "E010 E401"),
    "a key in broken YAML": (f"{HEAD}circuits: [{KEY}", "E003 E010"),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
def test_a_hostile_text_is_refused(case, tmp_path):
    refused(tmp_path, *TEXTS[case])


SOURCES = {
    "qasm": ("{qasm: {file: PATH}}", ()),
    "ionq": ("{ionq: {file: PATH}}", ()),
    "cirq": ("{cirq: {file: PATH}}", ()),
    "python": ("{python: {file: PATH, function: make}}", ("--allow-python",)),
    "points": ("{gates: [rx(phi) 0], sweep: {file: PATH}}", ()),
}


@pytest.fixture
def folder(tmp_path):
    """A folder of an experiment, with things that are no text beside it and above it."""
    own = tmp_path / "own"
    (own / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(f"{KEY}\n")
    (own / "key.txt").write_text(f"// {KEY}\n")
    os.mkfifo(own / "pipe")
    for name, place in {
        "out": "../secret.txt",
        "device": "/dev/zero",
        "loop": "loop",
        "up": "..",
        "gone": "nothing",
        "env": "/proc/self/environ",
    }.items():
        (own / name).symlink_to(place)
    (own / "large").write_bytes(b"x" * (5 << 20))
    (own / "latin").write_bytes(b"caf\xe9")
    return own


PATHS = [
    "../secret.txt", "sub/../../secret.txt", "/etc/passwd", "~/x", "$HOME/x", "file:///etc/passwd", "out", "device", "loop", "gone", "env",
    "up/secret.txt", "pipe", "sub", ".", "large", "latin", "key.txt", "a" * 10_000, '"a\\0b"', '""', "con\u202etxt",
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_no_file_is_read_that_is_not_a_text_of_the_folder(folder, source):
    written, options = SOURCES[source]
    circuits = "".join(f"  c{number}: {written.replace('PATH', path)}\n" for number, path in enumerate(PATHS))
    out = refused(folder, f"{HEAD}circuits:\n{circuits}", "E113", *options)
    lines = {int(match.group("line")) for match in PROBLEM.finditer(out)}
    assert lines == set(range(5, 5 + len(PATHS)))
    assert "root:" not in out


@pytest.mark.parametrize("path", ["../secret.txt", "out", "pipe", "device", "sub"])
def test_no_values_file_stands_for_another_file(folder, path):
    (folder / "good.yaml").write_text(gates("h 0"))
    found = called(folder, "validate", "--set-file", path, "good.yaml")
    assert found.code in (1, 2)
    assert KEY not in found.out + found.err
    assert "Traceback" not in found.out + found.err
    assert found.seconds < STARTS * start("plain").seconds


LOOP = "OPENQASM 3.0; qubit q; for int i in [0:1000000000] { U(1, 0, 0) q; }"
FILES = {
    "OpenQASM with a thousand million turns": ("qasm", LOOP, "E418"),
    "OpenQASM that includes a file": ("qasm", 'OPENQASM 2.0; include "/etc/passwd";', "E804"),
    "OpenQASM of brackets": ("qasm", f"qubit q; U({'(' * 100_000}", "E801"),
    "OpenQASM with a huge register": ("qasm", "OPENQASM 2.0; qreg q[1000000000000];", "E801"),
    "IonQ's JSON of other types": ("ionq", '{"qubits": [2], "circuit": {"gate": 3}, "gateset": "x", "format": {}}', "E103 E104 E420"),
    "IonQ's JSON with gates of other types": ("ionq", '{"circuit": [1, [], null, {"gate": "h", "target": {}}, {"gate": []}]}', "E103 E411"),
    "IonQ's JSON that is a list": ("ionq", "[[[]]]", "E103"),
    "IonQ's JSON that is deep": ("ionq", NESTED, "E002"),
    "IonQ's JSON with a huge number": ("ionq", '{"qubits": 1e400, "circuit": [{"gate": "h", "target": 0}]}', "E303"),
    "points of other kinds": ("points", "phi\n1e400\n", "E511"),
    "points with a quote": ("points", 'phi\n"1\n2\n', "E511"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_hostile_file_is_refused(case, tmp_path):
    source, text, codes = FILES[case]
    (tmp_path / "f").write_text(text)
    refused(tmp_path, f"{HEAD}circuits: {{c: {SOURCES[source][0].replace('PATH', 'f')}}}\n", codes)


CIRQ_FILES = {
    "a foreign type": CIRQ % '{"cirq_type": "pandas.DataFrame"}',
    "a type that is a list": CIRQ % '{"cirq_type": ["X"]}',
    "a type of Cirq that is no gate": CIRQ % '{"cirq_type": "PauliSum"}',
    "a gate on all qubits there are": CIRQ % '{"cirq_type": "IdentityGate", "num_qubits": 1000000000}',
    "a gate whose exponent is a text": CIRQ % '{"cirq_type": "XPowGate", "exponent": "__import__(1)", "global_shift": 0}',
    "a tower of powers": CIRQ % json.dumps({"cirq_type": "XPowGate", "global_shift": 0, "exponent": {"cirq_type": "sympy.Pow", "args": [
        {"cirq_type": "sympy.Integer", "i": 9}, {"cirq_type": "sympy.Integer", "i": 10**9}]}}),
    "nothing but brackets": NESTED,
    "half a text": CIRQ[:40],
}  # fmt: skip


def test_cirq_gets_only_what_is_a_circuit(tmp_path):
    for number, text in enumerate(CIRQ_FILES.values()):
        (tmp_path / f"{number}.json").write_text(text)
    circuits = "".join(f"  c{number}: {{cirq: {{file: {number}.json}}}}\n" for number in range(len(CIRQ_FILES)))
    out = refused(tmp_path, f"{HEAD}circuits:\n{circuits}", "E820", kind="cirq")
    assert {int(match.group("line")) for match in PROBLEM.finditer(out)} == set(range(5, 5 + len(CIRQ_FILES)))


MISBEHAVING = {
    "ends the program": "import os\ndef make():\n    raise SystemExit(0)\n",
    "prints and closes": "import sys\ndef make():\n    print('x' * 100)\n    sys.stdout.close()\n    return 1\n",
    "calls itself": "def make():\n    return make()\n",
    "raises what cannot be shown": "class E(Exception):\n    __str__ = None\ndef make():\n    raise E\n",
    "takes the key along": f"def make():\n    raise ValueError('{KEY[:14]}' + '{KEY[14:]}')\n",
}


def test_python_that_misbehaves_is_told_of_without_what_it_printed(tmp_path):
    for number, text in enumerate(MISBEHAVING.values()):
        (tmp_path / f"{number}.py").write_text(text)
    circuits = "".join(f"  c{number}: {{python: {{file: {number}.py, function: make}}}}\n" for number in range(len(MISBEHAVING)))
    (tmp_path / "hostile.yaml").write_text(f"{HEAD}circuits:\n{circuits}")
    found = called(tmp_path, "validate", "--allow-python", "--format", "json", "hostile.yaml")
    problems = json.loads(found.out)["problems"]
    assert (found.code, found.err) == (1, "x" * 100 + "\n")
    assert [(problem["code"], problem["line"]) for problem in problems] == [("E822", 5 + number) for number in range(len(MISBEHAVING))]
    assert KEY not in found.out


def test_a_file_full_of_one_error_is_answered_soon_and_counted_whole(tmp_path):
    (tmp_path / "many.yaml").write_text(f"{HEAD}circuits:\n  c:\n    gates:\n" + "      - hh 0\n" * 70_000)
    found = called(tmp_path, "validate", "many.yaml")
    assert found.out.endswith("... and 69900 more problems like these\n\n70000 errors\n")
    assert found.seconds < 4 * STARTS * start("plain").seconds
    assert found.memory - start("plain").memory < MIB

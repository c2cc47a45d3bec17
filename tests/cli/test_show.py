"""`show`: a circuit as a picture, at a point of its sweep."""

from __future__ import annotations

from pathlib import Path

import pytest

EXPERIMENTS = sorted((Path(__file__).resolve().parents[2] / "experiments").glob("*.yaml"))
TWO = """\
ionq_runner: 1
name: two
circuits:
  chain:
    qubits: n
    gates: [h 0, {for: q in 0..n-2, do: cnot q q+1}]
    sweep: {n: 2..4}
  turned:
    qubits: 2
    gates: [h 0, cnot 0 1, rx(phi) 1]
    sweep: {phi: [0, pi/2], mark: {bitstrings: 1}, k: [1, 2]}
  fixed: {qubits: 1, gates: x 0}
repetitions: 10
"""


@pytest.fixture
def two(tmp_path):
    """A file of three circuits."""
    text = TWO.replace("rx(phi) 1]", "rx(phi*k) 1, {if: 'bit(mark, 0) == 1', do: x 0}]")
    (tmp_path / "two.yaml").write_text(text)
    return "two.yaml"


def test_a_circuit_is_drawn_with_what_it_takes(call):
    done = call("show", "good.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "pair at phi = 0 (3 points, 1 shape)\n"
        "\n"
        "q0: ──h──●──rz(0)──h──M\n"
        "         │\n"
        "q1: ─────⊕──rz(0)──h──M\n"
        "\n"
        "2 qubits, 6 gates, depth 4; as IonQ takes it, 5 on one qubit and 1 on two\n"
    )


def test_where_only_ascii_can_be_shown_it_is_drawn_with_that(call):
    done = call("show", "good.yaml", env={"PYTHONIOENCODING": "ascii"}, fresh=True)
    assert (done.code, done.out.isascii()) == (0, True)
    assert "q0: --h--" in done.out


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_every_experiment_can_be_shown(call, file):
    done = call("show", file)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("as IonQ takes it") >= 1
    assert max(map(len, done.out.splitlines())) <= 100


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_a_picture_fits_the_terminal(call, columns):
    deep = next(file for file in EXPERIMENTS if file.stem == "phase-estimation")
    done = call("show", deep, env={"COLUMNS": str(columns)})
    drawn = [line for line in done.out.splitlines() if line.startswith("q") and "─" in line]
    assert drawn
    assert max(map(len, drawn)) <= columns


def test_all_circuits_are_shown_in_the_order_of_the_file(call, two):
    done = call("show", two)
    assert [part.split()[0] for part in done.out.split("\n\n")[::3]] == ["chain", "turned", "fixed"]


def test_one_circuit_can_be_chosen(call, two):
    assert call("show", two, "fixed").out == (
        "fixed\n\nq0: ──x──M\n\n1 qubit, 1 gate, depth 1; as IonQ takes it, 1 on one qubit and 0 on two\n"
    )


@pytest.mark.parametrize(("at", "title"), [
    (["phi=pi/2"], "turned at phi = 1.5708, mark = 0, k = 1"),
    (["mark=1"], "turned at phi = 0, mark = 1, k = 1"),
    (["k = 2", "mark=1", "phi=1.5707963267948966"], "turned at phi = 1.5708, mark = 1, k = 2"),
    (["k=1+1"], "turned at phi = 0, mark = 0, k = 2"),
])  # fmt: skip
def test_a_point_of_the_sweep_can_be_chosen(call, two, at, title):
    done = call("show", two, "turned", *[word for value in at for word in ("--at", value)])
    assert done.out.splitlines()[0] == f"{title} (8 points, 2 shapes)"


def test_of_several_circuits_those_are_shown_that_have_the_parameter(call, two):
    done = call("show", two, "--at", "n=4")
    assert done.out.splitlines()[0] == "chain at n = 4 (3 points, 3 shapes)"
    assert "turned" not in done.out


@pytest.mark.parametrize(("arguments", "words"), [
    (["two.yaml", "chian"], "two.yaml has no circuit `chian`; did you mean `chain`?"),
    (["two.yaml", "other"], "two.yaml has no circuit `other`; it has chain, turned, fixed"),
    (["two.yaml", "--at", "phi"], "--at takes NAME=VALUE, not `phi`"),
    (["two.yaml", "turned", "--at", "ph=0"], "the circuit `turned` has no parameter `ph`; did you mean `phi`?"),
    (["two.yaml", "fixed", "--at", "n=2"], "the circuit `fixed` has no parameter `n`; it has none"),
    (["two.yaml", "turned", "--at", "phi=3"], "the circuit `turned` has no point at phi=3; phi is 0, 1.5708"),
    (["two.yaml", "turned", "--at", "phi=2pi"], "--at: there is no operator between `2` and `pi`"),
    (["two.yaml", "turned", "--at", "phi=k"], "--at takes a number, not `k`"),
    (["two.yaml", "turned", "--at", "phi="], "--at: "),
    (["missing.yaml"], "missing.yaml cannot be read: No such file or directory"),
])  # fmt: skip
def test_what_is_not_there_is_explained(call, two, arguments, words):
    done = call("show", *arguments)
    assert (done.code, done.out, words in done.err) == (2, "", True), done.err


def test_standard_input_can_be_shown(call, two, tmp_path):
    done = call("show", "-", "fixed", stdin=(tmp_path / two).read_bytes())
    assert (done.code, done.out) == (0, call("show", two, "fixed").out)
    assert call("show", "-", stdin=b"{").err.startswith("<stdin>:1:")


def test_what_is_decomposed_is_named(call, tmp_path):
    (tmp_path / "toffoli.yaml").write_text("ionq_runner: 1\nname: t\ncircuits: {t: {qubits: 3, gates: [ccx 0 1 2]}}\nrepetitions: 1\n")
    done = call("show", "toffoli.yaml")
    assert "\ndecomposed, exactly:\n  ccx: " in done.out, done


def test_warnings_count_for_who_wants_it(call, tmp_path):
    (tmp_path / "good.yaml").write_text((tmp_path / "good.yaml").read_text() + "parameters: {unused: 1}\n")
    assert call("show", "good.yaml").code == 0
    strict = call("show", "--strict", "good.yaml")
    assert (strict.code, strict.out, "W210" in strict.err) == (1, "", True)

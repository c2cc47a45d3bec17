"""YAML without its traps, and strictness: rules that no other test holds."""

from __future__ import annotations

import pytest

from ionq_runner import api
from ionq_runner.language.grammar import EXPERIMENT
from ionq_runner.planning.loading import load

ONE = "circuits: {c: {qubits: 1, gates: [h 0]}}\n"


def test_a_number_is_the_one_that_yaml_1_2_reads(runs_alike, planned):
    assert runs_alike("- rx(1e-3) 0", "- rx(0.001) 0")
    assert planned("circuits: {c: {qubits: 010, gates: [h 9]}}\n").groups[0].program.qubits == 10


def test_words_that_were_truths_in_yaml_1_1_are_names(planned):
    assert planned("circuits: {no: {qubits: 1, gates: [h 0]}, on: {qubits: 1, gates: [x 0]}}\n").circuits == ("no", "on")


def test_times_and_dates_are_kept_as_they_are_written():
    data = f"ionq_runner: 1\nname: no\nrepetitions: 1\nmetadata: {{at: 12:30, on: 2026-05-01, no: off}}\n{ONE}"
    experiment = load(data.encode(), "t.yaml").experiment
    assert (experiment.name, experiment.metadata) == ("no", {"at": "12:30", "on": "2026-05-01", "no": "off"})


@pytest.mark.parametrize(("one", "several"), [
    ("gates: h 0", "gates: [h 0]"), ("measure: 0", "measure: [0]"), ("measure: {a: 0}", "measure: {a: [0]}"),
    ("gates: {control: 0, do: x 1}", "gates: [{control: [0], do: [x 1]}]"),
    ("gates: {inverse: s 0}", "gates: [{inverse: [s 0]}]"),
    ("sweep: {t: 3}", "sweep: {t: [3]}"), ("sweep: {product: {t: 3}}", "sweep: {product: [{t: [3]}]}"),
    ("sweep: {concat: {t: 3}}", "sweep: {concat: [{t: 3}]}"),
])  # fmt: skip
def test_where_a_list_is_expected_one_item_may_stand_alone(planned, one, several):
    def ids(key):
        lines = {"qubits": "qubits: 2", "gates": "gates: [h 0, rx(t) 1]", "sweep": "sweep: {t: [1]}", key.partition(":")[0]: key}
        lines["sweep"] = lines["sweep"] if "rx(t)" in lines["gates"] else "measure: 0..1"
        return planned("circuits: {c: {" + ", ".join(lines.values()) + "}}\n").points.id.tolist()

    assert ids(one) == ids(several)


def test_one_circuit_and_one_target_of_a_run_may_stand_alone(planned):
    runs = "runs: {{r: {{circuits: {}, targets: {}}}}}\n"
    alone, listed = (planned(ONE + runs.format(*names)).points.id.tolist() for names in (("c", "local"), ("[c]", "[local]")))
    assert alone == listed


@pytest.mark.parametrize("written", [
    lambda data: data.replace(b"\n", b"\r\n"), lambda data: b"\xef\xbb\xbf" + data,
    lambda data: b"---\n" + data, lambda data: data + b"\n\n",
])  # fmt: skip
def test_line_ends_and_a_byte_order_mark_change_nothing(written):
    data = f"ionq_runner: 1\nname: t\nrepetitions: 10\nseed: 7\n{ONE}".encode()
    assert api.plan(written(data), "t.yaml").points.id.tolist() == api.plan(data, "t.yaml").points.id.tolist()


@pytest.mark.parametrize(("gates", "marked"), [
    ("[ms(0, 0, t) 0 1]", "ms(0, 0, t) 0 1"), ("[h 0, 'x 0', u(1, 2, t) 0]", "u(1, 2, t) 0"),
    ('[{if: bit("01", 0) == 1, do: h 0}]', 'bit("01", 0) == 1'), ("[{for: a, b in pairs, do: cnot a b}]", "a, b in pairs"),
])  # fmt: skip
def test_pieces_that_yaml_cut_at_a_comma_are_recognised(told, gates, marked):
    assert ("E008", marked) in told(f"parameters: {{pairs: [[0, 1]], t: 1}}\ncircuits: {{c: {{qubits: 2, gates: {gates}}}}}\n")


def test_mistakes_of_every_kind_are_told_in_one_go(told):
    body = """\
        parameter: {n: 2}
        parameters: {pi: 3, k: 2, c: 1}
        circuits:
          c: {qubits: [2], gates: [h 0, foo 1, rx(zeta) 0, cnot 0]}
          d: {qubits: 2, gates: [h 5]}
        runs: {r: {targets: forte}}
    """
    assert {code for code, _ in told(body)} >= {"E101", "E202", "E203", "E103", "E401", "E206", "E403", "E204"}


@pytest.mark.parametrize(("written", "meant"), [("circuts", "circuits"), ("Targets", "targets"), ("observable", "observables")])
def test_the_nearest_key_is_named(written, meant):
    data = f"ionq_runner: 1\nname: t\nrepetitions: 1\n{written}: {{a: 1}}\n{ONE if meant != 'circuits' else ''}"
    (hint, *_) = [problem.hint for problem in api.validate(data.encode(), "t.yaml") if problem.code == "E101"]
    assert f"`{meant}`" in hint
    assert EXPERIMENT.key(meant) is not None


def test_nothing_runs_on_a_file_with_an_error():
    data = f"ionq_runner: 1\nname: t\nrepetitions: 0\n{ONE}".encode()
    with pytest.raises(api.Refused):
        api.plan(data, "t.yaml")


def test_a_newer_language_is_said_to_be_newer_and_nothing_else(told):
    assert told("circuits: {c: {sorcery: 1}}\n", ionq_runner="2") == [("E112", "2")]

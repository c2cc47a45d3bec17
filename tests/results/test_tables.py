"""The tables of a run: their columns, the order of their rows, every cell; and the same bytes from the same file and seed."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ionq_runner.execution.executors import Workers
from ionq_runner.ledger.answers import decode_answer
from ionq_runner.ledger.states import JobState
from ionq_runner.results import counts, points
from ionq_runner.results.tables import write_tables
from ionq_runner.simulation import bit_strings

TABLES = ("counts", "points", "jobs")
COUNTS = "point,circuit,target,mitigation,replicate,basis,{}bitstring,outcome,count,repetitions,frequency,probability"
POINTS = "point,label,circuit,target,mitigation,replicate,{}repetitions,status,execution,job,error"
JOBS = (
    "job,service_id,backend,api_version,status,executions,repetitions,submitted_at,started_at,completed_at,queue_s,execution_s,"
    "cost_estimated,cost,cost_unit,warnings,error"
)


def header(folder, name):
    return (folder / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0]


def test_the_columns_are_those_that_are_promised(mixed_run, ran):
    assert header(mixed_run, "counts") == COUNTS.format("phi,double,word,") + ",alice,bob"
    assert header(mixed_run, "points") == POINTS.format("phi,double,word,")
    assert header(mixed_run, "jobs") == JOBS
    plain = ran("circuits: {c: {gates: [h 0]}}\n")
    assert header(plain, "counts") == COUNTS.format("")
    assert header(plain, "points") == POINTS.format("")


def test_a_whole_run_cell_by_cell(ran, table):
    folder = ran("circuits: {flip: {qubits: 2, gates: [x n], sweep: {n: 0..1}}}\ntargets: {here: local}\n", repetitions="7")
    counts, points, jobs = (table(folder, name) for name in TABLES)
    ids = [row["point"] for row in points]
    (job,) = {row["job"] for row in points}
    assert [list(row.values()) for row in counts] == [
        [ids[0], "flip", "here", "", "0", "ZZ", "0", "10", "2", "7", "7", "1", "1"],
        [ids[1], "flip", "here", "", "0", "ZZ", "1", "01", "1", "7", "7", "1", "1"],
    ]
    assert [list(row.values()) for row in points] == [
        [ids[0], "flip n=0 here", "flip", "here", "", "0", "0", "7", "done", points[0]["execution"], job, ""],
        [ids[1], "flip n=1 here", "flip", "here", "", "0", "1", "7", "done", points[1]["execution"], job, ""],
    ]
    assert [list(row.values()) for row in jobs] == [[job, "", "local", "", "done", "2", "14", "", "", "", "", "", "0", "0", "usd", "", ""]]
    assert all(len(identity) == 12 for identity in (*ids, job))
    assert all(len(row["execution"]) == 16 for row in points)


def test_files_are_utf8_with_line_feeds_and_a_final_one(mixed_run):
    for name in TABLES:
        data = (mixed_run / f"{name}.csv").read_bytes()
        assert data.endswith(b"\n")
        assert b"\r" not in data
        assert b"\0" not in data
        assert b"\n\n" not in data


@pytest.mark.parametrize(("gates", "measure", "bits", "outcome"), [
    ("[x 0, h 1, h 1]", "[0, 1]", "10", "2"),
    ("[x 0, h 1, h 1]", "[1, 0]", "01", "1"),
    ("[x 0, x 2]", "0..2", "101", "5"),
    ("[x 0, x 2]", "[2, 1]", "10", "2"),
    ("[x 0]", "all", "100", "4"),
    ("[x 1]", "{b: [2, 1], a: 0}", "010", "2"),
    ("[cnot 1 0, x 1, cnot 1 2]", "[1, 2, 0]", "110", "6"),
])  # fmt: skip
@pytest.mark.parametrize("noise", ["local", "{backend: local, noise: {one_qubit: 1e-9}}"])
def test_the_first_measured_qubit_is_the_first_character_and_the_highest_bit(ran, table, gates, measure, bits, outcome, noise):
    folder = ran(f"circuits: {{c: {{qubits: 3, gates: {gates}, measure: {measure}}}}}\ntargets: {{t: {noise}}}\n", repetitions="3")
    (row,) = table(folder)
    assert (row["bitstring"], row["outcome"], row["count"], row["basis"]) == (bits, outcome, "3", "Z" * len(bits))


def test_keys_have_columns_of_their_own_in_circuits_with_several(ran, table):
    body = """
circuits:
  two: {qubits: 3, gates: [x 0, x 1], measure: {left: [2, 1], right: 0}}
  one: {qubits: 2, gates: [x 1], measure: {left: [1, 0]}}
  other: {qubits: 2, gates: [x 1], measure: {right: 1, deep: 0}}
"""
    rows = table(ran(body))
    assert list(rows[0])[-3:] == ["left", "right", "deep"]
    assert [[row[key] for key in ("circuit", "bitstring", "left", "right", "deep")] for row in rows] == [
        ["two", "011", "01", "1", ""], ["one", "10", "", "", ""], ["other", "10", "", "1", "0"],
    ]  # fmt: skip


def test_hundreds_of_idle_qubits_are_measured(ran, table):
    rows = table(ran("circuits: {c: {qubits: 300, gates: [h 2, cnot 2 297]}}\n", repetitions="1000"))
    assert [row["bitstring"] for row in rows] == ["0" * 300, "00" + "1" + "0" * 294 + "1" + "00"]
    assert [int(row["outcome"]) for row in rows] == [0, 2**297 + 2**2]
    assert {row["basis"] for row in rows} == {"Z" * 300}


def test_readout_errors_reach_idle_qubits(ran, table):
    """With a chance of 1 every bit is read flipped, whatever a gate did."""
    body = "circuits: {c: {qubits: 3, gates: [x 1]}, idle: {qubits: 2, gates: [{if: 1 > 2, do: x 0}]}}\n"
    rows = table(ran(body + "targets: {t: {backend: local, noise: {spam: 1}}}\n"))
    assert [(row["circuit"], row["bitstring"]) for row in rows] == [("c", "101"), ("idle", "11")]


def test_counts_add_up_and_rows_ascend(mixed_run, table):
    repetitions = {row["point"]: int(row["repetitions"]) for row in table(mixed_run, "points")}
    counts: dict[str, list[dict[str, str]]] = {}
    for row in table(mixed_run):
        counts.setdefault(row["point"], []).append(row)
    assert list(counts) == list(repetitions), "rows stand in the order of the points"
    for point, rows in counts.items():
        assert sum(int(row["count"]) for row in rows) == repetitions[point]
        assert [row["bitstring"] for row in rows] == sorted({row["bitstring"] for row in rows})
        for row in rows:
            assert int(row["outcome"]) == int(row["bitstring"], 2)
            share = int(row["count"]) / int(row["repetitions"])
            assert row["frequency"] == ("1" if share == 1 else repr(share))
            assert row["bitstring"] == row["alice"] + row["bob"] or row["circuit"] != "pair"


def test_probabilities_are_calculated_where_they_can_be(mixed_run, table):
    for row in table(mixed_run):
        if row["circuit"] == "wide" and row["target"] == "noisy":
            assert row["probability"] == "", "trajectories are drawn, and calculate none"
        else:
            assert 0 < float(row["probability"]) <= 1
            assert len(row["probability"].partition(".")[2]) <= 12
            assert "e" not in row["probability"]


def test_parameters_of_other_circuits_are_empty(mixed_run, table):
    for row in table(mixed_run, "points"):
        present = {name for name in ("phi", "double", "word") if row[name]}
        assert present == {"pair": {"phi", "double"}, "marked": {"word"}, "wide": set()}[row["circuit"]]
    words = [row["word"] for row in table(mixed_run, "points") if row["circuit"] == "marked" and row["target"] == "ideal"]
    assert words == ["00", "00", "01", "01", "10", "10", "11", "11"], "a text keeps its zeros"


def test_labels_say_a_point_in_a_few_words(mixed_run, table):
    labels = [row["label"] for row in table(mixed_run, "points") if row["replicate"] == "0"]
    assert labels == [
        *(f"pair phi={phi} double={2 * phi:g} {target}" for target in ("ideal", "noisy") for phi in (-1, -0.5, 0, 0.5, 1)),
        *(f"marked word={word} {target}" for target in ("ideal", "noisy") for word in ("00", "01", "10", "11")),
        "wide ideal", "wide noisy",
    ]  # fmt: skip


def test_a_job_that_failed_is_told_in_its_points_and_counts_nothing(plan_of, recorded, table, tmp_path, monkeypatch):
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 2)
    plan = plan_of("circuits: {c: {gates: [rx(x) 0], sweep: {x: 1..5}}}\n")
    folder, jobs = recorded(plan, tmp_path, {2: '=MemoryError: "no", 3 bytes'})
    write_tables(plan, folder, jobs)
    assert [(row["status"], row["error"]) for row in table(folder.path, "points")] == [
        ("done", ""), ("done", ""), ("failed", '\'=MemoryError: "no", 3 bytes'), ("failed", '\'=MemoryError: "no", 3 bytes'), ("done", ""),
    ]  # fmt: skip
    assert {row["x"] for row in table(folder.path)} == {"1", "2", "5"}
    assert [(row["status"], row["executions"], row["error"]) for row in table(folder.path, "jobs")] == [
        ("done", "2", ""), ("failed", "2", '\'=MemoryError: "no", 3 bytes'), ("done", "1", ""),
    ]  # fmt: skip


def test_a_run_in_which_all_failed_has_tables_too(plan_of, recorded, table, tmp_path):
    plan = plan_of("circuits: {c: {gates: [rx(x) 0], sweep: {x: 1..5}}}\n")
    folder, jobs = recorded(plan, tmp_path, {1: "gone"})
    outputs = write_tables(plan, folder, jobs)
    assert [(output.path, output.rows) for output in outputs] == [
        ("counts.csv", 0), ("points.csv", 5), ("jobs.csv", 1), ("datapackage.json", None),
    ]  # fmt: skip
    assert (folder.path / "counts.csv").read_text() == COUNTS.format("x,") + "\n"


def test_a_job_that_was_only_started_is_planned(plan_of, recorded, table, tmp_path):
    plan = plan_of("circuits: {c: {gates: [h 0]}}\n")
    folder, jobs = recorded(plan, tmp_path, {1: ""})
    write_tables(plan, folder, [dataclasses.replace(job, state=JobState.STARTED, error=None) for job in jobs])
    assert [row["status"] for name in ("points", "jobs") for row in table(folder.path, name)] == ["planned", "planned"]


def test_what_is_written_is_what_is_told_of_it(plan_of, recorded, mixed, tmp_path):
    plan = plan_of(mixed)
    folder, jobs = recorded(plan, tmp_path)
    for output in write_tables(plan, folder, jobs):
        data = (folder.path / output.path).read_bytes()
        assert (output.bytes, output.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert output.rows is None or output.rows == data.count(b"\n") - 1
    assert not list(folder.path.glob("*.part"))


@pytest.fixture(scope="module")
def bytes_of():
    return lambda folder, names=TABLES: {name: (folder / f"{name}.csv").read_bytes() for name in names}


ORDER = "runs: {r: {order: ORDER, replicates: 3}}\ntargets: {a: local, b: {backend: local, noise: {model: aria-1}}}\n"
SWEPT = "circuits: {c: {qubits: 2, gates: [h 0, cnot 0 1, rx(x) 1, {if: k > 1, do: h 0}], sweep: {x: {linspace: [0, 3, 20]}, k: 0..3}}}\n"


@pytest.mark.parametrize("order", ["as_written", "random", "interleaved"])
def test_two_runs_of_a_file_give_equal_bytes(ran, bytes_of, monkeypatch, order):
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 37)
    body = SWEPT + ORDER.replace("ORDER", order)
    first = bytes_of(ran(body))
    assert bytes_of(ran(body)) == first
    for workers in (1, 5):
        chosen = Workers(workers)
        monkeypatch.setattr("ionq_runner.execution.executors.choose_workers", lambda groups, processes, chosen=chosen: chosen)
        assert bytes_of(ran(body)) == first


def test_neither_the_order_nor_the_size_of_jobs_changes_a_count(ran, bytes_of, monkeypatch):
    first = bytes_of(ran(SWEPT + ORDER.replace("ORDER", "as_written")), ["counts"])
    for order, size in (("random", 4096), ("interleaved", 29), ("random", 101)):
        monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", size)
        assert bytes_of(ran(SWEPT + ORDER.replace("ORDER", order)), ["counts"]) == first


def test_another_seed_gives_other_counts_and_the_same_probabilities(ran, table):
    one, other = (table(ran("circuits: {c: {gates: [h 0]}}\n", repetitions="100000", seed=seed)) for seed in ("1", "2"))
    assert [row["count"] for row in one] != [row["count"] for row in other]
    assert [row["probability"] for row in one] == [row["probability"] for row in other] == ["0.5", "0.5"]


def test_a_point_has_the_same_counts_in_a_larger_file(ran, table):
    small = table(ran("circuits: {c: {gates: [rx(x) 0], sweep: {x: [1, 2]}}}\n"))
    large = table(ran("circuits: {b: {gates: [h 0]}, c: {gates: [rx(x) 0], sweep: {x: {linspace: [0, 3, 7]}}}}\n"))
    known = {(row["point"], row["bitstring"]): row for row in large}
    assert [known[row["point"], row["bitstring"]] for row in small] == small


def naive(plan, jobs, folder) -> dict[str, bytes]:
    """The tables as anybody would write them: value by value, with the csv module."""
    answers = {}  # number of an execution -> its outcomes, counts and probabilities
    states = {job.number: job for job in jobs}
    for job in plan.jobs:
        numbers = [plan.groups[index].first + int(row) for index, rows in job.parts for row in rows]
        if states[job.number].state is JobState.DONE:
            answer = decode_answer((folder.path / states[job.number].answer).read_bytes())
            for place, number in enumerate(numbers):
                part = slice(answer.offsets[place], answer.offsets[place + 1])
                answers[number] = answer.outcomes[part], answer.counts[part], answer.probabilities[part]
    names, ids = list(plan.points.parameters), plan.execution_ids()
    counts = [[*COUNTS.partition("{}")[0].rstrip(",").split(","), *names, *COUNTS.partition("{}")[2].split(","), *plan.keys]]
    points = [[*POINTS.partition("{}")[0].rstrip(",").split(","), *names, *POINTS.partition("{}")[2].split(",")]]
    for row in range(len(plan.points)):
        settings = plan.points.execution[plan.points.first[row] : plan.points.first[row + 1]].tolist()
        groups = [next(group for group in plan.groups if group.first <= number < group.first + len(group)) for number in settings]
        total = int(groups[0].repetitions[settings[0] - groups[0].first])
        circuit, target = plan.circuits[plan.points.circuit[row]], plan.targets[plan.points.target[row]]
        identity, replicate = plan.points.id[row].decode(), plan.points.replicate[row]
        mitigation = plan.mitigations[plan.points.mitigation[row]]
        parameters = [plan.points.parameters[name][row].item() for name in names]
        shown = [
            f"{name}={value if isinstance(value, str) else f'{value + 0:.6g}'}"
            for name, value in zip(names, parameters, strict=True)
            if plain(value)
        ]
        mine = dict.fromkeys(job.number for number in settings for job in plan.jobs if holds(plan, job, number))
        rows_of_jobs = [states[number] for number in mine]
        state = next((job for job in rows_of_jobs if job.state is not JobState.DONE), rows_of_jobs[0])
        points.append([
            identity, " ".join([circuit, *shown, target, *([mitigation] if mitigation else [])]), circuit, target, mitigation, replicate,
            *map(plain, parameters), total, state.state.value, " ".join(ids[number] for number in settings),
            " ".join(job.id for job in rows_of_jobs), state.error or "",
        ])  # fmt: skip
        for number, group in zip(settings, groups, strict=True):
            outcomes, seen, probabilities = answers.get(number, ([], [], []))
            strings = bit_strings(group.program, group.noise, np.asarray(outcomes, dtype=np.uint64)) if len(outcomes) else []
            for bits, count, probability in sorted(zip(strings, seen, probabilities, strict=True)):
                keys, start = {}, 0
                for measurement in group.program.measurements:
                    keys[measurement.key] = bits[start : start + len(measurement.qubits)]
                    start += len(measurement.qubits)
                own = keys if len(keys) > 1 else {}
                counts.append([
                    identity, circuit, target, mitigation, replicate, group.basis, *map(plain, parameters),
                    bits, int(bits, 2), count, total,
                    plain(int(count) / total), "" if math.isnan(probability) else f"{probability:.12f}".rstrip("0").rstrip("."),
                    *(own.get(key, "") for key in plan.keys),
                ])  # fmt: skip
    return {"counts": written(counts), "points": written(points)}


def holds(plan, job, number: int) -> bool:
    """Whether a job has an execution."""
    return any(number - plan.groups[index].first in rows.tolist() for index, rows in job.parts)


def plain(value) -> str:
    if isinstance(value, str):
        return value
    return "" if math.isnan(value) else str(int(value)) if value == int(value) else repr(value)


def written(rows) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


@pytest.fixture(scope="module")
def compared(recorded, tmp_path_factory):
    """Write the tables of a plan in both ways, in small blocks, and hold them against each other."""

    def compared(plan, failed=None):
        folder, jobs = recorded(plan, tmp_path_factory.mktemp("compared"), failed)
        write_tables(plan, folder, jobs)
        for name, data in naive(plan, jobs, folder).items():
            assert (folder.path / f"{name}.csv").read_bytes() == data

    return compared


@pytest.mark.parametrize("block", [1, 3, 2048])
@pytest.mark.parametrize("lines", [1, 1 << 16])
def test_tables_in_blocks_are_the_tables_row_by_row(plan_of, compared, mixed, monkeypatch, block, lines):
    for module in (counts, points):
        monkeypatch.setattr(module, "BLOCK", block)
    monkeypatch.setattr(counts, "LINES", lines)
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 5)
    compared(plan_of(mixed), {2: "lost, and = found"})


SETTINGS = """\
targets: {ideal: local, noisy: {backend: local, noise: {two_qubit: 0.1, spam: 0.02}}}
mitigation: {raw: {debias: false}, corrected: {readout: spam}}
circuits:
  pair: {qubits: 3, gates: [h 0, cnot 0 1, rx(x) 2], measure: {a: [2, 0], b: 1}, sweep: {x: [0.5, 1], k: 0..2}}
  spam: {qubits: 3, gates: [{if: state == 1, do: x all}], measure: [0, 1, 2], sweep: {state: [0, 1]}}
observables:
  words: {sum: {XYZ: 1, YXI: 1/2, ZZZ: 1}, circuits: pair}
  turning: {sum: [{for: q in 0..k, do: Y q}], circuits: pair}
runs: {first: {replicates: 2}, second: {circuits: pair, mitigation: []}}
"""


@pytest.mark.parametrize("block", [1, 3, 2048])
def test_points_of_several_bases_have_rows_for_each(plan_of, compared, monkeypatch, block):
    plan = plan_of(SETTINGS)
    assert {int(count) for count in np.diff(plan.points.first)} == {1, 3}
    assert plan.points.settings > plan.executions, "points that differ in the axis of an observable share executions"
    for module in (counts, points):
        monkeypatch.setattr(module, "BLOCK", block)
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 7)
    compared(plan_of(SETTINGS), {2: "lost"})


def test_a_label_with_a_text_that_needs_quotes_is_quoted(plan_of, recorded, tmp_path):
    plan = plan_of("circuits: {c: {gates: ['rx(x) 0'], sweep: {x: [1, 2, 3]}}}\ntargets: {here: local}\n")
    texts = np.array(["a,b", 'say "no"', "plain"])
    plan = dataclasses.replace(plan, points=dataclasses.replace(plan.points, parameters={"mode": texts, **plan.points.parameters}))
    _, jobs = recorded(plan, tmp_path)
    rows = list(csv.reader(io.StringIO("".join(str(text, "utf-8") for text, _ in points.point_rows(plan, jobs))), strict=True))
    assert [(row[1], row[6], row[7]) for row in rows] == [
        ("c mode=a,b x=1 here", "a,b", "1"),
        ('c mode=say "no" x=2 here', 'say "no"', "2"),
        ("c mode=plain x=3 here", "plain", "3"),
    ]


AXES = {
    "x": "{linspace: [-1, 2, 4]}", "k": "0..3", "w": "{bitstrings: 2}", "r": "[5, 60, 2000]", "one": "[1/3]",
    "e": "{geomspace: [1e-7, 1e7, 3]}",
}  # fmt: skip
USES = {
    "x": "rx(x) 0", "k": "{repeat: k, do: [h 0, cnot 0 1]}", "w": "{if: 'bit(w, 1) == 1', do: ry(0.7) 2}", "one": "ry(one) 1",
    "e": "{if: e > 1, do: x 1}", "r": "rz(0.5) 0",
}  # fmt: skip
MEASURES = [None, "[2, 0]", "all", "{a: 1, b: [2, 0]}", "{b: [1], c: 0, a: 2}", "{only_one: [0, 1]}"]
TARGETS = ["local", "{backend: local, noise: {one_qubit: 0.05, two_qubit: 0.1}}", "{backend: local, noise: {spam: 0.1}}"]
CIRCUITS = st.tuples(st.lists(st.sampled_from(sorted(AXES)), unique=True, max_size=3), st.sampled_from(MEASURES), st.integers(3, 5))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CIRCUITS, min_size=1, max_size=3), st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2), st.integers(1, 2), st.data())
def test_any_tables_are_those_that_the_csv_module_writes(plan_of, compared, circuits, targets, replicates, data):
    lines = []
    for index, (axes, measure, qubits) in enumerate(circuits):
        gates = ", ".join(["h 0", "h 2", *(USES[axis] for axis in axes)])
        sweep = f", sweep: {{{', '.join(f'{axis}: {AXES[axis]}' for axis in axes)}}}" if axes else ""
        own = f", measure: {measure}" if measure else ""
        lines.append(
            f"  c{index}: {{qubits: {qubits}, gates: [{gates}]{sweep}{own}, parameters: {{many: {'r' if 'r' in axes else 30}}}}}\n"
        )
    body = f"circuits:\n{''.join(lines)}targets:\n{''.join(f'  t{index}: {target}{chr(10)}' for index, target in enumerate(targets))}"
    with pytest.MonkeyPatch.context() as patch:
        for module in (counts, points):
            patch.setattr(module, "BLOCK", data.draw(st.sampled_from([2, 7, 2048])))
        patch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", data.draw(st.sampled_from([1, 5, 4096])))
        plan = plan_of(body + f"runs: {{r: {{replicates: {replicates}, order: random}}}}\n", repetitions="many")
        compared(plan, {1: "gone"} if len(plan.jobs) > 2 else None)

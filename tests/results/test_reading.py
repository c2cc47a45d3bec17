"""A finished run as tables of pandas, with the types that its columns have."""

from __future__ import annotations

import pandas
import pytest

from ionq_runner import api, read_run
from ionq_runner.ledger.folder import NotARun


def test_tables_have_their_types(mixed_run):
    run = read_run(mixed_run)
    kinds = {
        "string": pandas.api.types.is_string_dtype,
        "Int64": lambda kind: str(kind) == "Int64",
        "float64": lambda kind: str(kind) == "float64",
    }
    wanted = {
        "string": ("point", "circuit", "target", "mitigation", "basis", "word", "bitstring", "alice", "bob"),
        "Int64": ("replicate", "outcome", "count", "repetitions"),
        "float64": ("phi", "double", "frequency", "probability"),
    }
    assert sorted(run.counts.columns) == sorted(name for names in wanted.values() for name in names)
    assert all(kinds[kind](run.counts[name].dtype) for kind, names in wanted.items() for name in names)
    assert str(run.points["replicate"].dtype) == str(run.jobs["executions"].dtype) == "Int64"
    assert str(run.jobs["cost"].dtype) == "float64"


def test_values_are_those_of_the_table(mixed_run, table):
    run = read_run(mixed_run)
    assert run.manifest["name"] == "t"
    assert run.path == mixed_run
    for name in ("counts", "points", "jobs"):
        cells = table(mixed_run, name)
        frame = getattr(run, name)
        assert list(frame.columns) == list(cells[0])
        assert len(frame) == len(cells)
    cells = table(mixed_run)
    assert run.counts["outcome"].tolist() == [int(row["outcome"]) for row in cells]
    assert run.counts["bitstring"].tolist() == [row["bitstring"] for row in cells]
    assert run.counts["probability"].isna().tolist() == [not row["probability"] for row in cells]
    assert run.counts["phi"].dropna().tolist() == [float(row["phi"]) for row in cells if row["phi"]]


def test_bit_strings_stay_text_with_their_zeros(mixed_run):
    run = read_run(mixed_run)
    marked = run.points[run.points["circuit"] == "marked"]
    assert sorted(set(marked["word"])) == ["00", "01", "10", "11"]
    assert run.points["word"].isna().sum() == len(run.points) - len(marked)
    assert run.counts["mitigation"].isna().all()


def test_outcomes_can_be_compared_with_numbers(ran):
    run = read_run(ran("circuits: {c: {qubits: 2, gates: [x 0]}}\n"))
    assert run.counts.loc[run.counts["outcome"] == 2, "count"].tolist() == [100]


@pytest.mark.parametrize(("qubits", "kind"), [(59, "Int64"), (63, "object"), (64, "object"), (100, "object")])
def test_outcomes_of_many_qubits_are_whole_numbers_of_any_size(ran, qubits, kind):
    run = read_run(ran(f"circuits: {{c: {{qubits: {qubits}, gates: [x 0]}}}}\n"))
    assert str(run.counts["outcome"].dtype) == kind
    (outcome,) = run.counts["outcome"].tolist()
    assert outcome == 2 ** (qubits - 1)
    assert run.counts["bitstring"].tolist() == ["1" + "0" * (qubits - 1)]


def test_text_that_looks_like_something_missing_is_text(ran):
    run = read_run(
        ran("circuits: {NA: {gates: [x 0]}, nan: {gates: [h 1]}}\ntargets: {null: local, None: local}\n".replace("null", "none"))
    )
    assert sorted(set(run.points["circuit"])) == ["NA", "nan"]
    assert sorted(set(run.points["target"])) == ["None", "none"]


@pytest.fixture
def runs(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text("ionq_runner: 1\nname: t\ncircuits: {c: {gates: [h 0]}}\nrepetitions: 10\n")
    return [api.run(file, out=tmp_path / "runs").folder for _ in range(2)], tmp_path / "runs"


def test_a_run_is_found_by_its_folder_the_folder_above_or_latest(runs):
    (first, last), out = runs
    assert read_run(first).path == first
    assert read_run(str(first)).path == first
    assert read_run("latest", out).path == last
    assert read_run(out / "t").path in (first, last)


def test_a_run_that_is_not_finished_is_refused(runs, tmp_path):
    (first, _), _ = runs
    (first / "manifest.json").unlink()
    with pytest.raises(NotARun, match="resume"):
        read_run(first)
    with pytest.raises(NotARun):
        read_run(tmp_path / "nowhere")

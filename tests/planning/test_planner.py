"""Which executions points share, how equal ones are told apart, what a run adds, and in which order all is run."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TWO = "targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}\n"


@pytest.fixture(scope="module")
def shared(plan_of, circuit):
    """The number of the execution of each point."""
    return lambda gates, more="", **keys: plan_of(circuit(gates, more, **keys), **REPEATED).points.execution.tolist()


REPEATED = {"repetitions": "max(1, floor(0*r))"}  # every axis `r` is used by this and changes nothing


@pytest.mark.parametrize(("sweep", "executions"), [
    # `r` is an axis of the analysis alone: rows that differ in it share what is run.
    ("{x: [1, 2], r: [1, 2, 3]}", [0, 0, 0, 1, 1, 1]),
    ("{r: [1, 2, 3], x: [1, 2]}", [0, 1, 0, 1, 0, 1]),
    ("{zip: {x: [1, 2, 1, 2], r: [1, 2, 3, 4]}}", [0, 1, 0, 1]),
    ("{zip: {x: [1, 1, 2, 1], r: [1, 1, 1, 2]}}", [0, 1, 2, 0]),
    ("{zip: {x: [1, 1, 1, 1], r: [5, 5, 6, 6]}}", [0, 1, 0, 1]),
    ("{concat: [{x: [1, 2], r: [1]}, {x: [2, 3], r: [2]}]}", [0, 1, 1, 2]),
    ("{x: [1, 2], r: [1, 1]}", [0, 1, 2, 3]),
    # Equal rows are asked for twice, and run twice.
    ("{x: [1, 1, 2, 1], r: [0]}", [0, 1, 2, 3]),
])  # fmt: skip
def test_points_that_differ_in_axes_the_circuit_does_not_use_share_an_execution(shared, sweep, executions):
    assert shared("[rx(x) 0]", sweep=sweep) == executions


def test_an_axis_is_used_through_a_computed_parameter(shared):
    keys = {"sweep": "{a: [1, 2], b: [3, 4], r: [5, 6]}"}
    assert shared("[rx(t) 0]", parameters="{s: a + b, t: 2*s}", **keys) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert shared("[rx(a) 0, ry(b) 0]", parameters="{s: a + b, t: 2*r}", **keys) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_each_target_and_replicate_has_executions_of_its_own(plan_of, circuit, rows_of):
    plan = plan_of(circuit("[rx(x) 0]", TWO + "runs: {r: {replicates: 2}}\n", sweep="{zip: {x: [1, 2, 1], r: [1, 2, 3]}}"), **REPEATED)
    assert [row[1:] for row in rows_of(plan)] == [
        (target, replicate, {"x": x, "r": r}, execution + first, 1)
        for target, first in (("ideal", 0), ("noisy", 4))
        for x, r, executions in ((1, 1, (0, 1)), (2, 2, (2, 3)), (1, 3, (0, 1)))
        for replicate, execution in enumerate(executions)
    ]
    assert plan.executions == 8


@pytest.mark.parametrize(("gates", "sweep"), [
    ("[{if: k > 1, do: x 0}, h 0]", "{k: [0, 1]}"),
    ("[rx(0*k) 0]", "{k: [0, 1]}"),
    ("[rx(k) 0]", "{k: [0.5, 0.5 + 1e-14]}"),
    ("[{if: k == 1, do: rx(a) 0}, {if: k == 2, do: rx(b) 0}]", "{k: [1, 2], a: [0.5], b: [0.5]}"),
    ("[{if: k == 1, do: rx(a) 0}, {if: k == 2, do: rx(0.5) 0}]", "{k: [1, 2], a: [0.5]}"),
])  # fmt: skip
def test_equal_executions_of_different_origin_are_run_again_and_numbered(plan_of, circuit, gates, sweep):
    plan = plan_of(circuit(gates, sweep=sweep))
    assert plan.points.execution.tolist() == [0, 1]
    assert len(set(plan.execution_ids())) == 2
    assert len(set(plan.points.id.tolist())) == 2


def test_two_circuits_with_equal_gates_are_two_executions(plan_of):
    body = "circuits:\n  a: {gates: [h 0, cnot 0 1]}\n  b: {qubits: 2, gates: [h 0, cx 0 1]}\n"
    plan = plan_of(body)
    alone = plan_of(body.partition("  b:")[0])
    assert len({*plan.execution_ids()}) == 2
    assert plan.execution_ids()[0] == alone.execution_ids()[0]


def test_two_targets_with_equal_noise_are_two_executions(plan_of, circuit):
    plan = plan_of(circuit("[h 0]", "targets: {one: local, other: {backend: local, noise: {model: ideal}}}\n"))
    assert len({*plan.execution_ids()}) == len({*plan.points.id.tolist()}) == 2


def test_many_equal_rows_are_numbered_in_a_moment(plan_of, circuit):
    plan = plan_of(circuit("[{if: k > 2000, do: x 0}, h 0]", sweep="{k: 1..4000}"))
    assert len({*plan.execution_ids()}) == plan.executions == 4000


BASE = """
circuits:
  a:
    gates: [rx(x) 0, {repeat: k, do: [h 1, ry(y) 1]}]
    sweep: {k: 0..1, x: [1, 2], y: [3]}
  b: {gates: [h 0, cnot 0 1, rz(0.3) 1]}
targets: {ideal: local, noisy: {backend: local, noise: {one_qubit: 0.01}}}
"""
GROWN = {
    "points at the end": BASE.replace("x: [1, 2]", "x: [1, 2, 7]"),
    "points before": BASE.replace("x: [1, 2]", "x: [0, 0.5, 1, 2]"),
    "a shape": BASE.replace("k: 0..1", "k: [2, 0, 1]"),
    "points of which some are equal to others": BASE.replace("k: 0..1", "k: 0..3").replace("repeat: k", "repeat: 'min(k, 2)'"),
    "a circuit after": BASE.replace("targets:", "  c: {gates: [rx(1) 0, x 5]}\ntargets:"),
    "a circuit before": BASE.replace("circuits:", "circuits:\n  c: {gates: [rx(1) 0, x 5]}"),
    "a target": BASE.replace("{ideal", "{other: {backend: local, noise: {spam: 0.5}}, ideal"),
    "a parameter, a block, a run": "parameters: {n: 0.3}\nblocks: {bell: {qubits: [i, j], gates: [h i, cnot i j]}}\n"
    + BASE.replace("h 0, cnot 0 1, rz(0.3) 1", "bell 0 1, rz(n) 1")
    + "runs: {r: {}}\n",
    "a second run": BASE + "runs: {r: {}, s: {circuits: a, repetitions: 50}}\n",
    "a run with another axis": BASE + "runs: {s: {circuits: a, sweep: {x: [1, 5]}}, r: {}}\n",
    "replicates": BASE + "runs: {r: {replicates: 3}}\n",
    "an order": BASE + "runs: {r: {order: random}}\n",
    "an interleaved order": BASE + "runs: {r: {order: interleaved, replicates: 2}, s: {order: random}}\n",
}


@pytest.mark.parametrize("change", GROWN)
def test_what_is_added_changes_no_other_id(plan_of, ids_of, change):
    before, after = ids_of(plan_of(BASE)), ids_of(plan_of(GROWN[change]))
    assert before.items() <= after.items()


@pytest.mark.parametrize(
    "only", [["circuit=a"], ["circuit=b"], ["target=noisy"], ["target=ideal", "circuit=b"], ["run=r"], ["run=s", "target=noisy"]]
)
def test_a_selection_changes_no_id(plan_of, ids_of, only):
    body = BASE + "runs: {r: {circuits: a}, s: {repetitions: 100}}\n"
    whole, part = ids_of(plan_of(body)), ids_of(plan_of(body, only=tuple(only)))
    assert part
    assert part.items() <= whole.items()
    for what, place in (("circuit", 0), ("target", 1)):
        chosen = {selection.split("=")[1] for selection in only if selection.startswith(what)}
        assert not chosen or {key[place] for key in part} == chosen


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_part_of_a_sweep_has_the_ids_that_it_has_in_the_whole(plan_of, ids_of, circuit, data):
    """Points are dropped and shuffled, on every axis: a point is what it means, wherever it stands."""
    axes = {"x": [1, 2, 3, 4], "k": [1, 2, 3], "r": [1, 2, 3]}
    gates = "[{repeat: k, do: rx(10*x + k) 0}]"
    whole = ids_of(plan_of(circuit(gates, sweep=str(axes).replace("'", "")), **REPEATED))
    part = {name: data.draw(st.lists(st.sampled_from(values), min_size=1, unique=True)) for name, values in axes.items()}
    order = data.draw(st.permutations(sorted(part)))
    sweep = ", ".join(f"{name}: {part[name]}" for name in order)
    found = ids_of(plan_of(circuit(gates, sweep=f"{{{sweep}}}"), **REPEATED))
    assert len(found) == len(part["x"]) * len(part["k"]) * len(part["r"])
    assert found.items() <= whole.items()


def test_a_point_that_two_runs_ask_for_is_made_once(plan_of, circuit, rows_of):
    runs = "runs: {r: {sweep: {x: [1, 2]}}, s: {sweep: {x: [2, 3]}}, t: {sweep: {x: [3, 1]}}}\n"
    plan = plan_of(circuit("[rx(x) 0]", runs, sweep="{x: [9]}"))
    assert [(row[3]["x"], row[4]) for row in rows_of(plan)] == [(1, 0), (2, 1), (3, 2)]
    assert plan.executions == 3
    assert sum(map(len, plan.jobs)) == 3


HELD = "runs: {paid: {after: first, sweep: {x: [2, 3, 4]}}, first: {sweep: {x: [1, 2]}}}\n"


@pytest.mark.parametrize("target", ["local", "{backend: simulator, batch: {circuits: 9}}"])
def test_what_waits_shares_no_job_with_what_it_waits_for(plan_of, circuit, target):
    """Nor does what is awaited wait: a point that both runs ask for belongs to the first one, wherever that stands in the file."""
    plan = plan_of(f"targets: {{t: {target}}}\n" + circuit("[rx(x) 0]", HELD, sweep="{x: [9]}"))
    values = [[plan.groups[group].columns["x"][rows].tolist() for group, rows in job.parts] for job in plan.jobs]
    assert values == [[[1, 2]], [[3, 4]]]


def test_of_equal_rows_the_same_one_is_meant_by_every_run(plan_of, circuit, rows_of, ids_of):
    """`k` changes nothing below 2, so that its executions are equal and numbered; a run over some of them means these."""
    gates, sweep = "[{if: k > 1, do: x 0}, h 0]", "{k: [0, 1, 1, 2]}"
    plan = plan_of(circuit(gates, "runs: {r: {}, s: {sweep: {k: [1]}}, t: {sweep: {k: [2, 1, 1, 1]}}}\n", sweep=sweep))
    assert [(row[3]["k"], row[4]) for row in rows_of(plan)] == [(0, 0), (1, 1), (1, 2), (2, 3), (1, 4)]
    assert ids_of(plan_of(circuit(gates, sweep=sweep))).items() <= ids_of(plan).items()


def test_runs_with_other_repetitions_or_replicates_are_other_points(plan_of, circuit, rows_of):
    runs = "runs: {r: {}, s: {repetitions: 50}, t: {replicates: 3}, u: {repetitions: 2*50, replicates: 2}}\n"
    rows = rows_of(plan_of(circuit("[h 0]", runs)))
    assert [(replicate, repetitions) for _, _, replicate, _, _, repetitions in rows] == [(0, 100), (0, 50), (1, 100), (2, 100)]


@pytest.mark.parametrize(("target", "run", "wanted"), [
    ("", "", 100), ("repetitions: 30", "", 30), ("", "repetitions: 20", 20), ("repetitions: 30", "repetitions: 20", 20),
])  # fmt: skip
def test_a_run_beats_a_target_beats_the_file(plan_of, circuit, rows_of, target, run, wanted):
    body = circuit("[h 0]", f"targets: {{a: {{backend: local, {target}}}, b: local}}\nruns: {{r: {{circuits: probe, {run}}}}}\n")
    assert [row[-1] for row in rows_of(plan_of(body))] == [wanted, 20 if run else 100]


def test_repetitions_may_follow_an_axis_or_a_computed_parameter(plan_of, circuit, rows_of):
    body = circuit("[rx(x) 0]", sweep="{x: [1, 2, 3]}", parameters="{many: 10**x}")
    assert [row[-1] for row in rows_of(plan_of(body, repetitions="many"))] == [10, 100, 1000]
    assert [row[-1] for row in rows_of(plan_of(body, repetitions="100*x + 1"))] == [101, 201, 301]


def test_rows_with_other_repetitions_do_not_share(plan_of, circuit, rows_of):
    rows = rows_of(plan_of(circuit("[rx(x) 0]", sweep="{x: [1, 2], r: [10, 20, 10]}"), repetitions="r"))
    assert [(row[3]["x"], row[-1], row[4]) for row in rows] == [(1, 10, 0), (1, 20, 1), (1, 10, 2), (2, 10, 3), (2, 20, 4), (2, 10, 5)]


@pytest.mark.parametrize(("repetitions", "place"), [("0", "0"), ("1000001", "1000001"), ("x - 1", "x - 1"), ("1 - 2", "1 - 2")])
def test_repetitions_go_from_1_to_a_million(problems_of, circuit, repetitions, place):
    assert problems_of(circuit("[rx(x) 0]", sweep="{x: [1, 2]}"), repetitions=repetitions) == [("E610", place)]
    assert problems_of(circuit("[rx(x) 0]", sweep="{x: [1, 2]}"), repetitions="10**6*x/x") == []


def test_a_circuit_without_the_axis_that_repetitions_follow_is_refused(problems_of):
    body = "circuits:\n  a: {gates: [rx(x) 0], sweep: {x: [1, 2]}}\n  b: {gates: [h 0]}\n"
    assert problems_of(body, repetitions="10*x") == [("E206", "10*x")]


def test_parameters_of_circuits_stand_side_by_side(plan_of):
    body = """
    circuits:
      a: {gates: [rx(x*t) 0], sweep: {x: [1, 2]}, parameters: {t: 3}}
      b: {gates: [{if: "bit(mark, 0) == 1", do: ry(x) 0}], sweep: {mark: {bitstrings: 1}, x: [5]}}
    """
    parameters = plan_of(body).points.parameters
    assert list(parameters) == ["x", "t", "mark"]
    assert parameters["x"].tolist() == [1, 2, 5, 5]
    assert np.array_equal(parameters["t"], [3, 3, np.nan, np.nan], equal_nan=True)
    assert parameters["mark"].tolist() == ["", "", "0", "1"]


def test_tables_keep_the_order_of_the_file(plan_of, circuit, rows_of):
    """Circuit by circuit, target by target, row by row, replicate by replicate: whatever the order of the run."""
    body = circuit("[rx(x) 0]", TWO + "runs: {r: {replicates: 2, order: ORDER}}\n", sweep="{x: [1, 2]}") + ""
    orders = [rows_of(plan_of(body.replace("ORDER", order))) for order in ("as_written", "random", "interleaved")]
    assert orders[0] == orders[1] == orders[2]
    assert [(row[1], row[3]["x"], row[2]) for row in orders[0]] == list(itertools.product(("ideal", "noisy"), (1, 2), (0, 1)))


@pytest.fixture(scope="module")
def sequence_of():
    """The executions in the order in which they are run, if a job holds one each."""

    def sequence_of(plan):
        return [int(plan.groups[group].first + row) for job in plan.jobs for group, rows in job.parts for row in rows]

    return sequence_of


@pytest.fixture
def one_by_one(monkeypatch):
    monkeypatch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 1)


def test_as_written_is_the_order_of_the_file(plan_of, circuit, sequence_of, one_by_one):
    plan = plan_of(circuit("[rx(x) 0, {if: x > 1, do: h 0}]", TWO, sweep="{x: 0..4}"))
    points = plan.points.execution.tolist()
    assert sequence_of(plan) == points


def test_random_is_a_permutation_that_the_seed_fixes(plan_of, circuit, sequence_of, one_by_one):
    body = circuit("[rx(x) 0]", TWO + "runs: {r: {order: random, replicates: 3}}\n", sweep="{x: 1..10}")
    first, again, other = (sequence_of(plan_of(body, seed=seed)) for seed in ("1", "1", "2"))
    assert first == again
    assert len({tuple(first), tuple(other), tuple(range(60))}) == 3
    assert sorted(first) == sorted(other) == list(range(60))


def test_interleaved_goes_replicate_by_replicate_then_point_by_point(plan_of, sequence_of, rows_of, one_by_one):
    body = (
        TWO
        + """
circuits:
  a: {gates: [rx(x) 0], sweep: {x: [1, 2]}}
  b: {gates: [ry(x) 0], sweep: {x: [1, 2, 3]}}
runs: {r: {order: interleaved, replicates: 2}}
"""
    )
    plan = plan_of(body)
    rows = {row[4]: (row[2], row[3]["x"], row[0], row[1]) for row in rows_of(plan)}
    order = [rows[execution] for execution in sequence_of(plan)]
    assert order == sorted(rows.values())
    assert len(order) == 2 * (2 + 3) * 2


def test_runs_follow_each_other_each_in_its_own_order(plan_of, circuit, sequence_of, rows_of, one_by_one):
    runs = """
runs:
  r: {sweep: {x: 1..3}, order: random}
  s: {sweep: {x: [5, 2, 4]}}
  t: {sweep: {x: 1..9}, order: interleaved, replicates: 2}
"""
    plan = plan_of(circuit("[rx(x) 0]", runs, sweep="{x: [0]}"))
    rows = {row[4]: (row[3]["x"], row[2]) for row in rows_of(plan)}
    order = [rows[execution] for execution in sequence_of(plan)]
    assert sorted(order[:3]) == [(1, 0), (2, 0), (3, 0)]
    assert order[3:5] == [(5, 0), (4, 0)]
    assert order[5:] == [(x, 0) for x in (6, 7, 8, 9)] + [(x, 1) for x in range(1, 10)]


def test_a_shared_execution_is_run_where_its_first_point_stands(plan_of, circuit, sequence_of, one_by_one):
    plan = plan_of(circuit("[rx(x) 0]", "runs: {s: {order: random}}\n", sweep="{r: 1..4, x: 1..5}"), **REPEATED)
    assert plan.executions == 5
    assert len(plan.points) == 20
    assert sorted(sequence_of(plan)) == [0, 1, 2, 3, 4]


def test_the_digest_is_that_of_points_and_jobs(plan_of, circuit):
    body = circuit("[rx(x) 0]", "runs: {r: {order: as_written}}\n", sweep="{x: 1..5}")
    same = [(body, {}), (body + "# again\n", {}), (body, {"name": "other"})]
    other = [
        (body, {"seed": "8"}),
        (body, {"repetitions": "99"}),
        (body.replace("1..5", "1..6"), {}),
        (body.replace("as_written", "random"), {}),
    ]
    digests = [plan_of(text, **head).digest for text, head in same + other]
    assert digests[0] == digests[1] == digests[2]
    assert len(set(digests[2:])) == 5
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)

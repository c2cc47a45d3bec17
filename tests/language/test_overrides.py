"""What a person changes without touching the file: `--set`, values files and `--only`, each checked like the file itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ionq_runner import api
from ionq_runner.ledger.folder import RunFolder

BODY = """\
ionq_runner: 1
name: t
parameters:
  n: {value: 2, minimum: 1, maximum: 5}
  mark: "010"
  pairs: [[0, 1], [1, 2]]
circuits:
  fringe:
    qubits: 3
    gates: [h 0, rx(n*phi) 1, rz(theta) 2, {for: 'a, b in pairs', do: cnot a b}, {if: 'bit(mark, 1) == 1', do: x 2}]
    sweep: {phi: [0, 1], theta: [2]}
  plain: {gates: [rx(n) 0]}
targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}
repetitions: 100
seed: 7
"""
RUNS = """\
runs:
  first: {circuits: fringe, sweep: {theta: [5, 6]}}
  second: {circuits: plain, targets: ideal}
"""


@pytest.fixture
def asked(tmp_path):
    """The plan of a file under options; `values` is the text of a values file."""

    def asked(body: str, *, values: str | None = None, **options):
        if values is not None:
            options["set_file"] = tmp_path / "anna.values.yaml"
            options["set_file"].write_text(values)
        return api.plan(body.encode(), "t.yaml", api.Options(**options))

    return asked


@pytest.fixture
def refused(asked):
    """What is wrong: code and the text that the place covers."""

    def refused(body: str, **options) -> list[tuple[str, str]]:
        with pytest.raises(api.Refused) as found:
            asked(body, **options)
        return [(p.code, p.span.source.text[p.span.start : p.span.end]) for p in found.value.problems]

    return refused


def columns(plan, *names):
    """Circuit, target and some parameters of every point."""
    points = plan.points
    values = [points.parameters[name].tolist() for name in names]
    rows = zip(points.circuit.tolist(), points.target.tolist(), *values, strict=True)
    return [(plan.circuits[circuit], plan.targets[target], *row) for circuit, target, *row in rows]


def angles(plan):
    return [angle for group in plan.groups for angle in group.program.angles() if isinstance(angle, float)]


@pytest.mark.parametrize(("setting", "same"), [
    ("n=3", "n: {value: 3,"), ("n=2*2", "n: {value: 4,"), ("n = 3", "n: {value: 3,"), ('n="3"', "n: {value: 3,"),
    ("n=1e0", "n: {value: 1,"),
])  # fmt: skip
def test_a_setting_is_the_file_with_that_value(asked, setting, same):
    assert asked(BODY, set=(setting,)).digest == asked(BODY.replace("n: {value: 2,", same)).digest != asked(BODY).digest


@pytest.mark.parametrize("setting", ["mark=000", "mark=101", 'mark="101"', "mark='000'", "mark=1", "mark=0", "mark=11"])
def test_a_bit_string_needs_no_quotes_on_a_command_line(asked, refused, setting):
    """The shell takes them away; what zeros and ones mean depends on the parameter."""
    bits = setting.partition("=")[2].strip("'\"")
    if len(bits) < 2:
        assert refused(BODY, set=(setting,)) == [("E314", "bit(mark, 1)")]
        return
    assert asked(BODY, set=(setting,)).digest == asked(BODY.replace('"010"', f'"{bits}"')).digest


def test_zeros_and_ones_are_a_number_where_the_parameter_is_one(asked):
    body = BODY.replace("n: {value: 2, minimum: 1, maximum: 5}", "n: 2")
    assert asked(body, set=("n=010",)).digest == asked(body.replace("n: 2", "n: 10")).digest
    assert asked(body, set=("n=11",)).digest == asked(body.replace("n: 2", "n: 11")).digest


@pytest.mark.parametrize("value", ["[[1, 0]]", "[[0, 1], [2, 1], [0, n]]"])
def test_a_list_is_set_whole(asked, value):
    assert asked(BODY, set=(f"pairs={value}",)).digest == asked(BODY.replace("[[0, 1], [1, 2]]", value)).digest


def test_the_last_of_two_settings_counts(asked):
    assert asked(BODY, set=("n=4", "n=3")).digest == asked(BODY, set=("n=3",)).digest


@pytest.mark.parametrize(("setting", "wrong"), [
    ("n", ("E700", "n")), ("n=", ("E700", "n=")), ("=3", ("E701", "")), ("", ("E700", "")), ("3", ("E700", "3")),
    ("m=3", ("E701", "m")), ("fringe=3", ("E701", "fringe")), ("phi=3", ("E702", "phi")), ("theta=[1]", ("E702", "theta")),
    ("n=6", ("E703", "6")), ("n=0.5", ("E703", "0.5")), ("n=1 +", None), ("n=q", ("E206", "q")),
    ("n=[1", None), ("n={a: 1}", ("E707", "{a: 1}")),
    ("pairs=[[1, 0], [1]]", ("E110", "[[1, 0], [1]]")), ("mark=012", ("E313", "mark")), ("n=[1]", ("E209", "n*phi")),
    ("n=true", ("E707", "true")), ("n=null", ("E707", "null")), ("mark={}", ("E707", "{}")), ("n= ", None), ("n=# x", None),
])  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_at_its_place(refused, setting, wrong):
    found = refused(BODY, set=(setting,))
    assert found if wrong is None else wrong in found


def test_a_setting_is_the_place_of_what_is_wrong_with_it(asked):
    with pytest.raises(api.Refused) as found:
        asked(BODY, set=("n=2 + 9",))
    assert str(found.value).startswith("--set:1:3: error[E703]")
    assert "2 + 9\n    |   ^^^^^" in str(found.value)


def test_a_secret_in_a_setting_is_not_shown(asked):
    with pytest.raises(api.Refused) as found:
        asked(BODY, set=("n=AbCdEfGh0123456789AbCdEfGh01",))
    assert "AbCdEfGh" not in str(found.value)


@pytest.mark.parametrize(("only", "wrong"), [
    ("fringe", ("E700", "fringe")), ("circuit", ("E700", "circuit")), ("circuit=", ("E700", "circuit=")), ("qubit=3", ("E700", "qubit=3")),
    ("circuit=fring", ("E705", "fring")), ("target=forte", ("E705", "forte")), ("run=first", ("E705", "first")),
])  # fmt: skip
def test_a_selection_that_names_nothing_is_refused(refused, only, wrong):
    assert wrong in refused(BODY, only=(only,))


@pytest.mark.parametrize(("only", "points"), [
    (("circuit=plain",), [("plain", "ideal"), ("plain", "noisy")]),
    (("target=ideal",), [("fringe", "ideal")] * 4 + [("plain", "ideal")]),
    (("run=second",), [("plain", "ideal")]),
    (("run=first", "run=second", "circuit=plain"), [("plain", "ideal")]),
    (("target=noisy",), [("fringe", "noisy")] * 4),
    (("circuit=plain", "circuit=fringe", "target=ideal", "run=second"), [("plain", "ideal")]),
])  # fmt: skip
def test_only_what_is_selected_is_planned(asked, only, points):
    body = BODY if only == ("circuit=plain",) else BODY + RUNS
    assert columns(asked(body, only=only)) == points


@pytest.mark.parametrize("only", [("run=second", "circuit=fringe"), ("run=second", "target=noisy"), ("circuit=plain", "target=noisy")])
def test_selections_with_nothing_in_common_are_refused(refused, only):
    """Without this the one run of everything would take the place of the runs that are gone."""
    assert refused(BODY + RUNS, only=only) == [("E706", only[0].partition("=")[2])]


SETTINGS = """\
mitigation: {raw: {debias: false}, averaged: {debias: true}, corrected: {readout: plain}}
runs:
  all: {}
  some: {mitigation: [averaged, raw]}
  bare: {mitigation: []}
"""


@pytest.mark.parametrize(("only", "settings", "runs"), [
    ((), ["raw", "averaged", "corrected"], {"all": None, "some": ["averaged", "raw"], "bare": []}),
    (("mitigation=raw",), ["raw"], {"all": None, "some": ["raw"]}),
    (("mitigation=averaged", "mitigation=raw"), ["raw", "averaged"], {"all": None, "some": ["averaged", "raw"]}),
    (("mitigation=corrected",), ["corrected"], {"all": None}),
    (("mitigation=averaged", "run=some"), ["averaged"], {"some": ["averaged"]}),
    (("run=bare",), ["raw", "averaged", "corrected"], {"bare": []}),
])  # fmt: skip
def test_mitigation_settings_are_selected_by_name(tmp_path, only, settings, runs):
    def selected(options):
        experiment = api.load((BODY + SETTINGS).encode(), "t.yaml", options).experiment
        chosen = {name: None if run.mitigation is None else [r.name for r in run.mitigation] for name, run in experiment.runs.items()}
        return list(experiment.mitigation), chosen

    assert selected(api.Options(only=only)) == (settings, runs)
    keys = {"runs": [], "mitigation": []}
    for selection in only:
        what, _, name = selection.partition("=")
        keys["runs" if what == "run" else what].append(name)
    values = tmp_path / "anna.values.yaml"
    values.write_text("protocol: t.yaml\n" + "".join(f"{key}: [{', '.join(names)}]\n" for key, names in keys.items() if names))
    assert selected(api.Options(set_file=values)) == (settings, runs)


def test_a_setting_that_no_run_uses_selects_nothing(refused):
    assert refused(BODY + SETTINGS, only=("mitigation=corrected", "run=some")) == [("E706", "some")]
    assert refused(BODY + SETTINGS, only=("mitigation=average",)) == [("E705", "average")]
    assert refused(BODY, only=("mitigation=raw",)) == [("E705", "raw")]


def test_a_file_without_targets_has_local_to_select(asked, refused):
    body = BODY[: BODY.index("targets:")] + BODY[BODY.index("repetitions:") :]
    assert asked(body, only=("target=local",)).digest == asked(body).digest
    assert refused(body, only=("target=ideal",)) == [("E705", "ideal")]


def test_a_values_file_changes_what_it_names(asked):
    values = """
protocol: t.yaml
set: {n: 3, mark: "111", pairs: [[2, 0]]}
sweep: {phi: {linspace: [0, 3, 4]}}
targets: noisy
repetitions: 50
by: Anna
why: The laser was off.
"""
    changed = BODY.replace("value: 2", "value: 3").replace('"010"', '"111"').replace("[[0, 1], [1, 2]]", "[[2, 0]]")
    changed = (
        changed.replace("phi: [0, 1]", "phi: [0, 1, 2, 3]").replace("ideal: local, ", "").replace("repetitions: 100", "repetitions: 50")
    )
    found, wanted = asked(BODY, values=values), asked(changed)
    assert found.points.id.tolist() == wanted.points.id.tolist()
    assert found.execution_ids() == wanted.execution_ids()


def test_a_values_file_with_the_checksum_of_another_file_is_refused(asked, refused):
    checksum = hashlib.sha256(BODY.encode()).hexdigest()
    good = f"protocol: t.yaml\nsha256: {checksum}\nset: {{n: 3}}\n"
    assert asked(BODY, values=good).digest == asked(BODY, set=("n=3",)).digest
    assert asked(BODY, values=good.replace(checksum, checksum.upper())).digest == asked(BODY, set=("n=3",)).digest
    assert refused(BODY, values=good.replace(checksum, "0" * 64)) == [("E704", "0" * 64)]


@pytest.mark.parametrize(("protocol", "found"), [
    ("ghz.yaml", []),
    ("./ghz.yaml", []),
    ("../protocols/ghz.yaml", []),
    ("protocols\\\\ghz.yaml", []),
    ("bell.yaml", [("E709", "bell.yaml")]),
    ("ghz.yml", [("E709", "ghz.yml")]),
    ("ghz.yaml/bell.yaml", [("E709", "ghz.yaml/bell.yaml")]),
])  # fmt: skip
def test_values_for_another_experiment_are_refused(tmp_path, protocol, found):
    file, values = tmp_path / "ghz.yaml", tmp_path / "anna.values.yaml"
    file.write_text(BODY)

    def told(name, more=""):
        values.write_text(f"protocol: '{protocol}'\nset: {{n: 3}}\n{more}".replace("\\\\", "\\"))
        problems = api.validate(file.read_bytes(), name, api.Options(set_file=values))
        return [(p.code, p.span.source.text[p.span.start : p.span.end].strip("'")) for p in problems]

    assert told(str(file)) == found
    assert told("<stdin>") == [], "what comes through a pipe has no name"
    assert told(str(file), f"sha256: {hashlib.sha256(BODY.encode()).hexdigest()}\n") == [], "the content says more than the name"


def test_a_run_goes_on_with_its_values_under_the_name_that_it_gave_the_experiment(tmp_path):
    file, values = tmp_path / "ghz.yaml", tmp_path / "anna.values.yaml"
    file.write_text(BODY)
    values.write_text("protocol: ghz.yaml\nset: {n: 3}\n")
    outcome = api.run(file, api.Options(set_file=values), out=tmp_path / "runs")
    assert api.resume(RunFolder(outcome.folder)).finished


@pytest.mark.parametrize(("values", "wrong"), [
    ("protocol: t.yaml\nset: {m: 3}\n", ("E701", "m")),
    ("protocol: t.yaml\nset: {phi: 3}\n", ("E702", "phi")),
    ("protocol: t.yaml\nset: {n: 9}\n", ("E703", "9")),
    ("protocol: t.yaml\ntargets: forte\n", ("E705", "forte")),
    ("protocol: t.yaml\nruns: [first]\n", ("E705", "first")),
    ("protocol: t.yaml\nsweep: {psi: [1]}\n", ("E605", "psi")),
    ("protocol: t.yaml\nsweep: {phi: []}\n", None),
    ("protocol: t.yaml\nrepetitons: 3\n", None),
    ("set: {n: 3}\n", None),
    ("- a\n", None), ("just text\n", None), ("", None), ("a: [\n", None), ("a: &b 1\n", None),
])  # fmt: skip
def test_a_values_file_is_checked_like_the_file(refused, values, wrong):
    found = refused(BODY, values=values)
    assert found if wrong is None else found == [wrong]


def test_a_values_file_is_the_place_of_what_is_wrong_in_it(asked, tmp_path):
    with pytest.raises(api.Refused) as found:
        asked(BODY, values="protocol: t.yaml\nset:\n  n: 3\n  m: 4\n")
    assert str(found.value).startswith(f"{tmp_path / 'anna.values.yaml'}:4:3: error[E701]")


@pytest.mark.parametrize(("sweep", "first"), [
    ("{phi: [8]}", [(8, 5), (8, 6)]),  # the axis that the run replaces stays replaced
    ("{theta: [9]}", [(0, 9), (1, 9)]),
    ("{theta: [9], phi: [8]}", [(8, 9)]),
    ("{zip: {phi: [7, 8], theta: [9, 10]}}", [(7, 9), (8, 10)]),
    ("{phi: 1..4, only: phi != 2}", [(phi, theta) for phi in (1, 3, 4) for theta in (5, 6)]),
])  # fmt: skip
def test_the_axes_of_a_values_file_are_put_over_those_of_every_run_that_has_them(asked, sweep, first):
    found = columns(asked(BODY + RUNS, values=f"protocol: t.yaml\nsweep: {sweep}\ntargets: ideal\n"), "phi", "theta")
    assert [row[2:] for row in found if row[0] == "fringe"] == first
    assert [row[0] for row in found if row[0] != "fringe"] == ["plain"]


def test_a_zip_of_a_run_stays_one_when_a_values_file_replaces_a_part_of_it(asked):
    runs = "runs: {first: {circuits: fringe, targets: ideal, sweep: {zip: {phi: [1, 2], theta: [3, 4]}}}, all: {circuits: plain}}\n"
    found = columns(asked(BODY + runs, values="protocol: t.yaml\nsweep: {theta: [8, 9]}\n", only=("run=first",)), "phi", "theta")
    assert found == [("fringe", "ideal", 1, 8), ("fringe", "ideal", 2, 9)]


def test_targets_and_runs_keep_their_own_repetitions(asked):
    body = BODY.replace("noisy: {", "noisy: {repetitions: 30, ") + "runs: {a: {circuits: plain}, b: {circuits: plain, repetitions: 20}}\n"
    found = asked(body, values="protocol: t.yaml\nrepetitions: 7\n", only=("circuit=plain",))
    assert sorted(found.repetitions().tolist()) == [7, 20, 20, 30]


def test_the_command_line_comes_after_the_values_file(asked):
    values = "protocol: t.yaml\nset: {n: 3}\ntargets: [ideal, noisy]\n"
    found = asked(BODY, values=values, set=("n=4",), only=("target=noisy",))
    assert found.digest == asked(BODY, set=("n=4",), only=("target=noisy",)).digest


def test_a_values_file_is_kept_with_the_run(asked, tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(BODY)
    values = tmp_path / "anna.values.yaml"
    values.write_text("protocol: t.yaml\nset: {n: 3}\nby: Anna\n")
    outcome = api.run(file, api.Options(set_file=values, set=("mark=11",), only=("circuit=plain",)), out=tmp_path / "runs")
    assert (outcome.folder / "inputs" / "anna.values.yaml").read_bytes() == values.read_bytes()
    manifest = api.json.loads((outcome.folder / "manifest.json").read_text())
    assert manifest["options"]["set"] == ["mark=11"]
    assert manifest["options"]["set_file"] == "anna.values.yaml"
    assert [Path(entry["path"]).name for entry in manifest["inputs"]] == ["experiment.yaml", "anna.values.yaml"]

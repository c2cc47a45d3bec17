"""Whole protocols of the field: their circuits, sweeps and measurements give the numbers that theory has, to rounding.

What is read off the points stands in the files too. It is checked and planned whole; where numbers are calculated it is left out, and
they come from the probabilities of every outcome instead.
"""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ionq_runner import api
from ionq_runner.ionq.facts.backends import NOISE_MODELS
from ionq_runner.planning.document import plan_summary
from ionq_runner.simulation import bit_strings, probabilities

PROTOCOLS = Path(__file__).parent / "protocols"
READ_OFF = ("observables", "fits", "summaries", "expect", "mitigation")
ARIA = NOISE_MODELS["aria-1"]
ROUNDING = 1e-9


def circuits_of(name):
    """A protocol without what is read off it."""
    parts = re.split(r"(?m)^(?=\w)", (PROTOCOLS / f"{name}.yaml").read_text(encoding="utf-8"))
    return "".join(part for part in parts if not part.startswith(READ_OFF))


@pytest.fixture(scope="module")
def outcomes():
    """The probabilities of all outcomes, point by point: of one circuit on one target, with the values of its parameters."""

    def outcomes(text, circuit, target):
        options = api.Options(only=(f"circuit={circuit}", f"target={target}"))
        plan = api.plan(text.encode(), "protocol.yaml", options)
        rows = []
        for group in plan.groups:
            table = probabilities(group.program, group.noise, group.columns, len(group))
            names = bit_strings(group.program, group.noise, np.arange(table.shape[1]))
            rows.extend(dict(zip(names, row.tolist(), strict=True)) for row in table)
        columns = {name: column.tolist() for name, column in plan.points.parameters.items()}
        values = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)] or [{}] * len(plan.points)
        return [(own, rows[execution]) for own, execution in zip(values, plan.points.execution.tolist(), strict=True)]

    return outcomes


def parity(chances):
    """The mean of the product of all spins."""
    return sum((-1) ** bits.count("1") * chance for bits, chance in chances.items())


def amplitude(values, phases):
    """The height of a wave of known frequency: least squares of offset, cosine and sine."""
    matrix = np.stack([np.ones(len(phases)), np.cos(phases), np.sin(phases)], axis=1)
    _, cosine, sine = np.linalg.lstsq(matrix, np.array(values), rcond=None)[0]
    return math.hypot(cosine, sine)


@pytest.mark.parametrize(("target", "fidelity"), [("ideal", 1), ("noisy", 0.990)])
def test_a_bell_pair_has_its_fidelity_from_three_bases(outcomes, target, fidelity):
    """(1 + XX - YY + ZZ)/4, each word read after a change of basis, which has noise of its own."""
    text = circuits_of("bell-tomography")
    found = {}
    for word, turn in {"ZZ": "", "XX": ", h 0 1", "YY": ", v 0 1"}.items():
        ((_, chances),) = outcomes(text.replace("cnot 0 1", f"cnot 0 1{turn}"), "bell", target)
        found[word] = parity(chances)
    assert (1 + found["XX"] - found["YY"] + found["ZZ"]) / 4 == pytest.approx(fidelity, abs=0.001)


@pytest.mark.parametrize(("target", "kept", "shown"), [("ideal", 1, 2.83), ("noisy", (1 - ARIA.two_qubit), 2.79)])
def test_chsh_correlations_are_cosines_of_the_angle_between_the_axes(outcomes, target, kept, shown):
    points = outcomes(circuits_of("chsh"), "chsh", target)
    assert [(own["a"], own["b"], own["sign"]) for own, _ in points] == [
        (0, math.pi / 4, 1), (0, -math.pi / 4, 1), (math.pi / 2, math.pi / 4, 1), (math.pi / 2, -math.pi / 4, -1),
    ]  # fmt: skip
    for own, chances in points:
        assert parity(chances) == pytest.approx(math.cos(own["a"] - own["b"]), abs=1e-9 if target == "ideal" else 1 - kept + 0.003)
    assert sum(own["sign"] * parity(chances) for own, chances in points) == pytest.approx(shown, abs=0.005)


FIDELITIES = [*(("ideal", n, 1) for n in range(2, 9)), ("noisy", 2, 0.989), ("noisy", 3, 0.977), ("noisy", 4, 0.965)]


@pytest.mark.parametrize(("target", "n", "fidelity"), FIDELITIES)
def test_ghz_states_have_their_fidelity_from_populations_and_fringe(outcomes, target, n, fidelity):
    text = circuits_of("ghz-parity").replace("2..8", f"{n}..{n}")
    ((_, ends),) = outcomes(text, "populations", target)
    fringe = outcomes(text, "fringe", target)
    assert len(fringe) == 4 * n + 1
    height = amplitude([parity(chances) for _, chances in fringe], [n * own["phi"] for own, _ in fringe])
    assert (ends["0" * n] + ends["1" * n] + height) / 2 == pytest.approx(fidelity, abs=0.0005)


@pytest.mark.parametrize(("circuit", "points"), [("rb1", 6 * 20), ("rb2", 5 * 20)])
def test_randomized_benchmarking_comes_back_and_loses_with_length_under_noise(outcomes, circuit, points):
    text = circuits_of("randomized-benchmarking")
    ideal, noisy = (outcomes(text, circuit, target) for target in ("ideal", "noisy"))
    zeros = "0" if circuit == "rb1" else "00"
    assert [chances[zeros] for _, chances in ideal] == pytest.approx([1] * points, abs=1e-6)
    survival = [
        np.mean([chances[zeros] for _, chances in group]) for _, group in itertools.groupby(noisy, lambda point: point[0]["length"])
    ]
    assert survival == sorted(survival, reverse=True)
    assert len(survival) == points // 20


def test_qaoa_on_a_ring_of_six_cuts_four_and_a_half_at_best(outcomes):
    def cut(bits):
        return sum(one != other for one, other in zip(bits, bits[1:] + bits[0], strict=True))

    points = outcomes(circuits_of("qaoa-ring"), "qaoa", "ideal")
    assert len(points) == 21 * 21
    assert max(sum(cut(bits) * chance for bits, chance in chances.items()) for _, chances in points) == pytest.approx(4.5, abs=ROUNDING)


def test_the_angle_of_a_native_pulse_is_seen_in_how_often_both_ions_are_up(outcomes):
    points = outcomes(circuits_of("native-calibration"), "angle", "ideal")
    assert len(points) == 2 * 26
    for own, chances in points:
        assert chances["11"] == pytest.approx(math.sin(math.pi * own["k"] * own["theta"]) ** 2, abs=ROUNDING)


@pytest.mark.parametrize(("target", "height"), [("ideal", 1), ("noisy", 0.985)])
def test_the_phase_of_a_native_pulse_is_seen_in_the_parity(outcomes, target, height):
    points = outcomes(circuits_of("native-calibration"), "phase", target)
    phases = [4 * math.pi * own["phi"] for own, _ in points]
    assert amplitude([parity(chances) for _, chances in points], phases) == pytest.approx(height, abs=0.0005)


def test_all_64_secrets_are_found_for_certain(outcomes):
    points = outcomes(circuits_of("debiasing"), "bv", "ideal")
    assert [own["secret"] for own, _ in points] == ["".join(bits) for bits in itertools.product("01", repeat=6)]
    assert [chances[own["secret"]] for own, chances in points] == pytest.approx([1] * 64, abs=ROUNDING)


@pytest.mark.parametrize(("target", "misread"), [("ideal", 0), ("noisy", 0.01)])
def test_all_zeros_and_all_ones_show_how_often_an_ion_is_misread(outcomes, target, misread):
    zeros, ones = (chances for _, chances in outcomes(circuits_of("readout-correction"), "spam", target))
    assert zeros["0000"] == pytest.approx((1 - misread) ** 4, abs=ROUNDING)
    assert ones["1111"] == pytest.approx((1 - misread) ** 4, abs=0 if not misread else 0.003)


def test_misread_ions_hide_the_ends_of_a_ghz_state(outcomes):
    text = circuits_of("readout-correction")
    ((_, ideal),), ((_, noisy),) = (outcomes(text, "work", target) for target in ("ideal", "noisy"))
    assert ideal["0000"] + ideal["1111"] == pytest.approx(1, abs=ROUNDING)
    assert noisy["0000"] + noisy["1111"] < 0.97


def test_every_protocol_has_its_numbers_here():
    told = Path(__file__).read_text(encoding="utf-8")
    assert {file.stem for file in PROTOCOLS.glob("*.yaml")} == set(re.findall(r'circuits_of\("([\w-]+)"\)', told))


@pytest.mark.parametrize("name", sorted(file.stem for file in PROTOCOLS.glob("*.yaml")))
def test_a_protocol_with_what_is_read_off_it_is_valid(name):
    text = (PROTOCOLS / f"{name}.yaml").read_text(encoding="utf-8")
    assert [str(problem.message) for problem in api.validate(text.encode(), f"{name}.yaml", api.Options(strict=True))] == []


def planned(name, without=""):
    """The plan of a whole protocol, or of one without some of its text."""
    text = (PROTOCOLS / f"{name}.yaml").read_text(encoding="utf-8")
    assert without in text
    return api.plan(text.replace(without, "").encode(), f"{name}.yaml")


def rows(plan):
    """Circuit, target, points, executions and bases of each row of a plan."""
    return [tuple(row[key] for key in ("circuit", "target", "points", "executions", "bases")) for row in plan_summary(plan)]


@pytest.mark.parametrize(("name", "wanted"), [
    ("chsh", [("chsh", target, 4, 4, ["ZZ"]) for target in ("ideal", "noisy")]),
    ("qaoa-ring", [("qaoa", target, 441, 441, ["ZZZZZZ"]) for target in ("ideal", "noisy")]),
    ("native-calibration", [("angle", "ideal", 52, 52, ["ZZ"]), ("angle", "noisy", 52, 52, ["ZZ"]),
                            ("phase", "ideal", 25, 25, ["ZZ"]), ("phase", "noisy", 25, 25, ["ZZ"])]),
    ("randomized-benchmarking", [("rb1", "ideal", 120, 120, ["Z"]), ("rb1", "noisy", 120, 120, ["Z"]),
                                 ("rb2", "ideal", 100, 100, ["ZZ"]), ("rb2", "noisy", 100, 100, ["ZZ"])]),
])  # fmt: skip
def test_what_is_read_off_in_one_basis_takes_one_setting_a_point(name, wanted):
    assert sorted(rows(planned(name))) == sorted(wanted)


def test_a_ghz_state_of_any_size_is_read_in_one_basis():
    plan = planned("ghz-parity")
    points = 7 + sum(4 * n + 1 for n in range(2, 9))
    assert (len(plan.points), plan.points.settings, plan.executions) == (2 * points, 2 * points, 2 * points)
    assert {group.basis for group in plan.groups} == {"Z" * n for n in range(2, 9)}


def test_tomography_of_a_bell_pair_has_nine_settings_and_the_direct_estimate_uses_three_of_them():
    whole = rows(planned("bell-tomography"))
    assert [row[:4] for row in whole] == [("bell", "ideal", 1, 9), ("bell", "noisy", 1, 9)]
    assert all(sorted(row[4]) == ["".join(pair) for pair in itertools.product("XYZ", repeat=2)] for row in whole)
    direct = rows(planned("bell-tomography", without="  rho: {tomography: all}"))
    assert [row[3:] for row in direct] == [(3, ["XX", "YY", "ZZ"])] * 2


def by_setting(plan, circuit, target):
    """The executions of a circuit on a target by mitigation setting, in the order of its points."""
    points, found = plan.points, {}
    for row in range(len(points)):
        if (plan.circuits[points.circuit[row]], plan.targets[points.target[row]]) == (circuit, target):
            own = points.execution[points.first[row] : points.first[row + 1]].tolist()
            found.setdefault(plan.mitigations[points.mitigation[row]], []).extend(own)
    return found


def test_each_secret_is_run_raw_and_debiased_and_a_vote_costs_nothing_more():
    plan = planned("debiasing")
    assert [row[:4] for row in rows(plan)] == [("bv", "ideal", 64, 64), ("bv", "forte", 3 * 64, 2 * 64)]
    forte = by_setting(plan, "bv", "forte")
    assert list(forte) == ["raw", "averaged", "sharpened"]
    assert forte["sharpened"] == forte["averaged"]
    assert set(forte["raw"]).isdisjoint(forte["averaged"])
    assert list(by_setting(plan, "bv", "ideal")) == [""]


@pytest.mark.parametrize("target", ["ideal", "noisy"])
def test_the_same_shots_serve_raw_and_corrected_readings(target):
    plan = planned("readout-correction")
    work = by_setting(plan, "work", target)
    assert (list(work), work[""]) == (["", "corrected"], work["corrected"])
    assert {setting: len(own) for setting, own in by_setting(plan, "spam", target).items()} == {"": 2}

"""Every experiment of the repository runs as it stands, and its known answer comes out.

Two kinds of statement: exact probabilities against a formula, to rounding; and counts within some standard errors of them. Seeds are
fixed, so that nothing here comes out differently tomorrow.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from ionq_runner.ionq.facts.backends import NOISE_MODELS

EXPERIMENTS = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))
NAMES = [file.stem for file in EXPERIMENTS]
ARIA = NOISE_MODELS["aria-1"]
KEPT_1, KEPT_2 = 1 - ARIA.one_qubit, 1 - ARIA.two_qubit  # what a gate's noise leaves of a Pauli string that it touches
ROUNDING = 1e-9
SIGMAS = 4.5


@pytest.mark.parametrize("name", NAMES)
def test_it_validates_in_silence_under_strict(command, name):
    file = next(file for file in EXPERIMENTS if file.stem == name)
    assert command("validate", "--strict", "--quiet", str(file)) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_on_this_computer(folder_of, command, name):
    folder = folder_of(name)
    assert folder.parent.name == name
    assert command("verify", str(folder))[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_its_counts_follow_its_probabilities(points_of, name):
    """The whole histogram: what the table tells is exact, and what it counts is a sample of it."""
    surprise, free = 0.0, 0
    for point in points_of(name):
        assert sum(point.exact.values()) == pytest.approx(1, abs=ROUNDING)
        for bits, told in point.told.items():
            assert told == pytest.approx(point.exact[bits], abs=1e-12)
        for bits, chance in point.exact.items():
            if (expected := chance * point.repetitions) > 5:
                surprise += (point.counts.get(bits, 0) - expected) ** 2 / (expected * (1 - chance) + 1e-9)
                free += 1
            else:
                assert point.counts.get(bits, 0) <= expected + 6 * math.sqrt(expected) + 3
    assert abs(surprise - free) < SIGMAS * math.sqrt(2 * max(free, 1)), "a chi-square of one for each outcome"


def amplitude_of(values, phases) -> float:
    """The height of a wave of known frequency: least squares of offset, cosine and sine."""
    matrix = np.stack([np.ones(len(phases)), np.cos(phases), np.sin(phases)], axis=1)
    _, cosine, sine = np.linalg.lstsq(matrix, np.array(values), rcond=None)[0]
    return math.hypot(cosine, sine)


def amplitude_error(points) -> float:
    """The standard error of such a height, from above: each parity has a variance of at most 1 / repetitions."""
    return math.sqrt(2 / len(points) / points[0].repetitions)


@pytest.mark.parametrize(("target", "amplitude"), [("ideal", 1.0), ("noisy", KEPT_2 * KEPT_1**5)])
def test_bell_parity_is_a_cosine_of_twice_the_angle(points_of, target, amplitude):
    """Noise leaves (1 - r2) of the pair, and (1 - r1) for each of h, rz, rz, h, h."""
    points = points_of("bell-parity", target=target)
    phases = [2 * point.parameters["phi"] for point in points]
    assert [point.exact_parity() for point in points] == pytest.approx([amplitude * math.cos(phase) for phase in phases], abs=ROUNDING)
    for point, phase in zip(points, phases, strict=True):
        chance = (1 + amplitude * math.cos(phase)) / 2
        assert abs((1 + point.parity()) / 2 - chance) <= SIGMAS * point.sigma(chance)
    assert amplitude_of([point.parity() for point in points], phases) == pytest.approx(amplitude, abs=SIGMAS * amplitude_error(points))


def test_bell_parity_has_a_lower_fringe_with_noise(points_of):
    heights = {}
    for target in ("ideal", "noisy"):
        points = points_of("bell-parity", target=target)
        heights[target] = amplitude_of([point.parity() for point in points], [2 * point.parameters["phi"] for point in points])
    assert 0.97 < heights["noisy"] < heights["ideal"] < 1.01


@pytest.mark.parametrize(("target", "n", "fidelity"), [
    *(("ideal", n, 1.0) for n in (2, 3, 4, 5)), ("noisy", 2, 0.989), ("noisy", 3, 0.977), ("noisy", 4, 0.965),
])  # fmt: skip
def test_ghz_parity_gives_the_fidelity(points_of, target, n, fidelity):
    """Half the populations of all zeros and all ones, and half the height of a parity that turns n times as fast."""
    (ends,) = (point for point in points_of("ghz-parity", "populations", target) if point.parameters["n"] == n)
    fringe = [point for point in points_of("ghz-parity", "fringe", target) if point.parameters["n"] == n]
    assert len(fringe) == 4 * n + 1
    phases = [n * point.parameters["phi"] for point in fringe]
    outcomes = "0" * n, "1" * n
    exact = (ends.chance(*outcomes) + amplitude_of([point.exact_parity() for point in fringe], phases)) / 2
    assert exact == pytest.approx(fidelity, abs=0.0005)
    counted = (ends.share(*outcomes) + amplitude_of([point.parity() for point in fringe], phases)) / 2
    error = math.hypot(ends.sigma(ends.chance(*outcomes)), amplitude_error(fringe)) / 2
    assert counted == pytest.approx(fidelity, abs=SIGMAS * error + 0.0005)


@pytest.mark.parametrize(("target", "one", "two", "shown"), [("ideal", 1.0, 1.0, "2.83"), ("noisy", KEPT_1, KEPT_2, "2.79")])
def test_chsh_beats_what_a_local_model_gives(points_of, target, one, two, shown):
    """ZZ of the pair comes from Z of the second ion, which the first gate does not touch, and XX from X of the first."""
    points = points_of("chsh", target=target)
    signs = [1, 1, 1, -1]
    for point in points:
        a, b = point.parameters["a"], point.parameters["b"]
        correlation = two * one**2 * (math.cos(a) * math.cos(b) + one * math.sin(a) * math.sin(b))
        assert point.exact_parity() == pytest.approx(correlation, abs=ROUNDING)
    exact = sum(sign * point.exact_parity() for sign, point in zip(signs, points, strict=True))
    assert f"{exact:.2f}" == shown
    counted = sum(sign * point.parity() for sign, point in zip(signs, points, strict=True))
    error = math.sqrt(sum((1 - point.exact_parity() ** 2) / point.repetitions for point in points))
    assert counted == pytest.approx(exact, abs=SIGMAS * error)
    assert counted - 5 * error > 2


def cut(bits: str) -> int:
    """The edges of a ring between vertices of different colours."""
    return sum(own != other for own, other in zip(bits, bits[1:] + bits[0], strict=True))


def test_qaoa_cuts_three_quarters_of_a_ring(points_of):
    """At depth one an edge is cut with probability 1/2 + sin(4 beta) sin(2 gamma)/4: a vertex has two neighbours, and no triangle."""
    points = points_of("qaoa-ring")
    best, counted = 0.0, []
    for point in points:
        gamma, beta = point.parameters["gamma"], point.parameters["beta"]
        mean = sum(cut(bits) * chance for bits, chance in point.exact.items())
        variance = sum(cut(bits) ** 2 * chance for bits, chance in point.exact.items()) - mean**2
        assert mean == pytest.approx(6 * (1 / 2 + math.sin(4 * beta) * math.sin(2 * gamma) / 4), abs=ROUNDING)
        seen = sum(cut(bits) * count for bits, count in point.counts.items()) / point.repetitions
        assert abs(seen - mean) <= SIGMAS * math.sqrt(max(variance, 0) / point.repetitions) + ROUNDING
        best = max(best, mean)
        counted.append(seen)
    assert len(points) == 13 * 13
    assert best == pytest.approx(4.5, abs=ROUNDING)
    assert max(counted) == pytest.approx(4.5, abs=3 * math.sqrt(1.5 / 500) + 0.1), "the largest of sampled values is a little above"


def test_bernstein_vazirani_finds_every_secret(points_of):
    points = points_of("bernstein-vazirani", target="ideal")
    assert [point.parameters["mark"] for point in points] == ["".join(bits) for bits in itertools.product("01", repeat=6)]
    assert all(point.counts == {point.parameters["mark"]: 200} for point in points)


def test_bernstein_vazirani_finds_long_secrets_less_often_with_noise(points_of):
    points = points_of("bernstein-vazirani", target="noisy")
    found: dict[int, list[float]] = {}
    for point in points:
        mark = point.parameters["mark"]
        found.setdefault(mark.count("1"), []).append(point.chance(mark))
        assert abs(point.share(mark) - point.chance(mark)) <= SIGMAS * point.sigma(point.chance(mark))
    means = [np.mean(found[ones]) for ones in range(7)]
    assert means == sorted(means, reverse=True)
    assert 0.95 < means[6] < means[0] < 1


def test_native_gates_repeat_the_angle(points_of):
    points = points_of("native-ms", "angle", "ideal")
    assert len(points) == 2 * 26
    for point in points:
        chance = math.sin(math.pi * point.parameters["k"] * point.parameters["theta"]) ** 2
        assert point.chance("11") == pytest.approx(chance, abs=ROUNDING)
        assert abs(point.share("11") - chance) <= SIGMAS * point.sigma(chance) + ROUNDING


@pytest.mark.parametrize(("target", "amplitude", "shown"), [("ideal", 1.0, "1.000"), ("noisy", KEPT_2 * KEPT_1**3, "0.985")])
def test_native_gates_show_the_phase_of_the_pair(points_of, target, amplitude, shown):
    """The parity comes from one spin before the pair is made, so that of the first pulses only one counts."""
    points = points_of("native-ms", "phase", target)
    phases = [4 * math.pi * point.parameters["phi"] for point in points]
    exact = amplitude_of([point.exact_parity() for point in points], phases)
    assert exact == pytest.approx(amplitude, abs=ROUNDING)
    assert f"{exact:.3f}" == shown
    assert amplitude_of([point.parity() for point in points], phases) == pytest.approx(exact, abs=SIGMAS * amplitude_error(points))


def test_folding_without_noise_changes_nothing(points_of):
    points = points_of("zero-noise-folding", target="ideal")
    assert [point.parameters["s"] for point in points] == list(range(1, 16, 2))
    assert all(point.counts == {"111": 2000} for point in points)


RATES = {"x": 0.001, "cnot": 0.02}
STEPS = [("x", (0,)), ("cnot", (0, 1)), ("cnot", (1, 2))]


def parity_kept(string: frozenset[int], gates) -> float:
    """What is left of a product of Z after some gates, each followed by its noise.

    A depolarising channel leaves 1 - r of every Pauli string that it touches. Backwards through a cnot, Z of the target is Z of both,
    and Z of the control stays; an x changes the sign alone, and the answer 111 has the sign of the noiseless circuit.
    """
    kept = 1.0
    for name, qubits in reversed(gates):
        if string & set(qubits):
            kept *= 1 - RATES[name]
        if name == "cnot" and qubits[1] in string:
            string = string ^ {qubits[0]}
    return kept


def folded(stretch: int):
    pairs = (stretch - 1) // 2
    return STEPS + [*reversed(STEPS), *STEPS] * pairs


STRINGS = [frozenset(string) for size in range(4) for string in itertools.combinations(range(3), size)]


def test_folding_with_noise_lets_every_parity_fall_geometrically(points_of):
    """The chance of 111 is the mean over all eight strings of Z, each of which has its own factor for two more of U."""
    for point in points_of("zero-noise-folding", target="noisy"):
        stretch = int(point.parameters["s"])
        kept = [parity_kept(string, folded(stretch)) for string in STRINGS]
        ratios = [parity_kept(string, folded(3)) / parity_kept(string, folded(1)) for string in STRINGS]
        first = [parity_kept(string, folded(1)) for string in STRINGS]
        assert kept == pytest.approx([a * ratio ** ((stretch - 1) / 2) for a, ratio in zip(first, ratios, strict=True)], rel=1e-12)
        chance = float(np.mean(kept))
        assert point.chance("111") == pytest.approx(chance, abs=ROUNDING)
        assert abs(point.share("111") - chance) <= SIGMAS * point.sigma(chance)
        for string in STRINGS:
            parity = sum(math.prod(-1 if bits[q] == "1" else 1 for q in string) * p for bits, p in point.exact.items())
            assert abs(parity) == pytest.approx(parity_kept(string, folded(stretch)), abs=ROUNDING)


def test_folding_can_be_extrapolated_back(points_of):
    """Parities of the whole register, fitted as A*f**s, come nearer to the noiseless value at s = 0 than the circuit as it is."""
    points = points_of("zero-noise-folding", target="noisy")
    stretches = np.array([point.parameters["s"] for point in points])
    slope, offset = np.polyfit(stretches, np.log([abs(point.parity()) for point in points]), 1)
    assert slope < 0
    assert abs(math.exp(offset) - 1) < abs(abs(points[0].parity()) - 1) + 4 * math.sqrt(1 / points[0].repetitions)
    assert abs(math.exp(offset) - 1) < 0.02


def test_grover_finds_the_mark_as_often_as_the_rotation_says(points_of):
    points = points_of("grover")
    assert len(points) == 8 * 5
    for point in points:
        chance = math.sin((2 * point.parameters["k"] + 1) * math.asin(1 / math.sqrt(8))) ** 2
        assert point.chance(point.parameters["mark"]) == pytest.approx(chance, abs=ROUNDING)
        assert abs(point.share(point.parameters["mark"]) - chance) <= SIGMAS * point.sigma(chance)


def test_phase_estimation_peaks_at_the_phase(points_of):
    points = points_of("phase-estimation")
    assert len(points) == 31
    for point in points:
        phi, t = point.parameters["phi"], 4
        for bits, exact in point.exact.items():
            off = phi - int(bits, 2) / 2**t
            apart = math.sin(math.pi * off)
            chance = 1.0 if abs(apart) < 1e-12 else (math.sin(2**t * math.pi * off) / (2**t * apart)) ** 2
            assert exact == pytest.approx(chance, abs=ROUNDING)
            assert abs(point.share(bits) - chance) <= 5 * point.sigma(chance) + 2 / point.repetitions
    exact_phases = [point for point in points if (16 * point.parameters["phi"]).is_integer()]
    assert len(exact_phases) == 16
    assert all(point.counts == {format(round(16 * point.parameters["phi"]), "04b"): 1000} for point in exact_phases)


def test_readout_errors_flip_each_of_four_ions_one_time_in_a_hundred(points_of):
    points = points_of("readout-error", target="spam")
    assert len(points) == 2 * 3
    for point in points:
        right = "1111" if point.parameters["state"] else "0000"
        for bits, exact in point.exact.items():
            wrong = sum(own != other for own, other in zip(bits, right, strict=True))
            assert exact == pytest.approx(0.01**wrong * 0.99 ** (4 - wrong), abs=ROUNDING)
        assert abs(point.share(right) - 0.99**4) <= SIGMAS * point.sigma(0.99**4)
    shares = [point.share("1111" if point.parameters["state"] else "0000") for point in points]
    assert np.mean(shares) == pytest.approx(0.99**4, abs=SIGMAS * points[0].sigma(0.99**4) / math.sqrt(6))
    assert len({tuple(sorted(point.counts.items())) for point in points}) == 6, "replicates are drawn independently"


def test_readout_without_errors_is_right(points_of):
    assert [point.counts for point in points_of("readout-error", target="ideal")] == [{"0000": 5000}] * 3 + [{"1111": 5000}] * 3


X, Z, ONE = np.array([[0, 1], [1, 0]]), np.diag([1, -1]), np.eye(2)
COUPLING, FIELD = -1.0 * np.kron(Z, Z), -0.7 * (np.kron(X, ONE) + np.kron(ONE, X))


def evolved(hamiltonian, time):
    """exp(-i H t) by exact diagonalisation."""
    values, vectors = np.linalg.eigh(hamiltonian)
    return vectors @ np.diag(np.exp(-1j * values * time)) @ vectors.conj().T


def magnetisation(chances) -> float:
    """The mean of both spins."""
    return float(sum(chance * (2 - 2 * bits.count("1")) / 2 for bits, chance in chances.items()))


def test_trotter_steps_are_the_steps_that_are_written(points_of):
    points = points_of("trotter-ising")
    assert [(point.parameters["steps"], point.parameters["dt"]) for point in points] == [
        *((steps, 0.25) for steps in range(1, 9)), *((steps, 0.0625) for steps in range(4, 33, 4)),
    ]  # fmt: skip
    for point in points:
        steps, dt = int(point.parameters["steps"]), point.parameters["dt"]
        assert point.parameters["t"] == steps * dt
        state = np.linalg.matrix_power(evolved(FIELD, dt) @ evolved(COUPLING, dt), steps)[:, 0]
        assert list(point.exact.values()) == pytest.approx(np.abs(state) ** 2, abs=ROUNDING)
        for bits, chance in point.exact.items():
            assert abs(point.share(bits) - chance) <= SIGMAS * point.sigma(chance)


def test_trotter_steps_come_to_the_exact_evolution_as_they_get_finer(points_of):
    """First order in dt: an observable of size 1 is off by at most t*dt*|[A, B]|, and steps of a quarter are about four times better."""
    bound = np.linalg.norm(COUPLING @ FIELD - FIELD @ COUPLING, 2)
    errors: dict[float, list[float]] = {}
    for point in points_of("trotter-ising"):
        time, dt = point.parameters["t"], point.parameters["dt"]
        state = evolved(COUPLING + FIELD, time)[:, 0]
        exact = magnetisation(dict(zip(point.exact, np.abs(state) ** 2, strict=True)))
        error = magnetisation(point.exact) - exact
        assert abs(error) <= time * dt * bound
        errors.setdefault(dt, []).append(abs(error))
        counted = magnetisation({bits: count / point.repetitions for bits, count in point.counts.items()})
        assert abs(counted - exact) <= time * dt * bound + SIGMAS / math.sqrt(point.repetitions)
    assert max(errors[0.0625]) < max(errors[0.25]) / 3


def test_every_experiment_has_its_answer_here():
    """A file that is added brings its known answer with it."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in NAMES if f'"{name}"' not in text] == []

"""`python -m benchmarks [NAME...]`: measure, and print a table of ratios.

Names: sweep, noisy, engine, bodies, service, openqasm, plan, startup.
"""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.bodies import bodies
from benchmarks.layers import experiment
from benchmarks.measuring import command, marginal, peer, process, rounds
from benchmarks.openqasm import openqasm
from benchmarks.service import service

ROUNDS = 3
CORES = 2  # beside one


def _grid(qubits: int, noise: float | None, points: int) -> str:
    """An experiment of so many points, as a grid of 100 values of one parameter."""
    return experiment(qubits, points // 100, 100, noise)


def sweep() -> None:
    """Ideal sweeps from YAML to tables, beside Cirq and qsim with and without a table; microseconds per point at the margin."""
    print("\n## Ideal sweep, microseconds per point\n")
    print("`run_sweep` alone, and with its counts written to CSV by pandas; ours is always the whole process, YAML to tables.\n")
    _compare({"cirq": "cirq.Simulator", "qsim": "qsim"}, None, ((2, 20_000, 100_000, 60), (5, 20_000, 100_000, 60), (10, 1_000, 9_000, 40)))


def noisy() -> None:
    """Exact noisy sweeps from YAML to tables, beside the density matrices of Aer and Cirq."""
    print("\n## Noisy and exact, depolarising 0.01 after every gate, microseconds per point\n")
    _compare({"aer-noisy": "aer density_matrix", "cirq-noisy": "cirq.DensityMatrixSimulator"}, 0.01,
             ((2, 20_000, 100_000, 100), (5, 10_000, 60_000, 40), (8, 200, 1_000, 2), (8, 15_000, 30_000, 2)))  # fmt: skip
    print("\nThe last row is a sweep so wide that its probabilities are summed up from a series.")


def engine() -> None:
    """Exact noisy probabilities inside one process, beside Aer's density matrix with its counts."""
    print("\n## Noisy and exact inside a process, one thread, microseconds per point\n")
    print("| qubits | our probabilities | aer density_matrix | ratio |")
    print("|---|---|---|---|")
    for qubits, ours, theirs in ((2, 20_000, 100), (5, 5_000, 40), (8, 200, 2)):
        own, aer = rounds(
            ROUNDS,
            partial(peer, "peers", which="our-noisy", qubits=qubits, points=ours),
            partial(peer, "peers", which="aer-noisy", qubits=qubits, points=theirs),
        )
        print(f"| {qubits} | {own * 1e6:.1f} | {aer * 1e6:.0f} | {aer / own:.0f} |", flush=True)


def _compare(peers: dict[str, str], noise: float | None, sizes: Sequence[tuple[int, int, int, int]]) -> None:
    """A table: a row for each number of qubits. `sizes`: qubits, two sizes of ours, points of the peers."""
    names = [f"{name}{with_table}" for name in peers.values() for with_table in ("", " + table")]
    print(
        f"| qubits | ours, 1 core | ours, {CORES} cores | {' | '.join(names)} | {' | '.join(f'{name} / ours, 1 core' for name in names)} |"
    )
    print("|---" * (3 + 2 * len(names)) + "|")
    for qubits, small, large, points in sizes:
        ours, on_all, *others = rounds(
            ROUNDS,
            *(partial(marginal, partial(_grid, qubits, noise), small, large, cores) for cores in (1, CORES)),
            *(partial(peer, "peers", which=which, qubits=qubits, points=points, table=table) for which in peers for table in (False, True)),
        )
        figures = [
            f"{ours * 1e6:.1f}",
            f"{on_all * 1e6:.1f}",
            *(f"{other * 1e6:.0f}" for other in others),
            *(f"{other / ours:.0f}" for other in others),
        ]
        print(f"| {qubits} | {' | '.join(figures)} |", flush=True)


def plan() -> None:
    """`ionq-runner plan` of 100,000 points as a whole process, beside what Cirq takes to enumerate the same sweep."""
    print("\n## Whole processes, one core\n")
    print("| what | seconds, wall | seconds, CPU |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "plan.yaml").write_text(experiment(5, 400, 250))
        for name, arguments in {
            "`plan` of 100,000 points": [*command(), "plan", "plan.yaml"],
            "`import cirq`": [sys.executable, "-c", "import cirq"],
            "bare Python": [sys.executable, "-c", "pass"],
        }.items():
            costs = sorted((process(arguments, Path(place)) for _ in range(5)), key=lambda cost: cost.wall_s)
            print(f"| {name} | {costs[2].wall_s:.3f} | {costs[2].cpu_s:.3f} |", flush=True)


def startup() -> None:
    """`--help` and `validate` as whole processes."""
    lines = "".join(f"          - rx(theta*{i}) {i % 5}\n" for i in range(985))
    head = "ionq_runner: 1\nname: long\nrepetitions: 100\ncircuits:\n  c:\n    qubits: 5\n    gates:\n      - repeat: 1\n        do:\n"
    long = f"{head}{lines}    sweep:\n      theta: [0, 1]\n"
    print("\n## Start-up, milliseconds of CPU, median of 7\n")
    print("| what | ms |")
    print("|---|---|")
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "small.yaml").write_text(experiment(2, 5, 5))
        (Path(place) / "long.yaml").write_text(long)
        for name, arguments in {
            "`--help`": [*command(), "--help"],
            "`validate`, small file": [*command(), "validate", "small.yaml"],
            f"`validate`, {len(long.splitlines()):,} lines": [*command(), "validate", "long.yaml"],
            "bare Python": [sys.executable, "-c", "pass"],
        }.items():
            costs = sorted(process(arguments, Path(place)).cpu_s for _ in range(7))
            print(f"| {name} | {costs[3] * 1e3:.0f} |", flush=True)


def main() -> None:
    """Run the benchmarks that are named, or all of them."""
    known: dict[str, Callable[[], None]] = {
        "startup": startup,
        "plan": plan,
        "sweep": sweep,
        "noisy": noisy,
        "engine": engine,
        "bodies": bodies,
        "service": service,
        "openqasm": openqasm,
    }
    names = sys.argv[1:] or list(known)
    print(f"Python {platform.python_version()}, {platform.machine()}, {', '.join(_versions())}")
    for name in names:
        known[name]()


def _versions() -> list[str]:
    found: list[str] = []
    for package in ("ionq-runner", "numpy", "cirq-core", "cirq-ionq", "qsimcirq", "qiskit-aer"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main()

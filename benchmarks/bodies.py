"""Request bodies of a sweep: cirq_ionq point by point, beside our template. `python -m benchmarks.bodies {"which": ...}` measures one.

The circuit is that of all benchmarks with 8 qubits: 92 gates, 64 of them swept, two parameters. Both begin with the circuit and the
sweep and end with the JSON text of every point's `input`; importing and building the circuit are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.layers import cirq_circuit, parameters
from benchmarks.measuring import peer, rounds

ROUNDS = 3
QUBITS = 8
GRID = 100  # values of each parameter, where they form a grid


def line(points: int) -> Any:
    """A sweep in which no value occurs twice."""
    import cirq

    first, second = parameters(points).T.tolist()
    return cirq.Zip(cirq.Points("a", first), cirq.Points("b", second))


def grid(points: int) -> Any:
    """All pairs of 100 values of one parameter and however many of the other."""
    import cirq

    return cirq.Linspace("a", 0.1, 3, points // GRID) * cirq.Linspace("b", 0.2, 2, GRID)


def ours(points: int, sweep: Callable[[int], Any]) -> Callable[[], list[str]]:
    """`serialize_sweep`."""
    from ionq_runner.ionq.sweeps import serialize_sweep

    circuit, values = cirq_circuit(QUBITS)[0], sweep(points)
    return lambda: serialize_sweep(circuit, values).inputs


def cirq_ionq(points: int) -> Callable[[], list[str]]:
    """Resolving, serializing and writing out each point, which is what cirq_ionq's sampler does."""
    import cirq

    serializer = import_module("cirq_ionq").Serializer()
    circuit, values = cirq_circuit(QUBITS)[0], line(points)

    def run() -> list[str]:
        resolved = (cirq.resolve_parameters(circuit, resolver) for resolver in values)
        return [json.dumps(serializer.serialize_single_circuit(one).input) for one in resolved]

    return run


MEASURED: dict[str, Callable[[int], Callable[[], list[str]]]] = {
    "line": partial(ours, sweep=line),
    "grid": partial(ours, sweep=grid),
    "cirq_ionq": cirq_ionq,
}


def bodies() -> None:
    """The `input` texts of a whole sweep, beside cirq_ionq where that is installed."""
    print(f"\n## Request bodies, {QUBITS} qubits, 92 gates, 2 swept parameters, microseconds per point\n")
    print("| cirq_ionq | ours, no value twice | ours, grid | cirq_ionq / ours | cirq_ionq / ours, grid |")
    print("|---|---|---|---|---|")
    sizes = {"line": 20_000, "grid": 20_000, **({"cirq_ionq": 200} if find_spec("cirq_ionq") else {})}
    all_different, repeated, *others = rounds(ROUNDS, *(partial(peer, "bodies", which=which, points=sizes[which]) for which in sizes))
    shown = [f"{all_different * 1e6:.1f}", f"{repeated * 1e6:.1f}"]
    theirs = [f"{other * 1e6:.0f}" for other in others] or ["not installed"]
    ratios = [f"{other / own:.0f}" for other in others for own in (all_different, repeated)] or ["", ""]
    print(f"| {' | '.join([*theirs, *shown, *ratios])} |", flush=True)


def main() -> None:
    """Measure the one that the argument names, after a warm-up, and print seconds per point."""
    asked = json.loads(sys.argv[1])
    MEASURED[asked["which"]](GRID)()
    run = MEASURED[asked["which"]](asked["points"])
    start = time.perf_counter()
    run()
    print((time.perf_counter() - start) / asked["points"])


if __name__ == "__main__":
    main()

"""The other simulators, each measured by `python -m benchmarks.peers {"which": ...}`: prints seconds per point.

A warm-up comes first; importing and building the circuit are not counted. Each gives the counts of all outcomes at every point, and
with `"table": true` also a CSV file with a row per point and outcome, through pandas, which is what a script around it does.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.layers import REPETITIONS, cirq_circuit, experiment, parameters, qiskit_circuit


def cirq_sweep(qubits: int, points: int) -> Callable[[], list[dict[Any, int]]]:
    """`cirq.Simulator.run_sweep`."""
    import cirq

    return _sampled(cirq.Simulator(seed=1), qubits, points, None)


def cirq_noisy(qubits: int, points: int) -> Callable[[], list[dict[Any, int]]]:
    """`cirq.DensityMatrixSimulator.run_sweep` with the same channels."""
    import cirq

    return _sampled(cirq.DensityMatrixSimulator(seed=1), qubits, points, 0.01)


def qsim_sweep(qubits: int, points: int) -> Callable[[], list[dict[Any, int]]]:
    """`qsimcirq.QSimSimulator.run_sweep`, one thread."""
    import qsimcirq

    return _sampled(qsimcirq.QSimSimulator(seed=1), qubits, points, None)


def _sampled(simulator: object, qubits: int, points: int, noise: float | None) -> Callable[[], list[dict[Any, int]]]:
    import cirq

    circuit, symbols = cirq_circuit(qubits, noise)
    values = parameters(points)
    sweep = cirq.Zip(*(cirq.Points(str(symbol), values[:, i].tolist()) for i, symbol in enumerate(symbols)))

    def run() -> list[dict[Any, int]]:
        results = simulator.run_sweep(circuit, sweep, repetitions=REPETITIONS)  # type: ignore[attr-defined]
        return [result.histogram(key="m") for result in results]

    return run


def aer_density_matrix(qubits: int, points: int) -> Callable[[], list[dict[Any, int]]]:
    """qiskit-aer's density matrix with a depolarising channel after every gate, one job with `parameter_binds`."""
    from qiskit_aer import AerSimulator
    from qiskit_aer.noise import NoiseModel, depolarizing_error

    circuit, symbols = qiskit_circuit(qubits)
    noise = NoiseModel()
    noise.add_all_qubit_quantum_error(depolarizing_error(0.01, 1), ["ry", "rz"])
    noise.add_all_qubit_quantum_error(depolarizing_error(0.01, 2), ["cx"])
    simulator = AerSimulator(method="density_matrix", noise_model=noise, max_parallel_threads=1)
    values = parameters(points)
    binds = [{symbol: values[:, i].tolist() for i, symbol in enumerate(symbols)}]

    def run() -> list[dict[Any, int]]:
        counts = simulator.run([circuit], parameter_binds=binds, shots=REPETITIONS).result().get_counts()
        return counts if isinstance(counts, list) else [counts]

    return run


def our_noisy_probabilities(qubits: int, points: int) -> Callable[[], list[dict[Any, int]]]:
    """Our own exact probabilities alone, on one thread: neither counts nor tables."""
    from threadpoolctl import threadpool_limits

    from ionq_runner import api, simulation

    plan = api.plan(experiment(qubits, points, 1, 0.01).encode(), "layers.yaml")
    group = plan.groups[0]

    def run() -> list[dict[Any, int]]:
        with threadpool_limits(limits=1):
            simulation.probabilities(group.program, group.noise, group.columns, points)
        return []

    return run


PEERS = {
    "our-noisy": our_noisy_probabilities,
    "cirq": cirq_sweep,
    "qsim": qsim_sweep,
    "cirq-noisy": cirq_noisy,
    "aer-noisy": aer_density_matrix,
}


def main() -> None:
    """Measure the peer that the argument names."""
    asked = json.loads(sys.argv[1])
    warm = PEERS[asked["which"]](asked["qubits"], 1)()
    if asked.get("table"):
        write_table(warm, asked["qubits"], parameters(1))  # imports pandas, which Cirq has done already and Aer has not
    run = PEERS[asked["which"]](asked["qubits"], asked["points"])
    start = time.perf_counter()
    histograms = run()
    if asked.get("table"):
        write_table(histograms, asked["qubits"], parameters(asked["points"]))
    print((time.perf_counter() - start) / asked["points"])


def write_table(histograms: list[dict[Any, int]], qubits: int, values: Any) -> None:
    """The columns that ours has, but for the ids."""
    import pandas

    rows: list[dict[str, Any]] = []
    for (a, b), histogram in zip(values.tolist(), histograms, strict=True):
        for outcome, count in histogram.items():
            bits = outcome if isinstance(outcome, str) else f"{outcome:0{qubits}b}"
            rows.append({"a": a, "b": b, "bitstring": bits, "count": count, "repetitions": REPETITIONS, "frequency": count / REPETITIONS})
    with tempfile.TemporaryDirectory() as place:
        pandas.DataFrame(rows).to_csv(Path(place) / "counts.csv", index=False)


if __name__ == "__main__":
    main()

"""A sweep against IonQ's service on this machine: cirq_ionq's sampler beside ours.

The service is that of the tests, in a process of its own: every answer takes 50 ms and every job 200 ms. Both samplers have their
defaults; cirq_ionq's looks for results once a second. Importing and building the circuit are not counted.

    python -m benchmarks.service serve                          prints the service's address; at the end of input, what it saw
    python -m benchmarks.service '{"which": ..., "url": ...}'    runs the sweep, and prints seconds per point
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.layers import cirq_circuit, parameters
from benchmarks.measuring import peer

JOBS = 200
QUBITS = 2
REPETITIONS = 100
DELAY_S, RUN_S = 0.05, 0.2  # of each answer, and of each job
KEY = "test-key"
TESTS = Path(__file__).resolve().parents[1] / "tests" / "ionq"
PACKAGES = {"cirq_ionq": "cirq_ionq", "ours": "ionq_runner.ionq"}


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep took, and what the service saw of it."""

    seconds: float
    requests: int
    connections: int  # those that carried no POST


def service() -> None:
    """Seconds, requests and connections of a sweep of 200 jobs, beside cirq_ionq where that is installed."""
    print(f"\n## A sweep of {JOBS} jobs, answers after {DELAY_S * 1e3:.0f} ms, jobs of {RUN_S * 1e3:.0f} ms\n")
    print("| sampler | seconds | requests | connections besides those of POSTs | seconds / ours |")
    print("|---|---|---|---|---|")
    ours = _swept("ours")
    sweeps = {"ours": ours, **({"cirq_ionq": _swept("cirq_ionq")} if find_spec("cirq_ionq") else {})}
    for name, sweep in sweeps.items():
        ratio = f"{sweep.seconds / ours.seconds:.1f}"
        print(f"| {name} | {sweep.seconds:.2f} | {sweep.requests} | {sweep.connections} | {ratio} |", flush=True)


def _swept(which: str) -> Sweep:
    """One sweep against a service of its own."""
    with _served() as server:
        seconds = JOBS * peer("service", which=which, url=server.url)
    return Sweep(seconds, server.requests, server.connections)


@dataclass(slots=True)
class _Server:
    """A service in another process; the numbers are there once it has ended."""

    url: str
    requests: int = 0
    connections: int = 0


@contextmanager
def _served() -> Iterator[_Server]:
    command = [sys.executable, "-m", "benchmarks.service", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin, "it was asked for"
        assert process.stdout, "it was asked for"
        server = _Server(process.stdout.readline().strip())
        try:
            yield server
        finally:
            process.stdin.close()
            seen = json.loads(process.stdout.read())
            server.requests, server.connections = seen["requests"], seen["connections"]


def serve() -> None:
    """Be the service until standard input ends."""
    with _loopback().Cloud() as cloud:
        cloud.delay_s, cloud.run_s = DELAY_S, RUN_S
        print(cloud.url, flush=True)
        sys.stdin.read()
        posting = {request.connection for request in cloud.requests if request.method == "POST"}
        others = {request.connection for request in cloud.requests} - posting
        print(json.dumps({"requests": len(cloud.requests), "connections": len(others)}))


def _loopback() -> Any:
    """The module tests/ionq/loopback.py; its parts import one another by name."""
    for part in ("_circuits", "_jobs", "_messages", "_documents", "_routes", "_faults", ""):
        name = f"loopback{part}"
        spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
        assert spec, "the file is there"
        assert spec.loader, "Python reads it"
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules["loopback"]


def sampled(which: str, url: str) -> Callable[[], list[dict[int, int]]]:
    """The sweep, with the counts of every point. The samplers are used in the same way."""
    import cirq

    circuit, symbols = cirq_circuit(QUBITS)
    values = parameters(JOBS)
    sweep = cirq.Zip(*(cirq.Points(str(symbol), values[:, i].tolist()) for i, symbol in enumerate(symbols)))
    sampler = import_module(PACKAGES[which]).Service(url, KEY, "simulator").sampler(seed=1)
    return lambda: [result.histogram(key="m") for result in sampler.run_sweep(circuit, sweep, repetitions=REPETITIONS)]


def main() -> None:
    """Serve, or run the sweep that the argument describes."""
    if sys.argv[1] == "serve":
        serve()
        return
    asked = json.loads(sys.argv[1])
    run = sampled(asked["which"], asked["url"])
    start = time.perf_counter()
    histograms = run()
    seconds = time.perf_counter() - start
    assert len(histograms) == JOBS, "every point has counts"
    print(seconds / JOBS)


if __name__ == "__main__":
    main()

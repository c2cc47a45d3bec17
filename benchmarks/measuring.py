"""How things are timed: whole processes of ours, on one core, and the peers in processes of their own beside them."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall_s: float
    cpu_s: float


def process(command: Sequence[str], folder: Path, cores: int = 1) -> Cost:
    """Run a command to its end on so many cores. Raises CalledProcessError where it fails."""
    chosen = set(sorted(os.sched_getaffinity(0))[:cores])
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        preexec_fn=lambda: os.sched_setaffinity(0, chosen),
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _environment() -> dict[str, str]:
    """One thread for every library, and compiled modules kept outside the source tree, as an installed package has them."""
    compiled = {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "ionq-runner-bench")}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **ONE_THREAD, **compiled}


def marginal(text: Callable[[int], str], small: int, large: int, cores: int = 1) -> float:
    """Seconds per point of `ionq-runner run`, from the whole process at two sizes. `text(points)` is the experiment file."""
    walls: list[float] = []
    for points in (small, large):
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / "bench.yaml").write_text(text(points))
            walls.append(process([*command(), "run", "-q", "--max-points", "10000000", "bench.yaml"], Path(place), cores).wall_s)
    return (walls[1] - walls[0]) / (large - small)


def command() -> list[str]:
    """The installed command of this environment."""
    installed = Path(sys.executable).with_name("ionq-runner")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "ionq_runner"]


def peer(module: str, **arguments: object) -> float:
    """Seconds per point of a peer, measured in a process of its own on one core: `python -m benchmarks.MODULE JSON`."""
    core = {min(os.sched_getaffinity(0))}
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", json.dumps(arguments)],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        preexec_fn=lambda: os.sched_setaffinity(0, core),
    )
    return float(done.stdout)


def rounds(count: int, *measurements: Callable[[], float]) -> list[float]:
    """Medians of some measurements, taken in turn."""
    taken = [[measure() for measure in measurements] for _ in range(count)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]

"""Every experiment of the repository, run once through the command, and its points as values to calculate with."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ionq_runner import api
from ionq_runner.cli.main import cli
from ionq_runner.simulation import bit_strings, probabilities

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
COLUMNS = ("point", "circuit", "target", "mitigation", "replicate", "basis", "bitstring", "outcome", "count", "repetitions", "frequency")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a run: what was counted, and the exact probabilities of all outcomes."""

    circuit: str
    target: str
    parameters: dict[str, float | str]
    repetitions: int
    counts: dict[str, int]
    told: dict[str, float]  # the probabilities in the table, of what was seen
    exact: dict[str, float] = field(default_factory=dict)  # those of every outcome

    def share(self, *outcomes: str) -> float:
        """How often one of some outcomes was seen."""
        return sum(self.counts.get(bits, 0) for bits in outcomes) / self.repetitions

    def chance(self, *outcomes: str) -> float:
        """The exact probability of some outcomes."""
        return sum(self.exact[bits] for bits in outcomes)

    def parity(self) -> float:
        """The mean of the product of all spins, from counts."""
        return sum((-1) ** bits.count("1") * count for bits, count in self.counts.items()) / self.repetitions

    def exact_parity(self) -> float:
        """The same from exact probabilities."""
        return sum((-1) ** bits.count("1") * chance for bits, chance in self.exact.items())

    def sigma(self, chance: float) -> float:
        """The standard error of a share whose probability is known."""
        return math.sqrt(max(0.0, chance * (1 - chance)) / self.repetitions)


def _command(*arguments: str) -> tuple[int, str]:
    """With which code the command leaves, and everything that it says."""
    result = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value or 0), result.output


@pytest.fixture(scope="session")
def command() -> Callable[..., tuple[int, str]]:
    return _command


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory) -> Callable[[str], Path]:
    """The run folder of an experiment; it is run once."""
    out = tmp_path_factory.mktemp("runs")

    @cache
    def folder_of(name: str) -> Path:
        code, told = _command("run", str(EXPERIMENTS / f"{name}.yaml"), "--out", str(out), "--quiet", "--strict")
        assert code == 0
        return Path(told.rstrip("\n"))  # with --quiet the folder is all it says

    return folder_of


@pytest.fixture(scope="session")
def points_of(folder_of) -> Callable[..., list[Point]]:
    """The points of an experiment in the order of its tables; of one circuit or target where they are named."""

    @cache
    def every(name: str) -> list[Point]:
        file = EXPERIMENTS / f"{name}.yaml"
        exact = _exact(api.plan(file.read_bytes(), file.name))
        found: dict[str, Point] = {}
        with open(folder_of(name) / "counts.csv", newline="", encoding="utf-8") as table:
            for row in csv.DictReader(table):
                if row["point"] not in found:
                    own = {key: _value(key, cell) for key, cell in row.items() if key not in (*COLUMNS, "probability") and cell}
                    found[row["point"]] = Point(row["circuit"], row["target"], own, int(row["repetitions"]), {}, {}, exact[row["point"]])
                found[row["point"]].counts[row["bitstring"]] = int(row["count"])
                found[row["point"]].told[row["bitstring"]] = float(row["probability"])
        return list(found.values())

    def points_of(name: str, circuit: str = "", target: str = "") -> list[Point]:
        return [point for point in every(name) if circuit in ("", point.circuit) and target in ("", point.target)]

    return points_of


def _value(key: str, cell: str) -> float | str:
    return cell if key == "mark" else float(cell)


def _exact(plan) -> dict[str, dict[str, float]]:
    """The probabilities of all outcomes by point; rounding may leave them a little below 0."""
    rows: list[dict[str, float]] = []
    for group in plan.groups:
        table = probabilities(group.program, group.noise, group.columns, len(group))
        outcomes = bit_strings(group.program, group.noise, np.arange(table.shape[1]))
        rows.extend(dict(zip(outcomes, np.maximum(row, 0).tolist(), strict=True)) for row in table)
    executions = zip(plan.points.id.tolist(), plan.points.execution.tolist(), strict=True)
    return {point.decode(): rows[execution] for point, execution in executions}

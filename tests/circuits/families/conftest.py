"""Circuits of families as an experiment makes them, with the exact probabilities of what is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from ionq_runner import api
from ionq_runner.circuits import Gate, Program
from ionq_runner.expressions import Expression, evaluate
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.simulation import probabilities

IDEAL = NoiseModel()


@dataclass(frozen=True)
class Made:
    """One circuit of a sweep: its values, its program, and the probability of each outcome, the first bit most significant."""

    values: dict[str, float | str]
    program: Program
    chances: np.ndarray

    def chance(self, bits: str) -> float:
        return float(self.chances[int(bits, 2)])

    @property
    def gates(self) -> tuple[Gate, ...]:
        return self.program.gates

    @property
    def fingerprint(self) -> str:
        """A hash of the gates and of what is read; angles to nine decimals: the last bits of a mathematical library do not count."""
        lines = [str(self.program.measured)]
        for gate in self.gates:
            angles = [evaluate(angle, self.values) if isinstance(angle, Expression) else angle for angle in gate.angles]
            lines.append(f"{gate.name} {' '.join(f'{angle:.9f}' for angle in angles)} {gate.targets} {gate.controls}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def expanded(circuit: str, parameters: str = "{unused: 1}"):
    """The points of one circuit, written in braces; `parameters` are those of the file."""
    text = f"ionq_runner: 1\nname: t\nparameters: {parameters}\ncircuits: {{c: {circuit}}}\nrepetitions: 10\nseed: 1\n"
    loaded = api.load(text.encode(), "t.yaml", api.Options())
    assert loaded.expansion is not None, [problem.message for problem in loaded.problems]
    (points,) = loaded.expansion.circuits
    return points, loaded.expansion.constants.values


@pytest.fixture(scope="session")
def made() -> Callable[..., list[Made]]:
    """Every circuit of a sweep, in order; with rates of noise, the probabilities are those with noise."""

    def made(circuit: str, parameters: str = "{unused: 1}", noise: NoiseModel = IDEAL) -> list[Made]:
        points, constants = expanded(circuit, parameters)
        found = []
        for index, program in enumerate(points.programs):
            rows = [row for row in range(points.rows) if points.shape_of is None or points.shape_of[row] == index]
            columns = {name: np.array([column[row] for row in rows]) for name, column in points.columns.items()}
            chances = probabilities(program, noise, columns, len(rows))
            for row, own in zip(rows, chances, strict=True):
                values = {**constants, **{name: column[row] for name, column in points.columns.items()}}
                found.append((row, Made(values, program, own)))
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    return made


@pytest.fixture(scope="session")
def one(made) -> Callable[..., Made]:
    """The only circuit."""

    def one(circuit: str, parameters: str = "{unused: 1}", noise: NoiseModel = IDEAL) -> Made:
        (found,) = made(circuit, parameters, noise)
        return found

    return one


@pytest.fixture(scope="session")
def shapes() -> Callable[..., int]:
    """How many shapes a sweep has."""
    return lambda circuit, parameters="{unused: 1}": len(expanded(circuit, parameters)[0].programs)

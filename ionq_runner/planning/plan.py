"""A plan as values: groups of executions that are simulated together, points as columns, and jobs.

Data per point is columns: arrays with one entry per point or per execution, in the order of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.program import Program
from ionq_runner.expressions.columns import Column
from ionq_runner.ionq.facts.backends import NoiseModel
from ionq_runner.language.experiment import Experiment
from ionq_runner.simulation import Method

__all__ = ["Group", "Job", "Plan", "Points"]


@dataclass(frozen=True, slots=True)
class Group:
    """Executions that share a circuit's shape, its basis and a target, and so are one array computation."""

    circuit: str
    target: str
    backend: str
    written: Program  # the shape as the file has it
    program: Program  # and with the gates that turn the basis
    basis: str  # a letter for each measured qubit
    noise: NoiseModel
    method: Method | None  # None: the service calculates, or measures
    seed: int
    lot: int  # executions of different lots never share a job
    batch: int  # how many of them go in one job; 0: as many as fit
    columns: Mapping[str, Column]  # per execution, the values of the names that the angles use
    repetitions: NDArray[np.int64]  # per execution
    ids: NDArray[np.uint64]  # per execution, 128 bits as two words
    first: int  # the number of its first execution in the plan

    def __len__(self) -> int:
        return len(self.repetitions)

    @property
    def how(self) -> str:
        """What answers it: a method of this computer, or the service's backend."""
        return self.backend if self.method is None else self.method.value


@dataclass(frozen=True, slots=True)
class Points:
    """The points, a column each; `parameters` holds NaN, or an empty text, where a circuit has no such parameter."""

    id: NDArray[np.bytes_]  # 12 hex digits
    circuit: NDArray[np.int32]  # into Plan.circuits
    target: NDArray[np.int32]  # into Plan.targets
    mitigation: NDArray[np.int32]  # into Plan.mitigations
    replicate: NDArray[np.int64]
    first: NDArray[np.int64]  # (points + 1,): where the settings of each point begin in `execution`
    execution: NDArray[np.int64]  # (settings,): the number of the execution of each setting of each point
    parameters: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.id)

    @property
    def settings(self) -> int:
        """How many settings all points have together."""
        return len(self.execution)

    @property
    def owner(self) -> NDArray[np.int64]:
        """(settings,): the point of each setting."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))


@dataclass(frozen=True, slots=True)
class Job:
    """What is run, recorded and, after a crash, run again as one: some executions, each as (group, row)."""

    number: int  # from 1
    id: str
    parts: tuple[tuple[int, NDArray[np.int64]], ...]  # group, rows of the group

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.parts)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will be run, frozen: the same experiment and seed give the same plan, and the digest says so."""

    experiment: Experiment
    seed: int
    circuits: tuple[str, ...]
    targets: tuple[str, ...]
    mitigations: tuple[str, ...]  # settings of error mitigation; an empty name is none
    keys: tuple[str, ...]  # measurement keys that have columns of their own
    groups: tuple[Group, ...]
    points: Points
    jobs: tuple[Job, ...]
    digest: str

    @property
    def executions(self) -> int:
        """How many executions there are."""
        return sum(len(group) for group in self.groups)

    def repetitions(self) -> NDArray[np.int64]:
        """The repetitions of every execution, in the order of the plan."""
        return np.concatenate([group.repetitions for group in self.groups])

    def execution_ids(self) -> list[str]:
        """The id of every execution as 16 hex digits, in the order of the plan."""
        digits = "".join(group.ids[:, 0].astype(">u8").tobytes().hex() for group in self.groups)
        return [digits[start : start + 16] for start in range(0, len(digits), 16)]

    def group_of(self) -> NDArray[np.int64]:
        """The group of every execution, in the order of the plan."""
        return np.repeat(np.arange(len(self.groups)), [len(group) for group in self.groups])

    def job_of(self) -> NDArray[np.int64]:
        """The number of the job of every execution, in the order of the plan."""
        numbers = np.zeros(self.executions, dtype=np.int64)
        for job in self.jobs:
            for group, rows in job.parts:
                numbers[self.groups[group].first + rows] = job.number
        return numbers

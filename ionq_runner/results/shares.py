"""How the outcomes of a circuit change along its sweep: what a picture of a run shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.store import JobRow
from ionq_runner.planning.plan import Plan
from ionq_runner.results.answers import Answers
from ionq_runner.results.outcomes import OutcomeTexts

__all__ = ["Shares", "outcome_shares"]


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of the most frequent outcomes of one circuit on one target, at some of its points."""

    circuit: str
    target: str
    points: int  # of the circuit on the target; the picture may show fewer
    axis: str  # the one parameter that varies, or an empty text
    first: float | str  # its value at the first and the last point shown
    last: float | str
    bases: tuple[str, ...]  # in which the outcomes were read, of each point the first; empty where all are the bits themselves
    outcomes: tuple[str, ...]  # bit strings
    shares: NDArray[np.float64]  # (outcomes, points shown)
    others: NDArray[np.float64]  # (points shown,): the share of all other outcomes


def outcome_shares(plan: Plan, folder: RunFolder, jobs: Sequence[JobRow], *, columns: int, rows: int, panels: int) -> Iterator[Shares]:
    """Shares at up to `columns` evenly spaced points, of the `rows` most frequent outcomes; at most `panels` of them."""
    answers = Answers(plan, folder, jobs)
    pairs = np.stack([plan.points.circuit, plan.points.target], axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    for start in np.sort(first)[:panels].tolist():
        mine = np.flatnonzero((pairs == pairs[start]).all(axis=1))
        shown = mine[np.unique(np.linspace(0, len(mine) - 1, min(columns, len(mine))).round().astype(int))]
        yield _shares(plan, answers, mine, shown, rows)


def _shares(plan: Plan, answers: Answers, mine: NDArray[np.int64], shown: NDArray[np.int64], rows: int) -> Shares:
    executions = plan.points.execution[plan.points.first[shown]]  # in the first basis
    found = answers.gather(executions)
    group_of = plan.group_of()[executions]
    texts = {index: OutcomeTexts.of(plan.groups[index].program, plan.groups[index].noise) for index in np.unique(group_of).tolist()}
    repetitions = plan.repetitions()[executions]
    totals: dict[str, NDArray[np.float64]] = {}
    for owner, outcome, count in zip(found.owner.tolist(), found.outcomes.tolist(), found.counts.tolist(), strict=True):
        bits = texts[int(group_of[owner])].bits(outcome)
        totals.setdefault(bits, np.zeros(len(shown)))[owner] += count / repetitions[owner]
    best = sorted(sorted(totals, key=lambda bits: -totals[bits].sum())[:rows])
    shares = np.array([totals[bits] for bits in best]) if best else np.zeros((0, len(shown)))
    varying = [
        name
        for name, column in plan.points.parameters.items()
        if len(mine) > 1 and not (column[mine] == column[mine[0]]).all() and _present(column[mine])
    ]
    axis = varying[0] if len(varying) == 1 else ""
    ends = (plan.points.parameters[axis][shown[0]].item(), plan.points.parameters[axis][shown[-1]].item()) if axis else ("", "")
    circuit, target = plan.circuits[plan.points.circuit[mine[0]]], plan.targets[plan.points.target[mine[0]]]
    present = np.zeros(len(shown))
    np.add.at(present, found.owner, found.counts / repetitions[found.owner])
    bases = tuple(dict.fromkeys(plan.groups[index].basis for index in group_of.tolist()))
    read = bases if any(basis.strip("Z") for basis in bases) else ()
    return Shares(circuit, target, len(mine), axis, ends[0], ends[1], read, tuple(best), shares, present - shares.sum(axis=0))


def _present(column: NDArray[np.float64]) -> bool:
    """Whether a circuit has a parameter at all: elsewhere its column is empty."""
    return column.dtype.kind == "U" or not bool(np.isnan(column).any())

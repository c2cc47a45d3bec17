"""The lines of the table of counts: one for each outcome that an execution of a point had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ionq_runner.planning.plan import Group, Plan
from ionq_runner.results import cells, lines
from ionq_runner.results.answers import Answers
from ionq_runner.results.outcomes import OutcomeTexts
from ionq_runner.results.points import BLOCK, point_cells
from ionq_runner.simulation import read_qubits

__all__ = ["count_rows"]

GATHERED = 1 << 17  # lines whose counts are gathered at a time
LINES = 1 << 14  # lines whose text is made at a time


def count_rows(plan: Plan, answers: Answers) -> Iterator[tuple[bytes | memoryview, int]]:
    """The lines of `counts`: runs of points of one shape are written together."""
    group_of = plan.group_of()
    texts = [OutcomeTexts.of(group.program, group.noise) for group in plan.groups]
    outcomes = [_outcome_cells(text, plan.keys) for text in texts]
    bases = lines.Cells.of([f"{group.basis},".encode() for group in plan.groups])
    totals, total_of = np.unique(plan.repetitions(), return_inverse=True)
    shares = _share_cells(totals.tolist())
    block = max(1, min(BLOCK, GATHERED // max((_most_lines(group) for group in plan.groups), default=1)))
    owner = plan.points.owner
    for start in range(0, plan.points.settings, block):
        stop = min(plan.points.settings, start + block)
        execution = plan.points.execution[start:stop]
        found = answers.gather(execution)
        group = group_of[execution]
        prefixes = point_cells(plan, owner[start:stop], bases.take(group))
        bounds = np.searchsorted(found.owner, np.arange(stop - start + 1))
        for first, last in _stretches(group, bounds):
            some = found.at(slice(int(bounds[first]), int(bounds[last])))
            before, after = outcomes[int(group[first])]
            columns = [
                prefixes.take(some.owner),
                before.cells(some.outcomes),
                shares.cells(total_of[execution[some.owner]] * int(totals[-1] + 1) + some.counts),
                lines.probabilities(some.probabilities),
                *([after.cells(some.outcomes)] if plan.keys else []),
            ]
            yield lines.text_of(columns), len(some.owner)


def _outcome_cells(text: OutcomeTexts, keys: Sequence[str]) -> tuple[lines.Lookup, lines.Lookup]:
    """The cells of an outcome with which a line begins, and at its end those of its measurement keys."""
    return lines.Lookup(lambda outcome: text.cells(outcome, keys)[0]), lines.Lookup(lambda outcome: text.cells(outcome, keys)[1])


def _share_cells(totals: Sequence[int]) -> lines.Lookup:
    """A count, the repetitions, and the one over the other, by the number `which total * (largest total + 1) + count`."""

    def cell(number: int) -> bytes:
        which, count = divmod(number, totals[-1] + 1)
        return f"{count},{totals[which]},{cells.number(count / totals[which])},".encode()

    return lines.Lookup(cell)


def _most_lines(group: Group) -> int:
    """How many different outcomes an execution of a group can have."""
    return int(min(2 ** len(read_qubits(group.program, group.noise)), group.repetitions.max(initial=1)))


def _stretches(group: NDArray[np.int64], bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of points of one shape, none of them with many more lines than fit a processor's cache."""
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(group)]
    for edge, last in pairwise(edges):
        first = edge
        while first < last:
            reached = int(np.searchsorted(bounds, bounds[first] + LINES, side="right")) - 1
            stop = min(last, max(first + 1, reached))
            yield first, stop
            first = stop

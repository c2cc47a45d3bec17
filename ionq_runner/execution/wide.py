"""Before the first job: the series of the sweeps that are wide enough for one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from ionq_runner.planning.plan import Group
from ionq_runner.simulation import Series, Wide, rows_at, wide_sweep

__all__ = ["find_series"]

NODES_AT_ONCE = 256  # a worker's share: small enough that none is awaited for long
NUMBERS = 2**24  # in all series of a run


def find_series(groups: Sequence[Group], executor: Executor) -> dict[int, Series]:
    """By the number of a group, its series. Later groups have none where those before take all the room."""
    found: dict[int, Series] = {}
    room = NUMBERS
    for index, group in enumerate(groups):
        wide = wide_sweep(group.program, group.noise, group.columns, len(group))
        if wide is not None and wide.numbers <= room:
            found[index] = _series(wide, executor)
            room -= wide.numbers
    return found


def _series(wide: Wide, executor: Executor) -> Series:
    nodes = wide.nodes()
    shares = [nodes[:, start : start + NODES_AT_ONCE] for start in range(0, nodes.shape[1], NODES_AT_ONCE)]
    futures = [executor.submit(rows_at, wide.program, wide.noise, share) for share in shares]
    return wide.series(np.concatenate([future.result() for future in futures]))

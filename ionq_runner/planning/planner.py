"""An expansion -> a plan: executions shared and numbered, ids, points, jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.circuits.bases import in_basis
from ionq_runner.circuits.program import Program
from ionq_runner.diagnostics import ProblemFound, Problems
from ionq_runner.expressions import Expression
from ionq_runner.expressions.columns import Column
from ionq_runner.language.experiment import Order, Run
from ionq_runner.planning.collapsing import points_settings
from ionq_runner.planning.entries import Entries, entries_of
from ionq_runner.planning.expand import CircuitPoints, Expansion
from ionq_runner.planning.identity import execution_digests, numbered, point_ids, setting_prefix
from ionq_runner.planning.jobs import group_into_jobs, ordered
from ionq_runner.planning.limits import replicates_of, selected_targets
from ionq_runner.planning.plan import Group, Plan, Points
from ionq_runner.planning.repetitions import repetitions_of
from ionq_runner.planning.requests import Request, request_for
from ionq_runner.simulation import choose_method

__all__ = ["plan_experiment"]

Origin = tuple[tuple[Any, ...], int]  # the values that lead to an execution, and which of the rows with these values it is
_Names = tuple[str, str]  # of a circuit and a target


def plan_experiment(expansion: Expansion, problems: Problems) -> Plan | None:
    """The plan of an experiment whose sweeps are written out; None, with the problems noted, where it has none."""
    planner = _Planner(expansion)
    for points in expansion.circuits:
        for target in selected_targets(expansion.experiment, points.run):
            try:
                planner.add(points, target)
            except ProblemFound as found:
                problems.add(found.problem)
    return None if problems.errors else planner.plan()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some points while the plan is made: columns, and the numbers of the executions of each."""

    names: tuple[str, str, str]  # of the circuit, the target and the mitigation setting
    ids: NDArray[np.bytes_]
    replicate: NDArray[np.int64]
    row: NDArray[np.int64]
    first: NDArray[np.int64]  # (points + 1,), into `execution`
    execution: NDArray[np.int64]
    columns: dict[str, Column]
    run: Run | None

    def at(self, index: NDArray[np.int64]) -> _Rows:
        """Some of the points."""
        columns = {name: column[index] for name, column in self.columns.items()}
        first, places = _picked(self.first, index)
        return _Rows(self.names, self.ids[index], self.replicate[index], self.row[index], first, self.execution[places], columns, self.run)


class _Planner:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.groups: list[Group] = []
        self.rows: list[_Rows] = []
        self.count = 0
        self.origins: dict[bytes, _Names | dict[_Names | tuple[_Names, Origin], int]] = {}
        self.known: dict[bytes, int] = {}  # id of an execution -> its number in the plan
        self.points: set[bytes] = set()
        self.lots: dict[tuple[str, str, int], int] = {}
        self.several_runs = len({id(points.run) for points in expansion.circuits}) > 1

    def add(self, points: CircuitPoints, target: str) -> None:
        """Plan one circuit of one run on one target: every row, replicate and mitigation setting is a point."""
        experiment, constants = self.expansion.experiment, self.expansion.constants
        replicates = replicates_of(points.run, constants)
        columns = {name: np.asarray(column) for name, column in points.columns.items()}
        repetitions = self.repetitions(points, target)
        first, execution_of, origins = _shared(points, columns, repetitions)
        entries = entries_of(experiment, constants, points, first, execution_of)
        row = np.repeat(np.arange(points.rows), replicates)
        replicate = np.tile(np.arange(replicates), points.rows)
        starts, places = _picked(entries.first, row)
        executed = entries.entry[places] * replicates + np.repeat(replicate, np.diff(starts))
        planned: dict[str, list[bytes]] = {}
        axes = {name: columns[name][row] for name in points.axes}
        everything = {name: column[row] for name, column in columns.items()}
        for mitigation in points_settings(experiment, points.run, target, points.circuit.name):
            request = request_for(self.expansion, target, mitigation)
            key = repr(request)
            if key not in planned:
                own = [origins[index] for index in execution_of[entries.origin].tolist()]
                planned[key] = self.executions(points, request, entries, columns, repetitions, replicates, own)
            ids = planned[key]
            numbers = np.fromiter(map(self.known.__getitem__, ids), dtype=np.int64, count=len(ids))[executed]
            names = (points.circuit.name, target, mitigation)
            point = point_ids(names, axes, _joined_ids(ids, starts, executed.tolist()))
            self.keep(_Rows(names, point, replicate, row, starts, numbers, everything, points.run))

    def repetitions(self, points: CircuitPoints, target: str) -> NDArray[np.int64]:
        """The repetitions of each row."""
        return np.array(repetitions_of(self.expansion, points, target), dtype=np.int64)

    def executions(
        self,
        points: CircuitPoints,
        request: Request,
        entries: Entries,
        columns: Mapping[str, Column],
        repetitions: NDArray[np.int64],
        replicates: int,
        origins: Sequence[Origin],
    ) -> list[bytes]:
        """The id of each execution; those that no earlier run has are added as groups, one per shape and basis."""
        replicate = np.tile(np.arange(replicates), len(entries))
        shots = np.repeat(repetitions[entries.origin], replicates)
        variant = np.repeat(entries.variant, replicates)
        digests: list[bytes] = [b""] * len(shots)
        shapes: list[tuple[Program, str, NDArray[np.int64], dict[str, Column]]] = []
        for index, (program, basis) in enumerate(entries.variants):
            rows = np.flatnonzero(variant == index) if len(entries.variants) > 1 else np.arange(len(shots))
            names = _angle_names(program)
            chosen = {name: columns[name][entries.origin[rows // replicates]] for name in columns if name in names}
            shapes.append((program, basis, rows, chosen))
            found = execution_digests(program, setting_prefix(program, basis, request.asked), chosen, shots[rows], replicate[rows])
            for row, digest in zip(rows.tolist(), found, strict=True):
                digests[row] = digest
        ids = self.number(digests, (points.circuit.name, request.target), [origin for origin in origins for _ in range(replicates)])
        for program, basis, rows, chosen in shapes:
            self.add_group(points, request, program, basis, chosen, shots[rows], [ids[row] for row in rows.tolist()])
        return ids

    def number(self, digests: list[bytes], names: tuple[str, str], origins: Sequence[Origin]) -> list[bytes]:
        """Ids for digests: equal executions of different origin get different numbers, the same origin always the same one.

        Only another run can ask for an origin again, so that without one it need not be kept.
        """
        if not self.several_runs and len(set(digests)) == len(digests) and self.origins.keys().isdisjoint(digests):
            self.origins.update(dict.fromkeys(digests, names))  # the common case, without a dictionary for each
            return digests
        ids: list[bytes] = []
        for digest, origin in zip(digests, origins, strict=True):
            known = self.origins.setdefault(digest, {})
            if isinstance(known, tuple):
                known = self.origins[digest] = {known: 0}
            ids.append(numbered(digest, known.setdefault((names, origin), len(known))))
        return ids

    def add_group(
        self,
        points: CircuitPoints,
        request: Request,
        program: Program,
        basis: str,
        columns: dict[str, Column],
        repetitions: NDArray[np.int64],
        ids: list[bytes],
    ) -> None:
        if not self.known.keys().isdisjoint(ids):
            rows = [row for row, identity in enumerate(ids) if identity not in self.known]
            columns = {name: column[rows] for name, column in columns.items()}
            repetitions, ids = repetitions[rows], [ids[row] for row in rows]
        if not ids:
            return
        self.known.update(zip(ids, range(self.count, self.count + len(ids)), strict=True))
        words = np.frombuffer(b"".join(ids), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        turned = in_basis(program, basis)
        awaited = points.run.after.name if points.run is not None and points.run.after is not None else ""
        for shots, mine in self.lots_of(request, repetitions):
            self.groups.append(Group(
                circuit=points.circuit.name,
                target=request.target,
                backend=request.backend,
                written=program,
                program=turned,
                basis=basis,
                noise=request.noise,
                method=choose_method(turned, request.noise) if request.local else None,
                seed=request.seed,
                lot=self.lots.setdefault((awaited, repr(request) if not request.local else "", shots), len(self.lots)),
                batch=request.batch,
                columns={name: column[mine] for name, column in columns.items()},
                repetitions=repetitions[mine],
                ids=words[mine],
                first=self.count,
            ))  # fmt: skip
            self.count += len(self.groups[-1])

    def lots_of(self, request: Request, repetitions: NDArray[np.int64]) -> Iterator[tuple[int, slice | NDArray[np.int64]]]:
        """What may share jobs, in runs that wait for the same one: here everything, on the service what has equally many repetitions."""
        if request.local:
            yield 0, slice(None)
            return
        for shots in dict.fromkeys(repetitions.tolist()):
            yield shots, np.flatnonzero(repetitions == shots)

    def keep(self, rows: _Rows) -> None:
        """Add points, except those that an earlier run has made."""
        if self.several_runs:
            ids = rows.ids.tolist()
            new = [index for index, identity in enumerate(ids) if identity not in self.points]
            self.points.update(ids)
            rows = rows.at(np.array(new, dtype=np.int64))
        self.rows.append(rows)

    def plan(self) -> Plan:
        experiment = self.expansion.experiment
        targets = tuple(experiment.targets) or ("local",)
        circuits = tuple(experiment.circuits)
        mitigations = ("", *experiment.mitigation)
        points = Points(
            id=_joined([rows.ids for rows in self.rows]),
            circuit=_joined([np.full(len(rows.ids), circuits.index(rows.names[0]), dtype=np.int32) for rows in self.rows]),
            target=_joined([np.full(len(rows.ids), targets.index(rows.names[1]), dtype=np.int32) for rows in self.rows]),
            mitigation=_joined([np.full(len(rows.ids), mitigations.index(rows.names[2]), dtype=np.int32) for rows in self.rows]),
            replicate=_joined([rows.replicate for rows in self.rows]),
            first=np.concatenate([[0], np.cumsum(_joined([np.diff(rows.first) for rows in self.rows]))]).astype(np.int64),
            execution=_joined([rows.execution for rows in self.rows]),
            parameters=self.parameters(),
        )
        jobs = group_into_jobs(self.groups, self.sequence())
        keys = [k.key for g in self.groups if len(g.program.measurements) > 1 for k in g.program.measurements]
        digest = hashlib.sha256(b"".join(points.id.tolist()) + "".join(job.id for job in jobs).encode()).hexdigest()
        return Plan(
            experiment,
            self.expansion.seed,
            circuits,
            targets,
            mitigations,
            tuple(dict.fromkeys(keys)),
            tuple(self.groups),
            points,
            jobs,
            digest,
        )

    def parameters(self) -> dict[str, Column]:
        """The parameters of all circuits side by side, in the order of the file."""
        names = dict.fromkeys(name for rows in self.rows for name in rows.columns)
        found: dict[str, Column] = {}
        for name in names:
            text = any(name in rows.columns and rows.columns[name].dtype.kind == "U" for rows in self.rows)
            missing: Any = "" if text else np.nan
            parts = [rows.columns[name] if name in rows.columns else np.full(len(rows.ids), missing) for rows in self.rows]
            found[name] = np.concatenate([part.astype(str) if text and part.dtype.kind != "U" else part for part in parts])
        return found

    def sequence(self) -> NDArray[np.int64]:
        """The order in which executions are run: run by run, each as its `order` says."""
        done = np.zeros(self.count, dtype=bool)
        pieces: list[NDArray[np.int64]] = []
        for run in dict.fromkeys(id(rows.run) for rows in self.rows):
            mine = [rows for rows in self.rows if id(rows.run) == run]
            execution = _joined([rows.execution for rows in mine])
            owners = [np.repeat(np.arange(len(rows.ids)), np.diff(rows.first)) for rows in mine]
            replicates = [rows.replicate[owner] for rows, owner in zip(mine, owners, strict=True)]
            keys = np.stack([_joined(replicates), _joined([rows.row[owner] for rows, owner in zip(mine, owners, strict=True)])], axis=1)
            names = np.repeat(np.arange(len(mine)), [len(rows.execution) for rows in mine])
            order = mine[0].run.order if mine[0].run is not None else Order.AS_WRITTEN
            wanted = execution[ordered(order, self.expansion.seed, keys, names)]
            _, first = np.unique(wanted, return_index=True)
            wanted = wanted[np.sort(first)]
            pieces.append(wanted[~done[wanted]])
            done[wanted] = True
        return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)


def _angle_names(program: Program) -> frozenset[str]:
    return frozenset[str]().union(*(angle.names for angle in set(program.angles()) if isinstance(angle, Expression)))


def _picked(first: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Some rows of a list of lists: where each begins now, and where its items were."""
    lengths = np.diff(first)[rows]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return starts, np.arange(starts[-1]) + np.repeat(first[rows] - starts[:-1], lengths)


def _joined_ids(ids: Sequence[bytes], starts: NDArray[np.int64], executed: Sequence[int]) -> list[bytes]:
    """The ids of the executions of each point, one after the other."""
    if len(starts) == len(executed) + 1:
        return [ids[index] for index in executed]
    return [b"".join(ids[index] for index in executed[start:stop]) for start, stop in pairwise(starts.tolist())]


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _shared(
    points: CircuitPoints, columns: Mapping[str, Column], repetitions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Origin]]:
    """The first row of each execution, the execution of each row, and the origin of each execution.

    Rows share an execution when they differ only in axes that the circuit does not use; rows that differ in nothing do not.
    """
    everything = np.arange(points.rows)
    own = sorted(name for name in points.axes if name in points.used)
    used = list(zip(*(columns[name].tolist() for name in own), repetitions.tolist(), strict=True))
    if len(own) == len(points.axes) and len(set(used)) == points.rows:
        return everything, everything, [(values, 0) for values in used]
    unused = list(zip(*(columns[name].tolist() for name in points.axes if name not in points.used), strict=True)) or [()] * points.rows
    times: dict[tuple[Any, Any], int] = {}
    number: dict[tuple[Any, int], int] = {}
    first: list[int] = []
    of_row: list[int] = []
    for row, (mine, other) in enumerate(zip(used, unused, strict=True)):
        time = times[mine, other] = times.get((mine, other), -1) + 1
        index = number.setdefault((mine, time), len(number))
        if index == len(first):
            first.append(row)
        of_row.append(index)
    return np.array(first, dtype=np.int64), np.array(of_row, dtype=np.int64), list(number)

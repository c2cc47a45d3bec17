"""A plan as the document `plan.json`: what a person reviews, and what a resumed run is held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from ionq_runner.circuits.decompose import gate_counts
from ionq_runner.diagnostics import Problems
from ionq_runner.language.experiment import Experiment
from ionq_runner.planning.collapsing import collapsed_settings
from ionq_runner.planning.constants import evaluate_constants
from ionq_runner.planning.limits import selected_targets
from ionq_runner.planning.plan import Group, Plan
from ionq_runner.planning.service import allowance_of

__all__ = ["SCHEMA_VERSION", "plan_document", "plan_summary"]

SCHEMA_VERSION = 1


def plan_document(plan: Plan, options: dict[str, Any]) -> dict[str, Any]:
    """The whole plan as JSON-ready values. `options` are those of the command that change what is run."""
    return {
        "schema_version": SCHEMA_VERSION,
        "digest": plan.digest,
        "name": plan.experiment.name,
        "seed": plan.seed,
        "options": options,
        "points": len(plan.points),
        "settings": plan.points.settings,
        "executions": plan.executions,
        "repetitions": int(plan.repetitions().sum()),
        "circuits": list(plan_summary(plan)),
        "runs": [
            {"run": name, "order": run.order.value, "after": run.after.name if run.after else None}
            for name, run in plan.experiment.runs.items()
        ],
        "jobs": [{"job": job.id, "number": job.number, "executions": len(job)} for job in plan.jobs],
        "service_jobs": sum(plan.groups[job.parts[0][0]].method is None for job in plan.jobs),
        "collapsed": list(_collapsed(plan)),
        "budget": _budget(plan.experiment),
        "estimates": {"cost": None if _is_paid(plan) else 0, "cost_unit": "usd"},
    }


def plan_summary(plan: Plan) -> Iterator[dict[str, Any]]:
    """What is run, a row for each circuit on each target."""
    points = plan.points
    settings = np.diff(points.first)
    pairs = points.circuit.astype(np.int64) * len(plan.targets) + points.target
    different, first = np.unique(pairs, return_index=True)
    for pair in different[np.argsort(first)].tolist():
        circuit, target = (
            names[index] for names, index in zip((plan.circuits, plan.targets), divmod(pair, len(plan.targets)), strict=True)
        )
        mine = pairs == pair
        groups = [group for group in plan.groups if (group.circuit, group.target) == (circuit, target)]
        yield {
            "circuit": circuit,
            "target": target,
            "mitigation": [plan.mitigations[index] for index in dict.fromkeys(points.mitigation[mine].tolist()) if index],
            "points": int(mine.sum()),
            "settings": int(settings[mine].sum()),
            "bases": list(dict.fromkeys(group.basis for group in groups)),
            "executions": sum(len(group) for group in groups),
            "shapes": len(dict.fromkeys(group.written for group in groups)),
            "qubits": _extent([group.program.qubits for group in groups]),
            "gates_before": _extent([len(group.written.gates) for group in groups]),
            "one_qubit_gates": _range(groups, 0),
            "two_qubit_gates": _range(groups, 1),
            "repetitions": _extent([int(r) for group in groups for r in np.unique(group.repetitions)]),
            "method": ", ".join(dict.fromkeys(group.how for group in groups)),
        }


def _collapsed(plan: Plan) -> Iterator[dict[str, Any]]:
    """The mitigation settings that make no points of their own on a target, because it is a simulator."""
    experiment = plan.experiment
    for target in plan.targets:
        names = dict.fromkeys(
            name
            for run in tuple(experiment.runs.values()) or (None,)
            if target in selected_targets(experiment, run)
            for name in collapsed_settings(experiment, run, target)
        )
        if names:
            yield {"target": target, "mitigation": list(names)}


def _budget(experiment: Experiment) -> dict[str, float]:
    """What the file allows to be spent."""
    allowed = asdict(allowance_of(experiment.budget, evaluate_constants(experiment, Problems())))
    return {key: limit for key, limit in allowed.items() if limit is not None}


def _is_paid(plan: Plan) -> bool:
    """Whether a machine runs some of it: what that costs, only the service knows."""
    return any(group.backend.startswith("qpu.") for group in plan.groups)


def _range(groups: list[Group], which: int) -> list[int]:
    return _extent([gate_counts(program)[which] for program in dict.fromkeys(group.program for group in groups)])


def _extent(values: list[int]) -> list[int]:
    """The smallest and the largest of some numbers; one number where they are equal, none where there are none."""
    return sorted({min(values), max(values)}) if values else []

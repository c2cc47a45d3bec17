"""A plan as the document `plan.json`: what a person reviews, and what a resumed run is held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ionq_runner.circuits.decompose import gate_counts
from ionq_runner.planning.plan import Group, Plan

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
        "settings": len(plan.points),
        "executions": plan.executions,
        "repetitions": int(plan.repetitions().sum()),
        "circuits": list(plan_summary(plan)),
        "runs": [{"run": name, "order": run.order.value} for name, run in plan.experiment.runs.items()],
        "jobs": [{"job": job.id, "number": job.number, "executions": len(job)} for job in plan.jobs],
        "estimates": {"cost": 0, "cost_unit": "usd"},
    }


def plan_summary(plan: Plan) -> Iterator[dict[str, Any]]:
    """What is run, a row for each circuit on each target."""
    point_pairs = list(zip(plan.points.circuit.tolist(), plan.points.target.tolist(), strict=True))
    for circuit, target in dict.fromkeys(point_pairs):
        groups = [g for g in plan.groups if (g.circuit, g.target) == (plan.circuits[circuit], plan.targets[target])]
        one, two = _range(groups, 0), _range(groups, 1)
        yield {
            "circuit": plan.circuits[circuit],
            "target": plan.targets[target],
            "points": point_pairs.count((circuit, target)),
            "executions": sum(len(group) for group in groups),
            "shapes": len(groups),
            "qubits": _extent([group.program.qubits for group in groups]),
            "gates_before": _extent([len(group.program.gates) for group in groups]),
            "one_qubit_gates": one,
            "two_qubit_gates": two,
            "repetitions": _extent([int(r) for group in groups for r in np.unique(group.repetitions)]),
            "method": ", ".join(dict.fromkeys(group.method.value for group in groups)),
        }


def _range(groups: list[Group], which: int) -> list[int]:
    return _extent([gate_counts(program)[which] for program in dict.fromkeys(group.program for group in groups)])


def _extent(values: list[int]) -> list[int]:
    """The smallest and the largest of some numbers; one number where they are equal, none where there are none."""
    return sorted({min(values), max(values)}) if values else []

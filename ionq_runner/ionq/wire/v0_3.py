"""IonQ API v0.3 on the wire: paths, field names, states and units, and ours for each.

Source: IonQ's documentation of v0.3. Times are seconds since 1970; those of characterizations are asked for in milliseconds.
"""

from __future__ import annotations

from ionq_runner.ionq.wire.version import ApiVersion, Paths

__all__ = ["V0_3"]

V0_3 = ApiVersion(
    name="v0.3",
    paths=Paths(
        results="/jobs/{job}/results",
        batch_results="/jobs/{job}/results",
        characterizations="/characterizations/backends/{backend}",
        current_characterization="/characterizations/backends/{backend}/current",
        characterization="/characterizations/{id}",
    ),
    written={
        "target": ("target",),
        "shots": ("shots",),
        "name": ("name",),
        "metadata": ("metadata",),
        "noise": ("noise",),
        "error_mitigation": ("error_mitigation",),
        "compilation": ("settings", "compilation"),
        "settings": ("settings",),
        "dry_run": ("dry_run",),
    },
    constants={},
    batch_constants={},
    input_constants={"format": "ionq.circuit.v0"},
    read={
        "id": (("id",),),
        "status": (("status",),),
        "target": (("target",), ("backend",)),
        "name": (("name",),),
        "metadata": (("metadata",),),
        "shots": (("shots",),),
        "qubits": (("qubits",), ("stats", "qubits")),
        "gate_counts": (("gate_counts",), ("stats", "gate_counts")),
        "type": (("type",),),
        "circuits": (("circuits",), ("stats", "circuits")),
        "children": (("children",), ("child_job_ids",)),
        "parent": (("parent",), ("parent_job_id",)),
        "reason": (("failure", "error"), ("failure", "message"), ("failure", "code")),
        "warnings": (("warning", "messages"),),
        "dry_run": (("dry_run",),),
        "noise": (("noise",),),
        "submitted": (("request",), ("submitted_at",)),
        "started": (("start",), ("started_at",)),
        "completed": (("response",), ("completed_at",)),
        "duration": (("execution_time",),),
        "error_mitigation": (("error_mitigation",),),
        "cost": (("cost_usd",),),
        "estimated_cost": (("estimated_cost_usd",),),
    },
    times="unix",
    characterization_times="unix_ms",
    duration_scale_s=1e-3,
    debias="debias",
    started="running",
)

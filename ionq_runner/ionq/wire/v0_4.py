"""IonQ API v0.4 on the wire: paths, field names, states and units, and ours for each.

Source: the OpenAPI documents of v0.4 (May 2026 and the generation after it) and what the published clients read.
"""

from __future__ import annotations

from ionq_runner.ionq.wire.version import ApiVersion, Paths

__all__ = ["V0_4"]

V0_4 = ApiVersion(
    name="v0.4",
    paths=Paths(
        results="/jobs/{job}/results/probabilities",
        batch_results="/jobs/{job}/results/probabilities/aggregated",
        shots="/jobs/{job}/results/shots",
        histogram="/jobs/{job}/results/histogram",
        variant="/jobs/{job}/variants/{variant}/results/{kind}",
        compiled="/jobs/{job}/circuits/{language}",
        artifact="/jobs/{job}/artifacts/{id}",
        cost="/jobs/{job}/cost",
        estimate="/jobs/estimate",
        backend="/backends/{backend}",
        characterizations="/backends/{backend}/characterizations",
        current_characterization="/backends/{backend}/characterizations?limit=1",
        characterization="/backends/{backend}/characterizations/{id}",
        sessions="/sessions",
        session="/sessions/{id}",
        end_session="/sessions/{id}/end",
        usage="/organizations/{organization}/usage",
        whoami="/whoami",
    ),
    written={
        "target": ("backend",),
        "shots": ("shots",),
        "name": ("name",),
        "metadata": ("metadata",),
        "noise": ("noise",),
        "error_mitigation": ("settings", "error_mitigation"),
        "compilation": ("settings", "compilation"),
        "settings": ("settings",),
        "session_id": ("session_id",),
        "dry_run": ("dry_run",),
    },
    constants={"type": "ionq.circuit.v1"},
    batch_constants={"type": "ionq.multi-circuit.v1"},
    input_constants={},
    read={
        "id": (("id",),),
        "status": (("status",),),
        "target": (("backend",), ("target",)),
        "name": (("name",),),
        "metadata": (("metadata",),),
        "shots": (("shots",),),
        "qubits": (("stats", "qubits"), ("qubits",)),
        "gate_counts": (("stats", "gate_counts"), ("gate_counts",)),
        "type": (("type",),),
        "circuits": (("stats", "circuits"), ("circuits",)),
        "children": (("child_job_ids",), ("children",)),
        "parent": (("parent_job_id",),),
        "session": (("session_id",),),
        "reason": (("failure", "message"), ("failure", "error"), ("failure", "code")),
        "warnings": (("warning", "messages"),),
        "dry_run": (("dry_run",),),
        "noise": (("noise",),),
        "submitted": (("submitted_at",), ("request",)),
        "started": (("started_at",), ("start",)),
        "completed": (("completed_at",), ("response",)),
        "duration": (("execution_duration_ms",),),
        "variants": (("output", "error_mitigation", "debiasing", "variants"), ("output", "error_mitigation", "variants"), ("variants",)),
        "compiled": (("output", "compilation", "compiled_circuits"),),
        "error_mitigation": (("settings", "error_mitigation"),),
    },
    times="iso",
    characterization_times="iso",
    duration_scale_s=1e-3,
    debias="debiasing",
    started="started",
)

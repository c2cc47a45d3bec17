"""Jobs, machines and prices in the words of the two versions of IonQ's API.

Times are ISO texts with milliseconds in v0.4 and seconds since 1970 in v0.3. Source: IonQ's API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from loopback_circuits import gate_counts
from loopback_jobs import BACKENDS, Job, debiasing, frequencies

__all__ = [
    "artifact", "backend_document", "characterizations", "cost_usd", "histogram_json",
    "iso", "job_v03", "job_v04", "price_usd", "status_v03",
]  # fmt: skip

JSON = "application/json"
PROBABILITIES, AGGREGATE = "ionq.result.probabilities.json.v1", "ionq.result.probabilities-aggregate.json.v1"
CHARACTERIZED = datetime(2026, 5, 12, 6, tzinfo=UTC)  # the newest of the characterizations, which are a day apart
KEPT = 12  # characterizations of each machine
PROJECT, SUBMITTER, ORGANIZATION = (f"00000000-0000-4000-8000-{number:012x}" for number in (1, 2, 3))


def iso(moment: datetime) -> str:
    """2026-05-12T06:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def job_v04(job: Job, listed: bool = False) -> dict[str, Any]:
    """A job as v0.4 tells it; a listed one does not name its children."""
    status = job.status
    begun, done = status in {"started", "completed"}, status == "completed"
    document: dict[str, Any] = {
        "id": job.id,
        "status": status,
        "type": "ionq.multi-circuit.v1" if job.is_batch else "ionq.circuit.v1",
        "backend": job.backend,
        "dry_run": job.is_dry,
        "submitter_id": SUBMITTER,
        "project_id": PROJECT,
        "parent_job_id": job.parent_id,
        "session_id": job.session_id,
        "metadata": job.metadata,
        "name": job.name,
        "submitted_at": iso(job.accepted_at),
        "started_at": iso(job.time_of(0.5)) if begun else None,
        "completed_at": iso(job.time_of(1)) if done else None,
        "predicted_wait_time_ms": 0,
        "predicted_execution_duration_ms": 1,
        "execution_duration_ms": _run_ms(job) if done else None,
        "failure": job.failure if status == "failed" else None,
        "output": _output(job) if done else {},
        "settings": job.body.get("settings") or {},
        "stats": _stats(job),
        "results": _results(job) if done and not job.is_dry else None,
        "shots": job.shots,
        "cost_model": "QCT",
    }
    if not listed:
        document["child_job_ids"] = [child.id for child in job.children] if job.is_batch else None
    if job.noise:
        document["noise"] = job.noise
    if job.warnings:
        document["warning"] = {"messages": job.warnings}
    return _changed(document, job)


def job_v03(job: Job) -> dict[str, Any]:
    """A job as v0.3 tells it; what there is nothing to say of is left out."""
    status, stats = status_v03(job), _stats(job)
    done = status == "completed"
    asked = debiasing(job.body)
    document: dict[str, Any] = {
        "id": job.id,
        "status": status,
        "request": int(job.accepted_at.timestamp()),
        "name": job.name,
        "target": job.backend,
        "metadata": job.metadata,
        "shots": job.shots,
        "gate_counts": stats["gate_counts"],
        "qubits": stats["qubits"],
        "circuits": stats["circuits"],
        "cost_model": "QCT",
        "dry_run": job.is_dry,
        "predicted_execution_time": 1,
    }
    found: dict[str, Any] = {
        "noise": job.noise or None,
        "error_mitigation": {"debias": asked} if asked is not None else None,
        "start": int(job.time_of(0.5).timestamp()) if status in {"running", "completed"} else None,
        "response": int(job.time_of(1).timestamp()) if done else None,
        "execution_time": _run_ms(job) if done else None,
        "cost_usd": cost_usd(job) if done else None,
        "children": [child.id for child in job.children] or None,
        "results_url": f"/v0.3/jobs/{job.id}/results" if done and not job.is_dry else None,
        "failure": {"error": job.failure["message"], "code": job.failure["code"]} if job.failure and status == "failed" else None,
        "warning": {"messages": job.warnings} if job.warnings else None,
    }
    return _changed(document | {name: value for name, value in found.items() if value is not None}, job)


def status_v03(job: Job) -> str:
    """The state of a job in v0.3's words."""
    return {"submitted": "ready", "started": "running"}.get(job.status, job.status)


def _changed(document: dict[str, Any], job: Job) -> dict[str, Any]:
    return {name: value for name, value in (document | job.changes).items() if value is not ...}


def _run_ms(job: Job) -> int:
    return max(1, round((job.time_of(1) - job.time_of(0.5)).total_seconds() * 1000))


def _stats(job: Job) -> dict[str, Any]:
    if job.failure:
        return {"qubits": max(circuit.qubits for circuit in job.circuits), "circuits": len(job.circuits), "gate_counts": {"1q": 0, "2q": 0}}
    counts = [gate_counts(circuit.gates) for circuit in job.circuits]
    return {
        "qubits": max(circuit.qubits for circuit in job.circuits),
        "circuits": len(job.circuits),
        "gate_counts": {size: sum(count[size] for count in counts) for size in ("1q", "2q")},
        "kwh": 0,
        "predicted_quantum_compute_time_us": 1000,
        "billed_quantum_compute_time_us": 1000 if job.status == "completed" and not job.is_dry else 0,
    }


def _results(job: Job) -> dict[str, Any]:
    """Where results are, both by address and, as later services do, by the id of an artifact under the name of its format."""
    base = f"/v0.4/jobs/{job.id}/results"
    if job.is_batch:
        entry = {"id": "probabilities-aggregate", "format": AGGREGATE, "media_type": JSON}
        return {"probabilities": {"url": f"{base}/probabilities/aggregated", **entry}, AGGREGATE: entry}
    found: dict[str, Any] = {}
    for name in ("probabilities", "histogram", "shots") if job.is_sampled else ("probabilities",):
        for number in (1, 2):
            what = f"ionq.result.{name}.json.v{number}"
            entry = {"id": name if number == 1 else f"{name}-v2", "format": what, "media_type": JSON}
            found[what] = entry
            if number == 1:
                found[name] = {"url": f"{base}/{name}", **entry}
    return found


def _output(job: Job) -> dict[str, Any]:
    output: dict[str, Any] = {}
    if job.is_dry and not job.is_batch:
        formats = {"ionq.native.v1": ("native", JSON), "ionq.qasm3.v1": ("qasm3", "text/plain")}
        compiled = {what: {"id": name, "format": what, "media_type": media} for what, (name, media) in formats.items()}
        output["compilation"] = {"compiled_circuits": compiled}
    if job.is_debiased and not job.is_dry and not job.is_batch:
        base = f"/v0.4/jobs/{job.id}/variants"
        variants = [
            {
                "variant_id": str(variant),
                "qubit_map": None,
                "shots": len(shots),
                "results": {name: {"url": f"{base}/{variant}/results/{name}"} for name in ("probabilities", "histogram", "shots")},
            }
            for variant, shots in enumerate(job.variant_shots())
        ]
        output["error_mitigation"] = {"debiasing": {"variants": variants, "aggregation_method": "average"}}
    return output


def histogram_json(outcomes: list[int]) -> dict[str, int]:
    """The count of each outcome, in ascending order."""
    return {outcome: round(share * len(outcomes)) for outcome, share in frequencies(outcomes).items()}


def artifact(job: Job, identity: str) -> object | None:
    """The content of an artifact; None if the job has none of that id."""
    qubits, name = job.circuits[0].qubits, identity.removesuffix("-v2")
    if (
        job.is_batch
        or job.is_dry
        or (name != "probabilities" and not job.is_sampled)
        or name not in {"probabilities", "histogram", "shots"}
    ):
        return None
    if name == "shots":
        if identity == name:
            return [str(shot) for shot in job.all_shots()]
        bits = [[shot >> qubit & 1 for qubit in range(qubits)] for shot in job.all_shots()]
        return {"shots": [{"registers": {"output_all": shot}} for shot in bits]}
    content: Mapping[str, float] = job.probabilities() if name == "probabilities" else histogram_json(job.all_shots())
    if identity == name:
        return content
    return {name: {"registers": {"output_all": {f"{int(outcome):0{qubits}b}": value for outcome, value in content.items()}}}}


def cost_usd(job: Job) -> float:
    """What a job costs: nothing on a simulator."""
    if job.backend == "simulator":
        return 0.0
    counts = _stats(job)["gate_counts"]
    return price_usd(job.shots, counts["1q"], counts["2q"], job.is_debiased)


def price_usd(shots: int, one: int, two: int, mitigated: bool) -> float:
    """The published price of Aria, with its minimum."""
    return round(max(97.5 if mitigated else 12.4166, shots * (one * 0.00022 + two * 0.000975)), 6)


def backend_document(name: str, version: str) -> dict[str, Any]:
    """A machine as the list of backends tells it."""
    qubits, entangling, status = BACKENDS[name]
    document: dict[str, Any] = {
        "backend": name,
        "status": status,
        "qubits": qubits,
        "average_queue_time": 0 if name == "simulator" else 1181215,
        "last_updated": iso(CHARACTERIZED),
        "degraded": False,
    }
    if name == "simulator":
        return document | ({"noise_models": ["ideal", "aria-1", "forte-1"]} if version == "v0.4" else {})
    newest = _identity(name, 0)
    if version == "v0.3":
        return document | {"characterization_url": f"/characterizations/{newest}"}
    return document | {
        "characterization_id": newest,
        "location": "College Park, MD, USA",
        "supported_native_gates": ["gpi", "gpi2", *entangling],
    }


def characterizations(backend: str, version: str) -> list[dict[str, Any]]:
    """What was measured of a machine, newest first; a simulator has none."""
    if backend == "simulator":
        return []
    qubits, usual = BACKENDS[backend][0], "median" if version == "v0.4" else "mean"
    documents = []
    for age in range(KEPT):
        moment = CHARACTERIZED - timedelta(days=age)
        documents.append(
            {
                "id": _identity(backend, age),
                "backend": backend,
                "date": iso(moment) if version == "v0.4" else int(moment.timestamp()),
                "qubits": qubits,
                "connectivity": [[a, b] for a in range(qubits) for b in range(a + 1, qubits)],
                "fidelity": {"spam": {usual: 0.9962, "stderr": None}, "1q": {usual: 0.9998}, "2q": {usual: round(0.99 - age / 10000, 4)}},
                "timing": {"readout": 0.00015, "reset": 2e-05, "1q": 0.000135, "2q": 0.0006, "t1": 100, "t2": 1},
            }
        )
    return documents


def _identity(backend: str, age: int) -> str:
    return f"aaaaaaaa-0000-4000-8000-{list(BACKENDS).index(backend):06x}{age:06x}"

"""What the loopback service answers on each path of v0.4 and v0.3. Nothing here is about sockets."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loopback_circuits import openqasm
from loopback_documents import (
    ORGANIZATION,
    PROJECT,
    SUBMITTER,
    artifact,
    backend_document,
    characterizations,
    cost_usd,
    histogram_json,
    iso,
    job_v03,
    job_v04,
    price_usd,
    status_v03,
)  # fmt: skip
from loopback_jobs import BACKENDS, Job, Refused, ended, frequencies, jobs_of
from loopback_messages import Asked, Reply, refusal

__all__ = ["Service"]


@dataclass(frozen=True)
class Route:
    """Which requests a function answers."""

    method: str
    version: re.Pattern[str]
    path: re.Pattern[str]
    answer: Callable[..., object]
    public: bool
    status: int


ROUTES: list[Route] = []


def route(method: str, path: str, version: str = "v0.4", public: bool = False, status: int = 200) -> Callable[..., Any]:
    """Let a method answer a path such as `/jobs/{id}`."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(answer: Callable[..., object]) -> Callable[..., object]:
        ROUTES.append(Route(method, re.compile(version), pattern, answer, public, status))
        return answer

    return register


BOTH = r"v0\.[34]"


class Service:
    """The jobs and sessions of one account, and the answers about them. The attributes are for tests to read and set."""

    def __init__(self, place: int = 0) -> None:
        """`place` makes the ids of jobs differ between services."""
        self.key = "test-key"
        self.run_s = 0.0  # how long a job takes; 0: it is done when first looked at; inf: it never is
        self.list_lag_s = 0.0  # how long an accepted job is missing from lists
        self.page_limit = 25  # jobs of a page, at most
        self.omit_next = False  # leave the key out at the end of v0.4's lists too, as v0.3 does
        self.cancels_completed = True  # a completed job that is canceled says so from then on
        self.jobs: dict[str, Job] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.submissions: list[dict[str, Any]] = []
        self.lock = threading.RLock()
        self._identities: Iterator[tuple[int, str]] = ((n, f"01970000-{place:04x}-7000-8000-{n:012x}") for n in itertools.count(1))

    def answer(self, method: str, path: str, query: Mapping[str, list[str]], body: bytes, authorization: str | None) -> Reply:
        """Carry a request out."""
        version, _, rest = path.removeprefix("/").partition("/")
        found = [(one, match) for one in ROUTES if one.version.fullmatch(version) and (match := one.path.fullmatch("/" + rest))]
        fitting = next(((one, match) for one, match in found if one.method == method), None)
        if authorization != f"apiKey {self.key}" and not (fitting and fitting[0].public):
            return refusal(401, "Invalid key provided.")
        if fitting is None:
            return refusal(405 if found else 404, "Resource not found.")
        try:
            with self.lock:
                content = fitting[0].answer(self, Asked(version, fitting[1].groupdict(), query, body))
        except Refused as refused:
            return refusal(refused.status, refused.message)
        if isinstance(content, str):
            return Reply(fitting[0].status, content.encode(), "text/plain")
        return Reply(fitting[0].status, json.dumps(content).encode())

    def _job(self, asked: Asked) -> Job:
        job = self.jobs.get(asked.path["id"])
        if job is None:
            raise Refused(404, "Resource not found. No such job.")
        return job

    def _done(self, asked: Asked, batch: bool = False) -> Job:
        """A job whose results are there."""
        job = self._job(asked)
        job.seen = True
        if job.status != "completed" or job.is_dry or job.is_batch != batch:
            raise Refused(404, "Job not found or not yet completed.")
        return job

    def _document(self, job: Job, version: str, listed: bool = False) -> dict[str, Any]:
        job.seen = True
        return job_v04(job, listed) if version == "v0.4" else job_v03(job)

    # Jobs

    @route("POST", "/jobs", status=201)
    def _create(self, asked: Asked) -> object:
        job = self._accept(asked)
        return {"id": job.id, "status": "submitted", "session_id": job.session_id}

    @route("POST", "/jobs", "v0.3")
    def _create_v03(self, asked: Asked) -> object:
        job = self._accept(asked)
        return {"id": job.id, "status": "ready", "request": int(job.accepted_at.timestamp())}

    def _accept(self, asked: Asked) -> Job:
        body = asked.json()
        made = jobs_of(body, asked.version, self.run_s, self._identities)
        session = made[0].session_id
        if session is not None and not self.sessions.get(session, {}).get("active"):
            raise Refused(400, "session_id: no active session")
        self.jobs.update({job.id: job for job in made})
        self.submissions.append(body)
        return made[0]

    @route("GET", "/jobs", BOTH)
    def _list(self, asked: Asked) -> object:
        limit = min(asked.whole("limit", 25), self.page_limit)
        chosen = list(itertools.islice(self._wanted(asked), limit + 1))
        page = {"jobs": [self._document(job, asked.version, listed=True) for job in chosen[:limit]]}
        if len(chosen) > limit:
            return page | {"next": str(chosen[limit - 1].number)}
        return page if self.omit_next or asked.version == "v0.3" else page | {"next": None}

    def _wanted(self, asked: Asked) -> Iterator[Job]:
        """The jobs that a list asks for, newest first; the cursor is the number of the last job shown."""
        targets = [name for text in asked.query.get("target", []) for name in text.split(",")]
        cursor, young = asked.whole("next", 0), time.monotonic() - self.list_lag_s
        for job in reversed(self.jobs.values()):
            if job.accepted_s > young:
                continue
            job.seen = True
            if (
                (not cursor or job.number < cursor)
                and ("ids" not in asked.query or job.id in asked.query["ids"])
                and (not targets or job.backend in targets)
                and asked.one("status") in {None, job.status if asked.version == "v0.4" else status_v03(job)}
                and asked.one("parent_job_id") in {None, job.parent_id}
                and asked.one("session_id") in {None, job.session_id}
                and asked.one("submitter_id") in {None, SUBMITTER}
            ):
                yield job

    @route("DELETE", "/jobs", BOTH)
    def _delete_many(self, asked: Asked) -> object:
        for identity in self._ids(asked):
            self._remove(self.jobs[identity])
        return {"ids": asked.json()["ids"], "status": "deleted"}

    @route("PUT", "/jobs/status/cancel", BOTH)
    def _cancel_many(self, asked: Asked) -> object:
        for identity in self._ids(asked):
            self._end(self.jobs[identity])
        return {"ids": asked.json()["ids"], "status": "canceled"}

    def _ids(self, asked: Asked) -> list[str]:
        body = asked.json()
        if not isinstance(body, dict) or not isinstance(body.get("ids"), list):
            raise Refused(400, "ids: required, a list")
        if not all(isinstance(identity, str) and identity in self.jobs for identity in body["ids"]):
            raise Refused(404, "Resource not found. No such job.")
        return list(body["ids"])

    @route("GET", "/jobs/estimate")
    def _estimate(self, asked: Asked) -> object:
        backend = asked.one("backend")
        if backend not in BACKENDS:
            raise Refused(400, "backend: required, one of the backends")
        numbers = {"qubits": 25, "shots": 1000, "1q_gates": 0, "2q_gates": 0}
        numbers = {name: asked.whole(name, usual, least=0) for name, usual in numbers.items()}
        mitigated = asked.is_true("error_mitigation")
        values = {"backend": backend, "type": asked.one("type") or "ionq.circuit.v1", **numbers, "error_mitigation": mitigated}
        cost = 0.0 if backend == "simulator" else price_usd(numbers["shots"], numbers["1q_gates"], numbers["2q_gates"], mitigated)
        rates = {"job_cost_minimum": 97.5 if mitigated else 12.4166, "cost_1q_gate": 0.00022, "cost_2q_gate": 0.000975}
        return {
            "input_values": values,
            "estimate_context": values | {"organization": ORGANIZATION, "project": PROJECT},
            "estimated_at": iso(datetime.now(UTC)),
            "cost_unit": "usd",
            "estimated_unit": "usd",
            "rate_information": rates | {"organization": ORGANIZATION},
            "rate_card": {"id": "loopback", "rates": [{"sku": "gates", "unit": "gates", **rates}]},
            "estimated_cost": cost,
            "estimated_total_cost": cost,
            "estimated_execution_time": 1000,
            "current_predicted_queue_time": 0,
        }

    @route("GET", "/jobs/{id}", BOTH)
    def _show(self, asked: Asked) -> object:
        return self._document(self._job(asked), asked.version)

    @route("DELETE", "/jobs/{id}", BOTH)
    def _delete(self, asked: Asked) -> object:
        self._remove(self._job(asked))
        return {"id": asked.path["id"], "status": "deleted"}

    @route("PUT", "/jobs/{id}/status/cancel", BOTH)
    def _cancel(self, asked: Asked) -> object:
        self._end(self._job(asked))
        return {"id": asked.path["id"], "status": "canceled"}

    def _remove(self, job: Job) -> None:
        for one in [job, *job.children]:
            self.jobs.pop(one.id, None)

    def _end(self, job: Job) -> None:
        for one in [job, *job.children]:
            if not ended(one) or (one.status == "completed" and self.cancels_completed):
                one.status = "canceled"

    @route("GET", "/jobs/{id}/cost")
    def _cost(self, asked: Asked) -> object:
        job = self._job(asked)
        cost = {"value": cost_usd(job), "unit": "usd"}
        document: dict[str, Any] = {"dry_run": job.is_dry}
        if job.backend != "simulator":
            document["estimated_cost"] = cost
        if job.status == "completed":
            document["cost"] = {"value": 0.0, "unit": "usd"} if job.is_dry else cost
        return document

    # Results

    @route("GET", "/jobs/{id}/results/probabilities")
    def _probabilities(self, asked: Asked) -> object:
        return self._done(asked).probabilities(asked.is_true("sharpen"))

    @route("GET", "/jobs/{id}/results/probabilities/aggregated")
    def _aggregated(self, asked: Asked) -> object:
        return self._of_children(self._done(asked, batch=True), asked)

    @route("GET", "/jobs/{id}/results", "v0.3")
    def _results_v03(self, asked: Asked) -> object:
        is_batch = self._job(asked).is_batch
        job = self._done(asked, batch=is_batch)
        return self._of_children(job, asked) if is_batch else job.probabilities(asked.is_true("sharpen"))

    def _of_children(self, job: Job, asked: Asked) -> object:
        for child in job.children:
            child.seen = True
        done = [child for child in job.children if child.status == "completed"]
        return {child.id: child.probabilities(asked.is_true("sharpen")) for child in done}

    @route("GET", "/jobs/{id}/results/{name}")
    def _sampled(self, asked: Asked) -> object:
        job, name = self._done(asked), asked.path["name"]
        if name not in {"shots", "histogram"} or not job.is_sampled:
            raise Refused(404, "Resource not found. No such result.")
        return artifact(job, name)

    @route("GET", "/jobs/{id}/variants/{variant}/results/{name}")
    def _variant(self, asked: Asked) -> object:
        job, variant, name = self._done(asked), asked.path["variant"], asked.path["name"]
        variants = job.variant_shots() if job.is_debiased else []
        if not variant.isdecimal() or int(variant) >= len(variants) or name not in {"probabilities", "histogram", "shots"}:
            raise Refused(404, "Resource not found. No such variant.")
        shots = [int(shot) for shot in variants[int(variant)]]
        return {"shots": [str(shot) for shot in shots], "histogram": histogram_json(shots), "probabilities": frequencies(shots)}[name]

    @route("GET", "/jobs/{id}/circuits/{language}")
    def _compiled(self, asked: Asked) -> object:
        return self._circuit(self._job(asked), asked.path["language"])

    @route("GET", "/jobs/{id}/artifacts/{artifact}")
    def _artifact(self, asked: Asked) -> object:
        job, name = self._job(asked), asked.path["artifact"]
        job.seen = True
        if name == "probabilities-aggregate":
            return self._of_children(self._done(asked, batch=True), asked)
        if name in {"native", "qasm3"} and job.is_dry:
            return self._circuit(job, name)
        content = artifact(job, name) if job.status == "completed" else None
        if content is None:
            raise Refused(404, "Resource not found. No such artifact.")
        return content

    def _circuit(self, job: Job, language: str) -> object:
        """The circuit as it came: nothing is compiled here."""
        job.seen = True
        if job.is_batch or job.status != "completed" or language not in {"native", "qasm3"}:
            raise Refused(404, "Resource not found. No such circuit.")
        circuit = job.circuits[0]
        if language == "qasm3":
            return openqasm(circuit.gates, circuit.qubits)
        return {"qubits": circuit.qubits, "gateset": circuit.gateset, "circuit": circuit.gates}

    # Sessions

    @route("POST", "/sessions", status=201)
    def _begin_session(self, asked: Asked) -> object:
        body = asked.json()
        if not isinstance(body, dict) or body.get("backend") not in BACKENDS:
            raise Refused(400, "backend: required, one of the backends")
        number, now = len(self.sessions) + 1, iso(datetime.now(UTC))
        session = {
            "id": f"55555555-0000-4000-8000-{number:012x}", "created_at": now, "organization_id": ORGANIZATION,
            "backend": body["backend"], "project_id": PROJECT, "creator_id": SUBMITTER, "ended_at": None, "ender_id": None,
            "settings": body.get("settings") or {}, "active": True, "status": "created", "started_at": None,
        }  # fmt: skip
        self.sessions[session["id"]] = session
        return session

    @route("GET", "/sessions")
    def _list_sessions(self, asked: Asked) -> object:
        wanted = asked.one("active")
        chosen = [one for one in self.sessions.values() if wanted is None or one["active"] == asked.is_true("active")]
        return {"organization_id": ORGANIZATION, "sessions": chosen}

    def _session(self, asked: Asked) -> dict[str, Any]:
        if asked.path["id"] not in self.sessions:
            raise Refused(404, "Resource not found. No such session.")
        return self.sessions[asked.path["id"]]

    @route("GET", "/sessions/{id}")
    def _show_session(self, asked: Asked) -> object:
        return self._session(asked)

    @route("POST", "/sessions/{id}/end")
    def _end_session(self, asked: Asked) -> object:
        session = self._session(asked)
        if session["active"]:
            session.update(active=False, status="ended", ended_at=iso(datetime.now(UTC)), ender_id=SUBMITTER)
        return session

    @route("GET", "/sessions/{id}/jobs")
    def _jobs_of_session(self, asked: Asked) -> object:
        self._session(asked)
        return self._list(Asked(asked.version, {}, {**asked.query, "session_id": [asked.path["id"]]}, asked.body))

    # Machines and the account

    @route("GET", "/backends", BOTH, public=True)
    def _backends(self, asked: Asked) -> object:
        return [backend_document(name, asked.version) for name in BACKENDS]

    def _backend(self, asked: Asked) -> str:
        if asked.path["backend"] not in BACKENDS:
            raise Refused(404, "Resource not found. No such backend.")
        return asked.path["backend"]

    @route("GET", "/backends/{backend}", public=True)
    def _show_backend(self, asked: Asked) -> object:
        return backend_document(self._backend(asked), asked.version)

    @route("GET", "/characterizations/backends/{backend}", "v0.3", public=True)
    @route("GET", "/backends/{backend}/characterizations", public=True)
    def _characterizations(self, asked: Asked) -> object:
        found = characterizations(self._backend(asked), asked.version)
        limit, page = min(asked.whole("limit", 10), 10), asked.whole("page", 1)
        start, end = (self._moment(asked, name) for name in ("start", "end"))
        chosen = [one for one in found if (start is None or _seconds(one) >= start) and (end is None or _seconds(one) <= end)]
        pages = max(0, -(-len(chosen) // limit) - page)
        return {"characterizations": chosen[(page - 1) * limit : page * limit], "pages": pages}

    def _moment(self, asked: Asked, name: str) -> float | None:
        """A limit of time, in seconds since 1970."""
        text = asked.one(name)
        try:
            if text is None:
                return None
            if asked.version == "v0.3":
                return int(text) / 1000
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except ValueError as error:
            raise Refused(400, f"{name}: not a time") from error

    @route("GET", "/characterizations/backends/{backend}/current", "v0.3", public=True)
    def _current(self, asked: Asked) -> object:
        return self._measured(asked, self._backend(asked), None)

    @route("GET", "/backends/{backend}/characterizations/{uuid}")
    def _characterization(self, asked: Asked) -> object:
        return self._measured(asked, self._backend(asked), asked.path["uuid"])

    @route("GET", "/characterizations/{uuid}", "v0.3", public=True)
    def _characterization_v03(self, asked: Asked) -> object:
        return self._measured(asked, None, asked.path["uuid"])

    def _measured(self, asked: Asked, backend: str | None, uuid: str | None) -> object:
        every = [one for name in BACKENDS if backend in {None, name} for one in characterizations(name, asked.version)]
        found = next((one for one in every if uuid in {None, one["id"]}), None)
        if found is None:
            raise Refused(404, "Resource not found. No such characterization.")
        return found

    @route("GET", "/organizations/{organization}/usage")
    def _usage(self, asked: Asked) -> object:
        begun, end = asked.one("start_date"), asked.one("end_date")
        if begun is None or end is None:
            raise Refused(400, "start_date, end_date: required")
        paid = [job for job in self.jobs.values() if job.parent_id is None and job.status == "completed"]
        amount, count = sum(cost_usd(job) for job in paid), len(paid)
        total = {"job_count": count, "amount": amount, "time_us": 1000 * count}
        return {
            "usage_data": [{"from": begun, **total, "group_usages": [{"group_id": PROJECT, "group_name": "loopback", **total}]}],
            "amount_total": amount,
            "amount_unit": "usd",
            "job_count": count,
            "time_us_total": 1000 * count,
            "usage_unit": "usd",
            "usage_from": begun,
            "usage_to": end,
            "organization": asked.path["organization"],
            "group_type": asked.one("group_by") or "project",
            "modality": asked.one("modality") or "monthly",
        }

    @route("GET", "/whoami")
    def _whoami(self, asked: Asked) -> object:
        return {"key_id": SUBMITTER, "key_name": "loopback", "project_id": PROJECT}


def _seconds(characterization: Mapping[str, Any]) -> float:
    date = characterization["date"]
    return datetime.fromisoformat(date).timestamp() if isinstance(date, str) else float(date)

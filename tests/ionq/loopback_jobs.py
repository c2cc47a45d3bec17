"""The jobs that the loopback service holds: how a body becomes a job, how a job lives, what it measures.

Nothing here is about HTTP; `loopback_documents` writes jobs down in the words of either version of the API.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from loopback_circuits import BadCircuit, check_circuit, distribution, gate_counts, qubit_count, sample

__all__ = ["BACKENDS", "Circuit", "Job", "Refused", "ended", "jobs_of", "noise_strength"]

# name: qubits, native gates on two qubits, state
BACKENDS: dict[str, tuple[int, tuple[str, ...], str]] = {
    "simulator": (29, ("ms", "zz"), "available"),
    "qpu.aria-1": (25, ("ms",), "available"),
    "qpu.aria-2": (25, ("ms",), "retired"),
    "qpu.forte-1": (36, ("zz",), "available"),
    "qpu.forte-enterprise-1": (36, ("zz",), "available"),
}
TYPES = ("ionq.circuit.v1", "ionq.multi-circuit.v1")
NOISE = {  # of gates on one and on two qubits; the numbers of forte-enterprise-1 are not published
    "ideal": (0.0, 0.0),
    "harmony": (0.002, 0.03),
    "harmony-1": (0.002, 0.03),
    "harmony-2": (0.002, 0.03),
    "aria-1": (0.0005, 0.0133),
    "aria-2": (0.0006573333333333332, 0.01856),
    "forte-1": (0.0002666666666666667, 0.004949333333333333),
    "forte-enterprise-1": (0.0002666666666666667, 0.004949333333333333),
}
MAX_SHOTS, DEBIASING_FROM, VARIANTS = 1_000_000, 500, 5


class Refused(Exception):
    """A request that is answered with an error and changes nothing."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


@dataclass(frozen=True)
class Circuit:
    """One circuit of a job."""

    gates: list[dict[str, Any]]
    gateset: str
    qubits: int
    name: str | None = None


@dataclass
class Job:
    """A job; whatever a test sets here is what the service says of it from then on.

    `status` goes by time, from acceptance on, until something is assigned to it. `changes` are laid over the job's document,
    and a value of `...` takes a field out of it. `histogram` and `sharpened`, if set, are the probabilities that results show.
    """

    id: str
    number: int  # from 1, in order of acceptance
    body: dict[str, Any]
    version: str
    backend: str
    shots: int
    circuits: tuple[Circuit, ...]
    run_s: float
    parent_id: str | None = None
    children: list[Job] = field(default_factory=list)
    is_batch: bool = False
    name: str | None = None
    metadata: dict[str, str] | None = None
    session_id: str | None = None
    failure: dict[str, str] | None = None  # code and message
    warnings: list[str] = field(default_factory=list)
    histogram: dict[str, float] | None = None
    sharpened: dict[str, float] | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    seen: bool = False  # by a GET
    accepted_s: float = field(default_factory=time.monotonic)
    accepted_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _pinned: str | None = None
    _exact: np.ndarray | None = None

    @property
    def status(self) -> str:
        """submitted, ready, started, completed, failed or canceled."""
        if self._pinned:
            return self._pinned
        end = "failed" if self.failure else "completed"
        if self.run_s == 0:
            return end if self.seen else "submitted"
        done = (time.monotonic() - self.accepted_s) / self.run_s
        return "submitted" if done < 0.25 else "ready" if done < 0.5 else "started" if done < 1 else end

    @status.setter
    def status(self, status: str | None) -> None:
        self._pinned = status

    @property
    def is_dry(self) -> bool:
        return self.body.get("dry_run") is True

    @property
    def noise(self) -> dict[str, Any] | None:
        return self.body.get("noise") if self.backend == "simulator" else None

    @property
    def is_sampled(self) -> bool:
        """Whether results are frequencies: of a machine, or of a noisy simulator."""
        return self.backend != "simulator" or (self.noise or {}).get("model", "ideal") != "ideal"

    @property
    def is_debiased(self) -> bool:
        """Machines debias unless they are told not to, from 500 shots on."""
        return self.backend != "simulator" and self.shots >= DEBIASING_FROM and debiasing(self.body) is not False

    def time_of(self, part: float) -> datetime:
        """When that part of the job's life was over."""
        return self.accepted_at + timedelta(seconds=part * self.run_s if math.isfinite(self.run_s) else 0)

    def exact(self) -> np.ndarray:
        """The probabilities of all outcomes, noise included."""
        if self._exact is None:
            circuit = self.circuits[0]
            ideal, strength = distribution(circuit.gates, circuit.gateset, circuit.qubits), noise_strength(self)
            self._exact = (1 - strength) * ideal + strength / len(ideal)
        return self._exact

    def variant_shots(self) -> list[np.ndarray]:
        """The outcome of each shot, in order, variant by variant; one variant if nothing is debiased."""
        variants = VARIANTS if self.is_debiased else 1
        each = [self.shots // variants + (variant < self.shots % variants) for variant in range(variants)]
        asked = (self.noise or {}).get("seed")
        seed = int(asked) if asked is not None else self.number
        return [sample(self.exact(), shots, (seed, variant)) for variant, shots in enumerate(each)]

    def all_shots(self) -> list[int]:
        """The outcome of each shot, in order."""
        return [int(outcome) for outcome in np.concatenate(self.variant_shots())]

    def probabilities(self, sharpen: bool = False) -> dict[str, float]:
        """The outcomes that occur, in ascending order, and how often."""
        if sharpen and self.sharpened is not None:
            return self.sharpened
        if self.histogram is not None:
            return self.histogram
        if not self.is_sampled:
            exact = self.exact()
            return {str(outcome): float(exact[outcome]) for outcome in np.flatnonzero(exact)}
        return frequencies(voted(self.variant_shots()) if sharpen and self.is_debiased else self.all_shots())


def frequencies(outcomes: Sequence[int]) -> dict[str, float]:
    """How often each outcome occurs among the shots."""
    return {str(outcome): count / len(outcomes) for outcome, count in sorted(Counter(outcomes).items())}


def voted(variants: Sequence[np.ndarray]) -> list[int]:
    """For each shot the outcome that most variants saw; the smallest of those equally frequent."""
    rows = zip(*(shots.tolist() for shots in variants), strict=False)  # the first ones may have a shot more
    return [min(Counter(row).items(), key=lambda item: (-item[1], item[0]))[0] for row in rows]


def noise_strength(job: Job) -> float:
    """The weight of the uniform distribution: that some gate has depolarised everything."""
    one, two = NOISE[(job.noise or {}).get("model") or "ideal"]
    counts = gate_counts(job.circuits[0].gates)
    return 1 - (1 - one) ** counts["1q"] * (1 - two) ** counts["2q"]


def debiasing(body: Mapping[str, Any]) -> bool | None:
    """Whether the body asks for debiasing, in either version's words; None: it does not say."""
    asked = ((body.get("settings") or {}).get("error_mitigation") or {}).get("debiasing")
    return asked if asked is not None else (body.get("error_mitigation") or {}).get("debias")


def ended(job: Job) -> bool:
    """Whether nothing more happens to the job."""
    return job.status in {"completed", "failed", "canceled"}


def jobs_of(body: object, version: str, run_s: float, identities: Iterator[tuple[int, str]]) -> list[Job]:
    """The job of a submitted body, and after it those of its circuits if they are several.

    Args:
        body: The parsed JSON.
        version: `v0.4` or `v0.3`.
        run_s: How long the jobs take.
        identities: Numbers and ids for new jobs.

    Raises:
        Refused: 400, the body does not say what the API requires.
    """
    _require(isinstance(body, dict), "the body is not a JSON object")
    assert isinstance(body, dict)
    for name in ("noise", "settings", "error_mitigation", "metadata"):
        _require(body.get(name) is None or isinstance(body[name], dict), f"{name}: an object")
    backend, given = _backend(body, version), _input(body, version)
    circuits = tuple(_circuits(given))
    is_batch = "circuits" in given
    metadata = body.get("metadata")
    _require(all(isinstance(value, str) for value in (metadata or {}).values()), "metadata: texts only")
    _require(body.get("name") is None or isinstance(body["name"], str), "name: a text")
    _require((body.get("noise") or {}).get("model", "ideal") in NOISE, "noise.model: not a model")
    made = {
        "body": body, "version": version, "backend": backend, "shots": _shots(body.get("shots")), "run_s": run_s,
        "session_id": body.get("session_id"),
    }  # fmt: skip

    def job(circuits: tuple[Circuit, ...], **more: Any) -> Job:
        number, identity = next(identities)
        copied = dict(metadata) if metadata is not None else None
        return Job(**{**made, "id": identity, "number": number, "circuits": circuits, "metadata": copied, **more})

    parent = job(circuits, is_batch=is_batch, name=body.get("name"))
    if is_batch:
        parent.children = [job((circuit,), parent_id=parent.id, name=circuit.name) for circuit in circuits]
    _preflight(parent)
    return [parent, *parent.children]


def _preflight(parent: Job) -> None:
    """Fail what cannot be run; of several circuits none runs if one cannot."""
    for job in parent.children or [parent]:
        circuit = job.circuits[0]
        room, entangling, _ = BACKENDS[job.backend]
        try:
            if circuit.qubits > room:
                raise BadCircuit("NotEnoughQubits", f"{circuit.qubits} qubits: {job.backend} has {room}")
            if debiasing(job.body) and job.backend != "simulator" and job.shots < DEBIASING_FROM:
                raise BadCircuit("DebiasingError", f"debiasing needs at least {DEBIASING_FROM} shots")
            check_circuit(circuit.gates, circuit.gateset, circuit.qubits, entangling)
        except BadCircuit as bad:
            job.failure = parent.failure = {"code": bad.code, "message": bad.message}
    if parent.failure:
        for child in parent.children:
            if not child.failure:
                child.status = "canceled"


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise Refused(400, message)


def _backend(body: Mapping[str, Any], version: str) -> str:
    asked = body.get("backend") if version == "v0.4" else body.get("target", "simulator")
    _require(isinstance(asked, str), f"{'backend' if version == 'v0.4' else 'target'}: required, a text")
    backend = "qpu.aria-1" if asked == "qpu" else str(asked)  # the old name of whatever machine there is
    _require(backend in BACKENDS, f"{asked!r} is not a backend")
    return backend


def _input(body: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    given = body.get("input") if version == "v0.4" else body.get("input", body.get("body"))
    if not isinstance(given, dict):
        raise Refused(400, "input: required, an object")
    one, many = isinstance(given.get("circuit"), list), isinstance(given.get("circuits"), list)
    _require(one != many, "input: either circuit or circuits, a list")
    if version == "v0.4":
        _require(body.get("type") in TYPES, f"type: one of {', '.join(TYPES)}")
        _require(many == (body["type"] == "ionq.multi-circuit.v1"), f"type: {body['type']} does not fit its input")
    return given


def _circuits(given: Mapping[str, Any]) -> Iterator[Circuit]:
    _require(given.get("circuits") != [], "input.circuits: at least one")
    for one in given.get("circuits", [given]):
        _require(isinstance(one, dict) and isinstance(one.get("circuit"), list), "input.circuits: objects with a circuit")
        gates = one["circuit"]
        _require(all(isinstance(gate, dict) and isinstance(gate.get("gate"), str) for gate in gates), "circuit: objects with a gate")
        gateset = one.get("gateset") or given.get("gateset") or "qis"
        _require(gateset in {"qis", "native"}, "gateset: qis or native")
        try:
            least = qubit_count(gates)
        except BadCircuit as bad:
            raise Refused(400, bad.message) from bad
        qubits = next((value for value in (one.get("qubits"), given.get("qubits")) if value is not None), least)
        whole = isinstance(qubits, int | float) and not isinstance(qubits, bool) and qubits >= 1 and qubits == int(qubits)
        _require(whole, "qubits: a whole number, at least 1")
        yield Circuit(gates, gateset, int(qubits), one.get("name") if "circuits" in given else None)


def _shots(asked: object) -> int:
    """One known client sends texts, "None" among them."""
    if asked is None or asked == "None":
        return 100
    try:
        shots = int(asked) if isinstance(asked, str) or (isinstance(asked, int | float) and not isinstance(asked, bool)) else 0
    except ValueError:
        shots = 0
    _require(1 <= shots <= MAX_SHOTS, f"shots: a whole number from 1 to {MAX_SHOTS}")
    return shots

"""A job on IonQ's service: where it stands, what it gave, what it cost.

A job knows everything from the service's document alone, so that one that was looked up in a new process, or that another client made,
is as good as the one that `create_job` returned.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from numbers import Integral
from typing import Any

from ionq_runner.ionq.arguments import checked_settings
from ionq_runner.ionq.checks import MAX_QUBITS, check_seconds, checked_switch
from ionq_runner.ionq.deadlines import within
from ionq_runner.ionq.endpoints import Endpoints
from ionq_runner.ionq.errors import (
    InvalidArgument,
    IonQException,
    IonQNotFoundException,
    IonQResponseException,
    IonQTimeoutException,
    IonQUnsuccessfulJobException,
)
from ionq_runner.ionq.machines import JobCost, read_cost
from ionq_runner.ionq.measurement_map import measurements_of, qubit_numbers_of
from ionq_runner.ionq.reading import Reading, Result, most_shots_of, read_variant, reading_of, shots_of
from ionq_runner.ionq.results import QPUResult, ShotResult, Variant
from ionq_runner.ionq.standing import TERMINAL_STATES, UNSUCCESSFUL_STATES, Standing
from ionq_runner.ionq.wire.documents import JobDocument
from ionq_runner.ionq.wire.submissions import TOKEN_KEY, Submission

__all__ = ["Job", "Result"]

SHORTEST_POLL_S = 0.01
LAST_LOOK_S = 1.0  # what a call may take beyond `timeout_seconds`, to read what has come at the last moment
FIRST_POLL_S = 0.1  # the wait between two looks grows from here to `polling_seconds`


class Job:
    """A job that the service knows. Made by a `Service`, not by hand.

    Args:
        client: How to ask the service.
        job_dict: What the service last said of the job.
        several: Whether it holds several circuits, where the document does not say yet.
        circuit_number: Which circuit of its parent it is, where that is known.
        sent: What was submitted, where this process has done it just now.
        whole: Whether `job_dict` is the job's own document, and not an answer or an entry of a list, which may say less.
        sent_metadata: The metadata that were sent, where that is known and `sent` is not: of the circuit of a job of several.
    """

    TERMINAL_STATES = TERMINAL_STATES
    NON_TERMINAL_STATES = ("ready", "submitted", "running", "started")
    ALL_STATES = TERMINAL_STATES + NON_TERMINAL_STATES
    UNSUCCESSFUL_STATES = UNSUCCESSFUL_STATES

    def __init__(
        self,
        client: Endpoints,
        job_dict: Mapping[str, Any],
        several: bool = False,
        *,
        circuit_number: int | None = None,
        sent: Submission | None = None,
        whole: bool = False,
        sent_metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._client, self._circuit_number = client, circuit_number
        self._standing = Standing(client, job_dict, several=several, sent=sent, whole=whole, sent_metadata=sent_metadata)

    def _known(self, *, own: bool = False) -> JobDocument:
        """What the service says now of a job that has not gone wrong; `own` as of `Standing.whole`. Raises IonQUnsuccessfulJobException."""
        found = self._standing.refreshed()
        if found.status in TERMINAL_STATES:
            found = self._standing.told(own=own)
        if found.status in UNSUCCESSFUL_STATES:
            raise IonQUnsuccessfulJobException(found.id, found.status, found.reason)
        return found

    def job_id(self) -> str:
        """The service's name of the job."""
        return self._standing.read.id

    def status(self) -> str:
        """Where the job stands, in the service's words; asks the service unless that cannot change any more."""
        return self._standing.refreshed().status

    def target(self) -> str:
        """The machine or simulator. Raises IonQUnsuccessfulJobException."""
        return self._known().target or ""

    def name(self) -> str | None:
        """The name that the job was given. Raises IonQUnsuccessfulJobException."""
        return self._known().name

    def metadata(self) -> dict[str, str]:
        """All metadata of the job: what was given, and what this client added to read the results."""
        return dict(self._standing.told().metadata)

    def token(self) -> str | None:
        """What `service.find_job` finds the job by; None for a job of another client."""
        sent = self._standing.sent_metadata
        return (self._standing.told().metadata if sent is None else sent).get(TOKEN_KEY)

    def num_qubits(self, circuit_index: int | None = None) -> int:
        """How many qubits the circuit has; of several circuits, that with an index, else the largest.

        Raises:
            InvalidArgument: There is no such circuit.
            IonQUnsuccessfulJobException: The job was canceled, deleted, or failed.
            IonQResponseException: The service does not say.
        """
        found = self._known()
        return self._qubits(found, self._which(found, circuit_index))

    def _which(self, found: JobDocument, circuit_index: int | None) -> int | None:
        """The place of a circuit among those of the job, or its parent's. None where there is no other, or where none was chosen.

        Raises InvalidArgument where the job has no such circuit.
        """
        circuits = len(found.children) or len(qubit_numbers_of(self._standing.map_metadata)) if found.several else 1
        if circuit_index is not None:
            whole = isinstance(circuit_index, Integral) and not isinstance(circuit_index, bool)
            if not whole or not 0 <= circuit_index < (circuits or math.inf):  # nobody may have said how many there are
                number = f"{circuits or 'several'} circuit{'s' if circuits != 1 else ''}"
                raise InvalidArgument(f"job {found.id} holds {number}, and `circuit_index` counts from 0; it cannot be {circuit_index!r}")
        if found.several:
            return None if circuit_index is None else int(circuit_index)
        return self._place(found)

    def _qubits(self, found: JobDocument, place: int | None) -> int:
        numbers = qubit_numbers_of(self._standing.map_metadata)
        if place is not None and place < len(numbers):
            return numbers[place]
        if place is not None and place < len(found.children):
            child = self._client.read(self._client.job(found.children[place]))
            if child.qubits is not None:
                return child.qubits
        if found.qubits is None and place is None and numbers:
            return max(numbers)
        if found.qubits is None:
            found = self._standing.patient(self._standing.whole)
        if found.qubits is None or not 1 <= found.qubits <= MAX_QUBITS:
            raise IonQResponseException(f"the service does not say how many qubits job {found.id} has")
        return found.qubits

    def repetitions(self) -> int:
        """How often each circuit is run.

        Raises:
            IonQUnsuccessfulJobException: The job was canceled, deleted, or failed.
            IonQResponseException: The service does not say.
        """
        return shots_of(self._known())

    def measurement_dict(self, circuit_index: int = 0) -> dict[str, Sequence[int]]:
        """Each measurement key of a circuit with the qubits that it names; empty for jobs of other clients.

        Raises:
            InvalidArgument: There is no such circuit.
        """
        found = self._standing.told() if self._standing.sent_metadata is None else self._standing.read
        measured = measurements_of(self._standing.map_metadata, self._which(found, circuit_index) or 0)
        return {key: list(targets) for key, targets in measured.items()}

    def wait(self, timeout_seconds: float = 7200, polling_seconds: float = 1, *, pause: Callable[[float], None] = time.sleep) -> str:
        """Wait until the job has ended, and return its state.

        The first looks come sooner than every `polling_seconds`; `pause` sleeps between two of them. A look that the service does not
        answer is repeated within the time, and ends at most `LAST_LOOK_S` after it.

        Raises:
            IonQTimeoutException: It has not ended in time; it goes on.
        """
        check_seconds("timeout_seconds", timeout_seconds)
        check_seconds("polling_seconds", polling_seconds)
        with within(timeout_seconds + LAST_LOOK_S):
            return self._ended(timeout_seconds, polling_seconds, pause)

    def _ended(self, timeout_seconds: float, polling_seconds: float, pause: Callable[[float], None]) -> str:
        longest_s = max(float(polling_seconds), SHORTEST_POLL_S)
        started, pause_s = time.monotonic(), min(FIRST_POLL_S, longest_s)
        while (status := self.status()) not in self.TERMINAL_STATES:
            left_s = timeout_seconds - (time.monotonic() - started)
            if left_s <= 0:
                raise IonQTimeoutException(f"job {self.job_id()} is still {status} after {timeout_seconds} seconds; it goes on")
            pause(min(pause_s, left_s))
            pause_s = min(2 * pause_s, longest_s)
        return status

    def results(
        self,
        timeout_seconds: float = 7200,
        polling_seconds: float = 1,
        sharpen: bool | None = None,
        extra_query_params: Mapping[str, Any] | None = None,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> Result | list[Result]:
        """Wait for the job and return its result; of a job of several circuits, a list with one for each.

        Args:
            timeout_seconds: How long to wait for the job. The whole call, its requests and their repetitions included, ends at most
                `LAST_LOOK_S` (1 s) later, which is for what came at the last moment: with 0, a job that has ended is read.
            polling_seconds: The longest pause between two looks.
            sharpen: How the variants of a debiased job are put together: by plurality vote, or (False, None) by their average.
            extra_query_params: Put into the query as they are.
            pause: Sleeps between two looks.

        Raises:
            InvalidArgument: That is no time, no switch or no dictionary.
            IonQUnsuccessfulJobException: The job, or one of its circuits, failed, was canceled or deleted; also a RuntimeError.
            IonQTimeoutException: It has not ended, or the service has not answered, in time; also a TimeoutError.
            IonQException: The results could not be had.
        """
        check_seconds("timeout_seconds", timeout_seconds)
        query = {} if sharpen is None else {"sharpen": "true" if checked_switch("sharpen", sharpen) else "false"}
        query |= checked_settings("extra_query_params", extra_query_params)
        with within(timeout_seconds + LAST_LOOK_S):
            try:
                self.wait(timeout_seconds, polling_seconds, pause=pause)
            except IonQTimeoutException:
                self._warn()
                raise
            self._standing.patient(self._standing.whole, pause, anew=True)
            self._warn()
            return self._fetched(query, pause)

    def _warn(self) -> None:
        """Say what the service warns of, to the caller of `results`."""
        for warning in self._standing.read.warnings:
            warnings.warn(warning, stacklevel=3)

    def _fetched(self, query: Mapping[str, Any], pause: Callable[[float], None]) -> Result | list[Result]:
        """The results of a job that has ended."""
        found = self._known()
        if found.dry_run:
            raise IonQException(f"job {found.id} was a dry run, which has no results; `compiled()` and `cost()` say what it has")
        answer = self._standing.patient(partial(self._client.results, found, query), pause, anew=True)
        nested = any(isinstance(value, Mapping) for value in answer.values())
        if not found.several and not nested:
            return self._result(found, answer, self._place(found))
        children = found.children or self._standing.whole(own=True).children
        order = children if children or len(answer) > 1 else tuple(answer)
        if set(order) != set(answer):
            self._standing.check_children(order, answer)
            raise IonQResponseException(f"the results of job {found.id} are not those of its circuits")
        return [self._result(found, answer[child], place) for place, child in enumerate(order)]

    def _place(self, found: JobDocument) -> int | None:
        """Of the job of one circuit among several, which of them it is: its metadata are those of all. None for a job of its own.

        API v0.3 does not tell a child whose it is; asked for by itself, such a job is read as one of another client.
        """
        if self._circuit_number is None and not found.several:
            siblings = self._client.read(self._client.job(found.parent)).children if found.parent else ()
            if found.id in siblings:
                self._circuit_number = siblings.index(found.id)
            elif (circuits := len(qubit_numbers_of(self._standing.map_metadata))) > 1:
                self._circuit_number = circuits  # none of them
        return self._circuit_number

    def _result(self, found: JobDocument, histogram: object, place: int | None) -> Result:
        return self._reading(found, place).result(histogram, shots_of(found), found.target or "")

    def _reading(self, found: JobDocument, place: int | None) -> Reading:
        """How the results of one circuit are read. A single job's metadata count as those of circuit 0."""
        metadata = self._standing.map_metadata
        ours = self._standing.sent_metadata is not None or TOKEN_KEY in metadata
        try:
            qubits = self._qubits(found, place)
        except IonQResponseException:  # what it measures may do
            if not ours or not measurements_of(metadata, place or 0):
                raise
            qubits = 0
        return reading_of(metadata, place or 0, qubits, found.qubits, sure=ours)

    def shots(self, circuit_index: int | None = None) -> ShotResult:
        """The outcome of every repetition in the order of time, where the service keeps them (API v0.4, machines and noisy simulation).

        A machine may have discarded some: `repetitions()` of the result says how many there are, `Job.repetitions()` how many were asked
        for.

        Raises:
            InvalidArgument: A job of several circuits needs an index, or there is no such circuit.
            IonQException: The service does not have them.
        """
        found, identity, place = self._circuit(circuit_index)
        return self._reading(found, place).shots(self._kept(found, "shots", job=identity), most_shots_of(found))

    def histogram(self, circuit_index: int | None = None) -> QPUResult:
        """The counts as the service gives them (API v0.4); as with `shots`, there may be fewer than were asked for.

        Raises:
            InvalidArgument: A job of several circuits needs an index, or there is no such circuit.
            IonQException: The service does not have them.
        """
        found, identity, place = self._circuit(circuit_index)
        return self._reading(found, place).counts(self._kept(found, "histogram", job=identity), most_shots_of(found))

    def _kept(self, found: JobDocument, name: str, **fill: str) -> Any:
        """What the service keeps beside probabilities. Asked for again for a while, except where there is none: of an ideal simulation."""
        ask = partial(self._client.get, name, None, **fill)
        ideal = found.target == "simulator" and (found.noise or {}).get("model", "ideal") == "ideal"
        return ask() if ideal or found.status != "completed" else self._standing.patient(ask)

    def _circuit(self, index: int | None) -> tuple[JobDocument, str, int | None]:
        """The job, the id under which one of its circuits has results, and the circuit's place."""
        found = self._known()
        place = self._which(found, index)
        if not found.several:
            return found, found.id, place
        if place is None or place >= len(found.children):
            raise InvalidArgument(f"job {found.id} holds {len(found.children)} circuits; `circuit_index` says which")
        return found, found.children[place], place

    def variants(self) -> list[Variant]:
        """The variants of a debiased job, each with its counts where the service gives them (API v0.4)."""
        self._client.path("variant", job=self.job_id(), variant="0", kind="histogram")  # which an older version does not have
        found = self._known(own=True)
        place = self._place(found)
        variants = []
        for document in found.variants:
            one, result = read_variant(document), None
            if one.id and "results" in document:
                with suppress(IonQNotFoundException):
                    answer = self._kept(found, "variant", job=found.id, variant=one.id, kind="histogram")
                    result = self._reading(found, place).counts(answer, most_shots_of(found) if one.shots is None else one.shots)
            variants.append(replace(one, result=result))
        return variants

    def children(self) -> list[Job]:
        """The jobs of the single circuits, in the order of the circuits; empty for a job of one circuit."""
        found = self._standing.patient(self._standing.whole)
        if found.several and not found.children:
            found = self._standing.refreshed()  # they may come later than their parent
        sent = self._standing.sent_metadata
        return [
            Job(self._client, self._client.job(child), circuit_number=number, whole=True, sent_metadata=sent)
            for number, child in enumerate(found.children)
        ]

    def cost(self) -> JobCost:
        """What the job costs."""
        if self._client.version.paths.cost:
            answer = self._client.get("cost", job=self.job_id())
            return read_cost(answer if isinstance(answer, Mapping) else {})
        self._standing.refreshed()
        found = self._standing.told(own=True)
        return JobCost(estimated=found.estimated_cost_usd, cost=found.cost_usd, unit="usd", dry_run=found.dry_run)

    def compiled(self, language: str = "native") -> Any:
        """The circuit as the service compiled it, in native gates or as OpenQASM (`qasm3`) (API v0.4)."""
        found = self._known(own=True)
        for name, artifact in (found.compiled or {}).items():
            if language in name and isinstance(artifact, Mapping) and isinstance(artifact.get("id"), str):
                return self._client.get_any("artifact", job=found.id, id=artifact["id"])
        return self._client.get_any("compiled", job=found.id, language=language)

    def cancel(self) -> None:
        """Ask the service to cancel the job. One that has ended stays as it is, its results included."""
        if self.status() in self.TERMINAL_STATES:
            return
        self._standing.canceled(self._client.cancel(self.job_id()))

    def delete(self) -> None:
        """Delete the job and its results from the service."""
        self._standing.keep(self._client.delete(self.job_id()))

    @property
    def _job(self) -> dict[str, Any]:
        """What cirq_ionq calls so, which there are notebooks that read."""
        return self._standing.document

    def to_dict(self) -> dict[str, Any]:
        """What the service last said of the job, word for word."""
        return dict(self._standing.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and other.job_id() == self.job_id()

    def __hash__(self) -> int:
        return hash(self.job_id())

    def __str__(self) -> str:
        return f"ionq_runner.ionq.Job(job_id={self.job_id()})"

    __repr__ = __str__

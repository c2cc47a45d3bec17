"""IonQ's service for Cirq users: run circuits, look up jobs, know the machines.

service = ionq_runner.ionq.Service(api_key="...")
result = service.run(circuit, repetitions=100, target="simulator")
print(result.histogram(key="m"))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import cirq

from ionq_runner.ionq.account import Account
from ionq_runner.ionq.arguments import (
    check_text,
    checked_circuits,
    checked_name,
    checked_resolver,
    checked_seed,
    checked_settings,
    resolved,
)
from ionq_runner.ionq.calibration import Calibration
from ionq_runner.ionq.checks import check_results, check_seconds, checked_limit, checked_repetitions
from ionq_runner.ionq.client import Client
from ionq_runner.ionq.endpoints import PAGE_SIZE, Endpoints
from ionq_runner.ionq.errors import InvalidArgument, IonQNotFoundException
from ionq_runner.ionq.hosts import base_url
from ionq_runner.ionq.job import Job
from ionq_runner.ionq.keys import ApiKey, find_key
from ionq_runner.ionq.lookup import find_job
from ionq_runner.ionq.machines import Backend, read_backend
from ionq_runner.ionq.sampler import Sampler, as_cirq_result
from ionq_runner.ionq.serializer import SerializedProgram, Serializer
from ionq_runner.ionq.together import Pause
from ionq_runner.ionq.wire.submissions import TOKEN_KEY, Submission, new_token
from ionq_runner.ionq.wire.v0_3 import V0_3
from ionq_runner.ionq.wire.v0_4 import V0_4

__all__ = ["Service"]

VERSIONS = {version.name: version for version in (V0_3, V0_4)}
Settings = Mapping[str, Any]


class Service(Account):
    """IonQ's service.

    Args:
        remote_host: Its address; only scheme, host and port count. Without it `CIRQ_IONQ_REMOTE_HOST`, `IONQ_REMOTE_HOST`, then IonQ's own.
        api_key: The key. Without it `CIRQ_IONQ_API_KEY`, `IONQ_API_KEY`, the file that `IONQ_API_KEY_FILE` names, then the keyring.
        default_target: Where circuits run that say nothing else: `simulator` or a machine, such as `qpu.forte-1`.
        api_version: `v0.4` or `v0.3`.
        max_retry_seconds: For how long a request that may be repeated is repeated, measured from the first.
        job_settings: Settings of every job, as the API's `settings`.
        verbose: Whether waits are told on standard error.
        allow_http: Whether the key may be sent to another computer without encryption.

    Raises:
        OSError: There is no key.
        InvalidArgument: An argument makes no sense; also an AssertionError, as in cirq_ionq.
    """

    remote_host: str = ""  # until the arguments are known to be good: tools show what was refused, too
    api_version: str = ""
    default_target: str | None = None

    def __init__(
        self,
        remote_host: str | None = None,
        api_key: str | ApiKey | None = None,
        default_target: str | None = None,
        api_version: str = "v0.4",
        max_retry_seconds: float = 3600,
        job_settings: Settings | None = None,
        verbose: bool = False,
        *,
        allow_http: bool = False,
    ) -> None:
        given = [api_key]
        del api_key  # no variable holds the key where something goes wrong
        self.api_key = find_key(given.pop())
        if not isinstance(api_version, str) or api_version not in VERSIONS:
            raise InvalidArgument(f"`api_version` is one of {', '.join(VERSIONS)}, not {api_version!r}")
        if default_target is not None and not _is_target(default_target):
            raise InvalidArgument(f"`default_target` is `simulator`, `qpu` or a machine such as `qpu.forte-1`, not {default_target!r}")
        check_seconds("max_retry_seconds", max_retry_seconds)
        url = base_url(remote_host, api_version, allow_http=allow_http)
        self.remote_host, self.api_version, self.default_target = url, api_version, default_target
        self.job_settings = checked_settings("job_settings", job_settings)
        client = Client(url, self.api_key, max_retry_seconds=max_retry_seconds, verbose=verbose)
        self._endpoints = Endpoints(client, VERSIONS[api_version])

    def run(
        self,
        circuit: cirq.AbstractCircuit,
        repetitions: int,
        name: str | None = None,
        target: str | None = None,
        param_resolver: cirq.ParamResolverOrSimilarType = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        compilation: Settings | None = None,
        error_mitigation: Settings | None = None,
        noise: Settings | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
        sharpen: bool | None = None,
        extra_query_params: Settings | None = None,
    ) -> cirq.Result:
        """Run a circuit, wait for it, and return Cirq's result.

        Args:
            circuit: What to run.
            repetitions: How often, 1 to 1,000,000.
            name: A name for the job.
            target: Where; the default target where this is None.
            param_resolver: Values of the circuit's parameters.
            seed: For repetitions that are drawn here from a simulator's probabilities.
            compilation: Settings of the service's compiler, such as `{"opt": 0, "precision": "1E-3"}`.
            error_mitigation: `{"debias": True}` or `{"debiasing": True}`: the same in both versions of the API.
            noise: `{"model": "aria-1", "seed": 1}` for the simulator.
            metadata: Texts to keep with the job.
            dry_run: For `create_job`: compile and price the circuit without running it. It has no results, so it is refused here.
            sharpen: Put the variants of a debiased job together by plurality vote.
            extra_query_params: More of the job's body, as in cirq_ionq.

        Raises:
            SubmissionUnclearException: The job may have been accepted; `find_job` looks.
            IonQException: The service said no, or the job failed.
            InvalidArgument: The circuit cannot be sent.
        """
        check_results([circuit], dry_run, sharpen, extra_query_params)
        resolver, seed = checked_resolver(param_resolver), checked_seed(seed)
        job = self.create_job(
            resolved(circuit, resolver),
            repetitions, name, target, compilation, error_mitigation, noise, metadata, dry_run, extra_query_params,
        )  # fmt: skip
        return _results_of(job, sharpen, resolver, seed)[0]

    def run_batch(
        self,
        circuits: Sequence[cirq.AbstractCircuit],
        repetitions: int,
        name: str | None = None,
        target: str | None = None,
        param_resolver: cirq.ParamResolverOrSimilarType = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        compilation: Settings | None = None,
        error_mitigation: Settings | None = None,
        noise: Settings | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
        sharpen: bool | None = None,
        extra_query_params: Settings | None = None,
    ) -> list[cirq.Result]:
        """Run several circuits as one job, wait for it, and return Cirq's results in their order. As `run` for the rest."""
        circuits = checked_circuits(circuits)
        check_results(circuits, dry_run, sharpen, extra_query_params)
        resolver, seed = checked_resolver(param_resolver), checked_seed(seed)
        job = self.create_batch_job(
            [resolved(circuit, resolver) for circuit in circuits],
            repetitions, name, target, compilation, error_mitigation, noise, metadata, dry_run, extra_query_params,
        )  # fmt: skip
        return _results_of(job, sharpen, resolver, seed)

    def create_job(
        self,
        circuit: cirq.AbstractCircuit,
        repetitions: int = 100,
        name: str | None = None,
        target: str | None = None,
        compilation: Settings | None = None,
        error_mitigation: Settings | None = None,
        noise: Settings | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
        extra_query_params: Settings | None = None,
    ) -> Job:
        """Send a circuit and return at once. Arguments and exceptions are those of `run`; the circuit has no free parameters."""
        serialized = Serializer().serialize_single_circuit(
            circuit, self.job_settings, compilation, error_mitigation, noise, metadata, dry_run
        )
        return self.submit(serialized, repetitions, name, target, extra_query_params)

    def create_batch_job(
        self,
        circuits: Sequence[cirq.AbstractCircuit],
        repetitions: int = 100,
        name: str | None = None,
        target: str | None = None,
        compilation: Settings | None = None,
        error_mitigation: Settings | None = None,
        noise: Settings | None = None,
        metadata: Mapping[str, str] | None = None,
        dry_run: bool = False,
        extra_query_params: Settings | None = None,
    ) -> Job:
        """Send several circuits as one job, whose `results()` is a list. As `create_job` for the rest."""
        serialized = Serializer().serialize_many_circuits(
            checked_circuits(circuits), self.job_settings, compilation, error_mitigation, noise, metadata, dry_run
        )
        return self.submit(serialized, repetitions, name, target, extra_query_params, several=True)

    def submit(
        self,
        serialized: SerializedProgram,
        repetitions: int,
        name: str | None = None,
        target: str | None = None,
        extra: Settings | None = None,
        *,
        inputs: str | None = None,
        several: bool = False,
        session_id: str | None = None,
        token: str | None = None,
        pause: Pause | None = None,
    ) -> Job:
        """Send what a `Serializer` made.

        Args:
            serialized: The circuit or circuits, and the settings of the job.
            repetitions: How often to run each.
            name: A name for the job.
            target: Where to run it.
            extra: More of the job's body.
            inputs: The JSON text of the circuits, in place of those in `serialized`.
            several: Whether it is a job of several circuits.
            session_id: The session to run in.
            token: What marks the job, so that `find_job` finds it; made here where it is None.
            pause: Sleeps where the service puts the job off; what it raises takes the job back.
        """
        where, shots = self._target(target), checked_repetitions(repetitions)
        if not isinstance(serialized, SerializedProgram):
            raise InvalidArgument(f"`serialized` is what a `Serializer` made, not a `{type(serialized).__name__}`")
        check_text(name=name, inputs=inputs, session_id=session_id, token=token)
        body = serialized.input if inputs is None else inputs
        token = token or new_token(body)
        submission = Submission(
            target=where,
            shots=shots,
            name=name or None,
            metadata={**serialized.metadata, "shots": str(shots), TOKEN_KEY: token},
            noise=serialized.noise,
            error_mitigation=serialized.error_mitigation,
            compilation=serialized.compilation,
            settings=serialized.settings,
            session_id=session_id,
            dry_run=serialized.dry_run,
            extra=checked_settings("extra_query_params", extra),
        )
        answer = self._endpoints.submit(submission, body, several=several, token=token, pause=pause)
        return Job(self._endpoints, answer, several, sent=submission)

    def sampler(
        self,
        target: str | None = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        timeout_seconds: float | None = None,
        **options: int,
    ) -> Sampler:
        """A `cirq.Sampler` that runs its circuits here, many at a time; `options` are the `Sampler`'s own.

        Raises:
            InvalidArgument: There is neither a target nor a default one.
        """
        return Sampler(self, self._target(target), timeout_seconds, seed, **options)

    def _target(self, target: str | None) -> str:
        """Where something runs. Raises InvalidArgument."""
        check_text(target=target)
        if not (where := target or self.default_target):
            raise InvalidArgument("there is no target: give `target`, or a `default_target` to the service")
        return checked_name("target", where)

    def get_job(self, job_id: str) -> Job:
        """A job by its id. Raises IonQNotFoundException."""
        return Job(self._endpoints, self._endpoints.job(job_id), whole=True)

    def list_jobs(
        self, status: str | None = None, limit: int = 100, batch_size: int = PAGE_SIZE, target: str | None = None
    ) -> tuple[Job, ...]:
        """The newest jobs of the key's project, at most `limit`, asked for `batch_size` at a time."""
        check_text(status=status, target=target)
        query = {key: value for key, value in (("status", status), ("target", target)) if value is not None}
        limit, batch_size = checked_limit(limit), checked_limit(batch_size, "batch_size", 1)
        found = self._endpoints.jobs(query, max(1, min(batch_size, limit)))
        return tuple(Job(self._endpoints, document) for _, document in zip(range(limit), found, strict=False))

    def find_job(self, token: str) -> Job | None:
        """The job that a submission with this token made; None where the service lists none.

        A job may be missing from the list for a while after it was accepted, so that None says something only minutes later. Copies
        that somebody made of the job may carry its token too; the one that was submitted first is the one that was sent.

        Raises:
            IonQResponseException: The list, or something in it, could not be read, so that nothing is known. A job whose metadata the
                list leaves out is asked for by itself.
            InvalidArgument: That is no token.
        """
        if not isinstance(token, str) or not token:
            raise InvalidArgument(f"{token!r} is no token; jobs of other clients have none")
        document = find_job(self._endpoints, token)
        return None if document is None else Job(self._endpoints, document)

    def get_current_calibration(self, target: str | None = None) -> Calibration:
        """The newest characterization of a machine: `target`, else the default target, else the first machine that is available.

        Raises:
            IonQNotFoundException: There is none.
        """
        backend = self._machine(target)
        answer = self._endpoints.get("current_characterization", backend=backend)
        listed = answer.get("characterizations") if isinstance(answer, Mapping) else None
        found = (listed[0] if listed else None) if isinstance(listed, list) else answer
        if not isinstance(found, Mapping):
            raise IonQNotFoundException(f"the service has no characterization of {backend}")
        return Calibration({"backend": backend, **found})

    def list_calibrations(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 100,
        batch_size: int = 10,
        target: str | None = None,
    ) -> list[Calibration]:
        """Characterizations of a machine, newest first, between two moments with time zones. `batch_size` is for cirq_ionq's callers."""
        del batch_size
        limit, backend = checked_limit(limit), self._machine(target)
        return [Calibration({"backend": backend, **found}) for found in self._endpoints.characterizations(backend, start, end, limit)]

    characterizations = list_calibrations

    def get_calibration(self, calibration_id: str, target: str | None = None) -> Calibration:
        """A characterization by its id: of a machine, `target`, else the default target, else whichever has it.

        Raises:
            IonQNotFoundException: There is none.
        """
        if "{backend}" not in self._endpoints.version.paths.characterization:  # in API v0.3 the id says it all
            return Calibration(self._endpoints.get("characterization", id=calibration_id))
        machines = [named] if (named := self._named(target)) else [backend.name for backend in self._machines(calibration_id)]
        for backend in machines:
            try:
                return Calibration(self._endpoints.get("characterization", id=calibration_id, backend=backend))
            except IonQNotFoundException:
                if named:
                    raise
        raise IonQNotFoundException(f"no machine has a characterization {calibration_id}")

    def backends(self) -> list[Backend]:
        """All machines, the simulator among them."""
        return [read_backend(document) for document in self._endpoints.backends()]

    def backend(self, name: str) -> Backend:
        """One machine. Raises IonQNotFoundException."""
        return read_backend(self._endpoints.backend(checked_name("target", name)), name)

    def _machine(self, target: str | None) -> str:
        """Which machine a question about calibration means."""
        if named := self._named(target):
            return named
        if not (machines := self._machines()):
            raise IonQNotFoundException("the service lists no machine; name one as `target`")
        return machines[0].name

    def _named(self, target: str | None) -> str | None:
        """The machine that is named, if one is."""
        check_text(target=target)
        return next((name for name in (target, self.default_target) if name and name not in ("qpu", "simulator")), None)

    def _machines(self, calibration_id: str | None = None) -> list[Backend]:
        """All machines: first that whose newest characterization has an id, then those that are available, at last the retired."""
        rank, machines = {"available": 1, "retired": 3}, [backend for backend in self.backends() if backend.name.startswith("qpu.")]
        return sorted(machines, key=lambda one: 0 if one.characterization_id == calibration_id is not None else rank.get(one.status, 2))

    def close(self) -> None:
        """Close the connections that wait for their next use; the service may be used on."""
        self._endpoints.client.close()

    def __repr__(self) -> str:
        target = f", default_target={self.default_target!r}" if self.default_target else ""
        return f"ionq_runner.ionq.Service(remote_host={self.remote_host!r}, api_version={self.api_version!r}{target})"


def _results_of(job: Job, sharpen: bool | None, resolver: cirq.ParamResolver, seed: cirq.RANDOM_STATE_OR_SEED_LIKE) -> list[cirq.Result]:
    """Cirq's results of a job; whatever goes wrong from here on names it."""
    try:
        found = job.results(sharpen=sharpen)
        return [as_cirq_result(result, resolver, seed) for result in (found if isinstance(found, list) else [found])]
    except BaseException as error:
        error.add_note(f"the job was accepted: service.get_job({job.job_id()!r})")
        raise


def _is_target(name: object) -> bool:
    return isinstance(name, str) and (name in ("simulator", "qpu") or name.startswith("qpu."))

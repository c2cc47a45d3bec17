"""A `cirq.Sampler` over the service: all points of a sweep are sent before the first is waited for, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

import cirq

from ionq_runner.ionq.errors import InvalidArgument, IonQException
from ionq_runner.ionq.job import Job, Result
from ionq_runner.ionq.results import QPUResult
from ionq_runner.ionq.serializer import Serializer
from ionq_runner.ionq.sweeps import serialize_sweep

if TYPE_CHECKING:
    from ionq_runner.ionq.service import Service

__all__ = ["Sampler"]

MAX_IN_FLIGHT = 16
_Task = tuple[cirq.AbstractCircuit, cirq.Sweepable, int]  # circuit, parameters, repetitions
_T = TypeVar("_T")


class Sampler(cirq.Sampler):
    """Runs circuits on IonQ's service. Usually made by `service.sampler()`.

    Args:
        service: The service.
        target: The simulator or machine; None for the service's default target.
        timeout_seconds: How long to wait for each job; as long as `Job.results` does where this is None.
        seed: For repetitions that are drawn here from a simulator's probabilities.
        max_in_flight: How many requests are under way at once.
    """

    def __init__(
        self,
        service: Service,
        target: str | None,
        timeout_seconds: float | None = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        *,
        max_in_flight: int = MAX_IN_FLIGHT,
    ) -> None:
        if max_in_flight < 1:
            raise InvalidArgument(f"`max_in_flight` is at least 1, not {max_in_flight!r}")
        self._service, self._target, self._seed = service, target, seed
        self._timeout_seconds, self._max_in_flight = timeout_seconds, max_in_flight

    def run_sweep(self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1) -> Sequence[cirq.Result]:
        """Run a circuit at every point of a sweep: a job for each, all sent before the first is waited for.

        Args:
            program: The circuit.
            params: The sweep.
            repetitions: How often to run each point.

        Returns:
            A result for each point, in the order of the sweep.

        Raises:
            SubmissionUnclearException: A job may have been accepted. No more are sent; the notes of the exception name those that were.
            IonQException: As `Service.run`, with the same notes.
        """
        return self._run([(program, params, repetitions)])[0]

    def run_batch(
        self,
        programs: Sequence[cirq.AbstractCircuit],
        params_list: Sequence[cirq.Sweepable] | None = None,
        repetitions: int | Sequence[int] = 1,
    ) -> Sequence[Sequence[cirq.Result]]:
        """Run several circuits, each with a sweep of its own, all at once. As `run_sweep` for the rest."""
        sweeps = [None] * len(programs) if params_list is None else list(params_list)
        shots = [repetitions] * len(programs) if isinstance(repetitions, int) else list(repetitions)
        if not len(programs) == len(sweeps) == len(shots):
            raise InvalidArgument(f"{len(programs)} programs, {len(sweeps)} parameters and {len(shots)} repetitions do not fit each other")
        return self._run(list(zip(programs, sweeps, shots, strict=True)))

    async def run_sweep_async(self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1) -> Sequence[cirq.Result]:
        """As `run_sweep`; under asyncio it waits in a thread, so that the loop goes on."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # some other loop, such as duet's
            return self.run_sweep(program, params, repetitions)
        return await asyncio.to_thread(self.run_sweep, program, params, repetitions)

    def _run(self, tasks: Sequence[_Task]) -> list[list[cirq.Result]]:
        """Send everything, then fetch everything; repetitions are drawn in the order of the points, as a shared seed wants it."""
        points: list[list[cirq.ParamResolver]] = []
        submissions: list[Callable[[], Job]] = []
        for program, params, repetitions in tasks:
            points.append(list(cirq.to_resolvers(params)))
            submissions += self._submissions(program, points[-1], repetitions)
        with ThreadPoolExecutor(min(self._max_in_flight, max(1, len(submissions))), thread_name_prefix="ionq-sampler") as pool:
            jobs = _all_of(pool, submissions, ())
            results = iter(_all_of(pool, [self._fetching(job) for job in jobs], jobs))
        return [[self._as_cirq_result(next(results), resolver) for resolver in resolvers] for resolvers in points]

    def _submissions(
        self, program: cirq.AbstractCircuit, resolvers: Sequence[cirq.ParamResolver], repetitions: int
    ) -> list[Callable[[], Job]]:
        """What sends each point."""
        if not resolvers:
            return []
        sweep = serialize_sweep(program, resolvers, Serializer())
        first = Serializer().serialize_single_circuit(
            cirq.resolve_parameters(program, resolvers[0]), job_settings=self._service.job_settings
        )
        return [
            lambda inputs=inputs: self._service.submit(first, repetitions, target=self._target, inputs=inputs)  # type: ignore[misc]
            for inputs in sweep.inputs
        ]

    def _fetching(self, job: Job) -> Callable[[], Result]:
        def fetch() -> Result:
            found = job.results() if self._timeout_seconds is None else job.results(timeout_seconds=self._timeout_seconds)
            return found[0] if isinstance(found, list) else found

        return fetch

    def _as_cirq_result(self, result: Result, params: cirq.ParamResolver) -> cirq.Result:
        return result.to_cirq_result(params) if isinstance(result, QPUResult) else result.to_cirq_result(params, seed=self._seed)


def _all_of(pool: ThreadPoolExecutor, calls: Iterable[Callable[[], _T]], jobs: Sequence[Job]) -> list[_T]:
    """The results of some calls, in their order. After the first that fails no other begins, and what was accepted is named."""
    futures: list[Future[_T]] = [pool.submit(call) for call in calls]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
        failed = next((future for future in futures if future.done() and not future.cancelled() and future.exception()), None)
        if failed is None:
            return [future.result() for future in futures]
    except BaseException:
        _stop(futures)
        raise
    _stop(futures)
    error = failed.exception()
    assert error is not None, "it was chosen because it has one"
    accepted = list(jobs)
    for future in futures:
        found: object = None if future.cancelled() or future.exception() else future.result()
        if isinstance(found, Job):
            accepted.append(found)
    if accepted and isinstance(error, IonQException):
        error.add_note(f"{len(accepted)} jobs were accepted: {', '.join(job.job_id() for job in accepted)}")
    raise error


def _stop(futures: Iterable[Future[_T]]) -> None:
    """Begin no more, and wait for what is under way: its answers say what was accepted."""
    futures = list(futures)
    for future in futures:
        future.cancel()
    wait([future for future in futures if not future.cancelled()])

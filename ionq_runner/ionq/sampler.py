"""A `cirq.Sampler` over the service: all points of a sweep are sent before the first is waited for, many at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeVar

import cirq

from ionq_runner.ionq.arguments import checked_seed
from ionq_runner.ionq.checks import check_results, check_seconds, checked_repetitions
from ionq_runner.ionq.errors import InvalidArgument, SubmissionUnclearException
from ionq_runner.ionq.job import Job, Result
from ionq_runner.ionq.measurement_map import batch_metadata, single_metadata
from ionq_runner.ionq.results import QPUResult
from ionq_runner.ionq.serializer import SerializedProgram
from ionq_runner.ionq.sweeps import serialize_sweep
from ionq_runner.ionq.together import Pause, Stopped, Together
from ionq_runner.ionq.wire.submissions import new_token

if TYPE_CHECKING:
    from ionq_runner.ionq.service import Service

__all__ = ["Sampler", "as_cirq_result", "joined_inputs"]

MAX_IN_FLIGHT = 16
PATIENCE_S, INTERRUPTED_S = 75.0, 5.0  # longer than a submission may take; after an interrupt
_Task = tuple[cirq.AbstractCircuit, cirq.Sweepable, int]  # circuit, parameters, repetitions
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Submission:
    """A job to be sent, and what marks it: known before it is sent, and so whatever becomes of it."""

    token: str
    send: Callable[[Pause], Job]


class Sampler(cirq.Sampler):
    """Runs circuits on IonQ's service. Usually made by `service.sampler()`.

    Args:
        service: The service.
        target: The simulator or machine; None for the service's default target.
        timeout_seconds: How long to wait for each job; as long as `Job.results` does where this is None.
        seed: For repetitions that are drawn here from a simulator's probabilities.
        max_in_flight: How many requests are under way at once.
        circuits_per_job: How many points of a sweep go into one job. One point a job is what cirq_ionq does; more of them wait in the
            queue once, and a machine's least price is paid once.
    """

    def __init__(
        self,
        service: Service,
        target: str | None,
        timeout_seconds: float | None = None,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        *,
        max_in_flight: int = MAX_IN_FLIGHT,
        circuits_per_job: int = 1,
    ) -> None:
        for name, number in (("max_in_flight", max_in_flight), ("circuits_per_job", circuits_per_job)):
            if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
                raise InvalidArgument(f"`{name}` is a whole number from 1, not {number!r}")
        if timeout_seconds is not None:
            check_seconds("timeout_seconds", timeout_seconds)
        seed = checked_seed(seed)
        self._service, self._target, self._seed = service, target, seed
        self._timeout_seconds, self._max_in_flight, self._circuits_per_job = timeout_seconds, max_in_flight, circuits_per_job

    def run_sweep(self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1) -> Sequence[cirq.Result]:
        """Run a circuit at every point of a sweep, all jobs sent before the first is waited for.

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
        return self._run(_tasks(programs, params_list, repetitions))

    async def run_sweep_async(self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1) -> Sequence[cirq.Result]:
        """As `run_sweep`; under asyncio it waits in a thread, so that the loop goes on.

        Cancelled, it sends no more, and adds to the CancelledError what was accepted.
        """
        return (await self._run_beside_the_loop([(program, params, repetitions)]))[0]

    async def run_batch_async(
        self,
        programs: Sequence[cirq.AbstractCircuit],
        params_list: Sequence[cirq.Sweepable] | None = None,
        repetitions: int | Sequence[int] = 1,
    ) -> Sequence[Sequence[cirq.Result]]:
        """As `run_batch` and `run_sweep_async`."""
        return await self._run_beside_the_loop(_tasks(programs, params_list, repetitions))

    async def _run_beside_the_loop(self, tasks: Sequence[_Task]) -> list[list[cirq.Result]]:
        """In a thread where asyncio's loop runs; at once in any other, such as duet's, which knows no threads."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._run(tasks)
        unwanted = threading.Event()
        running = loop.run_in_executor(None, partial(self._run, tasks, unwanted))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError as cancelled:
            unwanted.set()
            error = await _ended(running)
            for note in getattr(error, "__notes__", ()):
                cancelled.add_note(note)
            if isinstance(error, SubmissionUnclearException):
                cancelled.add_note(f"a job that may have been accepted; look it up with service.find_job in a while: {error.token}")
            raise

    def _run(self, tasks: Sequence[_Task], unwanted: threading.Event | None = None) -> list[list[cirq.Result]]:
        """Send everything, then fetch everything; repetitions are drawn in the order of the points, as a shared seed wants it."""
        points: list[list[cirq.ParamResolver]] = []
        submissions: list[_Submission] = []
        check_results([program for program, _, _ in tasks])
        for _, _, repetitions in tasks:
            checked_repetitions(repetitions)
        for program, params, repetitions in tasks:
            points.append(_resolvers(params))
            submissions += self._submissions(program, points[-1], repetitions)
        unwanted = unwanted or threading.Event()
        jobs = _all_sent(submissions, Together([submission.send for submission in submissions], self._max_in_flight, unwanted))
        found = _all_read(jobs, Together([partial(self._results, job) for job in jobs], self._max_in_flight, unwanted))
        results = iter([result for results in found for result in results])

        def drawn(resolver: cirq.ParamResolver) -> cirq.Result:
            if unwanted.is_set():
                raise Stopped
            return as_cirq_result(next(results), resolver, self._seed)

        try:
            return [[drawn(resolver) for resolver in resolvers] for resolvers in points]
        except BaseException as error:
            _note_accepted(error, jobs)
            raise

    def _submissions(self, program: cirq.AbstractCircuit, resolvers: Sequence[cirq.ParamResolver], repetitions: int) -> list[_Submission]:
        """What sends the points, one or some at a time."""
        if not resolvers:
            return []
        sweep = serialize_sweep(program, resolvers)
        if self._circuits_per_job == 1:
            alone = self._program(single_metadata(sweep.measured, None))
            return [self._submission(alone, repetitions, text, several=False) for text in sweep.inputs]
        submissions: list[_Submission] = []
        for start in range(0, len(resolvers), self._circuits_per_job):
            texts = sweep.inputs[start : start + self._circuits_per_job]
            several = self._program(batch_metadata([sweep.measured] * len(texts), None))
            submissions.append(self._submission(several, repetitions, joined_inputs(texts), several=True))
        return submissions

    def _submission(self, serialized: SerializedProgram, repetitions: int, inputs: str, *, several: bool) -> _Submission:
        token = new_token(inputs)

        def send(pause: Pause) -> Job:
            return self._service.submit(
                serialized, repetitions, target=self._target, inputs=inputs, several=several, token=token, pause=pause
            )

        return _Submission(token, send)

    def _program(self, metadata: dict[str, str]) -> SerializedProgram:
        """Everything of a job but its circuits."""
        return SerializedProgram(
            input={},
            settings=self._service.job_settings,
            metadata=metadata,
            compilation={},
            error_mitigation={},
            noise={},
            dry_run=False,
        )

    def _results(self, job: Job, pause: Pause) -> list[Result]:
        found = job.results(pause=pause) if self._timeout_seconds is None else job.results(self._timeout_seconds, pause=pause)
        return found if isinstance(found, list) else [found]


def _resolvers(params: cirq.Sweepable) -> list[cirq.ParamResolver]:
    """The points of a sweep. Raises InvalidArgument."""
    try:
        return list(cirq.to_resolvers(params))
    except (TypeError, ValueError):
        raise InvalidArgument(f"the parameters are a sweep, a dictionary of values, or a list of these, not {params!r}") from None


async def _ended(running: asyncio.Future[Any]) -> BaseException | None:
    """What a call that was told to stop ends with; whoever cancels again is made to wait for it, because only it knows what was sent."""
    while not running.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({running})
    return None if running.cancelled() else running.exception()


def _tasks(
    programs: Sequence[cirq.AbstractCircuit], params_list: Sequence[cirq.Sweepable] | None, repetitions: int | Sequence[int]
) -> list[_Task]:
    """What `run_batch` is asked for, circuit by circuit."""
    for name, given in (("programs", programs), ("params_list", params_list)):
        if not isinstance(given, Sequence) and not (given is None and name == "params_list"):
            raise InvalidArgument(f"`{name}` is a list, with an entry for each circuit, not {given!r}")
    sweeps = [None] * len(programs) if params_list is None else list(params_list)
    shots = list(repetitions) if isinstance(repetitions, Sequence) else [repetitions] * len(programs)
    if not len(programs) == len(sweeps) == len(shots):
        raise InvalidArgument(f"{len(programs)} programs, {len(sweeps)} parameters and {len(shots)} repetitions do not fit each other")
    return list(zip(programs, sweeps, shots, strict=True))


def as_cirq_result(result: Result, params: cirq.ParamResolver, seed: cirq.RANDOM_STATE_OR_SEED_LIKE) -> cirq.Result:
    """Cirq's result of one circuit."""
    return result.to_cirq_result(params) if isinstance(result, QPUResult) else result.to_cirq_result(params, seed=seed)


def joined_inputs(texts: Sequence[str]) -> str:
    """The inputs of one job each, as the input of one job of several circuits; all have the same gate set and qubits."""
    at = texts[0].index('"circuit":')
    return texts[0][:at] + '"circuits":[' + ",".join("{" + text[at:] for text in texts) + "]}"


def _all_sent(submissions: Sequence[_Submission], together: Together[Job]) -> list[Job]:
    """The jobs of all submissions. After the first that fails none is sent, and what was accepted, or may have been, is named.

    Those under way are waited for, a while: they say what was accepted.
    """
    try:
        if together.run():
            return [together.results[index] for index in range(len(submissions))]
        left = together.stop(PATIENCE_S)
        error = next((one for one in together.errors if isinstance(one, SubmissionUnclearException)), together.errors[0])
    except BaseException as interrupt:  # whoever sent it does not want to wait long
        error, left = interrupt, together.halt()
        try:
            left = together.stop(INTERRUPTED_S)
        except BaseException as again:  # nor at all
            error = again
    _note_accepted(error, list(together.results.values()))
    tokens = [one.token for one in together.errors if isinstance(one, SubmissionUnclearException) and one is not error]
    tokens += [submissions[index].token for index in left]
    if tokens:
        error.add_note(f"jobs that may have been accepted too; look each up with service.find_job in a while: {', '.join(tokens)}")
    raise error


def _all_read(jobs: Sequence[Job], together: Together[_T]) -> list[_T]:
    """What was asked of all jobs. After the first that fails no other is asked, and all are named."""
    try:
        if together.run():
            return [together.results[index] for index in range(len(jobs))]
        error = together.errors[0]
    except BaseException as interrupt:
        error = interrupt
    together.stop(0.0)
    _note_accepted(error, jobs)
    raise error


def _note_accepted(error: BaseException, jobs: Sequence[Job]) -> None:
    if jobs:
        error.add_note(f"jobs that were accepted, {len(jobs)} in all: {', '.join(job.job_id() for job in jobs)}")

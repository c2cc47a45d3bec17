"""A `cirq.Sampler` over the service: all points of a sweep are sent before the first is waited for, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import cirq

from ionq_runner.ionq.checks import check_results, checked_repetitions
from ionq_runner.ionq.errors import InvalidArgument, SubmissionUnclearException
from ionq_runner.ionq.job import Job, Result
from ionq_runner.ionq.measurement_map import batch_metadata, single_metadata
from ionq_runner.ionq.results import QPUResult
from ionq_runner.ionq.serializer import SerializedProgram
from ionq_runner.ionq.sweeps import serialize_sweep
from ionq_runner.ionq.together import Pause, Together

if TYPE_CHECKING:
    from ionq_runner.ionq.service import Service

__all__ = ["Sampler", "as_cirq_result", "joined_inputs"]

MAX_IN_FLIGHT = 16
PATIENCE_S, INTERRUPTED_S = 75.0, 5.0  # longer than a submission may take; after an interrupt
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
            if number < 1:
                raise InvalidArgument(f"`{name}` is at least 1, not {number!r}")
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
        sweeps = [None] * len(programs) if params_list is None else list(params_list)
        shots = list(repetitions) if isinstance(repetitions, Sequence) else [repetitions] * len(programs)
        if not len(programs) == len(sweeps) == len(shots):
            raise InvalidArgument(f"{len(programs)} programs, {len(sweeps)} parameters and {len(shots)} repetitions do not fit each other")
        return self._run(list(zip(programs, sweeps, shots, strict=True)))

    async def run_sweep_async(self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1) -> Sequence[cirq.Result]:
        """As `run_sweep`; under asyncio it waits in a thread, so that the loop goes on."""
        return await _beside_the_loop(partial(self.run_sweep, program, params, repetitions))

    async def run_batch_async(
        self,
        programs: Sequence[cirq.AbstractCircuit],
        params_list: Sequence[cirq.Sweepable] | None = None,
        repetitions: int | Sequence[int] = 1,
    ) -> Sequence[Sequence[cirq.Result]]:
        """As `run_batch`; under asyncio it waits in a thread, so that the loop goes on."""
        return await _beside_the_loop(partial(self.run_batch, programs, params_list, repetitions))

    def _run(self, tasks: Sequence[_Task]) -> list[list[cirq.Result]]:
        """Send everything, then fetch everything; repetitions are drawn in the order of the points, as a shared seed wants it."""
        points: list[list[cirq.ParamResolver]] = []
        submissions: list[Callable[[Pause], Job]] = []
        check_results([program for program, _, _ in tasks])
        for _, _, repetitions in tasks:
            checked_repetitions(repetitions)
        for program, params, repetitions in tasks:
            points.append(list(cirq.to_resolvers(params)))
            submissions += self._submissions(program, points[-1], repetitions)
        jobs = _all_of(submissions, self._max_in_flight, (), PATIENCE_S)
        found = _all_of([partial(self._results, job) for job in jobs], self._max_in_flight, jobs, 0.0)
        results = iter([result for results in found for result in results])
        try:
            return [[as_cirq_result(next(results), resolver, self._seed) for resolver in resolvers] for resolvers in points]
        except BaseException as error:
            _note_accepted(error, jobs)
            raise

    def _submissions(
        self, program: cirq.AbstractCircuit, resolvers: Sequence[cirq.ParamResolver], repetitions: int
    ) -> list[Callable[[Pause], Job]]:
        """What sends the points, one or some at a time."""
        if not resolvers:
            return []
        sweep = serialize_sweep(program, resolvers)
        if self._circuits_per_job == 1:
            alone = self._program(single_metadata(sweep.measured, None))
            return [partial(self._submit, alone, repetitions, text, False) for text in sweep.inputs]
        submissions: list[Callable[[Pause], Job]] = []
        for start in range(0, len(resolvers), self._circuits_per_job):
            texts = sweep.inputs[start : start + self._circuits_per_job]
            several = self._program(batch_metadata([sweep.measured] * len(texts), None))
            submissions.append(partial(self._submit, several, repetitions, joined_inputs(texts), True))
        return submissions

    def _submit(self, serialized: SerializedProgram, repetitions: int, inputs: str, several: bool, pause: Pause) -> Job:
        return self._service.submit(serialized, repetitions, target=self._target, inputs=inputs, several=several, pause=pause)

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


async def _beside_the_loop(call: Callable[[], _T]) -> _T:
    """In a thread where asyncio's loop runs; at once in any other, such as duet's, which knows no threads."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    return await asyncio.to_thread(call)


def as_cirq_result(result: Result, params: cirq.ParamResolver, seed: cirq.RANDOM_STATE_OR_SEED_LIKE) -> cirq.Result:
    """Cirq's result of one circuit."""
    return result.to_cirq_result(params) if isinstance(result, QPUResult) else result.to_cirq_result(params, seed=seed)


def joined_inputs(texts: Sequence[str]) -> str:
    """The inputs of one job each, as the input of one job of several circuits; all have the same gate set and qubits."""
    at = texts[0].index('"circuit":')
    return texts[0][:at] + '"circuits":[' + ",".join("{" + text[at:] for text in texts) + "]}"


def _all_of(calls: Sequence[Callable[[Pause], _T]], limit: int, jobs: Sequence[Job], patience_s: float) -> list[_T]:
    """The results of some calls, in their order. After the first that fails no other begins, and what was accepted is named.

    Submissions under way are waited for, `patience_s` at most: they say what was accepted.
    """
    together = Together(calls, limit)
    try:
        succeeded = together.run()
    except BaseException as interrupt:  # whoever sent it does not want to wait long
        _note(interrupt, together, jobs, together.stop(min(patience_s, INTERRUPTED_S)))
        raise
    if succeeded:
        return [together.results[index] for index in range(len(calls))]
    left = together.stop(patience_s)
    error = next((one for one in together.errors if isinstance(one, SubmissionUnclearException)), together.errors[0])
    _note(error, together, jobs, left)
    raise error


def _note(error: BaseException, together: Together[_T], jobs: Sequence[Job], left: int) -> None:
    """Add to an error what was accepted, and what may have been."""
    given: list[object] = list(together.results.values())
    accepted = [*jobs, *(found for found in given if isinstance(found, Job))]
    _note_accepted(error, accepted)
    tokens = [one.token for one in together.errors if isinstance(one, SubmissionUnclearException) and one is not error]
    if tokens:
        error.add_note(f"jobs that may have been accepted too; look each up with service.find_job: {', '.join(tokens)}")
    if left and not jobs:
        error.add_note(f"{left} more submissions had no answer yet: service.list_jobs() shows in a while what became of them")


def _note_accepted(error: BaseException, jobs: Sequence[Job]) -> None:
    if jobs:
        error.add_note(f"jobs that were accepted, {len(jobs)} in all: {', '.join(job.job_id() for job in jobs)}")

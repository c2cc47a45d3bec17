"""The sampler: a sweep is sent before it is waited for, many requests at a time, each point once."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import cirq
import duet
import numpy as np
import pytest
import sympy

from ionq_runner.ionq import InvalidArgument, IonQException, Sampler, SubmissionUnclearException

A, B = cirq.LineQubit.range(2)
THETA, PHI = sympy.symbols("theta phi")
SWEPT = cirq.Circuit(cirq.rx(THETA)(A), cirq.rz(PHI)(A), cirq.CNOT(A, B), cirq.measure(A, B, key="m"))
POINTS = cirq.Zip(cirq.Points("theta", [0, np.pi, 0.5, np.pi]), cirq.Points("phi", [0.1, 0.2, 0.3, 0.4]))
VERSIONS = ["v0.3", "v0.4"]


@pytest.fixture(params=VERSIONS)
def own(request, service):
    return service(api_version=request.param, default_target="simulator")


def test_every_point_has_its_result_in_the_order_of_the_sweep(own, cloud):
    results = own.sampler(seed=1).run_sweep(SWEPT, POINTS, repetitions=20)
    assert [result.histogram(key="m") for result in results[:2]] == [{0: 20}, {3: 20}]
    assert [dict(result.params.param_dict) for result in results] == [dict(point.param_dict) for point in cirq.to_resolvers(POINTS)]
    assert all(result.repetitions == 20 for result in results)
    assert len(cloud.submissions) == 4


def test_a_sampler_is_cirqs_in_all_its_ways(own):
    sampler = own.sampler(seed=1)
    assert isinstance(sampler, cirq.Sampler)
    bell = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))
    assert sampler.run(bell, repetitions=5).histogram(key="m") == {1: 5}
    frame = sampler.sample(SWEPT, repetitions=3, params=POINTS)
    assert (list(frame.columns), len(frame)) == (["phi", "theta", "m"], 12)
    found = sampler.run_batch([bell, SWEPT], [None, POINTS], repetitions=[4, 2])
    assert [[result.repetitions for result in sweep] for sweep in found] == [[4], [2, 2, 2, 2]]
    assert sampler.sample_expectation_values(cirq.Circuit(cirq.X(A)), [cirq.Z(A)], num_samples=10) == [[-1.0]]


def test_a_sampler_works_asynchronously(own):
    sampler = own.sampler(seed=1)
    bell = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))

    async def both():
        return await asyncio.gather(
            sampler.run_async(bell, repetitions=3),
            sampler.run_sweep_async(SWEPT, POINTS, repetitions=2),
            sampler.run_batch_async([bell, SWEPT], [None, POINTS], 2),
        )

    one, many, batch = asyncio.run(both())
    assert (one.histogram(key="m"), len(many), [len(sweep) for sweep in batch]) == ({1: 3}, 4, [1, 4])
    assert len(duet.run(sampler.run_batch_async, [bell, bell])) == 2
    assert duet.run(sampler.run_async, bell, repetitions=3).histogram(key="m") == {1: 3}


MANY = cirq.Zip(cirq.Linspace("theta", 0, 1, 30), cirq.Linspace("phi", 0, 1, 30))


def test_a_sweep_that_is_cancelled_sends_no_more_and_names_what_was_accepted(own, cloud):
    cloud.delay_s = 0.2
    sampler = own.sampler("simulator", max_in_flight=1)
    begun = time.monotonic()
    with pytest.raises(TimeoutError) as caught:
        asyncio.run(asyncio.wait_for(sampler.run_sweep_async(SWEPT, MANY), timeout=0.9))
    assert time.monotonic() - begun < 8
    assert 1 <= len(cloud.submissions) < 15
    (note,) = caught.value.__cause__.__notes__
    assert note.startswith(f"jobs that were accepted, {len(cloud.submissions)} in all: ")
    assert all(identity in note for identity in cloud.jobs)


def test_a_sweep_that_is_cancelled_before_it_begins_sends_nothing(own, cloud):
    async def cancelled():
        busy, waiting = threading.Event(), asyncio.get_running_loop()
        waiting.set_default_executor(ThreadPoolExecutor(1))
        waiting.run_in_executor(None, busy.wait, 20)
        sweep = asyncio.create_task(own.sampler("simulator").run_sweep_async(SWEPT, MANY))
        await asyncio.sleep(0.1)
        sweep.cancel()
        await asyncio.sleep(0.1)
        busy.set()
        with pytest.raises(asyncio.CancelledError):
            await sweep

    asyncio.run(cancelled())
    assert cloud.submissions == []


def test_where_one_of_many_sweeps_fails_the_others_send_no_more(own, cloud):
    cloud.delay_s = 0.1
    cloud.faults.add("POST", "/jobs$", "status", status=400)
    sampler = own.sampler("simulator")
    bell = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))

    async def together():
        async with asyncio.TaskGroup() as group:
            for _ in range(40):
                group.create_task(sampler.run_async(bell, repetitions=5))

    with pytest.raises(ExceptionGroup):
        asyncio.run(together())
    assert len(cloud.submissions) < 30, "those whose threads were running, and none of the others"


def test_the_token_of_an_unclear_submission_is_noted_on_a_cancelation(own, cloud):
    cloud.faults.add("POST", "/jobs$", "slow", times=3, seconds=2.0)
    cloud.faults.add("POST", "/jobs$", "lose_reply")

    async def cancelled():
        sweep = asyncio.create_task(own.sampler("simulator", max_in_flight=4).run_sweep_async(SWEPT, POINTS))
        await asyncio.sleep(0.8)
        sweep.cancel()
        await asyncio.sleep(0.1)
        sweep.cancel()  # impatience loses nothing
        await sweep

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancelled())
    told = " ".join(caught.value.__notes__)
    accepted = [body["metadata"]["ionq_runner"] for body in cloud.submissions]
    assert len(accepted) == 4
    identities = {job.metadata["ionq_runner"]: identity for identity, job in cloud.jobs.items()}
    assert all(token in told or identities[token] in told for token in accepted)


def test_a_sweep_that_is_cancelled_while_its_samples_are_drawn_names_its_jobs(own, cloud):
    sampler = own.sampler("simulator", seed=1)

    async def cancelled():
        sweep = asyncio.create_task(sampler.run_sweep_async(SWEPT, MANY, repetitions=1_000_000))
        while len(cloud.requests) < 90:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        sweep.cancel()
        await sweep

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancelled())
    assert caught.value.__notes__[0].startswith("jobs that were accepted, 30 in all: ")


def test_one_that_is_cancelled_while_its_jobs_run_ends_at_once(own, cloud):
    cloud.run_s = 60.0
    begun = time.monotonic()
    with pytest.raises(TimeoutError) as caught:
        asyncio.run(asyncio.wait_for(own.sampler("simulator").run_batch_async([SWEPT], [POINTS]), timeout=1.5))
    assert time.monotonic() - begun < 8
    assert "jobs that were accepted, 4 in all: " in caught.value.__cause__.__notes__[0]


def test_the_same_seed_gives_the_same_samples_whatever_came_first(own, cloud):
    first = own.sampler(seed=5).run_sweep(SWEPT, POINTS, repetitions=30)
    cloud.delay_s = 0.01
    assert own.sampler(seed=5).run_sweep(SWEPT, POINTS, repetitions=30) == first


def test_all_points_are_sent_before_one_is_fetched_and_within_the_limit(service, cloud):
    own = service()
    cloud.delay_s = 0.02
    sweep = cirq.Linspace("theta", 0, 1, 40)
    Sampler(own, "simulator", max_in_flight=5).run_sweep(SWEPT, cirq.Zip(sweep, cirq.Linspace("phi", 0, 1, 40)), repetitions=1)
    methods = [request.method for request in cloud.requests]
    assert methods == ["POST"] * 40 + ["GET"] * 80
    assert 2 <= cloud.max_in_flight_seen <= 5
    assert cloud.connections <= 40 + 5


def test_a_sweep_needs_few_requests_and_connections(service, cloud):
    own = service()
    cloud.run_s, cloud.delay_s = 0.05, 0.005
    own.sampler().run_sweep(cirq.Circuit(cirq.rx(THETA)(A), cirq.measure(A, key="m")), cirq.Linspace("theta", 0, 1, 100), repetitions=1)
    assert len(cloud.requests) <= 325
    assert cloud.connections - 100 <= 16


def test_after_a_refusal_nothing_more_is_sent_and_what_was_accepted_is_named(service, cloud):
    own = service()
    cloud.delay_s = 0.01
    cloud.faults.add("POST", "/jobs$", "status", skip=6, status=400)
    with pytest.raises(IonQException) as caught:
        Sampler(own, "simulator", max_in_flight=2).run_sweep(
            SWEPT, cirq.Zip(cirq.Linspace("theta", 0, 1, 50), cirq.Linspace("phi", 0, 1, 50))
        )
    assert 6 <= len(cloud.submissions) <= 8
    note = caught.value.__notes__[0]
    assert note.startswith(f"jobs that were accepted, {len(cloud.submissions)} in all: ")
    assert all(identity in note for identity in cloud.jobs)


@pytest.mark.parametrize("size", [3, 100])
def test_points_may_share_jobs(own, cloud, size):
    results = own.sampler(seed=1, circuits_per_job=size).run_sweep(SWEPT, POINTS, repetitions=20)
    assert results == own.sampler(seed=1).run_sweep(SWEPT, POINTS, repetitions=20)
    jobs = [body for body in cloud.submissions if "circuits" in body["input"]]
    assert sorted(len(body["input"]["circuits"]) for body in jobs) == ([1, 3] if size == 3 else [4])
    assert all(body["metadata"].keys() == {"measurements", "qubit_numbers", "shots", "ionq_runner"} for body in jobs)


@pytest.mark.parametrize(("name", "value"), [
    ("max_in_flight", 0), ("max_in_flight", "4"), ("circuits_per_job", True), ("timeout_seconds", -1), ("timeout_seconds", "5"),
])  # fmt: skip
def test_what_a_sampler_cannot_mean_is_refused_where_it_is_made(own, cloud, name, value):
    with pytest.raises(InvalidArgument, match=f"`{name}` is a .*, not .*{value}"):
        own.sampler("simulator", **{name: value})
    assert cloud.requests == []


CODE = """
import asyncio, sys, cirq, sympy
from ionq_runner.ionq import Service
service = Service(sys.argv[1], sys.argv[2])
qubit = cirq.LineQubit(0)
circuit = cirq.Circuit(cirq.rx(sympy.Symbol("t"))(qubit), cirq.measure(qubit, key="m"))
sampler, points = service.sampler("simulator"), cirq.Linspace("t", 0, 1, 6)
try:
    if sys.argv[3] == "in a loop":
        asyncio.run(sampler.run_sweep_async(circuit, points))
    else:
        sampler.run_sweep(circuit, points)
except KeyboardInterrupt as interrupt:
    print(*getattr(interrupt, "__notes__", ()) or interrupt.__context__.__notes__, flush=True)
"""


@pytest.mark.parametrize("way", ["plain", "in a loop"])
@pytest.mark.parametrize("phase", ["fetching", "put off"])
def test_an_interrupt_ends_a_sweep_at_once_and_names_what_was_accepted(cloud, phase, way):
    cloud.run_s = 60.0
    if phase == "put off":
        cloud.faults.add("POST", "/jobs$", "status", times=None, skip=3, status=429, headers={"Retry-After": "60"})
    process = subprocess.Popen([sys.executable, "-c", CODE, cloud.url, cloud.key, way], stdout=subprocess.PIPE, text=True)
    wanted = 3 if phase == "put off" else 6
    for _ in range(2_000):
        if len(cloud.submissions) >= wanted and len(cloud.requests) > wanted:
            break
        time.sleep(0.01)
    time.sleep(0.3)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert time.monotonic() - begun < 8
    assert told.startswith(f"jobs that were accepted, {wanted} in all: ")
    assert all(identity in told for identity in cloud.jobs)


def test_a_second_interrupt_loses_nothing_either(cloud):
    cloud.delay_s = 1.5
    process = subprocess.Popen([sys.executable, "-c", CODE, cloud.url, cloud.key, "plain"], stdout=subprocess.PIPE, text=True)
    for _ in range(2_000):
        if len(cloud.requests) >= 6:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    sent = [request.json()["metadata"]["ionq_runner"] for request in cloud.requests if request.method == "POST"]
    assert len(sent) == 6
    assert all(token in told for token in sent)


@pytest.mark.parametrize("call", [
    lambda own: own.run_sweep(SWEPT, 5),
    lambda own: own.run_sweep(SWEPT, "x"),
    lambda own: own.run_sweep(SWEPT, [1, 2]),
    lambda own: own.run_batch(None),
    lambda own: own.run_batch(5),
    lambda own: own.run_batch([SWEPT], 5),
])  # fmt: skip
def test_what_is_no_sweep_is_refused(own, cloud, call):
    with pytest.raises(InvalidArgument):
        call(own.sampler("simulator"))
    assert cloud.requests == []


def test_an_interrupt_names_the_tokens_of_submissions_that_nobody_has_answered_yet(cloud):
    cloud.faults.add("POST", "/jobs$", "slow", times=None, seconds=20)
    process = subprocess.Popen([sys.executable, "-c", CODE, cloud.url, cloud.key, "plain"], stdout=subprocess.PIPE, text=True)
    for _ in range(2_000):
        if len(cloud.requests) == 6:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert "jobs that may have been accepted too" in told
    sent = [request.json()["metadata"]["ionq_runner"] for request in cloud.requests]
    assert len(sent) == 6
    assert all(token in told for token in sent)


def test_a_failed_job_ends_a_sweep_at_once(service, cloud):
    own = service()
    cloud.run_s = 60.0
    sampler = own.sampler(timeout_seconds=120)
    timer = threading.Timer(0.5, lambda: setattr(next(iter(cloud.jobs.values())), "status", "failed"))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(IonQException, match="failed") as caught:
        sampler.run_sweep(SWEPT, POINTS)
    timer.join()
    assert time.monotonic() - begun < 8
    assert "jobs that were accepted, 4 in all" in caught.value.__notes__[0]


def test_every_unclear_submission_is_named(service, cloud):
    own = service()
    cloud.delay_s = 0.05
    cloud.faults.add("POST", "/jobs$", "status", status=400)
    cloud.faults.add("POST", "/jobs$", "lose_reply", times=None)
    with pytest.raises(SubmissionUnclearException) as caught:
        own.sampler().run_sweep(cirq.Circuit(cirq.rx(THETA)(A), cirq.measure(A, key="m")), cirq.Linspace("theta", 0, 1, 40))
    told = " ".join([caught.value.token, *caught.value.__notes__])
    assert cloud.submissions
    assert all(body["metadata"]["ionq_runner"] in told for body in cloud.submissions)


def test_nothing_is_sent_of_what_could_only_fail(service, cloud):
    own = service()
    bell = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))
    for call in (
        lambda: own.sampler().run_batch([bell, bell], repetitions=[10, 0]),
        lambda: own.sampler().run_sweep(cirq.Circuit(cirq.X(A)), None),
        lambda: own.run(cirq.Circuit(cirq.X(A)), 10),
        lambda: own.run_batch([bell, cirq.Circuit(cirq.X(A))], 10),
        lambda: own.run_batch(bell, 10),
        lambda: own.run(bell, 10, dry_run=True),
    ):
        with pytest.raises(InvalidArgument):
            call()
    assert cloud.requests == []
    assert [len(sweep) for sweep in own.sampler().run_batch([bell], repetitions=np.int64(3))] == [1]


def test_an_unclear_point_is_not_sent_again(service, cloud):
    own = service()
    cloud.faults.add("POST", "/jobs$", "lose_reply", skip=2)
    with pytest.raises(SubmissionUnclearException) as caught:
        own.sampler().run_sweep(SWEPT, POINTS)
    assert len(cloud.submissions) <= 4
    assert own.find_job(caught.value.token) is not None


def test_a_time_limit_holds_for_each_job(service, cloud):
    cloud.run_s = 30.0
    with pytest.raises(TimeoutError):
        service().sampler(timeout_seconds=0.2).run_sweep(SWEPT, POINTS)


def test_machines_give_counts(own):
    results = own.sampler("qpu.forte-1").run_sweep(SWEPT, POINTS, repetitions=25)
    assert [result.histogram(key="m") for result in results[:2]] == [{0: 25}, {3: 25}]


def test_an_empty_sweep_sends_nothing(own, cloud):
    assert own.sampler().run_sweep(SWEPT, []) == []
    assert cloud.requests == []


def test_arguments_that_do_not_fit_each_other_are_refused(own):
    with pytest.raises(InvalidArgument, match="do not fit"):
        own.sampler().run_batch([SWEPT], [POINTS, POINTS])
    for name in ("max_in_flight", "circuits_per_job"):
        with pytest.raises(InvalidArgument, match=name):
            Sampler(own, "simulator", **{name: 0})

"""A mistake in a call is told by the name of the argument, and before anything is sent that has to be paid for."""

from __future__ import annotations

import datetime
import json
import math
import traceback

import cirq
import numpy as np
import pytest
import sympy

from ionq_runner import ionq
from ionq_runner.ionq import InvalidArgument, IonQException, IonQNotFoundException

A, B = cirq.LineQubit.range(2)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
PROGRAM = ionq.Serializer().serialize_single_circuit(X)
ANGLE = cirq.Circuit(cirq.rx(sympy.Symbol("a"))(A), cirq.measure(A, key="m"))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"default_target": 5}, "`default_target` is"),
        ({"default_target": ["simulator"]}, "`default_target` is"),
        ({"remote_host": 5}, "`remote_host` is an address"),
        ({"remote_host": b"http://localhost"}, "`remote_host` is an address"),
        ({"api_key": 123}, "`api_key` is a text, not a `int`"),
        ({"api_key": b"a secret"}, "`api_key` is a text, not a `bytes`"),
        ({"max_retry_seconds": "60"}, "`max_retry_seconds` is a number of seconds, not '60'"),
        ({"max_retry_seconds": None}, "`max_retry_seconds` is a number of seconds, not None"),
        ({"job_settings": "x"}, "`job_settings` is a dictionary such as"),
        ({"job_settings": [1]}, "`job_settings` is a dictionary such as"),
        ({"api_version": ["v0.4"]}, "`api_version` is one of"),
        ({"api_version": 0.4}, "`api_version` is one of"),
    ],
)
def test_a_service_refuses_what_makes_no_sense_and_shows_no_key(service, options, why):
    with pytest.raises(InvalidArgument) as caught:
        service(**options)
    assert str(caught.value).startswith(why)
    assert "a secret" not in str(caught.value)


def test_a_service_that_was_refused_can_be_shown(cloud):
    for options in ({"default_target": "nowhere"}, {"api_key": "two words"}, {"remote_host": "nowhere"}):
        with pytest.raises(InvalidArgument) as caught:
            ionq.Service(**{"remote_host": cloud.url, "api_key": "k", **options})
        told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
        assert "self = ionq_runner.ionq.Service(remote_host=''" in told


REFUSED = {
    "noise": (lambda own: own.create_job(X, noise="aria-1"), "`noise` is a dictionary such as {'model': 'aria-1'}, not 'aria-1'"),
    "compilation": (lambda own: own.create_job(X, compilation=1), "`compilation` is a dictionary such as {'opt': 1}, not 1"),
    "metadata": (lambda own: own.create_job(X, metadata="x"), "`metadata` is a dictionary such as {'sample': '7'}, not 'x'"),
    "a name in metadata": (lambda own: own.create_job(X, metadata={1: "x"}), "`metadata` is a dictionary such as"),
    "a number in metadata": (lambda own: own.create_job(X, metadata={"n": 1}), "`metadata` are texts under texts"),
    "mitigation": (lambda own: own.create_job(X, error_mitigation="debias"), "`error_mitigation` is a dictionary such as {'debias': True}"),
    "mitigation, yes": (lambda own: own.create_batch_job([X], error_mitigation=True), "`error_mitigation` is a dictionary such as"),
    "more": (lambda own: own.run(X, 10, extra_query_params=[1]), "`extra_query_params` is a dictionary such as"),
    "more, a text": (lambda own: own.run(X, 10, extra_query_params="a=b"), "`extra_query_params` is a dictionary such as"),
    "dry run": (lambda own: own.create_job(X, dry_run="yes"), "`dry_run` is True or False, not 'yes'"),
    "sharpen": (lambda own: own.run(X, 10, sharpen="no"), "`sharpen` is True or False, not 'no'"),
    "sharpen, batch": (lambda own: own.run_batch([X], 10, sharpen=1), "`sharpen` is True or False, not 1"),
    "name": (lambda own: own.create_job(X, name=5), "`name` is a text such as `bell`, not 5"),
    "target": (lambda own: own.create_job(X, target=5), "`target` is a text such as `qpu.forte-1`, not 5"),
    "a name of 0": (lambda own: own.create_job(X, name=0), "`name` is a text such as `bell`, not 0"),
    "a name of nothing": (lambda own: own.create_job(X, name=[]), "`name` is a text such as `bell`, not []"),
    "a blank target": (lambda own: own.create_job(X, target=" "), "`target` is a text such as `qpu.forte-1`, not ' '"),
    "mitigation, a word": (lambda own: own.create_job(X, error_mitigation={"debias": "yes"}), "`debias` is True or False, not 'yes'"),
    "submit a circuit": (lambda own: own.submit(X, 5), "`serialized` is what a `Serializer` made, not a `Circuit`"),
    "submit nonsense": (lambda own: own.submit(PROGRAM, 5, inputs="nonsense"), "`inputs` is the JSON text of a document of circuits, not"),
    "submit a dictionary": (lambda own: own.submit(PROGRAM, 5, inputs={"circuit": []}), "`inputs` is a text such as"),
    "submit in no session": (lambda own: own.submit(PROGRAM, 5, session_id=5), "`session_id` is a text such as"),
    "submit with no token": (lambda own: own.submit(PROGRAM, 5, token=5), "`token` is a text such as"),
    "a dry run in more": (lambda own: own.run(X, 5, extra_query_params={"dry_run": True}), "a dry run has no results"),
    "a dry run of a batch in more": (lambda own: own.run_batch([X], 5, extra_query_params={"dry_run": True}), "a dry run has no results"),
    "complex": (lambda own: own.run(ANGLE, 5, param_resolver={"a": 1j}), "a value in `param_resolver` suits no gate of the circuit: "),
    "a circle": (
        lambda own: own.run(ANGLE, 5, param_resolver={"a": sympy.Symbol("b"), "b": sympy.Symbol("a")}),
        "the values in `param_resolver` lead back to their own parameters",
    ),
    "estimate nothing": (lambda own: own.estimate(None), "`target` is a text such as `qpu.forte-1`, not None"),
    "estimate a word": (lambda own: own.estimate("qpu.forte-1", "x"), "repetitions are a whole number from 1"),
    "estimate below 0": (lambda own: own.estimate("qpu.forte-1", -1), "repetitions are a whole number from 1"),
    "estimate no qubits": (lambda own: own.estimate("qpu.forte-1", qubits=0), "`qubits` is a whole number from 1, not 0"),
    "estimate gates": (lambda own: own.estimate("qpu.forte-1", two_qubit_gates=1.5), "`two_qubit_gates` is a whole number from 0, not 1.5"),
    "estimate debiased": (lambda own: own.estimate("qpu.forte-1", 5, debias="no"), "`debias` is True or False, not 'no'"),
    "session nowhere": (lambda own: own.create_session(5), "`target` is a text such as `qpu.forte-1`, not 5"),
    "session of words": (lambda own: own.create_session("qpu.forte-1", job_count="x"), "`job_count` is a whole number from 1, not 'x'"),
    "session of an object": (lambda own: own.create_session("qpu.forte-1", minutes=[]), "`minutes` is a number above 0, not []"),
    "session of no money": (
        lambda own: own.create_session("qpu.forte-1", cost_usd=float("nan")),
        "`cost_usd` is a number above 0, not nan",
    ),
    "session without end": (lambda own: own.create_session("qpu.forte-1", minutes=float("inf")), "`minutes` is a number above 0, not inf"),
    "sessions": (lambda own: own.sessions(active="no"), "`active` is True or False, not 'no'"),
    "target of a sampler": (lambda own: own.sampler(target=["simulator"]), "`target` is a text such as"),
    "operations": (lambda own: own.create_job([cirq.X(A)]), "the circuit is a `list`, and no `cirq.Circuit`; `cirq.Circuit(...)` makes"),
    "no circuit": (lambda own: own.create_job(None), "the circuit is None, and no `cirq.Circuit`"),
    "run operations": (lambda own: own.run([cirq.X(A), cirq.measure(A)], 10), "circuit 0 is a `list`, and no `cirq.Circuit`;"),
    "run nothing": (lambda own: own.run(None, 10), "circuit 0 is None, and no `cirq.Circuit`"),
    "a batch of one": (lambda own: own.create_batch_job(X), "`circuits` is a list of circuits, not one of them"),
    "no batch": (lambda own: own.create_batch_job(None), "`circuits` is a list of circuits, not None"),
    "a batch of names": (lambda own: own.create_batch_job(["x"]), "circuit 0 is a `str`, and no `cirq.Circuit`;"),
    "run no batch": (lambda own: own.run_batch("ab", 10), "`circuits` is a list of circuits, not a `str`"),
    "a sweep": (
        lambda own: own.run(X, 10, param_resolver=[{"a": 1}]),
        "`param_resolver` is a dictionary with one value for each parameter",
    ),
    "a sweep of a batch": (lambda own: own.run_batch([X, X], 10, param_resolver=[{}, {}]), "`param_resolver` is a dictionary with one"),
    "a sweep inside": (lambda own: own.run(X, 10, param_resolver=cirq.ParamResolver([{}])), "`param_resolver` is a dictionary with one"),
    "values": (
        lambda own: own.run(ANGLE, 10, param_resolver={"a": [1, 2]}),
        "`param_resolver` has one value for each parameter, and for `a`",
    ),
    "seed": (lambda own: own.run(X, 10, seed="abc"), "`seed` is a whole number from 0 to 2**32 - 1 or a generator of numpy's, not 'abc'"),
    "seed below 0": (lambda own: own.run_batch([X], 10, seed=-1), "`seed` is a whole number from 0"),
    "list, pages": (lambda own: own.list_jobs(batch_size="5"), "`batch_size` is a whole number from 1, not '5'"),
    "list, no pages": (lambda own: own.list_jobs(batch_size=0), "`batch_size` is a whole number from 1, not 0"),
    "list, limit": (lambda own: own.list_jobs(limit="5"), "`limit` is a whole number from 0, not '5'"),
    "list, status": (lambda own: own.list_jobs(status=["completed"]), "`status` is a text such as `completed`, not ['completed']"),
    "calibrations": (lambda own: own.list_calibrations(limit="3", target="qpu.aria-1"), "`limit` is a whole number from 0, not '3'"),
    "calibrations from": (
        lambda own: own.list_calibrations("2026-01-01", target="qpu.aria-1"),
        "a time here is a `datetime.datetime` with",
    ),
    "calibrations from a day": (
        lambda own: own.list_calibrations(datetime.date(2026, 1, 1), target="qpu.aria-1"),
        "a time here is a `datetime.datetime` with",
    ),
    "usage": (lambda own: own.usage("o", "2026-01-01", datetime.date(2026, 2, 1)), "`start` is a `datetime.date`, not '2026-01-01'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_told_by_name_before_anything_is_sent(cloud, service, name):
    call, why = REFUSED[name]
    with pytest.raises(InvalidArgument) as caught:
        call(service())
    assert str(caught.value).startswith(why)
    assert cloud.requests == []


@pytest.mark.parametrize("version", ["v0.3", "v0.4"])
def test_a_machine_without_a_name_is_not_asked_for(cloud, service, version):
    for name in (None, 5, "", " "):
        with pytest.raises(InvalidArgument, match="`target` is a text"):
            service(api_version=version).backend(name)
    assert cloud.requests == []


def test_the_limits_of_a_session_are_sent_as_numbers(cloud, service):
    service().create_session("qpu.forte-1", job_count=np.int64(3), minutes=np.float32(2.5), cost_usd=np.int64(9))
    assert json.loads(cloud.requests[-1].body) == {
        "backend": "qpu.forte-1",
        "settings": {"job_count_limit": 3, "duration_limit_min": 2.5, "cost_limit": {"unit": "usd", "value": 9}},
    }


def test_what_is_created_is_sent_as_json_or_not_at_all(cloud, service):
    with pytest.raises(InvalidArgument, match="this cannot be sent as JSON"):
        service()._endpoints.create("sessions", {"limit": float("nan")})
    assert cloud.requests == []


def test_sharpen_is_checked_before_a_job_is_waited_for(cloud, service):
    job = service().create_job(X, 10, target="qpu.aria-1")
    asked = len(cloud.requests)
    with pytest.raises(InvalidArgument, match="`sharpen` is True or False"):
        job.results(sharpen="no")
    assert len(cloud.requests) == asked


def test_what_numpy_and_cirq_have_for_numbers_truths_and_seeds_is_taken(cloud, service):
    own = service()
    for seed in (None, 3, np.int64(3), np.random.RandomState(3), np.random.default_rng(3)):
        assert own.run(ANGLE, 10, seed=seed, param_resolver={"a": np.float64(np.pi)}, sharpen=np.True_).histogram(key="m") == {1: 10}
    assert own.run(ANGLE, 5, seed=np.int64(3), param_resolver={"a": 1}) == own.run(ANGLE, 5, seed=3, param_resolver={"a": 1})
    assert own.run(ANGLE, 5, param_resolver={sympy.Symbol("a"): np.pi}).histogram(key="m") == {1: 5}
    own.create_batch_job((circuit for circuit in (X, X.freeze())), 10, dry_run=np.False_)
    assert len(cloud.submissions[-1]["input"]["circuits"]) == 2


def test_no_calibrations_are_none_without_asking_for_them(cloud, service):
    assert service().list_calibrations(limit=0, target="qpu.aria-1") == []
    assert cloud.requests == []


@pytest.mark.parametrize("version", ["v0.3", "v0.4"])
@pytest.mark.parametrize("default", [None, "simulator", "qpu"])
def test_a_calibration_is_found_by_its_id_whichever_machine_has_it(service, version, default):
    own = service(api_version=version, default_target=default)
    for machine in ("qpu.aria-1", "qpu.forte-1"):
        for one in (own.get_current_calibration(machine), own.list_calibrations(limit=3, target=machine)[-1]):
            assert own.get_calibration(one.calibration_id()).target() == machine
    with pytest.raises(IonQNotFoundException):
        own.get_calibration("00000000-0000-4000-8000-00000000dead")
    with pytest.raises(IonQException):
        service(api_version=version, default_target="qpu.nowhere-1").get_calibration("00000000-0000-4000-8000-00000000dead")


@pytest.mark.parametrize("circuits", [5, None, "ab", [5], {"a": cirq.Circuit(cirq.X(A))}, cirq.Circuit(cirq.X(A))])
def test_what_are_no_circuits_is_refused_by_name(circuits):
    with pytest.raises(InvalidArgument, match=r"^`circuits` is a list of circuits|^circuit 0 is a `int`"):
        ionq.Serializer().serialize_many_circuits(circuits)


def test_circuits_may_come_one_by_one():
    circuits = [cirq.Circuit(cirq.X(A)), cirq.Circuit(cirq.H(B))]
    assert ionq.Serializer().serialize_many_circuits(iter(circuits)) == ionq.Serializer().serialize_many_circuits(circuits)


@pytest.mark.parametrize("atol", ["x", -1, math.nan, math.inf, None, True])
def test_a_tolerance_that_is_none_is_refused(atol):
    with pytest.raises(InvalidArgument, match="`atol` is a tolerance, a number from 0 up, not"):
        ionq.Serializer(atol)

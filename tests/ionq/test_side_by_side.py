"""What a row of the page "Side by side with cirq_ionq" says that no other test shows as a whole."""

from __future__ import annotations

import inspect
import json
import math
import pickle
import subprocess
import sys

import cirq
import pytest
import sympy

from ionq_runner.ionq import GPIGate, MSGate, Serializer, Service, ZZGate

A, B = cirq.LineQubit.range(2)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
SECRET = "kkkk-SECRET-9876"


@pytest.fixture(params=["v0.3", "v0.4"])
def own(request, service):
    return service(api_version=request.param, default_target="simulator")


def test_run_takes_all_its_arguments_together(own, cloud):
    half = sympy.Symbol("half")
    circuit = cirq.Circuit(cirq.X(A) ** half, cirq.measure(A, key="m"))
    everything = {
        "circuit": circuit,
        "repetitions": 600,
        "name": "mine",
        "target": "simulator",
        "param_resolver": {"half": 0.5},
        "seed": 7,
        "compilation": {"opt": 1, "precision": "1E-4"},
        "error_mitigation": {"debias": True},
        "noise": {"model": "aria-1", "seed": 3},
        "metadata": {"lab": "two"},
        "dry_run": False,
        "sharpen": True,
        "extra_query_params": {"more": 5},
    }
    assert list(everything) == list(inspect.signature(own.run).parameters)
    result = own.run(**everything)
    assert isinstance(result, cirq.Result)
    assert (result.repetitions, result.params, list(result.measurements)) == (600, cirq.ParamResolver({"half": 0.5}), ["m"])
    assert result == own.run(**everything)  # the same seeds give the same samples
    assert 200 < result.histogram(key="m")[1] < 400
    assert cloud.requests[-1].query["sharpen"] == ["true"]
    body = cloud.submissions[-1]
    assert (body["shots"], body["name"], body["noise"], body["more"]) == (600, "mine", {"model": "aria-1", "seed": 3}, 5)
    assert body["target" if own.api_version == "v0.3" else "backend"] == "simulator"
    assert (body["metadata"]["lab"], body.get("dry_run")) == ("two", None)
    assert body["settings"]["compilation"] == {"opt": 1, "precision": "1E-4"}
    mitigation = {"debias": True} if own.api_version == "v0.3" else {"debiasing": True}
    assert (body if own.api_version == "v0.3" else body["settings"])["error_mitigation"] == mitigation
    assert body["input"]["circuit"] == [{"gate": "v", "targets": [0]}]


MISTAKES = [
    "Service(URL, 'k', api_version='v9')",
    "Service(URL, 'k', max_retry_seconds=-1)",
    "Service('http://example.com', 'k')",
    "own.run(X, 0, target='simulator')",
    "own.run(X, 10)",
    "own.run([X], 10, target='simulator')",
    "own.run(cirq.Circuit(cirq.X(A)), 10, target='simulator')",
    "own.run(cirq.Circuit(cirq.X(A) ** sympy.Symbol('t'), cirq.measure(A)), 10, target='simulator')",
    "own.create_job(cirq.Circuit(), 10, target='simulator')",
    "own.create_job(cirq.Circuit(cirq.X(cirq.LineQubit(-1))), 10, target='simulator')",
    "own.create_job(cirq.Circuit(cirq.X(cirq.NamedQubit('a'))), 10, target='simulator')",
    "own.create_batch_job(X, 10, target='simulator')",
    "own.run(X, 10, target='simulator', seed='x')",
    "own.run(X, 10, target='simulator', metadata={'a': 1})",
    "own.list_jobs(limit=-1)",
    "own.find_job('')",
    "GPIGate(phi='x')",
    "IonQAPIDevice(2).validate_operation(cirq.CNOT(A, cirq.LineQubit(7)))",
]


def test_many_kinds_of_mistakes_are_exceptions_under_python_o_too(cloud):
    code = f"""
import cirq, sympy
from ionq_runner.ionq import GPIGate, InvalidArgument, IonQAPIDevice, Service
assert False, "is not looked at"
URL, A = {cloud.url!r}, cirq.LineQubit(0)
X = cirq.Circuit(cirq.X(A), cirq.measure(A, key="m"))
own = Service(URL, {cloud.key!r})
for mistake in {MISTAKES!r}:
    try:
        eval(mistake)
        print(mistake, "was taken")
    except InvalidArgument as error:
        print("refused" if str(error) else mistake)
"""
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["refused"] * len(MISTAKES)
    assert cloud.requests == []


def test_what_a_serializer_made_is_submitted(own, cloud):
    serialized = Serializer().serialize_single_circuit(X)
    job = own.submit(serialized, 10, "mine", "qpu.aria-1", {"more": 5}, token="a token of my own")
    body = cloud.submissions[-1]
    assert (body["shots"], body["name"], body["more"], body["input"]["circuit"]) == (10, "mine", 5, [{"gate": "x", "targets": [0]}])
    assert job.results().counts("m") == {0b10: 10}
    assert own.find_job("a token of my own") == job
    batch = own.submit(Serializer().serialize_many_circuits([X, X]), 10, several=True)
    assert len(batch.results()) == 2


def test_a_service_is_pickled_without_its_key_and_goes_on_with_that_of_the_environment(cloud, monkeypatch):
    cloud.key = SECRET
    data = pickle.dumps(Service(cloud.url, SECRET, default_target="simulator", api_version="v0.3"))
    assert SECRET.encode() not in data
    assert b"SECRET" not in data
    monkeypatch.setenv("IONQ_API_KEY", SECRET)
    again = pickle.loads(data)
    assert (again.api_version, again.default_target) == ("v0.3", "simulator")
    assert again.run(X, 10).histogram(key="m") == {0b10: 10}
    again.close()


@pytest.mark.parametrize("number", [1 / 3, 0.1 + 0.2, 1e-17, 0.12345678901234567, math.nextafter(0.2, 1)])
def test_every_digit_of_an_angle_is_in_the_body(own, cloud, number):
    own.create_job(cirq.Circuit(cirq.X(A) ** number, cirq.measure(A)), 10)
    assert json.loads(cloud.requests[-1].body)["input"]["circuit"][0]["rotation"] == number * math.pi
    own.create_job(cirq.Circuit(GPIGate(phi=number)(A), MSGate(phi0=number, phi1=-number, theta=number / 4)(A, B), cirq.measure(A)), 10)
    first, second = json.loads(cloud.requests[-1].body)["input"]["circuit"]
    assert (first["phase"], second["phases"], second["angle"]) == (number, [number, -number], number / 4)
    own.create_job(cirq.Circuit(ZZGate(theta=number / 4)(A, B), cirq.measure(A)), 10)
    assert json.loads(cloud.requests[-1].body)["input"]["circuit"][0]["angle"] == number / 4

"""The service as a Cirq user uses it, in both versions of the API."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from ionq_runner import ionq
from ionq_runner.ionq import InvalidArgument, IonQException, IonQNotFoundException, IonQSerializerMixedGatesetsException, Service

A, B, C = cirq.LineQubit.range(3)
ASYMMETRIC = cirq.Circuit(cirq.X(A), cirq.H(B), cirq.CNOT(B, C), cirq.measure(B, A, key="ba"), cirq.measure(C, key="c"))
X = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m"))
VERSIONS = ["v0.3", "v0.4"]


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.mark.parametrize("target", ["simulator", "qpu.aria-1", "qpu.forte-1"])
def test_bits_come_in_cirqs_order_on_every_target(service, version, target):
    result = service(api_version=version).run(circuit=ASYMMETRIC, repetitions=200, target=target, seed=1)
    assert isinstance(result, cirq.Result)
    assert set(result.histogram(key="ba")) == {0b01, 0b11}
    assert set(result.histogram(key="c")) == {0, 1}
    assert (result.measurements["ba"][:, 0] == result.measurements["c"][:, 0]).all()
    assert result.repetitions == 200
    assert list(result.data.columns) == ["ba", "c"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bits_read_in_any_order_come_back_as_cirq_would_have_them(service, version, data):
    bits = data.draw(st.lists(st.booleans(), min_size=1, max_size=6))
    order = data.draw(st.permutations(range(len(bits))))
    masks = data.draw(st.lists(st.booleans(), max_size=len(bits)))
    line = cirq.LineQubit.range(len(bits))
    circuit = cirq.Circuit(cirq.X(line[place]) for place, bit in enumerate(bits) if bit)
    circuit += cirq.Circuit(cirq.measure(*(line[place] for place in order), key="m", invert_mask=tuple(masks)))
    wanted = cirq.Simulator().run(circuit, repetitions=3)
    own = service(api_version=version)
    for target in ("simulator", "qpu.aria-1"):
        assert own.run(circuit, 3, target=target) == wanted


def test_seeded_samples_have_the_probabilities_of_the_circuit(service, version):
    circuit = cirq.Circuit(cirq.ry(0.7)(A), cirq.CNOT(A, B), cirq.ry(1.1)(B), cirq.measure(A, B, key="m"))
    wanted = np.abs(cirq.Simulator().simulate(circuit[:-1], qubit_order=[A, B]).final_state_vector) ** 2
    seen = service(api_version=version).run(circuit, 20_000, target="simulator", seed=5).histogram(key="m")
    statistic = sum((seen[outcome] - 20_000 * p) ** 2 / (20_000 * p) for outcome, p in enumerate(wanted))
    assert chi2.sf(statistic, 3) > 1e-3


def test_random_circuits_have_cirqs_distribution(service, version):
    own, simulator = service(api_version=version, default_target="simulator"), cirq.Simulator()
    line = cirq.LineQubit.range(4)
    for seed in range(6):
        circuit = cirq.optimize_for_target_gateset(
            cirq.testing.random_circuit(line, 8, 0.7, random_state=seed), gateset=ionq.IonQTargetGateset()
        )
        wanted = np.abs(simulator.simulate(circuit, qubit_order=line).final_state_vector) ** 2
        found = own.create_job(circuit + cirq.Circuit(cirq.measure(*line, key="m"))).results().probabilities("m")
        assert [found.get(outcome, 0.0) for outcome in range(16)] == pytest.approx(wanted.tolist(), abs=2e-6)


def test_everything_that_was_asked_for_is_in_the_body(cloud, service):
    metadata = {"lab": "two"}
    mitigation, settings = {"debias": True}, {"custom": {"a": 1}}
    own = service(job_settings=settings)
    own.create_job(
        X,
        600,
        "name",
        "qpu.aria-1",
        {"opt": 1, "precision": "1E-4"},
        mitigation,
        {"model": "aria-1", "seed": 3},
        metadata,
        True,
        {"more": 5},
    )
    body = cloud.submissions[-1]
    assert body["type"] == "ionq.circuit.v1"
    assert (body["backend"], body["shots"], body["name"], body["dry_run"], body["more"]) == ("qpu.aria-1", 600, "name", True, 5)
    assert body["noise"] == {"model": "aria-1", "seed": 3}
    assert body["settings"] == {
        "custom": {"a": 1},
        "error_mitigation": {"debiasing": True},
        "compilation": {"opt": 1, "precision": "1E-4"},
    }
    assert body["input"] == {"gateset": "qis", "qubits": 2, "circuit": [{"gate": "x", "targets": [0]}]}
    assert set(body["metadata"]) == {"lab", "measurement0", "shots", "ionq_runner"}
    assert (metadata, mitigation, settings) == ({"lab": "two"}, {"debias": True}, {"custom": {"a": 1}})  # none of them is changed


def test_the_older_version_has_its_own_words(cloud, service):
    service(api_version="v0.3").create_job(X, 600, target="qpu.aria-1", error_mitigation={"debiasing": True}, compilation={"opt": 1})
    body = cloud.submissions[-1]
    assert (body["target"], body["error_mitigation"], body["settings"]) == ("qpu.aria-1", {"debias": True}, {"compilation": {"opt": 1}})
    assert body["input"] == {"format": "ionq.circuit.v0", "gateset": "qis", "qubits": 2, "circuit": [{"gate": "x", "targets": [0]}]}
    assert "backend" not in body
    assert "type" not in body


@pytest.mark.parametrize("name", ["debias", "debiasing"])
def test_both_spellings_of_debias_are_taken(cloud, service, version, name):
    service(api_version=version).create_job(X, 500, target="qpu.aria-1", error_mitigation={name: True})
    body = cloud.submissions[-1]
    assert (body["settings"]["error_mitigation"] if version == "v0.4" else body["error_mitigation"]) in (
        {"debiasing": True},
        {"debias": True},
    )
    with pytest.raises(InvalidArgument, match="two names of one setting"):
        service(api_version=version).create_job(X, 500, error_mitigation={"debias": True, "debiasing": False})


def test_a_sampler_debiases_where_the_service_is_told_to(cloud, service, version):
    own = service(api_version=version, job_settings={"error_mitigation": {"debias": True}})
    own.sampler("qpu.aria-1").run(X, repetitions=500)
    body = cloud.submissions[-1]
    found = body["settings"]["error_mitigation"] if version == "v0.4" else body["error_mitigation"]
    assert found == {"debiasing" if version == "v0.4" else "debias": True}


@pytest.mark.parametrize(
    "more", [{"invert_masks": '{"m": [1, 1]}'}, {"measurements": "[{}]"}, {"qubit_numbers": "[9]"}, {"ionq_runner": "x"}]
)
def test_results_are_read_and_jobs_found_whatever_metadata_are_laid_over_ours(cloud, service, version, more):
    own = service(api_version=version)
    assert own.run(X, 10, target="qpu.aria-1", extra_query_params={"metadata": more}).histogram(key="m") == {0b10: 10}
    token = cloud.submissions[-1]["metadata"]["ionq_runner"]
    assert token != "x"
    assert own.find_job(token).token() == token


def test_parameters_are_resolved_and_stay_with_the_result(service, version):
    theta = sympy.Symbol("theta")
    circuit = cirq.Circuit(cirq.rx(theta)(A), cirq.measure(A, key="m"))
    result = service(api_version=version).run(circuit, 30, target="simulator", param_resolver={"theta": np.pi})
    assert result.histogram(key="m") == {1: 30}
    assert result.params == cirq.ParamResolver({"theta": np.pi})
    with pytest.raises(InvalidArgument, match="theta"):
        service(api_version=version).run(circuit, 30, target="simulator")


def test_a_seed_gives_the_same_samples_again(service, version):
    own = service(api_version=version, default_target="simulator")
    assert own.run(ASYMMETRIC, 50, seed=3) == own.run(ASYMMETRIC, 50, seed=3)
    assert own.run(ASYMMETRIC, 50, seed=3) != own.run(ASYMMETRIC, 50, seed=4)


def test_an_inverted_measurement_is_inverted(service, version):
    circuit = cirq.Circuit(cirq.X(A), cirq.measure(A, B, key="m", invert_mask=(True,)), cirq.measure(C, key="c", invert_mask=(True,)))
    own = service(api_version=version)
    for target in ("simulator", "qpu.aria-1"):
        result = own.run(circuit, 20, target=target)
        assert (result.histogram(key="m"), result.histogram(key="c")) == ({0b00: 20}, {1: 20})
    found = own.run_batch([circuit, X], 20, target="simulator")
    assert [result.histogram(key="m") for result in found] == [{0b00: 20}, {0b10: 20}]


def test_a_batch_comes_back_in_its_order_each_with_its_own_keys_and_qubits(service, version):
    circuits = [X, ASYMMETRIC, cirq.Circuit(cirq.X(C), cirq.measure(C, A, key="z")), cirq.Circuit(cirq.measure(A, key="nothing"))]
    found = service(api_version=version).run_batch(circuits, 40, target="qpu.forte-1", name="four")
    assert [sorted(result.measurements) for result in found] == [["m"], ["ba", "c"], ["z"], ["nothing"]]
    assert found[0].histogram(key="m") == {0b10: 40}
    assert found[2].histogram(key="z") == {0b10: 40}
    assert found[3].histogram(key="nothing") == {0: 40}


def test_a_batch_of_both_gate_sets_is_refused_before_anything_is_sent(cloud, service):
    native = cirq.Circuit(ionq.GPIGate(phi=0.1)(A), cirq.measure(A, key="m"))
    with pytest.raises(IonQSerializerMixedGatesetsException):
        service().run_batch([X, native], 10, target="simulator")
    assert cloud.requests == []


def test_native_circuits_run(service, version):
    bell = cirq.Circuit(cirq.H(A), cirq.CNOT(A, B))
    for gateset, target in ((ionq.AriaNativeGateset(), "qpu.aria-1"), (ionq.ForteNativeGateset(), "qpu.forte-1")):
        circuit = cirq.optimize_for_target_gateset(bell, gateset=gateset) + cirq.Circuit(cirq.measure(A, B, key="m"))
        assert set(service(api_version=version).run(circuit, 100, target=target).histogram(key="m")) == {0b00, 0b11}


def test_jobs_are_found_by_id_by_token_and_in_the_list(service, version):
    own = service(api_version=version, default_target="simulator")
    jobs = [own.create_job(X, 10, name=f"j{number}") for number in range(5)]
    assert own.get_job(jobs[2].job_id()).name() == "j2"
    assert own.find_job(jobs[3].token()) == jobs[3]
    assert own.find_job("never") is None
    assert [job.name() for job in own.list_jobs(limit=3)] == ["j4", "j3", "j2"]
    assert [job.name() for job in own.list_jobs(batch_size=2)] == ["j4", "j3", "j2", "j1", "j0"]
    assert own.list_jobs(status="failed") == ()
    with pytest.raises(IonQNotFoundException):
        own.get_job("00000000-0000-0000-0000-000000000000")


def test_a_list_ends_where_next_is_null_missing_or_repeated(cloud, service):
    own = service()
    cloud.script(r"/jobs\?", {"jobs": [{"id": "a", "status": "completed"}, {"id": "a", "status": "completed"}], "next": None})
    assert [job.job_id() for job in own.list_jobs()] == ["a"]
    cloud.script(r"/jobs\?", {"jobs": []})
    assert own.list_jobs() == ()
    cloud.script(r"/jobs\?", {"jobs": [{"id": "a", "status": "completed"}], "next": "again"})
    with pytest.raises(IonQException, match="does not end"):
        own.list_jobs()


def test_listing_asks_in_the_query_and_sends_no_body(cloud, service):
    service().list_jobs(status="completed", limit=7, target="simulator")
    request = cloud.requests[-1]
    assert (request.query, request.body) == ({"status": ["completed"], "target": ["simulator"], "limit": ["7"]}, b"")


@pytest.mark.parametrize("identity", ["", ".", "..", None, 5])
def test_an_id_that_is_none_is_refused(service, identity):
    with pytest.raises(InvalidArgument, match="is no id"):
        service().get_job(identity)


def test_an_id_cannot_lead_elsewhere(cloud, service):
    with pytest.raises(IonQNotFoundException):
        service().get_job("../backends?x=1#y")
    assert cloud.requests[-1].target == "/v0.4/jobs/..%2Fbackends%3Fx%3D1%23y"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"api_version": "v0.1"}, "api_version"),
        ({"default_target": "the-machine"}, "default_target"),
        ({"max_retry_seconds": -1}, "max_retry_seconds"),
        ({"max_retry_seconds": float("nan")}, "max_retry_seconds"),
        ({"remote_host": "api.ionq.co"}, "remote_host"),
    ],
)
def test_arguments_that_make_no_sense_are_assertion_errors_as_in_cirq_ionq(service, options, why):
    with pytest.raises(AssertionError, match=why):
        service(**options)


@pytest.mark.parametrize("repetitions", [0, -1, 1_000_001, 1.5, "10", True, None])
def test_repetitions_are_whole_and_in_bounds(cloud, service, repetitions):
    with pytest.raises(InvalidArgument, match="repetitions"):
        service().create_job(X, repetitions, target="simulator")
    assert cloud.requests == []


def test_repetitions_may_be_numpys(cloud, service):
    service().create_job(X, np.int64(12), target="simulator")
    assert cloud.submissions[-1]["shots"] == 12


def test_without_a_target_nothing_is_sent(cloud, service):
    own = service(default_target=None)
    for call in (lambda: own.create_job(X), own.sampler):
        with pytest.raises(AssertionError, match="there is no target"):
            call()
    assert cloud.requests == []


def test_mistakes_are_exceptions_under_python_o_too(cloud):
    code = (
        "from ionq_runner.ionq import Service, InvalidArgument\n"
        f"try: Service({cloud.url!r}, 'k', api_version='v9')\n"
        "except InvalidArgument as error: print('refused:', error)\n"
    )
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("refused: `api_version` is one of")


NINE = {str(number): "x" for number in range(9)}
INVERTED = cirq.Circuit(cirq.measure(A, key="m", invert_mask=(True,)))


@pytest.mark.parametrize(
    ("circuits", "names", "room"),
    [
        (X, "measurement0, ionq_runner", 8),
        (INVERTED, "measurement0, invert_masks, ionq_runner", 7),
        ([X, INVERTED], "measurements, qubit_numbers, invert_masks, ionq_runner", 6),
    ],
)
def test_more_metadata_than_the_service_keeps_are_refused_with_the_reason_and_the_room(cloud, service, version, circuits, names, room):
    own = service(api_version=version)
    create = own.create_batch_job if isinstance(circuits, list) else own.create_job
    told = (
        f"IonQ keeps 10 keys of metadata with a job, and {10 - room} of them are needed to read its results and to find it again "
        f"({names}): there is room for {room} of yours, and these are 9. Put several values under one key, as JSON text"
    )
    for options in ({"metadata": NINE}, {"extra_query_params": {"metadata": NINE}}):
        with pytest.raises(InvalidArgument) as caught:
            create(circuits, 10, target="simulator", **options)
        assert str(caught.value) == told
    assert cloud.requests == []
    for options in ({"metadata": dict(list(NINE.items())[:room])}, {"extra_query_params": {"metadata": dict(list(NINE.items())[:room])}}):
        job = create(circuits, 10, target="simulator", **options)
        assert len(cloud.submissions[-1]["metadata"]) == 10
        assert job.repetitions() == 10


def test_as_many_metadata_as_cirq_ionq_leaves_room_for_are_sent(cloud, service):
    own = service()
    job = own.create_job(X, 10, target="simulator", metadata={str(number): "x" for number in range(8)}, name="")
    assert len(cloud.submissions[-1]["metadata"]) == 10
    assert "name" not in cloud.submissions[-1]
    assert (job.repetitions(), job.measurement_dict(), own.find_job(job.token())) == (10, {"m": [0, 1]}, job)


def test_what_cannot_be_json_is_refused(service):
    with pytest.raises(InvalidArgument, match="cannot be sent as JSON"):
        service().create_job(X, 10, target="simulator", noise={"model": object()})
    with pytest.raises(InvalidArgument, match="cannot be sent as JSON"):
        service().create_job(X, 10, target="simulator", extra_query_params={"x": float("nan")})


def test_machines_are_listed_and_looked_up(service, version):
    own = service(api_version=version)
    names = [backend.name for backend in own.backends()]
    assert names[0] == "simulator"
    assert own.backend("qpu.forte-1").qubits == 36
    assert own.backend("simulator").status == "available"
    with pytest.raises(IonQNotFoundException):
        own.backend("qpu.nowhere-1")


def test_characterizations_of_both_versions(cloud, service, version):
    own = service(api_version=version)
    current = own.get_current_calibration("qpu.aria-1")
    assert (current.target(), current.num_qubits()) == ("qpu.aria-1", 25)
    listed = own.list_calibrations(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), limit=3, target="qpu.aria-1")
    assert listed[0] == current
    assert len(listed) == 3
    query = next(request.query for request in reversed(cloud.requests) if "start" in request.query)
    assert query["start"] == (["1577836800000"] if version == "v0.3" else ["2020-01-01T00:00:00+00:00"])
    assert own.get_calibration(current.calibration_id(), "qpu.aria-1").calibration_id() == current.calibration_id()
    with pytest.raises(InvalidArgument, match="time zone"):
        own.list_calibrations(datetime(2020, 1, 1), target="qpu.aria-1")


def test_more_characterizations_than_a_page_holds_are_fetched(service, version):
    found = service(api_version=version).list_calibrations(limit=25, target="qpu.aria-1")
    assert len({calibration.calibration_id() for calibration in found}) == len(found) == min(25, len(found))
    assert len(found) > 10


def test_without_a_name_the_calibration_is_that_of_a_machine_that_is_available(service):
    assert service(default_target="simulator").get_current_calibration().target() == "qpu.aria-1"
    assert service(default_target="qpu.forte-1").get_current_calibration().target() == "qpu.forte-1"


def test_the_account_and_its_prices(service):
    own = service()
    assert own.whoami()["key_name"]
    estimate = own.estimate("qpu.forte-1", 1000, 4, one_qubit_gates=10, two_qubit_gates=5, debias=True)
    assert estimate.cost > own.estimate("qpu.forte-1", 1000, 4, one_qubit_gates=10, two_qubit_gates=5).cost > 0
    assert own.usage("org", date(2026, 5, 1), date(2026, 5, 2), group_by="job", modality="daily")


def test_sessions_begin_hold_jobs_and_end(cloud, service):
    own = service()
    session = own.create_session("qpu.forte-1", job_count=5, minutes=10, cost_usd=20)
    assert dict(session.settings)["job_count_limit"] == 5
    own.create_job(X, 10, target="qpu.forte-1", extra_query_params={"session_id": session.id})
    assert cloud.submissions[-1]["session_id"] == session.id
    assert [one.id for one in own.sessions(active=True)] == [session.id]
    assert own.session(session.id).active
    assert not own.end_session(session.id).active
    assert own.sessions(active=True) == []


def test_what_only_the_newer_version_has_is_refused_by_name(service):
    own = service(api_version="v0.3")
    for call in (own.whoami, own.sessions, lambda: own.estimate("qpu.aria-1")):
        with pytest.raises(InvalidArgument, match=r"API v0\.3 has no"):
            call()


def test_a_service_shows_what_it_is(cloud):
    own = Service(cloud.url, cloud.key, default_target="simulator")
    assert repr(own) == f"ionq_runner.ionq.Service(remote_host='{cloud.url}/v0.4', api_version='v0.4', default_target='simulator')"
    assert own.remote_host == f"{cloud.url}/v0.4"

"""The service that the tests of the client talk to answers as IonQ's does."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

QPU = {"backend": "qpu.aria-1"}
ASYMMETRIC = [{"gate": "x", "target": 0}, {"gate": "cnot", "control": 0, "target": 2}]  # qubits 0 and 2 of 4: 1 + 4
BELL = [{"gate": "h", "targets": [1]}, {"gate": "x", "targets": [0], "controls": [1]}]


def call(cloud, method, path, body=None, key="test-key"):
    """The status and the parsed body; a connection of its own."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(cloud.url + path, data, {"Authorization": f"apiKey {key}"} if key else {}, method=method)
    with contextlib.ExitStack() as stack:
        try:
            answer = stack.enter_context(urllib.request.urlopen(request, timeout=10))
        except urllib.error.HTTPError as error:
            answer = stack.enter_context(error)
        return answer.status, json.loads(answer.read())


def job_body(circuit=ASYMMETRIC, qubits=4, gateset="qis", **more):
    given = {"qubits": qubits, "gateset": gateset, "circuit": circuit}
    return {"type": "ionq.circuit.v1", "backend": "simulator", "shots": 100, "input": given, **more}


def batch_body(*circuits, **more):
    given = {"qubits": 4, "circuits": [{"name": f"c{place}", "circuit": circuit} for place, circuit in enumerate(circuits)]}
    return {"type": "ionq.multi-circuit.v1", "backend": "simulator", "input": given, **more}


def submit(cloud, body=None):
    status, answer = call(cloud, "POST", "/v0.4/jobs", job_body() if body is None else body)
    assert (status, answer) == (201, {"id": answer["id"], "status": "submitted", "session_id": None})
    return answer["id"]


def show(cloud, job):
    return call(cloud, "GET", f"/v0.4/jobs/{job}")[1]


def results(cloud, job, rest="results/probabilities"):
    status, answer = call(cloud, "GET", f"/v0.4/jobs/{job}/{rest}")
    assert status == 200, answer
    return answer


# Results


def test_qubit_0_is_the_least_significant_bit_in_v04(cloud):
    job = submit(cloud)
    assert show(cloud, job)["results"]["probabilities"]["url"] == f"/v0.4/jobs/{job}/results/probabilities"
    assert results(cloud, job) == {"5": 1.0}
    assert results(cloud, job, "artifacts/probabilities-v2") == {"probabilities": {"registers": {"output_all": {"0101": 1.0}}}}


OLD_WORDS = [{"input": {"format": "ionq.circuit.v0", "circuit": ASYMMETRIC}}, {"lang": "json", "body": {"circuit": ASYMMETRIC}}]


@pytest.mark.parametrize("words", OLD_WORDS)
def test_qubit_0_is_the_least_significant_bit_in_v03(cloud, words):
    status, answer = call(cloud, "POST", "/v0.3/jobs", {"target": "simulator", **words})
    assert (status, answer) == (200, {"id": answer["id"], "status": "ready", "request": answer["request"]})
    assert abs(answer["request"] - time.time()) < 60
    document = call(cloud, "GET", f"/v0.3/jobs/{answer['id']}")[1]
    assert document["results_url"] == f"/v0.3/jobs/{answer['id']}/results"
    assert call(cloud, "GET", document["results_url"]) == (200, {"5": 1.0})


def test_the_first_target_of_a_gate_on_two_qubits_is_the_first(cloud):
    native = [{"gate": "gpi2", "target": 0, "phase": 0}, {"gate": "ms", "targets": [0, 1], "phases": [0, 0.25], "angle": 0.125}]
    job = submit(cloud, job_body(native, 2, "native"))
    # exp(-i pi/8 X Y), on a state that qubit 0 alone leaves |0>: whatever the phase of X, Y turns qubit 1 to cos, sin of pi/8
    even, odd = np.cos(np.pi / 8) ** 2 / 2, np.sin(np.pi / 8) ** 2 / 2
    assert results(cloud, job) == pytest.approx({"0": even, "1": even, "2": odd, "3": odd})


def test_sampled_results_sum_to_the_shots_and_are_the_same_again(cloud):
    jobs = [submit(cloud, job_body(BELL, 2, shots=333, **QPU)) for _ in range(2)]
    seeded = [submit(cloud, job_body(BELL, 2, shots=333, noise={"model": "aria-1", "seed": 7})) for _ in range(2)]
    for job in jobs + seeded:
        show(cloud, job)
        shots, histogram = results(cloud, job, "results/shots"), results(cloud, job, "results/histogram")
        assert results(cloud, job) == {outcome: count / 333 for outcome, count in histogram.items()} == results(cloud, job)
        assert len(shots) == sum(histogram.values()) == 333
        assert {outcome: shots.count(outcome) for outcome in sorted(set(shots), key=int)} == histogram
    assert results(cloud, jobs[0]) != results(cloud, jobs[1])
    assert results(cloud, seeded[0]) == results(cloud, seeded[1])
    assert set(results(cloud, jobs[0])) == {"0", "3"}


def test_an_ideal_simulator_has_no_shots_to_show(cloud):
    job = submit(cloud)
    show(cloud, job)
    assert call(cloud, "GET", f"/v0.4/jobs/{job}/results/shots")[0] == 404


def test_a_debiased_job_shows_its_variants_and_sharpens_otherwise(cloud):
    job = submit(cloud, job_body([{"gate": "ry", "target": 0, "rotation": 1.0}], 1, shots=502, **QPU))
    variants = show(cloud, job)["output"]["error_mitigation"]["debiasing"]["variants"]
    assert [variant["shots"] for variant in variants] == [101, 101, 100, 100, 100]
    counts = [results(cloud, job, variant["results"]["histogram"]["url"].split(job + "/")[1]) for variant in variants]
    averaged, sharpened = results(cloud, job), results(cloud, job, "results/probabilities?sharpen=True")
    assert averaged == {outcome: sum(count.get(outcome, 0) for count in counts) / 502 for outcome in "01"}
    assert sharpened["0"] > averaged["0"]
    assert sum(sharpened.values()) == pytest.approx(1)


def test_a_batch_answers_in_the_order_of_its_circuits(cloud):
    circuits = [[{"gate": "x", "target": place}] for place in (2, 0, 3, 1)]
    job = submit(cloud, batch_body(*circuits, metadata={"point": "7"}, name="four"))
    document = show(cloud, job)
    found = results(cloud, job, "results/probabilities/aggregated")
    assert document["results"]["probabilities"]["url"] == f"/v0.4/jobs/{job}/results/probabilities/aggregated"
    assert list(found) == document["child_job_ids"]
    assert list(found.values()) == [{"4": 1.0}, {"1": 1.0}, {"8": 1.0}, {"2": 1.0}]
    assert call(cloud, "GET", f"/v0.4/jobs/{job}/results/probabilities")[0] == 404
    listed = call(cloud, "GET", f"/v0.4/jobs?parent_job_id={job}")[1]["jobs"]
    assert [(one["id"], one["name"], one["metadata"]) for one in listed] == [
        (child, f"c{place}", {"point": "7"}) for place, child in reversed(list(enumerate(found)))
    ]
    assert call(cloud, "GET", f"/v0.3/jobs/{job}/results") == (200, found)
    assert call(cloud, "GET", f"/v0.3/jobs/{job}")[1]["children"] == list(found)


def test_a_dry_run_ends_without_results_and_shows_its_circuit(cloud):
    job = submit(cloud, job_body(dry_run=True, **QPU))
    document = show(cloud, job)
    assert (document["status"], document["results"], document["dry_run"]) == ("completed", None, True)
    compiled = document["output"]["compilation"]["compiled_circuits"]["ionq.native.v1"]["id"]
    assert results(cloud, job, f"artifacts/{compiled}")["circuit"] == ASYMMETRIC
    assert call(cloud, "GET", f"/v0.4/jobs/{job}/results/probabilities")[0] == 404
    assert call(cloud, "GET", f"/v0.4/jobs/{job}/cost")[1]["cost"] == {"value": 0.0, "unit": "usd"}


# The life of a job


def test_a_job_is_done_when_it_is_first_looked_at(cloud):
    job = submit(cloud)
    assert cloud.jobs[job].status == "submitted"
    assert show(cloud, job)["status"] == "completed"


def test_a_job_goes_through_its_states_by_time(cloud):
    cloud.run_s = 1000
    job, seen, seen_v03 = submit(cloud), [], []
    for part in (0.1, 0.3, 0.6, 1.1):
        cloud.jobs[job].accepted_s = time.monotonic() - part * 1000
        seen.append(show(cloud, job)["status"])
        seen_v03.append(call(cloud, "GET", f"/v0.3/jobs/{job}")[1]["status"])
    assert seen == ["submitted", "ready", "started", "completed"]
    assert seen_v03 == ["ready", "ready", "running", "completed"]
    assert show(cloud, job)["execution_duration_ms"] == 500_000


def test_a_job_takes_as_long_as_it_is_told(cloud):
    cloud.run_s = 0.1
    begun, job = time.monotonic(), submit(cloud)
    while show(cloud, job)["status"] != "completed" and time.monotonic() < begun + 10:
        time.sleep(0.002)
    assert 0.1 <= time.monotonic() - begun < 10


def test_results_are_not_found_before_the_job_is_done(cloud):
    cloud.run_s = float("inf")
    job = submit(cloud)
    status, answer = call(cloud, "GET", f"/v0.4/jobs/{job}/results/probabilities")
    assert (status, answer) == (404, {"statusCode": 404, "error": "Not Found Error", "message": "Job not found or not yet completed."})


def test_a_test_decides_what_a_job_says(cloud):
    job = submit(cloud, job_body(metadata={"a": "b"}))
    held = cloud.jobs[job]
    held.failure, held.metadata, held.warnings = {"code": "SystemCancel", "message": "power"}, None, ["hot"]
    held.changes = {"backend": "qpu.aria-2", "stats": ...}
    document = show(cloud, job)
    assert (document["status"], document["failure"]) == ("failed", {"code": "SystemCancel", "message": "power"})
    assert (document["metadata"], document["warning"], document["backend"]) == (None, {"messages": ["hot"]}, "qpu.aria-2")
    assert "stats" not in document
    assert call(cloud, "GET", f"/v0.3/jobs/{job}")[1]["failure"] == {"code": "SystemCancel", "error": "power"}
    held.failure, held.histogram = None, {"3": 1.0}
    assert results(cloud, job) == {"3": 1.0}
    held.status = "ready"
    assert show(cloud, job)["status"] == "ready"


@pytest.mark.parametrize("version", ["v0.3", "v0.4"])
def test_jobs_are_canceled_and_deleted_one_by_one_and_together(cloud, version):
    cloud.run_s = float("inf")
    one, two, three = (submit(cloud) for _ in range(3))
    base = f"/{version}/jobs"
    assert call(cloud, "PUT", f"{base}/{one}/status/cancel") == (200, {"id": one, "status": "canceled"})
    assert call(cloud, "PUT", f"{base}/status/cancel", {"ids": [two, three]}) == (200, {"ids": [two, three], "status": "canceled"})
    assert [cloud.jobs[job].status for job in (one, two, three)] == ["canceled"] * 3
    assert call(cloud, "DELETE", f"{base}/{one}") == (200, {"id": one, "status": "deleted"})
    assert call(cloud, "DELETE", base, {"ids": [two]}) == (200, {"ids": [two], "status": "deleted"})
    assert list(cloud.jobs) == [three]
    assert call(cloud, "GET", f"{base}/{one}")[0] == 404
    assert call(cloud, "DELETE", base, {"ids": [three, one]})[0] == 404


def test_canceling_a_completed_job_is_a_setting(cloud):
    first, second = submit(cloud), submit(cloud)
    call(cloud, "GET", "/v0.4/jobs")
    call(cloud, "PUT", f"/v0.4/jobs/{first}/status/cancel")
    cloud.cancels_completed = False
    call(cloud, "PUT", f"/v0.4/jobs/{second}/status/cancel")
    assert [show(cloud, job)["status"] for job in (first, second)] == ["canceled", "completed"]


@pytest.mark.parametrize(
    ("circuit", "more", "code"),
    [
        ([{"gate": "toffoli", "targets": [0, 1, 2]}], {}, "UnsupportedGate"),
        ([{"gate": "gpi", "target": 0, "phase": 0}], {}, "UnsupportedGate"),
        ([{"gate": "x", "target": 9}], {}, "PreflightError"),
        ([{"gate": "swap", "targets": [1, 1]}], {}, "PreflightError"),
        ([{"gate": "rx", "target": 0}], {}, "PreflightError"),
        ([{"gate": "x", "target": 0}], {"settings": {"error_mitigation": {"debiasing": True}}, **QPU}, "DebiasingError"),
    ],
)
def test_a_circuit_that_cannot_be_run_is_accepted_and_fails(cloud, circuit, more, code):
    document = show(cloud, submit(cloud, job_body(circuit, **more)))
    assert (document["status"], document["failure"]["code"], document["results"]) == ("failed", code, None)


def test_a_machine_takes_its_own_entangling_gate_only(cloud):
    zz = [{"gate": "zz", "targets": [0, 1], "angle": 0.25}]
    found = {name: show(cloud, submit(cloud, job_body(zz, 2, "native", backend=name)))["status"] for name in ("qpu.aria-1", "qpu.forte-1")}
    assert found == {"qpu.aria-1": "failed", "qpu.forte-1": "completed"}


def test_one_bad_circuit_stops_the_whole_batch(cloud):
    job = submit(cloud, batch_body(ASYMMETRIC, [{"gate": "what", "target": 0}]))
    children = [show(cloud, child)["status"] for child in show(cloud, job)["child_job_ids"]]
    assert (show(cloud, job)["status"], children) == ("failed", ["canceled", "failed"])


# Requests


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_request_without_the_key_is_refused(cloud, key):
    expected = (401, {"statusCode": 401, "error": "Unauthorized Error", "message": "Invalid key provided."})
    assert call(cloud, "POST", "/v0.4/jobs", job_body(), key=key) == expected
    assert call(cloud, "GET", "/v0.3/jobs", key=key) == expected
    assert cloud.submissions == []


@pytest.mark.parametrize("version", ["v0.3", "v0.4"])
def test_machines_are_shown_to_anyone(cloud, version):
    machines = call(cloud, "GET", f"/{version}/backends", key=None)[1]
    assert [machine["backend"] for machine in machines][:2] == ["simulator", "qpu.aria-1"]
    place = "backends/qpu.aria-1/characterizations" if version == "v0.4" else "characterizations/backends/qpu.aria-1"
    first = call(cloud, "GET", f"/{version}/{place}", key=None)[1]
    second = call(cloud, "GET", f"/{version}/{place}?page=2&limit=10", key=None)[1]
    assert [len(first["characterizations"]), first["pages"], len(second["characterizations"]), second["pages"]] == [10, 1, 2, 0]
    newest = first["characterizations"][0]
    if version == "v0.4":
        assert machines[1]["characterization_id"] == newest["id"]
        assert call(cloud, "GET", f"/v0.4/{place}/{newest['id']}") == (200, newest)
        dated = call(cloud, "GET", f"/v0.4/{place}?start=2026-05-03&end=2026-05-05", key=None)[1]["characterizations"]
        assert [one["date"][:10] for one in dated] == ["2026-05-04", "2026-05-03"]
    else:
        assert call(cloud, "GET", f"/v0.3{machines[1]['characterization_url']}") == (200, newest)
        assert call(cloud, "GET", f"/v0.3/{place}/current") == (200, newest)
        dated = call(cloud, "GET", f"/v0.3/{place}?start={newest['date'] * 1000}")[1]["characterizations"]
        assert dated == [newest]


@pytest.mark.parametrize(
    "body",
    [
        b"{", [], {}, job_body(backend="qpu.nowhere"), job_body(type="ionq.circuit.v9"), job_body(shots=0),
        job_body(shots=1_000_001), job_body(metadata={"a": 1}), job_body(circuit=["x"]), job_body(gateset="other"),
        job_body(noise={"model": "none"}), job_body(noise=[]), batch_body(), {**batch_body(BELL), "type": "ionq.circuit.v1"},
        job_body(session_id="unknown"), job_body([{"gate": "x", "target": "0"}]),
    ],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused_with_the_documented_error(cloud, body):
    status, answer = call(cloud, "POST", "/v0.4/jobs", body)
    assert (status, answer) == (400, {"statusCode": 400, "error": "Bad Request", "message": answer["message"]})
    assert (cloud.submissions, cloud.jobs) == ([], {})


def test_shots_may_be_a_text_and_the_old_name_of_a_machine_is_known(cloud):
    job = submit(cloud, job_body(shots="77", backend="qpu", lang="json"))
    assert (cloud.jobs[job].shots, cloud.jobs[job].backend, cloud.submissions[0]["shots"]) == (77, "qpu.aria-1", "77")


def pages(cloud, path):
    """The ids of each page, and the last document."""
    found, following = [], ""
    for _ in range(10):
        document = call(cloud, "GET", path + following)[1]
        found.append([job["id"] for job in document["jobs"]])
        if not document.get("next"):
            return found, document
        following = f"&next={document['next']}"
    raise AssertionError(found)


def test_lists_come_newest_first_in_pages(cloud):
    jobs = [submit(cloud, job_body(**(QPU if place % 2 else {}))) for place in range(30)][::-1]
    assert pages(cloud, "/v0.4/jobs?limit=12")[0] == [jobs[:12], jobs[12:24], jobs[24:]]
    found, last = pages(cloud, "/v0.4/jobs?a=b")
    assert (found, last["next"]) == ([jobs[:25], jobs[25:]], None)
    assert pages(cloud, "/v0.4/jobs?target=qpu.aria-1,qpu.forte-1")[0] == [jobs[::2]]
    assert pages(cloud, f"/v0.4/jobs?ids={jobs[3]}&ids={jobs[1]}")[0] == [[jobs[1], jobs[3]]]
    assert pages(cloud, "/v0.4/jobs?status=failed")[0] == [[]]
    found, last = pages(cloud, "/v0.3/jobs?limit=20")
    assert (found, "next" in last) == ([jobs[:20], jobs[20:]], False)
    cloud.omit_next = True
    assert "next" not in pages(cloud, "/v0.4/jobs?limit=20")[1]


def test_a_page_does_not_shift_when_a_job_is_added(cloud):
    jobs = [submit(cloud) for _ in range(4)][::-1]
    first = call(cloud, "GET", "/v0.4/jobs?limit=2")[1]
    submit(cloud)
    second = call(cloud, "GET", f"/v0.4/jobs?limit=2&next={first['next']}")[1]
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == jobs


def test_an_accepted_job_may_be_missing_from_the_list_for_a_while(cloud):
    job = submit(cloud)
    cloud.list_lag_s = 60
    assert call(cloud, "GET", "/v0.4/jobs")[1] == {"jobs": [], "next": None}
    assert show(cloud, job)["id"] == job


def test_a_session_holds_jobs_until_it_ends(cloud):
    session = call(cloud, "POST", "/v0.4/sessions", {**QPU, "settings": {"job_count_limit": 2}})[1]
    job = call(cloud, "POST", "/v0.4/jobs", job_body(session_id=session["id"], **QPU))[1]
    submit(cloud)
    assert job["session_id"] == session["id"]
    assert [one["id"] for one in call(cloud, "GET", f"/v0.4/sessions/{session['id']}/jobs")[1]["jobs"]] == [job["id"]]
    ended = call(cloud, "POST", f"/v0.4/sessions/{session['id']}/end")[1]
    assert (ended["status"], ended["active"]) == ("ended", False)
    assert call(cloud, "GET", f"/v0.4/sessions/{session['id']}") == (200, ended)
    assert call(cloud, "GET", "/v0.4/sessions?active=true")[1]["sessions"] == []
    assert call(cloud, "POST", "/v0.4/jobs", job_body(session_id=session["id"], **QPU))[0] == 400


def test_prices_and_the_account_are_told(cloud):
    job = submit(cloud, job_body(shots=1000, settings={"error_mitigation": {"debiasing": False}}, **QPU))
    show(cloud, job)
    assert call(cloud, "GET", f"/v0.4/jobs/{job}/cost")[1]["cost"] == {"value": 12.4166, "unit": "usd"}
    estimate = call(cloud, "GET", "/v0.4/jobs/estimate?backend=qpu.aria-1&shots=1000&2q_gates=100")[1]
    assert (estimate["estimated_cost"], estimate["estimated_total_cost"]) == (97.5, 97.5)
    assert call(cloud, "GET", "/v0.4/jobs/estimate")[0] == 400
    assert call(cloud, "GET", "/v0.4/whoami")[1]["key_name"] == "loopback"
    usage = call(cloud, "GET", "/v0.4/organizations/us/usage?start_date=2026-01-01&end_date=2026-02-01")[1]
    assert (usage["amount_total"], usage["job_count"], usage["organization"]) == (12.4166, 1, "us")


def test_every_request_is_kept_as_it_came(cloud):
    connection = http.client.HTTPConnection("127.0.0.1", int(cloud.url.rsplit(":", 1)[1]), timeout=10)
    with contextlib.closing(connection):
        for body in (b'{"limit": 3}', b""):  # a body on GET must not break the connection
            connection.request("GET", "/v0.4/jobs?limit=3&ids=a&ids=b", body, {"Authorization": "apiKey test-key", "X-Mine": "1"})
            assert connection.getresponse().read() == b'{"jobs": [], "next": null}'
    call(cloud, "GET", "/v0.4/nowhere")
    first, second, third = cloud.requests
    assert (first.method, first.target, first.path) == ("GET", "/v0.4/jobs?limit=3&ids=a&ids=b", "/v0.4/jobs")
    assert (first.query, first.body, first.json()) == ({"limit": ["3"], "ids": ["a", "b"]}, b'{"limit": 3}', {"limit": 3})
    assert (first.headers["X-Mine"], first.headers.get("x-mine"), "Nothing" in first.headers) == ("1", "1", False)
    assert [one.connection for one in (first, second, third)] == [1, 1, 2]
    assert (cloud.connections, cloud.max_in_flight_seen, cloud.in_flight) == (2, 1, 0)


def test_answers_take_as_long_as_they_are_told_and_side_by_side(cloud):
    cloud.delay_s = 0.1
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        assert [status for status, _ in pool.map(lambda _: call(cloud, "GET", "/v0.4/whoami"), range(4))] == [200] * 4
    assert time.monotonic() - begun >= 0.1
    assert 2 <= cloud.max_in_flight_seen <= 4


def test_a_script_fixes_what_a_path_answers(cloud):
    cloud.script("/jobs/abc$", {"status": "unheard of"})
    assert call(cloud, "GET", "/v0.4/jobs/abc") == (200, {"status": "unheard of"})
    cloud.script("/jobs/abc$", ["other"], status=203)
    assert call(cloud, "GET", "/v0.4/jobs/abc") == (203, ["other"])


def test_closing_ends_idle_and_slow_connections_at_once(loopback):
    cloud = loopback.Cloud()
    cloud.faults.add("GET", "whoami", "slow", seconds=60)
    port = int(cloud.url.rsplit(":", 1)[1])
    place, begun = ("127.0.0.1", port), time.monotonic()
    with contextlib.closing(socket.create_connection(place)), contextlib.closing(socket.create_connection(place)) as busy:
        busy.sendall(b"GET /v0.4/whoami HTTP/1.1\r\n\r\n")
        while not cloud.in_flight and time.monotonic() < begun + 10:
            time.sleep(0.001)
        assert [thread.name for thread in threading.enumerate() if str(port) in thread.name] != []
        cloud.close()
    assert [thread.name for thread in threading.enumerate() if str(port) in thread.name] == []
    assert (cloud.connections, cloud.errors) == (2, [])
    assert time.monotonic() - begun < 10

"""Documents as the service and other clients are known to write them, each with its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ionq_runner.ionq import Calibration, SimulatorResult
from ionq_runner.ionq.client import Reply
from ionq_runner.ionq.machines import read_estimate
from ionq_runner.ionq.measurement_map import measurements_of
from ionq_runner.ionq.results import probabilities_of
from ionq_runner.ionq.wire.documents import read_job
from ionq_runner.ionq.wire.submissions import Submission, job_body
from ionq_runner.ionq.wire.v0_3 import V0_3
from ionq_runner.ionq.wire.v0_4 import V0_4

FILES = sorted((Path(__file__).parent / "examples").glob("*.json"))
EXAMPLES = {file.stem: json.loads(file.read_text()) for file in FILES}


def document(name):
    return EXAMPLES[name]["document"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_names_its_source(name):
    assert EXAMPLES[name].keys() == {"source", "document"}
    assert EXAMPLES[name]["source"]


def test_a_bell_pair_and_an_asymmetric_circuit_are_read_in_cirqs_order():
    assert probabilities_of(document("bell_probabilities"), 2) == {0b00: 0.5, 0b11: 0.5}
    read = SimulatorResult(probabilities_of(document("one_bit_probabilities"), 2), 2, {"m": [0, 1]}, 5)
    assert read.to_cirq_result(seed=1).histogram(key="m") == {0b10: 5}


@pytest.mark.parametrize(("version", "name"), [(V0_4, "create_v0_4"), (V0_3, "create_v0_3")])
def test_a_submission_is_written_as_it_is_documented(version, name):
    submission = Submission(
        target="simulator", shots=1000, name="bell", metadata={"k": "string"}, noise={"model": "forte-1", "seed": 7},
        error_mitigation={"debias": False}, compilation={"opt": 0, "precision": "1E-3"},
    )  # fmt: skip
    circuit = {key: value for key, value in document(name)["input"].items() if key != "format"}
    assert json.loads(job_body(version, submission, circuit, several=False)) == document(name)


@pytest.mark.parametrize(("version", "name", "status"), [(V0_4, "created_v0_4", "submitted"), (V0_3, "created_v0_3", "ready")])
def test_the_answer_to_a_submission_is_a_job(version, name, status):
    read = read_job(version, document(name))
    assert (read.id, read.status, read.session) == ("617a1f8b-59d4-435d-aa33-695433d7155e", status, None)


def test_the_documented_characterization_is_read():
    calibration = Calibration(document("characterization_v0_4"))
    assert (calibration.target(), calibration.num_qubits()) == ("qpu.aria-1", 25)
    assert calibration.fidelities() == {"spam": {"median": 0.9962, "stderr": None}}
    assert (calibration.timings()["t1"], calibration.timings()["t2"]) == (10, 1)


@pytest.mark.parametrize("name", ["estimate_newer", "estimate_older"])
def test_both_forms_of_an_estimate_say_the_same(name):
    estimate = read_estimate(document(name))
    assert (estimate.cost, estimate.unit, estimate.execution_s, estimate.queue_s) == (12.5, "usd", 1.5, 60.0)


def test_the_metadata_of_cirq_ionq_are_read():
    assert measurements_of(document("cirq_metadata"), 0) == {"ba": (1, 0), "c": (2,)}


def test_an_error_is_told_in_the_services_words(cloud, service):
    body = json.dumps(document("error")).encode()
    assert Reply(400, {}, body).document() == document("error")
    cloud.faults.add("GET", "/jobs/a", "status", status=400, body=body)
    with pytest.raises(Exception, match='child "shots" fails'):
        service().get_job("a")

"""Documents of both versions of the API: written and read in each one's own words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ionq_runner.ionq import InvalidArgument, IonQResponseException
from ionq_runner.ionq.wire.documents import JobDocument, read_job, time_of
from ionq_runner.ionq.wire.submissions import Submission, job_body
from ionq_runner.ionq.wire.v0_3 import V0_3
from ionq_runner.ionq.wire.v0_4 import V0_4

CIRCUIT = {"gateset": "qis", "qubits": 1, "circuit": [{"gate": "h", "targets": [0]}]}

NEWER = {
    "id": "617a1f8b-59d4-435d-aa33-695433d7155e",
    "status": "completed",
    "type": "ionq.circuit.v1",
    "backend": "qpu.aria-1",
    "dry_run": False,
    "name": "bell",
    "metadata": {"shots": "100"},
    "shots": 100,
    "session_id": None,
    "parent_job_id": None,
    "child_job_ids": None,
    "failure": None,
    "submitted_at": "2026-05-01T12:00:00.000Z",
    "started_at": "2026-05-01T12:01:00.500Z",
    "completed_at": "2026-05-01T12:01:02Z",
    "execution_duration_ms": 1500,
    "settings": {"error_mitigation": {"debiasing": True}},
    "stats": {"qubits": 2, "gate_counts": {"1q": 1, "2q": 1}},
    "output": {},
    "results": None,
}  # the fields of the job object in IonQ's OpenAPI document of v0.4
OLDER = {
    "id": "617a1f8b-59d4-435d-aa33-695433d7155e",
    "status": "completed",
    "target": "qpu.aria-1",
    "name": "bell",
    "metadata": {"shots": "100"},
    "shots": 100,
    "request": 1777636800,
    "start": 1777636860.5,
    "response": 1777636862,
    "execution_time": 1500,
    "error_mitigation": {"debias": True},
    "qubits": 2,
    "gate_counts": {"1q": 1, "2q": 1},
    "cost_usd": 1.5,
    "estimated_cost_usd": 2,
    "failure": None,
}  # the fields of the job object in IonQ's documentation of v0.3


def test_both_versions_say_the_same_of_a_job():
    common = {
        "id": "617a1f8b-59d4-435d-aa33-695433d7155e",
        "status": "completed",
        "several": False,
        "target": "qpu.aria-1",
        "name": "bell",
        "metadata": {"shots": "100"},
        "shots": 100,
        "qubits": 2,
        "gate_counts": {"1q": 1, "2q": 1},
        "submitted": datetime(2026, 5, 1, 12, tzinfo=UTC),
        "started": datetime(2026, 5, 1, 12, 1, 0, 500_000, UTC),
        "completed": datetime(2026, 5, 1, 12, 1, 2, tzinfo=UTC),
        "duration_s": 1.5,
    }
    assert read_job(V0_4, NEWER) == JobDocument(**common, kind="ionq.circuit.v1", error_mitigation={"debiasing": True})
    assert read_job(V0_3, OLDER) == JobDocument(**common, error_mitigation={"debias": True}, cost_usd=1.5, estimated_cost_usd=2.0)


@pytest.mark.parametrize("version", [V0_3, V0_4])
@pytest.mark.parametrize(
    "damage",
    [
        {"metadata": None},
        {"metadata": []},
        {"stats": None},
        {"failure": "x"},
        {"shots": "many"},
        {"child_job_ids": {}},
        {"warning": None},
        {"output": 5},
        {"submitted_at": "soon", "request": "soon"},
        {"submitted_at": 1e300, "request": 1e300},
        {"type": 7},
        {"name": 7},
    ],
)
def test_what_makes_no_sense_is_left_out(version, damage):
    base = OLDER if version is V0_3 else NEWER
    read = read_job(version, {**base, **damage})
    assert (read.id, read.status, read.several) == (base["id"], "completed", False)


def test_only_what_is_no_job_is_refused():
    assert read_job(V0_4, {"id": "a", "status": "new"}) == JobDocument(id="a", status="new", several=False)
    for document in (None, [], "job", {}, {"id": "a"}, {"status": "x"}, {"id": "", "status": "x"}, {"id": "a", "status": None}):
        with pytest.raises(IonQResponseException, match="is not a job"):
            read_job(V0_4, document)


def test_a_job_of_several_circuits_is_known_by_its_type_or_its_children():
    assert read_job(V0_4, {**NEWER, "type": "ionq.multi-circuit.v1"}).several
    assert read_job(V0_4, {**NEWER, "child_job_ids": ["b"]}).children == ("b",)
    assert read_job(V0_3, {**OLDER, "children": ["b", "c"]}).several


@pytest.mark.parametrize("failure", [{"code": "X", "message": "why"}, {"error": "why", "code": "X"}, {"message": "why"}])
@pytest.mark.parametrize("version", [V0_3, V0_4])
def test_the_reason_of_a_failure_is_read_in_either_form(version, failure):
    assert read_job(version, {"id": "a", "status": "failed", "failure": failure}).reason == "why"


def test_counts_written_as_text_are_counts():
    assert read_job(V0_4, {**NEWER, "shots": "100"}).shots == 100


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T12:00:00.123Z", datetime(2026, 5, 1, 12, 0, 0, 123_000, UTC)),
        ("2026-05-01T12:00:00", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (None, None),
        (True, None),
        ("", None),
        (float("nan"), None),
    ],
)
def test_moments_are_read_with_or_without_a_fraction(text, moment):
    assert time_of(text) == moment


def body(version, several=False, inputs=CIRCUIT, **options):
    return json.loads(job_body(version, Submission(**{"target": "simulator", "shots": 10, **options}), inputs, several))


def test_the_least_that_is_sent():
    assert body(V0_4) == {"type": "ionq.circuit.v1", "backend": "simulator", "shots": 10, "input": CIRCUIT}
    assert body(V0_3) == {"target": "simulator", "shots": 10, "input": {"format": "ionq.circuit.v0", **CIRCUIT}}
    assert body(V0_4, several=True)["type"] == "ionq.multi-circuit.v1"


def test_circuits_may_be_given_as_text():
    for version in (V0_3, V0_4):
        assert body(version, inputs=json.dumps(CIRCUIT)) == body(version)


def test_settings_of_a_job_are_laid_over_those_of_the_service_and_neither_is_changed():
    settings = {"error_mitigation": {"debiasing": False, "other": 1}, "deep": {"a": 1}}
    found = body(V0_4, settings=settings, error_mitigation={"debias": True}, compilation={"opt": 1})
    assert found["settings"] == {"error_mitigation": {"debiasing": True, "other": 1}, "deep": {"a": 1}, "compilation": {"opt": 1}}
    assert settings == {"error_mitigation": {"debiasing": False, "other": 1}, "deep": {"a": 1}}


def test_more_of_the_body_is_laid_over_it_but_for_what_results_are_read_by():
    found = body(
        V0_4,
        metadata={"ours": "1"},
        settings={"a": {"b": 1}},
        extra={"new": [1], "metadata": {"ours": "2", "more": "3"}, "settings": {"c": 2}},
    )
    assert (found["new"], found["settings"]) == ([1], {"a": {"b": 1}, "c": 2})
    assert found["metadata"] == {"ours": "1", "more": "3"}
    for version, names in ((V0_4, ("input", "backend", "shots", "type")), (V0_3, ("input", "target", "shots", "type"))):
        for name in names:
            with pytest.raises(InvalidArgument, match=f"cannot set `{name}`"):
                body(version, extra={name: 1})
    with pytest.raises(InvalidArgument, match="metadata"):
        body(V0_4, extra={"metadata": {str(number): "" for number in range(11)}})


@pytest.mark.parametrize("asked", [True, "debias", [True]])
def test_error_mitigation_is_a_dictionary(asked):
    with pytest.raises(InvalidArgument, match="`error_mitigation` is a dictionary"):
        body(V0_4, error_mitigation=asked)
    with pytest.raises(InvalidArgument, match="`error_mitigation` in `job_settings` is a dictionary"):
        body(V0_4, settings={"error_mitigation": asked})


@pytest.mark.parametrize("version", [V0_3, V0_4])
@pytest.mark.parametrize("name", ["debias", "debiasing"])
@pytest.mark.parametrize("inside", [True, False])
def test_error_mitigation_in_more_of_the_body_is_in_the_versions_words_and_place(version, name, inside):
    def more(**options):
        return {"settings": {"error_mitigation": options}} if inside else {"error_mitigation": options}

    def sent(**options):
        found = body(version, **options)
        (taken,) = [one["error_mitigation"] for one in (found, found.get("settings", {})) if "error_mitigation" in one]
        assert ("error_mitigation" in found) == (version is V0_3)
        return taken

    own = version.debias
    for usual in ("debias", "debiasing"):
        assert sent(settings={"error_mitigation": {usual: True, "a": 1}}, extra=more(**{name: False})) == {own: False, "a": 1}
        assert sent(error_mitigation={usual: True}, extra=more(**{name: True, "a": 1})) == {own: True, "a": 1}
        with pytest.raises(InvalidArgument, match=f"`extra_query_params` do not say the same of `{own}`"):
            body(version, error_mitigation={usual: True}, extra=more(**{name: False}))
    assert body(version, extra={**more(**{name: True}), "lab": 1})["lab"] == 1
    with pytest.raises(InvalidArgument, match=f"`{name}` is True or False, not 'yes'"):
        body(version, extra=more(**{name: "yes"}))
    with pytest.raises(InvalidArgument, match="`error_mitigation` in `extra_query_params` is a dictionary"):
        body(version, extra={"error_mitigation": True})
    with pytest.raises(InvalidArgument, match="has `error_mitigation` twice"):
        body(version, extra={"error_mitigation": {"debias": True}, "settings": {"error_mitigation": {name: False}}})


@pytest.mark.parametrize("metadata", [None, "x", 5, []])
def test_metadata_of_ours_are_not_taken_away(metadata):
    with pytest.raises(InvalidArgument, match="`metadata` in `extra_query_params` is a dictionary"):
        body(V0_4, metadata={"ionq_runner": "t"}, extra={"metadata": metadata})


def test_entries_of_another_job_are_not_taken_for_ours():
    anothers = {"measurement0": "m", "measurement12": "m", "measurements": "[]", "qubit_numbers": "[1]", "invert_masks": "{}"}
    for ours in ({}, {"ionq_runner": "t", "measurement0": "z"}):
        found = body(V0_4, metadata=ours, extra={"metadata": {**anothers, "ionq_runner": "another", "lab": "two", "measurement": "by me"}})
        assert found["metadata"] == {**ours, "lab": "two", "measurement": "by me"}


@pytest.mark.parametrize("metadata", [{"n": 1}, {"n": None}, {1: "a"}, {"n": ["a"]}])
def test_metadata_are_texts_and_so_is_a_name(metadata):
    for options in ({"metadata": metadata}, {"extra": {"metadata": metadata}}):
        with pytest.raises(InvalidArgument, match="`metadata` are texts under texts"):
            body(V0_4, **options)
    for options in ({"name": 5}, {"extra": {"name": 5}}):
        with pytest.raises(InvalidArgument, match="`name` is a text, not 5"):
            body(V0_4, **options)


@pytest.mark.parametrize("name", ["debias", "debiasing"])
@pytest.mark.parametrize("other", ["debias", "debiasing"])
def test_settings_of_every_job_are_translated_and_the_call_is_heard_before_them(name, other):
    usual = {"custom": 1, "error_mitigation": {name: True, "more": 2}}
    called = {other: False}
    assert body(V0_4, settings=usual)["settings"] == {"custom": 1, "error_mitigation": {"debiasing": True, "more": 2}}
    assert body(V0_4, settings=usual, error_mitigation=called)["settings"]["error_mitigation"] == {"debiasing": False, "more": 2}
    for asked, debias in (({}, True), (called, False)):
        found = body(V0_3, settings=usual, error_mitigation=asked)
        assert (found["settings"], found["error_mitigation"]) == ({"custom": 1}, {"debias": debias, "more": 2})
    assert usual == {"custom": 1, "error_mitigation": {name: True, "more": 2}}
    for nothing in (None, {}):
        assert "settings" not in body(V0_4, settings={"error_mitigation": nothing})
    with pytest.raises(InvalidArgument, match="two names of one setting"):
        body(V0_4, settings={"error_mitigation": {"debias": True, "debiasing": False}})


@pytest.mark.parametrize("number", [1e17, -1, 10**400, "9" * 5000, True])
def test_numbers_that_no_job_has_are_left_out(number):
    read = read_job(V0_4, {**NEWER, "shots": number, "stats": {"qubits": number}, "execution_duration_ms": 10**400})
    assert (read.shots, read.qubits, read.duration_s) == (None, None, None)


def test_what_a_version_has_no_place_for_is_refused():
    with pytest.raises(InvalidArgument, match=r"v0\.3 has no `session_id`"):
        body(V0_3, session_id="s")

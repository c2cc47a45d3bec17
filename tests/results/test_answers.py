"""The recorded answers of a run, looked up by execution, each held against its checksum and the plan."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionq_runner.ledger.answers import Answer, decode_answer, encode_answer
from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.states import JobState
from ionq_runner.results import answers as answers_module
from ionq_runner.results.answers import AnswerDamaged, Answers
from ionq_runner.simulation import Block, simulate

BODY = """
circuits:
  a: {gates: [rx(x) 0, ry(x) 1], sweep: {x: {linspace: [0, 3, 12]}}}
  b: {qubits: 3, gates: [h all]}
targets: {ideal: local, noisy: {backend: local, noise: {model: aria-1}}}
runs: {r: {order: random}}
"""


@pytest.fixture(scope="module")
def made(plan_of, recorded, tmp_path_factory):
    """A plan in jobs of at most five executions, its folder and its jobs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ionq_runner.planning.jobs.MAX_EXECUTIONS", 5)
        plan = plan_of(BODY)
        return plan, *recorded(plan, tmp_path_factory.mktemp("answers"))


def simulated(plan, execution):
    """The outcomes and counts of one execution, simulated alone."""
    group = next(group for group in plan.groups if group.first <= execution < group.first + len(group))
    row = [execution - group.first]
    columns = {name: column[row] for name, column in group.columns.items()}
    counts = simulate(Block(group.program, group.noise, columns, group.repetitions[row], group.seed, group.ids[row]))
    return counts.outcomes.tolist(), counts.counts.tolist(), counts.probabilities.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 25), max_size=40))
def test_the_outcomes_of_any_executions_come_in_their_order(made, executions):
    plan, folder, jobs = made
    found = Answers(plan, folder, jobs).gather(np.array(executions, dtype=np.int64))
    assert found.owner.tolist() == sorted(found.owner.tolist())
    for owner, execution in enumerate(executions):
        mine = found.owner == owner
        columns = found.outcomes[mine].tolist(), found.counts[mine].tolist(), found.probabilities[mine].tolist()
        assert columns == simulated(plan, execution)


def test_executions_of_a_job_without_an_answer_have_no_outcomes(made):
    plan, folder, jobs = made
    jobs = [dataclasses.replace(job, state=JobState.FAILED, answer=None, sha256=None) if job.number == 2 else job for job in jobs]
    found = Answers(plan, folder, jobs).gather(np.arange(plan.executions))
    assert {plan.job_of()[owner] for owner in range(plan.executions) if owner not in set(found.owner.tolist())} == {2}


def test_nothing_is_gathered_where_nothing_is_asked_or_known(made):
    plan, folder, jobs = made
    failed = [dataclasses.replace(job, state=JobState.FAILED, answer=None) for job in jobs]
    for answers, executions in ((Answers(plan, folder, jobs), []), (Answers(plan, folder, failed), [0, 1, 2])):
        found = answers.gather(np.array(executions, dtype=np.int64))
        assert [len(column) for column in (found.owner, found.outcomes, found.counts, found.probabilities)] == [0, 0, 0, 0]


def test_a_file_is_read_once_while_there_is_room(made, monkeypatch):
    plan, folder, jobs = made
    read: list[str] = []
    monkeypatch.setattr(answers_module, "decode_answer", lambda data: read.append(hashlib.sha256(data).hexdigest()) or decode_answer(data))
    everything = np.arange(plan.executions)
    answers = Answers(plan, folder, jobs)
    first, again = answers.gather(everything), answers.gather(everything)
    assert sorted(read) == sorted(job.sha256 for job in jobs)
    read.clear()
    monkeypatch.setattr(answers_module, "_KEPT_BYTES", 1)
    answers = Answers(plan, folder, jobs)
    later = answers.gather(everything), answers.gather(everything)
    assert len(read) > len(jobs), "without room a file is read anew"
    for found in (again, *later):
        for name in ("owner", "outcomes", "counts", "probabilities"):
            assert np.array_equal(getattr(found, name), getattr(first, name), equal_nan=name == "probabilities")


def damaged(plan, folder, jobs, number):
    with pytest.raises(AnswerDamaged) as found:
        Answers(plan, folder, jobs).answer(number)
    return str(found.value)


def test_an_answer_that_is_gone_or_altered_is_named(made, tmp_path):
    plan, folder, jobs = made
    folder = RunFolder(tmp_path)
    folder.answers.mkdir()
    place = folder.path / jobs[0].answer
    assert str(place) in damaged(plan, folder, jobs, 1)
    place.write_bytes(b"something else")
    assert "checksum" in damaged(plan, folder, jobs, 1)


def test_the_answer_of_another_job_is_refused(made):
    plan, folder, jobs = made
    swapped = [dataclasses.replace(jobs[0], answer=jobs[1].answer, sha256=jobs[1].sha256), *jobs[1:]]
    assert "does not answer the executions of its job" in damaged(plan, folder, swapped, 1)


ENTRIES = st.tuples(st.integers(0, 2**40), st.integers(1, 10**6), st.one_of(st.floats(0, 1), st.just(float("nan"))))
ANSWERS = st.lists(st.lists(ENTRIES, max_size=4), min_size=1, max_size=6)


@given(ANSWERS)
def test_an_answer_is_read_back_as_it_was_and_equal_ones_are_equal_bytes(executions):
    rows = [row for rows in executions for row in rows]
    answer = Answer(
        executions=np.arange(2 * len(executions), dtype=np.uint64).reshape(-1, 2) << np.uint64(40),
        offsets=np.cumsum([0, *map(len, executions)]),
        outcomes=np.array([row[0] for row in rows], dtype=np.uint64),
        counts=np.array([row[1] for row in rows], dtype=np.int64),
        probabilities=np.array([row[2] for row in rows], dtype=np.float64),
    )
    data = encode_answer(answer)
    found = decode_answer(data)
    for field in dataclasses.fields(Answer):
        assert np.array_equal(getattr(found, field.name), getattr(answer, field.name), equal_nan=field.name == "probabilities")
    assert hashlib.sha256(encode_answer(found)).digest() == hashlib.sha256(data).digest()


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"x" * 100])
def test_bytes_that_are_no_answer_are_refused(data):
    with pytest.raises(ValueError, match="not the answer of a local job"):
        decode_answer(data)

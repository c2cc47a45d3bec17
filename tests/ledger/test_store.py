"""The ledger on the disk: moves and their evidence, what it refuses, and what it says when it cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ionq_runner.ledger import store
from ionq_runner.ledger.states import NEXT, JobState
from ionq_runner.ledger.store import JobRow, Ledger, LedgerError, StaleState

PLANNED, STARTED, DONE, FAILED = JobState
WAY = {PLANNED: (), STARTED: (STARTED,), DONE: (STARTED, DONE), FAILED: (STARTED, FAILED)}
ANSWER = ("responses/job-000001.npz", "0" * 64)


def walk(ledger, number, states, at):
    """Move a job from planned through some states, with what each needs."""
    before = PLANNED
    for after in states:
        move(ledger, number, before, after, at)
        before = after


def move(ledger, number, before, after, at):
    ledger.move(number, before, after, at, answer=ANSWER if after is DONE else None, error="broke" if after is FAILED else None)


def events(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select job, before, after, fact, at from events order by id").fetchall()


def states(ledger):
    return [job.state for job in ledger.jobs()]


def test_a_new_ledger_holds_its_jobs_all_planned(ledger):
    assert ledger.jobs() == [
        JobRow(1, "aaaaaaaaaaaa", 4, 400, PLANNED, None, None, None),
        JobRow(2, "bbbbbbbbbbbb", 4, 400, PLANNED, None, None, None),
        JobRow(3, "cccccccccccc", 1, 100, PLANNED, None, None, None),
    ]
    assert ledger.numbers(PLANNED) == [1, 2, 3]
    assert ledger.counts() == {PLANNED: 3}


def test_facts_of_the_run_are_kept_and_replaced(ledger):
    ledger.set_value("place", "here")
    ledger.set_value("place", "there")
    assert (ledger.value("plan"), ledger.value("place"), ledger.value("weather")) == ("p" * 64, "there", None)


def test_a_ledger_without_jobs_does_not_exist(folder):
    with Ledger(folder.ledger, write=True) as empty:
        assert not empty.exists()
        empty.create({}, [(1, "a", 1, 1)])
        assert empty.exists()


def test_a_ledger_is_written_whole_or_not_at_all(folder):
    with Ledger(folder.ledger, write=True) as ledger:
        with pytest.raises(LedgerError):
            ledger.create({}, [(1, "a", 1, 1), (1, "b", 1, 1)])
        assert not ledger.exists()
        ledger.create({}, [(1, "a", 1, 1)])
        assert ledger.numbers(PLANNED) == [1]


@pytest.mark.parametrize("before", JobState)
@pytest.mark.parametrize("after", JobState)
def test_only_the_steps_between_states_can_be_taken(ledger, at, before, after):
    walk(ledger, 2, WAY[before], at)
    if after in NEXT[before]:
        move(ledger, 2, before, after, at)
        assert states(ledger) == [PLANNED, after, PLANNED]
    else:
        with pytest.raises(AssertionError, match="is not a transition"):
            move(ledger, 2, before, after, at)
        assert states(ledger) == [PLANNED, before, PLANNED]


def test_an_answer_is_forgotten_by_no_move(ledger, at):
    walk(ledger, 1, WAY[DONE], at)
    assert ledger.jobs()[0] == JobRow(1, "aaaaaaaaaaaa", 4, 400, DONE, *ANSWER, None)


def test_a_job_that_is_planned_again_has_no_error_left(ledger, at):
    walk(ledger, 1, (STARTED, FAILED, PLANNED), at)
    assert ledger.jobs()[0] == JobRow(1, "aaaaaaaaaaaa", 4, 400, PLANNED, None, None, None)


def test_who_comes_second_is_told_and_changes_nothing(ledger, folder, at):
    with Ledger(folder.ledger, write=True) as other:
        other.move(1, PLANNED, STARTED, at)
    with pytest.raises(StaleState, match="job 1 is no longer planned"):
        ledger.move(1, PLANNED, STARTED, at)
    assert states(ledger) == [STARTED, PLANNED, PLANNED]
    assert len(events(folder.ledger)) == 1


def test_a_job_that_is_not_there_cannot_be_moved(ledger, at):
    with pytest.raises(StaleState):
        ledger.move(4, PLANNED, STARTED, at)


def test_every_move_leaves_its_evidence(ledger, folder, at):
    ledger.move(1, PLANNED, STARTED, at)
    ledger.move(1, STARTED, FAILED, at, error="no memory", fact={"needed": 12})
    ledger.move(1, FAILED, PLANNED, at, fact={"reason": "asked again"})
    when = "2026-05-01T10:31:02+00:00"
    assert [(job, before, after, json.loads(fact), when) for job, before, after, fact, when in events(folder.ledger)] == [
        (1, "planned", "started", {}, when),
        (1, "started", "failed", {"needed": 12}, when),
        (1, "failed", "planned", {"reason": "asked again"}, when),
    ]


IMPOSSIBLE = {
    "a state that is none": "update jobs set state = 'lost' where number = 1",
    "done without an answer": "update jobs set state = 'done' where number = 1",
    "done without a checksum": "update jobs set state = 'done', answer = 'a' where number = 1",
    "an answer before it is done": "update jobs set answer = 'a', sha256 = 'b' where number = 1",
    "failed without a reason": "update jobs set state = 'failed' where number = 1",
    "a reason without a failure": "update jobs set error = 'why' where number = 1",
    "two jobs of one number": "insert into jobs (number, id, executions, repetitions) values (1, 'x', 1, 1)",
    "a job of number 0": "insert into jobs (number, id, executions, repetitions) values (0, 'x', 1, 1)",
    "a job of nothing": "insert into jobs (number, id, executions, repetitions) values (9, 'x', 0, 0)",
    "fewer repetitions than executions": "insert into jobs (number, id, executions, repetitions) values (9, 'x', 2, 1)",
    "a job without an id": "insert into jobs (number, id, executions, repetitions) values (9, null, 1, 1)",
    "text for a number": "insert into jobs (number, id, executions, repetitions) values (9, 'x', 'many', 1)",
    "an event of no job": "insert into events (job, before, after, fact, at) values (9, 'planned', 'started', '{}', 'now')",
    "an event without a time": "insert into events (job, before, after, fact, at) values (1, 'planned', 'started', '{}', null)",
    "a fact without a value": "insert into run (key, value) values ('seed', null)",
}


@pytest.mark.parametrize("statement", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_cannot_happen_cannot_be_written(ledger, folder, statement):
    with closing(sqlite3.connect(folder.ledger)) as db:
        db.execute("pragma foreign_keys = on")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)


class LedgerMachine(RuleBasedStateMachine):
    """Moves, good and stale, by one writer that comes and goes, against a dictionary."""

    @initialize(count=st.integers(1, 5))
    def begin(self, count):
        self.place = Path(tempfile.mkdtemp(prefix="ledger-"))
        self.model = dict.fromkeys(range(1, count + 1), PLANNED)
        self.evidence = []
        self.ledger = Ledger(self.place / "ledger.sqlite", write=True)
        self.ledger.create({"plan": "p"}, [(number, f"job{number}", 2, 7) for number in self.model])

    def teardown(self):
        if hasattr(self, "place"):
            self.ledger.__exit__()
            shutil.rmtree(self.place)

    @rule(data=st.data())
    def move(self, data):
        number = data.draw(st.sampled_from(sorted(self.model)), label="job")
        before = data.draw(st.sampled_from(list(JobState)), label="before")
        after = data.draw(st.sampled_from(sorted(NEXT[before]) or [None]), label="after")
        if after is None:
            return
        at = store.datetime(2026, 5, 1, 12, len(self.evidence) % 60)
        if self.model[number] is before:
            move(self.ledger, number, before, after, at)
            self.model[number] = after
            self.evidence.append((number, before, after, "{}", at.isoformat()))
        else:
            with pytest.raises(StaleState):
                move(self.ledger, number, before, after, at)

    @rule(settled=st.booleans())
    def open_again(self, settled):
        if settled:
            self.ledger.settle()
        self.ledger.__exit__()
        self.ledger = Ledger(self.place / "ledger.sqlite", write=True)

    @precondition(lambda self: len(self.evidence) % 3 == 0)
    @rule()
    def read_beside_the_writer(self):
        with Ledger(self.place / "ledger.sqlite", write=False) as reader:
            assert {job.number: job.state for job in reader.jobs()} == self.model

    @invariant()
    def it_is_as_the_model_says(self):
        if not hasattr(self, "ledger"):
            return
        assert self.ledger.exists()
        assert {job.number: job.state for job in self.ledger.jobs()} == self.model
        assert self.ledger.counts() == dict(Counter(self.model.values()))
        for state in JobState:
            assert self.ledger.numbers(state) == [number for number, found in self.model.items() if found is state]
        assert events(self.place / "ledger.sqlite") == self.evidence


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def test_a_settled_ledger_is_one_file(ledger, folder, at):
    walk(ledger, 1, WAY[DONE], at)
    ledger.settle()
    assert [path.name for path in folder.path.glob("ledger*")] == ["ledger.sqlite"]
    with closing(sqlite3.connect(folder.ledger)) as db:
        assert db.execute("pragma journal_mode").fetchone() == ("delete",)


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from ionq_runner.ledger.store import Ledger
def read():
    with Ledger(Path(sys.argv[1]), write=False) as ledger:
        return [job.state.value for job in ledger.jobs()]
if os.geteuid() == 0:
    read()  # nobody may not even read the package
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(os.path.dirname(sys.argv[1]), os.W_OK), "the folder is not read-only"
print(*read())
"""


def test_a_settled_ledger_is_read_from_a_folder_that_cannot_be_written(ledger, folder, at):
    walk(ledger, 1, WAY[DONE], at)
    ledger.settle()
    with tempfile.TemporaryDirectory(prefix="read-only-") as place:
        shutil.copy(folder.ledger, place)
        os.chmod(place, 0o555)
        copy = os.path.join(place, "ledger.sqlite")
        done = subprocess.run([sys.executable, "-c", READ_AS_NOBODY, copy], capture_output=True, text=True, check=False)
        assert os.listdir(place) == ["ledger.sqlite"]
        os.chmod(place, 0o755)
    assert (done.stdout, done.returncode) == ("done planned planned\n", 0), done.stderr


def test_a_ledger_that_was_not_settled_is_read_too(ledger, folder, at):
    ledger.move(1, PLANNED, STARTED, at)
    with Ledger(folder.ledger, write=False) as reader:
        assert states(reader) == [STARTED, PLANNED, PLANNED]


def test_a_reader_cannot_write(ledger, folder, at):
    with Ledger(folder.ledger, write=False) as reader, pytest.raises(LedgerError, match="readonly"):
        reader.move(1, PLANNED, STARTED, at)


MOUNTS = r"""
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/ann/scratch xfs rw 0 0
//nas/lab /mnt/lab\040data cifs rw 0 0
drvfs /mnt/c 9p rw 0 0
ann@host: /mnt/host fuse.sshfs rw 0 0
tmpfs /mnt/covered tmpfs rw 0 0
server:/x /mnt/covered nfs rw 0 0
short
"""


@pytest.mark.parametrize(("place", "kind"), [
    ("/", "ext4"),
    ("/work/runs", "ext4"),
    ("/home", "nfs4"),
    ("/home/ann", "nfs4"),
    ("/homes", "ext4"),
    ("/home/ann/scratch/runs", "xfs"),
    ("/mnt/lab data/runs", "cifs"),
    ("/mnt/lab", "ext4"),
    ("/mnt/c/Users", "9p"),
    ("/mnt/host", "fuse.sshfs"),
    ("/mnt/covered/runs", "nfs"),
])  # fmt: skip
def test_the_file_system_of_a_folder_is_that_of_its_deepest_mount(place, kind):
    assert store._file_system(place, MOUNTS) == kind


def test_a_file_system_that_is_not_listed_is_not_known():
    assert store._file_system("/work", "") == ""


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "lustre", "beegfs", "ceph", "afs", "virtiofs"])
def test_network_file_systems_use_the_rollback_journal(folder, at, monkeypatch, kind):
    monkeypatch.setattr(store, "_file_system", lambda place, mounts: kind)
    with Ledger(folder.ledger, write=True) as ledger:
        ledger.create({}, [(1, "a", 1, 1)])
        ledger.move(1, PLANNED, STARTED, at)
        assert [path.name for path in folder.path.glob("ledger*")] == ["ledger.sqlite"]


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "apfs", ""])
def test_local_file_systems_use_the_write_ahead_log(folder, at, monkeypatch, kind):
    monkeypatch.setattr(store, "_file_system", lambda place, mounts: kind)
    with Ledger(folder.ledger, write=True) as ledger:
        ledger.create({}, [(1, "a", 1, 1)])
        assert (folder.path / "ledger.sqlite-wal").exists()


def use(path):
    """Everything that a run does with a ledger that it finds."""
    with Ledger(path, write=True) as ledger:
        if ledger.exists():
            ledger.value("plan")
            ledger.jobs()
            ledger.counts()
            for state in JobState:
                ledger.numbers(state)


def test_a_ledger_that_cannot_be_made_is_explained(tmp_path):
    with pytest.raises(LedgerError, match=r"^the ledger .*nowhere/ledger.sqlite cannot be used \(unable to open"):
        use(tmp_path / "nowhere" / "ledger.sqlite")


def test_a_folder_in_the_way_is_explained(folder):
    folder.ledger.mkdir()
    with pytest.raises(LedgerError, match="unable to open"):
        use(folder.ledger)


@pytest.mark.parametrize(
    "content",
    [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000, bytes(range(256)) * 20],
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_file_that_is_no_ledger_is_explained(folder, content):
    folder.ledger.write_bytes(content)
    with pytest.raises(LedgerError, match=r"not a database.*restore the folder from a copy, or run the experiment again"):
        use(folder.ledger)


def test_the_database_of_another_program_is_left_alone(folder):
    with closing(sqlite3.connect(folder.ledger)) as db:
        db.executescript("create table jobs (title text); create table people (name text);")
    before = folder.ledger.read_bytes()
    with pytest.raises(LedgerError, match=r"not a database of this program\): restore the folder"):
        use(folder.ledger)
    with closing(sqlite3.connect(folder.ledger)) as db:
        db.execute("pragma journal_mode = delete")
        assert {row[0] for row in db.execute("select name from sqlite_master")} == {"jobs", "people"}
    assert len(folder.ledger.read_bytes()) == len(before)


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    """The bytes of a settled ledger of forty jobs."""
    path = tmp_path_factory.mktemp("settled") / "ledger.sqlite"
    at = store.datetime(2026, 5, 1)
    with Ledger(path, write=True) as ledger:
        ledger.create({"plan": "p" * 64}, [(number, f"{number:012x}", 4, 400) for number in range(1, 41)])
        for number in range(1, 41):
            walk(ledger, number, WAY[DONE], at)
        ledger.settle()
    return path.read_bytes()


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.85])
def test_a_truncated_ledger_is_explained(folder, settled, share):
    folder.ledger.write_bytes(settled[: int(len(settled) * share)])
    with pytest.raises(LedgerError, match="restore the folder from a copy, or run the experiment again"):
        use(folder.ledger)


@settings(max_examples=60, deadline=None)
@given(damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=64)), min_size=1, max_size=4))
def test_a_damaged_ledger_is_explained_or_reads_as_it_was(settled, damage):
    data = bytearray(settled)
    for place, written in damage:
        start = int(place * len(data))
        data[start : start + len(written)] = written
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "ledger.sqlite"
        path.write_bytes(data[: len(settled)])
        with suppress(LedgerError):
            use(path)


def test_damage_where_a_run_does_not_look_is_found_before_it_goes_on(folder, settled):
    folder.ledger.write_bytes(settled)
    with closing(sqlite3.connect(folder.ledger)) as db:
        (page,) = db.execute("select rootpage from sqlite_master where name = 'events'").fetchone()
        (size,) = db.execute("pragma page_size").fetchone()
    folder.ledger.write_bytes(settled[: (page - 1) * size] + b"\xff" * size + settled[page * size :])
    with pytest.raises(LedgerError, match=r"cannot be used \(.*malformed"):
        use(folder.ledger)


def test_a_full_disk_loses_nothing_that_was_recorded(ledger, at):
    ledger.move(1, PLANNED, STARTED, at)
    ledger._db.execute(f"pragma max_page_count = {ledger._db.execute('pragma page_count').fetchone()[0]}")
    with pytest.raises(LedgerError, match=r"\(database or disk is full\): make room on the disk, then resume"):
        ledger.set_value("note", "x" * 100_000)
    assert ledger.value("note") is None
    ledger.move(1, STARTED, DONE, at, answer=ANSWER)
    assert states(ledger) == [DONE, PLANNED, PLANNED]


def test_a_ledger_that_another_program_holds_is_explained(ledger, folder, at):
    ledger._db.execute("pragma busy_timeout = 0")
    with closing(sqlite3.connect(folder.ledger, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(LedgerError, match="another program has it open; close that, then resume"):
            ledger.move(1, PLANNED, STARTED, at)
    ledger.move(1, PLANNED, STARTED, at)
    assert states(ledger) == [STARTED, PLANNED, PLANNED]


class Interrupted:
    """A connection that is interrupted before its n-th statement."""

    def __init__(self, db, statement):
        self.db, self.left = db, statement

    def execute(self, *arguments):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return self.db.execute(*arguments)

    def __getattr__(self, name):
        return getattr(self.db, name)


@pytest.mark.parametrize("statement", [1, 2, 3, 4], ids=["begin", "move", "evidence", "commit"])
def test_a_move_that_is_interrupted_has_not_happened(ledger, folder, at, statement):
    ledger._db = Interrupted(ledger._db, statement)
    with pytest.raises(KeyboardInterrupt):
        ledger.move(1, PLANNED, STARTED, at)
    assert states(ledger) == [PLANNED, PLANNED, PLANNED]
    assert events(folder.ledger) == []
    ledger.move(1, PLANNED, STARTED, at)

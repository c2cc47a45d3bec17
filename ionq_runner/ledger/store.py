"""All SQLite of a run: opening it safely, moving jobs, reading them back."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ionq_runner.ledger.states import NEXT, JobState

__all__ = ["JobRow", "Ledger", "LedgerError", "StaleState"]

# LedgerError
#   StaleState      the job was moved by someone else


class LedgerError(Exception):
    """The ledger cannot be read or written; nothing that was committed is lost. The text says what to do."""


class StaleState(LedgerError):
    """A job is no longer in the state from which it was to be moved: read again, decide again."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as the ledger holds it."""

    number: int
    id: str
    executions: int
    repetitions: int
    state: JobState
    answer: str | None
    sha256: str | None
    error: str | None


class Ledger:
    """One run's ledger, open for writing or for reading. Use it as a context manager, from one thread."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self._path = path
        with _explained(path):
            if not write:
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
                return
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            try:
                self._db.execute(f"pragma journal_mode = {'delete' if _on_network(path) else 'wal'}")
                self._db.execute("pragma synchronous = full")
                self._db.execute("pragma fullfsync = on")
                self._db.execute("pragma foreign_keys = on")
            except sqlite3.Error:
                self._db.close()
                raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exc: object) -> None:
        self._db.close()

    def exists(self) -> bool:
        """Whether a run was written into it. Raises LedgerError where it is damaged, or the database of something else."""
        with _explained(self._path):
            tables = {row[0] for row in self._db.execute("select name from sqlite_master where type = 'table'")}
            if tables and tables != {"run", "jobs", "events"}:
                raise sqlite3.DatabaseError("not a database of this program")
            found = self._db.execute("pragma quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"malformed: {found}")
        return bool(tables)

    def create(self, values: Mapping[str, str], jobs: Sequence[tuple[int, str, int, int]]) -> None:
        """Write the run and its jobs, all planned, in one transaction. `jobs`: number, id, executions, repetitions."""
        with self._transaction():
            for statement in _script("schema.sql").split(";"):
                if statement.strip():
                    self._db.execute(statement)
            self._db.executemany(_queries()["set_value"], [{"key": key, "value": value} for key, value in values.items()])
            names = ("number", "id", "executions", "repetitions")
            self._db.executemany(_queries()["add_job"], [dict(zip(names, job, strict=True)) for job in jobs])

    def move(
        self,
        job: int,
        before: JobState,
        after: JobState,
        at: datetime,
        *,
        answer: tuple[str, str] | None = None,
        error: str | None = None,
        fact: Mapping[str, Any] | None = None,
    ) -> None:
        """Move a job and keep the evidence, in one transaction. `answer` is a file below the run folder and its sha256.

        Raises StaleState: someone moved the job first.
        """
        assert after in NEXT[before], f"{before} -> {after} is not a transition"
        file, sha256 = answer if answer is not None else (None, None)
        values = {"job": job, "before": before, "after": after, "answer": file, "sha256": sha256, "error": error}
        event = {"job": job, "before": before, "after": after, "fact": json.dumps(dict(fact or {})), "at": at.isoformat()}
        with self._transaction():
            if self._db.execute(_queries()["move_job"], values).rowcount != 1:
                raise StaleState(f"job {job} is no longer {before}")
            self._db.execute(_queries()["add_event"], event)

    def value(self, key: str) -> str | None:
        """A fact about the run."""
        with _explained(self._path):
            row = self._db.execute(_queries()["get_value"], {"key": key}).fetchone()
        return None if row is None else str(row[0])

    def set_value(self, key: str, value: str) -> None:
        """Record a fact about the run."""
        with self._transaction():
            self._db.execute(_queries()["set_value"], {"key": key, "value": value})

    def jobs(self) -> list[JobRow]:
        """All jobs in order."""
        with _explained(self._path):
            rows = self._db.execute(_queries()["all_jobs"]).fetchall()
            return [
                JobRow(number, id_, executions, repetitions, JobState(state), *rest)
                for number, id_, executions, repetitions, state, *rest in rows
            ]

    def numbers(self, state: JobState) -> list[int]:
        """The numbers of the jobs in a state."""
        with _explained(self._path):
            return [row[0] for row in self._db.execute(_queries()["jobs_in_state"], {"state": state})]

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        with _explained(self._path):
            return {JobState(state): count for state, count in self._db.execute(_queries()["count_states"])}

    def settle(self) -> None:
        """Fold everything into the one file, which then needs no neighbour and can be read from any medium."""
        with _explained(self._path):
            self._db.execute("pragma journal_mode = delete")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _explained(self._path):
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise


_REMEDIES = (  # words of SQLite's messages -> what to do
    ("locked|busy", "another program has it open; close that, then resume"),
    ("malformed|not a database|no such|not a valid|decode", "restore the folder from a copy, or run the experiment again"),
    ("full", "make room on the disk, then resume"),
    ("readonly|permission", "let yourself write to the folder and to all its files, then resume"),
    ("", "check that the disk is not full and the folder can be written, then resume"),
)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors in words for a person; a state that is none is a damaged ledger too."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        text = str(error)
        remedy = next(remedy for words, remedy in _REMEDIES if re.search(words, text))
        raise LedgerError(f"the ledger {path} cannot be used ({text}): {remedy}") from error


@cache
def _script(name: str) -> str:
    text = resources.files("ionq_runner.ledger").joinpath(name).read_text(encoding="utf-8")
    return re.sub(r"--(?! name:).*", "", text)


@cache
def _queries() -> dict[str, str]:
    parts = re.split(r"-- name: (\w+)", _script("queries.sql"))
    return {name: query.strip() for name, query in zip(parts[1::2], parts[2::2], strict=True)}


_NETWORK = ("nfs", "cifs", "smb", "9p", "fuse", "lustre", "gpfs", "beegfs", "ceph", "afs", "virtiofs", "vboxsf", "prl_fs", "drvfs")


def _on_network(path: Path) -> bool:
    """Whether a path lies on a network file system, on which SQLite's write-ahead log is not safe."""
    try:
        mounts = Path("/proc/mounts").read_text(errors="surrogateescape")
    except OSError:
        return False
    return _file_system(os.path.realpath(path.parent), mounts).startswith(_NETWORK)


def _file_system(place: str, mounts: str) -> str:
    """The kind of file system that a folder lies on; `mounts` is the text of /proc/mounts. Empty where it is not known."""
    rows = [line.split(" ") for line in mounts.splitlines()]
    found = [(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), row[1]), row[2]) for row in rows if len(row) > 2]
    inside = [(len(mount), at, kind) for at, (mount, kind) in enumerate(found) if f"{place}/".startswith(f"{mount.rstrip('/')}/")]
    return max(inside, default=(0, 0, ""))[2]  # the deepest; of several on one place, the last covers the others

"""A ledger on the disk, as a run has it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.store import Ledger

AT = datetime(2026, 5, 1, 10, 31, 2, tzinfo=UTC)
JOBS = ((1, "aaaaaaaaaaaa", 4, 400), (2, "bbbbbbbbbbbb", 4, 400), (3, "cccccccccccc", 1, 100))


@pytest.fixture
def at():
    """The time at which everything in these tests happens."""
    return AT


@pytest.fixture
def folder(tmp_path):
    """An empty run folder."""
    (tmp_path / "run" / "responses").mkdir(parents=True)
    return RunFolder(tmp_path / "run")


@pytest.fixture
def ledger(folder):
    """The ledger of a run of three jobs, open for writing."""
    with Ledger(folder.ledger, write=True) as opened:
        opened.create({"plan": "p" * 64}, JOBS)
        yield opened

"""Freed memory stays with the process while a run lasts, and the collector looks less often."""

from __future__ import annotations

import ctypes
import gc
import sys

import pytest

from ionq_runner.cli import memory


class Library:
    """Stands for the C library: writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def mallopt(self, parameter: int, value: int) -> int:
        self.asked.append((parameter, value))
        return 1


@pytest.fixture(autouse=True)
def _collector_as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is asked")
def test_glibc_is_asked_to_keep_what_is_freed(monkeypatch):
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    memory.expect_many_blocks()
    assert library.asked == [(-1, 64 * 2**20), (-3, 32 * 2**20)]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_other_c_libraries_are_left_alone(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    memory.expect_many_blocks()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == memory.NEW_OBJECTS

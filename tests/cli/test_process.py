"""A run has its process for itself: freed memory stays, the collector looks less often, and no library starts threads."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys

import pytest

from ionq_runner.cli import process


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
    process.expect_many_blocks()
    assert library.asked == [(-1, 64 * 2**20), (-3, 32 * 2**20)]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_other_c_libraries_are_left_alone(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    process.expect_many_blocks()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == process.NEW_OBJECTS


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_a_run_loads_numpy_without_threads_of_its_own():
    script = (
        "import os\nfrom ionq_runner.cli.process import forgo_library_threads\nforgo_library_threads()\n"
        "import numpy\nnumpy.ones((500, 500)) @ numpy.ones((500, 500))\nprint(len(os.listdir('/proc/self/task')))"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", script], env=inherited, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"

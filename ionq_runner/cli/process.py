"""How a run treats the process that it has for itself: memory, and the threads of libraries."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

__all__ = ["expect_many_blocks", "forgo_library_threads"]

KEPT_BYTES = 64 << 20
MMAP_BYTES = 32 << 20  # larger arrays than this still go back at once
NEW_OBJECTS = 50_000  # between two looks of the collector; Python's own figure is 700
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's <malloc.h>


def expect_many_blocks() -> None:
    """Save about a tenth of a run's processor time: millions of values come and go, block after block, and the program stays as it is.

    Freed memory is kept for the next block instead of going back to the system, which would hand it out again page by page; without
    glibc that part does nothing. The collector of cycles looks less often, and no more at what start-up has made.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, MMAP_BYTES)


def forgo_library_threads() -> None:
    """Keep BLAS, which numpy loads, from starting threads that would never have work, and that a fork could not copy."""
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ[f"{library}_NUM_THREADS"] = "1"

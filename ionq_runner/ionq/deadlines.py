"""How long a call may take in all: a limit for whatever is asked within it, however many requests that are.

    with within(30.0):
        ...             # each request gets what is left of the 30 s, and none is repeated beyond them

Limits hold in the thread that sets them. Knows nothing of what is asked.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["left_s", "within"]

_END_S: ContextVar[float] = ContextVar("end_s", default=math.inf)  # of the monotonic clock


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let nothing inside take longer. Of limits inside each other the one that ends first counts."""
    before = _END_S.set(min(_END_S.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _END_S.reset(before)


def left_s() -> float:
    """The seconds that are left here, 0 or less where none are; infinity where nothing limits them."""
    return _END_S.get() - time.monotonic()

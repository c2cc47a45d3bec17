"""Several calls at once, of which the first that fails stops the others: nobody waits for what nobody wants any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["Pause", "Stopped", "Together"]

_T = TypeVar("_T")
Pause = Callable[[float], None]
LOOK_S = 0.2  # how soon an interrupt is noticed


class Stopped(Exception):
    """Another call has failed, or a person has interrupted."""


@dataclass(slots=True)
class Together(Generic[_T]):
    """Calls under way, what they gave, and what went wrong.

    Args:
        calls: Each is given a function to sleep with, which raises `Stopped` once another call has failed.
        limit: How many are under way at once.
        unwanted: Set by whoever no longer waits: from then on no call begins, and `run` raises `Stopped`.
    """

    calls: Sequence[Callable[[Pause], _T]]
    limit: int
    unwanted: threading.Event = field(default_factory=threading.Event)
    results: dict[int, _T] = field(default_factory=dict)
    errors: list[BaseException] = field(default_factory=list)
    _under_way: set[int] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def run(self) -> bool:
        """Whether all calls succeeded. Returns when all have ended or one has failed; an interrupt comes through.

        Raises Stopped once nobody waits any more.
        """
        for _ in range(min(self.limit, len(self.calls))):
            self._threads.append(threading.Thread(target=self._work, name="ionq-sampler", daemon=True))
            self._threads[-1].start()
        for thread in self._threads:
            while thread.is_alive() and not self.errors and not self.unwanted.is_set():
                thread.join(LOOK_S)
        if self.unwanted.is_set():
            raise Stopped
        return not self.errors

    def halt(self) -> list[int]:
        """Begin no more, and return which calls are under way."""
        self._stop.set()
        with self._lock:
            return sorted(self._under_way)

    def stop(self, patience_s: float) -> list[int]:
        """Begin no more, wait a while for what is under way, and return which calls are under way still."""
        self._stop.set()
        end_s = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))
        return self.halt()

    def _work(self) -> None:
        while (index := self._take()) is not None:
            try:
                self.results[index] = self.calls[index](self._pause)
            except Stopped:
                return
            except BaseException as error:  # told to the thread that waits
                self._stop.set()
                self.errors.append(error)
                return
            finally:
                with self._lock:
                    self._under_way.discard(index)

    def _take(self) -> int | None:
        with self._lock:
            if self._stop.is_set() or self.unwanted.is_set() or self._next == len(self.calls):
                return None
            self._under_way.add(self._next)
            self._next += 1
            return self._next - 1

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped

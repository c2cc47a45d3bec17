"""What goes wrong between a client and the service, on purpose.

    status         answered with a status; not carried out      status=503, headers={}, body=None (the documented error)
    status_after   carried out, then as above
    lose_reply     carried out; the connection ends without a reply      reset=False (True: by a reset)
    drop           not carried out; the connection ends                  reset=False
    truncate       carried out; the connection ends in the middle of the reply's body
    garbage        carried out; answered with 200 and a page of HTML
    no_id          carried out; answered with 201 and {}
    redirect       not carried out; sent elsewhere              location, status=307
    slow           waits before it is carried out               seconds
    bytes          not carried out; answered with these bytes, then the connection ends      raw

A fault meets the next `times` requests that fit, after `skip` others; None: all of them.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "Fault", "Faults"]

KINDS = {
    "status": {"status", "headers", "body"},
    "status_after": {"status", "headers", "body"},
    "lose_reply": {"reset"},
    "drop": {"reset"},
    "truncate": set(),
    "garbage": set(),
    "no_id": set(),
    "redirect": {"location", "status"},
    "slow": {"seconds"},
    "bytes": {"raw"},
}
NOT_CARRIED_OUT = {"status", "drop", "redirect", "bytes"}


@dataclass
class Fault:
    """One thing that will go wrong; `hits` counts how often it has."""

    method: str
    path: re.Pattern[str]
    kind: str
    times: int | None
    skip: int
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    @property
    def is_carried_out(self) -> bool:
        """Whether the service does what it is asked."""
        return self.kind not in NOT_CARRIED_OUT


class Faults:
    """The faults to come, tried in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, method: str, path: str, kind: str, times: int | None = 1, skip: int = 0, **options: Any) -> Fault:
        """Let something go wrong.

        Args:
            method: Of the requests; `*` for any.
            path: A regular expression, found in the path with or without its query.
            kind: See above.
            times: How many requests it meets; None: all.
            skip: How many fitting requests it lets pass first.
            options: See above.
        """
        if kind not in KINDS or set(options) - KINDS[kind]:
            raise ValueError(f"{kind!r} with {sorted(options)} is not a fault: {KINDS}")
        needed = {"redirect": "location", "slow": "seconds", "bytes": "raw", "status": "status", "status_after": "status"}.get(kind)
        if needed and needed not in options:
            raise ValueError(f"a fault of kind {kind!r} needs {needed}")
        fault = Fault(method, re.compile(path), kind, times, skip, options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str, target: str) -> Fault | None:
        """The fault that meets a request, if any; `target` is the path with its query."""
        with self._lock:
            for fault in self._faults:
                fits = fault.method in {"*", method} and (fault.path.search(path) or fault.path.search(target))
                if not fits or fault.hits == fault.times:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.hits += 1
                return fault
        return None

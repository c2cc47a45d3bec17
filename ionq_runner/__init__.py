"""ionq_runner: quantum experiments as reviewed, version-controlled YAML, run on IonQ's machines and on this one.

The verbs are in `ionq_runner.api`; `read_run` reads a finished run as tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["__version__", "read_run"]

if TYPE_CHECKING:
    from ionq_runner.results.reading import read_run


def __getattr__(name: str) -> Any:
    if name == "read_run":
        from ionq_runner.results.reading import read_run

        return read_run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

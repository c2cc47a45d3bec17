"""Simulation: a program, noise and the columns of a sweep -> counts, many points at a time.

Promises: exact to rounding where probabilities are calculated; counts that depend on the program, the noise, the seed and the execution
alone, never on tiles, threads, order or machine; bounded memory whatever the number of points. Importing it imports no numpy.
Knows nothing of: experiments, jobs, targets, files.      Imports: circuits, expressions, ionq.facts.
"""

from typing import TYPE_CHECKING, Any

from ionq_runner.simulation.methods import Method, active_qubits, choose_method, describe, memory_needed, read_qubits

if TYPE_CHECKING:
    from ionq_runner.simulation.block import Block, Counts, bit_strings, integers
    from ionq_runner.simulation.engine import probabilities, rows_at, simulate
    from ionq_runner.simulation.series import Series
    from ionq_runner.simulation.wide import Wide, wide_sweep

__all__ = [
    "Block",
    "Counts",
    "Method",
    "Series",
    "Wide",
    "active_qubits",
    "bit_strings",
    "choose_method",
    "describe",
    "integers",
    "memory_needed",
    "probabilities",
    "read_qubits",
    "rows_at",
    "simulate",
    "wide_sweep",
]

_LAZY = {
    "Block": "block",
    "Counts": "block",
    "Series": "series",
    "Wide": "wide",
    "bit_strings": "block",
    "integers": "block",
    "probabilities": "engine",
    "rows_at": "engine",
    "simulate": "engine",
    "wide_sweep": "wide",
}


def __getattr__(name: str) -> Any:
    """The names whose modules need numpy, on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)

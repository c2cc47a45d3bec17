"""How a program is simulated, and what it takes: decided from the program and the noise alone, so that a result depends on no machine.

Imports no numpy: planning and validation ask here.
"""

from __future__ import annotations

from enum import StrEnum

from ionq_runner.circuits.program import Program
from ionq_runner.ionq.facts.backends import NoiseModel

__all__ = ["Method", "active_qubits", "choose_method", "describe", "memory_needed", "read_qubits"]

EXACT_NOISE_QUBITS = 10
CACHED_QUBITS = 16  # states up to here are simulated many at a time, beyond one by one
KEPT_BYTES = 128 * 2**20  # of compiled runs
SHOTS_AT_ONCE = 2**16

_COMPLEX, _REAL = 16, 8
_SMALL = 48 * 2**20  # tiles, angles, matrices, draws
_GATE = 2_500  # what compiling a gate leaves
_BEYOND = 100  # qubits that no machine holds: more make no difference


class Method(StrEnum):
    """What calculates the outcome."""

    STATE_VECTOR = "state vector"
    EXACT_NOISE = "exact noise"
    TRAJECTORIES = "trajectories"


def active_qubits(program: Program) -> tuple[int, ...]:
    """The qubits that a gate touches, ascending. The others stay |0> and are never simulated."""
    return tuple(sorted({qubit for gate in program.gates for qubit in gate.qubits}))


def read_qubits(program: Program, noise: NoiseModel) -> tuple[int, ...]:
    """The measured qubits whose outcome is not always 0, in measured order: the bits of `Counts.outcomes`, first the highest.

    These are the active ones, and with readout errors all.
    """
    measured = dict.fromkeys(program.measured)
    if noise.spam > 0:
        return tuple(measured)
    active = set(active_qubits(program))
    return tuple(qubit for qubit in measured if qubit in active)


def choose_method(program: Program, noise: NoiseModel) -> Method:
    """The state vector without depolarising noise, readout errors or not; else exact noise to 10 active qubits, trajectories beyond."""
    if noise.one_qubit <= 0 and noise.two_qubit <= 0:
        return Method.STATE_VECTOR
    return Method.EXACT_NOISE if len(active_qubits(program)) <= EXACT_NOISE_QUBITS else Method.TRAJECTORIES


def memory_needed(program: Program, noise: NoiseModel) -> int:
    """Bytes at the peak for one point. More points take no more: tiles of small states are bounded, large states come one by one."""
    active, read = (min(len(qubits), _BEYOND) for qubits in (active_qubits(program), read_qubits(program, noise)))
    method, runs = choose_method(program, noise), len(program.gates) + 1
    small = _SMALL + _GATE * runs
    amplitudes, outcomes = 1 << active, 1 << read
    rows = 2 * _REAL * outcomes
    if method is Method.EXACT_NOISE:
        strings = 1 << 2 * active
        return 2 * _REAL * strings + _kept(runs, 2 * _REAL * strings) + 6 * _REAL * strings + rows + small
    states = 2 if method is Method.STATE_VECTOR else 3
    kept = 0 if active > CACHED_QUBITS else _kept(runs, 2 * _COMPLEX * amplitudes) + 2 * _COMPLEX * amplitudes
    drawn = 64 * SHOTS_AT_ONCE if method is Method.TRAJECTORIES else 0
    return states * _COMPLEX * amplitudes + _REAL * amplitudes + kept + rows + drawn + small


def _kept(runs: int, bytes_each: int) -> int:
    """What compiled runs keep: at least one at a time, at most the budget."""
    return max(bytes_each, min(KEPT_BYTES, runs * bytes_each))


def describe(method: Method) -> str:
    """What people are told of a method."""
    return {
        Method.STATE_VECTOR: "exact probabilities from the state vector",
        Method.EXACT_NOISE: "exact probabilities from the density matrix",
        Method.TRAJECTORIES: "random errors, drawn anew for every shot",
    }[method]

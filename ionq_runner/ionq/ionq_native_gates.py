"""`native_gates`, under the name that cirq_ionq has for it: for programs that say `ionq_native_gates`."""

from __future__ import annotations

from ionq_runner.ionq import GPI, GPI2, MS, ZZ, GPI2Gate, GPIGate, MSGate, ZZGate

__all__ = ["GPI", "GPI2", "MS", "ZZ", "GPI2Gate", "GPIGate", "MSGate", "ZZGate"]

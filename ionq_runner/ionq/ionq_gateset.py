"""The abstract part of `gatesets`, under the name that cirq_ionq has for it: for programs that say `ionq_gateset`."""

from __future__ import annotations

from ionq_runner.ionq import IonQTargetGateset, decompose_all_to_all_connect_ccz_gate

__all__ = ["IonQTargetGateset", "decompose_all_to_all_connect_ccz_gate"]

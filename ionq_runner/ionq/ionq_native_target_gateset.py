"""The native part of `gatesets`, under the name that cirq_ionq has for it: for programs that say `ionq_native_target_gateset`."""

from __future__ import annotations

from ionq_runner.ionq import AriaNativeGateset, ForteNativeGateset, GPI2Gate, GPIGate, MSGate, ZZGate
from ionq_runner.ionq.gatesets import IonqNativeGatesetBase

__all__ = ["AriaNativeGateset", "ForteNativeGateset", "GPI2Gate", "GPIGate", "IonqNativeGatesetBase", "MSGate", "ZZGate"]

"""`devices`, under the name that cirq_ionq has for it: for programs that say `ionq_devices`."""

from __future__ import annotations

from ionq_runner.ionq import IonQAPIDevice

__all__ = ["IonQAPIDevice"]

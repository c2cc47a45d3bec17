"""`errors`, under the name that cirq_ionq has for it: for programs that say `ionq_exceptions`."""

from __future__ import annotations

from ionq_runner.ionq import (
    IonQException,
    IonQNotFoundException,
    IonQSerializerMixedGatesetsException,
    IonQUnsuccessfulJobException,
    NotSupportedPauliexpParameters,
)

__all__ = [
    "IonQException",
    "IonQNotFoundException",
    "IonQSerializerMixedGatesetsException",
    "IonQUnsuccessfulJobException",
    "NotSupportedPauliexpParameters",
]

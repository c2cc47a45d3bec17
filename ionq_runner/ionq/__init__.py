"""IonQ's API service for Cirq: run circuits on IonQ's machines and its simulator, from a program or a notebook.

    import ionq_runner.ionq
    service = ionq_runner.ionq.Service()

The names are those that Cirq's users know, and more. Stands alone: Cirq and HTTP, none of this project's other stations. Importing it
imports no Cirq; the first name that is used does.

Knows nothing of: experiment files, plans, runs.      Imports: nothing of this project but its own.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ionq_runner.ionq.calibration import Calibration
    from ionq_runner.ionq.devices import IonQAPIDevice
    from ionq_runner.ionq.errors import (
        InvalidArgument,
        IonQException,
        IonQNotFoundException,
        IonQResponseException,
        IonQSerializerMixedGatesetsException,
        IonQTimeoutException,
        IonQUnauthorizedException,
        IonQUnsuccessfulJobException,
        NotSupportedPauliexpParameters,
        SubmissionUnclearException,
    )
    from ionq_runner.ionq.gatesets import (
        AriaNativeGateset,
        ForteNativeGateset,
        IonQTargetGateset,
        decompose_all_to_all_connect_ccz_gate,
    )
    from ionq_runner.ionq.job import Job
    from ionq_runner.ionq.machines import Backend, Estimate, JobCost, Session
    from ionq_runner.ionq.native_gates import GPI, GPI2, MS, ZZ, GPI2Gate, GPIGate, MSGate, ZZGate
    from ionq_runner.ionq.results import QPUResult, ShotResult, SimulatorResult, Variant
    from ionq_runner.ionq.sampler import Sampler
    from ionq_runner.ionq.serializer import SerializedProgram, Serializer
    from ionq_runner.ionq.service import Service

__all__ = [
    "GPI",
    "GPI2",
    "MS",
    "ZZ",
    "AriaNativeGateset",
    "Backend",
    "Calibration",
    "Estimate",
    "ForteNativeGateset",
    "GPI2Gate",
    "GPIGate",
    "InvalidArgument",
    "IonQAPIDevice",
    "IonQException",
    "IonQNotFoundException",
    "IonQResponseException",
    "IonQSerializerMixedGatesetsException",
    "IonQTargetGateset",
    "IonQTimeoutException",
    "IonQUnauthorizedException",
    "IonQUnsuccessfulJobException",
    "Job",
    "JobCost",
    "MSGate",
    "NotSupportedPauliexpParameters",
    "QPUResult",
    "Sampler",
    "SerializedProgram",
    "Serializer",
    "Service",
    "Session",
    "ShotResult",
    "SimulatorResult",
    "SubmissionUnclearException",
    "Variant",
    "ZZGate",
    "decompose_all_to_all_connect_ccz_gate",
]

_HOMES = {
    "calibration": ("Calibration",),
    "devices": ("IonQAPIDevice",),
    "errors": (
        "InvalidArgument",
        "IonQException",
        "IonQNotFoundException",
        "IonQResponseException",
        "IonQSerializerMixedGatesetsException",
        "IonQTimeoutException",
        "IonQUnauthorizedException",
        "IonQUnsuccessfulJobException",
        "NotSupportedPauliexpParameters",
        "SubmissionUnclearException",
    ),
    "gatesets": ("AriaNativeGateset", "ForteNativeGateset", "IonQTargetGateset", "decompose_all_to_all_connect_ccz_gate"),
    "job": ("Job",),
    "machines": ("Backend", "Estimate", "JobCost", "Session"),
    "native_gates": ("GPI", "GPI2", "MS", "ZZ", "GPI2Gate", "GPIGate", "MSGate", "ZZGate"),
    "results": ("QPUResult", "ShotResult", "SimulatorResult", "Variant"),
    "sampler": ("Sampler",),
    "serializer": ("SerializedProgram", "Serializer"),
    "service": ("Service",),
}
# Submodules that cirq_ionq shows as attributes: ours of the same names, and thin ones that only name what stands elsewhere.
_SUBMODULES = (
    "calibration", "ionq_devices", "ionq_exceptions", "ionq_gateset", "ionq_native_gates", "ionq_native_target_gateset", "job", "results",
    "sampler", "serializer", "service",
)  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The public names and submodules, on first use: importing this costs nothing."""
    if name == "__version__":
        return import_module("importlib.metadata").version("ionq-runner")
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module(f"{__name__}.json_resolver")  # what Cirq reads back from JSON
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, *_SUBMODULES, "facts"]


if "cirq" in sys.modules:  # then its JSON knows our classes from now on; else from the first use of one
    import_module(f"{__name__}.json_resolver")

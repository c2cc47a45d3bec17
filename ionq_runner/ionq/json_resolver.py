"""IonQ's gates, gate sets and devices in Cirq's JSON, by name.

Importing this module makes `cirq.read_json` know them; it loads no gate before a file asks for one. We write
`ionq_runner.GPIGate`. Files of cirq_ionq, which say `GPIGate`, are read too: as cirq_ionq's own where that is imported, and as ours
where it is not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import cirq

__all__ = ["NAMESPACE", "resolve"]

NAMESPACE = "ionq_runner"

_HOMES = {
    "GPI2Gate": "native_gates",
    "GPIGate": "native_gates",
    "MSGate": "native_gates",
    "ZZGate": "native_gates",
    "AriaNativeGateset": "gatesets",
    "ForteNativeGateset": "gatesets",
    "IonQTargetGateset": "gatesets",
    "IonQAPIDevice": "devices",
}


def resolve(cirq_type: str) -> Callable[..., Any] | None:
    """Our class for a `cirq_type`, with or without our namespace; None where it names none of ours.

    Put before Cirq's resolvers, it reads files of cirq_ionq as our classes even where cirq_ionq is imported:
    `cirq.read_json(path, resolvers=[resolve, *cirq.DEFAULT_RESOLVERS])`.
    """
    name = cirq_type.removeprefix(f"{NAMESPACE}.")
    home = _HOMES.get(name)
    if home is None:
        return None
    found: Callable[..., Any] = getattr(import_module(f"ionq_runner.ionq.{home}"), name)
    return found


def _resolve_last(cirq_type: str) -> Callable[..., Any] | None:
    """As `resolve`, but names without a namespace belong to cirq_ionq once that is imported, even if it came after us."""
    if "." not in cirq_type and "cirq_ionq" in sys.modules:
        return None
    return resolve(cirq_type)


def _register() -> None:
    """Put our resolver last. One of an earlier import of this module, as a reload leaves it, goes."""
    cirq.DEFAULT_RESOLVERS[:] = [
        resolver
        for resolver in cirq.DEFAULT_RESOLVERS
        if (getattr(resolver, "__module__", None), getattr(resolver, "__name__", None)) != (__name__, _resolve_last.__name__)
    ]
    cirq.DEFAULT_RESOLVERS.append(_resolve_last)


_register()

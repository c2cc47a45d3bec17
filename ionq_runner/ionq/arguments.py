"""What the arguments of a call are: a mistake in one is told by its name, before anything is sent or paid for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

import cirq
import numpy as np

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.wire.documents import shown

__all__ = [
    "check_circuit",
    "check_text",
    "checked_circuits",
    "checked_name",
    "checked_resolver",
    "checked_seed",
    "checked_settings",
    "resolved",
]

_EXAMPLES = {
    "target": "qpu.forte-1",
    "status": "completed",
    "name": "bell",
    "token": "1f0c...",
    "session_id": "5e8d...",
    "inputs": '{"gateset": ...}',
    "noise": {"model": "aria-1"},
    "error_mitigation": {"debias": True},
    "compilation": {"opt": 1},
    "metadata": {"sample": "7"},
    "job_settings": {"error_mitigation": {"debias": True}},
    "extra_query_params": {"session_id": "..."},
}


def check_circuit(circuit: object, name: str = "the circuit") -> None:
    """Refuse what is no circuit. Raises InvalidArgument."""
    if not isinstance(circuit, cirq.AbstractCircuit):
        made = "" if circuit is None else "; `cirq.Circuit(...)` makes one of operations"
        raise InvalidArgument(f"{name} is {_kind(circuit)}, and no `cirq.Circuit`{made}")


def checked_circuits(circuits: object) -> list[cirq.AbstractCircuit]:
    """Several circuits as a list. Raises InvalidArgument."""
    if isinstance(circuits, cirq.AbstractCircuit):
        raise InvalidArgument("`circuits` is a list of circuits, not one of them")
    if not isinstance(circuits, Iterable) or isinstance(circuits, str | bytes | Mapping):
        raise InvalidArgument(f"`circuits` is a list of circuits, not {_kind(circuits)}")
    found = list(circuits)
    for index, circuit in enumerate(found):
        check_circuit(circuit, f"circuit {index}")
    return found


def checked_settings(name: str, settings: object) -> dict[str, Any]:
    """A copy of settings, or of metadata; empty for None. Raises InvalidArgument."""
    if settings is None:
        return {}
    if not isinstance(settings, Mapping) or not all(isinstance(key, str) for key in settings):
        raise InvalidArgument(f"`{name}` is a dictionary such as {_EXAMPLES[name]}, not {shown(settings)}")
    return dict(settings)


def check_text(**texts: object) -> None:
    """Refuse arguments that are neither texts nor None, by their names. Raises InvalidArgument."""
    for name, text in texts.items():
        if not isinstance(text, str | None):
            raise InvalidArgument(f"`{name}` is a text such as `{_EXAMPLES[name]}`, not {shown(text)}")


def checked_name(name: str, text: object) -> str:
    """A text that says something, such as a target. Raises InvalidArgument."""
    if not isinstance(text, str) or not text.strip():
        raise InvalidArgument(f"`{name}` is a text such as `{_EXAMPLES[name]}`, not {shown(text)}")
    return text


def checked_resolver(given: object) -> cirq.ParamResolver:
    """One value for each parameter. Raises InvalidArgument."""
    values = given.param_dict if isinstance(given, cirq.ParamResolver) else given
    if values is not None and not isinstance(values, Mapping):
        raise InvalidArgument(
            f"`param_resolver` is a dictionary with one value for each parameter, not {_kind(values)}; a sampler runs sweeps"
        )
    for name, value in (values or {}).items():
        if value is None or isinstance(value, list | tuple | set | Mapping | np.ndarray):
            raise InvalidArgument(
                f"`param_resolver` has one value for each parameter, and for `{name}` {shown(value)}; a sampler runs sweeps"
            )
    return given if isinstance(given, cirq.ParamResolver) else cirq.ParamResolver(values)


def resolved(circuit: cirq.AbstractCircuit, resolver: cirq.ParamResolver) -> cirq.AbstractCircuit:
    """A circuit with the values of its parameters. Raises InvalidArgument."""
    try:
        return cirq.resolve_parameters(circuit, resolver)
    except RecursionError:
        raise InvalidArgument("the values in `param_resolver` lead back to their own parameters, and never to a number") from None
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"a value in `param_resolver` suits no gate of the circuit: {error}") from None


def checked_seed(seed: Any) -> Any:
    """What Cirq draws with: a number, a generator, or None. Raises InvalidArgument."""
    if isinstance(seed, Integral):
        seed = int(seed)
    try:
        if callable(getattr(cirq.value.parse_random_state(seed), "choice", None)):
            return seed
    except ValueError:  # a number that numpy does not take
        pass
    raise InvalidArgument(f"`seed` is a whole number from 0 to 2**32 - 1 or a generator of numpy's, not {shown(seed)}")


def _kind(value: object) -> str:
    """What a value is, for a message."""
    return "None" if value is None else f"a `{type(value).__name__}`"

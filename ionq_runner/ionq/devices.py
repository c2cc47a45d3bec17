"""IonQ's machines as a Cirq device: which qubits and gates a circuit for IonQ's compiler may have."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import cirq
import networkx as nx  # type: ignore[import-untyped]

from ionq_runner.ionq import json_resolver
from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.gatesets import IonQTargetGateset

__all__ = ["IonQAPIDevice"]


@cirq.value_equality
class IonQAPIDevice(cirq.Device):
    """A machine that takes the gates of `IonQTargetGateset`, on any one or two of its qubits.

    It checks and changes nothing; `cirq.optimize_for_target_gateset(circuit, gateset=device.gateset)` compiles for it.

    Args:
        qubits: The qubits, or how many there are: line qubits from 0.
        atol: The tolerance of its gate set.

    Attributes:
        qubits: The qubits.
        atol: The tolerance of its gate set.
        gateset: The gates that it takes.

    Raises:
        InvalidArgument: The number of qubits is negative, something is no qubit, or `atol` is no number above 0.
    """

    def __init__(self, qubits: Iterable[cirq.Qid] | int, atol: float = 1e-8) -> None:
        if isinstance(qubits, Integral) and qubits < 0:
            raise InvalidArgument(f"a device has at least 0 qubits, not {qubits}")
        given: Any = cirq.LineQubit.range(int(qubits)) if isinstance(qubits, Integral) else qubits
        found: list[cirq.Qid] = list(given) if isinstance(given, Iterable) else [given]
        if isinstance(qubits, bool | cirq.Qid) or not all(isinstance(qubit, cirq.Qid) for qubit in found):
            raise InvalidArgument(f"a device has qubits such as cirq.LineQubit(0), or a number of them, not {qubits!r}")
        self.qubits: frozenset[cirq.Qid] = frozenset(found)
        self.atol = atol
        self.gateset = IonQTargetGateset(atol=atol)
        self._metadata = cirq.DeviceMetadata(self.qubits, nx.complete_graph(sorted(self.qubits)))

    @property
    def metadata(self) -> cirq.DeviceMetadata:
        """Its qubits, and that every two of them are neighbours."""
        return self._metadata

    def validate_operation(self, operation: cirq.Operation) -> None:
        """Refuse what the device does not do.

        Raises:
            InvalidArgument: The operation has no gate, a gate that IonQ's compiler does not take, or a qubit that is not on the device.
        """
        if operation.gate is None:
            raise InvalidArgument(f"IonQAPIDevice does not support operations with no gates: {operation}")
        if not self.is_api_gate(operation):
            raise InvalidArgument(f"IonQAPIDevice has unsupported gate {operation.gate}: compile for device.gateset, which has none such")
        absent = [qubit for qubit in operation.qubits if qubit not in self.qubits]
        if absent:
            raise InvalidArgument(f"Operation with qubits not on the device: {', '.join(map(str, absent))}, in {operation}")

    def is_api_gate(self, operation: cirq.Operation) -> bool:
        """Whether IonQ's compiler takes the operation."""
        return operation in self.gateset

    def _value_equality_values_(self) -> tuple[Any, ...]:
        return self.qubits, self.atol

    def __repr__(self) -> str:
        return f"ionq_runner.ionq.IonQAPIDevice({sorted(self.qubits)!r}, atol={self.atol!r})"

    @classmethod
    def _json_namespace_(cls) -> str:
        return json_resolver.NAMESPACE

    def _json_dict_(self) -> dict[str, Any]:
        return {"qubits": sorted(self.qubits), "atol": self.atol}

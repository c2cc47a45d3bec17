"""What IonQ measured of a machine: fidelities, times, which qubits can meet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import cirq

from ionq_runner.ionq.errors import IonQResponseException
from ionq_runner.ionq.wire.documents import time_of

__all__ = ["Calibration"]


class Calibration:
    """One characterization of one machine.

    Args:
        calibration_dict: The service's document, of any version of its API.
    """

    def __init__(self, calibration_dict: Mapping[str, Any]) -> None:
        if not isinstance(calibration_dict, Mapping):
            raise IonQResponseException("the service's characterization is none")
        self._document = dict(calibration_dict)

    def calibration_id(self) -> str | None:
        """The service's own name of this characterization."""
        found = self._document.get("id")
        return found if isinstance(found, str) else None

    def num_qubits(self) -> int:
        """How many qubits the machine has."""
        return int(self._value("qubits", int | float))

    def target(self) -> str:
        """The machine, as a job names it."""
        return str(self._value("backend" if "backend" in self._document else "target"))

    def calibration_time(self, tz: tzinfo | None = None) -> datetime:
        """When it was measured, in a time zone or in that of this computer."""
        moment = time_of(self._value("date"))
        if moment is None:
            raise IonQResponseException(f"{self._value('date')!r} is no date")
        try:
            return moment.astimezone(tz)
        except (OverflowError, ValueError):
            raise IonQResponseException(f"{self._value('date')!r} is no date") from None

    def fidelities(self) -> dict[str, Any]:
        """Fidelities of gates on one and two qubits (`1q`, `2q`) and of preparing and reading (`spam`): `median` or `mean`, `stderr`."""
        return dict(self._value("fidelity", Mapping))

    def timings(self) -> dict[str, Any]:
        """Seconds: `t1`, `t2`, gates on one and two qubits (`1q`, `2q`), `readout`, `reset`."""
        return dict(self._value("timing", Mapping))

    def connectivity(self) -> set[tuple[cirq.LineQubit, cirq.LineQubit]]:
        """The pairs of qubits that can meet, each in both orders."""
        listed = self._value("connectivity", list | tuple)
        try:
            pairs = [(cirq.LineQubit(int(one)), cirq.LineQubit(int(other))) for one, other in listed]
        except (TypeError, ValueError):
            raise IonQResponseException("the service's `connectivity` is no list of pairs of qubits") from None
        return {*pairs, *((other, one) for one, other in pairs)}

    def to_dict(self) -> dict[str, Any]:
        """The service's document."""
        return dict(self._document)

    def _value(self, name: str, kind: Any = object) -> Any:
        value = self._document.get(name)
        if value is None or not isinstance(value, kind):
            raise IonQResponseException(f"the service's characterization has no `{name}`, or one that makes no sense")
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calibration) and other._document == self._document

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ionq_runner.ionq.Calibration({self._document!r})"

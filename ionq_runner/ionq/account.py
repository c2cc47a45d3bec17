"""Beside running circuits: sessions, prices, usage, and whose key it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from ionq_runner.ionq.arguments import checked_name
from ionq_runner.ionq.checks import checked_amount, checked_limit, checked_repetitions, checked_switch
from ionq_runner.ionq.endpoints import Endpoints
from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.machines import Estimate, Session, read_estimate, read_session

__all__ = ["Account"]


class Account:
    """What the service says of an account and its prices. API v0.4."""

    _endpoints: Endpoints

    def estimate(
        self,
        target: str,
        repetitions: int = 1000,
        qubits: int = 25,
        *,
        one_qubit_gates: int = 0,
        two_qubit_gates: int = 0,
        debias: bool = False,
    ) -> Estimate:
        """What a circuit of some size would cost on a machine, and how long it would take."""
        query = {
            "backend": checked_name("target", target),
            "type": "ionq.circuit.v1",
            "qubits": checked_limit(qubits, "qubits", 1),
            "shots": checked_repetitions(repetitions),
            "1q_gates": checked_limit(one_qubit_gates, "one_qubit_gates"),
            "2q_gates": checked_limit(two_qubit_gates, "two_qubit_gates"),
            "error_mitigation": "true" if checked_switch("debias", debias) else "false",
        }
        return read_estimate(self._endpoints.document("estimate", query))

    def create_session(
        self, target: str, *, job_count: int | None = None, minutes: float | None = None, cost_usd: float | None = None
    ) -> Session:
        """Keep a machine for one's jobs, within limits.

        Raises:
            InvalidArgument: A limit is no number above 0; nothing was sent.
            IonQResponseException: It may have been created; `sessions()` shows.
        """
        settings = {
            "job_count_limit": None if job_count is None else checked_limit(job_count, "job_count", 1),
            "duration_limit_min": None if minutes is None else checked_amount("minutes", minutes),
            "cost_limit": None if cost_usd is None else {"unit": "usd", "value": checked_amount("cost_usd", cost_usd)},
        }
        body = {
            "backend": checked_name("target", target),
            "settings": {name: value for name, value in settings.items() if value is not None},
        }
        return read_session(self._endpoints.create("sessions", body))

    def sessions(self, active: bool | None = None) -> list[Session]:
        """All sessions, or those that are active or not."""
        query = None if active is None else {"active": "true" if checked_switch("active", active) else "false"}
        found = self._endpoints.rows(self._endpoints.document("sessions", query), "sessions")
        return [read_session(one) for one in found if isinstance(one, Mapping)]

    def session(self, session_id: str) -> Session:
        """A session by its id."""
        return read_session(self._endpoints.document("session", id=session_id))

    def end_session(self, session_id: str) -> Session:
        """Give a machine free again."""
        return read_session(self._endpoints.create("end_session", {}, id=session_id))

    def whoami(self) -> dict[str, Any]:
        """The key's own id and name, and its project."""
        return dict(self._endpoints.document("whoami"))

    def usage(
        self,
        organization_id: str,
        start: date,
        end: date,
        *,
        group_by: Literal["job", "project", "user"] | None = None,
        modality: Literal["daily", "weekly", "monthly"] | None = None,
    ) -> dict[str, Any]:
        """What an organization has used between two days, in the service's own form."""
        for name, day in (("start", start), ("end", end)):
            if not isinstance(day, date):
                raise InvalidArgument(f"`{name}` is a `datetime.date`, not {day!r}")
        query = {"start_date": f"{start:%Y-%m-%d}", "end_date": f"{end:%Y-%m-%d}", "group_by": group_by, "modality": modality}
        chosen = {name: value for name, value in query.items() if value is not None}
        return dict(self._endpoints.document("usage", chosen, organization=organization_id))

"""What to do next: a pure function of what the ledger says and what is in flight."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The jobs to submit now, and whether to wait for those in flight; neither means that everything is done."""

    submit: tuple[int, ...]
    wait: bool

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return not self.submit and not self.wait


def decide(planned: Sequence[int], in_flight: Collection[str], limit: int, *, stopping: bool) -> Decision:
    """Keep up to `limit` jobs in flight, in the order of the plan; when stopping, submit nothing more."""
    room = 0 if stopping else max(0, limit - len(in_flight))
    submit = tuple(planned[:room])
    return Decision(submit, wait=bool(in_flight) or bool(submit))

"""What is known of a job: what was sent, and what the service has said of it since.

The answer to a submission, an entry of a list, the answer to a cancelation say a part; the job's own document says the whole. A part is
filled up with what was known before, and the whole is asked for once where that is not enough. A state that cannot change is kept.

Neither a job that was accepted nor the results of one that has completed need be there to be read at once: for `SETTLE_S` a 404 means
that they are not there yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ionq_runner.ionq.deadlines import left_s
from ionq_runner.ionq.endpoints import Endpoints
from ionq_runner.ionq.errors import IonQNotFoundException, IonQUnsuccessfulJobException
from ionq_runner.ionq.wire.documents import JobDocument
from ionq_runner.ionq.wire.submissions import Submission

__all__ = ["TERMINAL_STATES", "UNSUCCESSFUL_STATES", "Standing"]

TERMINAL_STATES = ("completed", "canceled", "failed", "deleted")
UNSUCCESSFUL_STATES = ("canceled", "failed", "deleted")
SETTLE_S = 30.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 1.0  # between two questions for what is not there yet

_T = TypeVar("_T")


class Standing:
    """What is known of one job.

    Args:
        client: How to ask the service.
        document: What the service said of the job.
        several: Whether it holds several circuits, where the document does not say so.
        sent: What was submitted, where this process has done it just now.
        whole: Whether the document is the job's own.
        sent_metadata: The metadata that were sent, where that is known and `sent` is not: of the circuit of a job of several.
    """

    def __init__(
        self,
        client: Endpoints,
        document: Mapping[str, Any],
        *,
        several: bool = False,
        sent: Submission | None = None,
        whole: bool = False,
        sent_metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._client, self._whole = client, whole
        self._was_asked_to_stop = False
        self.document: dict[str, Any] = dict(document)
        self.sent_metadata = sent_metadata if sent is None else dict(sent.metadata)
        self._settled_s = 0.0 if sent is None else time.monotonic() + SETTLE_S
        read = client.read(document)
        if sent is not None:
            read = read.filled(client.sent(sent, several, read))
        self.read: JobDocument = replace(read, several=read.several or several)

    def __getstate__(self) -> dict[str, Any]:
        """What another process can go on with: its clock is another one, so that what is left of a time is kept, and not its end."""
        return {**self.__dict__, "_settled_s": max(0.0, self._settled_s - time.monotonic())}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """As above."""
        self.__dict__.update(state)
        self._settled_s += time.monotonic()

    @property
    def map_metadata(self) -> Mapping[str, str]:
        """The metadata that say what the circuits measure: those that were sent, which a service may lose, else the job's."""
        return self.read.metadata if self.sent_metadata is None else self.sent_metadata

    def keep(self, document: Mapping[str, Any], *, whole: bool = False) -> None:
        """Take what the service says now; what it leaves out is as it was."""
        before = self.read.status
        self.document, self.read, self._whole = dict(document), self._client.read(document).filled(self.read), whole
        if self.read.status == "completed" and before not in TERMINAL_STATES:
            self._settled_s = time.monotonic() + SETTLE_S

    def canceled(self, answer: Mapping[str, Any]) -> None:
        """Take the answer to a cancelation, which the job's end may have come before: whether it did, its own document says."""
        self.keep(answer)
        self._was_asked_to_stop = True

    def refreshed(self) -> JobDocument:
        """What the service says now. Not asked for again in a state that cannot change; as it was, where it is not to be read yet."""
        if self.read.status == "canceled" and self._was_asked_to_stop:
            return self.told()
        if self.read.status not in TERMINAL_STATES:
            try:
                self._ask()
            except IonQNotFoundException:
                if time.monotonic() > self._settled_s:
                    raise
        return self.read

    def whole(self, *, own: bool = False) -> JobDocument:
        """All that the service says of the job, asked for once where only a part is there.

        Args:
            own: Whether it must be the job's own document, also where another says what is mostly wanted.

        Raises:
            IonQNotFoundException: It is not, or not yet, to be read.
        """
        status = self.read.status
        enough = self.read.is_whole and not own and status not in UNSUCCESSFUL_STATES
        if self._whole or status == "deleted" or enough:
            return self.read
        try:
            self._ask()
        except IonQNotFoundException:
            if status not in UNSUCCESSFUL_STATES:
                raise
        if status in TERMINAL_STATES and self.read.status not in TERMINAL_STATES:  # read from where it is not known yet
            self.read, self._whole = replace(self.read, status=status), False
        return self.read

    def told(self, *, own: bool = False) -> JobDocument:
        """As `whole`; what is known without it, where it is not to be read yet."""
        try:
            return self.whole(own=own)
        except IonQNotFoundException:
            if time.monotonic() > self._settled_s:
                raise
            return self.read

    def patient(self, ask: Callable[[], _T], pause: Callable[[float], None] = time.sleep, *, anew: bool = False) -> _T:
        """The answer to a question, asked again for a while where there is none yet.

        Args:
            ask: The question. What it asks for is not there yet where it raises IonQNotFoundException.
            pause: Sleeps between two times.
            anew: Whether the time counts from here, and not from when this process saw the job accepted or completed.
        """
        end_s, pause_s = time.monotonic() + SETTLE_S if anew else self._settled_s, FIRST_PAUSE_S
        while True:
            try:
                return ask()
            except IonQNotFoundException:
                rest_s = min(end_s - time.monotonic(), left_s())
                if rest_s <= 0:
                    raise
            pause(min(pause_s, rest_s))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def check_children(self, children: Sequence[str], results: Collection[str]) -> None:
        """Say why some of several circuits have no results, if the service does.

        Raises IonQUnsuccessfulJobException for the first circuit that has ended without them.
        """
        for number, child in enumerate(children):
            if child in results:
                continue
            found = self._client.read(self._client.job(child))
            if found.status in UNSUCCESSFUL_STATES:
                more = f"circuit {number} of job {self.read.id}; `children()[i].results()` gives those of its other circuits"
                raise IonQUnsuccessfulJobException(child, found.status, found.reason, more)

    def _ask(self) -> None:
        self.keep(self._client.job(self.read.id), whole=True)

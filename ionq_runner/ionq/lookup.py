"""Which job a submission made, by the token that it carries: nothing is said not to be there before all was read.

An entry of the list of jobs may say less than the job's own document. Whoever looks for a job in vain sends it again, and pays for it
twice; so a job whose metadata the list leaves out is asked for by itself, and where nobody can tell, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ionq_runner.ionq.endpoints import Endpoints
from ionq_runner.ionq.errors import IonQNotFoundException, IonQResponseException
from ionq_runner.ionq.wire.documents import JobDocument
from ionq_runner.ionq.wire.submissions import TOKEN_KEY

__all__ = ["find_job"]

MOST_ASKED = 500  # jobs that are asked for by themselves, the newest ones
_LAST = datetime.max.replace(tzinfo=UTC)

_Entry = tuple[int, Mapping[str, Any], JobDocument]  # the place in the list, the document, and what it says


def find_job(endpoints: Endpoints, token: str) -> Mapping[str, Any] | None:
    """The document of the job that carries a token; of copies, that which was submitted first. None where no job does.

    Raises:
        IonQResponseException: The list, or something in it, could not be read, so that nothing is known.
    """
    unread: list[object] = []
    found: list[_Entry] = []
    silent: list[_Entry] = []
    for place, document in enumerate(endpoints.jobs({}, unread=unread)):
        entry = place, document, endpoints.read(document)
        if entry[2].parent is None:  # the jobs of single circuits carry the metadata of the job that they are part of
            if not _tells(document, listed=True):
                silent.append(entry)
            elif _carries(entry, token):
                found.append(entry)
    for place, document, _ in silent[:MOST_ASKED]:
        own = _own(endpoints, document)
        if own is None or not _tells(own):
            unread.append(document)
        elif (read := endpoints.read(own)).parent is None and _carries(asked := (place, own, read), token):
            found.append(asked)
    unread.extend(document for _, document, _ in silent[MOST_ASKED:])
    if unread and not found:
        told = endpoints.shown(unread[0])
        raise IonQResponseException(
            f"the service's list of jobs holds what is no job, or does not say its metadata, maybe this one: {told}"
        )
    return _first(found)


def _tells(document: Mapping[str, Any], listed: bool = False) -> bool:
    """Whether a document says what metadata the job has, be it none: a list may leave them out, a job's own document has no need to."""
    return isinstance(document.get("metadata", "" if listed else None), Mapping | None)


def _carries(entry: _Entry, token: str) -> bool:
    return entry[2].metadata.get(TOKEN_KEY) == token


def _own(endpoints: Endpoints, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The job's own document; None where it is not to be read."""
    try:
        return endpoints.job(document["id"])
    except IonQNotFoundException:
        return None


def _first(found: Sequence[_Entry]) -> Mapping[str, Any] | None:
    """That which was submitted first. Where one does not say when, the list does, if what is dated in it is newest first."""
    times = [read.submitted for _, _, read in sorted(found, key=lambda entry: entry[0])]
    dated = [time for time in times if time is not None]
    by_place = len(dated) < len(times) and dated == sorted(dated, reverse=True)

    def age(entry: _Entry) -> tuple[bool, datetime, int]:
        place, document, read = entry
        is_whole = read.several or "parent_job_id" in document  # API v0.3 does not say whether others are such parts
        return not is_whole, _LAST if by_place else read.submitted or _LAST, -place

    return min(found, key=age)[1] if found else None

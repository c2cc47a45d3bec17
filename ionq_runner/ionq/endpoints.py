"""The service's operations, one function each, for any version of its API: documents in, documents out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import quote

from ionq_runner.ionq.client import Client, Unclear
from ionq_runner.ionq.errors import InvalidArgument, IonQException, IonQResponseException, SubmissionUnclearException
from ionq_runner.ionq.together import Pause, Stopped
from ionq_runner.ionq.wire.documents import JobDocument, is_job, read_job
from ionq_runner.ionq.wire.submissions import Submission, as_json, job_body
from ionq_runner.ionq.wire.version import ApiVersion

__all__ = ["Endpoints"]

PAGE_SIZE = 100
CHARACTERIZATION_PAGE = 10  # the service's largest
SHOWN_CHARACTERS = 200
IDLE_PAGES = 50  # of a list without anything new; more are a loop


class Endpoints:
    """The operations of one version of the API.

    Args:
        client: Who asks.
        version: In which words.
    """

    def __init__(self, client: Client, version: ApiVersion) -> None:
        self.client, self.version = client, version

    def submit(
        self, submission: Submission, inputs: Mapping[str, Any] | str, *, several: bool, token: str, pause: Pause | None = None
    ) -> Mapping[str, Any]:
        """Create a job, once. Returns what the service says of it: at least an `id` and a `status`.

        Raises:
            SubmissionUnclearException: The job may have been accepted.
            IonQException: It was not.
        """
        body = job_body(self.version, submission, inputs, several)
        try:
            found = self.client.post("/jobs", body, pause)
        except Unclear as error:
            unclear = SubmissionUnclearException(token, error.cause, error.status_code)
        except (IonQException, Stopped):
            raise
        except BaseException as error:
            error.add_note(f"the job may have been accepted; look it up with service.find_job({token!r})")
            raise
        else:
            return _of_a_job(found, str(found["id"]), "submitted")
        raise unclear  # here, where no other exception is dragged along

    def job(self, identity: str) -> Mapping[str, Any]:
        """The document of a job."""
        found = _document(self.client.get(f"/jobs/{_part(identity)}"))
        if found.get("id") != identity:
            raise IonQResponseException(f"the service's answer is not a job {identity}: its id is {self.shown(found.get('id'))}")
        return found

    def read(self, document: Mapping[str, Any]) -> JobDocument:
        """A job document in our words."""
        found = read_job(self.version, document)
        if not found.reason and not found.warnings:
            return found
        return replace(found, reason=self.client.shown(found.reason), warnings=tuple(map(self.client.shown, found.warnings)))

    def sent(self, submission: Submission, several: bool, answered: JobDocument) -> JobDocument:
        """What a submission alone says of the job that it made, beside what was answered."""
        body = json.loads(job_body(self.version, submission, {"circuit": []}, several))
        return self.read({**body, "id": answered.id, "status": answered.status})

    def jobs(self, query: Mapping[str, Any], page_size: int = PAGE_SIZE, unread: list[object] | None = None) -> Iterator[Mapping[str, Any]]:
        """The documents of all jobs that a query selects, page by page, each once.

        What the list holds that is no job is put into `unread`, if that is given: whoever looks for a job in vain has to know.

        Raises:
            IonQResponseException: The list does not end, or a page is none: that is not an empty one.
        """
        seen: set[str] = set()
        asked: dict[str, Any] = {**query, "limit": page_size}
        cursors: set[str] = set()
        idle = 0
        while idle < IDLE_PAGES:
            page = _document(self.client.get("/jobs", asked))
            new = []
            for one in self.rows(page, "jobs"):
                if is_job(one):
                    new += [] if one["id"] in seen else [one]
                elif unread is not None:
                    unread.append(one)
            idle = 0 if new else idle + 1
            for document in new:
                if document["id"] not in seen:
                    seen.add(document["id"])
                    yield document
            cursor = page.get("next")
            if cursor is None or cursor == "":
                return
            if str(cursor) in cursors:
                break
            cursors.add(str(cursor))
            asked["next"] = cursor
        raise IonQResponseException("the service's list of jobs does not end")

    def cancel(self, identity: str) -> Mapping[str, Any]:
        """Ask for a job to be canceled."""
        return _of_a_job(self.client.put(f"/jobs/{_part(identity)}/status/cancel"), identity, "canceled")

    def delete(self, identity: str) -> Mapping[str, Any]:
        """Delete a job."""
        return _of_a_job(self.client.delete(f"/jobs/{_part(identity)}"), identity, "deleted")

    def results(self, document: JobDocument, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The histogram of a job; of a job of several circuits, the histograms by child."""
        path = self.path("batch_results" if document.several else "results", job=document.id)
        return _document(self.client.get(path, query))

    def get(self, name: str, query: Mapping[str, Any] | None = None, **fill: str) -> Any:
        """What stands at one of the version's paths."""
        return self.client.get(self.path(name, **fill), query)

    def document(self, name: str, query: Mapping[str, Any] | None = None, **fill: str) -> Mapping[str, Any]:
        """The document at one of the version's paths."""
        return _document(self.get(name, query, **fill))

    def get_any(self, name: str, **fill: str) -> Any:
        """What stands at one of the version's paths, be it JSON, text or bytes."""
        return self.client.get_any(self.path(name, **fill))

    def create(self, name: str, body: Mapping[str, Any], **fill: str) -> Mapping[str, Any]:
        """Create something other than a job, once.

        Raises:
            IonQResponseException: It may have been created.
        """
        try:
            return self.client.post(self.path(name, **fill), as_json(body).encode())
        except Unclear as error:
            unclear = IonQResponseException(f"this may have been done: {error.cause}", error.status_code)
        raise unclear

    def backends(self) -> list[Mapping[str, Any]]:
        """The documents of all machines."""
        found = self.client.get("/backends")
        if not isinstance(found, list):
            raise IonQResponseException("the service's list of backends is none")
        return [_document(backend) for backend in found]

    def backend(self, name: str) -> Mapping[str, Any]:
        """The document of one machine, from the list of all where the version has none of it alone."""
        if self.version.paths.backend:
            return self.document("backend", backend=name)
        return next((backend for backend in self.backends() if backend.get("backend") == name), {})

    def characterizations(self, backend: str, start: datetime | None, end: datetime | None, limit: int) -> Iterator[Mapping[str, Any]]:
        """The characterizations of a machine, newest first."""
        query: dict[str, Any] = {name: self._moment(moment) for name, moment in (("start", start), ("end", end)) if moment is not None}
        if not (left := limit):
            return
        for number in count(1):
            size = min(CHARACTERIZATION_PAGE, limit)
            page = self.document("characterizations", {**query, "limit": size, "page": number}, backend=backend)
            found = self.rows(page, "characterizations")
            yield from map(_document, found[:left])
            left -= len(found)
            if left <= 0 or len(found) < size or page.get("pages") == 0:
                return

    def rows(self, document: Mapping[str, Any], name: str) -> list[Any]:
        """The list that stands under a name. Raises IonQResponseException where there is none: that is not an empty one."""
        found = document.get(name)
        if not isinstance(found, list):
            raise IonQResponseException(f"the service's answer has no list of {name}: {self.shown(document)}")
        return found

    def shown(self, value: object) -> str:
        """A value of the service's in a message: without the key, whatever its length, and cut where it is long."""
        text = self.client.shown(repr(value))
        return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."

    def path(self, name: str, **fill: str) -> str:
        """One of the version's paths.

        Raises:
            InvalidArgument: The version has no such thing.
        """
        pattern: str = getattr(self.version.paths, name)
        if not pattern:
            raise InvalidArgument(f"API {self.version.name} has no {name.replace('_', ' ')}; API v0.4 has")
        return pattern.format(**{key: _part(value) for key, value in fill.items()})

    def _moment(self, moment: datetime) -> str | int:
        """A moment as the version wants it in a query."""
        if not isinstance(moment, datetime):
            raise InvalidArgument(f"a time here is a `datetime.datetime` with a time zone, not {moment!r}")
        if moment.tzinfo is None:
            raise InvalidArgument("a time here needs a time zone, such as `tzinfo=datetime.timezone.utc`")
        return int(moment.timestamp() * 1000) if self.version.characterization_times == "unix_ms" else moment.isoformat()


def _part(text: str) -> str:
    """A name as one part of a path."""
    if not isinstance(text, str) or not text or text in (".", ".."):
        raise InvalidArgument(f"{text!r} is no id or name")
    return quote(text, safe="", errors="replace")


def _document(found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise IonQResponseException("the service's answer is no document")
    return found


def _of_a_job(answer: object, identity: str, status: str) -> dict[str, Any]:
    """What the service said of a job that it did something with, as a job document, even where it said nothing."""
    said = dict(answer) if isinstance(answer, Mapping) else {}
    return {**said, "id": identity, "status": said["status"] if isinstance(said.get("status"), str) and said["status"] else status}

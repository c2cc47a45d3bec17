"""What goes in and out of the loopback service: a request taken apart, a reply, the body of an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from loopback_jobs import Refused

__all__ = ["Asked", "Reply", "refusal"]

ERRORS = {400: "Bad Request", 401: "Unauthorized Error", 404: "Not Found Error", 409: "Conflict Error"}


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str | None = None) -> Reply:
    """The documented body of an error."""
    known = status in {known.value for known in HTTPStatus}
    name = ERRORS.get(status) or (HTTPStatus(status).phrase if known else "Unknown Error")
    document = {"statusCode": status, "error": name, "message": message or f"The request was answered with {status}."}
    return Reply(status, json.dumps(document).encode())


@dataclass(frozen=True)
class Asked:
    """A request, taken apart: `path` holds what the address names, by name."""

    version: str
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes

    def one(self, name: str) -> str | None:
        """The last value of a parameter of the query."""
        return self.query[name][-1] if name in self.query else None

    def whole(self, name: str, usual: int, least: int = 1) -> int:
        """A parameter that is a number, at least `least`."""
        text = self.one(name)
        if text is None:
            return usual
        if not text.isdecimal() or int(text) < least:
            raise Refused(400, f"{name}: a whole number, at least {least}")
        return int(text)

    def is_true(self, name: str) -> bool:
        return (self.one(name) or "").lower() == "true"

    def json(self) -> Any:
        """The body, whatever its content type says."""
        try:
            return json.loads(self.body or b"null")
        except ValueError as error:
            raise Refused(400, f"the body is not JSON: {error}") from error

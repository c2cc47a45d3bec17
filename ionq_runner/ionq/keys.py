"""The API key: where it comes from, and that nothing shows it."""

from __future__ import annotations

import base64
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from requests import PreparedRequest
from requests.auth import AuthBase

from ionq_runner.ionq.errors import InvalidArgument

__all__ = ["ApiKey", "bare", "find_key", "first_of"]

_E = TypeVar("_E", bound=BaseException)

KEY_VARIABLES = ("CIRQ_IONQ_API_KEY", "IONQ_API_KEY")
KEY_FILE_VARIABLE = "IONQ_API_KEY_FILE"
_HIDDEN = "<API key>"
_MOST_BYTES = 4_096
_SECRET_CHARACTERS = 16  # of a key that no answer holds by chance; IonQ's have 32


class ApiKey(AuthBase):
    """A key that puts itself into requests and shows itself nowhere: not in a repr, a text, a log, a pickle.

    As an `auth` object it also keeps `requests` from taking another one out of `.netrc`. A pickle holds no key: where it is opened, the
    key is looked up in the environment again.

    Raises:
        InvalidArgument: The key cannot be part of a header.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise InvalidArgument(f"the API key is a text, not a `{type(value).__name__}`")
        value = value.strip()
        if not re.fullmatch(r"[\w.~+/=:@!#$%&*()-]+", value, re.ASCII):
            del value  # some tools show the variables of every frame
            raise InvalidArgument("the API key is empty, or holds characters that no key has")
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the key into a request."""
        request.headers["Authorization"] = f"apiKey {self._value}"
        return request

    def hidden_in(self, text: str) -> str:
        """A text without the key, plain or as addresses and headers write it."""
        return re.sub("|".join(map(re.escape, self._forms())), _HIDDEN, text)

    def hidden_in_document(self, document: Any, body: bytes) -> Any:
        """What was read from an answer, without a key that the service echoes; `body` is the answer as it came.

        Whoever is given it may show it. It is looked for in what was read, where nothing is written in another way; and only a key that
        is long enough to be one, for a dummy such as `test` may also be the name of something.
        """
        if len(self._value) < _SECRET_CHARACTERS or not (b"\\" in body or any(map(body.__contains__, map(str.encode, self._forms())))):
            return document

        def hidden(value: Any) -> Any:
            match value:
                case str():
                    return self.hidden_in(value)
                case list():
                    return [hidden(one) for one in value]
                case dict():
                    return {hidden(name): hidden(one) for name, one in value.items()}
                case _:
                    return value

        try:
            return hidden(document)
        except RecursionError:
            raise ValueError("the document is nested too deeply") from None

    def _forms(self) -> tuple[str, ...]:
        coded = base64.b64encode(self._value.encode()).decode().rstrip("=")
        return self._value, quote(self._value, safe=""), coded

    def __repr__(self) -> str:
        return _HIDDEN

    def __reduce__(self) -> tuple[object, ...]:
        """Without the key."""
        return find_key, ()

    def __copy__(self) -> ApiKey:
        return self

    def __deepcopy__(self, memo: object) -> ApiKey:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._value == self._value

    def __hash__(self) -> int:
        return hash((ApiKey, self._value))


def find_key(given: str | ApiKey | None = None) -> ApiKey:
    """The key that was given, else that of the environment, else that in the file which the environment names, else the keyring's.

    Raises:
        OSError: There is none, or the file may not be trusted.
        InvalidArgument: It cannot be a key.
    """
    if isinstance(given, ApiKey):
        return given
    if given is not None and not isinstance(given, str):
        kind = type(given).__name__
        del given
        raise InvalidArgument(f"`api_key` is a text, not a `{kind}`")
    found = [given or first_of(KEY_VARIABLES) or _from_file() or _from_keyring()]
    del given  # no variable holds the key where something goes wrong: some tools show those of every frame
    if not found[0]:
        names = " or ".join(f"`{name}`" for name in (*KEY_VARIABLES, KEY_FILE_VARIABLE))
        raise OSError(f"no API key: give `api_key`, or set the environment variable {names}")
    return ApiKey(found.pop() or "")


def bare(error: _E) -> _E:
    """An exception without the frames and exceptions below it: some tools show the variables of every frame."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)


def first_of(names: Iterable[str]) -> str | None:
    """The first of some environment variables that holds anything."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def _from_file() -> str | None:
    """The key in the file that the environment names. Only its owner may be able to read it."""
    place = os.environ.get(KEY_FILE_VARIABLE)
    if not place:
        return None
    with Path(place).open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(f"{KEY_FILE_VARIABLE}: {place} is not a file")
        if os.name == "posix" and mode & 0o077:
            raise PermissionError(f"{KEY_FILE_VARIABLE}: others can read {place}; run `chmod 600` on it")
        return file.read(_MOST_BYTES).decode("ascii", errors="replace").strip()


def _from_keyring() -> str | None:
    """The key in the system's keyring, where the package `keyring` is installed and has one."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password("ionq_runner", "api_key")
    except Exception:  # a keyring that is locked or broken has no key
        return None
    return found

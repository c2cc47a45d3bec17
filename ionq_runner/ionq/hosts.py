"""Which host is spoken to, and how its times are read."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.keys import first_of

__all__ = ["DEFAULT_HOST", "base_url", "is_loopback", "moment_of"]

DEFAULT_HOST = "https://api.ionq.co"
HOST_VARIABLES = ("CIRQ_IONQ_REMOTE_HOST", "IONQ_REMOTE_HOST")


def base_url(given: str | None, version: str, *, allow_http: bool = False) -> str:
    """Scheme, host and version: of what is given, else of the environment, else IonQ's own. A path is left out.

    Raises:
        InvalidArgument: It is no address, holds a user or a password, or would send the key in the clear over a network.
    """
    text = given or first_of(HOST_VARIABLES) or DEFAULT_HOST
    try:
        parts = urlsplit(text if isinstance(text, str) else "")
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidArgument("`remote_host` is an address such as https://api.ionq.co, with its scheme")
    if parts.username is not None or parts.password is not None:
        raise InvalidArgument("`remote_host` holds a user or a password, which the service does not know")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise InvalidArgument(
            f"http://{host} would send the API key in the clear; use https, or `allow_http=True` where the network is yours"
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port is not None else ''}/{version}"


def moment_of(text: str) -> datetime | None:
    """A date as HTTP headers write it."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer whatever the network says."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

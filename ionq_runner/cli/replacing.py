"""A file of the person's replaced by a new text of it: whole or not at all, with its permissions."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

import click


def replace_file(file: str, data: bytes) -> None:
    """Write beside the file, links followed, and rename into its place. Raises UsageError where that cannot be done."""
    from ionq_runner.ledger.folder import write_durably

    place = Path(os.path.realpath(file))
    part = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        mode = stat.S_IMODE(os.stat(place).st_mode)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.chmod(part, mode)
        write_durably(place, data, part)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None

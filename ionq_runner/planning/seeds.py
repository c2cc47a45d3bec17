"""The one seed of a run: the file's, or a fresh one that the manifest records."""

from __future__ import annotations

import secrets

__all__ = ["fresh_seed"]


def fresh_seed() -> int:
    """A seed for a run whose file gives none: nine digits, so that it can be copied by hand."""
    return secrets.randbelow(900_000_000) + 100_000_000

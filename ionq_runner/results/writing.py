"""A large file, hashed and written by a thread of its own while its next lines are made.

Writing a new file takes the kernel as long as it takes us to make its lines; both let other threads work meanwhile.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ionq_runner.ledger.folder import finish_file

__all__ = ["Written", "write_pieces"]

BLOCK_BYTES = 1 << 19
FLUSHED_BYTES = 1 << 22
WAITING_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file: its size, its checksum, and the sum of what its pieces counted."""

    bytes: int
    sha256: str
    count: int


def write_pieces(path: Path, pieces: Iterable[tuple[bytes | memoryview, int]]) -> Written:
    """Write pieces of any size, each with a count, beside a file's place; flush; rename. Raises OSError.

    Memory is bounded by what is given at a time: a few blocks wait to be written, and then the maker of pieces waits.
    """
    digest, size, total, flushed = hashlib.sha256(), 0, 0, 0
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file, ThreadPoolExecutor(1, thread_name_prefix="ionq-runner-writer") as writer:

        def put(block: bytes | memoryview) -> None:
            file.write(block)
            digest.update(block)
            nonlocal flushed
            if file.tell() - flushed >= FLUSHED_BYTES:
                file.flush()
                _begin_flush(file.fileno(), flushed, file.tell() - flushed)
                flushed = file.tell()

        pending: deque[Future[None]] = deque()
        gathered: list[bytes | memoryview] = []
        gathered_bytes = 0
        for piece, count in pieces:
            gathered.append(piece)
            gathered_bytes += len(piece)
            total += count
            if gathered_bytes >= BLOCK_BYTES:
                pending.append(writer.submit(put, _whole(gathered)))
                size += gathered_bytes
                gathered, gathered_bytes = [], 0
                if len(pending) > WAITING_BLOCKS:
                    pending.popleft().result()
        pending.append(writer.submit(put, _whole(gathered)))
        size += gathered_bytes
        for block in pending:
            block.result()
        file.flush()
        os.fsync(file.fileno())
    finish_file(part, path)
    return Written(size, digest.hexdigest(), total)


def _whole(pieces: Sequence[bytes | memoryview]) -> bytes | memoryview:
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _begin_flush(file: int, start: int, size: int) -> None:
    """Let the system begin to write some bytes to the disk now, so that the flush at the end has less to wait for."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file, start, size, os.POSIX_FADV_DONTNEED)

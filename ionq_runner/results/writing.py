"""A large file, hashed and written by a thread of its own while its next lines are made."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ionq_runner.ledger.folder import finish_file

__all__ = ["Written", "write_pieces"]

BLOCK_BYTES = 1 << 19
BUFFER_BYTES = 1 << 20
WAITING_BLOCKS = 4
_PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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
    digest, size, total = hashlib.sha256(), 0, 0
    part = path.with_name(path.name + ".part")
    with _NewFile(part) as file, ThreadPoolExecutor(1, thread_name_prefix="ionq-runner-writer") as writer:

        def put(block: bytes | memoryview) -> None:
            file.write(block)
            digest.update(block)

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
        file.finish()
    finish_file(part, path)
    return Written(size, digest.hexdigest(), total)


class _NewFile:
    """A file that is written once, from its beginning to its end.

    Whole buffers go to the disk past the system's cache where it can do that (`O_DIRECT`): nobody reads them soon, and giving them
    room in the cache takes several times the processor time, and a wait for the disk at the end.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _PLAIN, 0o666)
        self._buffer = mmap.mmap(-1, BUFFER_BYTES)  # begins at a page, as `O_DIRECT` asks
        self._filled = 0
        self._direct = self._set_direct(True)

    def __enter__(self) -> _NewFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._file)
        self._buffer.close()

    def write(self, data: bytes | memoryview) -> None:
        """Add some bytes."""
        start = 0
        while start < len(data):
            stop = min(len(data), start + BUFFER_BYTES - self._filled)
            self._buffer[self._filled : self._filled + stop - start] = data[start:stop]
            self._filled += stop - start
            start = stop
            if self._filled == BUFFER_BYTES:
                self._empty()

    def finish(self) -> None:
        """Write what is left, which is no whole block of the disk, and wait until all of it is there."""
        self._direct = self._direct and self._set_direct(False)
        self._empty()
        os.fsync(self._file)

    def _empty(self) -> None:
        done = 0
        with memoryview(self._buffer) as whole:
            while done < self._filled:
                try:
                    with whole[done : self._filled] as rest:
                        done += os.write(self._file, rest)
                except OSError as error:
                    if error.errno != errno.EINVAL or not self._direct:
                        raise
                    self._direct = self._set_direct(False)
        self._filled = 0

    def _set_direct(self, wanted: bool) -> bool:
        """Ask for writing past the cache, or for the cache again; whether the file is written past it now."""
        direct = getattr(os, "O_DIRECT", 0)
        if not direct:
            return False
        import fcntl

        flags = fcntl.fcntl(self._file, fcntl.F_GETFL)
        try:
            fcntl.fcntl(self._file, fcntl.F_SETFL, flags | direct if wanted else flags & ~direct)
        except OSError:  # a file system without it
            return False
        return wanted


def _whole(pieces: Sequence[bytes | memoryview]) -> bytes | memoryview:
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)

"""Files that an experiment refers to: regular files of its own folder or below, read once, and kept as they were."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import ClassVar

from ionq_runner.diagnostics import Excerpt, Problem, ProblemFound, Source
from ionq_runner.language.masking import suspicious
from ionq_runner.language.yaml import Scalar

__all__ = ["Files"]

MAX_FILE_BYTES = 4 << 20
TAKE_OUT = "take it out of the file, for a run keeps a copy of it, and make a new key; a key belongs in the environment"
NOWHERE = "has no place: this experiment is in no folder; save it as a file beside the other"


class FileRefused(Problem):
    """A file that an experiment refers to and that cannot be used."""

    code: ClassVar[str] = "E113"
    text: ClassVar[str] = "the file `{path}` {reason}"
    path: str
    reason: str
    advice: str = ""

    @property
    def hint(self) -> str:
        return self.advice


class Files:
    """Reads files by the paths in an experiment; `folder` is where that lies, None where it lies nowhere.

    `used` has what was read, by path.
    """

    def __init__(self, folder: Path | None, shown: str = "", why: str = NOWHERE) -> None:
        self.folder, self.used = folder, dict[str, bytes]()
        self.failed: set[str] = set()  # paths of files that could not be used
        self._shown, self._why = shown, why  # how messages call the folder; why there is none

    def excerpt(self, path: Scalar) -> Excerpt:
        """The text of a file. Raises ProblemFound at its path."""
        text = self._decoded(path, self.data(path))
        if secret := next(suspicious(text), None):
            line = text.count("\n", 0, secret[0]) + 1
            raise self._refused(path, f"has what looks like a credential in line {line}; it is not repeated here", TAKE_OUT)
        return Excerpt(text, Source(os.path.join(self._shown, path.text), text), 0)

    def data(self, path: Scalar) -> bytes:
        """What is in a file. Raises ProblemFound at its path."""
        if path.text not in self.used:
            self.used[path.text] = self._read(path)
        return self.used[path.text]

    def _read(self, path: Scalar) -> bytes:
        if self.folder is None:
            raise self._refused(path, self._why)
        place = self._place(path, self.folder)
        try:
            # nonblocking: a pipe would be waited for
            with open(os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise self._refused(path, "is no regular file")
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            begin = "paths begin in the folder of the experiment" + (f", {self._shown}" if self._shown else "")
            near = begin if isinstance(error, FileNotFoundError) else ""
            raise self._refused(path, f"cannot be read: {error.strerror}", near) from None
        if len(data) > MAX_FILE_BYTES:
            raise self._refused(path, f"has more than {MAX_FILE_BYTES >> 20} MiB")
        return data

    def _place(self, path: Scalar, folder: Path) -> Path:
        """Where a file lies, links followed: in the folder of the experiment or below."""
        text = path.text
        if "://" in text:
            raise self._refused(path, "is an address, and nothing is fetched", "download it beside the experiment")
        if not text or "\0" in text or "\\" in text or text.startswith("~") or "$" in text:
            raise self._refused(path, "is not written as a plain path", "write it relative to this file, with `/` between its parts")
        if PurePosixPath(text).is_absolute() or Path(text).is_absolute():
            raise self._refused(path, "lies elsewhere", "paths are relative to this file, in its folder or below")
        if ".." in PurePosixPath(text).parts:
            raise self._refused(path, "leads out of a folder with `..`", "put the file into the folder of the experiment, or below")
        try:
            place, root = (folder / text).resolve(), folder.resolve()
        except (OSError, RuntimeError, ValueError):
            raise self._refused(path, "cannot be found: its links lead nowhere") from None
        if not place.is_relative_to(root):
            raise self._refused(path, "leads out of the folder of the experiment", "put the file into that folder, or below")
        return place

    def _decoded(self, path: Scalar, data: bytes) -> str:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._refused(
                path, f"is not UTF-8 text: line {line} has the byte 0x{data[error.start]:02x}", "save it as UTF-8"
            ) from None

    def _refused(self, path: Scalar, reason: str, advice: str = "") -> ProblemFound:
        return ProblemFound(FileRefused(path.span, path.text, reason, advice))

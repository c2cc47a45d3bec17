"""What lies where in a run, and how a file gets there: written beside its place, made durable, then renamed."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import socket
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

__all__ = ["FolderError", "RunAltered", "RunFolder", "create_run", "find_run", "slug", "write_durably"]

# FolderError
#   RunInUse        another process has the run
#   NotARun         no run is there
#   RunAltered      its input or its plan is not what was recorded


class FolderError(Exception):
    """A run folder cannot be made, found or used. The text says why and what to do."""


class RunInUse(FolderError):
    """Another process works on the run."""


class NotARun(FolderError):
    """There is no run at a place where one was asked for."""


class RunAltered(FolderError):
    """A file from which a run would go on is not what was recorded."""


class RunFolder:
    """The paths of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.experiment = path / "experiment.yaml"
        self.inputs = path / "inputs"
        self.referred = self.inputs / "files"  # those that the experiment refers to, by their paths in it
        self.plan = path / "plan.json"
        self.manifest = path / "manifest.json"
        self.ledger = path / "ledger.sqlite"
        self.answers = path / "responses"

    def answer(self, number: int) -> Path:
        """The file of a job's answer."""
        return self.answers / f"job-{number:06d}.npz"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep any other process from working on the run. Raises RunInUse, naming who has it."""
        try:
            handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderError(f"{self.path} cannot be written: {error.strerror}") from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "another process"
                raise RunInUse(f"the run {self.path} is in use by {holder}; wait for it, or stop it, then resume") from None
            except OSError as error:
                raise FolderError(f"{self.path} cannot be locked ({error.strerror}); put the run on a disk that knows file locks") from None
            os.ftruncate(handle, 0)
            with suppress(OSError):  # on a full disk the lock holds all the same, without a name in it
                os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
            yield
        finally:
            os.close(handle)


def create_run(out: Path, name: str, now: datetime) -> RunFolder:
    """Make the folder of a new run, `OUT/name/time-xxxx`, readable by its owner alone. Raises FolderError."""
    parent = out / slug(name)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for _ in range(100):
            path = parent / f"{now:%Y-%m-%dT%H-%M-%SZ}-{secrets.token_hex(2)}"
            try:
                path.mkdir(mode=0o700)
            except FileExistsError:
                continue
            (path / "responses").mkdir()
            for folder in (path, parent, out):
                _sync(folder)
            return RunFolder(path)
    except NotADirectoryError:
        raise FolderError(f"{parent} cannot be a folder: a file of that name, or above it, is in the way; choose another `--out`") from None
    except FileExistsError:
        raise FolderError(f"{parent} is a file, and runs need a folder of that name; choose another `--out`") from None
    except OSError as error:
        raise FolderError(f"{parent} cannot be written ({error.strerror}); choose another `--out`") from None
    raise FolderError(f"no free name for a run in {parent}")


def point_latest(run: RunFolder, out: Path) -> None:
    """Make `OUT/latest` name the run. Runs may begin at the same moment, so the part has a name of its own."""
    part = out / f".latest-{run.path.name}"
    write_durably(out / "latest", f"{run.path.relative_to(out).as_posix()}\n".encode(), part)


def find_run(place: str, out: Path) -> RunFolder:
    """The run that a person means: a run folder, a folder that holds runs (the newest of them), `latest`, or the file of that name.

    Raises NotARun.
    """
    try:
        path = _latest(out) if place == "latest" else Path(place)
        if path.name == "latest" and path.is_file():
            path = _latest(path.parent)
        if _is_run(path):
            return RunFolder(path)
        inside = {file.parent for depth in ("*", "*/*") for name in ("plan", "manifest") for file in path.glob(f"{depth}/{name}.json")}
        if runs := list(filter(_is_run, inside)):
            return RunFolder(max(runs, key=_begun))
        begun = (path / "responses").is_dir()
        recorded = (path / "ledger.sqlite").exists() or any(path.glob("responses/*"))
    except OSError as error:
        raise NotARun(f"{place} cannot be read: {error.strerror}") from None
    if begun and recorded:
        missing = [name for name in ("plan.json", "experiment.yaml") if not (path / name).is_file()]
        raise NotARun(f"{path} is a run without its {' and '.join(missing)}: restore it from a copy; what was run is still there")
    if begun:
        raise NotARun(f"{path} was stopped before its plan was written, and nothing of it was run; run the experiment again")
    raise NotARun(f"{place} is not a run folder, and holds none; a run folder has a plan.json and the experiment.yaml it came from")


def _latest(out: Path) -> Path:
    """The run that was begun last."""
    pointer = out / "latest"
    if not pointer.is_file():
        raise NotARun(f"there is no latest run in {out}; name a run folder, or give its folder with `--out`")
    path = out / pointer.read_bytes().decode("utf-8", "replace").strip().replace("\0", "")
    if not path.is_dir():
        raise NotARun(f"the latest run was {path}, and it is gone; name a run folder")
    return path


def _begun(run: Path) -> tuple[str, int, str]:
    """When a run began: by its name to the second, then by its plan."""
    plan = run / "plan.json"
    return run.name[: len("2026-05-01T10-31-02Z")], plan.stat().st_mtime_ns if plan.is_file() else 0, run.name


def _is_run(path: Path) -> bool:
    """Whether a run was begun there: it has what it was made from, or, whatever was deleted since, what came out."""
    return (path / "manifest.json").is_file() or ((path / "plan.json").is_file() and (path / "experiment.yaml").is_file())


def slug(name: str) -> str:
    """A name as a folder: letters a to z, digits and dashes, at most 64 of them. `latest` is the pointer's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "experiment"
    return f"{short}-experiment" if short == "latest" else short


def write_durably(path: Path, data: bytes, part: Path | None = None) -> None:
    """Put a file in its place whole or not at all, and on the disk before this returns. Raises OSError, which names the file.

    Until it is whole it is called `part`, by default as the file with `.part` after it.
    """
    part = part or path.with_name(path.name + ".part")
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        finish_file(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from error


def finish_file(part: Path, path: Path) -> None:
    """Rename a finished, flushed file into its place, and make the rename durable."""
    os.replace(part, path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make durable what was made, renamed and removed in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_json(value: object) -> bytes:
    """A JSON document as this program writes it: indented, in the order given, ended by a line end. Bytes that are no text stay codes."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")

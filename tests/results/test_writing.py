"""Large files are written whole, past the system's cache or not, with their checksum."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from ionq_runner.results import writing
from ionq_runner.results.writing import BUFFER_BYTES, write_pieces

PLACES = [None, *(place for place in ("/dev/shm",) if os.access(place, os.W_OK))]  # a file system of memory has no way past the cache


@pytest.fixture(params=PLACES)
def folder(request, tmp_path):
    if request.param is None:
        yield tmp_path
        return
    place = Path(request.param) / f"ionq-runner-{os.getpid()}-{tmp_path.name}"
    place.mkdir()
    yield place
    for left in place.iterdir():
        left.unlink()
    place.rmdir()


def some_bytes(size: int) -> bytes:
    return np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8).tobytes()


@pytest.mark.parametrize("sizes", [
    [], [0], [1], [BUFFER_BYTES - 1], [BUFFER_BYTES], [BUFFER_BYTES + 1], [3 * BUFFER_BYTES + 5], [7] * 10,
    [600_001, 5, 2 * BUFFER_BYTES, 0, 511, 4096], [BUFFER_BYTES // 2] * 6,
])  # fmt: skip
def test_a_file_holds_its_pieces_in_order(folder, sizes):
    pieces = [some_bytes(size + index)[:size] for index, size in enumerate(sizes)]
    given = [(memoryview(piece) if index % 2 else piece, index) for index, piece in enumerate(pieces)]
    written = write_pieces(folder / "table.csv", iter(given))
    whole = b"".join(pieces)
    assert (folder / "table.csv").read_bytes() == whole
    assert written == writing.Written(len(whole), hashlib.sha256(whole).hexdigest(), sum(range(len(sizes))))
    assert [path.name for path in folder.iterdir()] == ["table.csv"]


def test_what_the_disk_does_not_take_past_the_cache_goes_through_it(folder):
    """Five bytes are no block of a disk: it refuses them, and nothing is lost."""
    with writing._NewFile(folder / "odd") as file:
        file.write(b"12345")
        file._empty()
        file.write(b"6" * BUFFER_BYTES)
        file.write(b"7")
        file.finish()
    assert (folder / "odd").read_bytes() == b"12345" + b"6" * BUFFER_BYTES + b"7"


def test_a_maker_of_pieces_that_fails_leaves_no_table(folder):
    def failing():
        yield b"1", 1
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_pieces(folder / "table.csv", failing())
    assert not (folder / "table.csv").exists()

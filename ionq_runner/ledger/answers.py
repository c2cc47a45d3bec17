"""The answer of a local job as a file: the outcomes of its executions as compressed rows, in numpy's own format."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Answer", "decode_answer", "encode_answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was measured: execution i has the entries `offsets[i]` to `offsets[i + 1]` of the other columns."""

    executions: NDArray[np.uint64]  # (n, 2), the ids
    offsets: NDArray[np.int64]  # (n + 1,)
    outcomes: NDArray[Any]  # numbers of the outcomes, ascending within an execution
    counts: NDArray[np.int64]
    probabilities: NDArray[np.float64]  # NaN where none was calculated


def encode_answer(answer: Answer) -> bytes:
    """The bytes of an answer: equal answers give equal bytes."""
    largest = int(answer.counts.max(initial=0))
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        executions=answer.executions.astype("<u8"),
        offsets=answer.offsets.astype("<i8"),
        outcomes=answer.outcomes,
        counts=answer.counts.astype(np.uint16 if largest < 1 << 16 else np.uint32),
        probabilities=answer.probabilities.astype("<f8"),
    )
    return buffer.getvalue()


def decode_answer(data: bytes) -> Answer:
    """The answer in some bytes. Raises ValueError where they are not an answer."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return Answer(
                file["executions"].astype(np.uint64),
                file["offsets"].astype(np.int64),
                file["outcomes"],
                file["counts"].astype(np.int64),
                file["probabilities"].astype(np.float64),
            )
    except Exception as error:
        raise ValueError(f"not the answer of a local job: {error}") from error

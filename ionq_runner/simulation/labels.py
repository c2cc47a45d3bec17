"""Labels of basis states as vectors: where a run sends each of them, and from where each place is reached.

A label is a whole number with a bit for each qubit. The image of all labels under a linear map, or a parity of all of them, is made by
doubling: what the labels with one bit more come to is what the others came to, changed by that bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionq_runner.simulation.runs import LinearMap, Segment

__all__ = ["Labels", "Truths", "labels_after", "linear_labels", "odd_labels", "sources", "sums_over_bits"]

Labels = NDArray[np.int64]
Truths = NDArray[np.bool_]
Reals = NDArray[np.float64]


def linear_labels(constant: int, changes: Sequence[int]) -> Labels:
    """The image of every label: `constant`, changed by `changes[b]` where bit b is set."""
    images = np.array([constant], dtype=np.int64)
    for change in changes:
        images = np.concatenate([images, images ^ change])
    return images


def odd_labels(mask: int, bits: int) -> Truths:
    """Whether a label has an odd number of the mask's bits, for all labels of so many bits."""
    odd = np.zeros(1, dtype=np.bool_)
    for bit in range(bits):
        odd = np.concatenate([odd, odd ^ bool(mask >> bit & 1)])
    return odd


def sums_over_bits(values: Sequence[float]) -> Reals:
    """The sum of the values of a label's bits, for all labels; `values[b]` is that of bit b."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def labels_after(segments: Sequence[Segment], bits: int) -> Labels | None:
    """Where the segments of a run send each label; None if it stays."""
    labels: Labels | None = None
    for segment in segments:
        labels = after_segment(segment, labels, bits)
    return labels


def after_segment(segment: Segment, labels: Labels | None, bits: int) -> Labels | None:
    """Where labels are after a segment, if they were at `labels` before it."""
    labels = after_map(segment.map, labels)
    if segment.flip is not None:
        target, controls = segment.flip
        mask = sum(1 << control for control in controls)
        labels = np.arange(1 << bits) if labels is None else labels
        labels = labels ^ (((labels & mask) == mask).astype(np.int64) << target)
    return labels


def after_map(map_: LinearMap, labels: Labels | None) -> Labels | None:
    """Where labels are after a linear map."""
    if map_.is_identity:
        return labels
    images = linear_labels(*map_.columns)
    return images if labels is None else images[labels]


def sources(labels: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """From where each place is reached, if `labels` says where each place goes."""
    source = np.empty(len(labels), dtype=np.intp)
    source[labels] = np.arange(len(labels))
    return source

"""The nearest valid spelling of a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ionq_runner.diagnostics.spelling import foreign_letter

__all__ = ["did_you_mean", "nearest"]

MAX_LENGTH = 40  # of a word that is looked at: nobody mistypes a longer one by a letter
MAX_KNOWN = 300  # words that it is compared with
MAX_DISTANCE = 4


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean `h`?`, or an empty text where nothing is near; a letter that only looks like one of ours is named."""
    found = nearest(word, known)
    return f"did you mean `{found}`{foreign_letter(word)}?" if found else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word at the smallest edit distance, if that is small against the word's length; ties go to the first."""
    if len(word) > MAX_LENGTH:
        return None
    lowered, found, below = word.lower(), None, MAX_DISTANCE + 1
    for candidate in islice(known, MAX_KNOWN):
        allowed = max(int(max(len(word), len(candidate)) > 2), min(len(word), len(candidate)) // 3)
        distance = _edit_distance(lowered, candidate.lower(), min(allowed, below - 1))
        if distance <= min(allowed, below - 1):
            found, below = candidate, distance
    return found


def _edit_distance(left: str, right: str, bound: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other; `bound + 1` if more."""
    if abs(len(left) - len(right)) > bound:
        return bound + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row = row, [i] + [bound + 1] * len(right)
        for j in range(max(1, i - bound), min(len(right), i + bound) + 1):  # further from the diagonal costs more than the bound
            b = right[j - 1]
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > bound:
            return bound + 1
        before = previous
    return min(row[-1], bound + 1)

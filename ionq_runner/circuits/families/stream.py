"""Random draws that are the same for ever: bits of SHA-256 over a key and a counter, and what is made of them by arithmetic alone."""

from __future__ import annotations

import hashlib

__all__ = ["Stream"]

_BLOCK_BITS = 256
_FRACTION_BITS = 53


class Stream:
    """Draws that follow from a key. The generators of Python and numpy may change what they make of a seed; this does not."""

    def __init__(self, *key: str | int) -> None:
        self._key = "/".join(map(str, key)).encode()
        self._blocks = 0
        self._held = self._held_bits = 0

    def bits(self, count: int) -> int:
        """A whole number of so many random bits."""
        while self._held_bits < count:
            block = hashlib.sha256(self._key + b"/%d" % self._blocks).digest()
            self._blocks += 1
            self._held = self._held << _BLOCK_BITS | int.from_bytes(block, "big")
            self._held_bits += _BLOCK_BITS
        self._held_bits -= count
        drawn = self._held >> self._held_bits
        self._held &= (1 << self._held_bits) - 1
        return drawn

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, each as likely as the others."""
        width = (limit - 1).bit_length()
        while (drawn := self.bits(width)) >= limit:
            pass
        return drawn

    def fraction(self) -> float:
        """A number from 0 to 1, without 1."""
        return self.bits(_FRACTION_BITS) / (1 << _FRACTION_BITS)

    def shuffled(self, count: int) -> list[int]:
        """The numbers 0 to count - 1 in random order, each order as likely as the others."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

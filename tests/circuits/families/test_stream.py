"""Draws that follow from a key alone, the same for ever."""

from __future__ import annotations

import collections
import hashlib

import pytest

from ionq_runner.circuits.families.stream import Stream


def test_bits_are_those_of_sha_256_over_the_key_and_a_counter():
    blocks = b"".join(hashlib.sha256(b"a/7/%d" % index).digest() for index in range(3))
    stream = Stream("a", 7)
    found = "".join(f"{stream.bits(count):0{count}b}" for count in (1, 3, 53, 300, 64, 100))
    assert found == f"{int.from_bytes(blocks, 'big'):0768b}"[: len(found)]


def test_draws_are_these_for_ever():
    stream = Stream("ionq_runner", 1, "clifford_rb", 2, 3, 4)
    assert ([stream.below(11_520) for _ in range(4)], stream.fraction(), stream.shuffled(6)) == (
        [610, 5371, 1184, 8579],
        0.12921847245224305,
        [3, 5, 4, 0, 2, 1],
    )


def test_keys_that_differ_give_other_draws():
    drawn = {Stream("a", *key).bits(64) for key in ((1, 2), (2, 1), (12,), (1, 2, 0), ())}
    assert len(drawn) == 5


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 24, 64])
def test_whole_numbers_are_even_up_to_the_limit(limit):
    stream = Stream("limit", limit)
    counts = collections.Counter(stream.below(limit) for _ in range(200 * limit))
    assert counts.keys() == set(range(limit))
    assert max(abs(count - 200) for count in counts.values()) < 5 * 200**0.5


def test_every_order_is_as_likely_as_the_others():
    stream = Stream("order")
    counts = collections.Counter(tuple(stream.shuffled(4)) for _ in range(4_800))
    assert len(counts) == 24
    assert max(abs(count - 200) for count in counts.values()) < 5 * 200**0.5


def test_fractions_lie_evenly_from_0_to_1():
    stream = Stream("fraction")
    drawn = [stream.fraction() for _ in range(4_000)]
    assert 0 <= min(drawn) < max(drawn) < 1
    assert sum(drawn) / 4_000 == pytest.approx(0.5, abs=5 * (1 / 12 / 4_000) ** 0.5)
    assert sum(value**2 for value in drawn) / 4_000 == pytest.approx(1 / 3, abs=0.02)

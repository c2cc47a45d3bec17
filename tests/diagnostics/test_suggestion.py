"""The nearest valid spelling: what it takes for near, and what it refuses to guess."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ionq_runner.diagnostics.suggestion import did_you_mean, nearest

WORDS = st.text("abcd", min_size=1, max_size=9)


def distance(left: str, right: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours, straight from the definition."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (left[i - 1] != right[j - 1]))
        if i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
            best = min(best, between(i - 2, j - 2) + 1)
        return best

    return between(len(left), len(right))


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("circuit", ["name", "circuits", "circus"], "circuits"),
        ("naem", ["name"], "name"),
        ("REPETITIONS", ["repetitions"], "repetitions"),
        ("cnt", ["h", "cnot"], "cnot"),
        ("rxx", ["ryy", "rx", "rxy"], "rx"),
        ("q", ["h", "x"], None),
        ("zebra", ["circuits", "name"], None),
        ("", ["h"], None),
        ("h", [], None),
    ],
    ids=["letter-short", "swapped", "capitals", "letter-lost", "first-of-equals", "one-letter", "far", "nothing-written", "none-known"],
)
def test_the_nearest_word_is_suggested_where_it_is_near(word, known, found):
    assert nearest(word, known) == found


@given(WORDS, st.lists(WORDS, max_size=6))
def test_the_suggestion_is_the_first_at_the_smallest_distance_within_a_third_of_the_word(word, known):
    near = {other: distance(word, other) for other in known}
    allowed = {other: max(max(len(word), len(other)) > 2, min(len(word), len(other)) // 3) for other in known}
    possible = [other for other in known if near[other] <= min(allowed[other], 4)]
    assert nearest(word, known) == min(possible, key=near.__getitem__, default=None)


@given(st.text("abcdefgh", min_size=3, max_size=12), st.data())
def test_a_word_with_one_letter_mistyped_is_recognised(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    typed = word[:place] + data.draw(st.sampled_from(["", "z", word[place] * 2])) + word[place + 1 :]
    assume(typed != word)
    assert nearest(typed, ["uvwxyzuvwxyz", word]) == word


def test_the_suggestion_is_a_question_or_nothing():
    assert (did_you_mean("hh", ["h", "hhh"]), did_you_mean("zebra", ["h"])) == ("did you mean `hhh`?", "")


def test_long_words_and_many_of_them_cost_no_time():
    many = [f"{'ab' * 15}{index:05}" for index in range(20_000)]
    assert nearest("a" * 300_000, ["a" * 299_999]) is None
    assert nearest("a" * 30, ["b" * 300_000]) is None
    assert [nearest("ba" * 15 + "00000", many) for _ in range(20)] == [nearest("ba" * 15 + "00000", many[:1])] * 20

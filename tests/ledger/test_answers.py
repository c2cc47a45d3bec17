"""The file of an answer: what goes in comes out, and equal answers are equal bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ionq_runner.ledger.answers import Answer, decode_answer, encode_answer


@st.composite
def answers(draw):
    lengths = draw(st.lists(st.integers(0, 5), min_size=1, max_size=6))
    total = sum(lengths)
    return Answer(
        executions=draw(arrays.arrays(np.uint64, (len(lengths), 2))),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        outcomes=draw(arrays.arrays(draw(st.sampled_from([np.uint8, np.uint16, np.uint32, np.uint64])), total)),
        counts=draw(arrays.arrays(np.int64, total, elements=st.integers(1, 1_000_000))),
        probabilities=draw(arrays.arrays(np.float64, total, elements=st.floats(0, 1) | st.just(np.nan))),
    )


def columns(answer):
    return [answer.executions, answer.offsets, answer.outcomes, answer.counts, answer.probabilities]


@settings(deadline=None)
@given(answers())
def test_an_answer_reads_back_as_it_was_written(answer):
    for written, read in zip(columns(answer), columns(decode_answer(encode_answer(answer))), strict=True):
        np.testing.assert_array_equal(read, written)
        assert read.dtype == written.dtype


@settings(deadline=None)
@given(answers())
def test_equal_answers_are_equal_bytes(answer):
    assert encode_answer(answer) == encode_answer(Answer(*[column.copy() for column in columns(answer)]))


@settings(deadline=None)
@given(answers(), st.data())
def test_a_cut_answer_is_refused(answer, data):
    whole = encode_answer(answer)
    with pytest.raises(ValueError, match="not the answer of a local job"):
        decode_answer(whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04" + bytes(100)], ids=repr)
def test_what_is_no_answer_is_refused(content):
    with pytest.raises(ValueError, match="not the answer of a local job"):
        decode_answer(content)

"""Counts of many rows are those of `Generator.multinomial`, with and without numpy's compiled function."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.simulation import multinomial
from ionq_runner.simulation.multinomial import multinomial_rows
from ionq_runner.simulation.sampling import Streams


@pytest.fixture(scope="module", params=["compiled", "method"])
def draw(request):
    """The function as it is, and as it is where numpy has no such function."""
    if request.param == "compiled":
        assert multinomial._compiled() is not None
        yield multinomial_rows
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multinomial, "_compiled", lambda: None)
        yield multinomial_rows


@given(st.integers(1, 6), st.integers(1, 9), st.data())
def test_each_row_has_the_counts_of_its_stream(draw, rows, outcomes, data):
    weights = np.array(
        data.draw(st.lists(st.lists(st.integers(0, 50), min_size=outcomes, max_size=outcomes), min_size=rows, max_size=rows))
    )
    weights[:, 0] += 1
    shares = weights / weights.sum(axis=1, keepdims=True)
    repetitions = data.draw(st.lists(st.integers(0, 10**6), min_size=rows, max_size=rows))
    streams = data.draw(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), min_size=rows, max_size=rows))
    own = Streams(3)
    expected = [own.at(stream).multinomial(total, row).tolist() for stream, total, row in zip(streams, repetitions, shares, strict=True)]
    assert draw(Streams(3).at, streams, repetitions, shares).tolist() == expected


def test_rows_may_be_one_row_seen_many_times_or_not_lie_side_by_side(draw):
    streams, total = [(0, number) for number in range(5)], [1000] * 5
    one = draw(Streams(1).at, streams, total, np.broadcast_to(np.array([0.25, 0.75]), (5, 2)))
    many = draw(Streams(1).at, streams, total, np.tile([0.75, 0.25], (5, 1))[:, ::-1])
    assert one.tolist() == many.tolist()
    assert len({tuple(row) for row in one.tolist()}) > 1


def test_no_row_is_no_count(draw):
    assert draw(Streams(1).at, [], [], np.empty((0, 4))).shape == (0, 4)

"""How large pictures may be, and how many go together."""

import pytest

from nodes.core.problem import Problem
from nodes.core.sizes import check_size, common_batch


@pytest.mark.parametrize("width, height", [(30_000, 8), (8, 16_385), (16_384, 16_384), (0, 8)])
def test_a_picture_over_the_limit_or_empty_is_refused(width, height):
    with pytest.raises(Problem, match=f"{width} × {height}") as caught:
        check_size(width, height, "width")
    assert caught.value.port == "width"


def test_sizes_within_the_limit_and_unknown_ones_pass():
    check_size(16_384, 8_192)
    check_size(None, 16_384)
    check_size(1, 1)


def test_one_picture_goes_with_many():
    assert common_batch(a=1, b=3, mask=3) == 3
    assert common_batch(a=1, b=1) == 1
    assert common_batch(a=None, b=3) == 3
    assert common_batch(a=None, b=1) is None


def test_batches_of_different_length_are_named():
    with pytest.raises(Problem, match="has 3 pictures, a has 2") as caught:
        common_batch(a=2, b=3)
    assert caught.value.port == "b"

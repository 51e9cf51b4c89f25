from __future__ import annotations

import pytest

from zoodsl.catalog.operator import Mismatch, Transform
from zoodsl.catalog.series import OPERATORS, rows_before
from zoodsl.types import DType, ImageType, TensorType

STANDARDIZE, WINDOW = OPERATORS
COLUMNS = TensorType(shape=(3,), dtype=DType.INT64, low=0, high=9)
IMAGE = ImageType(height=8, width=8, channels=1)


def test_columns_are_on_a_scale_that_nothing_bounds() -> None:
    assert STANDARDIZE.result({"fit": "train"}, COLUMNS) == TensorType(shape=(3,))


def test_a_window_has_a_row_for_each_step_and_the_columns_own_range() -> None:
    arguments = {"length": 50, "horizon": 2, "by": None}
    assert WINDOW.result(arguments, COLUMNS) == TensorType(shape=(50, 3), dtype=DType.INT64, low=0, high=9)
    assert rows_before(arguments) == 51


@pytest.mark.parametrize(
    ("step", "given", "words"),
    [
        (STANDARDIZE, IMAGE, "`ChannelNormalize("),
        (STANDARDIZE, TensorType(shape=(50, 3)), "before `Window(...)`"),
        (WINDOW, IMAGE, "feed numeric columns"),
        (WINDOW, TensorType(shape=(50, 3)), "keep one `Window(...)`"),
    ],
)
def test_what_is_no_row_of_numbers(step: Transform, given: TensorType | ImageType, words: str) -> None:
    found = step.result({"fit": "train", "length": 5, "horizon": 1, "by": None}, given)
    assert isinstance(found, Mismatch)
    assert words in found.help

"""Measures: what a law says of a value, be it an image, a tensor or a number."""

from __future__ import annotations

from zoodsl.catalog.operator import Measure, Parameter
from zoodsl.catalog.values import Interval

OPERATORS = (
    Measure(
        name="Shape",
        doc="The dimensions of a tensor, channels first, without the batch: `Shape(preprocess(image)) == 3x224x224`.",
        source="numpy.shape",
        claim=False,
    ),
    Measure(
        name="Within",
        doc="Whether all numbers lie in a range, its ends included; what is not a number lies in none.",
        source="the range's definition",
        claim=True,
        parameters=(Parameter("range", Interval(), doc="the least and the largest number"),),
    ),
)

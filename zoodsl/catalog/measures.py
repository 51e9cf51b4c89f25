"""Measures: what a law says of an image, a tensor, a row or a number."""

from __future__ import annotations

from zoodsl.catalog.operator import Measure, Parameter
from zoodsl.catalog.values import Interval, Measured, Real, Sort

_NUMBERS = Measured((Sort.IMAGE, Sort.TENSOR, Sort.NUMBER))
_FEATURE = Parameter("feature", Measured((Sort.IMAGE, Sort.TENSOR, Sort.ROW)), doc="what the data feed")
_ROW = Parameter("row", Measured((Sort.ROW,)), doc="a row of the frame that feeds the network")
_VALUE = Parameter("value", _NUMBERS, doc="what is measured")

OPERATORS = (
    Measure(
        name="preprocess",
        doc="What the steps of `preprocess` make of a feature outside training: what the network is fed, an image as "
        "channels x height x width. Where the reader has `resize`, an image is of that size first.",
        source="the section preprocess",
        gives=None,
        parameters=(_FEATURE,),
    ),
    Measure(
        name="training",
        doc="As `preprocess`, with the steps of `training { }` too. What these draw is drawn anew for each example, and is "
        "the same throughout one.",
        source="the section preprocess",
        gives=None,
        parameters=(_FEATURE,),
    ),
    Measure(
        name="predict",
        doc="What the network gives for a feature after `preprocess`, with the weights that training begins with.",
        source="the section network",
        gives=Sort.TENSOR,
        parameters=(_FEATURE,),
    ),
    Measure(
        name="label",
        doc="What a row teaches: the number of its class from 0, its number, or one number a label.",
        source="the setting label",
        gives=None,
        parameters=(_ROW,),
    ),
    Measure(
        name="part",
        doc="The part of the data that the split puts a row into: `train`, `validation` or `test`.",
        source="the setting split",
        gives=Sort.PART,
        parameters=(_ROW,),
    ),
    Measure(
        name="Shape",
        doc="The dimensions of a tensor or an image, channels first, without the batch: "
        "`Shape(preprocess(image)) == 3x224x224`.",
        source="numpy.shape",
        gives=Sort.SIZE,
        parameters=(Parameter("value", Measured((Sort.IMAGE, Sort.TENSOR)), doc="what is measured"),),
    ),
    Measure(
        name="Within",
        doc="Whether all numbers lie in a range, its ends included; what is not a number lies in none.",
        source="the range's definition",
        gives=Sort.TRUTH,
        parameters=(_VALUE, Parameter("range", Interval(), doc="the least and the largest number")),
    ),
    Measure(
        name="Finite",
        doc="Whether all numbers are numbers: none is infinite or undefined.",
        source="numpy.isfinite",
        gives=Sort.TRUTH,
        parameters=(_VALUE,),
    ),
    Measure(
        name="Close",
        doc="Whether two values have one shape, and no two of their numbers differ by more than a tolerance.",
        source="the maximum norm of the difference",
        gives=Sort.TRUTH,
        parameters=(
            Parameter("one", _NUMBERS, doc="a value"),
            Parameter("other", _NUMBERS, doc="what it is close to"),
            Parameter("tolerance", Real(minimum=0.0), doc="how far two numbers may be apart"),
        ),
    ),
    Measure(name="Min", doc="The least number.", source="numpy.min", gives=Sort.NUMBER, parameters=(_VALUE,)),
    Measure(
        name="Max", doc="The largest number.", source="numpy.max", gives=Sort.NUMBER, parameters=(_VALUE,)
    ),
    Measure(
        name="Mean",
        doc="The mean of all numbers.",
        source="numpy.mean",
        gives=Sort.NUMBER,
        parameters=(_VALUE,),
    ),
    Measure(
        name="Sum", doc="The sum of all numbers.", source="numpy.sum", gives=Sort.NUMBER, parameters=(_VALUE,)
    ),
    Measure(
        name="Argmax",
        doc="The place of the largest number from 0, of equal ones the first: the class that a network predicts.",
        source="numpy.argmax",
        gives=Sort.NUMBER,
        parameters=(Parameter("value", Measured((Sort.TENSOR,)), doc="a vector, one number a class"),),
    ),
)
"""Every measure of the language."""

"""Domains: what the laws of a spec are tried on."""

from __future__ import annotations

from zoodsl.catalog.operator import Domain, Parameter
from zoodsl.catalog.values import Boolean, ColumnOf, Condition, FrameOf, Integer, Interval, ShapeOf

OPERATORS = (
    Domain(
        name="AnyImage",
        doc="Images of uint8 in RGB, or grey, as files hold them: of one colour, ramps, stripes, noise, and of one colour but for "
        "a pixel. The smallest is black, of the least height and width.",
        source="hypothesis strategies",
        parameters=(
            Parameter("channels", Integer(minimum=1, maximum=3), default=3, doc="how many colours, 3 or 1"),
            Parameter("height", Interval(minimum=1), default=(1.0, 64.0), doc="least and most pixels"),
            Parameter("width", Interval(minimum=1), default=(1.0, 64.0), doc="least and most pixels"),
        ),
    ),
    Domain(
        name="AnyTensor",
        doc="Numbers of a shape, as a feature of numbers is fed: the ends of the range, what divides it into a thousand parts, "
        "and any others. The smallest has the number that is nearest to 0 everywhere.",
        source="hypothesis strategies",
        parameters=(
            Parameter("shape", ShapeOf(), doc="`4` for four numbers, `50x3` for fifty rows of three"),
            Parameter("values", Interval(), default=(-100.0, 100.0), doc="the least and the largest number"),
            Parameter(
                "whole", Boolean(), default=False, doc="whether all are whole numbers", keyword_only=True
            ),
        ),
    ),
    Domain(
        name="AnyRow",
        doc="Rows of the data themselves, as far as files of this machine hold them. Variables that are drawn together are "
        "different rows: `forall one, other in AnyRow(rows, same = rows.patient)` draws two rows of one patient. The "
        "smallest are the first ones of the file.",
        source="the rows that the spec reads",
        parameters=(
            Parameter("frame", FrameOf(), doc="the frame that they are of"),
            Parameter(
                "same",
                ColumnOf(),
                default=None,
                doc="the column in which rows that are drawn together are equal",
                keyword_only=True,
            ),
            Parameter(
                "where", Condition(), default=None, doc="what holds of all that are drawn", keyword_only=True
            ),
        ),
    ),
)
"""Every domain of the language."""

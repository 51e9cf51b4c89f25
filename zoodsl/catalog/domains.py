"""Domains: what the laws of a spec are tried on."""

from __future__ import annotations

from zoodsl.catalog.operator import Domain, Parameter
from zoodsl.catalog.values import Integer, Interval

OPERATORS = (
    Domain(
        name="AnyImage",
        doc="Images of uint8 in RGB, as a reader gives them: of one colour, ramps, stripes, noise, and of one colour but for a "
        "pixel. The smallest is black, of the least height and width.",
        source="hypothesis strategies",
        parameters=(
            Parameter("channels", Integer(minimum=1, maximum=3), default=3, doc="how many colours, 3 or 1"),
            Parameter("height", Interval(minimum=1), default=(1.0, 64.0), doc="least and most pixels"),
            Parameter("width", Interval(minimum=1), default=(1.0, 64.0), doc="least and most pixels"),
        ),
    ),
)

"""Steps from frame to frame: how rows are brought together, and which are kept."""

from __future__ import annotations

from zoodsl.catalog.operator import FrameStep, Parameter
from zoodsl.catalog.values import Condition, FrameOf

OPERATORS = (
    FrameStep(
        name="Join",
        doc="Each row with every row of another frame that the equality holds for; rows without one are left out, and so "
        "are those whose key is missing. The columns of both come together. A name that both have becomes "
        '`rows["frame.name"]`, unless it is what the frames are joined by. For splits, a row keeps its key.',
        source="SQL INNER JOIN",
        parameters=(
            Parameter("frame", FrameOf(), doc="the other frame"),
            Parameter(
                "on",
                Condition(equality=True),
                doc='what is equal, such as `stem(images.origin) == stem(findings["Image Index"])`',
                keyword_only=True,
            ),
        ),
    ),
    FrameStep(
        name="Where",
        doc="The rows for which the comparison holds. Where a value of it is missing, it does not.",
        source="SQL WHERE",
        parameters=(
            Parameter(
                "condition", Condition(), doc='what must hold, such as `findings["View Position"] == "PA"`'
            ),
        ),
        old_names=("Filter",),
    ),
)
"""Every step from frame to frame."""

"""Rules that end training before the last epoch."""

from __future__ import annotations

from zoodsl.catalog.operator import Parameter, Stop
from zoodsl.catalog.values import Integer, Monitor, Real

OPERATORS = (
    Stop(
        name="EarlyStopping",
        doc="Ends training when what it monitors has not got better for `patience` checks. Whether more or "
        "less is better follows from what it monitors.",
        source="Keras 3 callbacks.EarlyStopping",
        parameters=(
            Parameter("monitor", Monitor(), doc="`loss`, or a metric of `validate`"),
            Parameter("patience", Integer(minimum=1), doc="how many checks without improvement are borne"),
            Parameter(
                "min_delta",
                Real(minimum=0.0),
                default=0.0,
                doc="a change not larger than this is no improvement",
            ),
        ),
    ),
)
"""Every stopping rule of the language."""

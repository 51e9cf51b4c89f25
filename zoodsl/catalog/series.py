"""Preprocessing steps of series: columns on one scale, and windows of rows in their order."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.values import Choice, ColumnOf, Integer
from zoodsl.types import DType, TensorType, ValueType, show


def _standardize(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, TensorType):
        return Mismatch(
            f"`Standardize` works on numeric columns, but the feature is an image here ({given})",
            "images are scaled with `ChannelNormalize(mean = [...], std = [...])`",
        )
    if len(given.shape) != 1:
        return Mismatch(
            f"`Standardize` works on the columns of a row, and the feature is {show(given.shape)} here",
            "put `Standardize()` before `Window(...)`: a column has one scale, wherever in a window it stands",
        )
    return replace(given, dtype=DType.FLOAT32, low=float("-inf"), high=float("inf"))


def _window(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, TensorType):
        return Mismatch(
            f"`Window` takes rows of numbers, but the feature is an image here ({given})",
            "feed numeric columns: `feature rows.value, hour(rows.time)`",
        )
    if len(given.shape) != 1:
        return Mismatch(
            f"`Window` takes rows of numbers, and the feature is {show(given.shape)} here",
            "keep one `Window(...)`, over numeric columns",
        )
    return replace(given, shape=(arguments["length"], *given.shape))


def rows_before(arguments: Arguments) -> int:
    """How many rows a ``Window`` needs before the one that is predicted: ``length + horizon - 1``."""
    rows: int = arguments["length"] + arguments["horizon"] - 1
    return rows


OPERATORS = (
    Transform(
        name="Standardize",
        doc="Makes each numeric column (value - mean) / standard deviation, with the mean and the population's standard "
        "deviation of the rows that train, and keeps these with the network. Before a `Window`, a label that is a "
        "`Number` is learned so too: the loss is of the standardised label, and what is predicted is in the column's "
        "own units again.",
        source="scikit-learn StandardScaler",
        parameters=(
            Parameter(
                "fit",
                Choice(("train", "all")),
                default="train",
                doc="whose mean and deviation: of the rows that `train`, or of `all`, which lets training see the rows "
                "that judge it",
            ),
        ),
        old_names=("StandardScaler", "Standardise"),
        result=_standardize,
    ),
    Transform(
        name="Window",
        doc="Feeds a row with the rows before it, in their order, length x columns: the label of a row is predicted of "
        "`length` rows, of which the last is `horizon` rows before it. A row belongs to the part of its label, and the "
        "first ones, which have too few rows before them, are left out. `Window(50, horizon = 1)` looks at 50 rows and "
        "predicts the next one. To predict what is to come, add rows whose values are empty.",
        source="Analytics Zoo AnomalyDetector.unroll, whose windows with predict_step 1 are these of horizon 1",
        parameters=(
            Parameter("length", Integer(minimum=1), doc="how many rows"),
            Parameter(
                "horizon",
                Integer(minimum=1),
                default=1,
                doc="how many rows after the last of them the label stands",
                old_names=("predict_step", "steps_ahead"),
            ),
            Parameter(
                "by",
                ColumnOf(),
                default=None,
                doc="a column of texts or whole numbers, each of whose values is a series of its own",
                keyword_only=True,
            ),
        ),
        old_names=("Unroll", "unroll", "TimeSeriesWindow"),
        result=_window,
    ),
)
"""Every step of series."""

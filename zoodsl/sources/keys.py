"""The column that names the rows of a table whose rows have no order."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.catalog.operator import ColumnType
from zoodsl.diagnostics import did_you_mean
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT
from zoodsl.sources.findings import Problem
from zoodsl.types import DType


def key_problem(key: str | None, columns: Sequence[ColumnType]) -> Problem | None:
    """Why a column cannot name rows; None if it can, no column does, or the columns are not known."""
    if key is None or not columns:
        return None
    kinds = {column.name: column.type for column in columns}
    if key not in kinds:
        listed = ", ".join(f"`{name}`" for name in list(kinds)[:12])
        message, help_ = (
            f"there is no column `{key}`",
            did_you_mean(key, kinds) or f"the columns are {listed}",
        )
    elif kinds[key] not in (DType.INT64, DType.STRING):
        message = f"`{key}` holds numbers with a fraction, which are not written alike everywhere"
        help_ = "name a column of whole numbers or text, or leave `key` out"
    else:
        return None
    return Problem(BAD_READER_ARGUMENT, message, help_, "key")

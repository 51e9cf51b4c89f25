"""Gaps in the columns that a spec uses."""

from __future__ import annotations

from zoodsl.catalog.operator import Reader
from zoodsl.diagnostics.rules.data import MISSING_VALUES
from zoodsl.model.nodes import Operation
from zoodsl.sources.findings import Problem
from zoodsl.sources.look import values


def gap_problem(reader: Operation[Reader], root: str, column: str) -> Problem | None:
    """What is missing in a column that is fed or learned; None if nothing is, or it is not known."""
    facts = values(reader, root, column)
    if facts is None:
        return None
    if facts.misfit is not None:
        return Problem(
            MISSING_VALUES,
            f"`{column}` holds `{facts.misfit}` among its numbers",
            "its first rows are all of one type of number: take the others out, or fill in what is meant",
        )
    if facts.nulls:
        gaps = "a gap: an empty value" if facts.nulls == 1 else f"{facts.nulls:,} gaps: empty values"
        return Problem(
            MISSING_VALUES, f"`{column}` has {gaps} or NaN", "take these rows out of the file, or fill them"
        )
    return None

"""Gaps in the columns that a spec uses."""

from __future__ import annotations

from zoodsl.diagnostics.rules.data import MISSING_VALUES
from zoodsl.sources.findings import ColumnFacts, Problem


def gap_problem(facts: ColumnFacts | None, column: str, *, computed: bool = False) -> Problem | None:
    """What is missing in a column that is fed or learned; None if nothing is, or it is not known.

    ``column`` is what it is called, or where it is ``computed``, how.
    """
    if facts is None:
        return None
    if facts.misfit is not None:
        return Problem(
            MISSING_VALUES,
            f"`{column}` holds `{facts.misfit}` among its numbers",
            "its first rows are all of one type of number: take the others out, or fill in what is meant",
        )
    if facts.nulls and computed:
        return Problem(
            MISSING_VALUES,
            f"`{column}` gives nothing in {facts.nulls:,} row{'s' if facts.nulls > 1 else ''}",
            "it computes something of every row that there is: look at those, or leave them out with `Where(...)`",
        )
    if facts.nulls:
        gaps = "a gap: an empty value" if facts.nulls == 1 else f"{facts.nulls:,} gaps: empty values"
        return Problem(
            MISSING_VALUES, f"`{column}` has {gaps} or NaN", "take these rows out of the file, or fill them"
        )
    return None

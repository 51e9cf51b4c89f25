"""A first look at data without Java: CSV headers, IDX sizes, image counts, values, joins, the counts of a split."""

from zoodsl.sources.findings import ColumnFacts, Look, Problem
from zoodsl.sources.frames import Frames
from zoodsl.sources.gaps import gap_problem
from zoodsl.sources.look import look, values
from zoodsl.sources.parts import PartCounts, part_counts
from zoodsl.sources.terms import Value, columns_of

__all__ = [
    "ColumnFacts",
    "Frames",
    "Look",
    "PartCounts",
    "Problem",
    "Value",
    "columns_of",
    "gap_problem",
    "look",
    "part_counts",
    "values",
]

"""A first look at data without Java: CSV headers, IDX sizes, image counts, values, the counts of a split."""

from zoodsl.sources.findings import ColumnFacts, Look, Problem
from zoodsl.sources.gaps import gap_problem
from zoodsl.sources.look import look, values
from zoodsl.sources.parts import PartCounts, part_counts

__all__ = ["ColumnFacts", "Look", "PartCounts", "Problem", "gap_problem", "look", "part_counts", "values"]

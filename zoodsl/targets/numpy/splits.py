"""Splits in NumPy: which part each row belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoodsl.catalog.operator import Split
from zoodsl.catalog.splits import cuts, digest, fold, held_out, place, position
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array

TRAIN, VALIDATION, TEST, NONE = 0, 1, 2, -1
"""The parts as ``parts`` names them; NONE is that of rows which ``Fixed`` leaves out."""


def parts(split: Operation[Split], keys: Sequence[str], values: Sequence[str | int] = ()) -> Array:
    """The part of each row, int8. ``keys`` are the rows' keys as text, ``values`` the split's column."""
    arguments = split.arguments
    match split.operator.name:
        case "Random":
            return _by_position([digest(arguments["seed"], key) for key in keys], cuts(arguments))
        case "Grouped":
            return _by_position([digest(arguments["seed"], str(value)) for value in values], cuts(arguments))
        case "GroupedFold":
            validation, test = held_out(arguments)
            folds = np.array(
                [fold(digest(arguments["seed"], str(each)), arguments["folds"]) for each in values]
            )
            return np.select([folds == test, folds == validation], [TEST, VALIDATION], TRAIN).astype(np.int8)
        case "Tail":
            return _by_rank(np.arange(len(keys)), cuts(arguments))
        case "Stratified":
            return _stratified(
                [digest(arguments["seed"], key) for key in keys], keys, values, cuts(arguments)
            )
        case "Fixed":
            marks = {arguments[part]: index for index, part in enumerate(("train", "validation", "test"))}
            return np.array([marks.get(str(value), NONE) for value in values], np.int8)
        case name:
            raise NotImplementedError(f"the reference has no split {name}")


def _by_position(digests: Sequence[str], ends: tuple[float, float]) -> Array:
    positions = np.array([position(digits) for digits in digests])
    return np.searchsorted(ends, positions, side="right").astype(np.int8)


def _by_rank(ranks: Array, ends: tuple[float, float]) -> Array:
    places = [place(end, len(ranks)) for end in ends]
    return np.searchsorted(places, ranks, side="right").astype(np.int8)


def _stratified(
    digests: Sequence[str], keys: Sequence[str], values: Sequence[str | int], ends: tuple[float, float]
) -> Array:
    result = np.empty(len(keys), np.int8)
    column = np.array(values)
    for value in np.unique(column):
        rows = np.flatnonzero(column == value)
        ordered = sorted(rows, key=lambda row: (digests[row], keys[row]))
        result[ordered] = _by_rank(np.arange(len(rows)), ends)
    return result

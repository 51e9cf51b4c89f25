"""What outputs say in NumPy: labels or classes with their probability, or a value, as columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zoodsl.catalog.labels import ratings
from zoodsl.catalog.operator import Target
from zoodsl.model.nodes import Label
from zoodsl.model.printer import show_number
from zoodsl.targets.arrays import Array

SHOWN = 5
"""How many outputs stand in a line that nothing is said of."""

Cells = dict[str, Any]
"""Columns of a row, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How outputs become answers.

    Args:
        label: what was learned; None where nothing is said of it, and outputs are values.
        top: how many classes are told.
        thresholds: above what a label is a yes; those without one take the middle of the outputs' range.
        signs: outputs are from -1 to 1, and no probabilities.
        logits: outputs are scores before the last activation.
    """

    label: Label | None
    top: int
    thresholds: Mapping[str, float] = field(default_factory=dict)
    signs: bool = False
    logits: bool = False

    @property
    def target(self) -> Target | None:
        """What kind of label was learned."""
        return None if self.label is None else self.label.codec.operator.target

    @property
    def names(self) -> tuple[str, ...]:
        """The names of classes or labels, in order; none of a number."""
        if self.label is None or self.target not in (Target.CLASS, Target.MULTI_HOT):
            return ()
        arguments = self.label.codec.arguments
        if self.target is Target.MULTI_HOT:
            return tuple(arguments["names"])
        if self.label.codec.operator.values is not None:
            return tuple(map(show_number, ratings(arguments)))
        classes: int | tuple[str, ...] = arguments["classes"]
        return tuple(map(str, range(classes))) if isinstance(classes, int) else classes

    def threshold(self, name: str) -> float:
        """Above what the label ``name`` is a yes."""
        return self.thresholds.get(name, 0.0 if self.signs else 0.5)


def probabilities(logits: Array, *, exclusive: bool) -> Array:
    """Outputs (rows, n) of a network that ends before its last activation: a softmax where ``exclusive``, else sigmoids."""
    if not exclusive or logits.shape[1] == 1:
        found: Array = 1 / (1 + np.exp(-logits))
        return found
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def answers(outputs: Array, decoding: Decoding) -> list[Cells]:
    """The columns that tell of each row of ``outputs``, (rows, n): ``predicted``, and a probability for each that is told."""
    told = outputs.astype(float)
    if decoding.logits:
        told = probabilities(told, exclusive=decoding.target is Target.CLASS)
    return [_answer(row, decoding) for row in told]


def _answer(outputs: Array, decoding: Decoding) -> Cells:
    if decoding.target is Target.MULTI_HOT and decoding.label is not None:
        scores = dict(zip(decoding.names, outputs.tolist(), strict=True))
        yes = [name for name, score in scores.items() if score > decoding.threshold(name)]
        return {"predicted": decoding.label.codec.arguments["separator"].join(yes), **scores}
    if decoding.target is None:
        return {f"output_{place}": float(value) for place, value in enumerate(outputs, 1)}
    if decoding.target is not Target.CLASS:
        return {"predicted": float(outputs[0])}
    cells: Cells = {}
    column = "score" if decoding.signs else "probability"
    for place, (name, score) in enumerate(_ranked(outputs, decoding), 1):
        end = f"_{place}" if place > 1 else ""
        cells |= {f"predicted{end}": name, f"{column}{end}": score}
    return cells


def _ranked(outputs: Array, decoding: Decoding) -> Sequence[tuple[str, float]]:
    """The classes that are told, the most probable first; of two classes by one output, the one that it decides for."""
    names = decoding.names
    if len(outputs) == 1:
        yes = float(outputs[0])
        both = [(names[1], yes), (names[0], -yes if decoding.signs else 1 - yes)]
        return both[:: 1 if yes > decoding.threshold(names[1]) else -1][: decoding.top]
    order = np.argsort(-outputs, kind="stable")[: decoding.top]
    return [(names[place], float(outputs[place])) for place in order]


def sentence(cells: Cells, decoding: Decoding) -> str:
    """The answers of a row in a line."""
    if decoding.target is Target.MULTI_HOT:
        scores = sorted(((cells[name], name) for name in decoding.names), reverse=True)
        yes = [f"{name} {score:.2f}" for score, name in scores if score > decoding.threshold(name)]
        return ", ".join(yes) or f"none; the nearest is {scores[0][1]} {scores[0][0]:.2f}"
    if decoding.target is None:
        values = [f"{value:.4g}" for name, value in cells.items() if name.startswith("output_")]
        return ", ".join(values[:SHOWN]) + (", ..." if len(values) > SHOWN else "")
    if decoding.target is not Target.CLASS:
        return f"{cells['predicted']:.4g}"
    column = "score" if decoding.signs else "probability"
    told = [(cells[f"predicted{end}"], cells[f"{column}{end}"]) for end in _ends(cells)]
    return ", ".join(f"{name} {score:.2f}" for name, score in told)


def _ends(cells: Cells) -> Sequence[str]:
    """The endings of the columns that tell a class: none, ``_2``, ``_3`` and so on."""
    ends = ["", *(f"_{place}" for place in range(2, len(cells) + 1))]
    return [end for end in ends if f"predicted{end}" in cells]

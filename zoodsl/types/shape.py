"""Shapes of tensors, without the batch dimension, channels first."""

from __future__ import annotations

from math import prod

Shape = tuple[int, ...]
"""The dimensions of one record: ``(3, 224, 224)`` is a colour image, ``(50, 3)`` a series of 50 steps."""


def show(shape: Shape) -> str:
    """The language's spelling of a shape: ``3x224x224``; ``scalar`` for no dimensions."""
    return "x".join(map(str, shape)) or "scalar"


def elements(shape: Shape) -> int:
    """How many numbers a tensor of this shape holds."""
    return prod(shape)

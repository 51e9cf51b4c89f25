"""What a layer's binding gives: BigDL layers that follow one another, or a merge of several inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zoodsl.catalog.operator import Arguments
from zoodsl.targets.pyast import Call, Expression, Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

LAYERS = "bigdl.dllib.keras.layers"
TORCH_LAYERS = "bigdl.dllib.nn.layer"
"""Layers in the style of Torch, which ``KerasLayerWrapper`` makes one of the others."""


@dataclass(frozen=True, slots=True)
class Merging:
    """``merge(inputs, mode)``; ``axis`` counts the batch, for ``concat`` alone."""

    mode: str
    axis: int | None = None


@dataclass(frozen=True, slots=True)
class Construction:
    """Layers to apply one after the other; a merge, if any, comes first. ``holder`` is the part with the weights."""

    parts: tuple[Call | Merging, ...]
    holder: int = 0


Binding = Callable[[Arguments, tuple[Shape, ...]], Construction | Unsupported]


def made(*parts: Call | Merging, holder: int = 0) -> Construction:
    """A construction of these parts."""
    return Construction(parts, holder)


def construct(name: str, /, *arguments: Expression, **keywords: Expression) -> Call:
    """A call of BigDL's layer class of this name; keywords that are None, BigDL's default, are left out."""
    given = {key: value for key, value in keywords.items() if value is not None}
    return call(Symbol(LAYERS, name), *arguments, **given)

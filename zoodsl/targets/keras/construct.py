"""What a layer's binding gives: layers of Keras that follow one another, as data, so that asking needs no Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zoodsl.catalog.operator import Arguments
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape


@dataclass(frozen=True, slots=True)
class Construct:
    """An object of Keras: ``kind`` is its class in a module, such as ``layers.Dense``; arguments may hold others."""

    kind: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Construction:
    """Layers to apply one after the other, the first one to all inputs. ``holder`` is the one with the weights."""

    parts: tuple[Construct, ...]
    holder: int = 0


Binding = Callable[[Arguments, tuple[Shape, ...]], Construction | Unsupported]


def layer(name: str, /, **arguments: Any) -> Construct:
    """A layer of Keras of this name."""
    return Construct(f"layers.{name}", arguments)


def function(compute: Callable[[Any], Any]) -> Construct:
    """A layer that applies a function of one tensor."""
    return layer("Lambda", function=compute)


def made(*parts: Construct, holder: int = 0) -> Construction:
    """A construction of these parts."""
    return Construction(parts, holder)


def channels_last(*parts: Construct, holder: int = 0, places: int = 2) -> Construction:
    """Layers over images whose channels come last, as TensorFlow's kernels for processors want them.

    Or over volumes, whose ``places`` lie along three axes.
    """
    last, first = (*range(2, places + 2), 1), (places + 1, *range(1, places + 1))
    return made(layer("Permute", dims=last), *parts, layer("Permute", dims=first), holder=1 + holder)


def build(construct: Construct, **more: Any) -> Any:
    """The object itself, with ``more`` arguments."""
    from zoodsl.targets.keras.engine import loaded

    module, name = construct.kind.split(".")
    arguments = {
        key: build(value) if isinstance(value, Construct) else value
        for key, value in construct.arguments.items()
    }
    if module == "layers":
        # A user's keras.json may say another type.
        more = {"dtype": "float32", **more}
    return getattr(getattr(loaded(), module), name)(**arguments, **more)
